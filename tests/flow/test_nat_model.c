/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random flows of tenants that all have the same addresses, against a model
 * that knows nothing of the code: it remembers who sent what and what came out.
 * One box, and four workers that share what NAT has in use.
 */
#include "lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/flow.h"
#include "flow/frag.h"
#include "flow/session.h"
#include "nat_lab.h"

#define TENANTS 30u
#define FLOWS   900u

struct flow_seen {
	bool live;
	unsigned int tenant;
	struct in in;
	struct out out;
};

static struct flow_seen flows[FLOWS];
static char ifl_names[TENANTS][32];
static const char *const servers[] = {"192.0.2.2", "192.0.2.3", "192.0.2.4"};
static const char *const clients[] = {"10.0.0.2", "10.0.0.3"};

static uint32_t
rnd(uint32_t n)
{
	static uint64_t x = 0xfeedbeef;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 24) % n;
}

static const char *
config_text(const char *action)
{
	static char c[65536];
	size_t n;

	n = (size_t)snprintf(c, sizeof(c),
		"set interfaces ge-0/0/1 unit 0 family inet address "
		"192.0.2.1/24\n"
		"set interfaces ge-0/0/0 vlan-tagging\n"
		"set routing-instances ISP instance-type virtual-router\n"
		"set routing-instances ISP interface ge-0/0/1.0\n" ZONE("ISP",
			"ge-0/0/1.0") "set policy-options policy-statement isp "
				      "from instance ISP\n"
				      "set policy-options policy-statement isp "
				      "then accept\n" POOL("p", "address "
								"203.0.113.0/"
								"30") POOL("p",
					      "port range 2000 to 2099")
					      POOL("n", "address "
							"203.0.113.64/26")
						      POOL("n", "port "
								"no-"
								"translatio"
								"n") POOL("b",
							      "address "
							      "203.0.113.200/"
							      "31") POOL("b",
							      "port range 2000 "
							      "to 3999")
							      POOL("b",
								      "port "
								      "block-"
								      "allocati"
								      "on "
								      "block-"
								      "size 50")
								      SNAT
		"rule-set o to zone ISP\n" SNAT
		"rule-set o rule r match source-address 0.0.0.0/0\n" SNAT
		"rule-set o rule r then source-nat %s\n",
		action);
	for (unsigned int i = 0; i < TENANTS; i++)
		n += (size_t)snprintf(c + n, sizeof(c) - n,
			SNAT
			"rule-set o from zone T%u\n"
			"set interfaces ge-0/0/0 unit %u vlan-id %u\n"
			"set interfaces ge-0/0/0 unit %u family inet address "
			"10.0.0.1/24\n"
			"set routing-instances T%u instance-type "
			"virtual-router\n"
			"set routing-instances T%u interface ge-0/0/0.%u\n"
			"set routing-instances T%u routing-options "
			"instance-import isp\n"
			"set security zones security-zone T%u interfaces "
			"ge-0/0/0.%u\n"
			"set security policies from-zone T%u to-zone ISP "
			"policy p match source-address any destination-address "
			"any application any\n"
			"set security policies from-zone T%u to-zone ISP "
			"policy p then permit\n",
			i, i, i + 1, i, i, i, i, i, i, i, i, i);
	return c;
}

static struct in
random_flow(unsigned int tenant)
{
	static const uint8_t protos[] = {IPP_UDP, IPP_UDP, IPP_ICMP};

	return first((struct in){.ifl = ifl_names[tenant],
		.src = clients[rnd(2)],
		.dst = servers[rnd(3)],
		.proto = protos[rnd(3)],
		.sport = (uint16_t)(1 + rnd(40)),
		.dport = (uint16_t)(1 + rnd(3))});
}

/* Nobody else living has this reply tuple; or it is the same flow again. */
static void
check_unique(const struct flow_seen *f)
{
	for (unsigned int i = 0; i < FLOWS; i++) {
		const struct flow_seen *o = &flows[i];
		bool same;

		if (!o->live || o == f)
			continue;
		same = o->in.proto == f->in.proto &&
		       strcmp(o->out.src, f->out.src) == 0 &&
		       strcmp(o->out.dst, f->out.dst) == 0 &&
		       o->out.sport == f->out.sport &&
		       o->out.dport == f->out.dport;
		if (same)
			assert_true(o->tenant == f->tenant &&
				    strcmp(o->in.src, f->in.src) == 0 &&
				    o->in.sport == f->in.sport);
	}
}

static void
check_answer(const struct flow_seen *f, const struct out *back)
{
	assert_int_equal(back->verdict, VERDICT_NEXT);
	assert_string_equal(back->ifl, f->in.ifl);
	assert_string_equal(back->src, f->in.dst);
	assert_string_equal(back->dst, f->in.src);
	assert_int_equal(back->dport, f->in.sport);
	assert_int_equal(back->sport, f->in.dport);
}

static unsigned int
talk(struct box *b, unsigned int rounds)
{
	unsigned int made = 0;

	memset(flows, 0, sizeof(flows));
	for (unsigned int i = 0; i < rounds; i++) {
		struct flow_seen *f = &flows[i % FLOWS];

		f->live = false;
		if (i % FLOWS == 0 && i > 0) { /* all end */
			box_clear(b);
			box_sleep(b, 1); /* frees the slots */
			assert_int_equal(nat_in_use(b), 0);
			memset(flows, 0, sizeof(flows));
		}
		f->tenant = rnd(TENANTS);
		f->in = random_flow(f->tenant);
		f->out = sent(b, f->in);
		if (f->out.verdict != VERDICT_NEXT) {
			assert_true(f->out.reason == REASON_NAT_EXHAUSTED ||
				    f->out.reason == REASON_NAT_CLASH);
			continue;
		}
		made++;
		f->live = true;
		check_unique(f);
		f = &flows[rnd(i % FLOWS + 1)];
		if (f->live) {
			struct out back = sent(b, answer(&f->in, &f->out));

			check_answer(f, &back);
		}
	}
	box_clear(b);
	assert_int_equal(nat_in_use(b), 0);
	return made;
}

/* [NA-43] no two sessions share a reply tuple, each answer goes to its own
 * tenant, and everything comes back. */
static void
test_tenants(void **state)
{
	static const char *const actions[] = {"interface", "pool p", "pool n",
		"pool b", "interface persistent-nat permit any-remote-host"};

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		struct box *b = box_create(config_text(actions[i]));
		unsigned int made = talk(b, 2500);

		assert_true(made > (i == 0 ? 2499u : 500u));
		assert_int_equal(nat_of(b)->hosts.n, 0);
		assert_int_equal(nat_of(b)->blocks.n, 0);
		box_free(b);
	}
}

/* ---- four workers ---- */

#define WORKERS 4

static struct env worker_env[WORKERS];

static void
ended(void *ctx, const struct session *s, uint32_t index)
{
	if (s->flags & SESSION_NAT)
		nat_session_ended(ctx, index);
}

static void
workers_make(struct box *b, struct nat *nat)
{
	for (uint16_t i = 0; i < WORKERS; i++) {
		struct env *e = &worker_env[i];

		*e = *box_env(b);
		e->worker = i;
		e->nworkers = WORKERS;
		e->nat = nat->worker[i];
		e->frag = frag_create();
		e->sessions = session_table_create(4096, i + 1u, WORKERS);
		assert_non_null(e->sessions);
		e->sessions->on_close = ended;
		e->sessions->on_close_ctx = e;
	}
}

static void
workers_done(void)
{
	for (unsigned int i = 0; i < WORKERS; i++) {
		session_table_free(worker_env[i].sessions);
		frag_free(worker_env[i].frag);
	}
}

/* Any worker gets it; handed over as often as they say. */
static struct out
through_workers(struct box *b, struct in in, unsigned int *hops)
{
	unsigned int at = rnd(WORKERS);
	struct out o;

	for (*hops = 0;; ++*hops) {
		o = box_send_through(b, &worker_env[at], &in);
		if (o.verdict != VERDICT_HANDOFF)
			return o;
		assert_true(*hops < 4);
		in.owned = o.owned;
		at = o.owner;
	}
}

static uint64_t
all_in_use(const struct nat *nat)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < NAT_SLOTS; i++)
		n += nat_pool_sum(nat, i, NAT_SUM_SESSIONS) +
		     nat_pool_sum(nat, i, NAT_SUM_HELD);
	return n;
}

static void
end_all(void)
{
	for (unsigned int i = 0; i < WORKERS; i++)
		for (uint32_t s = 1; s <= worker_env[i].sessions->top; s++)
			session_close(worker_env[i].sessions, s, CLOSE_CLI,
				worker_env[i].now_s);
}

/* [NA-45] [NA-46] whichever worker a packet comes to, it finds the session that
 * its first packet made. */
static void
test_workers(void **state)
{
	static const char *const actions[] = {
		"interface", "pool p", "pool n", "pool b"};

	(void)state;
	for (unsigned int a = 0; a < 4; a++) {
		struct box *b = box_create(config_text(actions[a]));
		struct nat *nat = nat_create(WORKERS);
		const struct nat_spec *spec =
			&image_spec_of(box_env(b)->image)->nat;
		unsigned int hops;

		assert_int_equal(0, nat_prepare(nat, spec));
		nat_apply(nat, spec);
		workers_make(b, nat);
		memset(flows, 0, sizeof(flows));
		for (unsigned int i = 0; i < FLOWS; i++) {
			struct flow_seen *f = &flows[i];

			f->tenant = rnd(TENANTS);
			f->in = random_flow(f->tenant);
			f->out = through_workers(b, f->in, &hops);
			f->live = f->out.verdict == VERDICT_NEXT;
			if (!f->live) {
				assert_true(
					f->out.reason == REASON_NAT_EXHAUSTED ||
					f->out.reason == REASON_NAT_CLASH);
				continue;
			}
			check_unique(f);
			f = &flows[rnd(i + 1)];
			if (f->live) {
				struct out back = through_workers(
					b, answer(&f->in, &f->out), &hops);

				check_answer(f, &back);
			}
		}
		end_all();
		assert_int_equal(all_in_use(nat), 0);
		workers_done();
		nat_free(nat);
		box_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tenants),
		cmocka_unit_test(test_workers),
	};

	for (unsigned int i = 0; i < TENANTS; i++)
		snprintf(ifl_names[i], sizeof(ifl_names[i]), "ge-0/0/0.%u", i);
	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
