/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "lab/build.h"
#include "lab/match.h"
#include "lab/proc.h"
#include "lab/steps.h"
#include "lab/vars.h"

#define AGAIN_MS 50 /* between two tries of a step with within= */

struct job {
	const char *name; /* of the step that began it */
	struct lab_proc proc;
};

struct runner {
	struct lab_world *w;
	struct lab_show *show;
	const char *dir;
	struct lab_vars vars;
	struct job *job;
	size_t n_jobs;
};

/* What a try at a step came to. */
struct outcome {
	struct sbuf output;
	struct sbuf reason; /* empty: it held */
	int status;
	bool interrupted;
};

static void
outcome_reset(struct outcome *o)
{
	sbuf_done(&o->output);
	sbuf_done(&o->reason);
	*o = (struct outcome){.status = -1};
}

/* ---- verdict --------------------------------------------------------- */

static void
say_mismatch(struct sbuf *reason, const struct lab_mismatch *why)
{
	if (why->forbidden)
		sbuf_printf(reason, "expected no line '%s', got '%s'",
			why->expected, why->got);
	else if (why->expected == NULL)
		sbuf_printf(reason, "expected no more, got '%s'",
			why->got ? why->got : "");
	else if (why->got == NULL)
		sbuf_printf(reason, "expected '%s', got no such line",
			why->expected);
	else
		sbuf_printf(reason, "expected '%s', got '%s'", why->expected,
			why->got);
}

static void
judge_output(struct runner *ru, const struct lab_step *step, bool prefix,
	struct outcome *o)
{
	struct lab_mismatch why;
	int rc = lab_match(step->expected, step->n_expected,
		sbuf_text(&o->output), prefix, &ru->vars, &why);

	if (rc == 0)
		say_mismatch(&o->reason, &why);
	else if (rc < 0)
		sbuf_puts(&o->reason, "out of memory");
	lab_mismatch_done(&why);
}

static void
judge(struct runner *ru, const struct lab_step *step, enum lab_wait end,
	struct outcome *o)
{
	if (end == LAB_INTERRUPTED) {
		o->interrupted = true;
		sbuf_puts(&o->reason, "interrupted");
	} else if (end == LAB_TIMEOUT) {
		sbuf_printf(&o->reason, "not done after %u ms", step->limit_ms);
	} else if (step->exit_status != LAB_EXIT_ANY &&
		   o->status != step->exit_status) {
		sbuf_printf(&o->reason, "expected exit status %d, got %d",
			step->exit_status, o->status);
	} else {
		judge_output(ru, step, false, o);
	}
}

/* ---- commands -------------------------------------------------------- */

static bool
is_configure(const char *command)
{
	return strncmp(command, "configure", 9) == 0;
}

/* The commands of a configuration step, as typed to one CLI. */
static char *
configuration_input(const struct lab_step *step, char *const *commands)
{
	struct sbuf in = SBUF_INIT;

	if (!is_configure(commands[0]))
		sbuf_puts(&in, "configure\n");
	for (size_t i = 0; i < step->n_commands; i++)
		sbuf_printf(&in, "%s\n", commands[i]);
	return sbuf_take(&in);
}

static int
start(struct runner *ru, const struct lab_step *step, char *const *commands,
	struct lab_proc *p)
{
	int i = lab_node_index(ru->w, step->host);
	const struct lab_node *node = &ru->w->topology.nodes[i];
	const struct lab_pair *env = ru->w->env[i];
	const char *shell[] = {"sh", "-c", commands[0], NULL};
	const char *oper[] = {env[LAB_CLI].value, "-s", env[LAB_SOCKET].value,
		"-c", commands[0], NULL};
	const char *conf[] = {
		env[LAB_CLI].value, "-s", env[LAB_SOCKET].value, NULL};
	struct lab_spawn s = {.env = node->env,
		.n_env = node->n_env,
		.env2 = env,
		.n_env2 =
			node->kind == LAB_VRFLOW ? LAB_ENV_N : LAB_SCRATCH + 1,
		.dir = ru->dir};
	char *input = NULL;
	int rc;

	if (step->kind == LAB_SHELL) {
		s.argv = shell;
		s.netns = ru->w->instance.node[i].netns;
	} else if (step->kind == LAB_OPERATIONAL) {
		s.argv = oper;
	} else {
		s.argv = conf;
		input = configuration_input(step, commands);
		s.input = input;
	}
	rc = lab_proc_start(p, &s);
	free(input);
	return rc;
}

/* One try of a step in the foreground. */
static void
try_once(struct runner *ru, const struct lab_step *step, char *const *commands,
	bool live, struct outcome *o)
{
	struct lab_proc p;
	enum lab_wait end;
	int rc;

	outcome_reset(o);
	rc = start(ru, step, commands, &p);
	if (rc < 0) {
		sbuf_printf(&o->reason, "cannot start: %s", strerror(-rc));
		return;
	}
	end = lab_proc_wait(&p, lab_now_ms() + step->limit_ms, false,
		live ? lab_show_output : NULL, ru->show);
	sbuf_puts(&o->output, sbuf_text(&p.out));
	if (end == LAB_ENDED)
		o->status = lab_exit_status(p.status);
	judge(ru, step, end, o);
	lab_proc_done(&p);
}

static void
foreground(struct runner *ru, const struct lab_step *step,
	char *const *commands, struct outcome *o)
{
	unsigned long end = lab_now_ms() + step->within_ms;

	if (step->within_ms == 0) {
		try_once(ru, step, commands, true, o);
		return;
	}
	for (;;) {
		try_once(ru, step, commands, false, o);
		if (o->reason.len == 0 || o->interrupted || lab_now_ms() >= end)
			break;
		poll(NULL, 0, AGAIN_MS);
	}
	lab_show_output(ru->show, sbuf_text(&o->output), o->output.len);
	if (o->reason.len > 0 && !o->interrupted)
		sbuf_printf(&o->reason, " (for %u ms)", step->within_ms);
}

/* ---- background ------------------------------------------------------ */

/* Wait until the first lines are as expected: then it is at work. */
static void
await_begin(struct runner *ru, const struct lab_step *step, struct lab_proc *p,
	struct outcome *o)
{
	unsigned long end = lab_now_ms() + step->limit_ms;
	enum lab_wait r;

	for (;;) {
		outcome_reset(o);
		sbuf_puts(&o->output, sbuf_text(&p->out));
		judge_output(ru, step, true, o);
		if (o->reason.len == 0)
			return;
		r = lab_proc_wait(p, end, true, lab_show_output, ru->show);
		if (r == LAB_MORE)
			continue;
		if (r == LAB_INTERRUPTED)
			o->interrupted = true;
		return;
	}
}

static void
background(struct runner *ru, const struct lab_step *step,
	char *const *commands, struct outcome *o)
{
	struct job *grown = realloc(ru->job, (ru->n_jobs + 1) * sizeof(*grown));
	struct job *job;
	int rc;

	outcome_reset(o);
	if (grown == NULL) {
		sbuf_puts(&o->reason, "out of memory");
		return;
	}
	ru->job = grown;
	job = &grown[ru->n_jobs];
	job->name = step->background;
	rc = start(ru, step, commands, &job->proc);
	if (rc < 0) {
		sbuf_printf(&o->reason, "cannot start: %s", strerror(-rc));
		return;
	}
	ru->n_jobs++;
	await_begin(ru, step, &job->proc, o);
}

static struct job *
find_job(struct runner *ru, const struct lab_step *step, struct outcome *o)
{
	outcome_reset(o);
	for (size_t i = 0; i < ru->n_jobs; i++)
		if (strcmp(ru->job[i].name, step->collect) == 0)
			return &ru->job[i];
	sbuf_printf(&o->reason, "'%s' was not started", step->collect);
	return NULL;
}

/* Its output so far, again and again until that is as expected. */
static void
peek(struct runner *ru, const struct lab_step *step, struct outcome *o)
{
	unsigned long end = lab_now_ms() + step->within_ms;
	struct job *job = find_job(ru, step, o);
	enum lab_wait r = LAB_MORE;

	while (job != NULL) {
		/* What has arrived already counts as well. */
		while (r == LAB_MORE)
			r = lab_proc_wait(&job->proc, 0, true, NULL, NULL);
		outcome_reset(o);
		sbuf_puts(&o->output, sbuf_text(&job->proc.out));
		judge_output(ru, step, false, o);
		o->interrupted = r == LAB_INTERRUPTED;
		if (o->reason.len == 0 || r != LAB_TIMEOUT ||
			lab_now_ms() >= end)
			break;
		r = lab_proc_wait(&job->proc, end, true, NULL, NULL);
	}
	lab_show_output(ru->show, sbuf_text(&o->output), o->output.len);
}

static void
collect(struct runner *ru, const struct lab_step *step, struct outcome *o)
{
	struct job *job = find_job(ru, step, o);
	enum lab_wait end;

	if (job == NULL)
		return;
	if (step->stop)
		lab_proc_signal(&job->proc, SIGINT);
	end = lab_proc_wait(
		&job->proc, lab_now_ms() + step->limit_ms, false, NULL, NULL);
	sbuf_puts(&o->output, sbuf_text(&job->proc.out));
	lab_show_output(ru->show, sbuf_text(&o->output), o->output.len);
	if (end == LAB_ENDED)
		o->status = lab_exit_status(job->proc.status);
	judge(ru, step, end, o);
	lab_proc_done(&job->proc);
	*job = ru->job[--ru->n_jobs];
}

/* ---- all steps ------------------------------------------------------- */

static void
check_daemons(struct runner *ru, struct outcome *o)
{
	struct sbuf why = SBUF_INIT;

	if (!lab_daemons_alive(ru->w, &why))
		sbuf_printf(&o->reason, "%s%s", o->reason.len > 0 ? "; " : "",
			sbuf_text(&why));
	sbuf_done(&why);
}

static void
store_capture(
	struct runner *ru, const struct lab_step *step, const struct outcome *o)
{
	const char *text = sbuf_text(&o->output);
	size_t len = strlen(text);

	while (len > 0 && strchr(" \n\t\r", text[len - 1]) != NULL)
		len--;
	if (step->capture != NULL)
		lab_vars_set(&ru->vars, step->capture, text, len);
}

static int
add_result(struct lab_results *all, const struct lab_step *step,
	char *const *commands, struct outcome *o, double seconds,
	struct lab_result **ret)
{
	struct lab_result *grown, *r;
	struct sbuf command = SBUF_INIT;

	grown = realloc(all->result, (all->n + 1) * sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	all->result = grown;
	r = &grown[all->n++];
	for (size_t i = 0; i < step->n_commands; i++)
		sbuf_printf(&command, "%s%s", i ? "\n" : "", commands[i]);
	*r = (struct lab_result){
		.step = step, .seconds = seconds, .status = o->status};
	r->reason = o->reason.len > 0 ? sbuf_take(&o->reason) : NULL;
	r->output = strdup(sbuf_text(&o->output));
	r->command = strdup(sbuf_text(&command));
	sbuf_done(&command);
	all->held += r->reason == NULL;
	*ret = r;
	return 0;
}

static void
free_commands(char **commands, size_t n)
{
	for (size_t i = 0; commands != NULL && i < n; i++)
		free(commands[i]);
	free(commands);
}

static char **
expand_commands(struct runner *ru, const struct lab_step *step)
{
	char **c = calloc(step->n_commands + 1, sizeof(*c));

	for (size_t i = 0; c != NULL && i < step->n_commands; i++) {
		c[i] = lab_vars_expand(&ru->vars, step->commands[i]);
		if (c[i] == NULL) {
			free_commands(c, step->n_commands);
			return NULL;
		}
	}
	return c;
}

static int
run_step(struct runner *ru, const struct lab_step *step,
	struct lab_results *results)
{
	struct outcome o = {.status = -1};
	char **commands = expand_commands(ru, step);
	unsigned long begin = lab_now_ms();
	struct lab_result *r;
	int rc;

	if (commands == NULL)
		return -ENOMEM;
	if (step->heading != NULL)
		lab_show_title(ru->show, step->heading);
	lab_show_commands(ru->show, step, commands);
	if (step->kind == LAB_COLLECT)
		collect(ru, step, &o);
	else if (step->kind == LAB_PEEK)
		peek(ru, step, &o);
	else if (step->background != NULL)
		background(ru, step, commands, &o);
	else
		foreground(ru, step, commands, &o);
	if (!o.interrupted)
		check_daemons(ru, &o);
	store_capture(ru, step, &o);
	rc = add_result(results, step, commands, &o,
		(double)(lab_now_ms() - begin) / 1000, &r);
	if (rc == 0)
		lab_show_verdict(ru->show, r);
	if (rc == 0 && o.interrupted)
		rc = -EINTR;
	outcome_reset(&o);
	free_commands(commands, step->n_commands);
	return rc;
}

int
lab_run_steps(struct lab_world *w, const struct lab_steps *steps,
	const char *dir, struct lab_show *show, struct lab_results *results)
{
	struct runner ru = {.w = w, .show = show, .dir = dir};
	int rc = 0;

	*results = (struct lab_results){0};
	for (size_t i = 0; i < steps->n && rc == 0; i++)
		rc = run_step(&ru, &steps->step[i], results);
	for (size_t i = 0; i < ru.n_jobs; i++)
		lab_proc_done(&ru.job[i].proc);
	free(ru.job);
	lab_vars_done(&ru.vars);
	return rc;
}

void
lab_results_done(struct lab_results *r)
{
	for (size_t i = 0; i < r->n; i++)
		lab_result_done(&r->result[i]);
	free(r->result);
	*r = (struct lab_results){0};
}
