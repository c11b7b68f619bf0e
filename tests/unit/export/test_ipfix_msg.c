/* SPDX-License-Identifier: Apache-2.0 */
/* [OB-21] The bytes of a message: sizes, sets, and what no longer fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "export/ipfix_msg.h"

static unsigned int
u16(const uint8_t *b)
{
	return (unsigned int)b[0] << 8 | b[1];
}

static unsigned int
u32(const uint8_t *b)
{
	return u16(b) << 16 | u16(b + 2);
}

static struct ip_addr
address(const char *text)
{
	struct ip_addr a;

	assert_true(ip_addr_parse(text, &a));
	return a;
}

/* Follow the sets of a closed message; how many, and the ids. */
static unsigned int
sets(const struct ipfix_msg *m, unsigned int ids[32])
{
	unsigned int n = 0;
	size_t at = 16;

	assert_int_equal(10, u16(m->b));
	assert_int_equal(m->len, u16(m->b + 2));
	while (at < m->len) {
		unsigned int len = u16(m->b + at + 2);

		assert_true(len > 4 && at + len <= m->len && n < 32);
		ids[n++] = u16(m->b + at);
		at += len;
	}
	assert_int_equal(m->len, at);
	return n;
}

/* The length of the records of a template, as its fields add up. */
static unsigned int
template_size(const struct ipfix_msg *m, unsigned int id)
{
	size_t at = 20, end = 16 + u16(m->b + 18);

	while (at < end) {
		unsigned int this = u16(m->b + at), n = u16(m->b + at + 2);
		unsigned int size = 0;

		for (at += 4; n > 0; n--) {
			size += u16(m->b + at + 2);
			at += u16(m->b + at) & 0x8000 ? 8 : 4;
		}
		if (this == id)
			return size;
	}
	fail_msg("no template %u", id);
	return 0;
}

static void
test_ob21_templates_describe_records(void **state)
{
	static const struct {
		const char *src, *post;
		bool translated;
		unsigned int id;
	} rows[] = {
		{"192.0.2.1", "192.0.2.1", false, 256},
		{"2001:db8::1", "2001:db8::1", false, 257},
		{"192.0.2.1", "203.0.113.1", true, 258},
		{"2001:db8::1", "2001:db8:1::1", true, 259},
		{"2001:db8::1", "203.0.113.1", true, 260},
		{"192.0.2.1", "2001:db8::1", true, 261},
	};
	struct ipfix_msg t, m;
	unsigned int ids[32];

	(void)state;
	ipfix_begin(&t);
	assert_true(ipfix_put_templates(&t));
	ipfix_end(&t, 1, 2, 3);
	assert_int_equal(2, sets(&t, ids));
	assert_int_equal(2, ids[0]);
	assert_int_equal(3, ids[1]);
	assert_int_equal(0, t.records);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ipfix_session s = {.src = address(rows[i].src),
			.dst = address(rows[i].src),
			.post_src = address(rows[i].post),
			.post_dst = address(rows[i].post),
			.translated = rows[i].translated};

		ipfix_begin(&m);
		assert_true(ipfix_put_session(&m, &s));
		assert_true(ipfix_put_session(&m, &s));
		ipfix_end(&m, 1, 2, 3);
		assert_int_equal(1, sets(&m, ids));
		assert_int_equal(rows[i].id, ids[0]);
		assert_int_equal(2, m.records);
		assert_int_equal(m.len, 20 + 2 * template_size(&t, rows[i].id));
	}
}

static void
test_ob21_values(void **state)
{
	struct ipfix_session s = {.src = address("192.0.2.1"),
		.dst = address("198.51.100.2"),
		.sport = 0x1234,
		.dport = 443,
		.protocol = 6,
		.in_if = 1001,
		.out_vrf = 5,
		.bytes = {0x0102030405060708, 9}};
	struct ipfix_msg m;

	(void)state;
	ipfix_begin(&m);
	assert_true(ipfix_put_session(&m, &s));
	ipfix_end(&m, 0x5f000001, 77, 0x01020304);
	assert_int_equal(0x5f000001, u32(m.b + 4));
	assert_int_equal(77, u32(m.b + 8));
	assert_int_equal(0x01020304, u32(m.b + 12));
	assert_memory_equal(
		"\xc0\x00\x02\x01\xc6\x33\x64\x02\x12\x34\x01\xbb\x06"
		"\x00\x00\x03\xe9\x00\x00\x00\x00\x00\x00\x00\x00"
		"\x00\x00\x00\x05",
		m.b + 20, 29);
	assert_memory_equal("\x01\x02\x03\x04\x05\x06\x07\x08", m.b + 57, 8);
}

/* Whatever is put: it fits whole, or the message stays as it was. */
static void
test_ob21_full(void **state)
{
	struct ipfix_session six = {.src = address("2001:db8::1"),
		.dst = address("2001:db8::2"),
		.post_src = address("2001:db8::3"),
		.post_dst = address("2001:db8::4"),
		.translated = true};
	struct ipfix_session four = {
		.src = address("192.0.2.1"), .dst = address("192.0.2.2")};
	unsigned int ids[32], puts = 0;
	struct ipfix_msg m;

	(void)state;
	ipfix_begin(&m);
	for (;;) {
		size_t len = m.len;
		bool done = puts % 7 == 3 ? ipfix_put_session(&m, &six)
			    : puts % 7 == 5
				    ? ipfix_put_vrf_name(&m, 7, puts, "LAN")
				    : ipfix_put_session(&m, &four);

		assert_true(m.len <= IPFIX_MESSAGE_MAX);
		if (!done) {
			assert_int_equal(len, m.len);
			break;
		}
		puts++;
	}
	assert_int_equal(puts, m.records);
	assert_true(puts > 5);
	ipfix_end(&m, 0, 0, 0);
	assert_true(sets(&m, ids) >= 5);
	ipfix_begin(&m);
	assert_true(ipfix_empty(&m));
	while (ipfix_put_if_name(&m, 7, 1, "ge-0/0/0.0"))
		;
	assert_false(ipfix_put_templates(&m));
	assert_false(ipfix_put_counts(&m, 0, 1, 2, 3));
}

/* A name of 64 bytes and more has no end. */
static void
test_ob25_long_name(void **state)
{
	char name[100];
	struct ipfix_msg m;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[99] = '\0';
	ipfix_begin(&m);
	assert_true(ipfix_put_if_name(&m, 7, 1, name));
	assert_int_equal(20 + 8 + 64, m.len);
	assert_int_equal('x', m.b[m.len - 1]);
	assert_true(ipfix_put_if_name(&m, 7, 1, "lo0.0"));
	assert_memory_equal("lo0.0\0\0", m.b + m.len - 64, 7);
	assert_int_equal(0, m.b[m.len - 1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ob21_templates_describe_records),
		cmocka_unit_test(test_ob21_values),
		cmocka_unit_test(test_ob21_full),
		cmocka_unit_test(test_ob25_long_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
