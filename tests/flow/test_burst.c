/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets of one burst share their waiting for memory: a session that is being
 * made is put into the table while later packets are already looked at [FL-1].
 * That must not show. Two boxes get the same random packets of few flows, one
 * in bursts, the other one by one; verdicts, bytes, sessions and counters must
 * be the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/counters.h"
#include "flow/flow.h"
#include "nat_lab.h"

#define ROUNDS 400
#define HOSTS  3
#define PORTS  4

static uint32_t seed;

static unsigned int
rnd(unsigned int n)
{
	seed = seed * 1664525 + 1013904223;
	return (unsigned int)(((uint64_t)seed >> 8) % n);
}

struct text {
	char src[24], dst[24];
};

/* A pool of few ports in sequence: both boxes take the same ones. */
#define SMALL_POOL                                                             \
	SNAT "port-randomization disable\n" NAT_POOL4("203.0.113.1/32")        \
		POOL("p", "port range 2000 to 2005")

static const char *const configs[] = {
	BOX DEFAULTS POLICY("untrust", "trust", "in", "any", "permit"),
	BOX DEFAULTS POLICY(
		"untrust", "trust", "in", "junos-udp-any", "reject"),
	BOX DEFAULTS SMALL_POOL,
	BOX DEFAULTS STATIC
	"rule-set s from zone untrust\n" STATIC
	"rule-set s rule a match destination-address 203.0.113.8/30\n" STATIC
	"rule-set s rule a then static-nat prefix 198.51.100.0/30\n" POLICY(
		"untrust", "trust", "in", "any", "permit"),
	BOX DEFAULTS
	"set security screen ids-option few limit-session source-ip-based 3\n"
	"set security zones security-zone trust screen few\n",
};

/* Where replies go: the client itself, or what NAT may have made of it. */
static void
random_client(char *ret, size_t size)
{
	switch (rnd(4)) {
	case 0:
		snprintf(ret, size, "203.0.113.1");
		break;
	case 1:
		snprintf(ret, size, "203.0.113.%u", 8 + rnd(4));
		break;
	default:
		snprintf(ret, size, "198.51.100.%u", 2 + rnd(HOSTS));
	}
}

static struct in
random_packet(struct text *t)
{
	static const uint8_t protocols[] = {
		IPP_UDP, IPP_UDP, IPP_TCP, IPP_ICMP};
	bool out = rnd(3) != 0;
	struct in in = {.ifl = out ? "ge-0/0/0.0" : "ge-0/0/1.0",
		.src = t->src,
		.dst = t->dst,
		.proto = protocols[rnd(4)],
		.numbered = true,
		.window = 65535,
		.seq = 1000 + rnd(2),
		.ack = 1001};
	uint16_t port = (uint16_t)(rnd(2) ? 1000 : 2000) + (uint16_t)rnd(PORTS);
	static const uint8_t flags[] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK,
		TCP_RST, TCP_FIN | TCP_ACK};

	in.sport = out || in.proto == IPP_ICMP ? port : 4000;
	in.dport = out || in.proto == IPP_ICMP ? 4000 : port;
	in.flags = flags[out && rnd(2) ? 0 : rnd(5)];
	in.reply = !out && in.proto == IPP_ICMP;
	snprintf(out ? t->dst : t->src, sizeof(t->dst), "192.0.2.%u",
		2 + rnd(2));
	if (out)
		snprintf(t->src, sizeof(t->src), "198.51.100.%u",
			2 + rnd(HOSTS));
	else
		random_client(t->dst, sizeof(t->dst));
	return in;
}

/* Now and then an ICMP error about a packet that could have been sent. */
static struct rte_mbuf *
mbuf_of(struct box *b, const struct in *in, bool error)
{
	struct in e = {.ifl = "ge-0/0/1.0",
		.src = "192.0.2.77",
		.dst = in->src,
		.proto = IPP_ICMP,
		.icmp_type = 3,
		.icmp_code = 1,
		.quote = in};

	return box_packet(b, error ? &e : in);
}

struct burst {
	struct in in[FLOW_BURST];
	struct text text[FLOW_BURST];
	bool error[FLOW_BURST];
	unsigned int n;
};

struct result {
	struct pkt p[FLOW_BURST];
	enum verdict v[FLOW_BURST];
};

static void
run(struct box *b, const struct burst *u, bool together, struct result *r)
{
	unsigned int step = together ? u->n : 1;

	memset(r, 0, sizeof(*r));
	for (unsigned int i = 0; i < u->n; i++)
		r->p[i].m = mbuf_of(b, &u->in[i], u->error[i]);
	for (unsigned int i = 0; i < u->n; i += step)
		flow_burst(box_env(b), &r->p[i], step, &r->v[i]);
}

static void
same(const struct result *a, const struct result *b, unsigned int i)
{
	const struct rte_mbuf *x = a->p[i].m, *y = b->p[i].m;

	assert_int_equal(a->v[i], b->v[i]);
	if (a->v[i] == VERDICT_DROP)
		assert_int_equal(a->p[i].reason, b->p[i].reason);
	if (a->v[i] == VERDICT_NEXT) {
		assert_int_equal(a->p[i].wing, b->p[i].wing);
		assert_int_equal(a->p[i].out_ifl.v, b->p[i].out_ifl.v);
	}
	assert_int_equal(x->data_len, y->data_len);
	assert_memory_equal(rte_pktmbuf_mtod(x, uint8_t *),
		rte_pktmbuf_mtod(y, uint8_t *), x->data_len);
}

static void
same_sessions(struct box *a, struct box *b)
{
	const struct flow_stats *x = box_stats(a), *y = box_stats(b);

	assert_int_equal(box_sessions(a), box_sessions(b));
	for (unsigned int i = 0; i < box_sessions(a); i++) {
		struct session_info s = box_session(a, i);
		struct session_info t = box_session(b, i);

		assert_int_equal(s.id, t.id);
		for (unsigned int w = 0; w < 2; w++) {
			const struct wing_info *u = &s.wing[w], *v = &t.wing[w];

			assert_true(ip_addr_equal(&u->src, &v->src));
			assert_true(ip_addr_equal(&u->dst, &v->dst));
			assert_int_equal(u->sport, v->sport);
			assert_int_equal(u->dport, v->dport);
			assert_int_equal(u->packets, v->packets);
		}
	}
	assert_int_equal(x->first_path, y->first_path);
	assert_int_equal(x->fast_path, y->fast_path);
	assert_int_equal(x->forwarded, y->forwarded);
	assert_memory_equal(x->reason, y->reason, sizeof(x->reason));
}

/* All neighbours are known: a packet that has to wait for one is another test's
 * matter. */
static void
meet_neighbours(struct box *b)
{
	static const char *const hosts[][3] = {
		{"ge-0/0/0.0", "198.51.100.9", "192.0.2."},
		{"ge-0/0/1.0", "192.0.2.9", "198.51.100."},
	};
	char dst[24];

	for (unsigned int side = 0; side < 2; side++)
		for (unsigned int i = 2; i < 8; i++) {
			struct in in = {.ifl = hosts[side][0],
				.src = hosts[side][1],
				.dst = dst,
				.proto = IPP_UDP,
				.no_session = true,
				.sport = 9,
				.dport = 9};

			snprintf(dst, sizeof(dst), "%s%u", hosts[side][2], i);
			box_send(b, &in);
		}
	box_clear(b);
}

static void
one_config(const char *config)
{
	struct box *a = box_create(config), *b = box_create(config);
	struct result x, y;

	meet_neighbours(a);
	meet_neighbours(b);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		struct burst u = {.n = 1 + rnd(FLOW_BURST)};

		for (unsigned int i = 0; i < u.n; i++) {
			u.in[i] = random_packet(&u.text[i]);
			u.error[i] = rnd(16) == 0;
		}
		run(a, &u, true, &x);
		run(b, &u, false, &y);
		for (unsigned int i = 0; i < u.n; i++) {
			same(&x, &y, i);
			rte_pktmbuf_free(x.p[i].m);
			rte_pktmbuf_free(y.p[i].m);
		}
		if (rnd(8) == 0) {
			same_sessions(a, b);
			box_clear(a);
			box_clear(b);
		}
	}
	assert_true(box_stats(a)->first_path > ROUNDS);
	box_free(a);
	box_free(b);
}

static void
FL_1_a_burst_is_packets_one_by_one(void **state)
{
	for (size_t i = 0; i < RTE_DIM(configs); i++)
		for (seed = 1; seed < 4; seed++) {
			uint32_t this = seed;

			one_config(configs[i]);
			seed = this;
		}
}

static int
setup(void **state)
{
	box_eal();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(FL_1_a_burst_is_packets_one_by_one),
	};

	return cmocka_run_group_tests_name("flow/burst", tests, setup, NULL);
}
