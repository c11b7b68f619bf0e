/* SPDX-License-Identifier: Apache-2.0 */
/* shell_impl - what the files of shell.h share. */
#ifndef CLI_SHELL_IMPL_H
#define CLI_SHELL_IMPL_H

#include "cli/shell.h"

/* One frame. True when it was the end; takes t. */
bool shell_frame(struct shell *sh, struct tree *t);

/* A line for the user that is no output. */
void shell_say(struct shell *sh, const char *text);

/* As it is set, else as the terminal is. */
void shell_size(
	const struct shell *sh, unsigned int *rows, unsigned int *columns);

#endif /* CLI_SHELL_IMPL_H */
