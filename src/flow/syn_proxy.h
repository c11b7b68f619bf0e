/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syn_proxy - the box answers SYNs for a server that is flooded [SC-20].
 *
 *   client                    box                         server
 *     SYN x               -->
 *                         <-- SYN-ACK cookie, window 0    nothing is kept
 *     ACK x+1, cookie+1   --> the cookie is right: it becomes
 *                             SYN x                   -->
 *                                                     <-- SYN-ACK y
 *                             ACK                     -->
 *                         <-- ACK with a window
 *     data                <-> numbers of the server shifted by cookie - y
 *
 * The client's window of 0 keeps it from sending before the server is there, so
 * nothing is lost. The session is an ordinary one whose segments, in its table
 * and on the server's side, have the server's numbers.
 *
 * With syn-proxy instead of syn-cookie the box remembers whom it has answered,
 * queue-size of them for `timeout` seconds, and takes no other ACK [SC-22].
 *
 * Threads: one per worker. Packets of the box wait here until the worker asks.
 */
#ifndef FLOW_SYN_PROXY_H
#define FLOW_SYN_PROXY_H

#include "flow/env.h"
#include "image/screen_spec.h"

/* pkt.syn_proxy */
enum {
	SYN_PROXY_NONE,
	SYN_PROXY_ANSWER, /* a SYN: to be answered once a policy permits it */
	SYN_PROXY_OPEN,   /* was an ACK with a cookie, is now its SYN */
};

struct syn_proxy;

struct syn_proxy *syn_proxy_create(uint32_t max_sessions); /* NULL: no memory */
void syn_proxy_free(struct syn_proxy *x);

/* Answer p, a SYN that a policy permits and that would leave by out. HELD, or
 * a drop when too many are under way. */
enum verdict syn_proxy_answer(
	const struct env *env, struct pkt *p, struct ifl_id out);

/* Does p, an ACK without a session, answer a cookie? Then it becomes the SYN.*/
bool syn_proxy_accept(const struct env *env, struct pkt *p);

/* The session of such a p exists now; or ends. */
void syn_proxy_open(const struct env *env, const struct pkt *p, uint32_t index);
void syn_proxy_ended(const struct env *env, uint32_t index);

/* A segment of such a session (TCPT_PROXIED): what tcp_segment() does, and the
 * translation. */
enum verdict syn_proxy_segment(const struct env *env, struct pkt *p);

/* By how much the numbers in an ICMP error's quote must grow on the way to the
 * wing's far side; 0: the session is not translated. */
uint32_t syn_proxy_quote_delta(
	const struct env *env, uint32_t index, unsigned int wing);

/* Up to n packets of the box: to be routed. Less than n: that was all. */
unsigned int syn_proxy_release(
	struct syn_proxy *x, struct rte_mbuf **out, unsigned int n);

#endif /* FLOW_SYN_PROXY_H */
