/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file_names - names of files of the user's for completion, which the daemon
 * cannot see [OP-110].
 */
#ifndef CLI_FILE_NAMES_H
#define CLI_FILE_NAMES_H

#include "base/tree.h"

/*
 * When the daemon's `completion` says that files fit, add them as items; and
 * for the key "tab" the text to insert, if the daemon has none.
 */
void file_names_add(struct tree *t, const char *key);

#endif /* CLI_FILE_NAMES_H */
