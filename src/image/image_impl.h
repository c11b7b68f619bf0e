/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of an image; only image/ includes this. */
#ifndef IMAGE_IMAGE_IMPL_H
#define IMAGE_IMAGE_IMPL_H

#include "image/image.h"
#include "image/policy_tree.h"

/* One family's addresses of one policy side, sorted by nothing: few. */
struct range4 {
	uint32_t lo, hi; /* host order */
};

struct range6 {
	uint8_t lo[16], hi[16];
};

struct range_list {
	struct range4 *r4;
	struct range6 *r6;
	struct addr_wildcard *wild; /* IPv4 */
	uint32_t n4, n6, nwild;
	bool any4, any6; /* one range covers the whole family */
	bool excluded;
};

struct app_match {
	struct app_term_spec term;
	uint32_t app; /* in image_spec.apps */
	bool any;
};

struct policy {
	struct range_list src, dst;
	struct app_match *apps;
	uint32_t napps;
	const struct policy_spec *spec;
	uint32_t place; /* in image_spec.policies */
};

/* What a match says, without looking at the policy. */
struct policy_hot {
	uint32_t index;
	uint32_t app, timeout; /* of its first application; 0: by port */
	uint8_t action, flags; /* RESULT_* */
	bool one_app;
};

/* All policies of one (from, to), in order. */
struct context {
	uint32_t key;               /* from << 16 | to */
	uint32_t first, n;          /* in image.order */
	uint32_t next;              /* chain; UINT32_MAX ends */
	struct policy_tree tree[2]; /* IPv4, IPv6 */
};

struct timeout_port {
	uint8_t protocol;
	uint16_t port_lo, port_hi;
	uint32_t timeout;
};

struct nat_index; /* nat_impl.h */

struct image {
	const struct image_spec *spec;
	bool owned;
	const struct ifl_spec **ifl_by_id;
	uint32_t nifl_by_id;
	const struct zone_spec **zone_by_id;
	uint32_t nzone_by_id;
	const struct vr_spec **vr_by_id;
	uint32_t nvr_by_id;
	/* Interface of a frame: by port and, for tagged ports, by VLAN. */
	const struct ifl_spec *untagged[IFD_MAX];
	const struct ifl_spec **tagged[IFD_MAX]; /* 4096 each, or NULL */
	struct ifl_row_in row_in[IFD_MAX + 1];   /* the last: none */
	struct ifl_row_out *row_out;             /* by ifl id; 0: none */
	const struct policy_spec **policy_by_index;
	uint8_t *flags_by_index; /* RESULT_* */
	uint32_t npolicy_by_index;
	struct policy *policies;
	struct policy_hot *hot; /* by place */
	uint32_t *order;        /* policies by context, then the global ones */
	struct context *contexts;
	uint32_t ncontexts;
	uint32_t *context_hash; /* size is a power of two */
	uint32_t context_mask;
	uint32_t global_first, nglobal; /* in order */
	struct policy_tree global_tree[2];
	struct timeout_port *timeouts;
	uint32_t ntimeouts;
	uint32_t *filter_first; /* image_filter_slot() of term 0 */
	/* Bit i: some timeouts[] entry of UDP (0), TCP (1) has a port with
	 * this low byte; most ports have none. */
	uint8_t timeout_hint[256];
	struct nat_index *nat; /* NULL: no NAT */
};

#endif /* IMAGE_IMAGE_IMPL_H */
