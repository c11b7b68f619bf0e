/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf_store - the configuration store as configuration mode asks it, with the
 * answers as messages of the session. A thin layer over config/candidate.h.
 */
#ifndef MGMT_CONF_STORE_H
#define MGMT_CONF_STORE_H

#include "config/candidate.h"
#include "mgmt/conf_impl.h"

/* NULL when the daemon has no store. */
const struct config_tree *conf_committed(const struct ops_env *env);
/* To be changed; NULL: out of memory. */
struct config_tree *conf_candidate(const struct ops_env *env);
/* The same, only to be read: see config/candidate.h. */
const struct config_tree *conf_candidate_read(const struct ops_env *env);

/* Has the candidate changes that are not committed? */
bool conf_is_changed(const struct ops_env *env);

/* Configuration n, the caller's; NULL after a message. */
struct config_tree *conf_rollback_tree(struct session *s, unsigned int n);

/* `edit` of list entries that are not there yet makes them. */
void conf_create_entries(struct session *s, const struct cpath *p);

/* Delete the entries below words[from..) whose names match a pattern. */
void conf_wildcard_delete(const struct conf_line *l, size_t from);

#endif /* MGMT_CONF_STORE_H */
