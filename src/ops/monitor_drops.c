/* SPDX-License-Identifier: Apache-2.0 */
/*
 * monitor security drops [FL-51]: every packet that is dropped, while it
 * happens, with what decided. Copies are made only while somebody watches.
 */
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "base/tree.h"
#include "host/host.h"
#include "ops/ops_impl.h"
#include "pkt/packet_text.h"

struct drops {
	struct ops_job *job;
	struct drop_watch *watch;
	const struct image *(*image)(void);
	const struct ops_env *env;
	struct ifl_id ifl;
	struct zone_id zone;
	struct vr_id vr;
	bool has_zone, has_vr;
	char reason[40]; /* "" for all */
	uint32_t count, seen;
};

static void
send_text(struct drops *m, const char *text)
{
	struct ops_request rq = {0};

	ops_text(&rq, text);
	if (rq.out != NULL)
		ops_job_send(m->job, rq.out);
}

static void
finish(struct drops *m)
{
	struct sbuf text = SBUF_INIT;
	uint64_t lost = 0;

	host_drops_unwatch(m->watch, &lost);
	sbuf_printf(&text, "\n%u dropped packets shown, %llu not copied\n",
		m->seen, (unsigned long long)lost);
	send_text(m, sbuf_text(&text));
	sbuf_done(&text);
	ops_job_done(m->job);
	free(m);
}

static void
on_cancel(void *ctx)
{
	finish(ctx);
}

static bool
wanted(const struct drops *m, const struct ifl_spec *ifl,
	const struct dropped_packet *d)
{
	if (m->ifl.v != 0 && m->ifl.v != d->ifl.v)
		return false;
	if (m->has_zone && (ifl == NULL || ifl->zone.v != m->zone.v))
		return false;
	if (m->has_vr && m->vr.v != (ifl != NULL ? ifl->vr.v : d->vr.v))
		return false;
	return m->reason[0] == '\0' ||
	       strcmp(m->reason, reason_name(d->note.reason)) == 0;
}

/* The statement that decided, as far as the packet knows it. */
static void
put_decision(struct sbuf *out, const struct image *image,
	const struct dropped_packet *d)
{
	const struct image_spec *spec = image_spec_of(image);
	const struct policy_spec *p = image_policy(image, d->note.policy);

	if (d->note.session != 0)
		sbuf_printf(out, ", session %u wing %s", d->note.session,
			d->note.wing == 0 ? "In" : "Out");
	if (d->note.reason == REASON_FILTER_DISCARD && d->note.filter != 0 &&
		d->note.filter <= spec->nfilters) {
		const struct filter_spec *f =
			&spec->filters[d->note.filter - 1];

		sbuf_printf(out, ", filter %s", f->name);
		if (d->note.term != 0 && d->note.term <= f->n)
			sbuf_printf(out, " term %s",
				f->terms[d->note.term - 1].name);
	} else if (p != NULL) {
		sbuf_printf(out, ", policy %s/%u", p->name, p->index);
	} else if (d->note.reason == REASON_DEFAULT_DENY) {
		sbuf_puts(out, ", default policy");
	}
}

/* The configuration line that is to be blamed [LG-43]. */
static void
put_line(struct sbuf *out, const struct ops_env *env,
	const struct ifl_spec *ifl, const struct dropped_packet *d)
{
	struct sbuf line = SBUF_INIT;

	if (env->drop_line != NULL && env->drop_line(&d->note, ifl, &line))
		sbuf_printf(out, "    %s\n", sbuf_text(&line));
	sbuf_done(&line);
}

static void
put_drop(struct sbuf *out, const struct ops_env *env, const struct image *image,
	const struct ifl_spec *ifl, const struct dropped_packet *d)
{
	uint32_t s = (uint32_t)(d->unix_ns / 1000000000 % 86400);
	const struct vr_spec *vr =
		image_vr(image, ifl != NULL ? ifl->vr : d->vr);

	sbuf_printf(out, "%02u:%02u:%02u.%06u %s", s / 3600, s / 60 % 60,
		s % 60, (uint32_t)(d->unix_ns % 1000000000 / 1000),
		ifl != NULL    ? ifl->name
		: d->from_host ? "from the box"
			       : "no interface");
	if (ifl != NULL)
		sbuf_printf(
			out, ", zone %s", image_zone_name(image, ifl->zone));
	if (vr != NULL)
		sbuf_printf(out, ", instance %s", vr->name);
	sbuf_printf(out, ": %s", reason_name(d->note.reason));
	put_decision(out, image, d);
	sbuf_puts(out, "\n    ");
	if (d->from_host)
		packet_text_ip(d->bytes, d->len, out);
	else
		packet_text(d->bytes, d->len, out);
	sbuf_printf(out, "\n    %s\n", reason_sentence(d->note.reason));
	put_line(out, env, ifl, d);
}

static void
on_drop(void *ctx, const struct dropped_packet *d)
{
	struct drops *m = ctx;
	const struct image *image = m->image();
	const struct ifl_spec *ifl = image_ifl(image, d->ifl);
	struct sbuf text = SBUF_INIT;

	if (!wanted(m, ifl, d))
		return;
	put_drop(&text, m->env, image, ifl, d);
	send_text(m, sbuf_text(&text));
	sbuf_done(&text);
	if (++m->seen == m->count)
		finish(m);
}

static bool
read_args(struct ops_request *rq, const struct image *image, struct drops *m)
{
	const struct ifl_spec *ifl;
	const struct vr_spec *vr;
	const char *reason = ops_arg(rq, "reason");

	if (!ops_arg_ifl(rq, image, "interface", &ifl) ||
		!ops_arg_zone(rq, image, "zone", &m->zone, &m->has_zone) ||
		!ops_arg_vr(rq, image, "instance", &vr) ||
		!ops_arg_u32(rq, "count", &m->count) ||
		!ops_arg_reason(rq, reason))
		return false;
	if (ifl != NULL)
		m->ifl = ifl->id;
	m->has_vr = vr != NULL;
	if (vr != NULL)
		m->vr = vr->id;
	if (reason != NULL)
		snprintf(m->reason, sizeof(m->reason), "%s", reason);
	return true;
}

void
monitor_drops(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	struct drops *m = image != NULL ? calloc(1, sizeof(*m)) : NULL;

	if (image == NULL)
		return;
	if (m == NULL) {
		ops_error(rq, "out of memory");
		return;
	}
	m->image = rq->env->image;
	m->env = rq->env;
	if (!read_args(rq, image, m)) {
		free(m);
		return;
	}
	m->watch = host_drops_watch(rq->env->host, on_drop, m);
	if (m->watch == NULL) {
		free(m);
		ops_error(rq, "too many monitors are running");
		return;
	}
	m->job = ops_detach(rq, on_cancel, m);
	send_text(m, "Listening for dropped packets\n\n");
}
