/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grammar - operational command lines: words, unambiguous abbreviations,
 * arguments in any order with their types checked. It knows the table of
 * ops/ops.h and a second one with the daemon's own commands (oper.h); where
 * both have the same words the second one counts.
 */
#ifndef MGMT_GRAMMAR_H
#define MGMT_GRAMMAR_H

#include "mgmt/completion.h"
#include "mgmt/parse_error.h"
#include "mgmt/cmdline.h"
#include "ops/ops.h"

struct grammar {
	const struct command *tables[2];
};

struct grammar_result {
	const struct command *command;
	size_t rest; /* index of the first word that grammar did not take */
	struct ops_arg_value args[32];
	unsigned int nargs;
};

/*
 * Read w[from..to). takes_rest says of a command that it reads the words
 * behind it itself. Values are borrowed from w. 0 or -EINVAL.
 */
int grammar_parse(const struct grammar *g, const struct cmdline *w, size_t from,
	size_t to, bool (*takes_rest)(const struct command *),
	struct grammar_result *ret, struct parse_error *error);

/* Offers existing names for a type; mgmt/names.h. */
typedef void (*grammar_names)(
	void *ctx, enum arg_type type, struct completion *c);

/*
 * Complete the word after w[from..to). Returns the command when the words
 * name one that takes the rest itself, with *ret_rest set, else NULL.
 */
const struct command *grammar_complete(const struct grammar *g,
	const struct cmdline *w, size_t from, size_t to,
	bool (*takes_rest)(const struct command *), grammar_names names,
	void *ctx, struct completion *c, size_t *ret_rest);

/* Is text a value of the argument's type? If not, why has the message. */
bool grammar_check(const struct command_arg *a, const char *text, char *why,
	size_t why_size);

/* What the words of a branch are about: "show security"; or "". */
const char *grammar_branch_help(const char *words);

#endif /* MGMT_GRAMMAR_H */
