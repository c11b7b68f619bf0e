/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session - one user at the daemon: what the request handlers share. The
 * socket side is server.c; handlers only append frames with the session_*
 * functions below.
 *
 * A request ends with exactly one session_end(), from its handler or, when a
 * command was detached, from ops_job_done().
 *
 * Threads: the control thread.
 */
#ifndef MGMT_SESSION_H
#define MGMT_SESSION_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "base/sbuf.h"
#include "mgmt/grammar.h"
#include "mgmt/parse_error.h"
#include "mgmt/pipes.h"
#include "mgmt/proto.h"
#include "ops/ops.h"

struct ops_job {
	struct session *session;
	void (*cancel)(void *ctx);
	void *ctx;
};

/* What the next load-data or answer is for. */
enum session_want {
	WANT_NOTHING,
	WANT_LOAD,    /* load-data: text for a pending load */
	WANT_ANSWER,  /* answer: leave configuration mode? */
	WANT_COMPARE, /* load-data: what to compare with */
	WANT_SECRET,  /* load-data: a password to be set */
};

/* A line as it was typed, for `show cli history`. */
struct session_line {
	time_t when;
	char *text;
};
#define SESSION_HISTORY 100u

/* The user's terminal, as his program tells it. */
struct session_tty {
	char name[32]; /* "pts/3"; empty: none */
	char type[32];
	char directory[512];
	unsigned int rows, columns;
};

struct load_request {
	int action; /* enum config_load of config/candidate.h */
	bool relative;
	char *source; /* file name or "terminal" */
};

struct config_tree;

struct session {
	struct mgmt_server *server;
	struct ops_env *env;
	struct grammar grammar;
	struct session *next;

	int fd;
	bool writing; /* waiting for room in the socket */
	bool more;    /* of a long answer, in the next turn */
	bool broken;  /* to be closed after this round */
	struct proto_in in;
	struct sbuf out;
	size_t out_done;
	struct tree *queued; /* a request that came too early */

	unsigned int id;
	uid_t uid;
	pid_t pid;
	char user[64];
	time_t since;

	/* The request that runs. */
	bool busy;
	bool is_rpc;
	bool failed;  /* something was an error */
	bool closing; /* exit at the top: the client shall go */
	struct ops_request *rq;
	struct tree *request;
	struct cmdline words; /* of the line; args of rq point into it */
	struct pipes pipes;
	size_t rest, rest_end; /* words that the grammar did not take */
	struct ops_job job;
	bool job_running;
	bool job_sent;         /* it has sent a tree */
	unsigned int job_lost; /* trees dropped for a slow reader */
	unsigned int ends;     /* requests ended so far */
	unsigned int parts;    /* trees answered so far */

	/* Configuration mode. */
	bool configuring;
	bool exclusive;
	bool private_mode;
	struct sbuf path;   /* edit path: CLI words, quoted as in set text */
	struct sbuf levels; /* paths before each `edit`, each with its NUL */
	enum session_want want;
	struct load_request load;
	bool quit_after; /* `answer` ends the session too */

	/* NETCONF (rpc.h). */
	enum pipe_form rpc_form; /* of a command line without a display */
	bool netconf;            /* the program of NETCONF clients */
	bool rfc;                /* answers as RFC 6241 has them */
	char from[64];           /* address of the client, or empty */
	unsigned int rpcs;       /* requests so far */
	struct config_tree *private_candidate; /* or NULL */
	struct config_tree *private_base;      /* what it began with */

	/* set cli, as show cli tells it. */
	int screen_length, screen_width; /* -1: as the terminal is */
	unsigned int idle_minutes;
	bool complete_on_space, timestamp, restart_on_upgrade;

	struct session_tty tty;
	bool greeted;  /* what `system login` says to a user was said */
	time_t active; /* the last request came then */
	struct session_line history[SESSION_HISTORY];
	unsigned int n_history; /* lines so far; the last ones are kept */

	/* A password that was asked for: the words of the statement. */
	char *secret_line;
};

/* Append a frame; the tree is freed. */
void session_send(struct session *s, struct tree *t);

/* Append an operational answer in the form that was asked for. */
void session_answer(struct session *s, struct tree *t, const char *part);

/* Append an "output" frame. */
void session_print(struct session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void session_print_text(struct session *s, const char *text);

#define NO_COLUMN (-1)

/*
 * Append a message or, for an rpc, an rpc-error. text is what the CLI prints,
 * "error: " included where Junos has it. An error makes the request fail.
 */
void session_error(struct session *s, int column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void session_parse_error(struct session *s, const struct parse_error *e);
void session_warning(struct session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Tell the client which form and filters to use; the text of a configuration
 * comes in its form already. */
void session_begin(
	struct session *s, const struct pipes *p, bool configuration);

/* End the request; need and question are NULL or what the client must ask. */
void session_end_asking(struct session *s, const char *need, const char *name,
	const char *question);
void session_end(struct session *s);

/* What all sessions share. */
struct session_shared {
	/* A confirmed commit that needs this id to be confirmed, and when it
	 * was made; empty: none [OP-137]. */
	char persist_id[64];
	int64_t persist_time;
	unsigned long refused;         /* connections: too many sessions */
	unsigned long refused_netconf; /* NETCONF sessions: too many of them */
};
struct session_shared *session_shared(const struct session *s);

/* Requests (request.c). */
void session_request(struct session *s, struct tree *request);
void session_interrupt(struct session *s);
/* Go on with a long answer; false when there is nothing to go on with. */
bool session_continue(struct session *s);
/* Release what the user held; the socket is closed by the caller. */
void session_leave(struct session *s);

/* The sessions of a server. */
struct session *session_first(const struct mgmt_server *server);

/* A text from this user to another (NULL: all), or his own other sessions.
 * False: he is not there. */
bool session_tell(struct session *s, const char *user, const char *text);

/* "root terminal pts/0 (pid 17) on since ..., idle 00:01:02" */
void session_who(const struct session *s, struct sbuf *out);
/* The candidate was changed now; when was that last (0: never)? */
void session_touch(struct session *s);
time_t session_touched(const struct session *s);

#endif /* MGMT_SESSION_H */
