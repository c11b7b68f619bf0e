/* SPDX-License-Identifier: Apache-2.0 */
/* [CF-36] Words and numbers of match conditions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "compile/match_values.h"
#include "config/cvalue.h"

static void
ports(void **state)
{
	static const struct {
		const char *text;
		int lo, hi; /* lo -1: refused */
	} cases[] = {
		{"80", 80, 80},
		{"0", 0, 0},
		{"65535", 65535, 65535},
		{"1024-65535", 1024, 65535},
		{"http", 80, 80},
		{"ftp-data", 20, 20},
		{"ftp-data-ftp", 20, 21},
		{"ftp-ftp-data", -1, 0},
		{"ssh-telnet", 22, 23},
		{"20-ftp", 20, 21},
		{"65536", -1, 0},
		{"10-5", -1, 0},
		{"", -1, 0},
		{"-", -1, 0},
		{"1-", -1, 0},
		{"-1", -1, 0},
		{"nonsense", -1, 0},
		{"80x", -1, 0},
	};
	uint16_t lo, hi;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ok = cvalue_port_range(cases[i].text, &lo, &hi);

		assert_int_equal(ok, cases[i].lo >= 0);
		if (!ok)
			continue;
		assert_int_equal(lo, cases[i].lo);
		assert_int_equal(hi, cases[i].hi);
	}
}

static void
icmp(void **state)
{
	(void)state;
	assert_int_equal(match_icmp_type("echo-request", IP_V4), 8);
	assert_int_equal(match_icmp_type("echo-request", IP_V6), 128);
	assert_int_equal(match_icmp_type("255", IP_V4), 255);
	assert_int_equal(match_icmp_type("256", IP_V4), -1);
	assert_int_equal(match_icmp_type("packet-too-big", IP_V4), -1);
	assert_int_equal(match_icmp_code("port-unreachable", IP_V4), 3);
	assert_int_equal(match_icmp_code("port-unreachable", IP_V6), 4);
	assert_int_equal(match_reject_code(NULL, IP_V4), 13);
	assert_int_equal(match_reject_code(NULL, IP_V6), 1);
	assert_int_equal(match_reject_code("tcp-reset", IP_V4), 13);
	assert_int_equal(match_reject_code("no-route", IP_V4), -1);
	assert_int_equal(match_reject_code("no-route", IP_V6), 0);
}

/* The expressions once more in C: f, s, r, p, a, u are the flags. */
#define FLAG_CASES(X)                                                          \
	X("syn & !ack", s && !a)                                               \
	X("(syn & !ack)", s && !a)                                             \
	X("syn", s)                                                            \
	X("!syn", !s)                                                          \
	X("!!syn", s)                                                          \
	X("fin | rst", f || r)                                                 \
	X("fin, rst", f || r)                                                  \
	X("syn+ack", s &&a)                                                    \
	X("syn & ack | rst", (s && a) || r)                                    \
	X("syn & (ack | rst)", s && (a || r))                                  \
	X("!(syn | push) & urgent", !(s || p) && u)                            \
	X("0x12", s &&a)                                                       \
	X("  ack|rst  ", a || r)

static void
tcp_flags(void **state)
{
	uint64_t set;

	(void)state;
#define CHECK(text, expr)                                                      \
	assert_true(match_tcp_flags(text, &set));                              \
	for (unsigned int i = 0; i < 64; i++) {                                \
		bool f = i & 1, s = i & 2, r = i & 4, p = i & 8, a = i & 16,   \
		     u = i & 32;                                               \
		(void)f, (void)s, (void)r, (void)p, (void)a, (void)u;          \
		assert_int_equal(set >> i & 1, (expr));                        \
	}
	FLAG_CASES(CHECK)
}

static void
tcp_flags_bad(void **state)
{
	static const char *const bad[] = {"", "syn &", "& syn", "(syn", "syn)",
		"sin", "syn ack", "()", "!", "64", "syn & (ack",
		"((((((((((((((((((((syn))))))))))))))))))))"};
	uint64_t set;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(match_tcp_flags(bad[i], &set));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports),
		cmocka_unit_test(icmp),
		cmocka_unit_test(tcp_flags),
		cmocka_unit_test(tcp_flags_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
