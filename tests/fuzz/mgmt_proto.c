/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of a client -> frames, command lines, completions and RPCs of a daemon
 * with a small configuration. What is not malformed must be answered.
 */
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "config/candidate.h"
#include "mgmt/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
apply(void *ctx, const struct cnode *root, struct report *r)
{
	(void)ctx;
	(void)root;
	(void)r;
	return 0;
}

static struct config_store *
open_store(void)
{
	static const char text[] =
		"system { host-name gw; }\n"
		"security { zones { security-zone LAN; security-zone ISP; } }\n"
		"interfaces { ge-0/0/0 { unit 0 { family inet { address "
		"192.0.2.1/24; } } } }\n";
	struct config_store_ops ops = {.apply = apply};
	struct config_store *store = NULL;
	struct report r = REPORT_INIT;

	if (config_store_open(NULL, &ops, &store, &r) == 0)
		config_store_load(store, text, sizeof(text) - 1,
			CONFIG_LOAD_OVERRIDE, &r);
	report_done(&r);
	return store;
}

/* Give the server a chance, throw its answers away. False: it hung up. */
static bool
turn(struct mgmt_server *server, int fd)
{
	static char waste[1 << 16];
	ssize_t n;

	mgmt_server_poll(server);
	do
		n = recv(fd, waste, sizeof(waste), MSG_DONTWAIT);
	while (n > 0);
	return n != 0;
}

static void
feed(struct mgmt_server *server, int fd, const uint8_t *data, size_t size)
{
	bool up = true;

	while (size > 0 && up) {
		ssize_t n = send(fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
		up = turn(server, fd);
	}
	for (unsigned int i = 0; i < 8 && up; i++)
		up = turn(server, fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mgmt_server_options o = {.group = -1};
	struct mgmt_server *server = NULL;
	struct ops_env env = {0};
	int fd[2];

	log_set_level(LOG_LEVEL_ERROR);
	env.config = open_store();
	if (env.config != NULL && mgmt_server_create(&o, &env, &server) == 0 &&
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == 0) {
		if (mgmt_server_adopt(server, fd[1]) == 0)
			feed(server, fd[0], data, size);
		close(fd[0]);
	}
	mgmt_server_free(server);
	config_store_close(env.config);
	return 0;
}
