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

#include "cli/ask.h"
#include "cli/files.h"
#include "cli/idle.h"
#include "cli/load_text.h"
#include "cli/shell_impl.h"
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
lost(struct shell *sh)
{
	if (!sh->lost && !sh->quiet)
		shell_say(sh, "error: the connection to the daemon was lost");
	sh->lost = true;
	sh->failed = true;
}

/* A new answer: forget the one before. */
static void
start_answer(struct shell *sh)
{
	unsigned int rows, columns;

	shell_size(sh, &rows, &columns);
	sh->failed = sh->xml = sh->json = sh->no_more = false;
	sh->interrupted = false;
	sh->refresh = 0;
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
		filter_feed(sh->filter, sbuf_text(&text), text.len);
	}
	sbuf_done(&text);
	free_parts(sh);
}

/* Read frames up to `end`. */
static void
receive(struct shell *sh)
{
	struct tree *t;
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
			end = shell_frame(sh, t);
	}
}

static void
send_text(struct shell *sh, const char *request, const char *child,
	const char *text)
{
	if (mgmt_client_send_text(sh->client, request, child, text) < 0)
		lost(sh);
}

/* | request message: to the other users goes what came through the pipes. */
static void
send_message(struct shell *sh)
{
	const char *user = NULL, *text = "";
	struct tree *t;

	if (sh->lost || !filter_message(sh->filter, &user, &text))
		return;
	t = tree_create();
	if (t == NULL)
		return;
	tree_leaf(tree_root(t, "tell"), "text", "%s", text);
	if (user != NULL)
		tree_leaf(t->root, "user", "%s", user);
	if (mgmt_client_send(sh->client, t) < 0)
		lost(sh);
	tree_free(t);
	receive(sh);
}

/* The answer is complete: what pipes and pages have kept comes out. */
static void
finish(struct shell *sh)
{
	char why[512] = "";

	print_parts(sh);
	if (!filter_end(sh->filter, why, sizeof(why)))
		shell_error(sh, why);
	send_message(sh);
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

/* load, compare: text as it is, XML and JSON as elements. */
static void
send_data(struct shell *sh)
{
	char *text = files_load(sh, sh->need, sh->name);
	char why[300], line[400];
	struct tree *t = load_text(text, why, sizeof(why));

	got_sigint = 0; /* ^C has ended the text, no more */
	if (t == NULL) {
		snprintf(line, sizeof(line), "error: %s: %.280s",
			sh->name != NULL ? sh->name : "terminal", why);
		shell_error(sh, line);
		t = load_text(NULL, why, sizeof(why));
	}
	if (t == NULL || mgmt_client_send(sh->client, t) < 0)
		lost(sh);
	tree_free(t);
	free(text);
}

static void
send_secret(struct shell *sh)
{
	char *text = ask_secret(sh);

	send_text(sh, "load-data", text != NULL ? "text" : "failed",
		text != NULL ? text : "");
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

/* The daemon asked for something before the command can be done. */
static bool
follow_up(struct shell *sh)
{
	if (sh->lost || (sh->need == NULL && sh->question == NULL))
		return false;
	if (sh->question != NULL)
		send_text(sh, "answer", "text",
			ask_yes(sh, sh->question) ? "yes" : "no");
	else if (strcmp(sh->need, "secret") == 0)
		send_secret(sh);
	else
		send_data(sh);
	forget_wishes(sh);
	return !sh->lost;
}

static void
print_timestamp(struct shell *sh)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[64];

	if (sh->timestamp.len == 0 || !sh->interactive || sh->quiet)
		return;
	localtime_r(&now, &tm);
	if (strftime(text, sizeof(text), sbuf_text(&sh->timestamp), &tm) > 0)
		printf("%s\n", text);
}

/* The line, and where the user sits: who else is there wants to know. */
static void
send_command(struct shell *sh, const char *line)
{
	const char *tty =
		isatty(STDIN_FILENO) == 1 ? ttyname(STDIN_FILENO) : NULL;
	const char *type = getenv("TERM");
	struct tree *t = tree_create();
	char directory[512];
	struct winsize ws;

	if (t == NULL)
		return;
	tree_leaf(tree_root(t, "command"), "line", "%s", line);
	if (tty != NULL)
		tree_leaf(t->root, "terminal", "%s",
			strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty);
	if (sh->interactive && type != NULL)
		tree_leaf(t->root, "type", "%s", type);
	if (getcwd(directory, sizeof(directory)) != NULL)
		tree_leaf(t->root, "directory", "%s", directory);
	if (sh->interactive && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0) {
		tree_leaf(t->root, "rows", "%u", ws.ws_row);
		tree_leaf(t->root, "columns", "%u", ws.ws_col);
	}
	if (mgmt_client_send(sh->client, t) < 0)
		lost(sh);
	tree_free(t);
}

static bool
run_once(struct shell *sh, const char *line)
{
	sh->line = line;
	got_sigint = 0;
	start_answer(sh);
	print_timestamp(sh);
	send_command(sh, line);
	do
		receive(sh);
	while (follow_up(sh));
	finish(sh);
	return !sh->failed && !sh->lost;
}

/* `| refresh`: wait for the next time; false: it was the last one. */
static bool
wait_refresh(struct shell *sh)
{
	struct pollfd p = {.fd = mgmt_client_fd(sh->client), .events = POLLIN};

	if (sh->refresh == 0 || sh->interrupted || sh->stopped || sh->lost)
		return false;
	fflush(stdout);
	while (!got_sigint && !sh->lost) {
		int rc = poll(&p, 1, (int)sh->refresh * 1000);

		if (rc == 0)
			return true;
		if (rc > 0)
			shell_idle(sh);
	}
	sh->stopped |= got_sigint && !sh->interactive;
	got_sigint = 0;
	return false;
}

bool
shell_run(struct shell *sh, const char *line)
{
	bool ok = run_once(sh, line);

	while (wait_refresh(sh))
		ok = run_once(sh, line);
	return ok;
}

bool
shell_interrupted(void)
{
	bool was = got_sigint != 0;

	got_sigint = 0;
	return was;
}

void
shell_page(struct shell *sh, const char *text)
{
	unsigned int rows, columns;

	shell_size(sh, &rows, &columns);
	pager_start(&sh->pager, sh->interactive && isatty(STDOUT_FILENO) == 1,
		rows, columns);
	pager_write(&sh->pager, text, strlen(text));
	pager_end(&sh->pager);
}

/* --- the keyboard --- */

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void
shell_active(struct shell *sh)
{
	sh->active_ms = now_ms();
}

/* Milliseconds until the user is warned (text) or the session ends; -1. */
static int
idle_ms(const struct shell *sh, const char **ret_text)
{
	uint64_t elapsed = now_ms() - sh->active_ms;

	*ret_text = NULL;
	if (sh->idle_minutes == 0)
		return -1;
	return (int)idle_next(sh->idle_minutes * 60,
		       (unsigned int)((elapsed + 500) / 1000), ret_text) *
	       1000;
}

enum shell_wait
shell_wait(struct shell *sh, bool daemon)
{
	struct pollfd p[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = daemon ? mgmt_client_fd(sh->client) : -1,
			.events = POLLIN}};
	const char *text;
	int ms = idle_ms(sh, &text);
	int rc = poll(p, 2, ms);

	if (rc < 0)
		return errno == EINTR ? SHELL_SIGNAL : SHELL_CLOSED;
	if (rc > 0 && p[1].revents != 0)
		return SHELL_DAEMON;
	if (rc > 0) {
		shell_active(sh);
		return SHELL_KEY;
	}
	if (text != NULL) {
		printf("\nWarning: session will be closed in %s if there is "
		       "no activity\n",
			text);
		return SHELL_WARNED;
	}
	printf("\nIdle timeout exceeded: closing session\n");
	sh->closed = true;
	return SHELL_CLOSED;
}

/* For the pager. */
static bool
wait_key(void *ctx)
{
	enum shell_wait w;

	do {
		fflush(stdout);
		w = shell_wait(ctx, false);
	} while (w == SHELL_SIGNAL || w == SHELL_WARNED);
	return w == SHELL_KEY;
}

int
shell_open(struct shell *sh, const char *path, bool interactive)
{
	int rc;

	*sh = (struct shell){.interactive = interactive,
		.socket_path = path,
		.screen_length = -1,
		.screen_width = -1,
		.complete_on_space = true};
	rc = mgmt_client_open(path, &sh->client);
	if (rc < 0)
		return rc;
	sh->pager.wait = wait_key;
	sh->pager.ctx = sh;
	input_init(&sh->input, STDIN_FILENO);
	catch_sigint();
	shell_active(sh);
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
	sbuf_done(&sh->own_prompt);
	pager_done(&sh->pager);
	free(sh->terminal);
}

void
shell_prompt(const struct shell *sh, struct sbuf *out)
{
	if (sh->own_prompt.len > 0) {
		const char *text = sbuf_text(&sh->own_prompt);

		sbuf_printf(out, "%s%s", text,
			text[sh->own_prompt.len - 1] == ' ' ? "" : " ");
		return;
	}
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
			end = shell_frame(sh, t);
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
		shell_frame(sh, t);
		forget_wishes(sh);
	} else if (rc != -EINTR) {
		lost(sh);
	}
}
