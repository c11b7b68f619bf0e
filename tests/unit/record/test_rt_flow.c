/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <arpa/inet.h>
#include <string.h>

#include "flow/session.h"
#include "image/nat_spec.h"
#include "pkt/key.h"
#include "record/rt_flow.h"

#define NAT                                                                    \
	"set security nat source rule-set rs from zone trust\n"                \
	"set security nat source rule-set rs to zone untrust\n"                \
	"set security nat source rule-set rs rule r1 match source-address "    \
	"198.51.100.0/24\n"                                                    \
	"set security nat source rule-set rs rule r1 then source-nat "         \
	"interface\n"

static struct image *image;
static struct record_names *names;

static struct flow_key
key(const char *src, uint16_t sport, const char *dst, uint16_t dport,
	uint8_t protocol, uint16_t token)
{
	struct flow_key k = {.sport_be = htons(sport),
		.dport_be = htons(dport),
		.protocol = protocol,
		.token = token};
	struct ip_addr a, b;

	assert_true(ip_addr_parse(src, &a) && ip_addr_parse(dst, &b));
	k.family = (uint8_t)a.family;
	if (a.family == IP_V4) {
		k.v4.src_be = a.v4_be;
		k.v4.dst_be = b.v4_be;
	} else {
		memcpy(k.v6.src, a.b, 16);
		memcpy(k.v6.dst, b.b, 16);
	}
	return k;
}

/* ssh from trust to untrust, without NAT. */
static struct flow_log_record
ssh(enum flow_log_kind kind)
{
	uint16_t from = image_zone_by_name(image, "trust")->id.v;
	struct zone_id to = image_zone_by_name(image, "untrust")->id;
	struct flow_log_record r = {.kind = (uint8_t)kind,
		.in = key("198.51.100.2", 1024, "192.0.2.2", 22, IPP_TCP, from),
		.out = key(
			"192.0.2.2", 22, "198.51.100.2", 1024, IPP_TCP, to.v),
		.to = to,
		.session = 77,
		.policy = image_spec_of(image)->policies[0].index,
		.ifl = image_ifl_by_name(image, "ge-0/0/0.0")->id,
		.packets = {10, 9},
		.bytes = {1000, 2000},
		.elapsed_s = 12,
		.close = CLOSE_TCP_FIN};

	return r;
}

static void
check_text(const struct flow_log_record *r, const char *want)
{
	struct sbuf b = SBUF_INIT;

	rt_flow_text(names, r, &b);
	assert_string_equal(want, sbuf_text(&b));
	sbuf_done(&b);
}

static void
check_data(const struct flow_log_record *r, const char *want)
{
	struct sbuf b = SBUF_INIT;

	rt_flow_data(names, r, &b);
	assert_string_equal(want, sbuf_text(&b));
	sbuf_done(&b);
}

/* [LG-3] [LG-4] */
static void
test_lg3_create(void **state)
{
	struct flow_log_record r = ssh(FLOW_LOG_CREATE);

	(void)state;
	assert_string_equal("RT_FLOW_SESSION_CREATE", rt_flow_id(&r));
	check_text(&r,
		"session created 198.51.100.2/1024->192.0.2.2/22 0x0 junos-ssh "
		"198.51.100.2/1024->192.0.2.2/22 0x0 N/A N/A N/A N/A 6 out "
		"trust untrust 77 N/A(N/A) ge-0/0/0.0 UNKNOWN UNKNOWN UNKNOWN "
		"N/A N/A -1 N/A");
	check_data(&r,
		"[junos@2636.1.1.1.2.129 source-address=\"198.51.100.2\" "
		"source-port=\"1024\" destination-address=\"192.0.2.2\" "
		"destination-port=\"22\" connection-tag=\"0x0\" "
		"service-name=\"junos-ssh\" "
		"nat-source-address=\"198.51.100.2\" nat-source-port=\"1024\" "
		"nat-destination-address=\"192.0.2.2\" "
		"nat-destination-port=\"22\" nat-connection-tag=\"0x0\" "
		"src-nat-rule-type=\"N/A\" src-nat-rule-name=\"N/A\" "
		"dst-nat-rule-type=\"N/A\" dst-nat-rule-name=\"N/A\" "
		"protocol-id=\"6\" policy-name=\"out\" "
		"source-zone-name=\"trust\" "
		"destination-zone-name=\"untrust\" session-id-32=\"77\" "
		"username=\"N/A\" roles=\"N/A\" "
		"packet-incoming-interface=\"ge-0/0/0.0\" "
		"application=\"UNKNOWN\" nested-application=\"UNKNOWN\" "
		"encrypted=\"UNKNOWN\" application-category=\"N/A\" "
		"application-sub-category=\"N/A\" application-risk=\"-1\" "
		"application-characteristics=\"N/A\"]");
}

static void
test_lg3_close(void **state)
{
	struct flow_log_record r = ssh(FLOW_LOG_CLOSE);

	(void)state;
	assert_string_equal("RT_FLOW_SESSION_CLOSE", rt_flow_id(&r));
	check_text(&r,
		"session closed TCP FIN: 198.51.100.2/1024->192.0.2.2/22 0x0 "
		"junos-ssh 198.51.100.2/1024->192.0.2.2/22 0x0 N/A N/A N/A N/A "
		"6 out trust untrust 77 10(1000) 9(2000) 12 UNKNOWN UNKNOWN "
		"N/A(N/A) ge-0/0/0.0 UNKNOWN N/A N/A -1 N/A");
}

static void
test_lg3_deny(void **state)
{
	struct flow_log_record r = ssh(FLOW_LOG_DENY);

	(void)state;
	r.session = 0;
	r.in.protocol = IPP_ICMP;
	r.icmp_type = 8;
	assert_string_equal("RT_FLOW_SESSION_DENY", rt_flow_id(&r));
	check_text(&r,
		"session denied 198.51.100.2/1024->192.0.2.2/22 0x0 icmp 1(8) "
		"out trust untrust UNKNOWN UNKNOWN N/A(N/A) ge-0/0/0.0 UNKNOWN "
		"Denied by policy 0 N/A N/A -1 N/A");
	r.to = ZONE_JUNOS_HOST;
	r.local_vr = (struct vr_id){0};
	check_text(&r,
		"session denied 198.51.100.2/1024->192.0.2.2/22 0x0 icmp 1(8) "
		"out trust junos-host UNKNOWN UNKNOWN N/A(N/A) .local..0 "
		"UNKNOWN Denied by policy 0 N/A N/A -1 N/A");
}

/* [SC-13] */
static void
test_sc13_screen(void **state)
{
	static const struct {
		enum screen_attack attack;
		bool dropped;
		const char *id, *text;
	} rows[] = {
		{SCREEN_TCP_PORT_SCAN, true, "RT_SCREEN_TCP",
			"TCP port scan! source: 198.51.100.2:1024, "
			"destination: 192.0.2.2:22, zone name: trust, "
			"interface name: ge-0/0/0.0, action: drop"},
		{SCREEN_UDP_FLOOD, false, "RT_SCREEN_UDP",
			"UDP flood! source: 198.51.100.2:1024, destination: "
			"192.0.2.2:22, zone name: trust, interface name: "
			"ge-0/0/0.0, action: alarm-without-drop"},
		{SCREEN_ICMP_FLOOD, true, "RT_SCREEN_ICMP",
			"ICMP flood! source: 198.51.100.2, destination: "
			"192.0.2.2, zone name: trust, interface name: "
			"ge-0/0/0.0, action: drop"},
		{SCREEN_SPOOFING, true, "RT_SCREEN_IP",
			"IP spoofing! source: 198.51.100.2, destination: "
			"192.0.2.2, protocol-id: 6, zone name: trust, "
			"interface name: ge-0/0/0.0, action: drop"},
		{SCREEN_SYN_SOURCE, true, "RT_SCREEN_TCP_SRC_IP",
			"TCP SYN flood source! source: 198.51.100.2, zone "
			"name: trust, interface name: ge-0/0/0.0, action: "
			"drop"},
		{SCREEN_SYN_DESTINATION, true, "RT_SCREEN_TCP_DST_IP",
			"TCP SYN flood destination! destination: 192.0.2.2, "
			"zone name: trust, interface name: ge-0/0/0.0, "
			"action: drop"},
		{SCREEN_SOURCE_LIMIT, true, "RT_SCREEN_SESSION_LIMIT",
			"Source session limit! source: 198.51.100.2, zone "
			"name: trust, interface name: ge-0/0/0.0, action: "
			"drop"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct flow_log_record r = ssh(FLOW_LOG_SCREEN);

		r.reason = (uint8_t)rows[i].attack;
		r.dropped = rows[i].dropped;
		assert_string_equal(rows[i].id, rt_flow_id(&r));
		check_text(&r, rows[i].text);
	}
	for (unsigned int a = 0; a < SCREEN_COUNT; a++) {
		struct flow_log_record r = ssh(FLOW_LOG_SCREEN);

		r.reason = (uint8_t)a;
		assert_ptr_equal(
			rt_flow_id(&r), strstr(rt_flow_id(&r), "RT_SCREEN_"));
	}
}

/* [LG-5] The translated tuple is the Out wing's, turned round. */
static void
test_lg5_nat(void **state)
{
	struct flow_log_record r = ssh(FLOW_LOG_CREATE);

	(void)state;
	r.out = key("192.0.2.2", 22, "192.0.2.1", 30000, IPP_TCP, r.to.v);
	r.nat_kind[0] = NAT_SOURCE;
	r.nat_rule[0] = image_spec_of(image)->nat.rules[NAT_SOURCE][0].id;
	check_text(&r,
		"session created 198.51.100.2/1024->192.0.2.2/22 0x0 junos-ssh "
		"192.0.2.1/30000->192.0.2.2/22 0x0 source rule r1 N/A N/A 6 "
		"out trust untrust 77 N/A(N/A) ge-0/0/0.0 UNKNOWN UNKNOWN "
		"UNKNOWN N/A N/A -1 N/A");
}

/* [LG-6] */
static void
test_lg6_reasons(void **state)
{
	static const struct {
		enum close_reason why;
		const char *text;
	} rows[] = {
		{CLOSE_NONE, "unset"},
		{CLOSE_IDLE, "idle Timeout"},
		{CLOSE_TCP_FIN, "TCP FIN"},
		{CLOSE_TCP_CLIENT_RST, "TCP CLIENT RST"},
		{CLOSE_TCP_SERVER_RST, "TCP SERVER RST"},
		{CLOSE_RESPONSE, "response received"},
		{CLOSE_ICMP_ERROR, "ICMP error"},
		{CLOSE_CLI, "CLI"},
		{CLOSE_REROUTE, "unset"},
		{CLOSE_POLICY, "Policy delete"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(rows[i].text,
			rt_flow_close_reason((uint8_t)rows[i].why));
}

/* [LG-7] Names outlive the commit that takes them away. */
static void
test_lg7_names(void **state)
{
	struct flow_log_record r = ssh(FLOW_LOG_CREATE);
	struct record_names *n = record_names_create();
	struct image *other = world_of("set system host-name other\n");

	(void)state;
	assert_non_null(n);
	record_names_learn(n, image);
	record_names_learn(n, other);
	assert_string_equal("out", record_policy_name(n, r.policy));
	assert_string_equal("untrust", record_zone_name(n, r.to));
	assert_string_equal("other", record_host_name(n));
	assert_string_equal("N/A", record_policy_name(n, 99999));
	assert_string_equal("None", record_service_name(n, IPP_TCP, 1));
	record_names_free(n);
	image_free(other);
}

static int
setup(void **state)
{
	(void)state;
	image = world_of(WORLD NAT);
	names = record_names_create();
	record_names_learn(names, image);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	record_names_free(names);
	image_free(image);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lg3_create),
		cmocka_unit_test(test_lg3_close),
		cmocka_unit_test(test_lg3_deny),
		cmocka_unit_test(test_sc13_screen),
		cmocka_unit_test(test_lg5_nat),
		cmocka_unit_test(test_lg6_reasons),
		cmocka_unit_test(test_lg7_names),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
