/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <arpa/inet.h>

#include "pkt/key.h"
#include "record/trace_text.h"

#define TRACE "set security flow traceoptions "

static struct flow_trace_record
packet(void)
{
	struct flow_trace_record r = {.len = 84,
		.frag_id = 4660,
		.key = {.protocol = IPP_ICMP,
			.family = IP_V4,
			.sport_be = htons(7),
			.dport_be = htons(1),
			.token = 6},
		.icmp_type = 8,
		.ifl = {1},
		.matched = 1,
		.verdict = VERDICT_DROP,
		.reason = REASON_NO_ROUTE,
		.routed = true,
		.way = NH_NONE};

	r.key.v4.src_be = inet_addr("198.51.100.2");
	r.key.v4.dst_be = inet_addr("203.0.113.1");
	return r;
}

/* How many lines a configuration makes of it, and whether one says `says`. */
static unsigned int
lines(const char *config, const struct flow_trace_record *r, const char *says)
{
	struct sbuf text = SBUF_INIT, out = SBUF_INIT;
	struct record_names *names = record_names_create();
	struct image *image;
	unsigned int n = 0;

	sbuf_printf(&text, "%s%s", WORLD, config);
	image = world_of(sbuf_text(&text));
	record_names_learn(names, image);
	trace_text(names, &image_spec_of(image)->log.trace, r, 1700000000123u,
		&out);
	for (const char *p = sbuf_text(&out); *p != '\0'; p++)
		n += *p == '\n';
	if (says != NULL && strstr(sbuf_text(&out), says) == NULL)
		fail_msg("'%s' is not in\n%s", says, sbuf_text(&out));
	record_names_free(names);
	image_free(image);
	sbuf_done(&text);
	sbuf_done(&out);
	return n;
}

/* [LG-31] */
static void
test_lg31_lines(void **state)
{
	struct flow_trace_record r = packet();
	const char *basic = TRACE "flag basic-datapath\n" TRACE
				  "packet-filter f1 protocol icmp\n";

	(void)state;
	assert_true(lines(basic, &r,
			    "Nov 14 22:13:20 22:13:20.123000:CID-0:RT:"
			    "<198.51.100.2/7->203.0.113.1/1;1,0x0> matched "
			    "filter f1:\n") > 8);
	lines(basic, &r,
		":CID-0:RT:  packet dropped, no route to dest "
		"(no-route)\n");
	lines(basic, &r,
		":CID-0:RT:  ge-0/0/0.0:198.51.100.2->203.0.113.1, "
		"icmp, (8/0)\n");
	r.reason = REASON_TCP_NOT_SYN;
	lines(basic, &r, "packet dropped, first pak not sync");
	r.reason = REASON_HOST_INBOUND;
	lines(basic, &r, "for self but not interested");
	r.reason = REASON_REVERSE_ZONE;
	lines(basic, &r, "reverse route lookup failed: dest-ip 203.0.113.1");
}

static void
test_lg31_flags(void **state)
{
	struct flow_trace_record dropped = packet(), passed = packet();

	(void)state;
	passed.verdict = VERDICT_NEXT;
	passed.reason = REASON_NONE;
	passed.session = 5;
	assert_true(lines(TRACE "flag packet-drops\n", &dropped, NULL) > 0);
	assert_int_equal(0, lines(TRACE "flag packet-drops\n", &passed, NULL));
	assert_true(lines(TRACE "flag session\n", &passed,
			    "flow got session 5, In wing") > 0);
	assert_int_equal(0, lines(TRACE "flag multicast\n", &passed, NULL));
	assert_true(
		lines(TRACE "flag all\n" TRACE "trace-level minimal\n", &passed,
			NULL) < lines(TRACE "flag all\n", &passed, NULL));
}

/* [LG-30] Fields of a filter are ANDed, filters ORed. */
static void
test_lg30_match(void **state)
{
	static const struct {
		const char *config;
		unsigned int match; /* the filter that takes it */
	} rows[] = {
		{TRACE "packet-filter a protocol icmp\n", 1},
		{TRACE "packet-filter a protocol tcp\n", 0},
		{TRACE "packet-filter a source-prefix 198.51.100.0/24\n", 1},
		{TRACE "packet-filter a destination-prefix 198.51.100.0/24\n",
			0},
		{TRACE "packet-filter a source-port 7\n", 1},
		{TRACE "packet-filter a source-port 8-20\n", 0},
		{TRACE "packet-filter a destination-port 1\n" TRACE
		       "packet-filter a protocol tcp\n",
			0},
		{TRACE "packet-filter a protocol tcp\n" TRACE
		       "packet-filter b protocol icmp\n",
			2},
		{TRACE "packet-filter a interface ge-0/0/0.0\n", 1},
		{TRACE "packet-filter a interface ge-0/0/1.0\n", 0},
	};
	struct flow_trace_record r = packet();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pkt p = {.key = r.key};
		struct sbuf text = SBUF_INIT;
		struct image *image;
		unsigned int got;

		sbuf_printf(&text, "%s" TRACE "flag all\n%s", WORLD,
			rows[i].config);
		image = world_of(sbuf_text(&text));
		got = flow_trace_match(&image_spec_of(image)->log.trace, &p,
			image_ifl_by_name(image, "ge-0/0/0.0")->id);
		if (got != rows[i].match)
			fail_msg("row %zu: %u", i, got);
		image_free(image);
		sbuf_done(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lg30_match),
		cmocka_unit_test(test_lg31_lines),
		cmocka_unit_test(test_lg31_flags),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
