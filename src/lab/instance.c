/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/instance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BASE_DIR  "/run/vrflow-lab"
#define NETNS_DIR "/run/netns"

static char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static char *
text(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return n < 0 ? NULL : s;
}

/* When the process began, in clock ticks since boot; 0: there is none. */
static unsigned long long
process_start(pid_t pid)
{
	char path[64], buf[1024], *p;
	unsigned long long start = 0;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	n = fread(buf, 1, sizeof(buf) - 1, f);
	fclose(f);
	buf[n] = '\0';
	p = strrchr(buf, ')'); /* the name before it may hold anything */
	for (int field = 2; p != NULL && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p != NULL)
		start = strtoull(p, NULL, 10);
	return start;
}

/* ---- state file ------------------------------------------------------ */

static int
state_write(const struct lab_instance *in)
{
	char *tmp = text("%s/state.new", in->path);
	char *path = text("%s/state", in->path);
	FILE *f = tmp == NULL ? NULL : fopen(tmp, "we");
	int rc = 0;

	if (f == NULL || path == NULL) {
		rc = f == NULL ? -errno : -ENOMEM;
	} else {
		fprintf(f, "owner %d %llu\nstanding %d\ndir %s\n",
			(int)in->owner, in->owner_start, in->standing, in->dir);
		for (size_t i = 0; i < in->n; i++)
			fprintf(f, "node %s %s %s\n",
				in->node[i].kind == LAB_VRFLOW ? "vrflow"
							       : "linux",
				in->node[i].name, in->node[i].netns);
	}
	if (f != NULL && fclose(f) != 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && rename(tmp, path) < 0)
		rc = -errno;
	free(tmp);
	free(path);
	return rc;
}

static int
add_node(struct lab_instance *in, const char *kind, const char *name,
	const char *netns)
{
	struct lab_instance_node *grown, *node;

	grown = realloc(in->node, (in->n + 1) * sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	in->node = grown;
	node = &grown[in->n++];
	node->kind = strcmp(kind, "vrflow") == 0 ? LAB_VRFLOW : LAB_LINUX;
	node->name = strdup(name);
	node->netns = strdup(netns);
	return node->name == NULL || node->netns == NULL ? -ENOMEM : 0;
}

static int
state_line(struct lab_instance *in, char *line)
{
	char kind[16], name[64], netns[256];
	int pid, standing;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "owner %d %llu", &pid, &in->owner_start) == 2) {
		in->owner = pid;
	} else if (sscanf(line, "standing %d", &standing) == 1) {
		in->standing = standing != 0;
	} else if (strncmp(line, "dir ", 4) == 0 && in->dir == NULL) {
		in->dir = strdup(line + 4);
	} else if (sscanf(line, "node %15s %63s %255s", kind, name, netns) ==
		   3) {
		/* Never touch a name that is not one of ours. */
		if (strncmp(netns, in->id, strlen(in->id)) != 0)
			return -EINVAL;
		return add_node(in, kind, name, netns);
	}
	return 0;
}

static int
state_read(struct lab_instance *in, const char *id)
{
	char *path, line[4500];
	int rc = 0;
	FILE *f;

	*in = (struct lab_instance){.watch_fd = -1};
	in->id = strdup(id);
	in->path = text(BASE_DIR "/%s", id);
	path = text(BASE_DIR "/%s/state", id);
	f = path == NULL ? NULL : fopen(path, "re");
	free(path);
	if (in->id == NULL || in->path == NULL)
		rc = -ENOMEM;
	else if (f == NULL)
		rc = -errno;
	while (rc == 0 && fgets(line, sizeof(line), f) != NULL)
		rc = state_line(in, line);
	if (f != NULL)
		fclose(f);
	if (rc == 0 && in->dir == NULL)
		rc = -EINVAL;
	return rc;
}

/* ---- create ---------------------------------------------------------- */

static int
make_dir(struct lab_instance *in, const char *name)
{
	mkdir(BASE_DIR, 0755);
	for (int i = 0; i < 100; i++) {
		free(in->id);
		free(in->path);
		in->id = i == 0 ? text("%s-%d", name, (int)in->owner)
				: text("%s-%d.%d", name, (int)in->owner, i);
		in->path = in->id ? text(BASE_DIR "/%s", in->id) : NULL;
		if (in->path == NULL)
			return -ENOMEM;
		if (mkdir(in->path, 0755) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static int
make_nodes(struct lab_instance *in, const struct lab_topology *t)
{
	int rc = 0;

	for (size_t i = 0; i < t->n_nodes && rc == 0; i++) {
		const struct lab_node *n = &t->nodes[i];
		char *netns = text("%s-%s", in->id, n->name);
		char *dir = lab_instance_file(in, n->name, "");

		if (netns == NULL || dir == NULL)
			rc = -ENOMEM;
		else if (mkdir(dir, 0755) < 0)
			rc = -errno;
		else
			rc = add_node(in,
				n->kind == LAB_VRFLOW ? "vrflow" : "linux",
				n->name, netns);
		free(netns);
		free(dir);
	}
	return rc;
}

int
lab_instance_create(
	struct lab_instance *in, const struct lab_topology *t, const char *dir)
{
	int rc;

	*in = (struct lab_instance){.watch_fd = -1};
	in->owner = getpid();
	in->owner_start = process_start(in->owner);
	in->dir = strdup(dir);
	if (in->dir == NULL)
		return -ENOMEM;
	rc = make_dir(in, t->name);
	if (rc == 0)
		rc = make_nodes(in, t);
	if (rc == 0)
		rc = state_write(in);
	return rc;
}

int
lab_instance_keep(struct lab_instance *in)
{
	in->standing = true;
	return state_write(in);
}

char *
lab_instance_file(
	const struct lab_instance *in, const char *node, const char *file)
{
	return text("%s/%s%s%s", in->path, node, *file ? "/" : "", file);
}

/* ---- remove ---------------------------------------------------------- */

struct netns_id {
	dev_t dev;
	ino_t ino;
};

/* The namespaces of the instance that exist; how many. */
static size_t
netns_ids(const struct lab_instance *in, struct netns_id *ids)
{
	size_t n = 0;

	for (size_t i = 0; i < in->n; i++) {
		char *path = text(NETNS_DIR "/%s", in->node[i].netns);
		struct stat st;

		/* A plain file there: made, but nothing mounted on it yet. */
		if (path != NULL && stat(path, &st) == 0 && st.st_ino != 0) {
			ids[n].dev = st.st_dev;
			ids[n++].ino = st.st_ino;
		}
		free(path);
	}
	return n;
}

static bool
process_in(pid_t pid, const struct netns_id *ids, size_t n)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	if (stat(path, &st) < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (ids[i].dev == st.st_dev && ids[i].ino == st.st_ino)
			return true;
	return false;
}

/* How many processes there were. */
static unsigned int
kill_inside(const struct netns_id *ids, size_t n)
{
	unsigned int found = 0;
	struct dirent *e;
	DIR *d = opendir("/proc");

	while (d != NULL && (e = readdir(d)) != NULL) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);

		if (pid <= 1 || pid == getpid() || !process_in(pid, ids, n))
			continue;
		kill(pid, SIGKILL);
		found++;
	}
	if (d != NULL)
		closedir(d);
	return found;
}

static void
kill_all(const struct lab_instance *in)
{
	struct netns_id *ids = calloc(in->n + 1, sizeof(*ids));
	size_t n = ids == NULL ? 0 : netns_ids(in, ids);

	/* Again until none is left: one may have forked meanwhile. */
	for (int i = 0; n > 0 && i < 200 && kill_inside(ids, n) > 0; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		poll(NULL, 0, 5);
	}
	free(ids);
}

static int
unlink_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path) < 0 && errno != ENOENT;
}

static void
remove_now(const struct lab_instance *in)
{
	kill_all(in);
	for (size_t i = 0; i < in->n; i++) {
		char *path = text(NETNS_DIR "/%s", in->node[i].netns);

		if (path == NULL)
			continue;
		umount2(path, MNT_DETACH);
		unlink(path);
		free(path);
	}
	nftw(in->path, unlink_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void
lab_instance_remove(struct lab_instance *in)
{
	if (in->watcher > 0) {
		close(in->watch_fd);
		in->watch_fd = -1;
		while (waitpid(in->watcher, NULL, 0) < 0 && errno == EINTR)
			;
		in->watcher = 0;
	} else if (in->path != NULL) {
		remove_now(in);
	}
}

/* ---- watcher --------------------------------------------------------- */

static void
watch(struct lab_instance *in, int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char c;

	/* Ctrl-C and the closing of the terminal are for the builder. */
	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_NAME, "vrflow-lab-end");
	/* Whoever reads the builder's output must not wait for us. */
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	while (read(fd, &c, 1) < 0 && errno == EINTR)
		;
	remove_now(in);
	_exit(0);
}

int
lab_instance_watch(struct lab_instance *in)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	in->watcher = fork();
	if (in->watcher < 0) {
		int rc = -errno;

		in->watcher = 0;
		close(fd[0]);
		close(fd[1]);
		return rc;
	}
	if (in->watcher == 0) {
		close(fd[1]);
		watch(in, fd[0]);
	}
	close(fd[0]);
	in->watch_fd = fd[1];
	return 0;
}

/* ---- all of the machine ---------------------------------------------- */

int
lab_instance_each(int (*fn)(struct lab_instance *in, void *arg), void *arg)
{
	DIR *d = opendir(BASE_DIR);
	struct dirent *e;
	int rc = 0;

	while (d != NULL && rc == 0 && (e = readdir(d)) != NULL) {
		struct lab_instance in;

		if (e->d_name[0] == '.')
			continue;
		if (state_read(&in, e->d_name) == 0)
			rc = fn(&in, arg);
		lab_instance_done(&in);
	}
	if (d != NULL)
		closedir(d);
	return rc;
}

static int
remove_if_left(struct lab_instance *in, void *arg)
{
	unsigned int *n = arg;

	if (!in->standing && process_start(in->owner) != in->owner_start) {
		remove_now(in);
		(*n)++;
	}
	return 0;
}

/*
 * A directory whose state was never written, or not wholly: its owner was
 * killed before it made anything else. The name tells who that was.
 */
static void
remove_stateless(void)
{
	DIR *d = opendir(BASE_DIR);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		char *path = text(BASE_DIR "/%s", e->d_name);
		char *state = text(BASE_DIR "/%s/state", e->d_name);
		const char *dash = strrchr(e->d_name, '-');
		int pid = dash == NULL ? 0 : atoi(dash + 1);

		if (path != NULL && state != NULL && pid > 0 &&
			process_start(pid) == 0 && access(state, F_OK) < 0)
			nftw(path, unlink_one, 16,
				FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
		free(path);
		free(state);
	}
	if (d != NULL)
		closedir(d);
}

unsigned int
lab_instance_remove_leftovers(void)
{
	unsigned int n = 0;

	lab_instance_each(remove_if_left, &n);
	remove_stateless();
	return n;
}

void
lab_instance_done(struct lab_instance *in)
{
	for (size_t i = 0; i < in->n; i++) {
		free(in->node[i].name);
		free(in->node[i].netns);
	}
	free(in->node);
	free(in->id);
	free(in->path);
	free(in->dir);
	if (in->watch_fd >= 0)
		close(in->watch_fd);
	*in = (struct lab_instance){.watch_fd = -1};
}
