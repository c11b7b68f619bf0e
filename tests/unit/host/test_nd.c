/* SPDX-License-Identifier: Apache-2.0 */
/* Neighbour discovery (RFC 4861). */
#include "host_test.h"

#include <arpa/inet.h>
#include <string.h>

#include <rte_ip.h>

static const uint8_t peer[6] = {2, 0xcc, 0, 0, 0, 9};
static const uint8_t other[6] = {2, 0xcc, 0, 0, 0, 10};

#define BOX_ND                                                                 \
	BOX "set interfaces ge-0/0/1 unit 0 family inet6 address fe80::1/64\n"

enum { NS = 135, NA = 136, SOLICITED = 0x40, OVERRIDE = 0x20, ROUTER = 0x80 };

/* A message to be received; fields may be changed before frame(). */
struct nd {
	uint8_t type, flags, hops, code;
	const char *src, *dst, *target;
	uint8_t opt_type, opt_len; /* 0: no option */
	uint8_t mac[6];
	bool bad_cksum;
};

static struct nd
message(uint8_t type, const char *src, const char *dst, const char *target)
{
	struct nd n = {.type = type,
		.hops = 255,
		.src = src,
		.dst = dst,
		.target = target,
		.opt_type = type == NS ? 1 : 2,
		.opt_len = 1};

	memcpy(n.mac, peer, 6);
	return n;
}

static void
receive(struct desk *d, const struct nd *n)
{
	uint8_t f[14 + 40 + 32] = {0x33, 0x33, 0xff, 0, 0, 1};
	uint16_t len = n->opt_type != 0 ? 32 : 24, sum;
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)(f + 14);
	struct ip_addr src, dst, target;
	uint8_t *b = f + 54;

	assert_true(ip_addr_parse(n->src, &src));
	assert_true(ip_addr_parse(n->dst, &dst));
	assert_true(ip_addr_parse(n->target, &target));
	memcpy(f + 6, peer, 6);
	f[12] = 0x86;
	f[13] = 0xdd;
	ip->vtc_flow = htonl(6u << 28);
	ip->payload_len = htons(len);
	ip->proto = IPP_ICMP6;
	ip->hop_limits = n->hops;
	memcpy(ip->src_addr, src.b, 16);
	memcpy(ip->dst_addr, dst.b, 16);
	b[0] = n->type;
	b[1] = n->code;
	b[4] = n->flags;
	memcpy(b + 8, target.b, 16);
	if (len == 32) {
		b[24] = n->opt_type;
		b[25] = n->opt_len;
		memcpy(b + 26, n->mac, 6);
	}
	sum = rte_ipv6_udptcp_cksum(ip, b);
	if (n->bad_cksum)
		sum ^= 1;
	memcpy(b + 2, &sum, 2);
	desk_frame(d, "ge-0/0/1.0", f, 54u + len);
}

/* The i-th frame out is a right message of this kind. */
static void
check(struct desk *d, unsigned int i, uint8_t type, uint8_t flags,
	const char *src, const char *dst, const char *target)
{
	const uint8_t *f = desk_out(d, i);
	const struct rte_ipv6_hdr *ip = (const struct rte_ipv6_hdr *)(f + 14);
	struct ip_addr a;

	assert_int_equal(54 + 32, desk_out_len(d, i));
	assert_int_equal(255, ip->hop_limits);
	assert_true(ip_addr_parse(src, &a));
	assert_memory_equal(a.b, ip->src_addr, 16);
	assert_true(ip_addr_parse(dst, &a));
	assert_memory_equal(a.b, ip->dst_addr, 16);
	if (a.b[0] == 0xff) {
		assert_memory_equal("\x33\x33", f, 2);
		assert_memory_equal(a.b + 12, f + 2, 4);
	}
	assert_int_equal(type, f[54]);
	assert_int_equal(flags, f[58]);
	assert_true(ip_addr_parse(target, &a));
	assert_memory_equal(a.b, f + 62, 16);
	assert_int_equal(type == NS ? 1 : 2, f[78]);
	assert_int_equal(1, f[79]);
	assert_memory_equal(f + 6, f + 80, 6);
	assert_int_equal(0, rte_ipv6_udptcp_cksum_verify(ip, f + 54));
}

static enum neigh_state
state_of(struct desk *d, const char *addr)
{
	return desk_neigh(d, "ge-0/0/1.0", addr);
}

/* Addresses of security nat proxy-ndp: no override [NA-30]. */
static void
test_proxy(void **state)
{
	struct desk *d = desk_create(
		BOX_ND "set security nat proxy-ndp interface ge-0/0/1.0 "
		       "address 2001:db8:2::10/124\n");
	struct nd n = message(
		NS, "2001:db8:2::2", "ff02::1:ff00:17", "2001:db8:2::17");

	(void)state;
	receive(d, &n);
	assert_int_equal(1, d->n);
	check(d, 0, NA, ROUTER | SOLICITED, "2001:db8:2::17", "2001:db8:2::2",
		"2001:db8:2::17");
	desk_clear(d);
	n.target = "2001:db8:2::20";
	receive(d, &n);
	assert_int_equal(0, d->n);
	desk_free(d);
}

static void
test_solicited(void **state)
{
	struct desk *d = desk_create(BOX_ND);
	struct nd n =
		message(NS, "2001:db8:2::2", "ff02::1:ff00:1", "2001:db8:2::1");

	(void)state;
	receive(d, &n);
	assert_int_equal(1, d->n);
	check(d, 0, NA, ROUTER | SOLICITED | OVERRIDE, "2001:db8:2::1",
		"2001:db8:2::2", "2001:db8:2::1");
	assert_memory_equal(peer, desk_out(d, 0), 6);
	assert_int_equal(NEIGH_STALE, state_of(d, "2001:db8:2::2"));
	desk_clear(d);
	n = message(NS, "::", "ff02::1:ff00:1", "2001:db8:2::1"); /* DAD */
	n.opt_type = 0;
	receive(d, &n);
	check(d, 0, NA, ROUTER | OVERRIDE, "2001:db8:2::1", "ff02::1",
		"2001:db8:2::1");
	desk_clear(d);
	n = message(NS, "fe80::2", "ff02::1:ff00:1", "fe80::1");
	receive(d, &n);
	check(d, 0, NA, ROUTER | SOLICITED | OVERRIDE, "fe80::1", "fe80::2",
		"fe80::1");
	desk_free(d);
}

static void
test_ignored(void **state)
{
	struct desk *d = desk_create(BOX_ND);
	const struct nd good =
		message(NS, "2001:db8:2::2", "ff02::1:ff00:1", "2001:db8:2::1");
	struct nd n;

	(void)state;
	for (unsigned int i = 0; i < 9; i++) {
		n = good;
		switch (i) {
		case 0: /* it has been forwarded */
			n.hops = 64;
			break;
		case 1:
			n.code = 1;
			break;
		case 2:
			n.bad_cksum = true;
			break;
		case 3: /* RFC 4861 4.6: discard the packet */
			n.opt_len = 0;
			break;
		case 4:
			n.target = "2001:db8:2::9";
			break;
		case 5:
			n.target = "2001:db8:1::1"; /* of another link */
			break;
		case 6:
			n.mac[0] |= 1;
			break;
		case 7:
			n.target = "ff02::1";
			break;
		case 8: /* nobody of this link */
			n.src = "2001:db8:99::2";
			break;
		}
		receive(d, &n);
		if (d->n != 0)
			fail_msg("row %u was answered", i);
		if (i != 4 && i != 5)
			assert_int_equal(NEIGH_FREE, state_of(d, n.src));
	}
	n = good;
	n.opt_len = 2; /* longer than the packet */
	receive(d, &n);
	assert_int_equal(0, d->n);
	desk_free(d);
}

static void
test_resolve(void **state)
{
	struct desk *d = desk_create(BOX_ND);
	struct nd n = message(NA, "2001:db8:2::2", "fe80::1", "2001:db8:2::2");

	(void)state;
	receive(d, &n); /* nobody asked */
	assert_int_equal(NEIGH_FREE, state_of(d, "2001:db8:2::2"));
	desk_send(d, c2s(&sides[1], IPP_UDP, 4000, 5000));
	desk_send(d, c2s(&sides[1], IPP_UDP, 4001, 5000));
	assert_int_equal(1, d->n);
	check(d, 0, NS, 0, "fe80::1", "ff02::1:ff00:2", "2001:db8:2::2");
	desk_clear(d);
	n.flags = SOLICITED | OVERRIDE | ROUTER;
	receive(d, &n);
	assert_int_equal(2, d->n);
	assert_memory_equal(peer, desk_out(d, 0), 6);
	assert_int_equal(NEIGH_REACHABLE, state_of(d, "2001:db8:2::2"));
	desk_clear(d);
	desk_sleep(d, 31000);
	assert_int_equal(NEIGH_STALE, state_of(d, "2001:db8:2::2"));
	desk_send(d, c2s(&sides[1], IPP_UDP, 4000, 5000));
	desk_clear(d);
	desk_sleep(d, 1000); /* asked again, by unicast */
	assert_int_equal(NEIGH_PROBE, state_of(d, "2001:db8:2::2"));
	check(d, 0, NS, 0, "fe80::1", "2001:db8:2::2", "2001:db8:2::2");
	assert_memory_equal(peer, desk_out(d, 0), 6);
	desk_free(d);
}

/* Another link-layer address, said by many kinds of messages (7.2.5). */
static void
test_changes(void **state)
{
	static const struct {
		uint8_t type, flags;
		enum neigh_state after;
		bool changed;
	} rows[] = {
		{NA, SOLICITED | OVERRIDE, NEIGH_REACHABLE, true},
		{NA, OVERRIDE, NEIGH_STALE, true},
		{NA, SOLICITED, NEIGH_STALE, false},
		{NA, 0, NEIGH_STALE, false},
		{NS, 0, NEIGH_STALE, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct desk *d = desk_create(BOX_ND);
		struct nd n = message(
			NA, "2001:db8:2::2", "fe80::1", "2001:db8:2::2");

		desk_send(d, c2s(&sides[1], IPP_UDP, 4000, 5000));
		n.flags = SOLICITED | OVERRIDE;
		receive(d, &n);
		assert_int_equal(NEIGH_REACHABLE, state_of(d, n.src));
		if (rows[i].type == NS)
			n = message(NS, "2001:db8:2::2", "ff02::1:ff00:1",
				"2001:db8:2::1");
		n.flags = rows[i].flags;
		memcpy(n.mac, other, 6);
		receive(d, &n);
		desk_clear(d);
		if (state_of(d, n.src) != rows[i].after)
			fail_msg("row %zu", i);
		desk_send(d, c2s(&sides[1], IPP_UDP, 4000, 5000));
		assert_memory_equal(
			rows[i].changed ? other : peer, desk_out(d, 0), 6);
		desk_free(d);
	}
}

/* The same address again is no news: still reachable, not for longer. */
static void
test_no_news(void **state)
{
	struct desk *d = desk_create(BOX_ND);
	struct nd n = message(NA, "2001:db8:2::2", "fe80::1", "2001:db8:2::2");

	(void)state;
	desk_send(d, c2s(&sides[1], IPP_UDP, 4000, 5000));
	n.flags = SOLICITED | OVERRIDE;
	receive(d, &n);
	desk_sleep(d, 20000);
	n.flags = 0;
	receive(d, &n);
	assert_int_equal(NEIGH_REACHABLE, state_of(d, n.src));
	desk_sleep(d, 11000);
	assert_int_equal(NEIGH_STALE, state_of(d, n.src));
	desk_free(d);
}

static void
test_announce(void **state)
{
	struct desk *d = desk_create(BOX_ND);

	(void)state;
	host_link(d->h, (struct ifd_id){1}, true);
	desk_work(d);
	assert_int_equal(3, d->n);
	check(d, 1, NA, ROUTER | OVERRIDE, "2001:db8:2::1", "ff02::1",
		"2001:db8:2::1");
	desk_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proxy),
		cmocka_unit_test(test_solicited),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_no_news),
		cmocka_unit_test(test_announce),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
