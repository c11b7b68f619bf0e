/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access_config - which statements of the configuration a user may see and
 * change: by the permissions of his class, and by what its allow-configuration
 * and deny-configuration name [CF-77].
 *
 * Threads: the control thread.
 */
#ifndef MGMT_ACCESS_CONFIG_H
#define MGMT_ACCESS_CONFIG_H

#include <stdbool.h>

#include "base/sbuf.h"
#include "config/ctree.h"
#include "mgmt/access.h"

/*
 * What the user may see of t: a tree of the caller's in *ret, NULL when he may
 * see all of it. 0 or -ENOMEM.
 */
int access_view(const struct access *a, const struct config_tree *t,
	struct config_tree **ret);

/*
 * May he make `before` into `after`? If not, the first statement that he may
 * not change is written to what. The digests of both are computed anew.
 */
bool access_change(const struct access *a, struct config_tree *before,
	struct config_tree *after, struct sbuf *what);

/* May he change everything? Then nobody need ask. */
bool access_change_all(const struct access *a);

/*
 * The same for a session: *t becomes what its user may see; *own is the
 * caller's to free, or NULL. 0 or -ENOMEM.
 */
int session_view(const struct session *s, const struct config_tree **t,
	struct config_tree **own);

/*
 * For the verbs of a session that change its candidate: the candidate as it
 * was, or NULL when all may be changed; then afterwards whether it may be what
 * it is now. If not, it is what it was, and *ret_what, the caller's, names the
 * statement.
 */
struct config_tree *access_guard(const struct session *s);
bool access_settle(
	const struct session *s, struct config_tree *before, char **ret_what);

#endif /* MGMT_ACCESS_CONFIG_H */
