/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/shell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/files.h"
#include "render/render.h"

static volatile sig_atomic_t got_sigint;

static void
on_sigint(int sig)
{
	(void)sig;
	got_sigint = 1;
}

/* Without SA_RESTART: waiting for the daemon must end at ^C. */
static void
catch_sigint(void)
{
	struct sigaction sa = {.sa_handler = on_sigint};

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
}

static void
to_pager(void *ctx, const char *text, size_t len)
{
	struct shell *sh = ctx;

	pager_write(&sh->pager, text, len);
}

static void
terminal_size(const struct shell *sh, unsigned int *rows, unsigned int *columns)
{
	struct winsize ws;

	*rows = 24;
	*columns = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0) {
		if (ws.ws_row > 0)
			*rows = ws.ws_row;
		if (ws.ws_col > 0)
			*columns = ws.ws_col;
	}
	if (sh->screen_length >= 0)
		*rows = (unsigned int)sh->screen_length;
}

static void
set_text(struct sbuf *b, const char *text)
{
	sbuf_reset(b);
	sbuf_puts(b, text != NULL ? text : "");
}

static void
lost(struct shell *sh)
{
	if (!sh->lost)
		fprintf(stderr, "error: the connection to the daemon was "
				"lost\n");
	sh->lost = true;
	sh->failed = true;
}

/* A new answer: forget the one before. */
static void
start_answer(struct shell *sh)
{
	unsigned int rows, columns;

	terminal_size(sh, &rows, &columns);
	sh->failed = sh->xml = sh->json = sh->no_more = false;
	sh->interrupted = false;
	filter_free(sh->filter);
	sh->filter = filter_create(to_pager, sh);
	pager_start(&sh->pager, sh->interactive && isatty(STDOUT_FILENO) == 1,
		rows, columns);
}

static void
free_parts(struct shell *sh)
{
	for (size_t i = 0; i < sh->n_parts; i++)
		tree_free(sh->parts[i]);
	free(sh->parts);
	sh->parts = NULL;
	sh->n_parts = 0;
}

static void
print_error(struct shell *sh, const char *text)
{
	FILE *f = sh->interactive ? stdout : stderr;

	fflush(stdout);
	fprintf(f, "%s\n", text);
	fflush(f);
}

static void
on_begin(struct shell *sh, const struct tnode *root)
{
	const char *form = tnode_text(root, "form");
	unsigned int rows, columns;
	char why[256];

	terminal_size(sh, &rows, &columns);
	sh->xml = form != NULL && strncmp(form, "xml", 3) == 0;
	sh->json = form != NULL && strcmp(form, "json") == 0;
	tnode_foreach (n, root) {
		const char *name = tnode_text(n, "name");

		if (strcmp(n->name, "pipe") != 0 || name == NULL)
			continue;
		if (strcmp(name, "no-more") == 0)
			sh->pager.paging = false;
		if (strcmp(name, "hold") == 0)
			sh->pager.hold = true;
		if (filter_add(sh->filter, name, tnode_text(n, "argument"),
			    rows > 1 ? rows - 1 : 23, why, sizeof(why)) < 0) {
			sh->failed = true;
			print_error(sh, why);
		}
	}
}

static void
feed(struct shell *sh, const char *text)
{
	filter_feed(sh->filter, text, strlen(text));
}

/* Bytes of UTF-8 that follow others take no column. */
static int
columns_of(const char *text, size_t bytes)
{
	int n = 0;

	for (size_t i = 0; i < bytes && text[i] != '\0'; i++)
		n += (text[i] & 0xc0) != 0x80;
	return n;
}

/* [OP-101], and without a terminal [OP-102]. */
static void
print_caret(struct shell *sh, unsigned int column)
{
	struct sbuf prompt = SBUF_INIT;
	int at = columns_of(sh->line, column);

	/* The column may lie behind the end of the line. */
	if (column > strlen(sh->line))
		at += (int)(column - strlen(sh->line));
	if (sh->interactive) {
		shell_prompt(sh, &prompt);
		at += columns_of(sbuf_text(&prompt), prompt.len);
		printf("%*s^\n", at, "");
		fflush(stdout);
	} else {
		fflush(stdout);
		fprintf(stderr, "%s\n%*s^\n", sh->line, at, "");
	}
	sbuf_done(&prompt);
}

static void
on_message(struct shell *sh, const struct tnode *root)
{
	const char *text = tnode_text(root, "text");
	const char *severity = tnode_text(root, "severity");

	if (severity == NULL || strcmp(severity, "error") == 0)
		sh->failed = true;
	if (tnode_child(root, "column") != NULL)
		print_caret(sh, (unsigned int)tnode_u64(root, "column"));
	print_error(sh, text != NULL ? text : "error");
}

static void
change_directory(struct shell *sh, const char *path)
{
	char where[4096];

	if (chdir(path) != 0) {
		sh->failed = true;
		snprintf(where, sizeof(where),
			"error: cannot enter '%.3000s': "
			"%s",
			path, strerror(errno));
		print_error(sh, where);
	} else if (getcwd(where, sizeof(where)) != NULL) {
		printf("Current directory: %s\n", where);
	}
}

static void
on_setting(struct shell *sh, const struct tnode *root)
{
	const char *name = tnode_text(root, "name");
	const char *text = tnode_text(root, "value");
	int value = (int)tnode_u64(root, "value");

	if (name == NULL || text == NULL)
		return;
	if (strcmp(name, "screen-length") == 0) {
		sh->screen_length = value;
	} else if (strcmp(name, "screen-width") == 0) {
		sh->screen_width = value;
		sh->width_changed = true;
	} else if (strcmp(name, "complete-on-space") == 0) {
		sh->complete_on_space = value != 0;
	} else if (strcmp(name, "timestamp") == 0) {
		set_text(&sh->timestamp, text);
	} else if (strcmp(name, "idle-timeout") == 0) {
		sh->idle_minutes = (unsigned int)value;
	} else if (strcmp(name, "terminal") == 0) {
		free(sh->terminal);
		sh->terminal = strdup(text);
	} else if (strcmp(name, "directory") == 0) {
		change_directory(sh, text);
	}
}

/* An operational answer, or a part of one; takes t. */
static void
on_answer(struct shell *sh, struct tree *t)
{
	struct sbuf text = SBUF_INIT;
	struct tree **parts;
	bool first, last;

	mgmt_client_part(t, &first, &last);
	if (sh->xml || sh->json) {
		parts = realloc(sh->parts, (sh->n_parts + 1) * sizeof(*parts));
		if (parts == NULL) {
			tree_free(t);
			sh->failed = true;
			return;
		}
		parts[sh->n_parts++] = t;
		sh->parts = parts;
		return;
	}
	render_text_part(t, first, last, &text);
	feed(sh, sbuf_text(&text));
	if (!sh->interactive || !sh->pager.paging)
		fflush(stdout); /* ping and monitor show what they have */
	sbuf_done(&text);
	tree_free(t);
}

static void
on_end(struct shell *sh, const struct tnode *root)
{
	const char *mode = tnode_text(root, "mode");
	const char *text;

	if (tnode_u64(root, "status") != 0)
		sh->failed = true;
	sh->configuring = mode && strcmp(mode, "configuration") == 0;
	if (mode != NULL && strcmp(mode, "closed") == 0)
		sh->closed = true;
	set_text(&sh->path, tnode_text(root, "path"));
	set_text(&sh->user, tnode_text(root, "user"));
	set_text(&sh->host, tnode_text(root, "host"));
	sh->confirm_minutes = (unsigned int)tnode_u64(root, "confirm-minutes");
	text = tnode_text(root, "need");
	sh->need = text != NULL ? strdup(text) : NULL;
	text = tnode_text(root, "name");
	sh->name = text != NULL ? strdup(text) : NULL;
	text = tnode_text(root, "question");
	sh->question = text != NULL ? strdup(text) : NULL;
}

static void
on_notice(struct shell *sh, const struct tnode *root)
{
	const char *text = tnode_text(root, "text");

	print_error(sh, text != NULL ? text : "");
}

/* One frame. True when it was the end; takes t. */
static bool
on_frame(struct shell *sh, struct tree *t)
{
	const struct tnode *root = t->root;
	const char *name = root->name, *text;
	bool end = false;

	if (strcmp(name, "end") == 0) {
		on_end(sh, root);
		end = true;
	} else if (strcmp(name, "begin") == 0) {
		on_begin(sh, root);
	} else if (strcmp(name, "output") == 0) {
		text = tnode_text(root, "text");
		if (text == NULL) {
			on_answer(sh, t); /* an answer of this name */
			return false;
		}
		feed(sh, text);
	} else if (strcmp(name, "message") == 0) {
		on_message(sh, root);
	} else if (strcmp(name, "setting") == 0) {
		on_setting(sh, root);
	} else if (strcmp(name, "notice") == 0) {
		on_notice(sh, root);
	} else if (strcmp(name, "file") == 0) {
		if (!files_save(sh, root))
			sh->failed = true;
	} else {
		on_answer(sh, t);
		return false;
	}
	tree_free(t);
	return end;
}

static void
interrupt(struct shell *sh)
{
	struct tree *t;

	if (sh->interrupted)
		return;
	sh->interrupted = true;
	t = tree_create();
	if (t == NULL)
		return;
	tree_root(t, "interrupt");
	mgmt_client_send(sh->client, t);
	tree_free(t);
}

/* Print what was gathered for XML or JSON as one document. */
static void
print_parts(struct shell *sh)
{
	struct sbuf text = SBUF_INIT;

	if (sh->n_parts > 0) {
		render_join(sh->parts, sh->n_parts);
		if (sh->json)
			render_json(sh->parts[0], &text);
		else
			render_xml_reply(sh->parts[0], &text);
		if (text.len > 0 && text.data[text.len - 1] != '\n')
			sbuf_putc(&text, '\n');
		feed(sh, sbuf_text(&text));
	}
	sbuf_done(&text);
	free_parts(sh);
}

/* Read frames up to `end`. */
static void
receive(struct shell *sh)
{
	struct tree *t;
	char why[512] = "";
	bool end = false;
	int rc;

	while (!end && !sh->lost) {
		if (got_sigint || sh->pager.quit) {
			sh->stopped |= got_sigint && !sh->interactive;
			got_sigint = 0;
			interrupt(sh);
		}
		rc = mgmt_client_recv(sh->client, &t);
		if (rc == -EINTR)
			continue;
		if (rc < 0)
			lost(sh);
		else
			end = on_frame(sh, t);
	}
	print_parts(sh);
	if (!filter_end(sh->filter, why, sizeof(why))) {
		sh->failed = true;
		print_error(sh, why);
	}
	pager_end(&sh->pager);
}

static void
forget_wishes(struct shell *sh)
{
	free(sh->need);
	free(sh->name);
	free(sh->question);
	sh->need = sh->name = sh->question = NULL;
}

static void
send_text(struct shell *sh, const char *request, const char *child,
	const char *text)
{
	if (mgmt_client_send_text(sh->client, request, child, text) < 0)
		lost(sh);
}

/* "yes" or "no"; without a terminal nobody can say no. */
static void
answer_question(struct shell *sh)
{
	const char *answer = "yes";
	char *line = NULL;

	if (sh->interactive) {
		printf("%s [yes,no] (yes) ", sh->question);
		fflush(stdout);
		line = input_line(&sh->input);
		printf("%s\n", line != NULL ? line : "");
		if (line != NULL && (line[0] == 'n' || line[0] == 'N'))
			answer = "no";
	}
	free(line);
	send_text(sh, "answer", "text", answer);
}

/* The daemon asked for something before the command can be done. */
static bool
follow_up(struct shell *sh)
{
	char *text;

	if (sh->lost || (sh->need == NULL && sh->question == NULL))
		return false;
	if (sh->question != NULL) {
		answer_question(sh);
	} else {
		text = files_load(sh, sh->need, sh->name);
		if (text != NULL)
			send_text(sh, "load-data", "text", text);
		else
			send_text(sh, "load-data", "failed", "");
		free(text);
	}
	forget_wishes(sh);
	return !sh->lost;
}

static void
print_timestamp(struct shell *sh)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[64];

	if (sh->timestamp.len == 0 || !sh->interactive)
		return;
	localtime_r(&now, &tm);
	if (strftime(text, sizeof(text), sbuf_text(&sh->timestamp), &tm) > 0)
		printf("%s\n", text);
}

bool
shell_run(struct shell *sh, const char *line)
{
	bool failed = false;

	sh->line = line;
	got_sigint = 0;
	start_answer(sh);
	print_timestamp(sh);
	send_text(sh, "command", "line", line);
	do {
		receive(sh);
		failed |= sh->failed;
		start_answer(sh);
	} while (follow_up(sh));
	return !failed && !sh->lost;
}

int
shell_open(struct shell *sh, const char *path, bool interactive)
{
	int rc;

	*sh = (struct shell){.interactive = interactive,
		.screen_length = -1,
		.screen_width = -1,
		.complete_on_space = true};
	rc = mgmt_client_open(path, &sh->client);
	if (rc < 0)
		return rc;
	input_init(&sh->input, STDIN_FILENO);
	catch_sigint();
	shell_run(sh, "");
	return sh->lost ? -ECONNRESET : 0;
}

void
shell_close(struct shell *sh)
{
	mgmt_client_close(sh->client);
	filter_free(sh->filter);
	free_parts(sh);
	forget_wishes(sh);
	sbuf_done(&sh->path);
	sbuf_done(&sh->user);
	sbuf_done(&sh->host);
	sbuf_done(&sh->timestamp);
	free(sh->terminal);
}

void
shell_prompt(const struct shell *sh, struct sbuf *out)
{
	sbuf_printf(out, "%s@%s%c ", sbuf_text(&sh->user), sbuf_text(&sh->host),
		sh->configuring ? '#' : '>');
}

void
shell_banner(const struct shell *sh, struct sbuf *out)
{
	if (sh->confirm_minutes > 0)
		sbuf_printf(out,
			"# commit confirmed will be rolled back in %u "
			"minute%s\n",
			sh->confirm_minutes,
			sh->confirm_minutes == 1 ? "" : "s");
	if (!sh->configuring)
		return;
	if (sh->path.len > 0)
		sbuf_printf(out, "[edit %s]\n", sbuf_text(&sh->path));
	else
		sbuf_puts(out, "[edit]\n");
}

struct tree *
shell_complete(struct shell *sh, const char *line, const char *key)
{
	struct tree *t = tree_create(), *reply = NULL;
	bool end = false;
	int rc;

	if (t == NULL)
		return NULL;
	tree_leaf(tree_root(t, "complete"), "line", "%s", line);
	tree_leaf(t->root, "key", "%s", key);
	rc = mgmt_client_send(sh->client, t);
	tree_free(t);
	while (rc == 0 && !end) {
		rc = mgmt_client_recv(sh->client, &t);
		if (rc == -EINTR) {
			rc = 0;
			continue;
		}
		if (rc == 0 && strcmp(t->root->name, "completion") == 0) {
			tree_free(reply);
			reply = t;
		} else if (rc == 0) {
			end = on_frame(sh, t);
			forget_wishes(sh);
		}
	}
	if (rc < 0)
		lost(sh);
	return reply;
}

void
shell_idle(struct shell *sh)
{
	struct tree *t;
	int rc = mgmt_client_recv(sh->client, &t);

	if (rc == 0) {
		on_frame(sh, t);
		forget_wishes(sh);
	} else if (rc != -EINTR) {
		lost(sh);
	}
}
