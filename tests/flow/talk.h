/* SPDX-License-Identifier: Apache-2.0 */
/*
 * talk - a TCP connection of the lab whose numbers the test decides. Side 0 is
 * the client. `next` is what a side sends next; acknowledgements are of all
 * that the other side has sent, unless the test says otherwise.
 */
#ifndef TESTS_FLOW_TALK_H
#define TESTS_FLOW_TALK_H

#include "lab.h"

#define SA (TCP_SYN | TCP_ACK)
#define FA (TCP_FIN | TCP_ACK)
#define RA (TCP_RST | TCP_ACK)

struct talk {
	struct box *b;
	const struct side *addr;
	uint16_t port;
	uint16_t window;
	uint32_t first[2], next[2];
	uint32_t slot; /* of its session */
};

static inline struct talk
talk_of(struct box *b, uint16_t port)
{
	struct talk t = {
		.b = b, .addr = &sides[port & 1], .port = port, .window = 8000};

	/* Near the end, so that they wrap. */
	t.first[0] = 0xffffff00u + port % 256;
	t.first[1] = 0x7fffff00u + port % 256;
	t.next[0] = t.first[0];
	t.next[1] = t.first[1];
	return t;
}

static inline struct in
talk_at(const struct talk *t, unsigned int side, uint8_t flags, uint32_t seq,
	uint32_t ack)
{
	struct in in = side == 0 ? c2s(t->addr, IPP_TCP, t->port, 22)
				 : s2c(t->addr, IPP_TCP, t->port, 22);

	in.numbered = true;
	in.flags = flags;
	in.seq = seq;
	in.ack = flags & TCP_ACK ? ack : 0;
	in.window = t->window;
	return in;
}

/* What the side sends next; a SYN and a FIN repeat the first ones. */
static inline struct in
talk_next(const struct talk *t, unsigned int side, uint8_t flags)
{
	uint32_t seq = flags & TCP_SYN ? t->first[side] : t->next[side];

	return talk_at(t, side, flags, seq, t->next[!side]);
}

/* It is sent, passes, and counts. */
static inline void
talk_say(struct talk *t, unsigned int side, uint8_t flags)
{
	struct in in = talk_next(t, side, flags);
	struct out o = pass(t->b, in);

	t->slot = o.session;
	if (flags & TCP_SYN)
		t->next[side] = t->first[side] + 1;
	t->next[side] += (flags & TCP_FIN) != 0;
}

/* Data of n bytes. */
static inline struct in
with_data(struct in in, uint16_t n)
{
	bool v6 = strchr(in.src, ':') != NULL;

	in.len = (uint16_t)((v6 ? 60 : 40) + (in.mss ? 4 : 0) +
			    (in.scaled ? 4 : 0) + n);
	return in;
}

static inline void
talk_handshake(struct talk *t)
{
	talk_say(t, 0, TCP_SYN);
	talk_say(t, 1, SA);
	talk_say(t, 0, TCP_ACK);
}

static inline struct tcp_track *
talk_track(const struct talk *t)
{
	return session_tcp(box_env(t->b)->sessions, t->slot);
}

#endif /* TESTS_FLOW_TALK_H */
