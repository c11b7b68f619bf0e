/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list of fields per part of a record; templates and records are written
 * from the same lists, so that they cannot say different things.
 */
#include "export/ipfix_msg.h"

#include <string.h>

#define HEADER       16u
#define SET_HEADER   4u
#define SET_TEMPLATE 2u
#define SET_OPTIONS  3u
#define PEN_REVERSE  29305u /* RFC 5103 6.1 */

/* Where the value of a field comes from. */
enum source {
	S_SRC,
	S_DST,
	S_POST_SRC,
	S_POST_DST,
	S_SPORT,
	S_DPORT,
	S_POST_SPORT,
	S_POST_DPORT,
	S_PROTOCOL,
	S_IN_IF,
	S_OUT_IF,
	S_IN_VRF,
	S_OUT_VRF,
	S_ID,
	S_BYTES,
	S_PACKETS,
	S_BYTES_BACK,
	S_PACKETS_BACK,
	S_START,
	S_END,
	S_END_REASON,
	S_FW_EVENT,
	S_NAT_EVENT,
	S_DIRECTION,
};

struct field {
	uint16_t id, len; /* len 0: ends a list */
	bool reverse;
	enum source source;
};

static const struct field addresses4[] = {
	{8, 4, false, S_SRC}, {12, 4, false, S_DST}, {0}};
static const struct field addresses6[] = {
	{27, 16, false, S_SRC}, {28, 16, false, S_DST}, {0}};
static const struct field common[] = {{7, 2, false, S_SPORT},
	{11, 2, false, S_DPORT}, {4, 1, false, S_PROTOCOL},
	{10, 4, false, S_IN_IF}, {14, 4, false, S_OUT_IF},
	{234, 4, false, S_IN_VRF}, {235, 4, false, S_OUT_VRF},
	{148, 8, false, S_ID}, {1, 8, false, S_BYTES}, {2, 8, false, S_PACKETS},
	{1, 8, true, S_BYTES_BACK}, {2, 8, true, S_PACKETS_BACK},
	{152, 8, false, S_START}, {153, 8, false, S_END},
	{136, 1, false, S_END_REASON}, {233, 1, false, S_FW_EVENT},
	{239, 1, false, S_DIRECTION}, {0}};
static const struct field post4[] = {
	{225, 4, false, S_POST_SRC}, {226, 4, false, S_POST_DST}, {0}};
static const struct field post6[] = {
	{281, 16, false, S_POST_SRC}, {282, 16, false, S_POST_DST}, {0}};
static const struct field post_ports[] = {{227, 2, false, S_POST_SPORT},
	{228, 2, false, S_POST_DPORT}, {230, 1, false, S_NAT_EVENT}, {0}};

struct template
{
	uint16_t id;
	const struct field *parts[5]; /* ends with NULL */
};

/* By family, and what NAT made of it. */
enum { T_4, T_6, T_44, T_66, T_64, T_46, TEMPLATES };

static const struct template templates[TEMPLATES] = {
	[T_4] = {256, {addresses4, common}},
	[T_6] = {257, {addresses6, common}},
	[T_44] = {258, {addresses4, common, post4, post_ports}},
	[T_66] = {259, {addresses6, common, post6, post_ports}},
	[T_64] = {260, {addresses6, common, post4, post_ports}},
	[T_46] = {261, {addresses4, common, post6, post_ports}},
};

struct option {
	uint16_t id;
	uint16_t fields[4][2]; /* element, length; the first is the scope */
	uint16_t n;
};

/* The scope is the domain, not the number that is named: nfdump wants it so. */
enum { O_VRF, O_INTERFACE, O_COUNTS, OPTIONS };

static const struct option options[OPTIONS] = {
	[O_VRF] = {262, {{149, 4}, {234, 4}, {236, IPFIX_NAME}}, 3},
	[O_INTERFACE] = {263, {{149, 4}, {10, 4}, {82, IPFIX_NAME}}, 3},
	[O_COUNTS] = {264, {{149, 4}, {41, 8}, {42, 8}, {166, 8}}, 4},
};

/* ---- bytes ---- */

static void
put(struct ipfix_msg *m, uint64_t v, unsigned int bytes)
{
	while (bytes > 0)
		m->b[m->len++] = (uint8_t)(v >> 8 * --bytes);
}

static void
set_u16(uint8_t *at, size_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static bool
has_room(const struct ipfix_msg *m, size_t n)
{
	return m->len + n <= sizeof(m->b);
}

static void
close_set(struct ipfix_msg *m)
{
	if (m->set != 0)
		set_u16(m->b + m->set + 2, m->len - m->set);
	m->set = 0;
}

/* Room for n bytes in a set of this kind: the open one, or a new one. */
static bool
open_set(struct ipfix_msg *m, uint16_t id, size_t n)
{
	bool open = m->set != 0 && m->set_id == id;

	if (!has_room(m, n + (open ? 0 : SET_HEADER)))
		return false;
	if (open)
		return true;
	close_set(m);
	m->set = m->len;
	m->set_id = id;
	put(m, id, 2);
	put(m, 0, 2);
	return true;
}

void
ipfix_begin(struct ipfix_msg *m)
{
	m->len = HEADER;
	m->set = 0;
	m->records = 0;
}

void
ipfix_end(struct ipfix_msg *m, uint32_t unix_s, uint32_t sequence,
	uint32_t domain)
{
	size_t len = m->len;

	close_set(m);
	m->len = 0;
	put(m, 10, 2);
	put(m, len, 2);
	put(m, unix_s, 4);
	put(m, sequence, 4);
	put(m, domain, 4);
	m->len = len;
}

/* ---- templates ---- */

static void
put_field(struct ipfix_msg *m, const struct field *f)
{
	put(m, f->id | (f->reverse ? 0x8000u : 0), 2);
	put(m, f->len, 2);
	if (f->reverse)
		put(m, PEN_REVERSE, 4);
}

static void
put_template(struct ipfix_msg *m, const struct template *t)
{
	size_t count_at = m->len + 2;
	unsigned int n = 0;

	put(m, t->id, 2);
	put(m, 0, 2);
	for (unsigned int i = 0; t->parts[i] != NULL; i++)
		for (const struct field *f = t->parts[i]; f->len != 0; f++, n++)
			put_field(m, f);
	set_u16(m->b + count_at, n);
}

static void
put_option_template(struct ipfix_msg *m, const struct option *o)
{
	put(m, o->id, 2);
	put(m, o->n, 2);
	put(m, 1, 2);
	for (unsigned int i = 0; i < o->n; i++) {
		put(m, o->fields[i][0], 2);
		put(m, o->fields[i][1], 2);
	}
}

bool
ipfix_put_templates(struct ipfix_msg *m)
{
	const size_t room = 900; /* more than they need */

	if (!open_set(m, SET_TEMPLATE, room))
		return false;
	for (unsigned int i = 0; i < TEMPLATES; i++)
		put_template(m, &templates[i]);
	if (!open_set(m, SET_OPTIONS, 100))
		return false;
	for (unsigned int i = 0; i < OPTIONS; i++)
		put_option_template(m, &options[i]);
	return true;
}

/* ---- records ---- */

static void
put_address(struct ipfix_msg *m, const struct ip_addr *a, uint16_t len)
{
	memcpy(m->b + m->len, a->b, len);
	m->len += len;
}

static uint64_t
number(const struct ipfix_session *s, enum source source)
{
	switch (source) {
	case S_SPORT:
		return s->sport;
	case S_DPORT:
		return s->dport;
	case S_POST_SPORT:
		return s->post_sport;
	case S_POST_DPORT:
		return s->post_dport;
	case S_PROTOCOL:
		return s->protocol;
	case S_IN_IF:
		return s->in_if;
	case S_OUT_IF:
		return s->out_if;
	case S_IN_VRF:
		return s->in_vrf;
	case S_OUT_VRF:
		return s->out_vrf;
	case S_ID:
		return s->id;
	case S_BYTES:
		return s->bytes[0];
	case S_PACKETS:
		return s->packets[0];
	case S_BYTES_BACK:
		return s->bytes[1];
	case S_PACKETS_BACK:
		return s->packets[1];
	case S_START:
		return s->start_ms;
	case S_END:
		return s->end_ms;
	case S_END_REASON:
		return s->end_reason;
	case S_FW_EVENT:
		return s->fw_event;
	case S_NAT_EVENT:
		return s->nat_event;
	default:
		return 1; /* S_DIRECTION: initiator, RFC 5103 6.3 */
	}
}

static void
put_value(struct ipfix_msg *m, const struct ipfix_session *s,
	const struct field *f)
{
	switch (f->source) {
	case S_SRC:
		put_address(m, &s->src, f->len);
		break;
	case S_DST:
		put_address(m, &s->dst, f->len);
		break;
	case S_POST_SRC:
		put_address(m, &s->post_src, f->len);
		break;
	case S_POST_DST:
		put_address(m, &s->post_dst, f->len);
		break;
	default:
		put(m, number(s, f->source), f->len);
		break;
	}
}

static const struct template *
template_of(const struct ipfix_session *s)
{
	bool v6 = s->src.family == IP_V6, after6 = s->post_src.family == IP_V6;

	if (!s->translated)
		return &templates[v6 ? T_6 : T_4];
	if (v6)
		return &templates[after6 ? T_66 : T_64];
	return &templates[after6 ? T_46 : T_44];
}

bool
ipfix_put_session(struct ipfix_msg *m, const struct ipfix_session *s)
{
	const struct template *t = template_of(s);
	size_t n = 0;

	for (unsigned int i = 0; t->parts[i] != NULL; i++)
		for (const struct field *f = t->parts[i]; f->len != 0; f++)
			n += f->len;
	if (!open_set(m, t->id, n))
		return false;
	for (unsigned int i = 0; t->parts[i] != NULL; i++)
		for (const struct field *f = t->parts[i]; f->len != 0; f++)
			put_value(m, s, f);
	m->records++;
	return true;
}

/* ---- options ---- */

/* Of one length, with zeros behind: collectors cannot all read others. */
static void
put_name(struct ipfix_msg *m, const char *name)
{
	memset(m->b + m->len, 0, IPFIX_NAME);
	memcpy(m->b + m->len, name, strnlen(name, IPFIX_NAME));
	m->len += IPFIX_NAME;
}

static bool
put_named(struct ipfix_msg *m, const struct option *o, uint32_t domain,
	uint32_t number, const char *name)
{
	if (!open_set(m, o->id, 8 + IPFIX_NAME))
		return false;
	put(m, domain, 4);
	put(m, number, 4);
	put_name(m, name);
	m->records++;
	return true;
}

bool
ipfix_put_vrf_name(
	struct ipfix_msg *m, uint32_t domain, uint32_t vrf, const char *name)
{
	return put_named(m, &options[O_VRF], domain, vrf, name);
}

bool
ipfix_put_if_name(
	struct ipfix_msg *m, uint32_t domain, uint32_t index, const char *name)
{
	return put_named(m, &options[O_INTERFACE], domain, index, name);
}

bool
ipfix_put_counts(struct ipfix_msg *m, uint32_t domain, uint64_t messages,
	uint64_t records, uint64_t not_sent)
{
	if (!open_set(m, options[O_COUNTS].id, 28))
		return false;
	put(m, domain, 4);
	put(m, messages, 8);
	put(m, records, 8);
	put(m, not_sent, 8);
	m->records++;
	return true;
}
