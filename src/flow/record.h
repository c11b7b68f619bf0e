/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record - what a dry run writes down while a packet goes its way: that which
 * neither the packet nor its session keeps. env->record is NULL on the packet
 * path; only the lists of orders (first_path.c, fast_path.c) look at it.
 */
#ifndef FLOW_RECORD_H
#define FLOW_RECORD_H

#include "flow/nat_first.h"
#include "flow/path.h"

struct record {
	bool routed;   /* the table was asked */
	struct pkt at; /* the packet when the policies had been asked, too */
	struct path path;
	struct nat_first nat; /* as far as it came; translated says if at all */
};

static inline void
record_way(struct record *r, const struct pkt *p, const struct path *path)
{
	r->routed = true;
	r->at = *p;
	r->path = *path;
}

#endif /* FLOW_RECORD_H */
