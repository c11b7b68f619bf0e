/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration mode beyond set and commit: private candidates, rescue,
 * commit at, verbs on many statements, login classes at the socket.
 */
#include "server_fixture.h"

#include "mgmt/session.h"

/* The line's answer must hold this. */
static void
holds(struct fixture *f, struct mgmt_client *c, const char *line,
	const char *part)
{
	char *got = ask(f, c, line);

	if (strstr(got, part) == NULL)
		fail_msg("%s: no '%s' in '%s'", line, part, got);
	free(got);
}

static void
lacks(struct fixture *f, struct mgmt_client *c, const char *line,
	const char *part)
{
	char *got = ask(f, c, line);

	if (strstr(got, part) != NULL)
		fail_msg("%s: '%s' in '%s'", line, part, got);
	free(got);
}

#define DONE "end:0|"

/* [CF-71] */
static void
test_rescue(void **state)
{
	struct fixture *f = *state;

	holds(f, f->a, "show system configuration rescue",
		"could not find rescue configuration");
	holds(f, f->a, "request system configuration rescue delete",
		"could not find rescue configuration");
	expect(f, f->a, "request system configuration rescue save", DONE);
	free(ask(f, f->a, "configure"));
	expect(f, f->a, "set system host-name x", DONE);
	holds(f, f->a, "commit", "commit complete");
	holds(f, f->a, "run show system configuration rescue", "host-name gw;");
	holds(f, f->a, "rollback rescue", "load complete");
	holds(f, f->a, "show | compare", "+  host-name gw;");
	holds(f, f->a, "commit", "commit complete");
	expect(f, f->a, "run request system configuration rescue delete", DONE);
	holds(f, f->a, "rollback rescue", "could not find rescue");
}

/* [CF-72] */
static void
test_commit_at(void **state)
{
	struct fixture *f = *state;
	struct commit_request q = {.user = "root", .client = "cli"};
	struct report r = REPORT_INIT;
	const struct commit_info *info;
	int64_t at;

	free(ask(f, f->a, "configure"));
	expect(f, f->a, "set system host-name x", DONE);
	holds(f, f->a, "commit at 25:00", "invalid time");
	holds(f, f->a, "commit at \"2001-01-01 00:00\"", "in the past");
	holds(f, f->a, "commit at 2099-12-31 23:59 comment later",
		"commit at will be executed at 2099-12-31 23:59:00 UTC");
	holds(f, f->a, "set system host-name y", "locked: commit at 2099");
	holds(f, f->a, "commit", "locked");
	holds(f, f->a, "rollback 0", "locked");
	holds(f, f->a, "run show system commit",
		"commit requested by root via cli at 2099-12-31 23:59:00 UTC");
	info = config_store_at(f->env.config, &at);
	assert_string_equal(info->comment, "later");
	holds(f, f->a, "run clear system commit", "Pending commit cleared");
	holds(f, f->a, "run clear system commit", "No commit scheduled.");
	holds(f, f->a, "commit at reboot",
		"cannot keep the configuration for a reboot");
	holds(f, f->a, "commit check and-quit", "configuration check succeeds");
	/* as if the time were up */
	q.now = time(NULL) - 60;
	assert_int_equal(config_store_commit_at(f->env.config,
				 (int64_t)time(NULL) - 1, &q, &r),
		0);
	turn(f);
	while (config_store_at(f->env.config, &at) != NULL) {
		struct pollfd p = {
			.fd = mgmt_server_fd(f->server), .events = POLLIN};

		assert_int_equal(poll(&p, 1, 10000), 1);
		turn(f);
	}
	holds(f, f->b, "show configuration system", "host-name x;");
	report_done(&r);
}

/* [CF-73] */
static void
test_private(void **state)
{
	struct fixture *f = *state;

	holds(f, f->a, "configure private", "will be discarded on exit");
	holds(f, f->b, "configure private", "Entering configuration mode");
	expect(f, f->a, "set system host-name x", DONE);
	holds(f, f->a, "show system", "host-name x;");
	holds(f, f->b, "show system", "host-name gw;");
	holds(f, f->b, "status", "private");
	expect(f, f->b, "set security zones security-zone DMZ", DONE);
	/* both changes, one after the other */
	holds(f, f->a, "commit", "commit complete");
	lacks(f, f->a, "show | compare", "host-name");
	holds(f, f->b, "show system", "host-name gw;");
	holds(f, f->b, "commit", "commit complete");
	holds(f, f->b, "show", "host-name x;");
	holds(f, f->b, "run show configuration security zones",
		"security-zone DMZ");
	/* what one sees after an update */
	lacks(f, f->a, "show security zones", "DMZ");
	expect(f, f->a, "update", DONE);
	holds(f, f->a, "show security zones", "DMZ");
	/* and the same statement in both: the second one is told */
	expect(f, f->a, "set system host-name y", DONE);
	expect(f, f->b, "set system host-name z", DONE);
	holds(f, f->a, "commit", "commit complete");
	holds(f, f->b, "commit", "end:1|");
	holds(f, f->b, "run show configuration system", "host-name y;");
	/* nothing of it is left behind */
	holds(f, f->b, "exit", "private configuration has been changed");
	mgmt_client_send_text(f->b, "answer", "text", "yes");
	free(read_answer(f, f->b));
	holds(f, f->b, "configure", "Entering configuration mode");
	expect(f, f->b, "show | compare", DONE);
	expect(f, f->b, "set system host-name q", DONE);
	expect(f, f->a, "exit", "output:Exiting configuration mode\n|" DONE);
	holds(f, f->a, "configure private",
		"shared configuration database modified");
}

/* Two who set what nobody had set [CF-76]. */
static void
test_private_conflict(void **state)
{
	struct fixture *f = *state;

	free(ask(f, f->a, "configure private"));
	free(ask(f, f->b, "configure private"));
	expect(f, f->a, "set system domain-name a.example", DONE);
	expect(f, f->b, "set system domain-name b.example", DONE);
	expect(f, f->b, "set system time-zone UTC", DONE);
	holds(f, f->a, "commit", "commit complete");
	holds(f, f->b, "commit",
		"[edit system]\n  'domain-name b.example'\n"
		"    changed by another user meanwhile: 'a.example'");
	holds(f, f->b, "run show configuration system", "a.example;");
	holds(f, f->b, "update",
		"warning: changed by another user meanwhile: 'a.example'");
	holds(f, f->b, "show | compare",
		"[edit system]\n-  domain-name a.example;\n"
		"+  domain-name b.example;\n+  time-zone UTC;\n");
	holds(f, f->b, "commit", "commit complete");
	holds(f, f->b, "run show configuration system", "b.example;");
}

/* rollback 0 and load in a private candidate. */
static void
test_private_load(void **state)
{
	struct fixture *f = *state;

	free(ask(f, f->b, "configure"));
	free(ask(f, f->a, "configure private"));
	expect(f, f->b, "set system host-name shared", DONE);
	expect(f, f->a, "load set terminal", DONE);
	mgmt_client_send_text(
		f->a, "load-data", "text", "set system host-name x\n");
	free(read_answer(f, f->a));
	holds(f, f->a, "show | compare", "host-name x;");
	holds(f, f->b, "show | compare", "host-name shared;");
	holds(f, f->a, "rollback 0", "load complete");
	expect(f, f->a, "show | compare", DONE);
	expect(f, f->a, "set system host-name z", DONE);
	holds(f, f->b, "show | compare", "host-name shared;");
	holds(f, f->a, "commit", "shared configuration database modified");
}

/* [CF-74] */
static void
test_patch(void **state)
{
	struct fixture *f = *state;

	free(ask(f, f->a, "configure"));
	expect(f, f->a, "load patch terminal", DONE);
	mgmt_client_send_text(f->a, "load-data", "text",
		"[edit system]\n-  host-name gw;\n+  host-name x;\n");
	free(read_answer(f, f->a));
	holds(f, f->a, "show | compare", "+  host-name x;");
}

/* [CF-75] */
static void
test_many(void **state)
{
	struct fixture *f = *state;

	free(ask(f, f->a, "configure"));
	expect(f, f->a,
		"wildcard range set interfaces ge-0/0/[0-2,5] unit 0 family "
		"inet mtu 1400",
		DONE);
	holds(f, f->a, "show interfaces | display set",
		"set interfaces ge-0/0/0 unit 0 family inet mtu 1400\n"
		"set interfaces ge-0/0/1 unit 0 family inet mtu 1400\n"
		"set interfaces ge-0/0/2 unit 0 family inet mtu 1400\n"
		"set interfaces ge-0/0/5 unit 0 family inet mtu 1400\n");
	holds(f, f->a, "wildcard range set interfaces ge-0/0/[2-x] mtu 1400",
		"invalid range");
	holds(f, f->a, "wildcard range set interfaces ge-0/0/[0-1] mtu 1",
		"not within range");
	lacks(f, f->a, "show interfaces", "mtu 1;");
	expect(f, f->a, "replace pattern \"ge-0/0/([0-9])\" with xe-0/0/\\1",
		DONE);
	holds(f, f->a, "show interfaces | display set",
		"set interfaces xe-0/0/5 unit 0 family inet mtu 1400\n");
	lacks(f, f->a, "show interfaces | display set", "ge-");
	holds(f, f->a, "replace pattern 1400 with 1", "not within range");
	lacks(f, f->a, "show interfaces", "mtu 1;");
	holds(f, f->a, "replace pattern xe-0/0/1 with xe-0/0/2",
		"target already exists");
	expect(f, f->a, "replace pattern 1400 with 1300 upto 1", DONE);
	holds(f, f->a, "show interfaces xe-0/0/0", "mtu 1300");
	holds(f, f->a, "show interfaces xe-0/0/1", "mtu 1400");
	holds(f, f->a, "replace pattern \"(\" with x", "invalid regular");
	holds(f, f->a, "replace pattern x", "missing argument");
}

/* [CF-65] */
static void
test_inheritance(void **state)
{
	struct fixture *f = *state;

	free(ask(f, f->a, "configure"));
	expect(f, f->a, "set groups g system domain-name example.net", DONE);
	expect(f, f->a, "set apply-groups g", DONE);
	holds(f, f->a, "show system | display inheritance",
		"##\n## 'example.net' was inherited from group 'g'\n##\n"
		"domain-name example.net;");
	lacks(f, f->a, "show system | display inheritance no-comments", "##");
	lacks(f, f->a, "show system", "domain-name");
	holds(f, f->a, "show system | display inheritance brief",
		"host-name gw;\n## 'example.net' was inherited from group 'g'\n"
		"domain-name example.net;");
	holds(f, f->a, "show system | display inheritance terse",
		"host-name gw;\n"
		"domain-name example.net; ## inherited from group 'g'\n");
	/* [CF-67] */
	holds(f, f->a, "show groups junos-defaults applications",
		"application junos-ssh {\n    protocol tcp;\n"
		"    destination-port 22;\n}");
	holds(f, f->a,
		"run show configuration groups junos-defaults | display set",
		"set groups junos-defaults applications application junos-ssh "
		"protocol tcp\n");
	holds(f, f->a,
		"show applications application junos-http | display "
		"inheritance defaults",
		"## '80' was inherited from group 'junos-defaults'");
	lacks(f, f->a, "show applications | display inheritance", "junos-");
	holds(f, f->a, "show system | display inheritance | display xml",
		"<domain-name junos:group=\"g\">example.net</domain-name>");
	expect(f, f->a, "set apply-groups h", DONE);
	holds(f, f->a, "commit", "group 'h' is not defined");
}

/* [CF-70] */
static void
test_classes(void **state)
{
	struct fixture *f = *state;
	struct session *b;

	free(ask(f, f->a, "configure"));
	expect(f, f->a, "set system login user ron class read-only", DONE);
	holds(f, f->a, "commit", "commit complete");
	holds(f, f->b, "configure", "Entering configuration mode");
	b = session_first(f->server);
	b->uid = 4242; /* now it is ron */
	strcpy(b->user, "ron");
	expect(f, f->b, "set system host-name x",
		"message:error: permission denied|end:1|");
	expect(f, f->b, "configure", "message:error: permission denied|end:1|");
	expect(f, f->b, "show configuration",
		"message:error: permission denied|end:1|");
	expect(f, f->b, "show version", "software-information:|end:0|");
	expect(f, f->b, "request fail x",
		"message:error: permission denied|end:1|");
	expect(f, f->a, "set system login user ron class super-user", DONE);
	holds(f, f->a, "commit", "commit complete");
	holds(f, f->b, "configure", "Entering configuration mode");
}

/* load-configuration: refused with that message and element, or not. */
static void
rpc_load(struct fixture *f, struct mgmt_client *c, const char *lines,
	const char *message, const char *element)
{
	struct tree *t = tree_create();
	struct tnode *n = tree_open(tree_root(t, "rpc"), "load-configuration");
	bool refused = false;

	tree_attr(n, "action", "set");
	tree_attr(n, "format", "text");
	tree_leaf(n, "configuration-set", "%s", lines);
	mgmt_client_send(c, t);
	tree_free(t);
	for (bool end = false; !end;) {
		turn(f);
		assert_int_equal(mgmt_client_recv(c, &t), 0);
		end = strcmp(t->root->name, "end") == 0;
		if (strcmp(t->root->name, "rpc-error") == 0) {
			assert_string_equal(
				tnode_text(t->root, "error-message"), message);
			assert_string_equal(
				tnode_text(tnode_child(t->root, "error-info"),
					"bad-element"),
				element);
			refused = true;
		}
		tree_free(t);
	}
	assert_int_equal(refused, message != NULL);
}

/* The same of the configuration: what a class may see and change [CF-77]. */
static void
test_hierarchies(void **state)
{
	struct fixture *f = *state;
	struct session *b;

	free(ask(f, f->a, "configure"));
	expect(f, f->a,
		"set system login class net permissions [ configure "
		"interface-control ]",
		DONE);
	expect(f, f->a,
		"set system login class net allow-configuration "
		"\"security zones\"",
		DONE);
	expect(f, f->a, "set system login user ron class net", DONE);
	holds(f, f->a, "commit", "commit complete");
	free(ask(f, f->b, "configure"));
	b = session_first(f->server);
	b->uid = 4242; /* now it is ron */
	strcpy(b->user, "ron");
	expect(f, f->b, "set interfaces ge-0/0/0 mtu 1400", DONE);
	holds(f, f->b, "set system host-name x",
		"error: permission denied: host-name");
	expect(f, f->b, "set security zones security-zone DMZ", DONE);
	holds(f, f->b, "delete", "permission denied");
	holds(f, f->b, "wildcard delete security zones security-zone LAN",
		"matched: 1");
	holds(f, f->b, "replace pattern gw with x", "permission denied");
	expect(f, f->b, "show | display set",
		"output:set security zones security-zone DMZ\n"
		"set interfaces ge-0/0/0 mtu 1400\n|" DONE);
	holds(f, f->b, "run show configuration system host-name", DONE);
	lacks(f, f->b, "run show configuration", "host-name");
	lacks(f, f->b, "show | compare", "login");
	/* a load is all or nothing */
	expect(f, f->b, "load set terminal", DONE);
	mgmt_client_send_text(f->b, "load-data", "text",
		"set interfaces ge-0/0/1 mtu 1400\n"
		"set system host-name x\n");
	free(read_answer(f, f->b));
	lacks(f, f->b, "show interfaces", "ge-0/0/1");
	lacks(f, f->a, "show system", "host-name x");
	/* and so is one over NETCONF */
	rpc_load(f, f->b, "set system host-name x\n", "permission denied",
		"host-name");
	rpc_load(f, f->b, "set interfaces ge-0/0/2 mtu 1400\n", NULL, NULL);
	lacks(f, f->a, "show system", "host-name x");
	holds(f, f->b, "show interfaces", "ge-0/0/2");
	holds(f, f->b, "commit", "commit complete");
	holds(f, f->a, "run show configuration interfaces", "mtu 1400");
}

/* The options of commit, and what they print [CF-22]. */
static void
test_commit_options(void **state)
{
	struct fixture *f = *state;

	free(ask(f, f->a, "configure"));
	expect(f, f->a, "commit check",
		"output:configuration check succeeds\n|" DONE);
	expect(f, f->a, "set system host-name x", DONE);
	expect(f, f->a, "commit synchronize force",
		"output:commit complete\n|" DONE);
	expect(f, f->a, "set system host-name y", DONE);
	expect(f, f->a, "commit comment why confirmed 2 and-quit",
		"output:commit confirmed will be automatically rolled back in "
		"2 minutes unless confirmed\n|output:commit complete\n|"
		"output:Exiting configuration mode\n|" DONE);
	holds(f, f->a, "show system commit",
		"commit confirmed, rollback in 2mins");
	free(ask(f, f->a, "configure"));
	expect(f, f->a, "commit full", "output:commit complete\n|" DONE);
	lacks(f, f->a, "run show system commit", "rollback in");
	holds(f, f->a, "commit confirmed 0", "not within range (1..65535)");
	holds(f, f->a, "commit now", "syntax error");
	holds(f, f->a, "commit comment", "missing argument");
}

/* configure exclusive: nobody else edits or commits; what is not committed goes
 * with the session [OP-106]. */
static void
test_exclusive(void **state)
{
	struct fixture *f = *state;

	free(ask(f, f->b, "configure"));
	holds(f, f->a, "configure exclusive", "is in use by");
	free(ask(f, f->b, "exit"));
	holds(f, f->a, "configure exclusive", "will be discarded on exit");
	holds(f, f->b, "configure", "locked by");
	holds(f, f->b, "configure private", "locked by");
	expect(f, f->a, "set system host-name x", DONE);
	holds(f, f->a, "exit", "changed but not committed");
	mgmt_client_send_text(f->a, "answer", "text", "no");
	free(read_answer(f, f->a));
	holds(f, f->a, "show system", "host-name x;");
	holds(f, f->a, "exit", "changed but not committed");
	mgmt_client_send_text(f->a, "answer", "text", "yes");
	free(read_answer(f, f->a));
	free(ask(f, f->b, "configure"));
	expect(f, f->b, "show | compare", DONE);
}

/* Who commits for a time and vanishes has confirmed nothing [CF-23]. */
static void
test_vanished(void **state)
{
	struct fixture *f = *state;
	struct report r = REPORT_INIT;

	free(ask(f, f->a, "configure"));
	expect(f, f->a, "set system host-name x", DONE);
	holds(f, f->a, "commit confirmed 1", "commit complete");
	mgmt_client_close(f->a);
	f->a = NULL;
	turn(f);
	holds(f, f->b, "show configuration system", "host-name x;");
	assert_true(config_store_poll(
		f->env.config, (int64_t)time(NULL) + 120, &r));
	assert_int_equal(r.errors, 0);
	report_done(&r);
	holds(f, f->b, "show configuration system", "host-name gw;");
}

/* Two who write at once share one candidate: either commits it whole. */
static void
test_two_writers(void **state)
{
	struct fixture *f = *state;

	free(ask(f, f->a, "configure"));
	free(ask(f, f->b, "configure"));
	expect(f, f->a, "set system host-name x", DONE);
	expect(f, f->b, "set security zones security-zone DMZ", DONE);
	f->refuse = true;
	holds(f, f->b, "commit", "configuration check-out failed");
	holds(f, f->a, "run show configuration system", "host-name gw;");
	f->refuse = false;
	holds(f, f->a, "commit", "commit complete");
	expect(f, f->b, "show | compare", DONE);
	holds(f, f->b, "run show configuration", "security-zone DMZ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_rescue),
		T(test_commit_at),
		T(test_private),
		T(test_private_conflict),
		T(test_private_load),
		T(test_patch),
		T(test_many),
		T(test_inheritance),
		T(test_classes),
		T(test_hierarchies),
		T(test_commit_options),
		T(test_exclusive),
		T(test_vanished),
		T(test_two_writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
