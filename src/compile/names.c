/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open addressing with linear probing; names are never removed, so a free slot
 * ends every search.
 */
#include "compile/names.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a: names are short and come from the configuration's owner. */
static uint32_t
name_hash(const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name != '\0'; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return h;
}

/* The slot of the name, or the free slot where it would go. */
static struct name_entry *
slot_of(struct name_entry *slots, size_t size, const char *name, uint32_t hash)
{
	for (size_t i = hash & (size - 1);; i = (i + 1) & (size - 1)) {
		struct name_entry *e = &slots[i];

		if (e->name == NULL)
			return e;
		if (e->hash == hash && strcmp(e->name, name) == 0)
			return e;
	}
}

static bool
names_grow(struct names *t)
{
	size_t size = t->size ? t->size * 2 : 16;
	struct name_entry *slots = calloc(size, sizeof(*slots));

	if (slots == NULL)
		return false;
	for (size_t i = 0; i < t->size; i++)
		if (t->slots[i].name != NULL)
			*slot_of(slots, size, t->slots[i].name,
				t->slots[i].hash) = t->slots[i];
	free(t->slots);
	t->slots = slots;
	t->size = size;
	return true;
}

struct name_entry *
names_find(const struct names *t, const char *name)
{
	struct name_entry *e;

	if (t->n == 0)
		return NULL;
	e = slot_of(t->slots, t->size, name, name_hash(name));
	return e->name != NULL ? e : NULL;
}

bool
names_get(const struct names *t, const char *name, uint32_t *ret)
{
	const struct name_entry *e = names_find(t, name);

	if (e == NULL)
		return false;
	*ret = e->value;
	return true;
}

bool
names_put(struct names *t, const char *name, uint32_t value)
{
	uint32_t hash = name_hash(name);
	struct name_entry *e;

	if (t->n + 1 > t->size - t->size / 4 && !names_grow(t))
		return false;
	e = slot_of(t->slots, t->size, name, hash);
	if (e->name == NULL) {
		e->name = strdup(name);
		if (e->name == NULL)
			return false;
		e->hash = hash;
		t->n++;
	}
	e->value = value;
	return true;
}

bool
names_copy(const struct names *t, struct names *ret)
{
	*ret = NAMES_INIT;
	for (size_t i = 0; i < t->size; i++)
		if (t->slots[i].name != NULL &&
			!names_put(ret, t->slots[i].name, t->slots[i].value)) {
			names_done(ret);
			return false;
		}
	return true;
}

void
names_done(struct names *t)
{
	for (size_t i = 0; i < t->size; i++)
		free(t->slots[i].name);
	free(t->slots);
	*t = NAMES_INIT;
}
