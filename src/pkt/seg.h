/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seg - packets that lie in several segments of an mbuf chain.
 */
#ifndef PKT_SEG_H
#define PKT_SEG_H

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;

/*
 * Make the first len bytes lie in the first segment, by moving bytes from the
 * following ones into its tail room; pointers into the first segment stay
 * valid. False, and nothing changed, if the chain is shorter, the room is too
 * small or the first segment is shared.
 */
bool seg_pullup(struct rte_mbuf *m, uint32_t len);

/* Cut the chain to len bytes, len <= pkt_len. Frees segments behind. */
void seg_trim(struct rte_mbuf *m, uint32_t len);

/* Copy up to n bytes from byte off to dst; returns how many there were. */
uint32_t seg_copy(
	const struct rte_mbuf *m, uint32_t off, void *dst, uint32_t n);

#endif /* PKT_SEG_H */
