/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands, long answers, jobs, rates, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sbuf.h"
#include "image/image.h"
#include "lab.h"
#include "record/capture.h"
#include "ops/ops_impl.h"
#include "render/product.h"
#include "render/render.h"

static void
test_table(void **state)
{
	const char *before = "";

	for (const struct command *c = ops_commands; c->words; c++) {
		bool bare = false;

		assert_true(strcmp(before, c->words) < 0);
		before = c->words;
		assert_non_null(c->run);
		assert_true(c->help != NULL && c->help[0] != '\0');
		assert_int_equal(
			c->changes, strncmp(c->words, "clear", 5) == 0);
		if (c->rpc != NULL)
			assert_ptr_equal(ops_command_by_rpc(c->rpc), c);
		for (const struct command_arg *a = c->args; a && a->element;
			a++) {
			assert_non_null(a->help);
			assert_true((a->kind == ARG_BARE) == (a->word == NULL));
			assert_false(a->kind == ARG_BARE && bare);
			bare = bare || a->kind == ARG_BARE;
		}
	}
	assert_null(ops_command_by_rpc("get-nothing"));
	assert_string_equal(
		ops_command_by_rpc("get-flow-session-by-identifier")->words,
		"show security flow session");
}

/* [OP-5] */
static void
test_ages(void **state)
{
	static const struct {
		uint64_t s;
		const char *text, *brief;
	} rows[] = {
		{0, "00:00:00", "0"},
		{59, "00:00:59", "59"},
		{250, "00:04:10", "4:10"},
		{3661, "01:01:01", "1:01:01"},
		{86399, "23:59:59", "23:59:59"},
		{86400 + 7384, "1d 02:03:04", "1d 2:03:04"},
		{17 * 86400 + 14706, "2w3d 04:05:06", "2w3d 4:05:06"},
	};
	char buf[OPS_TIME_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(ops_age_text(rows[i].s, buf), rows[i].text);
		assert_string_equal(
			ops_age_short(rows[i].s, buf), rows[i].brief);
	}
	assert_string_equal(
		ops_time_text(LAB_START, buf), "2026-01-01 00:00:00 UTC");
}

/* Every way to be wrong gives an error tree, and its text [OP-4]. */
static void
test_refused(void **state)
{
	static const char *const lines[] = {
		"show route 1.2.3",
		"show route exact",
		"show route longer",
		"show route protocol x",
		"show route table x.inet.0",
		"show route instance x",
		"show route forwarding-table table x",
		"show route forwarding-table 1/99",
		"show security flow session application nope",
		"show security flow session source-port 65536",
		"show security flow session protocol nope",
		"show security flow session interface ge-9/9/9.0",
		"show security flow session family x",
		"show security flow session source-prefix x",
		"clear security flow session source-prefix 1.2.3.4/33",
		"show security policies from-zone nope",
		"show security policies hit-count less-than x",
		"show security zones nope",
		"show interfaces ge-0/0/9.0",
		"show interfaces routing-instance nope",
		"show security match-policies from-zone LAN",
		"show security match-policies from-zone LAN to-zone ISP "
		"source-ip 192.0.2.1 destination-ip 2001:db8::1 source-port 1 "
		"destination-port 1 protocol tcp",
		"show arp interface nope",
		"show arp vpn nope",
		"show arp hostname x",
		"clear arp interface nope",
		"show firewall counter nope",
		"ping",
		"ping nohost",
		"ping 192.0.2.1 inet6",
		"ping 192.0.2.1 count 0",
		"ping 192.0.2.1 size 70000",
		"ping 192.0.2.1 ttl 256",
		"ping 192.0.2.1 source 2001:db8::1",
		"ping 192.0.2.1 source 203.0.113.200",
		"ping 192.0.2.1 routing-instance nope",
		"ping 192.0.2.1 interface nope",
		"monitor traffic",
		"monitor traffic interface nope",
		"monitor traffic interface lo0",
		"monitor traffic interface ge-0/0/1 matching ((",
		"monitor traffic interface ge-0/0/1 write-file /etc/x",
		"monitor traffic interface ge-0/0/1 write-file ../x",
		"monitor traffic interface ge-0/0/1 write-file /tmp/../x",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *text = lab_run_text(lines[i]);

		if (text == NULL || strncmp(text, "error: ", 7) != 0 ||
			strchr(text, '\n') != text + strlen(text) - 1)
			fail_msg("%s: %s", lines[i], text ? text : "NULL");
		free(text);
	}
}

static const struct image *
no_image(void)
{
	return NULL;
}

static void
test_before_first_commit(void **state)
{
	struct ops_env env = lab_env;

	lab_env.image = no_image;
	for (const struct command *c = ops_commands; c->words; c++) {
		char *text = lab_run_text(c->words);

		assert_non_null(text);
		free(text);
	}
	lab_env.image = env.image;
}

/* ---- long answers [OP-3] ---- */

static unsigned int
count_lines(const char *text, const char *start)
{
	unsigned int n = 0;

	for (const char *p = text; p != NULL; p = strchr(p, '\n')) {
		p += p != text;
		n += strncmp(p, start, strlen(start)) == 0;
	}
	return n;
}

static void
test_many_sessions(void **state)
{
	struct tree *whole;
	struct sbuf joined = SBUF_INIT;
	char *text;

	for (unsigned int i = 3; i < 2000; i++) {
		lab_fake.sessions[i] = lab_fake.sessions[0];
		lab_fake.sessions[i].id = 5000 + i;
	}
	lab_fake.nsessions = 2000;
	text = lab_run_text("show security flow session");
	assert_int_equal(count_lines(text, "Session ID: "), 2000);
	assert_int_equal(count_lines(text, "Total sessions: 2000"), 1);
	assert_int_equal(count_lines(text, "Total sessions: "), 1);
	whole = lab_run("show security flow session");
	render_text(whole, &joined);
	assert_string_equal(text, sbuf_text(&joined));
	sbuf_done(&joined);
	tree_free(whole);
	free(text);
	text = lab_run_text("show security flow session count 700");
	assert_int_equal(count_lines(text, "Session ID: "), 700);
	assert_int_equal(count_lines(text, "Total sessions: 700"), 1);
	free(text);
	lab_fake.nsessions = 3;
}

/* ---- session filters reach the workers as they were meant ---- */

static void
test_session_filters(void **state)
{
	char *text = lab_run_text(
		"show security flow session source-prefix 192.168.0.0/16 "
		"destination-port 80 source-port 1024 protocol udp policy-id 4 "
		"interface ge-0/0/1.0 zone ISP family inet nat");
	const struct session_filter *f = &lab_fake.last_filter;

	assert_int_equal(f->src.len, 16);
	assert_true(f->has_dport && f->dport == 80);
	assert_true(f->has_sport && f->sport == 1024);
	assert_true(f->has_protocol && f->protocol == IPP_UDP);
	assert_true(f->has_policy && f->policy_index == 4);
	assert_int_equal(f->ifl.v, 2);
	assert_int_equal(f->zone.v, 7);
	assert_int_equal(f->family, IP_V4);
	assert_true(f->nat);
	free(text);
	text = lab_run_text("show security flow session application http");
	assert_int_equal(f->ndports, 1);
	assert_int_equal(f->dports[0], 80);
	assert_true(f->has_protocol && f->protocol == IPP_TCP);
	free(text);
	text = lab_run_text("clear security flow session tunnel");
	assert_string_equal(text, "0 active sessions cleared\n");
	free(text);
}

/* ---- ping ---- */

static void
start_job(const char *line)
{
	char *text = lab_run_text(line);

	assert_non_null(text);
	assert_string_equal(text, "");
	free(text);
}

static char *
job_text(void)
{
	struct sbuf b = SBUF_INIT;

	for (unsigned int i = 0; i < lab_fake.nsent; i++)
		render_text_part(
			lab_fake.sent[i], i == 0, i + 1 == lab_fake.nsent, &b);
	lab_job_reset();
	return sbuf_take(&b);
}

static void
ping_event(struct ping_event e)
{
	lab_fake.ping_cb(lab_fake.ping_ctx, &e);
}

static void
test_ping(void **state)
{
	struct ip_addr a;
	char *text;

	ip_addr_parse("192.0.2.1", &a);
	start_job("ping 192.0.2.1 count 3 routing-instance ISP size 56");
	assert_int_equal(lab_fake.ping.vr.v, 4);
	assert_int_equal(lab_fake.ping.count, 3);
	assert_int_equal(lab_fake.ping.interval_ms, 1000);
	assert_int_equal(lab_fake.ping.ttl, 64);
	ping_event((struct ping_event){.kind = PING_REPLY,
		.from = a,
		.bytes = 64,
		.ttl = 64,
		.rtt_us = 1013});
	ping_event((struct ping_event){.kind = PING_TIMEOUT, .sequence = 1});
	ping_event((struct ping_event){.kind = PING_UNREACHABLE,
		.from = a,
		.icmp_type = 3,
		.icmp_code = 13,
		.sequence = 2});
	assert_false(lab_fake.done);
	ping_event((struct ping_event){.kind = PING_DONE,
		.sent = 3,
		.received = 1,
		.min_us = 1013,
		.avg_us = 1013,
		.max_us = 1013});
	assert_true(lab_fake.done);
	text = job_text();
	assert_string_equal(text,
		"PING 192.0.2.1 (192.0.2.1): 56 data bytes\n"
		"64 bytes from 192.0.2.1: icmp_seq=0 ttl=64 time=1.013 ms\n"
		"84 bytes from 192.0.2.1: Communication prohibited by filter\n"
		"\n"
		"--- 192.0.2.1 ping statistics ---\n"
		"3 packets transmitted, 1 packets received, 66% packet loss\n"
		"round-trip min/avg/max/stddev = 1.013/1.013/1.013/0.000 "
		"ms\n");
	free(text);
}

static void
test_ping6(void **state)
{
	struct ip_addr a;
	char *text;

	ip_addr_parse("2001:db8::1", &a);
	start_job("ping 2001:db8::1 interface ge-0/0/1.0 size 8 ttl 3 "
		  "interval 2 wait 4 do-not-fragment");
	assert_int_equal(lab_fake.ping.vr.v, 4);
	assert_int_equal(lab_fake.ping.source.family, IP_V6);
	assert_int_equal(lab_fake.ping.ttl, 3);
	assert_int_equal(lab_fake.ping.interval_ms, 2000);
	assert_int_equal(lab_fake.ping.wait_ms, 4000);
	assert_true(lab_fake.ping.df);
	ping_event((struct ping_event){.kind = PING_REPLY,
		.from = a,
		.bytes = 16,
		.ttl = 60,
		.rtt_us = 500});
	ping_event((struct ping_event){.kind = PING_DONE,
		.sent = 1,
		.received = 1,
		.min_us = 500,
		.avg_us = 500,
		.max_us = 500});
	text = job_text();
	assert_string_equal(text,
		"PING6(56=40+8+8 bytes) 2001:db8::2 --> 2001:db8::1\n"
		"16 bytes from 2001:db8::1, icmp_seq=0 hlim=60 time=0.500 ms\n"
		"\n"
		"--- 2001:db8::1 ping6 statistics ---\n"
		"1 packets transmitted, 1 packets received, 0% packet loss\n"
		"round-trip min/avg/max/std-dev = 0.500/0.500/0.500/0.000 "
		"ms\n");
	free(text);
}

static void
test_ping_rapid(void **state)
{
	char *text;

	start_job("ping 192.0.2.1 rapid");
	assert_int_equal(lab_fake.ping.count, 5);
	assert_true(lab_fake.ping.rapid);
	for (unsigned int i = 0; i < 5; i++)
		ping_event((struct ping_event){
			.kind = i == 3 ? PING_TIMEOUT : PING_REPLY});
	ping_event((struct ping_event){.kind = PING_DONE, .sent = 5});
	text = job_text();
	assert_string_equal(text,
		"PING 192.0.2.1 (192.0.2.1): 56 data bytes\n"
		"!!!.!\n"
		"--- 192.0.2.1 ping statistics ---\n"
		"5 packets transmitted, 0 packets received, 100% packet "
		"loss\n");
	free(text);
}

static void
test_ping_cancel(void **state)
{
	char *text;

	start_job("ping 192.0.2.1");
	assert_int_equal(lab_fake.ping.count, 0);
	lab_fake.cancel(lab_fake.cancel_ctx);
	assert_int_equal(lab_fake.ping_cancels, 1);
	lab_job_reset();
	lab_fake.refuse_ping = true;
	start_job("ping 192.0.2.1");
	lab_fake.refuse_ping = false;
	assert_true(lab_fake.done);
	text = job_text();
	assert_non_null(strstr(text, "error: ping: too many"));
	free(text);
}

/* ---- monitor traffic ---- */

/* Ethernet, IPv4, ICMP echo request 192.168.1.2 > 192.0.2.1, id 1 seq 1 */
static const uint8_t icmp_frame[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0,
	0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0xf6, 0x8d, 192, 168, 1, 2, 192, 0,
	2, 1, 8, 0, 0xf7, 0xfd, 0, 1, 0, 1};
#define NOON_NS ((LAB_START + 43200ull) * 1000000000 + 123456789)

static void
tap(const uint8_t *frame, uint32_t len)
{
	lab_fake.tap_cb(lab_fake.tap_ctx,
		&(struct tapped_frame){.unix_ns = NOON_NS,
			.bytes = frame,
			.len = len,
			.caplen = len,
			.note = {.known = 1,
				.session = 7,
				.wing = 1,
				.reason = REASON_REVERSE_ZONE}});
}

static void
test_monitor(void **state)
{
	unsigned int stops = lab_fake.tap_stops;
	char *text;

	start_job("monitor traffic interface ge-0/0/1 matching icmp count 2 "
		  "layer2-headers");
	tap(icmp_frame, sizeof(icmp_frame));
	tap((const uint8_t *)"\2\0\0\0\0\1\2\0\0\0\0\2\x08\x06garbage", 21);
	assert_false(lab_fake.done);
	tap(icmp_frame, sizeof(icmp_frame));
	assert_true(lab_fake.done);
	assert_int_equal(lab_fake.tap_stops, stops + 1);
	text = job_text();
	assert_non_null(strstr(text, "Listening on ge-0/0/1.0, capture size "
				     "96 bytes\n"));
	assert_int_equal(
		count_lines(text, "12:00:00.123456  In 02:00:00:00:00:02 > "
				  "02:00:00:00:00:01, ethertype 0x0800, length "
				  "42: IP 192.168.1.2 > 192.0.2.1: ICMP echo "
				  "request, id 1, seq 1"),
		2);
	assert_non_null(strstr(text, "2 packets received by filter\n"
				     "3 packets dropped by kernel\n"));
	free(text);
}

/* [LG-41] */
static void
test_monitor_file(void **state)
{
	char line[128], path[64], bytes[512], *text;
	struct capture *c = calloc(1, sizeof(*c));
	struct capture_packet p;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/vrflow-test-%d.pcapng", getpid());
	unlink(path);
	snprintf(line, sizeof(line),
		"monitor traffic interface ge-0/0/1.0 write-file %s size 40",
		path);
	start_job(line);
	tap(icmp_frame, sizeof(icmp_frame));
	lab_fake.cancel(lab_fake.cancel_ctx);
	lab_job_reset();
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	assert_non_null(c);
	assert_true(capture_open(c, bytes, n));
	assert_int_equal(1, capture_next(c, &p));
	assert_string_equal("ge-0/0/1.0", p.interface->name);
	assert_int_equal(40, p.caplen);
	assert_int_equal(sizeof(icmp_frame), p.len);
	assert_true(p.unix_ns == NOON_NS);
	assert_int_equal(PCAPNG_IN, p.direction);
	assert_string_equal(
		"session 7 wing Out, dropped: reverse-zone", p.comment);
	assert_int_equal(0, capture_next(c, &p));
	free(c);
	/* and to be read again [LG-42] */
	snprintf(line, sizeof(line), "monitor traffic read-file %s", path);
	text = lab_run_text(line);
	assert_non_null(strstr(text, "In IP "));
	assert_non_null(strstr(text, "session 7 wing Out, dropped: "
				     "reverse-zone\n"));
	free(text);
	snprintf(line, sizeof(line),
		"monitor traffic interface ge-0/0/1.0 write-file %s size 40",
		path);
	/* It is there now, and is not to be overwritten. */
	text = lab_run_text(line);
	assert_non_null(strstr(text, "File exists"));
	free(text);
	unlink(path);
}

static void
test_monitor_busy(void **state)
{
	char *text;

	lab_fake.refuse_tap = true;
	start_job("monitor traffic interface ge-0/0/0.0 detail");
	lab_fake.refuse_tap = false;
	assert_true(lab_fake.done);
	text = job_text();
	assert_non_null(strstr(text, "error: another monitor"));
	free(text);
}

/* ---- rates ---- */

static void
test_rates(void **state)
{
	char *text;

	ops_sample(&lab_env);
	lab_now_ms += 2000; /* lab_fake.c: 1 packet of 100 bytes a ms */
	ops_sample(&lab_env);
	text = lab_run_text("show interfaces ge-0/0/0");
	assert_non_null(strstr(text, "Input rate     : 800000 bps (1000 pps)"));
	assert_non_null(strstr(text, "Output rate    : 0 bps (0 pps)"));
	free(text);
	lab_now_ms = LAB_NOW_MS;
}

/* ---- who the box is ---- */

static void
test_version(void **state)
{
	char *text = lab_run_text("show version");
	struct tree *t = lab_run("show system information");

	assert_non_null(strstr(text, "Hostname: lan-gw\nModel: srx"));
	assert_non_null(strstr(text, "\nJunos: " JUNOS_VERSION "\n"));
	assert_non_null(strstr(text, "vrflow"));
	assert_memory_equal(tnode_text(t->root, "hardware-model"), "srx", 3);
	assert_true(strlen(tnode_text(t->root, "serial-number")) > 3);
	tree_free(t);
	free(text);
}

static void
test_uptime(void **state)
{
	char *text = lab_run_text("show system uptime");
	struct tree *t = lab_run("show system uptime");
	const struct tnode *boot = tnode_child(t->root, "system-booted-time");

	assert_non_null(strstr(text,
		"Current time: 2026-01-01 00:04:10 UTC\n"
		"Time Source:  LOCAL CLOCK\n"
		"System booted: 2026-01-01 00:00:00 UTC (00:04:10 ago)\n"));
	assert_non_null(strstr(text, "\n12:04AM  up 4 mins, 0 users, load "));
	assert_string_equal(
		tnode_attr(tnode_child(boot, "time-length"), "junos:seconds"),
		"250");
	tree_free(t);
	free(text);
}

/* These tell of this machine: they must only say something. */
static void
test_system(void **state)
{
	static const struct {
		const char *line, *has;
	} rows[] = {
		{"show system buffers",
			"12/8180/8192 mbufs in use (current/cache/total)"},
		{"show system memory", "Total memory"},
		{"show security flow workers",
			"1               1              1001"
			"                10                 1\n"},
		{"show system processes", "COMMAND\n"},
		{"show system processes extensive", "COMMAND\n"},
		{"show system storage", "Mounted on\n"},
		{"show system users", "USER"},
		{"show chassis hardware", "\nChassis"},
		{"show chassis routing-engine", "Load averages:"},
		{"show system information", "Serial number: VF"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = lab_run_text(rows[i].line);

		assert_non_null(text);
		if (strstr(text, rows[i].has) == NULL)
			fail_msg("%s: %s", rows[i].line, text);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_before_first_commit),
		cmocka_unit_test(test_many_sessions),
		cmocka_unit_test(test_session_filters),
		cmocka_unit_test(test_ping),
		cmocka_unit_test(test_ping6),
		cmocka_unit_test(test_ping_rapid),
		cmocka_unit_test(test_ping_cancel),
		cmocka_unit_test(test_monitor),
		cmocka_unit_test(test_monitor_file),
		cmocka_unit_test(test_monitor_busy),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_uptime),
		cmocka_unit_test(test_system),
	};

	return cmocka_run_group_tests(tests, lab_setup, lab_teardown);
}
