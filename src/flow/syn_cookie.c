/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/syn_cookie.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "flow/tcp_track.h"
#include "pkt/bytes.h"

#define PERIOD_S   32u
#define HASH_BITS  24u
#define HASH_MASK  ((1u << HASH_BITS) - 1)
#define SCALE_MAX  14u
#define SCALE_NONE 15u

/* Rounded down to one of these: by far most paths have the last one. */
static const uint16_t sizes[2][4] = {
	{536, 1300, 1400, 1460}, /* IPv4 */
	{1220, 1300, 1380, 1440},
};

static inline uint64_t
rotate(uint64_t v, unsigned int n)
{
	return v << n | v >> (64 - n);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

/* SipHash-2-4 of n whole words. */
static uint64_t
sip_hash(const struct syn_cookie_key *key, const uint64_t *word, size_t n)
{
	uint64_t v[4] = {key->k[0] ^ 0x736f6d6570736575,
		key->k[1] ^ 0x646f72616e646f6d, key->k[0] ^ 0x6c7967656e657261,
		key->k[1] ^ 0x7465646279746573};
	uint64_t last = (uint64_t)(n * 8) << 56;

	for (size_t i = 0; i <= n; i++) {
		uint64_t m = i < n ? word[i] : last;

		v[3] ^= m;
		sip_round(v);
		sip_round(v);
		v[0] ^= m;
	}
	v[2] ^= 0xff;
	for (unsigned int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The flow and the SYN's number, then `more`: what is to be sealed. */
static uint64_t
seal(const struct syn_cookie_key *k, const struct flow_key *flow, uint32_t isn,
	uint32_t more)
{
	uint64_t word[6] = {0};
	size_t len = flow->family == IP_V4 ? FLOW_KEY_V4 : FLOW_KEY_V6;

	memcpy(word, flow, len);
	word[5] = (uint64_t)isn << 32 | more;
	return sip_hash(k, word, 6);
}

void
syn_cookie_key_make(struct syn_cookie_key *k)
{
	struct timespec ts;

	if (getrandom(k, sizeof(*k), 0) == sizeof(*k))
		return;
	/* No kernel that runs us is without it; but never be predictable. */
	clock_gettime(CLOCK_REALTIME, &ts);
	k->k[0] = (uint64_t)ts.tv_nsec * 0x9e3779b97f4a7c15 ^ (uintptr_t)k;
	k->k[1] = (uint64_t)ts.tv_sec * 0xc2b2ae3d27d4eb4f ^ (uintptr_t)&ts;
}

static void
option_read(const uint8_t *o, struct syn_options *ret)
{
	if (o[0] == 2 && o[1] == 4)
		ret->mss = load16(o + 2);
	else if (o[0] == 3 && o[1] == 3)
		ret->scale = o[2] < SCALE_MAX ? o[2] : SCALE_MAX;
	else if (o[0] == 4 && o[1] == 2)
		ret->sack = true;
}

void
syn_options_read(const uint8_t *tcp, struct syn_options *ret)
{
	size_t len = (size_t)(tcp[12] >> 4) * 4, at = 20;

	*ret = (struct syn_options){.mss = 536, .scale = TCP_NO_SCALE};
	while (at < len && tcp[at] != 0) {
		if (tcp[at] == 1) {
			at++;
			continue;
		}
		if (at + 2 > len || tcp[at + 1] < 2 || at + tcp[at + 1] > len)
			break;
		option_read(tcp + at, ret);
		at += tcp[at + 1];
	}
}

static uint32_t
options_pack(const struct syn_options *o, enum ip_family family)
{
	const uint16_t *table = sizes[family == IP_V6];
	uint32_t size = 3;

	while (size > 0 && table[size] > o->mss)
		size--;
	return size | (o->scale == TCP_NO_SCALE ? SCALE_NONE : o->scale) << 2 |
	       (uint32_t)o->sack << 6;
}

static void
options_unpack(uint32_t v, enum ip_family family, struct syn_options *ret)
{
	uint32_t scale = v >> 2 & 15;

	ret->mss = sizes[family == IP_V6][v & 3];
	ret->scale = scale == SCALE_NONE ? TCP_NO_SCALE : (uint8_t)scale;
	ret->sack = (v >> 6 & 1) != 0;
}

uint32_t
syn_cookie_make(const struct syn_cookie_key *k, const struct flow_key *flow,
	uint32_t isn, uint32_t now_s, const struct syn_options *o)
{
	uint32_t period = now_s / PERIOD_S;
	uint32_t data = options_pack(o, flow->family) | (period & 1) << 7;
	uint32_t hash = (uint32_t)seal(k, flow, isn, period << 8 | data);
	uint32_t mask = (uint32_t)seal(k, flow, isn, UINT32_MAX);

	return ((data ^ mask) & 0xff) << HASH_BITS | (hash & HASH_MASK);
}

bool
syn_cookie_check(const struct syn_cookie_key *k, const struct flow_key *flow,
	uint32_t isn, uint32_t cookie, uint32_t now_s, struct syn_options *ret)
{
	uint32_t period = now_s / PERIOD_S;
	uint32_t mask = (uint32_t)seal(k, flow, isn, UINT32_MAX);
	uint32_t data = ((cookie >> HASH_BITS) ^ mask) & 0xff;

	if ((period & 1) != data >> 7)
		period--;
	if ((((uint32_t)seal(k, flow, isn, period << 8 | data)) & HASH_MASK) !=
		(cookie & HASH_MASK))
		return false;
	options_unpack(data, flow->family, ret);
	return true;
}
