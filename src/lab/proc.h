/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proc - a program run inside a network namespace (or here), its output kept.
 */
#ifndef LAB_PROC_H
#define LAB_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/sbuf.h"

struct lab_pair;

struct lab_spawn {
	const char *netns;          /* name under /run/netns; NULL: stay here */
	const char *const *argv;    /* NULL-terminated; looked up in PATH */
	const char *input;          /* standard input; NULL: /dev/null */
	const char *log;            /* output goes to this file, not to us */
	const char *dir;            /* working directory; NULL: ours */
	const struct lab_pair *env; /* more variables */
	size_t n_env;
	const struct lab_pair *env2; /* and more */
	size_t n_env2;
	bool outlive; /* go on when we die (a lab that stays up) */
};

struct lab_proc {
	pid_t pid;  /* 0: none, or it has ended */
	int fd;     /* its output; -1 with a log */
	int status; /* of waitpid, once pid is 0 */
	struct sbuf out;
	bool truncated; /* more than the 1 MB that is kept */
};

#define LAB_PROC_INIT ((struct lab_proc){.fd = -1})

/*
 * Start it, in a session of its own so that it can be ended with all its
 * children. 0 or -errno; a program that cannot be run ends with status 127 and
 * a message in its output.
 */
int lab_proc_start(struct lab_proc *p, const struct lab_spawn *s);

enum lab_wait { LAB_ENDED, LAB_TIMEOUT, LAB_INTERRUPTED, LAB_MORE };

/*
 * Read output until the program has ended or deadline_ms (of lab_now_ms) is
 * over. With `once`, return LAB_MORE after the first piece of output. `show`,
 * if there is one, gets the output as it comes.
 */
enum lab_wait lab_proc_wait(struct lab_proc *p, unsigned long deadline_ms,
	bool once, void (*show)(void *arg, const char *text, size_t len),
	void *arg);

/* Send the signal to all of its session that is left. */
void lab_proc_signal(const struct lab_proc *p, int sig);

/* End it (SIGKILL) if it runs, and free what was kept. */
void lab_proc_done(struct lab_proc *p);

/* 0..255, or 128 + the signal that ended it. */
int lab_exit_status(int wait_status);

/*
 * Run argv to its end. The exit status, or -errno. Output goes to *out, which
 * may be NULL.
 */
int lab_run_quiet(const char *netns, const char *const *argv, struct sbuf *out);

unsigned long lab_now_ms(void); /* monotonic */

/* Become part of the namespace, as `ip netns exec` does. 0 or -errno. */
int lab_netns_enter(const char *netns);

/* Set by SIGINT and SIGTERM after lab_catch_signals(). */
extern volatile int lab_interrupted;
void lab_catch_signals(void);

#endif /* LAB_PROC_H */
