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

/* One global EAL and pool; call from the test's group setup. */
void box_eal(void);

/* Fails the test if the configuration does not compile. */
struct box *box_create(const char *config);
void box_free(struct box *b);

/* A commit. box_commit_errors returns the report's text (caller frees) or NULL
 * when the configuration was accepted. */
void box_commit(struct box *b, const char *config);
char *box_commit_errors(const char *config);

/* An interface goes down or up: the routes follow. */
void box_link(struct box *b, const char *ifl, bool up);

void box_sleep(struct box *b, uint32_t ms); /* and age sessions */

/* A packet to send in. Fields that are zero take the defaults. */
struct in {
	const char *ifl; /* "ge-0/0/0.0"; NULL: from the box itself, see vr */
	const char *vr;  /* with ifl NULL */
	const char *src, *dst;
	uint8_t proto;   /* IPP_*; IPP_ICMP means ICMPv6 with IPv6 addresses */
	uint16_t sport, dport; /* ICMP echo: identifier, sequence */
	uint8_t flags;         /* TCP_* */
	bool reply;            /* ICMP: echo reply instead of request */
	uint8_t ttl;           /* 64 */
	uint16_t len;          /* IP length; default 84 ICMP, 40/60 others */
	bool df;
};

struct out {
	enum verdict verdict;
	enum reason reason;
	enum answer answer;
	char ifl[64];  /* egress, with VERDICT_NEXT */
	char to[64];   /* MAC owner: the neighbour's address */
	uint8_t ttl;   /* as sent */
	bool checksum_ok;
	uint32_t session; /* slot; 0 none */
};

struct out box_send(struct box *b, const struct in *in);

/* The n-th living session, newest last; fails the test if there is none. */
struct session_info box_session(struct box *b, unsigned int n);
unsigned int box_sessions(struct box *b);

const struct env *box_env(struct box *b);
const struct flow_stats *box_stats(struct box *b);
const struct ifl_stats *box_ifl_stats(struct box *b, const char *ifl);
struct ifl_id box_ifl(struct box *b, const char *name);

#endif /* TESTS_FLOW_BOX_H */
