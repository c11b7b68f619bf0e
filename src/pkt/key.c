/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt/key.h"

/* Words, not fields: what is read again at once is in one piece. */
static void
reverse_v4(const struct flow_key *k, uint16_t token, struct flow_key *ret)
{
	const uint8_t *b = (const uint8_t *)k;
	uint64_t ports = get64(b), addresses = get64(b + 8);
	uint32_t turned = (uint32_t)ports << 16 | (uint32_t)ports >> 16;

	ports = turned | (ports & UINT64_C(0xffff00000000)) |
		(uint64_t)token << 48;
	addresses = addresses << 32 | addresses >> 32;
	memcpy(ret, &ports, 8);
	memcpy((uint8_t *)ret + 8, &addresses, 8);
}

struct flow_key
flow_key_reverse(const struct flow_key *k, uint16_t token)
{
	struct flow_key r = {.family = k->family};

	if (likely(k->family == IP_V4)) {
		reverse_v4(k, token, &r);
		return r;
	}
	r.sport_be = k->dport_be;
	r.dport_be = k->sport_be;
	r.protocol = k->protocol;
	r.token = token;
	memcpy(r.v6.src, k->v6.dst, sizeof(r.v6.src));
	memcpy(r.v6.dst, k->v6.src, sizeof(r.v6.dst));
	return r;
}
