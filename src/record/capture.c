/* SPDX-License-Identifier: Apache-2.0 */
#include "record/capture.h"

#include <string.h>

#define MAGIC_MICRO     0xa1b2c3d4u
#define MAGIC_NANO      0xa1b23c4du
#define BLOCK_SECTION   0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_OLD       2u
#define BLOCK_SIMPLE    3u
#define BLOCK_PACKET    6u
#define BYTE_ORDER_MARK 0x1a2b3c4du
#define PACKET_MAX      (256u * 1024)

static uint16_t
u16(const struct capture *c, const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, 2);
	return c->swapped ? __builtin_bswap16(v) : v;
}

static uint32_t
u32(const struct capture *c, const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return c->swapped ? __builtin_bswap32(v) : v;
}

static uint64_t
u64(const struct capture *c, const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return c->swapped ? __builtin_bswap64(v) : v;
}

static int
broken(struct capture *c, const char *why)
{
	c->error = why;
	return -1;
}

static bool
open_pcap(struct capture *c, uint32_t magic)
{
	if (c->len < 24) {
		broken(c, "the file ends within its header");
		return false;
	}
	c->swapped = magic == __builtin_bswap32(MAGIC_MICRO) ||
		     magic == __builtin_bswap32(MAGIC_NANO);
	c->nanoseconds =
		magic == MAGIC_NANO || magic == __builtin_bswap32(MAGIC_NANO);
	c->ninterfaces = 1;
	c->interfaces[0].link = (uint16_t)u32(c, c->data + 20);
	c->at = 24;
	return true;
}

bool
capture_open(struct capture *c, const void *data, size_t len)
{
	uint32_t magic;

	memset(c, 0, sizeof(*c));
	c->data = data;
	c->len = len;
	if (len < 12) {
		broken(c, "the file is too short for a capture");
		return false;
	}
	memcpy(&magic, data, 4);
	if (magic == BLOCK_SECTION) {
		c->ng = true;
		return true;
	}
	if (magic == MAGIC_MICRO || magic == MAGIC_NANO ||
		magic == __builtin_bswap32(MAGIC_MICRO) ||
		magic == __builtin_bswap32(MAGIC_NANO))
		return open_pcap(c, magic);
	broken(c, "it is neither pcap nor pcapng");
	return false;
}

static int
next_pcap(struct capture *c, struct capture_packet *p)
{
	const uint8_t *h = c->data + c->at;
	uint64_t fraction;

	if (c->len - c->at < 16)
		return c->at == c->len ? 0 : broken(c, "cut within a packet");
	p->caplen = u32(c, h + 8);
	p->len = u32(c, h + 12);
	if (p->caplen > PACKET_MAX)
		return broken(c, "a packet is impossibly long");
	if (p->caplen > c->len - c->at - 16)
		return broken(c, "cut within a packet");
	fraction = u32(c, h + 4);
	p->unix_ns = (uint64_t)u32(c, h) * 1000000000 +
		     (c->nanoseconds ? fraction : fraction * 1000);
	p->interface = &c->interfaces[0];
	p->bytes = h + 16;
	c->at += 16 + p->caplen;
	return 1;
}

/* ---- pcapng ---- */

/* The value of an option of a list, and its length; NULL: not there. */
static const uint8_t *
option(const struct capture *c, const uint8_t *at, const uint8_t *end,
	uint16_t code, uint16_t *ret_len)
{
	while (end - at >= 4) {
		uint16_t what = u16(c, at), len = u16(c, at + 2);
		size_t whole = 4 + ((len + 3u) & ~3u);

		if (what == 0 || (size_t)(end - at) < whole)
			return NULL;
		if (what == code) {
			*ret_len = len;
			return at + 4;
		}
		at += whole;
	}
	return NULL;
}

static void
text_option(const struct capture *c, const uint8_t *at, const uint8_t *end,
	uint16_t code, char *dst, size_t size)
{
	uint16_t len = 0;
	const uint8_t *v = option(c, at, end, code, &len);
	size_t n = v == NULL ? 0 : len < size ? len : size - 1;

	if (n > 0)
		memcpy(dst, v, n);
	dst[n] = '\0';
}

static int
section(struct capture *c, const uint8_t *body, size_t len)
{
	uint32_t mark;

	if (len < 16)
		return broken(c, "a section header is too short");
	memcpy(&mark, body, 4);
	if (mark != BYTE_ORDER_MARK &&
		mark != __builtin_bswap32(BYTE_ORDER_MARK))
		return broken(c, "the byte order of a section is not told");
	c->ninterfaces = 0;
	return 0;
}

static int
interface(struct capture *c, const uint8_t *body, size_t len)
{
	const uint8_t *end = body + len, *v;
	struct capture_interface *i;
	uint16_t n = 0;

	if (len < 8)
		return broken(c, "an interface block is too short");
	if (c->ninterfaces == CAPTURE_INTERFACES_MAX)
		return broken(c, "there are too many interfaces");
	i = &c->interfaces[c->ninterfaces++];
	memset(i, 0, sizeof(*i));
	i->link = u16(c, body);
	i->resolution = 6;
	text_option(c, body + 8, end, 2, i->name, sizeof(i->name));
	v = option(c, body + 8, end, 9, &n);
	if (v != NULL && n >= 1)
		i->resolution = v[0];
	v = option(c, body + 8, end, 14, &n);
	if (v != NULL && n >= 8)
		i->offset_s = (int64_t)u64(c, v);
	return 0;
}

/* Units of 10^-n, or 2^-n with the top bit, to nanoseconds. */
static uint64_t
nanoseconds(const struct capture_interface *i, uint64_t t)
{
	uint64_t per_s = 1, s;
	unsigned int n = i->resolution & 0x7f;

	if (i->resolution & 0x80) {
		if (n > 62)
			return 0;
		per_s = UINT64_C(1) << n;
	} else {
		if (n > 18)
			return 0;
		while (n-- > 0)
			per_s *= 10;
	}
	s = t / per_s;
	return (s + (uint64_t)i->offset_s) * 1000000000u +
	       (uint64_t)((unsigned __int128)(t % per_s) * 1000000000u / per_s);
}

static int
packet(struct capture *c, const uint8_t *body, size_t len, bool old,
	struct capture_packet *p)
{
	const uint8_t *end = body + len, *v;
	uint32_t id;
	uint16_t n = 0;

	if (len < 20)
		return broken(c, "a packet block is too short");
	id = old ? u16(c, body) : u32(c, body);
	p->caplen = u32(c, body + 12);
	p->len = u32(c, body + 16);
	if (id >= c->ninterfaces)
		return broken(c, "a packet is of an unknown interface");
	if (p->caplen > len - 20)
		return broken(c, "a packet is longer than its block");
	p->interface = &c->interfaces[id];
	p->unix_ns = nanoseconds(p->interface,
		(uint64_t)u32(c, body + 4) << 32 | u32(c, body + 8));
	p->bytes = body + 20;
	if ((size_t)(end - p->bytes) < ((p->caplen + 3u) & ~3u))
		return 1;
	body = p->bytes + ((p->caplen + 3u) & ~3u);
	text_option(c, body, end, 1, p->comment, sizeof(p->comment));
	v = option(c, body, end, 2, &n);
	if (v != NULL && n >= 4 && (u32(c, v) & 3) != 3)
		p->direction = (enum pcapng_direction)(u32(c, v) & 3);
	return 1;
}

static int
simple(struct capture *c, const uint8_t *body, size_t len,
	struct capture_packet *p)
{
	if (len < 4 || c->ninterfaces == 0)
		return broken(c, "a simple packet has no interface");
	p->len = u32(c, body);
	p->caplen = p->len < len - 4 ? p->len : (uint32_t)(len - 4);
	p->interface = &c->interfaces[0];
	p->bytes = body + 4;
	return 1;
}

/* Each section tells its byte order before its own length can be read. */
static void
section_order(struct capture *c)
{
	uint32_t mark;

	memcpy(&mark, c->data + c->at + 8, 4);
	c->swapped = mark == __builtin_bswap32(BYTE_ORDER_MARK);
}

static int
next_block(struct capture *c, struct capture_packet *p)
{
	const uint8_t *h = c->data + c->at;
	uint32_t type, total;
	size_t len;

	if (c->len - c->at < 12)
		return broken(c, "cut within a block");
	memcpy(&type, h, 4);
	if (type == BLOCK_SECTION)
		section_order(c);
	type = u32(c, h);
	total = u32(c, h + 4);
	if (total < 12 || total % 4 != 0 || total > c->len - c->at)
		return broken(c, "the length of a block is impossible");
	c->at += total;
	len = total - 12;
	switch (type) {
	case BLOCK_SECTION:
		return section(c, h + 8, len);
	case BLOCK_INTERFACE:
		return interface(c, h + 8, len);
	case BLOCK_PACKET:
	case BLOCK_OLD:
		return packet(c, h + 8, len, type == BLOCK_OLD, p);
	case BLOCK_SIMPLE:
		return simple(c, h + 8, len, p);
	default:
		return 0; /* statistics, names: nothing for us */
	}
}

int
capture_next(struct capture *c, struct capture_packet *p)
{
	int rc = 0;

	memset(p, 0, sizeof(*p));
	if (!c->ng)
		return next_pcap(c, p);
	while (rc == 0 && c->at < c->len)
		rc = next_block(c, p);
	return rc;
}
