/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/deadline.h"

#include <sys/timerfd.h>
#include <time.h>

#include "base/log.h"
#include "config/candidate.h"
#include "mgmt/server.h"

static int64_t
seconds_left(const struct ops_env *env)
{
	return env->config != NULL
		       ? config_store_pending(env->config, time(NULL))
		       : -1;
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* Until there is something to do: an end of waiting, a commit at, or a group
 * that is for hours. */
static int64_t
seconds_to_work(const struct ops_env *env)
{
	int64_t left = seconds_left(env), at, now = (int64_t)time(NULL);

	if (env->config == NULL)
		return left;
	left = earlier(left, config_store_when_next(env->config, now));
	if (config_store_at(env->config, &at) == NULL || at == CONFIG_AT_REBOOT)
		return left;
	return earlier(left, at > now ? at - now : 0);
}

void
deadline_arm(const struct ops_env *env, int timer_fd)
{
	int64_t left = seconds_to_work(env);
	struct itimerspec t = {0};

	if (left >= 0) {
		/* Late by less than a second rather than early: an early
		 * timer would find nothing to do yet. What is due is due at
		 * once: requests arm it anew, and would put it off for ever. */
		t.it_value.tv_sec = (time_t)left;
		t.it_value.tv_nsec = left > 0 ? 500000000 : 1;
	}
	timerfd_settime(timer_fd, 0, &t, NULL);
}

unsigned int
deadline_minutes(const struct ops_env *env)
{
	int64_t left = seconds_left(env);

	if (left < 0)
		return 0;
	return left == 0 ? 1 : (unsigned int)((left + 59) / 60);
}

/* [CF-72] */
static void
commit_at(struct mgmt_server *server, struct ops_env *env)
{
	struct report r = REPORT_INIT;
	int rc = 0;

	if (config_store_at_poll(env->config, time(NULL), &r, &rc)) {
		log_info("mgmt", "commit at %s errors=%u warnings=%u",
			rc == 0 ? "complete" : "failed", r.errors, r.warnings);
		mgmt_server_notice(server, "%s",
			rc == 0 ? "Scheduled commit complete."
				: "Scheduled commit failed; the configuration "
				  "is unchanged.");
	}
	report_done(&r);
}

/* [CF-66] */
static void
groups_by_time(struct ops_env *env)
{
	struct report r = REPORT_INIT;
	int rc = 0;

	if (config_store_when_poll(env->config, time(NULL), &r, &rc))
		log_info("mgmt", "groups of this time %s errors=%u",
			rc == 0 ? "in force" : "refused", r.errors);
	report_done(&r);
}

void
deadline_run(struct mgmt_server *server, struct ops_env *env)
{
	struct report r = REPORT_INIT;

	if (env->config != NULL) {
		groups_by_time(env);
		commit_at(server, env);
	}

	if (env->config != NULL &&
		config_store_poll(env->config, time(NULL), &r)) {
		bool ok = report_ok(&r);

		log_warn("mgmt",
			"commit was not confirmed, rolled back "
			"errors=%u",
			r.errors);
		mgmt_server_notice(server, "%s",
			ok ? "Commit was not confirmed; automatic rollback "
			     "complete."
			   : "Commit was not confirmed; automatic rollback "
			     "failed.");
	}
	report_done(&r);
}
