/* SPDX-License-Identifier: Apache-2.0 */
#include "record/names.h"

#include <stdlib.h>
#include <string.h>

#include "flow/self_traffic.h"
#include "image/nat_match.h"
#include "pkt/key.h"

struct name_list { /* by number */
	char **v;
	uint32_t n;
};

struct record_names {
	const struct image *image;
	struct name_list policies, zones, ifls, rules[NAT_KINDS];
	char host[NAME_MAX_LEN];
};

struct record_names *
record_names_create(void)
{
	struct record_names *n = calloc(1, sizeof(*n));

	if (n != NULL)
		strcpy(n->host, "vrflow");
	return n;
}

static void
list_done(struct name_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
}

void
record_names_free(struct record_names *n)
{
	if (n == NULL)
		return;
	list_done(&n->policies);
	list_done(&n->zones);
	list_done(&n->ifls);
	for (unsigned int i = 0; i < NAT_KINDS; i++)
		list_done(&n->rules[i]);
	free(n);
}

/* Without memory a number keeps its old name, or none. */
static void
list_set(struct name_list *l, uint32_t i, const char *name)
{
	char *copy;

	if (i < l->n && l->v[i] != NULL && strcmp(l->v[i], name) == 0)
		return;
	if (i >= l->n) {
		uint32_t n = i + 1 > 2 * l->n ? i + 1 : 2 * l->n;
		char **v = realloc(l->v, n * sizeof(*v));

		if (v == NULL)
			return;
		memset(v + l->n, 0, (n - l->n) * sizeof(*v));
		l->v = v;
		l->n = n;
	}
	copy = strdup(name);
	if (copy == NULL)
		return;
	free(l->v[i]);
	l->v[i] = copy;
}

static const char *
list_get(const struct name_list *l, uint32_t i)
{
	return i < l->n && l->v[i] != NULL ? l->v[i] : "N/A";
}

void
record_names_learn(struct record_names *n, const struct image *image)
{
	const struct image_spec *s = image_spec_of(image);

	n->image = image;
	snprintf(n->host, sizeof(n->host), "%s",
		s->host_name[0] != '\0' ? s->host_name : "vrflow");
	list_set(&n->policies, POLICY_SELF, "self-traffic-policy");
	list_set(&n->policies, POLICY_DEFAULT,
		"default-policy-logical-system-00");
	for (size_t i = 0; i < s->npolicies; i++)
		list_set(&n->policies, s->policies[i].index,
			s->policies[i].name);
	list_set(&n->zones, ZONE_NULL.v, "null");
	list_set(&n->zones, ZONE_MANAGEMENT.v, "management");
	list_set(&n->zones, ZONE_JUNOS_HOST.v, "junos-host");
	for (size_t i = 0; i < s->nzones; i++)
		list_set(&n->zones, s->zones[i].id.v, s->zones[i].name);
	for (size_t i = 0; i < s->nifls; i++)
		list_set(&n->ifls, s->ifls[i].id.v, s->ifls[i].name);
	for (unsigned int k = 0; k < NAT_KINDS; k++)
		for (size_t i = 0; i < s->nat.nrules[k]; i++)
			list_set(&n->rules[k], s->nat.rules[k][i].id,
				s->nat.rules[k][i].name);
}

const char *
record_policy_name(const struct record_names *n, uint32_t index)
{
	return list_get(&n->policies, index);
}

const char *
record_zone_name(const struct record_names *n, struct zone_id zone)
{
	return list_get(&n->zones, zone.v);
}

const char *
record_ifl_name(const struct record_names *n, struct ifl_id ifl)
{
	return list_get(&n->ifls, ifl.v);
}

const char *
record_host_name(const struct record_names *n)
{
	return n->host;
}

const char *
record_service_name(
	const struct record_names *n, uint8_t protocol, uint16_t dport)
{
	const char *name;

	if (protocol == IPP_ICMP)
		return "icmp";
	if (protocol == IPP_ICMP6)
		return "icmpv6";
	name = n->image != NULL ? image_service_name(n->image, protocol, dport)
				: NULL;
	return name != NULL ? name : "None";
}

const char *
record_nat_rule_name(
	const struct record_names *n, unsigned int kind, uint32_t id)
{
	return kind < NAT_KINDS ? list_get(&n->rules[kind], id) : "N/A";
}
