/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequence numbers for tests that do not care about them: each side of a
 * conversation sends what comes next, and acknowledges all that the other has
 * sent. A SYN, a SYN-ACK and a FIN again are retransmissions; a SYN after a FIN
 * or RST begins anew.
 */
#include <string.h>

#include "box.h"

#define CONVERSATIONS 256u

struct talker {
	const char *addr;
	uint16_t port;
	bool known, finished;
	uint32_t first, next, fin;
};

struct conversation {
	struct talker side[2];
	bool ended;
};

static struct conversation table[CONVERSATIONS];
static unsigned int used;
static uint32_t seed;

void
box_tcp_reset(void)
{
	used = 0;
}

static bool
is_side(const struct talker *t, const char *addr, uint16_t port)
{
	return t->port == port && strcmp(t->addr, addr) == 0;
}

static struct conversation *
conversation_of(const struct in *in, unsigned int *side)
{
	struct conversation *c;

	for (unsigned int i = 0; i < used; i++) {
		c = &table[i];
		for (unsigned int k = 0; k < 2; k++) {
			*side = k;
			if (is_side(&c->side[k], in->src, in->sport) &&
				is_side(&c->side[!k], in->dst, in->dport))
				return c;
		}
	}
	c = &table[used < CONVERSATIONS - 1 ? used++ : used];
	memset(c, 0, sizeof(*c));
	c->side[0].addr = in->src;
	c->side[0].port = in->sport;
	c->side[1].addr = in->dst;
	c->side[1].port = in->dport;
	*side = 0;
	return c;
}

static void
begin(struct talker *t)
{
	seed = seed * 1103515245u + 12345u;
	t->first = seed;
	t->next = seed + 1;
	t->known = true;
	t->finished = false;
}

static void
begin_again(struct conversation *c)
{
	c->ended = c->side[0].known = c->side[1].known = false;
}

void
box_tcp_number(struct in *in, uint16_t payload)
{
	unsigned int k;
	struct conversation *c = conversation_of(in, &k);
	struct talker *me = &c->side[k], *peer = &c->side[!k];
	bool syn = (in->flags & TCP_SYN) != 0;

	if (syn && (in->flags & TCP_ACK) == 0 && c->ended)
		begin_again(c);
	if (!me->known)
		begin(me);
	if (!peer->known && (in->flags & TCP_ACK))
		begin(peer);
	in->window = 65535;
	in->seq = syn ? me->first : me->next;
	in->ack = in->flags & TCP_ACK ? peer->next : 0;
	if ((in->flags & TCP_FIN) && me->finished)
		in->seq = me->fin;
	else if (!syn)
		me->next += payload;
	if ((in->flags & TCP_FIN) && !me->finished && !syn) {
		me->finished = true;
		me->fin = in->seq;
		me->next++;
	}
	c->ended |= (in->flags & (TCP_FIN | TCP_RST)) != 0;
}
