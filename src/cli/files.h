/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files - what `load` reads and `save` writes: by the user's own program, so
 * with the user's rights, not with the daemon's [OP-105].
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "cli/shell.h"

/*
 * The text for `load`: need is "terminal" or "file" with its name. NULL after
 * a message. Caller frees.
 */
char *files_load(struct shell *sh, const char *need, const char *name);

/* Write a `file` frame. False after a message. */
bool files_save(struct shell *sh, const struct tnode *root);

#endif /* CLI_FILES_H */
