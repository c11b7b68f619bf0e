/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ops - operational commands: one table of commands, each with its CLI words,
 * its RPC name, its arguments and a function that answers with a tree. The CLI
 * text, XML and JSON are renderings of that tree (render/render.h); there is
 * no other way from a command to an answer.
 *
 * Threads: the control thread.
 */
#ifndef OPS_OPS_H
#define OPS_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/tree.h"

struct explain_query;
struct metrics_http_counts; /* export/metrics_http.h */
struct drop_note;           /* pkt/drop_note.h */
struct ifl_spec;
struct sbuf;

/* What commands may look at and act on. The pointers outlive the commands. */
struct ops_env {
	struct workers *workers;     /* flow/flow_read.h, io/worker.h */
	struct route_db *routes;     /* route/route_rib.h */
	struct neigh_table *neigh;   /* route/neigh.h */
	struct host *host;           /* host/host.h: ping, clear arp */
	struct logger *logger;       /* record/logger.h */
	struct config_store *config; /* config/candidate.h */
	struct exporter *exporter;   /* export/exporter.h; NULL: none */
	struct alarms *alarms;       /* export/alarms.h; NULL: none */
	struct port **ports;         /* by ifd id; NULL where none is open */
	const struct image *(*image)(void); /* the published one; borrowed for
					       this call */
	uint64_t (*now_ms)(void); /* monotonic, since the daemon's start */
	uint64_t start_time;      /* Unix seconds of the daemon's start */
	/* export/metrics_http.h; false, or NULL: no page is open */
	bool (*metrics)(struct metrics_http_counts *ret);
	/* explain/explain.h: enum explain_result; NULL: cannot */
	int (*explain)(const struct explain_query *q, struct tnode *root,
		char *err, size_t err_size);
	/* "set ..." of the statement that a drop is blamed on; NULL: cannot */
	bool (*drop_line)(const struct drop_note *note,
		const struct ifl_spec *ifl, struct sbuf *out);
	/* explain/impact.h; NULL: cannot */
	int (*impact)(unsigned int examples, struct tnode *root, char *err,
		size_t err_size);
};

enum arg_kind {
	ARG_FLAG,  /* a word: "terse" */
	ARG_VALUE, /* a word and a value: "table LAN.inet.0" */
	ARG_BARE,  /* a value without word: "show route 192.0.2.1" */
};

enum arg_type { /* for checks, `?` and completion */
	ARG_TYPE_NONE,
	ARG_TYPE_STRING,
	ARG_TYPE_U32,
	ARG_TYPE_PORT,
	ARG_TYPE_ADDRESS,
	ARG_TYPE_PREFIX, /* an address too */
	ARG_TYPE_PROTOCOL,
	ARG_TYPE_IFD, /* completes with what exists, as all below */
	ARG_TYPE_IFL, /* or an IFD */
	ARG_TYPE_ZONE,
	ARG_TYPE_INSTANCE,
	ARG_TYPE_TABLE,
	ARG_TYPE_POLICY,
	ARG_TYPE_APPLICATION,
	ARG_TYPE_SYSLOG_TAG,
	ARG_TYPE_FAMILY, /* inet, inet6 */
	ARG_TYPE_FILE,
};

struct command_arg {
	const char *word;    /* CLI keyword; NULL for ARG_BARE */
	const char *element; /* element in the RPC and name for ops_arg() */
	enum arg_kind kind;
	enum arg_type type;
	uint32_t min, max; /* ARG_TYPE_U32; 0,0: any */
	bool mandatory;
	const char *help;
};

struct ops_request;

struct command {
	const char *words; /* "show security flow session" */
	const char *rpc;   /* "get-flow-session-information"; NULL: none */
	const char *help;
	const struct command_arg *args; /* ends with element == NULL */
	/* Fills rq->out, or calls ops_error(), or ops_detach(). */
	void (*run)(struct ops_request *rq);
	bool changes; /* clear, request, restart: not for read-only users */
};

struct ops_arg_value {
	const struct command_arg *arg;
	const char *value; /* "" for a flag */
};

struct ops_request {
	const struct command *command;
	struct ops_env *env;
	struct ops_arg_value args[32];
	unsigned int nargs;
	const char *user;
	struct tree *out; /* the answer; its root is made by run() */
	/*
	 * Long answers: run() is called again with the same arguments as long
	 * as it leaves cursor non-zero; each call makes a tree of its own.
	 */
	uint64_t cursor;
	uint64_t state[4]; /* run()'s own between these calls; zero at first */
	bool failed;       /* set by ops_error() */
	bool negative;     /* an answer, but "no": exit status 1 */
	void *session;     /* the server's */
};

/* Value of an argument, "" for a flag, NULL when it was not given. */
const char *ops_arg(const struct ops_request *rq, const char *element);

/* Answer with an error instead: "error: ..." on the CLI, rpc-error in XML. */
void ops_error(struct ops_request *rq, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A command that answers later or again and again (ping, monitor traffic).
 * run() detaches and returns; then it sends trees until it calls ops_job_done.
 * `cancel` is called when the user interrupts or the client goes away; it may
 * still send what there is to say (totals), after it the job must not be used.
 * Trees given to ops_job_send become the job's.
 */
struct ops_job;
struct ops_job *ops_detach(
	struct ops_request *rq, void (*cancel)(void *ctx), void *ctx);
void ops_job_send(struct ops_job *job, struct tree *tree);
void ops_job_done(struct ops_job *job);

/*
 * Look at the counters and links of all ports, for rates and `Last flapped`.
 * To be called about once a second and whenever a link changed.
 */
void ops_sample(struct ops_env *env);

/* All commands, sorted by words; ends with words == NULL. */
extern const struct command ops_commands[];

/* The command of an RPC name, or NULL. */
const struct command *ops_command_by_rpc(const char *rpc);

#endif /* OPS_OPS_H */
