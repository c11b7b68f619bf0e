/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers: a client's are its own all the way. The server's have two: its real
 * ones, in the session and towards the server, and those that begin with the
 * cookie, towards the client. delta is cookie - real.
 *
 * Windows: the box has announced a scale (BOX_SCALE) before it knew that of the
 * server, so windows are converted, too. What the client cannot be told of a
 * window it does not use; it is never told of more than there is.
 *
 * Timestamps (RFC 7323) are not offered: the server's clock would not be that
 * of our answer.
 */
#include "flow/syn_proxy.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "flow/screen_impl.h"
#include "flow/session.h"
#include "flow/syn_cookie.h"
#include "flow/syn_queue.h"
#include "flow/tcp_state.h"
#include "pkt/bytes.h"
#include "pkt/key.h"
#include "pkt/rewrite_tcp.h"

#define READY_MAX 1024u
#define BOX_SCALE 7u
#define COOKIE_S  64u /* as long as one may be valid */

enum stage { STAGE_NONE, STAGE_WAIT, STAGE_OPEN };

struct proxied {
	uint32_t cookie, delta;
	uint16_t window; /* of the client, as it sent it last */
	uint16_t mss;    /* of the client's SYN */
	uint8_t stage;   /* WAIT: for the server's SYN-ACK */
	uint8_t client_scale, server_scale; /* TCP_NO_SCALE */
	bool sack;
};

_Static_assert(sizeof(struct proxied) == 16, "a quarter of a line");

struct syn_proxy {
	struct syn_cookie_key key;
	struct syn_queue *queue;
	struct proxied *session; /* by session; untouched: no memory */
	size_t bytes;
	struct proxied pending; /* accepted, its session is being made */
	uint32_t living;        /* sessions that are proxied */
	uint32_t answered_s;    /* when the last cookie was given out */
	bool answered;
	struct rte_mbuf *ready[READY_MAX]; /* ring */
	unsigned int first, n;
};

struct syn_proxy *
syn_proxy_create(uint32_t max_sessions)
{
	struct syn_proxy *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->bytes = ((size_t)max_sessions + 1) * sizeof(*x->session);
	x->session = mmap(NULL, x->bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	x->queue = syn_queue_create();
	if (x->session == MAP_FAILED || x->queue == NULL) {
		if (x->session == MAP_FAILED)
			x->session = NULL;
		syn_proxy_free(x);
		return NULL;
	}
	syn_cookie_key_make(&x->key);
	return x;
}

void
syn_proxy_free(struct syn_proxy *x)
{
	struct rte_mbuf *m;

	if (x == NULL)
		return;
	while (syn_proxy_release(x, &m, 1) == 1)
		rte_pktmbuf_free(m);
	if (x->session != NULL)
		munmap(x->session, x->bytes);
	syn_queue_free(x->queue);
	free(x);
}

unsigned int
syn_proxy_release(struct syn_proxy *x, struct rte_mbuf **out, unsigned int n)
{
	unsigned int done = 0;

	for (; done < n && x->n > 0; done++) {
		out[done] = x->ready[x->first];
		x->first = (x->first + 1) % READY_MAX;
		x->n--;
	}
	return done;
}

/* A packet of the box, to be routed in vr; link is that of link-local ones. */
static void
make_ready(struct syn_proxy *x, struct rte_mbuf *m, struct vr_id vr,
	struct ifl_id link)
{
	mbuf_meta(m)->flags = META_FROM_HOST | META_NO_SESSION;
	mbuf_meta(m)->vr = vr;
	mbuf_meta(m)->out_ifl = link;
	x->ready[(x->first + x->n++) % READY_MAX] = m;
}

static uint16_t
at_most(uint32_t v)
{
	return v > UINT16_MAX ? UINT16_MAX : (uint16_t)v;
}

static void
put_options(struct tcp_header *h, uint16_t mss, uint8_t scale, bool sack)
{
	uint8_t *o = h->options;

	*o++ = 2;
	*o++ = 4;
	store16(o, mss);
	o += 2;
	if (sack) {
		memcpy(o, "\1\1\4\2", 4);
		o += 4;
	}
	if (scale != TCP_NO_SCALE) {
		memcpy(o, "\1\3\3", 3);
		o[3] = scale;
		o += 4;
	}
	h->noptions = (uint8_t)(o - h->options);
}

/* ---- the client knocks ---- */

static uint16_t
own_mss(const struct env *env, const struct pkt *p, struct ifl_id out)
{
	const struct ifl_spec *ifl = image_ifl(env->image, out);
	bool v4 = p->key.family == IP_V4;
	uint16_t mtu = ifl == NULL ? 1500 : v4 ? ifl->mtu4 : ifl->mtu6;
	uint16_t mss = (uint16_t)(mtu - (v4 ? 40 : 60));
	uint16_t clamp = image_spec_of(env->image)->flow.mss_all_tcp;

	return clamp != 0 && clamp < mss ? clamp : mss;
}

enum verdict
syn_proxy_answer(const struct env *env, struct pkt *p, struct ifl_id out)
{
	struct syn_proxy *x = env->screen->proxy;
	const struct screen_spec *s = screen_of(env, p);
	struct flow_key back = flow_key_reverse(&p->key, 0);
	struct tcp_header h = {.flags = TCP_SYN | TCP_ACK};
	struct ifl_id link = p->ifl;
	struct syn_options o;
	uint32_t isn = load32(p->l4 + 4);

	syn_options_read(p->l4, &o);
	if (x->n == READY_MAX)
		return drop(p, REASON_SCREEN_QUEUE);
	if (image_spec_of(env->image)->flow.syn_proxy &&
		!syn_queue_add(x->queue, &p->key, env->now_s, s->syn_timeout_s,
			s->syn_queue))
		return drop(p, REASON_SCREEN_QUEUE);
	h.seq = syn_cookie_make(&x->key, &p->key, isn, env->now_s, &o);
	h.ack = isn + 1;
	put_options(&h, own_mss(env, p, out),
		o.scale == TCP_NO_SCALE ? TCP_NO_SCALE : BOX_SCALE, o.sack);
	env->screen->zone[p->key.token].proxied++;
	env->screen->ifl[p->ifl.v].proxied++;
	screen_note(env, p, SCREEN_SYN_FLOOD, true);
	x->answered = true;
	x->answered_s = env->now_s;
	/* The SYN's own buffer becomes the answer; p says no more after it. */
	if (!tcp_segment_build(p->m, &back, &h))
		return drop(p, REASON_NO_MBUF);
	make_ready(x, p->m, image_ifl(env->image, link)->vr, link);
	return VERDICT_HELD;
}

/* The SYN of the client, from what the cookie and its session know. */
static void
put_syn(struct tcp_header *h, const struct proxied *c, uint32_t isn)
{
	uint32_t window = c->window;

	if (c->client_scale != TCP_NO_SCALE)
		window <<= c->client_scale;
	*h = (struct tcp_header){
		.seq = isn, .flags = TCP_SYN, .window = at_most(window)};
	put_options(h, c->mss, c->client_scale, c->sack);
}

bool
syn_proxy_accept(const struct env *env, struct pkt *p)
{
	struct syn_proxy *x = env->screen->proxy;
	uint32_t isn = load32(p->l4 + 4) - 1, cookie = load32(p->l4 + 8) - 1;
	struct syn_options o;
	struct tcp_header h;

	if (!x->answered || env->now_s - x->answered_s > COOKIE_S ||
		!syn_cookie_check(
			&x->key, &p->key, isn, cookie, env->now_s, &o))
		return false;
	if (image_spec_of(env->image)->flow.syn_proxy &&
		!syn_queue_take(x->queue, &p->key, env->now_s))
		return false;
	x->pending = (struct proxied){.cookie = cookie,
		.window = load16(p->l4 + 14),
		.mss = o.mss,
		.client_scale = o.scale,
		.server_scale = TCP_NO_SCALE,
		.sack = o.sack,
		.stage = STAGE_WAIT};
	put_syn(&h, &x->pending, isn);
	return rewrite_tcp_replace(p, &h);
}

/* ---- its session ---- */

static void
waiting_key(const struct env *env, uint32_t index, struct screen_key *ret)
{
	const struct flow_key *in = &session_wing(env->sessions, index, 0)->key;
	struct ip_addr src = flow_key_src(in);

	screen_key_set(ret, &src, 0, in->token, KIND_WAITING);
}

void
syn_proxy_open(const struct env *env, const struct pkt *p, uint32_t index)
{
	struct syn_proxy *x = env->screen->proxy;
	struct screen_key k;

	(void)p;
	x->session[index] = x->pending;
	x->living++;
	session_tcp(env->sessions, index)->flags |= TCPT_PROXIED;
	waiting_key(env, index, &k);
	number_add(env->screen->numbers, &k);
}

static void
waits_no_more(const struct env *env, struct proxied *c, uint32_t index)
{
	struct screen_key k;

	if (c->stage != STAGE_WAIT)
		return;
	waiting_key(env, index, &k);
	number_sub(env->screen->numbers, &k);
	c->stage = STAGE_OPEN;
}

void
syn_proxy_ended(const struct env *env, uint32_t index)
{
	struct syn_proxy *x = env->screen->proxy;
	struct proxied *c;

	if (x->living == 0)
		return;
	c = &x->session[index];
	if (c->stage == STAGE_NONE)
		return;
	waits_no_more(env, c, index);
	c->stage = STAGE_NONE;
	x->living--;
}

/* ---- from the client ---- */

/* What the server is told of the client's window. */
static uint16_t
client_window(const struct proxied *c, uint16_t window)
{
	if (c->client_scale == TCP_NO_SCALE || c->server_scale != TCP_NO_SCALE)
		return window;
	return at_most((uint32_t)window << c->client_scale);
}

/*
 * The client waits for a window and asks for one: has the SYN been lost? A SYN
 * of its own begins anew, and needs nobody between.
 */
static enum verdict
client_waits(const struct env *env, struct pkt *p, struct proxied *c)
{
	struct tcp_track *t = session_tcp(env->sessions, p->session);
	struct tcp_header h;

	if (p->tcp_flags & TCP_RST)
		return tcp_segment(env, p);
	if (p->tcp_flags & TCP_SYN) {
		if (p->syn_proxy != SYN_PROXY_OPEN) {
			waits_no_more(env, c, p->session);
			t->flags &= (uint8_t)~TCPT_PROXIED;
		}
		return tcp_segment(env, p);
	}
	put_syn(&h, c, t->first);
	if (!rewrite_tcp_replace(p, &h))
		return drop(p, REASON_NO_MBUF);
	return tcp_segment(env, p);
}

static enum verdict
from_client(const struct env *env, struct pkt *p, struct proxied *c)
{
	if (c->stage == STAGE_WAIT)
		return client_waits(env, p, c);
	if ((p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_ACK) {
		c->window = load16(p->l4 + 14);
		rewrite_tcp_ack(p, 0 - c->delta);
		rewrite_tcp_window(p, client_window(c, c->window));
	}
	return tcp_segment(env, p);
}

/* ---- from the server ---- */

/* What the client is told of the server's window: it thinks in BOX_SCALE. */
static uint16_t
server_window(const struct proxied *c, uint16_t window, bool scaled)
{
	uint32_t v = window;

	if (c->client_scale == TCP_NO_SCALE)
		return window;
	if (scaled && c->server_scale != TCP_NO_SCALE)
		v <<= c->server_scale;
	return at_most(v >> BOX_SCALE);
}

/* Tell the server what the client has said to us. */
static void
tell_server(
	const struct env *env, const struct pkt *p, const struct tcp_header *h)
{
	struct syn_proxy *x = env->screen->proxy;
	struct flow_key back = flow_key_reverse(&p->key, 0);
	struct rte_mbuf *m;

	/* Without it, the server asks once more. */
	if (x->n == READY_MAX || (m = rte_pktmbuf_alloc(p->m->pool)) == NULL)
		return;
	if (!tcp_segment_build(m, &back, h)) {
		rte_pktmbuf_free(m);
		return;
	}
	make_ready(x, m, p->vr, p->ifl);
}

/* The client's ACK of the server's SYN, for the session's own books. */
static void
note_ack(const struct env *env, const struct pkt *p, const struct tcp_header *h)
{
	uint8_t tcp[20] = {0};
	struct pkt ack = {.m = p->m,
		.l3 = tcp,
		.l4 = tcp,
		.key = session_wing(env->sessions, p->session, 0)->key,
		.len = sizeof(tcp),
		.l4_len = sizeof(tcp),
		.tcp_flags = TCP_ACK,
		.session = p->session};

	store32(tcp + 4, h->seq);
	store32(tcp + 8, h->ack);
	tcp[12] = 5 << 4;
	tcp[13] = TCP_ACK;
	store16(tcp + 14, h->window);
	tcp_segment(env, &ack);
}

/* The server is there: the client gets a window, the server its ACK. */
static enum verdict
server_answers(const struct env *env, struct pkt *p, struct proxied *c)
{
	struct tcp_header to_client = {.flags = TCP_ACK};
	struct tcp_header to_server = {.flags = TCP_ACK};
	uint32_t real = load32(p->l4 + 4);
	struct syn_options o;
	enum verdict v = tcp_segment(env, p);

	if (v != VERDICT_NEXT)
		return v;
	syn_options_read(p->l4, &o);
	waits_no_more(env, c, p->session);
	c->delta = c->cookie - real;
	c->server_scale = o.scale;
	to_server.seq = load32(p->l4 + 8);
	to_server.ack = real + 1;
	to_server.window = client_window(c, c->window);
	tell_server(env, p, &to_server);
	note_ack(env, p, &to_server);
	to_client.seq = c->cookie + 1;
	to_client.ack = to_server.seq;
	to_client.window = server_window(c, load16(p->l4 + 14), false);
	return rewrite_tcp_replace(p, &to_client) ? VERDICT_NEXT
						  : drop(p, REASON_NO_MBUF);
}

/* It knows an older connection of these ports: end that for the client, which
 * does not know it and will have its SYN sent again. */
static enum verdict
server_challenges(const struct env *env, struct pkt *p)
{
	struct tcp_header h = {.flags = TCP_RST, .seq = load32(p->l4 + 8)};

	tell_server(env, p, &h);
	return drop(p, REASON_TCP_HANDSHAKE);
}

static enum verdict
from_server(const struct env *env, struct pkt *p, struct proxied *c)
{
	uint8_t flags = p->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST);
	enum verdict v;

	if (c->stage == STAGE_WAIT && flags == (TCP_SYN | TCP_ACK))
		return server_answers(env, p, c);
	if (c->stage == STAGE_WAIT && flags == TCP_ACK)
		return server_challenges(env, p);
	v = tcp_segment(env, p);
	if (v != VERDICT_NEXT)
		return v;
	if (c->stage == STAGE_WAIT) /* no: what the client waits for */
		rewrite_tcp_seq(p, c->cookie + 1 - load32(p->l4 + 4));
	else
		rewrite_tcp_seq(p, c->delta);
	if ((flags & TCP_SYN) == 0)
		rewrite_tcp_window(
			p, server_window(c, load16(p->l4 + 14), true));
	return VERDICT_NEXT;
}

enum verdict
syn_proxy_segment(const struct env *env, struct pkt *p)
{
	struct proxied *c;

	if (env->screen == NULL || p->l4 == NULL)
		return tcp_segment(env, p);
	c = &env->screen->proxy->session[p->session];
	return p->wing == 0 ? from_client(env, p, c) : from_server(env, p, c);
}

uint32_t
syn_proxy_quote_delta(const struct env *env, uint32_t index, unsigned int wing)
{
	const struct proxied *c;

	/* An error of the client's side is about what the client was sent. */
	if (env->screen == NULL || wing != 0 ||
		(session_tcp(env->sessions, index)->flags & TCPT_PROXIED) == 0)
		return 0;
	c = &env->screen->proxy->session[index];
	return c->stage == STAGE_OPEN ? 0 - c->delta : 0;
}
