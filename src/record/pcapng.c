/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks and options as in the format's sections 3 and 4; the byte order is
 * the machine's, which the section header tells. */
#include "record/pcapng.h"

#include <errno.h>
#include <string.h>

#define BLOCK_SECTION   0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET    6u
#define BYTE_ORDER_MARK 0x1a2b3c4du

#define OPT_END       0u
#define OPT_COMMENT   1u
#define OPT_NAME      2u /* of an interface */
#define OPT_FLAGS     2u /* of a packet */
#define OPT_USERAPPL  4u /* of a section */
#define OPT_TSRESOL   9u
#define LINK_ETHERNET 1u
#define OPTION_MAX    1024u

/* A block is small apart from the packet in it: the options come here. */
struct options {
	uint8_t bytes[2 * OPTION_MAX];
	size_t len;
};

static size_t
padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static void
option(struct options *o, uint16_t code, const void *value, size_t len)
{
	if (len > OPTION_MAX - 16)
		len = OPTION_MAX - 16;
	memcpy(o->bytes + o->len, &code, 2);
	memcpy(o->bytes + o->len + 2, &(uint16_t){(uint16_t)len}, 2);
	memset(o->bytes + o->len + 4, 0, padded(len));
	if (len > 0)
		memcpy(o->bytes + o->len + 4, value, len);
	o->len += 4 + padded(len);
}

/* Header, fixed fields, data with its padding, options, length again. */
static int
block(FILE *f, uint32_t type, const void *fixed, size_t fixed_len,
	const void *data, size_t data_len, const struct options *o)
{
	static const uint8_t zeros[4];
	uint32_t total = (uint32_t)(12 + fixed_len + padded(data_len) + o->len);

	fwrite(&type, 4, 1, f);
	fwrite(&total, 4, 1, f);
	fwrite(fixed, fixed_len, 1, f);
	if (data_len > 0)
		fwrite(data, data_len, 1, f);
	if (padded(data_len) > data_len)
		fwrite(zeros, padded(data_len) - data_len, 1, f);
	if (o->len > 0)
		fwrite(o->bytes, o->len, 1, f);
	fwrite(&total, 4, 1, f);
	return ferror(f) ? -EIO : 0;
}

int
pcapng_begin(FILE *f, const char *application)
{
	struct {
		uint32_t mark;
		uint16_t major, minor;
		int64_t length; /* -1: not told */
	} __attribute__((packed)) fixed = {BYTE_ORDER_MARK, 1, 0, -1};
	struct options o = {.len = 0};

	option(&o, OPT_USERAPPL, application, strlen(application));
	option(&o, OPT_END, NULL, 0);
	return block(f, BLOCK_SECTION, &fixed, sizeof(fixed), NULL, 0, &o);
}

int
pcapng_interface(FILE *f, const char *name, uint32_t snaplen)
{
	struct {
		uint16_t link, reserved;
		uint32_t snaplen;
	} fixed = {LINK_ETHERNET, 0, snaplen};
	struct options o = {.len = 0};

	option(&o, OPT_NAME, name, strlen(name));
	option(&o, OPT_TSRESOL, &(uint8_t){9}, 1);
	option(&o, OPT_END, NULL, 0);
	return block(f, BLOCK_INTERFACE, &fixed, sizeof(fixed), NULL, 0, &o);
}

int
pcapng_put(FILE *f, const struct pcapng_packet *p)
{
	struct {
		uint32_t interface, high, low, caplen, len;
	} fixed = {p->interface, (uint32_t)(p->unix_ns >> 32),
		(uint32_t)p->unix_ns, p->caplen, p->len};
	uint32_t flags = p->direction;
	struct options o = {.len = 0};

	if (p->comment != NULL && p->comment[0] != '\0')
		option(&o, OPT_COMMENT, p->comment, strlen(p->comment));
	if (flags != PCAPNG_UNKNOWN)
		option(&o, OPT_FLAGS, &flags, 4);
	if (o.len > 0)
		option(&o, OPT_END, NULL, 0);
	return block(f, BLOCK_PACKET, &fixed, sizeof(fixed), p->bytes,
		p->caplen, &o);
}
