/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const status_names[CHECK_STATUS_N] = {
	"supported", "accepted without effect", "unknown"};
static const char *const json_names[CHECK_STATUS_N] = {
	"supported", "accepted", "unknown"};

static void
print_status(const struct check *c, const char *source,
	enum check_status status, struct sbuf *out)
{
	if (c->count[status] == 0)
		return;
	sbuf_printf(out, "\n%s:\n", status_names[status]);
	for (size_t i = 0; i < c->n; i++) {
		const struct check_line *l = &c->lines[i];

		if (l->status != status)
			continue;
		sbuf_printf(out, "  %s:%u: %s", source, l->line, l->statement);
		if (l->reason != NULL)
			sbuf_printf(out, " (%s)", l->reason);
		sbuf_putc(out, '\n');
	}
}

void
check_print(
	const struct check *c, const char *source, bool all, struct sbuf *out)
{
	sbuf_printf(out,
		"%s: %zu statements: %zu supported, "
		"%zu accepted without effect, %zu unknown\n",
		source, c->n, c->count[CHECK_SUPPORTED],
		c->count[CHECK_ACCEPTED], c->count[CHECK_UNKNOWN]);
	if (all)
		print_status(c, source, CHECK_SUPPORTED, out);
	print_status(c, source, CHECK_ACCEPTED, out);
	print_status(c, source, CHECK_UNKNOWN, out);
}

static json_t *
json_line(const struct check_line *l)
{
	json_t *o = json_object();

	json_object_set_new(o, "line", json_integer(l->line));
	json_object_set_new(o, "status", json_string(json_names[l->status]));
	json_object_set_new(o, "statement",
		json_stringn_nocheck(l->statement, strlen(l->statement)));
	if (l->reason != NULL)
		json_object_set_new(o, "reason", json_string(l->reason));
	return o;
}

bool
check_json(
	const struct check *c, const char *source, bool all, struct sbuf *out)
{
	json_t *o = json_object(), *lines = json_array();
	char *text;

	json_object_set_new(o, "file", json_string(source));
	json_object_set_new(o, "statements", json_integer((json_int_t)c->n));
	for (int i = 0; i < CHECK_STATUS_N; i++)
		json_object_set_new(o, json_names[i],
			json_integer((json_int_t)c->count[i]));
	for (size_t i = 0; i < c->n; i++)
		if (all || c->lines[i].status != CHECK_SUPPORTED)
			json_array_append_new(lines, json_line(&c->lines[i]));
	json_object_set_new(o, "lines", lines);
	text = json_dumps(o, JSON_INDENT(2));
	json_decref(o);
	if (text == NULL)
		return false;
	sbuf_printf(out, "%s\n", text);
	free(text);
	return !out->failed;
}
