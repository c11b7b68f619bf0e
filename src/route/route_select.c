/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [RT-4]: of the entries of one prefix the lowest preference
 * is active; at equal preference an own route wins over an imported one, then
 * Direct over Local over Static, then the lower metric, then the lower next
 * hop. Entries without a usable next hop are hidden and take no part.
 *
 * What we do: the order below is total, so the result does not depend on the
 * order in which routes were written or imported.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "route/route_rib_impl.h"

#define CMP(a, b)                                                              \
	do {                                                                   \
		if ((a) != (b))                                                \
			return (a) < (b) ? -1 : 1;                             \
	} while (0)

static int
nexthop_cmp(const struct route_entry *a, const struct route_entry *b)
{
	for (uint32_t i = 0; i < a->nnhs && i < b->nnhs; i++) {
		int c = ip_addr_cmp(&a->nhs[i].gateway, &b->nhs[i].gateway);

		if (c != 0)
			return c;
		CMP(a->nhs[i].ifl.v, b->nhs[i].ifl.v);
	}
	CMP(a->nnhs, b->nnhs); /* else not transitive: none fits all */
	return 0;
}

int
entry_cmp(const struct route_entry *a, const struct route_entry *b)
{
	int c;

	CMP(a->state == ROUTE_HIDDEN, b->state == ROUTE_HIDDEN);
	CMP(a->preference, b->preference);
	CMP(a->secondary, b->secondary);
	CMP(a->proto, b->proto);
	CMP(a->metric, b->metric);
	c = nexthop_cmp(a, b);
	if (c != 0)
		return c;
	CMP(a->primary_vr.v, b->primary_vr.v);
	CMP(a->source, b->source);
	CMP(a->qualified, b->qualified);
	return 0;
}

/* Why b lost against a, the active one. */
static enum route_reason
reason_against(const struct route_entry *a, const struct route_entry *b)
{
	if (a->preference != b->preference)
		return ROUTE_REASON_PREFERENCE;
	if (a->secondary != b->secondary)
		return ROUTE_REASON_PRIMARY;
	if (a->proto != b->proto)
		return ROUTE_REASON_PREFERENCE;
	if (a->metric != b->metric)
		return ROUTE_REASON_METRIC;
	return ROUTE_REASON_NEXTHOP;
}

/* The entries of one prefix: order them (there are few), set the states. */
static void
select_prefix(struct route_entry *e, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct route_entry moving = e[i];
		size_t k = i;

		for (; k > 0 && entry_cmp(&e[k - 1], &moving) > 0; k--)
			e[k] = e[k - 1];
		e[k] = moving;
	}
	for (size_t i = 0; i < n; i++) {
		if (e[i].state == ROUTE_HIDDEN) {
			e[i].reason = ROUTE_REASON_UNUSABLE;
			continue;
		}
		e[i].state = i == 0 ? ROUTE_ACTIVE : ROUTE_INACTIVE;
		e[i].reason = (uint8_t)(i == 0 ? ROUTE_REASON_NONE
					       : reason_against(e, &e[i]));
	}
}

void
table_select(struct route_table *t)
{
	for (size_t i = 0, end; i < t->n; i = end) {
		for (end = i + 1;
			end < t->n && ip_prefix_cmp(&t->entries[i].prefix,
					      &t->entries[end].prefix) == 0;)
			end++;
		select_prefix(&t->entries[i], end - i);
	}
}

static int
prefix_order(const void *a, const void *b)
{
	const struct route_entry *x = a, *y = b;

	return ip_prefix_cmp(&x->prefix, &y->prefix);
}

/* How many entries from first on stand in order. */
static size_t
run_length(const struct route_table *t, size_t first)
{
	size_t i = first + 1;

	while (i < t->n &&
		prefix_order(&t->entries[i - 1], &t->entries[i]) <= 0)
		i++;
	return i < t->n ? i - first : t->n - first;
}

/* entries[0..n) and the rest each stand in order. */
static int
merge_front(struct route_table *t, size_t n)
{
	struct route_entry *front = malloc(n * sizeof(*front));
	struct route_entry *to = t->entries;
	size_t a = 0, b = n;

	if (front == NULL)
		return -ENOMEM;
	memcpy(front, t->entries, n * sizeof(*front));
	while (a < n)
		if (b == t->n || prefix_order(&front[a], &t->entries[b]) <= 0)
			*to++ = front[a++];
		else
			*to++ = t->entries[b++];
	free(front);
	return 0;
}

/*
 * Static routes come in order behind some addresses; imported ones behind the
 * table's own. Only what comes from several tables is sorted as a whole.
 */
static int
sort_entries(struct route_table *t)
{
	size_t n = t->nfront < t->n ? t->nfront : t->n;

	if (t->n == 0 || run_length(t, 0) == t->n)
		return 0;
	if (n == 0 || run_length(t, n) != t->n - n) {
		qsort(t->entries, t->n, sizeof(*t->entries), prefix_order);
		return 0;
	}
	qsort(t->entries, n, sizeof(*t->entries), prefix_order);
	return merge_front(t, n);
}

int
table_sort(struct route_table *t)
{
	if (sort_entries(t) < 0)
		return -ENOMEM;
	t->nfront = 0;
	table_select(t);
	return table_index(t);
}

int
table_index(struct route_table *t)
{
	size_t n = 0;

	free(t->heads);
	free(t->parent);
	t->nheads = 0;
	t->heads = t->n ? malloc(t->n * sizeof(*t->heads)) : NULL;
	t->parent = t->n ? malloc(t->n * sizeof(*t->parent)) : NULL;
	if (t->n > 0 && (t->heads == NULL || t->parent == NULL))
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++) {
		const struct ip_prefix *p = &t->entries[i].prefix;
		uint32_t up = n > 0 ? (uint32_t)(n - 1) : NO_PARENT;

		if (n > 0 &&
			ip_prefix_cmp(&t->entries[t->heads[up]].prefix, p) == 0)
			continue;
		while (up != NO_PARENT &&
			!ip_prefix_contains(
				&t->entries[t->heads[up]].prefix, p))
			up = t->parent[up];
		t->heads[n] = (uint32_t)i;
		t->parent[n++] = up;
	}
	t->nheads = n;
	return 0;
}

uint32_t
table_cover(const struct route_table *t, const struct ip_addr *addr)
{
	struct ip_prefix p = {*addr, (uint8_t)ip_family_bits(addr->family)};
	size_t lo = 0, hi = t->nheads;
	uint32_t at;

	while (lo < hi) { /* the first prefix after p */
		size_t mid = lo + (hi - lo) / 2;

		if (ip_prefix_cmp(&t->entries[t->heads[mid]].prefix, &p) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	at = lo > 0 ? (uint32_t)(lo - 1) : NO_PARENT;
	while (at != NO_PARENT &&
		!ip_prefix_covers(&t->entries[t->heads[at]].prefix, addr))
		at = t->parent[at];
	return at;
}
