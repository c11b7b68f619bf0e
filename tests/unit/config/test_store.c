/* SPDX-License-Identifier: Apache-2.0 */
/* Candidate, commit, rollback, confirmed commits: [CF-20] to [CF-26]. */
#include "config_test.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/candidate.h"

/* Stands for compile and publish. */
struct fake {
	unsigned int applied;
	int answer;
	char host[64];
};

static int
fake_apply(void *ctx, const struct cnode *root, struct report *report)
{
	struct fake *f = ctx;
	const char *host = cnode_leaf(cnode_child(root, "system"), "host-name");

	if (f->answer != 0) {
		report_add(report, REPORT_ERROR, 0, NULL, NULL, "no");
		return f->answer;
	}
	f->applied++;
	snprintf(f->host, sizeof(f->host), "%s", host ? host : "");
	return 0;
}

static char dir[64];

static int
make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/vrflow-test-store-XXXXXX");
	return mkdtemp(dir) == NULL;
}

static int
remove_dir(void **state)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[512];

	(void)state;
	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	if (d != NULL)
		closedir(d);
	return rmdir(dir);
}

static struct config_store *
open_store(const char *where, struct fake *f)
{
	struct config_store_ops ops = {.apply = fake_apply, .ctx = f};
	struct report report = REPORT_INIT;
	struct config_store *s = NULL;

	assert_int_equal(config_store_open(where, &ops, &s, &report), 0);
	report_done(&report);
	return s;
}

static void
load(struct config_store *s, const char *text)
{
	struct report report = REPORT_INIT;

	assert_int_equal(config_store_load(s, text, strlen(text),
				 CONFIG_LOAD_SET, &report),
		0);
	report_done(&report);
}

static int
commit(struct config_store *s, int64_t now, unsigned int confirm, char **said)
{
	struct commit_request r = {.now = now,
		.user = "ann",
		.client = "cli",
		.comment = "change",
		.confirm_minutes = confirm};
	struct report report = REPORT_INIT;
	int rc = config_store_commit(s, &r, &report);
	char *text = report_of(&report);

	if (said != NULL)
		*said = text;
	else
		free(text);
	return rc;
}

static void
rollback(struct config_store *s, unsigned int n)
{
	struct report report = REPORT_INIT;

	assert_int_equal(config_store_rollback(s, n, &report), 0);
	report_done(&report);
}

/* One tree for both until the candidate is changed, and after a commit. */
static void
test_one_tree(void **state)
{
	struct fake f = {0};
	struct config_store *s = open_store(NULL, &f);
	struct config_tree *out = NULL;

	(void)state;
	assert_ptr_equal(
		config_store_candidate_read(s), config_store_committed(s));
	load(s, "set system host-name a\n");
	assert_ptr_not_equal(
		config_store_candidate_read(s), config_store_committed(s));
	assert_int_equal(commit(s, 1000, 0, NULL), 0);
	assert_ptr_equal(
		config_store_candidate_read(s), config_store_committed(s));
	assert_text(set_text(config_store_candidate_read(s)),
		"set system host-name a\n");
	/* taken out it is a tree of its own; put back, unchanged */
	config_store_swap(s, &out);
	assert_non_null(out);
	config_store_swap(s, &out);
	assert_null(out);
	assert_false(config_store_changed(s));
	rollback(s, 0);
	assert_ptr_equal(
		config_store_candidate_read(s), config_store_committed(s));
	config_store_close(s);
}

/* The same steps in memory and on disk. */
static void
commit_steps(const char *where)
{
	struct fake f = {0};
	struct config_store *s = open_store(where, &f);
	struct report report = REPORT_INIT;

	assert_false(config_store_changed(s));
	load(s, "set system host-name a\n");
	assert_true(config_store_changed(s));
	assert_int_equal(commit(s, 1000, 0, NULL), 0);
	assert_false(config_store_changed(s));
	assert_string_equal(f.host, "a");
	assert_int_equal(config_store_history(s), 1);
	/* nothing new: not a new one */
	assert_int_equal(commit(s, 1001, 0, NULL), 0);
	assert_int_equal(config_store_history(s), 1);
	assert_int_equal(f.applied, 1);

	load(s, "set system host-name b\n");
	assert_int_equal(commit(s, 2000, 0, NULL), 0);
	rollback(s, 1);
	assert_text(set_text(config_store_candidate(s)),
		"set system host-name a\n");
	rollback(s, 0);
	assert_false(config_store_changed(s));
	assert_int_equal(config_store_info(s, 0)->time, 2000);
	assert_string_equal(config_store_info(s, 1)->user, "ann");
	assert_string_equal(config_store_info(s, 1)->comment, "change");
	assert_null(config_store_info(s, 3));
	assert_int_equal(config_store_rollback(s, 17, &report), -2);
	assert_text(report_of(&report),
		"could not find rollback configuration 17\n");
	config_store_close(s);
}

static void
test_memory(void **state)
{
	(void)state;
	commit_steps(NULL);
}

static void
test_disk(void **state)
{
	struct fake f = {0};
	struct report report = REPORT_INIT;
	struct config_store *s;

	(void)state;
	commit_steps(dir);
	/* a new life */
	s = open_store(dir, &f);
	assert_text(set_text(config_store_committed(s)),
		"set system host-name b\n");
	assert_int_equal(config_store_history(s), 2);
	assert_int_equal(config_store_info(s, 1)->time, 1000);
	assert_string_equal(config_store_info(s, 0)->client, "cli");
	assert_int_equal(f.applied, 0);
	assert_int_equal(config_store_boot(s, &report), 0);
	assert_string_equal(f.host, "b");
	report_done(&report);
	config_store_close(s);
}

/* The place may be the file itself: earlier ones stand beside it. */
static void
test_file(void **state)
{
	char path[128], old[160];
	struct fake f = {0};
	struct config_store *s;

	(void)state;
	snprintf(path, sizeof(path), "%s/my.conf", dir);
	snprintf(old, sizeof(old), "%s.1", path);
	commit_steps(path);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(access(old, F_OK), 0);
	s = open_store(path, &f);
	assert_int_equal(config_store_history(s), 2);
	config_store_close(s);
}

static void
test_refused(void **state)
{
	struct fake f = {0};
	struct config_store *s = open_store(dir, &f);
	char path[128], *said;

	(void)state;
	load(s, "set system host-name a\n");
	assert_int_equal(commit(s, 1000, 0, NULL), 0);
	/* the check refuses */
	load(s, "set routing-options instance-import p\n");
	assert_int_equal(commit(s, 1001, 0, &said), -22);
	assert_string_equal(said,
		"[edit routing-options]\n  'instance-import p'\n    Policy "
		"error: Policy p referenced but not defined\n");
	free(said);
	assert_int_equal(f.applied, 1);
	rollback(s, 0);
	/* apply refuses */
	load(s, "set system host-name b\n");
	f.answer = -22;
	assert_int_equal(commit(s, 1002, 0, NULL), -22);
	assert_text(set_text(config_store_committed(s)),
		"set system host-name a\n");
	assert_true(config_store_changed(s));
	assert_int_equal(config_store_history(s), 1);
	snprintf(path, sizeof(path), "%s/vrflow.conf.new", dir);
	assert_int_not_equal(access(path, F_OK), 0);
	config_store_close(s);
}

static void
test_history_is_limited(void **state)
{
	struct fake f = {0};
	struct config_store *s = open_store(dir, &f);
	char line[64], path[128];

	(void)state;
	for (unsigned int i = 0; i < 60; i++) {
		snprintf(line, sizeof(line), "set system host-name h%u\n", i);
		load(s, line);
		assert_int_equal(commit(s, 1000 + i, 0, NULL), 0);
	}
	assert_int_equal(config_store_history(s), CONFIG_ROLLBACKS);
	rollback(s, 49);
	assert_text(set_text(config_store_candidate(s)),
		"set system host-name h10\n");
	snprintf(path, sizeof(path), "%s/vrflow.conf.50", dir);
	assert_int_not_equal(access(path, F_OK), 0);
	config_store_close(s);
}

static void
test_confirmed(void **state)
{
	struct fake f = {0};
	struct config_store *s = open_store(NULL, &f);
	struct report report = REPORT_INIT;

	(void)state;
	load(s, "set system host-name a\n");
	assert_int_equal(commit(s, 1000, 0, NULL), 0);
	assert_int_equal(config_store_pending(s, 1000), -1);
	load(s, "set system host-name b\n");
	assert_int_equal(commit(s, 2000, 2, NULL), 0);
	assert_int_equal(config_store_pending(s, 2030), 90);
	assert_false(config_store_poll(s, 2119, &report));
	assert_string_equal(f.host, "b");
	assert_true(config_store_poll(s, 2120, &report));
	assert_string_equal(f.host, "a");
	assert_false(config_store_changed(s));
	assert_false(config_store_poll(s, 9999, &report));
	assert_int_equal(config_store_history(s), 3);
	/* confirmed by a commit without changes, or by a check */
	for (unsigned int i = 0; i < 2; i++) {
		load(s, i ? "set system host-name c\n"
			  : "set system host-name d\n");
		assert_int_equal(commit(s, 3000, 2, NULL), 0);
		if (i == 0)
			assert_int_equal(commit(s, 3001, 0, NULL), 0);
		else
			assert_int_equal(config_store_check(s, &report), 0);
		assert_int_equal(config_store_pending(s, 3001), -1);
		assert_false(config_store_poll(s, 9999, &report));
	}
	/* confirmed again: from now on */
	load(s, "set system host-name e\n");
	assert_int_equal(commit(s, 4000, 1, NULL), 0);
	load(s, "set system host-name f\n");
	assert_int_equal(commit(s, 4010, 1, NULL), 0);
	assert_true(config_store_poll(s, 4070, &report));
	assert_string_equal(f.host, "e");
	assert_int_equal(commit(s, 4080, CONFIG_CONFIRM_MAX + 1, NULL), -22);
	report_done(&report);
	config_store_close(s);
}

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
test_broken(void **state)
{
	struct fake f = {0};
	struct config_store_ops ops = {.apply = fake_apply, .ctx = &f};
	struct config_store *s = NULL;
	struct report report = REPORT_INIT;
	char want[256];

	(void)state;
	write_file("vrflow.conf", "system {\n    hostname x;\n}\n");
	assert_int_equal(config_store_open(dir, &ops, &s, &report), -22);
	assert_null(s);
	snprintf(want, sizeof(want),
		"%s/vrflow.conf:2: syntax error: hostname\n", dir);
	assert_text(report_of(&report), want);
	assert_int_equal(
		config_store_open("/dev/null/x", &ops, &s, &report), -20);
	assert_text(report_of(&report),
		"cannot read /dev/null/x: Not a directory\n");
	/* half a commit of an earlier life is no harm */
	write_file("vrflow.conf", "system {\n    host-name x;\n}\n");
	write_file("vrflow.conf.new", "system {\n    host-na");
	s = open_store(dir, &f);
	assert_text(set_text(config_store_committed(s)),
		"set system host-name x\n");
	assert_int_equal(config_store_info(s, 0)->time, 0);
	config_store_close(s);
}

/* Lines in messages only while they are those of one text. */
static void
test_lines(void **state)
{
	static const char text[] = "\nset snmp location x\n";
	struct fake f = {0};
	struct config_store *s = open_store(NULL, &f);
	struct report report = REPORT_INIT;

	(void)state;
	report.source = strdup("f");
	assert_int_equal(config_store_load(s, text, strlen(text),
				 CONFIG_LOAD_OVERRIDE, &report),
		0);
	assert_int_equal(config_store_check(s, &report), 0);
	assert_text(report_of(&report),
		"f:2: warning: statement has no effect: snmp\n");
	load(s, "set system host-name x\n");
	assert_int_equal(config_store_check(s, &report), 0);
	assert_text(report_of(&report),
		"[edit]\n  'snmp'\n    warning: statement has no effect\n");
	config_store_close(s);
}

/* A file that takes no byte, where the next one is to be written. */
static void
fill_disk(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(symlink("/dev/full", path), 0);
}

/* [CF-20] with a full disk: nothing has changed, and it is said. */
static void
test_full_disk(void **state)
{
	struct fake f = {0};
	struct config_store_ops ops = {.apply = fake_apply, .ctx = &f};
	struct commit_request q = {.now = 1, .user = "u"};
	struct config_store *s = NULL;
	struct config_tree *t = NULL;
	struct commit_info info;
	struct report r = REPORT_INIT;
	static const char a[] = "set system host-name a\n";
	static const char b[] = "set system host-name b\n";

	(void)state;
	assert_int_equal(config_store_open(dir, &ops, &s, &r), 0);
	config_store_load(s, a, strlen(a), CONFIG_LOAD_SET, &r);
	assert_int_equal(config_store_commit(s, &q, &r), 0);
	assert_int_equal(config_store_rescue_save(s, &r), 0);
	config_store_load(s, b, strlen(b), CONFIG_LOAD_SET, &r);
	assert_int_equal(r.n, 0);
	fill_disk("vrflow.conf.new");
	fill_disk("vrflow.conf.rescue.new");
	assert_int_equal(config_store_commit(s, &q, &r), -ENOSPC);
	assert_non_null(strstr(
		r.entries[0].message, "cannot store the configuration in"));
	assert_int_equal(f.applied, 1);
	assert_string_equal(f.host, "a");
	assert_true(config_store_changed(s)); /* the changes are still there */
	assert_int_equal(config_store_history(s), 1);
	assert_int_equal(config_store_rescue_save(s, &r), -ENOSPC);
	report_done(&r);
	/* what was stored is whole: after a start, too */
	config_store_close(s);
	assert_int_equal(config_store_open(dir, &ops, &s, &r), 0);
	assert_text(set_text(config_store_committed(s)), a);
	assert_int_equal(config_store_rescue(s, &t, &info, &r), 0);
	assert_text(set_text(t), a);
	config_free(t);
	/* and with room again it is done */
	config_store_load(s, b, strlen(b), CONFIG_LOAD_SET, &r);
	assert_int_equal(config_store_commit(s, &q, &r), 0);
	assert_string_equal(f.host, "b");
	assert_int_equal(config_store_rescue_delete(s, &r), 0);
	report_done(&r);
	config_store_close(s);
}

/* What is put in force is what is inherited, too [CF-60]. */
static void
test_effective(void **state)
{
	struct fake f = {0};
	struct config_store_ops ops = {.apply = fake_apply, .ctx = &f};
	struct commit_request q = {.now = 1, .user = "u"};
	struct config_store *s = NULL;
	struct report r = REPORT_INIT;
	static const char good_text[] = "set groups g system host-name a\n"
					"set apply-groups g\n";
	static const char bad[] = "set groups g interfaces <*> unit 0 family "
				  "inet filter input nil\n"
				  "set interfaces ge-0/0/0 mtu 1500\n";

	(void)state;
	assert_int_equal(config_store_open(NULL, &ops, &s, &r), 0);
	config_store_load(s, good_text, strlen(good_text), CONFIG_LOAD_SET, &r);
	assert_int_equal(config_store_commit(s, &q, &r), 0);
	assert_string_equal(f.host, "a");
	assert_text(set_text(config_store_committed(s)), good_text);
	assert_text(set_text(config_store_effective(s)),
		"set system host-name a\n");
	/* an error in what is inherited names its group [CF-65] */
	config_store_load(s, bad, strlen(bad), CONFIG_LOAD_SET, &r);
	assert_int_equal(r.n, 0);
	assert_int_equal(config_store_check(s, &r), -EINVAL);
	assert_non_null(
		strstr(r.entries[0].message, "(inherited from group 'g')"));
	report_done(&r);
	config_store_close(s);
}

/* commit at reboot [CF-72] */
static void
test_reboot(void **state)
{
	struct fake f = {0};
	struct config_store *s = open_store(dir, &f);
	struct commit_request r = {.now = 5000,
		.user = "ann",
		.client = "cli",
		.comment = "later"};
	struct report report = REPORT_INIT;
	int64_t when;

	(void)state;
	load(s, "set system host-name one\n");
	assert_int_equal(commit(s, 4000, 0, NULL), 0);
	load(s, "set system host-name two\n");
	assert_int_equal(config_time_parse("reboot", 5000), CONFIG_AT_REBOOT);
	assert_int_equal(
		config_store_commit_at(s, CONFIG_AT_REBOOT, &r, &report), 0);
	assert_non_null(config_store_at(s, &when));
	assert_true(config_store_at_clear(s));
	config_store_close(s);
	/* what was forgotten does not happen */
	s = open_store(dir, &f);
	assert_int_equal(config_store_boot(s, &report), 0);
	assert_string_equal(f.host, "one");
	load(s, "set system host-name two\n");
	assert_int_equal(
		config_store_commit_at(s, CONFIG_AT_REBOOT, &r, &report), 0);
	config_store_close(s);
	s = open_store(dir, &f);
	assert_int_equal(config_store_boot(s, &report), 0);
	assert_string_equal(f.host, "two");
	assert_string_equal(config_store_info(s, 0)->user, "ann");
	assert_string_equal(config_store_info(s, 0)->comment, "later");
	assert_int_equal(config_store_history(s), 2);
	config_store_close(s);
	/* once */
	s = open_store(dir, &f);
	load(s, "set system host-name three\n");
	assert_int_equal(
		config_store_commit_at(s, CONFIG_AT_REBOOT, &r, &report), 0);
	config_store_close(s);
	/* refused: the old one stays, and it is not tried again */
	s = open_store(dir, &f);
	f.answer = -EINVAL;
	assert_int_equal(config_store_boot(s, &report), -EINVAL);
	f.answer = 0;
	assert_int_equal(config_store_boot(s, &report), 0);
	assert_string_equal(f.host, "two");
	report_done(&report);
	config_store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_effective),
		cmocka_unit_test_setup_teardown(
			test_reboot, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			test_full_disk, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			test_disk, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			test_file, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			test_refused, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			test_history_is_limited, make_dir, remove_dir),
		cmocka_unit_test(test_one_tree),
		cmocka_unit_test(test_confirmed),
		cmocka_unit_test_setup_teardown(
			test_broken, make_dir, remove_dir),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
