/* SPDX-License-Identifier: Apache-2.0 */
#include "record/line.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/sbuf.h"

static void
put_clean(struct sbuf *out, const char *text)
{
	for (; *text != '\0'; text++)
		sbuf_putc(out, (unsigned char)*text < ' ' || *text == 0x7f
				       ? ' '
				       : *text);
}

static void
put_process(const struct log_message *m, struct sbuf *out)
{
	sbuf_puts(out, m->process);
	if (m->pid != 0)
		sbuf_printf(out, "[%u]", m->pid);
}

static void
local_time(const struct log_message *m, bool utc, struct tm *tm)
{
	time_t s = (time_t)(m->unix_ms / 1000);

	if (utc)
		gmtime_r(&s, tm);
	else
		localtime_r(&s, tm);
}

/* "%USER-6-RT_FLOW_SESSION_CREATE: " */
static void
put_explicit(const struct log_message *m, uint8_t facility, struct sbuf *out)
{
	const char *name = log_facility_name((enum log_facility)facility);

	sbuf_putc(out, '%');
	for (; name != NULL && *name != '\0'; name++)
		sbuf_putc(out,
			(char)(*name >= 'a' && *name <= 'z' ? *name - 'a' + 'A'
							    : *name));
	sbuf_printf(out, "-%u", m->severity);
	if (m->id != NULL)
		sbuf_printf(out, "-%s", m->id);
	sbuf_puts(out, ": ");
}

/* RFC 3164 4.1; between time and host of a file Junos has two blanks. */
static void
put_standard(const struct log_message *m, const struct line_form *f,
	uint8_t facility, struct sbuf *out)
{
	char when[32];
	struct tm tm;

	local_time(m, f->utc, &tm);
	strftime(when, sizeof(when), "%b %e %H:%M:%S", &tm);
	sbuf_printf(out, "%s %s%s ", when, f->priority ? "" : " ", m->host);
	if (f->prefix != NULL && f->prefix[0] != '\0')
		sbuf_printf(out, "%s: ", f->prefix);
	put_process(m, out);
	sbuf_puts(out, ": ");
	if (f->explicit_priority)
		put_explicit(m, facility, out);
	else if (m->id != NULL)
		sbuf_printf(out, "%s: ", m->id);
	put_clean(out, m->text);
}

/* RFC 5424 6; a message without data of its own gets its text. */
static void
put_structured(const struct log_message *m, const struct line_form *f,
	struct sbuf *out)
{
	char when[40], zone[8];
	struct tm tm;

	local_time(m, f->utc, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	sbuf_printf(out, "1 %s.%03u%.3s:%s %s %s ", when,
		(unsigned int)(m->unix_ms % 1000), zone, zone + 3, m->host,
		m->process);
	if (m->pid != 0)
		sbuf_printf(out, "%u ", m->pid);
	else
		sbuf_puts(out, "- ");
	sbuf_printf(out, "%s %s", m->id != NULL ? m->id : "-",
		m->data != NULL ? m->data : "-");
	if (m->data != NULL)
		return;
	sbuf_putc(out, ' ');
	put_clean(out, m->text);
}

void
line_put(const struct log_message *m, const struct line_form *f,
	struct sbuf *out)
{
	uint8_t facility =
		f->facility == LOG_FAC_ANY ? (uint8_t)m->facility : f->facility;

	if (f->priority || f->form == LOG_FORM_STRUCTURED)
		sbuf_printf(out, "<%u>", facility * 8u + m->severity);
	if (f->form == LOG_FORM_STRUCTURED)
		put_structured(m, f, out);
	else
		put_standard(m, f, facility, out);
}
