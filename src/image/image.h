/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image - the policy image: an image_spec made fast to ask. Immutable; built
 * by a commit, published with the routes in a `world` (flow/env.h), freed
 * after a grace period.
 *
 * Threads: build and free on the control thread, questions on any.
 * Cost: every question is a few array reads, but for image_policy_match().
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "image/image_spec.h"
#include "pkt/pkt.h"

struct image;

/*
 * Takes the spec (freed with the image when owned is true). 0, -EINVAL when
 * the spec contradicts itself (ids out of range, unknown references), -ENOMEM.
 */
int image_build(const struct image_spec *spec, bool owned, struct image **ret);
void image_free(struct image *image); /* NULL is fine */

const struct image_spec *image_spec_of(const struct image *image);

/* The interface that takes frames with this tag on this port, or NULL. */
const struct ifl_spec *image_ifl_of_frame(
	const struct image *image, struct ifd_id ifd, uint16_t vlan);

/* By id; NULL if there is none (any more). */
const struct ifl_spec *image_ifl(const struct image *image, struct ifl_id ifl);
const struct zone_spec *image_zone(
	const struct image *image, struct zone_id zone);
const struct vr_spec *image_vr(const struct image *image, struct vr_id vr);

/* The policy with this printed index; NULL if there is none (any more). */
const struct policy_spec *image_policy(
	const struct image *image, uint32_t index);

/* The number of a term among those of all filters, the same in every worker. */
uint32_t image_filter_slot(
	const struct image *image, unsigned int filter, unsigned int term);

/* By name, for the control thread; NULL if there is none. */
const struct ifl_spec *image_ifl_by_name(
	const struct image *image, const char *name);
const struct vr_spec *image_vr_by_name(
	const struct image *image, const char *name);
const struct zone_spec *image_zone_by_name(
	const struct image *image, const char *name);

/* "LAN"; "null" and "junos-host" for the builtin ones; "?" if gone. */
const char *image_zone_name(const struct image *image, struct zone_id zone);
const char *image_ifl_name(const struct image *image, struct ifl_id ifl);

/* What a first packet asks the policies [FL-11]. Ports in host order. */
struct policy_query {
	struct zone_id from, to;
	struct ip_addr src, dst;
	uint8_t protocol;
	uint16_t sport, dport;
	uint8_t icmp_type, icmp_code;
};

/*
 * What most packets need to know of the interface they came in on, without a
 * tag, or leave by: a copy of a few fields of ifl_spec and what follows from
 * the rest, built with the image.
 */
struct ifl_row_in {
	struct ifl_id ifl; /* none: no interface takes untagged frames */
	struct vr_id vr;
	uint16_t token;
	/* IPv4, IPv6: nothing but a session decides about a packet, or the
	 * routes alone: the family is on, no filter, no screen */
	bool plain[2], packet_mode[2];
};

struct ifl_row_out {
	uint16_t mtu[2]; /* IPv4, IPv6; 0: no such interface */
	bool filtered[2];
};

const struct ifl_row_in *image_row_in(
	const struct image *image, struct ifd_id ifd);
const struct ifl_row_out *image_row_out(
	const struct image *image, struct ifl_id ifl);

struct policy_result {
	enum policy_action action;
	uint32_t index;   /* printed: 2 for the default policy */
	uint32_t place;   /* in image_spec.policies; UINT32_MAX: default */
	uint32_t app;     /* in image_spec.apps; UINT32_MAX: none matched */
	uint32_t timeout; /* s, by [FL-12]; APP_TIMEOUT_NEVER */
	uint8_t flags;    /* RESULT_* of the policy */
};

enum {
	RESULT_COUNT = 1,
	RESULT_LOG_INIT = 2,
	RESULT_LOG_CLOSE = 4,
	RESULT_TCP_OPTIONS = 8, /* it has tcp-options [FL-33] */
	RESULT_POLICY = 16,     /* there is one; else the default decided */
};

/* The same by printed index: a byte, where the policy itself is far away. */
uint8_t image_policy_flags(const struct image *image, uint32_t index);

/* Exact zone pair, then global, then the default policy; first match ends. */
void image_policy_match(const struct image *image, const struct policy_query *q,
	struct policy_result *ret);

/* Which condition of one policy does not hold; the first of them. */
enum policy_miss {
	MISS_NOTHING,
	MISS_INACTIVE, /* by its scheduler */
	MISS_ZONE,
	MISS_SOURCE,
	MISS_DESTINATION,
	MISS_APPLICATION,
};
enum policy_miss image_policy_miss(const struct image *image, uint32_t place,
	const struct policy_query *q);

/* Place of the policy with this printed index; UINT32_MAX: none. */
uint32_t image_policy_place(const struct image *image, uint32_t index);

/* Is there any policy of exactly this pair of zones? [FL-14] */
bool image_has_context(
	const struct image *image, struct zone_id from, struct zone_id to);

/* The predefined application of a protocol and port ("junos-ssh"), or NULL. */
const char *image_service_name(
	const struct image *image, uint8_t protocol, uint16_t dport);

/* Timeout by protocol and port when no application gives one [FL-12]. */
uint32_t image_default_timeout(
	const struct image *image, uint8_t protocol, uint16_t dport);

#endif /* IMAGE_IMAGE_H */
