/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send - 64-byte UDP frames of N flows in random order out of a Linux device,
 * as fast as one core can.
 *   send DEVICE DST-MAC FLOWS SECONDS [reply] [once]
 * The flows are those of vrflow-bench (frames.c); reply: their other direction;
 * once: each flow once, in order. Prints frames and time-stamp ticks; what the
 * kernel does with the frames on this CPU is in the ticks.
 */
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <x86intrin.h>

#include <time.h>

#define BATCH 32u
#define FRAME 60u

#ifndef PACKET_QDISC_BYPASS
#define PACKET_QDISC_BYPASS 20
#endif

static uint8_t frame[BATCH][FRAME];
static uint64_t seed = 0x5eed;

static uint64_t
next(void)
{
	uint64_t z = (seed += 0x9e3779b97f4a7c15ull);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static void
put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static void
checksum(uint8_t *ip)
{
	uint32_t sum = 0;

	put16(ip + 10, 0);
	for (unsigned int i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~(sum + (sum >> 16)) & 0xffff);
}

static void
write_flow(uint8_t *f, uint32_t flow, bool reply)
{
	uint32_t client = 0x0a000000u + (flow >> 4);
	uint32_t server = 0xc0000200u + (flow & 15);
	uint32_t port = 1024u + flow * 7919u % 60000u;
	uint8_t *ip = f + 14;

	put32(ip + 12, reply ? server : client);
	put32(ip + 16, reply ? client : server);
	put16(ip + 20, reply ? 53 : port);
	put16(ip + 22, reply ? port : 53);
	checksum(ip);
}

static void
prepare(const char *mac)
{
	for (unsigned int i = 0; i < BATCH; i++) {
		uint8_t *f = frame[i], *ip = f + 14;
		unsigned int m[6];

		if (sscanf(mac, "%x:%x:%x:%x:%x:%x", &m[0], &m[1], &m[2], &m[3],
			    &m[4], &m[5]) != 6)
			exit(2);
		for (unsigned int k = 0; k < 6; k++)
			f[k] = (uint8_t)m[k];
		memcpy(f + 6, "\2\0\0\0\11", 6);
		put16(f + 12, ETHERTYPE_IP);
		ip[0] = 0x45;
		put16(ip + 2, FRAME - 14);
		ip[8] = 64;
		ip[9] = 17;
		put16(ip + 24, FRAME - 34);
	}
}

static int
open_device(const char *name)
{
	int one = 1, fd = socket(AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_ll sa = {.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(name)};

	if (fd < 0 || sa.sll_ifindex == 0 ||
		bind(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0) {
		perror(name);
		exit(1);
	}
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	return fd;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int
main(int argc, char **argv)
{
	struct mmsghdr mm[BATCH] = {0};
	struct iovec io[BATCH];
	bool reply = false, once = false;
	uint64_t sent = 0, picked = 0, t0;
	uint32_t flows;
	double end;
	int fd;

	if (argc < 5)
		return 2;
	for (int i = 5; i < argc; i++) {
		reply |= strcmp(argv[i], "reply") == 0;
		once |= strcmp(argv[i], "once") == 0;
	}
	fd = open_device(argv[1]);
	prepare(argv[2]);
	flows = (uint32_t)strtoul(argv[3], NULL, 10);
	end = seconds() + strtod(argv[4], NULL);
	for (unsigned int i = 0; i < BATCH; i++) {
		io[i] = (struct iovec){frame[i], FRAME};
		mm[i].msg_hdr.msg_iov = &io[i];
		mm[i].msg_hdr.msg_iovlen = 1;
	}
	t0 = __rdtsc();
	while (once ? picked < flows : seconds() < end) {
		int n;

		for (unsigned int i = 0; i < BATCH; i++, picked++)
			write_flow(frame[i],
				once ? (uint32_t)(picked % flows)
				     : (uint32_t)((next() >> 32) * flows >> 32),
				reply);
		n = sendmmsg(fd, mm, BATCH, 0);
		sent += n > 0 ? (uint64_t)n : 0;
	}
	printf("%lu %lu\n", (unsigned long)sent,
		(unsigned long)(__rdtsc() - t0));
	return 0;
}
