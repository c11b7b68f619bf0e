/* SPDX-License-Identifier: Apache-2.0 */
/* Neighbour discovery for IPv6 (RFC 4861): solicitations, advertisements. */
#include <arpa/inet.h>
#include <string.h>

#include "host/host_impl.h"
#include "image/nat_match.h"
#include "pkt/build.h"
#include "pkt/cksum.h"

#define ETHERTYPE_IPV6 0x86ddu
#define ND_NS          135u
#define ND_NA          136u
#define ND_BYTES       24u /* header, target */
#define OPTION_BYTES   8u

enum { OPT_SOURCE_LLADDR = 1, OPT_TARGET_LLADDR = 2 };
enum { NA_ROUTER = 0x80, NA_SOLICITED = 0x40, NA_OVERRIDE = 0x20 };

static void
nd_send(struct host *h, const struct ifl_spec *ifl, uint8_t type,
	uint8_t na_flags, const struct ip_addr *src, const struct ip_addr *dst,
	const uint8_t dst_mac[6], const struct ip_addr *target)
{
	const uint8_t *mac = h->c.mac(ifl->ifd);
	struct rte_mbuf *m = mac != NULL ? host_mbuf(h) : NULL;
	struct build_ip ip = {
		.src = *src, .dst = *dst, .protocol = IPP_ICMP6, .ttl = 255};
	uint8_t *b;
	uint16_t sum;

	if (m == NULL)
		return;
	b = (uint8_t *)rte_pktmbuf_append(m, ND_BYTES + OPTION_BYTES);
	if (b == NULL) {
		host_drop(h, m, REASON_NO_MBUF);
		return;
	}
	memset(b, 0, ND_BYTES);
	b[0] = type;
	b[4] = na_flags;
	memcpy(b + 8, target->b, 16);
	b[24] = type == ND_NS ? OPT_SOURCE_LLADDR : OPT_TARGET_LLADDR;
	b[25] = 1;
	memcpy(b + 26, mac, 6);
	if (build_ip_header(m, &ip) != 0) {
		host_drop(h, m, REASON_NO_MBUF);
		return;
	}
	b = rte_pktmbuf_mtod_offset(m, uint8_t *, 40);
	sum = rte_ipv6_udptcp_cksum(
		rte_pktmbuf_mtod(m, struct rte_ipv6_hdr *), b);
	memcpy(b + 2, &sum, 2);
	host_send_frame(h, m, ifl, dst_mac, ETHERTYPE_IPV6);
}

static void
group_mac(const struct ip_addr *group, uint8_t mac[6])
{
	mac[0] = mac[1] = 0x33; /* RFC 2464 7 */
	memcpy(mac + 2, group->b + 12, 4);
}

static struct ip_addr
solicited_node(const struct ip_addr *target)
{
	struct ip_addr g = {.family = IP_V6};

	g.b[0] = 0xff;
	g.b[1] = 0x02;
	g.b[11] = 0x01;
	g.b[12] = 0xff;
	memcpy(g.b + 13, target->b + 13, 3);
	return g;
}

static struct ip_addr
all_nodes(void)
{
	struct ip_addr g = {.family = IP_V6};

	g.b[0] = 0xff;
	g.b[1] = 0x02;
	g.b[15] = 0x01;
	return g;
}

void
nd_solicit(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *target, const uint8_t *unicast_mac)
{
	const struct ip_addr *src = host_source(ifl, IP_V6, true);
	struct ip_addr group = solicited_node(target);
	uint8_t mac[6];

	if (src == NULL)
		return;
	if (unicast_mac != NULL) {
		nd_send(h, ifl, ND_NS, 0, src, target, unicast_mac, target);
		return;
	}
	group_mac(&group, mac);
	nd_send(h, ifl, ND_NS, 0, src, &group, mac, target);
}

void
nd_announce(
	struct host *h, const struct ifl_spec *ifl, const struct ip_addr *own)
{
	struct ip_addr group = all_nodes();
	uint8_t mac[6];

	group_mac(&group, mac);
	nd_send(h, ifl, ND_NA, NA_ROUTER | NA_OVERRIDE, own, &group, mac, own);
}

/* An option of length 0 spoils the whole message (RFC 4861 4.6). */
static bool
options_ok(const uint8_t *opt, size_t len)
{
	while (len >= 8 && opt[1] != 0 && (size_t)opt[1] * 8 <= len) {
		len -= (size_t)opt[1] * 8;
		opt += (size_t)opt[1] * 8;
	}
	return len == 0;
}

/* The link-layer address option of this type, or NULL. */
static const uint8_t *
lladdr_option(const uint8_t *opt, size_t len, uint8_t type)
{
	while (len >= 8) {
		if (opt[0] == type)
			return opt + 2;
		len -= (size_t)opt[1] * 8;
		opt += (size_t)opt[1] * 8;
	}
	return NULL;
}

/* Nobody else than a neighbour asks; others would fill the table. */
static bool
on_link(const struct ifl_spec *ifl, const struct ip_addr *a)
{
	if (ip_addr_is_link_local(a))
		return true;
	for (size_t i = 0; i < ifl->naddrs; i++)
		if (ip_prefix_covers(&ifl->addrs[i].prefix, a))
			return true;
	return false;
}

static void
solicitation(struct host *h, const struct pkt *p, const struct ifl_spec *ifl,
	const struct ip_addr *target, const uint8_t *lladdr)
{
	struct ip_addr src = flow_key_src(&p->key), to = src;
	uint8_t flags = NA_ROUTER | NA_SOLICITED | NA_OVERRIDE, mac[6];

	if (host_own_addr(ifl, target) == NULL) {
		if (!image_nat_proxy(host_image(h), ifl->id, target))
			return;
		/* A proxy overrides nobody: RFC 4861 7.2.8 [NA-30]. */
		flags &= (uint8_t)~NA_OVERRIDE;
	}
	if (ip_addr_is_unspecified(&src)) { /* RFC 4862: somebody's DAD */
		to = all_nodes();
		group_mac(&to, mac);
		flags &= (uint8_t)~NA_SOLICITED;
	} else {
		memcpy(mac, rte_pktmbuf_mtod(p->m, uint8_t *) + 6, 6);
		if (lladdr != NULL)
			memcpy(mac, lladdr, 6);
		if ((mac[0] & 1) != 0 || !on_link(ifl, &src))
			return;
		neigh_heard(h, ifl, &src, mac, true, false);
	}
	nd_send(h, ifl, ND_NA, flags, target, &to, mac, target);
}

static void
advertisement(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *target, const uint8_t *lladdr, uint8_t flags)
{
	if (lladdr == NULL || (lladdr[0] & 1) != 0 ||
		host_own_addr(ifl, target) != NULL)
		return;
	if ((flags & NA_OVERRIDE) == 0 && neigh_doubted(h, ifl, target, lladdr))
		return;
	neigh_heard(h, ifl, target, lladdr, false, (flags & NA_SOLICITED) != 0);
	neigh_set_router(h, ifl, target, (flags & NA_ROUTER) != 0);
}

void
nd_input(struct host *h, const struct pkt *p, const struct ifl_spec *ifl)
{
	struct ip_addr target = {.family = IP_V6};
	const uint8_t *b = p->l4;
	const uint8_t *lladdr;

	/* RFC 4861 7.1: hop limit 255 proves that it comes from this link */
	if (b == NULL || p->ttl != 255 || p->icmp_code != 0 ||
		(p->icmp_type != ND_NS && p->icmp_type != ND_NA))
		return;
	if (p->l4_len < ND_BYTES ||
		(size_t)(b - rte_pktmbuf_mtod(p->m, uint8_t *)) + p->l4_len >
			rte_pktmbuf_data_len(p->m) ||
		!options_ok(b + ND_BYTES, p->l4_len - ND_BYTES) ||
		rte_ipv6_udptcp_cksum_verify(
			(const struct rte_ipv6_hdr *)p->l3, b) != 0) {
		h->reason[REASON_BAD_L4_HEADER]++;
		return;
	}
	memcpy(target.b, b + 8, 16);
	if (target.b[0] == 0xff)
		return;
	lladdr = lladdr_option(b + ND_BYTES, p->l4_len - ND_BYTES,
		p->icmp_type == ND_NS ? OPT_SOURCE_LLADDR : OPT_TARGET_LLADDR);
	if (p->icmp_type == ND_NS)
		solicitation(h, p, ifl, &target, lladdr);
	else
		advertisement(h, ifl, &target, lladdr, b[4]);
}
