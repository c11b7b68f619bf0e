/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [FL-31]: segments outside the window are dropped and counted
 * as "TCP sequence number out of window", unless no-sequence-check.
 *
 * What we do: nothing that a receiver could want may be lost, so a bound is
 * what both sides together permit, as seen in between.
 *   A segment must begin at or before the limit that its receiver has set (a
 *   probe of a closed window lies right there, and what is sent after the probe
 *   one byte further), and end no earlier than one window before what was sent
 *   last, and one byte for a keepalive: older ones have been acknowledged.
 *   An acknowledgement must not be of anything not yet sent, nor be older than
 *   the last one by more than twice the window of its sender; RFC 5961 5.2
 *   asks the receiver for once.
 * Windows are scaled when both SYNs have the option (RFC 7323 2.2), and the
 * largest ever announced counts, since a shrinking one may not have arrived.
 */
#include "flow/tcp_window.h"

#include "pkt/bytes.h"

#define SCALE_MAX     14u /* RFC 7323 2.3 */
#define WINDOW_MAX    (1u << 30)
#define ACK_TOLERANCE 65535u
#define PACKET_MAX    65535u /* what one packet can carry */

/* The window scale option (3), or TCP_NO_SCALE. */
static uint8_t
scale_option(const uint8_t *tcp)
{
	size_t len = (size_t)(tcp[12] >> 4) * 4, at = 20;

	while (at < len && tcp[at] != 0) {
		if (tcp[at] == 1) {
			at++;
			continue;
		}
		if (at + 2 > len || tcp[at + 1] < 2 || at + tcp[at + 1] > len)
			break;
		if (tcp[at] == 3 && tcp[at + 1] == 3)
			return tcp[at + 2] < SCALE_MAX ? tcp[at + 2]
						       : SCALE_MAX;
		at += tcp[at + 1];
	}
	return TCP_NO_SCALE;
}

void
tcp_seg_read(const struct pkt *p, struct tcp_seg *ret)
{
	const uint8_t *tcp = p->l4;
	uint32_t headers =
		(uint32_t)(tcp - p->l3) + (uint32_t)(tcp[12] >> 4) * 4;

	ret->flags = p->tcp_flags;
	ret->seq = load32(tcp + 4);
	ret->ack = load32(tcp + 8);
	ret->window = load16(tcp + 14);
	ret->end = ret->seq + (p->len - headers) +
		   ((p->tcp_flags & TCP_SYN) != 0) +
		   ((p->tcp_flags & TCP_FIN) != 0);
	ret->scale = p->tcp_flags & TCP_SYN ? scale_option(tcp) : 0;
	ret->part = p->frag_first;
}

/* The window of a SYN is never scaled. None at all would leave no room for
 * probes and keepalives. */
static uint32_t
window_of(const struct tcp_wing *w, const struct tcp_seg *s)
{
	uint32_t window = s->window;

	if ((s->flags & TCP_SYN) == 0 && w->scale != TCP_NO_SCALE)
		window <<= w->scale;
	return window != 0 ? window : 1;
}

/* A wing of which nothing is known but this segment; its MSS limit stays. */
static void
wing_begin(struct tcp_wing *w, const struct tcp_seg *s, uint8_t scale)
{
	*w = (struct tcp_wing){.end = s->end,
		.mss = w->mss,
		.scale = scale,
		.flags = TCPW_END};
	if (s->part)
		w->flags |= TCPW_FRAGMENT;
	w->window = window_of(w, s);
}

/* Both SYNs are known: scale both ways, or neither. */
static void
agree_on_scale(struct tcp_track *t)
{
	struct tcp_wing *w = t->wing;

	if (w[0].scale == TCP_NO_SCALE || w[1].scale == TCP_NO_SCALE)
		w[0].scale = w[1].scale = TCP_NO_SCALE;
}

void
tcp_window_syn(struct tcp_track *t, const struct tcp_seg *s)
{
	wing_begin(&t->wing[0], s, s->scale);
	t->wing[1] = (struct tcp_wing){.mss = t->wing[1].mss};
	t->first = s->seq;
	t->flags &= TCPT_SEQUENCE | TCPT_RST | TCPT_PROXIED;
}

void
tcp_window_both_syn(struct tcp_track *t, const struct tcp_seg *s)
{
	wing_begin(&t->wing[1], s, s->scale);
	agree_on_scale(t);
	t->wing[0].ack = s->seq;   /* nothing so far, */
	t->wing[1].ack = t->first; /* neither side */
	t->wing[0].flags |= TCPW_ACK;
	t->wing[1].flags |= TCPW_ACK;
	t->flags |= TCPT_BOTH_SYN;
	t->flags &= (uint8_t)~TCPT_CHALLENGE;
}

void
tcp_window_syn_ack(struct tcp_track *t, const struct tcp_seg *s)
{
	struct tcp_wing *client = &t->wing[0], *server = &t->wing[1];
	uint32_t left = client->end - s->ack;

	wing_begin(server, s, s->scale);
	agree_on_scale(t);
	/* With TCP Fast Open it may go on sending at once (RFC 7413 4.2). */
	server->limit = s->seq + 1 + client->window;
	server->ack = s->ack;
	server->flags |= TCPW_LIMIT | TCPW_ACK;
	client->ack = s->seq; /* nothing of it so far */
	client->limit = s->ack + server->window;
	/* Data on the SYN that it has not taken will be sent again. */
	if (left <= PACKET_MAX && server->window < left)
		server->window = left;
	client->flags |= TCPW_LIMIT | TCPW_ACK;
	t->flags &= (uint8_t) ~(TCPT_LIMBO | TCPT_CHALLENGE);
}

/* The scale was agreed before our time: it can be no more than this. */
void
tcp_window_pick_up(struct tcp_track *t, const struct tcp_seg *s)
{
	t->wing[1].scale = SCALE_MAX;
	wing_begin(&t->wing[0], s, SCALE_MAX);
	t->flags |= TCPT_PICKED;
	if (s->flags & TCP_ACK)
		tcp_window_learn(t, 0, s);
}

bool
tcp_window_answers_syn(const struct tcp_track *t, const struct tcp_seg *s)
{
	uint32_t end = t->wing[0].end;

	if (t->wing[0].flags & TCPW_FRAGMENT)
		end += PACKET_MAX;
	return (s->flags & TCP_ACK) != 0 && seq_after(s->ack, t->first) &&
	       !seq_after(s->ack, end);
}

/* By how much more than end the wing may have sent. */
static uint32_t
slack(const struct tcp_track *t, const struct tcp_wing *w)
{
	if (t->flags & TCPT_PICKED)
		return WINDOW_MAX;
	return w->flags & TCPW_FRAGMENT ? PACKET_MAX : 0;
}

static bool
data_holds(const struct tcp_wing *me, const struct tcp_wing *peer,
	const struct tcp_seg *s)
{
	if ((me->flags & TCPW_LIMIT) && seq_after(s->seq, me->limit + 1))
		return false;
	return (me->flags & TCPW_END) == 0 || peer->window == 0 ||
	       !seq_before(s->end, me->end - peer->window - 1);
}

static bool
ack_holds(const struct tcp_track *t, const struct tcp_wing *me,
	const struct tcp_wing *peer, const struct tcp_seg *s)
{
	uint32_t old =
		me->window < WINDOW_MAX / 2 ? me->window * 2 : WINDOW_MAX;

	if (old < ACK_TOLERANCE)
		old = ACK_TOLERANCE;
	if ((peer->flags & TCPW_END) &&
		seq_after(s->ack, peer->end + slack(t, peer)))
		return false;
	return (me->flags & TCPW_ACK) == 0 ||
	       !seq_before(s->ack, me->ack - old);
}

bool
tcp_window_holds(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	const struct tcp_wing *me = &t->wing[wing], *peer = &t->wing[!wing];

	return data_holds(me, peer, s) &&
	       ((s->flags & TCP_ACK) == 0 || ack_holds(t, me, peer, s));
}

bool
tcp_window_holds_rst(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	return data_holds(&t->wing[wing], &t->wing[!wing], s);
}

bool
tcp_window_rst_expected(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	const struct tcp_wing *me = &t->wing[wing], *peer = &t->wing[!wing];

	if ((me->flags & TCPW_END) && seq_after(s->seq, me->end + slack(t, me)))
		return false;
	return (peer->flags & TCPW_ACK) == 0 || !seq_before(s->seq, peer->ack);
}

static bool
fin_done(const struct tcp_wing *me, const struct tcp_wing *peer)
{
	return (me->flags & TCPW_FIN) && (peer->flags & TCPW_ACK) &&
	       !seq_before(peer->ack, me->fin_end);
}

bool
tcp_window_all_done(
	const struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	const struct tcp_wing *me = &t->wing[wing], *peer = &t->wing[!wing];

	return fin_done(me, peer) && (peer->flags & TCPW_FIN) &&
	       !seq_before(s->ack, peer->fin_end);
}

static void
learn_ack(struct tcp_wing *me, struct tcp_wing *peer, const struct tcp_seg *s)
{
	uint32_t limit = s->ack + window_of(me, s);

	if ((me->flags & TCPW_ACK) == 0 || seq_after(s->ack, me->ack))
		me->ack = s->ack;
	if ((peer->flags & TCPW_LIMIT) == 0 || seq_after(limit, peer->limit))
		peer->limit = limit;
	/* Only slack() lets it be so. */
	if ((peer->flags & TCPW_END) && seq_after(s->ack, peer->end))
		peer->end = s->ack;
	me->flags |= TCPW_ACK;
	peer->flags |= TCPW_LIMIT;
}

void
tcp_window_learn(
	struct tcp_track *t, unsigned int wing, const struct tcp_seg *s)
{
	struct tcp_wing *me = &t->wing[wing];
	uint32_t window = window_of(me, s);

	if ((me->flags & TCPW_END) == 0 || seq_after(s->end, me->end))
		me->end = s->end;
	me->flags |= TCPW_END;
	if (window > me->window)
		me->window = window;
	if (s->part)
		me->flags |= TCPW_FRAGMENT;
	else if (s->flags & TCP_FIN) {
		me->fin_end = s->end;
		me->flags |= TCPW_FIN;
	}
	if (s->flags & TCP_ACK)
		learn_ack(me, &t->wing[!wing], s);
}
