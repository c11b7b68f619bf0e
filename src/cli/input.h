/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input - lines of standard input, read without stdio so that what is not
 * consumed stays where the line editor finds it.
 */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stdbool.h>

#include "base/sbuf.h"

struct input {
	int fd;
	bool tty; /* byte by byte: the editor reads the same descriptor */
	bool eof;
	char buf[4096];
	size_t at, len;
};

/* Show what is typed? Without a terminal nothing is done. */
void input_echo(const struct input *in, bool on);

void input_init(struct input *in, int fd);

/* The next line without its end, malloc'd; NULL at the end of input. */
char *input_line(struct input *in);

/*
 * All lines up to ^D (the end of input, or a line that is or ends with the
 * character itself). NULL when the user gave it up: ^C on a terminal.
 */
char *input_until_eot(struct input *in);

#endif /* CLI_INPUT_H */
