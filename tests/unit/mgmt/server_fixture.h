/* SPDX-License-Identifier: Apache-2.0 */
/* A server on a real socket with two clients, all in one thread. */
#ifndef SERVER_FIXTURE_H
#define SERVER_FIXTURE_H

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "config/candidate.h"
#include "fake_ops.h"
#include "mgmt/client.h"
#include "mgmt/proto.h"
#include "mgmt/server.h"

struct fixture {
	char dir[64], path[128];
	struct ops_env env;
	struct mgmt_server *server;
	struct mgmt_client *a, *b;
	bool refuse; /* apply() says no */
};

static int
apply(void *ctx, const struct cnode *root, struct report *r)
{
	const struct fixture *f = ctx;

	(void)root;
	if (!f->refuse)
		return 0;
	report_add(r, REPORT_ERROR, 0, "security zones", "security-zone LAN",
		"refused");
	return -EINVAL;
}

static int
setup(void **state)
{
	static const char text[] =
		"system { host-name gw; }\n"
		"security { zones { security-zone LAN; } }\n";
	struct fixture *f = calloc(1, sizeof(*f));
	struct config_store_ops ops = {.apply = apply, .ctx = f};
	struct commit_request q = {.now = 1767261600, .user = "root"};
	struct mgmt_server_options o = {.group = -1};
	struct report r = REPORT_INIT;

	log_set_level(LOG_LEVEL_ERROR);
	strcpy(f->dir, "/tmp/test_mgmtXXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/sock", f->dir);
	o.path = f->path;
	assert_int_equal(config_store_open(NULL, &ops, &f->env.config, &r), 0);
	assert_int_equal(config_store_load(f->env.config, text,
				 sizeof(text) - 1, CONFIG_LOAD_OVERRIDE, &r),
		0);
	assert_int_equal(config_store_commit(f->env.config, &q, &r), 0);
	report_done(&r);
	assert_int_equal(mgmt_server_create(&o, &f->env, &f->server), 0);
	assert_int_equal(mgmt_client_open(f->path, &f->a), 0);
	assert_int_equal(mgmt_client_open(f->path, &f->b), 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	mgmt_client_close(f->a);
	mgmt_client_close(f->b);
	mgmt_server_free(f->server);
	assert_int_equal(access(f->path, F_OK), -1); /* removed */
	config_store_close(f->env.config);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void
turn(struct fixture *f)
{
	for (unsigned int i = 0; i < 4; i++)
		mgmt_server_poll(f->server);
}

/* Frames up to `end`, as "name:text|...". What is asked is answered. */
static char *
read_answer(struct fixture *f, struct mgmt_client *c)
{
	struct sbuf out = SBUF_INIT;
	bool end = false;

	while (!end) {
		struct tree *t;
		const char *text;

		turn(f);
		assert_int_equal(mgmt_client_recv(c, &t), 0);
		text = tnode_text(t->root, "text");
		end = strcmp(t->root->name, "end") == 0;
		if (end)
			text = tnode_text(t->root, "status");
		if (strcmp(t->root->name, "begin") != 0)
			sbuf_printf(&out, "%s:%s|", t->root->name,
				text ? text : "");
		tree_free(t);
	}
	return sbuf_take(&out);
}

static char *
ask(struct fixture *f, struct mgmt_client *c, const char *line)
{
	assert_int_equal(mgmt_client_send_text(c, "command", "line", line), 0);
	return read_answer(f, c);
}

static void
expect(struct fixture *f, struct mgmt_client *c, const char *line,
	const char *want)
{
	char *got = ask(f, c, line);

	assert_string_equal(got, want);
	free(got);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif /* SERVER_FIXTURE_H */
