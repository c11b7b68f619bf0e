/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `| compare`: what is shown against an earlier configuration or a file; at an
 * edit level, or with a path, only what is there [OP-116].
 */
#include <string.h>

#include "config/config.h"
#include "mgmt/access_config.h"
#include "mgmt/conf.h"
#include "mgmt/conf_impl.h"
#include "mgmt/conf_store.h"

/* The two trees at the place that the words name. */
static void
print_place(struct session *s, const struct config_tree *old,
	const struct config_tree *now, const struct cpath *p)
{
	struct config_tree *own_old = NULL, *own_now = NULL;
	struct sbuf out = SBUF_INIT;
	const struct cnode *a, *b;
	bool many_old, many_now;

	/* [CF-77] */
	if (session_view(s, &old, &own_old) != 0 ||
		session_view(s, &now, &own_now) != 0) {
		config_free(own_old);
		return;
	}
	a = conf_path_node(old, p, &many_old);
	b = conf_path_node(now, p, &many_now);
	/* Entries without a name: all of what they stand in. */
	if (many_old && a != NULL)
		a = ctree_parent(a);
	if (many_now && b != NULL)
		b = ctree_parent(b);
	config_compare_at(old, now, a, b, &out);
	if (out.failed)
		session_error(s, NO_COLUMN, "error: out of memory");
	else
		session_print_text(s, sbuf_text(&out));
	sbuf_done(&out);
	config_free(own_old);
	config_free(own_now);
}

void
conf_compare_place(struct session *s, const struct config_tree *now,
	const struct conf_words *cw)
{
	struct config_tree *old;
	struct parse_error e;
	struct cpath p = {0};

	if (conf_path_parse(cw, CPATH_OPEN, &p, &e) < 0) {
		session_parse_error(s, &e);
	} else if (s->pipes.file != NULL) {
		s->want = WANT_COMPARE;
		session_end_asking(s, "file", s->pipes.file, NULL);
	} else if ((old = conf_rollback_tree(s, s->pipes.rollback)) != NULL) {
		if (p.n == 0)
			conf_print_compare(s, old, now);
		else
			print_place(s, old, now, &p);
		config_free(old);
	}
	cpath_done(&p);
}

/* `| compare FILE`: the client has been asked for the file. */
void
conf_compare_data(struct session *s, const char *text)
{
	struct report r = REPORT_INIT;
	struct config_tree *old = NULL;
	bool private;

	s->want = WANT_NOTHING;
	if (text == NULL) {
		s->failed = true; /* the client has said why */
	} else if (config_load_text(text, strlen(text), NULL, &old, &r) < 0) {
		conf_report_commit(s, &r);
		session_error(
			s, NO_COLUMN, "error: the file is no configuration");
	} else if (s->configuring) {
		private = conf_private_begin(s);
		conf_print_compare(s, old, conf_candidate_read(s->env));
		conf_private_end(s, private);
	} else {
		conf_print_compare(s, old, conf_committed(s->env));
	}
	config_free(old);
	report_done(&r);
	session_end(s);
}
