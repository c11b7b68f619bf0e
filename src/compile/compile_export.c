/* SPDX-License-Identifier: Apache-2.0 */
/*
 * services metrics, services flow-monitoring version-ipfix, chassis alarm
 * [OB-1] [OB-20] [OB-50]. A flow-server without template has the defaults of
 * Junos' templates.
 */
#include "compile/compile_impl.h"

#include <string.h>

#define IPFIX_PORT      4739u
#define REFRESH_SECONDS 600u
#define REFRESH_PACKETS 4800u

static void
metrics(struct compile *c, const struct cnode *n)
{
	struct metrics_spec *m = &c->image->export.metrics;
	const char *addr = cnode_leaf(n, "address");

	if (n == NULL)
		return;
	m->port = (uint16_t)cnode_u64(n, "port", 0);
	if (m->port == 0)
		compile_error(c, n, "metrics need a port");
	if (!ip_addr_parse(addr != NULL ? addr : "127.0.0.1", &m->addr))
		compile_error(c, n, "invalid address");
}

/* What a template says, or the defaults. */
static void
template_of(struct compile *c, const struct cnode *ipfix,
	const struct cnode *server, struct collector_spec *s)
{
	const char *name = cnode_leaf(server, "template");
	const struct cnode *t = NULL, *refresh;

	if (name != NULL)
		cnode_foreach (e, ipfix, "template")
			if (strcmp(cnode_key(e, 0), name) == 0)
				t = e;
	if (name != NULL && t == NULL)
		compile_error(c, server, "template %s is not defined", name);
	refresh = cnode_child(t, "template-refresh-rate");
	s->domain = (uint32_t)cnode_u64(t, "observation-domain-id", 0);
	s->refresh_s = (uint32_t)cnode_u64(refresh, "seconds", REFRESH_SECONDS);
	s->refresh_packets =
		(uint32_t)cnode_u64(refresh, "packets", REFRESH_PACKETS);
}

static void
server(struct compile *c, const struct cnode *ipfix, const struct cnode *n)
{
	struct ipfix_spec *spec = &c->image->export.ipfix;
	struct collector_spec *s = &spec->collectors[spec->n];
	const char *source = cnode_leaf(n, "source-address");
	const char *vr = cnode_leaf(n, "routing-instance");
	const char *transport = cnode_leaf(n, "transport");

	if (spec->n == COLLECTORS_MAX) {
		compile_error(
			c, n, "more than %u flow servers", COLLECTORS_MAX);
		return;
	}
	spec->n++;
	if (!ip_addr_parse(cnode_key(n, 0), &s->addr))
		compile_error(c, n, "invalid address");
	if (source != NULL && !ip_addr_parse(source, &s->source))
		compile_error(c, n, "invalid source-address");
	if (source != NULL && s->source.family != s->addr.family)
		compile_error(c, n,
			"source-address and flow-server are not of one family");
	if (vr != NULL && !find_vr(c, vr, &s->vr))
		compile_error(c, cnode_child(n, "routing-instance"),
			"Routing instance %s is not defined", vr);
	s->port = (uint16_t)cnode_u64(n, "port", IPFIX_PORT);
	s->tcp = transport != NULL && strcmp(transport, "tcp") == 0;
	template_of(c, ipfix, n, s);
}

static uint8_t
events(const struct cnode *ipfix)
{
	uint8_t bits = 0;

	cnode_foreach (n, ipfix, "events") {
		const char *v = value_of(n);

		bits |= strcmp(v, "session-init") == 0    ? EXPORT_INIT
			: strcmp(v, "session-close") == 0 ? EXPORT_CLOSE
							  : EXPORT_DENY;
	}
	return bits != 0 ? bits : EXPORT_CLOSE;
}

static enum link_alarm
link_alarm(const struct cnode *root)
{
	const char *v = cnode_leaf(
		cnode_find(root, "chassis", "alarm", "ethernet", NULL),
		"link-down");

	if (v == NULL || strcmp(v, "ignore") == 0)
		return LINK_ALARM_NONE;
	return strcmp(v, "red") == 0 ? LINK_ALARM_MAJOR : LINK_ALARM_MINOR;
}

void
compile_export(struct compile *c)
{
	const struct cnode *services = cnode_child(c->root, "services");
	const struct cnode *ipfix =
		cnode_find(services, "flow-monitoring", "version-ipfix", NULL);

	c->image->export.link_alarm = link_alarm(c->root);
	metrics(c, cnode_child(services, "metrics"));
	cnode_foreach (n, ipfix, "flow-server")
		server(c, ipfix, n);
	if (c->image->export.ipfix.n > 0)
		c->image->export.ipfix.events = events(ipfix);
}
