/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show interfaces [OP-40..OP-44]: which interfaces, at which level, and the
 * physical part; interface_tree.c has the logical part.
 */
#include "ops/interface_tree.h"

#include <fnmatch.h>
#include <string.h>

#include "base/tree.h"
#include "io/port.h"
#include "ops/ops_impl.h"
#include "ops/port_rates.h"
#include "render/render.h"

#define INTERFACES_PER_PART 100u

static struct port *
port_of(const struct ops_env *env, unsigned int ifd)
{
	return env->ports != NULL && ifd < IFD_MAX ? env->ports[ifd] : NULL;
}

static bool
is_loopback(const struct ifd_spec *ifd)
{
	return strncmp(ifd->name, "lo", 2) == 0;
}

bool
interface_link_up(
	const struct ops_env *env, const struct image_spec *spec, unsigned ifd)
{
	struct port *p = port_of(env, ifd);
	struct port_info info;

	if (spec->ifds[ifd].disabled)
		return false;
	if (is_loopback(&spec->ifds[ifd]))
		return true;
	if (p == NULL)
		return false;
	port_info_get(p, &info);
	return info.link_up;
}

/* ---- the physical part ---- */

static void
add_status(struct tnode *p, const struct ifd_spec *ifd, bool up)
{
	struct tnode *admin = tree_leaf(
		p, "admin-status", "%s", ifd->disabled ? "down" : "up");

	tree_attr(admin, "junos:format", "%s",
		ifd->disabled ? "Administratively down" : "Enabled");
	tree_leaf(p, "oper-status", "%s", up ? "up" : "down");
}

static void
add_speed(struct tnode *p, uint64_t bps)
{
	unsigned long long mbps = bps / 1000000;

	if (mbps == 0)
		tree_leaf(p, "speed", "Unspecified");
	else if (mbps >= 10000 && mbps % 1000 == 0)
		tree_leaf(p, "speed", "%lluGbps", mbps / 1000);
	else
		tree_leaf(p, "speed", "%llumbps", mbps);
}

static void
add_flags(struct tnode *p, bool up, bool loopback)
{
	struct tnode *f = tree_open(p, "if-device-flags");

	tree_flag(f, "ifdf-present");
	tree_flag(f, up ? "ifdf-running" : "ifdf-down");
	if (loopback)
		tree_flag(f, "ifdf-loopback");
	f = tree_open(p, "if-config-flags");
	if (!up)
		tree_flag(f, "iff-hardware-down");
	tree_flag(f, "iff-snmp-traps");
	tree_leaf(f, "internal-flags", "Internal: 0x4000");
}

static void
add_media(struct tnode *p, const struct ifd_spec *ifd,
	const struct port_info *info)
{
	tree_leaf(
		p, "if-type", "%s", is_loopback(ifd) ? "Loopback" : "Ethernet");
	tree_leaf(p, "link-level-type", "%s",
		is_loopback(ifd) ? "Unspecified" : "Ethernet");
	if (is_loopback(ifd))
		tree_leaf(p, "mtu", "Unlimited");
	else
		tree_leaf(p, "mtu", "%u", ifd->mtu ? ifd->mtu : 1514);
	tree_leaf(p, "link-mode", "%s",
		is_loopback(ifd) ? "Unspecified" : "Full-duplex");
	add_speed(p, info != NULL ? info->speed_bps : 0);
	if (info != NULL)
		tree_leaf(p, "device-name", "%s (%s)", info->device,
			info->driver);
}

static void
add_mac(struct tnode *p, const struct port_info *info)
{
	char mac[OPS_MAC_MAX];

	tree_leaf(p, "current-physical-address", "%s",
		ops_mac_text(info->mac, mac));
	tree_leaf(p, "hardware-physical-address", "%s", mac);
}

static void
add_flapped(
	struct tnode *p, const struct ops_env *env, const struct port_rates *r)
{
	char when[OPS_TIME_MAX], ago[OPS_TIME_MAX];
	uint64_t s;

	if (r->flapped_ms == 0) {
		ops_seconds(tree_leaf(p, "interface-flapped", "Never"), 0);
		return;
	}
	s = (env->now_ms() - r->flapped_ms) / 1000;
	ops_seconds(
		tree_leaf(p, "interface-flapped", "%s (%s ago)",
			ops_time_text(
				env->start_time + r->flapped_ms / 1000, when),
			ops_age_text(s, ago)),
		s);
}

#define COUNT(n, element, value)                                               \
	tree_leaf(n, element, "%llu", (unsigned long long)(value))

static void
add_traffic(struct tnode *p, const struct port_counters *c,
	const struct port_rates *r)
{
	struct tnode *n = tree_open(p, "traffic-statistics");

	COUNT(n, "input-bytes", c->rx_bytes);
	COUNT(n, "input-bps", r->in_bps);
	COUNT(n, "output-bytes", c->tx_bytes);
	COUNT(n, "output-bps", r->out_bps);
	COUNT(n, "input-packets", c->rx_packets);
	COUNT(n, "input-pps", r->in_pps);
	COUNT(n, "output-packets", c->tx_packets);
	COUNT(n, "output-pps", r->out_pps);
}

static void
add_errors(struct tnode *p, const struct port_counters *c,
	const struct port_rates *r)
{
	struct tnode *n = tree_open(p, "input-error-list");

	COUNT(n, "input-errors", c->rx_errors);
	COUNT(n, "input-drops", c->rx_dropped);
	COUNT(n, "framing-errors", 0);
	COUNT(n, "input-runts", 0);
	COUNT(n, "input-discards", 0);
	COUNT(n, "input-fifo-errors", 0);
	COUNT(n, "input-resource-errors", 0);
	n = tree_open(p, "output-error-list");
	COUNT(n, "carrier-transitions", r->transitions);
	COUNT(n, "output-errors", c->tx_errors);
	COUNT(n, "output-drops", c->tx_dropped);
	COUNT(n, "output-collisions", 0);
	COUNT(n, "output-fifo-errors", 0);
	COUNT(n, "mtu-errors", 0);
}

static void
add_mac_statistics(struct tnode *p, const struct port_counters *c)
{
	struct tnode *n = tree_open(p, "ethernet-mac-statistics");

	COUNT(n, "input-bytes", c->rx_bytes);
	COUNT(n, "input-packets", c->rx_packets);
	COUNT(n, "output-bytes", c->tx_bytes);
	COUNT(n, "output-packets", c->tx_packets);
}

static void
add_physical_rest(struct interface_walk *w, struct tnode *p, unsigned int i)
{
	const struct ifd_spec *ifd = &w->spec->ifds[i];
	struct port *port = port_of(w->rq->env, i);
	struct port_counters c = {0};
	struct port_info info;
	struct port_rates r;

	memset(&info, 0, sizeof(info));
	if (port != NULL) {
		port_info_get(port, &info);
		port_counters_get(port, &c);
	}
	port_rates_get(w->rq->env, i, &r);
	tree_leaf(p, "local-index", "%u", 128 + i);
	tree_leaf(p, "snmp-index", "%u", 501 + i);
	if (w->level >= INTERFACE_DETAIL)
		tree_leaf(p, "generation", "%u", 131 + i);
	add_media(p, ifd, port != NULL ? &info : NULL);
	add_flags(
		p, interface_link_up(w->rq->env, w->spec, i), is_loopback(ifd));
	if (port != NULL)
		add_mac(p, &info);
	add_flapped(p, w->rq->env, &r);
	if (w->level >= INTERFACE_DETAIL)
		tree_leaf(p, "statistics-cleared", "Never");
	add_traffic(p, &c, &r);
	if (w->level >= INTERFACE_EXTENSIVE) {
		add_errors(p, &c, &r);
		add_mac_statistics(p, &c);
	}
}

/*
 * A port from its logical interface `from` on (0: with its own part). Returns
 * where to go on, or 0 when it is complete.
 */
static size_t
add_physical(struct interface_walk *w, unsigned int i, size_t from)
{
	const struct ifd_spec *ifd = &w->spec->ifds[i];
	struct tnode *p = tree_open(w->root, "physical-interface");

	if (from > 0) {
		tree_attr(p, RENDER_CONTINUED, "1");
	} else {
		tree_leaf(p, "name", "%s", ifd->name);
		add_status(p, ifd, interface_link_up(w->rq->env, w->spec, i));
		if (ifd->description[0] != '\0' && w->level != INTERFACE_TERSE)
			tree_leaf(p, "description", "%s", ifd->description);
		if (w->level > INTERFACE_DESCRIPTIONS)
			add_physical_rest(w, p, i);
	}
	for (size_t k = from; k < w->spec->nifls; k++) {
		if (w->spec->ifls[k].ifd.v != i ||
			!interface_ifl_wanted(w, &w->spec->ifls[k]))
			continue;
		if (w->n >= INTERFACES_PER_PART && k > 0)
			return k;
		w->n++;
		interface_add_logical(w, p, &w->spec->ifls[k]);
	}
	return 0;
}

/* ---- which interfaces ---- */

static enum interface_level
level_of(const struct ops_request *rq)
{
	if (ops_arg(rq, "descriptions") != NULL)
		return INTERFACE_DESCRIPTIONS;
	if (ops_arg(rq, "terse") != NULL)
		return INTERFACE_TERSE;
	if (ops_arg(rq, "brief") != NULL)
		return INTERFACE_BRIEF;
	if (ops_arg(rq, "extensive") != NULL)
		return INTERFACE_EXTENSIVE;
	return ops_arg(rq, "detail") != NULL ? INTERFACE_DETAIL
					     : INTERFACE_NORMAL;
}

/* A filter on logical interfaces hides ports that have none left. */
static bool
ifd_wanted(const struct interface_walk *w, unsigned int i)
{
	if (w->vr == NULL && !w->by_zone)
		return true;
	for (size_t k = 0; k < w->spec->nifls; k++)
		if (w->spec->ifls[k].ifd.v == i &&
			interface_ifl_wanted(w, &w->spec->ifls[k]))
			return true;
	return false;
}

/* rq->cursor: 1 + the port, and the place of its next logical interface. */
static void
add_ports(struct interface_walk *w, const char *name)
{
	size_t i = (size_t)(w->rq->cursor >> 32);
	size_t from = (size_t)(w->rq->cursor & UINT32_MAX);

	w->rq->cursor = 0;
	for (i -= i > 0; i < w->spec->nifds; i++, from = 0) {
		if ((name != NULL &&
			    fnmatch(name, w->spec->ifds[i].name, 0) != 0) ||
			!ifd_wanted(w, (unsigned int)i))
			continue;
		if (w->n >= INTERFACES_PER_PART) {
			w->rq->cursor = (uint64_t)(i + 1) << 32;
			return;
		}
		w->n++;
		from = add_physical(w, (unsigned int)i, from);
		if (from > 0) {
			w->rq->cursor = (uint64_t)(i + 1) << 32 | from;
			return;
		}
	}
}

static void
add_units(struct interface_walk *w, const char *name)
{
	size_t k = (size_t)w->rq->cursor;

	w->rq->cursor = 0;
	for (; k < w->spec->nifls; k++) {
		const struct ifl_spec *ifl = &w->spec->ifls[k];

		if (fnmatch(name, ifl->name, 0) != 0 ||
			!interface_ifl_wanted(w, ifl))
			continue;
		if (w->n++ >= INTERFACES_PER_PART) {
			w->rq->cursor = k;
			return;
		}
		interface_add_logical(w, w->root, ifl);
	}
}

static void
add_matching(struct interface_walk *w, const char *name)
{
	bool more = w->rq->cursor != 0;

	if (name != NULL && strchr(name, '.') != NULL)
		add_units(w, name);
	else
		add_ports(w, name);
	if (w->n == 0 && !more && name != NULL && strpbrk(name, "*?[") == NULL)
		ops_error(w->rq, "device %s not found", name);
}

void
show_interfaces(struct ops_request *rq)
{
	static const char *const styles[] = {
		[INTERFACE_TERSE] = "terse",
		[INTERFACE_DESCRIPTIONS] = "description",
		[INTERFACE_BRIEF] = "brief",
		[INTERFACE_NORMAL] = "normal",
		[INTERFACE_DETAIL] = "detail",
		[INTERFACE_EXTENSIVE] = "extensive",
	};
	const char *name = ops_arg(rq, "interface-name");
	struct interface_walk w = {.rq = rq, .level = level_of(rq)};

	w.image = ops_image(rq);
	if (w.image == NULL ||
		!ops_arg_vr(rq, w.image, "routing-instance", &w.vr) ||
		!ops_arg_zone(rq, w.image, "zone", &w.zone, &w.by_zone))
		return;
	w.spec = image_spec_of(w.image);
	w.root = ops_root(rq, "interface-information", styles[w.level]);
	if (w.root != NULL)
		add_matching(&w, name);
}
