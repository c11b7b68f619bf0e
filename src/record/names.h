/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names - what the numbers in records are called. A record may be read after
 * the commit that took its policy away, so names once known stay known until
 * their number is given to another.
 *
 * Threads: the control thread.
 */
#ifndef RECORD_NAMES_H
#define RECORD_NAMES_H

#include "base/ids.h"
#include "image/image.h"

struct record_names;

struct record_names *record_names_create(void); /* NULL: no memory */
void record_names_free(struct record_names *n); /* NULL is fine */

/* A new configuration: learn its names. The image is kept for services. */
void record_names_learn(struct record_names *n, const struct image *image);

/* Never NULL: "N/A" for what was never known. */
const char *record_policy_name(const struct record_names *n, uint32_t index);
const char *record_zone_name(const struct record_names *n, struct zone_id zone);
const char *record_ifl_name(const struct record_names *n, struct ifl_id ifl);
const char *record_host_name(const struct record_names *n);
/* "junos-ssh"; "icmp"; "None" */
const char *record_service_name(
	const struct record_names *n, uint8_t protocol, uint16_t dport);
/* kind: enum nat_kind */
const char *record_nat_rule_name(
	const struct record_names *n, unsigned int kind, uint32_t id);

#endif /* RECORD_NAMES_H */
