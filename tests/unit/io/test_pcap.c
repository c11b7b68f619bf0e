/* SPDX-License-Identifier: Apache-2.0 */
/* pcap: ports: what goes in comes out, with its time. */
#include "io_test.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/gso.h"
#include "io/port_pcap.h"
#include "pkt/pkt.h"

#define T0 UINT64_C(1700000000123456789)

static uint8_t frame[IO_TEST_FRAME], out[IO_TEST_FRAME];
static char dir[] = "/tmp/vrflow-pcap-XXXXXX";
static char in_path[64], out_path[64];

static int
setup(void **state)
{
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(in_path, sizeof(in_path), "%s/in.pcap", dir);
	snprintf(out_path, sizeof(out_path), "%s/out.pcap", dir);
	return io_test_setup(state);
}

static int
teardown(void **state)
{
	unlink(in_path);
	unlink(out_path);
	rmdir(dir);
	return io_test_teardown(state);
}

/* n frames of growing length, a millisecond apart. */
static void
write_in(unsigned int n, int linktype, const uint32_t *lens)
{
	pcap_t *dead = pcap_open_dead_with_tstamp_precision(
		linktype, 262144, PCAP_TSTAMP_PRECISION_NANO);
	pcap_dumper_t *d = pcap_dump_open(dead, in_path);

	assert_non_null(d);
	for (unsigned int i = 0; i < n; i++) {
		uint64_t ns = T0 + i * 1000000;
		struct pcap_pkthdr h = {.ts = {(time_t)(ns / 1000000000),
						(suseconds_t)(ns % 1000000000)},
			.caplen = lens[i],
			.len = lens[i]};

		memset(frame, (int)i, lens[i]);
		pcap_dump((u_char *)d, &h, frame);
	}
	pcap_dump_close(d);
	pcap_close(dead);
}

static struct port *
open_port(const char *in, const char *to)
{
	char device[160], err[256] = "";
	struct port_config pc;
	struct port *p = NULL;

	snprintf(device, sizeof(device), "pcap:%s,%s", in, to);
	pc = io_port_config(device);
	if (port_open(&pc, &p, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	return p;
}

static const uint32_t lens[] = {60, 1514, 2048, 2049, 9000, 65549};

static void
frames_and_times_go_round(void **state)
{
	struct rte_mbuf *m[PORT_BURST];
	struct port_counters c;
	struct port *p;
	uint64_t ns;
	uint32_t bytes = 0;

	write_in(RTE_DIM(lens), DLT_EN10MB, lens);
	p = open_port(in_path, out_path);
	for (unsigned int i = 0; i < RTE_DIM(lens); i++) {
		assert_false(port_at_end(p));
		assert_true(port_pcap_next_time(p, &ns));
		assert_int_equal(ns, T0 + i * 1000000);
		/* Before its time nothing comes. */
		port_pcap_clock_set(ns - 1);
		assert_int_equal(port_rx_burst(p, 0, m, PORT_BURST), 0);
		port_pcap_clock_set(ns);
		assert_int_equal(port_rx_burst(p, 0, m, PORT_BURST), 1);
		assert_int_equal(m[0]->pkt_len, lens[i]);
		assert_int_equal(mbuf_meta(m[0])->ifd.v, 7);
		bytes += lens[i];
		port_pcap_clock_set(ns + 5);
		assert_int_equal(port_tx_burst(p, 0, m, 1), 1);
		port_tx_flush(p, 0);
	}
	assert_true(port_at_end(p));
	assert_false(port_pcap_next_time(p, &ns));
	assert_int_equal(port_rx_burst(p, 0, m, PORT_BURST), 0);
	port_counters_get(p, &c);
	assert_int_equal(c.rx_packets, RTE_DIM(lens));
	assert_int_equal(c.rx_bytes, bytes);
	assert_int_equal(c.tx_packets, RTE_DIM(lens));
	assert_int_equal(c.tx_bytes, bytes);
	assert_int_equal(c.rx_errors + c.tx_errors + c.tx_dropped, 0);
	port_close(p);

	port_pcap_clock_unset();
	p = open_port(out_path, "");
	for (unsigned int i = 0; i < RTE_DIM(lens); i++) {
		assert_true(port_pcap_next_time(p, &ns));
		assert_int_equal(ns, T0 + i * 1000000 + 5);
		assert_int_equal(port_rx_burst(p, 0, m, 1), 1);
		assert_int_equal(io_flatten(m[0], out), lens[i]);
		memset(frame, (int)i, lens[i]);
		assert_memory_equal(out, frame, lens[i]);
		rte_pktmbuf_free(m[0]);
	}
	port_close(p);
}

static void
super_segments_are_written_as_packets(void **state)
{
	struct io_frame f = {.payload = 4000, .partial = true};
	struct io_lens n = io_frame_build(&f, frame);
	struct rte_mbuf *m = io_mbuf(frame, n.len, 1900, 1900);
	struct port *p = open_port("", out_path);
	struct port_counters c;

	assert_true(port_at_end(p));
	m->l2_len = n.l2;
	m->l3_len = n.l3;
	m->l4_len = n.l4;
	m->tso_segsz = 1448;
	m->vlan_tci = 9;
	m->ol_flags |= RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_TCP_CKSUM |
		       RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_VLAN;
	assert_int_equal(port_tx_burst(p, 0, &m, 1), 1);
	port_counters_get(p, &c);
	assert_int_equal(c.tx_packets, 3);
	assert_int_equal(c.tx_bytes, 4000 + 3 * (54 + 4));
	port_close(p);

	p = open_port(out_path, "");
	for (int i = 0; i < 3; i++) {
		uint32_t len;

		assert_int_equal(port_rx_burst(p, 0, &m, 1), 1);
		len = io_flatten(m, out);
		assert_int_equal(len, i < 2 ? 1506 : 58 + 1104);
		assert_memory_equal(out + 12, "\x81\x00\x00\x09\x08\x00", 6);
		assert_true(io_frame_cksums_right(out, len));
		rte_pktmbuf_free(m);
	}
	port_close(p);
}

static void
runts_are_counted(void **state)
{
	static const uint32_t short_lens[] = {60, 13, 70};
	struct rte_mbuf *m[PORT_BURST];
	struct port_counters c;
	struct port *p;

	write_in(3, DLT_EN10MB, short_lens);
	p = open_port(in_path, "");
	assert_int_equal(port_rx_burst(p, 0, m, PORT_BURST), 2);
	rte_pktmbuf_free_bulk(m, 2);
	port_counters_get(p, &c);
	assert_int_equal(c.rx_errors, 1);
	port_close(p);
}

/* A capture cut off in a frame: the frames before it are delivered. */
static void
cut_file_ends_early(void **state)
{
	struct rte_mbuf *m[PORT_BURST];
	struct port *p;

	write_in(3, DLT_EN10MB, lens);
	assert_int_equal(truncate(in_path, 24 + 16 + 60 + 16 + 100), 0);
	p = open_port(in_path, "");
	assert_int_equal(port_rx_burst(p, 0, m, PORT_BURST), 1);
	rte_pktmbuf_free(m[0]);
	assert_true(port_at_end(p));
	port_close(p);
}

static void
bad_devices_are_explained(void **state)
{
	static const struct {
		const char *device, *says;
	} t[] = {
		{"pcap:", "must be pcap:IN,OUT"},
		{"pcap:/nonexistent/x.pcap,", "/nonexistent/x.pcap"},
		{"pcap:,/nonexistent/x.pcap", "/nonexistent/x.pcap"},
		{"pcap:/dev/null,", "/dev/null"},
		{"eth0", "must begin with linux:, dpdk: or pcap:"},
		{"", "must begin with"},
	};
	char err[256], device[128];
	struct port_config pc;
	struct port *p = NULL;

	for (size_t i = 0; i < RTE_DIM(t); i++) {
		pc = io_port_config(t[i].device);
		assert_true(port_open(&pc, &p, err, sizeof(err)) < 0);
		if (strstr(err, t[i].says) == NULL ||
			strncmp(err, "ge-0/0/0: ", 10) != 0)
			fail_msg("%s: %s", t[i].device, err);
	}
	write_in(1, DLT_RAW, lens);
	snprintf(device, sizeof(device), "pcap:%s,", in_path);
	pc = io_port_config(device);
	assert_int_equal(port_open(&pc, &p, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "RAW"));
	pc.queues = 0;
	assert_int_equal(port_open(&pc, &p, err, sizeof(err)), -EINVAL);
	pc.queues = PORT_QUEUES_MAX + 1;
	assert_int_equal(port_open(&pc, &p, err, sizeof(err)), -EINVAL);
	assert_null(p);
	port_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_and_times_go_round),
		cmocka_unit_test(super_segments_are_written_as_packets),
		cmocka_unit_test(runts_are_counted),
		cmocka_unit_test(cut_file_ends_early),
		cmocka_unit_test(bad_devices_are_explained),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
