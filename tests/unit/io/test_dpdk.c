/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk: ports on virtual devices that need no privileges. */
#include "io_test.h"

#include <stdlib.h>
#include <string.h>

#include "io/gso.h"
#include "io/port_dpdk.h"
#include "pkt/pkt.h"

static uint8_t frame[IO_TEST_FRAME], out[IO_TEST_FRAME];

static struct port *
open_port(const char *device)
{
	struct port_config pc = io_port_config(device);
	char err[256] = "";
	struct port *p = NULL;

	if (port_open(&pc, &p, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	return p;
}

static void
ask(struct rte_mbuf *m, const struct io_lens *n, uint64_t flags)
{
	m->l2_len = n->l2;
	m->l3_len = n->l3;
	m->l4_len = n->l4;
	m->ol_flags |= flags;
}

/* A ring device receives what it sent. */
static void
ring_returns_frames(void **state)
{
	struct port *p = open_port("dpdk:net_ring0");
	struct rte_mbuf *m[PORT_BURST];
	struct port_counters c;
	struct port_info info;

	for (uint32_t i = 0; i < 20; i++) {
		struct io_frame f = {.payload = 10 + i, .seed = i};
		struct io_lens n = io_frame_build(&f, frame);

		m[i] = io_mbuf(frame, n.len, n.len, 1);
	}
	assert_int_equal(port_tx_burst(p, 0, m, 20), 20);
	port_tx_flush(p, 0);
	assert_int_equal(port_rx_burst(p, 0, m, 100), 20);
	for (uint32_t i = 0; i < 20; i++) {
		struct io_frame f = {.payload = 10 + i, .seed = i};
		struct io_lens n = io_frame_build(&f, frame);

		assert_int_equal(io_flatten(m[i], out), n.len);
		assert_memory_equal(out, frame, n.len);
		assert_int_equal(mbuf_meta(m[i])->ifd.v, 7);
	}
	rte_pktmbuf_free_bulk(m, 20);
	port_counters_get(p, &c);
	assert_int_equal(c.tx_packets, 20);
	assert_int_equal(c.rx_packets, 20);
	assert_int_equal(c.tx_bytes, c.rx_bytes);
	port_info_get(p, &info);
	assert_string_equal(info.driver, "dpdk:net_ring");
	assert_string_equal(info.device, "net_ring0");
	assert_true(info.link_up);
	assert_int_equal(info.ifindex, 0);
	assert_int_equal(port_wait_fd(p, 0), -1);
	assert_false(port_at_end(p));
	port_close(p);
}

/* The ring offers no offload: everything is done before it. */
static void
partial_work_is_finished(void **state)
{
	struct port *p = open_port("dpdk:net_ring1");
	struct io_frame f = {.payload = 4000, .partial = true};
	struct io_lens n = io_frame_build(&f, frame);
	struct rte_mbuf *m[PORT_BURST];
	struct port_counters c;
	unsigned int got;
	uint32_t payload = 0;

	m[0] = io_mbuf(frame, n.len, 1900, 1900);
	ask(m[0], &n,
		RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_TCP_CKSUM |
			RTE_MBUF_F_TX_IPV4);
	m[0]->tso_segsz = 1448;
	f.v6 = f.udp = true;
	f.payload = 100;
	n = io_frame_build(&f, frame);
	m[1] = io_mbuf(frame, n.len, 1900, 1900);
	ask(m[1], &n,
		RTE_MBUF_F_TX_UDP_CKSUM | RTE_MBUF_F_TX_IPV6 |
			RTE_MBUF_F_TX_VLAN);
	m[1]->vlan_tci = 77;
	assert_int_equal(port_tx_burst(p, 0, m, 2), 2);
	got = port_rx_burst(p, 0, m, PORT_BURST);
	assert_int_equal(got, 4);
	for (unsigned int i = 0; i < got; i++) {
		uint32_t len = io_flatten(m[i], out);

		assert_true(io_frame_cksums_right(out, len));
		assert_int_equal(m[i]->ol_flags & GSO_TX_FLAGS, 0);
		if (i < 3)
			payload += len - 54;
		else
			assert_memory_equal(
				out + 12, "\x81\x00\x00\x4d\x86\xdd", 6);
		rte_pktmbuf_free(m[i]);
	}
	assert_int_equal(payload, 4000);
	port_counters_get(p, &c);
	assert_int_equal(c.tx_packets, 4);
	assert_int_equal(c.tx_bytes, c.rx_bytes);
	port_close(p);
}

/* What a full device does not take stays the caller's. */
static void
full_ring_returns_the_rest(void **state)
{
	struct port *p = open_port("dpdk:net_ring2");
	struct io_frame f = {.payload = 10};
	struct io_lens n = io_frame_build(&f, frame);
	struct rte_mbuf *m[PORT_BURST];
	struct port_counters c;
	unsigned int sent, total = 0;

	do {
		for (unsigned int i = 0; i < PORT_BURST; i++)
			m[i] = io_mbuf(frame, n.len, n.len, 1);
		sent = port_tx_burst(p, 0, m, PORT_BURST);
		rte_pktmbuf_free_bulk(m + sent, PORT_BURST - sent);
		total += sent;
	} while (sent == PORT_BURST);
	port_counters_get(p, &c);
	assert_int_equal(c.tx_packets, total);
	while ((sent = port_rx_burst(p, 0, m, PORT_BURST)) > 0) {
		rte_pktmbuf_free_bulk(m, sent);
		total -= sent;
	}
	assert_int_equal(total, 0);
	port_close(p);
}

static void
null_device_generates(void **state)
{
	struct port *p = open_port("dpdk:net_null0,size=128,copy=1");
	struct rte_mbuf *m[PORT_BURST];
	struct port_counters c;

	assert_int_equal(port_rx_burst(p, 0, m, PORT_BURST), PORT_BURST);
	assert_int_equal(m[0]->pkt_len, 128);
	assert_int_equal(port_tx_burst(p, 0, m, PORT_BURST), PORT_BURST);
	port_counters_get(p, &c);
	assert_int_equal(c.tx_bytes, PORT_BURST * 128);
	port_close(p);
}

static void
devices_can_be_reopened(void **state)
{
	for (int i = 0; i < 3; i++)
		port_close(open_port("dpdk:net_null0"));
}

/* [OP-84] Workers share what queues there are. */
static void
op84_fewer_queues_than_workers(void **state)
{
	struct port_config pc =
		io_port_config("dpdk:net_pcap1,tx_pcap=/dev/null");
	struct io_frame f = {.payload = 10};
	struct io_lens n = io_frame_build(&f, frame);
	struct port_counters c;
	struct port *p = NULL;
	struct rte_mbuf *m;
	char err[256];

	pc.queues = 3;
	assert_int_equal(port_open(&pc, &p, err, sizeof(err)), 0);
	for (unsigned int worker = 0; worker < 3; worker++) {
		assert_int_equal(port_rx_burst(p, worker, &m, 1), 0);
		m = io_mbuf(frame, n.len, n.len, 1);
		assert_int_equal(port_tx_burst(p, worker, &m, 1), 1);
	}
	port_counters_get(p, &c);
	assert_int_equal(c.tx_packets, 3);
	port_close(p);
}

/* [OP-84] A worker reads all queues that are its own. */
static void
op84_more_queues_than_workers(void **state)
{
	struct port_config pc = io_port_config("dpdk:net_null4,size=64,rxq=4");
	struct rte_mbuf *m[PORT_BURST];
	struct port *p = NULL;
	char err[256];

	pc.queues = 2;
	if (port_open(&pc, &p, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	assert_in_range(((struct dpdk_port *)p)->nrx, 2, 4);
	for (unsigned int worker = 0; worker < 2; worker++) {
		unsigned int got = port_rx_burst(p, worker, m, PORT_BURST);

		assert_int_equal(got, PORT_BURST);
		rte_pktmbuf_free_bulk(m, got);
	}
	port_close(p);
}

/* [OP-81] A card's table names a queue that the owner reads. */
static void
op81_table_of_a_card(void **state)
{
	for (unsigned int workers = 1; workers <= 16; workers++)
		for (unsigned int each = 1; each <= 4; each++) {
			unsigned int nrx = workers * each, used[64] = {0};

			for (unsigned int i = 0; i < 512; i++) {
				unsigned int q =
					dpdk_reta_queue(i, workers, nrx);

				assert_true(q < nrx);
				assert_int_equal(q % workers, i % 64 % workers);
				used[q]++;
			}
			for (unsigned int q = 0; q < nrx; q++)
				assert_true(used[q] > 0);
		}
}

static void
bad_devices_are_explained(void **state)
{
	static const struct {
		const char *device, *says;
		unsigned int queues;
	} t[] = {
		{"dpdk:", "no driver", 1},
		{"dpdk:net_nonesuch0", "net_nonesuch0", 1},
		{"dpdk:net_af_packet0,blocksz=1", "net_af_packet0,blocksz=1",
			1},
		{"dpdk:net_pcap0,rx_pcap=/nonexistent/x.pcap", "net_pcap0", 1},
		{"dpdk:net_ring5,rxq=0", "rxq is a number of queues", 1},
		{"dpdk:net_ring5,rxq=x", "rxq is a number of queues", 1},
		{"dpdk:net_ring5,rxq=65", "rxq is a number of queues", 1},
		{"dpdk:0000:ff:1f.7", "0000:ff:1f.7", 1},
	};
	struct port *p = NULL;
	char err[256];

	for (size_t i = 0; i < RTE_DIM(t); i++) {
		struct port_config pc = io_port_config(t[i].device);

		pc.queues = t[i].queues;
		if (port_open(&pc, &p, err, sizeof(err)) == 0)
			fail_msg("%s: opened", t[i].device);
		if (strstr(err, t[i].says) == NULL)
			fail_msg("%s: %s", t[i].device, err);
	}
	assert_null(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ring_returns_frames),
		cmocka_unit_test(partial_work_is_finished),
		cmocka_unit_test(full_ring_returns_the_rest),
		cmocka_unit_test(null_device_generates),
		cmocka_unit_test(devices_can_be_reopened),
		cmocka_unit_test(op84_fewer_queues_than_workers),
		cmocka_unit_test(op84_more_queues_than_workers),
		cmocka_unit_test(op81_table_of_a_card),
		cmocka_unit_test(bad_devices_are_explained),
	};

	return cmocka_run_group_tests(tests, io_test_setup, io_test_teardown);
}
