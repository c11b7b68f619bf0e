/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both comparisons (characters of a line, lines of an output) are searches
 * with choices: how much does <any> take, how many lines does `...` take. Each
 * remembers the positions it has failed at, so the time is bounded by the
 * product of the two lengths, whatever the pattern.
 */
#include "lab/match.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "lab/vars.h"

/* ---- placeholders ---------------------------------------------------- */

/* How many bytes of text the placeholder may take at most; 0: none fits. */
typedef size_t span_fn(const char *text);

static size_t
span_any(const char *text)
{
	return strlen(text);
}

static size_t
span_word(const char *text)
{
	return strcspn(text, " ");
}

static size_t
span_number(const char *text)
{
	size_t n = strspn(text, "0123456789");

	if (n > 0 && text[n] == '.') {
		size_t frac = strspn(text + n + 1, "0123456789");

		if (frac > 0)
			n += 1 + frac;
	}
	return n;
}

static size_t
span_hex(const char *text)
{
	return strspn(text, "0123456789abcdefABCDEF");
}

static size_t
span_time(const char *text)
{
	size_t days = strspn(text, "0123456789wd");
	size_t clock;

	if (days == 0 || text[days] != ' ' || text[days - 1] != 'd')
		days = 0;
	else
		days++;
	clock = strspn(text + days, "0123456789:.");
	return memchr(text + days, ':', clock) == NULL ? 0 : days + clock;
}

static size_t
span_ip(const char *text)
{
	return strspn(text, "0123456789abcdefABCDEF.:");
}

static size_t
span_mac(const char *text)
{
	return strspn(text, "0123456789abcdefABCDEF:") >= 17 ? 17 : 0;
}

static const struct kind {
	const char *name;
	span_fn *span;
	size_t min;
	bool whole; /* takes all it can, never a part */
} kinds[] = {
	{"any", span_any, 0, false},
	{"word", span_word, 1, false},
	{"n", span_number, 1, true},
	{"hex", span_hex, 1, false},
	{"time", span_time, 1, true},
	{"ip", span_ip, 1, true},
	{"mac", span_mac, 17, true},
};

struct placeholder {
	const struct kind *kind;
	const char *var; /* in the pattern; NULL: not kept */
	size_t var_len;
	size_t len; /* of the placeholder in the pattern */
};

static bool
placeholder_at(const char *pattern, struct placeholder *ph)
{
	const char *end = *pattern == '<' ? strchr(pattern, '>') : NULL;
	const char *colon;
	size_t name_len;

	if (end == NULL)
		return false;
	colon = memchr(pattern, ':', (size_t)(end - pattern));
	name_len = (size_t)((colon != NULL ? colon : end) - pattern - 1);
	*ph = (struct placeholder){.len = (size_t)(end - pattern) + 1};
	if (colon != NULL) {
		ph->var = colon + 1;
		ph->var_len = (size_t)(end - colon - 1);
		if (!lab_var_name_valid(ph->var, ph->var_len))
			return false;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == name_len &&
			memcmp(kinds[i].name, pattern + 1, name_len) == 0)
			ph->kind = &kinds[i];
	return ph->kind != NULL;
}

/* ---- one line -------------------------------------------------------- */

struct line_search {
	const char *pattern, *text;
	size_t text_len;
	uint8_t *failed;       /* bit per (pattern, text) position */
	struct lab_vars *vars; /* where captures go; NULL: nowhere */
	int error;
};

static bool line_from(struct line_search *s, size_t p, size_t t);

static void
keep(struct line_search *s, const struct placeholder *ph, size_t t, size_t n)
{
	char name[65];

	if (s->vars == NULL || ph->var == NULL)
		return;
	memcpy(name, ph->var, ph->var_len);
	name[ph->var_len] = '\0';
	if (lab_vars_set(s->vars, name, s->text + t, n) < 0)
		s->error = -ENOMEM;
}

static bool
line_placeholder(
	struct line_search *s, const struct placeholder *ph, size_t p, size_t t)
{
	size_t max = ph->kind->span(s->text + t);
	size_t min = ph->kind->whole ? max : ph->kind->min;

	if (max < ph->kind->min)
		return false;
	for (size_t n = max + 1; n-- > min;) {
		if (line_from(s, p + ph->len, t + n)) {
			keep(s, ph, t, n);
			return true;
		}
	}
	return false;
}

static bool
line_from(struct line_search *s, size_t p, size_t t)
{
	struct placeholder ph;
	size_t begin_p = p, begin_t = t, bit;

	while (s->pattern[p] != '\0' && !placeholder_at(s->pattern + p, &ph)) {
		if (s->pattern[p] != s->text[t])
			return false;
		p++;
		t++;
	}
	if (s->pattern[p] == '\0')
		return s->text[t] == '\0';
	bit = begin_p * (s->text_len + 1) + begin_t;
	if (s->failed[bit / 8] & (1u << bit % 8))
		return false;
	if (line_placeholder(s, &ph, p, t))
		return true;
	s->failed[bit / 8] |= (uint8_t)(1u << bit % 8);
	return false;
}

/* 1, 0 or -ENOMEM */
static int
line_match(const char *pattern, const char *text, struct lab_vars *vars)
{
	struct line_search s = {pattern, text, strlen(text), NULL, vars, 0};
	bool ok;

	s.failed = calloc((strlen(pattern) + 1) * (s.text_len + 1) / 8 + 1, 1);
	if (s.failed == NULL)
		return -ENOMEM;
	ok = line_from(&s, 0, 0);
	free(s.failed);
	return s.error < 0 ? s.error : ok;
}

/* ---- lines ----------------------------------------------------------- */

struct lines {
	char **line;
	size_t n;
};

static void
lines_done(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->line[i]);
	free(l->line);
	*l = (struct lines){0};
}

/* The line with single spaces and none at either end. */
static char *
squeeze(const char *text, size_t len)
{
	char *out = malloc(len + 1);
	size_t n = 0;

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (!isspace((unsigned char)text[i]) && text[i] != '\0')
			out[n++] = text[i];
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

/* Takes `line`; blank ones are dropped. */
static int
lines_add(struct lines *l, char *line)
{
	char **grown;

	if (line == NULL)
		return -ENOMEM;
	if (*line == '\0') {
		free(line);
		return 0;
	}
	grown = realloc(l->line, (l->n + 1) * sizeof(*grown));
	if (grown == NULL) {
		free(line);
		return -ENOMEM;
	}
	l->line = grown;
	l->line[l->n++] = line;
	return 0;
}

static int
lines_split(struct lines *l, const char *text)
{
	int rc = 0;

	while (*text != '\0' && rc == 0) {
		size_t len = strcspn(text, "\n");

		rc = lines_add(l, squeeze(text, len));
		text += len + (text[len] == '\n');
	}
	return rc;
}

struct search {
	const struct lines *want, *have;
	bool prefix;
	uint8_t *failed;       /* bit per (want, have) position */
	struct lab_vars *vars; /* captures of the path that matched */
	size_t far_want, far_have;
	int error;
};

static bool
is_ellipsis(const char *line)
{
	return strcmp(line, "...") == 0;
}

static bool
lines_from(struct search *s, size_t w, size_t h)
{
	size_t bit = w * (s->have->n + 1) + h;
	int rc;

	if (s->error < 0 || (s->failed[bit / 8] & (1u << bit % 8)))
		return false;
	if (w > s->far_want || (w == s->far_want && h > s->far_have)) {
		s->far_want = w;
		s->far_have = h;
	}
	if (w == s->want->n && (s->prefix || h == s->have->n))
		return true;
	if (w < s->want->n && is_ellipsis(s->want->line[w])) {
		for (size_t i = h; i <= s->have->n; i++)
			if (lines_from(s, w + 1, i))
				return true;
	} else if (w < s->want->n && h < s->have->n) {
		rc = line_match(s->want->line[w], s->have->line[h], NULL);
		if (rc == 1 && lines_from(s, w + 1, h + 1)) {
			/* Again, now that the line is known to belong here. */
			rc = line_match(
				s->want->line[w], s->have->line[h], s->vars);
			if (rc < 0)
				s->error = rc;
			return rc == 1;
		}
		if (rc < 0)
			s->error = rc;
	}
	s->failed[bit / 8] |= (uint8_t)(1u << bit % 8);
	return false;
}

static int
mismatch(struct lab_mismatch *why, const char *expected, const char *got,
	bool forbidden)
{
	why->forbidden = forbidden;
	why->expected = expected == NULL ? NULL : strdup(expected);
	why->got = got == NULL ? NULL : strdup(got);
	return 0;
}

static int
search_lines(const struct lines *want, const struct lines *have, bool prefix,
	struct lab_vars *vars, struct lab_mismatch *why)
{
	struct search s = {want, have, prefix, NULL, vars, 0, 0, 0};
	const char *expected, *got;
	size_t w;
	bool ok;

	s.failed = calloc((want->n + 1) * (have->n + 1) / 8 + 1, 1);
	if (s.failed == NULL)
		return -ENOMEM;
	ok = lines_from(&s, 0, 0);
	free(s.failed);
	if (s.error < 0)
		return s.error;
	if (ok)
		return 1;
	/* After `...`, the line that was looked for and nowhere found. */
	w = s.far_want;
	expected = w < want->n ? want->line[w] : NULL;
	got = s.far_have < have->n ? have->line[s.far_have] : NULL;
	if (w > 0 && w < want->n && is_ellipsis(want->line[w - 1]))
		got = NULL;
	return mismatch(why, expected, got, false);
}

/* ---- the whole ------------------------------------------------------- */

#define NOT_MARK "<not> "

static int
check_forbidden(const struct lines * not, const struct lines *have,
	struct lab_mismatch *why)
{
	for (size_t i = 0; i < not ->n; i++) {
		for (size_t j = 0; j < have->n; j++) {
			int rc = line_match(not ->line[i], have->line[j], NULL);

			if (rc < 0)
				return rc;
			if (rc == 1)
				return mismatch(why, not ->line[i],
					have->line[j], true);
		}
	}
	return 1;
}

static int
sort_expected(char *const *expected, size_t n, const struct lab_vars *vars,
	struct lines *want, struct lines * not, bool *nothing)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		char *full = lab_vars_expand(vars, expected[i]);
		char *line = full ? squeeze(full, strlen(full)) : NULL;

		free(full);
		if (line == NULL)
			return -ENOMEM;
		if (strcmp(line, "<nothing>") == 0) {
			*nothing = true;
			free(line);
		} else if (strncmp(line, NOT_MARK, strlen(NOT_MARK)) == 0) {
			rc = lines_add(not, strdup(line + strlen(NOT_MARK)));
			free(line);
		} else {
			rc = lines_add(want, line);
		}
	}
	return rc;
}

int
lab_match(char *const *expected, size_t n, const char *output, bool prefix,
	struct lab_vars *vars, struct lab_mismatch *why)
{
	struct lines want = {0}, not = {0}, have = {0};
	bool nothing = false;
	int rc;

	*why = (struct lab_mismatch){0};
	rc = sort_expected(expected, n, vars, &want, &not, &nothing);
	if (rc == 0)
		rc = lines_split(&have, output);
	if (rc == 0)
		rc = check_forbidden(&not, &have, why);
	/* Only forbidden lines, or none at all: the rest is free. */
	if (rc == 1 && (want.n > 0 || nothing))
		rc = search_lines(&want, &have, prefix, vars, why);
	lines_done(&want);
	lines_done(&not );
	lines_done(&have);
	return rc;
}

void
lab_mismatch_done(struct lab_mismatch *why)
{
	free(why->expected);
	free(why->got);
	*why = (struct lab_mismatch){0};
}
