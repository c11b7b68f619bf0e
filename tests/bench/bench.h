/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench - what the files of vrflow-bench share.
 *
 * A lane is one worker: its own environment, tables and frames, one thread on
 * one CPU. A burst is what a port would hand over: frames written into real
 * mbufs from flow numbers, at poll time. With the engine cut out the same loop
 * gives the floor that is subtracted.
 *
 * Ticks are those of the time-stamp counter while the thread runs: time that
 * the scheduler gives to others is not counted, and much of it voids the run.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_rcu_qsbr.h>

#include "flow/env.h"
#include "flow/flow.h"

#define RUNS_MAX  7u
#define LANES_MAX 16u

struct bench_options {
	const char *scenario;
	uint32_t sessions, workers, burst, policies;
	double seconds; /* of one window */
	unsigned int runs;
	uint64_t packets; /* not 0: this many, for an instruction counter */
	uint32_t nat_addresses; /* of the pool; 0: enough */
	uint16_t nat_ports;     /* of an address; 0: all from 1024 */
	bool ipv6, json, quick, force, nat, nat_interface, log;
};

/* Figures that only some scenarios have. */
#define EXTRAS_MAX 64u
struct bench_extra {
	char key[40];
	double v;
};

struct bench_series { /* one figure per window */
	double v[RUNS_MAX];
	unsigned int n;
};

struct bench_result {
	struct bench_series ticks; /* net, per packet or look-up */
	double floor;              /* ticks per packet */
	struct bench_series rate;  /* per core and second, of what is counted */
	double new_sessions;       /* per core and second; 0: not measured */
	double first_fill;         /* the same into untouched memory */
	double bytes_per_session;  /* of the tables; 0: not measured */
	double resident_per_session;
	double burst_ticks; /* lpm: look-ups in bursts; 0: not measured */
	double load_seconds, table_mb; /* lpm, policies */
	uint64_t frames, checked, dropped, wrong;
	uint64_t counted;      /* by bench_counted*() */
	uint64_t untranslated; /* NAT: left as they came */
	struct bench_extra extra[EXTRAS_MAX];
	unsigned int nextra;
};

/* ---- measure.c: clocks, memory, statistics ---- */
double tsc_mhz(void);
double thread_ticks(void);   /* of this thread so far */
double resident_bytes(void); /* of this process */
double series_median(const struct bench_series *s);
double series_min(const struct bench_series *s);
double series_max(const struct bench_series *s);
void series_add(struct bench_series *s, double v);
/* printf format of the key */
void result_put(struct bench_result *r, double v, const char *key, ...)
	__attribute__((format(printf, 3, 4)));

/* How long a burst takes, in ticks; for the 99.9th of 100. */
#define HISTOGRAM_STEP 32u
#define HISTOGRAM_SIZE 65536u
struct histogram {
	uint64_t n, max;
	uint32_t count[HISTOGRAM_SIZE]; /* the last one: all that is longer */
};
void histogram_add(struct histogram *h, uint64_t ticks);
double histogram_at(const struct histogram *h, double share);

struct busy {
	double total, idle, own;
};
void busy_start(struct busy *b);
double busy_share(const struct busy *b); /* of others, 0..1 */

static inline uint64_t
random_next(uint64_t *s)
{
	uint64_t z = (*s += 0x9e3779b97f4a7c15ull);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* ---- calibrate.c: rte_hash as the measure of the machine ---- */
struct calibrators {
	double hash_10k, hash_1m; /* ticks per look-up, bulk of 32 */
};
bool calibrate(struct calibrators *ret, bool quick);

/*
 * memory.c: what a session table cannot do without: a line of the hash, found
 * in it a line of the flow, which is written. Ticks, in bursts of 32 with
 * prefetches; n sessions in memory like that of the tables. Also the latency of
 * one miss in as much memory.
 */
struct memory_floor {
	double two_lines, latency;
};
bool memory_floor(struct memory_floor *ret, uint32_t sessions, bool quick);

/* ---- bench_world.c: configuration text -> what an env needs ---- */
/* Where clients are translated to. */
struct nat_range {
	struct ip_addr first;
	uint32_t n; /* addresses */
	uint16_t port_lo, port_hi;
};

struct bench_world {
	struct image *image;
	struct route_view *routes;
	struct route_db *db;
	struct neigh_table *neigh;
	uint8_t mac[IFD_MAX][6];
	struct ifd_id ifd[2]; /* ge-0/0/0 (clients), ge-0/0/1 (servers) */
	struct zone_id zone[2];
	uint8_t next_mac[2][6]; /* of the neighbour behind each */
	double build_seconds;   /* image_build alone */
	struct compile_ids *ids;
	struct nat_range nat;    /* n 0: no NAT */
	struct nat *translation; /* of all lanes; nat/nat.h */
};

/* span: flows whose addresses the policies are to cover. */
bool bench_world_init(struct bench_world *w, const struct bench_options *o,
	bool packet_mode, uint32_t span);
void bench_world_done(struct bench_world *w);

/*
 * Another configuration for a world in use: the same with so many policies,
 * and with the neighbours whose addresses and MAC addresses end in gateway.
 * Makes image and routes; the caller publishes, waits and frees the old ones.
 */
struct bench_change {
	struct image *image;
	struct route_view *routes;
};
bool bench_world_change(struct bench_world *w, const struct bench_options *o,
	uint32_t policies, unsigned int gateway, struct bench_change *ret);

/* ---- frames.c: the frame of a flow number, and is it right when it leaves */
struct frames {
	const struct bench_world *world;
	bool ipv6;
	uint16_t len;
	uint8_t out[2][64]; /* template by direction, as it comes in */
	uint64_t sum[2];    /* of the template's words that are checksummed */
	uint64_t l4_sum[2]; /* IPv6: pseudo header and UDP */
	/*
	 * NAT: what each flow was translated to, address << 16 | port, learnt
	 * from its first packet: replies are sent there. NULL: no NAT.
	 */
	uint32_t *outside;
	bool any_mac; /* the next hop changes: not checked here */
};
void frames_init(struct frames *f, const struct bench_world *w, bool ipv6);
void frame_write(const struct frames *f, struct rte_mbuf *m, uint32_t flow,
	unsigned int dir);
bool frame_right(const struct frames *f, const struct pkt *p, uint32_t flow,
	unsigned int dir);
/* NAT: learn where a client's packet was translated to; false: it was not. */
bool frame_learn(struct frames *f, const struct pkt *p, uint32_t flow);
/* The flow key of a client's packet, as a policy is asked. */
struct policy_query frame_query(
	const struct frames *f, const struct bench_world *w, uint32_t flow);

/* ---- lane.c ---- */
struct lane;
struct log_reader;

/* Fill n flow numbers, the direction in the top bit. */
typedef void (*pick_fn)(struct lane *l, uint32_t *pick, unsigned int n);

#define PICK_REVERSE (1u << 31)

struct lane {
	struct env env;
	struct frames frames;
	struct rte_mempool *pool;
	struct rte_rcu_qsbr *qsbr;
	unsigned int index, burst;
	pick_fn pick;
	uint64_t random;
	uint32_t nflows;       /* flows of this lane */
	const uint32_t *flows; /* their numbers; NULL: 0..nflows-1 */
	uint64_t cursor;       /* of sequential picks */
	uint64_t tsc0, ms0;    /* where env time started */
	bool virtual_time;     /* env time is moved by the scenario */
	bool counted;          /* bench_counted() runs the engine */
	bool learn;            /* NAT: each client's packet is looked at */
	bool fresh;            /* NAT: checked packets open flows */
	/* set: every burst loads the world here, as a worker does */
	struct world *_Atomic *world;
	void (*look)(struct lane *l, struct rte_mbuf *const *m,
		const uint32_t *pick, unsigned int n); /* at what left */
	void *look_ctx;
	struct histogram *times;   /* of bursts */
	struct log_reader *reader; /* of records; or NULL */
	uint64_t frames_sent, frames_counted, checked, dropped, wrong,
		untranslated;
	uint32_t until_check, flows_max;
};

/* flows: numbers below this may be picked. */
struct lane *lane_create(const struct bench_options *o,
	const struct bench_world *w, unsigned int index, uint32_t max_sessions,
	uint32_t flows);
void lane_free(struct lane *l);
void lane_pin(const struct lane *l);
void lane_time(struct lane *l, uint64_t ms); /* set the virtual time */

/* n bursts; engine false: the floor. */
void lane_bursts(struct lane *l, uint64_t n, bool engine);

/* Bursts for about this long; returns ticks per packet. */
double lane_window(struct lane *l, double seconds, bool engine);

/* Random packets of all flows of the lane, half of them replies. */
void pick_random(struct lane *l, uint32_t *pick, unsigned int n);
/* Each flow once, then each again as a reply. */
void pick_each(struct lane *l, uint32_t *pick, unsigned int n);
/* New flows in random order, each once. */
void pick_new(struct lane *l, uint32_t *pick, unsigned int n);
/* Open all flows, and answer each once. */
void lane_open(struct lane *l);
void lane_totals(const struct lane *l, struct bench_result *r);

/*
 * Functions whose instructions are counted; others may not be folded into
 * them nor they into others (valgrind --toggle-collect='bench_counted*').
 */
#ifdef __clang__
#define COUNTED __attribute__((noinline, used))
#else
#define COUNTED __attribute__((noinline, noclone, no_icf, used))
#endif

/* ---- hooks.c: what happens when sessions begin and end ---- */
bool hooks_set(struct lane *l, bool log);
void hooks_totals(const struct lane *l, struct bench_result *r);
void hooks_end(struct lane *l);

/* ---- the scenarios; false: could not be set up (already said why) ---- */
bool bench_forward(const struct bench_options *o, struct bench_result *r);
bool bench_packet_mode(const struct bench_options *o, struct bench_result *r);
bool bench_first_path(const struct bench_options *o, struct bench_result *r);
bool bench_life_cycle(const struct bench_options *o, struct bench_result *r);
bool bench_policies(const struct bench_options *o, struct bench_result *r);
bool bench_lpm(const struct bench_options *o, struct bench_result *r);
bool bench_commit(const struct bench_options *o, struct bench_result *r);
bool bench_reroute(const struct bench_options *o, struct bench_result *r);
bool bench_ports(const struct bench_options *o, struct bench_result *r);
bool bench_memory(const struct bench_options *o, struct bench_result *r);

/* ---- report.c ---- */
void report_print(const struct bench_options *o, const struct bench_result *r,
	const struct calibrators *before, const struct calibrators *after,
	const struct memory_floor *memory, double busy,
	const char *void_reason);

#endif /* TESTS_BENCH_BENCH_H */
