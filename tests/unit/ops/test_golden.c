/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command of lab.golden, byte by byte; its XML must be well-formed and
 * its JSON valid. VRFLOW_UPDATE=1 writes the file anew: review the difference
 * like code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <libxml/parser.h>

#include "base/sbuf.h"
#include "lab.h"
#include "lab_nat.h"
#include "render/render.h"

static const char *golden_path;
static unsigned int commands_min = 50;

static char *
read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	struct sbuf b = SBUF_INIT;
	char chunk[4096];
	size_t n;

	if (f == NULL)
		return NULL;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		sbuf_add(&b, chunk, n);
	fclose(f);
	return sbuf_take(&b);
}

static void
check_xml(const char *command, const struct tree *t)
{
	struct sbuf b = SBUF_INIT;
	xmlDocPtr doc;

	render_xml_reply(t, &b);
	doc = xmlReadMemory(b.data, (int)b.len, "reply.xml", NULL,
		XML_PARSE_NONET | XML_PARSE_HUGE);
	if (doc == NULL)
		fail_msg("%s: not XML: %s", command, sbuf_text(&b));
	xmlFreeDoc(doc);
	sbuf_done(&b);
}

static void
check_json(const char *command, const struct tree *t)
{
	struct sbuf b = SBUF_INIT;
	json_error_t error;
	json_t *json;

	render_json(t, &b);
	json = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL)
		fail_msg("%s: not JSON: %s: %s", command, error.text,
			sbuf_text(&b));
	assert_true(json_is_array(json_object_get(json, t->root->name)));
	json_decref(json);
	sbuf_done(&b);
}

static void
check_forms(const char *command)
{
	struct tree *t = lab_run(command);

	assert_non_null(t);
	assert_non_null(t->root);
	check_xml(command, t);
	check_json(command, t);
	tree_free(t);
}

/* The section of the file that begins at p: command and expected text. */
static const char *
section(const char *p, char *command, size_t size, struct sbuf *expected)
{
	size_t n = strcspn(p, "\n");

	snprintf(command, size, "%.*s", (int)(n - 2), p + 2);
	p += n + (p[n] == '\n');
	while (*p != '\0' && strncmp(p, "> ", 2) != 0) {
		n = strcspn(p, "\n");
		n += p[n] == '\n';
		sbuf_add(expected, p, n);
		p += n;
	}
	return p;
}

static void
test_golden(void **state)
{
	char *all = read_all(golden_path), command[256];
	struct sbuf fresh = SBUF_INIT;
	bool update = getenv("VRFLOW_UPDATE") != NULL;
	unsigned int wrong = 0, n = 0;

	assert_non_null(all);
	for (const char *p = all; *p != '\0'; n++) {
		struct sbuf expected = SBUF_INIT;
		char *text;

		p = section(p, command, sizeof(command), &expected);
		text = lab_run_text(command);
		if (text == NULL) {
			fail_msg("no such command: %s", command);
			return;
		}
		sbuf_printf(&fresh, "> %s\n%s", command, text);
		if (!update && strcmp(text, sbuf_text(&expected)) != 0) {
			print_message("%s\n--- expected\n%s--- got\n%s---\n",
				command, sbuf_text(&expected), text);
			wrong++;
		}
		check_forms(command);
		free(text);
		sbuf_done(&expected);
	}
	if (update) {
		FILE *f = fopen(golden_path, "w");

		assert_non_null(f);
		fputs(sbuf_text(&fresh), f);
		fclose(f);
	}
	assert_int_equal(wrong, 0);
	assert_true(n > commands_min);
	sbuf_done(&fresh);
	free(all);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden)};

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: %s FILE [nat]\n", argv[0]);
		return 2;
	}
	golden_path = argv[1];
	if (argc == 3) {
		commands_min = 20;
		return cmocka_run_group_tests(
			tests, lab_nat_setup, lab_nat_teardown);
	}
	return cmocka_run_group_tests(tests, lab_setup, lab_teardown);
}
