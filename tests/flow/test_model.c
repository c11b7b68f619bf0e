/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random small boxes and packets against the rules of reverse routes written
 * down once more, as slowly and simply as can be [RR-1..RR-5] [RR-8].
 *
 * Four interfaces, each with a /26 of its own, in up to three routing
 * instances; zones that never span instances; direct routes imported here and
 * there; default and host routes; both modes. Then a session, changes of the
 * routes and of the mode under it, and a reply by any interface.
 */
#include "lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IFLS  4
#define VRS   3 /* 0 is the master */
#define HOSTS 5 /* one behind each interface, and one far away */
#define FAR   4
#define NONE  -1

struct plan {
	int vr[IFLS], zone[IFLS];
	bool import[VRS][VRS]; /* [to][from] direct routes */
	int def[VRS];          /* interface of the default route, or NONE */
	int host[VRS][HOSTS];  /* interface of a host route, or NONE */
	bool packet_mode;
};

static uint32_t seed;

static int
rnd(int n)
{
	seed = seed * 1664525 + 1013904223;
	return (int)(((uint64_t)seed >> 8) % (unsigned int)n);
}

static const char *
host_addr(int h)
{
	static char text[4][32];
	static unsigned int i;
	char *t = text[i++ % 4];

	if (h == FAR)
		return "203.0.113.9";
	snprintf(t, 32, "192.0.2.%d", 64 * h + 2);
	return t;
}

/* ---- the rules ---- */

/* The interface that leads to a host in a table, or NONE. */
static int
lookup(const struct plan *p, int vr, int host)
{
	if (p->host[vr][host] != NONE)
		return p->host[vr][host]; /* /32 */
	if (host != FAR && (p->vr[host] == vr || p->import[vr][p->vr[host]]))
		return host; /* /26, own or imported */
	return p->def[vr];   /* /0 */
}

struct expect {
	enum reason reason; /* NONE: goes out by ifl */
	int ifl;
};

/* A reply on interface `on`, to host src that came in by interface in. */
static struct expect
reply_of(const struct plan *p, int in, int src, int on)
{
	int vr = p->packet_mode ? p->vr[on] : p->vr[in];
	int ifl = lookup(p, vr, src);

	if (ifl == NONE)
		return (struct expect){REASON_REVERSE_NO_ROUTE, NONE};
	if (p->zone[ifl] != p->zone[in])
		return (struct expect){REASON_REVERSE_ZONE, NONE};
	return (struct expect){REASON_NONE, ifl};
}

/* ---- from plan to configuration ---- */

static void
add(char *text, const char *format, ...)
{
	va_list ap;
	size_t n = strlen(text);

	va_start(ap, format);
	vsnprintf(text + n, 16384 - n, format, ap);
	va_end(ap);
}

static void
write_vr(const struct plan *p, int vr, char *text)
{
	char at[64] = "";

	if (vr != 0) {
		snprintf(at, sizeof(at), "routing-instances v%d ", vr);
		add(text, "set %sinstance-type virtual-router\n", at);
	}
	if (p->def[vr] != NONE)
		add(text,
			"set %srouting-options static route 0.0.0.0/0 next-hop "
			"192.0.2.%d\n",
			at, 64 * p->def[vr] + 62);
	for (int h = 0; h < HOSTS; h++)
		if (p->host[vr][h] != NONE)
			add(text,
				"set %srouting-options static route %s/32 "
				"next-hop 192.0.2.%d\n",
				at, host_addr(h), 64 * p->host[vr][h] + 62);
	for (int from = 0; from < VRS; from++) {
		static const char *const names[VRS] = {"master", "v1", "v2"};

		if (!p->import[vr][from])
			continue;
		add(text,
			"set policy-options policy-statement i%d term f%d from "
			"instance %s\n"
			"set policy-options policy-statement i%d term f%d from "
			"protocol direct\n"
			"set policy-options policy-statement i%d term f%d then "
			"accept\n"
			"set %srouting-options instance-import i%d\n",
			vr, from, names[from], vr, from, vr, from, at, vr);
	}
	for (int from = 0, any = 0; from < VRS; from++)
		if (p->import[vr][from] && !any++)
			add(text,
				"set policy-options policy-statement i%d "
				"term z then reject\n",
				vr);
}

static void
write_plan(const struct plan *p, char *text)
{
	strcpy(text, "set security policies default-policy permit-all\n");
	for (int i = 0; i < IFLS; i++) {
		add(text,
			"set interfaces ge-0/0/%d unit 0 family inet address "
			"192.0.2.%d/26\n"
			"set security zones security-zone z%d interfaces "
			"ge-0/0/%d.0\n",
			i, 64 * i + 1, p->zone[i], i);
		if (p->vr[i] != 0)
			add(text,
				"set routing-instances v%d interface "
				"ge-0/0/%d.0\n",
				p->vr[i], i);
	}
	for (int vr = 0; vr < VRS; vr++)
		write_vr(p, vr, text);
	if (p->packet_mode)
		add(text, "set security flow advanced-options "
			  "reverse-route-packet-mode-vr\n");
}

/* An interface of this instance, or NONE. */
static int
ifl_of(const struct plan *p, int vr)
{
	int i = rnd(IFLS);

	return p->vr[i] == vr ? i : NONE;
}

static void
draw_routes(struct plan *p)
{
	p->packet_mode = rnd(2);
	for (int vr = 0; vr < VRS; vr++) {
		p->def[vr] = ifl_of(p, vr);
		for (int h = 0; h < HOSTS; h++)
			p->host[vr][h] = rnd(4) ? NONE : ifl_of(p, vr);
		for (int from = 0; from < VRS; from++)
			p->import[vr][from] = from != vr && rnd(2);
	}
}

static void
draw(struct plan *p)
{
	for (int i = 0; i < IFLS; i++) {
		p->vr[i] = rnd(VRS);
		p->zone[i] = p->vr[i] * 2 + rnd(2);
	}
	draw_routes(p);
}

/* ---- one session under changing plans ---- */

static struct in
packet(int on, int src, int dst, bool reply)
{
	static const char *const ifls[] = {
		"ge-0/0/0.0", "ge-0/0/1.0", "ge-0/0/2.0", "ge-0/0/3.0"};

	return (struct in){.ifl = ifls[on],
		.src = host_addr(src),
		.dst = host_addr(dst),
		.proto = IPP_UDP,
		.sport = reply ? 2 : 1,
		.dport = reply ? 1 : 2};
}

static void
check(struct out o, struct expect e, const char *what, uint32_t at,
	const char *text)
{
	char ifl[32] = "";

	if (e.ifl != NONE)
		snprintf(ifl, sizeof(ifl), "ge-0/0/%d.0", e.ifl);
	if (o.reason == e.reason && strcmp(o.ifl, ifl) == 0)
		return;
	fail_msg("seed %u, %s: %s by \"%s\", want %s by \"%s\"\n%s", at, what,
		reason_name(o.reason), o.ifl, reason_name(e.reason), ifl, text);
}

struct run {
	struct plan p;
	char text[16384];
	struct box *b;
	uint32_t seed;
	int in, src, dst;
	int zone; /* the session's far zone; NONE: no session */
};

static void
send_request(struct run *r)
{
	int ifl = lookup(&r->p, r->p.vr[r->in], r->dst);
	struct expect e = {REASON_NONE, ifl};

	if (ifl == NONE) /* a living session waits */
		e.reason = r->zone != NONE ? REASON_REROUTE_NO_ROUTE
					   : REASON_NO_ROUTE;
	else
		r->zone = r->p.zone[ifl]; /* another zone: another session */
	check(sent(r->b, packet(r->in, r->src, r->dst, false)), e, "request",
		r->seed, r->text);
	assert_int_equal(r->zone != NONE, box_sessions(r->b));
}

/* By an interface of the zone that the session leads to. */
static void
send_reply(struct run *r)
{
	int on = rnd(IFLS);

	if (r->zone == NONE || r->p.zone[on] != r->zone)
		return;
	check(sent(r->b, packet(on, r->dst, r->src, true)),
		reply_of(&r->p, r->in, r->src, on), "reply", r->seed, r->text);
	assert_int_equal(1, box_sessions(r->b));
}

static void
run_one(uint32_t at)
{
	struct run *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->seed = seed = at;
	r->zone = NONE;
	draw(&r->p);
	write_plan(&r->p, r->text);
	r->b = box_create(r->text);
	r->in = rnd(IFLS);
	do {
		r->src = rnd(HOSTS);
		r->dst = rnd(HOSTS);
	} while (r->src == r->dst);
	for (unsigned int step = 0; step < 24; step++) {
		switch (rnd(6)) {
		case 0:
		case 1:
			send_request(r);
			break;
		case 2:
			draw_routes(&r->p);
			write_plan(&r->p, r->text);
			box_commit(r->b, r->text);
			break;
		default:
			send_reply(r);
			break;
		}
	}
	box_free(r->b);
	free(r);
}

static void
test_random(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 150; i++)
		run_one(i * 7919);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
