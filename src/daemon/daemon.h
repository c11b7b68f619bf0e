/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon - vrflowd: the one place that knows every part and joins them.
 * main.c starts it, ports.c owns the devices, commit.c makes a configuration
 * take effect, loop.c waits for events.
 *
 * Threads: the control thread, before and beside the workers.
 */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/report.h"
#include "compile/compile.h"
#include "export/metrics.h"
#include "host/host_loop.h"
#include "image/image.h"
#include "io/port.h"
#include "io/worker.h"
#include "ops/ops.h"
#include "route/route_rib.h"

#define PORT_ARGS_MAX    IFD_MAX
#define SESSIONS_DEFAULT (512u * 1024)

struct port_arg { /* -p ge-0/0/0=linux:eth1 */
	const char *name, *device;
};

struct daemon_options {
	const char *config_file;
	const char *socket;
	const char *log_dir;
	struct port_arg ports[PORT_ARGS_MAX];
	unsigned int nports;
	unsigned int workers;
	uint32_t max_sessions;
	unsigned int cpus[WORKERS_MAX]; /* of the workers, with -C */
	unsigned int ncpus;
	bool hugepages;
	bool foreground;
};

/* cpus.c: the argument of -C; is it possible; where memory is taken. */
bool cpus_parse(struct daemon_options *o, const char *text);
int cpus_check(const struct daemon_options *o);
void cpus_confine(const struct daemon_options *o);
void cpus_release(void);

/* port_args.c: 0, or -1 after a sentence for each -p that cannot be. */
int port_args_check(const struct daemon_options *o);

/* One physical port as the daemon keeps it, by ifd id. */
struct daemon_port {
	char name[NAME_MAX_LEN];
	char device[128];
	struct port *port; /* NULL: configured, but no such device */
	struct port_info info;
};

struct daemon {
	struct daemon_options o;
	struct rte_mempool *pool, *jumbo;
	struct workers *workers;
	struct neigh_table *neigh;
	struct host *host;
	struct route_db *routes;
	struct compile_ids *ids;
	struct config_store *store;
	struct mgmt_server *server;
	struct logger *logger;
	struct exporter *exporter;
	struct alarms *alarms;
	struct metrics_commits commits;
	/* metrics.c: the page, and the one that a commit prepares */
	struct metrics_http *metrics, *metrics_next;
	struct metrics_spec metrics_spec; /* of the page that is open */
	unsigned int metrics_opened;      /* how often: the loop looks */
	const struct image *image;        /* published */
	struct route_view *view;          /* published */
	struct daemon_port port[IFD_MAX];
	struct port *by_ifd[IFD_MAX]; /* what ops sees */
	bool ifl_up[IFL_MAX];
	struct ops_env ops;
	int64_t live_s; /* second of the last look at schedulers */
	bool trim;      /* a commit has left memory to give back */
	volatile sig_atomic_t stop;
};

extern struct daemon daemon_state; /* callbacks without context need it */

/* ports.c: make the open devices those that the spec names; errors to report.
 * Nothing is closed here: see ports_trim(). */
int ports_open(
	struct daemon *d, const struct image_spec *spec, struct report *report);
/* Close the ports that the (published) spec no longer names. */
void ports_trim(struct daemon *d, const struct image_spec *spec);
void ports_close_all(struct daemon *d);
/* ifl_up[] by link state. */
void ports_ifl_up(const struct daemon *d, const struct image_spec *spec,
	bool ifl_up[IFL_MAX]);
/* Link-local addresses (RFC 4291 2.5.1, from the MAC address) into both
 * specs.*/
int ports_add_link_local(
	struct daemon *d, struct image_spec *image, struct route_spec *routes);
void ports_link_event(struct daemon *d);
const uint8_t *ports_mac(struct ifd_id ifd);

/* commit.c */
int commit_check(void *daemon, const struct cnode *root, struct report *report);
int commit_apply(void *daemon, const struct cnode *root, struct report *report);
/* A new world with the same configuration: links or neighbours changed. */
void commit_routes(struct daemon *d);

/* Publish this image, of the same configuration, with the same routes; it
 * becomes the daemon's, or is freed on failure. 0 or -ENOMEM. */
int commit_image(struct daemon *d, struct image *image);

/* live.c: time and names for a specification. 0 or -ENOMEM. */
int live_fill(struct daemon *d, struct image_spec *is);
/* Publish a new image when a scheduler or a name wants it. */
void live_watch(struct daemon *d);
uint64_t live_deadline(const struct daemon *d); /* UINT64_MAX: none */

/* explain.c */
struct drop_note;
struct sbuf;
bool daemon_drop_line(const struct drop_note *note, const struct ifl_spec *ifl,
	struct sbuf *out);
int daemon_explain(const struct explain_query *q, struct tnode *root, char *err,
	size_t err_size);

int daemon_impact(
	unsigned int examples, struct tnode *root, char *err, size_t err_size);

/* aging.c: log what the session table has met since the last call. */
void aging_watch(struct daemon *d);

/* records.c: what is written down, and where to (record/logger.h). */
int records_start(struct daemon *d);
void records_configured(struct daemon *d); /* a new image was published */
bool records_take(struct daemon *d);       /* false when all is done */
uint64_t records_tick(struct daemon *d);   /* when to be called again */

/* metrics.c: services metrics. Prepare may refuse a commit; then one of the
 * others follows. */
int metrics_prepare(struct daemon *d, const struct metrics_spec *spec,
	struct report *report);
void metrics_abort(struct daemon *d);
void metrics_apply(struct daemon *d, const struct metrics_spec *spec);
void metrics_alarms(struct daemon *d); /* once a second */
bool metrics_counts(struct metrics_http_counts *ret);
void metrics_commit_done(void *daemon, int rc, const struct report *report);

/* loop.c */
int loop_run(struct daemon *d);

#endif /* DAEMON_DAEMON_H */
