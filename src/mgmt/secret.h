/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret - `set ... plain-text-password`: the user's program asks for the
 * password without echo, the configuration keeps its hash as
 * encrypted-password [OP-146]. The password is in no line, no history, no log.
 */
#ifndef MGMT_SECRET_H
#define MGMT_SECRET_H

#include "mgmt/conf_impl.h"

#define SECRET_WORD "plain-text-password"

/* Does the line of `set` end in it, where there may be a password? Then the
 * client has been asked; the request is over. */
bool secret_asked(const struct conf_line *l);

/* The password, or NULL when the client has none. Ends the request. */
void secret_data(struct session *s, const char *text);

#endif /* MGMT_SECRET_H */
