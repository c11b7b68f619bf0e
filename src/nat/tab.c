/* SPDX-License-Identifier: Apache-2.0 */
#include "nat/tab.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_hash_crc.h>

#include "nat/map.h"

static uint32_t
head_of(const struct nat_tab *t, const void *key)
{
	return rte_hash_crc(key, t->key, 0x2f0b4c47u) & t->mask;
}

int
nat_tab_init(struct nat_tab *t, uint32_t max, uint32_t size, uint32_t key)
{
	uint32_t n = 16;

	while (n < max)
		n <<= 1;
	memset(t, 0, sizeof(*t));
	t->size = (size + 7) & ~7u;
	t->key = key;
	t->max = n;
	t->mask = n - 1;
	t->entries = nat_map(((uint64_t)n + 1) * t->size);
	t->next = nat_map(((uint64_t)n + 1) * sizeof(*t->next));
	t->heads = nat_map((uint64_t)n * sizeof(*t->heads));
	if (t->entries != NULL && t->next != NULL && t->heads != NULL)
		return 0;
	nat_tab_done(t);
	return -ENOMEM;
}

void
nat_tab_done(struct nat_tab *t)
{
	nat_unmap(t->entries, ((uint64_t)t->max + 1) * t->size);
	nat_unmap(t->next, ((uint64_t)t->max + 1) * sizeof(*t->next));
	nat_unmap(t->heads, (uint64_t)t->max * sizeof(*t->heads));
	memset(t, 0, sizeof(*t));
}

uint32_t
nat_tab_find(const struct nat_tab *t, const void *key)
{
	uint32_t i = t->n == 0 ? 0 : t->heads[head_of(t, key)];

	while (i != 0 && memcmp(nat_tab_at(t, i), key, t->key) != 0)
		i = t->next[i];
	return i;
}

uint32_t
nat_tab_add(struct nat_tab *t, const void *key)
{
	uint32_t i = t->free, *head = &t->heads[head_of(t, key)];

	if (i != 0)
		t->free = t->next[i];
	else if (t->top < t->max)
		i = ++t->top;
	else
		return 0;
	memset(nat_tab_at(t, i), 0, t->size);
	memcpy(nat_tab_at(t, i), key, t->key);
	t->next[i] = *head;
	*head = i;
	t->n++;
	return i;
}

void
nat_tab_remove(struct nat_tab *t, uint32_t entry)
{
	uint32_t *at = &t->heads[head_of(t, nat_tab_at(t, entry))];

	while (*at != entry)
		at = &t->next[*at];
	*at = t->next[entry];
	memset(nat_tab_at(t, entry), 0, t->size);
	t->next[entry] = t->free;
	t->free = entry;
	t->n--;
}

bool
nat_tab_used(const struct nat_tab *t, uint32_t entry)
{
	static const uint8_t none[64];

	return memcmp(nat_tab_at(t, entry), none,
		       t->key < sizeof(none) ? t->key : sizeof(none)) != 0;
}
