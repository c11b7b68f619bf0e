/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What NAT keeps of a session. How its packets change lies in the wing when it
 * is a matter of IPv4 alone, since that is what an established packet has at
 * hand; the wing of an IPv6 key is full, so it has a line of its own.
 */
#include "flow/session_nat.h"

#include <string.h>

#include "flow/session.h"
#include "flow/session_rewrite.h"

static struct wing_rewrite *
wide(const struct session_table *t, uint32_t index, unsigned int w)
{
	return &t->rewrites[(uint64_t)index * 2 + w];
}

int
session_set_rewrite(struct session_table *t, uint32_t index, unsigned int w,
	const struct rewrite *rw)
{
	struct wing *wing = session_wing(t, index, w);

	wing->flags &= WING_HASHED;
	if (rw->flags == 0)
		return 0;
	wing->flags |= WING_NAT;
	if (rw->flags & REWRITE_PORTS)
		wing->flags |= WING_NAT_PORTS;
	if (wing->key.family == IP_V4 && rw->family == IP_V4) {
		wing->v4.nat = (struct wing_nat){
			.src_be = rw->v4.src_be,
			.dst_be = rw->v4.dst_be,
			.sport_be = rw->sport_be,
			.dport_be = rw->dport_be,
			.address_delta = rw->l3_delta,
			.l4_delta = rw->l4_delta,
		};
		return 0;
	}
	wing->flags |= WING_NAT_WIDE;
	wide(t, index, w)->rw = *rw;
	return 0;
}

void
session_get_rewrite(const struct session_table *t, uint32_t index,
	unsigned int w, struct rewrite *ret)
{
	const struct wing *wing = session_wing(t, index, w);
	const struct wing_nat *nat = &wing->v4.nat;

	if (unlikely(wing->flags & WING_NAT_WIDE)) {
		*ret = wide(t, index, w)->rw;
		return;
	}
	/* the union's IPv6 part stays as it is: nobody reads it */
	ret->flags = 0;
	ret->family = IP_V4;
	if ((wing->flags & WING_NAT) == 0)
		return;
	ret->flags = wing->flags & WING_NAT_PORTS
			     ? REWRITE_ADDRESSES | REWRITE_PORTS
			     : REWRITE_ADDRESSES;
	ret->l3_delta = ret->pseudo_delta = nat->address_delta;
	ret->l4_delta = nat->l4_delta;
	ret->sport_be = nat->sport_be;
	ret->dport_be = nat->dport_be;
	ret->v4.src_be = nat->src_be;
	ret->v4.dst_be = nat->dst_be;
}

static void *
record(const struct session_table *t, uint32_t index)
{
	return (uint8_t *)t->nat + (uint64_t)index * SESSION_NAT_SIZE;
}

struct session_nat *
session_nat_alloc(struct session_table *t, uint32_t index)
{
	session_at(t, index)->flags |= SESSION_NAT;
	return memset(record(t, index), 0, SESSION_NAT_SIZE);
}

struct session_nat *
session_nat(const struct session_table *t, uint32_t index)
{
	return session_at(t, index)->flags & SESSION_NAT ? record(t, index)
							 : NULL;
}
