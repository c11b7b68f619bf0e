/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Most packets have one number of a kind, some none (no ESP, no SPI), and of
 * options and extension headers there may be several: any of them matches, and
 * `except` wants none of them to. A packet without the number matches neither
 * way [FF-4]. Layouts: RFC 791 3.1, RFC 2474 3, RFC 4303 2, RFC 8200 4.
 */
#include "flow/filter_fields.h"

#include "pkt/bytes.h"

#define ANY_OPTION 256u

static bool
in_ranges(const struct filter_number_spec *c, uint32_t v)
{
	for (size_t i = 0; i < c->n; i++)
		if (v >= c->ranges[i].lo && v <= c->ranges[i].hi)
			return true;
	return false;
}

static bool
has_option(const struct filter_number_spec *c, const struct pkt *p)
{
	const uint8_t *end = p->l3 + (p->l3[0] & 15) * 4;

	if (p->key.family != IP_V4 || end == p->l3 + 20)
		return false;
	if (in_ranges(c, ANY_OPTION))
		return true;
	for (const uint8_t *o = p->l3 + 20; o < end && *o != 0;) {
		if (in_ranges(c, *o))
			return true;
		if (*o == 1) { /* no operation */
			o++;
			continue;
		}
		if (o + 1 >= end || o[1] < 2)
			return false;
		o += o[1];
	}
	return false;
}

/* Headers between the fixed one and the upper layer, as parse_packet() walked
 * them: they are there. */
static bool
has_extension(const struct filter_number_spec *c, const struct pkt *p)
{
	uint32_t off = 40;
	uint8_t next;

	if (p->key.family != IP_V6)
		return false;
	for (next = p->l3[6]; next != p->key.protocol && off + 8 <= p->len;) {
		const uint8_t *h = p->l3 + off;

		if (off + 8u + p->l2_len > rte_pktmbuf_data_len(p->m))
			return false;
		if (in_ranges(c, next))
			return true;
		off += next == 44       ? 8u
		       : next == IPP_AH ? (h[1] + 2u) * 4
					: (h[1] + 1u) * 8;
		next = h[0];
	}
	return false;
}

/* Which bits of a fragment field: the range holds masks that must be set. */
static bool
fragment_flags(const struct filter_number_spec *c, const struct pkt *p)
{
	uint8_t flags =
		p->key.family == IP_V4 ? p->l3[6] >> 5 : (uint8_t)p->frag_more;

	return in_ranges(c, flags);
}

/* So many bits from a place in the packet; false: it is not there. */
static bool
flexible(const struct filter_number_spec *c, const struct pkt *p, uint32_t *ret)
{
	uint32_t have = rte_pktmbuf_data_len(p->m) - (uint32_t)p->l2_len;
	uint32_t off = c->at.byte_offset, bytes;
	uint64_t v = 0;

	if (c->at.start != START_LAYER_3) {
		if (p->l4 == NULL)
			return false;
		off += (uint32_t)(p->l4 - p->l3);
	}
	if (c->at.start == START_PAYLOAD) {
		if (p->key.protocol != IPP_TCP && p->key.protocol != IPP_UDP)
			return false;
		off += p->key.protocol == IPP_UDP ? 8 : (p->l4[12] >> 4) * 4u;
	}
	bytes = (c->at.bit_offset + c->at.bits + 7u) / 8;
	if (off + bytes > have || off + bytes > p->len)
		return false;
	for (uint32_t i = 0; i < bytes; i++)
		v = v << 8 | p->l3[off + i];
	v >>= bytes * 8 - c->at.bit_offset - c->at.bits;
	*ret = (uint32_t)(v & ((1ull << c->at.bits) - 1)) & c->at.mask;
	return true;
}

static uint8_t
traffic_class(const struct pkt *p)
{
	return p->key.family == IP_V4 ? p->l3[1]
				      : (uint8_t)(load16(p->l3) >> 4);
}

static uint8_t
interface_group(const struct env *env, const struct pkt *p)
{
	const struct ifl_spec *ifl = image_ifl(env->image, p->ifl);

	if (ifl == NULL)
		return 0;
	return p->key.family == IP_V4 ? ifl->group4 : ifl->group6;
}

/* The one number of this kind; false: the packet has none. */
static bool
number_of(const struct env *env, const struct pkt *p,
	const struct filter_number_spec *c, uint32_t *ret)
{
	switch (c->field) {
	case FIELD_PACKET_LENGTH:
		*ret = p->len;
		return true;
	case FIELD_TTL:
		*ret = p->ttl;
		return true;
	case FIELD_DSCP:
		*ret = traffic_class(p) >> 2;
		return true;
	case FIELD_PRECEDENCE:
		*ret = traffic_class(p) >> 5;
		return true;
	case FIELD_FRAG_OFFSET:
		*ret = p->frag_off / 8u;
		return true;
	case FIELD_SPI:
		if (p->key.protocol != IPP_ESP || p->l4 == NULL ||
			p->l4_len < 8)
			return false;
		*ret = load32(p->l4);
		return true;
	case FIELD_INTERFACE:
		*ret = p->ifl.v;
		return p->ifl.v != 0;
	case FIELD_GROUP:
		*ret = interface_group(env, p);
		return *ret != 0;
	default:
		return flexible(c, p, ret);
	}
}

static bool
field_match(const struct env *env, const struct pkt *p,
	const struct filter_number_spec *c)
{
	uint32_t v;

	switch (c->field) {
	case FIELD_IP_OPTION:
		return has_option(c, p) != c->except;
	case FIELD_EXT_HEADER:
		return has_extension(c, p) != c->except;
	case FIELD_FRAG_FLAGS:
		return fragment_flags(c, p) != c->except;
	default:
		return number_of(env, p, c, &v) && in_ranges(c, v) != c->except;
	}
}

bool
filter_fields_match(const struct env *env, const struct pkt *p,
	const struct filter_number_spec *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!field_match(env, p, &list[i]))
			return false;
	return true;
}
