/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the box does with packets for itself: ARP and ND to the neighbours,
 * echo answered, questions to closed ports refused. Everything it sends goes
 * through the packet path like any other packet [FL-13].
 */
#include "host/host.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_cycles.h>

#include "host/host_impl.h"
#include "pkt/build.h"
#include "pkt/parse.h"

#define BURST              64u
#define REASSEMBLY_BUCKETS 64u
#define REASSEMBLY_ENTRIES 256u
#define REASSEMBLY_S       30u /* RFC 791 3.2, RFC 8200 4.5: at most 60 */

struct host *
host_create(const struct host_config *config)
{
	struct host *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->c = *config;
	h->aux = mmap(NULL, NEIGH_MAX * sizeof(*h->aux), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	h->fragments = rte_ip_frag_table_create(REASSEMBLY_BUCKETS, 4,
		REASSEMBLY_ENTRIES, rte_get_tsc_hz() * REASSEMBLY_S,
		SOCKET_ID_ANY);
	h->dns = dns_create();
	if (h->aux == MAP_FAILED || h->fragments == NULL || h->dns == NULL) {
		if (h->aux == MAP_FAILED)
			h->aux = NULL;
		host_free(h);
		return NULL;
	}
	return h;
}

void
host_free(struct host *h)
{
	if (h == NULL)
		return;
	for (uint32_t i = 1; h->aux && i <= neigh_top(h->c.neigh); i++)
		for (unsigned int k = 0; k < h->aux[i].nqueue; k++)
			rte_pktmbuf_free(h->aux[i].queue[k]);
	for (unsigned int i = 0; i < PINGS_MAX; i++)
		free(h->pings[i]);
	drops_stop_all(h);
	dns_free(h->dns);
	for (unsigned int i = 0; i < TAPS_MAX; i++)
		free(h->taps[i]);
	if (h->fragments != NULL) {
		rte_ip_frag_table_destroy(h->fragments);
		rte_ip_frag_free_death_row(&h->death, 0);
	}
	if (h->aux != NULL)
		munmap(h->aux, NEIGH_MAX * sizeof(*h->aux));
	free(h);
}

const struct image *
host_image(const struct host *h)
{
	return h->c.image();
}

const uint64_t *
host_drops(const struct host *h)
{
	return h->reason;
}

void
host_drops_clear(struct host *h)
{
	memset(h->reason, 0, sizeof(h->reason));
}

void
host_drop(struct host *h, struct rte_mbuf *m, enum reason reason)
{
	h->reason[reason]++;
	rte_pktmbuf_free(m);
}

struct rte_mbuf *
host_mbuf(struct host *h)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(h->c.pool);

	if (m == NULL)
		h->reason[REASON_NO_MBUF]++;
	else
		memset(mbuf_meta(m), 0, sizeof(struct mbuf_meta));
	return m;
}

void
host_send_ip(struct host *h, struct rte_mbuf *m, struct vr_id vr,
	struct ifl_id scope)
{
	struct mbuf_meta *meta = mbuf_meta(m);

	memset(meta, 0, sizeof(*meta));
	meta->flags = META_FROM_HOST;
	meta->vr = vr;
	meta->out_ifl = scope;
	workers_inject(h->c.workers, m);
}

void
host_send_frame(struct host *h, struct rte_mbuf *m, const struct ifl_spec *ifl,
	const uint8_t dst[6], uint16_t ethertype)
{
	const uint8_t *mac = h->c.mac(ifl->ifd);
	uint16_t type_be = htons(ethertype);
	uint8_t *l2;

	l2 = mac != NULL ? (uint8_t *)rte_pktmbuf_prepend(m, 14) : NULL;
	if (l2 == NULL) {
		host_drop(h, m, REASON_TX_DOWN);
		return;
	}
	memcpy(l2, dst, 6);
	memcpy(l2 + 6, mac, 6);
	memcpy(l2 + 12, &type_be, 2);
	if (ifl->vlan != 0) {
		m->ol_flags |= RTE_MBUF_F_TX_VLAN;
		m->vlan_tci = ifl->vlan;
	}
	mbuf_meta(m)->flags = META_RAW;
	mbuf_meta(m)->ifd = ifl->ifd;
	workers_inject(h->c.workers, m);
}

const struct ip_addr *
host_own_addr(const struct ifl_spec *ifl, const struct ip_addr *addr)
{
	for (size_t i = 0; i < ifl->naddrs; i++)
		if (ip_addr_equal(&ifl->addrs[i].prefix.addr, addr))
			return &ifl->addrs[i].prefix.addr;
	return NULL;
}

const struct ip_addr *
host_source(const struct ifl_spec *ifl, enum ip_family family, bool link_local)
{
	const struct ip_addr *other = NULL;

	for (size_t i = 0; i < ifl->naddrs; i++) {
		const struct ip_addr *a = &ifl->addrs[i].prefix.addr;

		if (a->family != family)
			continue;
		if (ip_addr_is_link_local(a) == link_local)
			return a;
		other = a;
	}
	return other;
}

/* A reply that takes the place of the request in its buffer. */
static void
echo_reply(struct host *h, struct pkt *p)
{
	struct rte_mbuf *m = p->m;
	struct vr_id vr = mbuf_meta(m)->vr;
	struct ifl_id scope = mbuf_meta(m)->ifl;

	if (build_echo_reply(m, p, NULL) != 0)
		host_drop(h, m, REASON_NO_LISTENER);
	else
		host_send_ip(h, m, vr, scope);
}

/* Nothing of the box listens on TCP and UDP ports yet: say so. */
static void
refuse(struct host *h, struct pkt *p)
{
	struct ip_addr own = flow_key_dst(&p->key);
	struct rte_mbuf *m = host_mbuf(h);

	p->answer = p->key.protocol == IPP_TCP ? ANSWER_TCP_RST
					       : ANSWER_PORT_UNREACHABLE;
	if (m != NULL &&
		(p->key.protocol == IPP_TCP || p->key.protocol == IPP_UDP) &&
		build_answer(m, p, &own) == 0)
		host_send_ip(h, m, mbuf_meta(p->m)->vr, mbuf_meta(p->m)->ifl);
	else
		rte_pktmbuf_free(m);
	host_drop(h, p->m, REASON_NO_LISTENER);
}

static void
local_ip(struct host *h, struct pkt *p)
{
	switch (p->icmp_class) {
	case ICMP_CLASS_REQUEST:
		echo_reply(h, p);
		break;
	case ICMP_CLASS_REPLY:
	case ICMP_CLASS_ERROR:
		ping_input(h, p);
		rte_pktmbuf_free(p->m);
		break;
	case ICMP_CLASS_NONE:
		if (dns_input(h, p))
			rte_pktmbuf_free(p->m);
		else
			refuse(h, p);
		break;
	default:
		host_drop(h, p->m, REASON_NO_LISTENER);
		break;
	}
}

/* Whole again, without its Ethernet header; NULL while parts are missing. */
static struct rte_mbuf *
reassemble(struct host *h, const struct pkt *p)
{
	struct rte_mbuf *m = p->m, *whole;
	struct mbuf_meta meta = *mbuf_meta(m);
	struct rte_ipv6_fragment_ext *ext;

	m->l2_len = p->l2_len;
	if (p->key.family == IP_V4) {
		m->l3_len = (uint64_t)((p->l3[0] & 0xf) * 4);
		whole = rte_ipv4_frag_reassemble_packet(h->fragments, &h->death,
			m, rte_rdtsc(), (struct rte_ipv4_hdr *)p->l3);
	} else {
		ext = rte_ipv6_frag_get_ipv6_fragment_header(
			(struct rte_ipv6_hdr *)p->l3);
		if (ext == NULL) {
			host_drop(h, m, REASON_BAD_EXTENSION_HEADER);
			return NULL;
		}
		m->l3_len = sizeof(struct rte_ipv6_hdr) + sizeof(*ext);
		whole = rte_ipv6_frag_reassemble_packet(h->fragments, &h->death,
			m, rte_rdtsc(), (struct rte_ipv6_hdr *)p->l3, ext);
	}
	rte_ip_frag_free_death_row(&h->death, 0);
	if (whole == NULL)
		return NULL;
	if (p->key.family == IP_V4) {
		struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(
			whole, struct rte_ipv4_hdr *, whole->l2_len);

		ip->hdr_checksum = 0;
		ip->hdr_checksum = rte_ipv4_cksum(ip);
	}
	*mbuf_meta(whole) = meta;
	mbuf_meta(whole)->flags &= (uint8_t)~META_PORTS;
	return whole;
}

static void
local(struct host *h, struct rte_mbuf *m)
{
	struct pkt p = {.m = m};
	const struct ifl_spec *ifl =
		image_ifl(host_image(h), mbuf_meta(m)->ifl);
	enum verdict v = parse_packet(&p);

	if (v == VERDICT_DROP) {
		host_drop(h, m, p.reason);
		return;
	}
	if (p.frag_first || p.frag_later) {
		p.m = reassemble(h, &p);
		if (p.m == NULL)
			return;
		if (parse_packet(&p) != VERDICT_NEXT) {
			host_drop(h, p.m, p.reason);
			return;
		}
	}
	if (v == VERDICT_LOCAL || p.icmp_class == ICMP_CLASS_ND) {
		if (ifl != NULL && v == VERDICT_LOCAL)
			arp_input(h, &p, ifl);
		else if (ifl != NULL)
			nd_input(h, &p, ifl);
		rte_pktmbuf_free(p.m);
		return;
	}
	local_ip(h, &p);
}

bool
host_packets(struct host *h, uint64_t now_ms)
{
	struct rte_mbuf *m[BURST];
	unsigned int n = workers_punt_take(h->c.workers, m, BURST);

	h->now_ms = now_ms;
	for (unsigned int i = 0; i < n; i++) {
		switch (mbuf_meta(m[i])->reason) {
		case PUNT_LOCAL:
			local(h, m[i]);
			break;
		case PUNT_RESOLVE:
			neigh_wait(h, m[i]);
			break;
		case PUNT_TAP_IN:
		case PUNT_TAP_OUT:
			tap_input(h, m[i],
				mbuf_meta(m[i])->reason == PUNT_TAP_OUT);
			rte_pktmbuf_free(m[i]);
			break;
		case PUNT_DROP:
			drops_input(h, m[i]);
			rte_pktmbuf_free(m[i]);
			break;
		}
	}
	return n == BURST;
}

/* Parts whose others never came; the table itself looks only at new ones. */
static void
reassembly_expire(struct host *h)
{
	rte_ip_frag_table_del_expired_entries(
		h->fragments, &h->death, rte_rdtsc());
	rte_ip_frag_free_death_row(&h->death, 0);
}

uint64_t
host_tick(struct host *h, uint64_t now_ms)
{
	uint64_t next;

	h->now_ms = now_ms;
	if (now_ms >= h->next_scan_ms) {
		neigh_scan(h);
		reassembly_expire(h);
		h->next_scan_ms = now_ms + 500;
	}
	ping_tick(h);
	next = ping_deadline(h);
	if (host_image(h) != NULL) {
		dns_tick(h);
		if (dns_deadline(h) < next)
			next = dns_deadline(h);
	}
	return next < h->next_scan_ms ? next : h->next_scan_ms;
}

void
host_link(struct host *h, struct ifd_id ifd, bool up)
{
	const struct image_spec *spec = image_spec_of(host_image(h));

	for (size_t i = 0; i < spec->nifls; i++) {
		const struct ifl_spec *ifl = &spec->ifls[i];

		if (ifl->ifd.v != ifd.v || ifl->disabled)
			continue;
		for (size_t k = 0; up && k < ifl->naddrs; k++) {
			const struct ip_addr *a = &ifl->addrs[k].prefix.addr;

			if (a->family == IP_V4)
				arp_announce(h, ifl, a);
			else
				nd_announce(h, ifl, a);
		}
		if (!up)
			host_neigh_clear(h, IP_NONE, ifl->id, NULL);
	}
}
