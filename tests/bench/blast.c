/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blast - sends 64-byte UDP frames out of a Linux device as fast as one core
 * can, for the comparison of ports (linux_ports.sh).
 *   blast DEVICE DST-MAC SRC-IP DST-IP SECONDS [FLOWS]
 * Prints how many it sent.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define FRAME 60

static uint16_t
checksum(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

static void
put16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static int
mac_parse(const char *text, uint8_t mac[6])
{
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1],
		       &mac[2], &mac[3], &mac[4], &mac[5]) == 6
		       ? 0
		       : -1;
}

static void
frame_make(uint8_t *f, const uint8_t dst[6], in_addr_t src_ip, in_addr_t dst_ip,
	unsigned int flow)
{
	memset(f, 0, FRAME);
	memcpy(f, dst, 6);
	f[6] = 2;
	f[11] = 1;
	put16(f + 12, ETHERTYPE_IP);
	f[14] = 0x45;
	put16(f + 16, FRAME - 14);
	f[22] = 64;
	f[23] = 17;
	memcpy(f + 26, &src_ip, 4);
	memcpy(f + 30, &dst_ip, 4);
	put16(f + 24, checksum(f + 14, 20));
	put16(f + 34, 1024 + flow % 60000);
	put16(f + 36, 53);
	put16(f + 38, FRAME - 34);
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static int
open_device(const char *device)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;
	struct sockaddr_ll sll = {.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(device)};

	if (fd < 0 || sll.sll_ifindex == 0 ||
		bind(fd, (struct sockaddr *)&sll, sizeof(sll)) != 0)
		return -1;
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	return fd;
}

/* All frames are made before the first one is sent. */
static uint8_t (*frames_make(char **argv, unsigned int flows))[FRAME]
{
	uint8_t(*f)[FRAME] = calloc(flows, FRAME);
	in_addr_t src = inet_addr(argv[3]), dst = inet_addr(argv[4]);
	uint8_t mac[6];

	if (f == NULL || mac_parse(argv[2], mac) != 0)
		return NULL;
	for (unsigned int i = 0; i < flows; i++)
		frame_make(f[i], mac, src, dst, i);
	return f;
}

static unsigned long
blast(int fd, uint8_t (*frames)[FRAME], unsigned int flows, double seconds)
{
	double end = now() + seconds;
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	unsigned long sent = 0, flow = 0;

	memset(msgs, 0, sizeof(msgs));
	for (int i = 0; i < BATCH; i++) {
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	while (now() < end) {
		int n;

		for (int i = 0; i < BATCH; i++)
			iov[i] = (struct iovec){frames[flow++ % flows], FRAME};
		n = sendmmsg(fd, msgs, BATCH, 0);
		if (n > 0)
			sent += (unsigned long)n;
	}
	return sent;
}

int
main(int argc, char **argv)
{
	unsigned int flows = argc > 6 ? (unsigned int)atoi(argv[6]) : 100;
	uint8_t(*frames)[FRAME];
	int fd;

	if (argc < 6 || flows == 0 ||
		(frames = frames_make(argv, flows)) == NULL) {
		fprintf(stderr, "usage: blast DEVICE DST-MAC SRC DST SECONDS "
				"[FLOWS]\n");
		return 2;
	}
	fd = open_device(argv[1]);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	printf("%lu\n", blast(fd, frames, flows, atof(argv[5])));
	return 0;
}
