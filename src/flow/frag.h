/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frag - fragments without reassembly: later fragments carry no ports, so they
 * borrow those of the first one of the same packet [FL-6]. What comes before
 * the first one waits here.
 *
 * One packet is what has the same source, destination, identification, token
 * and (IPv4) protocol. p->key.token must be set. At most FRAG_PACKETS are
 * remembered, at most FRAG_HELD fragments of each wait, all for FRAG_MS after
 * the last one that could be passed on. A packet that is complete is forgotten.
 *
 * Overlapping fragments never both pass [FL-7], for then filters and receiver
 * may see different packets (RFC 1858, 3128, 5722): a repeated fragment is
 * dropped, and one that overlaps in part takes the rest of its packet with it.
 *
 * Threads: one table per worker. Time is an input and must not go back.
 */
#ifndef FLOW_FRAG_H
#define FLOW_FRAG_H

#include <stdint.h>

#include "pkt/pkt.h"

#define FRAG_PACKETS 1024u
#define FRAG_HELD    4u
#define FRAG_MS      2000u
#define FRAG_PARTS   128u /* of a packet that is put together */

struct frag;

struct frag *frag_create(void); /* NULL: no memory */
void frag_free(struct frag *f); /* and all mbufs it keeps */

/*
 * NEXT   p->key is complete (also for all that are no fragments). From now on
 *        p's meta carries the ports (META_PORTS), so that it may be parsed
 *        again, after a hand-off, without being asked here again
 * HELD   the table keeps p->m
 * DROP   FRAGMENT_LIMIT, FRAGMENT_TABLE_FULL or FRAGMENT_OVERLAP
 */
enum verdict frag_resolve(struct frag *f, struct pkt *p, uint64_t now_ms);

/*
 * The same for a packet that is to be put together [SC-40]: HELD, until all of
 * it is here; then frag_release() has it, whole. At most FRAG_PARTS fragments.
 */
enum verdict frag_reassemble(struct frag *f, struct pkt *p, uint64_t now_ms);

/*
 * Up to n fragments that waited and whose ports are known now; they have
 * META_PORTS and are to be parsed. To be asked after each burst until it
 * returns less than n.
 */
unsigned int frag_release(
	struct frag *f, struct rte_mbuf **out, unsigned int n);

/*
 * Forget what is too old. Up to n fragments whose first one did not come: to be
 * freed as FRAGMENT_TIMEOUT. Less than n: that was all.
 */
unsigned int frag_expire(
	struct frag *f, uint64_t now_ms, struct rte_mbuf **out, unsigned int n);

unsigned int frag_count(const struct frag *f); /* packets remembered */

#endif /* FLOW_FRAG_H */
