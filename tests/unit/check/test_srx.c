/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole configurations as SRX boxes have them: every statement is known
 * [CF-92], and they stay what they are in every form; a value that Junos
 * refuses is refused, with its line and why [CF-93].
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"
#include "config/config.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const files[] = {"branch-factory", "datacenter-cluster",
	"campus-utm", "tenants", "provider-edge"};

static void
read_file(const char *name, struct sbuf *out)
{
	const char *dir = getenv("CHECK_DIR");
	char path[4096], buf[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/srx/%s.conf", dir ? dir : ".", name);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		sbuf_add(out, buf, n);
	fclose(f);
}

static struct config_tree *
load(const char *text, size_t len, const char *what)
{
	struct report report = REPORT_INIT;
	struct sbuf said = SBUF_INIT;
	struct config_tree *t = NULL;
	int rc = config_load_text(text, len, NULL, &t, &report);

	report_text(&report, &said);
	if (rc != 0)
		fail_msg("%s: %s", what, sbuf_text(&said));
	report_done(&report);
	sbuf_done(&said);
	return t;
}

/* Every statement is known. */
static void
judge(const char *name, const struct sbuf *text)
{
	struct check c = CHECK_INIT;
	struct sbuf out = SBUF_INIT;

	assert_int_equal(check_text(&c, text->data, text->len, &out), 0);
	for (size_t i = 0; i < c.n; i++)
		if (c.lines[i].status == CHECK_UNKNOWN)
			fail_msg("%s:%u: %s: %s", name, c.lines[i].line,
				c.lines[i].statement, c.lines[i].reason);
	assert_true(c.count[CHECK_SUPPORTED] > 10);
	check_done(&c);
	sbuf_done(&out);
}

/* It prints as what it was, in curly and in set form. */
static void
round_trip(const char *name, const struct config_tree *t, bool set)
{
	struct sbuf out = SBUF_INIT;
	struct config_tree *again;

	if (set)
		config_print_set(config_root(t), false, &out);
	else
		config_print_curly(config_root(t), 0, &out);
	again = load(out.data, out.len, name);
	if (!config_equal(t, again))
		fail_msg("%s: not the same in %s form", name,
			set ? "set" : "curly");
	config_free(again);
	sbuf_done(&out);
}

/* As many statements, and all of them known, in XML. */
static void
as_xml(const char *name, const struct config_tree *t)
{
	struct check c = CHECK_INIT;
	struct sbuf out = SBUF_INIT, why = SBUF_INIT;

	config_print_xml(config_root(t),
		"xmlns:junos=\"http://xml.juniper.net/junos/23.4R1/junos\"",
		&out);
	if (check_text(&c, out.data, out.len, &why) != 0)
		fail_msg("%s: %s", name, sbuf_text(&why));
	for (size_t i = 0; i < c.n; i++)
		if (c.lines[i].status == CHECK_UNKNOWN)
			fail_msg("%s as XML: %s: %s", name,
				c.lines[i].statement, c.lines[i].reason);
	check_done(&c);
	sbuf_done(&out);
	sbuf_done(&why);
}

/* [CF-92] */
static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct sbuf text = SBUF_INIT;
		struct config_tree *t;

		read_file(files[i], &text);
		judge(files[i], &text);
		t = load(text.data, text.len, files[i]);
		round_trip(files[i], t, false);
		round_trip(files[i], t, true);
		as_xml(files[i], t);
		config_free(t);
		sbuf_done(&text);
	}
}

/* [CF-93]: a line, and what is wrong with it. */
static const struct {
	const char *line, *reason;
} bad[] = {
#define RANGE(from, to) "not within range (" #from ".." #to ")"
	{"system login password minimum-length 5", RANGE(6, 20)},
	{"system login password format rot13", "rot13"},
	{"system login retry-options lockout-period 50000", RANGE(1, 43200)},
	{"system login user x uid 7", RANGE(100, 64000)},
	{"system services ssh rate-limit 251", RANGE(1, 250)},
	{"system services dhcp pool 10.0.0.0/8 address-range low x", "x"},
	{"system services rest http port 80", RANGE(1024, 65535)},
	{"system internet-options tcp-mss 1", RANGE(64, 65535)},
	{"system arp aging-timer 0", RANGE(1, 240)},
	{"system ntp server 192.0.2.1 version 5", RANGE(1, 4)},
	{"system archival configuration transfer-interval 1", RANGE(15, 2880)},
	{"system tacplus-server 192.0.2.1 timeout 91", RANGE(1, 90)},
	{"system syslog host 192.0.2.1 any loud", "loud"},
	{"system max-configuration-rollbacks 50", RANGE(0, 49)},
	{"chassis cluster reth-count 129", RANGE(1, 128)},
	{"chassis cluster heartbeat-interval 1", RANGE(1000, 2000)},
	{"chassis cluster redundancy-group 1 node 2 priority 1", RANGE(0, 1)},
	{"chassis cluster redundancy-group 1 node 0 priority 255",
		RANGE(1, 254)},
	{"chassis cluster redundancy-group 1 interface-monitor ge-0/0/0 "
	 "weight 256",
		RANGE(0, 255)},
	{"chassis alarm management-ethernet link-down blue", "blue"},
	{"chassis maximum-ecmp 17", "17"},
	{"interfaces ge-0/0/0 gigether-options redundant-parent a/b", "a/b"},
	{"interfaces reth0 redundant-ether-options redundancy-group 0",
		RANGE(1, 128)},
	{"interfaces ae0 aggregated-ether-options lacp periodic often",
		"often"},
	{"interfaces ge-0/0/0 hold-time up soon", "soon"},
	{"interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24 "
	 "vrrp-group 1 priority 256",
		RANGE(0, 255)},
	{"interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24 arp "
	 "192.0.2.2 mac 02:00:00",
		"02:00:00"},
	{"interfaces ge-0/0/0 unit 0 family ethernet-switching "
	 "interface-mode hybrid",
		"hybrid"},
	{"interfaces gr-0/0/0 unit 0 tunnel source here", "here"},
	{"interfaces pp0 unit 0 pppoe-options idle-timeout 65536",
		RANGE(0, 65535)},
	{"security alg dns maximum-message-length 9000", RANGE(512, 8192)},
	{"security alg sip t4-interval 11", RANGE(5, 10)},
	{"security pki ca-profile x revocation-check crl refresh-interval "
	 "9000",
		RANGE(0, 8784)},
	{"security idp idp-policy p rulebase-ips rule 1 then severity huge",
		"huge"},
	{"security idp security-package automatic interval 337", RANGE(1, 336)},
	{"security utm feature-profile web-filtering juniper-enhanced "
	 "profile p default ask",
		"ask"},
	{"security utm feature-profile anti-virus profile p scan-options "
	 "content-size-limit 19",
		RANGE(20, 40000)},
	{"security ike proposal p lifetime-seconds 100", RANGE(180, 86400)},
	{"security ike gateway g dead-peer-detection interval 1", RANGE(2, 60)},
	{"security ipsec proposal p protocol tcp", "tcp"},
	{"security dynamic-address feed-server f update-interval 29",
		RANGE(30, 4294967295)},
	{"security application-tracking session-update-interval 1440",
		RANGE(1, 1439)},
	{"security screen trap interval 3601", RANGE(1, 3600)},
	{"forwarding-options sampling input rate 0", RANGE(1, 16000000)},
	{"policy-options policy-statement p term t then origin x", "x"},
	{"policy-options policy-statement p then local-preference lots",
		"lots"},
	{"policy-options damping d half-life 46", RANGE(1, 45)},
	{"protocols ospf area 0 interface lo0.0 metric 0", RANGE(1, 65535)},
	{"protocols bgp group g bfd-liveness-detection multiplier 256",
		RANGE(1, 255)},
	{"protocols lldp advertisement-interval 4", RANGE(5, 32768)},
	{"routing-options static route 0.0.0.0/0 bfd-liveness-detection "
	 "minimum-interval 0",
		RANGE(1, 255000)},
	{"routing-options autonomous-system 64500 loops 11", RANGE(1, 10)},
	{"routing-instances v instance-type router", "router"},
	{"access profile p client c firewall-user password", "missing"},
	{"access address-assignment pool p family inet range r low 2001:db8::1",
		"2001:db8::1"},
	{"access profile p session-options client-idle-timeout 9",
		RANGE(10, 255)},
	{"snmp trap-group g version v4", "v4"},
	{"class-of-service forwarding-classes class c queue-num 16",
		RANGE(0, 15)},
};

/* Is it refused for that reason, in its line? */
static bool
refused(const char *line, const char *reason)
{
	struct report report = REPORT_INIT;
	struct sbuf text = SBUF_INIT, said = SBUF_INIT;
	struct config_tree *t = NULL;
	bool ok;

	sbuf_printf(&text, "set system host-name a\nset %s\n", line);
	ok = config_load_text(text.data, text.len, NULL, &t, &report) ==
		     -EINVAL &&
	     report.errors == 1 && report.entries[0].line == 2;
	report_text(&report, &said);
	ok = ok && strstr(sbuf_text(&said), reason) != NULL;
	if (!ok)
		print_error("%s: '%s'\n", line, sbuf_text(&said));
	report_done(&report);
	config_free(t);
	sbuf_done(&said);
	sbuf_done(&text);
	return ok;
}

static void
test_bad(void **state)
{
	unsigned int wrong = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		wrong += !refused(bad[i].line, bad[i].reason);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
