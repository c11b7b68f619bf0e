/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configure private: a candidate of the session's own [CF-73]. It takes the
 * shared one's place while a verb runs, so the verbs know nothing of it.
 */
#include <errno.h>

#include "config/candidate.h"
#include "mgmt/conf_impl.h"
#include "mgmt/conf_store.h"
#include "mgmt/rpc_impl.h"

bool
conf_private_enter(struct session *s)
{
	if (s->private_candidate != NULL) {
		session_error(s, NO_COLUMN,
			"error: configuration database is already open");
		return false;
	}
	if (conf_is_changed(s->env)) {
		session_error(s, NO_COLUMN,
			"error: shared configuration database modified");
		return false;
	}
	if (!rpc_private_open(s)) {
		session_error(s, NO_COLUMN, "error: out of memory");
		return false;
	}
	session_print(
		s, "warning: uncommitted changes will be discarded on exit\n");
	return true;
}

bool
conf_private_begin(struct session *s)
{
	if (!s->private_mode || s->private_candidate == NULL)
		return false;
	config_store_swap(s->env->config, &s->private_candidate);
	return true;
}

void
conf_private_end(struct session *s, bool was)
{
	if (!was)
		return;
	/* nothing comes out when it is what was committed */
	config_store_swap(s->env->config, &s->private_candidate);
	if (s->private_candidate != NULL)
		return;
	if (!rpc_private_open(s))
		session_error(s, NO_COLUMN, "error: out of memory");
}

bool
conf_private_changed(struct session *s)
{
	return s->private_candidate != NULL &&
	       !config_equal(s->private_base, s->private_candidate);
}

/* update: what others committed since comes into the private candidate. */
void
conf_update(const struct conf_line *l)
{
	struct session *s = l->s;
	struct report r = REPORT_INIT;
	int rc;

	if (!conf_no_more(l, l->from))
		return;
	if (!s->private_mode) {
		session_error(
			s, NO_COLUMN, "error: private database is not in use");
		return;
	}
	rc = rpc_private_update(s, &r);
	conf_report_commit(s, &r);
	if (rc == -ENOMEM)
		session_error(s, NO_COLUMN, "error: out of memory");
	report_done(&r);
}
