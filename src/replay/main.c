/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vrflow-replay, which `vrflow replay` starts: captures through one
 * configuration, or through two to see what is different [LG-50].
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "pkt/packet_text.h"
#include "replay/engine.h"
#include "replay/input.h"
#include "replay/result.h"

#define EXIT_SAME      0
#define EXIT_DIFFERENT 1
#define EXIT_ERROR     2

#define MAPS_MAX         256u
#define SESSIONS_DEFAULT 65536u

struct map {
	const char *from, *to; /* name in the capture, name here */
};

struct options {
	const char *config, *against, *interface;
	bool json, events, quiet;
	uint32_t sessions;
	struct map maps[MAPS_MAX];
	unsigned int nmaps;
};

/* What one run has counted. */
struct totals {
	uint64_t packets, passed, local, dropped, other, skipped, different;
	uint64_t reason[REASON_COUNT];
};

struct run {
	const struct options *o;
	struct engine *a, *b; /* b: --against, or NULL */
	struct input *input;
	struct totals totals;
	uint64_t first_ns;
	bool begun;
	int unmet; /* expectations */
};

static int
usage(FILE *to)
{
	fputs("usage: vrflow replay --config FILE [--against FILE] [options] "
	      "CAPTURE...\n"
	      "  --config FILE       configuration, curly or set text\n"
	      "  --against FILE      show only what this one does differently\n"
	      "  --interface NAME    where packets come in whose capture does "
	      "not tell\n"
	      "  --map CAPTURE=NAME  an interface of the capture is this one\n"
	      "  --json              JSON instead of text\n"
	      "  --events            session events of logging policies, too\n"
	      "  --quiet             the summary only\n"
	      "  --sessions N        size of the session table (65536)\n"
	      "CAPTURE is pcap or pcapng, of Ethernet frames. Exit status: 0, "
	      "1 if something\n"
	      "is different or a statement of `security expect` does not hold, "
	      "2 on errors.\n",
		to);
	return to == stdout ? EXIT_SAME : EXIT_ERROR;
}

static bool
add_map(struct options *o, char *text)
{
	char *eq = strchr(text, '=');

	if (eq == NULL || eq == text || eq[1] == '\0' || o->nmaps == MAPS_MAX)
		return false;
	*eq = '\0';
	o->maps[o->nmaps++] = (struct map){text, eq + 1};
	return true;
}

enum {
	O_CONFIG = 256,
	O_AGAINST,
	O_INTERFACE,
	O_MAP,
	O_JSON,
	O_EVENTS,
	O_QUIET,
	O_SESSIONS,
	O_HELP
};

static const struct option long_options[] = {
	{"config", required_argument, NULL, O_CONFIG},
	{"against", required_argument, NULL, O_AGAINST},
	{"interface", required_argument, NULL, O_INTERFACE},
	{"map", required_argument, NULL, O_MAP},
	{"json", no_argument, NULL, O_JSON},
	{"events", no_argument, NULL, O_EVENTS},
	{"quiet", no_argument, NULL, O_QUIET},
	{"sessions", required_argument, NULL, O_SESSIONS},
	{"help", no_argument, NULL, O_HELP}, {NULL, 0, NULL, 0}};

/* False: the usage is due. */
static bool
option(struct options *o, int c)
{
	char *end;

	switch (c) {
	case O_CONFIG:
		o->config = optarg;
		return true;
	case O_AGAINST:
		o->against = optarg;
		return true;
	case O_INTERFACE:
		o->interface = optarg;
		return true;
	case O_MAP:
		return add_map(o, optarg);
	case O_JSON:
		o->json = true;
		return true;
	case O_EVENTS:
		o->events = true;
		return true;
	case O_QUIET:
		o->quiet = true;
		return true;
	case O_SESSIONS:
		o->sessions = (uint32_t)strtoul(optarg, &end, 10);
		return *end == '\0' && o->sessions > 0 &&
		       o->sessions <= 1u << 26;
	default:
		return false;
	}
}

/* ---- what there is to read ---- */

static char *
read_file(const char *path, size_t *ret_len)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	struct sbuf b = SBUF_INIT;
	char chunk[65536];
	size_t n;

	if (f == NULL)
		return NULL;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		sbuf_add(&b, chunk, n);
	if (f != stdin)
		fclose(f);
	*ret_len = b.len;
	if (b.len == 0)
		sbuf_puts(&b, "\n");
	return sbuf_take(&b);
}

static struct engine *
make_engine(struct run *r, const char *path)
{
	struct report report = REPORT_INIT;
	struct sbuf text = SBUF_INIT;
	struct engine *e = NULL;
	size_t len = 0;
	int unmet = 0;
	char *config = read_file(path, &len);

	if (config == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return NULL;
	}
	e = engine_create(config, len, path, r->o->sessions, &report, &unmet);
	free(config);
	report_text(&report, &text);
	if (e == NULL || unmet != 0)
		fputs(sbuf_text(&text), stderr);
	if (e == NULL)
		fprintf(stderr, "%s: the configuration has errors\n", path);
	if (unmet > 0)
		r->unmet += unmet;
	sbuf_done(&text);
	report_done(&report);
	return e;
}

static const char *
mapped(const struct options *o, const char *name)
{
	for (unsigned int i = 0; i < o->nmaps; i++)
		if (strcmp(o->maps[i].from, name) == 0)
			return o->maps[i].to;
	return name;
}

/* False with a message: nobody can tell where it came in. */
static bool
find_port(const struct run *r, const struct engine *e,
	const struct input_packet *p, struct engine_port *ret)
{
	const char *name = p->p.interface->name;

	if (name[0] != '\0' && engine_port_find(e, mapped(r->o, name), ret))
		return true;
	if (r->o->interface != NULL &&
		engine_port_find(e, r->o->interface, ret))
		return true;
	fprintf(stderr,
		"%s: packet %llu: its interface%s%s is none of the "
		"configuration; say which with --map or --interface\n",
		p->file, (unsigned long long)p->number,
		name[0] != '\0' ? " " : "", name);
	return false;
}

/* ---- what is said ---- */

static void
say_packet(struct run *r, const struct input_packet *p,
	const struct engine_result *a, struct sbuf *out)
{
	uint64_t ns = p->p.unix_ns - r->first_ns;

	sbuf_printf(out, "%llu %llu.%06llu %s ",
		(unsigned long long)r->totals.packets,
		(unsigned long long)(ns / 1000000000),
		(unsigned long long)(ns % 1000000000 / 1000),
		a->ifl[0] != '\0' ? a->ifl : "-");
	packet_text(p->p.bytes, p->p.caplen, out);
	sbuf_putc(out, '\n');
}

static void
say_text(struct run *r, const struct input_packet *p,
	const struct engine_result *a, const struct engine_result *b,
	struct sbuf *out)
{
	say_packet(r, p, a, out);
	sbuf_puts(out, b != NULL ? "  - " : "    ");
	result_text(a, out);
	sbuf_putc(out, '\n');
	if (b == NULL)
		return;
	sbuf_puts(out, "  + ");
	result_text(b, out);
	sbuf_putc(out, '\n');
}

static void
say_json(struct run *r, const struct input_packet *p,
	const struct engine_result *a, const struct engine_result *b,
	bool first, struct sbuf *out)
{
	struct sbuf text = SBUF_INIT;

	packet_text(p->p.bytes, p->p.caplen, &text);
	sbuf_printf(out,
		"%s\n    {\"packet\": %llu, \"time\": %llu.%09llu, "
		"\"interface\": ",
		first ? "" : ",", (unsigned long long)r->totals.packets,
		(unsigned long long)(p->p.unix_ns / 1000000000),
		(unsigned long long)(p->p.unix_ns % 1000000000));
	json_string(a->ifl, out);
	sbuf_puts(out, ", \"summary\": ");
	json_string(sbuf_text(&text), out);
	sbuf_puts(out, b != NULL ? ", \"config\": " : ", \"result\": ");
	result_json(a, out);
	if (b != NULL) {
		sbuf_puts(out, ", \"against\": ");
		result_json(b, out);
	}
	sbuf_putc(out, '}');
	sbuf_done(&text);
}

static void
say_events(struct run *r, struct engine *e, bool wanted)
{
	struct sbuf text = SBUF_INIT;

	while (engine_event(e, &text)) {
		if (wanted && !r->o->json)
			printf("    %s\n", sbuf_text(&text));
		sbuf_reset(&text);
	}
	sbuf_done(&text);
}

static void
count(struct totals *t, const struct engine_result *a)
{
	t->passed += a->verdict == VERDICT_NEXT;
	t->local += a->verdict == VERDICT_LOCAL;
	t->dropped += a->verdict == VERDICT_DROP;
	t->other += a->verdict != VERDICT_NEXT && a->verdict != VERDICT_LOCAL &&
		    a->verdict != VERDICT_DROP;
	if (a->verdict == VERDICT_DROP)
		t->reason[a->reason]++;
}

/* ---- the run ---- */

static bool
one_packet(struct run *r, const struct input_packet *p)
{
	struct engine_result a, b;
	struct engine_port port;
	bool show;

	if (p->p.direction == PCAPNG_OUT) { /* what the box has sent */
		r->totals.skipped++;
		return true;
	}
	if (p->p.interface->link != 1) {
		fprintf(stderr, "%s: packet %llu is no Ethernet frame\n",
			p->file, (unsigned long long)p->number);
		return false;
	}
	if (!find_port(r, r->a, p, &port))
		return false;
	if (!r->begun)
		r->first_ns = p->p.unix_ns;
	r->begun = true;
	r->totals.packets++;
	engine_frame(r->a, &port, p->p.unix_ns, p->p.bytes, p->p.caplen, &a);
	count(&r->totals, &a);
	show = !r->o->quiet;
	if (r->b != NULL) {
		if (!find_port(r, r->b, p, &port))
			return false;
		engine_frame(
			r->b, &port, p->p.unix_ns, p->p.bytes, p->p.caplen, &b);
		show = show && !result_same(&a, &b);
		r->totals.different += !result_same(&a, &b);
	}
	if (show) {
		static bool said;
		struct sbuf out = SBUF_INIT;

		if (r->o->json)
			say_json(r, p, &a, r->b ? &b : NULL, !said, &out);
		else
			say_text(r, p, &a, r->b ? &b : NULL, &out);
		said = true;
		fputs(sbuf_text(&out), stdout);
		sbuf_done(&out);
	}
	say_events(r, r->a, r->o->events);
	if (r->b != NULL)
		say_events(r, r->b, false);
	return true;
}

static void
summary_text(const struct run *r)
{
	const struct totals *t = &r->totals;

	printf("%llu packets: %llu passed, %llu for the box, %llu dropped",
		(unsigned long long)t->packets, (unsigned long long)t->passed,
		(unsigned long long)t->local, (unsigned long long)t->dropped);
	if (t->other > 0)
		printf(", %llu waiting", (unsigned long long)t->other);
	if (t->skipped > 0)
		printf(", %llu outgoing ones skipped",
			(unsigned long long)t->skipped);
	if (r->b != NULL)
		printf("; %llu different", (unsigned long long)t->different);
	printf("\n");
	for (unsigned int i = 1; i < REASON_COUNT; i++)
		if (t->reason[i] > 0)
			printf("  %s: %llu\n", reason_name(i),
				(unsigned long long)t->reason[i]);
	if (r->unmet > 0)
		printf("%d expectations do not hold\n", r->unmet);
}

static void
summary_json(const struct run *r)
{
	const struct totals *t = &r->totals;
	const char *before = "";

	printf("\n  ],\n  \"summary\": {\"packets\": %llu, \"passed\": %llu, "
	       "\"local\": %llu, \"dropped\": %llu, \"skipped\": %llu, "
	       "\"different\": %llu, \"unmet-expectations\": %d, "
	       "\"drops\": {",
		(unsigned long long)t->packets, (unsigned long long)t->passed,
		(unsigned long long)t->local, (unsigned long long)t->dropped,
		(unsigned long long)t->skipped,
		(unsigned long long)t->different, r->unmet);
	for (unsigned int i = 1; i < REASON_COUNT; i++) {
		if (t->reason[i] == 0)
			continue;
		printf("%s\"%s\": %llu", before, reason_name(i),
			(unsigned long long)t->reason[i]);
		before = ", ";
	}
	printf("}}\n}\n");
}

static int
run_packets(struct run *r)
{
	struct input_packet p;
	char err[512];
	int rc;

	if (r->o->json)
		printf("{\n  \"%s\": [",
			r->b != NULL ? "differences" : "packets");
	while ((rc = input_next(r->input, &p, err, sizeof(err))) == 1)
		if (!one_packet(r, &p))
			return EXIT_ERROR;
	if (rc < 0) {
		fflush(stdout);
		fprintf(stderr, "%s\n", err);
		return EXIT_ERROR;
	}
	if (r->o->json)
		summary_json(r);
	else
		summary_text(r);
	return r->totals.different > 0 || r->unmet > 0 ? EXIT_DIFFERENT
						       : EXIT_SAME;
}

static int
run(struct run *r, char *const *files, int n)
{
	char err[512];

	if (engine_global(err, sizeof(err)) != 0) {
		fprintf(stderr, "%s\n", err);
		return EXIT_ERROR;
	}
	r->input = input_create();
	for (int i = 0; i < n; i++)
		if (r->input == NULL ||
			input_add(r->input, files[i], err, sizeof(err)) != 0) {
			fprintf(stderr, "%s\n", err);
			return EXIT_ERROR;
		}
	r->a = make_engine(r, r->o->config);
	if (r->a != NULL && r->o->against != NULL)
		r->b = make_engine(r, r->o->against);
	if (r->a == NULL || (r->b == NULL && r->o->against != NULL))
		return EXIT_ERROR;
	return run_packets(r);
}

int
main(int argc, char **argv)
{
	struct options o = {.sessions = SESSIONS_DEFAULT};
	struct run r = {.o = &o};
	int c, rc;

	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (c == O_HELP || c == 'h')
			return usage(stdout);
		if (!option(&o, c))
			return usage(stderr);
	}
	if (o.config == NULL || optind == argc)
		return usage(stderr);
	rc = run(&r, argv + optind, argc - optind);
	engine_free(r.a);
	engine_free(r.b);
	input_free(r.input);
	return rc;
}
