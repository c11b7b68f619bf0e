/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of `security nat` share: where each thing of the nat_spec
 * stands in the configuration, so that an error about two of them can name
 * both.
 */
#ifndef COMPILE_COMPILE_NAT_H
#define COMPILE_COMPILE_NAT_H

#include "compile/compile_impl.h"

#define NAT_MATCH_MAX    1024u    /* entries of one list of a match */
#define NAT_CONTEXTS_MAX 1000000u /* pairs of ends of one rule set */

struct nat_nodes {
	const struct cnode **v;
	size_t n;
};

struct nat_compile {
	struct compile *c;
	struct nat_spec *nat;
	const struct cnode *root;          /* security nat */
	struct names pools[2];             /* NAT_SOURCE, NAT_DESTINATION */
	struct nat_nodes pool_nodes;       /* as nat->pools */
	struct nat_nodes sets[NAT_KINDS];  /* as nat->sets */
	struct nat_nodes rules[NAT_KINDS]; /* as nat->rules */
	struct nat_nodes proxies;          /* as nat->proxies */
};

void nat_node_add(
	struct nat_compile *nc, struct nat_nodes *list, const struct cnode *n);

/* An error at node that names another statement, and its line if known. */
void nat_conflict(struct nat_compile *nc, const struct cnode *node,
	const struct cnode *other, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* routing-instance RI below n; an error if there is no such. */
void nat_instance(struct nat_compile *nc, const struct cnode *n, bool *has,
	struct vr_id *vr);

/* `match` of a rule; NAT_STATIC keeps its ports in the first element. */
void nat_match_compile(struct nat_compile *nc, enum nat_kind kind,
	const struct cnode *match, struct nat_rule_spec *r);

/* Addresses written at `name` (networks) and `name`-name (book entries). */
void nat_addresses(struct nat_compile *nc, const struct cnode *n,
	const char *name, struct addr_range **list, size_t *len);

/* "A" or "A to B" below an entry whose key or leaf is text. */
bool nat_range_parse(struct nat_compile *nc, const struct cnode *n,
	const char *text, struct addr_range *ret);

/* The only address of a book entry as a prefix. */
bool nat_book_prefix(struct nat_compile *nc, const struct cnode *n,
	const char *name, struct ip_prefix *ret);

/* How many addresses; UINT64_MAX for more than that. */
uint64_t nat_range_size(const struct addr_range *r);

void nat_pools_compile(struct nat_compile *nc);
void nat_static_compile(
	struct nat_compile *nc, const struct cnode *n, struct nat_rule_spec *r);
void nat_proxies_compile(struct nat_compile *nc);

/* What only all together can tell: contexts, overlaps, missing proxies. */
void nat_check(struct nat_compile *nc);
void nat_check_proxies(struct nat_compile *nc);

#endif /* COMPILE_COMPILE_NAT_H */
