/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security address-book, and the books inside zones [CF-34].
 *
 * A name in a policy is looked up in the book of the zone, then in the global
 * one. Every entry of every book is checked; only those that policies use go
 * into the image, with their sets flattened.
 */
#include "compile/compile_address_book.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/set_graph.h"

#define BOOK_GLOBAL 0u
#define NONE        UINT32_MAX

struct book {
	char name[NAME_MAX_LEN];
	struct names index; /* entry name -> node of the graph */
	struct set_graph graph;
	uint32_t *made; /* per entry: index in image->addrs, or NONE */
};

struct books {
	struct book *list; /* [BOOK_GLOBAL] is there always */
	size_t n;
	uint32_t of_zone[ZONE_MAX]; /* by zone id: its book, or NONE */
	uint32_t builtin[3];
};

static const char *const builtin_names[3] = {"any", "any-ipv4", "any-ipv6"};

static int
builtin_of(const char *name)
{
	for (int i = 0; i < 3; i++)
		if (strcmp(builtin_names[i], name) == 0)
			return i;
	return -1;
}

void
books_free(struct books *books)
{
	if (books == NULL)
		return;
	for (size_t i = 0; i < books->n; i++) {
		names_done(&books->list[i].index);
		set_graph_done(&books->list[i].graph);
		free(books->list[i].made);
	}
	free(books->list);
	free(books);
}

/* Reading the books ------------------------------------------------------- */

static void
add_entry(struct compile *c, struct book *book, const struct cnode *n,
	bool is_set)
{
	const char *name = cnode_key(n, 0);
	uint32_t i;

	if (builtin_of(name) >= 0) {
		compile_error(c, n, "address name '%s' is reserved", name);
		return;
	}
	if (names_find(&book->index, name) != NULL) {
		compile_error(c, n,
			"address and address-set may not have the same name");
		return;
	}
	i = set_graph_add(c, &book->graph, n, is_set);
	if (i != UINT32_MAX)
		index_put(c, &book->index, name, i);
}

static void
link_member(struct compile *c, struct book *book, uint32_t set,
	const struct cnode *n, bool is_set)
{
	uint32_t member;

	if (!names_get(&book->index, cnode_key(n, 0), &member) ||
		book->graph.nodes[member].is_set != is_set) {
		compile_error(c, n, "%s (%s) not found in address book %s",
			is_set ? "Address set" : "Address", cnode_key(n, 0),
			book->name);
		return;
	}
	set_graph_link(c, &book->graph, set, member);
}

static void
link_set(struct compile *c, struct book *book, const struct cnode *n)
{
	uint32_t set;

	if (!names_get(&book->index, cnode_key(n, 0), &set) ||
		book->graph.nodes[set].node != n)
		return;
	cnode_foreach (a, n, "address")
		link_member(c, book, set, a, false);
	cnode_foreach (s, n, "address-set")
		link_member(c, book, set, s, true);
}

static bool
range_parse(const struct cnode *n, struct addr_range *ret)
{
	const char *high = leaf_or_inner(n, "range-high", "range-high");

	if (high == NULL)
		high = leaf_or_inner(n, "to", "range-high");
	return high != NULL && ip_addr_parse(cnode_key(n, 0), &ret->lo) &&
	       ip_addr_parse(high, &ret->hi) &&
	       ret->lo.family == ret->hi.family &&
	       ip_addr_cmp(&ret->lo, &ret->hi) <= 0;
}

static void
check_address(struct compile *c, const struct cnode *n)
{
	struct addr_range range;

	cnode_foreach (r, n, "range-address")
		if (!range_parse(r, &range))
			compile_error(c, r,
				"range-address must go from a lower to a "
				"higher address of one family");
	if (!cnode_has(n, "ip-prefix") && !cnode_has(n, "range-address") &&
		!cnode_has(n, "dns-name") && !cnode_has(n, "wildcard-address"))
		compile_error(c, n, "address has no value");
}

static uint32_t
read_book(struct compile *c, const struct cnode *n, const char *name)
{
	struct books *books = c->books;
	struct book *book = VEC_ADD(c, books->list, books->n);

	if (book == NULL)
		return NONE;
	NAME_COPY(c, n, book->name, name);
	cnode_foreach (a, n, "address") {
		add_entry(c, book, a, false);
		check_address(c, a);
	}
	cnode_foreach (s, n, "address-set")
		add_entry(c, book, s, true);
	cnode_foreach (s, n, "address-set")
		link_set(c, book, s);
	set_graph_check(c, &book->graph);
	book->made = malloc((book->graph.n + 1) * sizeof(*book->made));
	if (book->made == NULL)
		c->nomem = true;
	else
		memset(book->made, 0xff,
			(book->graph.n + 1) * sizeof(*book->made));
	return (uint32_t)(books->n - 1);
}

/* Which zone has which book ------------------------------------------------ */

static void
attach(struct compile *c, const struct cnode *n, const char *zone,
	uint32_t book)
{
	uint32_t *of_zone = c->books->of_zone;
	uint32_t z;

	if (!names_get(&c->zones, zone, &z)) {
		compile_error(c, n, "Security zone %s is not defined", zone);
		return;
	}
	z = c->image->zones[z].id.v;
	if (of_zone[z] != NONE)
		compile_error(c, n,
			"Security zone %s is already attached to address book "
			"%s",
			zone, c->books->list[of_zone[z]].name);
	of_zone[z] = book;
}

static void
read_named_books(struct compile *c, const struct cnode *security)
{
	cnode_foreach (n, security, "address-book") {
		const struct cnode *to = cnode_child(n, "attach");
		uint32_t book;

		if (strcmp(cnode_key(n, 0), "global") == 0) {
			if (to != NULL && cnode_has(to, "zone"))
				compile_error(c, to,
					"the global address book cannot be "
					"attached");
			continue;
		}
		book = read_book(c, n, cnode_key(n, 0));
		cnode_foreach (zone, to, "zone")
			attach(c, zone, cnode_key(zone, 0), book);
	}
}

static void
read_zone_books(struct compile *c, const struct cnode *security)
{
	const struct cnode *zones = cnode_child(security, "zones");
	bool named = cnode_has(security, "address-book");

	cnode_foreach (n, zones, "security-zone") {
		const struct cnode *book = cnode_child(n, "address-book");

		if (book == NULL || cnode_first_any(book) == NULL)
			continue;
		if (named) {
			compile_error(c, book,
				"Zone specific address books are not allowed "
				"when there are global address books defined");
			continue;
		}
		attach(c, n, cnode_key(n, 0),
			read_book(c, book, cnode_key(n, 0)));
	}
}

void
compile_address_books(struct compile *c)
{
	const struct cnode *security = cnode_child(c->root, "security");
	struct books *books = calloc(1, sizeof(*books));

	c->books = books;
	if (books == NULL) {
		c->nomem = true;
		return;
	}
	memset(books->builtin, 0xff, sizeof(books->builtin));
	memset(books->of_zone, 0xff, sizeof(books->of_zone));
	read_book(c, cnode_entry(security, "address-book", "global"), "global");
	read_named_books(c, security);
	read_zone_books(c, security);
}

/* Making the objects of the image ------------------------------------------ */

static void
add_range(struct compile *c, struct addr_obj_spec *obj,
	const struct addr_range *range, const struct ip_prefix *prefix)
{
	size_t n = obj->n;
	struct addr_range *r = VEC_ADD(c, obj->ranges, obj->n);
	struct ip_prefix *p = VEC_ADD(c, obj->prefixes, n);

	if (r == NULL || p == NULL)
		return;
	*r = *range;
	*p = *prefix;
}

static void
add_prefix(struct compile *c, struct addr_obj_spec *obj, const char *text)
{
	struct addr_range range;
	struct ip_prefix p;

	if (!ip_prefix_parse(text, &p))
		return;
	p = ip_prefix_network(&p);
	range.lo = p.addr;
	range.hi = ip_prefix_last(&p);
	add_range(c, obj, &range, &p);
}

/* "192.0.2.11/255.0.255.255", as the schema has it. */
static void
add_wildcard(struct compile *c, struct addr_obj_spec *obj, const char *text)
{
	const char *slash = strchr(text, '/');
	struct ip_addr addr, mask;
	struct addr_wildcard *w;
	char left[IP_TEXT_MAX];

	if (slash == NULL)
		return;
	snprintf(left, sizeof(left), "%.*s", (int)(slash - text), text);
	if (!ip_addr_parse(left, &addr) || !ip_addr_parse(slash + 1, &mask))
		return;
	w = VEC_ADD(c, obj->wildcards, obj->nwildcards);
	if (w == NULL)
		return;
	w->mask = ntohl(mask.v4_be);
	w->addr = ntohl(addr.v4_be) & w->mask;
}

static void
add_dns_name(
	struct compile *c, struct addr_obj_spec *obj, const struct cnode *n)
{
	struct addr_dns *d = VEC_ADD(c, obj->dns, obj->ndns);
	bool only4 = cnode_has(n, "ipv4-only");
	bool only6 = cnode_has(n, "ipv6-only");

	if (d == NULL)
		return;
	name_copy(c, n, d->name, sizeof(d->name), cnode_key(n, 0));
	d->v4 = !only6 || only4;
	d->v6 = !only4 || only6;
}

static void
add_address(struct compile *c, struct addr_obj_spec *obj, const struct cnode *n)
{
	const char *wildcard = leaf_or_inner(n, "wildcard-address", "name");
	const char *prefix = cnode_leaf(n, "ip-prefix");
	struct addr_range range;
	struct ip_prefix p;

	if (prefix != NULL)
		add_prefix(c, obj, prefix);
	if (wildcard != NULL)
		add_wildcard(c, obj, wildcard);
	cnode_foreach (d, n, "dns-name")
		add_dns_name(c, obj, d);
	cnode_foreach (r, n, "range-address") {
		if (!range_parse(r, &range))
			continue;
		p.addr = range.lo;
		p.len = (uint8_t)ip_family_bits(range.lo.family);
		add_range(c, obj, &range, &p);
	}
}

static struct addr_obj_spec *
new_object(struct compile *c, const char *name, const char *book, uint32_t *ret)
{
	struct image_spec *image = c->image;
	struct addr_obj_spec *obj = VEC_ADD(c, image->addrs, image->naddrs);

	if (obj == NULL)
		return NULL;
	text_copy(obj->name, sizeof(obj->name), name);
	text_copy(obj->book, sizeof(obj->book), book);
	*ret = (uint32_t)(image->naddrs - 1);
	return obj;
}

static bool
make_builtin(struct compile *c, int which, uint32_t *ret)
{
	uint32_t *made = &c->books->builtin[which];
	struct addr_obj_spec *obj;

	if (*made == NONE) {
		obj = new_object(c, builtin_names[which], "global", made);
		if (obj == NULL)
			return false;
		if (which != 2)
			add_prefix(c, obj, "0.0.0.0/0");
		if (which != 1)
			add_prefix(c, obj, "::/0");
	}
	*ret = *made;
	return true;
}

static bool
make_entry(struct compile *c, struct book *book, uint32_t entry,
	const char *name, uint32_t *ret)
{
	struct addr_obj_spec *obj;
	uint32_t *leaves = NULL;
	size_t n = 0;

	if (book->made == NULL)
		return false;
	if (book->made[entry] == NONE) {
		obj = new_object(c, name, book->name, &book->made[entry]);
		if (obj == NULL)
			return false;
		book->graph.round++;
		set_graph_flatten(c, &book->graph, entry, &leaves, &n);
		for (size_t i = 0; i < n; i++)
			add_address(c, obj, book->graph.nodes[leaves[i]].node);
		free(leaves);
	}
	*ret = book->made[entry];
	return true;
}

static struct book *
book_of_zone(struct compile *c, struct zone_id zone)
{
	uint32_t book = c->books->of_zone[zone.v];

	return book != NONE ? &c->books->list[book] : NULL;
}

bool
books_resolve(struct compile *c, const struct cnode *node, struct zone_id zone,
	const char *name, uint32_t *ret)
{
	int builtin = builtin_of(name);
	struct book *book;
	uint32_t entry;

	if (c->books == NULL || c->books->n == 0 || c->nomem)
		return false;
	if (builtin >= 0)
		return make_builtin(c, builtin, ret);
	book = book_of_zone(c, zone);
	if (book != NULL && names_get(&book->index, name, &entry))
		return make_entry(c, book, entry, name, ret);
	book = &c->books->list[BOOK_GLOBAL];
	if (names_get(&book->index, name, &entry))
		return make_entry(c, book, entry, name, ret);
	compile_error(c, node,
		"%s address or address_set (%s) not found. Please check your "
		"configuration.",
		strncmp(cnode_name(node), "dest", 4) == 0 ? "Destination"
							  : "Source",
		name);
	return false;
}
