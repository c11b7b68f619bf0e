/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/nat_family.h"

#include <string.h>

#include "pkt/bytes.h"
#include "pkt/cksum.h"

/* ---- NAT64, NAT46 ---- */

/* Byte 8 is zero in all of them but /96 (RFC 6052 2.2). */
static unsigned int
place(unsigned int len, unsigned int i)
{
	unsigned int at = len / 8 + i;

	return len < 96 && at >= 8 ? at + 1 : at;
}

struct ip_addr
rfc6052_extract(const struct ip_addr *a6, unsigned int len)
{
	struct ip_addr a = {.family = IP_V4};

	for (unsigned int i = 0; i < 4; i++)
		a.b[i] = a6->b[place(len, i)];
	return a;
}

struct ip_addr
rfc6052_embed(const struct ip_prefix *prefix, const struct ip_addr *a4)
{
	struct ip_addr a = ip_prefix_network(prefix).addr;

	for (unsigned int i = 0; i < 4; i++)
		a.b[place(prefix->len, i)] = a4->b[i];
	return a;
}

static uint8_t
protocol_in(uint8_t family, uint8_t protocol)
{
	if (family == IP_V4)
		return protocol == IPP_ICMP6 ? IPP_ICMP : protocol;
	return protocol == IPP_ICMP ? IPP_ICMP6 : protocol;
}

/* RFC 7915 4, 5: what has a meaning on the other side. */
static bool
translatable(const struct pkt *p)
{
	switch (p->key.protocol) {
	case IPP_TCP:
	case IPP_UDP:
		return true;
	case IPP_ICMP:
		return p->icmp_type == 8;
	case IPP_ICMP6:
		return p->icmp_type == 128;
	default:
		return false;
	}
}

/* From here on the tuple is of the other family. */
enum verdict
nat_family_dst(struct pkt *p, const struct ip_addr *dst, struct nat_first *n)
{
	struct flow_key to = {
		.sport_be = n->to.sport_be,
		.dport_be = n->to.dport_be,
		.protocol = protocol_in(dst->family, p->key.protocol),
		.family = dst->family,
		.token = n->to.token,
	};

	if (!translatable(p))
		return drop(p, REASON_NAT_FAMILY);
	nat_set_dst(&to, dst);
	n->to = to;
	return VERDICT_NEXT;
}

enum verdict
nat_family_dst_inet(
	struct pkt *p, const struct nat_rule_spec *r, struct nat_first *n)
{
	struct ip_addr dst = flow_key_dst(&p->key), to;

	if (dst.family != IP_V6)
		return drop(p, REASON_NAT_FAMILY);
	to = rfc6052_extract(&dst, r->prefix.len);
	if (ip_addr_is_unspecified(&to) || ip_addr_is_multicast(&to) ||
		ip_addr_is_loopback(&to) || to.v4_be == UINT32_MAX)
		return drop(p, REASON_NAT_FAMILY);
	return nat_family_dst(p, &to, n);
}

enum verdict
nat_family_dst_prefix(
	struct pkt *p, const struct nat_rule_spec *r, struct nat_first *n)
{
	struct ip_addr dst = flow_key_dst(&p->key), to;
	struct ip_prefix net = ip_prefix_network(&r->prefix);

	to = nat_addr_add(&net.addr, nat_addr_sub(&dst, &r->dst[0].lo));
	return nat_family_dst(p, &to, n);
}

enum verdict
nat_family_src_prefix(
	struct pkt *p, const struct nat_rule_spec *r, struct nat_first *n)
{
	struct ip_addr src = flow_key_src(&p->key), to;
	struct ip_prefix net = ip_prefix_network(&r->prefix);

	if (r->action == NAT_INET)
		to = rfc6052_embed(&r->prefix, &src);
	else
		to = nat_addr_add(&r->dst[0].lo, nat_addr_sub(&src, &net.addr));
	if (to.family != n->to.family)
		return drop(p, REASON_NAT_FAMILY);
	nat_set_src(&n->to, &to);
	return VERDICT_NEXT;
}

enum verdict
nat_family_complete(struct pkt *p, struct nat_first *n)
{
	return n->to.family == p->key.family ? VERDICT_NEXT
					     : drop(p, REASON_NAT_FAMILY);
}

/* ---- NPTv6 ---- */

static uint16_t
word(const struct ip_addr *a, unsigned int i)
{
	return get16(a->b + 2 * i);
}

/* a with the first len bits of prefix. */
static struct ip_addr
with_prefix(
	const struct ip_addr *a, const struct ip_addr *prefix, unsigned int len)
{
	struct ip_addr r = *a;

	for (unsigned int i = 0; i < len; i++) {
		uint8_t bit = (uint8_t)(0x80 >> (i & 7));

		r.b[i / 8] = (uint8_t)((r.b[i / 8] & ~bit) |
				       (prefix->b[i / 8] & bit));
	}
	return r;
}

/*
 * The sum of the address stays what it was: one word takes the difference, the
 * subnet (up to /48) or, of longer prefixes, the first word of the interface
 * identifier that is not all ones (RFC 6296 3.4, 3.5).
 */
static struct ip_addr
translate(
	const struct ip_addr *a, const struct ip_addr *prefix, unsigned int len)
{
	struct ip_addr r = with_prefix(a, prefix, len);
	unsigned int at = 3;
	uint64_t sum = 0;
	uint16_t new;

	if (len > 48)
		for (at = 4; at < 8 && word(a, at) == 0xffff;)
			at++;
	if (at == 8 || word(a, at) == 0xffff)
		return (struct ip_addr){.family = IP_V6};
	for (unsigned int i = 0; i < 8; i++)
		if (i != at)
			sum += cksum_delta16(word(&r, i), word(a, i));
	new = cksum_fold(sum + word(&r, at));
	if (new == 0xffff)
		new = 0;
	put16(r.b + 2 * at, new);
	return r;
}

struct ip_addr
nptv6_in(const struct ip_addr *a, const struct nat_rule_spec *r)
{
	return translate(a, &r->prefix.addr, r->prefix.len);
}

struct ip_addr
nptv6_out(const struct ip_addr *a, const struct nat_rule_spec *r)
{
	return translate(a, &r->dst[0].lo, r->prefix.len);
}
