/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rescue configuration and commits that wait, as operational commands
 * [CF-71] [CF-72].
 */
#include "config/candidate.h"
#include "mgmt/conf.h"
#include "mgmt/conf_impl.h"
#include "mgmt/rpc_impl.h"

static bool
has_store(struct session *s)
{
	if (s->env->config == NULL)
		session_error(s, NO_COLUMN,
			"error: there is no configuration database");
	return s->env->config != NULL;
}

/* Nothing to say when it has gone well, but a request wants its ok. */
static void
done(struct session *s, int rc, const struct report *r)
{
	conf_report(s, r);
	if (rc == 0 && s->is_rpc)
		rpc_ok(s);
}

void
conf_rescue_save(struct session *s)
{
	struct report r = REPORT_INIT;

	if (has_store(s))
		done(s, config_store_rescue_save(s->env->config, &r), &r);
	report_done(&r);
}

void
conf_rescue_delete(struct session *s)
{
	struct report r = REPORT_INIT;

	if (has_store(s))
		done(s, config_store_rescue_delete(s->env->config, &r), &r);
	report_done(&r);
}

void
conf_show_rescue(struct session *s)
{
	struct report r = REPORT_INIT;
	struct config_tree *t = NULL;
	struct commit_info info;
	const struct cmdline none = {0};
	struct conf_words cw;

	if (!has_store(s))
		return;
	if (config_store_rescue(s->env->config, &t, &info, &r) != 0) {
		conf_report(s, &r);
	} else if (conf_words_init(&cw, "", &none, 0, 0) == 0) {
		conf_print_place(s, t, &cw, true);
		conf_words_done(&cw);
	}
	config_free(t);
	report_done(&r);
}

void
conf_clear_commit(struct session *s)
{
	if (!has_store(s))
		return;
	if (s->is_rpc) {
		config_store_at_clear(s->env->config);
		rpc_ok(s);
	} else {
		session_print(s, "%s\n",
			config_store_at_clear(s->env->config)
				? "Pending commit cleared"
				: "No commit scheduled.");
	}
}
