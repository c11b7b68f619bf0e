/* SPDX-License-Identifier: Apache-2.0 */
/* Tables, and comparison with arithmetic on single bits. */
#include "base/ip.h"

#include <stdio.h>
#include <string.h>

#include "base_test.h"

#define ROUNDS 20000u

static const struct {
	const char *text, *back; /* back NULL: the same */
} good_addrs[] = {
	{"0.0.0.0", NULL},
	{"192.0.2.1", NULL},
	{"255.255.255.255", NULL},
	{"::", NULL},
	{"::1", NULL},
	{"2001:db8::1", NULL},
	{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
	{"2001:db8:0:1:0:0:0:0", "2001:db8:0:1::"},
	{"::ffff:192.0.2.1", NULL},
	{"fe80::200:5eff:fe00:5301", NULL},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
};

static const char *const bad_addrs[] = {"", " ", "1", "1.2.3", "1.2.3.4.5",
	"256.0.0.1", "1.2.3.4 ", " 1.2.3.4", "1.2.3.04", "1..2.3", "-1.2.3.4",
	"0x1.2.3.4", "1.2.3.4/32", ":", ":::", "1::2::3",
	"12345::", "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "fe80::1%eth0",
	"::1.2.3", "[::1]", "any"};

static void
test_addr_text(void **state)
{
	char buf[IP_TEXT_MAX];
	struct ip_addr a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good_addrs); i++) {
		const char *text = good_addrs[i].text;
		const char *back = good_addrs[i].back;

		memset(&a, 0xa5, sizeof(a));
		assert_true(ip_addr_parse(text, &a));
		assert_int_equal(
			a.family, strchr(text, ':') != NULL ? IP_V6 : IP_V4);
		assert_string_equal(
			ip_addr_text(&a, buf), back != NULL ? back : text);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad_addrs); i++) {
		struct ip_addr before = ip_addr_v4(0x01020304);

		a = before;
		assert_false(ip_addr_parse(bad_addrs[i], &a));
		assert_true(ip_addr_equal(&a, &before));
	}
	memset(&a, 0, sizeof(a));
	assert_string_equal(ip_addr_text(&a, buf), "none");
}

static const struct {
	const char *text, *back;
} good_prefixes[] = {
	{"192.0.2.0/24", NULL},
	{"192.0.2.1/24", NULL}, /* host bits stay */
	{"192.0.2.1", "192.0.2.1/32"},
	{"0.0.0.0/0", NULL},
	{"10/8", "10.0.0.0/8"},
	{"172.16/12", "172.16.0.0/12"},
	{"192.168.1/24", "192.168.1.0/24"},
	{"10/32", "10.0.0.0/32"},
	{"::/0", NULL},
	{"2001:db8::/32", NULL},
	{"2001:db8::1", "2001:db8::1/128"},
	{"2001:db8::1/128", NULL},
};

static const char *const bad_prefixes[] = {"", "/", "/8", "10", "10.", "10./8",
	"10../8", "256/8", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/ 8",
	"192.0.2.0/+8", "192.0.2.0/-1", "192.0.2.0/8x", "192.0.2.0/8/8",
	"192.0.2.0/99999999999999999999", "192.0.2.0/4294967304", "::/129",
	"2001:db8/32", "any/0", "1.2.3.4.5/8",
	"1111111111111111111111111111111111111111111111111111111111111111/8"};

static void
test_prefix_text(void **state)
{
	char buf[IP_TEXT_MAX];
	struct ip_prefix p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good_prefixes); i++) {
		const char *back = good_prefixes[i].back;

		assert_true(ip_prefix_parse(good_prefixes[i].text, &p));
		assert_string_equal(ip_prefix_text(&p, buf),
			back != NULL ? back : good_prefixes[i].text);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad_prefixes); i++) {
		p = (struct ip_prefix){.len = 77};
		assert_false(ip_prefix_parse(bad_prefixes[i], &p));
		assert_int_equal(p.len, 77);
	}
}

/* A random address; often with long runs of equal bits, as real ones. */
static struct ip_addr
random_addr(uint64_t *seed, enum ip_family family)
{
	struct ip_addr a = {.family = (uint8_t)family};
	unsigned int bytes = ip_family_bits(family) / 8;
	unsigned int kept = rnd_below(seed, bytes + 1);
	uint8_t rest = rnd_below(seed, 2) ? 0 : 0xff;

	for (unsigned int i = 0; i < bytes; i++)
		a.b[i] = i < kept ? (uint8_t)rnd(seed) : rest;
	return a;
}

static struct ip_prefix
random_prefix(uint64_t *seed)
{
	enum ip_family family = rnd_below(seed, 2) ? IP_V4 : IP_V6;
	struct ip_prefix p = {.addr = random_addr(seed, family)};

	p.len = (uint8_t)rnd_below(seed, ip_family_bits(family) + 1);
	return p;
}

static void
test_text_round_trip(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct ip_prefix p = random_prefix(&seed), q;
		char buf[IP_TEXT_MAX];
		struct ip_addr a;

		assert_true(ip_addr_parse(ip_addr_text(&p.addr, buf), &a));
		assert_true(ip_addr_equal(&a, &p.addr));
		assert_true(ip_prefix_parse(ip_prefix_text(&p, buf), &q));
		assert_int_equal(ip_prefix_cmp(&p, &q), 0);
	}
}

static bool
bit(const struct ip_addr *a, unsigned int i)
{
	return (a->b[i / 8] >> (7 - i % 8) & 1) != 0;
}

static bool
model_covers(const struct ip_prefix *p, const struct ip_addr *a)
{
	if (p->addr.family != a->family)
		return false;
	for (unsigned int i = 0; i < p->len; i++)
		if (bit(&p->addr, i) != bit(a, i))
			return false;
	return true;
}

static void
check_bounds(const struct ip_prefix *p)
{
	struct ip_prefix net = ip_prefix_network(p);
	struct ip_addr last = ip_prefix_last(p);

	assert_int_equal(net.len, p->len);
	assert_int_equal(net.addr.family, p->addr.family);
	assert_int_equal(last.family, p->addr.family);
	for (unsigned int i = 0; i < 128; i++) {
		bool in = i < ip_family_bits((enum ip_family)p->addr.family);
		bool fixed = in && i < p->len;

		assert_int_equal(bit(&net.addr, i), fixed && bit(&p->addr, i));
		assert_int_equal(bit(&last, i), fixed ? bit(&p->addr, i) : in);
	}
}

static void
test_prefix_bits(void **state)
{
	uint64_t seed = 2;
	unsigned int covered = 0, contained = 0;

	(void)state;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct ip_prefix p = random_prefix(&seed);
		struct ip_prefix q = random_prefix(&seed);
		bool covers;

		if (rnd_below(&seed, 2) && q.addr.family == p.addr.family) {
			/* near p: its bits up to somewhere */
			struct ip_prefix cut = p;

			cut.len = (uint8_t)rnd_below(&seed, p.len + 1u);
			q.addr = ip_prefix_network(&cut).addr;
		}
		check_bounds(&p);
		covers = model_covers(&p, &q.addr);
		covered += covers;
		assert_int_equal(ip_prefix_covers(&p, &q.addr), covers);
		covers = covers && q.len >= p.len;
		contained += covers;
		assert_int_equal(ip_prefix_contains(&p, &q), covers);
	}
	assert_true(covered > ROUNDS / 20 && contained > ROUNDS / 50);
}

static int
sign(int v)
{
	return (v > 0) - (v < 0);
}

static int
model_cmp(const struct ip_addr *a, const struct ip_addr *b)
{
	if (a->family != b->family)
		return a->family == IP_V4 ? -1 : 1;
	for (unsigned int i = 0; i < 128; i++)
		if (bit(a, i) != bit(b, i))
			return bit(a, i) ? 1 : -1;
	return 0;
}

static void
test_order(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct ip_prefix p = random_prefix(&seed);
		struct ip_prefix q = random_prefix(&seed);
		int c;

		if (rnd_below(&seed, 4) == 0)
			q.addr = p.addr;
		c = model_cmp(&p.addr, &q.addr);
		assert_int_equal(sign(ip_addr_cmp(&p.addr, &q.addr)), c);
		assert_int_equal(ip_addr_equal(&p.addr, &q.addr), c == 0);
		if (c == 0)
			c = (p.len > q.len) - (p.len < q.len);
		assert_int_equal(sign(ip_prefix_cmp(&p, &q)), c);
		assert_int_equal(sign(ip_prefix_cmp(&q, &p)), -c);
	}
}

enum { UNSPECIFIED = 1, MULTICAST = 2, LINK_LOCAL = 4, LOOPBACK = 8 };

static const struct {
	const char *text;
	unsigned int kinds;
} kinds[] = {
	{"0.0.0.0", UNSPECIFIED},
	{"::", UNSPECIFIED},
	{"0.0.0.1", 0},
	{"::2", 0},
	{"223.255.255.255", 0},
	{"224.0.0.0", MULTICAST},
	{"239.255.255.255", MULTICAST},
	{"240.0.0.0", 0},
	{"255.255.255.255", 0},
	{"ff02::1", MULTICAST},
	{"feff::1", 0},
	{"fe80::", LINK_LOCAL},
	{"febf:ffff::1", LINK_LOCAL},
	{"fec0::1", 0},
	{"fe7f::1", 0},
	{"169.254.1.1", 0}, /* fe80::/10 only */
	{"127.0.0.1", LOOPBACK},
	{"127.255.255.255", LOOPBACK},
	{"126.255.255.255", 0},
	{"128.0.0.0", 0},
	{"::1", LOOPBACK},
	{"::ffff:127.0.0.1", 0},
};

static void
test_kinds(void **state)
{
	struct ip_addr a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		unsigned int k = kinds[i].kinds;

		assert_true(ip_addr_parse(kinds[i].text, &a));
		assert_int_equal(
			ip_addr_is_unspecified(&a), (k & UNSPECIFIED) != 0);
		assert_int_equal(
			ip_addr_is_multicast(&a), (k & MULTICAST) != 0);
		assert_int_equal(
			ip_addr_is_link_local(&a), (k & LINK_LOCAL) != 0);
		assert_int_equal(ip_addr_is_loopback(&a), (k & LOOPBACK) != 0);
	}
}

static void
test_values(void **state)
{
	static const uint8_t six[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 9};
	static const uint8_t four[4] = {192, 0, 2, 9};
	char buf[IP_TEXT_MAX];
	struct ip_addr a;
	uint32_t be;

	(void)state;
	memcpy(&be, four, sizeof(be));
	a = ip_addr_v4(be);
	assert_string_equal(ip_addr_text(&a, buf), "192.0.2.9");
	for (unsigned int i = 4; i < 16; i++)
		assert_int_equal(a.b[i], 0);
	a = ip_addr_v6(six);
	assert_string_equal(ip_addr_text(&a, buf), "2001:db8::9");
	assert_int_equal(ip_family_bits(IP_NONE), 0);
	assert_int_equal(ip_family_bits(IP_V4), 32);
	assert_int_equal(ip_family_bits(IP_V6), 128);
}

/* [FL-8] */
static void
test_protocols(void **state)
{
	static const char *const bad[] = {"", "TCP", "tcp ", " 6", "-1", "256",
		"6x", "0x6", "99999999999999999999", "any"};
	char buf[8];

	(void)state;
	assert_string_equal(ip_protocol_name(IPP_ICMP), "icmp");
	assert_string_equal(ip_protocol_name(IPP_ICMP6), "icmp6");
	assert_string_equal(ip_protocol_name(IPP_OSPF), "ospf");
	assert_null(ip_protocol_name(255));
	for (unsigned int i = 0; i < 256; i++) {
		const char *name = ip_protocol_name((uint8_t)i);

		if (name != NULL)
			assert_int_equal(ip_protocol_parse(name), i);
		snprintf(buf, sizeof(buf), "%u", i);
		assert_int_equal(ip_protocol_parse(buf), i);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(ip_protocol_parse(bad[i]), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addr_text),
		cmocka_unit_test(test_prefix_text),
		cmocka_unit_test(test_text_round_trip),
		cmocka_unit_test(test_prefix_bits),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_protocols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
