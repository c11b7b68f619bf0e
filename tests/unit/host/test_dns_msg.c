/* SPDX-License-Identifier: Apache-2.0 */
/* [FL-72] questions and answers as bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/dns_msg.h"
#include "pkt/bytes.h"

/* An answer, put together record by record. */
struct msg {
	uint8_t b[1500];
	size_t n;
};

static void
put(struct msg *m, const void *data, size_t n)
{
	memcpy(m->b + m->n, data, n);
	m->n += n;
}

static void
begin(struct msg *m, uint16_t flags, const char *name, enum dns_type type)
{
	uint8_t q[DNS_QUERY_SIZE];
	size_t n = dns_query_build(q, 77, name, type);

	assert_true(n > 11);
	m->n = 0;
	put(m, q, n - 11); /* without EDNS */
	store16(m->b + 2, flags);
	store16(m->b + 10, 0);
}

static void
record(struct msg *m, const char *owner, size_t owner_len, uint16_t type,
	uint32_t ttl, const void *data, size_t len)
{
	uint8_t h[10];

	put(m, owner, owner_len);
	store16(h, type);
	store16(h + 2, 1);
	store32(h + 4, ttl);
	store16(h + 8, (uint16_t)len);
	put(m, h, 10);
	put(m, data, len);
	store16(m->b + 6, (uint16_t)(load16(m->b + 6) + 1));
}

#define SELF "\xc0\x0c", 2 /* the name of the question */

static bool
parse(const struct msg *m, const char *name, enum dns_type type,
	struct dns_answer *a)
{
	uint8_t *copy = malloc(m->n);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, m->b, m->n); /* so that ASan sees its end */
	ok = dns_answer_parse(copy, m->n, 77, name, type, a);
	free(copy);
	return ok;
}

static void
test_fl_72_queries(void **state)
{
	static const char *const bad[] = {"", ".", "..", "a..b", ".a",
		"a123456789012345678901234567890123456789012345678901234567890"
		"123.b"};
	uint8_t q[DNS_QUERY_SIZE];
	char longest[300];
	size_t n = dns_query_build(q, 0x1234, "www.example.com", DNS_AAAA);

	(void)state;
	assert_int_equal(12 + 17 + 4 + 11, n);
	assert_memory_equal("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01"
			    "\3www\7example\3com\0\0\x1c\0\1\0\0\x29\x04\xd0",
		q, 12 + 17 + 4 + 5);
	assert_int_equal(
		n, dns_query_build(q, 0x1234, "www.example.com.", DNS_AAAA));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(0, dns_query_build(q, 1, bad[i], DNS_A));
	for (size_t i = 0; i < 254; i++)
		longest[i] = i % 2 ? '.' : 'a';
	longest[253] = '\0';
	assert_true(dns_query_build(q, 1, longest, DNS_A) > 0);
	longest[253] = '.';
	longest[254] = 'a';
	longest[255] = '\0';
	assert_int_equal(0, dns_query_build(q, 1, longest, DNS_A));
}

static void
test_fl_72_answers(void **state)
{
	struct dns_answer a;
	struct msg m;
	char text[IP_TEXT_MAX];

	(void)state;
	begin(&m, 0x8180, "www.example.com", DNS_A);
	record(&m, SELF, 1, 300, "\xc0\x00\x02\x01", 4);
	record(&m, SELF, 1, 200, "\xc0\x00\x02\x02", 4);
	record(&m, SELF, 16, 1, "\1x", 2); /* TXT */
	record(&m, "\5other\0", 7, 1, 1, "\xc0\x00\x02\x03", 4);
	assert_true(parse(&m, "WWW.example.COM.", DNS_A, &a));
	assert_int_equal(2, a.n);
	assert_int_equal(200, a.ttl);
	assert_string_equal("192.0.2.2", ip_addr_text(&a.addrs[1], text));
	/* another question's */
	assert_false(parse(&m, "www.example.org", DNS_A, &a));
	assert_false(parse(&m, "www.example.com", DNS_AAAA, &a));
	store16(m.b, 78);
	assert_false(parse(&m, "www.example.com", DNS_A, &a));

	begin(&m, 0x8183, "no.example.com", DNS_AAAA);
	assert_true(parse(&m, "no.example.com", DNS_AAAA, &a));
	assert_int_equal(3, a.rcode);
	assert_int_equal(0, a.n);

	begin(&m, 0x0100, "no.example.com", DNS_AAAA); /* a question */
	assert_false(parse(&m, "no.example.com", DNS_AAAA, &a));
}

static void
test_fl_72_cname(void **state)
{
	struct dns_answer a;
	struct msg m;

	(void)state;
	/* the address stands before the alias that leads to it */
	begin(&m, 0x8180, "w.example.com", DNS_AAAA);
	record(&m, "\1y\xc0\x0e", 4, 28, 90,
		"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	record(&m, "\1x\xc0\x0e", 4, 5, 60, "\1y\xc0\x0e", 4);
	record(&m, SELF, 5, 500, "\1x\xc0\x0e", 4);
	assert_true(parse(&m, "w.example.com", DNS_AAAA, &a));
	assert_int_equal(1, a.n);
	assert_int_equal(60, a.ttl);
	/* an alias of itself ends, too */
	begin(&m, 0x8180, "w.example.com", DNS_A);
	record(&m, SELF, 5, 500, "\xc0\x0c", 2);
	assert_true(parse(&m, "w.example.com", DNS_A, &a));
	assert_int_equal(0, a.n);
}

/* Every cut, every pointer that leads nowhere. */
static void
test_fl_72_broken(void **state)
{
	struct dns_answer a;
	struct msg m, c;

	(void)state;
	begin(&m, 0x8180, "w.example.com", DNS_A);
	record(&m, SELF, 1, 300, "\xc0\x00\x02\x01", 4);
	record(&m, SELF, 1, 300, "\xc0\x00\x02\x02", 4);
	for (c = m; c.n-- > 0;)
		assert_false(parse(&c, "w.example.com", DNS_A, &a));
	c = m;
	c.n -= 3;
	store16(c.b + 2, 0x8380); /* cut by the server: what is whole counts */
	assert_true(parse(&c, "w.example.com", DNS_A, &a));
	assert_true(a.truncated);
	assert_int_equal(1, a.n);
	c = m;
	store16(c.b + 12, 0xc00c); /* the question points to itself */
	assert_false(parse(&c, "w.example.com", DNS_A, &a));
	for (size_t i = 0; i < m.n; i++)
		for (unsigned int v = 0; v < 256; v++) {
			c = m;
			c.b[i] = (uint8_t)v;
			parse(&c, "w.example.com", DNS_A, &a);
			assert_true(a.n <= DNS_ADDRS_MAX);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fl_72_queries),
		cmocka_unit_test(test_fl_72_answers),
		cmocka_unit_test(test_fl_72_cname),
		cmocka_unit_test(test_fl_72_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
