/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/load.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "lab/build.h"
#include "lab/steps.h"

#define FILE_MAX (4u << 20)

static int
read_file(const char *path, struct sbuf *to, struct sbuf *why)
{
	char buf[65536];
	FILE *f = fopen(path, "re");
	size_t n;
	int rc = 0;

	if (f == NULL) {
		sbuf_printf(why, "%s: %s", path, strerror(errno));
		return -1;
	}
	while (rc == 0 && (n = fread(buf, 1, sizeof(buf), f)) > 0) {
		sbuf_add(to, buf, n);
		if (to->failed || to->len > FILE_MAX)
			rc = -1;
	}
	if (ferror(f))
		rc = -1;
	if (rc < 0)
		sbuf_printf(why, "%s: cannot be read, or is too large", path);
	fclose(f);
	return rc;
}

static void
trim(struct sbuf *b)
{
	while (b->len > 0 && b->data[b->len - 1] == '\n')
		b->data[--b->len] = '\0';
}

/* Say what is in the report; -1. */
static int
refuse(struct report *r, struct sbuf *why)
{
	if (report_ok(r))
		sbuf_puts(why, "out of memory");
	else
		report_text(r, why);
	trim(why);
	return -1;
}

static int
load_topology(const char *path, struct lab_world *w, struct sbuf *why)
{
	struct report r = REPORT_INIT;
	struct sbuf text = SBUF_INIT;
	int rc = read_file(path, &text, why);

	if (rc == 0) {
		r.source = strdup(path);
		if (lab_topology_parse(
			    sbuf_text(&text), text.len, &w->topology, &r) < 0)
			rc = refuse(&r, why);
	}
	report_done(&r);
	sbuf_done(&text);
	return rc;
}

/* Steps name nodes; CLI commands are for vrflow nodes. */
static void
check_hosts(const struct lab_steps *steps, const struct lab_world *w,
	struct report *r)
{
	for (size_t i = 0; i < steps->n; i++) {
		const struct lab_step *s = &steps->step[i];
		const struct lab_node *n =
			lab_topology_node(&w->topology, s->host);
		bool cli = s->kind == LAB_OPERATIONAL ||
			   s->kind == LAB_CONFIGURATION;

		if (n == NULL)
			report_add(r, REPORT_ERROR, s->line, NULL, NULL,
				"the topology has no node %s", s->host);
		else if (cli && n->kind != LAB_VRFLOW)
			report_add(r, REPORT_ERROR, s->line, NULL, NULL,
				"%s is not a vrflow node: it has no such "
				"command line",
				s->host);
	}
}

static int
load_steps(const char *path, const struct lab_world *w, struct lab_steps *steps,
	struct sbuf *why)
{
	struct report r = REPORT_INIT;
	struct sbuf text = SBUF_INIT;
	int rc = read_file(path, &text, why);

	if (rc == 0) {
		r.source = strdup(path);
		rc = lab_steps_parse(sbuf_text(&text), text.len, steps, &r);
		if (rc == 0)
			check_hosts(steps, w, &r);
		if (rc < 0 || !report_ok(&r))
			rc = refuse(&r, why);
	}
	report_done(&r);
	sbuf_done(&text);
	return rc;
}

static int
check_configs(const char *dir, const struct lab_world *w, struct sbuf *why)
{
	for (size_t i = 0; i < w->topology.n_nodes; i++) {
		const struct lab_node *n = &w->topology.nodes[i];
		struct sbuf path = SBUF_INIT;
		int rc = 0;

		if (n->startup_config == NULL)
			continue;
		sbuf_printf(&path, "%s/%s", dir, n->startup_config);
		if (access(sbuf_text(&path), R_OK) < 0) {
			sbuf_printf(why, "%s (startup-config of %s): %s",
				sbuf_text(&path), n->name, strerror(errno));
			rc = -1;
		}
		sbuf_done(&path);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int
lab_load(const char *dir, struct lab_world *w, struct lab_steps *steps,
	char **full_dir, struct sbuf *why)
{
	struct sbuf path = SBUF_INIT;
	int rc;

	*full_dir = realpath(dir, NULL);
	if (*full_dir == NULL) {
		sbuf_printf(why, "%s: %s", dir, strerror(errno));
		return -1;
	}
	sbuf_printf(&path, "%s/topology.clab.yml", *full_dir);
	rc = load_topology(sbuf_text(&path), w, why);
	if (rc == 0)
		rc = check_configs(*full_dir, w, why);
	sbuf_done(&path);
	sbuf_printf(&path, "%s/README.md", *full_dir);
	if (rc == 0 && steps != NULL)
		rc = load_steps(sbuf_text(&path), w, steps, why);
	sbuf_done(&path);
	return rc;
}

/* ---- programs -------------------------------------------------------- */

/* An absolute path, since the shells of the nodes get it too. */
static char *
find_program(const char *given, const char *name)
{
	char self[PATH_MAX], *slash;
	ssize_t n;

	if (given != NULL)
		return realpath(given, NULL);
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL &&
		strlen(name) < sizeof(self) - (size_t)(slash - self) - 1) {
		strcpy(slash + 1, name);
		if (access(self, X_OK) == 0)
			return strdup(self);
	}
	return strdup(name);
}

int
lab_find_programs(struct lab_world *w, const char *daemon, const char *cli,
	struct sbuf *why)
{
	w->programs.daemon = find_program(daemon, "vrflowd");
	w->programs.cli = find_program(cli, "vrflow");
	if (w->programs.daemon == NULL || w->programs.cli == NULL) {
		sbuf_printf(why, "%s: %s",
			w->programs.daemon == NULL ? daemon : cli,
			strerror(errno));
		return -1;
	}
	return 0;
}

/* ---- tools ----------------------------------------------------------- */

/* The program at the begin of a shell command, if that is plain to see. */
static bool
first_word(const char *command, char *word, size_t size)
{
	size_t n = 0;

	while (isalnum((unsigned char)command[n]) ||
		(command[n] != '\0' && strchr("-_./+", command[n]) != NULL))
		n++;
	if (n == 0 || n >= size || (command[n] != '\0' && command[n] != ' '))
		return false;
	memcpy(word, command, n);
	word[n] = '\0';
	return true;
}

static bool
tool_there(const char *tool)
{
	const char *argv[] = {"sh", "-c", "command -v -- \"$0\"", tool, NULL};

	return lab_run_quiet(NULL, argv, NULL) == 0;
}

static bool
seen_before(const struct lab_steps *steps, size_t end, const char *word)
{
	char other[256];

	for (size_t i = 0; i < end; i++)
		if (steps->step[i].kind == LAB_SHELL &&
			first_word(steps->step[i].commands[0], other,
				sizeof(other)) &&
			strcmp(other, word) == 0)
			return true;
	return false;
}

int
lab_check_host(const struct lab_steps *steps, struct sbuf *why)
{
	char word[256];

	if (!tool_there("ip")) {
		sbuf_puts(why, "the tool 'ip' is missing (package iproute2)");
		return -1;
	}
	for (size_t i = 0; steps != NULL && i < steps->n; i++) {
		const struct lab_step *s = &steps->step[i];

		if (s->kind != LAB_SHELL ||
			!first_word(s->commands[0], word, sizeof(word)) ||
			seen_before(steps, i, word) || tool_there(word))
			continue;
		sbuf_printf(why, "README.md:%u: the tool '%s' is missing",
			s->line, word);
		return -1;
	}
	return 0;
}
