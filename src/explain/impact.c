/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commit's impact on living sessions; the contract is in impact.h.
 *
 * What happens after a commit: the sweep ends or re-matches sessions, then each
 * packet looks again where its session goes (flow/reroute.c,
 * flow/reverse_route.c). So a session is asked about in this order, and what
 * was as broken before is no impact.
 */
#include "explain/impact.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/explain_impl.h"
#include "explain/impact_impl.h"
#include "flow/session_commit.h"

#define BATCH      128u  /* sessions of one step of a worker */
#define STEP       2048u /* slots that it looks at */
#define GROUPS_MAX 100u

static const char *const kind_names[KINDS] = {
	"kept", "re-routed", "re-matched", "dropped"};

/* What a worker finds out about one session. */
struct seen {
	uint32_t id, policy, flags;
	struct flow_key in, out;
	struct session_fate fate;
	struct path forward[2], back[2]; /* before and after the commit */
};

static void __attribute__((format(printf, 3, 4)))
decide(struct fate *f, enum kind kind, const char *fmt, ...)
{
	va_list ap;

	f->kind = kind;
	va_start(ap, fmt);
	vsnprintf(f->reason, sizeof(f->reason), fmt, ap);
	va_end(ap);
}

/* ---- policies and interfaces ---- */

static const char *
policy_text(const struct image *image, uint32_t index, char *buf, size_t size)
{
	const struct policy_spec *p = image_policy(image, index);

	snprintf(buf, size, "%s/%u",
		index == 1   ? "self-traffic-policy"
		: index == 2 ? "default-policy"
		: p != NULL  ? p->name
			     : "?",
		index);
	return buf;
}

static void
fate_of_policy(const struct impact *im, const struct seen *is, struct fate *f)
{
	struct session_fate sf = is->fate;
	char was[NAME_MAX_LEN + 16], now[NAME_MAX_LEN + 16];
	const char *ifl = image_ifl_name(im->old_world.image, sf.ifl);

	f->policy[0] = is->policy;
	f->policy[1] = sf.policy;
	f->ifl = sf.ifl;
	policy_text(im->old_world.image, is->policy, was, sizeof(was));
	policy_text(im->new_world.image, sf.policy, now, sizeof(now));
	switch (sf.kind) {
	case FATE_KEPT:
		break;
	case FATE_REMATCHED:
		decide(f, REMATCHED, "policy %s -> %s", was, now);
		break;
	case FATE_POLICY_GONE:
		decide(f, DROPPED, "policy %s is gone", was);
		break;
	case FATE_POLICY_INACTIVE:
		decide(f, DROPPED, "policy %s is inactive", was);
		break;
	case FATE_REFUSED:
		if (sf.policy == is->policy)
			decide(f, DROPPED,
				"policy %s does not permit it any more", was);
		else
			decide(f, DROPPED, "policy %s refuses it (now %s)", now,
				was);
		break;
	case FATE_INTERFACE_GONE:
		decide(f, DROPPED, "interface %s is gone", ifl);
		break;
	case FATE_INTERFACE_MOVED:
		decide(f, DROPPED, "interface %s is in another zone", ifl);
		break;
	case FATE_NAT:
		decide(f, DROPPED, "its NAT rule or pool is gone or changed");
		break;
	}
}

/* ---- ways ---- */

static const char *
path_text(
	const struct image *image, const struct path *p, char *buf, size_t size)
{
	char gw[IP_TEXT_MAX];

	if (!path_is_transit(p))
		snprintf(buf, size, "no route");
	else if (p->type == NH_RESOLVE)
		snprintf(buf, size, "%s", image_ifl_name(image, p->ifl));
	else
		snprintf(buf, size, "%s via %s", ip_addr_text(&p->gw, gw),
			image_ifl_name(image, p->ifl));
	return buf;
}

static bool
same_way(const struct path *a, const struct path *b)
{
	if (path_is_transit(a) != path_is_transit(b))
		return false;
	if (!path_is_transit(a))
		return true;
	return a->type == b->type && a->ifl.v == b->ifl.v &&
	       a->zone.v == b->zone.v &&
	       (a->type == NH_RESOLVE || ip_addr_equal(&a->gw, &b->gw));
}

/* One direction: zone is the one it must leave through. */
static void
compare_ways(const struct impact *im, const char *direction,
	const struct path *was, const struct path *now, uint16_t zone,
	struct fate *f)
{
	char a[128], b[128];

	if (f->kind == DROPPED || same_way(was, now))
		return;
	f->routing = true;
	path_text(im->old_world.image, was, a, sizeof(a));
	path_text(im->new_world.image, now, b, sizeof(b));
	if (!path_is_transit(now))
		decide(f, DROPPED, "%s has no route any more, was %s",
			direction, a);
	else if (now->zone.v != zone)
		decide(f, DROPPED, "%s leaves through zone %s: %s -> %s",
			direction,
			image_zone_name(im->new_world.image, now->zone), a, b);
	else if (f->kind == KEPT)
		decide(f, REROUTED, "%s %s -> %s", direction, a, b);
}

static void
fate_of_ways(const struct impact *im, const struct seen *is, struct fate *f)
{
	if (!(is->flags & SESSION_HOST_IN)) {
		f->dst = flow_key_src(&is->out);
		compare_ways(im, "the forward way", &is->forward[0],
			&is->forward[1], is->out.token, f);
	}
	if (f->routing || (is->flags & SESSION_HOST_OUT))
		return;
	f->dst = flow_key_src(&is->in);
	compare_ways(im, "the way back", &is->back[0], &is->back[1],
		is->in.token, f);
}

/* ---- the report ---- */

static struct group *
group_of(struct impact *im, const struct fate *f)
{
	struct group *g;

	for (unsigned int i = 0; i < im->ngroups; i++)
		if (im->groups[i].kind == f->kind &&
			strcmp(im->groups[i].reason, f->reason) == 0)
			return &im->groups[i];
	if (im->ngroups == GROUPS_MAX)
		return NULL;
	g = &im->groups[im->ngroups++];
	g->kind = f->kind;
	memcpy(g->reason, f->reason, sizeof(g->reason));
	g->node = tree_open(im->root, "impact-group");
	tree_leaf(g->node, "impact", "%s", kind_names[f->kind]);
	tree_leaf(g->node, "impact-reason", "%s", f->reason);
	impact_lines(im, f, g->node);
	return g;
}

static void
add_example(const struct impact *im, struct tnode *node, const struct seen *is)
{
	const struct flow_key *k = &is->in;
	struct ip_addr src = flow_key_src(k), dst = flow_key_dst(k);
	struct tnode *n = tree_open(node, "impact-session");
	const char *protocol = ip_protocol_name(k->protocol);
	char text[IP_TEXT_MAX];

	tree_leaf(n, "session-identifier", "%u", is->id);
	tree_leaf(n, "source-address", "%s", ip_addr_text(&src, text));
	tree_leaf(n, "source-port", "%u", ntohs(k->sport_be));
	tree_leaf(n, "destination-address", "%s", ip_addr_text(&dst, text));
	tree_leaf(n, "destination-port", "%u", ntohs(k->dport_be));
	if (protocol != NULL)
		tree_leaf(n, "protocol", "%s", protocol);
	else
		tree_leaf(n, "protocol", "%u", k->protocol);
	tree_leaf(n, "source-zone-name", "%s",
		image_zone_name(im->old_world.image, token_zone(k->token)));
}

static void
take(struct impact *im, const struct seen *is)
{
	struct fate f = {.kind = KEPT};
	struct group *g;

	fate_of_policy(im, is, &f);
	if (f.kind != DROPPED)
		fate_of_ways(im, is, &f);
	im->total++;
	im->kinds[f.kind]++;
	if (f.kind == KEPT)
		return;
	g = group_of(im, &f);
	if (g == NULL) {
		im->other++;
		return;
	}
	g->count++;
	if (g->examples < im->examples) {
		g->examples++;
		add_example(im, g->node, is);
	}
}

static void
finish(struct impact *im, struct tnode *summary)
{
	tree_leaf(summary, "sessions-total", "%llu",
		(unsigned long long)im->total);
	tree_leaf(summary, "sessions-kept", "%llu",
		(unsigned long long)im->kinds[KEPT]);
	tree_leaf(summary, "sessions-rerouted", "%llu",
		(unsigned long long)im->kinds[REROUTED]);
	tree_leaf(summary, "sessions-rematched", "%llu",
		(unsigned long long)im->kinds[REMATCHED]);
	tree_leaf(summary, "sessions-dropped", "%llu",
		(unsigned long long)im->kinds[DROPPED]);
	if (im->other > 0)
		tree_leaf(summary, "sessions-not-shown", "%llu",
			(unsigned long long)im->other);
	for (unsigned int i = 0; i < im->ngroups; i++)
		tree_leaf(im->groups[i].node, "impact-count", "%llu",
			(unsigned long long)im->groups[i].count);
}

/* ---- on the worker ---- */

struct step {
	const struct image *image;
	const struct route_view *routes;
	uint32_t cursor; /* next slot; 0: done */
	struct seen *out;
	unsigned int n;
};

static void
ways(const struct env *env, uint32_t index, struct path *forward,
	struct path *back)
{
	const struct session_table *t = env->sessions;
	const struct wing *w = session_wing(t, index, 0);
	struct ip_addr initiator = flow_key_src(&w[0].key);
	struct ip_addr dst = flow_key_src(&w[1].key);
	struct ifl_id in = session_ifl(t, index, 0);
	struct ifl_id out = session_ifl(t, index, 1);
	const struct ifl_spec *ifl = image_ifl(env->image, out);
	struct reverse_choice c = reverse_route_choice(
		env, index, ifl != NULL ? ifl->vr : session_vr(t, index));

	path_lookup(env, session_vr(t, index), &dst, &w[0].key, out, forward);
	path_lookup(env, c.vr, &initiator, &w[0].key, in, back);
}

static void
key_copy(struct flow_key *to, const struct wing *w)
{
	memset(to, 0, sizeof(*to));
	memcpy(to, &w->key, w->key.family == IP_V4 ? FLOW_KEY_V4 : FLOW_KEY_V6);
}

static void
look(const struct env *was, const struct env *now, uint32_t index,
	struct seen *ret)
{
	const struct session *s = session_at(was->sessions, index);

	ret->id = s->id;
	ret->policy = s->policy_index;
	ret->flags = s->flags;
	key_copy(&ret->in, session_wing(was->sessions, index, 0));
	key_copy(&ret->out, session_wing(was->sessions, index, 1));
	ret->fate = session_fate(now, index);
	ways(was, index, &ret->forward[0], &ret->back[0]);
	ways(now, index, &ret->forward[1], &ret->back[1]);
}

static void
step_run(const struct env *env, void *arg)
{
	const struct session_table *t = env->sessions;
	struct step *s = arg;
	struct env now = *env;
	uint32_t end = s->cursor + STEP;

	now.image = s->image;
	now.routes = s->routes;
	now.paths = NULL; /* remembers the world of this generation */
	for (s->n = 0; s->cursor <= t->top && s->cursor < end && s->n < BATCH;
		s->cursor++)
		if (session_at(t, s->cursor)->state == SESSION_VALID)
			look(env, &now, s->cursor, &s->out[s->n++]);
	if (s->cursor > t->top)
		s->cursor = 0;
}

static void
walk(struct impact *im, const struct impact_source *from, struct seen *batch)
{
	struct step s = {.image = im->new_world.image,
		.routes = im->new_view,
		.out = batch};

	for (unsigned int w = 0; w < from->workers; w++) {
		s.cursor = 1;
		do {
			from->call(from->ctx, w, step_run, &s);
			for (unsigned int i = 0; i < s.n; i++)
				take(im, &batch[i]);
		} while (s.cursor != 0);
	}
}

/* ---- the two worlds ---- */

static int
worlds_make(struct impact *im, char *err, size_t err_size)
{
	int rc;

	world_committed(im->env, &im->old_world);
	rc = world_make(im->env, im->env->candidate, NULL, &im->new_world, err,
		err_size);
	if (rc != 0)
		return rc;
	im->new_view = route_db_view(im->new_world.routes, NULL, NULL);
	rc = im->new_view == NULL ? -ENOMEM
				  : changes_make(im->old_world.root,
					    im->new_world.root, &im->changes);
	if (rc != 0)
		snprintf(err, err_size, "%s", strerror(-rc));
	return rc;
}

static void
impact_done(struct impact *im)
{
	route_view_free(im->new_view);
	changes_done(&im->changes);
	world_done(&im->new_world);
	free(im->groups);
}

int
explain_impact(const struct explain_env *env,
	const struct impact_source *sessions, unsigned int examples,
	struct tnode *root, char *err, size_t err_size)
{
	struct impact im = {.env = env, .root = root, .examples = examples};
	struct seen *batch = calloc(BATCH, sizeof(*batch));
	int rc = -ENOMEM;

	im.groups = calloc(GROUPS_MAX, sizeof(*im.groups));
	if (batch == NULL || im.groups == NULL)
		snprintf(err, err_size, "out of memory");
	else
		rc = worlds_make(&im, err, err_size);
	if (rc == 0) {
		struct tnode *summary = tree_open(root, "impact-summary");

		walk(&im, sessions, batch);
		finish(&im, summary);
	}
	impact_done(&im);
	free(batch);
	return rc;
}
