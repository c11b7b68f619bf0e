/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire form, per element: name; a byte that says whether a value follows;
 * the value; the number of attributes, their names and values; the children;
 * the end mark. Numbers are 32 bits, little-endian; strings are their length
 * and the bytes. The end mark stands where a child's name would begin.
 */
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"

#define BLOCK_BYTES 16384u
#define DEPTH_MAX   64u
#define WIRE_END    0xffffffffu

struct tree_block {
	struct tree_block *next;
	size_t used, size;
	char data[];
};

struct tree *
tree_create(void)
{
	return calloc(1, sizeof(struct tree));
}

void
tree_free(struct tree *t)
{
	struct tree_block *b, *next;

	if (t == NULL)
		return;
	for (b = t->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(t);
}

static void *
take(struct tree *t, size_t n)
{
	struct tree_block *b = t->blocks;
	size_t size = n > BLOCK_BYTES ? n : BLOCK_BYTES;
	void *p;

	n = (n + 7) & ~(size_t)7;
	if (size < n)
		size = n;
	if (b == NULL || b->size - b->used < n) {
		b = malloc(sizeof(*b) + size);
		if (b == NULL) {
			t->failed = true;
			return NULL;
		}
		b->next = t->blocks;
		b->used = 0;
		b->size = size;
		t->blocks = b;
	}
	p = b->data + b->used;
	b->used += n;
	return p;
}

static const char *
copy(struct tree *t, const char *text, size_t n)
{
	char *p = take(t, n + 1);

	if (p == NULL)
		return "";
	memcpy(p, text, n);
	p[n] = '\0';
	return p;
}

static const char *
vformat(struct tree *t, const char *fmt, va_list ap)
{
	char small[256];
	va_list again;
	int n;
	char *p;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, again);
	va_end(again);
	if (n < 0)
		return "";
	if ((size_t)n < sizeof(small))
		return copy(t, small, (size_t)n);
	p = take(t, (size_t)n + 1);
	if (p == NULL)
		return "";
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

/* Where building goes on once memory has run out: linked to nothing. */
static struct tnode *
waste(struct tree *t)
{
	static _Thread_local struct tnode node;

	memset(&node, 0, sizeof(node));
	node.name = "";
	node.tree = t;
	return &node;
}

static struct tnode *
node_new(struct tree *t, struct tnode *parent, const char *name)
{
	struct tnode *n = take(t, sizeof(*n));

	if (n == NULL)
		return waste(t);
	memset(n, 0, sizeof(*n));
	n->name = copy(t, name, strlen(name));
	n->tree = t;
	n->parent = parent;
	if (parent == NULL)
		t->root = n;
	else if (parent->last == NULL)
		parent->first = parent->last = n;
	else
		parent->last = parent->last->next = n;
	return n;
}

struct tnode *
tree_root(struct tree *t, const char *name)
{
	return node_new(t, NULL, name);
}

struct tnode *
tree_open(struct tnode *parent, const char *name)
{
	return node_new(parent->tree, parent, name);
}

struct tnode *
tree_flag(struct tnode *parent, const char *name)
{
	return tree_open(parent, name);
}

struct tnode *
tree_leaf(struct tnode *parent, const char *name, const char *fmt, ...)
{
	struct tnode *n = tree_open(parent, name);
	va_list ap;

	va_start(ap, fmt);
	n->value = vformat(parent->tree, fmt, ap);
	va_end(ap);
	return n;
}

void
tree_set_value(struct tnode *n, const char *text)
{
	n->value = copy(n->tree, text, strlen(text));
}

void
tree_attr(struct tnode *n, const char *name, const char *fmt, ...)
{
	struct tattr *a = take(n->tree, sizeof(*a)), **end = &n->attrs;
	va_list ap;

	if (a == NULL)
		return;
	a->name = copy(n->tree, name, strlen(name));
	va_start(ap, fmt);
	a->value = vformat(n->tree, fmt, ap);
	va_end(ap);
	a->next = NULL;
	while (*end != NULL)
		end = &(*end)->next;
	*end = a;
}

struct tnode *
tnode_child(const struct tnode *n, const char *name)
{
	if (n == NULL)
		return NULL;
	tnode_foreach (c, n)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

const char *
tnode_text(const struct tnode *n, const char *child_name)
{
	const struct tnode *c = tnode_child(n, child_name);

	if (c == NULL)
		return NULL;
	return c->value != NULL ? c->value : "";
}

const char *
tnode_attr(const struct tnode *n, const char *name)
{
	for (const struct tattr *a = n ? n->attrs : NULL; a; a = a->next)
		if (strcmp(a->name, name) == 0)
			return a->value;
	return NULL;
}

uint64_t
tnode_u64(const struct tnode *n, const char *child_name)
{
	const char *text = tnode_text(n, child_name);

	return text ? strtoull(text, NULL, 10) : 0;
}

struct tnode *
tnode_next_same(const struct tnode *n)
{
	for (struct tnode *c = n->next; c != NULL; c = c->next)
		if (strcmp(c->name, n->name) == 0)
			return c;
	return NULL;
}

static void
put_u32(struct sbuf *out, uint32_t v)
{
	uint8_t b[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
		(uint8_t)(v >> 24)};

	sbuf_add(out, b, sizeof(b));
}

static void
put_text(struct sbuf *out, const char *text)
{
	size_t n = strlen(text);

	put_u32(out, (uint32_t)n);
	sbuf_add(out, text, n);
}

static void
encode_node(const struct tnode *n, struct sbuf *out)
{
	uint32_t nattrs = 0;

	put_text(out, n->name);
	sbuf_putc(out, n->value != NULL);
	if (n->value != NULL)
		put_text(out, n->value);
	for (const struct tattr *a = n->attrs; a; a = a->next)
		nattrs++;
	put_u32(out, nattrs);
	for (const struct tattr *a = n->attrs; a; a = a->next) {
		put_text(out, a->name);
		put_text(out, a->value);
	}
	tnode_foreach (c, n)
		encode_node(c, out);
	put_u32(out, WIRE_END);
}

void
tree_encode(const struct tree *t, struct sbuf *out)
{
	if (t->root != NULL)
		encode_node(t->root, out);
}

struct reader {
	const uint8_t *p, *end;
	struct tree *tree;
};

static bool
get_u32(struct reader *r, uint32_t *ret)
{
	if (r->end - r->p < 4)
		return false;
	*ret = (uint32_t)r->p[0] | (uint32_t)r->p[1] << 8 |
	       (uint32_t)r->p[2] << 16 | (uint32_t)r->p[3] << 24;
	r->p += 4;
	return true;
}

static bool
get_bytes(struct reader *r, uint32_t n, const char **ret)
{
	if ((size_t)(r->end - r->p) < n || memchr(r->p, '\0', n) != NULL)
		return false;
	*ret = copy(r->tree, (const char *)r->p, n);
	r->p += n;
	return !r->tree->failed;
}

static bool
get_text(struct reader *r, const char **ret)
{
	uint32_t n;

	return get_u32(r, &n) && get_bytes(r, n, ret);
}

static bool decode_children(
	struct reader *r, struct tnode *parent, unsigned int depth);

static bool
decode_node(struct reader *r, struct tnode *parent, uint32_t name_len,
	unsigned int depth)
{
	const char *name, *a_name, *a_value;
	struct tnode *n;
	uint32_t nattrs;

	if (depth > DEPTH_MAX || name_len > 256 ||
		!get_bytes(r, name_len, &name) || r->p == r->end)
		return false;
	n = node_new(r->tree, parent, name);
	if (*r->p++ != 0 && !get_text(r, &n->value))
		return false;
	if (!get_u32(r, &nattrs) || nattrs > 64)
		return false;
	for (uint32_t i = 0; i < nattrs; i++) {
		if (!get_text(r, &a_name) || !get_text(r, &a_value))
			return false;
		tree_attr(n, a_name, "%s", a_value);
	}
	return !r->tree->failed && decode_children(r, n, depth);
}

static bool
decode_children(struct reader *r, struct tnode *parent, unsigned int depth)
{
	uint32_t name_len;

	for (;;) {
		if (!get_u32(r, &name_len))
			return false;
		if (name_len == WIRE_END)
			return true;
		if (!decode_node(r, parent, name_len, depth + 1))
			return false;
	}
}

struct tree *
tree_decode(const void *data, size_t len)
{
	struct tree *t = tree_create();
	struct reader r = {data, (const uint8_t *)data + len, t};
	uint32_t name_len;

	if (t == NULL)
		return NULL;
	if (get_u32(&r, &name_len) && name_len != WIRE_END &&
		decode_node(&r, NULL, name_len, 0) && r.p == r.end)
		return t;
	tree_free(t);
	return NULL;
}
