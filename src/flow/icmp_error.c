/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [FL-15]: the quoted packet left the box on the side where
 * the error now arrives; so the reverse of its tuple is the wing of that side,
 * and the error goes the way that wing's packets go. No policy is asked. An
 * error about no session is dropped. A UDP session that got an error ends soon.
 */
#include "flow/icmp_error.h"

#include "flow/session.h"
#include "flow/syn_proxy.h"
#include "pkt/parse.h"
#include "pkt/rewrite_tcp.h"

#define UDP_ERROR_TIMEOUT_S 2u

bool
icmp_error_quoted(const struct pkt *p, struct flow_key *ret)
{
	size_t len;
	const uint8_t *quote;

	if (p->l4 == NULL) /* a later fragment: the quote was in the first */
		return false;
	quote = parse_quoted(p, &len);
	return quote != NULL && parse_embedded(quote, len, ret, NULL);
}

enum verdict
icmp_error_find(const struct env *env, struct pkt *p)
{
	struct session_table *t = env->sessions;
	struct flow_key quoted, key;
	uint32_t found;

	if (!icmp_error_quoted(p, &quoted))
		return drop(p, REASON_ICMP_NO_SESSION);
	key = flow_key_reverse(&quoted, p->key.token);
	found = session_find(t, &key, flow_key_hash(&key));
	if (found == 0)
		return drop(p, REASON_ICMP_NO_SESSION);
	p->session = found >> 1;
	p->wing = found & 1;
	p->icmp_error = true;
	return VERDICT_NEXT;
}

/* What the client was sent of a connection that the box began for its server
 * has other numbers than what the server sent [SC-20]. */
static void
translate_quote(const struct env *env, struct pkt *p)
{
	uint32_t delta = syn_proxy_quote_delta(env, p->session, p->wing);
	struct flow_key quoted;
	size_t len, l4;
	const uint8_t *quote = parse_quoted(p, &len);

	if (delta != 0 && parse_embedded(quote, len, &quoted, &l4))
		rewrite_tcp_quoted_seq(p, l4, delta);
}

void
icmp_error_apply(const struct env *env, struct pkt *p)
{
	struct session_table *t = env->sessions;

	if (session_wing(t, p->session, 0)->key.protocol == IPP_TCP)
		translate_quote(env, p);
	if (session_wing(t, p->session, 0)->key.protocol != IPP_UDP)
		return;
	session_at(t, p->session)->close = CLOSE_ICMP_ERROR;
	session_set_timeout(
		t, p->session, UDP_ERROR_TIMEOUT_S, env->now_ms, env->now_s);
}
