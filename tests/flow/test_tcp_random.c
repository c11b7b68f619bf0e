/* SPDX-License-Identifier: Apache-2.0 */
/*
 * [FL-31] random conversations of two model TCPs over a bad network, with the
 * box in the middle. Whatever the model's receiver could want must pass, and
 * every byte arrives; what somebody throws in from outside does not pass.
 *
 *   client ==loss, duplicates, disorder==> box ==the same==> server, and back
 *
 * Positions count from a side's first number: 0 is the SYN, 1 to total the
 * data, total + 1 the FIN.
 */
#include <stdlib.h>
#include <string.h>

#include "flow/tcp_window.h"
#include "talk.h"

#define TOTAL_MAX 30000u
#define MSS       1000u
#define WAY_MAX   64u

struct segment {
	unsigned int from;
	uint8_t flags;
	uint32_t seq, end; /* positions of the sender */
	uint32_t ack;      /* position of the receiver */
	uint16_t window;   /* as in the header */
};

struct way { /* packets on their way */
	struct segment s[WAY_MAX];
	unsigned int n;
};

struct end {
	uint32_t iss, total;
	int scale;              /* -1: no option */
	bool open, heard;       /* may send data; knows the other side's SYN */
	uint32_t una, nxt, top; /* acknowledged, next, highest ever */
	uint32_t limit;         /* up to where it may send */
	uint32_t buffer;        /* its receive window at most */
	uint32_t want;          /* next position of the peer */
	uint32_t edge;          /* what it has let the peer send */
	bool got[TOTAL_MAX + 2];
};

struct world2 {
	struct box *b;
	struct talk talk;
	struct end e[2];
	struct way to_box[2], from_box[2];
	bool fast_open, scaled;
	uint32_t rng;
	unsigned int dropped_stale;
};

static uint32_t
roll(struct world2 *w, uint32_t n)
{
	w->rng = w->rng * 1664525u + 1013904223u;
	return (w->rng >> 8) % n;
}

/* ---- the network ---- */

static void
way_put(struct world2 *w, struct way *way, const struct segment *s)
{
	unsigned int copies = roll(w, 20) == 0 ? 0 : roll(w, 20) == 0 ? 2 : 1;

	while (copies-- > 0 && way->n < WAY_MAX)
		way->s[way->n++] = *s;
}

/* Mostly the oldest. */
static bool
way_take(struct world2 *w, struct way *way, struct segment *ret)
{
	unsigned int i = 0;

	if (way->n == 0)
		return false;
	if (roll(w, 4) == 0)
		i = roll(w, way->n < 6 ? way->n : 6);
	*ret = way->s[i];
	way->n--;
	memmove(&way->s[i], &way->s[i + 1], (way->n - i) * sizeof(*ret));
	return true;
}

/* ---- the model ---- */

static int
shift(const struct world2 *w, unsigned int side)
{
	return w->scaled ? w->e[side].scale : 0;
}

/* What the side announces; it never takes back what it has allowed. */
static uint16_t
announce(struct world2 *w, unsigned int side, uint8_t flags)
{
	struct end *e = &w->e[side];
	int s = flags & TCP_SYN ? 0 : shift(w, side);
	uint32_t window = roll(w, 3) == 0 ? roll(w, e->buffer) : e->buffer;
	uint32_t open = e->edge > e->want ? e->edge - e->want : 0, raw;

	if (window < open)
		window = open;
	raw = window >> s;
	if (raw > 65535)
		raw = 65535;
	if (e->want + (raw << s) > e->edge)
		e->edge = e->want + (raw << s);
	return (uint16_t)raw;
}

static void
emit(struct world2 *w, unsigned int side, uint8_t flags, uint32_t seq,
	uint32_t end)
{
	struct end *e = &w->e[side];
	struct segment s = {.from = side,
		.flags = flags,
		.seq = seq,
		.end = end,
		.ack = e->want};

	s.window = announce(w, side, flags);
	if (end > e->nxt)
		e->nxt = end;
	if (e->nxt > e->top)
		e->top = e->nxt;
	way_put(w, &w->to_box[side], &s);
}

static void
emit_syn(struct world2 *w, unsigned int side)
{
	uint32_t data = side == 0 && w->fast_open && roll(w, 2) ? 300 : 0;

	if (data > w->e[side].total)
		data = 0;
	emit(w, side, side == 0 ? TCP_SYN : SA, 0, 1 + data);
}

/* From position seq, as much as chance and the limit permit. */
static void
emit_data(struct world2 *w, unsigned int side, uint32_t seq, uint32_t limit)
{
	struct end *e = &w->e[side];
	uint32_t end = seq + 1 + roll(w, MSS);
	uint8_t flags = TCP_ACK;

	if (end > limit)
		end = limit;
	if (end > e->total + 1)
		end = e->total + 1;
	if (end == e->total + 1 && limit >= e->total + 2 && roll(w, 2)) {
		end++;
		flags |= TCP_FIN;
	}
	if (seq < end)
		emit(w, side, flags, seq, end);
}

static void
speak(struct world2 *w, unsigned int side)
{
	struct end *e = &w->e[side];

	if (!e->open) {
		if (side == 0 || e->heard)
			emit_syn(w, side);
		return;
	}
	switch (roll(w, 8)) {
	case 0: /* again */
		if (e->una < e->nxt)
			emit_data(w, side, e->una, e->nxt);
		break;
	case 1:
		emit(w, side, TCP_ACK, e->nxt, e->nxt);
		break;
	case 2: /* a keepalive, with a byte or without */
		if (e->una == e->nxt)
			emit(w, side, TCP_ACK, e->nxt - 1, e->nxt - roll(w, 2));
		break;
	case 3: /* a probe of a closed window */
		if (e->una == e->nxt && e->limit <= e->nxt &&
			e->nxt <= e->total)
			emit(w, side, TCP_ACK, e->nxt, e->nxt + 1);
		break;
	default:
		emit_data(w, side, e->nxt, e->limit);
	}
}

static void
take_ack(struct world2 *w, const struct segment *s)
{
	struct end *e = &w->e[!s->from];
	int by = s->flags & TCP_SYN ? 0 : shift(w, s->from);

	if ((s->flags & TCP_ACK) == 0 || s->ack > e->top || s->ack < e->una)
		return;
	e->una = s->ack;
	if (e->nxt < e->una)
		e->nxt = e->una;
	e->limit = s->ack + ((uint32_t)s->window << by);
	e->open |= s->ack >= 1;
}

static void
take_data(struct world2 *w, const struct segment *s)
{
	struct end *e = &w->e[!s->from], *from = &w->e[s->from];
	uint32_t before = e->want;

	for (uint32_t at = s->seq; at < s->end; at++)
		if (at < e->edge && at < from->total + 2)
			e->got[at] = true;
	while (e->want < from->total + 2 && e->got[e->want])
		e->want++;
	/* Out of order or not wanted: say what is (RFC 9293 3.10.7.4). */
	if (e->heard && (e->want != before || s->seq != s->end || roll(w, 2)))
		if (e->open)
			emit(w, !s->from, TCP_ACK, e->nxt, e->nxt);
}

static void
hear(struct world2 *w, const struct segment *s)
{
	struct end *e = &w->e[!s->from];

	if (s->flags & TCP_SYN) {
		if (s->from == 1 && (s->ack == 0 || s->ack > e->top))
			return;
		e->heard = true;
		if (e->edge < 1)
			e->edge = 1;
		e->got[0] = true;
		if (e->want == 0)
			e->want = 1;
		if (s->from == 0) { /* with fast open it may take the data */
			if (!w->fast_open || roll(w, 2))
				emit_syn(w, 1);
			else
				take_data(w, s);
			return;
		}
	} else if (!e->heard) {
		return;
	}
	take_ack(w, s);
	take_data(w, s);
}

/* ---- the box ---- */

static struct in
packet(const struct world2 *w, const struct segment *s)
{
	struct in in = talk_at(&w->talk, s->from, s->flags,
		w->e[s->from].iss + s->seq, w->e[!s->from].iss + s->ack);
	uint32_t data = s->end - s->seq - ((s->flags & TCP_SYN) != 0) -
			((s->flags & TCP_FIN) != 0);

	in.window = s->window;
	if ((s->flags & TCP_SYN) && w->e[s->from].scale >= 0) {
		in.scaled = true;
		in.scale = (uint8_t)w->e[s->from].scale;
	}
	return with_data(in, (uint16_t)data);
}

/* What could do something for the connection, now that it is at the box: not
 * yet acknowledged, inside what the receiver allows, no old news. */
static bool
is_wanted(const struct world2 *w, const struct segment *s)
{
	const struct end *from = &w->e[s->from], *to = &w->e[!s->from];

	if (s->flags & TCP_SYN)
		return !from->open;
	return s->seq + 1 >= from->una && s->seq <= to->edge &&
	       s->ack >= to->una;
}

static void
through_box(struct world2 *w, const struct segment *s)
{
	struct in in = packet(w, s);
	struct out o = box_send(w->b, &in);

	if (o.verdict == VERDICT_NEXT) {
		w->talk.slot = o.session;
		way_put(w, &w->from_box[s->from], s);
		return;
	}
	if (is_wanted(w, s))
		fail_msg("port %u: side %u flags 0x%x seq %u-%u ack %u window "
			 "%u: dropped, %s",
			w->talk.port, s->from, s->flags, s->seq, s->end, s->ack,
			s->window, reason_name(o.reason));
	w->dropped_stale++;
}

/* Somebody who does not know where the connection stands. */
static void
intrude(struct world2 *w)
{
	static const uint8_t flags[] = {
		TCP_ACK, TCP_RST, RA, FA, TCP_ACK | TCP_PSH};
	unsigned int side = roll(w, 2);
	struct end *e = &w->e[side], *peer = &w->e[!side];
	uint32_t away = 2000000 + roll(w, 1u << 23) * 64u;
	struct tcp_track before;
	struct in in;

	if (!e->open || !peer->open)
		return;
	before = *talk_track(&w->talk);
	if (before.state < TCPS_ESTABLISHED)
		return;
	in = talk_at(&w->talk, side, flags[roll(w, sizeof(flags))],
		e->iss + e->nxt + (roll(w, 2) ? away : -away),
		peer->iss + e->want);
	dropped(w->b, in, REASON_TCP_WINDOW);
	assert_memory_equal(&before, talk_track(&w->talk), sizeof(before));
	/* A RST that is near, but not right: let the receiver ask. */
	if (before.wing[side].end == e->iss + e->top &&
		seq_after(before.wing[side].limit, e->iss + e->top)) {
		in = talk_at(&w->talk, side, TCP_RST, e->iss + e->top + 1, 0);
		pass(w->b, in);
		assert_int_equal(before.state, talk_track(&w->talk)->state);
	}
}

static bool
is_over(const struct world2 *w)
{
	for (unsigned int i = 0; i < 2; i++)
		if (w->e[i].una != w->e[i].total + 2)
			return false;
	return true;
}

static void
end_begin(struct world2 *w, unsigned int side)
{
	struct end *e = &w->e[side];

	memset(e, 0, sizeof(*e));
	e->iss = roll(w, 2) ? 0u - roll(w, 30000) : roll(w, 1u << 24) * 256u;
	e->total = roll(w, 8) == 0 ? 0 : roll(w, TOTAL_MAX);
	e->scale = roll(w, 4) == 0 ? -1 : (int)roll(w, 8);
	e->buffer = 500 + roll(w, roll(w, 2) ? 4000 : 100000);
}

static unsigned int
converse(struct world2 *w)
{
	struct segment s;
	unsigned int step;

	w->fast_open = roll(w, 3) == 0;
	end_begin(w, 0);
	end_begin(w, 1);
	w->scaled = w->e[0].scale >= 0 && w->e[1].scale >= 0;
	memset(w->to_box, 0, sizeof(w->to_box));
	memset(w->from_box, 0, sizeof(w->from_box));
	for (step = 0; step < 100000 && !is_over(w); step++) {
		unsigned int side = roll(w, 2);

		switch (roll(w, 16)) {
		case 0:
			intrude(w);
			break;
		case 1:
		case 2:
		case 3:
			speak(w, side);
			break;
		case 4:
		case 5:
		case 6:
		case 7:
		case 8:
		case 9:
			if (way_take(w, &w->to_box[side], &s))
				through_box(w, &s);
			break;
		default:
			if (way_take(w, &w->from_box[side], &s))
				hear(w, &s);
		}
	}
	assert_true(is_over(w));
	return step;
}

static void
test_conversations(void **state)
{
	static struct world2 w;

	(void)state;
	for (unsigned int n = 0; n < 300; n++) {
		if (n % 50 == 0) {
			if (w.b != NULL)
				box_free(w.b);
			w.b = box_create(BOX);
		}
		w.rng = n * 7919 + 1;
		w.talk = talk_of(w.b, (uint16_t)(10000 + n));
		w.talk.b = w.b;
		converse(&w);
		/* Both have seen all, so the box has, too. */
		assert_int_equal(TCPS_CLOSED, talk_track(&w.talk)->state);
	}
	box_free(w.b);
	w.b = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversations),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
