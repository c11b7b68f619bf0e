/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat_family - new addresses that are more than an offset: of the other family
 * (NAT64, NAT46; RFC 6146, RFC 6052), or of another IPv6 prefix without
 * changing the checksum (NPTv6, RFC 6296). Tuples only; the bytes are changed
 * in pkt/xlate.c.
 */
#ifndef FLOW_NAT_FAMILY_H
#define FLOW_NAT_FAMILY_H

#include "flow/nat_first.h"

/* RFC 6052 2.2: len is 32, 40, 48, 56, 64 or 96. */
struct ip_addr rfc6052_extract(const struct ip_addr *a6, unsigned int len);
struct ip_addr rfc6052_embed(
	const struct ip_prefix *prefix, const struct ip_addr *a4);

/* This destination, of the other family. A drop: p has no translation. */
enum verdict nat_family_dst(
	struct pkt *p, const struct ip_addr *dst, struct nat_first *n);
/* `static-nat inet`: an IPv6 destination that holds an IPv4 one. */
enum verdict nat_family_dst_inet(
	struct pkt *p, const struct nat_rule_spec *r, struct nat_first *n);
/* `static-nat prefix` of the other family. */
enum verdict nat_family_dst_prefix(
	struct pkt *p, const struct nat_rule_spec *r, struct nat_first *n);
/* The same, for the source of what leaves. */
enum verdict nat_family_src_prefix(
	struct pkt *p, const struct nat_rule_spec *r, struct nat_first *n);

/* No rule translated the source: a drop if it is of another family than the
 * destination by now. */
enum verdict nat_family_complete(struct pkt *p, struct nat_first *n);

/* To the inside prefix of r, to its outside one. An address whose word of
 * adjustment would have no value (RFC 6296 3.5: 0xffff) becomes `::`. */
struct ip_addr nptv6_in(const struct ip_addr *a, const struct nat_rule_spec *r);
struct ip_addr nptv6_out(
	const struct ip_addr *a, const struct nat_rule_spec *r);

#endif /* FLOW_NAT_FAMILY_H */
