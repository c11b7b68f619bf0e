/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names - what exists, taken from the committed configuration: for completion
 * of arguments and for the prompt.
 */
#ifndef MGMT_NAMES_H
#define MGMT_NAMES_H

#include "mgmt/completion.h"
#include "ops/ops.h"

/* ctx is the struct ops_env; a grammar_names of grammar.h. */
void names_offer(void *ctx, enum arg_type type, struct completion *c);

/* `system host-name`, or "vrflow". Valid until the next commit. */
const char *names_host(const struct ops_env *env);

#endif /* MGMT_NAMES_H */
