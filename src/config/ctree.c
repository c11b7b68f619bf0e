/* SPDX-License-Identifier: Apache-2.0 */
#include "config/ctree.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ARENA_BLOCK_MIN 8192u
#define ARENA_BLOCK_MAX (1u << 20)
#define INDEX_AT        12u /* entries of a run from which it is hashed */
#define FNV_START       UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME       UINT64_C(0x100000001b3)

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(16) unsigned char data[];
};

/*
 * Mapped, not allocated: two large trees that come and go by turns would leave
 * holes in the heap that nobody else can use.
 */
static struct arena_block *
block_make(size_t size)
{
	struct arena_block *b = mmap(NULL, sizeof(*b) + size,
		PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (b == MAP_FAILED)
		return NULL;
	b->used = 0;
	b->size = size;
	return b;
}

/* Blocks grow with the tree; what is large gets one of its own. */
static struct arena_block *
block_add(struct config_tree *t, size_t n)
{
	struct arena_block *b = t->blocks;
	size_t size = ARENA_BLOCK_MIN;

	if (b != NULL)
		size = (b->size + sizeof(*b)) * 2;
	if (size > ARENA_BLOCK_MAX)
		size = ARENA_BLOCK_MAX;
	size -= sizeof(*b);
	if (n <= size / 4) {
		b = block_make(size);
		if (b == NULL)
			return NULL;
		b->next = t->blocks;
		t->blocks = b;
		return b;
	}
	b = block_make(n);
	if (b == NULL)
		return NULL;
	/* behind the one that still has room */
	b->next = t->blocks != NULL ? t->blocks->next : NULL;
	if (t->blocks != NULL)
		t->blocks->next = b;
	else
		t->blocks = b;
	return b;
}

static void *
arena_alloc(struct config_tree *t, size_t n)
{
	struct arena_block *b = t->blocks;
	void *p;

	n = (n + 7) & ~(size_t)7;
	if (b == NULL || b->size - b->used < n)
		b = block_add(t, n);
	if (b == NULL)
		return NULL;
	p = b->data + b->used;
	b->used += n;
	return p; /* fresh pages are zero */
}

const char *
ctree_strdup(struct config_tree *t, const char *text)
{
	size_t n = strlen(text) + 1;
	char *p = arena_alloc(t, n);

	return p != NULL ? memcpy(p, text, n) : NULL;
}

struct config_tree *
ctree_create(void)
{
	return calloc(1, sizeof(struct config_tree));
}

void
ctree_free(struct config_tree *t)
{
	struct arena_block *b, *next;

	if (t == NULL)
		return;
	for (b = t->blocks; b != NULL; b = next) {
		next = b->next;
		munmap(b, sizeof(*b) + b->size);
	}
	free(t);
}

static uint64_t
fnv(uint64_t h, const char *text)
{
	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * FNV_PRIME;
	return (h ^ 0xff) * FNV_PRIME;
}

/* Shift-and-multiply at the end: FNV's low bits alone are weak. */
static uint64_t
mix(uint64_t h)
{
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 32;
}

static uint32_t
values_hash(const char *v0, const char *v1)
{
	uint64_t h = FNV_START;

	if (v0 != NULL)
		h = fnv(h, v0);
	if (v1 != NULL)
		h = fnv(h, v1);
	return (uint32_t)mix(h);
}

static bool
text_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

struct crun *
ctree_run(const struct cnode *parent, const struct schema_node *schema)
{
	for (struct crun *r = parent->runs; r != NULL; r = r->next)
		if (r->schema == schema)
			return r->n > 0 ? r : NULL;
	return NULL;
}

/* A leaf, flag or container occurs once; its value does not name it. */
static bool
is_multiple(const struct schema_node *s)
{
	return s->kind == SCHEMA_LIST || s->kind == SCHEMA_LEAF_LIST ||
	       s->kind == SCHEMA_WORD;
}

static struct cnode *
run_find(const struct crun *r, const char *v0, const char *v1, uint32_t hash)
{
	struct cnode *n = r->first;

	if (r->buckets != NULL)
		n = r->buckets[hash & (r->n_buckets - 1)];
	while (n != NULL) {
		if (n->hash == hash && text_equal(n->val[0], v0) &&
			text_equal(n->val[1], v1))
			return n;
		n = r->buckets != NULL ? n->hash_next : n->next;
	}
	return NULL;
}

struct cnode *
ctree_find(const struct cnode *parent, const struct schema_node *schema,
	const char *v0, const char *v1)
{
	const struct crun *r = ctree_run(parent, schema);

	if (r == NULL)
		return NULL;
	if (!is_multiple(schema))
		return r->first;
	return run_find(r, v0, v1, values_hash(v0, v1));
}

/*
 * The universal statements print first; at the top behind version and groups,
 * which are the first two nodes of the schema below the root.
 */
static unsigned int
run_order(const struct cnode *parent, const struct schema_node *s)
{
	unsigned int first = parent->run == NULL ? 3 * 8 - 4 : 0;

	if (s >= schema_universal &&
		s < schema_universal + schema_universal_count)
		return first + (unsigned int)(s - schema_universal);
	if (s == &schema_when)
		return first + 4;
	return 8u * s->index;
}

static struct crun *
run_make(struct config_tree *t, struct cnode *parent,
	const struct schema_node *schema)
{
	struct crun **at = &parent->runs, *r;

	while (*at != NULL &&
		run_order(parent, (*at)->schema) < run_order(parent, schema))
		at = &(*at)->next;
	if (*at != NULL && (*at)->schema == schema)
		return *at;
	r = arena_alloc(t, sizeof(*r));
	if (r == NULL)
		return NULL;
	r->schema = schema;
	r->parent = parent;
	r->next = *at;
	*at = r;
	return r;
}

static void
index_put(struct crun *r, struct cnode *n)
{
	struct cnode **b = &r->buckets[n->hash & (r->n_buckets - 1)];

	n->hash_next = *b;
	*b = n;
}

static void
index_take(struct crun *r, struct cnode *n)
{
	struct cnode **b;

	if (r->buckets == NULL)
		return;
	b = &r->buckets[n->hash & (r->n_buckets - 1)];
	while (*b != n)
		b = &(*b)->hash_next;
	*b = n->hash_next;
}

/* Keep at least as many buckets as entries. Without memory: stay as it is. */
static void
index_grow(struct config_tree *t, struct crun *r)
{
	uint32_t want = r->n_buckets ? r->n_buckets : 32;
	struct cnode **b;

	if (r->n < INDEX_AT || (r->buckets != NULL && r->n < r->n_buckets))
		return;
	while (want <= r->n)
		want *= 4;
	b = arena_alloc(t, want * sizeof(*b));
	if (b == NULL)
		return;
	r->buckets = b;
	r->n_buckets = want;
	for (struct cnode *n = r->first; n != NULL; n = n->next)
		index_put(r, n);
}

static void
run_link(struct crun *r, struct cnode *n, struct cnode *before)
{
	n->run = r;
	n->next = before;
	n->prev = before != NULL ? before->prev : r->last;
	if (n->prev != NULL)
		n->prev->next = n;
	else
		r->first = n;
	if (before != NULL)
		before->prev = n;
	else
		r->last = n;
}

static void
run_unlink(struct cnode *n)
{
	struct crun *r = n->run;

	if (n->prev != NULL)
		n->prev->next = n->next;
	else
		r->first = n->next;
	if (n->next != NULL)
		n->next->prev = n->prev;
	else
		r->last = n->prev;
}

static struct cnode *
node_append(struct config_tree *t, struct crun *r, const char *v0,
	const char *v1, uint32_t hash)
{
	struct cnode *n;

	if (t->nodes >= CTREE_NODES_MAX)
		return NULL;
	n = arena_alloc(t, sizeof(*n));
	if (n == NULL)
		return NULL;
	n->val[0] = v0 != NULL ? ctree_strdup(t, v0) : NULL;
	n->val[1] = v1 != NULL ? ctree_strdup(t, v1) : NULL;
	if ((v0 != NULL && n->val[0] == NULL) ||
		(v1 != NULL && n->val[1] == NULL))
		return NULL;
	n->hash = hash;
	t->nodes++;
	run_link(r, n, NULL);
	r->n++;
	if (r->buckets != NULL)
		index_put(r, n);
	index_grow(t, r);
	return n;
}

struct cnode *
ctree_add(struct config_tree *t, struct cnode *parent,
	const struct schema_node *schema, const char *v0, const char *v1)
{
	struct crun *r = run_make(t, parent, schema);
	uint32_t hash = values_hash(v0, v1);
	struct cnode *n;

	if (r == NULL)
		return NULL;
	n = is_multiple(schema) ? run_find(r, v0, v1, hash) : r->first;
	if (n == NULL)
		return node_append(t, r, v0, v1, hash);
	if (!is_multiple(schema) && v0 != NULL && !text_equal(n->val[0], v0)) {
		v0 = ctree_strdup(t, v0);
		if (v0 == NULL)
			return NULL;
		n->val[0] = v0;
		n->hash = hash;
	}
	return n;
}

void
ctree_remove(struct cnode *n)
{
	struct crun *r = n->run;

	index_take(r, n);
	run_unlink(n);
	if (--r->n == 0)
		r->buckets = NULL, r->n_buckets = 0;
}

void
ctree_prune(struct cnode *n)
{
	while (n->run != NULL) {
		struct cnode *parent = n->run->parent;

		ctree_remove(n);
		if (ctree_first(parent) != NULL ||
			schema_may_be_empty(ctree_schema(parent)))
			return;
		n = parent;
	}
}

void
ctree_move(struct cnode *n, struct cnode *ref, bool before)
{
	if (n == ref)
		return;
	run_unlink(n);
	run_link(n->run, n, before ? ref : ref->next);
}

int
ctree_rename(
	struct config_tree *t, struct cnode *n, const char *v0, const char *v1)
{
	uint32_t hash = values_hash(v0, v1);

	if (run_find(n->run, v0, v1, hash) != NULL)
		return -EEXIST;
	v0 = v0 != NULL ? ctree_strdup(t, v0) : NULL;
	v1 = v1 != NULL ? ctree_strdup(t, v1) : NULL;
	if ((v0 == NULL && n->val[0] != NULL) ||
		(v1 == NULL && n->val[1] != NULL))
		return -ENOMEM;
	index_take(n->run, n);
	n->val[0] = v0;
	n->val[1] = v1;
	n->hash = hash;
	if (n->run->buckets != NULL)
		index_put(n->run, n);
	return 0;
}

int
ctree_set_comment(struct config_tree *t, struct cnode *n, const char *comment)
{
	if (comment == NULL || comment[0] == '\0') {
		n->comment = NULL;
		return 0;
	}
	comment = ctree_strdup(t, comment);
	if (comment == NULL)
		return -ENOMEM;
	n->comment = comment;
	return 0;
}

/* Nesting is limited by the readers, so recursion is. */
static int
copy_children(struct config_tree *t, struct cnode *to, const struct cnode *from)
{
	for (const struct cnode *c = ctree_first(from); c != NULL;
		c = ctree_next(c))
		if (ctree_copy(t, to, c, c->val[0], c->val[1]) == NULL)
			return -ENOMEM;
	return 0;
}

struct cnode *
ctree_copy(struct config_tree *t, struct cnode *parent, const struct cnode *n,
	const char *v0, const char *v1)
{
	struct cnode *c = ctree_add(t, parent, ctree_schema(n), v0, v1);

	if (c == NULL)
		return NULL;
	c->flags = n->flags;
	c->line = n->line;
	if (ctree_set_comment(t, c, n->comment) != 0)
		return NULL;
	return copy_children(t, c, n) == 0 ? c : NULL;
}

struct config_tree *
ctree_clone(const struct config_tree *t)
{
	struct config_tree *c = ctree_create();

	if (c == NULL)
		return NULL;
	c->root.flags = t->root.flags;
	if (ctree_set_comment(c, &c->root, t->root.comment) == 0 &&
		copy_children(c, &c->root, &t->root) == 0)
		return c;
	ctree_free(c);
	return NULL;
}

bool
ctree_in_group(const struct cnode *n)
{
	for (; n != NULL; n = ctree_parent(n))
		if (ctree_schema(n)->flags & SCHEMA_TOP)
			return true;
	return false;
}

bool
ctree_is_pattern(const char *text)
{
	size_t len = strlen(text);

	return len > 2 && text[0] == '<' && text[len - 1] == '>';
}

bool
ctree_pattern_match(const char *pattern, const char *name)
{
	char inner[512];
	size_t len = strlen(pattern);

	if (len - 2 >= sizeof(inner))
		return false;
	memcpy(inner, pattern + 1, len - 2);
	inner[len - 2] = '\0';
	return fnmatch(inner, name, 0) == 0;
}

static struct cnode *
first_of_runs(const struct crun *r)
{
	for (; r != NULL; r = r->next)
		if (r->first != NULL)
			return r->first;
	return NULL;
}

struct cnode *
ctree_first(const struct cnode *n)
{
	return first_of_runs(n->runs);
}

struct cnode *
ctree_next(const struct cnode *n)
{
	if (n->next != NULL || n->run == NULL)
		return n->next;
	return first_of_runs(n->run->next);
}

uint64_t
ctree_digest(struct cnode *n)
{
	uint64_t h = FNV_START ^ (uintptr_t)ctree_schema(n);

	for (int i = 0; i < 2; i++)
		h = n->val[i] != NULL ? fnv(h, n->val[i]) : mix(h + 1);
	h = mix(h + (n->flags & (CNODE_INACTIVE | CNODE_PROTECTED)));
	if (n->comment != NULL)
		h = fnv(mix(h), n->comment);
	for (struct cnode *c = ctree_first(n); c != NULL; c = ctree_next(c))
		h = mix(h * FNV_PRIME + ctree_digest(c));
	n->digest = mix(h);
	return n->digest;
}
