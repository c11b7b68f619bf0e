/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat_match - which NAT rule does a first packet meet? Questions on the image,
 * for any thread; none changes anything. A rule is its place in
 * nat_spec.rules[kind]; NAT_NO_RULE is none.
 *
 * What decides [NA-1] [NA-2]: of the rule sets whose ends fit, the most
 * specific one is asked first, rule by rule; one without a matching rule passes
 * the question on to the next less specific one.
 */
#ifndef IMAGE_NAT_MATCH_H
#define IMAGE_NAT_MATCH_H

#include "image/image.h"

#define NAT_NO_RULE UINT32_MAX

/*
 * What is known of the packet; who asks for destination or static NAT, before
 * the route, leaves the `to` side zero. Source and destination may be of two
 * families, once the destination was translated (NAT64). Ports in host order;
 * 0 for protocols without.
 */
struct nat_query {
	struct ifl_id in, out;
	struct zone_id from, to; /* of these interfaces */
	struct vr_id from_vr, to_vr;
	struct ip_addr src, dst;
	uint8_t protocol;
	uint16_t sport, dport;
	uint8_t icmp_type, icmp_code;
};

/* Is there any rule of this kind? When not, do not ask further. */
bool image_nat_has(const struct image *image, enum nat_kind kind);

uint32_t image_nat_match(const struct image *image, enum nat_kind kind,
	const struct nat_query *q);

/*
 * The static rule that translates the source of a packet which leaves through
 * q->out: its `from` is the egress side, its prefix holds the source, its
 * mapped ports the source port, its source-address the destination (as
 * translated before). A rule to the other family (`inet`, or a prefix of the
 * other family) asks for a source of the inside family and a destination of
 * the outside one [NA-5].
 */
uint32_t image_nat_match_reverse_static(
	const struct image *image, const struct nat_query *q);

/* By printed id, as sessions store them; NULL if there is none (any more). */
const struct nat_rule_spec *image_nat_rule(
	const struct image *image, enum nat_kind kind, uint32_t id);
const struct nat_pool_spec *image_nat_pool(
	const struct image *image, uint32_t id);

/* Does the interface answer ARP or ND for an address not its own? [NA-30] */
bool image_nat_proxy(const struct image *image, struct ifl_id ifl,
	const struct ip_addr *addr);

#endif /* IMAGE_NAT_MATCH_H */
