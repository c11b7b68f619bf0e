/* SPDX-License-Identifier: Apache-2.0 */
/* first_path - the order of decisions about a packet that has no session. */
#ifndef FLOW_FIRST_PATH_H
#define FLOW_FIRST_PATH_H

#include "flow/env.h"
#include "flow/nat_first.h"
#include "flow/path.h"

/* What the decisions about one first packet have found out. */
struct first {
	struct path path;
	struct nat_first nat;
	uint32_t policy;  /* printed index */
	uint32_t timeout; /* s */
	uint32_t session; /* not in the hash yet; 0: none */
	uint32_t hash[2]; /* of both wings of session */
	uint8_t flags;    /* SESSION_* */
};

/*
 * All decisions. NEXT with f->session: the session is complete but for its
 * place in the hash, whose line is on the way: first_path_end(). NEXT without
 * one: p belongs to a session (an ICMP error to the one that it is about), or
 * goes on without. Or a drop.
 */
enum verdict first_path_begin(
	const struct env *env, struct pkt *p, struct first *f);

/* NEXT: the session exists now, and p belongs to its In wing. Or a drop. */
enum verdict first_path_end(
	const struct env *env, struct pkt *p, struct first *f);

/* May other packets come between begin and end? Not when what they decide
 * depends on how many sessions there are, or on which keys are taken. */
bool first_path_may_wait(
	const struct env *env, const struct pkt *p, const struct first *f);

/*
 * Both at once. NEXT: a session exists now, with both wings, and p belongs to
 * its In wing (or, an ICMP error, to the session that it is about). Or a drop.
 */
enum verdict first_path_run(const struct env *env, struct pkt *p);

#endif /* FLOW_FIRST_PATH_H */
