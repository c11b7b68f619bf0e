/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frames that handlers append.
 */
#include "mgmt/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "config/candidate.h"
#include "mgmt/conf.h"
#include "mgmt/deadline.h"
#include "mgmt/names.h"
#include "mgmt/rpc_impl.h"

static const char *const form_names[] = {
	[PIPE_FORM_TEXT] = "text",
	[PIPE_FORM_DETAIL] = "text",
	[PIPE_FORM_XML] = "xml",
	[PIPE_FORM_XML_RPC] = "xml-rpc",
	[PIPE_FORM_JSON] = "json",
	[PIPE_FORM_SET] = "text",
	[PIPE_FORM_SET_RELATIVE] = "text",
	[PIPE_FORM_COMPARE] = "text",
};

void
session_send(struct session *s, struct tree *t)
{
	int rc = proto_put(&s->out, t);

	tree_free(t);
	if (rc == 0)
		return;
	log_error("mgmt", "answer lost user=%s: %s", s->user, strerror(-rc));
	if (s->out.failed)
		s->broken = true;
	else
		session_error(s, NO_COLUMN, "error: the answer is too long");
}

/* A tree with a root; NULL, and the session gives up, without memory. */
static struct tree *
frame(struct session *s, const char *root)
{
	struct tree *t = tree_create();

	if (t == NULL)
		s->broken = true;
	else
		tree_root(t, root);
	return t;
}

void
session_answer(struct session *s, struct tree *t, const char *part)
{
	if (t == NULL || t->root == NULL) {
		tree_free(t);
		return;
	}
	if (strcmp(part, "only") != 0)
		tree_attr(t->root, PROTO_PART, "%s", part);
	s->parts++;
	session_send(s, t);
}

/* A whole configuration may be longer than a frame [OP-3]. */
#define OUTPUT_BYTES (1u << 20)

/* So much of the text, to the end of a line if there is one. */
static size_t
output_length(const char *text)
{
	size_t n = strnlen(text, OUTPUT_BYTES);
	const char *end;

	if (n < OUTPUT_BYTES)
		return n;
	end = memrchr(text, '\n', n);
	return end != NULL ? (size_t)(end - text) + 1 : n;
}

void
session_print_text(struct session *s, const char *text)
{
	struct tree *t;

	while (text[0] != '\0') {
		size_t n = output_length(text);

		t = frame(s, "output");
		if (t == NULL)
			return;
		tree_leaf(t->root, "text", "%.*s", (int)n, text);
		session_send(s, t);
		text += n;
	}
}

void
session_print(struct session *s, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(&b, fmt, ap);
	va_end(ap);
	session_print_text(s, sbuf_text(&b));
	sbuf_done(&b);
}

/* The word of a command line that an error points at. */
static const char *
word_at(const struct session *s, int column)
{
	for (size_t i = 0; column >= 0 && i < s->words.n; i++)
		if (s->words.w[i].column == (unsigned int)column)
			return s->words.w[i].text;
	return NULL;
}

/* "error: x" as an rpc-error with the message "x". */
static void
message_rpc(
	struct session *s, const char *severity, int column, const char *text)
{
	if (strncmp(text, "error: ", 7) == 0)
		text += 7;
	else if (strncmp(text, "warning: ", 9) == 0)
		text += 9;
	rpc_error(s, NULL,
		&(struct rpc_error){.warning = strcmp(severity, "error") != 0,
			.message = text,
			.bad_element = word_at(s, column)});
}

static void
message(struct session *s, const char *severity, int column, const char *text)
{
	struct tree *t;

	if (s->is_rpc) {
		message_rpc(s, severity, column, text);
		return;
	}
	t = frame(s, "message");
	if (t == NULL)
		return;
	tree_leaf(t->root, "severity", "%s", severity);
	if (column >= 0)
		tree_leaf(t->root, "column", "%d", column);
	tree_leaf(t->root, "text", "%s", text);
	session_send(s, t);
}

void
session_error(struct session *s, int column, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(&b, fmt, ap);
	va_end(ap);
	s->failed = true;
	message(s, "error", column, sbuf_text(&b));
	sbuf_done(&b);
}

void
session_parse_error(struct session *s, const struct parse_error *e)
{
	session_error(s, (int)e->column, "%s", e->text);
}

void
session_warning(struct session *s, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(&b, fmt, ap);
	va_end(ap);
	message(s, "warning", NO_COLUMN, sbuf_text(&b));
	sbuf_done(&b);
}

void
session_begin(struct session *s, const struct pipes *p, bool configuration)
{
	struct tree *t = frame(s, "begin");

	if (t == NULL)
		return;
	tree_leaf(t->root, "form", "%s",
		configuration && !s->is_rpc ? "text" : form_names[p->form]);
	if (s->is_rpc && configuration)
		rpc_begin_configuration(s, p, t->root);
	for (unsigned int i = 0; i < p->n; i++) {
		struct tnode *n = tree_open(t->root, "pipe");

		tree_leaf(n, "name", "%s", p->stage[i].name);
		if (p->stage[i].argument != NULL)
			tree_leaf(n, "argument", "%s", p->stage[i].argument);
	}
	session_send(s, t);
}

static void
clear_request(struct session *s)
{
	if (s->rq != NULL)
		tree_free(s->rq->out);
	free(s->rq);
	s->rq = NULL;
	cmdline_done(&s->words);
	tree_free(s->request);
	s->request = NULL;
	s->busy = false;
	s->parts = 0;
}

void
session_end_asking(struct session *s, const char *need, const char *name,
	const char *question)
{
	struct tree *t = frame(s, "end");
	unsigned int minutes = deadline_minutes(s->env);

	if (t == NULL)
		return;
	tree_leaf(t->root, "status", "%d", s->failed ? 1 : 0);
	tree_leaf(t->root, "mode", "%s",
		s->closing       ? "closed"
		: s->configuring ? "configuration"
				 : "operational");
	tree_leaf(t->root, "path", "%s", sbuf_text(&s->path));
	tree_leaf(t->root, "user", "%s", s->user);
	tree_leaf(t->root, "host", "%s", names_host(s->env));
	if (minutes > 0)
		tree_leaf(t->root, "confirm-minutes", "%u", minutes);
	if (need != NULL)
		tree_leaf(t->root, "need", "%s", need);
	if (name != NULL)
		tree_leaf(t->root, "name", "%s", name);
	if (question != NULL)
		tree_leaf(t->root, "question", "%s", question);
	session_send(s, t);
	s->ends++;
	clear_request(s);
}

void
session_end(struct session *s)
{
	session_end_asking(s, NULL, NULL, NULL);
}

void
session_who(const struct session *s, struct sbuf *out)
{
	long idle = (long)(time(NULL) - s->active);
	char since[32];

	if (idle < 0)
		idle = 0;
	config_time_text(s->since, since);
	sbuf_puts(out, s->user);
	if (s->tty.name[0] != '\0')
		sbuf_printf(out, " terminal %s", s->tty.name);
	sbuf_printf(out, " (pid %d) on since %s, idle %02ld:%02ld:%02ld",
		(int)s->pid, since, idle / 3600, idle / 60 % 60, idle % 60);
}

void
session_leave(struct session *s)
{
	if (s->job_running) {
		s->job_running = false;
		s->job.cancel(s->job.ctx);
	}
	conf_abandon(s);
	rpc_private_close(s);
	rpc_session_leave(s);
	free(s->load.source);
	s->load.source = NULL;
	clear_request(s);
}
