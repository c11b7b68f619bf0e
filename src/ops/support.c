/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request support information [OB-40]: what somebody who helps wants to see, as
 * one text: all show commands, each under the line that asks for it, and the
 * configuration without its secrets. The commands are those of the table, so a
 * new one is in here without anybody's thinking of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "base/tree.h"
#include "config/candidate.h"
#include "image/image.h"
#include "ops/ops_impl.h"
#include "ops/system_info.h"
#include "render/render.h"

#define ANSWER_MAX (256u * 1024) /* of one command */

/*
 * Arguments that show more, or that a command cannot do without; a command with
 * several rows runs for each. A value EACH_ZONE, EACH_SCREEN runs it for each
 * of these that has one.
 */
#define EACH_ZONE   "*zone"
#define EACH_SCREEN "*screen"

static const struct variant {
	const char *words;
	const char *element, *value; /* element NULL: as it stands */
} variants[] = {
	{"show interfaces", "extensive", ""},
	{"show route instance", "detail", ""},
	{"show security flow drops", "by-instance", ""},
	{"show security flow session", "summary", ""},
	{"show security flow session", NULL, NULL},
	{"show security nat destination pool", "pool-name", "all"},
	{"show security nat destination rule", "rule-name", "all"},
	{"show security nat resource-usage source-pool", "pool-name", "all"},
	{"show security nat source persistent-nat-table", "summary", ""},
	{"show security nat source pool", "pool-name", "all"},
	{"show security nat source port-block", "pool", "all"},
	{"show security nat source rule", "rule-name", "all"},
	{"show security nat static rule", "rule-name", "all"},
	{"show security policies", "detail", ""},
	{"show security screen", "ids-option", EACH_SCREEN},
	{"show security screen statistics", "zone", EACH_ZONE},
	{"show security zones", "detail", ""},
	{"show system processes", "extensive", ""},
	{"show version", "detail", ""},
};

#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

/* Two zones have to be chosen: what it says follows from the policies. */
static const char *const left_out[] = {"show security shadow-policies"};

static const struct command_arg *
arg_of(const struct command *c, const char *element)
{
	for (const struct command_arg *a = c->args; a && a->element; a++)
		if (strcmp(a->element, element) == 0)
			return a;
	return NULL;
}

/* The name of thing i of a kind; NULL: there is none any more. */
static const char *
name_of(const struct ops_request *rq, const char *kind, uint64_t i)
{
	const struct image *image =
		rq->env->image != NULL ? rq->env->image() : NULL;
	const struct image_spec *s = image ? image_spec_of(image) : NULL;

	if (s == NULL)
		return NULL;
	if (strcmp(kind, EACH_SCREEN) == 0)
		return i < s->nscreens ? s->screens[i].name : NULL;
	for (size_t z = 0; z < s->nzones; z++)
		if (s->zones[z].screen != 0 && i-- == 0)
			return s->zones[z].name;
	return NULL;
}

/* Run number i of a command: true, with its argument in *rq. */
static bool
variant_of(struct ops_request *rq, uint64_t i)
{
	const struct command *c = rq->command;
	bool any = false;

	for (size_t v = 0; v < VARIANTS; v++) {
		const struct variant *row = &variants[v];
		bool each = row->value != NULL && row->value[0] == '*';
		const char *value = row->value;

		if (strcmp(row->words, c->words) != 0)
			continue;
		any = true;
		if (each)
			value = name_of(rq, row->value, i);
		else if (i-- > 0)
			continue;
		if (each && value == NULL)
			return false;
		if (row->element != NULL)
			rq->args[rq->nargs++] = (struct ops_arg_value){
				arg_of(c, row->element), value};
		return true;
	}
	return !any && i == 0;
}

/* Run number i of a show command, if there is one that needs nothing more. */
static bool
prepare(struct ops_request *rq, const struct ops_request *from,
	const struct command *c, uint64_t i)
{
	memset(rq, 0, sizeof(*rq));
	rq->command = c;
	rq->env = from->env;
	rq->user = from->user;
	rq->session = from->session;
	if (strncmp(c->words, "show ", 5) != 0 || !variant_of(rq, i))
		return false;
	for (size_t k = 0; k < sizeof(left_out) / sizeof(left_out[0]); k++)
		if (strcmp(left_out[k], c->words) == 0)
			return false;
	for (const struct command_arg *a = c->args; a && a->element; a++)
		if (a->mandatory && ops_arg(rq, a->element) == NULL)
			return false;
	return true;
}

/* ---- one command ---- */

static void
put_prompt(const struct ops_request *rq, const char *line, struct sbuf *out)
{
	sbuf_printf(out, "%s@%s> %s\n", rq->user != NULL ? rq->user : "root",
		system_host_name(rq), line);
}

static void
put_line(const struct ops_request *rq, struct sbuf *out)
{
	struct sbuf line = SBUF_INIT;

	sbuf_puts(&line, rq->command->words);
	for (unsigned int i = 0; i < rq->nargs; i++) {
		const struct command_arg *a = rq->args[i].arg;

		if (a->word != NULL)
			sbuf_printf(&line, " %s", a->word);
		if (a->kind != ARG_FLAG)
			sbuf_printf(&line, " %s", rq->args[i].value);
	}
	put_prompt(rq, sbuf_text(&line), out);
	sbuf_done(&line);
}

/* All parts of its answer, but not more than ANSWER_MAX. */
static void
put_answer(struct ops_request *rq, struct sbuf *out)
{
	size_t from = out->len;
	bool first = true;

	do {
		bool last;

		rq->out = NULL;
		rq->command->run(rq);
		last = rq->cursor == 0;
		if (rq->out != NULL)
			render_text_part(rq->out, first, last, out);
		tree_free(rq->out);
		first = false;
	} while (
		rq->cursor != 0 && !rq->failed && out->len - from < ANSWER_MAX);
	if (rq->cursor != 0)
		sbuf_puts(out, "... and more: ask for it by itself\n");
	if (out->len > from && out->data[out->len - 1] != '\n')
		sbuf_putc(out, '\n');
	sbuf_putc(out, '\n');
}

/* ---- the configuration ---- */

/* Lines that the printer marks as secret stay out. */
static void
put_public(const char *text, struct sbuf *out)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		const char *mark = memmem(text, n, "## SECRET-DATA", 14);

		n += text[n] == '\n';
		if (mark == NULL)
			sbuf_add(out, text, n);
		text += n;
	}
}

static void
put_configuration(const struct ops_request *rq, struct sbuf *out)
{
	const struct config_store *store = rq->env->config;
	struct sbuf text = SBUF_INIT;

	sbuf_printf(out, "%s@%s> show configuration | except SECRET-DATA\n",
		rq->user != NULL ? rq->user : "root", system_host_name(rq));
	if (store != NULL)
		config_text(config_store_committed(store),
			config_store_info(store, 0), &text);
	put_public(sbuf_text(&text), out);
	out->failed |= text.failed;
	sbuf_done(&text);
	sbuf_putc(out, '\n');
}

static void
put_commits(const struct ops_request *rq, struct sbuf *out)
{
	const struct config_store *store = rq->env->config;
	const struct commit_info *info;
	char when[OPS_TIME_MAX];

	put_prompt(rq, "show system commit", out);
	for (unsigned int i = 0;
		store != NULL && (info = config_store_info(store, i)) != NULL;
		i++) {
		if (info->time <= 0)
			continue; /* the file was not written by a commit */
		sbuf_printf(out, "%-4u%s by %s via %s\n", i,
			ops_time_text((uint64_t)info->time, when), info->user,
			info->client);
		if (info->comment[0] != '\0')
			sbuf_printf(out, "    %s\n", info->comment);
	}
	sbuf_putc(out, '\n');
}

/* ---- the command ---- */

/* Each call one command: cursor is its place in the table, from 1; state[0]
 * says how often it has run. */
void
request_support(struct ops_request *rq)
{
	const struct command *c =
		&ops_commands[rq->cursor > 0 ? rq->cursor - 1 : 0];
	struct ops_request *one = malloc(sizeof(*one));
	struct sbuf out = SBUF_INIT;

	if (one == NULL) {
		ops_error(rq, "out of memory");
		return;
	}
	if (rq->cursor == 0) {
		put_configuration(rq, &out);
		put_commits(rq, &out);
	}
	while (c->words != NULL && !prepare(one, rq, c, rq->state[0])) {
		c++;
		rq->state[0] = 0;
	}
	if (c->words != NULL) {
		put_line(one, &out);
		put_answer(one, &out);
		rq->cursor = (uint64_t)(c + 1 - ops_commands);
		rq->state[0]++;
	} else {
		rq->cursor = 0;
	}
	if (out.failed)
		ops_error(rq, "out of memory");
	else
		ops_text(rq, sbuf_text(&out));
	sbuf_done(&out);
	free(one);
}
