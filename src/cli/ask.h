/* SPDX-License-Identifier: Apache-2.0 */
/* ask - what the daemon wants to know of the user before it goes on. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "cli/shell.h"

/* [OP-107] Yes or no? Without a terminal nobody can say no. */
bool ask_yes(struct shell *sh, const char *question);

/*
 * A new password, twice and without echo; without a terminal two lines of the
 * script. NULL after a message; the caller frees, and wipes it before.
 */
char *ask_secret(struct shell *sh);

#endif /* CLI_ASK_H */
