/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of explain/ share. */
#ifndef EXPLAIN_EXPLAIN_IMPL_H
#define EXPLAIN_EXPLAIN_IMPL_H

#include "base/tree.h"
#include "config/cnode.h"
#include "explain/explain.h"
#include "flow/env.h"
#include "flow/record.h"
#include "flow/reverse_route.h"
#include "flow/session.h"
#include "route/route_rib.h"

/* A configuration and what was made of it. */
struct explain_world {
	const struct cnode *root;
	const struct image *image;
	struct route_db *routes;
	/* set when they are this world's own: see world_make() */
	struct config_tree *tree;
	struct image *own_image;
	struct route_db *own_routes;
};

/* One packet after its dry run. */
struct dry_packet {
	bool ran;
	enum verdict verdict;
	struct pkt p; /* without its mbuf */
	struct record record;
	char text[160]; /* as packet_text() has it */
};

/* What one dry run has found out. */
struct dry_run {
	const struct ifl_spec *ifl; /* where the packet comes in */
	struct dry_packet packet, reply;
	bool has_session;
	struct session session;
	struct wing wing[2];
	uint32_t index;        /* of the session in the lab's table; 0: none */
	struct ifl_id out_ifl; /* where its replies arrive; none: the box */
	struct reverse_choice reverse; /* of the session */
	struct path back; /* what that table says of the initiator */
};

/* dry_run.c. 0, -ENODEV (no such interface), -EINVAL, -ENOMEM. */
int dry_run(const struct explain_env *env, const struct explain_world *w,
	const struct explain_query *q, struct dry_run *ret);
enum explain_result dry_run_result(const struct dry_run *d);

/* bytes.c: an mbuf in plain memory, with a frame or an IP packet. */
struct packet_desc {
	struct ip_addr src, dst;
	uint16_t sport, dport;
	uint8_t protocol, tcp_flags, icmp_type;
	uint16_t size;  /* 0: as large as needed */
	bool from_host; /* no Ethernet header */
	uint16_t vlan;
	uint8_t mac[6]; /* of the port that receives it */
	uint32_t seq, ack;
};
struct rte_mbuf *packet_bytes(const struct packet_desc *d); /* free() it */

/* world.c. The owner's committed one, the candidate, or one with changes. */
void world_committed(const struct explain_env *env, struct explain_world *ret);
/* lines: set and delete commands to apply first, or NULL. */
int world_make(const struct explain_env *env, const struct config_tree *tree,
	const char *lines, struct explain_world *ret, char *err,
	size_t err_size);
void world_done(struct explain_world *w);

/* steps.c: the answer. */
void steps_add(const struct explain_env *env, const struct explain_world *w,
	const struct explain_query *q, const struct dry_run *d,
	struct tnode *root);
struct tnode *step_add(struct tnode *side, const char *name, bool ok,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* "set ..." of the statement below a step; NULL: nothing. */
void step_line(struct tnode *step, const struct cnode *n);

/* step_route.c, step_policy.c, step_reply.c */
void step_route(const struct explain_world *w, struct vr_id vr,
	const struct ip_addr *dst, const struct path *path, const char *name,
	bool ok, struct tnode *side);
void step_policy(const struct explain_world *w, const struct dry_packet *d,
	struct tnode *side);
/* step_nat.c; side_of: NAT_OF_SOURCE or NAT_OF_DESTINATION */
void step_nat(const struct explain_world *w, const struct dry_packet *d,
	unsigned int side_of, struct tnode *side);
void step_reverse(const struct explain_world *w, const struct dry_run *d,
	struct tnode *side);

/* lines.c: which statement it was; NULL if none is written. */
const struct cnode *line_zone(const struct cnode *root, const char *zone);
const struct cnode *line_zone_interface(
	const struct cnode *root, const char *zone, const char *ifl);
const struct cnode *line_instance(const struct cnode *root, const char *vr);
const struct cnode *line_instance_interface(
	const struct cnode *root, const char *vr, const char *ifl);
const struct cnode *line_family(
	const struct cnode *root, const char *ifl, enum ip_family family);
const struct cnode *line_address(const struct cnode *root, const char *ifl,
	const struct ip_prefix *prefix);
const struct cnode *line_static(const struct cnode *root, const char *vr,
	const struct ip_prefix *prefix);
const struct cnode *line_import(
	const struct cnode *root, const char *vr, const char *from_vr);
const struct cnode *line_policy(const struct cnode *root,
	const struct image *image, const struct policy_spec *p,
	struct zone_id from, struct zone_id to);
const struct cnode *line_filter_term(const struct cnode *root,
	enum ip_family family, const char *filter, const char *term);
const struct cnode *line_nat_rule(const struct cnode *root, enum nat_kind kind,
	const char *set, const char *rule);
const struct cnode *line_mode(const struct cnode *root, enum ip_family family);
const struct cnode *line_reverse(const struct cnode *root,
	enum reverse_rule rule, const char *zone, const char *vr);
const struct cnode *line_host_inbound(
	const struct cnode *root, const char *zone, const char *ifl);

/* fixes.c: changes that make it work, tried; adds explain-fix elements. */
void fixes_add(const struct explain_env *env, const struct explain_world *w,
	const struct explain_query *q, const struct dry_run *d,
	struct tnode *root);

/* fix_lines.c: up to FIXES_MAX proposals for what failed in d. */
#define FIXES_MAX 6u
struct fix {
	const char *what; /* one sentence */
	char *lines;      /* owned: set and delete commands */
};
unsigned int fix_proposals(const struct explain_world *w,
	const struct explain_query *q, const struct dry_run *d,
	struct fix out[FIXES_MAX]);

/* Its name; "master" for the one without. */
static inline const char *
vr_name(const struct image *image, struct vr_id id)
{
	const struct vr_spec *vr = image_vr(image, id);

	return vr != NULL ? vr->name : "master";
}

#endif /* EXPLAIN_EXPLAIN_IMPL_H */
