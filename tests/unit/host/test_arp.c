/* SPDX-License-Identifier: Apache-2.0 */
/* ARP, and the life of a neighbour. */
#include "host_test.h"

#include <string.h>

static const uint8_t peer[6] = {2, 0xcc, 0, 0, 0, 9};
static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

struct arp {
	uint8_t dst[6], src[6], type[2];
	uint8_t fixed[7], op, sha[6], spa[4], tha[6], tpa[4];
} __attribute__((packed));

static void
ip4(const char *text, uint8_t out[4])
{
	struct ip_addr a;

	assert_true(ip_addr_parse(text, &a));
	memcpy(out, a.b, 4);
}

static struct arp
arp(struct desk *d, uint8_t op, const char *spa, const char *tpa)
{
	static const uint8_t fixed[7] = {0, 1, 8, 0, 6, 4, 0};
	struct arp a = {.type = {8, 6}, .op = op};

	(void)d;
	memcpy(a.dst, everybody, 6);
	memcpy(a.src, peer, 6);
	memcpy(a.fixed, fixed, 7);
	memcpy(a.sha, peer, 6);
	ip4(spa, a.spa);
	ip4(tpa, a.tpa);
	return a;
}

static void
check_out(struct desk *d, unsigned int i, uint8_t op, const char *spa,
	const char *tpa, const uint8_t *to)
{
	const struct arp *a = (const struct arp *)desk_out(d, i);
	struct arp want = arp(d, op, spa, tpa);

	assert_int_equal(sizeof(*a), desk_out_len(d, i));
	assert_memory_equal(a->dst, to, 6);
	assert_memory_equal(want.fixed, a->fixed, 7);
	assert_int_equal(op, a->op);
	assert_memory_equal(want.spa, a->spa, 4);
	assert_memory_equal(want.tpa, a->tpa, 4);
	assert_memory_equal(a->src, a->sha, 6);
	assert_int_equal(0xbb, a->sha[1]);
}

/* Asked for our address: answer, and know who asked. */
static void
test_request(void **state)
{
	struct desk *d = desk_create(BOX);
	struct arp a = arp(d, 1, "198.51.100.2", "198.51.100.1");

	(void)state;
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	assert_int_equal(1, d->n);
	check_out(d, 0, 2, "198.51.100.1", "198.51.100.2", peer);
	assert_memory_equal(peer, desk_out(d, 0) + 32, 6);
	assert_int_equal(
		NEIGH_REACHABLE, desk_neigh(d, "ge-0/0/0.0", "198.51.100.2"));
	desk_clear(d);
	a = arp(d, 1, "198.51.100.3", "198.51.100.9"); /* somebody else's */
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	a = arp(d, 1, "192.0.2.2", "192.0.2.1"); /* of another interface */
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	a = arp(d, 2, "198.51.100.4", "198.51.100.9"); /* nobody asked */
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	a = arp(d, 1, "198.51.100.1", "198.51.100.1"); /* claims to be us */
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	assert_int_equal(0, d->n);
	assert_int_equal(
		NEIGH_FREE, desk_neigh(d, "ge-0/0/0.0", "198.51.100.3"));
	assert_int_equal(
		NEIGH_FREE, desk_neigh(d, "ge-0/0/0.0", "198.51.100.4"));
	assert_int_equal(
		NEIGH_FREE, desk_neigh(d, "ge-0/0/0.0", "198.51.100.1"));
	/* a probe: no sender yet (RFC 5227); answered, but not remembered */
	a = arp(d, 1, "0.0.0.0", "198.51.100.1");
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	assert_int_equal(1, d->n);
	desk_free(d);
}

/* Addresses of security nat proxy-arp, on their interface [NA-30]. */
static void
test_proxy(void **state)
{
	struct desk *d = desk_create(
		BOX "set security nat proxy-arp interface ge-0/0/0.0 address "
		    "198.51.100.9/32 to 198.51.100.12/32\n");
	struct arp a = arp(d, 1, "198.51.100.2", "198.51.100.11");

	(void)state;
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	assert_int_equal(1, d->n);
	check_out(d, 0, 2, "198.51.100.11", "198.51.100.2", peer);
	desk_clear(d);
	a = arp(d, 1, "198.51.100.2", "198.51.100.13"); /* behind the range */
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	a = arp(d, 1, "198.51.100.11", "198.51.100.11"); /* an announcement */
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	a = arp(d, 2, "198.51.100.2", "198.51.100.11"); /* a reply */
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	a = arp(d, 1, "192.0.2.2", "198.51.100.11"); /* another interface */
	desk_frame(d, "ge-0/0/1.0", &a, sizeof(a));
	assert_int_equal(0, d->n);
	a = arp(d, 1, "0.0.0.0", "198.51.100.9"); /* a probe is answered */
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	assert_int_equal(1, d->n);
	desk_free(d);
}

static void
test_malformed(void **state)
{
	struct desk *d = desk_create(BOX);
	struct arp good = arp(d, 1, "198.51.100.2", "198.51.100.1"), a;

	(void)state;
	for (size_t len = 14; len < sizeof(good); len++)
		desk_frame(d, "ge-0/0/0.0", &good, len);
	for (unsigned int i = 0; i < 7; i++) {
		a = good;
		a.fixed[i] ^= 4;
		desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	}
	a = good;
	a.sha[0] |= 1; /* a group is no station */
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	a = good;
	a.op = 3;
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	assert_int_equal(0, d->n);
	desk_free(d);
}

static void
test_announce(void **state)
{
	struct desk *d = desk_create(BOX);
	const struct arp *a;

	(void)state;
	host_link(d->h, (struct ifd_id){0}, true);
	desk_work(d);
	assert_int_equal(2, d->n); /* and the IPv6 address */
	check_out(d, 0, 1, "198.51.100.1", "198.51.100.1", everybody);
	a = (const struct arp *)desk_out(d, 0);
	assert_int_equal(0, a->tha[0]);
	desk_free(d);
}

/* Packets wait; the answer lets them go, in order. */
static void
test_resolve(void **state)
{
	struct desk *d = desk_create(BOX);
	struct arp a;

	(void)state;
	for (uint16_t i = 0; i < 3; i++)
		desk_send(d, c2s(&sides[0], IPP_UDP, 4000 + i, 5000));
	assert_int_equal(1, d->n); /* asked once */
	check_out(d, 0, 1, "192.0.2.1", "192.0.2.2", everybody);
	assert_int_equal(
		NEIGH_INCOMPLETE, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	desk_clear(d);
	a = arp(d, 2, "192.0.2.2", "192.0.2.1");
	desk_frame(d, "ge-0/0/1.0", &a, sizeof(a));
	assert_int_equal(3, d->n);
	for (unsigned int i = 0; i < 3; i++) {
		assert_memory_equal(peer, desk_out(d, i), 6);
		assert_int_equal(
			4000 + i, desk_out(d, i)[34] << 8 | desk_out(d, i)[35]);
	}
	assert_int_equal(3, box_sessions(d->b));
	assert_int_equal(3, box_ifl_stats(d->b, "ge-0/0/0.0")->in_packets);
	desk_clear(d);
	desk_send(d, c2s(&sides[0], IPP_UDP, 4009, 5000));
	assert_int_equal(1, d->n);
	desk_free(d);
}

/* Asked three times, a second apart; then the senders are told. */
static void
test_no_answer(void **state)
{
	struct desk *d = desk_create(BOX);
	const uint8_t *told;
	struct arp a;

	(void)state;
	/* the client must be known, to be told */
	a = arp(d, 1, "198.51.100.2", "198.51.100.1");
	desk_frame(d, "ge-0/0/0.0", &a, sizeof(a));
	desk_clear(d);
	for (uint16_t i = 0; i < 20; i++)
		desk_send(d, c2s(&sides[0], IPP_UDP, 4000 + i, 5000));
	assert_int_equal(4, host_drops(d->h)[REASON_ARP_QUEUE_FULL]);
	desk_sleep(d, 2500);
	assert_int_equal(3, d->n);
	for (unsigned int i = 0; i < 3; i++)
		check_out(d, i, 1, "192.0.2.1", "192.0.2.2", everybody);
	desk_clear(d);
	desk_sleep(d, 1000);
	assert_int_equal(16, d->n);
	assert_int_equal(16, host_drops(d->h)[REASON_ARP_FAILED]);
	told = desk_out(d, 0);
	assert_memory_equal(peer, told, 6);
	assert_int_equal(IPP_ICMP, told[23]);
	assert_memory_equal("\xc6\x33\x64\x01\xc6\x33\x64\x02", told + 26, 8);
	assert_int_equal(3, told[34]); /* host unreachable */
	assert_int_equal(1, told[35]);
	assert_int_equal(
		NEIGH_FAILED, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	desk_clear(d);
	desk_sleep(d, 5000);
	assert_int_equal(0, d->n);
	desk_send(d, c2s(&sides[0], IPP_UDP, 4000, 5000)); /* tried again */
	assert_int_equal(1, d->n);
	desk_sleep(d, 4000);
	desk_clear(d);
	desk_sleep(d, 70000); /* then forgotten */
	assert_int_equal(NEIGH_FREE, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	assert_true(host_wants_publish(d->h));
	host_reuse(d->h);
	assert_false(host_wants_publish(d->h));
	desk_free(d);
}

/* Known for 20 minutes; then asked again when used, by unicast. */
static void
test_ageing(void **state)
{
	struct desk *d = desk_create(BOX);
	struct arp a = arp(d, 1, "192.0.2.2", "192.0.2.1");

	(void)state;
	desk_frame(d, "ge-0/0/1.0", &a, sizeof(a));
	desk_sleep(d, 20 * 60 * 1000 - 1000);
	assert_int_equal(
		NEIGH_REACHABLE, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	desk_sleep(d, 2000);
	assert_int_equal(NEIGH_STALE, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	desk_clear(d);
	desk_send(d, c2s(&sides[0], IPP_UDP, 4000, 5000)); /* still used */
	assert_int_equal(1, d->n);
	desk_clear(d);
	desk_sleep(d, 1000);
	assert_int_equal(NEIGH_PROBE, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	assert_int_equal(1, d->n);
	check_out(d, 0, 1, "192.0.2.1", "192.0.2.2", peer);
	a = arp(d, 2, "192.0.2.2", "192.0.2.1");
	desk_frame(d, "ge-0/0/1.0", &a, sizeof(a));
	assert_int_equal(
		NEIGH_REACHABLE, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	desk_sleep(d, 55 * 60 * 1000); /* nobody uses it */
	assert_int_equal(NEIGH_FREE, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	desk_free(d);
}

static void
count_one(void *ctx, const struct neigh_info *n)
{
	struct ip_addr *last = ctx;

	if (last[0].family != IP_NONE)
		assert_true(ip_addr_cmp(last, &n->addr) <= 0);
	last[0] = n->addr;
	last[1].q[0]++;
}

/* List, clear, a link that goes down, an interface that changes. */
static void
test_forget(void **state)
{
	static const char *const peers[] = {
		"192.0.2.9", "192.0.2.2", "192.0.2.77"};
	struct desk *d = desk_create(BOX);
	struct ip_addr seen[2] = {0}, addr;

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		struct arp a = arp(d, 1, peers[i], "192.0.2.1");

		desk_frame(d, "ge-0/0/1.0", &a, sizeof(a));
	}
	desk_clear(d);
	host_neigh_list(d->h, IP_V4, count_one, seen);
	assert_int_equal(3, seen[1].q[0]);
	assert_true(ip_addr_parse("192.0.2.9", &addr));
	assert_int_equal(0, host_neigh_clear(d->h, IP_V6, IFL_NONE, NULL));
	assert_int_equal(0, host_neigh_clear(d->h, IP_V4,
				    box_ifl(d->b, "ge-0/0/0.0"), NULL));
	assert_int_equal(1, host_neigh_clear(d->h, IP_NONE, IFL_NONE, &addr));
	assert_true(host_wants_publish(d->h));
	host_link(d->h, (struct ifd_id){0}, false);
	assert_int_equal(
		NEIGH_REACHABLE, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	host_image_changed(d->h); /* nothing has */
	assert_int_equal(
		NEIGH_REACHABLE, desk_neigh(d, "ge-0/0/1.0", "192.0.2.2"));
	box_commit(d->b, BOX "delete interfaces ge-0/0/1 unit 0\n"
			     "delete security zones security-zone untrust "
			     "interfaces ge-0/0/1.0\n");
	host_image_changed(d->h);
	memset(seen, 0, sizeof(seen));
	host_neigh_list(d->h, IP_NONE, count_one, seen);
	assert_int_equal(0, seen[1].q[0]);
	desk_free(d);
}

static void
test_vlan(void **state)
{
	struct desk *d = desk_create(
		"set interfaces ge-0/0/0 vlan-tagging\n"
		"set interfaces ge-0/0/0 unit 10 vlan-id 10\n"
		"set interfaces ge-0/0/0 unit 10 family inet address "
		"198.51.100.1/24\n" ZONE("trust", "ge-0/0/0.10"));
	struct arp a = arp(d, 1, "198.51.100.2", "198.51.100.1");

	(void)state;
	desk_frame(d, "ge-0/0/0.10", &a, sizeof(a));
	check_out(d, 0, 2, "198.51.100.1", "198.51.100.2", peer);
	assert_true(d->out[0]->ol_flags & RTE_MBUF_F_TX_VLAN);
	assert_int_equal(10, d->out[0]->vlan_tci);
	desk_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_proxy),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_announce),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_ageing),
		cmocka_unit_test(test_forget),
		cmocka_unit_test(test_vlan),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
