/* SPDX-License-Identifier: Apache-2.0 */
/*
 * box - a whole packet path without ports and threads, for tests: a
 * configuration as text, packets in, verdicts and bytes out, time by hand.
 *
 * Every neighbour answers: when a packet waits for a MAC address the box makes
 * one up from the address and tries again.
 */
#ifndef TESTS_FLOW_BOX_H
#define TESTS_FLOW_BOX_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "flow/env.h"
#include "flow/session_read.h"

struct box;
struct route_db;

/* One global EAL and pool; call from the test's group setup. */
void box_eal(void);

/* Fails the test if the configuration does not compile. box_create_max: with
 * room for this many sessions (1000). box_free fails it if an mbuf is lost. */
struct box *box_create(const char *config);
struct box *box_create_max(const char *config, uint32_t max_sessions);
void box_free(struct box *b);

/* Others use the pool at the same time: box_free shall not count. */
void box_share_pool(struct box *b);

/* A commit. box_commit_errors returns the report's text (caller frees) or NULL
 * when the configuration was accepted. */
void box_commit(struct box *b, const char *config);
char *box_commit_errors(const char *config);

/* For the commits from now on: the time of schedulers, and what names stand
 * for (name, address, name, address, ..., NULL). */
void box_wall(int64_t unix_s);
void box_dns(const char *const *rows);

/* The numbers that names have in this box. */
const struct compile_ids *box_ids(const struct box *b);

/* An interface goes down or up: the routes follow. */
void box_link(struct box *b, const char *ifl, bool up);

void box_sleep(struct box *b, uint32_t ms); /* and age sessions */

/* What the daemon does after a commit: end orphaned sessions; how many. */
unsigned int box_sweep(struct box *b);

/* A packet to send in. Fields that are zero take the defaults. */
struct in {
	const char *ifl; /* "ge-0/0/0.0"; NULL: from the box itself, see vr */
	const char *vr;  /* with ifl NULL */
	const char
		*scope; /* with ifl NULL: interface of link-local addresses */
	const char *src, *dst;
	uint8_t proto; /* IPP_*; IPP_ICMP means ICMPv6 with IPv6 addresses */
	uint16_t sport, dport; /* ICMP echo: identifier, sequence */
	uint8_t flags;         /* TCP_* */
	uint16_t mss;          /* TCP option; 0: none */
	bool numbered; /* TCP: take these; otherwise box_tcp.c finds them */
	uint32_t seq, ack;
	uint16_t window;
	bool scaled; /* TCP: a window scale option, of this */
	uint8_t scale;
	bool reply;   /* ICMP: echo reply instead of request */
	uint8_t ttl;  /* 64 */
	uint16_t len; /* IP length; default 84 ICMP, 40/60 others */
	bool df, broadcast, other_station;
	const struct in *quote;       /* an ICMP error about this packet ... */
	uint8_t icmp_type, icmp_code; /* ... or another ICMP message */
	uint16_t icmp_mtu;            /* last two bytes of its second word */
	bool no_checksum;             /* UDP over IPv4 */
	bool owned;                   /* handed to the worker of its session */
	bool no_session;     /* routed only, as the box's own ICMP errors are */
	bool fragment, more; /* a fragment; not the last one */
	uint16_t frag_off;   /* bytes, multiple of 8 */
	uint32_t frag_id;
	const void *data; /* behind the L4 header; len must leave room */
	uint16_t data_len;
};

/* What the box tells the sender of a dropped packet. */
struct out_answer {
	bool sent; /* one was made, and routed to an interface */
	char ifl[64], to[64];
	char src[64], dst[64];
	uint8_t proto;      /* IPP_ICMP, IPP_ICMP6 or IPP_TCP */
	uint8_t type, code; /* ICMP */
	uint16_t mtu;       /* ICMP: the last two bytes of its second word */
	uint8_t flags;      /* TCP */
	bool checksum_ok;
};

struct out {
	enum verdict verdict;
	enum reason reason;
	enum answer answer;
	char ifl[64];   /* egress, with VERDICT_NEXT */
	char to[64];    /* MAC owner: the neighbour's address */
	uint8_t ttl;    /* as sent */
	uint16_t vlan;  /* tag to send with */
	uint16_t mss;   /* TCP option; 0: none */
	uint16_t owner; /* VERDICT_HANDOFF */
	bool owned;     /* ... as the one that has the session */
	bool checksum_ok;
	bool cut; /* to be cut into fragments of mtu bytes */
	uint16_t mtu;
	uint32_t session; /* slot; 0 none */
	struct vr_id vr;  /* table of the forward look-up */
	/* NEXT and LOCAL: as it leaves, read from its bytes; ports of ICMP as
	 * in `struct in`. quoted: an ICMP error's; family IP_NONE: none */
	char src[64], dst[64];
	uint16_t sport, dport;
	struct flow_key sent, quoted;
	bool quote_ok;      /* the quoted IPv4 header has the right checksum */
	uint16_t l4_check;  /* UDP checksum field as sent */
	uint16_t payload;   /* bytes behind the IPv4 or IPv6 header */
	uint16_t frag_word; /* IPv4: flags and offset */
	uint8_t icmp_type, icmp_code; /* of an error, with its second word */
	uint32_t icmp_rest;
	struct out_answer told;
};

struct out box_send(struct box *b, const struct in *in);
/* The same, to a worker that has an env of its own. */
struct out box_send_through(
	struct box *b, struct env *env, const struct in *in);

/* A frame of these bytes, received on an interface's port. */
struct out box_frame(
	struct box *b, const char *ifl, const uint8_t *frame, size_t len);

/* A fragment that waited and whose first one has come; false: none. */
bool box_released(struct box *b, struct out *ret);

/* A TCP segment as it leaves. */
struct out_segment {
	uint32_t seq, ack;
	uint16_t window;
	uint8_t flags, header; /* header: bytes */
	uint32_t len;          /* with the header */
	uint8_t options[40];
};

/* Send a TCP packet in; what leaves (VERDICT_NEXT). */
struct out_segment box_segment(
	struct box *b, const struct in *in, struct out *ret);

/* The next packet that the box has made for a connection that it answers;
 * false: none. */
bool box_own_segment(struct box *b, struct out *ret, struct out_segment *seg);

/* The n-th living session, newest last; fails the test if there is none. */
struct session_info box_session(struct box *b, unsigned int n);
unsigned int box_sessions(struct box *b);

void box_clear(struct box *b); /* end all sessions */

const struct env *box_env(struct box *b);
struct route_db *box_routes(struct box *b);
const struct flow_stats *box_stats(struct box *b);
const struct ifl_stats *box_ifl_stats(struct box *b, const char *ifl);
struct ifl_id box_ifl(struct box *b, const char *name);
uint64_t box_policy_hits(struct box *b, const char *policy);
struct filter_counter box_filter_counter(
	struct box *b, const char *filter, const char *term);

/* Be worker w of n. */
void box_worker(struct box *b, uint16_t w, uint16_t n);

/* box_packet.c: the packet that `in` describes, in an mbuf of the pool. */
struct rte_mempool;
struct rte_mempool *box_pool(void);
struct rte_mbuf *box_packet(struct box *b, const struct in *in);
bool box_checksums_ok(const struct pkt *p);

/* box_tcp.c: numbers for a segment of so many bytes of data. */
void box_tcp_reset(void);
void box_tcp_number(struct in *in, uint16_t payload);
const uint8_t *box_mac(struct box *b, struct ifd_id ifd);

#endif /* TESTS_FLOW_BOX_H */
