/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help - the `help` command of both modes. The operational ones are commands
 * of the table (oper_impl.h); here is what configuration mode asks.
 */
#ifndef MGMT_HELP_H
#define MGMT_HELP_H

#include "mgmt/session.h"

/* `help` in configuration mode with words[from..to). prefix: the edit path. */
void help_conf(struct session *s, const char *prefix, const struct cmdline *w,
	size_t from, size_t to);

/* What may stand behind words[from..to) of `help` (both modes). */
void help_complete(const char *prefix, const struct cmdline *w, size_t from,
	size_t to, struct completion *c);

void help_complete_tags(struct completion *c);

extern const char *const help_words[];

#endif /* MGMT_HELP_H */
