/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which number a name gets; the contract is in compile_ids.h.
 *
 * Numbers of names that are gone are not given out again as long as there are
 * unused ones: a session may still carry the old number, and `show` would then
 * print it under the new name.
 */
#include "compile/compile_ids.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"

static const struct {
	uint32_t first, end;
} id_space[IDS_KINDS] = {
	[IDS_IFD] = {0, IFD_MAX},
	[IDS_IFL] = {1, IFL_MAX},
	[IDS_VR] = {VR_FIRST_USER, VR_MAX},
	[IDS_ZONE] = {ZONE_FIRST_USER, ZONE_MAX},
	/* a session has 20 bits for it: struct session */
	[IDS_POLICY] = {4, 1u << 20},
	[IDS_NAT_POOL] = {1, 65536},
	[IDS_NAT_RULE] = {1, 65536},
	[IDS_NAT_RULE_DESTINATION] = {1, 65536},
	[IDS_NAT_RULE_STATIC] = {1, 65536},
};

struct compile_ids *
compile_ids_create(void)
{
	struct compile_ids *ids = calloc(1, sizeof(*ids));

	if (ids == NULL)
		return NULL;
	for (int k = 0; k < IDS_KINDS; k++)
		ids->next[k] = id_space[k].first;
	return ids;
}

void
compile_ids_free(struct compile_ids *ids)
{
	if (ids == NULL)
		return;
	for (int k = 0; k < IDS_KINDS; k++)
		names_done(&ids->names[k]);
	free(ids);
}

struct compile_ids *
compile_ids_copy(const struct compile_ids *ids)
{
	struct compile_ids *copy = compile_ids_create();

	if (copy == NULL || ids == NULL)
		return copy;
	for (int k = 0; k < IDS_KINDS; k++) {
		copy->next[k] = ids->next[k];
		if (!names_copy(&ids->names[k], &copy->names[k])) {
			compile_ids_free(copy);
			return NULL;
		}
	}
	copy->generation = ids->generation;
	return copy;
}

void
compile_ids_replace(struct compile_ids *ids, struct compile_ids *from)
{
	struct compile_ids old = *ids;

	*ids = *from;
	*from = old;
	compile_ids_free(from);
}

/* Forget the names that are not among names[0..n). */
static int
forget_others(struct names *t, const char *const *names, size_t n)
{
	struct names kept = NAMES_INIT;
	uint32_t id;

	for (size_t i = 0; i < n; i++)
		if (names_get(t, names[i], &id) &&
			!names_put(&kept, names[i], id)) {
			names_done(&kept);
			return -ENOMEM;
		}
	names_done(t);
	*t = kept;
	return 0;
}

/* One flag per number of the kind: is it in use? Only for small spaces. */
static bool *
used_numbers(const struct names *t, uint32_t end)
{
	bool *used = calloc(end, sizeof(*used));

	for (size_t i = 0; used != NULL && i < t->size; i++)
		if (t->slots[i].name != NULL)
			used[t->slots[i].value] = true;
	return used;
}

static size_t
count_new(const struct names *t, const char *const *names, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += names_find(t, names[i]) == NULL;
	return count;
}

/* Number the new names with the free numbers, lowest first. */
static int
assign_reused(struct compile_ids *ids, enum ids_kind kind,
	const char *const *names, size_t n)
{
	uint32_t id = id_space[kind].first, end = id_space[kind].end;
	struct names *t = &ids->names[kind];
	int r = forget_others(t, names, n);
	bool *used;

	if (r < 0)
		return r;
	used = used_numbers(t, end);
	if (used == NULL)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (names_find(t, names[i]) != NULL)
			continue;
		while (id < end && used[id])
			id++;
		if (id == end)
			r = -ENOSPC;
		else if (!names_put(t, names[i], id++))
			r = -ENOMEM;
	}
	free(used);
	return r;
}

static int
assign_next(struct compile_ids *ids, enum ids_kind kind,
	const char *const *names, size_t n)
{
	struct names *t = &ids->names[kind];

	for (size_t i = 0; i < n; i++)
		if (names_find(t, names[i]) == NULL &&
			!names_put(t, names[i], ids->next[kind]++))
			return -ENOMEM;
	return 0;
}

uint32_t
compile_ids_limit(enum ids_kind kind)
{
	return id_space[kind].end - id_space[kind].first;
}

int
compile_ids_assign(struct compile_ids *ids, enum ids_kind kind,
	const char *const *names, size_t n, uint32_t *ret)
{
	struct names *t = &ids->names[kind];
	size_t fresh = count_new(t, names, n);
	int r;

	if (n > compile_ids_limit(kind))
		return -ENOSPC;
	if (fresh > id_space[kind].end - ids->next[kind])
		r = assign_reused(ids, kind, names, n);
	else
		r = assign_next(ids, kind, names, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		names_get(t, names[i], &ret[i]);
	return r;
}
