/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt_test.h"

#include "base/sbuf.h"
#include "pkt/packet_text.h"

#pragma GCC diagnostic ignored "-Wunused-variable"
#include "vectors.h"

static const struct {
	const char *vector, *text;
} lines[] = {
	{"udp4", "IP 192.0.2.10.1000 > 198.51.100.20.53: UDP, length 26"},
	{"udp4 tag", "IP 192.0.2.10.5 > 198.51.100.20.6: UDP, length 26"},
	{"udp4 padding", "IP 192.0.2.10.9 > 198.51.100.20.9: UDP, length 0"},
	{"tcp4 syn", "IP 192.0.2.10.1024 > 198.51.100.20.80: Flags [S], seq 0, "
		     "win 8192, options [mss 1460,wscale 7], length 0"},
	{"tcp4 data", "IP 192.0.2.10.1 > 198.51.100.20.65535: Flags [P.], "
		      "seq 0:26, ack 0, win 8192, length 26"},
	{"tcp6", "IP6 2001:db8:1::10.1024 > 2001:db8:2::20.443: Flags [.], "
		 "seq 0:26, ack 0, win 8192, length 26"},
	{"echo4", "IP 192.0.2.10 > 198.51.100.20: ICMP echo request, id 4660, "
		  "seq 5, length 34"},
	{"echo reply4", "IP 192.0.2.10 > 198.51.100.20: ICMP echo reply, "
			"id 4660, seq 5, length 34"},
	{"unreachable4", "IP 192.0.2.10 > 198.51.100.20: ICMP host 192.0.2.10 "
			 "unreachable, length 36"},
	{"timestamp4", "IP 192.0.2.10 > 198.51.100.20: ICMP time stamp query, "
		       "id 3, seq 4, length 32"},
	{"echo6", "IP6 2001:db8:1::10 > 2001:db8:2::20: ICMP6, echo request, "
		  "id 9, seq 8, length 34"},
	{"too big6", "IP6 2001:db8:1::10 > 2001:db8:2::20: ICMP6, packet too "
		     "big, mtu 1280, length 56"},
	{"dad", "IP6 :: > ff02::1:ff00:1: ICMP6, neighbor solicitation, who "
		"has fe80::1, length 24"},
	{"esp4", "IP 192.0.2.10 > 198.51.100.20: ESP(spi=0x12345678,seq=0x0), "
		 "length 24"},
	{"gre4", "IP 192.0.2.10 > 198.51.100.20: GREv0, proto 0x0800, length "
		 "32"},
	{"ospf4", "IP 192.0.2.10 > 224.0.0.5: ospf, length 24"},
	{"udp4 first fragment", "IP 192.0.2.10.1000 > 198.51.100.20.53: UDP, "
				"length 92 (frag 77:48@0+)"},
	{"udp4 later fragment", "IP 192.0.2.10 > 198.51.100.20: udp, length 52 "
				"(frag 77:52@48)"},
	{"later fragment6", "IP6 2001:db8:1::10 > 2001:db8:2::20: udp, length "
			    "41 (frag 3735928559:41@48)"},
	{"hop-by-hop, destination, tcp6",
		"IP6 2001:db8:1::10.3 > 2001:db8:2::20.4: Flags [S], seq 0, "
		"win 8192, length 0"},
	{"lldp", "LLDP, length 50"},
	{"tcp cut", "IP 192.0.2.10.0 > 198.51.100.20.0: [|tcp]"},
	{"ip4 header cut", "IP [|ip]"},
	{"ip6 cut", "IP6 [|ip6]"},
	{"ethernet cut", "[|ether]"},
};

static void
check(const void *bytes, size_t len, const char *want)
{
	struct sbuf out = SBUF_INIT;

	packet_text(bytes, len, &out);
	assert_string_equal(sbuf_text(&out), want);
	sbuf_done(&out);
}

static void
test_lines(void **state)
{
	for (size_t i = 0; i < RTE_DIM(lines); i++) {
		size_t v = 0;

		while (strcmp(parse_vectors[v].name, lines[i].vector) != 0)
			assert_true(++v < RTE_DIM(parse_vectors));
		check(parse_vectors[v].bytes, parse_vectors[v].len,
			lines[i].text);
	}
}

static void
test_arp(void **state)
{
	uint8_t b[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 2,
		8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 2, 192, 0, 2, 2, 0,
		0, 0, 0, 0, 0, 192, 0, 2, 1};

	check(b, sizeof(b),
		"ARP, Request who-has 192.0.2.1 tell 192.0.2.2, length 28");
	b[21] = 2;
	check(b, sizeof(b),
		"ARP, Reply 192.0.2.2 is-at 02:00:00:00:00:02, length 28");
	check(b, 41, "ARP, [|arp]");
}

/* A line for every beginning of every frame, and for single bit flips. */
static void
test_any_bytes(void **state)
{
	for (size_t i = 0; i < RTE_DIM(parse_vectors); i++) {
		const struct parse_vector *v = &parse_vectors[i];

		for (size_t n = 0; n <= v->len; n++) {
			struct sbuf out = SBUF_INIT;
			uint8_t *b = malloc(n + (n == 0));

			memcpy(b, v->bytes, n);
			if (n > 12)
				b[12 + i % (n - 12)] ^= (uint8_t)(1 << n % 8);
			packet_text(b, n, &out);
			assert_true(out.len > 0);
			assert_null(strchr(sbuf_text(&out), '\n'));
			free(b);
			sbuf_done(&out);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_arp),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
