/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A member is an element, an array several of them, null an empty one. What
 * XML has as attributes stands beside it: "@" in an object, "@NAME" for a leaf.
 */
#include "netconf/json_in.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "netconf/xml_in.h"

struct reader {
	char *why;
	size_t why_size;
	unsigned int depth, elements;
	bool failed;
};

static void
fail(struct reader *r, const char *text, const char *name)
{
	if (!r->failed)
		snprintf(r->why, r->why_size, "%s: %.100s", text, name);
	r->failed = true;
}

/* A string, number or boolean as text; false for the rest. */
static bool
scalar(const json_t *v, char *buf, size_t size, const char **ret)
{
	*ret = buf;
	switch (json_typeof(v)) {
	case JSON_STRING:
		*ret = json_string_value(v);
		return true;
	case JSON_INTEGER:
		snprintf(buf, size, "%" JSON_INTEGER_FORMAT,
			json_integer_value(v));
		return true;
	case JSON_REAL:
		snprintf(buf, size, "%.15g", json_real_value(v));
		return true;
	case JSON_TRUE:
		*ret = "true";
		return true;
	case JSON_FALSE:
		*ret = "false";
		return true;
	default:
		return false;
	}
}

static void
put_attributes(struct reader *r, struct tnode *n, const json_t *meta)
{
	const char *key, *text;
	unsigned int count = 0;
	char buf[40];
	void *at;

	if (!json_is_object(meta))
		return;
	for (at = json_object_iter((json_t *)meta); at != NULL;
		at = json_object_iter_next((json_t *)meta, at)) {
		key = json_object_iter_key(at);
		if (strncmp(key, "junos:", 6) == 0 ||
			strncmp(key, "xmlns", 5) == 0)
			continue;
		if (!scalar(json_object_iter_value(at), buf, sizeof(buf),
			    &text) ||
			strlen(key) > XML_NAME_MAX || ++count > XML_ATTRS_MAX)
			fail(r, "not an attribute", key);
		else
			tree_attr(n, key, "%s", text);
	}
}

static void put_member(struct reader *r, struct tnode *parent, const char *name,
	const json_t *v, const json_t *meta);

static const json_t *
meta_of(const json_t *object, const char *name)
{
	char key[XML_NAME_MAX + 2];

	snprintf(key, sizeof(key), "@%s", name);
	return json_object_get(object, key);
}

static void
put_members(struct reader *r, struct tnode *n, const json_t *object)
{
	void *at = json_object_iter((json_t *)object);

	put_attributes(r, n, json_object_get(object, "@"));
	for (; at != NULL && !r->failed;
		at = json_object_iter_next((json_t *)object, at)) {
		const char *key = json_object_iter_key(at);

		if (key[0] != '@')
			put_member(r, n, key, json_object_iter_value(at),
				meta_of(object, key));
	}
	/* "@leaf" alone: a leaf to be deleted has no value. */
	for (at = json_object_iter((json_t *)object); at != NULL && !r->failed;
		at = json_object_iter_next((json_t *)object, at)) {
		const char *key = json_object_iter_key(at);

		if (key[0] == '@' && key[1] != '\0' &&
			json_object_get(object, key + 1) == NULL)
			put_member(r, n, key + 1, json_null(),
				json_object_iter_value(at));
	}
}

/* {"data": "x", "attributes": {...}} */
static bool
is_verbose(const json_t *object)
{
	size_t known = json_object_get(object, "data") != NULL;

	if (known == 0)
		return false;
	known += json_object_get(object, "attributes") != NULL;
	known += json_object_get(object, "@") != NULL;
	return known == json_object_size(object);
}

static void
put_one(struct reader *r, struct tnode *parent, const char *name,
	const json_t *v, const json_t *meta)
{
	struct tnode *n;
	const char *text;
	char buf[40];

	/* A word may be anything, where any words are kept; "@x" is of x. */
	if (strlen(name) > XML_NAME_MAX || name[0] == '\0' || name[0] == '@') {
		fail(r, "not a name", name);
		return;
	}
	if (++r->elements > XML_ELEMENTS_MAX) {
		fail(r, "too many members", name);
		return;
	}
	n = tree_open(parent, name);
	if (meta != NULL)
		put_attributes(r, n, meta);
	if (json_is_object(v) && is_verbose(v)) {
		put_attributes(r, n, json_object_get(v, "attributes"));
		put_attributes(r, n, json_object_get(v, "@"));
		v = json_object_get(v, "data");
	}
	if (json_is_object(v))
		put_members(r, n, v);
	else if (scalar(v, buf, sizeof(buf), &text))
		tree_set_value(n, text);
	else if (!json_is_null(v))
		fail(r, "arrays do not stand in arrays", name);
}

static void
put_member(struct reader *r, struct tnode *parent, const char *name,
	const json_t *v, const json_t *meta)
{
	if (++r->depth > XML_DEPTH_MAX - 4) {
		fail(r, "nested too deep", name);
	} else if (json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v) && !r->failed; i++)
			put_one(r, parent, name, json_array_get(v, i),
				json_is_array(meta) ? json_array_get(meta, i)
						    : meta);
	} else {
		put_one(r, parent, name, v, meta);
	}
	r->depth--;
}

static void
put_configuration(struct reader *r, struct tnode *parent, const json_t *top)
{
	const json_t *c = json_object_get(top, "configuration");

	if (json_is_object(c))
		put_members(r, parent, c);
	else if (json_is_array(c))
		for (size_t i = 0; i < json_array_size(c); i++)
			put_members(r, parent, json_array_get(c, i));
	else if (c == NULL || !json_is_null(c))
		fail(r, "missing object", "configuration");
}

int
json_read(const char *text, size_t len, struct tnode *parent, char *why,
	size_t why_size)
{
	struct reader r = {.why = why, .why_size = why_size};
	json_error_t e;
	json_t *top = json_loadb(text, len, JSON_REJECT_DUPLICATES, &e);

	if (top == NULL) {
		snprintf(why, why_size, "%.160s (line %d)", e.text, e.line);
		return -EINVAL;
	}
	put_configuration(&r, parent, top);
	json_decref(top);
	if (parent->tree->failed)
		return -ENOMEM;
	return r.failed ? -EINVAL : 0;
}
