/* SPDX-License-Identifier: Apache-2.0 */
/* What NAT has in use and what screens have found. */
#include "export/metrics_impl.h"

#include <stdlib.h>

#include "flow/flow_read.h"
#include "nat/nat_read.h"

/* ---- pools ---- */

static const struct metrics_family pool_families[] = {
	{"vrflow_nat_pool_hits_total", PROM_COUNTER,
		"Translations that were asked for.",
		offsetof(struct nat_pool_stats, hits)},
	{"vrflow_nat_pool_failures_total", PROM_COUNTER,
		"Translations for which nothing was left.",
		offsetof(struct nat_pool_stats, failures)},
	{"vrflow_nat_pool_sessions", PROM_GAUGE,
		"Sessions with an address of the pool.",
		offsetof(struct nat_pool_stats, sessions)},
	{"vrflow_nat_pool_addresses_used", PROM_GAUGE,
		"Addresses of the pool in use.",
		offsetof(struct nat_pool_stats, addrs_used)},
	{"vrflow_nat_pool_ports", PROM_GAUGE,
		"Ports of the pool; 0 without port translation.",
		offsetof(struct nat_pool_stats, ports)},
	{"vrflow_nat_pool_ports_used", PROM_GAUGE, "Ports of the pool in use.",
		offsetof(struct nat_pool_stats, ports_used)},
	{"vrflow_nat_pool_blocks", PROM_GAUGE,
		"Port blocks of the pool; 0 without port blocks.",
		offsetof(struct nat_pool_stats, blocks)},
	{"vrflow_nat_pool_blocks_used", PROM_GAUGE,
		"Port blocks of the pool in use.",
		offsetof(struct nat_pool_stats, blocks_used)},
};

static void
put_pools(const struct nat_spec *nat, struct prom *p,
	const struct nat_pool_stats *s)
{
	for (size_t f = 0; f < sizeof(pool_families) / sizeof(pool_families[0]);
		f++) {
		prom_family(p, pool_families[f].name, pool_families[f].type,
			pool_families[f].help);
		for (size_t i = 0; i < nat->npools; i++)
			prom_u64(p,
				*(const uint64_t *)((const char *)&s[i] +
						    pool_families[f].offset),
				"pool", nat->pools[i].name, "kind",
				nat_kind_name(nat->pools[i].kind), NULL);
	}
	prom_family(p, "vrflow_nat_pool_addresses", PROM_GAUGE,
		"Addresses of the pool.");
	for (size_t i = 0; i < nat->npools; i++)
		prom_u64(p, s[i].addrs, "pool", nat->pools[i].name, "kind",
			nat_kind_name(nat->pools[i].kind), NULL);
	prom_family(p, "vrflow_nat_pool_alarm", PROM_GAUGE,
		"1 while the pool is above its utilization alarm.");
	for (size_t i = 0; i < nat->npools; i++)
		prom_u64(p, s[i].alarm, "pool", nat->pools[i].name, "kind",
			nat_kind_name(nat->pools[i].kind), NULL);
}

/* ---- rules ---- */

static const struct metrics_family rule_families[] = {
	{"vrflow_nat_rule_hits_total", PROM_COUNTER,
		"First packets that met the rule.",
		offsetof(struct nat_rule_stats, hits)},
	{"vrflow_nat_rule_successes_total", PROM_COUNTER,
		"Sessions that were made by the rule.",
		offsetof(struct nat_rule_stats, successes)},
	{"vrflow_nat_rule_sessions", PROM_GAUGE,
		"Sessions of the rule that live.",
		offsetof(struct nat_rule_stats, sessions)},
};

static void
put_rules(const struct nat_spec *nat, struct prom *p, size_t offset,
	struct nat_rule_stats *const s[NAT_KINDS])
{
	for (unsigned int k = 0; k < NAT_KINDS; k++)
		for (size_t i = 0; i < nat->nrules[k]; i++) {
			const struct nat_rule_spec *r = &nat->rules[k][i];

			prom_u64(p,
				*(const uint64_t *)((const char *)&s[k][i] +
						    offset),
				"kind", nat_kind_name((enum nat_kind)k),
				"rule_set", nat->sets[k][r->set].name, "rule",
				r->name, NULL);
		}
}

static void
read_rules(const struct metrics_env *env, const struct nat_spec *nat,
	struct nat_rule_stats *const s[NAT_KINDS])
{
	for (unsigned int k = 0; k < NAT_KINDS; k++)
		for (size_t i = 0; i < nat->nrules[k]; i++)
			nat_rule_stats_get(env->workers, (enum nat_kind)k,
				nat->rules[k][i].id, &s[k][i]);
}

static void
rules(const struct metrics_env *env, const struct nat_spec *nat, struct prom *p)
{
	struct nat_rule_stats *s[NAT_KINDS];
	bool enough = true;

	for (unsigned int k = 0; k < NAT_KINDS; k++) {
		s[k] = calloc(nat->nrules[k] + 1, sizeof(*s[k]));
		enough &= s[k] != NULL;
	}
	p->out->failed |= !enough;
	if (enough)
		read_rules(env, nat, s);
	for (size_t f = 0;
		enough && f < sizeof(rule_families) / sizeof(rule_families[0]);
		f++) {
		prom_family(p, rule_families[f].name, rule_families[f].type,
			rule_families[f].help);
		put_rules(nat, p, rule_families[f].offset, s);
	}
	for (unsigned int k = 0; k < NAT_KINDS; k++)
		free(s[k]);
}

void
metrics_nat(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	const struct nat_spec *nat = &spec->nat;
	struct nat_pool_stats *s = calloc(nat->npools + 1, sizeof(*s));

	if (s == NULL) {
		p->out->failed = true;
		return;
	}
	for (size_t i = 0; i < nat->npools; i++)
		nat_pool_stats_get(env->workers, nat->pools[i].id, &s[i]);
	put_pools(nat, p, s);
	free(s);
	rules(env, nat, p);
}

/* ---- screens ---- */

static void
put_attacks(const struct image_spec *spec, struct prom *p,
	const struct screen_stats *s)
{
	prom_family(p, "vrflow_screen_attacks_total", PROM_COUNTER,
		"Attacks that the screen of a zone has found; none is not "
		"shown.");
	for (size_t i = 0; i < spec->nzones; i++)
		for (unsigned int a = 0; a < SCREEN_COUNT; a++)
			if (s[i].attack[a] != 0)
				prom_u64(p, s[i].attack[a], "zone",
					spec->zones[i].name, "attack",
					screen_attack_row(a), NULL);
}

static const struct metrics_family screen_families[] = {
	{"vrflow_screen_syn_flood_alarms_total", PROM_COUNTER,
		"Seconds with more SYNs than the alarm threshold.",
		offsetof(struct screen_stats, alarms)},
	{"vrflow_screen_syn_proxied_total", PROM_COUNTER,
		"SYNs that the box has answered for a server.",
		offsetof(struct screen_stats, proxied)},
	{"vrflow_screen_syn_completed_total", PROM_COUNTER,
		"Of these, connections that were then made.",
		offsetof(struct screen_stats, completed)},
};

void
metrics_screens(const struct metrics_env *env, const struct image_spec *spec,
	struct prom *p)
{
	struct screen_stats *s = calloc(spec->nzones + 1, sizeof(*s));

	if (s == NULL) {
		p->out->failed = true;
		return;
	}
	for (size_t i = 0; i < spec->nzones; i++)
		if (spec->zones[i].screen != 0)
			screen_stats_get(env->workers, spec->zones[i].id,
				IFL_NONE, &s[i]);
	put_attacks(spec, p, s);
	for (size_t f = 0;
		f < sizeof(screen_families) / sizeof(screen_families[0]); f++) {
		prom_family(p, screen_families[f].name, screen_families[f].type,
			screen_families[f].help);
		for (size_t i = 0; i < spec->nzones; i++)
			if (spec->zones[i].screen != 0)
				prom_u64(p,
					*(const uint64_t
							*)((const char *)&s[i] +
							   screen_families[f]
								   .offset),
					"zone", spec->zones[i].name, NULL);
	}
	free(s);
}
