/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes - reading and writing numbers at any address. Headers follow a 14-byte
 * Ethernet header, so hardly any field is aligned. get/put keep the bytes as
 * on the wire; load/store convert between the wire and host order.
 */
#ifndef PKT_BYTES_H
#define PKT_BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint16_t
get16(const void *b)
{
	uint16_t v;

	memcpy(&v, b, sizeof(v));
	return v;
}

static inline uint32_t
get32(const void *b)
{
	uint32_t v;

	memcpy(&v, b, sizeof(v));
	return v;
}

static inline uint64_t
get64(const void *b)
{
	uint64_t v;

	memcpy(&v, b, sizeof(v));
	return v;
}

static inline void
put16(void *b, uint16_t v_be)
{
	memcpy(b, &v_be, sizeof(v_be));
}

static inline void
put32(void *b, uint32_t v_be)
{
	memcpy(b, &v_be, sizeof(v_be));
}

static inline uint16_t
load16(const void *b)
{
	const uint8_t *p = b;

	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
load32(const void *b)
{
	return (uint32_t)load16(b) << 16 | load16((const uint8_t *)b + 2);
}

static inline void
store16(void *b, uint16_t v)
{
	uint8_t *p = b;

	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
store32(void *b, uint32_t v)
{
	store16(b, (uint16_t)(v >> 16));
	store16((uint8_t *)b + 2, (uint16_t)v);
}

#endif /* PKT_BYTES_H */
