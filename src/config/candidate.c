/* SPDX-License-Identifier: Apache-2.0 */
#include "config/candidate_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/ctree.h"
#include "config/inherit.h"
#include "config/store_file.h"
#include "config/when.h"

void
config_time_text(int64_t t, char buf[WALL_TEXT_MAX])
{
	wall_text(t, buf);
}

/* As it is stored: whoever reads it may be in another zone. */
static void
utc_text(int64_t t, char buf[32])
{
	time_t tt = (time_t)t;
	struct tm tm;

	if (gmtime_r(&tt, &tm) == NULL ||
		strftime(buf, 32, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		snprintf(buf, 32, "unknown");
}

void
config_text(const struct config_tree *t, const struct commit_info *info,
	struct sbuf *out)
{
	char when[32];

	if (info != NULL && info->time != 0) {
		utc_text(info->time, when);
		sbuf_printf(out, "## Last commit: %s by %s via %s\n", when,
			info->user, info->client);
		if (info->comment[0] != '\0')
			sbuf_printf(out, "## Comment: %s\n", info->comment);
	}
	config_print_curly(&t->root, 0, out);
}

/* Copy, with line ends made blanks: it stands in a one-line remark. */
static void
put_line(char *dst, size_t size, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len && i + 1 < size && text[i] != '\0'; i++)
		dst[i] = (unsigned char)text[i] < 0x20 ? ' ' : text[i];
	dst[i] = '\0';
}

#define PUT_LINE(dst, text, len) put_line(dst, sizeof(dst), text, len)

static int64_t
parse_time(const char *text)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%d %H:%M:%S UTC", &tm);

	return end != NULL ? (int64_t)timegm(&tm) : 0;
}

/* Read the header that config_text() wrote. */
static void
parse_info(const char *text, struct commit_info *info)
{
	static const char head[] = "## Last commit: ";
	static const char remark[] = "## Comment: ";
	const char *by, *via, *end;

	*info = (struct commit_info){.user = "unknown", .client = "other"};
	if (strncmp(text, head, sizeof(head) - 1) != 0)
		return;
	text += sizeof(head) - 1;
	end = text + strcspn(text, "\n");
	info->time = parse_time(text);
	by = strstr(text, " by ");
	via = strstr(text, " via ");
	if (by == NULL || by > end)
		return;
	by += 4;
	if (via == NULL || via > end || via < by)
		via = end;
	PUT_LINE(info->user, by, (size_t)(via - by));
	if (via < end)
		PUT_LINE(info->client, via + 5, (size_t)(end - via - 5));
	text = *end != '\0' ? end + 1 : end;
	if (strncmp(text, remark, sizeof(remark) - 1) == 0)
		PUT_LINE(info->comment, text + sizeof(remark) - 1,
			strcspn(text + sizeof(remark) - 1, "\n"));
}

static void
system_error(struct report *report, const char *what, const char *path, int rc)
{
	report_add(report, REPORT_ERROR, 0, NULL, NULL, "%s %s: %s", what, path,
		strerror(-rc));
}

int
store_load(const char *path, struct config_tree **ret, struct commit_info *info,
	struct report *report)
{
	struct sbuf text = SBUF_INIT;
	int rc = store_read(path, CONFIG_TEXT_MAX, &text);

	if (rc != 0) {
		if (rc != -ENOENT)
			system_error(report, "cannot read", path, rc);
		sbuf_done(&text);
		return rc;
	}
	parse_info(sbuf_text(&text), info);
	if (report->source == NULL)
		report->source = strdup(path);
	rc = config_load_text(
		sbuf_text(&text), text.len, report->source, ret, report);
	sbuf_done(&text);
	return rc;
}

/* Who committed, when and why: the first lines. 50 full tables are not read. */
#define HEADER_MAX 8192u

/* The headers of the older files; a gap ends the history. */
static void
read_history(struct config_store *s)
{
	char path[STORE_PATH_MAX];

	for (unsigned int i = 1; i < CONFIG_ROLLBACKS; i++) {
		struct sbuf text = SBUF_INIT;
		bool ok = store_path(s->dir, i, path) == 0 &&
			  store_read_head(path, HEADER_MAX, &text) == 0;

		if (ok)
			parse_info(sbuf_text(&text), &s->history[i].info);
		sbuf_done(&text);
		if (!ok)
			return;
		s->n_history = i + 1;
	}
}

static int
open_dir(struct config_store *s, struct report *report)
{
	char path[STORE_PATH_MAX];
	int rc = store_path(s->dir, 0, path);

	if (rc != 0)
		return rc;
	store_abandon(s->dir); /* of a commit that never ended */
	rc = store_load(path, &s->committed, &s->history[0].info, report);
	if (rc == -ENOENT)
		return 0;
	if (rc == 0) {
		s->committed_once = true;
		read_history(s);
	}
	return rc;
}

int
config_store_open(const char *dir, const struct config_store_ops *ops,
	struct config_store **ret, struct report *report)
{
	struct config_store *s = calloc(1, sizeof(*s));
	int rc = 0;

	if (s == NULL)
		return -ENOMEM;
	s->ops = *ops;
	s->n_history = 1;
	errno = 0;
	if (dir != NULL) {
		s->dir = strdup(dir);
		rc = s->dir != NULL ? open_dir(s, report) : -ENOMEM;
	}
	if (rc == 0 && s->committed == NULL)
		s->committed = ctree_create();
	if (rc == 0 && s->committed == NULL)
		rc = -ENOMEM;
	if (rc != 0) {
		config_store_close(s);
		return rc;
	}
	*ret = s;
	return 0;
}

void
config_store_close(struct config_store *s)
{
	if (s == NULL)
		return;
	for (unsigned int i = 0; i < CONFIG_ROLLBACKS; i++)
		free(s->history[i].text);
	ctree_free(s->committed);
	ctree_free(s->candidate);
	ctree_free(s->effective);
	ctree_free(s->scratch);
	ctree_free(s->unconfirmed_base);
	free(s->rescue);
	free(s->dir);
	free(s);
}

const struct config_tree *
config_store_committed(const struct config_store *s)
{
	return s->committed;
}

const struct config_tree *
config_store_effective(const struct config_store *s)
{
	return s->effective != NULL ? s->effective : s->committed;
}

const struct config_tree *
config_store_candidate_effective(struct config_store *s, struct report *report)
{
	const struct config_tree *t = config_store_candidate_read(s);

	ctree_free(s->scratch);
	s->scratch = NULL;
	if (config_inherit(t, 0, &s->scratch, report) != 0)
		return NULL;
	return s->scratch != NULL ? s->scratch : t;
}

const struct config_tree *
config_store_candidate_read(const struct config_store *s)
{
	return s->candidate != NULL ? s->candidate : s->committed;
}

/* A tree of its own, for it is going to be changed. */
static int
candidate_make(struct config_store *s)
{
	if (s->candidate == NULL)
		s->candidate = ctree_clone(s->committed);
	return s->candidate != NULL ? 0 : -ENOMEM;
}

/* It is what was committed: one tree is enough. */
static void
candidate_drop(struct config_store *s)
{
	ctree_free(s->candidate);
	s->candidate = NULL;
}

struct config_tree *
config_store_candidate(struct config_store *s)
{
	s->lines = false;
	candidate_make(s);
	return s->candidate;
}

bool
config_store_changed(const struct config_store *s)
{
	return s->candidate != NULL &&
	       !config_equal(s->committed, s->candidate);
}

int
config_store_load(struct config_store *s, const char *text, size_t len,
	enum config_load how, struct report *report)
{
	int rc = candidate_make(s);

	if (rc == 0)
		rc = config_load(&s->candidate, text, len, how, report);
	s->lines = rc == 0 && how == CONFIG_LOAD_OVERRIDE &&
		   report->source != NULL;
	return rc;
}

void
config_store_swap(struct config_store *s, struct config_tree **t)
{
	struct config_tree *out;

	if (*t == NULL)
		candidate_make(s);
	out = s->candidate;
	s->candidate = *t;
	s->lines = false;
	*t = out;
}

/* Lines say something only while all are of one text that has a name. */
static void
clear_lines(struct cnode *n)
{
	n->line = 0;
	for (struct cnode *c = ctree_first(n); c != NULL; c = ctree_next(c))
		clear_lines(c);
}

static void
confirm(struct config_store *s)
{
	ctree_free(s->unconfirmed_base);
	s->unconfirmed_base = NULL;
	s->deadline = 0;
}

int
config_store_check(struct config_store *s, struct report *report)
{
	const struct config_tree *t;
	int rc = -EINVAL;

	if (!s->lines && s->candidate != NULL)
		clear_lines(&s->candidate->root);
	t = config_store_candidate_effective(s, report);
	if (t != NULL)
		rc = config_check(&t->root, report);
	else if (report->errors == 0)
		rc = -ENOMEM;
	if (rc == 0 && s->ops.check != NULL)
		rc = s->ops.check(s->ops.ctx, &t->root, report);
	if (rc == 0)
		confirm(s);
	return rc;
}

static int commit_tree(struct config_store *s, struct config_tree *next,
	const struct commit_request *request, struct report *report);

/* commit at reboot; true: it is in force [CF-72]. */
static bool
boot_waiting(struct config_store *s, struct report *report)
{
	struct report said = REPORT_INIT;
	struct config_tree *t = NULL;
	struct commit_info info;
	struct commit_request request = {.now = (int64_t)time(NULL)};
	int rc = store_reboot_take(s, &t, &info, &said);

	if (rc == -ENOENT)
		return false;
	request.user = info.user;
	request.client = info.client;
	request.comment = info.comment;
	if (rc == 0)
		rc = commit_tree(s, t, &request, &said);
	if (rc != 0) {
		ctree_free(t);
		report_add(report, REPORT_WARNING, 0, NULL, NULL,
			"commit at reboot failed, the configuration is "
			"unchanged");
	}
	for (size_t i = 0; i < said.n; i++)
		report_add(report, REPORT_WARNING, said.entries[i].line,
			said.entries[i].path, said.entries[i].statement, "%s",
			said.entries[i].message);
	report_done(&said);
	return rc == 0;
}

static int
boot_committed(struct config_store *s, struct report *report)
{
	int64_t now = (int64_t)time(NULL);
	int rc = config_inherit_at(s->committed, 0, now, &s->effective, report);
	const struct config_tree *t = config_store_effective(s);

	s->effective_at = now;
	if (rc == 0)
		rc = config_check(&t->root, report);
	if (rc == 0)
		rc = s->ops.apply(s->ops.ctx, &t->root, report);
	if (s->ops.done != NULL)
		s->ops.done(s->ops.ctx, rc, report);
	return rc;
}

int
config_store_boot(struct config_store *s, struct report *report)
{
	if (boot_waiting(s, report))
		return 0;
	return boot_committed(s, report);
}

void
store_make_info(const struct commit_request *r, struct commit_info *info)
{
	const char *user = r->user ? r->user : "root";
	const char *client = r->client ? r->client : "other";
	const char *comment = r->comment ? r->comment : "";

	*info = (struct commit_info){.time = r->now};
	PUT_LINE(info->user, user, strlen(user));
	PUT_LINE(info->client, client, strlen(client));
	PUT_LINE(info->comment, comment, strlen(comment));
}

/* Make room at the front; the committed one becomes number 1. */
static void
history_push(struct config_store *s, char *old_text)
{
	free(s->history[CONFIG_ROLLBACKS - 1].text);
	memmove(&s->history[1], &s->history[0],
		(CONFIG_ROLLBACKS - 1) * sizeof(s->history[0]));
	s->history[0] = (struct rollback){0};
	s->history[1].text = old_text;
	if (s->n_history < CONFIG_ROLLBACKS)
		s->n_history++;
}

static int
text_of(const struct config_tree *t, const struct commit_info *info,
	struct sbuf *out)
{
	config_text(t, info, out);
	return out->failed ? -ENOMEM : 0;
}

/* Check, prepare the file, apply: everything that may still refuse. */
static int
commit_try(struct config_store *s, const struct config_tree *next,
	const struct config_tree *effective, const struct commit_info *info,
	struct report *report)
{
	struct sbuf text = SBUF_INIT;
	int rc = config_check(&effective->root, report);

	if (rc == 0 && s->dir != NULL) {
		rc = text_of(next, info, &text);
		if (rc == 0)
			rc = store_prepare(s->dir, sbuf_text(&text), text.len);
		if (rc != 0)
			system_error(report,
				"cannot store the configuration in", s->dir,
				rc);
		sbuf_done(&text);
	}
	if (rc == 0)
		rc = s->ops.apply(s->ops.ctx, &effective->root, report);
	if (rc != 0 && s->dir != NULL)
		store_abandon(s->dir);
	return rc;
}

/* It is in force now: nothing below may refuse it any more. */
static void
commit_done(struct config_store *s, struct config_tree *next,
	struct config_tree *effective, char *old_text,
	const struct commit_info *info, struct report *report)
{
	bool keep = s->committed_once;
	int rc;

	if (keep)
		history_push(s, old_text);
	else
		free(old_text);
	s->committed_once = true;
	s->history[0].info = *info;
	ctree_free(s->committed);
	s->committed = next;
	ctree_free(s->effective);
	s->effective = effective;
	if (s->dir == NULL)
		return;
	rc = store_publish(s->dir, keep, CONFIG_ROLLBACKS - 1);
	if (rc != 0 && keep) /* rather without what was before */
		rc = store_publish(s->dir, false, CONFIG_ROLLBACKS - 1);
	if (rc != 0)
		report_add(report, REPORT_WARNING, 0, NULL, NULL,
			"the configuration is in force but could not be stored "
			"in %s: %s",
			s->dir, strerror(-rc));
}

static int
commit_now(struct config_store *s, struct config_tree *next,
	const struct commit_request *request, struct report *report)
{
	struct sbuf old = SBUF_INIT;
	struct config_tree *effective = NULL;
	struct commit_info info;
	int rc = config_inherit_at(next, 0, request->now, &effective, report);

	store_make_info(request, &info);
	if (rc == 0 && s->dir == NULL) {
		rc = text_of(s->committed, &s->history[0].info, &old);
		if (rc == 0 && old.data == NULL)
			sbuf_puts(&old, "\n");
	}
	if (rc == 0)
		rc = commit_try(s, next, effective != NULL ? effective : next,
			&info, report);
	if (rc != 0) {
		ctree_free(effective);
		sbuf_done(&old);
		return rc;
	}
	commit_done(s, next, effective, s->dir == NULL ? sbuf_take(&old) : NULL,
		&info, report);
	s->effective_at = request->now;
	return 0;
}

static int
commit_tree(struct config_store *s, struct config_tree *next,
	const struct commit_request *request, struct report *report)
{
	int rc = commit_now(s, next, request, report);

	if (s->ops.done != NULL)
		s->ops.done(s->ops.ctx, rc, report);
	return rc;
}

/* Remember what to return to, unless the commit is for good. */
static int
commit_confirmed(struct config_store *s, struct config_tree *next,
	const struct commit_request *request, struct report *report)
{
	int64_t wait = (int64_t)request->confirm_minutes * 60 +
		       request->confirm_seconds;
	struct config_tree *base = NULL;
	int rc;

	if (wait > 0) {
		base = ctree_clone(s->committed);
		if (base == NULL)
			return -ENOMEM;
	}
	rc = commit_tree(s, next, request, report);
	if (rc != 0) {
		ctree_free(base);
		return rc;
	}
	confirm(s);
	if (base != NULL) {
		s->unconfirmed_base = base;
		s->deadline = request->now + wait;
	}
	return 0;
}

int
config_store_commit(struct config_store *s,
	const struct commit_request *request, struct report *report)
{
	struct config_tree *next;
	int rc;

	config_store_at_clear(s); /* a commit now is instead of one later */
	if (request->confirm_minutes > CONFIG_CONFIRM_MAX) {
		report_add(report, REPORT_ERROR, 0, NULL, NULL,
			"Value %u is not within range (1..%u)",
			request->confirm_minutes, CONFIG_CONFIRM_MAX);
		return -EINVAL;
	}
	/* Nothing new: it only confirms. */
	if (!config_store_changed(s) && request->confirm_minutes == 0 &&
		request->confirm_seconds == 0 && s->committed_once) {
		confirm(s);
		return 0;
	}
	/* a copy is compact: what was removed takes no memory in it */
	next = ctree_clone(config_store_candidate_read(s));
	if (next == NULL)
		return -ENOMEM;
	if (!s->lines)
		clear_lines(&next->root);
	rc = commit_confirmed(s, next, request, report);
	if (rc != 0)
		ctree_free(next);
	else
		candidate_drop(s);
	return rc;
}

int64_t
config_store_pending(const struct config_store *s, int64_t now)
{
	if (s->unconfirmed_base == NULL)
		return -1;
	return s->deadline > now ? s->deadline - now : 0;
}

bool
config_store_poll(struct config_store *s, int64_t now, struct report *report)
{
	struct commit_request request = {.now = now,
		.user = "root",
		.client = "other",
		.comment = "commit confirmed was not confirmed in time"};
	struct config_tree *base = s->unconfirmed_base;

	if (base == NULL || now < s->deadline)
		return false;
	s->unconfirmed_base = NULL;
	s->deadline = 0;
	if (commit_tree(s, base, &request, report) != 0)
		ctree_free(base);
	else
		candidate_drop(s);
	return true;
}

bool
config_store_cancel(struct config_store *s, int64_t now, struct report *report)
{
	if (s->unconfirmed_base == NULL)
		return false;
	s->deadline = now;
	return config_store_poll(s, now, report);
}

int64_t
config_store_when_next(const struct config_store *s, int64_t now)
{
	return when_timed(&s->committed->root) ? 60 - now % 60 : -1;
}

bool
config_store_when_poll(
	struct config_store *s, int64_t now, struct report *report, int *ret)
{
	struct config_tree *effective = NULL;
	const struct cnode *root;

	if (!when_differs(&s->committed->root, s->effective_at, now))
		return false;
	s->effective_at = now; /* one try, whatever comes of it */
	*ret = config_inherit_at(s->committed, 0, now, &effective, report);
	root = effective != NULL ? &effective->root : &s->committed->root;
	if (*ret == 0)
		*ret = config_check(root, report);
	if (*ret == 0)
		*ret = s->ops.apply(s->ops.ctx, root, report);
	if (*ret != 0) {
		ctree_free(effective);
		return true;
	}
	ctree_free(s->effective);
	s->effective = effective;
	return true;
}

unsigned int
config_store_history(const struct config_store *s)
{
	return s->n_history;
}

const struct commit_info *
config_store_info(const struct config_store *s, unsigned int n)
{
	return n < s->n_history ? &s->history[n].info : NULL;
}

int
config_store_tree(struct config_store *s, unsigned int n,
	struct config_tree **ret, struct report *report)
{
	char path[STORE_PATH_MAX];
	struct commit_info info;
	int rc = -ENOENT;

	if (n == 0) {
		*ret = ctree_clone(s->committed);
		return *ret != NULL ? 0 : -ENOMEM;
	}
	if (n < s->n_history && s->dir != NULL) {
		rc = store_path(s->dir, n, path);
		if (rc == 0)
			rc = store_load(path, ret, &info, report);
	} else if (n < s->n_history) {
		const char *text = s->history[n].text;

		rc = config_load_text(text, strlen(text), NULL, ret, report);
	}
	if (rc == -ENOENT)
		report_add(report, REPORT_ERROR, 0, NULL, NULL,
			"could not find rollback configuration %u", n);
	return rc;
}

void
store_set_candidate(struct config_store *s, struct config_tree *t)
{
	candidate_drop(s);
	s->candidate = t;
	s->lines = false;
}

int
config_store_rollback(
	struct config_store *s, unsigned int n, struct report *report)
{
	struct config_tree *t = NULL;
	int rc = n == 0 ? 0 : config_store_tree(s, n, &t, report);

	if (rc != 0)
		return rc;
	store_set_candidate(s, t);
	return 0;
}
