/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ids - the small numbers by which the parts of vrflow name each other's
 * objects. Each is a struct of one member, so that the compiler refuses a zone
 * where a virtual router is meant. All are plain data and may be stored in
 * sessions; pointers may not.
 */
#ifndef BASE_IDS_H
#define BASE_IDS_H

#include <stdbool.h>
#include <stdint.h>

/* A physical port ("ge-0/0/0"): its place in image_spec.ifds. */
struct ifd_id {
	uint16_t v;
};

/*
 * A logical interface ("ge-0/0/0.0"). 0 is none; the number of an interface
 * name does not change while the daemon runs.
 */
struct ifl_id {
	uint16_t v;
};

/*
 * A virtual router. 0 is the master instance, user instances from 4 upward in
 * the order in which they were first committed [RR-6]; the N of ".local..N".
 */
struct vr_id {
	uint16_t v;
};

/* A security zone: 0 null, 2 junos-host, user zones from 6 [FL-3]. */
struct zone_id {
	uint16_t v;
};

/*
 * A next hop as `show route forwarding-table` prints it (Index) and as the
 * upper half of a session's `Route:` value [RR-7]. 0 is none.
 */
struct nexthop_id {
	uint32_t v;
};

/* An adjacency: (interface, neighbour address) -> MAC address. 0 is none. */
struct adj_id {
	uint32_t v;
};

#define IFL_NONE      ((struct ifl_id){0})
#define VR_MASTER     ((struct vr_id){0})
#define VR_FIRST_USER 4u
#define ZONE_NULL     ((struct zone_id){0})
/* Interfaces of functional-zone management: for the box only, no transit. */
#define ZONE_MANAGEMENT ((struct zone_id){1})
#define ZONE_JUNOS_HOST ((struct zone_id){2})
#define ZONE_FIRST_USER 6u
#define NEXTHOP_NONE    ((struct nexthop_id){0})
#define ADJ_NONE        ((struct adj_id){0})

/* Limits. Each is a size of a table indexed by the id. */
#define IFD_MAX  256u
#define IFL_MAX  16384u
#define VR_MAX   8192u
#define ZONE_MAX 8192u

#endif /* BASE_IDS_H */
