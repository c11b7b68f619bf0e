/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_text - what `load` and `compare` read, made into a request: text goes
 * as it is, XML and JSON as elements. Which it is, the text tells by its first
 * characters, as in Junos [OP-147].
 */
#ifndef CLI_LOAD_TEXT_H
#define CLI_LOAD_TEXT_H

#include <stddef.h>

#include "base/tree.h"

/*
 * A `load-data` request of a file or what was typed; text NULL: there is none.
 * NULL with why set when it is neither; the caller frees the tree.
 */
struct tree *load_text(const char *text, char *why, size_t why_size);

#endif /* CLI_LOAD_TEXT_H */
