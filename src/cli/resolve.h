/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolve - `| resolve`: addresses in a line become names, as the user's
 * machine knows them [OP-119].
 */
#ifndef CLI_RESOLVE_H
#define CLI_RESOLVE_H

#include <stdbool.h>

#include "base/sbuf.h"

/*
 * Append line to out with names in place of addresses. Unless full, a name
 * takes the place of its address and no more, so that columns stay.
 */
void resolve_line(const char *line, bool full, struct sbuf *out);

#endif /* CLI_RESOLVE_H */
