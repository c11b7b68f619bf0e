/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen - the screens of the zone in which a packet arrives [SC-1]. Two looks:
 * at every packet, before fragments and sessions are asked, for what it shows
 * by itself and for floods; and at what would open a session, for scans, limits
 * and floods of SYNs. A zone without a screen costs one predictable branch:
 * p->screen is 0.
 *
 * env->screen is NULL in a dry run: then only what needs no memory is found,
 * and nothing is counted.
 *
 * Threads: one state per worker. Cost: each kind of memory that a screen needs
 * is one look into a table of fixed size (screen_table.h).
 */
#ifndef FLOW_SCREEN_H
#define FLOW_SCREEN_H

#include "flow/env.h"
#include "flow/flow_read.h"
#include "image/screen_spec.h"

struct session;

struct screen_state *screen_create(uint32_t max_sessions); /* NULL: no memory */
void screen_free(struct screen_state *s); /* and the mbufs it keeps */

/* Every packet that arrives, once. NEXT or a drop. */
enum verdict screen_packet(const struct env *env, struct pkt *p);

/* The parser has refused p: perhaps a screen knows why. p->reason may change.*/
void screen_malformed(const struct env *env, struct pkt *p);

/* The fragment table has refused p as overlapping. */
void screen_overlap(const struct env *env, struct pkt *p);

/*
 * A first packet. NEXT or a drop. p->syn_proxy is set when it is a SYN that the
 * box should answer itself, or an ACK that answers such an answer: then p has
 * become the SYN for which it stands.
 */
enum verdict screen_first(const struct env *env, struct pkt *p);

/* The session of p was installed; a session ended. */
void screen_session_opened(
	const struct env *env, const struct pkt *p, uint32_t index);
void screen_session_ended(
	const struct env *env, const struct session *s, uint32_t index);

/* Up to n packets of the box that wait to be routed; less: that was all. */
unsigned int screen_release(
	struct screen_state *s, struct rte_mbuf **out, unsigned int n);

/* Counters of this worker; zone or ifl by its id. */
const struct screen_stats *screen_zone_stats(
	const struct screen_state *s, struct zone_id zone);
const struct screen_stats *screen_ifl_stats(
	const struct screen_state *s, struct ifl_id ifl);
void screen_stats_clear(
	struct screen_state *s, struct zone_id zone, struct ifl_id ifl);

/* The screen of p's interface; p->screen is not 0. */
const struct screen_spec *screen_of(const struct env *env, const struct pkt *p);

#endif /* FLOW_SCREEN_H */
