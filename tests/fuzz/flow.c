/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A few packets through the whole path of a fixed box: the lab of the reverse
 * routes, with filters and IPv6. Each packet: a byte that says where it comes
 * in and what happens before, a byte of length, then an IP packet of which the
 * addresses are, mostly, those of the lab.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "box.h"

#include <rte_ip.h>

#include "flow/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(x)                                                               \
	do {                                                                   \
		if (!(x))                                                      \
			abort();                                               \
	} while (0)

#define PERMIT(from, to)                                                       \
	"set security policies from-zone " from " to-zone " to " policy p "    \
	"match source-address any destination-address any application any\n"   \
	"set security policies from-zone " from " to-zone " to " policy p "    \
	"then permit\n"

static const char config[] =
	"set interfaces ge-0/0/0 unit 0 family inet address 192.168.1.1/24\n"
	"set interfaces ge-0/0/0 unit 0 family inet6 address "
	"2001:db8:1::1/64\n"
	"set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.2/24\n"
	"set interfaces ge-0/0/1 unit 0 family inet6 address "
	"2001:db8:2::2/64\n"
	"set interfaces ge-0/0/1 unit 0 family inet mtu 600\n"
	"set interfaces ge-0/0/1 unit 0 family inet6 mtu 1280\n"
	"set interfaces ge-0/0/1 unit 0 family inet filter input f\n"
	"set firewall family inet filter f term a from protocol tcp\n"
	"set firewall family inet filter f term a from tcp-established\n"
	"set firewall family inet filter f term a from source-port 22\n"
	"set firewall family inet filter f term a then routing-instance LAN\n"
	"set firewall family inet filter f term b from is-fragment\n"
	"set firewall family inet filter f term b from protocol icmp\n"
	"set firewall family inet filter f term b then reject\n"
	"set firewall family inet filter f term c then accept\n"
	"set routing-instances ISP instance-type virtual-router\n"
	"set routing-instances ISP interface ge-0/0/1.0\n"
	"set routing-instances LAN instance-type virtual-router\n"
	"set routing-instances LAN interface ge-0/0/0.0\n"
	"set policy-options policy-statement i term all from instance ISP\n"
	"set policy-options policy-statement i term all then accept\n"
	"set routing-instances LAN routing-options instance-import i\n"
	"set routing-instances ISP routing-options rib ISP.inet.0 static "
	"route 0.0.0.0/0 next-hop 192.0.2.1\n"
	"set security zones security-zone LAN interfaces ge-0/0/0.0\n"
	"set security zones security-zone LAN tcp-rst\n"
	"set security zones security-zone LAN host-inbound-traffic "
	"system-services all\n"
	"set security zones security-zone ISP interfaces ge-0/0/1.0\n"
	"set security zones security-zone ISP host-inbound-traffic "
	"system-services ping\n"
	/* an alarm drops nothing that would pass */
	"set security screen ids-option s alarm-without-drop\n"
	"set security screen ids-option s icmp flood\n"
	"set security screen ids-option s icmp icmpv6-malformed\n"
	"set security screen ids-option s ip bad-option\n"
	"set security screen ids-option s ip tear-drop\n"
	"set security screen ids-option s ip ipv6-malformed-header\n"
	"set security screen ids-option s ip ipv6-extension-header "
	"hop-by-hop-header router-alert-option\n"
	"set security screen ids-option s ip tunnel bad-inner-header\n"
	"set security screen ids-option s ip tunnel ip-in-udp teredo\n"
	"set security screen ids-option s tcp land\n"
	"set security screen ids-option s tcp winnuke\n"
	"set security screen ids-option s tcp syn-flood attack-threshold 1\n"
	"set security screen ids-option s tcp port-scan\n"
	"set security screen ids-option s limit-session source-ip-based 1\n"
	"set security zones security-zone LAN screen s\n"
	"set security zones security-zone ISP screen s\n"
	"set security flow tcp-mss all-tcp mss 500\n" PERMIT("LAN", "ISP");

#define PACKET_MODE                                                            \
	"set security flow advanced-options reverse-route-packet-mode-vr\n"

static const char *const addrs[2][4] = {
	{"192.168.1.2", "192.0.2.1", "192.168.1.1", "192.0.2.2"},
	{"2001:db8:1::2", "2001:db8:2::1", "2001:db8:1::1", "2001:db8:2::2"},
};

/* How the packet is given and what happens before; see the file's head. */
enum {
	FROM_ISP = 1,
	KNOWN_SRC = 2,
	KNOWN_DST = 4,
	TO_BOX = 8,
	TIME = 16,
	LINK = 32,
	BROADCAST = 64,
	FIX_SUMS = 128,
};

static void
put_addr(uint8_t *at, const char *text)
{
	struct ip_addr a;

	CHECK(ip_addr_parse(text, &a));
	memcpy(at, a.b, a.family == IP_V4 ? 4 : 16);
}

/* Addresses of the lab, and an IPv4 checksum that is right. */
static void
make_known(uint8_t *ip, size_t len, uint8_t how)
{
	bool v6 = ip[0] >> 4 == 6, isp = (how & FROM_ISP) != 0;
	const char *peer = addrs[v6][isp];
	const char *to = how & TO_BOX ? addrs[v6][2 + isp] : addrs[v6][!isp];
	struct rte_ipv4_hdr *h = (struct rte_ipv4_hdr *)ip;

	if (len < (v6 ? 40u : 20u))
		return;
	if (how & KNOWN_SRC)
		put_addr(ip + (v6 ? 8 : 12), peer);
	if (how & KNOWN_DST)
		put_addr(ip + (v6 ? 24 : 16), to);
	if (v6 || (how & FIX_SUMS) == 0 || len < (ip[0] & 15u) * 4)
		return;
	h->hdr_checksum = 0;
	h->hdr_checksum = rte_ipv4_cksum(h);
}

static void
one(struct box *b, uint8_t how, const uint8_t *bytes, size_t len)
{
	const char *ifl = how & FROM_ISP ? "ge-0/0/1.0" : "ge-0/0/0.0";
	const struct ifl_spec *l = image_ifl_by_name(box_env(b)->image, ifl);
	uint8_t f[14 + 256] = {0};
	struct out o;

	memcpy(f, box_mac(b, l->ifd), 6);
	if (how & BROADCAST)
		memset(f, 0xff, 6);
	f[6] = 2;
	memcpy(f + 14, bytes, len);
	f[12] = len > 0 && bytes[0] >> 4 == 6 ? 0x86 : 0x08;
	f[13] = f[12] == 0x86 ? 0xdd : 0x00;
	make_known(f + 14, len, how);
	o = box_frame(b, ifl, f, 14 + len);
	CHECK(o.verdict != VERDICT_MISS && o.verdict != VERDICT_RESOLVE);
	CHECK(o.verdict != VERDICT_DROP ||
		(o.reason != REASON_NONE && o.reason < REASON_COUNT));
	while (box_released(b, &o))
		;
}

/* Every session is found by both of its wings. */
static void
check_sessions(struct box *b)
{
	const struct session_table *t = box_env(b)->sessions;
	uint32_t valid = 0;

	for (uint32_t i = 1; i <= t->top; i++) {
		const struct wing *w = session_wing(t, i, 0);

		if (session_at(t, i)->state != SESSION_VALID)
			continue;
		valid++;
		CHECK(session_find(t, &w[0].key, flow_key_hash(&w[0].key)) ==
			i << 1);
		if (!flow_key_equal(&w[0].key, &w[1].key))
			CHECK(session_find(
				      t, &w[1].key, flow_key_hash(&w[1].key)) ==
				(i << 1 | 1));
	}
	CHECK(valid == t->valid);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct box *boxes[2];
	struct box *b;
	bool down = false;

	box_eal();
	if (size < 1)
		return 0;
	if (boxes[0] == NULL) { /* they live as long as the process */
		char text[sizeof(config) + sizeof(PACKET_MODE)];

		boxes[0] = box_create(config);
		strcpy(text, config);
		strcat(text, PACKET_MODE);
		boxes[1] = box_create(text);
	}
	b = boxes[data[0] & 1];
	for (data++, size--; size > 2;) {
		size_t len = data[1] < size - 2 ? data[1] : size - 2;

		if (data[0] & TIME)
			box_sleep(b, data[1] * 100u);
		if (data[0] & LINK) {
			down = !down;
			box_link(b, "ge-0/0/1.0", !down);
		}
		one(b, data[0], data + 2, len);
		data += 2 + len;
		size -= 2 + len;
	}
	check_sessions(b);
	if (down)
		box_link(b, "ge-0/0/1.0", true);
	box_sleep(b, 2000000); /* forget everything */
	CHECK(box_env(b)->sessions->valid == 0);
	return 0;
}
