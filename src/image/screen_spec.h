/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_spec - `security screen ids-option`, as plain data [SC-1]: which
 * attacks are looked for, and the thresholds. Part of image_spec.
 */
#ifndef IMAGE_SCREEN_SPEC_H
#define IMAGE_SCREEN_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

/* What a screen can find; the order is that of pkt/screen.def. */
enum screen_attack {
#define SCREEN(id, name, row, sentence) SCREEN_##id,
#include "pkt/screen.def"
#undef SCREEN
	SCREEN_COUNT
};

_Static_assert(SCREEN_COUNT <= 64, "one bit each");

#define SCREEN_BIT(id) (UINT64_C(1) << SCREEN_##id)

/* A set of 256 numbers: protocols, option types. */
struct screen_set {
	uint64_t word[4];
};

static inline bool
screen_set_has(const struct screen_set *s, uint8_t v)
{
	return (s->word[v >> 6] >> (v & 63) & 1) != 0;
}

static inline void
screen_set_add(struct screen_set *s, uint8_t v)
{
	s->word[v >> 6] |= UINT64_C(1) << (v & 63);
}

/* Of which protocols limit-session speaks. */
enum screen_protocol {
	SCREEN_ALL_PROTOCOLS,
	SCREEN_TCP,
	SCREEN_UDP,
	SCREEN_ICMP,
	SCREEN_PROTOCOLS
};

struct screen_limit { /* 0: no limit */
	uint32_t sessions;
	uint32_t packet_rate, session_rate; /* in a second */
};

/* Nobody in it is counted: each list that is not empty must hold. */
struct screen_white_list {
	char name[64];
	struct ip_prefix *src, *dst;
	size_t nsrc, ndst;
};

struct screen_spec {
	char name[64];
	char description[256];
	bool alarm_only; /* alarm-without-drop */
	uint64_t on;     /* SCREEN_BIT() */
	/* packets in a second */
	uint32_t icmp_flood, udp_flood;
	uint32_t syn_attack, syn_alarm, syn_source, syn_destination;
	uint32_t syn_queue, syn_timeout_s, syn_ack_ack;
	/* 10 different ones in so many microseconds */
	uint32_t ip_sweep_us, tcp_sweep_us, udp_sweep_us;
	uint32_t tcp_port_scan_us, udp_port_scan_us;
	uint32_t ext_limit; /* IPv6 extension headers */
	struct screen_set ext_headers, hop_options, destination_options;
	/* by source, by destination */
	struct screen_limit limit[2][SCREEN_PROTOCOLS];
	bool limited[2]; /* any of them is set */
	struct screen_white_list *syn_white, *udp_white;
	size_t nsyn_white, nudp_white;
};

/* Free what a screen points to, not the screen. */
void screen_spec_done(struct screen_spec *s);

/* As stable text, for golden tests. */
struct sbuf;
void screen_spec_dump(const struct screen_spec *s, struct sbuf *out);

/* "ICMP flood"; "?" past the end. */
const char *screen_attack_row(enum screen_attack a);

#endif /* IMAGE_SCREEN_SPEC_H */
