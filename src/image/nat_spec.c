/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a nat_spec, and the names of its small enumerations. */
#include "image/nat_spec.h"

#include <stdlib.h>

static void
rule_done(struct nat_rule_spec *r)
{
	free(r->src);
	free(r->dst);
	free(r->sports);
	free(r->dports);
	free(r->protocols);
	free(r->apps);
}

void
nat_spec_done(struct nat_spec *n)
{
	for (unsigned int k = 0; k < NAT_KINDS; k++) {
		for (size_t i = 0; i < n->nsets[k]; i++) {
			free(n->sets[k][i].from.ids);
			free(n->sets[k][i].to.ids);
		}
		for (size_t i = 0; i < n->nrules[k]; i++)
			rule_done(&n->rules[k][i]);
		free(n->sets[k]);
		free(n->rules[k]);
	}
	for (size_t i = 0; i < n->npools; i++) {
		free(n->pools[i].ranges);
		free(n->pools[i].hosts);
	}
	free(n->pools);
	free(n->proxies);
}

const char *
nat_kind_name(enum nat_kind kind)
{
	static const char *const names[NAT_KINDS] = {
		"source", "destination", "static"};

	return (unsigned int)kind < NAT_KINDS ? names[kind] : NULL;
}
