/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which device is a port? What `-p` says; else `chassis ports`; else the Linux
 * device of the same name with dashes (ge-0-0-0), if there is one; else none:
 * the interface is configured and down, as a slot without a card.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "daemon/daemon.h"

static const char *
device_of(const struct daemon *d, const struct ifd_spec *ifd, char *buf,
	size_t size)
{
	char name[NAME_MAX_LEN];

	if (ifd->name[0] == '\0')
		return NULL;
	for (unsigned int i = 0; i < d->o.nports; i++)
		if (strcmp(d->o.ports[i].name, ifd->name) == 0)
			return d->o.ports[i].device;
	if (ifd->device[0] != '\0')
		return ifd->device;
	snprintf(name, sizeof(name), "%s", ifd->name);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '/')
			*c = '-';
	if (strcmp(ifd->name, "lo0") == 0 || if_nametoindex(name) == 0)
		return NULL;
	snprintf(buf, size, "linux:%s", name);
	return buf;
}

static int
open_one(struct daemon *d, struct ifd_id id, const struct ifd_spec *ifd,
	const char *device, struct report *report)
{
	struct daemon_port *dp = &d->port[id.v];
	struct port_config c = {.name = ifd->name,
		.device = device,
		.ifd = id,
		.queues = d->o.workers,
		.pool = d->pool,
		.jumbo = d->jumbo};
	char err[512], path[NAME_MAX_LEN + 16];
	int rc = port_open(&c, &dp->port, err, sizeof(err));

	if (rc != 0) {
		snprintf(path, sizeof(path), "interfaces %s", ifd->name);
		report_add(report, REPORT_ERROR, 0, path, NULL, "%s", err);
		return rc;
	}
	snprintf(dp->name, sizeof(dp->name), "%s", ifd->name);
	snprintf(dp->device, sizeof(dp->device), "%s", device);
	port_info_get(dp->port, &dp->info);
	d->by_ifd[id.v] = dp->port;
	workers_set_port(d->workers, id, dp->port, dp->info.mac);
	return 0;
}

static void
close_one(struct daemon *d, struct ifd_id id)
{
	struct daemon_port *dp = &d->port[id.v];

	if (dp->port == NULL)
		return;
	workers_set_port(d->workers, id, NULL, NULL);
	d->by_ifd[id.v] = NULL;
	port_close(dp->port);
	memset(dp, 0, sizeof(*dp));
}

int
ports_open(
	struct daemon *d, const struct image_spec *spec, struct report *report)
{
	char buf[128];
	int rc = 0;

	for (size_t i = 0; i < spec->nifds; i++) {
		struct ifd_id id = {(uint16_t)i};
		const struct ifd_spec *ifd = &spec->ifds[i];
		const char *device = device_of(d, ifd, buf, sizeof(buf));
		struct daemon_port *dp = &d->port[i];

		if (dp->port != NULL && device != NULL &&
			strcmp(dp->name, ifd->name) == 0 &&
			strcmp(dp->device, device) == 0)
			continue;
		close_one(d, id);
		if (device != NULL && open_one(d, id, ifd, device, report) != 0)
			rc = -EINVAL;
	}
	return rc;
}

void
ports_trim(struct daemon *d, const struct image_spec *spec)
{
	for (size_t i = spec->nifds; i < IFD_MAX; i++)
		close_one(d, (struct ifd_id){(uint16_t)i});
}

void
ports_close_all(struct daemon *d)
{
	for (size_t i = 0; i < IFD_MAX; i++)
		close_one(d, (struct ifd_id){(uint16_t)i});
}

const uint8_t *
ports_mac(struct ifd_id ifd)
{
	const struct daemon_port *dp = &daemon_state.port[ifd.v];

	return dp->port != NULL ? dp->info.mac : NULL;
}

static bool
is_loopback(const struct image_spec *spec, struct ifd_id ifd)
{
	return strncmp(spec->ifds[ifd.v].name, "lo", 2) == 0;
}

void
ports_ifl_up(const struct daemon *d, const struct image_spec *spec,
	bool ifl_up[IFL_MAX])
{
	memset(ifl_up, 0, IFL_MAX * sizeof(bool));
	for (size_t i = 0; i < spec->nifls; i++) {
		const struct ifl_spec *l = &spec->ifls[i];
		const struct daemon_port *dp = &d->port[l->ifd.v];

		ifl_up[l->id.v] =
			!l->disabled &&
			(is_loopback(spec, l->ifd) ||
				(dp->port != NULL && dp->info.link_up));
	}
}

/* fe80::/64 with the modified EUI-64 of the port (RFC 4291 appendix A). */
static struct ip_prefix
link_local(const uint8_t mac[6])
{
	struct ip_prefix p = {.addr = {.family = IP_V6}, .len = 64};

	p.addr.b[0] = 0xfe;
	p.addr.b[1] = 0x80;
	memcpy(p.addr.b + 8, mac, 3);
	p.addr.b[8] ^= 2;
	p.addr.b[11] = 0xff;
	p.addr.b[12] = 0xfe;
	memcpy(p.addr.b + 13, mac + 3, 3);
	return p;
}

static bool
has_link_local(const struct ifl_spec *l)
{
	for (size_t i = 0; i < l->naddrs; i++)
		if (ip_addr_is_link_local(&l->addrs[i].prefix.addr))
			return true;
	return false;
}

static int
add_address(struct ifl_spec *l, struct route_spec *routes,
	const struct ip_prefix *p)
{
	struct ifl_addr_spec *a =
		realloc(l->addrs, (l->naddrs + 1) * sizeof(*a));

	if (a == NULL)
		return -ENOMEM;
	l->addrs = a;
	l->addrs[l->naddrs++] = (struct ifl_addr_spec){.prefix = *p};
	for (size_t i = 0; i < routes->nvrs; i++) {
		struct route_vr_spec *vr = &routes->vrs[i];
		struct route_addr_spec *ra;

		if (vr->id.v != l->vr.v)
			continue;
		ra = realloc(vr->addrs, (vr->naddrs + 1) * sizeof(*ra));
		if (ra == NULL)
			return -ENOMEM;
		vr->addrs = ra;
		vr->addrs[vr->naddrs++] = (struct route_addr_spec){l->id, *p};
	}
	return 0;
}

int
ports_add_link_local(
	struct daemon *d, struct image_spec *image, struct route_spec *routes)
{
	for (size_t i = 0; i < image->nifls; i++) {
		struct ifl_spec *l = &image->ifls[i];
		const struct daemon_port *dp = &d->port[l->ifd.v];
		struct ip_prefix p;

		if (!l->inet6 || dp->port == NULL || has_link_local(l))
			continue;
		p = link_local(dp->info.mac);
		if (add_address(l, routes, &p) != 0)
			return -ENOMEM;
	}
	return 0;
}

static void
link_changed(void *ctx, struct port *p)
{
	struct daemon *d = ctx;
	struct daemon_port *dp = &d->port[port_ifd(p).v];

	bool was = dp->info.link_up;

	port_info_get(p, &dp->info);
	if (dp->info.link_up == was)
		return;
	log_event(LOG_FACILITY_DAEMON, dp->info.link_up ? 6 : 4,
		dp->info.link_up ? "SNMP_TRAP_LINK_UP" : "SNMP_TRAP_LINK_DOWN",
		"ifIndex %u, ifAdminStatus up(1), ifOperStatus %s, ifName %s",
		port_ifd(p).v + 1u, dp->info.link_up ? "up(1)" : "down(2)",
		dp->name);
	commit_routes(d);
	host_link(d->host, port_ifd(p), dp->info.link_up);
}

void
ports_link_event(struct daemon *d)
{
	port_link_poll(link_changed, d);
}
