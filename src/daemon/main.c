/* SPDX-License-Identifier: Apache-2.0 */
/* vrflowd: options, start in order, run, end in reverse order. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sbuf.h"
#include "config/candidate.h"
#include "daemon/daemon.h"
#include "daemon/privileges.h"
#include "export/alarms.h"
#include "export/exporter.h"
#include "export/metrics_http.h"
#include "io/eal.h"
#include "mgmt/server.h"
#include "record/logger.h"

#define SOCKET_DEFAULT "/run/vrflow/vrflow.sock"
#define CONFIG_DEFAULT "/etc/vrflow/vrflow.conf"
#define LOG_DIR        "/var/log/vrflow"
#define BUFFERS        8192u
#define JUMBO_BUFFERS  256u

struct daemon daemon_state;

static void
usage(FILE *to)
{
	fputs("usage: vrflowd [-c FILE] [-s SOCKET] [-p IFD=DEVICE]... "
	      "[-w WORKERS] [-C CPUS] [-H] [-m MAX_SESSIONS] [-l DIR] "
	      "[-f]\n"
	      "  -c FILE          configuration, curly or set text; commits "
	      "are "
	      "stored there\n"
	      "                   (" CONFIG_DEFAULT ")\n"
	      "  -s SOCKET        management socket (" SOCKET_DEFAULT ")\n"
	      "  -p IFD=DEVICE    ge-0/0/0=linux:eth1, =dpdk:net_ring0, "
	      "=pcap:in.pcap,out.pcap\n"
	      "  -w WORKERS       packet workers, 1 to 16 (1)\n"
	      "  -C CPUS          where they run, one each: 2,4-6\n"
	      "  -H               use hugepages\n"
	      "  -m MAX_SESSIONS  size of the session table (524288)\n"
	      "  -l DIR           log files (" LOG_DIR ")\n"
	      "  -f               stay in the foreground, print \"ready\" when "
	      "forwarding\n"
	      "  -V, -h           version, this help\n",
		to);
}

static bool
number(const char *text, unsigned long min, unsigned long max,
	unsigned long *ret)
{
	char *end;

	errno = 0;
	*ret = strtoul(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *ret >= min &&
	       *ret <= max;
}

static bool
port_arg(struct daemon_options *o, char *text)
{
	char *eq = strchr(text, '=');

	if (eq == NULL || eq == text || eq[1] == '\0' ||
		o->nports == PORT_ARGS_MAX)
		return false;
	*eq = '\0';
	o->ports[o->nports++] = (struct port_arg){text, eq + 1};
	return true;
}

/* 0: go on; otherwise exit with (value - 1). */
static int
options(struct daemon_options *o, int argc, char **argv)
{
	unsigned long n;
	int c;

	o->config_file = CONFIG_DEFAULT;
	o->socket = SOCKET_DEFAULT;
	o->log_dir = LOG_DIR;
	o->workers = 1;
	o->max_sessions = SESSIONS_DEFAULT;
	while ((c = getopt(argc, argv, "c:s:p:w:C:Hm:l:fVh")) != -1) {
		bool ok = true;

		switch (c) {
		case 'c':
			o->config_file = optarg;
			break;
		case 's':
			o->socket = optarg;
			break;
		case 'p':
			ok = port_arg(o, optarg);
			break;
		case 'w':
			ok = number(optarg, 1, WORKERS_MAX, &n);
			o->workers = (unsigned int)n;
			break;
		case 'C':
			ok = cpus_parse(o, optarg);
			break;
		case 'H':
			o->hugepages = true;
			break;
		case 'm':
			ok = number(optarg, 1, 1u << 30, &n);
			o->max_sessions = (uint32_t)n;
			break;
		case 'l':
			o->log_dir = optarg;
			break;
		case 'f':
			o->foreground = true;
			break;
		case 'V':
			puts("vrflowd " VRFLOW_VERSION);
			return 1;
		case 'h':
			usage(stdout);
			return 1;
		default:
			ok = false;
			break;
		}
		if (!ok) {
			usage(stderr);
			return 2;
		}
	}
	if (optind < argc) {
		usage(stderr);
		return 2;
	}
	return 0;
}

static const struct image *
published_image(void)
{
	return daemon_state.image;
}

static const struct route_view *
published_routes(void)
{
	return daemon_state.view;
}

static int
fail(const char *what)
{
	fprintf(stderr, "vrflowd: %s\n", what);
	return -1;
}

static bool
hugepages_reserved(void)
{
	FILE *f = fopen("/proc/sys/vm/nr_hugepages", "re");
	unsigned long n = 0;

	if (f == NULL)
		return false;
	if (fscanf(f, "%lu", &n) != 1)
		n = 0;
	fclose(f);
	return n > 0;
}

/*
 * EAL looks at PCI only when an option names a device there; then it may take
 * hugepages too, if some are reserved.
 */
static void
pci_devices(const struct daemon *d, struct eal_config *eal)
{
	static char address[PORT_ARGS_MAX][32];
	static const char *list[PORT_ARGS_MAX + 1];
	unsigned int n = 0;

	for (unsigned int i = 0; i < d->o.nports; i++)
		if (port_pci_address(d->o.ports[i].device, address[n],
			    sizeof(address[n]))) {
			list[n] = address[n];
			n++;
		}
	if (n == 0)
		return;
	eal->pci = list;
	eal->hugepages |= hugepages_reserved();
}

static int
start_data_plane(struct daemon *d)
{
	struct eal_config eal = {0};
	struct workers_config wc = {
		.n = d->o.workers, .max_sessions = d->o.max_sessions};
	struct host_config hc = {.image = published_image,
		.routes = published_routes,
		.mac = ports_mac};
	char err[512] = "";

	if (d->o.hugepages && !hugepages_reserved())
		return fail("-H: no hugepages are reserved; reserve some with "
			    "sysctl vm.nr_hugepages=512");
	eal.hugepages = d->o.hugepages;
	pci_devices(d, &eal);
	wc.cpus = d->o.ncpus > 0 ? d->o.cpus : NULL;
	if (eal_start(&eal, err, sizeof(err)) != 0)
		return fail(err);
	port_prepare();
	d->pool = eal_pool_create(BUFFERS * d->o.workers);
	d->jumbo = eal_jumbo_pool_create(JUMBO_BUFFERS * d->o.workers);
	d->neigh = neigh_create();
	d->routes = route_db_create();
	d->ids = compile_ids_create();
	if (!d->pool || !d->jumbo || !d->neigh || !d->routes || !d->ids)
		return fail("out of memory");
	wc.pool = d->pool;
	wc.jumbo = d->jumbo;
	wc.neigh = d->neigh;
	d->workers = workers_create(&wc, err, sizeof(err));
	if (d->workers == NULL)
		return fail(err);
	hc.workers = d->workers;
	hc.neigh = d->neigh;
	hc.pool = d->pool;
	d->host = host_create(&hc);
	return d->host != NULL ? 0 : fail("out of memory");
}

/* No file is a new box, unless one was named. */
static bool
file_missing(const struct daemon *d)
{
	return strcmp(d->o.config_file, CONFIG_DEFAULT) != 0 &&
	       access(d->o.config_file, R_OK) != 0;
}

static int
start_configuration(struct daemon *d)
{
	struct report report = REPORT_INIT;
	struct sbuf text = SBUF_INIT;
	struct config_store_ops ops = {.apply = commit_apply,
		.check = commit_check,
		.done = metrics_commit_done,
		.ctx = d};
	int rc;

	if (file_missing(d)) {
		fprintf(stderr, "vrflowd: %s: %s\n", d->o.config_file,
			strerror(errno));
		return -ENOENT;
	}
	rc = config_store_open(d->o.config_file, &ops, &d->store, &report);
	if (rc == 0)
		rc = config_store_boot(d->store, &report);
	if (report.n > 0) {
		report_text(&report, &text);
		fputs(sbuf_text(&text), stderr);
	}
	if (rc != 0)
		fprintf(stderr, "vrflowd: %s: %s; nothing was started\n",
			d->o.config_file,
			rc == -EINVAL ? "the configuration has errors"
				      : strerror(-rc));
	sbuf_done(&text);
	report_done(&report);
	return rc;
}

static void
socket_taken(const struct daemon *d)
{
	fprintf(stderr,
		"vrflowd: another vrflowd serves %s; stop it or choose another "
		"socket with -s\n",
		d->o.socket);
}

static int
start_server(struct daemon *d)
{
	struct mgmt_server_options so = {.path = d->o.socket, .group = -1};
	int rc;

	d->ops = (struct ops_env){.workers = d->workers,
		.routes = d->routes,
		.neigh = d->neigh,
		.host = d->host,
		.config = d->store,
		.logger = d->logger,
		.exporter = d->exporter,
		.alarms = d->alarms,
		.metrics = metrics_counts,
		.ports = d->by_ifd,
		.image = published_image,
		.now_ms = clock_ms,
		.start_time = (uint64_t)time(NULL),
		.drop_line = daemon_drop_line,
		.explain = daemon_explain,
		.impact = daemon_impact};
	rc = mgmt_server_create(&so, &d->ops, &d->server);
	if (rc == -EADDRINUSE)
		socket_taken(d);
	else if (rc != 0)
		fprintf(stderr, "vrflowd: cannot listen on %s: %s\n",
			d->o.socket, strerror(-rc));
	return rc;
}

static void
stop_all(struct daemon *d)
{
	mgmt_server_free(d->server);
	metrics_http_close(d->metrics);
	if (d->workers != NULL)
		workers_stop(d->workers);
	records_take(d); /* what the workers wrote last */
	log_set_hook(NULL);
	logger_free(d->logger);
	exporter_free(d->exporter);
	alarms_free(d->alarms);
	ports_close_all(d);
	config_store_close(d->store);
	host_free(d->host);
	workers_free(d->workers);
	route_view_free(d->view);
	route_db_free(d->routes);
	image_free((struct image *)d->image);
	compile_ids_free(d->ids);
	neigh_free(d->neigh);
	rte_mempool_free(d->pool);
	rte_mempool_free(d->jumbo);
	eal_stop();
}

static void
block_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL); /* signalfd takes them */
}

/* The parent may return now; what is said from here on goes to syslog. */
static void
leave_terminal(int ready_fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (write(ready_fd, "", 1) != 1)
		log_warn("main", "nobody waited for the start");
	close(ready_fd);
	for (int fd = 0; fd <= 2 && null >= 0; fd++)
		dup2(null, fd);
}

static int
serve(struct daemon *d, int ready_fd)
{
	int rc = mgmt_server_serves(d->o.socket) ? -EADDRINUSE : 0;

	if (rc != 0) /* before any port is touched */
		socket_taken(d);
	if (rc == 0)
		rc = port_args_check(&d->o);
	if (rc == 0)
		rc = cpus_check(&d->o);
	cpus_confine(&d->o);
	if (rc == 0)
		rc = start_data_plane(d);
	cpus_release();
	if (rc == 0)
		rc = records_start(d);
	if (rc == 0)
		rc = start_configuration(d);
	if (rc == 0)
		rc = start_server(d);
	if (rc == 0)
		rc = privileges_drop();
	if (rc == 0 && workers_start(d->workers) != 0)
		rc = fail("cannot start the packet workers");
	if (rc == 0) {
		if (d->o.foreground)
			puts("ready");
		fflush(stdout);
		if (!d->o.foreground)
			leave_terminal(ready_fd);
		rc = loop_run(d);
	}
	stop_all(d);
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The parent returns only when the child forwards, or with its failure. */
static int
detach(int *ret_ready_fd)
{
	int fd[2];
	char c;
	pid_t pid;

	if (pipe(fd) != 0)
		return -1;
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid > 0) {
		close(fd[1]);
		exit(read(fd[0], &c, 1) == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	close(fd[0]);
	setsid();
	*ret_ready_fd = fd[1];
	return 0;
}

int
main(int argc, char **argv)
{
	struct daemon *d = &daemon_state;
	int ready_fd = -1, rc = options(&d->o, argc, argv);

	if (rc != 0)
		return rc - 1;
	clock_ms(); /* time begins */
	block_signals();
	if (!d->o.foreground) {
		if (detach(&ready_fd) != 0)
			return EXIT_FAILURE;
		log_open("vrflowd");
	}
	return serve(d, ready_fd);
}
