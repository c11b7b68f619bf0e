/* SPDX-License-Identifier: Apache-2.0 */
/* The packets that tests send: headers by hand, checksums by DPDK. */
#include "box.h"

#include <arpa/inet.h>
#include <string.h>

#include <rte_ip.h>

#include "image/image.h"

#define FRAGMENT_HEADER 8u

static bool
is_v6(const struct in *in)
{
	return strchr(in->src, ':') != NULL;
}

static uint16_t
l3_size(const struct in *in)
{
	if (!is_v6(in))
		return 20;
	return (uint16_t)(40 + (in->fragment ? FRAGMENT_HEADER : 0));
}

static uint16_t
l4_size(const struct in *in)
{
	if (in->proto == IPP_TCP)
		return (uint16_t)(20 + (in->mss != 0 ? 4 : 0) +
				  (in->scaled ? 4 : 0));
	return 8;
}

static uint16_t
size_of(const struct in *in)
{
	uint16_t hdr = (uint16_t)(l3_size(in) + l4_size(in) + in->data_len);

	if (in->len != 0)
		return in->len;
	if (in->quote != NULL)
		return (uint16_t)(hdr + size_of(in->quote));
	return (uint16_t)(hdr + (in->proto == IPP_ICMP ? 56 : 0));
}

static void write_ip(const struct in *in, uint8_t *l3, uint16_t len);

static void
fill_icmp(const struct in *in, uint8_t *l4)
{
	uint16_t a = htons(in->sport), c = htons(in->dport);
	bool v6 = is_v6(in);

	l4[0] = v6 ? (in->reply ? 129 : 128) : (in->reply ? 0 : 8);
	memcpy(l4 + 4, &a, 2);
	memcpy(l4 + 6, &c, 2);
	if (in->quote != NULL || in->icmp_type != 0) {
		l4[0] = in->icmp_type;
		l4[1] = in->icmp_code;
	}
	if (in->icmp_mtu != 0) {
		l4[6] = (uint8_t)(in->icmp_mtu >> 8);
		l4[7] = (uint8_t)in->icmp_mtu;
	}
	if (in->quote != NULL)
		write_ip(in->quote, l4 + 8, size_of(in->quote));
}

static void
fill_tcp(const struct in *in, uint8_t *l4)
{
	uint32_t seq = htonl(in->seq), ack = htonl(in->ack);
	uint16_t window = htons(in->window);
	uint8_t *option = l4 + 20;

	memcpy(l4 + 4, &seq, 4);
	memcpy(l4 + 8, &ack, 4);
	memcpy(l4 + 14, &window, 2);
	if (in->mss != 0) {
		option[0] = 2;
		option[1] = 4;
		option[2] = (uint8_t)(in->mss >> 8);
		option[3] = (uint8_t)in->mss;
		option += 4;
	}
	if (in->scaled) {
		option[0] = 1;
		option[1] = 3;
		option[2] = 3;
		option[3] = in->scale;
	}
}

static void
fill_l4(const struct in *in, uint8_t *l4, uint16_t len)
{
	uint16_t a = htons(in->sport), c = htons(in->dport), n = htons(len);

	if (in->data_len > 0)
		memcpy(l4 + l4_size(in), in->data, in->data_len);
	if (in->proto == IPP_ICMP) {
		fill_icmp(in, l4);
		return;
	}
	memcpy(l4, &a, 2);
	memcpy(l4 + 2, &c, 2);
	if (in->proto == IPP_TCP) {
		l4[12] = (uint8_t)(l4_size(in) / 4 << 4);
		l4[13] = in->flags;
		fill_tcp(in, l4);
	} else if (in->proto == IPP_UDP) {
		memcpy(l4 + 4, &n, 2);
	}
}

static unsigned int
cksum_offset(uint8_t proto)
{
	return proto == IPP_TCP ? 16 : proto == IPP_UDP ? 6 : 2;
}

static void
write_v4(const struct in *in, uint8_t *l3, uint16_t len,
	const struct ip_addr *src, const struct ip_addr *dst)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)l3;
	uint8_t *l4 = l3 + 20;
	uint16_t sum, bits = in->df ? 0x4000 : 0;

	if (in->fragment)
		bits |= (uint16_t)((in->more ? 0x2000 : 0) | in->frag_off / 8);
	ip->version_ihl = 0x45;
	ip->total_length = htons(len);
	ip->packet_id = htons((uint16_t)in->frag_id);
	ip->time_to_live = in->ttl ? in->ttl : 64;
	ip->next_proto_id = in->proto;
	ip->src_addr = src->v4_be;
	ip->dst_addr = dst->v4_be;
	ip->fragment_offset = htons(bits);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	if (in->frag_off != 0)
		return;
	fill_l4(in, l4, (uint16_t)(len - 20));
	if (in->proto == IPP_ICMP)
		sum = (uint16_t)~rte_raw_cksum(l4, len - 20u);
	else
		sum = in->no_checksum ? 0 : rte_ipv4_udptcp_cksum(ip, l4);
	if (in->proto == IPP_ICMP || in->proto == IPP_TCP ||
		in->proto == IPP_UDP)
		memcpy(l4 + cksum_offset(in->proto), &sum, 2);
}

static void
write_v6(const struct in *in, uint8_t *l3, uint16_t len,
	const struct ip_addr *src, const struct ip_addr *dst)
{
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)l3;
	uint8_t proto = in->proto == IPP_ICMP ? IPP_ICMP6 : in->proto;
	uint8_t *l4 = l3 + l3_size(in);
	uint16_t sum, bits;
	uint32_t id = htonl(in->frag_id);

	ip->vtc_flow = htonl(6u << 28);
	ip->payload_len = htons((uint16_t)(len - 40));
	ip->hop_limits = in->ttl ? in->ttl : 64;
	ip->proto = in->fragment ? 44 : proto;
	memcpy(ip->src_addr, src->b, 16);
	memcpy(ip->dst_addr, dst->b, 16);
	if (in->fragment) {
		bits = htons((uint16_t)(in->frag_off | in->more));
		l3[40] = proto;
		memcpy(l3 + 42, &bits, 2);
		memcpy(l3 + 44, &id, 4);
	}
	if (in->frag_off != 0)
		return;
	fill_l4(in, l4, (uint16_t)(len - l3_size(in)));
	if (in->fragment)
		return; /* nobody sums up a part */
	sum = rte_ipv6_udptcp_cksum(ip, l4);
	if (proto == IPP_ICMP6 || proto == IPP_TCP || proto == IPP_UDP)
		memcpy(l4 + cksum_offset(in->proto), &sum, 2);
}

static void
write_ip(const struct in *in, uint8_t *l3, uint16_t len)
{
	struct ip_addr src, dst;

	assert_true(ip_addr_parse(in->src, &src));
	assert_true(ip_addr_parse(in->dst, &dst));
	if (src.family == IP_V4)
		write_v4(in, l3, len, &src, &dst);
	else
		write_v6(in, l3, len, &src, &dst);
}

static void
write_ethernet(
	struct box *b, const struct in *in, struct rte_mbuf *m, uint8_t *f)
{
	const struct image *image = box_env(b)->image;
	const struct ifl_spec *l = image_ifl_by_name(image, in->ifl);

	if (l == NULL)
		fail_msg("no interface %s", in->ifl);
	mbuf_meta(m)->ifd = l->ifd;
	memcpy(f, box_mac(b, l->ifd), 6);
	if (in->other_station)
		f[5] ^= 0x80;
	if (in->broadcast)
		memset(f, 0xff, 6);
	f[6] = 2;
	f[12] = is_v6(in) ? 0x86 : 0x08;
	f[13] = is_v6(in) ? 0xdd : 0x00;
	if (l->vlan == 0)
		return;
	m->ol_flags |= RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
	m->vlan_tci = l->vlan;
}

static void
from_box(struct box *b, const struct in *in, struct rte_mbuf *m)
{
	const struct vr_spec *vr =
		image_vr_by_name(box_env(b)->image, in->vr ? in->vr : "master");

	assert_non_null(vr);
	mbuf_meta(m)->flags = META_FROM_HOST;
	mbuf_meta(m)->vr = vr->id;
	if (in->scope != NULL)
		mbuf_meta(m)->out_ifl = box_ifl(b, in->scope);
	if (in->no_session)
		mbuf_meta(m)->flags |= META_NO_SESSION;
}

struct rte_mbuf *
box_packet(struct box *b, const struct in *in)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(box_pool());
	struct in numbered = *in;
	uint16_t len = size_of(in), l2 = in->ifl != NULL ? 14 : 0;
	uint8_t *f;

	assert_non_null(m);
	f = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(l2 + len));
	assert_non_null(f);
	memset(f, 0, (size_t)l2 + len);
	memset(mbuf_meta(m), 0, sizeof(struct mbuf_meta));
	if (in->proto == IPP_TCP && !in->numbered && in->frag_off == 0) {
		box_tcp_number(
			&numbered, (uint16_t)(len - l3_size(in) - l4_size(in)));
		in = &numbered;
	}
	if (in->ifl != NULL)
		write_ethernet(b, in, m, f);
	else
		from_box(b, in, m);
	if (in->owned)
		mbuf_meta(m)->flags |= META_OWNED;
	write_ip(in, f + l2, len);
	return m;
}

/* Also behind a fragment header of a whole packet. */
static bool
v6_checksum_ok(const uint8_t *l3, const uint8_t *l4)
{
	struct rte_ipv6_hdr ip;

	memcpy(&ip, l3, sizeof(ip));
	if (ip.proto == 44) {
		ip.proto = l3[40];
		ip.payload_len = htons((uint16_t)(ntohs(ip.payload_len) - 8));
	}
	return rte_ipv6_udptcp_cksum_verify(&ip, l4) == 0;
}

bool
box_checksums_ok(const struct pkt *p)
{
	const uint8_t *l3 = p->l3;

	if (p->key.family == IP_V4 &&
		rte_raw_cksum(l3, (size_t)(l3[0] & 15) * 4) != 0xffff)
		return false;
	if (p->frag_first || p->frag_later)
		return true;
	if (p->key.protocol == IPP_ICMP)
		return rte_raw_cksum(p->l4, p->l4_len) == 0xffff;
	if (p->key.protocol != IPP_TCP && p->key.protocol != IPP_UDP &&
		p->key.protocol != IPP_ICMP6)
		return true;
	if (p->key.family == IP_V4)
		return rte_ipv4_udptcp_cksum_verify(
			       (const struct rte_ipv4_hdr *)l3, p->l4) == 0;
	return v6_checksum_ok(l3, p->l4);
}
