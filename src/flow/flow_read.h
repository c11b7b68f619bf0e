/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_read - what the operational commands may ask the packet path: sessions,
 * counters. The answers are copies, made by the workers themselves between two
 * bursts, so nothing here is read while it changes.
 *
 * Threads: the control thread (each call waits for the workers, microseconds).
 */
#ifndef FLOW_FLOW_READ_H
#define FLOW_FLOW_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"
#include "image/screen_spec.h"
#include "pkt/reason.h"

struct workers; /* io/worker.h */

enum session_state { SESSION_FREE, SESSION_VALID, SESSION_INVALID };

/* Which statement decided how the way back is looked up [RR-10]. */
enum reverse_rule {
	REVERSE_BY_HOST,     /* none: one side is the box itself [RR-6] */
	REVERSE_BY_DEFAULT,  /* none: flow mode */
	REVERSE_BY_GLOBAL,   /* security flow advanced-options */
	REVERSE_BY_INSTANCE, /* reverse-route of the routing instance */
	REVERSE_BY_ZONE,     /* reverse-route of the zone */
};

struct wing_info {
	struct ip_addr src, dst;
	uint16_t sport, dport; /* host order; ICMP: identifier, sequence */
	struct ifl_id ifl;     /* IFL_NONE: the box itself, see local_vr */
	struct vr_id local_vr; /* N of .local..N when ifl is IFL_NONE */
	struct zone_id token;
	uint16_t flag;          /* as printed: 0x21, 0x20, 0x30, 0x1021 ... */
	uint32_t route;         /* as printed: 0x90010; 0 none; 0xfffb0006 */
	struct ip_addr gateway; /* never IP_NONE: see [RR-7] */
	uint8_t fin_state;      /* 0 none, 1 one FIN seen, 2 both */
	uint32_t port_sequence; /* TCP: next sequence number it will send */
	uint32_t fin_sequence;  /* TCP: that of its FIN; 0: none yet */
	uint64_t packets, bytes;
};

struct session_info {
	uint32_t id;
	enum session_state state;
	uint8_t protocol;
	uint32_t policy_index; /* 1 self-traffic, 2 default, 4.. */
	char policy[64];       /* its name when the session was made */
	bool reverse_packet_mode;
	uint8_t reverse_rule;              /* enum reverse_rule, as of now */
	uint32_t timeout_max_s, timeout_s; /* UINT32_MAX: never */
	uint64_t start_s, duration_s; /* since the daemon's start; seconds */
	struct wing_info wing[2];     /* In, Out */
	char nat_pool[64];            /* source pool; "interface"; "" */
	/* printed ids of the rules of source and destination; 0: none */
	uint32_t nat_rule[2];
	uint8_t nat_kind[2]; /* enum nat_kind of these */
};

struct session_filter { /* all that are set must hold */
	uint32_t id;    /* 0: any */
	bool has_protocol, has_sport, has_dport, has_policy;
	uint8_t protocol;
	uint16_t sport, dport; /* of the In wing */
	uint32_t policy_index;
	struct ip_prefix src, dst; /* of the In wing; family IP_NONE: any */
	struct ifl_id ifl;         /* of either wing */
	struct zone_id zone;       /* of either wing; ZONE_NULL: any */
	enum ip_family family;     /* IP_NONE: any */
	bool nat;                  /* only translated ones */
	uint16_t dports[8];        /* application: destination port is one of */
	uint8_t ndports;
};

/*
 * Copy up to n matching sessions, in table order, from *cursor (0 at first) on.
 * Returns how many; *cursor is where to go on, 0 when the table is through.
 */
unsigned int sessions_read(struct workers *w, const struct session_filter *f,
	uint64_t *cursor, struct session_info *out, unsigned int n);

/* End all matching sessions; returns how many. */
uint64_t sessions_clear(struct workers *w, const struct session_filter *f);

struct session_counts {
	uint64_t valid, pending, invalidated, other, failed, in_use, max;
	uint64_t created, closed;
	uint64_t early_begun, early_ended; /* watermarks passed, how often */
	uint64_t unicast_v4, unicast_v6;
};
void session_counts_get(struct workers *w, struct session_counts *ret);

struct flow_stats { /* sums over all workers */
	uint64_t received, transmitted, forwarded, copied, dropped, fragments;
	uint64_t fragments_made; /* packets that were cut to leave */
	uint64_t host_in, host_out, first_path, fast_path, packet_mode;
	uint64_t reason[REASON_COUNT];
};
void flow_stats_get(struct workers *w, struct flow_stats *ret);
void flow_stats_clear(struct workers *w);

struct ifl_stats {
	/* what every packet touches: one line */
	uint64_t in_packets, in_bytes, out_packets, out_bytes;
	uint64_t policy_in_bytes, policy_out_bytes; /* of sessions */
	uint64_t self_packets, icmp_packets;
	uint64_t connections;
	uint64_t reason[REASON_COUNT]; /* of packets that came in here */
};
void ifl_stats_get(struct workers *w, struct ifl_id ifl, struct ifl_stats *ret);

/* The same of many, with few visits to each worker. */
void ifl_stats_read(struct workers *w, const struct ifl_id *ifl, unsigned int n,
	struct ifl_stats *out);

struct policy_stats { /* by place in image_spec.policies; hits: first packets */
	uint64_t hits;
	uint64_t in_packets, in_bytes, out_packets, out_bytes; /* with count */
	uint64_t sessions_created, sessions_active, sessions_closed;
};
/* index is the printed policy index; 2 is the default policy. */
void policy_stats_get(
	struct workers *w, uint32_t index, struct policy_stats *ret);

/*
 * The same of many, with few visits to each worker; packets and bytes are those
 * of sessions that have ended, and sessions_active is 0: nobody looks at living
 * sessions.
 */
void policy_stats_read(struct workers *w, const uint32_t *index, unsigned int n,
	struct policy_stats *out);

struct filter_counter {
	uint64_t packets, bytes;
	uint64_t over_packets, over_bytes; /* beyond the term's policer */
};
/* Counter of term `term` of filter `filter` (places in image_spec). */
void filter_counter_get(struct workers *w, unsigned int filter,
	unsigned int term, struct filter_counter *ret);

void filter_counter_clear(
	struct workers *w, unsigned int filter, unsigned int term);

/* One packet of a term with `then log` [FF-7]. */
struct filter_log_entry {
	uint64_t time_ms; /* monotonic, as env->time_ms */
	struct ip_addr src, dst;
	uint32_t len;
	uint32_t generation;   /* of the world that the places are of */
	uint16_t filter, term; /* places in image_spec */
	struct ifl_id ifl;     /* ingress */
	uint16_t sport, dport;
	uint8_t protocol;
	uint8_t action; /* enum filter_action */
	bool syslog;    /* also `then syslog` */
};

#define FILTER_LOG 512u /* the newest so many of each worker */

/* Copy the entries of one worker that are younger than number *seen, oldest
 * first; *seen becomes the newest one's. Returns how many; out has room for
 * FILTER_LOG. */
unsigned int filter_log_read(struct workers *w, unsigned int worker,
	uint64_t *seen, struct filter_log_entry *out);

/* What the screen of one zone, or at one interface, has seen [SC-11]. */
struct screen_stats {
	uint64_t attack[SCREEN_COUNT];
	uint64_t alarms; /* seconds over the alarm-threshold of syn-flood */
	uint64_t proxied, completed; /* SYNs answered; ACKs that came back */
	uint64_t forgotten; /* entries of its tables given up for others */
};

void screen_stats_get(struct workers *w, struct zone_id zone, struct ifl_id ifl,
	struct screen_stats *ret); /* the sum; either may be none */
void screen_stats_reset(
	struct workers *w, struct zone_id zone, struct ifl_id ifl);

#endif /* FLOW_FLOW_READ_H */
