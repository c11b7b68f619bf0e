/* SPDX-License-Identifier: Apache-2.0 */
/* show firewall [OP-50]: terms that share a counter's name share the counter.
 */
#include <string.h>

#include "base/tree.h"
#include "flow/flow_read.h"
#include "ops/ops_impl.h"

static bool
counted_before(const struct filter_spec *f, size_t term)
{
	for (size_t i = 0; i < term; i++)
		if (strcmp(f->terms[i].counter, f->terms[term].counter) == 0)
			return true;
	return false;
}

static void
add_counter(struct ops_request *rq, struct tnode *n,
	const struct filter_spec *f, unsigned int filter, size_t first)
{
	struct tnode *c = tree_open(n, "counter");
	uint64_t packets = 0, bytes = 0;

	for (size_t i = first; i < f->n; i++) {
		struct filter_counter v = {0};

		if (strcmp(f->terms[i].counter, f->terms[first].counter) != 0)
			continue;
		filter_counter_get(
			rq->env->workers, filter, (unsigned int)i, &v);
		packets += v.packets;
		bytes += v.bytes;
	}
	tree_leaf(c, "counter-name", "%s", f->terms[first].counter);
	tree_leaf(c, "packet-count", "%llu", (unsigned long long)packets);
	tree_leaf(c, "byte-count", "%llu", (unsigned long long)bytes);
}

/* What each policer has refused: "NAME-TERM", or the name alone when it is one
 * for the whole filter. */
static void
add_policers(struct ops_request *rq, struct tnode *n,
	const struct image_spec *spec, const struct filter_spec *f,
	unsigned int filter)
{
	for (size_t i = 0; i < f->n; i++) {
		struct filter_counter v = {0}, more;
		const struct policer_spec *p;
		struct tnode *c;
		size_t first = 0;

		if (f->terms[i].policer == 0)
			continue;
		p = &spec->policers[f->terms[i].policer - 1];
		while (f->terms[first].policer != f->terms[i].policer)
			first++;
		if (p->filter_specific && first != i)
			continue; /* was shown there */
		for (size_t k = i; k < f->n; k++) {
			if (k > i && (!p->filter_specific ||
					     f->terms[k].policer !=
						     f->terms[i].policer))
				continue;
			filter_counter_get(rq->env->workers, filter,
				(unsigned int)k, &more);
			v.over_packets += more.over_packets;
			v.over_bytes += more.over_bytes;
		}
		c = tree_open(n, "policer");
		if (p->filter_specific)
			tree_leaf(c, "policer-name", "%s", p->name);
		else
			tree_leaf(c, "policer-name", "%s-%s", p->name,
				f->terms[i].name);
		tree_leaf(c, "byte-count", "%llu",
			(unsigned long long)v.over_bytes);
		tree_leaf(c, "packet-count", "%llu",
			(unsigned long long)v.over_packets);
	}
}

static bool
has_counter(const struct filter_spec *f, const char *name)
{
	for (size_t i = 0; name != NULL && i < f->n; i++)
		if (strcmp(f->terms[i].counter, name) == 0)
			return true;
	return name == NULL;
}

static void
add_filter(struct ops_request *rq, struct tnode *root,
	const struct image_spec *spec, unsigned int index, const char *counter)
{
	const struct filter_spec *f = &spec->filters[index];
	struct tnode *n = tree_open(root, "filter-information");

	tree_leaf(n, "filter-name", "%s", f->name);
	for (size_t t = 0; t < f->n; t++) {
		const char *name = f->terms[t].counter;

		if (name[0] == '\0' || counted_before(f, t) ||
			(counter != NULL && strcmp(counter, name) != 0))
			continue;
		add_counter(rq, n, f, index, t);
	}
	if (counter == NULL)
		add_policers(rq, n, spec, f, index);
}

void
show_firewall(struct ops_request *rq)
{
	const char *filter = ops_arg(rq, "filtername");
	const char *counter = ops_arg(rq, "countername");
	const struct image *image = ops_image(rq);
	const struct image_spec *spec;
	struct tnode *root;
	bool found = false;

	if (image == NULL ||
		(root = ops_root(rq, "firewall-information", NULL)) == NULL)
		return;
	spec = image_spec_of(image);
	for (unsigned int i = 0; i < spec->nfilters; i++) {
		const struct filter_spec *f = &spec->filters[i];

		if ((filter != NULL && strcmp(filter, f->name) != 0) ||
			!has_counter(f, counter))
			continue;
		add_filter(rq, root, spec, i, counter);
		found = true;
	}
	if (!found && counter != NULL)
		ops_error(rq, "counter %s not found", counter);
	else if (!found && filter != NULL)
		ops_error(rq, "filter %s not found", filter);
}

/* clear firewall all | filter F [counter C] [OP-52]. */
void
clear_firewall(struct ops_request *rq)
{
	const char *filter = ops_arg(rq, "filter");
	const char *counter = ops_arg(rq, "counter");
	const struct image *image = ops_image(rq);
	const struct image_spec *spec;
	bool found = false;

	if (image == NULL)
		return;
	if (filter == NULL && counter == NULL && ops_arg(rq, "all") == NULL) {
		ops_error(rq, "one of all, filter and counter is needed");
		return;
	}
	spec = image_spec_of(image);
	for (unsigned int i = 0; i < spec->nfilters; i++) {
		const struct filter_spec *f = &spec->filters[i];

		if (filter != NULL && strcmp(filter, f->name) != 0)
			continue;
		for (unsigned int t = 0; t < f->n; t++) {
			if (counter != NULL &&
				strcmp(counter, f->terms[t].counter) != 0)
				continue;
			filter_counter_clear(rq->env->workers, i, t);
			found = true;
		}
	}
	if (!found && (filter != NULL || counter != NULL))
		ops_error(rq, "%s %s not found",
			counter != NULL ? "counter" : "filter",
			counter != NULL ? counter : filter);
	else
		ops_text(rq, "");
}
