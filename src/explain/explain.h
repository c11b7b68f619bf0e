/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain - what would happen to a packet and to its reply, and which lines of
 * the configuration say so [EX-1]. The answer comes from the packet path's own
 * code, run on tables of its own: nothing is installed, counted or sent. When
 * something fails, changes are proposed that were tried the same way.
 *
 * Threads: the control thread.
 */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"

struct compile_ids;
struct config_tree;
struct image;
struct image_spec;
struct neigh_table;
struct route_db;
struct route_spec;
struct tnode;

/* The packet. Ports in host order; ICMP: identifier and sequence number. */
struct explain_query {
	const char *ifl; /* "ge-0/0/0.0", or the port alone for its unit 0 */
	struct ip_addr src, dst;
	uint16_t sport, dport; /* sport 0: one is chosen */
	uint8_t protocol;
	uint8_t tcp_flags; /* 0: SYN */
	bool has_icmp_type;
	uint8_t icmp_type; /* else an echo request */
	uint16_t size;     /* of the IP packet; 0: as large as needed */
	bool candidate;    /* evaluate the candidate configuration */
	bool no_fixes;
};

/* What is asked. Everything is borrowed for the call. */
struct explain_env {
	const struct config_tree *committed, *candidate;
	const struct image *image; /* of the committed configuration */
	struct route_db *routes;
	const struct neigh_table *neigh; /* who has answered; NULL: nobody */
	const struct compile_ids *ids;
	uint64_t now_ms;
	/* What the owner adds to a compiled configuration; NULL: nothing. */
	int (*prepare)(
		void *ctx, struct image_spec *image, struct route_spec *routes);
	/* Which interfaces are up; NULL: all. */
	void (*links)(void *ctx, const struct image_spec *image, bool *ifl_up);
	/* The session that such a packet belongs to, or 0; NULL: none. */
	uint32_t (*session)(void *ctx, const struct explain_query *q,
		struct zone_id token, unsigned int *ret_wing);
	void *ctx;
};

enum explain_result {
	EXPLAIN_PASSES,
	EXPLAIN_PACKET_DROPPED,
	EXPLAIN_REPLY_DROPPED,
	EXPLAIN_FAILED /* no answer; the sentence is in err */
};

/* Fills root, of `explain-packet-information`. */
enum explain_result explain_packet(const struct explain_env *env,
	const struct explain_query *q, struct tnode *root, char *err,
	size_t err_size);

/*
 * Append "set ..." of the statement that a dropped packet can be blamed on;
 * false: no single one. ifl: where it came in, or NULL.
 */
struct drop_note;
struct ifl_spec;
struct sbuf;
bool explain_drop_line(const struct config_tree *tree,
	const struct image *image, const struct drop_note *note,
	const struct ifl_spec *ifl, struct sbuf *out);

#endif /* EXPLAIN_EXPLAIN_H */
