/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers with real threads and ports made of rings: what goes in comes out,
 * also with two of them, while worlds change, and when they are stopped.
 */
#include "lab.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_ip.h>

#include "io/port_impl.h"
#include "io/worker_impl.h"

/* A port whose frames the test puts in and takes out. */
struct fake {
	struct port port;
	struct rte_ring *in[2], *out;
	struct rte_mbuf *waiting[2][256]; /* until flushed */
	_Atomic int stall; /* 1: asked for; 2: the worker stands still */
	unsigned int n[2];
};

static unsigned int
fake_rx(struct port *p, unsigned int queue, struct rte_mbuf **m, unsigned int n)
{
	struct fake *f = (struct fake *)p;

	n = rte_ring_sc_dequeue_burst(f->in[queue], (void **)m, n, NULL);
	for (unsigned int i = 0; i < n; i++)
		port_mark_received(p, m[i]);
	if (n > 0 && atomic_load(&f->stall) == 1) {
		atomic_store(&f->stall, 2);
		usleep(20000);
	}
	return n;
}

static unsigned int
fake_tx(struct port *p, unsigned int queue, struct rte_mbuf **m, unsigned int n)
{
	struct fake *f = (struct fake *)p;
	unsigned int i = 0;

	for (; i < n && f->n[queue] < 256; i++)
		f->waiting[queue][f->n[queue]++] = m[i];
	return i;
}

static void
fake_flush(struct port *p, unsigned int queue)
{
	struct fake *f = (struct fake *)p;

	for (unsigned int i = 0; i < f->n[queue]; i++)
		if (rte_ring_mp_enqueue(f->out, f->waiting[queue][i]) != 0)
			rte_pktmbuf_free(f->waiting[queue][i]);
	f->n[queue] = 0;
}

static int
fake_fd(const struct port *p, unsigned int queue)
{
	return -1;
}

static bool
fake_end(const struct port *p)
{
	return false;
}

static const struct port_ops fake_ops = {.rx_burst = fake_rx,
	.tx_burst = fake_tx,
	.tx_flush = fake_flush,
	.wait_fd = fake_fd,
	.at_end = fake_end};

/* A box whose world the workers run, with two fake ports. */
struct rig {
	struct box *b;
	struct workers *w;
	struct fake *f[2];
	unsigned int in_use;
};

static struct fake *
fake_create(unsigned int ifd, struct rte_mempool *pool)
{
	struct port_config c = {.name = "ge-0/0/0",
		.ifd = {(uint16_t)ifd},
		.queues = 2,
		.pool = pool};
	struct fake *f = port_alloc(sizeof(*f));
	char name[32];

	assert_non_null(f);
	port_init(&f->port, &fake_ops, &c);
	for (unsigned int i = 0; i < 3; i++) {
		struct rte_ring **r = i < 2 ? &f->in[i] : &f->out;

		snprintf(name, sizeof(name), "fake%u-%u", ifd, i);
		*r = rte_ring_create(name, 1024, SOCKET_ID_ANY, 0);
		assert_non_null(*r);
	}
	return f;
}

static void
fake_free(struct fake *f)
{
	void *m;

	for (unsigned int i = 0; i < 3; i++) {
		struct rte_ring *r = i < 2 ? f->in[i] : f->out;

		while (rte_ring_dequeue(r, &m) == 0)
			rte_pktmbuf_free(m);
		rte_ring_free(r);
	}
	for (unsigned int q = 0; q < 2; q++)
		for (unsigned int i = 0; i < f->n[q]; i++)
			rte_pktmbuf_free(f->waiting[q][i]);
	free(f);
}

/* Without start; both neighbours of both families are known. */
static struct rig *
rig_create(const char *config, unsigned int workers)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct workers_config wc = {
		.n = workers, .max_sessions = 2000, .pool = box_pool()};
	char err[128];

	assert_non_null(r);
	r->in_use = rte_mempool_in_use_count(box_pool());
	r->b = box_create(config);
	box_share_pool(r->b); /* rig_free counts, when all is at rest */
	EACH_FAMILY(a)
	{
		pass(r->b, c2s(a, IPP_UDP, 1, 2));
		pass(r->b, s2c(a, IPP_UDP, 1, 2));
	}
	wc.neigh = (struct neigh_table *)box_env(r->b)->neigh;
	r->w = workers_create(&wc, err, sizeof(err));
	assert_non_null(r->w);
	workers_publish(r->w, box_env(r->b)->image, box_env(r->b)->routes);
	for (uint16_t i = 0; i < 2; i++) {
		struct ifd_id ifd = {i};

		r->f[i] = fake_create(i, box_pool());
		workers_set_port(r->w, ifd, &r->f[i]->port, box_mac(r->b, ifd));
	}
	return r;
}

static void
rig_free(struct rig *r)
{
	unsigned int in_use = r->in_use;

	workers_stop(r->w);
	for (uint16_t i = 0; i < 2; i++)
		workers_set_port(r->w, (struct ifd_id){i}, NULL, NULL);
	workers_free(r->w);
	fake_free(r->f[0]);
	fake_free(r->f[1]);
	box_free(r->b);
	free(r);
	assert_int_equal(in_use, rte_mempool_in_use_count(box_pool()));
}

static void
put(struct rig *r, unsigned int queue, struct in in)
{
	unsigned int port = strcmp(in.ifl, "ge-0/0/0.0") != 0;
	struct rte_mbuf *m = box_packet(r->b, &in);

	assert_int_equal(0, rte_ring_enqueue(r->f[port]->in[queue], m));
}

/* Wait for n frames of a port; they go to out, or are freed. */
static void
take(struct rig *r, unsigned int port, unsigned int n, struct rte_mbuf **out)
{
	unsigned int got = 0;
	void *m;

	for (unsigned int tries = 0; tries < 20000 && got < n;) {
		if (rte_ring_dequeue(r->f[port]->out, &m) != 0) {
			usleep(500);
			tries++;
			continue;
		}
		if (out != NULL)
			out[got] = m;
		else
			rte_pktmbuf_free(m);
		got++;
	}
	assert_int_equal(n, got);
}

static void
test_through(void **state)
{
	struct rig *r = rig_create(BOX, 1);
	struct session_counts c;
	struct flow_stats s;

	(void)state;
	assert_int_equal(0, workers_start(r->w));
	EACH_FAMILY(a)
	{
		for (uint16_t i = 0; i < 200; i++)
			put(r, 0, c2s(a, IPP_UDP, 4000 + i % 50, 5000));
		take(r, 1, 200, NULL);
		for (uint16_t i = 0; i < 50; i++)
			put(r, 0, s2c(a, IPP_UDP, 4000 + i, 5000));
		take(r, 0, 50, NULL);
	}
	session_counts_get(r->w, &c);
	assert_int_equal(100, c.valid);
	flow_stats_get(r->w, &s);
	assert_int_equal(500, s.received);
	assert_int_equal(500, s.forwarded);
	assert_int_equal(500, s.transmitted);
	assert_int_equal(100, s.first_path);
	rig_free(r);
}

/* A packet that is told about, and whole frames of the box. */
static void
test_answers(void **state)
{
	struct rig *r = rig_create(BOX, 1);
	struct in p = c2s(&sides[0], IPP_UDP, 4000, 5000);
	struct rte_mbuf *m;

	(void)state;
	assert_int_equal(0, workers_start(r->w));
	p.ttl = 1;
	put(r, 0, p);
	take(r, 0, 1, &m);
	assert_int_equal(11, rte_pktmbuf_mtod(m, uint8_t *)[34]);
	mbuf_meta(m)->flags = META_RAW;
	mbuf_meta(m)->ifd.v = 1;
	usleep(5000); /* the worker may be asleep now */
	workers_inject(r->w, m);
	take(r, 1, 1, NULL);
	rig_free(r);
}

/* What is for the box, and whose neighbour is not known. */
static void
test_punt(void **state)
{
	struct rig *r = rig_create(BOX PINGABLE("trust"), 1);
	struct in p = c2s(&sides[0], IPP_ICMP, 1, 1);
	struct in q = c2s(&sides[0], IPP_UDP, 1, 1);
	struct rte_mbuf *m[2];
	unsigned int n = 0;

	(void)state;
	assert_int_equal(0, workers_start(r->w));
	p.dst = sides[0].box_in;
	q.dst = "192.0.2.99";
	put(r, 0, p);
	put(r, 0, q);
	for (unsigned int i = 0; i < 10000 && n < 2; i++) {
		n += workers_punt_take(r->w, m + n, 2 - n);
		usleep(500);
	}
	assert_int_equal(2, n);
	assert_int_equal(PUNT_LOCAL, mbuf_meta(m[0])->reason);
	assert_int_equal(PUNT_RESOLVE, mbuf_meta(m[1])->reason);
	assert_int_equal(
		box_ifl(r->b, "ge-0/0/1.0").v, mbuf_meta(m[1])->out_ifl.v);
	rte_pktmbuf_free(m[0]);
	rte_pktmbuf_free(m[1]);
	rig_free(r);
}

/* Two workers; every packet may come in at either. */
static void
test_two(void **state)
{
	struct rig *r = rig_create(BOX, 2);
	struct session_counts c;
	struct flow_stats s;
	struct ifl_stats in;

	(void)state;
	assert_int_equal(0, workers_start(r->w));
	EACH_FAMILY(a)
	{
		for (uint16_t i = 0; i < 300; i++)
			put(r, i / 3 & 1, c2s(a, IPP_UDP, 4000 + i % 60, 53));
		take(r, 1, 300, NULL);
		for (uint16_t i = 0; i < 60; i++)
			put(r, i & 1, s2c(a, IPP_UDP, 4000 + i, 53));
		take(r, 0, 60, NULL);
	}
	session_counts_get(r->w, &c);
	assert_int_equal(120, c.valid);
	flow_stats_get(r->w, &s);
	assert_int_equal(720, s.received);
	assert_int_equal(720, s.forwarded);
	assert_int_equal(0, s.dropped);
	ifl_stats_get(r->w, box_ifl(r->b, "ge-0/0/0.0"), &in);
	assert_int_equal(600, in.in_packets);
	assert_int_equal(120, in.out_packets);
	rig_free(r);
}

/* The parts of each packet come in at different workers. */
static void
test_two_fragments(void **state)
{
	struct rig *r = rig_create(BOX, 2);
	struct session_counts c;

	(void)state;
	assert_int_equal(0, workers_start(r->w));
	EACH_FAMILY(a)
	{
		uint16_t l3 = a == sides ? 20 : 48;

		for (uint16_t i = 0; i < 60; i++) {
			struct in p = c2s(a, IPP_UDP, 4000 + i, 53);

			p.fragment = true;
			p.frag_id = 100u + i;
			p.frag_off = 64;
			p.len = (uint16_t)(l3 + 40);
			put(r, i & 1, p); /* the last one first */
			p.frag_off = 0;
			p.more = true;
			p.len = (uint16_t)(l3 + 64);
			put(r, (i & 1) == 0, p);
		}
		take(r, 1, 120, NULL);
	}
	session_counts_get(r->w, &c);
	assert_int_equal(120, c.valid);
	rig_free(r);
}

/*
 * New worlds while packets run; the old one is freed as soon as publish
 * returns. The worker has loaded its world and stands still, with packets in
 * its hands: without the grace period AddressSanitizer ends this test.
 */
static void
test_publish(void **state)
{
	struct rig *r = rig_create(BOX, 2);
	struct box *world = NULL;

	(void)state;
	assert_int_equal(0, workers_start(r->w));
	for (unsigned int round = 0; round < 20; round++) {
		struct box *next = box_create(BOX);

		box_share_pool(next);
		atomic_store(&r->f[0]->stall, 1);
		for (uint16_t i = 0; i < 16; i++)
			put(r, i & 1,
				c2s(&sides[i & 1], IPP_UDP, 4000 + i, 53));
		while (atomic_load(&r->f[0]->stall) != 2)
			usleep(100);
		workers_publish(
			r->w, box_env(next)->image, box_env(next)->routes);
		if (world != NULL)
			box_free(world);
		world = next;
		take(r, 1, 16, NULL);
	}
	assert_int_equal(21, workers_generation(r->w));
	workers_publish(r->w, box_env(r->b)->image, box_env(r->b)->routes);
	box_free(world);
	rig_free(r);
}

/* Stopped in the middle: rig_free counts the buffers. */
static void
test_stop(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < 10; round++) {
		struct rig *r = rig_create(BOX, 2);

		for (uint16_t i = 0; i < 300; i++) {
			struct in p = c2s(&sides[0], IPP_UDP, i, 53);

			if (i % 3 == 0)
				p.dst = "192.0.2.99"; /* to be resolved */
			if (i % 7 == 0) { /* waits for the first part */
				p.fragment = true;
				p.frag_off = 64;
				p.frag_id = i;
				p.len = 60;
			}
			put(r, i & 1, p);
		}
		assert_int_equal(0, workers_start(r->w));
		usleep(round * 100);
		rig_free(r);
	}
}

static void
hold(const struct env *env, void *arg)
{
	struct rig *r = arg;

	(void)env;
	for (uint16_t i = 0; i < 32; i++) {
		struct in p = c2s(&sides[0], IPP_UDP, 4000 + i, 53), q = p;
		struct rte_mbuf *m;

		q.ifl = NULL;
		q.src = sides[0].box_out;
		m = box_packet(r->b, &q);
		workers_inject(r->w, m);
		put(r, 0, p);
	}
}

/* As many frames at once as the queue of a port takes: all are flushed. */
static void
test_full_queue(void **state)
{
	struct rig *r = rig_create(BOX, 1);

	(void)state;
	assert_int_equal(0, workers_start(r->w));
	workers_call(r->w, hold, r);
	take(r, 1, TX_QUEUE, NULL);
	rig_free(r);
}

/* Cut to the MTU although a Linux host left the checksum to be done. */
static void
test_cut(void **state)
{
	struct rig *r = rig_create(
		BOX "set interfaces ge-0/0/1 unit 0 family inet mtu 700\n", 1);
	struct in p = c2s(&sides[0], IPP_UDP, 4000, 53);
	struct rte_mbuf *m, *out[2];
	uint8_t whole[1400] = {0}, piece[700];
	struct rte_ipv4_hdr *ip;
	uint16_t at = 20, sum;
	uint8_t *f;

	(void)state;
	p.len = 1300;
	m = box_packet(r->b, &p);
	f = rte_pktmbuf_mtod(m, uint8_t *);
	ip = (struct rte_ipv4_hdr *)(f + 14);
	for (unsigned int i = 42; i < 1314; i++)
		f[i] = (uint8_t)i;
	sum = rte_ipv4_phdr_cksum(ip, 0);
	memcpy(f + 40, &sum, 2);
	m->ol_flags |= RTE_MBUF_F_TX_UDP_CKSUM | RTE_MBUF_F_TX_IPV4;
	m->l2_len = 14;
	m->l3_len = 20;
	m->l4_len = 8;
	assert_int_equal(0, rte_ring_enqueue(r->f[0]->in[0], m));
	assert_int_equal(0, workers_start(r->w));
	take(r, 1, 2, out);
	memcpy(whole, rte_pktmbuf_mtod_offset(out[0], uint8_t *, 14), 20);
	for (unsigned int i = 0; i < 2; i++) {
		uint32_t n = rte_pktmbuf_pkt_len(out[i]) - 34;

		assert_true(n <= 680);
		assert_int_equal(0xffff,
			rte_raw_cksum(
				rte_pktmbuf_mtod_offset(out[i], uint8_t *, 14),
				20));
		memcpy(whole + at, /* a fragment may be in two pieces */
			rte_pktmbuf_read(out[i], 34, n, piece), n);
		at = (uint16_t)(at + n);
		rte_pktmbuf_free(out[i]);
	}
	assert_int_equal(1300, at);
	ip = (struct rte_ipv4_hdr *)whole;
	ip->total_length = rte_cpu_to_be_16(1300);
	assert_int_equal(0, rte_ipv4_udptcp_cksum_verify(ip, whole + 20));
	rig_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_through),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_punt),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_two_fragments),
		cmocka_unit_test(test_publish),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_full_queue),
		cmocka_unit_test(test_cut),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
