/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subcommands of `vrflow lab`. The exit status is that of the steps for
 * `run`, of the command for `exec`; 2 always means that nothing was judged.
 */
#include "lab/lab.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "lab/build.h"
#include "lab/instance.h"
#include "lab/load.h"
#include "lab/proc.h"
#include "lab/run.h"
#include "lab/show.h"
#include "lab/steps.h"

#define EX_HELD     0
#define EX_FAILED   1
#define EX_UNUSABLE 2

static const char usage[] =
	"usage: vrflow lab run DIR [--json] [-v]     run the steps of "
	"DIR/README.md\n"
	"       vrflow lab up DIR [-v]               build the lab, leave it "
	"standing\n"
	"       vrflow lab exec DIR NODE COMMAND...  run a command on a node\n"
	"       vrflow lab console DIR NODE          shell or CLI of a node\n"
	"       vrflow lab down DIR                  remove a standing lab\n"
	"       vrflow lab list                      show what is standing\n"
	"options: --vrflowd FILE, --vrflow FILE      other programs for the "
	"nodes\n";

struct options {
	const char *word[2]; /* DIR, NODE */
	size_t n_words, max_words;
	char **rest; /* what follows them; NULL: nothing */
	const char *daemon, *cli;
	bool json, verbose;
};

static int unusable(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static int
unusable(const char *fmt, ...)
{
	va_list ap;

	fputs("vrflow lab: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EX_UNUSABLE;
}

/* ---- run ------------------------------------------------------------- */

static const char *
verdict(int status)
{
	return status == EX_HELD     ? "held"
	       : status == EX_FAILED ? "failed"
				     : "unusable";
}

struct run {
	struct lab_world w;
	struct lab_steps steps;
	struct lab_results results;
	struct lab_show show;
	struct sbuf error;
	unsigned long begin;
	char *dir;
};

/* Build, run and judge; the instance is removed by the caller. */
static int
run_built(struct run *r)
{
	int rc = lab_instance_create(&r->w.instance, &r->w.topology, r->dir);

	if (rc == 0)
		rc = lab_instance_watch(&r->w.instance);
	if (rc < 0) {
		sbuf_printf(&r->error, "/run/vrflow-lab: %s", strerror(-rc));
		return EX_UNUSABLE;
	}
	if (lab_build(&r->w, r->dir, false, &r->error) < 0)
		return EX_UNUSABLE;
	rc = lab_run_steps(&r->w, &r->steps, r->dir, &r->show, &r->results);
	if (rc == -EINTR)
		return EX_FAILED;
	if (rc < 0) {
		sbuf_printf(&r->error, "%s", strerror(-rc));
		return EX_UNUSABLE;
	}
	if (lab_stop_daemons(&r->w, &r->error) < 0)
		return EX_FAILED;
	return r->results.held == r->results.n ? EX_HELD : EX_FAILED;
}

static int
run_loaded(struct run *r, const struct options *o)
{
	int status = EX_UNUSABLE;
	double seconds;

	if (lab_check_host(&r->steps, &r->error) == 0)
		status = run_built(r);
	lab_instance_remove(&r->w.instance);
	seconds = (double)(lab_now_ms() - r->begin) / 1000;
	if (r->error.len > 0)
		fprintf(stderr, "vrflow lab: %s\n", sbuf_text(&r->error));
	if (status != EX_UNUSABLE && r->show.to != NULL)
		fprintf(r->show.to,
			"%s: %zu steps, %zu held, %zu did not "
			"(%.1f s)\n",
			r->w.topology.name, r->results.n, r->results.held,
			r->results.n - r->results.held, seconds);
	if (o->json)
		lab_show_json(stdout, r->w.topology.name, r->dir,
			verdict(status),
			r->error.len > 0 ? sbuf_text(&r->error) : NULL, seconds,
			r->results.result, r->results.n);
	return status;
}

static int
cmd_run(const struct options *o)
{
	struct run r = {.begin = lab_now_ms()};
	int status = EX_UNUSABLE, rc;

	r.w.instance.watch_fd = -1;
	r.w.verbose = o->verbose;
	lab_catch_signals();
	lab_show_init(&r.show, !o->json ? stdout : o->verbose ? stderr : NULL);
	rc = lab_load(o->word[0], &r.w, &r.steps, &r.dir, &r.error);
	if (rc == 0)
		rc = lab_find_programs(&r.w, o->daemon, o->cli, &r.error);
	if (rc == 0) {
		status = run_loaded(&r, o);
	} else {
		fprintf(stderr, "vrflow lab: %s\n", sbuf_text(&r.error));
		if (o->json)
			lab_show_json(stdout, NULL, o->word[0], "unusable",
				sbuf_text(&r.error), 0, NULL, 0);
	}
	lab_results_done(&r.results);
	lab_steps_done(&r.steps);
	lab_world_done(&r.w);
	sbuf_done(&r.error);
	free(r.dir);
	return lab_interrupted ? 128 + lab_interrupted : status;
}

/* ---- standing labs --------------------------------------------------- */

struct wanted {
	const char *dir;
	struct lab_instance found; /* valid when found.id is set */
};

static int
take_if_wanted(struct lab_instance *in, void *arg)
{
	struct wanted *want = arg;

	if (!in->standing || strcmp(in->dir, want->dir) != 0)
		return 0;
	want->found = *in;
	*in = (struct lab_instance){.watch_fd = -1};
	return 1;
}

/* The standing lab of that directory. */
static bool
find_standing(const char *dir, struct lab_instance *in)
{
	char full[PATH_MAX];
	struct wanted want = {.dir = full, .found = {.watch_fd = -1}};

	if (realpath(dir, full) == NULL)
		snprintf(full, sizeof(full), "%s", dir);
	lab_instance_each(take_if_wanted, &want);
	*in = want.found;
	return in->id != NULL;
}

static int
up_built(struct run *r)
{
	int rc = lab_instance_create(&r->w.instance, &r->w.topology, r->dir);

	if (rc < 0)
		sbuf_printf(&r->error, "/run/vrflow-lab: %s", strerror(-rc));
	else
		rc = lab_build(&r->w, r->dir, true, &r->error);
	if (rc == 0)
		rc = lab_instance_keep(&r->w.instance);
	if (rc < 0) {
		lab_instance_remove(&r->w.instance);
		return EX_UNUSABLE;
	}
	printf("%s is up:\n", r->w.topology.name);
	for (size_t i = 0; i < r->w.instance.n; i++)
		printf("  %-12s namespace %s\n", r->w.instance.node[i].name,
			r->w.instance.node[i].netns);
	return EX_HELD;
}

static int
cmd_up(const struct options *o)
{
	struct run r = {0};
	struct lab_instance in;
	int status = EX_UNUSABLE, rc;

	r.w.instance.watch_fd = -1;
	r.w.verbose = o->verbose;
	lab_catch_signals();
	if (find_standing(o->word[0], &in)) {
		lab_instance_done(&in);
		return unusable("%s is up already", o->word[0]);
	}
	rc = lab_load(o->word[0], &r.w, NULL, &r.dir, &r.error);
	if (rc == 0)
		rc = lab_find_programs(&r.w, o->daemon, o->cli, &r.error);
	if (rc == 0)
		rc = lab_check_host(NULL, &r.error);
	if (rc == 0)
		status = up_built(&r);
	if (status != EX_HELD)
		fprintf(stderr, "vrflow lab: %s\n", sbuf_text(&r.error));
	lab_world_done(&r.w);
	sbuf_done(&r.error);
	free(r.dir);
	return status;
}

static int
cmd_down(const struct options *o)
{
	struct lab_instance in;
	unsigned int n = 0;

	while (find_standing(o->word[0], &in)) {
		lab_instance_remove(&in);
		lab_instance_done(&in);
		n++;
	}
	return n > 0 ? EX_HELD : unusable("%s is not up", o->word[0]);
}

static int
print_instance(struct lab_instance *in, void *arg)
{
	printf("%s  %s  %s\n", in->id, in->standing ? "up" : "running",
		in->dir);
	for (size_t i = 0; i < in->n; i++)
		printf("  %-12s %-7s %s\n", in->node[i].name,
			in->node[i].kind == LAB_VRFLOW ? "vrflow" : "linux",
			in->node[i].netns);
	return 0;
}

static int
cmd_list(const struct options *o)
{
	lab_instance_each(print_instance, NULL);
	return EX_HELD;
}

/* The node of the standing lab; -1 after a message. */
static int
find_node(const struct options *o, struct lab_instance *in)
{
	if (!find_standing(o->word[0], in)) {
		unusable("%s is not up (vrflow lab up %s)", o->word[0],
			o->word[0]);
		return -1;
	}
	for (size_t i = 0; i < in->n; i++)
		if (strcmp(in->node[i].name, o->word[1]) == 0)
			return (int)i;
	unusable("%s has no node %s", in->id, o->word[1]);
	lab_instance_done(in);
	return -1;
}

/* Become the command line of a vrflow node; command NULL: interactive. */
static int
exec_cli(const struct options *o, const struct lab_instance *in, int node,
	const char *command)
{
	struct lab_world w = {.instance.watch_fd = -1};
	struct sbuf why = SBUF_INIT;
	char *sock = lab_instance_file(in, in->node[node].name, "vrflow.sock");
	int status = EX_UNUSABLE;

	if (sock == NULL)
		sbuf_puts(&why, "out of memory");
	else if (lab_find_programs(&w, o->daemon, o->cli, &why) == 0) {
		const char *argv[] = {w.programs.cli, "-s", sock,
			command ? "-c" : NULL, command, NULL};

		execvp(argv[0], (char *const *)argv);
		sbuf_printf(&why, "%s: %s", argv[0], strerror(errno));
	}
	status = unusable("%s", sbuf_text(&why));
	sbuf_done(&why);
	free(sock);
	lab_world_done(&w);
	return status;
}

static int
exec_linux(const struct lab_instance *in, int node, char *const *argv)
{
	int rc = lab_netns_enter(in->node[node].netns);

	if (rc < 0)
		return unusable("%s: %s", in->node[node].netns, strerror(-rc));
	execvp(argv[0], argv);
	return unusable("%s: %s", argv[0], strerror(errno));
}

static int
cmd_exec(const struct options *o)
{
	struct sbuf line = SBUF_INIT;
	struct lab_instance in;
	int status, node;

	if (o->rest == NULL)
		return unusable("exec: no command");
	node = find_node(o, &in);
	if (node < 0)
		return EX_UNUSABLE;
	for (char **a = o->rest; *a != NULL; a++)
		sbuf_printf(&line, "%s%s", a == o->rest ? "" : " ", *a);
	status = in.node[node].kind == LAB_VRFLOW
			 ? exec_cli(o, &in, node, sbuf_text(&line))
			 : exec_linux(&in, node, o->rest);
	sbuf_done(&line);
	lab_instance_done(&in);
	return status;
}

static int
cmd_console(const struct options *o)
{
	const char *shell = getenv("SHELL");
	char *argv[2] = {NULL, NULL};
	struct lab_instance in;
	int status, node = find_node(o, &in);

	if (node < 0)
		return EX_UNUSABLE;
	argv[0] = (char *)(shell != NULL && *shell != '\0' ? shell : "/bin/sh");
	status = in.node[node].kind == LAB_VRFLOW ? exec_cli(o, &in, node, NULL)
						  : exec_linux(&in, node, argv);
	lab_instance_done(&in);
	return status;
}

/* ---- command line ---------------------------------------------------- */

static const struct command {
	const char *name;
	size_t words;
	bool rest;
	int (*fn)(const struct options *o);
} commands[] = {
	{"run", 1, false, cmd_run},
	{"up", 1, false, cmd_up},
	{"down", 1, false, cmd_down},
	{"list", 0, false, cmd_list},
	{"exec", 2, true, cmd_exec},
	{"console", 2, false, cmd_console},
};

/* One word of the command line; how many words were used, 0 if it is bad. */
static int
read_option(struct options *o, char **arg)
{
	if (strcmp(*arg, "--json") == 0)
		o->json = true;
	else if (strcmp(*arg, "-v") == 0)
		o->verbose = true;
	else if (strcmp(*arg, "--vrflowd") == 0 && arg[1] != NULL)
		o->daemon = arg[1];
	else if (strcmp(*arg, "--vrflow") == 0 && arg[1] != NULL)
		o->cli = arg[1];
	else if (**arg != '-' && o->n_words < o->max_words)
		o->word[o->n_words++] = *arg;
	else
		return 0;
	return strncmp(*arg, "--vrflow", 8) == 0 ? 2 : 1;
}

static bool
read_options(const struct command *c, struct options *o, int argc, char **argv)
{
	int i = 0, used;

	o->max_words = c->words;
	while (i < argc) {
		/* What follows the node belongs to the command. */
		if (c->rest && o->n_words == c->words) {
			if (strcmp(argv[i], "--") == 0)
				i++;
			o->rest = i < argc ? argv + i : NULL;
			return true;
		}
		used = read_option(o, argv + i);
		if (used == 0)
			return false;
		i += used;
	}
	return o->n_words == c->words;
}

int
lab_main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *c = &commands[i];
		struct options o = {0};

		if (argc < 2 || strcmp(argv[1], c->name) != 0)
			continue;
		if (!read_options(c, &o, argc - 2, argv + 2))
			break;
		if (geteuid() != 0)
			return unusable("%s needs root, to make network "
					"namespaces",
				c->name);
		lab_instance_remove_leftovers();
		return c->fn(&o);
	}
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 ||
				 strcmp(argv[1], "help") == 0)) {
		fputs(usage, stdout);
		return EX_HELD;
	}
	fputs(usage, stderr);
	return EX_UNUSABLE;
}
