/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain of IPv6 extension headers once more, for zones that ask: which
 * headers, how many, and which options are in them [SC-4]. The parser has seen
 * that all of it is there. ESP, HIP, mobility and "no next header" end a chain
 * and count as its last header.
 */
#include "flow/screen_packet.h"

#include "image/image_spec.h"

enum {
	HOP_BY_HOP = 0,
	ROUTING = 43,
	FRAGMENT = 44,
	ESP = 50,
	AH = 51,
	NO_NEXT = 59,
	DESTINATION = 60,
	MOBILITY = 135,
	HIP = 139,
	SHIM6 = 140,
};

static bool
has_next(uint8_t header)
{
	return header == HOP_BY_HOP || header == ROUTING ||
	       header == FRAGMENT || header == AH || header == DESTINATION;
}

static bool
is_header(uint8_t header)
{
	return has_next(header) || header == ESP || header == NO_NEXT ||
	       header == MOBILITY || header == HIP || header == SHIM6;
}

/* Options of a header of len bytes: type, length, data; type 0 is one byte. */
static uint64_t
options(const uint8_t *h, uint32_t len, const struct screen_set *unwanted,
	uint64_t bit)
{
	uint64_t hits = 0;
	uint32_t at = 2;

	while (at < len) {
		if (h[at] == 0) {
			at++;
			continue;
		}
		if (at + 2 > len || at + 2 + h[at + 1] > len)
			return hits | SCREEN_BIT(IPV6_MALFORMED);
		if (screen_set_has(unwanted, h[at]))
			hits |= bit;
		at += 2u + h[at + 1];
	}
	return hits;
}

static uint32_t
header_len(uint8_t header, const uint8_t *h)
{
	if (header == FRAGMENT)
		return 8;
	return header == AH ? (h[1] + 2u) * 4 : (h[1] + 1u) * 8;
}

uint64_t
screen_extension_look(const struct screen_spec *s, const struct pkt *p)
{
	uint8_t header = p->l3[6];
	uint32_t at = 40, n = 0;
	uint64_t hits = 0;

	for (; is_header(header); n++) {
		const uint8_t *h = p->l3 + at;

		if (screen_set_has(&s->ext_headers, header))
			hits |= SCREEN_BIT(EXT_HEADER);
		if (!has_next(header) || at + 8 > p->len) {
			n++;
			break;
		}
		if (header == HOP_BY_HOP)
			hits |= options(h, header_len(header, h),
				&s->hop_options, SCREEN_BIT(EXT_HOP));
		else if (header == DESTINATION)
			hits |= options(h, header_len(header, h),
				&s->destination_options,
				SCREEN_BIT(EXT_DESTINATION));
		at += header_len(header, h);
		if (header == FRAGMENT && p->frag_later) {
			n++;
			break; /* what follows is in the first one */
		}
		header = h[0];
	}
	if (screen_set_has(&s->ext_headers, header) && !is_header(header))
		hits |= SCREEN_BIT(EXT_HEADER); /* user-defined */
	if (n > s->ext_limit)
		hits |= SCREEN_BIT(EXT_LIMIT);
	return hits;
}
