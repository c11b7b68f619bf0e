/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show - what a run says on the screen, and its summary as JSON.
 */
#ifndef LAB_SHOW_H
#define LAB_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct lab_step;

struct lab_show {
	FILE *to; /* NULL: say nothing */
	bool colour;
	bool line_open; /* the last output had no newline */
};

/* What is kept of a step for the summary; all texts owned. */
struct lab_result {
	const struct lab_step *step;
	char *command;
	char *output;
	char *reason; /* NULL: it held */
	double seconds;
	int status;
};

/* To `to`; colours only when that is a terminal. */
void lab_show_init(struct lab_show *sh, FILE *to);

void lab_show_title(struct lab_show *sh, const char *title);
void lab_show_commands(struct lab_show *sh, const struct lab_step *step,
	char *const *commands);
void lab_show_output(void *show, const char *text, size_t len);
void lab_show_verdict(struct lab_show *sh, const struct lab_result *r);

/* Print the summary as one JSON object. 0 or -ENOMEM. */
int lab_show_json(FILE *to, const char *lab, const char *dir,
	const char *result, const char *error, double seconds,
	const struct lab_result *results, size_t n);

void lab_result_done(struct lab_result *r);

#endif /* LAB_SHOW_H */
