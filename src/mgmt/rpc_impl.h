/* SPDX-License-Identifier: Apache-2.0 */
/* rpc_impl - what the files of rpc.h share. */
#ifndef MGMT_RPC_IMPL_H
#define MGMT_RPC_IMPL_H

#include "base/report.h"
#include "config/candidate.h"
#include "mgmt/rpc.h"

typedef void rpc_fn(struct session *s, const struct tnode *rpc);

rpc_fn rpc_get_configuration, rpc_get_rollback, rpc_get_rescue, rpc_get_commits,
	rpc_get_revision;
rpc_fn rpc_load, rpc_discard;
rpc_fn rpc_commit, rpc_cancel_commit;
rpc_fn rpc_lock, rpc_unlock, rpc_open, rpc_close, rpc_kill, rpc_session;

/* What an rpc-error says; NULL and 0 for what it does not. */
struct rpc_error {
	const char *type; /* "protocol" if NULL */
	const char *tag;  /* "operation-failed" if NULL */
	bool warning;
	const char *path; /* "system services": printed as [edit ...] */
	const char *message;
	const char *bad_element;
	unsigned int line;
	unsigned int session; /* who holds the lock */
};

/* As a child of parent, or (parent NULL) a frame of its own. */
void rpc_error(
	struct session *s, struct tnode *parent, const struct rpc_error *e);

/* All entries of a report. */
void rpc_report(
	struct session *s, struct tnode *parent, const struct report *r);

void rpc_ok(struct session *s);

/* A tree with this root; NULL, and the session gives up, without memory. */
/* A private candidate of what is committed now; false: out of memory. */
bool rpc_private_open(struct session *s);
/* What others committed meanwhile comes into it. */
int rpc_private_update(struct session *s, struct report *report);

struct tree *rpc_tree(struct session *s, const char *root);

/* How the text that follows stands in the reply. */
struct rpc_text {
	const char *element, *inside;
	const char *form; /* "text" if NULL */
	bool raw, always;
};
void rpc_text_begin(struct session *s, const struct rpc_text *t);

/* Does somebody else hold the lock? Then the error is sent. */
bool rpc_locked_by_other(struct session *s);

/* The attribute as a number 0..max; false after an error. */
bool rpc_number(struct session *s, const struct tnode *rpc, const char *attr,
	unsigned int max, unsigned int *ret);

bool rpc_is_standard(const struct session *s);

/* commit of a private candidate; as config_store_commit(). */
int rpc_private_commit(struct session *s, const struct commit_request *q,
	struct report *report);

#endif /* MGMT_RPC_IMPL_H */
