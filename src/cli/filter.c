/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/filter.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "cli/resolve.h"

enum stage_kind {
	STAGE_MATCH,
	STAGE_EXCEPT,
	STAGE_FIND,
	STAGE_COUNT,
	STAGE_LAST,
	STAGE_TRIM,
	STAGE_SAVE,
	STAGE_APPEND,
	STAGE_TEE,
	STAGE_PASS,
	STAGE_RESOLVE,
	STAGE_MESSAGE,
};

static const struct {
	const char *name;
	enum stage_kind kind;
} stage_names[] = {
	{"match", STAGE_MATCH},
	{"except", STAGE_EXCEPT},
	{"find", STAGE_FIND},
	{"count", STAGE_COUNT},
	{"last", STAGE_LAST},
	{"trim", STAGE_TRIM},
	{"save", STAGE_SAVE},
	{"append", STAGE_APPEND},
	{"tee", STAGE_TEE},
	{"no-more", STAGE_PASS},
	{"hold", STAGE_PASS},
	{"refresh", STAGE_PASS},
	{"request", STAGE_MESSAGE},
	{"resolve", STAGE_RESOLVE},
};

struct stage {
	enum stage_kind kind;
	regex_t re;
	bool has_re, found;
	unsigned long n; /* lines counted; lines or columns wanted */
	unsigned long lines;
	char **ring; /* of last */
	size_t ring_at, ring_n;
	char *path;       /* of save, append, tee; of request: the user */
	struct sbuf text; /* of request; of resolve: the line */
	FILE *file;
	int error; /* of the file */
	struct stage *next;
};

struct filter_chain {
	struct stage *first;
	struct sbuf line; /* a line that has no end yet */
	filter_sink sink;
	void *ctx;
};

struct filter_chain *
filter_create(filter_sink sink, void *ctx)
{
	struct filter_chain *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->sink = sink;
	f->ctx = ctx;
	return f;
}

static void
stage_free(struct stage *s)
{
	if (s->has_re)
		regfree(&s->re);
	for (size_t i = 0; i < s->ring_n; i++)
		free(s->ring[i]);
	free(s->ring);
	free(s->path);
	sbuf_done(&s->text);
	if (s->file != NULL)
		fclose(s->file);
	free(s);
}

void
filter_free(struct filter_chain *f)
{
	struct stage *next;

	if (f == NULL)
		return;
	for (struct stage *s = f->first; s != NULL; s = next) {
		next = s->next;
		stage_free(s);
	}
	sbuf_done(&f->line);
	free(f);
}

static int
stage_init(struct stage *s, const char *argument, unsigned int screen_lines,
	char *why, size_t why_size)
{
	int rc;

	switch (s->kind) {
	case STAGE_MATCH:
	case STAGE_EXCEPT:
	case STAGE_FIND:
		rc = regcomp(&s->re, argument ? argument : "",
			REG_EXTENDED | REG_ICASE | REG_NOSUB);
		if (rc != 0) {
			regerror(rc, &s->re, why, why_size);
			return -EINVAL;
		}
		s->has_re = true;
		return 0;
	case STAGE_LAST:
		s->n = argument ? strtoul(argument, NULL, 10) : screen_lines;
		if (s->n > 1000000) {
			snprintf(why, why_size, "too many lines");
			return -EINVAL;
		}
		s->ring = calloc(s->n ? s->n : 1, sizeof(*s->ring));
		return s->ring != NULL ? 0 : -ENOMEM;
	case STAGE_TRIM:
		s->n = argument ? strtoul(argument, NULL, 10) : 0;
		return 0;
	case STAGE_RESOLVE:
		s->n = argument != NULL; /* full names */
		return 0;
	case STAGE_MESSAGE:
		s->path = argument != NULL ? strdup(argument) : NULL;
		return argument == NULL || s->path != NULL ? 0 : -ENOMEM;
	case STAGE_SAVE:
	case STAGE_APPEND:
	case STAGE_TEE:
		s->path = strdup(argument ? argument : "");
		return s->path != NULL ? 0 : -ENOMEM;
	default:
		return 0;
	}
}

int
filter_add(struct filter_chain *f, const char *name, const char *argument,
	unsigned int screen_lines, char *why, size_t why_size)
{
	struct stage *s = calloc(1, sizeof(*s)), **at = &f->first;
	size_t i = 0, n = sizeof(stage_names) / sizeof(stage_names[0]);
	int rc;

	if (s == NULL)
		return -ENOMEM;
	while (i < n && strcmp(stage_names[i].name, name) != 0)
		i++;
	if (i == n) {
		snprintf(why, why_size, "unknown pipe '%s'", name);
		free(s);
		return -EINVAL;
	}
	s->kind = stage_names[i].kind;
	rc = stage_init(s, argument, screen_lines, why, why_size);
	if (rc < 0) {
		stage_free(s);
		return rc;
	}
	while (*at != NULL)
		at = &(*at)->next;
	*at = s;
	return 0;
}

static void
to_file(struct stage *s, const char *line)
{
	if (s->file == NULL && s->error == 0) {
		s->file = fopen(s->path, s->kind == STAGE_APPEND ? "a" : "w");
		if (s->file == NULL)
			s->error = errno;
	}
	if (s->file == NULL || line == NULL)
		return;
	if (fprintf(s->file, "%s\n", line) < 0)
		s->error = errno;
	s->lines++;
}

static void
keep_last(struct stage *s, const char *line)
{
	char *copy = s->n > 0 ? strdup(line) : NULL;

	if (copy == NULL)
		return;
	if (s->ring_n < s->n) {
		s->ring[s->ring_n++] = copy;
		return;
	}
	free(s->ring[s->ring_at]);
	s->ring[s->ring_at] = copy;
	s->ring_at = (s->ring_at + 1) % s->n;
}

/* Skip n characters, not bytes: names may be UTF-8. */
static const char *
skip_columns(const char *line, unsigned long n)
{
	while (n > 0 && *line != '\0') {
		line++;
		while ((*line & 0xc0) == 0x80)
			line++;
		n--;
	}
	return line;
}

/* One line through stage s and the ones behind it. */
static void
pass(struct filter_chain *f, struct stage *s, const char *line)
{
	for (; s != NULL; s = s->next) {
		bool hit = s->has_re && regexec(&s->re, line, 0, NULL, 0) == 0;

		switch (s->kind) {
		case STAGE_MATCH:
			if (!hit)
				return;
			break;
		case STAGE_EXCEPT:
			if (hit)
				return;
			break;
		case STAGE_FIND:
			s->found |= hit;
			if (!s->found)
				return;
			break;
		case STAGE_COUNT:
			s->lines++;
			return;
		case STAGE_LAST:
			keep_last(s, line);
			return;
		case STAGE_TRIM:
			line = skip_columns(line, s->n);
			break;
		case STAGE_SAVE:
		case STAGE_APPEND:
			to_file(s, line);
			return;
		case STAGE_TEE:
			to_file(s, line);
			break;
		case STAGE_RESOLVE:
			sbuf_reset(&s->text);
			resolve_line(line, s->n != 0, &s->text);
			line = sbuf_text(&s->text);
			break;
		case STAGE_MESSAGE:
			sbuf_printf(&s->text, "%s\n", line);
			return;
		case STAGE_PASS:
			break;
		}
	}
	f->sink(f->ctx, line, strlen(line));
	f->sink(f->ctx, "\n", 1);
}

void
filter_feed(struct filter_chain *f, const char *text, size_t len)
{
	const char *end;

	if (f->first == NULL) {
		f->sink(f->ctx, text, len);
		return;
	}
	while (len > 0) {
		end = memchr(text, '\n', len);
		if (end == NULL) {
			sbuf_add(&f->line, text, len);
			return;
		}
		sbuf_add(&f->line, text, (size_t)(end - text));
		pass(f, f->first, sbuf_text(&f->line));
		sbuf_reset(&f->line);
		len -= (size_t)(end - text) + 1;
		text = end + 1;
	}
}

static bool
stage_end(struct filter_chain *f, struct stage *s, char *why, size_t why_size)
{
	char text[5000];

	switch (s->kind) {
	case STAGE_COUNT:
		snprintf(text, sizeof(text), "Count: %lu lines", s->lines);
		pass(f, s->next, text);
		break;
	case STAGE_LAST:
		for (size_t i = 0; i < s->ring_n; i++)
			pass(f, s->next, s->ring[(s->ring_at + i) % s->ring_n]);
		break;
	case STAGE_SAVE:
	case STAGE_APPEND:
	case STAGE_TEE:
		to_file(s, NULL); /* an empty output makes an empty file */
		if (s->file != NULL && fclose(s->file) != 0)
			s->error = errno;
		s->file = NULL;
		if (s->error != 0) {
			snprintf(why, why_size,
				"error: could not write '%s': "
				"%s",
				s->path, strerror(s->error));
			return false;
		}
		if (s->kind == STAGE_TEE)
			break;
		snprintf(text, sizeof(text),
			"Wrote %lu line%s of output to '%.4000s'", s->lines,
			s->lines == 1 ? "" : "s", s->path);
		pass(f, s->next, text);
		break;
	default:
		break;
	}
	return true;
}

bool
filter_message(
	const struct filter_chain *f, const char **ret_user, const char **ret)
{
	for (const struct stage *s = f->first; s != NULL; s = s->next)
		if (s->kind == STAGE_MESSAGE) {
			*ret_user = s->path;
			*ret = sbuf_text(&s->text);
			return true;
		}
	return false;
}

bool
filter_end(struct filter_chain *f, char *why, size_t why_size)
{
	bool ok = true;

	if (f->first != NULL && f->line.len > 0)
		pass(f, f->first, sbuf_text(&f->line));
	sbuf_reset(&f->line);
	for (struct stage *s = f->first; s != NULL; s = s->next)
		ok = stage_end(f, s, why, why_size) && ok;
	return ok;
}
