/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show system processes [OP-73]: those that the daemon can see in /proc and
 * that belong to vrflow, unless `extensive` asks for all; of the daemon itself
 * each thread, since each is a packet worker.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tree.h"
#include "ops/ops_impl.h"

struct process {
	char command[64];
	char state;
	unsigned long long cpu_ticks, size_bytes, pages;
	unsigned int uid;
};

/* The command stands in parentheses and may itself contain some. */
static bool
process_read(const char *path, struct process *p)
{
	unsigned long long user, sys;
	char line[1024], *open, *close;
	struct stat st;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		return false;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	p->uid = fstat(fileno(f), &st) == 0 ? st.st_uid : 0;
	fclose(f);
	open = strchr(line, '(');
	close = strrchr(line, ')');
	if (open == NULL || close == NULL || close < open)
		return false;
	*close = '\0';
	snprintf(p->command, sizeof(p->command), "%s", open + 1);
	if (sscanf(close + 1,
		    " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu "
		    "%*d %*d %*d %*d %*d %*d %*u %llu %llu",
		    &p->state, &user, &sys, &p->size_bytes, &p->pages) != 5)
		return false;
	p->cpu_ticks = user + sys;
	return true;
}

static void
add_cpu_time(struct tnode *n, const struct process *p)
{
	unsigned long long s =
		p->cpu_ticks / (unsigned long long)sysconf(_SC_CLK_TCK);

	ops_seconds(tree_leaf(n, "cpu-time", "%llu:%02llu", s / 60, s % 60), s);
}

static bool
is_number(const char *name)
{
	return isdigit((unsigned char)name[0]) && strlen(name) < 20;
}

/* Threads of the daemon beside the first, which is the process: workers. */
static void
add_threads(struct tnode *n, const char *pid)
{
	char path[64];
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/task", pid);
	dir = opendir(path);
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		struct process p;
		struct tnode *t;

		if (!is_number(d->d_name) || strcmp(d->d_name, pid) == 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/task/%.20s/stat", pid,
			d->d_name);
		if (!process_read(path, &p))
			continue;
		t = tree_open(n, "thread");
		tree_leaf(t, "pid", "%s", d->d_name);
		tree_leaf(t, "state", "%c", p.state);
		add_cpu_time(t, &p);
		tree_leaf(t, "command", "%s", p.command);
	}
	if (dir != NULL)
		closedir(dir);
}

static struct tnode *
add_process(struct tnode *root, const char *pid, const struct process *p)
{
	unsigned long long page = (unsigned long long)sysconf(_SC_PAGESIZE);
	struct tnode *n = tree_open(root, "process");

	tree_leaf(n, "pid", "%s", pid);
	tree_leaf(n, "user", "%u", p->uid);
	tree_leaf(n, "state", "%c", p->state);
	tree_leaf(n, "virtual-memory-size", "%llu", p->size_bytes / 1024);
	tree_leaf(n, "resident-set-size", "%llu", p->pages * page / 1024);
	add_cpu_time(n, p);
	tree_leaf(n, "command", "%s", p->command);
	return n;
}

void
show_processes(struct ops_request *rq)
{
	bool all = ops_arg(rq, "extensive") != NULL;
	struct tnode *root = ops_root(rq, "system-process-information", NULL);
	DIR *dir = root != NULL ? opendir("/proc") : NULL;
	struct dirent *d;
	char self[16];

	snprintf(self, sizeof(self), "%d", (int)getpid());
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		struct process p;
		struct tnode *n = NULL;
		char path[64];

		snprintf(path, sizeof(path), "/proc/%.20s/stat", d->d_name);
		if (!is_number(d->d_name) || !process_read(path, &p))
			continue;
		if (all || strncmp(p.command, "vrflow", 6) == 0 ||
			strcmp(d->d_name, self) == 0)
			n = add_process(root, d->d_name, &p);
		if (n != NULL && strcmp(d->d_name, self) == 0)
			add_threads(n, d->d_name);
	}
	if (dir != NULL)
		closedir(dir);
}
