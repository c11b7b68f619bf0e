/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions of filter terms on numbers that few filters ask for [FF-4]: a
 * value, a range LOW-HIGH or a word; NAME-except is the opposite of NAME.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/compile_firewall.h"
#include "compile/match_values.h"

static const struct condition {
	const char *name;
	enum filter_field field;
	uint32_t max;
	int (*word)(const char *text); /* NULL: numbers only */
} conditions[] = {
	{"packet-length", FIELD_PACKET_LENGTH, 65535, NULL},
	{"ttl", FIELD_TTL, 255, NULL},
	{"hop-limit", FIELD_TTL, 255, NULL},
	{"dscp", FIELD_DSCP, 63, match_dscp},
	{"traffic-class", FIELD_DSCP, 63, match_dscp},
	{"precedence", FIELD_PRECEDENCE, 7, match_precedence},
	{"fragment-offset", FIELD_FRAG_OFFSET, 8191, NULL},
	{"esp-spi", FIELD_SPI, UINT32_MAX, NULL},
	{"ip-options", FIELD_IP_OPTION, 256, match_ip_option},
	{"extension-header", FIELD_EXT_HEADER, 255, match_extension_header},
	{"interface-group", FIELD_GROUP, 255, NULL},
};

bool
filter_number_known(const char *name)
{
	size_t len = strlen(name);

	if (len > 7 && strcmp(name + len - 7, "-except") == 0)
		len -= 7;
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (strncmp(conditions[i].name, name, len) == 0 &&
			conditions[i].name[len] == '\0')
			return true;
	return false;
}

/* A number, or a word; the rest of the text starts at *end. */
static bool
parse_value(const struct condition *k, const char *text, uint32_t *ret,
	const char **end)
{
	unsigned long long v;
	char *stop;
	int word;

	v = strtoull(text, &stop, 0);
	if (stop != text && text[0] != '-' && text[0] != '+') {
		*ret = (uint32_t)v;
		*end = stop;
		return v <= k->max;
	}
	word = k->word != NULL ? k->word(text) : -1;
	*ret = (uint32_t)word;
	*end = text + strlen(text);
	return word >= 0;
}

static bool
parse_range(
	const struct condition *k, const char *text, struct filter_range *ret)
{
	const char *end;

	if (!parse_value(k, text, &ret->lo, &end))
		return false;
	ret->hi = ret->lo;
	if (*end == '-' &&
		(!parse_value(k, end + 1, &ret->hi, &end) || ret->hi < ret->lo))
		return false;
	return *end == '\0';
}

static struct filter_number_spec *
add_number(struct compile *c, struct filter_term_spec *t,
	enum filter_field field, bool except)
{
	struct filter_number_spec *s = VEC_ADD(c, t->numbers, t->nnumbers);

	if (s != NULL) {
		s->field = field;
		s->except = except;
	}
	return s;
}

static void
add_range(struct compile *c, struct filter_number_spec *s, uint32_t lo,
	uint32_t hi)
{
	struct filter_range *r = VEC_ADD(c, s->ranges, s->n);

	if (r != NULL)
		*r = (struct filter_range){lo, hi};
}

static void
add_condition(struct compile *c, const struct cnode *from,
	const struct condition *k, bool except, struct filter_term_spec *t)
{
	struct filter_number_spec *s;
	struct filter_range r;
	char name[64];

	snprintf(name, sizeof(name), "%s%s", k->name, except ? "-except" : "");
	if (!cnode_has(from, name) ||
		(s = add_number(c, t, k->field, except)) == NULL)
		return;
	cnode_foreach (n, from, name) {
		if (parse_range(k, value_of(n), &r))
			add_range(c, s, r.lo, r.hi);
		else
			compile_error(c, n,
				"invalid value '%s': 0..%u, LOW-HIGH or one "
				"of the words that ? lists",
				value_of(n), k->max);
	}
}

static void
add_fragment_flags(
	struct compile *c, const struct cnode *from, struct filter_term_spec *t)
{
	const char *text = cnode_leaf(from, "fragment-flags");
	struct filter_number_spec *s;
	uint64_t set;

	if (text == NULL ||
		(s = add_number(c, t, FIELD_FRAG_FLAGS, false)) == NULL)
		return;
	if (!match_fragment_flags(text, &set)) {
		compile_error(c, cnode_child(from, "fragment-flags"),
			"invalid fragment-flags expression");
		return;
	}
	for (uint32_t i = 0; i < 8; i++)
		if ((set >> i & 1) != 0)
			add_range(c, s, i, i);
}

/* ---- interfaces ---- */

static void
add_ifl(struct compile *c, const struct cnode *n, const char *name,
	struct filter_number_spec *s)
{
	char full[NAME_MAX_LEN];
	uint32_t ifl;

	ifl_full_name(name, full);
	if (find_ifl(c, n, full, &ifl))
		add_range(c, s, c->image->ifls[ifl].id.v,
			c->image->ifls[ifl].id.v);
}

/* A member of an interface set may end in '*'. */
static void
add_set(struct compile *c, const struct cnode *n, const char *name,
	struct filter_number_spec *s)
{
	const struct cnode *set = cnode_entry(
		cnode_child(c->root, "firewall"), "interface-set", name);

	if (set == NULL)
		compile_error(c, n,
			"Referenced interface-set '%s' is not defined", name);
	cnode_foreach (m, set, "interface") {
		const char *text = cnode_key(m, 0);
		size_t len = strlen(text);

		if (len == 0 || text[len - 1] != '*') {
			add_ifl(c, m, text, s);
			continue;
		}
		for (size_t i = 0; i < c->image->nifls; i++)
			if (strncmp(c->image->ifls[i].name, text, len - 1) == 0)
				add_range(c, s, c->image->ifls[i].id.v,
					c->image->ifls[i].id.v);
	}
}

static void
add_interfaces(
	struct compile *c, const struct cnode *from, struct filter_term_spec *t)
{
	struct filter_number_spec *s;

	if (!cnode_has(from, "interface") && !cnode_has(from, "interface-set"))
		return;
	s = add_number(c, t, FIELD_INTERFACE, false);
	if (s == NULL)
		return;
	cnode_foreach (n, from, "interface")
		add_ifl(c, n, cnode_key(n, 0), s);
	cnode_foreach (n, from, "interface-set")
		add_set(c, n, value_of(n), s);
}

/* ---- flexible matches ---- */

static bool
flexible_place(
	struct compile *c, const struct cnode *n, struct filter_number_spec *s)
{
	const char *start = cnode_leaf(n, "match-start");
	uint64_t bits = cnode_u64(n, "bit-length", 0);

	s->at.start = START_LAYER_3;
	if (start != NULL && strcmp(start, "layer-4") == 0)
		s->at.start = START_LAYER_4;
	else if (start != NULL && strcmp(start, "payload") == 0)
		s->at.start = START_PAYLOAD;
	if (bits < 1 || bits > 32) {
		compile_error(c, n, "bit-length is mandatory, 1 to 32");
		return false;
	}
	s->at.byte_offset = (uint16_t)cnode_u64(n, "byte-offset", 0);
	s->at.bit_offset = (uint8_t)cnode_u64(n, "bit-offset", 0);
	s->at.bits = (uint8_t)bits;
	s->at.mask = UINT32_MAX;
	return true;
}

static void
flexible_range(struct compile *c, const struct cnode *n, const char *name,
	struct filter_number_spec *s)
{
	static const struct condition any = {"", FIELD_BYTES, UINT32_MAX, NULL};
	const char *text = cnode_leaf(n, name);
	struct filter_range r;

	if (text == NULL || !parse_range(&any, text, &r))
		compile_error(
			c, n, "range or range-except is a number or LOW-HIGH");
	else
		add_range(c, s, r.lo, r.hi);
}

static void
flexible_mask(
	struct compile *c, const struct cnode *n, struct filter_number_spec *s)
{
	const char *mask = cnode_leaf(n, "mask-in-hex");
	const char *value = cnode_leaf(n, "prefix");
	char *end = NULL;
	uint32_t v;

	if (mask != NULL)
		s->at.mask = (uint32_t)strtoul(mask, &end, 16);
	if (end != NULL && *end != '\0')
		compile_error(c, cnode_child(n, "mask-in-hex"),
			"invalid hexadecimal number '%s'", mask);
	if (value == NULL) {
		compile_error(c, n, "prefix is mandatory: the value to find");
		return;
	}
	v = (uint32_t)strtoul(value, &end, 0);
	if (*end != '\0')
		compile_error(c, cnode_child(n, "prefix"),
			"invalid number '%s'", value);
	add_range(c, s, v & s->at.mask, v & s->at.mask);
}

static void
add_flexible(
	struct compile *c, const struct cnode *from, struct filter_term_spec *t)
{
	const struct cnode *range = cnode_child(from, "flexible-match-range");
	const struct cnode *mask = cnode_child(from, "flexible-match-mask");
	struct filter_number_spec *s;

	if (range != NULL) {
		bool except = cnode_has(range, "range-except");

		s = add_number(c, t, FIELD_BYTES, except);
		if (s != NULL && flexible_place(c, range, s))
			flexible_range(
				c, range, except ? "range-except" : "range", s);
	}
	if (mask != NULL) {
		s = add_number(c, t, FIELD_BYTES, false);
		if (s != NULL && flexible_place(c, mask, s))
			flexible_mask(c, mask, s);
	}
}

void
compile_filter_numbers(
	struct compile *c, const struct cnode *from, struct filter_term_spec *t)
{
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]);
		i++) {
		add_condition(c, from, &conditions[i], false, t);
		add_condition(c, from, &conditions[i], true, t);
	}
	add_fragment_flags(c, from, t);
	add_interfaces(c, from, t);
	add_flexible(c, from, t);
}
