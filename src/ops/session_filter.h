/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_filter - the filters of `show` and `clear security flow session`
 * from their arguments [OP-21].
 */
#ifndef OPS_SESSION_FILTER_H
#define OPS_SESSION_FILTER_H

#include "flow/flow_read.h"

struct image;
struct ops_request;

struct ops_session_filter {
	struct session_filter flow; /* what the workers check */
	bool nothing;               /* asks for what vrflow has none of */
	bool any;                   /* some filter was given */
	uint32_t start_id;          /* start-identifier; 0: none */
	uint32_t count;             /* at most; 0: all */
};

/* False with the error given. */
bool session_filter_read(struct ops_request *rq, const struct image *image,
	struct ops_session_filter *ret);

#endif /* OPS_SESSION_FILTER_H */
