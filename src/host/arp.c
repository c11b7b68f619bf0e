/* SPDX-License-Identifier: Apache-2.0 */
/* ARP over Ethernet for IPv4 (RFC 826), announcements (RFC 5227 2.3). */
#include <string.h>

#include "host/host_impl.h"
#include "image/nat_match.h"

#define ETHERTYPE_ARP 0x0806u
#define ARP_BYTES     28u

enum { ARP_REQUEST = 1, ARP_REPLY = 2 };

/* Offsets in the message for Ethernet and IPv4. */
enum { SHA = 8, SPA = 14, THA = 18, TPA = 24 };

static const uint8_t fixed[6] = {0, 1, 8, 0, 6, 4}; /* types and lengths */
static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static void
arp_send(struct host *h, const struct ifl_spec *ifl, uint8_t op,
	const uint8_t *dst, const struct ip_addr *spa, const uint8_t *tha,
	const struct ip_addr *tpa)
{
	const uint8_t *mac = h->c.mac(ifl->ifd);
	struct rte_mbuf *m = mac != NULL ? host_mbuf(h) : NULL;
	uint8_t *a;

	if (m == NULL)
		return;
	a = (uint8_t *)rte_pktmbuf_append(m, ARP_BYTES);
	memcpy(a, fixed, sizeof(fixed));
	a[6] = 0;
	a[7] = op;
	memcpy(a + SHA, mac, 6);
	memcpy(a + SPA, spa->b, 4);
	memcpy(a + THA, tha, 6);
	memcpy(a + TPA, tpa->b, 4);
	host_send_frame(h, m, ifl, dst, ETHERTYPE_ARP);
}

/* The own address in the target's subnet: what the target will answer to. */
static const struct ip_addr *
source_for(const struct ifl_spec *ifl, const struct ip_addr *target)
{
	for (size_t i = 0; i < ifl->naddrs; i++)
		if (ip_prefix_covers(&ifl->addrs[i].prefix, target))
			return &ifl->addrs[i].prefix.addr;
	return host_source(ifl, IP_V4, false);
}

void
arp_request(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *target, const uint8_t *unicast_mac)
{
	static const uint8_t zero[6];
	const struct ip_addr *src = source_for(ifl, target);

	if (src != NULL)
		arp_send(h, ifl, ARP_REQUEST,
			unicast_mac != NULL ? unicast_mac : broadcast, src,
			zero, target);
}

void
arp_announce(
	struct host *h, const struct ifl_spec *ifl, const struct ip_addr *own)
{
	static const uint8_t zero[6];

	arp_send(h, ifl, ARP_REQUEST, broadcast, own, zero, own);
}

static bool
on_link(const struct ifl_spec *ifl, const struct ip_addr *a)
{
	for (size_t i = 0; i < ifl->naddrs; i++)
		if (ip_prefix_covers(&ifl->addrs[i].prefix, a))
			return true;
	return false;
}

void
arp_input(struct host *h, const struct pkt *p, const struct ifl_spec *ifl)
{
	const uint8_t *a = p->l3;
	struct ip_addr spa = {.family = IP_V4}, tpa = {.family = IP_V4};
	bool for_us, proxy;

	if (p->len < ARP_BYTES || memcmp(a, fixed, sizeof(fixed)) != 0 ||
		a[6] != 0 || (a[SHA] & 1) != 0) {
		h->reason[REASON_TRUNCATED]++;
		return;
	}
	memcpy(spa.b, a + SPA, 4);
	memcpy(tpa.b, a + TPA, 4);
	if (host_own_addr(ifl, &spa) != NULL)
		return; /* our own address at another station: not a neighbour
			 */
	/* Who announces a proxy address asks nothing [NA-30]. */
	proxy = !ip_addr_equal(&spa, &tpa) &&
		image_nat_proxy(host_image(h), ifl->id, &tpa);
	for_us = proxy || host_own_addr(ifl, &tpa) != NULL;
	if (on_link(ifl, &spa) && !ip_addr_is_unspecified(&spa))
		neigh_heard(h, ifl, &spa, a + SHA, for_us, a[7] == ARP_REPLY);
	if (a[7] == ARP_REQUEST && for_us)
		arp_send(h, ifl, ARP_REPLY, a + SHA, &tpa, a + SHA, &spa);
}
