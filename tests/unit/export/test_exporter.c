/* SPDX-License-Identifier: Apache-2.0 */
/* [OB-20] [OB-22] to [OB-26]: which records go out, when, and what is lost. */
#include "world.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "export/exporter.h"
#include "flow/session.h"

#define SERVER(address, more)                                                  \
	"set services flow-monitoring version-ipfix flow-server " address      \
	" " more "\n"

/* What the packet path was given. */
static struct {
	uint8_t b[64][1400];
	size_t len[64];
	unsigned int n;
	bool refuse;
} sent;

static bool
take(void *ctx, const struct collector_spec *to, const void *data, size_t len)
{
	(void)ctx;
	(void)to;
	if (sent.refuse)
		return false;
	assert_true(sent.n < 64 && len <= 1400);
	memcpy(sent.b[sent.n], data, len);
	sent.len[sent.n++] = len;
	return true;
}

static uint32_t
u32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

/* Of message i: the id of its first set, its sequence number. */
static unsigned int
first_set(unsigned int i)
{
	return (unsigned int)sent.b[i][16] << 8 | sent.b[i][17];
}

static uint32_t
sequence(unsigned int i)
{
	return u32(sent.b[i] + 8);
}

static struct flow_log_record
record(enum flow_log_kind kind)
{
	struct flow_log_record r = {.kind = (uint8_t)kind,
		.in = {.sport_be = htons(1024),
			.dport_be = htons(80),
			.protocol = 6,
			.family = IP_V4,
			.v4 = {htonl(0xc6336402), htonl(0xc0000202)}},
		.out = {.sport_be = htons(80),
			.dport_be = htons(1024),
			.protocol = 6,
			.family = IP_V4,
			.v4 = {htonl(0xc0000202), htonl(0xc6336402)}},
		.time_ms = 100500,
		.elapsed_s = 40,
		.idle_ms = 2000,
		.close = CLOSE_IDLE,
		.session = 9,
		.ifl = {1},
		.out_ifl = {2},
		.packets = {3, 4},
		.bytes = {300, 400}};

	return r;
}

static struct exporter *
make(void)
{
	struct exporter_env env = {.send = take};

	memset(&sent, 0, sizeof(sent));
	return exporter_create(&env);
}

static void
test_ob22_events(void **state)
{
	static const struct {
		const char *events;
		unsigned int records;
	} rows[] = {
		{"", 1},
		{"set services flow-monitoring version-ipfix events "
		 "session-init\n",
			1},
		{"set services flow-monitoring version-ipfix events "
		 "[ session-init session-close session-deny ]\n",
			3},
		{"set services flow-monitoring version-ipfix events "
		 "[ session-deny session-close ]\n",
			2},
	};
	struct flow_log_record r[] = {record(FLOW_LOG_CREATE),
		record(FLOW_LOG_CLOSE), record(FLOW_LOG_DENY),
		record(FLOW_LOG_SCREEN)};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct exporter *e = make();
		char text[4096];
		struct image *image;

		snprintf(text, sizeof(text), WORLD SERVER("192.0.2.9", "") "%s",
			rows[i].events);
		image = world_of(text);
		exporter_configure(e, image);
		exporter_sessions(e, r, 4, 100600, 5000000);
		exporter_tick(e, 101200, 5000600);
		/* the templates and names, then the records */
		assert_int_equal(2, sent.n);
		assert_int_equal(2, first_set(0));
		assert_int_equal(256, first_set(1));
		assert_int_equal(20 + 88 * rows[i].records, sent.len[1]);
		exporter_free(e);
		image_free(image);
	}
}

static void
test_ob26_times(void **state)
{
	struct image *image = world_of(WORLD SERVER("192.0.2.9", ""));
	struct flow_log_record r = record(FLOW_LOG_CLOSE);
	struct exporter *e = make();
	const uint8_t *b;

	(void)state;
	exporter_configure(e, image);
	exporter_sessions(e, &r, 1, 100500, 1000100500);
	exporter_tick(e, 101000, 1000101000);
	b = sent.b[1] + 20;
	/* 40 seconds ago, at the full second; 2 seconds before the end */
	assert_int_equal(1000060000, (int)u32(b + 73));
	assert_int_equal(1000098500, (int)u32(b + 81));
	exporter_free(e);
	image_free(image);
}

static void
test_ob23_refresh(void **state)
{
	struct image *image = world_of(WORLD SERVER("192.0.2.9",
		"template t") "set services flow-monitoring version-ipfix "
			      "template t "
			      "template-refresh-rate seconds 20 packets 3\n"
			      "set services flow-monitoring version-ipfix "
			      "template t "
			      "observation-domain-id 77\n");
	struct flow_log_record r = record(FLOW_LOG_CLOSE);
	struct exporter *e = make();
	struct exporter_info info;
	uint64_t now = 200000;

	(void)state;
	exporter_configure(e, image);
	assert_int_equal(now + 20000, exporter_tick(e, now, now));
	assert_int_equal(1, sent.n); /* known before the first record */
	for (int i = 0; i < 4; i++) {
		exporter_sessions(e, &r, 1, now, now);
		assert_int_equal(now + 500, exporter_tick(e, now, now));
		now += 500;
		exporter_tick(e, now, now);
	}
	/* templates, three messages, templates, one message */
	assert_int_equal(6, sent.n);
	assert_int_equal(2, first_set(0));
	assert_int_equal(256, first_set(3));
	assert_int_equal(2, first_set(4));
	assert_int_equal(256, first_set(5));
	exporter_tick(e, now + 20000, now);
	assert_int_equal(7, sent.n);
	assert_int_equal(2, first_set(6));
	assert_int_equal(77, u32(sent.b[6] + 12));
	exporter_info(e, 0, &info);
	assert_int_equal(3, info.templates);
	assert_int_equal(7, info.messages);
	exporter_free(e);
	image_free(image);
}

static void
test_ob23_sequence_counts_records(void **state)
{
	struct image *image = world_of(WORLD SERVER("192.0.2.9", ""));
	struct flow_log_record r[20];
	struct exporter *e = make();
	uint32_t next = 0;

	(void)state;
	for (int i = 0; i < 20; i++)
		r[i] = record(FLOW_LOG_CLOSE);
	exporter_configure(e, image);
	for (int i = 0; i < 5; i++)
		exporter_sessions(e, r, 20, 100500, 1);
	exporter_tick(e, 102000, 1);
	assert_true(sent.n > 5);
	for (unsigned int i = 0; i < sent.n; i++) {
		assert_int_equal(next, sequence(i));
		/* counts, one router, two interfaces are records as well */
		next += i == 0 ? 4 : (uint32_t)(sent.len[i] - 20) / 88;
	}
	assert_int_equal(104, next);
	exporter_free(e);
	image_free(image);
}

static void
test_ob24_commit_keeps(void **state)
{
	struct image *one = world_of(WORLD SERVER("192.0.2.9", ""));
	struct image *two = world_of(
		WORLD SERVER("192.0.2.9", "") SERVER("192.0.2.8", "port 9"));
	struct image *three = world_of(WORLD SERVER("192.0.2.8", "port 9"));
	struct flow_log_record r = record(FLOW_LOG_CLOSE);
	struct exporter *e = make();
	struct exporter_info info;

	(void)state;
	exporter_configure(e, one);
	exporter_sessions(e, &r, 1, 100500, 1);
	exporter_tick(e, 101500, 1);
	exporter_configure(e, two);
	image_free(one);
	exporter_sessions(e, &r, 1, 102500, 1);
	exporter_tick(e, 103500, 1);
	assert_int_equal(2, exporter_count(e));
	for (unsigned int i = 0; i < 2; i++) {
		exporter_info(e, i, &info);
		if (info.spec.port == 9)
			assert_int_equal(5, info.records);
		else /* with the names of the new configuration */
			assert_int_equal(4 + 1 + 4 + 1, info.records);
	}
	exporter_configure(e, three);
	image_free(two);
	assert_int_equal(1, exporter_count(e));
	exporter_free(e);
	image_free(three);
}

/* No packet path and a port that refuses: lost and counted. */
static void
test_ob24_lost(void **state)
{
	struct image *image = world_of(
		WORLD SERVER("203.0.113.1", "source-address 192.0.2.7"));
	struct flow_log_record r = record(FLOW_LOG_CLOSE);
	struct exporter *e = make();
	struct exporter_info info;

	(void)state;
	sent.refuse = true;
	exporter_configure(e, image);
	for (uint64_t now = 100500; now < 105000; now += 100) {
		exporter_sessions(e, &r, 1, now, 1);
		exporter_tick(e, now, 1);
	}
	exporter_tick(e, 110000, 1);
	exporter_info(e, 0, &info);
	assert_int_equal(0, sent.n);
	assert_int_equal(0, info.records);
	assert_int_equal(45 + 4, info.lost);
	assert_int_not_equal(0, info.error); /* not an address of this host */
	exporter_free(e);
	image_free(image);
}

static int
listener(uint16_t *port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(0, bind(fd, (struct sockaddr *)&sa, sizeof(sa)));
	assert_int_equal(0, listen(fd, 4));
	assert_int_equal(0, getsockname(fd, (struct sockaddr *)&sa, &len));
	*port = ntohs(sa.sin_port);
	return fd;
}

static void
read_all(int fd, uint8_t *b, size_t n)
{
	while (n > 0) {
		ssize_t got = read(fd, b, n);

		assert_true(got > 0);
		b += got;
		n -= (size_t)got;
	}
}

/* One message; the id of its first set and its sequence number. */
static unsigned int
read_message(int fd, uint32_t *seq)
{
	uint8_t b[1400];
	size_t len;

	read_all(fd, b, 4);
	len = (size_t)b[2] << 8 | b[3];
	assert_true(b[0] == 0 && b[1] == 10 && len > 20 && len <= 1400);
	read_all(fd, b + 4, len - 4);
	*seq = u32(b + 8);
	return (unsigned int)b[16] << 8 | b[17];
}

/* Each connection is told the templates first, and counts from 0. */
static void
test_ob24_tcp(void **state)
{
	struct flow_log_record r = record(FLOW_LOG_CLOSE);
	struct exporter *e = make();
	uint16_t port;
	int fd = listener(&port), conn;
	uint64_t now = 200000;
	struct exporter_info info;
	struct image *image;
	uint32_t seq;
	char text[4096];

	(void)state;
	snprintf(text, sizeof(text),
		WORLD SERVER("127.0.0.1", "transport tcp")
			SERVER("127.0.0.1", "port %u"),
		port);
	image = world_of(text);
	exporter_configure(e, image);
	for (int round = 0; round < 2; round++) {
		/* Nobody is connected: the record is lost, not kept. */
		exporter_sessions(e, &r, 1, now, now);
		do {
			exporter_tick(e, now, now);
			exporter_info(e, 0, &info);
			now += 10;
		} while (!info.connected);
		assert_int_equal(round + 1, info.lost);
		conn = accept(fd, NULL, NULL);
		exporter_sessions(e, &r, 1, now, now);
		now += 600;
		exporter_tick(e, now, now);
		exporter_tick(e, now, now);
		assert_int_equal(2, read_message(conn, &seq));
		assert_int_equal(0, seq);
		assert_int_equal(256, read_message(conn, &seq));
		assert_int_equal(4, seq);
		close(conn);
		do { /* until the other end is seen to be gone */
			now += 6000;
			exporter_tick(e, now, now);
			exporter_info(e, 0, &info);
		} while (info.connected && round == 0);
	}
	close(fd);
	exporter_free(e);
	image_free(image);
}

static void
test_ob20_statements(void **state)
{
	static const char *const bad[] = {
		SERVER("192.0.2.9", "template gone"),
		SERVER("192.0.2.9", "routing-instance gone"),
		SERVER("192.0.2.9", "source-address 2001:db8::1"),
		SERVER("fred", ""),
		"set services metrics address 127.0.0.1\n",
		"set services metrics port 80\n",
		SERVER("192.0.2.1", "") SERVER("192.0.2.2", "")
			SERVER("192.0.2.3", "") SERVER("192.0.2.4", "") SERVER(
				"192.0.2.5", "") SERVER("192.0.2.6", "")
				SERVER("192.0.2.7", "") SERVER("192.0.2.8", "")
					SERVER("192.0.2.9", ""),
	};
	struct image *image = world_of(WORLD SERVER(
		"2001:db8::9", "") "set services metrics port 9436\n");
	const struct export_spec *s = &image_spec_of(image)->export;

	(void)state;
	assert_int_equal(EXPORT_CLOSE, s->ipfix.events);
	assert_int_equal(1, s->ipfix.n);
	assert_int_equal(4739, s->ipfix.collectors[0].port);
	assert_int_equal(600, s->ipfix.collectors[0].refresh_s);
	assert_int_equal(4800, s->ipfix.collectors[0].refresh_packets);
	assert_int_equal(9436, s->metrics.port);
	assert_true(ip_addr_is_loopback(&s->metrics.addr));
	image_free(image);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[4096], *errors;

		snprintf(text, sizeof(text), WORLD "%s", bad[i]);
		image = world_image(text, &errors);
		if (image != NULL)
			fail_msg("accepted: %s", bad[i]);
		free(errors);
	}
	image = world_of(WORLD); /* off unless configured */
	assert_int_equal(0, image_spec_of(image)->export.ipfix.events);
	assert_int_equal(0, image_spec_of(image)->export.metrics.port);
	image_free(image);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ob20_statements),
		cmocka_unit_test(test_ob22_events),
		cmocka_unit_test(test_ob23_refresh),
		cmocka_unit_test(test_ob23_sequence_counts_records),
		cmocka_unit_test(test_ob24_commit_keeps),
		cmocka_unit_test(test_ob24_lost),
		cmocka_unit_test(test_ob24_tcp),
		cmocka_unit_test(test_ob26_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
