/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of an image_spec and the names of its small enumerations; the
 * contract is in image_spec.h.
 */
#include "image/image_spec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* In the order of enum host_service: "other" stands for the services that
 * Junos lists and that have no number of their own here. */
static const char *const service_names[] = {"any-service", "bootp", "dhcp",
	"dhcpv6", "dns", "finger", "ftp", "http", "https", "ident-reset", "ike",
	"netconf", "ntp", "ping", "rlogin", "rpm", "rsh", "sip", "snmp",
	"snmp-trap", "ssh", "telnet", "tftp", "traceroute", "xnm-clear-text",
	"xnm-ssl", "other"};

static const char *const protocol_names[] = {"bfd", "bgp", "dvmrp", "igmp",
	"ldp", "msdp", "ndp", "nhrp", "ospf", "ospf3", "pgm", "pim", "rip",
	"ripng", "router-discovery", "rsvp", "sap", "vrrp"};

static_assert(
	sizeof(service_names) / sizeof(service_names[0]) == HOST_SVC_COUNT,
	"a name for each host service");
static_assert(
	sizeof(protocol_names) / sizeof(protocol_names[0]) == HOST_PROTO_COUNT,
	"a name for each host protocol");

const char *
host_service_name(enum host_service s)
{
	return (unsigned int)s < HOST_SVC_COUNT ? service_names[s] : NULL;
}

const char *
host_protocol_name(enum host_protocol p)
{
	return (unsigned int)p < HOST_PROTO_COUNT ? protocol_names[p] : NULL;
}

void
flow_spec_default(struct flow_spec *flow)
{
	memset(flow, 0, sizeof(*flow));
	flow->mode4 = MODE_FLOW;
	flow->mode6 = MODE_FLOW;
	flow->tcp_initial_timeout = 20;
	flow->time_wait_timeout = 150;
	flow->early_ageout = 20;
	flow->low_watermark = flow->high_watermark = 100;
	flow->default_policy = POLICY_DENY;
}

void
filter_term_spec_done(struct filter_term_spec *t)
{
	free(t->src);
	free(t->dst);
	free(t->any_addr);
	free(t->protocols);
	free(t->sports);
	free(t->dports);
	free(t->ports);
	free(t->icmp_types);
	free(t->icmp_codes);
	for (size_t i = 0; i < t->nnumbers; i++)
		free(t->numbers[i].ranges);
	free(t->numbers);
}

static void
filter_done(struct filter_spec *f)
{
	for (size_t i = 0; i < f->n; i++)
		filter_term_spec_done(&f->terms[i]);
	free(f->terms);
}

static void
policy_done(struct policy_spec *p)
{
	free(p->from);
	free(p->to);
	free(p->src);
	free(p->dst);
	free(p->apps);
}

void
image_spec_free(struct image_spec *spec)
{
	if (spec == NULL)
		return;
	for (size_t i = 0; i < spec->nifls; i++)
		free(spec->ifls[i].addrs);
	for (size_t i = 0; i < spec->naddrs; i++) {
		free(spec->addrs[i].ranges);
		free(spec->addrs[i].prefixes);
		free(spec->addrs[i].wildcards);
		free(spec->addrs[i].dns);
	}
	for (size_t i = 0; i < spec->napps; i++)
		free(spec->apps[i].terms);
	for (size_t i = 0; i < spec->npolicies; i++)
		policy_done(&spec->policies[i]);
	for (size_t i = 0; i < spec->nfilters; i++)
		filter_done(&spec->filters[i]);
	nat_spec_done(&spec->nat);
	free(spec->ifds);
	free(spec->ifls);
	free(spec->vrs);
	free(spec->zones);
	free(spec->addrs);
	free(spec->apps);
	free(spec->policies);
	free(spec->name_servers);
	free(spec->schedulers);
	free(spec->filters);
	for (size_t i = 0; i < spec->nscreens; i++)
		screen_spec_done(&spec->screens[i]);
	free(spec->screens);
	log_spec_done(&spec->log);
	free(spec->policers);
	free(spec);
}
