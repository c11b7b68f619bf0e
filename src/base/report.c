/* SPDX-License-Identifier: Apache-2.0 */
#include "base/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"

static struct report_entry *
entry_new(struct report *r)
{
	struct report_entry *e;
	size_t size = r->size ? r->size * 2 : 8;

	if (r->n == r->size) {
		e = realloc(r->entries, size * sizeof(*e));
		if (e == NULL)
			return NULL;
		r->entries = e;
		r->size = size;
	}
	e = &r->entries[r->n++];
	memset(e, 0, sizeof(*e));
	return e;
}

void
report_add(struct report *r, enum report_severity severity, unsigned int line,
	const char *path, const char *statement, const char *fmt, ...)
{
	struct report_entry *e = entry_new(r);
	struct sbuf b = SBUF_INIT;
	va_list ap;

	if (severity == REPORT_ERROR)
		r->errors++;
	else
		r->warnings++;
	if (e == NULL) {
		r->failed = true;
		return;
	}
	e->severity = severity;
	e->line = line;
	e->path = path ? strdup(path) : NULL;
	e->statement = statement ? strdup(statement) : NULL;
	va_start(ap, fmt);
	sbuf_vprintf(&b, fmt, ap);
	va_end(ap);
	e->message = sbuf_take(&b);
	if (e->message == NULL || (path && !e->path) ||
		(statement && !e->statement))
		r->failed = true;
}

bool
report_ok(const struct report *r)
{
	return r->errors == 0 && !r->failed;
}

static void
entry_text(
	const struct report *r, const struct report_entry *e, struct sbuf *out)
{
	const char *kind = e->severity == REPORT_WARNING ? "warning: " : "";
	const char *message = e->message ? e->message : "out of memory";

	if (e->line > 0) {
		sbuf_printf(out, "%s:%u: %s%s",
			r->source ? r->source : "terminal", e->line, kind,
			message);
		if (e->statement)
			sbuf_printf(out, ": %s", e->statement);
		if (e->path)
			sbuf_printf(out, " [edit %s]", e->path);
		sbuf_putc(out, '\n');
		return;
	}
	if (e->path || e->statement)
		sbuf_printf(out, "[edit%s%s]\n", e->path ? " " : "",
			e->path ? e->path : "");
	if (e->statement)
		sbuf_printf(out, "  '%s'\n", e->statement);
	sbuf_printf(out, "%s%s%s\n", e->path || e->statement ? "    " : "",
		kind, message);
}

void
report_text(const struct report *r, struct sbuf *out)
{
	for (size_t i = 0; i < r->n; i++)
		entry_text(r, &r->entries[i], out);
	if (r->failed)
		sbuf_puts(out, "error: out of memory\n");
}

void
report_done(struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->entries[i].path);
		free(r->entries[i].statement);
		free(r->entries[i].message);
	}
	free(r->entries);
	free(r->source);
	*r = REPORT_INIT;
}
