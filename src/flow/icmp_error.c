/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Junos does [FL-15]: the quoted packet left the box on the side where
 * the error now arrives; so the reverse of its tuple is the wing of that side,
 * and the error goes the way that wing's packets go. No policy is asked. An
 * error about no session is dropped. A UDP session that got an error ends soon.
 */
#include "flow/icmp_error.h"

#include "flow/session.h"
#include "pkt/parse.h"

#define UDP_ERROR_TIMEOUT_S 2u

enum verdict
icmp_error_find(const struct env *env, struct pkt *p)
{
	struct session_table *t = env->sessions;
	const uint8_t *quote;
	struct flow_key quoted, key;
	size_t len;
	uint32_t found;

	quote = parse_quoted(p, &len);
	if (quote == NULL || !parse_embedded(quote, len, &quoted, NULL))
		return drop(p, REASON_ICMP_NO_SESSION);
	key = flow_key_reverse(&quoted, p->key.token);
	found = session_find(t, &key, flow_key_hash(&key));
	if (found == 0)
		return drop(p, REASON_ICMP_NO_SESSION);
	p->session = found >> 1;
	p->wing = found & 1;
	p->icmp_error = true;
	if (quoted.protocol == IPP_UDP) {
		session_at(t, p->session)->close = CLOSE_ICMP_ERROR;
		session_set_timeout(t, p->session, UDP_ERROR_TIMEOUT_S,
			env->now_ms, env->now_s);
	}
	return VERDICT_NEXT;
}
