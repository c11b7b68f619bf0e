/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose frames are they? Packet sockets get copies: Linux goes on with every
 * frame itself, at the price of a route look-up for each, and would forward it
 * a second time where forwarding is on. A device that Linux does not use (no
 * address but link-local ones, no bridge, bond, VLAN or macvlan on it) is ours
 * alone: a BPF program of two instructions drops its frames once the sockets
 * have them. When the first use appears Linux gets its frames back, and the
 * other way round. The program hangs on a descriptor and goes with the process.
 *
 * "linux:NAME,shared" leaves Linux its copy always. Kernels before 6.6 have no
 * such hook that goes by itself, and keep their copies.
 */
#include <errno.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/port_linux.h"

#define TCX_INGRESS 46 /* BPF_TCX_INGRESS; Debian 12's headers are older */
#define TCX_DROP    2

static int program = -1;

static int
bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

void
port_linux_prepare(void)
{
	static const char license[] = "Apache-2.0";
	static const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = TCX_DROP},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr;

	if (program >= 0)
		return;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SCHED_CLS;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = RTE_DIM(insns);
	attr.license = (uintptr_t)license;
	program = bpf(BPF_PROG_LOAD, &attr);
}

static bool
has_address(const char *name)
{
	struct ifaddrs *all, *a;
	bool found = false;

	if (getifaddrs(&all) != 0)
		return true;
	for (a = all; a != NULL && !found; a = a->ifa_next) {
		const struct sockaddr_in6 *v6 = (const void *)a->ifa_addr;

		if (a->ifa_addr == NULL || strcmp(a->ifa_name, name) != 0)
			continue;
		found = a->ifa_addr->sa_family == AF_INET ||
			(a->ifa_addr->sa_family == AF_INET6 &&
				!IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr));
	}
	freeifaddrs(all);
	return found;
}

/* /sys may be that of another network namespace: then we do not know. */
static bool
sysfs_is_ours(const struct link *l)
{
	char path[64];
	unsigned int index = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/ifindex", l->name);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	if (fscanf(f, "%u", &index) != 1)
		index = 0;
	fclose(f);
	return index == l->ifindex;
}

/* A bridge, bond, VLAN or macvlan on it, or it is a port of one. */
static bool
has_upper(const struct link *l)
{
	const struct dirent *e;
	bool found = false;
	char path[64];
	DIR *d;

	snprintf(path, sizeof(path), "/sys/class/net/%s", l->name);
	d = sysfs_is_ours(l) ? opendir(path) : NULL;
	if (d == NULL)
		return true;
	while (!found && (e = readdir(d)) != NULL)
		found = strncmp(e->d_name, "upper_", 6) == 0 ||
			strcmp(e->d_name, "master") == 0;
	closedir(d);
	return found;
}

static int
attach(unsigned int ifindex)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)program;
	attr.link_create.target_ifindex = ifindex;
	attr.link_create.attach_type = TCX_INGRESS;
	return bpf(BPF_LINK_CREATE, &attr);
}

void
linux_own_update(struct linux_port *p)
{
	bool ours = program >= 0 && !p->shared && !p->link.gone &&
		    !has_address(p->link.name) && !has_upper(&p->link);

	if (p->own_fd >= 0 && (!ours || p->own_ifindex != p->link.ifindex)) {
		close(p->own_fd);
		p->own_fd = -1;
	}
	if (!ours || p->own_fd >= 0)
		return;
	p->own_fd = attach(p->link.ifindex);
	p->own_ifindex = p->link.ifindex;
}

void
linux_own_done(struct linux_port *p)
{
	if (p->own_fd >= 0)
		close(p->own_fd);
	p->own_fd = -1;
}
