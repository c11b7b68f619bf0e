/* SPDX-License-Identifier: Apache-2.0 */
/* Types of values, their canonical forms and their numbers [CF-10]. */
#include "config_test.h"

#include "config/cvalue.h"
#include "config/utf8.h"

static const char *const colours[] = {"red", "blue", NULL};

/* type, in, canonical (NULL: refused) */
static const struct {
	struct schema_type type;
	const char *in, *out;
} values[] = {
	{{ST_U32, 1, 10, NULL}, "10", "10"},
	{{ST_U32, 1, 10, NULL}, "007", "7"},
	{{ST_U32, 1, 10, NULL}, "11", NULL},
	{{ST_U32, 1, 10, NULL}, "0", NULL},
	{{ST_U32, 0, UINT32_MAX, NULL}, "4294967295", "4294967295"},
	{{ST_U32, 0, UINT32_MAX, NULL}, "4294967296", NULL},
	{{ST_U32, 0, UINT32_MAX, NULL}, "-1", NULL},
	{{ST_U32, 0, UINT32_MAX, NULL}, "", NULL},
	{{ST_U32, 0, UINT32_MAX, NULL}, "99999999999999999999", NULL},
	{{ST_U32, 4, 10, colours}, "red", "red"},
	{{ST_ENUM, 0, 0, colours}, "blue", "blue"},
	{{ST_ENUM, 0, 0, colours}, "Blue", NULL},
	{{ST_STRING, 0, 0, NULL}, "", ""},
	{{ST_STRING, 2, 3, NULL}, "a", NULL},
	{{ST_STRING, 2, 3, NULL}, "abcd", NULL},
	{{ST_STRING, 0, 0, NULL}, "a\x01", NULL},
	{{ST_WORD, 0, 0, NULL}, "", NULL},
	{{ST_NAME, 0, 0, NULL}, "a b", NULL},
	{{ST_NAME, 0, 0, NULL}, "a-b_c.d", "a-b_c.d"},
	{{ST_HOSTNAME, 0, 0, NULL}, "fw-1.example", "fw-1.example"},
	{{ST_HOSTNAME, 0, 0, NULL}, "fw 1", NULL},
	{{ST_IP, 0, 0, NULL}, "2001:DB8:0::1", "2001:db8::1"},
	{{ST_IP4, 0, 0, NULL}, "2001:db8::1", NULL},
	{{ST_IP6, 0, 0, NULL}, "192.0.2.1", NULL},
	{{ST_PREFIX, 0, 0, NULL}, "192.0.2.1", "192.0.2.1/32"},
	{{ST_PREFIX4, 0, 0, NULL}, "192.0.2.1/24", "192.0.2.1/24"},
	{{ST_NET, 0, 0, NULL}, "192.0.2.1/24", "192.0.2.0/24"},
	{{ST_NET6, 0, 0, NULL}, "2001:db8::1/32", "2001:db8::/32"},
	{{ST_NET, 0, 0, NULL}, "10/8", "10.0.0.0/8"},
	{{ST_NET, 0, 0, NULL}, "192.0.2.1/33", NULL},
	{{ST_IFD, 0, 0, NULL}, "ge-0/0/0", "ge-0/0/0"},
	{{ST_IFD, 0, 0, NULL}, "lo0", "lo0"},
	{{ST_IFD, 0, 0, NULL}, "xe-0/0/1:3", "xe-0/0/1:3"},
	{{ST_IFD, 0, 0, NULL}, "ge-0/0", NULL},
	{{ST_IFD, 0, 0, NULL}, "ge-0/0/0.0", NULL},
	{{ST_IFL, 0, 0, NULL}, "ge-0/0/0", "ge-0/0/0.0"},
	{{ST_IFL, 0, 0, NULL}, "ge-0/0/0.016", "ge-0/0/0.16"},
	{{ST_IFL, 0, 0, NULL}, "ge-0/0/0.16386", NULL},
	{{ST_IFL, 0, 0, NULL}, "ge-0/0/0.x", NULL},
	{{ST_MAC, 0, 0, NULL}, "02:00:00:AA:00:01", "02:00:00:aa:00:01"},
	{{ST_MAC, 0, 0, NULL}, "02-00-00-aa-00-01", NULL},
	{{ST_PORT, 0, 0, NULL}, "https", "https"},
	{{ST_PORT, 0, 0, NULL}, "0080", "80"},
	{{ST_PORT, 0, 0, NULL}, "1024-65535", "1024-65535"},
	{{ST_PORT, 0, 0, NULL}, "20-10", NULL},
	{{ST_PORT, 0, 0, NULL}, "65536", NULL},
	{{ST_PROTOCOL, 0, 0, NULL}, "tcp", "tcp"},
	{{ST_PROTOCOL, 0, 0, NULL}, "006", "6"},
	{{ST_PROTOCOL, 0, 0, NULL}, "256", NULL},
	{{ST_NEXTHOP, 0, 0, NULL}, "192.0.2.1", "192.0.2.1"},
	{{ST_NEXTHOP, 0, 0, NULL}, "ge-0/0/0", "ge-0/0/0.0"},
	{{ST_NEXTHOP, 0, 0, NULL}, "nowhere", NULL},
	{{ST_ICMPTYPE, 0, 0, NULL}, "echo-request", "echo-request"},
	{{ST_ICMPTYPE, 0, 0, NULL}, "packet-too-big", "packet-too-big"},
	{{ST_ICMPTYPE, 0, 0, NULL}, "256", NULL},
	{{ST_ICMPCODE, 0, 0, NULL}, "03", "3"},
	{{ST_RIB, 0, 0, NULL}, "inet.0", "inet.0"},
	{{ST_RIB, 0, 0, NULL}, "ISP.inet6.0", "ISP.inet6.0"},
	{{ST_RIB, 0, 0, NULL}, ".inet.0", NULL},
	{{ST_RIB, 0, 0, NULL}, "ISPinet.0", NULL},
	{{ST_SCALED, 0, 0, NULL}, "10m", "10m"},
	{{ST_SCALED, 0, 0, NULL}, "10x", NULL},
	{{ST_WILDCARD, 0, 0, NULL}, "192.0.0.1/255.0.0.255",
		"192.0.0.1/255.0.0.255"},
	{{ST_WILDCARD, 0, 0, NULL}, "192.0.0.1/24", NULL},
	{{ST_REGEX, 0, 0, NULL}, "interfaces (ge|xe)-.*",
		"interfaces (ge|xe)-.*"},
	{{ST_REGEX, 0, 0, NULL}, "interfaces (ge", NULL},
	{{ST_REGEX, 0, 0, NULL}, "[z", NULL},
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct sbuf err = SBUF_INIT;
		char buf[CVALUE_BUF];
		const char *out =
			cvalue_check(&values[i].type, values[i].in, buf, &err);

		if (values[i].out == NULL) {
			if (out != NULL)
				fail_msg("%s is taken", values[i].in);
			assert_true(err.len > 0);
		} else {
			assert_non_null(out);
			assert_string_equal(out, values[i].out);
			assert_int_equal(err.len, 0);
			/* canonical already */
			assert_string_equal(cvalue_check(&values[i].type,
						    values[i].out, buf, NULL),
				values[i].out);
		}
		sbuf_done(&err);
	}
}

static void
test_numbers(void **state)
{
	uint16_t lo, hi;
	uint64_t v;

	(void)state;
	assert_true(cvalue_port_range("ssh", &lo, &hi));
	assert_int_equal(lo, 22);
	assert_int_equal(hi, 22);
	assert_true(cvalue_port_range("ftp-data", &lo, &hi));
	assert_int_equal(lo, 20);
	assert_true(cvalue_port_range("10-20", &lo, &hi));
	assert_int_equal(hi, 20);
	assert_int_equal(cvalue_icmp_type("echo-request", false), 8);
	assert_int_equal(cvalue_icmp_type("echo-request", true), 128);
	assert_int_equal(cvalue_icmp_type("packet-too-big", false), -1);
	assert_int_equal(cvalue_icmp_code("port-unreachable", false), 3);
	assert_int_equal(cvalue_icmp_code("port-unreachable", true), 4);
	assert_true(cvalue_scaled("3k", &v));
	assert_int_equal(v, 3000);
	assert_false(cvalue_scaled("999999999999999999g", &v));
	assert_false(cvalue_scaled("", &v));
}

static const struct {
	const char *text;
	uint32_t first;
	size_t bytes;
} utf8[] = {{"a", 'a', 1}, {"\xc3\xa9", 0xe9, 2}, {"\xe2\x82\xac", 0x20ac, 3},
	{"\xf0\x9f\x98\x80", 0x1f600, 4}, {"\xc3", '?', 1}, {"\xff", '?', 1},
	{"\xc0\x80", '?', 1}, {"\xed\xa0\x80", '?', 1},
	{"\xf4\x90\x80\x80", '?', 1}, {"\xe2\x82", '?', 1}};

static void
test_utf8(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(utf8); i++) {
		const char *at = utf8[i].text;

		assert_int_equal(config_utf8_next(&at), utf8[i].first);
		assert_int_equal(at - utf8[i].text, utf8[i].bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
