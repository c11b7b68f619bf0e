/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/show.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/steps.h"

#define BOLD  "\033[1m"
#define GREEN "\033[32m"
#define RED   "\033[31m"
#define CYAN  "\033[36m"
#define PLAIN "\033[0m"

static const char *
paint(const struct lab_show *sh, const char *colour)
{
	return sh->colour ? colour : "";
}

void
lab_show_init(struct lab_show *sh, FILE *to)
{
	*sh = (struct lab_show){.to = to};
	sh->colour =
		to != NULL && isatty(fileno(to)) && getenv("NO_COLOR") == NULL;
}

static void
close_line(struct lab_show *sh)
{
	if (sh->line_open)
		fputc('\n', sh->to);
	sh->line_open = false;
}

void
lab_show_title(struct lab_show *sh, const char *title)
{
	if (sh->to == NULL)
		return;
	close_line(sh);
	fprintf(sh->to, "\n%s== %s ==%s\n\n", paint(sh, BOLD), title,
		paint(sh, PLAIN));
	fflush(sh->to);
}

void
lab_show_commands(
	struct lab_show *sh, const struct lab_step *step, char *const *commands)
{
	if (sh->to == NULL)
		return;
	if (step->collect != NULL)
		fprintf(sh->to, "%s%s: output of '%s'%s\n", paint(sh, CYAN),
			step->host, step->collect, paint(sh, PLAIN));
	for (size_t i = 0; i < step->n_commands; i++) {
		const char *host = "";

		if (step->kind == LAB_SHELL)
			host = step->host;
		fprintf(sh->to, "%s%s%s %s%s%s\n", paint(sh, CYAN), host,
			step->prompts[i], commands[i],
			step->background ? "   (in background)" : "",
			paint(sh, PLAIN));
	}
	fflush(sh->to);
}

void
lab_show_output(void *show, const char *text, size_t len)
{
	struct lab_show *sh = show;

	if (sh->to == NULL || len == 0)
		return;
	fwrite(text, 1, len, sh->to);
	sh->line_open = text[len - 1] != '\n';
	fflush(sh->to);
}

void
lab_show_verdict(struct lab_show *sh, const struct lab_result *r)
{
	if (sh->to == NULL)
		return;
	close_line(sh);
	if (r->reason == NULL)
		fprintf(sh->to, "%s  held%s\n\n", paint(sh, GREEN),
			paint(sh, PLAIN));
	else
		fprintf(sh->to, "%s  DID NOT HOLD: %s%s (README.md:%u)\n\n",
			paint(sh, RED), r->reason, paint(sh, PLAIN),
			r->step->line);
	fflush(sh->to);
}

static const char *
kind_name(enum lab_step_kind kind)
{
	switch (kind) {
	case LAB_SHELL:
		return "shell";
	case LAB_OPERATIONAL:
		return "operational";
	case LAB_CONFIGURATION:
		return "configuration";
	case LAB_COLLECT:
		return "collect";
	case LAB_PEEK:
		return "peek";
	}
	return "";
}

/* Output of programs need not be UTF-8, JSON must be. */
static json_t *
any_text(const char *s)
{
	json_t *j = s == NULL ? json_null() : json_string(s);
	char *ascii;

	if (j != NULL || s == NULL)
		return j;
	ascii = strdup(s);
	for (char *p = ascii; p != NULL && *p != '\0'; p++)
		if (*p & 0x80)
			*p = '?';
	j = ascii == NULL ? NULL : json_string(ascii);
	free(ascii);
	return j;
}

static json_t *
step_json(const struct lab_result *r)
{
	return json_pack("{s:i, s:s, s:s, s:o, s:b, s:o, s:i, s:f, s:o}",
		"line", (int)r->step->line, "host", r->step->host, "kind",
		kind_name(r->step->kind), "command", any_text(r->command),
		"held", r->reason == NULL, "reason", any_text(r->reason),
		"exit-status", r->status, "seconds", r->seconds, "output",
		any_text(r->output));
}

int
lab_show_json(FILE *to, const char *lab, const char *dir, const char *result,
	const char *error, double seconds, const struct lab_result *results,
	size_t n)
{
	json_t *steps = json_array(), *top;
	size_t held = 0;
	int rc;

	for (size_t i = 0; i < n; i++) {
		held += results[i].reason == NULL;
		json_array_append_new(steps, step_json(&results[i]));
	}
	top = json_pack("{s:o, s:o, s:s, s:o, s:i, s:i, s:f, s:o}", "lab",
		any_text(lab), "directory", any_text(dir), "result", result,
		"error", any_text(error), "held", (int)held, "failed",
		(int)(n - held), "seconds", seconds, "steps", steps);
	if (top == NULL)
		return -ENOMEM;
	rc = json_dumpf(top, to, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	fputc('\n', to);
	json_decref(top);
	return rc < 0 ? -ENOMEM : 0;
}

void
lab_result_done(struct lab_result *r)
{
	free(r->command);
	free(r->output);
	free(r->reason);
}
