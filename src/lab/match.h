/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match - does the output of a command look as the README says?
 *
 * Expected and real text are compared line by line, in order. Blank lines and
 * the amount of white space do not count. In an expected line
 *
 *   <any>   any text, also none         <n>     a number, 12 or 12.5
 *   <word>  text without a space        <hex>   hexadecimal digits
 *   <time>  00:04:10, 1w2d 03:04:05     <ip>    an IPv4 or IPv6 address
 *   <mac>   a hardware address
 *
 * stand for what changes from run to run; <n:id> also keeps what was seen as
 * the variable `id`. A line `...` stands for any number of lines, `<not> TEXT`
 * forbids the line TEXT anywhere, `<nothing>` says that there is no output.
 * Any other text, "<" included, stands for itself.
 */
#ifndef LAB_MATCH_H
#define LAB_MATCH_H

#include <stdbool.h>
#include <stddef.h>

struct lab_vars;

/* Where a comparison failed: both texts owned, NULL for "the end". */
struct lab_mismatch {
	bool forbidden; /* `expected` is a <not> line that was seen */
	char *expected;
	char *got;
};

/*
 * Compare expected[0..n) with output. With n == 0 everything is right. With
 * `prefix`, more output may follow. Variables are expanded in the expected
 * lines, and captures are stored, only when all of it matched.
 *
 * 1: it matches; 0: it does not, and *why (lab_mismatch_done) says where;
 * -ENOMEM.
 */
int lab_match(char *const *expected, size_t n, const char *output, bool prefix,
	struct lab_vars *vars, struct lab_mismatch *why);

void lab_mismatch_done(struct lab_mismatch *why);

#endif /* LAB_MATCH_H */
