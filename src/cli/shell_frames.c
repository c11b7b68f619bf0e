/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon answers with, frame by frame (mgmt/proto.h).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/local.h"
#include "cli/shell_impl.h"
#include "render/render.h"

void
shell_size(const struct shell *sh, unsigned int *rows, unsigned int *columns)
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

void
shell_say(struct shell *sh, const char *text)
{
	FILE *f = sh->interactive ? stdout : stderr;

	fflush(stdout);
	fprintf(f, "%s\n", text);
	fflush(f);
}

void
shell_error(struct shell *sh, const char *text)
{
	sh->failed = true;
	shell_say(sh, text);
}

/* [OP-140] When this was so. */
static void
print_refreshed(struct shell *sh)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[64];

	if (strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %Z",
		    localtime_r(&now, &tm)) > 0)
		printf("---(refreshed at %s)---\n", text);
	(void)sh;
}

static void
on_begin(struct shell *sh, const struct tnode *root)
{
	const char *form = tnode_text(root, "form");
	unsigned int rows, columns;
	char why[256];

	shell_size(sh, &rows, &columns);
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
		if (strcmp(name, "refresh") == 0) {
			sh->refresh = (unsigned int)tnode_u64(n, "argument");
			sh->pager.paging = false;
			print_refreshed(sh);
		}
		if (filter_add(sh->filter, name, tnode_text(n, "argument"),
			    rows > 1 ? rows - 1 : 23, why, sizeof(why)) < 0) {
			sh->failed = true;
			shell_say(sh, why);
		}
	}
}

static void
feed(struct shell *sh, const char *text)
{
	if (!sh->quiet)
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
	if (sh->quiet)
		return;
	if (tnode_child(root, "column") != NULL)
		print_caret(sh, (unsigned int)tnode_u64(root, "column"));
	shell_say(sh, text != NULL ? text : "error");
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
		shell_say(sh, where);
	} else if (getcwd(where, sizeof(where)) != NULL) {
		if (!sh->quiet)
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
	} else if (strcmp(name, "prompt") == 0) {
		set_text(&sh->own_prompt, text);
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

	shell_say(sh, text != NULL ? text : "");
}

bool
shell_frame(struct shell *sh, struct tree *t)
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
	} else if (strcmp(name, "local") == 0) {
		if (!local_run(sh, root))
			sh->failed = true;
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
