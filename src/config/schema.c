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
/* groups G when: not for this group but about it [CF-66]. */
static const struct schema_type type_string = {ST_STRING, 0, 0, NULL};
static const struct schema_key time_keys[] = {
	{"name", NULL, &type_string, NULL}};
static const struct schema_node when_end[] = {{
	.name = "end-time",
	.help = "End of the time, of each day or with a date",
	.placeholder = "end-time",
	.type = &type_string,
	.index = 1,
	.kind = SCHEMA_LEAF,
	.flags = SCHEMA_MANDATORY,
}};
static const struct schema_node when_to[] = {{
	.name = "to",
	.word = "to",
	.help = "End of the time",
	.children = when_end,
	.n_children = 1,
	.index = 1,
	.kind = SCHEMA_CONTAINER,
	.flags = SCHEMA_ONELINER,
}};
#define WHEN_LEAF(n, word_, help_, kind_)                                      \
	{                                                                      \
		.name = word_, .word = word_, .help = help_,                   \
		.placeholder = word_, .type = &type_string, .index = n,        \
		.kind = kind_                                                  \
	}
static const struct schema_node when_children[] = {
	WHEN_LEAF(1, "chassis", "Chassis id", SCHEMA_LEAF),
	WHEN_LEAF(2, "member", "Member of virtual chassis", SCHEMA_LEAF),
	WHEN_LEAF(3, "model", "Model name", SCHEMA_LEAF),
	WHEN_LEAF(4, "node", "Node of cluster", SCHEMA_LEAF),
	WHEN_LEAF(5, "peers", "Hosts that this group is for", SCHEMA_LEAF_LIST),
	WHEN_LEAF(6, "routing-engine", "Routing engine", SCHEMA_LEAF),
	{
		.name = "time",
		.word = "time",
		.help = "Time at which the group takes effect "
			"([yyyy-mm-dd.]hh[:mm])",
		.placeholder = "start-time",
		.keys = time_keys,
		.children = when_to,
		.n_children = 1,
		.n_keys = 1,
		.index = 7,
		.kind = SCHEMA_LIST,
		.flags = SCHEMA_ONELINER,
	},
};
const struct schema_node schema_when = {
	.name = "when",
	.word = "when",
	.help = "Specify conditional criteria for when to apply the group",
	.children = when_children,
	.n_children = sizeof(when_children) / sizeof(when_children[0]),
	.kind = SCHEMA_CONTAINER,
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
	if ((n->flags & SCHEMA_TOP) && strcmp(word, schema_when.word) == 0)
		return &schema_when;
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
	if ((n->flags & SCHEMA_TOP) &&
		strncmp(schema_when.word, word, len) == 0) {
		hit = &schema_when;
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
	if ((n->flags & SCHEMA_TOP) && strcmp(name, schema_when.name) == 0)
		return &schema_when;
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
