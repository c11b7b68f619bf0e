/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/secret.h"

#include <crypt.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config/cedit.h"
#include "mgmt/conf_store.h"

#define LENGTH_MIN 6u
#define LENGTH_MAX 128u

/* "plain" and more: less could mean another statement one day. */
static bool
is_word(const struct cmdword *w)
{
	return !w->quoted && strlen(w->text) >= 5 &&
	       cmdword_abbreviates(w->text, SECRET_WORD);
}

/* The path of the words before it, when a password may stand there. */
static char *
path_of(const struct conf_line *l)
{
	struct sbuf text = SBUF_INIT;
	struct parse_error e;
	struct conf_words cw;
	struct cpath p = {0};

	if (conf_words_init(&cw, l->prefix, l->w, l->from, l->to - 1) < 0)
		return NULL;
	if (conf_path_parse(&cw, 0, &p, &e) == 0 && p.n > 0 &&
		schema_child(p.steps[p.n - 1].schema, "encrypted-password"))
		conf_path_text(&p, &text);
	cpath_done(&p);
	conf_words_done(&cw);
	return text.len > 0 ? sbuf_take(&text) : NULL;
}

bool
secret_asked(const struct conf_line *l)
{
	struct session *s = l->s;
	char *path;

	if (l->to == l->from || !is_word(&l->w->w[l->to - 1]) ||
		!cmdword_abbreviates(l->w->w[l->verb].text, "set"))
		return false;
	path = path_of(l);
	if (path == NULL)
		return false;
	free(s->secret_line);
	s->secret_line = path;
	s->want = WANT_SECRET;
	session_end_asking(s, "secret", NULL, NULL);
	return true;
}

/* As Junos: six characters, and not all of one kind. False after an error. */
static bool
is_good(struct session *s, const char *text)
{
	size_t len = strlen(text);
	unsigned int kinds = 0;

	for (const char *p = text; *p != '\0'; p++)
		kinds |= islower((unsigned char)*p)   ? 1
			 : isupper((unsigned char)*p) ? 2
			 : isdigit((unsigned char)*p) ? 4
						      : 8;
	if (len < LENGTH_MIN)
		session_error(s, NO_COLUMN,
			"error: minimum password length is %u", LENGTH_MIN);
	else if (len > LENGTH_MAX)
		session_error(s, NO_COLUMN,
			"error: maximum password length is %u", LENGTH_MAX);
	else if ((kinds & (kinds - 1)) == 0)
		session_error(s, NO_COLUMN,
			"error: require change of case, digits or punctuation");
	else
		return true;
	return false;
}

/* set PATH encrypted-password "..." */
static void
set_hash(struct session *s, const char *path, const char *hash)
{
	struct report r = REPORT_INIT;
	struct cedit e = {.report = &r, .tree = conf_candidate(s->env)};
	struct cmdline line = {0}, none = {0};
	struct conf_words prefix = {0}, cw = {0};
	struct sbuf text = SBUF_INIT;

	sbuf_printf(&text, "set encrypted-password \"%s\"", hash);
	if (e.tree != NULL && cmdline_split(sbuf_text(&text), &line) == 0 &&
		conf_words_init(&prefix, path, &none, 0, 0) == 0 &&
		conf_words_init(&cw, "", &line, 0, line.n) == 0) {
		e.prefix = prefix.w;
		e.n_prefix = prefix.n_prefix;
		if (cedit_command(&e, cw.w, cw.n) == 0)
			session_touch(s);
		conf_report(s, &r);
	} else {
		session_error(s, NO_COLUMN, "error: out of memory");
	}
	cedit_done(&e);
	conf_words_done(&cw);
	conf_words_done(&prefix);
	cmdline_done(&line);
	sbuf_done(&text);
	report_done(&r);
}

static void
take(struct session *s, const char *text)
{
	struct crypt_data data = {0};
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *hash;
	bool private;

	/* The salt's randomness comes from the kernel. */
	if (crypt_gensalt_rn("$6$", 0, NULL, 0, salt, sizeof(salt)) == NULL) {
		session_error(s, NO_COLUMN, "error: no salt for a password");
		return;
	}
	hash = crypt_rn(text, salt, &data, sizeof(data));
	if (hash == NULL) {
		session_error(
			s, NO_COLUMN, "error: cannot encrypt the password");
		return;
	}
	private = conf_private_begin(s);
	set_hash(s, s->secret_line, hash);
	conf_private_end(s, private);
	explicit_bzero(&data, sizeof(data));
}

void
secret_data(struct session *s, const char *text)
{
	s->want = WANT_NOTHING;
	if (text == NULL)
		s->failed = true; /* the client has said why */
	else if (!conf_locked(s) && is_good(s, text))
		take(s, text);
	free(s->secret_line);
	s->secret_line = NULL;
	session_end(s);
}
