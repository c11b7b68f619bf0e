/* SPDX-License-Identifier: Apache-2.0 */
/* vrflow-bench: one scenario, measured; the method is in docs/perf.md. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_memory.h>

#include "bench.h"
#include "io/eal.h"

#define TRIES        3
#define DRIFT_MAX    0.15
#define BUSY_MAX     0.15
#define SESSIONS_MAX (1u << 24)

static const struct scenario {
	const char *name;
	bool (*run)(const struct bench_options *o, struct bench_result *r);
	uint32_t policies;    /* when not given */
	unsigned int workers; /* at most */
} scenarios[] = {
	{"forward", bench_forward, 1, LANES_MAX},
	{"nat", bench_forward, 1, LANES_MAX},
	{"first-path", bench_first_path, 1000, 1},
	{"life-cycle", bench_life_cycle, 1000, 1},
	{"packet-mode", bench_packet_mode, 1, LANES_MAX},
	{"policies", bench_policies, 1000, 1},
	{"lpm", bench_lpm, 1, 1},
	{"port-allocation", bench_ports, 1, 1},
	{"commit-under-load", bench_commit, 10000, 1},
	{"reroute", bench_reroute, 1, 1},
	{"memory", bench_memory, 1, 1},
};

static const char usage[] =
	"usage: vrflow-bench forward|nat|first-path|life-cycle|packet-mode|"
	"policies|lpm|\n"
	"                    port-allocation|commit-under-load|reroute|memory\n"
	"  --sessions N   sessions (lpm: routes), 10000\n"
	"  --ipv6         IPv6 instead of IPv4\n"
	"  --nat          source NAT from a pool (nat, port-allocation: "
	"always)\n"
	"  --nat-interface  source NAT with the interface's address\n"
	"  --log          policies log begin and end of sessions\n"
	"  --workers W    1; forward, nat and packet-mode can have more\n"
	"  --burst B      packets taken together, 1..32, 32\n"
	"  --policies P   1; first-path, life-cycle, policies: 1000;\n"
	"                 commit-under-load: 10000\n"
	"  --seconds S    length of a window, 1.5; there are 7\n"
	"  --packets N    so many packets and no time: for valgrind\n"
	"                 --tool=callgrind --toggle-collect='bench_counted*'\n"
	"  --quick        short windows, judges nothing but the packets\n"
	"  --force        print the figures of a void run too\n"
	"  --json         one JSON object\n"
	"exit status: 0 done, 1 failed or a packet was wrong, 2 usage, 3 "
	"void\n";

static const struct scenario *
scenario_find(const char *name)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		if (strcmp(scenarios[i].name, name) == 0)
			return &scenarios[i];
	return NULL;
}

/* A number in lo..hi, or an end with a message. */
static double
argument(const char *name, const char *text, double lo, double hi)
{
	char *end;
	double v = strtod(text, &end);

	if (*end == '\0' && end != text && v >= lo && v <= hi)
		return v;
	fprintf(stderr, "--%s: a number from %g to %g, not '%s'\n", name, lo,
		hi, text);
	exit(2);
}

static void
options_parse(int argc, char **argv, struct bench_options *o)
{
	static const struct option longs[] = {
		{"sessions", required_argument, NULL, 'n'},
		{"ipv6", no_argument, NULL, '6'},
		{"workers", required_argument, NULL, 'w'},
		{"burst", required_argument, NULL, 'b'},
		{"policies", required_argument, NULL, 'p'},
		{"seconds", required_argument, NULL, 's'},
		{"quick", no_argument, NULL, 'q'},
		{"force", no_argument, NULL, 'f'},
		{"json", no_argument, NULL, 'j'},
		{"nat", no_argument, NULL, 'N'},
		{"nat-interface", no_argument, NULL, 'I'},
		{"log", no_argument, NULL, 'l'},
		{"packets", required_argument, NULL, 'P'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'n':
			o->sessions = (uint32_t)argument(
				"sessions", optarg, 128, SESSIONS_MAX);
			break;
		case '6':
			o->ipv6 = true;
			break;
		case 'w':
			o->workers = (uint32_t)argument(
				"workers", optarg, 1, LANES_MAX);
			break;
		case 'b':
			o->burst = (uint32_t)argument(
				"burst", optarg, 1, FLOW_BURST);
			break;
		case 'p':
			o->policies = (uint32_t)argument(
				"policies", optarg, 1, 60000);
			break;
		case 's':
			o->seconds = argument("seconds", optarg, 0.01, 600);
			break;
		case 'q':
			o->quick = true;
			break;
		case 'f':
			o->force = true;
			break;
		case 'j':
			o->json = true;
			break;
		case 'N':
			o->nat = true;
			break;
		case 'I':
			o->nat = o->nat_interface = true;
			break;
		case 'l':
			o->log = true;
			break;
		case 'P':
			o->packets =
				(uint64_t)argument("packets", optarg, 32, 1e10);
			break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
}

/* The calibrators' memory shall have pages like the tables'. */
static int
huge_pages(const struct rte_memseg_list *msl, void *arg)
{
	madvise(msl->base_va, msl->len, MADV_HUGEPAGE);
	return 0;
}

static void
start(void)
{
	struct eal_config config = {.memory_mb = 512};
	char err[256];

	if (eal_start(&config, err, sizeof(err)) != 0) {
		fprintf(stderr, "%s\n", err);
		exit(1);
	}
	rte_memseg_list_walk(huge_pages, NULL);
}

static bool
drifted(double before, double after)
{
	return fabs(after - before) > DRIFT_MAX * before;
}

static bool
packets_failed(const struct bench_result *r)
{
	return r->dropped != 0 || r->wrong != 0 || r->untranslated != 0;
}

/* Why the figures are worth nothing, or NULL. */
static const char *
void_reason(const struct bench_options *o, const struct bench_result *r,
	const struct calibrators *a, const struct calibrators *b, double busy)
{
	static char text[160];

	if (packets_failed(r)) {
		snprintf(text, sizeof(text),
			"%lu frames dropped, %lu left in a wrong shape, "
			"%lu not translated",
			(unsigned long)r->dropped, (unsigned long)r->wrong,
			(unsigned long)r->untranslated);
		return text;
	}
	if (o->quick)
		return NULL;
	if (busy > BUSY_MAX) {
		snprintf(text, sizeof(text),
			"the machine is busy: others used %.0f %% of it",
			busy * 100);
		return text;
	}
	if (drifted(a->hash_10k, b->hash_10k) ||
		drifted(a->hash_1m, b->hash_1m))
		return "the calibrators differ by more than 15 % before and "
		       "after";
	return NULL;
}

static void
options_finish(struct bench_options *o, const struct scenario *s)
{
	o->scenario = s->name;
	if (o->policies == 0)
		o->policies = s->policies;
	if (o->workers > s->workers)
		o->workers = s->workers;
	if (strcmp(s->name, "nat") == 0)
		o->nat = true;
	if (o->quick) {
		o->seconds = 0.1;
		o->runs = 1;
	}
}

struct outcome {
	struct calibrators before, after;
	struct memory_floor memory;
	struct bench_result r;
	double share;
	const char *why;
};

static bool
measure(const struct bench_options *o, const struct scenario *s,
	struct outcome *out)
{
	struct busy busy;

	memset(&out->r, 0, sizeof(out->r));
	busy_start(&busy);
	if (!calibrate(&out->before, o->quick) ||
		!memory_floor(&out->memory, o->sessions, o->quick) ||
		!s->run(o, &out->r) || !calibrate(&out->after, o->quick))
		return false;
	out->share = busy_share(&busy);
	out->why =
		void_reason(o, &out->r, &out->before, &out->after, out->share);
	return true;
}

/* For an instruction counter: nothing but the scenario. */
static int
count(const struct bench_options *o, const struct scenario *s)
{
	struct bench_result r = {0};

	if (!s->run(o, &r))
		return 1;
	printf("{\"scenario\": \"%s\", \"packets\": %lu}\n", s->name,
		(unsigned long)r.counted);
	return packets_failed(&r) ? 1 : 0;
}

int
main(int argc, char **argv)
{
	struct bench_options o = {.sessions = 10000,
		.workers = 1,
		.burst = FLOW_BURST,
		.seconds = 1.5,
		.runs = RUNS_MAX};
	const struct scenario *s;
	struct outcome out = {.why = ""};

	if (argc < 2 || (s = scenario_find(argv[1])) == NULL) {
		fputs(usage, stderr);
		return 2;
	}
	options_parse(argc - 1, argv + 1, &o);
	options_finish(&o, s);
	start();
	if (o.packets != 0)
		return count(&o, s);
	for (int i = 0; i < TRIES && out.why != NULL; i++) {
		if (!measure(&o, s, &out))
			return 1;
		if (packets_failed(&out.r) || o.force)
			break;
	}
	report_print(&o, &out.r, &out.before, &out.after, &out.memory,
		out.share, out.why);
	if (packets_failed(&out.r))
		return 1;
	return out.why != NULL && !o.force ? 3 : 0;
}
