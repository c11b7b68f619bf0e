/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/steps.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "lab/vars.h"

#define LIMIT_DEFAULT_MS 20000
#define LIMIT_MAX_MS     (60 * 60 * 1000)

struct reader {
	struct lab_steps *s;
	struct report *r;
	const char *text, *end;
	unsigned int line;     /* of what next_line() gave last */
	char *heading;         /* not yet given to a step */
	struct lab_step block; /* attributes of the block being read */
	size_t block_first;    /* its first step */
	bool exit_given, peek;
	bool no_memory;
};

#define bad(rd, ...)                                                           \
	report_add((rd)->r, REPORT_ERROR, (rd)->line, NULL, NULL, __VA_ARGS__)

/* The next line without its end; false at the end of the text. */
static bool
next_line(struct reader *rd, const char **line, size_t *len)
{
	const char *nl;

	if (rd->text >= rd->end)
		return false;
	nl = memchr(rd->text, '\n', (size_t)(rd->end - rd->text));
	*line = rd->text;
	*len = (size_t)((nl != NULL ? nl : rd->end) - rd->text);
	rd->text = nl != NULL ? nl + 1 : rd->end;
	rd->line++;
	if (*len > 0 && (*line)[*len - 1] == '\r')
		(*len)--;
	return true;
}

static char *
copy(struct reader *rd, const char *text, size_t len)
{
	char *s = strndup(text, len);

	if (s == NULL)
		rd->no_memory = true;
	return s;
}

/* Takes `text`. */
static void
append(struct reader *rd, char ***list, size_t *n, char *text)
{
	char **grown = realloc(*list, (*n + 1) * sizeof(*grown));

	if (grown == NULL || text == NULL) {
		rd->no_memory = true;
		free(text);
		if (grown != NULL)
			*list = grown;
		return;
	}
	*list = grown;
	grown[(*n)++] = text;
}

/* ---- the info string ------------------------------------------------- */

/* "500ms", "5s", "2m" */
static bool
read_duration(const char *value, unsigned int *ms)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);
	unsigned long unit;

	if (!isdigit((unsigned char)*value) || n > LIMIT_MAX_MS)
		return false;
	if (strcmp(end, "ms") == 0)
		unit = 1;
	else if (strcmp(end, "s") == 0)
		unit = 1000;
	else if (strcmp(end, "m") == 0)
		unit = 60000;
	else
		return false;
	if (n * unit == 0 || n * unit > LIMIT_MAX_MS)
		return false;
	*ms = (unsigned int)(n * unit);
	return true;
}

static bool
read_exit(const char *value, int *status)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (strcmp(value, "any") == 0) {
		*status = LAB_EXIT_ANY;
		return true;
	}
	if (!isdigit((unsigned char)*value) || *end != '\0' || n > 255)
		return false;
	*status = (int)n;
	return true;
}

static void
read_name(struct reader *rd, const char *key, const char *value, char **to)
{
	free(*to);
	*to = NULL;
	if (!lab_var_name_valid(value, strlen(value)))
		bad(rd, "%s=%s: a name has letters, digits and _", key, value);
	else
		*to = copy(rd, value, strlen(value));
}

static void
read_attribute(struct reader *rd, const char *key, const char *value)
{
	struct lab_step *b = &rd->block;

	if (strcmp(key, "host") == 0) {
		free(b->host);
		b->host = copy(rd, value, strlen(value));
	} else if (strcmp(key, "background") == 0) {
		read_name(rd, key, value, &b->background);
	} else if (strcmp(key, "collect") == 0) {
		read_name(rd, key, value, &b->collect);
		rd->peek = false;
	} else if (strcmp(key, "peek") == 0) {
		read_name(rd, key, value, &b->collect);
		rd->peek = true;
	} else if (strcmp(key, "capture") == 0) {
		read_name(rd, key, value, &b->capture);
	} else if (strcmp(key, "exit") == 0) {
		rd->exit_given = true;
		if (!read_exit(value, &b->exit_status))
			bad(rd, "exit=%s: not 0 to 255 or any", value);
	} else if (strcmp(key, "within") == 0) {
		if (!read_duration(value, &b->within_ms))
			bad(rd, "within=%s: not a time such as 5s", value);
	} else if (strcmp(key, "limit") == 0) {
		if (!read_duration(value, &b->limit_ms))
			bad(rd, "limit=%s: not a time such as 20s", value);
	} else {
		bad(rd, "unknown attribute '%s=%s'", key, value);
	}
}

static void
read_word(struct reader *rd, char *word)
{
	char *eq = strchr(word, '=');

	if (eq != NULL) {
		*eq = '\0';
		read_attribute(rd, word, eq + 1);
	} else if (strcmp(word, "background") == 0) {
		read_attribute(rd, word, word);
	} else if (strcmp(word, "stop") == 0) {
		rd->block.stop = true;
	} else {
		bad(rd, "unknown attribute '%s'", word);
	}
}

static void
step_done(struct lab_step *s)
{
	for (size_t i = 0; i < s->n_commands; i++) {
		free(s->commands[i]);
		free(s->prompts[i]);
	}
	for (size_t i = 0; i < s->n_expected; i++)
		free(s->expected[i]);
	free(s->commands);
	free(s->prompts);
	free(s->expected);
	free(s->heading);
	free(s->host);
	free(s->background);
	free(s->collect);
	free(s->capture);
	*s = (struct lab_step){0};
}

/* True when the block is one of ours; its attributes are in rd->block. */
static bool
read_info(struct reader *rd, const char *info, size_t len)
{
	char *words = copy(rd, info, len), *save = NULL, *word;

	step_done(&rd->block);
	rd->block.limit_ms = LIMIT_DEFAULT_MS;
	rd->exit_given = rd->peek = false;
	word = words == NULL ? NULL : strtok_r(words, " \t", &save);
	if (word == NULL || strcmp(word, "console") != 0) {
		free(words);
		return false;
	}
	while ((word = strtok_r(NULL, " \t", &save)) != NULL)
		read_word(rd, word);
	free(words);
	if (rd->block.host == NULL || *rd->block.host == '\0')
		bad(rd, "a console block needs host=NODE");
	if (rd->block.stop && (rd->block.collect == NULL || rd->peek))
		bad(rd, "stop is only for a block with collect=");
	/* How a program ends when it is told to is its own affair. */
	if (rd->block.stop && !rd->exit_given)
		rd->block.exit_status = LAB_EXIT_ANY;
	if (rd->block.background != NULL && rd->block.collect != NULL)
		bad(rd, "background= and collect= or peek= in one block");
	return true;
}

/* ---- what is in a block ---------------------------------------------- */

static char *
copy_or_null(struct reader *rd, const char *text)
{
	return text == NULL ? NULL : copy(rd, text, strlen(text));
}

static struct lab_step *
add_step(struct reader *rd, enum lab_step_kind kind)
{
	struct lab_step *grown, *step, *b = &rd->block;

	grown = realloc(rd->s->step, (rd->s->n + 1) * sizeof(*grown));
	if (grown == NULL) {
		rd->no_memory = true;
		return NULL;
	}
	rd->s->step = grown;
	step = &grown[rd->s->n++];
	*step = (struct lab_step){.kind = kind,
		.line = rd->line,
		.exit_status = b->exit_status,
		.within_ms = b->within_ms,
		.limit_ms = b->limit_ms,
		.stop = b->stop};
	step->heading = rd->heading;
	rd->heading = NULL;
	step->host = copy_or_null(rd, b->host);
	step->background = copy_or_null(rd, b->background);
	step->collect = copy_or_null(rd, b->collect);
	step->capture = copy_or_null(rd, b->capture);
	return step;
}

/* The length of "user@box>" or "user@box#" at the begin of the line, or 0. */
static size_t
cli_prompt(const char *line, size_t len)
{
	size_t i = 0, at = 0;

	while (i < len && (isalnum((unsigned char)line[i]) ||
				  strchr("-_.@", line[i]) != NULL)) {
		if (line[i] == '\0')
			return 0;
		if (line[i] == '@')
			at = i;
		i++;
	}
	if (at == 0 || at + 1 == i || i == len)
		return 0;
	if (line[i] != '>' && line[i] != '#')
		return 0;
	return i + 1 == len || line[i + 1] == ' ' ? i + 1 : 0;
}

static void
add_command(struct reader *rd, struct lab_step *step, const char *line,
	size_t prompt, size_t len)
{
	size_t before = step->n_commands, n = step->n_commands;
	size_t skip = prompt;

	while (skip < len && line[skip] == ' ')
		skip++;
	append(rd, &step->commands, &step->n_commands,
		copy(rd, line + skip, len - skip));
	append(rd, &step->prompts, &n, copy(rd, line, prompt));
	if (rd->no_memory && n > before)
		free(step->prompts[before]);
	if (rd->no_memory)
		step->n_commands = before;
}

static bool
begins_configuration(const char *line, size_t prompt, size_t len)
{
	static const char word[] = "configure";
	size_t n = sizeof(word) - 1;

	while (prompt < len && line[prompt] == ' ')
		prompt++;
	return len - prompt >= n && memcmp(line + prompt, word, n) == 0 &&
	       (len - prompt == n || line[prompt + n] == ' ');
}

static struct lab_step *
last_of_block(const struct reader *rd)
{
	return rd->s->n > rd->block_first ? &rd->s->step[rd->s->n - 1] : NULL;
}

static void
read_command(struct reader *rd, const char *line, size_t prompt, size_t len)
{
	struct lab_step *last = last_of_block(rd), *step;

	if (rd->block.collect != NULL) {
		bad(rd, "a block with collect= or peek= has no commands");
		return;
	}
	if (line[prompt - 1] == '#') {
		step = last != NULL && last->kind == LAB_CONFIGURATION
			       ? last
			       : add_step(rd, LAB_CONFIGURATION);
	} else if (line[prompt - 1] == '$') {
		step = add_step(rd, LAB_SHELL);
	} else if (begins_configuration(line, prompt, len)) {
		step = add_step(rd, LAB_CONFIGURATION);
	} else {
		step = add_step(rd, LAB_OPERATIONAL);
	}
	if (step != NULL)
		add_command(rd, step, line, prompt, len);
}

static bool
only_prompt(const char *line, size_t prompt, size_t len)
{
	while (prompt < len && line[prompt] == ' ')
		prompt++;
	return prompt == len;
}

static void
read_expected(struct reader *rd, const char *line, size_t len)
{
	struct lab_step *last = last_of_block(rd);

	if (last != NULL)
		append(rd, &last->expected, &last->n_expected,
			copy(rd, line, len));
	else if (!only_prompt(line, 0, len))
		bad(rd, "text before the first command of the block");
}

/* A command that ends in a backslash goes on in the next line. */
static void
join_lines(struct reader *rd, const char **line, size_t *len, char **joined)
{
	const char *more;
	size_t more_len;
	char *grown;

	*joined = NULL;
	while (*len > 0 && (*line)[*len - 1] == '\\' &&
		next_line(rd, &more, &more_len)) {
		while (more_len > 0 && (*more == ' ' || *more == '\t')) {
			more++;
			more_len--;
		}
		grown = malloc(*len + more_len + 1);
		if (grown == NULL) {
			rd->no_memory = true;
			return;
		}
		memcpy(grown, *line, *len - 1);
		memcpy(grown + *len - 1, more, more_len);
		*len = *len - 1 + more_len;
		grown[*len] = '\0';
		free(*joined);
		*joined = grown;
		*line = grown;
	}
}

static void
read_block_line(struct reader *rd, const char *line, size_t len)
{
	size_t prompt = cli_prompt(line, len);
	char *joined;

	if (len >= 1 && line[0] == '$' && (len == 1 || line[1] == ' '))
		prompt = 1;
	if (prompt == 0) {
		read_expected(rd, line, len);
	} else if (!only_prompt(line, prompt, len)) {
		join_lines(rd, &line, &len, &joined);
		read_command(rd, line, prompt, len);
		free(joined);
	}
}

/* ---- the document ---------------------------------------------------- */

/* The number of ` or ~ that open or close a block; 0: not such a line. */
static size_t
fence(const char *line, size_t len, char *mark, size_t *info)
{
	size_t indent = 0, n = 0;

	while (indent < len && indent < 4 && line[indent] == ' ')
		indent++;
	if (indent == len || indent == 4 ||
		(line[indent] != '`' && line[indent] != '~'))
		return 0;
	*mark = line[indent];
	while (indent + n < len && line[indent + n] == *mark)
		n++;
	*info = indent + n;
	return n >= 3 ? n : 0;
}

static void
read_block(struct reader *rd, size_t width, char mark, bool ours)
{
	unsigned int begin = rd->line;
	const char *line;
	size_t len, n, info;
	char m;

	rd->block_first = rd->s->n;
	if (ours && rd->block.collect != NULL)
		add_step(rd, rd->peek ? LAB_PEEK : LAB_COLLECT);
	while (!rd->no_memory && next_line(rd, &line, &len)) {
		n = fence(line, len, &m, &info);
		if (n >= width && m == mark && only_prompt(line, info, len)) {
			if (ours && rd->s->n == rd->block_first)
				bad(rd, "a console block without a command");
			return;
		}
		if (ours)
			read_block_line(rd, line, len);
	}
	rd->line = begin;
	if (!rd->no_memory)
		bad(rd, "the block that begins here has no end");
}

static void
read_heading(struct reader *rd, const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && line[n] == '#')
		n++;
	if (n == 0 || n > 6 || n == len || line[n] != ' ')
		return;
	while (n < len && line[n] == ' ')
		n++;
	free(rd->heading);
	rd->heading = copy(rd, line + n, len - n);
}

/* Names of background commands: begun before collected, and once at a time. */
static void
check_background(struct reader *rd)
{
	for (size_t i = 0; i < rd->s->n; i++) {
		const struct lab_step *s = &rd->s->step[i];
		bool running = false;

		for (size_t j = 0; j < i; j++) {
			const struct lab_step *o = &rd->s->step[j];
			const char *name =
				s->collect ? s->collect : s->background;

			if (name && o->background &&
				strcmp(o->background, name) == 0)
				running = true;
			if (name && o->kind == LAB_COLLECT &&
				strcmp(o->collect, name) == 0)
				running = false;
		}
		rd->line = s->line;
		if (s->collect != NULL && !running)
			bad(rd, "%s: nothing of that name is running",
				s->collect);
		if (s->background != NULL && running)
			bad(rd, "background=%s: already running",
				s->background);
		if (s->background != NULL && s->kind != LAB_SHELL)
			bad(rd, "only a shell command runs in background");
	}
}

int
lab_steps_parse(
	const char *text, size_t len, struct lab_steps *s, struct report *r)
{
	struct reader rd = {.s = s, .r = r, .text = text, .end = text + len};
	const char *line;
	size_t n, width, info;
	char mark;

	*s = (struct lab_steps){0};
	while (!rd.no_memory && next_line(&rd, &line, &n)) {
		width = fence(line, n, &mark, &info);
		if (width > 0)
			read_block(&rd, width, mark,
				read_info(&rd, line + info, n - info));
		else
			read_heading(&rd, line, n);
	}
	if (!rd.no_memory)
		check_background(&rd);
	if (!rd.no_memory && s->n == 0 && report_ok(r))
		report_add(r, REPORT_ERROR, 0, NULL, NULL,
			"no console block: there is nothing to run");
	free(rd.heading);
	step_done(&rd.block);
	if (!rd.no_memory && report_ok(r))
		return 0;
	lab_steps_done(s);
	return rd.no_memory ? -ENOMEM : -EINVAL;
}

void
lab_steps_done(struct lab_steps *s)
{
	for (size_t i = 0; i < s->n; i++)
		step_done(&s->step[i]);
	free(s->step);
	*s = (struct lab_steps){0};
}
