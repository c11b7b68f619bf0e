/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steps - the README of a lab, as what is to be typed and seen.
 *
 * A fenced block whose info string begins with `console` is read, the rest is
 * prose. `host=NODE` is required; the other words are in docs/labs.md. In it,
 *   $ COMMAND           is for the shell of the node,
 *   user@box> COMMAND   an operational command of a vrflow node,
 *   user@box# COMMAND   a configuration command,
 * and the lines after a command are what must be seen.
 */
#ifndef LAB_STEPS_H
#define LAB_STEPS_H

#include <stdbool.h>
#include <stddef.h>

struct report;

enum lab_step_kind {
	LAB_SHELL,
	LAB_OPERATIONAL,
	LAB_CONFIGURATION, /* several commands, one session of the CLI */
	LAB_COLLECT,       /* the end of what `background=` began */
	LAB_PEEK,          /* its output so far */
};

#define LAB_EXIT_ANY -1

struct lab_step {
	enum lab_step_kind kind;
	char *heading; /* above the block, when this is the first below it */
	char *host;
	char **commands;
	char **prompts; /* as written, for the display: "user@box>" */
	size_t n_commands;
	char **expected;
	size_t n_expected;
	char *background; /* name, or NULL */
	char *collect;    /* name, of LAB_COLLECT and LAB_PEEK; or NULL */
	char *capture;    /* the output becomes this variable; or NULL */
	unsigned int line;
	int exit_status;        /* or LAB_EXIT_ANY */
	unsigned int within_ms; /* 0: once */
	unsigned int limit_ms;
	bool stop; /* end what is collected by SIGINT */
};

struct lab_steps {
	struct lab_step *step;
	size_t n;
};

/* 0, -EINVAL (see *r) or -ENOMEM; on failure *s is empty. */
int lab_steps_parse(
	const char *text, size_t len, struct lab_steps *s, struct report *r);

void lab_steps_done(struct lab_steps *s);

#endif /* LAB_STEPS_H */
