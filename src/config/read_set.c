/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of set, delete, deactivate and the other verbs into a tree. */
#include <errno.h>

#include "config/cedit.h"
#include "config/read.h"

static void
line_error(struct report *report, unsigned int line, const char *message)
{
	report_add(report, REPORT_ERROR, line, NULL, NULL, "%s", message);
}

/* Go on behind the end of the line. */
static enum token
skip_line(struct lexer *lx, struct wordvec *v)
{
	while (lx->at < lx->end && *lx->at != '\n')
		lx->at++;
	wordvec_reset(v);
	return lexer_next(lx, v);
}

static const char *
token_text(enum token t)
{
	return t == TOKEN_OPEN ? "{" : t == TOKEN_CLOSE ? "}" : ";";
}

/* Read one line into e->words; false at the end of the text. */
static bool
next_line(struct lexer *lx, struct cedit *e, struct wordvec *v)
{
	enum token t;

	wordvec_reset(v);
	for (;;) {
		t = lexer_next(lx, v);
		if (t == TOKEN_WORD)
			continue;
		if (t == TOKEN_COMMENT && v->n == 0)
			continue;
		if (t == TOKEN_COMMENT)
			t = TOKEN_NEWLINE;
		break;
	}
	wordvec_fix(v);
	e->line = v->n > 0 ? v->w[0].line : lx->line;
	if (t == TOKEN_ERROR) {
		line_error(e->report, e->line, lx->error);
		skip_line(lx, v);
		wordvec_reset(v);
	} else if (t != TOKEN_NEWLINE && t != TOKEN_EOF) {
		report_add(e->report, REPORT_ERROR, lx->line, NULL,
			token_text(t), "syntax error");
		skip_line(lx, v);
		wordvec_reset(v);
	}
	return t != TOKEN_EOF;
}

int
read_set(struct config_tree *t, const char *text, size_t len,
	struct report *report)
{
	struct cedit e = {.tree = t, .report = report};
	struct wordvec v = WORDVEC_INIT;
	struct lexer lx;
	bool more = true;
	int rc = 0;

	lexer_init(&lx, text, len, true);
	while (more && rc != -ENOMEM && report->n < READ_ERRORS_MAX) {
		more = next_line(&lx, &e, &v);
		if (v.failed)
			rc = -ENOMEM;
		else if (v.n > 0)
			rc = cedit_command(&e, v.w, v.n);
	}
	if (report->n >= READ_ERRORS_MAX)
		line_error(report, lx.line, "too many errors");
	cedit_done(&e);
	wordvec_done(&v);
	lexer_done(&lx);
	if (rc == -ENOMEM)
		return rc;
	return report_ok(report) ? 0 : -EINVAL;
}

bool
read_is_set(const char *text, size_t len)
{
	struct wordvec v = WORDVEC_INIT;
	struct lexer lx;
	enum token t;
	bool is_set;

	lexer_init(&lx, text, len, false);
	do {
		t = lexer_next(&lx, &v);
	} while (t == TOKEN_COMMENT);
	wordvec_fix(&v);
	is_set = t == TOKEN_WORD && !v.failed && !v.w[0].quoted &&
		 cedit_is_verb(v.w[0].text, 0);
	wordvec_done(&v);
	lexer_done(&lx);
	return is_set;
}
