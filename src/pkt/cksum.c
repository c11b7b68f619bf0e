/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt/cksum.h"

#include <rte_hash_crc.h>

#include "pkt/pkt.h"

uint64_t
cksum_add(const void *data, size_t len, uint64_t sum)
{
	const uint8_t *b = data;
	uint16_t last = 0;

	for (; len >= 16; len -= 16, b += 16)
		sum += (uint64_t)get32(b) + get32(b + 4) + get32(b + 8) +
		       get32(b + 12);
	for (; len >= 2; len -= 2, b += 2)
		sum += get16(b);
	if (len == 1) {
		memcpy(&last, b, 1);
		sum += last;
	}
	return sum;
}

/*
 * A piece that starts at an odd place of the whole has its bytes in the other
 * half of each word: its sum is swapped, RFC 1071 section 2(B).
 */
uint64_t
cksum_add_mbuf(
	const struct rte_mbuf *m, uint32_t off, uint32_t len, uint64_t sum)
{
	uint32_t done = 0;

	for (; m != NULL && len > 0; m = m->next) {
		uint32_t n;
		uint16_t part;

		if (off >= m->data_len) {
			off -= m->data_len;
			continue;
		}
		n = RTE_MIN(m->data_len - off, len);
		part = cksum_fold(cksum_add(
			rte_pktmbuf_mtod_offset(m, uint8_t *, off), n, 0));
		sum += done & 1 ? rte_bswap16(part) : part;
		done += n;
		len -= n;
		off = 0;
	}
	return sum;
}

uint64_t
cksum_pseudo(const struct flow_key *k, uint8_t protocol, uint32_t len)
{
	uint64_t sum = rte_cpu_to_be_16(protocol);

	if (k->family == IP_V4)
		sum += (uint64_t)k->v4.src_be + k->v4.dst_be;
	else
		sum = cksum_add(&k->v6, sizeof(k->v6), sum);
	return sum + rte_cpu_to_be_32(len);
}

uint32_t
cksum_sctp(const struct rte_mbuf *m, uint32_t off, uint32_t len)
{
	static const uint8_t zero[4];
	uint32_t crc = UINT32_MAX, at = 0;

	for (; m != NULL && at < len; m = m->next) {
		uint32_t end;

		if (off >= m->data_len) {
			off -= m->data_len;
			continue;
		}
		end = RTE_MIN(at + m->data_len - off, len);
		for (; at < end; at++, off++)
			crc = rte_hash_crc_1byte(
				at >= 8 && at < 12 ? zero[at - 8]
						   : *rte_pktmbuf_mtod_offset(
							     m, uint8_t *, off),
				crc);
		off = 0;
	}
	return ~crc;
}
