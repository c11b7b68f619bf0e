/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon with nothing but the management plane, for tests of the command
 * line: testd SOCKET CONFIG. Prints "ready"; ends at the end of its input.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "config/candidate.h"
#include "fake_ops.h"
#include "mgmt/server.h"

static int
apply(void *ctx, const struct cnode *root, struct report *r)
{
	(void)ctx;
	(void)root;
	(void)r;
	return 0;
}

static int
load(struct config_store *store, const char *file)
{
	static char text[1 << 20];
	struct commit_request q = {.now = 1767261600, .user = "root"};
	struct report r = REPORT_INIT;
	FILE *f = fopen(file, "r");
	struct sbuf why = SBUF_INIT;
	size_t n;
	int rc;

	if (f == NULL) {
		perror(file);
		return -1;
	}
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	rc = config_store_load(store, text, n, CONFIG_LOAD_OVERRIDE, &r);
	if (rc == 0)
		rc = config_store_commit(store, &q, &r);
	report_text(&r, &why);
	if (rc < 0)
		fprintf(stderr, "%s", sbuf_text(&why));
	sbuf_done(&why);
	report_done(&r);
	return rc;
}

int
main(int argc, char **argv)
{
	struct config_store_ops ops = {.apply = apply};
	struct ops_env env = {0};
	struct mgmt_server_options o = {.group = -1};
	struct mgmt_server *s;
	struct report r = REPORT_INIT;
	char c;
	int rc;

	if (argc != 3)
		return 2;
	log_set_level(LOG_LEVEL_ERROR);
	if (config_store_open(NULL, &ops, &env.config, &r) < 0 ||
		load(env.config, argv[2]) < 0)
		return 1;
	o.path = argv[1];
	rc = mgmt_server_create(&o, &env, &s);
	if (rc < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-rc));
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct pollfd p[2] = {
			{.fd = mgmt_server_fd(s), .events = POLLIN},
			{.fd = STDIN_FILENO, .events = POLLIN}};

		poll(p, 2, 50);
		if (p[1].revents != 0 && read(STDIN_FILENO, &c, 1) <= 0)
			break;
		mgmt_server_poll(s);
		fake_tick();
	}
	mgmt_server_free(s);
	config_store_close(env.config);
	report_done(&r);
	return 0;
}
