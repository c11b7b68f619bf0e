/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ICMP error comes from whatever is on the way, so of its own addresses only
 * those change that the wing changes: the receiver's always; the sender's when
 * the wing hides that side, since nobody beyond could tell who it is (RFC 5508
 * 4.2, REQ-5). What it quotes becomes the packet that its receiver once sent
 * [NA-53].
 */
#include "flow/nat_translate.h"

#include "flow/session.h"
#include "pkt/rewrite.h"

/* As p, with each address for which from and to differ taken of to. */
static struct flow_key
outer(const struct pkt *p, const struct flow_key *from,
	const struct flow_key *to)
{
	struct flow_key k = p->key;

	if (k.family == IP_V4) {
		if (from->v4.src_be != to->v4.src_be)
			k.v4.src_be = to->v4.src_be;
		if (from->v4.dst_be != to->v4.dst_be)
			k.v4.dst_be = to->v4.dst_be;
		return k;
	}
	if (memcmp(from->v6.src, to->v6.src, 16) != 0)
		memcpy(k.v6.src, to->v6.src, 16);
	if (memcmp(from->v6.dst, to->v6.dst, 16) != 0)
		memcpy(k.v6.dst, to->v6.dst, 16);
	return k;
}

static void
translate_error(const struct env *env, struct pkt *p)
{
	const struct wing *w = session_wing(env->sessions, p->session, 0);
	const struct flow_key *sent = &w[1 - p->wing].key;
	struct flow_key to = flow_key_reverse(sent, 0), new;
	struct rewrite rw;

	new = outer(p, &w[p->wing].key, &to);
	rewrite_build(&rw, &p->key, &new);
	rewrite_nat(p, &rw);
	rewrite_quoted(p, sent);
}

void
nat_translate(const struct env *env, struct pkt *p)
{
	struct rewrite rw;

	if (unlikely(p->icmp_error)) {
		translate_error(env, p);
		return;
	}
	session_get_rewrite(env->sessions, p->session, p->wing, &rw);
	rewrite_nat(p, &rw);
}
