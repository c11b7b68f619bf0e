/* SPDX-License-Identifier: Apache-2.0 */
#include "record/logger.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sbuf.h"
#include "record/log_file.h"
#include "record/log_net.h"
#include "record/names.h"
#include "record/rt_flow.h"
#include "record/trace_text.h"

#define RECENT 1024u /* lines for `show security log` */

/* So many a second, counted anew with each second. */
struct rate {
	uint32_t limit; /* 0: none */
	uint32_t used;
	uint64_t second, refused;
};

struct stream {
	struct log_stream_spec spec;
	struct log_file *file; /* a stream to a file */
	struct log_net *net;
	struct rate rate;
	bool by_packet_path;
	uint64_t sent; /* through the packet path */
};

struct target {
	struct syslog_target_spec spec;
	struct log_file *file;
	struct log_net *net;
	bool has_match;
	regex_t match;
	uint64_t shown; /* user, console */
};

struct recent {
	uint64_t unix_ms;
	const char *id;
	char *text;
};

struct logger {
	struct logger_env env;
	struct record_names *names;
	struct security_log_spec spec;
	struct log_file *file;   /* security log file */
	struct trace_spec trace; /* filters are our own */
	struct log_file *trace_file;
	struct rate event_rate;
	struct stream *streams;
	size_t nstreams;
	struct target *targets;
	size_t ntargets;
	struct logger_counts counts;
	struct recent recent[RECENT];
	uint64_t nrecent; /* ever */
	struct sbuf text, data, line;
};

struct logger *
logger_create(const struct logger_env *env)
{
	struct logger *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->env = *env;
	l->names = record_names_create();
	if (l->names == NULL) {
		free(l);
		return NULL;
	}
	return l;
}

/* ---- configuration ---- */

static void
stream_done(struct stream *s)
{
	log_file_free(s->file);
	log_net_free(s->net);
}

static void
target_done(struct target *t)
{
	log_file_free(t->file);
	log_net_free(t->net);
	if (t->has_match)
		regfree(&t->match);
}

static void
forget(struct logger *l)
{
	for (size_t i = 0; i < l->nstreams; i++)
		stream_done(&l->streams[i]);
	for (size_t i = 0; i < l->ntargets; i++)
		target_done(&l->targets[i]);
	free(l->streams);
	free(l->targets);
	l->streams = NULL;
	l->targets = NULL;
	l->nstreams = l->ntargets = 0;
}

void
logger_free(struct logger *l)
{
	if (l == NULL)
		return;
	forget(l);
	logger_clear(l);
	log_file_free(l->file);
	log_file_free(l->trace_file);
	free(l->trace.filters);
	record_names_free(l->names);
	sbuf_done(&l->text);
	sbuf_done(&l->data);
	sbuf_done(&l->line);
	free(l);
}

/* What a commit leaves as it was keeps its connection, file and counters. */
static bool
stream_keep(struct logger *l, const struct log_stream_spec *spec,
	struct stream *ret)
{
	for (size_t i = 0; i < l->nstreams; i++) {
		struct stream *s = &l->streams[i];

		if (memcmp(&s->spec, spec, sizeof(*spec)) != 0)
			continue;
		*ret = *s;
		memset(s, 0, sizeof(*s));
		return true;
	}
	return false;
}

static void
stream_open(struct logger *l, const struct log_stream_spec *spec,
	struct stream *ret)
{
	struct log_net_config c = {.host = spec->host,
		.source = spec->source,
		.port = spec->port,
		.transport = spec->transport};

	if (stream_keep(l, spec, ret))
		return;
	ret->spec = *spec;
	ret->rate.limit = spec->rate;
	if (spec->host.family != IP_NONE)
		ret->net = log_net_create(&c);
	else
		ret->file = log_file_create(l->env.dir, &spec->file);
}

static bool
target_keep(struct logger *l, const struct syslog_target_spec *spec,
	struct target *ret)
{
	for (size_t i = 0; i < l->ntargets; i++) {
		struct target *t = &l->targets[i];

		if (memcmp(&t->spec, spec, sizeof(*spec)) != 0)
			continue;
		*ret = *t;
		memset(t, 0, sizeof(*t));
		return true;
	}
	return false;
}

static void
target_open(struct logger *l, const struct syslog_target_spec *spec,
	struct target *ret)
{
	struct log_net_config c = {.host = spec->host,
		.source = spec->source,
		.port = spec->port,
		.transport = LOG_UDP};

	if (target_keep(l, spec, ret))
		return;
	ret->spec = *spec;
	ret->has_match = spec->match[0] != '\0' &&
			 regcomp(&ret->match, spec->match,
				 REG_EXTENDED | REG_NOSUB) == 0;
	if (spec->kind == SYSLOG_FILE)
		ret->file = log_file_create(l->env.dir, &spec->file);
	else if (spec->kind == SYSLOG_HOST)
		ret->net = log_net_create(&c);
}

/* name "": none */
static void
configure_file(struct logger *l, struct log_file **file,
	const struct log_file_spec *spec)
{
	if (*file != NULL && strcmp(log_file_name(*file), spec->name) == 0) {
		log_file_change(*file, spec);
		return;
	}
	log_file_free(*file);
	*file = spec->name[0] != '\0' ? log_file_create(l->env.dir, spec)
				      : NULL;
}

static void
configure_trace(struct logger *l, const struct trace_spec *spec)
{
	static const struct log_file_spec none;
	struct trace_filter_spec *filters =
		calloc(spec->nfilters + 1, sizeof(*filters));

	if (filters == NULL)
		return;
	free(l->trace.filters);
	l->trace = *spec;
	l->trace.filters = filters;
	if (spec->nfilters > 0)
		memcpy(filters, spec->filters,
			spec->nfilters * sizeof(*filters));
	configure_file(l, &l->trace_file, spec->on ? &spec->file : &none);
}

void
logger_configure(struct logger *l, const struct image *image)
{
	const struct log_spec *log = &image_spec_of(image)->log;
	struct stream *streams =
		calloc(log->security.nstreams + 1, sizeof(*streams));
	struct target *targets = calloc(log->ntargets + 1, sizeof(*targets));

	record_names_learn(l->names, image);
	if (streams == NULL || targets == NULL) { /* all as it was */
		free(streams);
		free(targets);
		return;
	}
	for (size_t i = 0; i < log->security.nstreams; i++)
		stream_open(l, &log->security.streams[i], &streams[i]);
	for (size_t i = 0; i < log->ntargets; i++)
		target_open(l, &log->targets[i], &targets[i]);
	forget(l);
	l->streams = streams;
	l->nstreams = log->security.nstreams;
	l->targets = targets;
	l->ntargets = log->ntargets;
	l->spec = log->security;
	l->spec.streams = NULL;
	l->event_rate.limit = log->security.event_rate;
	configure_file(l, &l->file, &log->security.file);
	configure_trace(l, &log->trace);
}

/* ---- one message ---- */

static bool
rate_allows(struct rate *r, uint64_t now_ms)
{
	if (r->limit == 0)
		return true;
	if (r->second != now_ms / 1000) {
		r->second = now_ms / 1000;
		r->used = 0;
	}
	if (r->used < r->limit) {
		r->used++;
		return true;
	}
	r->refused++;
	return false;
}

static void
format(struct logger *l, const struct log_message *m, const struct line_form *f)
{
	sbuf_reset(&l->line);
	line_put(m, f, &l->line);
}

static void
to_stream(struct logger *l, struct stream *s, const struct log_message *m,
	uint64_t now_ms)
{
	struct line_form f = {.form = s->spec.form,
		.priority = s->net != NULL,
		.utc = l->spec.utc,
		.facility = s->spec.facility};

	if (m->severity > s->spec.severity || !s->spec.sessions ||
		!rate_allows(&s->rate, now_ms))
		return;
	format(l, m, &f);
	if (s->file != NULL)
		log_file_put(s->file, sbuf_text(&l->line), l->line.len);
	if (s->net == NULL)
		return;
	s->by_packet_path = s->spec.transport == LOG_UDP &&
			    l->env.send != NULL &&
			    l->env.send(l->env.ctx, &s->spec,
				    sbuf_text(&l->line), l->line.len);
	if (s->by_packet_path)
		s->sent++;
	else
		log_net_put(s->net, sbuf_text(&l->line), l->line.len, now_ms);
}

static bool
wanted(const struct target *t, const struct log_message *m)
{
	uint8_t worst = LOG_SEV_NONE;

	/* A facility that is named counts instead of `any`. */
	for (uint32_t i = 0; i < t->spec.ncontents; i++) {
		const struct syslog_contents_spec *c = &t->spec.contents[i];

		if (c->facility == m->facility) {
			worst = c->severity;
			break;
		}
		if (c->facility == LOG_FAC_ANY)
			worst = c->severity;
	}
	return worst != LOG_SEV_NONE && m->severity <= worst;
}

static void
to_console(const char *line)
{
	FILE *f = fopen("/dev/console", "we");

	if (f == NULL)
		return;
	fprintf(f, "%s\r\n", line);
	fclose(f);
}

static void
to_target(struct logger *l, struct target *t, const struct log_message *m,
	uint64_t now_ms)
{
	struct line_form f = {.form = t->spec.form,
		.priority = t->spec.kind == SYSLOG_HOST,
		.explicit_priority = t->spec.explicit_priority,
		.facility = t->spec.facility_override,
		.prefix = t->spec.prefix};

	if (!wanted(t, m))
		return;
	format(l, m, &f);
	if (t->has_match &&
		regexec(&t->match, sbuf_text(&l->line), 0, NULL, 0) != 0)
		return;
	if (t->file != NULL)
		log_file_put(t->file, sbuf_text(&l->line), l->line.len);
	if (t->net != NULL)
		log_net_put(t->net, sbuf_text(&l->line), l->line.len, now_ms);
	if (t->spec.kind == SYSLOG_USER && l->env.tell != NULL)
		l->env.tell(l->env.ctx, t->spec.name, sbuf_text(&l->line));
	if (t->spec.kind == SYSLOG_CONSOLE)
		to_console(sbuf_text(&l->line));
	t->shown += t->spec.kind >= SYSLOG_USER;
}

static void
to_targets(struct logger *l, const struct log_message *m, uint64_t now_ms)
{
	for (size_t i = 0; i < l->ntargets; i++)
		to_target(l, &l->targets[i], m, now_ms);
}

void
logger_event(struct logger *l, const struct log_message *m, uint64_t now_ms)
{
	struct log_message named = *m;

	l->counts.events++;
	named.host = record_host_name(l->names);
	to_targets(l, &named, now_ms);
}

/* ---- sessions ---- */

static void
remember(struct logger *l, const struct log_message *m)
{
	struct recent *r = &l->recent[l->nrecent % RECENT];
	char *text = strdup(m->text);

	if (text == NULL)
		return;
	free(r->text);
	*r = (struct recent){m->unix_ms, m->id, text};
	l->nrecent++;
}

static void
to_file(struct logger *l, const struct log_message *m)
{
	struct line_form f = {.form = l->spec.form,
		.utc = l->spec.utc,
		.facility = LOG_FAC_ANY};

	format(l, m, &f);
	log_file_put(l->file, sbuf_text(&l->line), l->line.len);
}

static void
session_message(struct logger *l, const struct log_message *m, uint64_t now_ms)
{
	remember(l, m);
	if (l->file != NULL)
		to_file(l, m);
	if (!l->spec.event_mode) {
		for (size_t i = 0; i < l->nstreams; i++)
			to_stream(l, &l->streams[i], m, now_ms);
	} else if (rate_allows(&l->event_rate, now_ms)) {
		to_targets(l, m, now_ms);
	} else {
		l->counts.limited++;
	}
}

static void
count(struct logger_counts *c, const struct flow_log_record *r)
{
	c->created += r->kind == FLOW_LOG_CREATE;
	c->closed += r->kind == FLOW_LOG_CLOSE;
	c->denied += r->kind == FLOW_LOG_DENY;
}

void
logger_sessions(struct logger *l, const struct flow_log_record *r,
	unsigned int n, uint64_t now_ms, uint64_t unix_ms)
{
	struct log_message m = {.facility = LOG_FAC_USER,
		.severity = LOG_SEV_INFO,
		.process = "RT_FLOW"};

	m.host = record_host_name(l->names);
	for (unsigned int i = 0; i < n; i++) {
		uint64_t age =
			now_ms > r[i].time_ms ? now_ms - r[i].time_ms : 0;

		if (r[i].export_only)
			continue;
		count(&l->counts, &r[i]);
		if (l->spec.disabled)
			continue;
		sbuf_reset(&l->text);
		sbuf_reset(&l->data);
		rt_flow_text(l->names, &r[i], &l->text);
		rt_flow_data(l->names, &r[i], &l->data);
		m.unix_ms = unix_ms - age;
		m.id = rt_flow_id(&r[i]);
		m.text = sbuf_text(&l->text);
		m.data = sbuf_text(&l->data);
		session_message(l, &m, now_ms);
	}
}

void
logger_traces(struct logger *l, const struct flow_trace_record *r,
	unsigned int n, uint64_t now_ms, uint64_t unix_ms)
{
	for (unsigned int i = 0; i < n && l->trace_file != NULL; i++) {
		uint64_t age =
			now_ms > r[i].time_ms ? now_ms - r[i].time_ms : 0;

		sbuf_reset(&l->text);
		trace_text(l->names, &l->trace, &r[i], unix_ms - age, &l->text);
		if (l->text.len > 0) /* the newline comes with the line */
			log_file_put(l->trace_file, sbuf_text(&l->text),
				l->text.len - 1);
	}
}

uint64_t
logger_tick(struct logger *l, uint64_t now_ms)
{
	uint64_t next = UINT64_MAX, at;

	if (l->file != NULL)
		log_file_flush(l->file);
	if (l->trace_file != NULL)
		log_file_flush(l->trace_file);
	for (size_t i = 0; i < l->nstreams; i++) {
		if (l->streams[i].file != NULL)
			log_file_flush(l->streams[i].file);
		if (l->streams[i].net == NULL)
			continue;
		at = log_net_tick(l->streams[i].net, now_ms);
		next = at < next ? at : next;
	}
	for (size_t i = 0; i < l->ntargets; i++)
		if (l->targets[i].file != NULL)
			log_file_flush(l->targets[i].file);
	return next;
}

/* ---- for the operator ---- */

void
logger_counts(const struct logger *l, struct logger_counts *ret)
{
	*ret = l->counts;
}

static void
sink_file(struct logger_sink_info *i, const struct log_file *f)
{
	struct log_file_stats s = log_file_stats(f);

	i->transport = "file";
	i->sent = s.lines;
	i->lost = s.lost;
	i->error = s.error;
}

static void
sink_net(struct logger_sink_info *i, const struct log_net *n,
	enum log_transport transport, const struct ip_addr *host, uint16_t port)
{
	struct log_net_stats s = log_net_stats(n);
	char text[IP_TEXT_MAX];

	i->transport = transport == LOG_TCP ? "tcp" : "udp";
	i->sent += s.sent;
	i->lost = s.lost;
	i->error = s.error;
	i->waiting = s.waiting;
	snprintf(i->address, sizeof(i->address), "%s port %u",
		ip_addr_text(host, text), port);
}

static void
target_info(const struct target *t, struct logger_sink_info *i)
{
	static const char *const kinds[] = {[SYSLOG_FILE] = "file",
		[SYSLOG_HOST] = "host",
		[SYSLOG_USER] = "user",
		[SYSLOG_CONSOLE] = "console"};

	i->kind = kinds[t->spec.kind];
	i->name = t->spec.name;
	i->transport = "terminal";
	i->sent = t->shown;
	if (t->file != NULL)
		sink_file(i, t->file);
	if (t->net != NULL)
		sink_net(i, t->net, LOG_UDP, &t->spec.host, t->spec.port);
}

void
logger_sinks(const struct logger *l,
	void (*cb)(void *ctx, const struct logger_sink_info *i), void *ctx)
{
	if (l->file != NULL) {
		struct logger_sink_info i = {.kind = "security-file",
			.name = log_file_name(l->file)};

		sink_file(&i, l->file);
		cb(ctx, &i);
	}
	if (l->trace_file != NULL) {
		struct logger_sink_info i = {.kind = "trace-file",
			.name = log_file_name(l->trace_file)};

		sink_file(&i, l->trace_file);
		cb(ctx, &i);
	}
	for (size_t k = 0; k < l->nstreams; k++) {
		const struct stream *s = &l->streams[k];
		struct logger_sink_info i = {.kind = "stream",
			.name = s->spec.name,
			.sent = s->sent,
			.limited = s->rate.refused,
			.by_packet_path = s->by_packet_path};

		if (s->file != NULL)
			sink_file(&i, s->file);
		if (s->net != NULL)
			sink_net(&i, s->net, s->spec.transport, &s->spec.host,
				s->spec.port);
		cb(ctx, &i);
	}
	for (size_t k = 0; k < l->ntargets; k++) {
		struct logger_sink_info i = {.kind = ""};

		target_info(&l->targets[k], &i);
		cb(ctx, &i);
	}
}

unsigned int
logger_recent_count(const struct logger *l)
{
	return l->nrecent < RECENT ? (unsigned int)l->nrecent : RECENT;
}

struct logger_recent
logger_recent(const struct logger *l, unsigned int i)
{
	uint64_t first = l->nrecent - logger_recent_count(l);
	const struct recent *r = &l->recent[(first + i) % RECENT];

	return (struct logger_recent){r->unix_ms, r->id, r->text};
}

void
logger_clear(struct logger *l)
{
	for (unsigned int i = 0; i < RECENT; i++) {
		free(l->recent[i].text);
		l->recent[i].text = NULL;
	}
	l->nrecent = 0;
}

const char *
logger_dir(const struct logger *l)
{
	return l->env.dir;
}
