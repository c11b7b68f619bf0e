/* SPDX-License-Identifier: Apache-2.0 */
/* What goes where, by configurations as text. */
#include "world.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow/session.h"
#include "record/logger.h"

#define NOON_MS UINT64_C(1700000000123) /* 2023-11-14 22:13:20.123 UTC */

static char dir[64];
static struct sbuf sent, told; /* by the packet path; to users */
static bool no_route;

static bool
send_line(void *ctx, const struct log_stream_spec *to, const char *line,
	size_t len)
{
	char host[IP_TEXT_MAX];

	(void)ctx;
	if (no_route)
		return false;
	sbuf_printf(&sent, "%s:%u %.*s\n", ip_addr_text(&to->host, host),
		to->port, (int)len, line);
	return true;
}

static void
tell_user(void *ctx, const char *user, const char *line)
{
	(void)ctx;
	sbuf_printf(&told, "%s %s\n", user, line);
}

static struct logger *
make(const char *config, struct image **ret)
{
	struct logger_env env = {
		.dir = dir, .send = send_line, .tell = tell_user};
	struct sbuf text = SBUF_INIT;
	struct logger *l = logger_create(&env);

	sbuf_printf(&text, "%s%s", WORLD, config);
	*ret = world_of(sbuf_text(&text));
	sbuf_done(&text);
	logger_configure(l, *ret);
	sbuf_reset(&sent);
	sbuf_reset(&told);
	no_route = false;
	return l;
}

static void
done(struct logger *l, struct image *image)
{
	logger_free(l);
	image_free(image);
}

/* What a file of the log directory holds; it is removed. */
static char *
file_text(const char *name)
{
	static char text[65536];
	char path[128];
	FILE *f;
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	if (f != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
		unlink(path);
	}
	text[n] = '\0';
	return text;
}

static void
sessions(struct logger *l, const struct image *image, unsigned int n)
{
	struct flow_log_record r = {.kind = FLOW_LOG_CREATE,
		.in = {.protocol = IPP_TCP, .family = IP_V4},
		.out = {.protocol = IPP_TCP, .family = IP_V4},
		.policy = image_spec_of(image)->policies[0].index,
		.time_ms = 5000};

	for (unsigned int i = 0; i < n; i++) {
		r.session = i + 1;
		logger_sessions(l, &r, 1, 5000, NOON_MS);
	}
	logger_tick(l, 5000);
}

static void
event(struct logger *l, enum log_facility f, enum log_severity s,
	const char *id, const char *text)
{
	struct log_message m = {.unix_ms = NOON_MS,
		.facility = f,
		.severity = s,
		.process = "vrflowd",
		.pid = 9,
		.id = id,
		.text = text};

	logger_event(l, &m, 5000);
	logger_tick(l, 5000);
}

#define STREAM "set security log stream s host 203.0.113.9\n"

static void
test_lg10_stream(void **state)
{
	struct image *image;
	struct logger *l = make(STREAM "set security log format sd-syslog\n"
				       "set security log file name sec\n",
		&image);

	(void)state;
	sessions(l, image, 1);
	assert_non_null(strstr(sbuf_text(&sent),
		"203.0.113.9:514 <14>1 2023-11-14T22:13:20.123+00:00 fw "
		"RT_FLOW - RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.129 "
		"source-address=\"0.0.0.0\" "));
	assert_non_null(strstr(file_text("sec"),
		"<14>1 2023-11-14T22:13:20.123+00:00 fw RT_FLOW - "));
	done(l, image);
}

static void
test_lg10_stream_form(void **state)
{
	struct image *image;
	struct logger *l =
		make(STREAM "set security log stream s host port 5140\n"
			    "set security log facility-override local3\n",
			&image);

	(void)state;
	sessions(l, image, 1);
	assert_non_null(strstr(sbuf_text(&sent),
		"203.0.113.9:5140 <158>Nov 14 22:13:20 fw RT_FLOW: "
		"RT_FLOW_SESSION_CREATE: session created 0.0.0.0/0->"));
	done(l, image);
}

/* [LG-13] */
static void
test_lg13_filters(void **state)
{
	static const struct {
		const char *config;
		unsigned int lines; /* of five */
	} rows[] = {
		{STREAM, 5},
		{STREAM "set security log stream s severity warning\n", 0},
		{STREAM "set security log stream s severity info\n", 5},
		{STREAM "set security log stream s category screen\n", 0},
		{STREAM "set security log stream s category session\n", 5},
		{STREAM "set security log stream s category all\n", 5},
		{STREAM "set security log stream s rate-limit 2\n", 2},
		{STREAM "set security log disable\n", 0},
		{STREAM "set security log mode event\n", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image *image;
		struct logger *l = make(rows[i].config, &image);
		struct logger_counts c;
		unsigned int lines = 0;

		sessions(l, image, 5);
		for (const char *p = sbuf_text(&sent); *p != '\0'; p++)
			lines += *p == '\n';
		if (lines != rows[i].lines)
			fail_msg("row %zu: %u lines", i, lines);
		logger_counts(l, &c);
		assert_true(c.created == 5);
		done(l, image);
	}
}

/* [LG-14] */
static void
test_lg14_event_mode(void **state)
{
	struct image *image;
	struct logger *l = make("set security log mode event\n"
				"set security log event-rate 3\n"
				"set system syslog file flows any any\n"
				"set system syslog file flows match RT_FLOW\n"
				"set system syslog file none user none\n",
		&image);
	struct logger_counts c;

	(void)state;
	sessions(l, image, 5);
	event(l, LOG_FAC_DAEMON, LOG_SEV_INFO, NULL, "not about flows");
	logger_counts(l, &c);
	assert_true(c.limited == 2);
	assert_null(strstr(file_text("none"), "RT_FLOW"));
	assert_non_null(strstr(file_text("flows"),
		"Nov 14 22:13:20  fw RT_FLOW: RT_FLOW_SESSION_CREATE: "));
	assert_null(strstr(file_text("flows"), "not about"));
	done(l, image);
}

/* [LG-11] A facility that is named counts instead of `any`. */
static void
test_lg11_contents(void **state)
{
	static const struct {
		const char *config;
		enum log_facility facility;
		enum log_severity severity;
		bool written;
	} rows[] = {
		{"any any", LOG_FAC_DAEMON, LOG_SEV_DEBUG, true},
		{"any notice", LOG_FAC_DAEMON, LOG_SEV_NOTICE, true},
		{"any notice", LOG_FAC_DAEMON, LOG_SEV_INFO, false},
		{"daemon error", LOG_FAC_DAEMON, LOG_SEV_CRITICAL, true},
		{"daemon error", LOG_FAC_USER, LOG_SEV_CRITICAL, false},
		{"daemon none", LOG_FAC_DAEMON, LOG_SEV_EMERGENCY, false},
		{"interactive-commands any", LOG_FAC_INTERACTIVE_COMMANDS,
			LOG_SEV_INFO, true},
		{"any any\nset system syslog file f daemon none",
			LOG_FAC_DAEMON, LOG_SEV_ERROR, false},
		{"any any\nset system syslog file f daemon none", LOG_FAC_USER,
			LOG_SEV_ERROR, true},
		{"any any\nset system syslog file f match nothing",
			LOG_FAC_USER, LOG_SEV_ERROR, false},
		{"any any\nset system syslog file f match \"h.l+o\"",
			LOG_FAC_USER, LOG_SEV_ERROR, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sbuf text = SBUF_INIT;
		struct image *image;
		struct logger *l;
		bool written;

		sbuf_printf(
			&text, "set system syslog file f %s\n", rows[i].config);
		l = make(sbuf_text(&text), &image);
		event(l, rows[i].facility, rows[i].severity, NULL, "hello");
		written =
			strcmp(file_text("f"),
				"Nov 14 22:13:20  fw vrflowd[9]: hello\n") == 0;
		if (written != rows[i].written)
			fail_msg("row %zu: %d", i, written);
		sbuf_done(&text);
		done(l, image);
	}
}

static void
test_lg11_forms(void **state)
{
	struct image *image;
	struct logger *l =
		make("set system syslog file a any any\n"
		     "set system syslog file a explicit-priority\n"
		     "set system syslog file b any any\n"
		     "set system syslog file b structured-data\n"
		     "set system syslog user * any error\n"
		     "set system syslog user op interactive-commands any\n",
			&image);

	(void)state;
	event(l, LOG_FAC_INTERACTIVE_COMMANDS, LOG_SEV_NOTICE, "UI_COMMIT",
		"User 'a'\n requested");
	assert_string_equal(file_text("a"),
		"Nov 14 22:13:20  fw vrflowd[9]: "
		"%INTERACTIVE-COMMANDS-5-UI_COMMIT: User 'a'  requested\n");
	assert_string_equal(file_text("b"),
		"<189>1 2023-11-14T22:13:20.123+00:00 fw vrflowd 9 UI_COMMIT - "
		"User 'a'  requested\n");
	assert_string_equal(sbuf_text(&told),
		"op Nov 14 22:13:20  fw vrflowd[9]: UI_COMMIT: User 'a'  "
		"requested\n");
	done(l, image);
}

/* [LG-15] What a commit leaves as it was keeps its counters. */
static void
count_sent(void *ctx, const struct logger_sink_info *i)
{
	*(uint64_t *)ctx += i->sent;
}

static void
test_lg15_commit(void **state)
{
	struct image *image, *next;
	struct logger *l = make(STREAM, &image);
	uint64_t n = 0;

	(void)state;
	sessions(l, image, 3);
	next = world_of(WORLD STREAM "set system syslog file x any any\n");
	logger_configure(l, next);
	image_free(image);
	logger_sinks(l, count_sent, &n);
	assert_true(n == 3);
	image = world_of(WORLD STREAM "set security log format sd-syslog\n");
	logger_configure(l, image);
	image_free(next);
	n = 0;
	logger_sinks(l, count_sent, &n);
	assert_true(n == 0);
	assert_int_equal(3, logger_recent_count(l));
	assert_string_equal("RT_FLOW_SESSION_CREATE", logger_recent(l, 2).id);
	logger_clear(l);
	assert_int_equal(0, logger_recent_count(l));
	done(l, image);
}

/* [LG-40] The last lines are kept. */
static void
test_lg40_recent(void **state)
{
	struct image *image;
	struct logger *l = make("", &image);

	(void)state;
	sessions(l, image, 3000);
	assert_int_equal(1024, logger_recent_count(l));
	assert_non_null(strstr(logger_recent(l, 1023).text, " 3000 N/A"));
	assert_non_null(strstr(logger_recent(l, 0).text, " 1977 N/A"));
	done(l, image);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *config, *says;
	} rows[] = {
		{"set security log stream s severity info\n",
			"a stream needs a host or a file"},
		{"set security log stream s file localfilename ../x\n",
			"is not a file name"},
		{"set system syslog file a/b any any\n", "is not a file name"},
		{"set system syslog file f any any\n"
		 "set system syslog file f match \"(\"\n",
			"not a regular expression"},
		{"set system syslog host loghost any any\n",
			"name it by its address"},
		{STREAM "set security log source-address 2001:db8::1\n",
			"not of one family"},
		{"set security flow traceoptions file .x\n",
			"is not a file name"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *errors = NULL;
		struct image *image = world_image(rows[i].config, &errors);

		if (image != NULL || strstr(errors, rows[i].says) == NULL)
			fail_msg("row %zu: %s", i, errors);
		image_free(image);
		free(errors);
	}
}

static int
setup(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	snprintf(dir, sizeof(dir), "/tmp/vrflow-logger-XXXXXX");
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	char command[128];

	(void)state;
	sbuf_done(&sent);
	sbuf_done(&told);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lg10_stream),
		cmocka_unit_test(test_lg10_stream_form),
		cmocka_unit_test(test_lg13_filters),
		cmocka_unit_test(test_lg14_event_mode),
		cmocka_unit_test(test_lg11_contents),
		cmocka_unit_test(test_lg11_forms),
		cmocka_unit_test(test_lg15_commit),
		cmocka_unit_test(test_lg40_recent),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
