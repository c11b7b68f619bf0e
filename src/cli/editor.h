/* SPDX-License-Identifier: Apache-2.0 */
/*
 * editor - the line editor of an interactive session: libedit with the keys of
 * Junos: `?` helps at once, Tab and Space complete, ^C drops the line.
 *
 * [OP-110] It writes nothing but the prompt and the line, and cursor movements
 * only when the user edits in the middle: programs read the same screen.
 */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

#include "cli/shell.h"

struct editor;

struct editor *editor_create(struct shell *sh);
void editor_free(struct editor *ed);

/*
 * Print banner and prompt, read a line. Caller frees; NULL at the end of input
 * or when the daemon is gone.
 */
char *editor_read(struct editor *ed);

#endif /* CLI_EDITOR_H */
