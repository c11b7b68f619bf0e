/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shell - one session with the daemon: a line goes out, its answer is printed
 * in the form and through the filters that the daemon read from the line.
 *
 * Interactive or not, the same code runs. Without a terminal nothing is asked
 * (questions get "yes"), nothing is paged, and errors go to standard error.
 */
#ifndef CLI_SHELL_H
#define CLI_SHELL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sbuf.h"
#include "cli/filter.h"
#include "cli/input.h"
#include "cli/pager.h"
#include "mgmt/client.h"

struct shell {
	struct mgmt_client *client;
	const char *socket_path; /* borrowed */
	bool interactive;
	bool quiet;         /* print nothing of what comes */
	struct input input; /* script, load terminal */

	/* The session, as the last `end` told it. */
	bool configuring;
	bool closed;  /* the user left */
	bool lost;    /* the daemon is gone */
	bool stopped; /* the user interrupted a script */
	struct sbuf path, user, host;
	unsigned int confirm_minutes;

	/* set cli; -1: as the terminal is. */
	int screen_length, screen_width;
	bool complete_on_space;
	struct sbuf timestamp; /* its format; empty: none */
	bool width_changed;    /* the editor has not seen it yet */
	char *terminal;        /* a type that the editor shall take; or NULL */
	unsigned int idle_minutes; /* 0: for ever */
	uint64_t active_ms;        /* the user did something then */
	struct sbuf own_prompt;    /* empty: the usual one */

	/* The answer that is coming in. */
	const char *line;
	bool failed;
	bool xml, json;
	bool no_more;
	bool interrupted;
	unsigned int refresh; /* seconds until it is run again; 0: it is not */
	struct filter_chain *filter;
	struct pager pager;
	struct tree **parts; /* gathered for XML and JSON */
	size_t n_parts;
	char *need, *name, *question;
};

/* 0 or -errno of the connection. Fetches the prompt. */
int shell_open(struct shell *sh, const char *path, bool interactive);
void shell_close(struct shell *sh);

/* Run a line. False when it failed. */
bool shell_run(struct shell *sh, const char *line);

/* An error of this program's: print it, the command has failed. */
void shell_error(struct shell *sh, const char *text);

/* Was there a ^C since the last call? */
bool shell_interrupted(void);

enum shell_wait {
	SHELL_KEY,    /* standard input has something */
	SHELL_DAEMON, /* the daemon has; only if that was asked */
	SHELL_SIGNAL,
	SHELL_WARNED, /* the user was told that he is idle */
	SHELL_CLOSED, /* he was idle too long */
};

/* Wait for the user [OP-118]. shell_active(): he is there. */
enum shell_wait shell_wait(struct shell *sh, bool daemon);
void shell_active(struct shell *sh);

/* Print text, in pages. */
void shell_page(struct shell *sh, const char *text);

/* The prompt, without the banner line that stands above it. */
void shell_prompt(const struct shell *sh, struct sbuf *out);
/* "# commit confirmed ..." and "[edit ...]" lines. */
void shell_banner(const struct shell *sh, struct sbuf *out);

/* Ask for completions; the `completion` tree is the caller's, or NULL. */
struct tree *shell_complete(
	struct shell *sh, const char *line, const char *key);

/* What arrived without being asked for; also notices that daemon went. */
void shell_idle(struct shell *sh);

#endif /* CLI_SHELL_H */
