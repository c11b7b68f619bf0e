/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cksum - the Internet checksum (RFC 1071): whole sums, pseudo headers, and
 * changes without reading the packet again (RFC 1624, eqn 3).
 *
 * Sums are of 16-bit words as they lie in memory, in a uint64_t that has room
 * for 2^32 folded words: the one's complement sum does not care about byte
 * order, so nothing is swapped. A "check" is a checksum field as on the wire. A
 * "delta" is the folded sum of ~old + new over the changed words; deltas of
 * several changes add up (cksum_fold(d1 + d2)), so a session keeps one.
 */
#ifndef PKT_CKSUM_H
#define PKT_CKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "pkt/bytes.h"

struct flow_key;
struct rte_mbuf;

/*
 * A number plus itself with its halves swapped has the end-around-carry sum of
 * the halves in its upper half: the carry of the lower one arrives there.
 */
static inline uint16_t
cksum_fold(uint64_t sum)
{
	uint32_t half;

	sum += sum >> 32 | sum << 32;
	half = (uint32_t)(sum >> 32);
	half += half >> 16 | half << 16;
	return (uint16_t)(half >> 16);
}

/* The field for a finished sum. */
static inline uint16_t
cksum_finish(uint64_t sum)
{
	return (uint16_t)~cksum_fold(sum);
}

/* sum plus the words at data; an odd last byte counts as followed by 0. */
uint64_t cksum_add(const void *data, size_t len, uint64_t sum);

/* The same over len bytes of a chain, from byte off; it must be that long. */
uint64_t cksum_add_mbuf(
	const struct rte_mbuf *m, uint32_t off, uint32_t len, uint64_t sum);

/* The pseudo header of the key's packet with len bytes from the L4 header on.
 */
uint64_t cksum_pseudo(const struct flow_key *k, uint8_t protocol, uint32_t len);

/* Is the IPv4 header of 20 bytes right? Its sum is then all ones. */
static inline int
cksum_ipv4_ok(const uint8_t *l3)
{
	uint64_t sum = (uint64_t)get32(l3) + get32(l3 + 4) + get32(l3 + 8) +
		       get32(l3 + 12) + get32(l3 + 16);

	return cksum_fold(sum) == 0xffff;
}

static inline uint64_t
cksum_delta16(uint16_t old, uint16_t new)
{
	return (uint64_t)(uint16_t)~old + new;
}

static inline uint64_t
cksum_delta32(uint32_t old, uint32_t new)
{
	return (uint64_t)(uint32_t)~old + new;
}

/* For 16 bytes, as an IPv6 address. */
static inline uint64_t
cksum_delta128(const uint8_t *old, const uint8_t *new)
{
	uint64_t sum = 0;

	for (int i = 0; i < 16; i += 4)
		sum += cksum_delta32(get32(old + i), get32(new + i));
	return sum;
}

/* RFC 1624, eqn 3: HC' = ~(~HC + ~m + m'). */
static inline uint16_t
cksum_apply(uint16_t check, uint64_t delta)
{
	return (uint16_t)~cksum_fold((uint64_t)(uint16_t)~check + delta);
}

/* A field that holds a sum that is not yet complemented (partial checksum). */
static inline uint16_t
cksum_apply_partial(uint16_t sum, uint64_t delta)
{
	return cksum_fold((uint64_t)sum + delta);
}

/*
 * UDP: 0 means "no checksum" (RFC 768) and is sent as all ones when it is the
 * result.
 */
static inline uint16_t
cksum_udp(uint16_t check)
{
	return check == 0 ? 0xffff : check;
}

/* CRC32c over len bytes of the chain from off, as the field of SCTP holds it;
 * the 4 bytes of the field itself count as 0. RFC 9260 appendix A. */
uint32_t cksum_sctp(const struct rte_mbuf *m, uint32_t off, uint32_t len);

#endif /* PKT_CKSUM_H */
