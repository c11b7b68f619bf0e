/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_live - the two things that a configuration alone does not say: what
 * time it is, and which addresses a name has. The owner of a specification
 * tells it both between compile/ and image_build(), and makes a new image when
 * an answer has changed.
 *
 * Threads: the control thread.
 */
#ifndef IMAGE_IMAGE_LIVE_H
#define IMAGE_IMAGE_LIVE_H

#include "image/image_spec.h"

/* Is it in force at this second (since 1970, of the local time zone)? */
bool scheduler_active(const struct scheduler_spec *s, int64_t now);

/* Mark schedulers and their policies; true when one of them changed. */
bool image_spec_schedule(struct image_spec *spec, int64_t now);

/* Would image_spec_schedule() change something? */
bool image_spec_schedule_due(const struct image_spec *spec, int64_t now);

/*
 * Addresses of a name: at most n of them into out, both families; how many
 * there are. 0 when nothing is known (yet).
 */
typedef unsigned int (*dns_lookup_fn)(
	void *ctx, const char *name, struct ip_addr *out, unsigned int n);

#define DNS_ADDRESSES_MAX 32u /* of one name */

/* Add what the names of all address objects stand for. 0 or -ENOMEM. */
int image_spec_resolve(
	struct image_spec *spec, dns_lookup_fn lookup, void *ctx);

#endif /* IMAGE_IMAGE_LIVE_H */
