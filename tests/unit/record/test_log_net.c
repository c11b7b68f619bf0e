/* SPDX-License-Identifier: Apache-2.0 */
/* [LG-21] UDP and TCP over loopback; a receiver that is away or slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/log_net.h"

/* A socket of loopback; its port. */
static int
receiver(int type, uint16_t *port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(*port)};
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, type, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(0, bind(fd, (struct sockaddr *)&sa, sizeof(sa)));
	assert_int_equal(0, getsockname(fd, (struct sockaddr *)&sa, &len));
	*port = ntohs(sa.sin_port);
	if (type == SOCK_STREAM)
		assert_int_equal(0, listen(fd, 4));
	return fd;
}

static struct log_net *
sender(enum log_transport transport, uint16_t port)
{
	struct log_net_config c = {.port = port, .transport = transport};
	struct log_net *n;

	assert_true(ip_addr_parse("127.0.0.1", &c.host));
	n = log_net_create(&c);
	assert_non_null(n);
	return n;
}

static void
test_lg21_udp(void **state)
{
	uint16_t port = 0;
	int fd = receiver(SOCK_DGRAM, &port);
	struct log_net *n = sender(LOG_UDP, port);
	char buf[64];

	(void)state;
	log_net_put(n, "hello", 5, 0);
	log_net_put(n, "world", 5, 0);
	assert_int_equal(5, recv(fd, buf, sizeof(buf), 0));
	assert_memory_equal("hello", buf, 5);
	assert_int_equal(5, recv(fd, buf, sizeof(buf), 0));
	assert_true(log_net_stats(n).sent == 2);
	assert_true(log_net_stats(n).lost == 0);
	log_net_free(n);
	close(fd);
}

/* Ticks until all is sent, or the connection is gone. */
static void
push(struct log_net *n, uint64_t *now)
{
	for (int i = 0; i < 200 && log_net_stats(n).waiting > 0; i++) {
		*now += 20;
		log_net_tick(n, *now);
		poll(NULL, 0, 1);
	}
}

static void
test_lg21_tcp(void **state)
{
	uint16_t port = 0;
	int listener = receiver(SOCK_STREAM, &port), fd;
	struct log_net *n = sender(LOG_TCP, port);
	char buf[64] = "";
	uint64_t now = 1000;

	(void)state;
	log_net_put(n, "one", 3, now);
	log_net_put(n, "two", 3, now);
	push(n, &now);
	fd = accept(listener, NULL, NULL);
	assert_true(fd >= 0);
	assert_int_equal(
		8, recv(fd, buf, sizeof(buf), MSG_WAITALL | MSG_DONTWAIT));
	assert_memory_equal("one\ntwo\n", buf, 8);
	/* it goes away: what comes meanwhile waits for the next connection */
	close(fd);
	log_net_tick(n, now += 20);
	assert_false(log_net_stats(n).connected);
	log_net_put(n, "three", 5, now);
	assert_true(log_net_stats(n).waiting == 6);
	now += LOG_NET_RETRY_MS;
	push(n, &now);
	fd = accept(listener, NULL, NULL);
	assert_int_equal(6, recv(fd, buf, sizeof(buf), 0));
	assert_memory_equal("three\n", buf, 6);
	assert_true(log_net_stats(n).connects == 2);
	close(fd);
	log_net_free(n);
	close(listener);
}

/* Nobody listens: so much is kept, the rest is lost and counted. */
static void
test_lg21_away(void **state)
{
	uint16_t port = 0;
	int fd = receiver(SOCK_STREAM, &port);
	struct log_net *n;
	char line[1024];
	uint64_t now = 1000;

	(void)state;
	close(fd); /* the port is free, so connections are refused */
	n = sender(LOG_TCP, port);
	memset(line, 'x', sizeof(line));
	for (unsigned int i = 0; i < 1000; i++) {
		log_net_put(n, line, sizeof(line), now);
		log_net_tick(n, ++now);
	}
	assert_true(log_net_stats(n).waiting <= LOG_NET_WAITING);
	assert_true(log_net_stats(n).waiting > LOG_NET_WAITING - 2048);
	assert_true(log_net_stats(n).lost > 700);
	assert_true(log_net_stats(n).error != 0);
	log_net_free(n);
}

/* The receiver reads nothing: no call waits, and lines stay whole. */
static void
test_lg21_slow(void **state)
{
	uint16_t port = 0;
	int listener = receiver(SOCK_STREAM, &port), fd;
	struct log_net *n = sender(LOG_TCP, port);
	char line[1000], *buf = malloc(1 << 20);
	uint64_t now = 1000, lines = 0;
	ssize_t got;

	(void)state;
	memset(line, 'x', sizeof(line));
	for (unsigned int i = 0; i < 20000; i++) {
		log_net_put(n, line, sizeof(line), now);
		if (i % 16 == 0)
			log_net_tick(n, ++now);
	}
	assert_true(log_net_stats(n).lost > 0);
	fd = accept(listener, NULL, NULL);
	assert_true(fd >= 0);
	for (int idle = 0; idle < 50;) {
		log_net_tick(n, now += 20);
		got = recv(fd, buf, 1 << 20, MSG_DONTWAIT);
		idle = got > 0 ? 0 : idle + 1;
		for (ssize_t i = 0; i < got; i++)
			lines += buf[i] == '\n';
		if (got <= 0)
			poll(NULL, 0, 2);
	}
	assert_true(lines == log_net_stats(n).sent);
	assert_true(lines + log_net_stats(n).lost == 20000);
	free(buf);
	close(fd);
	close(listener);
	log_net_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lg21_udp),
		cmocka_unit_test(test_lg21_tcp),
		cmocka_unit_test(test_lg21_away),
		cmocka_unit_test(test_lg21_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
