/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite - the only code that changes a packet that is forwarded. All
 * functions work on a packet that parse_packet() accepted.
 *
 * Checksums stay as right, or as wrong, as they were. A packet with an
 * unfinished
 * ("partial") checksum, RTE_MBUF_F_TX_*_CKSUM or _SEG, holds the sum of its
 * pseudo header in the L4 field: new addresses alter it, new ports do not.
 */
#ifndef PKT_REWRITE_H
#define PKT_REWRITE_H

#include "pkt/pkt.h"

enum {
	REWRITE_ADDRESSES = 1,
	REWRITE_PORTS = 2,
	REWRITE_FAMILY = 4, /* the other family's header: xlate.h */
};

/*
 * What NAT makes of the packets of one wing; all zero: nothing. Made once, at
 * install. The first REWRITE_V4_SIZE bytes are all that an IPv4 session needs
 * to keep. Ports of ICMP questions and replies are those of the key [FL-5]: the
 * identifier and the sequence number.
 */
struct rewrite {
	uint16_t l3_delta; /* IPv4 header checksum */
	uint16_t l4_delta; /* L4 checksum: addresses if it covers them; ports */
	uint16_t pseudo_delta; /* addresses only */
	uint8_t flags;
	uint8_t family;
	uint16_t sport_be, dport_be;
	union {
		struct {
			uint32_t src_be, dst_be;
		} v4;
		struct {
			uint8_t src[16], dst[16];
		} v6;
	};
};

#define REWRITE_V4_SIZE 20u

_Static_assert(sizeof(struct rewrite) == 44 &&
		       offsetof(struct rewrite, v4) + 8 == REWRITE_V4_SIZE,
	"sessions copy these sizes");

/*
 * from: key of the packets as they arrive; to: as they shall leave, which is
 * the reverse of the other wing's key. Of another family (REWRITE_FAMILY) it is
 * for xlate_packet(), not for rewrite_nat().
 */
void rewrite_build(struct rewrite *rw, const struct flow_key *from,
	const struct flow_key *to);

/* What undoes rw, which was built from `from`, in the answers. */
void rewrite_inverse(struct rewrite *ret, const struct rewrite *rw,
	const struct flow_key *from);

/* Apply it. Later fragments (no L4 header) get the addresses only. */
void rewrite_nat(struct pkt *p, const struct rewrite *rw);

/* One less; the caller has seen that p->ttl is more than 1. */
void rewrite_ttl(struct pkt *p);

/* A SYN that announces a larger segment size than mss gets this one. */
void rewrite_mss(struct pkt *p, uint16_t mss);

/*
 * p is an ICMP or ICMPv6 error: give the packet that it quotes the addresses
 * and ports of `to`, with all checksums inside and the error's own. False, and
 * nothing changed, if the quote is none or is of another protocol. The outer
 * addresses are a matter of rewrite_nat().
 */
bool rewrite_quoted(struct pkt *p, const struct flow_key *to);

/*
 * The same for bytes that start at the quoted IP header, of which len are
 * there. *ret_delta, if not NULL: what the change does to a checksum over them.
 */
bool rewrite_quote(uint8_t *quote, size_t len, const struct flow_key *to,
	uint16_t *ret_delta);

/*
 * Give it a new Ethernet header: macs is destination, then source. A tag in
 * the frame is removed; vlan (0: none) goes to vlan_tci with
 * RTE_MBUF_F_TX_VLAN. A packet with META_FROM_HOST gets a header put in front
 * (and the flag cleared): NO_MBUF if there is no head room. For packets with a
 * partial checksum l2_len and l3_len of the mbuf are set. Last of all steps:
 * p->l2_len and p->m change.
 */
enum verdict rewrite_l2(struct pkt *p, const uint8_t macs[12], uint16_t vlan);

#endif /* PKT_REWRITE_H */
