/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security log, system syslog [LG-10] [LG-11]: where lines go. Defaults that
 * Junos leaves open are those of docs/behaviour/logs.md.
 */
#include "compile/compile_impl.h"

#include <regex.h>
#include <string.h>

#include "config/cvalue.h"

#define MEGABYTE     (1024u * 1024)
#define SYSLOG_PORT  514u
#define FILE_SIZE    (1024u * 1024)
#define FILE_FILES   10u
#define STREAM_FILES 10u

/* A name of a file in the log directory, never a way out of it. */
static void
file_name(struct compile *c, const struct cnode *at, const char *name,
	char dst[LOG_NAME_MAX])
{
	if (name[0] == '.' || strchr(name, '/') != NULL || name[0] == '\0')
		compile_error(c, at,
			"'%s' is not a file name: it stands in the log "
			"directory",
			name);
	else
		name_copy(c, at, dst, LOG_NAME_MAX, name);
}

static struct ip_addr
address_of(const char *text)
{
	struct ip_addr a = {0};

	if (text != NULL && !ip_addr_parse(text, &a))
		a = (struct ip_addr){0};
	return a;
}

static enum log_form
form_of(const struct cnode *n, enum log_form dflt)
{
	const char *text = cnode_leaf(n, "format");

	if (text == NULL)
		return dflt;
	return strcmp(text, "sd-syslog") == 0 ? LOG_FORM_STRUCTURED
					      : LOG_FORM_STANDARD;
}

/* size, files, readability; size is in plain bytes with k, m or g. */
static void
archive(const struct cnode *n, struct log_file_spec *f)
{
	const char *size = cnode_leaf(n, "size");

	if (size != NULL)
		cvalue_scaled(size, &f->size);
	f->files = (uint32_t)cnode_u64(n, "files", f->files);
	if (cnode_has(n, "world-readable"))
		f->world_readable = true;
	if (cnode_has(n, "no-world-readable"))
		f->world_readable = false;
}

/* ---- security log ---- */

static bool
category_sessions(const struct cnode *stream)
{
	bool any = false;

	cnode_foreach (n, stream, "category") {
		const char *v = value_of(n);

		if (strcmp(v, "all") == 0 || strcmp(v, "session") == 0 ||
			strcmp(v, "flow") == 0)
			return true;
		any = true;
	}
	return !any;
}

static enum log_transport
transport_of(const struct cnode *n, enum log_transport dflt)
{
	const char *text = cnode_leaf(cnode_child(n, "transport"), "protocol");

	if (text == NULL)
		return dflt;
	return strcmp(text, "tcp") == 0 ? LOG_TCP : LOG_UDP;
}

static void
stream_file(struct compile *c, const struct cnode *n, struct log_file_spec *f)
{
	file_name(c, n, value_of(cnode_child(n, "name")), f->name);
	f->size = cnode_u64(n, "size", 2) * MEGABYTE;
	f->files = (uint32_t)cnode_u64(n, "rotation", STREAM_FILES);
}

static void
stream_target(
	struct compile *c, const struct cnode *n, struct log_stream_spec *s)
{
	const struct cnode *host = cnode_child(n, "host");
	const struct cnode *file = cnode_child(n, "file");
	const char *vr = cnode_leaf(host, "routing-instance");

	s->host = address_of(cnode_leaf(host, "ipaddr"));
	s->port = (uint16_t)cnode_u64(host, "port", SYSLOG_PORT);
	if (vr != NULL && !find_vr(c, vr, &s->vr))
		compile_error(c, cnode_child(host, "routing-instance"),
			"Routing instance %s is not defined", vr);
	if (file != NULL)
		stream_file(c, file, &s->file);
	if ((s->host.family != IP_NONE) == (file != NULL))
		compile_error(c, n, "a stream needs a host or a file");
}

static void
add_stream(struct compile *c, const struct cnode *log, const struct cnode *n)
{
	struct security_log_spec *sec = &c->image->log.security;
	struct log_stream_spec *s = VEC_ADD(c, sec->streams, sec->nstreams);
	const char *severity = cnode_leaf(n, "severity");
	const char *source = cnode_leaf(n, "source-address");
	const char *facility = cnode_leaf(log, "facility-override");

	if (s == NULL)
		return;
	NAME_COPY(c, n, s->name, cnode_key(n, 0));
	stream_target(c, n, s);
	s->transport = transport_of(n, transport_of(log, LOG_UDP));
	s->form = form_of(n, form_of(log, LOG_FORM_STANDARD));
	s->source = address_of(
		source != NULL ? source : cnode_leaf(log, "source-address"));
	if (s->source.family != IP_NONE && s->host.family != IP_NONE &&
		s->source.family != s->host.family)
		compile_error(
			c, n, "source-address and host are not of one family");
	s->severity =
		severity != NULL ? log_severity_of(severity) : LOG_SEV_DEBUG;
	s->facility = facility != NULL ? (uint8_t)log_facility_of(facility)
				       : LOG_FAC_USER;
	s->sessions = category_sessions(n);
	s->rate = (uint32_t)cnode_u64(cnode_child(n, "rate-limit"), "rate", 0);
}

static void
security_file(struct compile *c, const struct cnode *n, struct log_file_spec *f)
{
	const char *name = cnode_leaf(n, "name");

	if (n == NULL)
		return;
	file_name(c, n, name != NULL ? name : "security.log", f->name);
	f->size = cnode_u64(n, "size", 10) * MEGABYTE;
	f->files = (uint32_t)cnode_u64(n, "files", FILE_FILES);
}

static void
security_log(struct compile *c)
{
	const struct cnode *n = cnode_find(c->root, "security", "log", NULL);
	const struct cnode *dflt = cnode_find(
		c->root, "security", "policies", "default-policy", "log", NULL);
	struct security_log_spec *sec = &c->image->log.security;
	const char *mode = cnode_leaf(n, "mode");

	sec->disabled = cnode_has(n, "disable");
	sec->event_mode = mode != NULL && strcmp(mode, "event") == 0;
	sec->event_rate = (uint32_t)cnode_u64(n, "event-rate", 0);
	sec->form = form_of(n, LOG_FORM_STANDARD);
	sec->utc = cnode_has(n, "utc-timestamp");
	sec->default_init = cnode_has(dflt, "session-init");
	sec->default_close = cnode_has(dflt, "session-close");
	security_file(c, cnode_child(n, "file"), &sec->file);
	cnode_foreach (s, n, "stream")
		add_stream(c, n, s);
}

/* ---- system syslog ---- */

/* The severity is a statement of its own, as in Junos' XML. */
static enum log_severity
level_of(struct compile *c, const struct cnode *e)
{
	const struct cnode *n = cnode_first_any(e);

	if (n == NULL) {
		compile_error(c, e, "Missing mandatory statement: severity");
		return log_severity_of("any");
	}
	return log_severity_of(cnode_name(n));
}

static void
contents(struct compile *c, const struct cnode *n, struct syslog_target_spec *t)
{
	cnode_foreach (e, n, "contents") {
		enum log_facility f = log_facility_of(cnode_key(e, 0));

		/* security, external: nothing here is of these */
		if (f == LOG_FAC_BAD)
			continue;
		if (t->ncontents == SYSLOG_CONTENTS_MAX) {
			compile_error(c, e, "too many facilities");
			return;
		}
		t->contents[t->ncontents++] = (struct syslog_contents_spec){
			(uint8_t)f, (uint8_t)level_of(c, e)};
	}
}

static void
match_of(struct compile *c, const struct cnode *n, struct syslog_target_spec *t)
{
	const char *text = cnode_leaf(n, "match");
	char why[128];
	regex_t re;
	int rc;

	if (text == NULL)
		return;
	NAME_COPY(c, cnode_child(n, "match"), t->match, text);
	rc = regcomp(&re, text, REG_EXTENDED | REG_NOSUB);
	if (rc == 0) {
		regfree(&re);
		return;
	}
	regerror(rc, &re, why, sizeof(why));
	compile_error(c, cnode_child(n, "match"),
		"not a regular expression: %s", why);
}

static void
host_target(struct compile *c, const struct cnode *syslog,
	const struct cnode *n, struct syslog_target_spec *t)
{
	const char *source = cnode_leaf(n, "source-address");
	const char *facility = cnode_leaf(n, "facility-override");

	t->host = address_of(t->name);
	if (t->host.family == IP_NONE)
		compile_error(c, n,
			"host %s: name it by its address, there is no "
			"resolver for logs",
			t->name);
	t->port = (uint16_t)cnode_u64(n, "port", SYSLOG_PORT);
	t->source = address_of(
		source != NULL ? source : cnode_leaf(syslog, "source-address"));
	if (facility != NULL)
		t->facility_override = (uint8_t)log_facility_of(facility);
	NAME_COPY(c, n, t->prefix, value_of(cnode_child(n, "log-prefix")));
}

static void
add_target(struct compile *c, const struct cnode *syslog, const struct cnode *n,
	enum syslog_kind kind)
{
	struct log_spec *log = &c->image->log;
	struct syslog_target_spec *t = VEC_ADD(c, log->targets, log->ntargets);
	const char *name = kind == SYSLOG_CONSOLE ? "console" : cnode_key(n, 0);

	if (t == NULL)
		return;
	t->kind = kind;
	NAME_COPY(c, n, t->name, name);
	t->facility_override = LOG_FAC_ANY;
	t->form = cnode_has(n, "structured-data") ? LOG_FORM_STRUCTURED
						  : LOG_FORM_STANDARD;
	t->explicit_priority = cnode_has(n, "explicit-priority");
	contents(c, n, t);
	match_of(c, n, t);
	if (kind == SYSLOG_HOST)
		host_target(c, syslog, n, t);
	if (kind != SYSLOG_FILE)
		return;
	file_name(c, n, name, t->file.name);
	t->file.size = FILE_SIZE;
	t->file.files = FILE_FILES;
	archive(cnode_child(syslog, "archive"), &t->file);
	archive(cnode_child(n, "archive"), &t->file);
}

static void
system_syslog(struct compile *c)
{
	const struct cnode *n = cnode_find(c->root, "system", "syslog", NULL);

	cnode_foreach (e, n, "file")
		add_target(c, n, e, SYSLOG_FILE);
	cnode_foreach (e, n, "host")
		add_target(c, n, e, SYSLOG_HOST);
	cnode_foreach (e, n, "user")
		add_target(c, n, e, SYSLOG_USER);
	if (cnode_has(n, "console"))
		add_target(c, n, cnode_child(n, "console"), SYSLOG_CONSOLE);
}

void
compile_log(struct compile *c)
{
	security_log(c);
	system_syslog(c);
}
