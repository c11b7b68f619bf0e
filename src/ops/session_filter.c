/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/session_filter.h"

#include <stdio.h>
#include <string.h>

#include "ops/ops_impl.h"

#define PORTS_MAX 8u /* of session_filter.dports */

static bool
add_port(struct session_filter *f, uint16_t port)
{
	for (unsigned int i = 0; i < f->ndports; i++)
		if (f->dports[i] == port)
			return true;
	if (f->ndports == PORTS_MAX)
		return false;
	f->dports[f->ndports++] = port;
	return true;
}

/* The ports of an application; its protocol when all terms share one. */
static bool
application_ports(const struct app_spec *app, struct session_filter *f)
{
	int protocol = -1;

	for (size_t i = 0; i < app->n; i++) {
		const struct app_term_spec *t = &app->terms[i];

		protocol = i == 0 || protocol == t->protocol ? t->protocol : -2;
		if (t->dport_lo == 0 && t->dport_hi == 65535)
			continue; /* not chosen by port */
		for (uint32_t p = t->dport_lo; p <= t->dport_hi; p++)
			if (!add_port(f, (uint16_t)p))
				return false;
	}
	if (protocol > 0 && !f->has_protocol) {
		f->has_protocol = true;
		f->protocol = (uint8_t)protocol;
	}
	return true;
}

/* "ssh" means junos-ssh; names of the configuration are taken as they are. */
static bool
application_filter(struct ops_request *rq, const struct image *image,
	struct session_filter *f)
{
	const struct image_spec *spec = image_spec_of(image);
	const char *name = ops_arg(rq, "application");
	const struct app_spec *found = NULL;
	char junos[NAME_MAX_LEN];

	if (name == NULL)
		return true;
	snprintf(junos, sizeof(junos), "junos-%s", name);
	if (strcmp(name, "dns") == 0)
		return add_port(f, 53);
	for (size_t i = 0; i < spec->napps && found == NULL; i++)
		if (strcmp(spec->apps[i].name, name) == 0 ||
			strcmp(spec->apps[i].name, junos) == 0)
			found = &spec->apps[i];
	if (found == NULL)
		ops_error(rq, "application %s not found", name);
	else if (!application_ports(found, f))
		ops_error(rq, "application %s has too many ports to filter by",
			name);
	return !rq->failed;
}

static bool
family_filter(struct ops_request *rq, struct session_filter *f)
{
	const char *family = ops_arg(rq, "family");

	if (family == NULL)
		return true;
	f->family = strcmp(family, "inet") == 0    ? IP_V4
		    : strcmp(family, "inet6") == 0 ? IP_V6
						   : IP_NONE;
	if (f->family == IP_NONE)
		ops_error(rq, "invalid value: '%s' for family", family);
	return f->family != IP_NONE;
}

static bool
port_filter(struct ops_request *rq, const char *element, bool *ret_has,
	uint16_t *ret)
{
	uint32_t port = 0;

	if (!ops_arg_u32(rq, element, &port))
		return false;
	if (port > 65535) {
		ops_error(rq, "Value %u is not within range (0..65535)", port);
		return false;
	}
	*ret_has = ops_arg(rq, element) != NULL;
	*ret = (uint16_t)port;
	return true;
}

static bool
number_filters(struct ops_request *rq, struct ops_session_filter *ret)
{
	struct session_filter *f = &ret->flow;
	uint32_t tag = 0;

	if (!port_filter(rq, "source-port", &f->has_sport, &f->sport) ||
		!port_filter(
			rq, "destination-port", &f->has_dport, &f->dport) ||
		!ops_arg_u32(rq, "policy-id", &f->policy_index) ||
		!ops_arg_u32(rq, "session-identifier", &f->id) ||
		!ops_arg_u32(rq, "start-identifier", &ret->start_id) ||
		!ops_arg_u32(rq, "count", &ret->count) ||
		!ops_arg_u32(rq, "conn-tag", &tag))
		return false;
	f->has_policy = ops_arg(rq, "policy-id") != NULL;
	if (tag != 0 || (ops_arg(rq, "session-identifier") && f->id == 0))
		ret->nothing = true; /* every tag is 0, no identifier is */
	return true;
}

static bool
name_filters(struct ops_request *rq, const struct image *image,
	struct ops_session_filter *ret)
{
	struct session_filter *f = &ret->flow;
	const struct ifl_spec *ifl;
	int protocol = -1;
	bool zone;

	if (!ops_arg_protocol(rq, "protocol", &protocol) ||
		!ops_arg_ifl(rq, image, "interface", &ifl) ||
		!ops_arg_zone(rq, image, "zone", &f->zone, &zone) ||
		!family_filter(rq, f) ||
		!ops_arg_prefix(rq, "source-prefix", &f->src) ||
		!ops_arg_prefix(rq, "destination-prefix", &f->dst))
		return false;
	if (protocol >= 0) {
		f->has_protocol = true;
		f->protocol = (uint8_t)protocol;
	}
	if (ifl != NULL)
		f->ifl = ifl->id;
	f->nat = ops_arg(rq, "nat") != NULL;
	return application_filter(rq, image, f);
}

bool
session_filter_read(struct ops_request *rq, const struct image *image,
	struct ops_session_filter *ret)
{
	static const char *const levels[] = {"brief", "extensive", "summary",
		"terse", "detail", "all", "start-identifier", "count"};

	memset(ret, 0, sizeof(*ret));
	if (!number_filters(rq, ret) || !name_filters(rq, image, ret))
		return false;
	if (ops_arg(rq, "tunnel") || ops_arg(rq, "resource-manager") ||
		ops_arg(rq, "services-offload"))
		ret->nothing = true;
	for (unsigned int i = 0; i < rq->nargs; i++) {
		bool level = false;

		for (size_t k = 0; k < sizeof(levels) / sizeof(levels[0]); k++)
			if (strcmp(rq->args[i].arg->element, levels[k]) == 0)
				level = true;
		ret->any = ret->any || !level;
	}
	return true;
}
