/* SPDX-License-Identifier: Apache-2.0 */
/* [LG-44] Captures: what is written is read; both byte orders; broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/capture.h"

static struct capture c;

/* Two interfaces, three packets; freed by the caller. */
static char *
written(size_t *len)
{
	char *data = NULL;
	FILE *f = open_memstream(&data, len);
	const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7};

	assert_int_equal(0, pcapng_begin(f, "test"));
	assert_int_equal(0, pcapng_interface(f, "ge-0/0/0.0", 96));
	assert_int_equal(0, pcapng_interface(f, "ge-0/0/1.0", 96));
	assert_int_equal(
		0, pcapng_put(f, &(struct pcapng_packet){.interface = 1,
					 .unix_ns = 1700000000123456789u,
					 .bytes = bytes,
					 .caplen = 7,
					 .len = 70,
					 .direction = PCAPNG_OUT,
					 .comment = "session 1"}));
	assert_int_equal(0,
		pcapng_put(f, &(struct pcapng_packet){
				      .bytes = bytes, .caplen = 4, .len = 4}));
	assert_int_equal(0,
		pcapng_put(f, &(struct pcapng_packet){.direction = PCAPNG_IN}));
	fclose(f);
	return data;
}

static void
test_lg44_round(void **state)
{
	struct capture_packet p;
	size_t len;
	char *data = written(&len);

	(void)state;
	assert_true(capture_open(&c, data, len));
	assert_int_equal(1, capture_next(&c, &p));
	assert_string_equal("ge-0/0/1.0", p.interface->name);
	assert_int_equal(1, p.interface->link);
	assert_true(p.unix_ns == 1700000000123456789u);
	assert_int_equal(7, p.caplen);
	assert_int_equal(70, p.len);
	assert_int_equal(5, p.bytes[4]);
	assert_int_equal(PCAPNG_OUT, p.direction);
	assert_string_equal("session 1", p.comment);
	assert_int_equal(1, capture_next(&c, &p));
	assert_string_equal("ge-0/0/0.0", p.interface->name);
	assert_string_equal("", p.comment);
	assert_int_equal(PCAPNG_UNKNOWN, p.direction);
	assert_int_equal(1, capture_next(&c, &p));
	assert_int_equal(0, p.caplen);
	assert_int_equal(0, capture_next(&c, &p));
	free(data);
}

/* However it is cut or changed, nothing outside is read. */
static void
test_lg44_broken(void **state)
{
	size_t len;
	char *data = written(&len);
	struct capture_packet p;
	int rc;

	(void)state;
	for (size_t n = 0; n <= len; n++) {
		char *part = malloc(n + 1);

		memcpy(part, data, n);
		if (capture_open(&c, part, n)) {
			while ((rc = capture_next(&c, &p)) == 1)
				;
			assert_true(rc == 0 || c.error != NULL);
		} else {
			assert_non_null(c.error);
		}
		free(part);
	}
	for (unsigned int seed = 1; seed <= 20000; seed++) {
		char *part = malloc(len);

		memcpy(part, data, len);
		srand(seed);
		for (int i = 0; i < 4; i++)
			part[(size_t)rand() % len] = (char)rand();
		if (capture_open(&c, part, len))
			while (capture_next(&c, &p) == 1)
				;
		free(part);
	}
	free(data);
}

static void
put32(uint8_t *at, uint32_t v, bool big)
{
	if (big)
		v = __builtin_bswap32(v);
	memcpy(at, &v, 4);
}

static void
test_lg44_pcap(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		bool big = kind & 1, nano = kind & 2;
		uint8_t f[24 + 16 + 3] = {0};
		struct capture_packet p;

		put32(f, nano ? 0xa1b23c4d : 0xa1b2c3d4, big);
		put32(f + 20, 1, big);
		put32(f + 24, 10, big);
		put32(f + 28, 5, big);
		put32(f + 32, 3, big);
		put32(f + 36, 60, big);
		f[42] = 9;
		assert_true(capture_open(&c, f, sizeof(f)));
		assert_int_equal(1, capture_next(&c, &p));
		assert_true(p.unix_ns ==
			    10 * UINT64_C(1000000000) + (nano ? 5 : 5000));
		assert_int_equal(3, p.caplen);
		assert_int_equal(60, p.len);
		assert_int_equal(9, p.bytes[2]);
		assert_int_equal(0, capture_next(&c, &p));
		assert_true(capture_open(&c, f, sizeof(f) - 1));
		assert_int_equal(-1, capture_next(&c, &p));
	}
	assert_false(capture_open(&c, "this is no capture", 18));
}

/* Big-endian pcapng with microseconds, as another machine writes it. */
static void
test_lg44_other_order(void **state)
{
	uint8_t f[28 + 20 + 36] = {0};
	struct capture_packet p;
	uint64_t us = 1700000000123456;

	(void)state;
	put32(f, 0x0a0d0d0a, true);
	put32(f + 4, 28, true);
	put32(f + 8, 0x1a2b3c4d, true);
	put32(f + 24, 28, true);
	put32(f + 28, 1, true);
	put32(f + 32, 20, true);
	f[37] = 1;
	put32(f + 44, 20, true);
	put32(f + 48, 6, true);
	put32(f + 52, 36, true);
	put32(f + 60, (uint32_t)(us >> 32), true);
	put32(f + 64, (uint32_t)us, true);
	put32(f + 68, 4, true);
	put32(f + 72, 4, true);
	/* the packet takes the place of the trailing length */
	assert_true(capture_open(&c, f, sizeof(f)));
	assert_int_equal(1, capture_next(&c, &p));
	assert_true(p.unix_ns == us * 1000);
	assert_int_equal(1, p.interface->link);
	assert_int_equal(4, p.caplen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lg44_round),
		cmocka_unit_test(test_lg44_broken),
		cmocka_unit_test(test_lg44_pcap),
		cmocka_unit_test(test_lg44_other_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
