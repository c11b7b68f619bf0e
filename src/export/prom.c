/* SPDX-License-Identifier: Apache-2.0 */
#include "export/prom.h"

#include <inttypes.h>
#include <stdarg.h>

void
prom_family(
	struct prom *p, const char *name, enum prom_type type, const char *help)
{
	p->name = name;
	sbuf_printf(p->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
		type == PROM_COUNTER ? "counter" : "gauge");
}

/* Names and descriptions of the configuration are what a user wrote. */
static void
put_escaped(struct sbuf *out, const char *text)
{
	const char *from = text;

	for (; *text != '\0'; text++) {
		if (*text != '"' && *text != '\\' && *text != '\n')
			continue;
		sbuf_add(out, from, (size_t)(text - from));
		sbuf_puts(out, *text == '\n' ? "\\n" : "\\");
		from = *text == '\n' ? text + 1 : text;
	}
	sbuf_add(out, from, (size_t)(text - from));
}

static void
put_labels(struct prom *p, va_list ap)
{
	const char *label, *sep = "{";

	sbuf_puts(p->out, p->name);
	while ((label = va_arg(ap, const char *)) != NULL) {
		sbuf_puts(p->out, sep);
		sbuf_puts(p->out, label);
		sbuf_puts(p->out, "=\"");
		put_escaped(p->out, va_arg(ap, const char *));
		sbuf_putc(p->out, '"');
		sep = ",";
	}
	sbuf_puts(p->out, *sep == ',' ? "} " : " ");
}

void
prom_u64(struct prom *p, uint64_t value, ...)
{
	va_list ap;

	va_start(ap, value);
	put_labels(p, ap);
	va_end(ap);
	sbuf_printf(p->out, "%" PRIu64 "\n", value);
}

void
prom_double(struct prom *p, double value, ...)
{
	va_list ap;

	va_start(ap, value);
	put_labels(p, ap);
	va_end(ap);
	sbuf_printf(p->out, "%.9g\n", value);
}
