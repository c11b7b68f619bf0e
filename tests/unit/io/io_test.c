/* SPDX-License-Identifier: Apache-2.0 */
#include "io_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/eal.h"

struct rte_mempool *io_pool, *io_jumbo;

int
io_test_setup(void **state)
{
	struct eal_config config = {0};
	char err[256] = "";
	static bool started;

	if (!started && eal_start(&config, err, sizeof(err)) != 0) {
		fprintf(stderr, "%s\n", err);
		return -1;
	}
	started = true;
	io_pool = eal_pool_create(IO_TEST_BUFS);
	io_jumbo = eal_jumbo_pool_create(IO_TEST_JUMBO);
	return io_pool == NULL || io_jumbo == NULL ? -1 : 0;
}

int
io_test_teardown(void **state)
{
	unsigned int lost = IO_TEST_BUFS - rte_mempool_avail_count(io_pool);
	unsigned int jumbo = IO_TEST_JUMBO - rte_mempool_avail_count(io_jumbo);

	if (lost + jumbo > 0)
		fprintf(stderr, "%u + %u buffers lost\n", lost, jumbo);
	rte_mempool_free(io_pool);
	rte_mempool_free(io_jumbo);
	return lost + jumbo > 0 ? -1 : 0;
}

uint64_t
io_sum(const uint8_t *p, uint32_t len)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (uint64_t)p[i] << 8;
	return sum;
}

uint16_t
io_fold(uint64_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void
put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint16_t
build_l2(const struct io_frame *f, uint8_t *p)
{
	uint16_t n = 12;

	memcpy(p, "\x02\x00\x5e\x00\x53\x02\x02\x00\x5e\x00\x53\x01", 12);
	if (f->vlan != 0) {
		put16(p + n, 0x8100);
		put16(p + n + 2, f->vlan);
		n += 4;
	}
	put16(p + n, f->v6 ? 0x86dd : 0x0800);
	return n + 2;
}

static uint16_t
build_l3(const struct io_frame *f, uint8_t *p, uint32_t l4_len)
{
	uint8_t proto = f->udp ? IPPROTO_UDP : IPPROTO_TCP;

	memset(p, 0, 40);
	if (f->v6) {
		p[0] = 0x60;
		put16(p + 4, l4_len);
		p[6] = proto;
		p[7] = 64;
		inet_pton(AF_INET6, "2001:db8::1", p + 8);
		inet_pton(AF_INET6, "2001:db8:1::2", p + 24);
		return 40;
	}
	p[0] = 0x45;
	put16(p + 2, l4_len + 20);
	put16(p + 4, 0xfffe); /* the identification wraps */
	p[6] = 0x40;
	p[8] = 64;
	p[9] = proto;
	inet_pton(AF_INET, "192.0.2.1", p + 12);
	inet_pton(AF_INET, "198.51.100.2", p + 16);
	put16(p + 10, (uint16_t)~io_fold(io_sum(p, 20)));
	return 20;
}

static uint64_t
pseudo_sum(const uint8_t *l3, uint32_t l4_len)
{
	if (l3[0] >> 4 == 6)
		return io_sum(l3 + 8, 32) + l3[6] + l4_len;
	return io_sum(l3 + 12, 8) + l3[9] + l4_len;
}

static uint16_t
build_l4(const struct io_frame *f, uint8_t *p)
{
	uint16_t hdr = f->udp ? 8 : (uint16_t)(20 + f->options);

	memset(p, 0, hdr);
	put16(p, 40000);
	put16(p + 2, 443);
	if (f->udp) {
		put16(p + 4, hdr + f->payload);
		return hdr;
	}
	put16(p + 4, 0xffff); /* the sequence number wraps */
	put16(p + 6, 0xf000);
	p[12] = (uint8_t)(hdr / 4 << 4);
	p[13] = f->tcp_flags;
	put16(p + 14, 512);
	memset(p + 20, 1, f->options);
	return hdr;
}

struct io_lens
io_frame_build(const struct io_frame *f, uint8_t *buf)
{
	uint32_t l4_len = (f->udp ? 8u : 20u + f->options) + f->payload;
	struct io_lens n;
	uint32_t seed = f->seed * 2654435761u + 1;
	uint8_t *l4, *check;
	uint16_t sum;

	n.l2 = build_l2(f, buf);
	n.l3 = build_l3(f, buf + n.l2, l4_len);
	l4 = buf + n.l2 + n.l3;
	n.l4 = build_l4(f, l4);
	for (uint32_t i = 0; i < f->payload; i++) {
		seed = seed * 1664525u + 1013904223u;
		l4[n.l4 + i] = (uint8_t)(seed >> 24);
	}
	n.len = n.l2 + n.l3 + l4_len;
	check = l4 + (f->udp ? 6 : 16);
	sum = io_fold(pseudo_sum(buf + n.l2, l4_len));
	if (!f->partial) {
		sum = (uint16_t)~io_fold(sum + io_sum(l4, l4_len));
		if (f->udp && sum == 0)
			sum = 0xffff;
	}
	put16(check, sum);
	return n;
}

bool
io_frame_cksums_right(const uint8_t *frame, uint32_t len)
{
	const uint8_t *l3 = frame + 14;
	uint32_t l3_len, l4_len;

	if (get16(frame + 12) == 0x8100)
		l3 += 4;
	if (l3[0] >> 4 == 4) {
		l3_len = (l3[0] & 15) * 4u;
		l4_len = get16(l3 + 2) - l3_len;
		if (io_fold(io_sum(l3, l3_len)) != 0xffff)
			return false;
	} else {
		l3_len = 40;
		l4_len = get16(l3 + 4);
	}
	if ((uint32_t)(l3 - frame) + l3_len + l4_len != len)
		return false;
	return io_fold(pseudo_sum(l3, l4_len) + io_sum(l3 + l3_len, l4_len)) ==
	       0xffff;
}

struct rte_mbuf *
io_mbuf(const uint8_t *frame, uint32_t len, uint32_t first, uint32_t max)
{
	struct rte_mbuf *head = NULL, **at = &head, *m;
	uint32_t done = 0;

	do {
		uint32_t n = done == 0 ? first : 1 + (uint32_t)rand() % max;

		m = rte_pktmbuf_alloc(io_pool);
		assert_non_null(m);
		n = RTE_MIN(n, len - done);
		n = RTE_MIN(n, (uint32_t)rte_pktmbuf_tailroom(m));
		memcpy(rte_pktmbuf_append(m, (uint16_t)n), frame + done, n);
		done += n;
		*at = m;
		at = &m->next;
		if (m != head) {
			head->nb_segs++;
			head->pkt_len += n;
		}
	} while (done < len);
	return head;
}

uint32_t
io_flatten(const struct rte_mbuf *m, uint8_t *buf)
{
	uint32_t n = 0;

	for (; m != NULL; m = m->next) {
		assert_true(n + m->data_len <= IO_TEST_FRAME);
		memcpy(buf + n, rte_pktmbuf_mtod(m, const uint8_t *),
			m->data_len);
		n += m->data_len;
	}
	return n;
}

struct port_config
io_port_config(const char *device)
{
	return (struct port_config){.name = "ge-0/0/0",
		.device = device,
		.ifd = {7},
		.queues = 1,
		.pool = io_pool,
		.jumbo = io_jumbo};
}
