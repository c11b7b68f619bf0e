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
	bool ipv6, json, quick, force, set_policies;
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
};

/* ---- measure.c: clocks, memory, statistics ---- */
double tsc_mhz(void);
double thread_ticks(void);   /* of this thread so far */
double resident_bytes(void); /* of this process */
double series_median(const struct bench_series *s);
double series_min(const struct bench_series *s);
double series_max(const struct bench_series *s);
void series_add(struct bench_series *s, double v);

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

/* ---- bench_world.c: configuration text -> what an env needs ---- */
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
};

/* span: flows whose addresses the policies are to cover. */
bool bench_world_init(struct bench_world *w, const struct bench_options *o,
	bool packet_mode, uint32_t span);
void bench_world_done(struct bench_world *w);

/* ---- frames.c: the frame of a flow number, and is it right when it leaves */
struct frames {
	const struct bench_world *world;
	bool ipv6;
	uint16_t len;
	uint8_t out[2][64]; /* template by direction, as it comes in */
	uint64_t sum[2];    /* of the template's words that are checksummed */
	uint64_t l4_sum[2]; /* IPv6: pseudo header and UDP */
};
void frames_init(struct frames *f, const struct bench_world *w, bool ipv6);
void frame_write(const struct frames *f, struct rte_mbuf *m, uint32_t flow,
	unsigned int dir);
bool frame_right(const struct frames *f, const struct pkt *p, uint32_t flow,
	unsigned int dir);
/* The flow key of a client's packet, as a policy is asked. */
struct policy_query frame_query(
	const struct frames *f, const struct bench_world *w, uint32_t flow);

/* ---- lane.c ---- */
struct lane;

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
	uint64_t frames_sent, checked, dropped, wrong;
	uint32_t until_check;
};

struct lane *lane_create(const struct bench_options *o,
	const struct bench_world *w, unsigned int index, uint32_t max_sessions);
void lane_free(struct lane *l);
void lane_pin(const struct lane *l);
void lane_time(struct lane *l, uint64_t ms); /* set the virtual time */

/* n bursts; engine false: the floor. */
void lane_bursts(struct lane *l, uint64_t n, bool engine);

/* Bursts for about this long; returns ticks per packet. */
double lane_window(struct lane *l, double seconds, bool engine);

/* ---- the scenarios; false: could not be set up (already said why) ---- */
bool bench_forward(const struct bench_options *o, struct bench_result *r);
bool bench_packet_mode(const struct bench_options *o, struct bench_result *r);
bool bench_first_path(const struct bench_options *o, struct bench_result *r);
bool bench_life_cycle(const struct bench_options *o, struct bench_result *r);
bool bench_policies(const struct bench_options *o, struct bench_result *r);
bool bench_lpm(const struct bench_options *o, struct bench_result *r);

/* ---- report.c ---- */
void report_print(const struct bench_options *o, const struct bench_result *r,
	const struct calibrators *before, const struct calibrators *after,
	double busy, const char *void_reason);

#endif /* TESTS_BENCH_BENCH_H */
