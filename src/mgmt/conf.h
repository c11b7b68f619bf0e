/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf - configuration mode: its verbs, their arguments, their texts. The
 * configuration engine (config/) does the work; here stands what is typed and
 * what is answered.
 */
#ifndef MGMT_CONF_H
#define MGMT_CONF_H

#include <stdbool.h>

#include "mgmt/session.h"

/* Run the line in s->words; ends the request or leaves it to a job. */
void conf_command(struct session *s);

/* Complete the word after w[from..to) in configuration mode. */
void conf_complete(
	struct session *s, const struct cmdline *w, struct completion *c);

/* configure [exclusive|private] */
void conf_enter(struct session *s, bool exclusive, bool private_mode);

/* What `end` asked the client for. */
void conf_load_data(struct session *s, const struct tnode *data);
void conf_compare_data(struct session *s, const char *text);
void conf_answer(struct session *s, const char *text);

/* The session is over: release its lock, drop what only it had. */
void conf_abandon(struct session *s);

/* show configuration [PATH], show system rollback N [compare M]. */
void conf_show_committed(struct session *s);
void conf_complete_committed(struct session *s, const struct cmdline *w,
	size_t from, struct completion *c);
void conf_show_rollback(struct session *s, unsigned int n, int compare);
void conf_show_commits(struct session *s);

/* request system configuration rescue, clear system commit. */
void conf_show_rescue(struct session *s);
void conf_rescue_save(struct session *s);
void conf_rescue_delete(struct session *s);
void conf_clear_commit(struct session *s);

#endif /* MGMT_CONF_H */
