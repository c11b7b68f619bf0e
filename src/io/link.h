/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link - Linux devices as rtnetlink tells of them: one by name, and a monitor
 * of changes. Control thread only; all in the network namespace of that thread.
 */
#ifndef IO_LINK_H
#define IO_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link {
	unsigned int ifindex;
	char name[16];
	uint8_t mac[6];
	uint32_t mtu;
	bool ethernet; /* frames begin with an Ethernet header */
	bool up;       /* administratively up, carrier, sending */
	bool gone;     /* deleted */
};

/* 0, -ENODEV when there is none of this name, or another -errno. */
int link_query(const char *name, struct link *ret);

/* Bits per second by ethtool, or 0. */
uint64_t link_speed(const char *name);

/* A non-blocking socket that hears of changes, or -errno. */
int link_monitor_open(void);

/*
 * Read what the monitor has heard, calling cb for each device. Returns true
 * when the kernel dropped messages, so that all devices must be asked for.
 */
bool link_monitor_read(
	int fd, void (*cb)(void *ctx, const struct link *l), void *ctx);

#endif /* IO_LINK_H */
