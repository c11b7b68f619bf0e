/* SPDX-License-Identifier: Apache-2.0 */
/* Floods of SYNs [SC-9], SYN cookies [SC-20] [SC-21], syn-proxy [SC-22]. */
#include "lab.h"

#include <stdio.h>
#include <string.h>

#include "flow/screen.h"
#include "flow/syn_cookie.h"

#define S  "set security screen ids-option s tcp "
#define ON "set security zones security-zone trust screen s\n"
/* Every SYN is answered by the box. */
#define ALWAYS                                                                 \
	S "syn-flood attack-threshold 1 destination-threshold 500000 "         \
	  "source-threshold 500000\n"
#define PROXY "set security flow syn-flood-protection-mode syn-proxy\n"

static struct screen_stats
stats(struct box *b)
{
	const struct image *image = box_env(b)->image;

	return *screen_zone_stats(
		box_env(b)->screen, image_zone_by_name(image, "trust")->id);
}

/* A connection whose two ends have numbers of their own. */
struct conn {
	struct box *b;
	const struct side *a;
	uint16_t port;
	uint32_t client, server, cookie; /* first numbers */
	bool scaled;
	uint8_t client_scale, server_scale;
};

static struct in
seg(const struct conn *c, unsigned int side, uint8_t flags, uint32_t seq,
	uint32_t ack)
{
	struct in in = side == 0 ? c2s(c->a, IPP_TCP, c->port, 80)
				 : s2c(c->a, IPP_TCP, c->port, 80);

	in.numbered = true;
	in.flags = flags;
	in.seq = seq;
	in.ack = ack;
	in.window = 1000;
	return in;
}

static struct in
syn_of(const struct conn *c)
{
	struct in in = seg(c, 0, TCP_SYN, c->client, 0);

	in.mss = 1400;
	in.scaled = c->scaled;
	in.scale = c->client_scale;
	return in;
}

static struct out_segment
own(struct box *b, struct out *o)
{
	struct out_segment s;

	if (!box_own_segment(b, o, &s))
		fail_msg("nothing was sent");
	assert_int_equal(VERDICT_NEXT, o->verdict);
	assert_true(o->checksum_ok);
	return s;
}

/* The box answers the SYN. */
static void
cookie_of(struct conn *c)
{
	struct in syn = syn_of(c);
	struct out_segment s;
	struct out o;

	assert_int_equal(VERDICT_HELD, box_send(c->b, &syn).verdict);
	s = own(c->b, &o);
	assert_string_equal("ge-0/0/0.0", o.ifl);
	assert_string_equal(c->a->client, o.to);
	assert_int_equal(TCP_SYN | TCP_ACK, s.flags);
	assert_int_equal(c->client + 1, s.ack);
	assert_int_equal(0, s.window);
	assert_int_equal(2, s.options[0]); /* MSS of the way out */
	assert_int_equal(
		c->a == sides ? 1460 : 1440, s.options[2] << 8 | s.options[3]);
	c->cookie = s.seq;
}

/* The client's ACK becomes the SYN that the server gets. */
static void
knock(struct conn *c)
{
	struct in ack = seg(c, 0, TCP_ACK, c->client + 1, c->cookie + 1);
	struct out o;
	struct out_segment s = box_segment(c->b, &ack, &o);
	uint32_t window = 1000u << (c->scaled ? c->client_scale : 0);

	if (o.verdict != VERDICT_NEXT)
		fail_msg("%s", reason_name(o.reason));
	assert_true(o.checksum_ok);
	assert_string_equal("ge-0/0/1.0", o.ifl);
	assert_int_equal(TCP_SYN, s.flags);
	assert_int_equal(c->client, s.seq);
	assert_int_equal(window > 65535 ? 65535 : window, s.window);
	assert_int_equal(c->scaled ? 28 : 24, s.header);
	assert_int_equal(
		c->a == sides ? 1400 : 1380, s.options[2] << 8 | s.options[3]);
	if (c->scaled)
		assert_int_equal(c->client_scale, s.options[7]);
	assert_int_equal(1, box_sessions(c->b));
}

/* The server answers: both ends are told. */
static void
answered(struct conn *c)
{
	struct in in = seg(c, 1, TCP_SYN | TCP_ACK, c->server, c->client + 1);
	struct out_segment s;
	struct out o;

	in.scaled = c->server_scale != 0;
	in.scale = c->server_scale;
	s = box_segment(c->b, &in, &o);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_true(o.checksum_ok);
	assert_string_equal("ge-0/0/0.0", o.ifl);
	assert_int_equal(TCP_ACK, s.flags);
	assert_int_equal(c->cookie + 1, s.seq);
	assert_int_equal(c->client + 1, s.ack);
	assert_int_equal(c->scaled ? 1000 >> 7 : 1000, s.window);
	s = own(c->b, &o);
	assert_string_equal("ge-0/0/1.0", o.ifl);
	assert_int_equal(TCP_ACK, s.flags);
	assert_int_equal(c->client + 1, s.seq);
	assert_int_equal(c->server + 1, s.ack);
	assert_false(box_own_segment(c->b, &o, &s));
}

/* Data both ways: numbers and windows are translated. */
static void
talk(struct conn *c)
{
	struct in in =
		seg(c, 0, TCP_ACK | TCP_PSH, c->client + 1, c->cookie + 1);
	bool both = c->server_scale != 0;
	struct out_segment s;
	struct out o;
	uint32_t window;

	in.len = (uint16_t)((c->a == sides ? 40 : 60) + 100);
	s = box_segment(c->b, &in, &o);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_true(o.checksum_ok);
	assert_int_equal(c->client + 1, s.seq);
	assert_int_equal(c->server + 1, s.ack);
	window = c->scaled && !both ? 1000u << c->client_scale : 1000;
	assert_int_equal(window > 65535 ? 65535 : window, s.window);

	in = seg(c, 1, TCP_ACK, c->server + 1, c->client + 101);
	in.len = (uint16_t)((c->a == sides ? 40 : 60) + 200);
	s = box_segment(c->b, &in, &o);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_true(o.checksum_ok);
	assert_int_equal(c->cookie + 1, s.seq);
	assert_int_equal(c->client + 101, s.ack);
	window = 1000u << (c->scaled ? c->server_scale : 0);
	assert_int_equal(c->scaled ? window >> 7 : 1000, s.window);

	in = seg(c, 0, TCP_FIN | TCP_ACK, c->client + 101, c->cookie + 201);
	s = box_segment(c->b, &in, &o);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_int_equal(c->server + 201, s.ack);
}

static struct conn
conn_of(struct box *b, const struct side *a, uint16_t port)
{
	return (struct conn){.b = b,
		.a = a,
		.port = port,
		.client = 0xfffffff0u,
		.server = 0x7fffff00u};
}

/* The first SYN of all goes through: it is not above the threshold. */
static void
use_up(struct box *b, const struct side *a)
{
	struct conn first = conn_of(b, a, 9);
	struct in syn = syn_of(&first);

	pass(b, syn);
	box_clear(b);
}

/* [SC-20] a whole connection, with each mix of window scales. */
static void
test_cookie(void **state)
{
	static const struct {
		bool scaled;
		uint8_t client, server;
	} mixes[] = {{false, 0, 0}, {true, 7, 9}, {true, 14, 3}, {true, 2, 0}};

	(void)state;
	EACH_FAMILY(a)
	{
		for (size_t i = 0; i < 4; i++) {
			struct box *b = box_create(BOX ON ALWAYS);
			struct conn c = conn_of(b, a, 1000);

			c.scaled = mixes[i].scaled;
			c.client_scale = mixes[i].client;
			c.server_scale = mixes[i].server;
			use_up(b, a);
			cookie_of(&c);
			assert_int_equal(0, box_sessions(b));
			knock(&c);
			assert_int_equal(20, box_session(b, 0).timeout_s);
			answered(&c);
			assert_int_equal(300, box_session(b, 0).timeout_s);
			talk(&c);
			assert_int_equal(1, stats(b).proxied);
			assert_int_equal(1, stats(b).completed);
			assert_int_equal(1, stats(b).attack[SCREEN_SYN_FLOOD]);
			box_free(b);
		}
	}
}

/* [SC-21] nothing is kept, and only the right ACK opens. */
static void
test_wrong_cookies(void **state)
{
	struct box *b = box_create(BOX ON ALWAYS);
	struct conn c = conn_of(b, &sides[0], 1000);
	struct in ack;

	(void)state;
	use_up(b, c.a);
	cookie_of(&c);
	for (unsigned int bit = 0; bit < 32; bit++) {
		ack = seg(&c, 0, TCP_ACK, c.client + 1,
			(c.cookie ^ 1u << bit) + 1);
		dropped(b, ack, REASON_TCP_NOT_SYN);
		ack = seg(&c, 0, TCP_ACK, (c.client ^ 1u << bit) + 1,
			c.cookie + 1);
		dropped(b, ack, REASON_TCP_NOT_SYN);
	}
	ack = seg(&c, 0, TCP_ACK, c.client + 1, c.cookie + 1);
	ack.sport++;
	dropped(b, ack, REASON_TCP_NOT_SYN);
	ack.sport--;
	ack.src = "198.51.100.3";
	dropped(b, ack, REASON_TCP_NOT_SYN);
	box_sleep(b, 65000);
	ack.src = c.a->client;
	dropped(b, ack, REASON_TCP_NOT_SYN);
	assert_int_equal(0, box_sessions(b));
	box_free(b);
}

/* A cookie carries what the SYN could do. */
static void
test_cookie_options(void **state)
{
	struct syn_cookie_key key;
	struct flow_key flow = {.family = IP_V4, .protocol = IPP_TCP};
	unsigned int odd = 0;

	(void)state;
	syn_cookie_key_make(&key);
	for (unsigned int i = 0; i < 4096; i++) {
		struct syn_options o = {.mss = (uint16_t)(i * 16),
					   .scale = i % 16 == 15
							    ? TCP_NO_SCALE
							    : (uint8_t)(i % 15),
					   .sack = (i & 64) != 0},
				   back;
		uint32_t t = i * 7, v;

		v = syn_cookie_make(&key, &flow, i, t, &o);
		odd += v & 1;
		assert_true(syn_cookie_check(&key, &flow, i, v, t + 31, &back));
		assert_int_equal(o.scale, back.scale);
		assert_int_equal(o.sack, back.sack);
		assert_true(back.mss <= o.mss || back.mss == 536);
		assert_false(
			syn_cookie_check(&key, &flow, i, v, t + 64, &back));
	}
	assert_in_range(odd, 1500, 2600);
}

/* The SYN to the server is lost: whatever the client says sends it again. */
static void
test_lost_syn(void **state)
{
	struct box *b = box_create(BOX ON ALWAYS);
	struct conn c = conn_of(b, &sides[0], 1000);
	struct in probe;
	struct out_segment s;
	struct out o;

	(void)state;
	use_up(b, c.a);
	cookie_of(&c);
	knock(&c);
	probe = seg(&c, 0, TCP_ACK, c.client, c.cookie + 1);
	s = box_segment(b, &probe, &o);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_int_equal(TCP_SYN, s.flags);
	assert_int_equal(c.client, s.seq);
	answered(&c);
	talk(&c);
	box_free(b);
}

/* The server refuses: the client hears of it where it waits. */
static void
test_refused(void **state)
{
	struct box *b = box_create(BOX ON ALWAYS);
	struct conn c = conn_of(b, &sides[0], 1000);
	struct in rst;
	struct out_segment s;
	struct out o;

	(void)state;
	use_up(b, c.a);
	cookie_of(&c);
	knock(&c);
	rst = seg(&c, 1, TCP_RST | TCP_ACK, 0, c.client + 1);
	s = box_segment(b, &rst, &o);
	assert_int_equal(VERDICT_NEXT, o.verdict);
	assert_true(o.checksum_ok);
	assert_int_equal(TCP_RST | TCP_ACK, s.flags);
	assert_int_equal(c.cookie + 1, s.seq);
	box_free(b);
}

/* It knows an older connection of these ports: that one ends. */
static void
test_challenge(void **state)
{
	struct box *b = box_create(BOX ON ALWAYS);
	struct conn c = conn_of(b, &sides[0], 1000);
	struct in old;
	struct out_segment s;
	struct out o;

	(void)state;
	use_up(b, c.a);
	cookie_of(&c);
	knock(&c);
	old = seg(&c, 1, TCP_ACK, 4711, 99);
	dropped(b, old, REASON_TCP_HANDSHAKE);
	s = own(b, &o);
	assert_int_equal(TCP_RST, s.flags);
	assert_int_equal(99, s.seq);
	assert_string_equal("ge-0/0/1.0", o.ifl);
	box_free(b);
}

/* SACK blocks of the client are about the server's numbers. */
static void
test_sack(void **state)
{
	static const uint8_t none[12];
	struct box *b = box_create(BOX ON ALWAYS);
	struct conn c = conn_of(b, &sides[0], 1000);
	struct rte_mbuf *m;
	struct in ack;
	uint8_t frame[14 + 20 + 32], *tcp = frame + 34;
	struct out o;

	(void)state;
	use_up(b, c.a);
	cookie_of(&c);
	knock(&c);
	answered(&c);
	ack = seg(&c, 0, TCP_ACK, c.client + 1, c.cookie + 1);
	ack.data = none;
	ack.data_len = 12;
	m = box_packet(b, &ack);
	memcpy(frame, rte_pktmbuf_mtod(m, void *), sizeof(frame));
	rte_pktmbuf_free(m);
	for (unsigned int odd = 0; odd < 2; odd++) {
		uint32_t sum = 0, left = c.cookie + 101, right = left + 50;
		uint8_t *sack = tcp + 20 + (odd ? 1 : 2);

		memset(tcp + 20, 1, 12);
		tcp[12] = 8 << 4;
		sack[0] = 5;
		sack[1] = 10;
		for (unsigned int i = 0; i < 4; i++) {
			sack[2 + i] = (uint8_t)(left >> (24 - 8 * i));
			sack[6 + i] = (uint8_t)(right >> (24 - 8 * i));
		}
		tcp[16] = tcp[17] = 0;
		for (unsigned int i = 0; i < 32; i += 2)
			sum += (uint32_t)(tcp[i] << 8 | tcp[i + 1]);
		for (unsigned int i = 0; i < 8; i += 2)
			sum += (uint32_t)(frame[26 + i] << 8 | frame[27 + i]);
		sum += 6 + 32;
		while (sum >> 16)
			sum = (sum & 0xffff) + (sum >> 16);
		tcp[16] = (uint8_t)(~sum >> 8);
		tcp[17] = (uint8_t)~sum;
		o = box_frame(b, "ge-0/0/0.0", frame, sizeof(frame));
		assert_int_equal(VERDICT_NEXT, o.verdict);
		assert_true(o.checksum_ok);
	}
	box_free(b);
}

/* [SC-9] below the threshold the server is asked; above it the box answers,
 * and goes on in the next second while the flood lasts. */
static void
test_threshold(void **state)
{
	struct box *b = box_create(
		BOX ON S "syn-flood attack-threshold 10 alarm-threshold 5\n");
	struct in syn = tcp(c2s(&sides[0], IPP_TCP, 1, 80), TCP_SYN);
	struct out o;
	struct out_segment s;

	(void)state;
	for (uint16_t i = 0; i < 30; i++) {
		syn.sport = (uint16_t)(1000 + i);
		o = box_send(b, &syn);
		assert_int_equal(
			i < 10 ? VERDICT_NEXT : VERDICT_HELD, o.verdict);
	}
	assert_int_equal(10, box_sessions(b));
	assert_int_equal(20, stats(b).proxied);
	assert_int_equal(1, stats(b).alarms);
	while (box_own_segment(b, &o, &s))
		assert_int_equal(TCP_SYN | TCP_ACK, s.flags);
	syn.dport = 81; /* another port is not flooded */
	pass(b, syn);
	syn.dport = 80;
	box_sleep(b, 1000);
	syn.sport = 3000;
	assert_int_equal(VERDICT_HELD, box_send(b, &syn).verdict);
	box_sleep(b, 2000);
	syn.sport = 3001;
	pass(b, syn);
	box_free(b);
}

/* [SC-9] too many to one host, or from one source, are dropped; friends are
 * not counted; alarm-without-drop only counts. */
static void
test_limits(void **state)
{
	struct in syn = tcp(c2s(&sides[0], IPP_TCP, 1, 80), TCP_SYN);
	struct box *b = box_create(BOX ON S "syn-flood source-threshold 4\n");

	(void)state;
	for (unsigned int pass_of = 0; pass_of < 2; pass_of++) {
		for (uint16_t i = 0; i < 5; i++) {
			syn.sport = (uint16_t)(1000 + i);
			syn.dport = (uint16_t)(80 + i);
			if (i < 4)
				pass(b, syn);
			else if (pass_of == 0)
				dropped(b, syn, REASON_SCREEN_SYN_SOURCE);
			else
				dropped(b, syn, REASON_SCREEN_SYN_DESTINATION);
		}
		box_free(b);
		b = box_create(BOX ON S "syn-flood destination-threshold 4\n");
	}
	box_free(b);
	b = box_create(BOX ON S "syn-flood source-threshold 4\n" S
				"syn-flood white-list w source-address "
				"198.51.100.0/28\n" S
				"syn-flood white-list w destination-address "
				"192.0.2.2/32\n");
	for (uint16_t i = 0; i < 9; i++) {
		syn.sport = (uint16_t)(1000 + i);
		pass(b, syn);
	}
	box_free(b);
	b = box_create(BOX ON ALWAYS "set security screen ids-option s "
				     "alarm-without-drop\n");
	for (uint16_t i = 0; i < 9; i++) {
		syn.sport = (uint16_t)(1000 + i);
		pass(b, syn);
	}
	assert_int_equal(8, stats(b).attack[SCREEN_SYN_FLOOD]);
	box_free(b);
}

/* What a policy denies, and what is for nobody, gets no answer. */
static void
test_policy_first(void **state)
{
	struct box *b = box_create(ZONES ON ALWAYS POLICY(
		"trust", "untrust", "no", "any", "deny"));
	struct in syn = tcp(c2s(&sides[0], IPP_TCP, 1, 80), TCP_SYN);

	(void)state;
	dropped(b, syn, REASON_POLICY_DENY);
	dropped(b, syn, REASON_POLICY_DENY);
	syn.dst = sides[0].box_in;
	for (unsigned int i = 0; i < 3; i++)
		dropped(b, syn, REASON_HOST_INBOUND);
	syn.dst = "203.0.113.77";
	for (unsigned int i = 0; i < 3; i++)
		dropped(b, syn, REASON_NO_ROUTE);
	assert_int_equal(0, stats(b).proxied);
	box_free(b);
}

/* [SC-23] connections that wait for their server: so many of one source. */
static void
test_syn_ack_ack(void **state)
{
	struct box *b =
		box_create(BOX ON ALWAYS S "syn-ack-ack-proxy threshold 2\n");
	struct conn c[3];
	struct in ack;

	(void)state;
	use_up(b, &sides[0]);
	for (uint16_t i = 0; i < 3; i++) {
		c[i] = conn_of(b, &sides[0], (uint16_t)(1000 + i));
		cookie_of(&c[i]);
	}
	for (unsigned int i = 0; i < 3; i++) {
		ack = seg(&c[i], 0, TCP_ACK, c[i].client + 1, c[i].cookie + 1);
		if (i < 2)
			pass(b, ack);
		else
			dropped(b, ack, REASON_SCREEN_SYN_ACK_ACK);
	}
	answered(&c[0]);
	pass(b, ack);
	box_clear(b);
	cookie_of(&c[0]);
	knock(&c[0]);
	box_free(b);
}

/* [SC-22] whom the box has answered it remembers: so many, so long. */
static void
test_proxy_mode(void **state)
{
	struct box *b = box_create(
		BOX ON ALWAYS PROXY S "syn-flood queue-size 200 timeout 5\n");
	struct conn c = conn_of(b, &sides[0], 1000);
	struct in syn = tcp(c2s(&sides[0], IPP_TCP, 1, 80), TCP_SYN), ack;
	struct out o;
	struct out_segment s;

	(void)state;
	use_up(b, c.a);
	cookie_of(&c);
	knock(&c);
	answered(&c);
	talk(&c);
	box_clear(b);
	ack = seg(&c, 0, TCP_ACK, c.client + 1, c.cookie + 1);
	dropped(b, ack, REASON_TCP_NOT_SYN); /* only once */
	for (uint16_t i = 0; i < 200; i++) {
		syn.sport = (uint16_t)(2000 + i);
		assert_int_equal(VERDICT_HELD, box_send(b, &syn).verdict);
		own(b, &o);
	}
	syn.sport = 3000;
	dropped(b, syn, REASON_SCREEN_QUEUE);
	syn.sport = 2000; /* sent again */
	assert_int_equal(VERDICT_HELD, box_send(b, &syn).verdict);
	own(b, &o);
	box_sleep(b, 5000);
	use_up(b, c.a);
	cookie_of(&c);
	box_sleep(b, 6000);
	ack = seg(&c, 0, TCP_ACK, c.client + 1, c.cookie + 1);
	dropped(b, ack, REASON_TCP_NOT_SYN); /* too late */
	assert_false(box_own_segment(b, &o, &s));
	box_free(b);
}

/* An ICMP error about what the client was sent has the client's numbers. */
static void
test_quote(void **state)
{
	struct box *b = box_create(BOX ON ALWAYS);
	struct conn c = conn_of(b, &sides[0], 1000);
	struct in quote, error;

	(void)state;
	use_up(b, c.a);
	cookie_of(&c);
	knock(&c);
	answered(&c);
	talk(&c);
	quote = seg(&c, 1, TCP_ACK, c.cookie + 1, c.client + 1);
	error = (struct in){.ifl = "ge-0/0/0.0",
		.src = sides[0].client,
		.dst = sides[0].server,
		.proto = IPP_ICMP,
		.quote = &quote,
		.icmp_type = 3,
		.icmp_code = 4};
	pass(b, error); /* its checksum is right */
	box_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cookie),
		cmocka_unit_test(test_wrong_cookies),
		cmocka_unit_test(test_cookie_options),
		cmocka_unit_test(test_lost_syn),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_challenge),
		cmocka_unit_test(test_sack),
		cmocka_unit_test(test_threshold),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_policy_first),
		cmocka_unit_test(test_syn_ack_ack),
		cmocka_unit_test(test_proxy_mode),
		cmocka_unit_test(test_quote),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
