/* SPDX-License-Identifier: Apache-2.0 */
/* What `explain packet` looks at: the daemon's own configuration and routes. */
#include "explain/explain.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/clock.h"
#include "config/candidate.h"
#include "daemon/daemon.h"
#include "explain/impact.h"
#include "flow/session.h"

static int
prepare(void *ctx, struct image_spec *image, struct route_spec *routes)
{
	int rc = live_fill(ctx, image);

	return rc == 0 ? ports_add_link_local(ctx, image, routes) : rc;
}

/* A port that the candidate adds is not open yet: it counts as up. */
static void
links(void *ctx, const struct image_spec *image, bool *ifl_up)
{
	const struct daemon *d = ctx;

	ports_ifl_up(d, image, ifl_up);
	for (size_t i = 0; i < image->nifls; i++) {
		const struct ifl_spec *ifl = &image->ifls[i];

		if (image_ifl(d->image, ifl->id) == NULL && !ifl->disabled)
			ifl_up[ifl->id.v] = true;
	}
}

struct search {
	struct flow_key key;
	uint32_t id;
	unsigned int wing;
};

static void
search_worker(const struct env *env, void *arg)
{
	struct search *s = arg;
	uint32_t found =
		session_find(env->sessions, &s->key, flow_key_hash(&s->key));

	if (found == 0)
		return;
	s->id = session_at(env->sessions, found >> 1)->id;
	s->wing = found & 1;
}

static uint32_t
find_session(void *ctx, const struct explain_query *q, struct zone_id token,
	unsigned int *ret_wing)
{
	struct daemon *d = ctx;
	struct search s = {.key = {.sport_be = htons(q->sport),
				   .dport_be = htons(q->dport),
				   .protocol = q->protocol,
				   .family = (uint8_t)q->src.family,
				   .token = token.v}};

	if (q->src.family == IP_V4) {
		s.key.v4.src_be = q->src.v4_be;
		s.key.v4.dst_be = q->dst.v4_be;
	} else {
		memcpy(s.key.v6.src, q->src.b, 16);
		memcpy(s.key.v6.dst, q->dst.b, 16);
	}
	workers_call(d->workers, search_worker, &s);
	*ret_wing = s.wing;
	return s.id;
}

/* As it would take effect; as written, if groups are wrong. */
static const struct config_tree *
candidate(struct daemon *d)
{
	struct report report = REPORT_INIT;
	const struct config_tree *t =
		config_store_candidate_effective(d->store, &report);

	report_done(&report);
	return t != NULL ? t : config_store_candidate_read(d->store);
}

static struct explain_env
explain_env(struct daemon *d)
{
	return (struct explain_env){
		.committed = config_store_effective(d->store),
		.candidate = candidate(d),
		.image = d->image,
		.routes = d->routes,
		.neigh = d->neigh,
		.ids = d->ids,
		.now_ms = clock_ms(),
		.prepare = prepare,
		.links = links,
		.session = find_session,
		.ctx = d,
	};
}

int
daemon_explain(const struct explain_query *q, struct tnode *root, char *err,
	size_t err_size)
{
	struct explain_env env = explain_env(&daemon_state);

	return explain_packet(&env, q, root, err, err_size);
}

static void
call_worker(void *ctx, unsigned int worker,
	void (*fn)(const struct env *env, void *arg), void *arg)
{
	struct daemon *d = ctx;

	workers_call_one(d->workers, worker, fn, arg);
}

int
daemon_impact(
	unsigned int examples, struct tnode *root, char *err, size_t err_size)
{
	struct daemon *d = &daemon_state;
	struct explain_env env = explain_env(d);
	struct impact_source from = {.workers = workers_count(d->workers),
		.call = call_worker,
		.ctx = d};

	return explain_impact(&env, &from, examples, root, err, err_size);
}

bool
daemon_drop_line(const struct drop_note *note, const struct ifl_spec *ifl,
	struct sbuf *out)
{
	struct daemon *d = &daemon_state;

	return explain_drop_line(
		config_store_effective(d->store), d->image, note, ifl, out);
}
