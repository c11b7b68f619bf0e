/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server over a real socket, in one thread: what it says, whom it lets in,
 * what it leaves behind.
 */
#include "server_fixture.h"

static void
test_operational(void **state)
{
	struct fixture *f = *state;

	expect(f, f->a, "", "end:0|");
	expect(f, f->a, "show version", "software-information:|end:0|");
	expect(f, f->a, "request fail x",
		"message:error: no such thing: x|end:1|");
	expect(f, f->a, "bogus", "message:unknown command.|end:1|");
	expect(f, f->a, "show long", "long:|long:|long:|end:0|");
	expect(f, f->a, "monitor instant", "tick:|end:0|");
}

static void
test_exclusive(void **state)
{
	struct fixture *f = *state;
	char *got;

	expect(f, f->a, "configure exclusive",
		"output:warning: uncommitted changes will be discarded on "
		"exit\n|output:Entering configuration mode\n|end:0|");
	got = ask(f, f->b, "configure");
	assert_non_null(strstr(got, "locked by"));
	assert_non_null(strstr(got, "end:1"));
	free(got);
	expect(f, f->a, "set system host-name x", "end:0|");
	/* The holder goes away: nothing of his changes is left. */
	mgmt_client_close(f->a);
	f->a = NULL;
	turn(f);
	got = ask(f, f->b, "configure");
	assert_string_equal(got, "output:Entering configuration mode\n|end:0|");
	free(got);
	expect(f, f->b, "show | compare", "end:0|");
}

static void
test_shared(void **state)
{
	struct fixture *f = *state;
	char *got;

	free(ask(f, f->a, "configure"));
	free(ask(f, f->a, "set system host-name x"));
	got = ask(f, f->b, "configure");
	assert_non_null(
		strstr(got, "Users currently editing the configuration"));
	assert_non_null(strstr(got, "has been changed but not committed"));
	free(got);
	got = ask(f, f->b, "show | compare");
	assert_non_null(strstr(got, "+  host-name x;"));
	free(got);
	expect(f, f->b, "configure exclusive",
		"message:unknown command.|end:1|");
}

static void
test_commit(void **state)
{
	struct fixture *f = *state;
	char *got;

	free(ask(f, f->a, "configure"));
	expect(f, f->a, "set system host-name x", "end:0|");
	f->refuse = true;
	expect(f, f->a, "commit",
		"message:[edit security zones]\n  'security-zone LAN'\n"
		"    refused|message:error: configuration check-out failed|"
		"end:1|");
	f->refuse = false;
	expect(f, f->a, "commit check",
		"output:configuration check succeeds\n|end:0|");
	expect(f, f->a, "commit comment \"a b\"",
		"output:commit complete\n|end:0|");
	got = ask(f, f->a, "run show system commit");
	assert_non_null(strstr(got, "a b"));
	free(got);
	expect(f, f->a, "commit confirmed 5",
		"output:commit confirmed will be automatically rolled back in "
		"5 minutes unless confirmed\n|output:commit complete\n|end:0|");
	expect(f, f->a, "commit and-quit",
		"output:commit complete\n|output:Exiting configuration mode\n|"
		"end:0|");
}

static void
test_load(void **state)
{
	struct fixture *f = *state;
	char *got;

	free(ask(f, f->a, "configure"));
	expect(f, f->a, "load merge terminal", "end:0|");
	mgmt_client_send_text(
		f->a, "load-data", "text", "system {\n  bogus;\n}\n");
	got = read_answer(f, f->a);
	assert_non_null(strstr(got, "terminal:2:("));
	assert_non_null(strstr(got, "load complete (1 errors)"));
	assert_non_null(strstr(got, "end:1"));
	free(got);
	expect(f, f->a, "edit security zones", "end:0|");
	expect(f, f->a, "load merge terminal relative", "end:0|");
	mgmt_client_send_text(
		f->a, "load-data", "text", "security-zone DMZ;\n");
	got = read_answer(f, f->a);
	assert_string_equal(got, "output:load complete\n|end:0|");
	free(got);
	expect(f, f->a, "load set terminal relative", "end:0|");
	mgmt_client_send_text(f->a, "load-data", "text",
		"set security-zone Q\n\nset bogus\n");
	got = read_answer(f, f->a);
	assert_non_null(strstr(got, "terminal:3:("));
	free(got);
	expect(f, f->a, "show | display set",
		"output:set security zones security-zone LAN\n"
		"set security zones security-zone DMZ\n"
		"set security zones security-zone Q\n|end:0|");
	/* The client could not read its file. */
	expect(f, f->a, "load merge /nowhere", "end:0|");
	mgmt_client_send_text(f->a, "load-data", "failed", "");
	got = read_answer(f, f->a);
	assert_string_equal(got, "end:1|");
	free(got);
	/* And data that nobody asked for. */
	mgmt_client_send_text(f->a, "load-data", "text", "x");
	got = read_answer(f, f->a);
	assert_string_equal(got, "message:error: no load is waiting|end:1|");
	free(got);
}

static void
test_levels(void **state)
{
	static const struct {
		const char *line, *path;
	} rows[] = {
		{"edit security", "security"},
		{"edit zones security-zone LAN",
			"security zones security-zone LAN"},
		{"up", "security zones"},
		{"edit security-zone LAN", "security zones security-zone LAN"},
		{"exit", "security zones"},
		{"exit", "security zones security-zone LAN"},
		{"exit", "security"},
		{"edit policies from-zone LAN to-zone LAN",
			"security policies from-zone LAN to-zone LAN"},
		{"up 2", "security"},
		{"top edit system", "system"},
		{"edit bogus", "system"},
		{"up 9", ""},
		{"edit policy-options policy-statement pa",
			"policy-options policy-statement pa"},
		{"up", "policy-options"},
		{"top", ""},
	};
	struct fixture *f = *state;

	free(ask(f, f->a, "configure"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tree *t = NULL;
		bool end = false;

		mgmt_client_send_text(f->a, "command", "line", rows[i].line);
		while (!end) {
			turn(f);
			tree_free(t);
			assert_int_equal(mgmt_client_recv(f->a, &t), 0);
			end = strcmp(t->root->name, "end") == 0;
		}
		assert_string_equal(tnode_text(t->root, "path"), rows[i].path);
		tree_free(t);
	}
}

static void
test_job(void **state)
{
	struct fixture *f = *state;
	struct tree *t = tree_create();
	unsigned int cancelled = fake_cancelled;
	char *got;

	tree_root(t, "interrupt");
	mgmt_client_send_text(f->a, "command", "line", "monitor tick");
	turn(f);
	fake_tick();
	assert_int_equal(mgmt_client_send(f->a, t), 0);
	got = read_answer(f, f->a);
	assert_string_equal(got, "tick:|tick:|end:0|");
	free(got);
	assert_int_equal(fake_cancelled, cancelled + 1);
	/* The client goes away. */
	mgmt_client_send_text(f->a, "command", "line", "monitor tick");
	turn(f);
	mgmt_client_close(f->a);
	f->a = NULL;
	turn(f);
	assert_int_equal(fake_cancelled, cancelled + 2);
	assert_null(fake_job);
	tree_free(t);
}

/* A reader who does not read: the answer waits, the memory stays bounded, and
 * others are served. */
static void
test_slow_reader(void **state)
{
	struct fixture *f = *state;
	struct tree *t;
	unsigned int n = 0;
	bool end = false;

	mgmt_client_send_text(f->a, "command", "line", "show long parts 2000");
	turn(f);
	expect(f, f->b, "show version", "software-information:|end:0|");
	while (!end) {
		turn(f);
		assert_int_equal(mgmt_client_recv(f->a, &t), 0);
		n += strcmp(t->root->name, "long") == 0;
		end = strcmp(t->root->name, "end") == 0;
		tree_free(t);
	}
	assert_int_equal(n, 2000);
}

/* [OP-111] Lines of a job are dropped for him, and he is told. */
static void
test_slow_job(void **state)
{
	struct fixture *f = *state;
	struct tree *t = tree_create();
	char *got;

	tree_root(t, "interrupt");
	mgmt_client_send_text(f->a, "command", "line", "monitor tick");
	turn(f);
	for (unsigned int i = 0; i < 60000; i++)
		fake_tick();
	assert_int_equal(mgmt_client_send(f->a, t), 0);
	got = read_answer(f, f->a);
	assert_non_null(strstr(got, "lines were lost"));
	assert_non_null(strstr(got, "end:0"));
	free(got);
	tree_free(t);
	expect(f, f->a, "show version", "software-information:|end:0|");
}

static void
test_rpc(void **state)
{
	static const struct {
		const char *rpc, *value, *arg, *arg_value, *want;
	} rows[] = {
		{"get-software-information", NULL, NULL, NULL,
			"software-information:|end:0|"},
		{"get-route-information", NULL, "table", "inet.0",
			"arguments:|end:0|"},
		{"get-route-information", NULL, "bogus", "",
			"rpc-error:|end:1|"},
		{"get-route-information", "192.0.2.0/24", NULL, NULL,
			"arguments:|end:0|"},
		{"get-route-information", "x", NULL, NULL, "rpc-error:|end:1|"},
		{"no-such-thing", NULL, NULL, NULL, "rpc-error:|end:1|"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tree *t = tree_create();
		struct tnode *n;
		char *got;

		tree_root(t, "rpc");
		n = rows[i].value ? tree_leaf(t->root, rows[i].rpc, "%s",
					    rows[i].value)
				  : tree_open(t->root, rows[i].rpc);
		if (rows[i].arg != NULL)
			tree_leaf(n, rows[i].arg, "%s", rows[i].arg_value);
		mgmt_client_send(f->a, t);
		got = read_answer(f, f->a);
		assert_string_equal(got, rows[i].want);
		free(got);
		tree_free(t);
	}
}

static void
test_malformed(void **state)
{
	struct fixture *f = *state;
	struct tree *t;

	assert_int_equal(write(mgmt_client_fd(f->a), "\xff\xff\xff\xff", 4), 4);
	turn(f);
	assert_int_equal(mgmt_client_recv(f->a, &t), -EPIPE);
	expect(f, f->b, "show version", "software-information:|end:0|");
}

static void
test_limit(void **state)
{
	struct fixture *f = *state;
	struct mgmt_client *c[MGMT_CLIENTS_MAX] = {0};
	struct tree *t;
	unsigned int i;

	for (i = 0; i < MGMT_CLIENTS_MAX - 2; i++) {
		assert_int_equal(mgmt_client_open(f->path, &c[i]), 0);
		turn(f);
	}
	assert_int_equal(mgmt_client_open(f->path, &c[i]), 0);
	turn(f);
	assert_int_equal(mgmt_client_recv(c[i], &t), 0);
	assert_string_equal(tnode_text(t->root, "text"),
		"error: too many sessions: the limit is 300");
	tree_free(t);
	assert_int_equal(mgmt_client_recv(c[i], &t), -EPIPE);
	for (i = 0; i < MGMT_CLIENTS_MAX; i++)
		if (c[i] != NULL)
			mgmt_client_close(c[i]);
	for (i = 0; i < MGMT_CLIENTS_MAX / 8; i++)
		turn(f);
	expect(f, f->a, "show version", "software-information:|end:0|");
}

static void
test_socket_file(void **state)
{
	struct fixture *f = *state;
	struct mgmt_server_options o = {.group = -1, .path = f->path};
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct mgmt_server *other;
	struct stat st;
	char path[160];
	int fd;

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(mgmt_server_create(&o, &f->env, &other), -EADDRINUSE);
	/* What a killed daemon leaves: a file that nobody answers. */
	snprintf(path, sizeof(path), "%s/stale", f->dir);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(sa.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	close(fd);
	o.path = path;
	assert_int_equal(mgmt_server_create(&o, &f->env, &other), 0);
	mgmt_server_free(other);
	/* Something else with that name is not removed. */
	fclose(fopen(path, "w"));
	assert_int_equal(mgmt_server_create(&o, &f->env, &other), -EEXIST);
	unlink(path);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(
		mgmt_server_create(&o, &f->env, &other), -ENAMETOOLONG);
}

/* A commit that nobody confirmed: the timer takes it back and says so. */
static void
test_deadline(void **state)
{
	struct fixture *f = *state;
	struct commit_request q = {.user = "root", .confirm_minutes = 1};
	struct report r = REPORT_INIT;
	struct tree *t;

	free(ask(f, f->a, "configure"));
	free(ask(f, f->a, "set system host-name x"));
	q.now = time(NULL) - 3600;
	assert_int_equal(config_store_commit(f->env.config, &q, &r), 0);
	turn(f); /* arms the timer */
	while (config_store_pending(f->env.config, time(NULL)) >= 0) {
		struct pollfd p = {
			.fd = mgmt_server_fd(f->server), .events = POLLIN};

		assert_int_equal(poll(&p, 1, 10000), 1);
		turn(f);
	}
	assert_int_equal(mgmt_client_recv(f->a, &t), 0);
	assert_string_equal(t->root->name, "notice");
	tree_free(t);
	expect(f, f->a, "run show configuration system",
		"output:host-name gw;\n|end:0|");
	report_done(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_operational),
		T(test_exclusive),
		T(test_shared),
		T(test_commit),
		T(test_load),
		T(test_levels),
		T(test_job),
		T(test_slow_reader),
		T(test_slow_job),
		T(test_rpc),
		T(test_malformed),
		T(test_limit),
		T(test_socket_file),
		T(test_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
