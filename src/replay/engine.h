/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine - the packet path of one configuration, without ports and threads,
 * under a clock that is set from outside. It is the workers' own packet path,
 * called by hand [LG-50].
 *
 * Every neighbour answers. Threads: one.
 */
#ifndef REPLAY_ENGINE_H
#define REPLAY_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/report.h"
#include "image/image.h"
#include "pkt/pkt.h"

struct engine;

/* Start DPDK without privileges, once. 0 or -errno with a sentence in err. */
int engine_global(char *err, size_t err_size);

/*
 * A configuration, curly or set text. NULL: what is wrong is in the report.
 * Its `security expect` is evaluated too; *ret_unmet is how many did not hold,
 * each a warning of the report.
 */
struct engine *engine_create(const char *text, size_t len, const char *name,
	uint32_t max_sessions, struct report *report, int *ret_unmet);
void engine_free(struct engine *e); /* NULL is fine */

const struct image *engine_image(const struct engine *e);

/* Where a frame comes in: a port, with the tag that the capture left out. */
struct engine_port {
	struct ifd_id ifd;
	uint16_t vlan; /* 0: what the frame says */
};

/*
 * By the name of a port or logical interface, of a Linux device ("ge-0-0-0"),
 * or of the device that the configuration gives a port. False: none.
 */
bool engine_port_find(
	const struct engine *e, const char *name, struct engine_port *ret);

struct engine_tuple {
	struct ip_addr src, dst;
	uint16_t sport, dport; /* host order */
};

struct engine_result {
	enum verdict verdict;
	enum reason reason;
	uint8_t answer; /* enum answer: what the sender would be told */
	bool parsed;    /* it is IP, as received: */
	uint8_t protocol;
	struct engine_tuple in;
	bool translated; /* and as sent, when NAT changed it */
	struct engine_tuple out;
	char ifl[NAME_MAX_LEN], zone[NAME_MAX_LEN];
	char egress[NAME_MAX_LEN], egress_zone[NAME_MAX_LEN];
	char next_hop[IP_TEXT_MAX];        /* "" if none */
	char instance[NAME_MAX_LEN];       /* table of the look-up */
	char policy[NAME_MAX_LEN];         /* "" if none was asked */
	char filter[2 * NAME_MAX_LEN + 8]; /* "F term T", that decided last */
	uint32_t session;                  /* printed id; 0 none */
	bool first;                        /* it made the session */
	uint8_t wing;
	uint64_t sessions_ended; /* since the packet before */
};

/* Time goes on to ns, timers run; then the frame arrives. */
void engine_frame(struct engine *e, const struct engine_port *port, uint64_t ns,
	const uint8_t *frame, uint32_t len, struct engine_result *ret);

/* The next event of a logging policy as text; false: none is left. */
struct sbuf;
bool engine_event(struct engine *e, struct sbuf *out);

uint64_t engine_sessions(struct engine *e); /* living */

#endif /* REPLAY_ENGINE_H */
