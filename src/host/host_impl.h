/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of host/; the daemon's main loop uses host_loop.h. */
#ifndef HOST_HOST_IMPL_H
#define HOST_HOST_IMPL_H

#include <rte_ip_frag.h>

#include "host/host.h"
#include "host/host_loop.h"
#include "pkt/pkt.h"
#include "route/neigh_impl.h"

#define PINGS_MAX 16u
#define TAPS_MAX  4u

/* What the control thread knows of an adjacency beside struct adj. */
struct neigh_aux {
	uint64_t deadline_ms; /* when its state ends; 0: no timer */
	struct rte_mbuf *queue[NEIGH_QUEUE];
	uint8_t nqueue;
	uint8_t tries;
	bool router;
	bool gateway; /* a route names it */
};

struct host {
	struct host_config c;
	struct neigh_aux *aux; /* NEIGH_MAX; untouched pages cost nothing */
	uint64_t now_ms;
	uint64_t next_scan_ms;
	bool removed; /* entries wait for neigh_reuse() */
	struct ping *pings[PINGS_MAX];
	struct tap *taps[TAPS_MAX];
	struct drop_watch *watches[TAPS_MAX];
	struct dns *dns;
	uint16_t next_ping_id;
	struct rte_ip_frag_tbl *fragments;
	struct rte_ip_frag_death_row death;
	uint64_t reason[REASON_COUNT]; /* dropped here */
};

const struct image *host_image(const struct host *h);

/* Free m and count why. */
void host_drop(struct host *h, struct rte_mbuf *m, enum reason reason);

/* An mbuf with empty meta, or NULL. */
struct rte_mbuf *host_mbuf(struct host *h);

/* Send an IP packet of the box (no Ethernet header) through the flow path. */
void host_send_ip(struct host *h, struct rte_mbuf *m, struct vr_id vr,
	struct ifl_id scope);

/* Send a whole frame out of an interface; room for its header was left. */
void host_send_frame(struct host *h, struct rte_mbuf *m,
	const struct ifl_spec *ifl, const uint8_t dst[6], uint16_t ethertype);

/* Own address of this family on ifl, or NULL. Any: link-local last. */
const struct ip_addr *host_own_addr(
	const struct ifl_spec *ifl, const struct ip_addr *addr);
const struct ip_addr *host_source(
	const struct ifl_spec *ifl, enum ip_family family, bool link_local);

/* arp.c, nd.c: p was parsed; the mbuf stays the caller's. */
void arp_input(struct host *h, const struct pkt *p, const struct ifl_spec *ifl);
void arp_request(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *target, const uint8_t *unicast_mac);
void arp_announce(
	struct host *h, const struct ifl_spec *ifl, const struct ip_addr *own);
void nd_input(struct host *h, const struct pkt *p, const struct ifl_spec *ifl);
void nd_solicit(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *target, const uint8_t *unicast_mac);
void nd_announce(
	struct host *h, const struct ifl_spec *ifl, const struct ip_addr *own);

/* neigh_fsm.c */
void neigh_wait(struct host *h, struct rte_mbuf *m); /* PUNT_RESOLVE */
/* We heard (ifl, addr) is at mac. create: also if nobody asked. */
void neigh_heard(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *addr, const uint8_t mac[6], bool create,
	bool confirmed);
/* (ifl, addr) is known, but at another MAC address, which is kept though no
 * longer sure: an answer that must not override says so (RFC 4861 7.2.5). */
bool neigh_doubted(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *addr, const uint8_t mac[6]);
void neigh_set_router(struct host *h, const struct ifl_spec *ifl,
	const struct ip_addr *addr, bool router);
void neigh_scan(struct host *h); /* timers */
void neigh_forget(struct host *h, struct adj_id id, enum reason reason);

/* ping.c: an echo reply or an error about one of ours. */
void ping_input(struct host *h, const struct pkt *p);
void ping_tick(struct host *h);
uint64_t ping_deadline(const struct host *h); /* UINT64_MAX: none */

/* The address that a host on the way to dst would answer to; source: a wish,
 * or IP_NONE. */
bool host_pick_source(struct host *h, struct vr_id vr,
	const struct ip_addr *dst, const struct ip_addr *source,
	struct ip_addr *ret);

/* dns.c: answers that we wait for; true when it was one. */
struct dns *dns_create(void);
void dns_free(struct dns *d);
bool dns_input(struct host *h, const struct pkt *p);
void dns_tick(struct host *h);
uint64_t dns_deadline(const struct host *h); /* UINT64_MAX: none */
void dns_image_changed(struct host *h);

/* tap.c */
void tap_input(struct host *h, struct rte_mbuf *m, bool out);

/* drops.c */
void drops_input(struct host *h, const struct rte_mbuf *m);
void drops_stop_all(struct host *h);

#endif /* HOST_HOST_IMPL_H */
