/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/build.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sbuf.h"

#define READY_MS 20000
#define STOP_MS  5000

static int
fail(struct sbuf *why, const char *what, const char *detail)
{
	sbuf_printf(why, "%s: %s", what, detail);
	while (why->len > 0 && why->data[why->len - 1] == '\n')
		why->data[--why->len] = '\0';
	return -1;
}

static void
tell(const struct lab_world *w, const char *netns, const char *const *argv)
{
	if (!w->verbose)
		return;
	fprintf(stderr, "  [%s]", netns ? netns : "host");
	for (; *argv != NULL; argv++)
		fprintf(stderr, " %s", *argv);
	fputc('\n', stderr);
}

/* Run a tool that must succeed. */
static int
must(const struct lab_world *w, const char *netns, const char *const *argv,
	struct sbuf *why)
{
	struct sbuf out = SBUF_INIT;
	int rc;

	tell(w, netns, argv);
	rc = lab_run_quiet(netns, argv, &out);
	if (rc < 0)
		fail(why, argv[0], strerror(-rc));
	else if (rc > 0)
		fail(why, argv[0], sbuf_text(&out));
	sbuf_done(&out);
	return rc == 0 ? 0 : -1;
}

static const char *
netns_of(const struct lab_world *w, size_t node)
{
	return w->instance.node[node].netns;
}

/* ---- namespaces and cables ------------------------------------------- */

/*
 * Addresses work at once (no duplicate address detection), and in a vrflow
 * node the kernel keeps quiet: the daemon alone answers on its ports.
 */
static const char setup_linux[] =
	"ip link set lo up\n"
	"for i in all default; do\n"
	"  echo 0 >/proc/sys/net/ipv6/conf/$i/accept_dad\n"
	"  echo 0 >/proc/sys/net/ipv6/conf/$i/dad_transmits\n"
	"done 2>/dev/null; true\n";
static const char setup_vrflow[] =
	"ip link set lo up\n"
	"for i in all default; do\n"
	"  echo 1 >/proc/sys/net/ipv6/conf/$i/disable_ipv6\n"
	"done 2>/dev/null; true\n";

static int
make_netns(struct lab_world *w, size_t i, struct sbuf *why)
{
	const char *netns = netns_of(w, i);
	const char *add[] = {"ip", "netns", "add", netns, NULL};
	bool vrflow = w->topology.nodes[i].kind == LAB_VRFLOW;
	const char *setup[] = {
		"sh", "-c", vrflow ? setup_vrflow : setup_linux, NULL};

	if (must(w, NULL, add, why) < 0)
		return -1;
	return lab_run_quiet(netns, setup, NULL) == 0
		       ? 0
		       : fail(why, netns, "cannot set up the namespace");
}

static int
make_link(struct lab_world *w, const struct lab_link *l, struct sbuf *why)
{
	const struct lab_end *a = &l->end[0], *b = &l->end[1];
	char mtu[16];
	const char *argv[20];
	size_t n = 0;

	snprintf(mtu, sizeof(mtu), "%u", l->mtu ? l->mtu : 1500);
	const char *words[] = {"ip", "link", "add", a->device, "mtu", mtu,
		"netns", netns_of(w, a->node), "type", "veth", "peer", "name",
		b->device, "mtu", mtu, "netns", netns_of(w, b->node), NULL};
	for (; words[n] != NULL; n++)
		argv[n] = words[n];
	argv[n] = NULL;
	if (must(w, NULL, argv, why) < 0)
		return -1;
	for (int e = 0; e < 2; e++) {
		const char *up[] = {"ip", "-n", netns_of(w, l->end[e].node),
			"link", "set", l->end[e].device, "up", NULL};

		if (must(w, NULL, up, why) < 0)
			return -1;
	}
	return 0;
}

static int
run_exec(struct lab_world *w, size_t i, struct sbuf *why)
{
	const struct lab_node *node = &w->topology.nodes[i];

	for (size_t j = 0; j < node->n_exec; j++) {
		const char *argv[] = {"sh", "-c", node->exec[j], NULL};
		struct sbuf out = SBUF_INIT;

		if (must(w, netns_of(w, i), argv, &out) < 0) {
			sbuf_printf(why, "node %s: exec '%s': %s", node->name,
				node->exec[j], sbuf_text(&out));
			sbuf_done(&out);
			return -1;
		}
	}
	return 0;
}

/* ---- daemons --------------------------------------------------------- */

/*
 * A copy of the start configuration, so that commits never touch the lab's own
 * directory.
 */
static int
copy_file(const char *from, const char *to)
{
	char buf[65536];
	size_t n;
	int rc = 0;
	FILE *in = fopen(from, "re"), *out = in ? fopen(to, "we") : NULL;

	if (out == NULL)
		rc = -errno;
	while (rc == 0 && (n = fread(buf, 1, sizeof(buf), in)) > 0)
		if (fwrite(buf, 1, n, out) != n)
			rc = -EIO;
	if (rc == 0 && ferror(in))
		rc = -EIO;
	if (in != NULL)
		fclose(in);
	if (out != NULL && fclose(out) != 0 && rc == 0)
		rc = -EIO;
	return rc;
}

static bool
file_has_line(const char *path, const char *line)
{
	char buf[4096];
	bool found = false;
	FILE *f = fopen(path, "re");

	while (f != NULL && !found && fgets(buf, sizeof(buf), f) != NULL) {
		buf[strcspn(buf, "\n")] = '\0';
		found = strcmp(buf, line) == 0;
	}
	if (f != NULL)
		fclose(f);
	return found;
}

static void
add_log(struct sbuf *why, const char *path)
{
	char buf[4096];
	FILE *f = fopen(path, "re");
	size_t n;

	while (f != NULL && (n = fread(buf, 1, sizeof(buf), f)) > 0)
		sbuf_add(why, buf, n);
	if (f != NULL)
		fclose(f);
}

static int
wait_ready(struct lab_world *w, size_t i, const char *log, struct sbuf *why)
{
	unsigned long end = lab_now_ms() + READY_MS;
	struct lab_proc *p = &w->daemon[i];
	const char *name = w->topology.nodes[i].name;

	while (!file_has_line(log, "ready")) {
		enum lab_wait r =
			lab_proc_wait(p, lab_now_ms() + 10, false, NULL, NULL);

		if (r == LAB_INTERRUPTED)
			return fail(why, name, "interrupted");
		if (r == LAB_ENDED || lab_now_ms() > end) {
			sbuf_printf(why, "node %s: vrflowd %s\n", name,
				r == LAB_ENDED ? "ended at its start"
					       : "is not ready after 20 s");
			add_log(why, log);
			return -1;
		}
	}
	return 0;
}

static int
start_daemon(struct lab_world *w, size_t i, const char *conf, const char *sock,
	const char *log, bool outlive, struct sbuf *why)
{
	const struct lab_node *node = &w->topology.nodes[i];
	const char **argv = calloc(10 + 2 * node->n_ports, sizeof(*argv));
	struct sbuf *port = calloc(node->n_ports + 1, sizeof(*port));
	struct lab_spawn s = {.netns = netns_of(w, i),
		.log = log,
		.env = node->env,
		.n_env = node->n_env,
		.outlive = outlive};
	size_t n = 0;
	int rc = -ENOMEM;

	if (argv != NULL && port != NULL) {
		argv[n++] = w->programs.daemon;
		argv[n++] = "-f";
		argv[n++] = "-l";
		argv[n++] = w->env[i][LAB_LOGS].value;
		argv[n++] = "-c";
		argv[n++] = conf;
		argv[n++] = "-s";
		argv[n++] = sock;
		for (size_t j = 0; j < node->n_ports; j++) {
			sbuf_printf(&port[j], "%s=%s", node->ports[j].key,
				node->ports[j].value);
			argv[n++] = "-p";
			argv[n++] = sbuf_text(&port[j]);
		}
		s.argv = argv;
		tell(w, s.netns, argv);
		rc = lab_proc_start(&w->daemon[i], &s);
	}
	for (size_t j = 0; port != NULL && j < node->n_ports; j++)
		sbuf_done(&port[j]);
	free(port);
	free(argv);
	return rc < 0 ? fail(why, w->programs.daemon, strerror(-rc)) : 0;
}

static int
write_pid(const char *path, pid_t pid)
{
	FILE *f = fopen(path, "we");

	if (f == NULL)
		return -errno;
	fprintf(f, "%d\n", (int)pid);
	return fclose(f) == 0 ? 0 : -errno;
}

static int
make_daemon(struct lab_world *w, size_t i, const char *dir, bool outlive,
	struct sbuf *why)
{
	const struct lab_node *node = &w->topology.nodes[i];
	const char *conf = w->env[i][LAB_CONFIG].value,
		   *sock = w->env[i][LAB_SOCKET].value;
	const char *pid = w->env[i][LAB_PID].value;
	char *log = lab_instance_file(&w->instance, node->name, "vrflowd.log");
	struct sbuf from = SBUF_INIT;
	int rc;

	sbuf_printf(&from, "%s/%s", dir, node->startup_config);
	rc = copy_file(sbuf_text(&from), conf);
	if (log == NULL)
		rc = fail(why, node->name, "out of memory");
	else if (strlen(sock) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		rc = fail(why, sock, "too long for a socket's name");
	else if (rc < 0)
		rc = fail(why, sbuf_text(&from), strerror(-rc));
	else
		rc = start_daemon(w, i, conf, sock, log, outlive, why);
	if (rc == 0)
		rc = wait_ready(w, i, log, why);
	if (rc == 0)
		rc = write_pid(pid, w->daemon[i].pid);
	sbuf_done(&from);
	free(log);
	return rc;
}

/* Variables for the shells of a vrflow node: they can restart the daemon. */
static int
make_env(struct lab_world *w, size_t i)
{
	const char *name = w->topology.nodes[i].name;
	const struct lab_instance *in = &w->instance;
	char *values[LAB_ENV_N] = {
		[LAB_SCRATCH] = lab_instance_file(in, name, ""),
		[LAB_DAEMON] = strdup(w->programs.daemon),
		[LAB_CLI] = strdup(w->programs.cli),
		[LAB_CONFIG] = lab_instance_file(in, name, "vrflow.conf"),
		[LAB_SOCKET] = lab_instance_file(in, name, "vrflow.sock"),
		[LAB_PID] = lab_instance_file(in, name, "vrflowd.pid"),
		[LAB_LOGS] = lab_instance_file(in, name, "log")};
	static const char *const keys[LAB_ENV_N] = {
		[LAB_SCRATCH] = "LAB_SCRATCH",
		[LAB_DAEMON] = "VRFLOWD",
		[LAB_CLI] = "VRFLOW",
		[LAB_CONFIG] = "VRFLOW_CONFIG",
		[LAB_SOCKET] = "VRFLOW_SOCKET",
		[LAB_PID] = "VRFLOW_PID",
		[LAB_LOGS] = "VRFLOW_LOGS"};
	int rc = 0;

	for (size_t j = 0; j < LAB_ENV_N; j++) {
		w->env[i][j].key = strdup(keys[j]);
		w->env[i][j].value = values[j];
		if (values[j] == NULL || w->env[i][j].key == NULL)
			rc = -ENOMEM;
	}
	return rc;
}

static int
build_nodes(struct lab_world *w, struct sbuf *why)
{
	const struct lab_topology *t = &w->topology;

	for (size_t i = 0; i < t->n_nodes; i++)
		if (make_netns(w, i, why) < 0)
			return -1;
	for (size_t i = 0; i < t->n_links; i++)
		if (make_link(w, &t->links[i], why) < 0)
			return -1;
	for (size_t i = 0; i < t->n_nodes; i++)
		if (run_exec(w, i, why) < 0)
			return -1;
	return 0;
}

int
lab_build(struct lab_world *w, const char *dir, bool outlive, struct sbuf *why)
{
	const struct lab_topology *t = &w->topology;

	w->daemon = calloc(t->n_nodes + 1, sizeof(*w->daemon));
	w->env = calloc(t->n_nodes + 1, sizeof(*w->env));
	if (w->daemon == NULL || w->env == NULL)
		return fail(why, t->name, "out of memory");
	for (size_t i = 0; i < t->n_nodes; i++) {
		w->daemon[i] = LAB_PROC_INIT;
		if (make_env(w, i) < 0)
			return fail(why, t->name, "out of memory");
	}
	if (build_nodes(w, why) < 0)
		return -1;
	for (size_t i = 0; i < t->n_nodes; i++)
		if (t->nodes[i].kind == LAB_VRFLOW &&
			make_daemon(w, i, dir, outlive, why) < 0)
			return -1;
	return 0;
}

/* ---- the end --------------------------------------------------------- */

/* A step may have ended it on purpose; a crash is never on purpose. */
static bool
ended_badly(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status) != 0;
	return WTERMSIG(status) != SIGKILL && WTERMSIG(status) != SIGTERM;
}

static void
say_ended(struct lab_world *w, size_t i, struct sbuf *why)
{
	const char *name = w->topology.nodes[i].name;
	char *log = lab_instance_file(&w->instance, name, "vrflowd.log");

	sbuf_printf(why, "vrflowd of %s ended with %d; its log:\n", name,
		lab_exit_status(w->daemon[i].status));
	add_log(why, log ? log : "");
	while (why->len > 0 && why->data[why->len - 1] == '\n')
		why->data[--why->len] = '\0';
	free(log);
}

bool
lab_daemons_alive(struct lab_world *w, struct sbuf *why)
{
	for (size_t i = 0; i < w->topology.n_nodes; i++) {
		struct lab_proc *p = &w->daemon[i];

		if (p->pid == 0 ||
			lab_proc_wait(p, 0, false, NULL, NULL) != LAB_ENDED)
			continue;
		if (!ended_badly(p->status))
			continue;
		say_ended(w, i, why);
		return false;
	}
	return true;
}

int
lab_stop_daemons(struct lab_world *w, struct sbuf *why)
{
	unsigned long end = lab_now_ms() + STOP_MS;
	int rc = 0;

	for (size_t i = 0; w->daemon != NULL && i < w->topology.n_nodes; i++)
		if (w->daemon[i].pid > 0)
			kill(w->daemon[i].pid, SIGTERM);
	for (size_t i = 0; w->daemon != NULL && i < w->topology.n_nodes; i++) {
		struct lab_proc *p = &w->daemon[i];
		const char *name = w->topology.nodes[i].name;
		enum lab_wait r;

		if (p->pid == 0)
			continue;
		r = lab_proc_wait(p, end, false, NULL, NULL);
		if (r == LAB_TIMEOUT) {
			sbuf_printf(
				why, "node %s: vrflowd does not end\n", name);
			rc = -1;
		} else if (r == LAB_ENDED && ended_badly(p->status)) {
			say_ended(w, i, why);
			rc = -1;
		}
	}
	return rc;
}

int
lab_node_index(const struct lab_world *w, const char *name)
{
	const struct lab_node *n = lab_topology_node(&w->topology, name);

	return n == NULL ? -1 : (int)(n - w->topology.nodes);
}

void
lab_world_done(struct lab_world *w)
{
	for (size_t i = 0; i < w->topology.n_nodes; i++) {
		/* A daemon that outlives us is not ours to end here. */
		for (size_t j = 0; w->env != NULL && j < LAB_ENV_N; j++) {
			free(w->env[i][j].key);
			free(w->env[i][j].value);
		}
	}
	free(w->daemon);
	free(w->env);
	free(w->programs.daemon);
	free(w->programs.cli);
	lab_topology_done(&w->topology);
	lab_instance_done(&w->instance);
	*w = (struct lab_world){.instance.watch_fd = -1};
}
