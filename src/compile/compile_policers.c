/* SPDX-License-Identifier: Apache-2.0 */
/* firewall policer [FF-5]. */
#include <string.h>

#include "compile/compile_firewall.h"
#include "config/cvalue.h"

static uint64_t
scaled(struct compile *c, const struct cnode *at, const char *name)
{
	const char *text = cnode_leaf(at, name);
	uint64_t v = 0;

	if (text == NULL)
		compile_error(c, at, "%s is mandatory", name);
	else if (!cvalue_scaled(text, &v) || v == 0)
		compile_error(
			c, cnode_child(at, name), "invalid value '%s'", text);
	return v;
}

static void
compile_policer(struct compile *c, const struct cnode *n)
{
	const struct cnode *rate = cnode_child(n, "if-exceeding");
	const struct cnode *pps = cnode_child(n, "if-exceeding-pps");
	struct policer_spec *p =
		VEC_ADD(c, c->image->policers, c->image->npolicers);

	if (p == NULL)
		return;
	NAME_COPY(c, n, p->name, cnode_key(n, 0));
	index_put(c, &c->policers, p->name, c->image->npolicers - 1);
	p->filter_specific = cnode_has(n, "filter-specific");
	p->discard = cnode_has(cnode_child(n, "then"), "discard");
	p->pps = 1;
	if (rate != NULL && pps != NULL)
		compile_error(c, n,
			"if-exceeding and if-exceeding-pps exclude each other");
	if (rate != NULL) {
		p->bandwidth = scaled(c, rate, "bandwidth-limit");
		p->burst = scaled(c, rate, "burst-size-limit");
	} else if (pps != NULL) {
		p->pps = scaled(c, pps, "pps-limit");
		p->burst = scaled(c, pps, "packet-burst");
	} else {
		compile_error(c, n, "if-exceeding is mandatory");
	}
	if (cnode_child(n, "then") == NULL)
		compile_error(c, n, "then is mandatory");
}

void
compile_policers(struct compile *c)
{
	cnode_foreach (n, cnode_child(c->root, "firewall"), "policer")
		compile_policer(c, n);
}
