/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse - from the bytes of a frame to struct pkt, every header once.
 *
 * In: p->m (a frame, or with META_FROM_HOST an IP packet) and its mbuf_meta.
 * Out: every field of p up to "set by the flow engine"; those behind are
 * cleared, p->ifl is that of the meta. Bytes behind the IP packet (padding) are
 * cut off. Sizes are checked before fields, whatever the bytes are.
 *
 *   NEXT   an IP packet, p->key is complete but for the token; a later
 *          fragment (p->frag_later) has ports only if its meta has META_PORTS
 *   LOCAL  ARP: p->key.family is IP_NONE and p->l3 the ARP message, of which
 *          p->len bytes are there; nothing of it is checked yet
 *   DROP   p->reason says why [FL-4, FL-7]
 *
 * What the "ports" of a key are without TCP, UDP and SCTP [FL-5]:
 *   ICMP, ICMPv6 echo and other questions: identifier, sequence number;
 *   their replies have them swapped, so a reply's key is the reverse
 *   other ICMP                             type, code
 *   ESP, AH                                upper, lower half of the SPI
 *   GRE with a key                         both: the halves of the key, XORed
 *   all others                             1, 1
 */
#ifndef PKT_PARSE_H
#define PKT_PARSE_H

#include <stddef.h>

#include "pkt/pkt.h"

enum verdict parse_packet(struct pkt *p);

/*
 * The packet that an ICMP or ICMPv6 error quotes (data: right behind the
 * 8-byte ICMP header) as its sender sent it: key with token 0. False if too
 * little of it is there, if it is a later fragment, or itself an ICMP error.
 * *ret_l4, if not NULL, is where its L4 header begins.
 */
bool parse_embedded(
	const uint8_t *data, size_t len, struct flow_key *ret, size_t *ret_l4);

/* The quoted bytes of p, an ICMP error: all that lie in the first segment. */
const uint8_t *parse_quoted(const struct pkt *p, size_t *ret_len);

enum icmp_class parse_icmp_class(enum ip_family family, uint8_t type);

#endif /* PKT_PARSE_H */
