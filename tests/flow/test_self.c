/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traffic to and from the box itself: host-inbound-traffic [FL-10], far-side
 * addresses [FL-13], policies to junos-host [FL-14], `.local..N` [RR-6].
 */
#include "lab.h"

#include <stdio.h>
#include <string.h>

#define INBOUND(zone, what)                                                    \
	"set security zones security-zone " zone " host-inbound-traffic " what \
	"\n"
#define INBOUND_IFL(zone, ifl, what)                                           \
	"set security zones security-zone " zone " interfaces " ifl            \
	" host-inbound-traffic " what "\n"

static struct in
to_box(const struct side *a, const char *dst, uint8_t proto, uint16_t dport)
{
	struct in p = c2s(a, proto, 40000, dport);

	p.dst = dst;
	p.flags = TCP_SYN;
	return p;
}

static void
test_services(void **state)
{
	static const struct {
		const char *inbound;
		uint8_t proto;
		uint16_t port;
		bool ok;
	} rows[] = {
		{"", IPP_ICMP, 1, false},
		{INBOUND("trust", "system-services ping"), IPP_ICMP, 1, true},
		{INBOUND("trust", "system-services ping"), IPP_TCP, 22, false},
		{INBOUND("untrust", "system-services ping"), IPP_ICMP, 1,
			false},
		{INBOUND("trust", "system-services ssh"), IPP_TCP, 22, true},
		{INBOUND("trust", "system-services ssh"), IPP_TCP, 23, false},
		{INBOUND("trust", "system-services ssh"), IPP_UDP, 22, false},
		{INBOUND("trust", "system-services all"), IPP_TCP, 22, true},
		{INBOUND("trust", "system-services all"), IPP_ICMP, 1, true},
		{INBOUND("trust", "system-services all")
				INBOUND("trust", "system-services ssh except"),
			IPP_TCP, 22, false},
		{INBOUND("trust", "system-services all")
				INBOUND("trust", "system-services ssh except"),
			IPP_TCP, 23, true},
		{INBOUND("trust", "system-services traceroute"), IPP_UDP, 33434,
			true},
		{INBOUND("trust", "system-services traceroute"), IPP_UDP, 33333,
			false},
		{INBOUND("trust", "system-services any-service"), IPP_TCP, 4444,
			true},
		{INBOUND("trust", "system-services any-service"), IPP_ICMP, 1,
			false},
		{INBOUND("trust", "system-services any-service"), 99, 1, false},
		{INBOUND("trust", "protocols bgp"), IPP_TCP, 179, true},
		{INBOUND("trust", "protocols bgp"), IPP_TCP, 22, false},
		{INBOUND("trust", "protocols all"), IPP_OSPF, 0, true},
		{INBOUND("trust", "protocols ospf"), IPP_OSPF, 0, true},
		{INBOUND("trust", "protocols ospf"), IPP_PIM, 0, false},
		/* an interface's own set replaces that of the zone */
		{INBOUND("trust", "system-services all") INBOUND_IFL(
			 "trust", "ge-0/0/0.0", "system-services ping"),
			IPP_TCP, 22, false},
		{INBOUND_IFL("trust", "ge-0/0/0.0", "system-services ssh"),
			IPP_TCP, 22, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[4096] = ZONES;
		struct box *b;

		strcat(config, rows[i].inbound);
		b = box_create(config);
		EACH_FAMILY(a)
		{
			struct out o =
				sent(b, to_box(a, a->box_in, rows[i].proto,
						rows[i].port));

			if ((o.verdict == VERDICT_LOCAL) != rows[i].ok)
				fail_msg("row %zu: %s", i,
					reason_name(o.reason));
			if (!rows[i].ok) {
				assert_int_equal(REASON_HOST_INBOUND, o.reason);
				assert_int_equal(ANSWER_NONE, o.answer);
			}
		}
		assert_int_equal(rows[i].ok ? 2 : 0, box_sessions(b));
		box_free(b);
	}
}

/* The session of a ping to the box, and the box's answer. */
static void
test_session(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(ZONES PINGABLE("trust"));
		struct in p = to_box(a, a->box_in, IPP_ICMP, 1);
		struct in r = {.src = a->box_in,
			.dst = a->client,
			.proto = IPP_ICMP,
			.sport = 40000,
			.dport = 1,
			.reply = true};
		struct session_info s;
		struct out o;

		p.ttl = 1; /* it need not go further */
		assert_int_equal(VERDICT_LOCAL, box_send(b, &p).verdict);
		s = box_session(b, 0);
		assert_string_equal("self-traffic-policy", s.policy);
		assert_int_equal(1, s.policy_index);
		assert_int_equal(0, s.wing[1].ifl.v);
		assert_int_equal(0, s.wing[1].local_vr.v);
		assert_int_equal(0xfffb0006, s.wing[1].route);
		assert_int_equal(2, s.wing[1].token.v);
		o = pass(b, r);
		assert_string_equal("ge-0/0/0.0", o.ifl);
		assert_int_equal(64, o.ttl);
		assert_int_equal(1, box_sessions(b));
		assert_int_equal(4, box_session(b, 0).timeout_s);
		assert_int_equal(1, box_stats(b)->host_in);
		box_free(b);
	}
}

/* An address of the far side needs a policy, then the owner's services. */
static void
test_far_side(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct in p = to_box(a, a->box_out, IPP_ICMP, 1);
		struct box *b =
			box_create(ZONES PINGABLE("trust") PINGABLE("untrust"));

		dropped(b, p, REASON_DEFAULT_DENY);
		box_commit(b, BOX PINGABLE("trust"));
		dropped(b, p, REASON_HOST_INBOUND);
		assert_int_equal(1, box_policy_hits(b, "out"));
		box_commit(b, BOX PINGABLE("untrust"));
		assert_int_equal(VERDICT_LOCAL, box_send(b, &p).verdict);
		assert_string_equal("out", box_session(b, 0).policy);
		box_free(b);
	}
}

#define LOOPBACK                                                               \
	"set interfaces lo0 unit 0 family inet address 203.0.113.77/32\n"      \
	"set interfaces lo0 unit 0 family inet6 address "                      \
	"2001:db8:77::1/128\n" ZONE("trust", "lo0.0")

/* lo0 in the same zone: still a policy, from the zone to itself. */
static void
test_loopback(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		const char *lo = a == sides ? "203.0.113.77" : "2001:db8:77::1";
		struct in p = to_box(a, lo, IPP_ICMP, 1);
		struct box *b = box_create(ZONES LOOPBACK PINGABLE("trust"));

		dropped(b, p, REASON_DEFAULT_DENY);
		box_commit(b, ZONES LOOPBACK PINGABLE("trust") POLICY("trust",
				      "trust", "self", "any", "permit"));
		assert_int_equal(VERDICT_LOCAL, box_send(b, &p).verdict);
		assert_string_equal("self", box_session(b, 0).policy);
		box_free(b);
	}
}

#define HOST(action, app) POLICY("trust", "junos-host", "h", app, action)

static void
test_junos_host(void **state)
{
	const struct side *a = &sides[0];
	struct in ping = to_box(a, a->box_in, IPP_ICMP, 1);
	struct in ssh = to_box(a, a->box_in, IPP_TCP, 22);
	struct box *b = box_create(ZONES INBOUND("trust", "system-services all")
			HOST("deny", "junos-ssh"));
	struct out o;

	(void)state;
	dropped(b, ssh, REASON_POLICY_DENY);
	assert_int_equal(box_policy_hits(b, "h"), 1);
	assert_int_equal(VERDICT_LOCAL, box_send(b, &ping).verdict);
	assert_int_equal(box_policy_hits(b, "h"), 1);
	assert_string_equal("self-traffic-policy", box_session(b, 0).policy);
	box_commit(b, ZONES INBOUND("trust", "system-services all")
			      HOST("reject", "junos-ssh"));
	o = dropped(b, ssh, REASON_POLICY_REJECT);
	assert_int_equal(TCP_RST | TCP_ACK, o.told.flags);
	/* it does not open what host-inbound-traffic keeps shut */
	box_commit(b, ZONES PINGABLE("trust") HOST("permit", "any"));
	dropped(b, ssh, REASON_HOST_INBOUND);
	/* and the default policy does not decide about it */
	ssh.sport++;
	box_commit(b, ZONES INBOUND("trust", "system-services ssh")
			      HOST("permit", "junos-telnet"));
	assert_int_equal(VERDICT_LOCAL, box_send(b, &ssh).verdict);
	box_free(b);
}

/* The box pings: its own session, from zone junos-host. */
static void
test_from_box(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(ZONES DEFAULTS);
		struct in p = {.src = a->box_out,
			.dst = a->far,
			.proto = IPP_ICMP,
			.sport = 7,
			.dport = 0};
		struct in r = {.ifl = "ge-0/0/1.0",
			.src = a->far,
			.dst = a->box_out,
			.proto = IPP_ICMP,
			.sport = 7,
			.dport = 0,
			.reply = true};
		struct session_info s;
		struct out o;

		o = pass(b, p); /* no policy is needed */
		assert_string_equal("ge-0/0/1.0", o.ifl);
		assert_string_equal(a->gateway, o.to);
		assert_int_equal(64, o.ttl);
		s = box_session(b, 0);
		assert_string_equal("self-traffic-policy", s.policy);
		assert_int_equal(0, s.wing[0].ifl.v);
		assert_int_equal(2, s.wing[0].token.v);
		assert_int_equal(0x31, s.wing[0].flag);
		/* no host-inbound-traffic is needed for the answer */
		assert_int_equal(VERDICT_LOCAL, box_send(b, &r).verdict);
		assert_int_equal(4, box_session(b, 0).timeout_s);
		r.dport = 9; /* but an answer to nothing is nothing */
		dropped(b, r, REASON_ICMP_NO_SESSION);
		box_commit(b, ZONES DEFAULTS POLICY("junos-host", "untrust",
				      "quiet", "any", "deny"));
		p.dport = 1;
		dropped(b, p, REASON_POLICY_DENY);
		assert_int_equal(box_policy_hits(b, "quiet"), 1);
		box_free(b);
	}
}

/* The box pings itself. */
static void
test_itself(void **state)
{
	(void)state;
	EACH_FAMILY(a)
	{
		struct box *b = box_create(ZONES);

		for (uint16_t seq = 0; seq < 3; seq++) { /* id 1, seq 1 too */
			struct in p = {.src = a->box_out,
				.dst = a->box_out,
				.proto = IPP_ICMP,
				.sport = 1,
				.dport = seq};

			assert_int_equal(
				VERDICT_LOCAL, box_send(b, &p).verdict);
			p.reply = true;
			assert_int_equal(
				VERDICT_LOCAL, box_send(b, &p).verdict);
		}
		box_sleep(b, 62000);
		assert_int_equal(0, box_sessions(b));
		box_sleep(b, 2000);
		assert_int_equal(0, box_env(b)->sessions->invalid);
		box_free(b);
	}
}

#define LINK_LOCAL                                                             \
	"set interfaces ge-0/0/0 unit 0 family inet6 address fe80::1/64\n"     \
	"set interfaces ge-0/0/1 unit 0 family inet6 address fe80::1/64\n"

/* The same link-local addresses on both links, to and from the box. */
static void
test_link_local(void **state)
{
	static const char *const ifls[] = {"ge-0/0/0.0", "ge-0/0/1.0"};
	struct box *b = box_create(ZONES LINK_LOCAL DEFAULTS OUTWARD PINGABLE(
		"trust") PINGABLE("untrust"));
	struct in p = {.src = "fe80::2",
		.dst = "fe80::1",
		.proto = IPP_ICMP,
		.sport = 7,
		.dport = 1};
	struct in r = {.src = "fe80::1",
		.dst = "fe80::2",
		.proto = IPP_ICMP,
		.sport = 7,
		.dport = 1,
		.reply = true};
	struct out o;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		p.ifl = r.scope = ifls[i];
		o = box_send(b, &p);
		assert_string_equal("none", reason_name(o.reason));
		assert_int_equal(VERDICT_LOCAL, o.verdict);
		assert_string_equal(
			"self-traffic-policy", box_session(b, i).policy);
	}
	assert_int_equal(2, box_sessions(b));
	for (unsigned int i = 0; i < 2; i++) {
		r.scope = ifls[i];
		o = pass(b, r);
		assert_string_equal(ifls[i], o.ifl);
		assert_int_equal(4, box_session(b, i).timeout_s);
	}
	assert_int_equal(2, box_sessions(b));
	for (unsigned int i = 0; i < 2; i++) {
		p.src = "fe80::1"; /* the box asks */
		p.dst = "fe80::9";
		p.ifl = NULL;
		p.sport = (uint16_t)(8 + i);
		p.scope = ifls[i];
		o = pass(b, p);
		assert_string_equal(ifls[i], o.ifl);
		assert_string_equal("fe80::9", o.to);
	}
	/* nobody forwards them to another link */
	p = c2s(&sides[1], IPP_UDP, 1, 2);
	p.src = "fe80::77";
	dropped(b, p, REASON_BAD_ADDRESS);
	p = c2s(&sides[1], IPP_UDP, 1, 2);
	p.dst = "fe80::77";
	assert_int_equal(VERDICT_DROP, box_send(b, &p).verdict);
	box_free(b);
}

/*
 * Two tenants with the same addresses, the box's and theirs: every flow is
 * its own, since its token and table are.
 */
#define TENANT(vr, x, y)                                                       \
	"set interfaces ge-0/0/" x " unit 0 family inet address "              \
	"198.51.100.1/24\n"                                                    \
	"set interfaces ge-0/0/" y " unit 0 family inet address "              \
	"192.0.2.1/24\n"                                                       \
	"set routing-instances " vr " instance-type virtual-router\n"          \
	"set routing-instances " vr " interface ge-0/0/" x ".0\n"              \
	"set routing-instances " vr " interface ge-0/0/" y                     \
	".0\n" ZONE(vr "-in", "ge-0/0/" x ".0")                                \
		ZONE(vr "-out", "ge-0/0/" y ".0") PINGABLE(vr "-in")           \
			POLICY(vr "-in", vr "-out", "p", "any", "permit")

static void
tenant_packets(struct box *b, const char *vr, const char *in, const char *out)
{
	const struct side *a = &sides[0];
	struct in p = c2s(a, IPP_UDP, 1, 2), q = s2c(a, IPP_UDP, 1, 2);
	struct in ping = to_box(a, a->box_in, IPP_ICMP, 1);
	struct in pong = {.vr = vr,
		.src = a->box_in,
		.dst = a->client,
		.proto = IPP_ICMP,
		.sport = 40000,
		.dport = 1,
		.reply = true};

	p.ifl = ping.ifl = in;
	q.ifl = out;
	assert_string_equal(out, pass(b, p).ifl);
	assert_string_equal(in, pass(b, q).ifl);
	assert_int_equal(VERDICT_LOCAL, box_send(b, &ping).verdict);
	assert_string_equal(in, pass(b, pong).ifl);
	pong.reply = false; /* and the box asks, from both */
	pong.sport = 5;
	assert_string_equal(in, pass(b, pong).ifl);
}

static void
test_tenants(void **state)
{
	struct box *b = box_create(TENANT("A", "0", "1") TENANT("B", "2", "3"));

	(void)state;
	tenant_packets(b, "A", "ge-0/0/0.0", "ge-0/0/1.0");
	tenant_packets(b, "B", "ge-0/0/2.0", "ge-0/0/3.0");
	assert_int_equal(6, box_sessions(b));
	for (unsigned int i = 0; i < 6; i++) {
		struct session_info s = box_session(b, i);

		if (s.wing[1].ifl.v == 0)
			assert_int_equal(i < 3 ? 4 : 5, s.wing[1].local_vr.v);
		assert_int_equal(1, s.wing[0].packets);
	}
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_far_side),
		cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_junos_host),
		cmocka_unit_test(test_from_box),
		cmocka_unit_test(test_itself),
		cmocka_unit_test(test_link_local),
		cmocka_unit_test(test_tenants),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
