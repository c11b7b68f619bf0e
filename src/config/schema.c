/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schema.h"

#include <stddef.h>
#include <string.h>

static const struct schema_type type_name = {ST_NAME, 0, 0, NULL};
static const struct schema_key macro_keys[] = {
	{"name", NULL, &type_name, NULL}};

const struct schema_node schema_any_word = {
	.name = "word",
	.help = "Statement without effect",
	.index = UINT16_MAX,
	.kind = SCHEMA_WORD,
	.status = SCHEMA_ACCEPTED,
};

/* Printed before everything else, as Junos does: index 0 like the root. */
const struct schema_node schema_universal[] = {
	{
		.name = "apply-groups",
		.word = "apply-groups",
		.help = "Groups from which to inherit configuration data",
		.placeholder = "group-name",
		.type = &type_name,
		.kind = SCHEMA_LEAF_LIST,
		.flags = SCHEMA_ORDERED,
	},
	{
		.name = "apply-groups-except",
		.word = "apply-groups-except",
		.help = "Don't inherit configuration data from these groups",
		.placeholder = "group-name",
		.type = &type_name,
		.kind = SCHEMA_LEAF_LIST,
		.flags = SCHEMA_ORDERED,
	},
	{
		.name = "apply-macro",
		.word = "apply-macro",
		.help = "Apply a macro",
		.placeholder = "name",
		.keys = macro_keys,
		.kind = SCHEMA_LIST,
		.flags = SCHEMA_OPEN,
		.n_keys = 1,
	},
};
const unsigned int schema_universal_count =
	sizeof(schema_universal) / sizeof(schema_universal[0]);

bool
schema_is_universal(const struct schema_node *n)
{
	return n >= schema_universal &&
	       n < schema_universal + schema_universal_count;
}

bool
schema_has_body(const struct schema_node *n)
{
	switch (n->kind) {
	case SCHEMA_CONTAINER:
	case SCHEMA_PRESENCE:
	case SCHEMA_LIST:
	case SCHEMA_ANY:
	case SCHEMA_WORD:
		return true;
	default:
		return false;
	}
}

static bool
has_universal(const struct schema_node *n)
{
	return n->kind == SCHEMA_CONTAINER || n->kind == SCHEMA_PRESENCE ||
	       n->kind == SCHEMA_LIST;
}

const struct schema_node *
schema_child(const struct schema_node *n, const char *word)
{
	for (unsigned int i = 0; i < n->n_children; i++)
		if (n->children[i].word != NULL &&
			strcmp(n->children[i].word, word) == 0)
			return &n->children[i];
	if (strncmp(word, "apply-", 6) != 0 || !has_universal(n))
		return NULL;
	for (unsigned int i = 0; i < schema_universal_count; i++)
		if (strcmp(schema_universal[i].word, word) == 0)
			return &schema_universal[i];
	return NULL;
}

const struct schema_node *
schema_child_abbrev(
	const struct schema_node *n, const char *word, bool *ambiguous)
{
	const struct schema_node *hit = schema_child(n, word);
	size_t len = strlen(word);
	unsigned int hits = 0;

	*ambiguous = false;
	if (hit != NULL || len == 0)
		return hit;
	for (unsigned int i = 0; i < n->n_children; i++) {
		const struct schema_node *c = &n->children[i];

		if (c->word == NULL || strncmp(c->word, word, len) != 0)
			continue;
		hit = c;
		hits++;
	}
	for (unsigned int i = 0; has_universal(n) && i < schema_universal_count;
		i++) {
		if (strncmp(schema_universal[i].word, word, len) != 0)
			continue;
		hit = &schema_universal[i];
		hits++;
	}
	*ambiguous = hits > 1;
	return hits == 1 ? hit : NULL;
}

const struct schema_node *
schema_child_xml(const struct schema_node *n, const char *name)
{
	for (unsigned int i = 0; i < n->n_children; i++)
		if (strcmp(n->children[i].name, name) == 0)
			return &n->children[i];
	for (unsigned int i = 0; has_universal(n) && i < schema_universal_count;
		i++)
		if (strcmp(schema_universal[i].name, name) == 0)
			return &schema_universal[i];
	/* The word of the text, where somebody took it for the element. */
	for (unsigned int i = 0; i < n->n_children; i++)
		if (n->children[i].word != NULL &&
			strcmp(n->children[i].word, name) == 0)
			return &n->children[i];
	return NULL;
}

const struct schema_node *
schema_bare_leaf(const struct schema_node *n)
{
	if (n->kind != SCHEMA_CONTAINER && n->kind != SCHEMA_PRESENCE)
		return NULL;
	for (unsigned int i = 0; i < n->n_children; i++)
		if (n->children[i].word == NULL &&
			n->children[i].kind == SCHEMA_LEAF)
			return &n->children[i];
	return NULL;
}

bool
schema_is_accepted(const struct schema_node *n)
{
	for (; n != NULL; n = n->parent)
		if (n->status == SCHEMA_ACCEPTED)
			return true;
	return false;
}

bool
schema_may_be_empty(const struct schema_node *n)
{
	return n->kind != SCHEMA_CONTAINER;
}
