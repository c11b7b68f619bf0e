/* SPDX-License-Identifier: Apache-2.0 */
#include "io/link.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <net/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 32768u

static int
netlink_open(uint32_t groups, int flags)
{
	struct sockaddr_nl nl = {.nl_family = AF_NETLINK, .nl_groups = groups};
	int fd, rc;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&nl, sizeof(nl)) != 0) {
		rc = -errno;
		close(fd);
		return rc;
	}
	return fd;
}

static void
link_attr(struct link *l, const struct rtattr *a)
{
	size_t n = RTA_PAYLOAD(a);

	if (a->rta_type == IFLA_IFNAME && n > 0)
		snprintf(l->name, sizeof(l->name), "%.*s", (int)n,
			(const char *)RTA_DATA(a));
	else if (a->rta_type == IFLA_ADDRESS && n == sizeof(l->mac))
		memcpy(l->mac, RTA_DATA(a), sizeof(l->mac));
	else if (a->rta_type == IFLA_MTU && n == sizeof(l->mtu))
		memcpy(&l->mtu, RTA_DATA(a), sizeof(l->mtu));
}

static bool
link_parse(const struct nlmsghdr *h, struct link *l)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(h);
	const struct rtattr *a;
	size_t left;

	if (h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK)
		return false;
	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)))
		return false;
	/* A bridge tells of its members in this family; they are not gone. */
	if (ifi->ifi_family != AF_UNSPEC)
		return false;
	memset(l, 0, sizeof(*l));
	l->ifindex = (unsigned int)ifi->ifi_index;
	l->ethernet = ifi->ifi_type == ARPHRD_ETHER ||
		      ifi->ifi_type == ARPHRD_LOOPBACK;
	/* Not IFF_LOWER_UP: with carrier the kernel may still send nothing. */
	l->up = (ifi->ifi_flags & IFF_UP) && (ifi->ifi_flags & IFF_RUNNING);
	l->gone = h->nlmsg_type == RTM_DELLINK;
	left = h->nlmsg_len - NLMSG_LENGTH(sizeof(*ifi));
	for (a = IFLA_RTA(ifi); RTA_OK(a, left); a = RTA_NEXT(a, left))
		link_attr(l, a);
	if (l->gone)
		l->up = false;
	return true;
}

static int
query_send(int fd, const char *name)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg ifi;
		struct rtattr a;
		char name[IFNAMSIZ];
	} req = {
		.h = {.nlmsg_len = sizeof(req),
			.nlmsg_type = RTM_GETLINK,
			.nlmsg_flags = NLM_F_REQUEST},
		.a = {.rta_len = sizeof(req.a) + sizeof(req.name),
			.rta_type = IFLA_IFNAME},
	};

	snprintf(req.name, sizeof(req.name), "%s", name);
	return send(fd, &req, sizeof(req), 0) < 0 ? -errno : 0;
}

static int
query_receive(int fd, struct link *ret)
{
	char buf[READ_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *h = (const void *)buf;
	ssize_t n = recv(fd, buf, sizeof(buf), 0);

	if (n < 0)
		return -errno;
	if (!NLMSG_OK(h, (size_t)n))
		return -EPROTO;
	if (h->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *e = NLMSG_DATA(h);

		return e->error != 0 ? e->error : -EPROTO;
	}
	return link_parse(h, ret) ? 0 : -EPROTO;
}

int
link_query(const char *name, struct link *ret)
{
	int fd, rc;

	if (name[0] == '\0' || strlen(name) >= IFNAMSIZ)
		return -ENODEV;
	fd = netlink_open(0, 0);
	if (fd < 0)
		return fd;
	rc = query_send(fd, name);
	if (rc == 0)
		rc = query_receive(fd, ret);
	close(fd);
	return rc;
}

uint64_t
link_speed(const char *name)
{
	struct ethtool_cmd cmd = {.cmd = ETHTOOL_GSET};
	struct ifreq ifr = {.ifr_data = (void *)&cmd};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc;
	uint32_t mbps;

	if (fd < 0)
		return 0;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	rc = ioctl(fd, SIOCETHTOOL, &ifr);
	close(fd);
	if (rc != 0)
		return 0;
	mbps = ethtool_cmd_speed(&cmd);
	return mbps == (uint32_t)SPEED_UNKNOWN || mbps == UINT16_MAX
		       ? 0
		       : mbps * UINT64_C(1000000);
}

int
link_monitor_open(void)
{
	return netlink_open(
		RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
		SOCK_NONBLOCK);
}

bool
link_monitor_read(
	int fd, void (*cb)(void *ctx, const struct link *l), void *ctx)
{
	char buf[READ_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	bool lost = false;

	for (;;) {
		ssize_t n = recv(fd, buf, sizeof(buf), 0);
		const struct nlmsghdr *h = (const void *)buf;
		size_t left = (size_t)n;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == ENOBUFS) {
			lost = true;
			continue;
		}
		if (n <= 0)
			return lost;
		for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
			struct link l;

			if (link_parse(h, &l))
				cb(ctx, &l);
		}
	}
}
