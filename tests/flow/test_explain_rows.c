/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test-flow-explain-rows DIR [--update]: what `explain packet` says of every
 * row of the test matrix [RR-1 to RR-10], in both modes, as text. The files
 * DIR/ROW.txt hold it; --update writes them anew: read the diff like code.
 */
#include "box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "base/tree.h"
#include "config/config.h"
#include "explain/explain.h"
#include "render/render.h"

/* The article's box. */
#define PORTS                                                                  \
	"set interfaces ge-0/0/0 unit 0 family inet address 192.168.1.1/24\n"  \
	"set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.2/24\n"    \
	"set interfaces ge-0/0/0 unit 0 family inet6 address "                 \
	"2001:db8:1::1/64\n"                                                   \
	"set interfaces ge-0/0/1 unit 0 family inet6 address "                 \
	"2001:db8:2::2/64\n"
#define INSTANCES                                                              \
	"set routing-instances ISP instance-type virtual-router\n"             \
	"set routing-instances ISP interface ge-0/0/1.0\n"                     \
	"set routing-instances LAN instance-type virtual-router\n"             \
	"set routing-instances LAN interface ge-0/0/0.0\n"
#define IMPORT(into, from)                                                     \
	"set policy-options policy-statement from-" from " term all from "     \
	"instance " from "\n"                                                  \
	"set policy-options policy-statement from-" from " term all then "     \
	"accept\n"                                                             \
	"set routing-instances " into " routing-options instance-import "      \
	"from-" from "\n"
#define DEFAULT                                                                \
	"set routing-instances ISP routing-options static route 0.0.0.0/0 "    \
	"next-hop 192.0.2.1\n"                                                 \
	"set routing-instances ISP routing-options rib ISP.inet6.0 static "    \
	"route ::/0 next-hop 2001:db8:2::1\n"
#define ZONES                                                                  \
	"set security zones security-zone LAN interfaces ge-0/0/0.0\n"         \
	"set security zones security-zone ISP interfaces ge-0/0/1.0\n"
#define POLICY                                                                 \
	"set security policies from-zone LAN to-zone ISP policy out match "    \
	"source-address any destination-address any application any\n"         \
	"set security policies from-zone LAN to-zone ISP policy out then "     \
	"permit\n"
#define ARTICLE PORTS INSTANCES IMPORT("LAN", "ISP") DEFAULT ZONES POLICY
#define SOURCE_NAT                                                             \
	"set security nat source rule-set out from zone LAN\n"                 \
	"set security nat source rule-set out to zone ISP\n"                   \
	"set security nat source rule-set out rule r1 match source-address "   \
	"192.168.1.0/24\n"                                                     \
	"set security nat source rule-set out rule r1 then source-nat "        \
	"interface\n"
#define FBF                                                                    \
	"set interfaces ge-0/0/1 unit 0 family inet filter input back\n"       \
	"set firewall family inet filter back term lan from "                  \
	"destination-address 192.168.1.0/24\n"                                 \
	"set firewall family inet filter back term lan then "                  \
	"routing-instance LAN\n"                                               \
	"set firewall family inet filter back term rest then accept\n"
#define PACKET_MODE                                                            \
	"set security flow advanced-options reverse-route-packet-mode-vr\n"

struct row {
	const char *name, *config, *dst;
	uint8_t protocol;
};

static const struct row rows[] = {
	{"row-1", ARTICLE, "192.0.2.1", IPP_ICMP},
	{"row-2", ARTICLE IMPORT("ISP", "LAN"), "192.0.2.1", IPP_ICMP},
	{"row-3", ARTICLE SOURCE_NAT, "192.0.2.1", IPP_ICMP},
	{"row-4",
		PORTS INSTANCES IMPORT("LAN", "ISP") DEFAULT
		"set security zones security-zone LAN interfaces ge-0/0/0.0\n"
		"set security zones security-zone LAN interfaces ge-0/0/1.0\n",
		"192.0.2.1", IPP_ICMP},
	{"row-5", PORTS INSTANCES IMPORT("LAN", "ISP") ZONES POLICY,
		"192.0.2.1", IPP_ICMP},
	{"row-6", ARTICLE FBF, "192.0.2.1", IPP_ICMP},
	/* 8 is 7 after the mode was flipped */
	{"row-7-and-8", ARTICLE, "192.0.2.1", IPP_TCP},
	{"row-9", ARTICLE, "2001:db8:2::1", IPP_ICMP6},
};

static struct explain_query
query_of(const struct row *row)
{
	bool v6 = row->protocol == IPP_ICMP6;
	struct explain_query q = {.ifl = "ge-0/0/0.0",
		.sport = 40000,
		.dport = row->protocol == IPP_TCP ? 22 : 1,
		.protocol = row->protocol};

	assert_true(
		ip_addr_parse(v6 ? "2001:db8:1::2" : "192.168.1.2", &q.src));
	assert_true(ip_addr_parse(row->dst, &q.dst));
	return q;
}

static void
explain_text(const struct row *row, const char *config, struct sbuf *out)
{
	struct explain_query q = query_of(row);
	struct box *b = box_create(config);
	struct tree *answer = tree_create();
	struct config_tree *tree = NULL;
	struct report r = REPORT_INIT;
	struct explain_env env = {.image = box_env(b)->image,
		.routes = box_routes(b),
		.now_ms = 5000};
	char err[256] = "";

	assert_int_equal(
		0, config_load_text(config, strlen(config), "test", &tree, &r));
	env.committed = env.candidate = tree;
	if (explain_packet(&env, &q,
		    tree_root(answer, "explain-packet-information"), err,
		    sizeof(err)) == EXPLAIN_FAILED)
		fail_msg("%s: %s", row->name, err);
	render_text(answer, out);
	report_done(&r);
	config_free(tree);
	tree_free(answer);
	box_free(b);
}

/* The explanation in one mode, or why the configuration is refused. */
static void
say(const struct row *row, bool packet_mode, struct sbuf *out)
{
	struct sbuf config = SBUF_INIT;
	char *errors;

	sbuf_printf(
		&config, "%s%s", row->config, packet_mode ? PACKET_MODE : "");
	sbuf_printf(out, "## %s, %s mode\n\n", row->name,
		packet_mode ? "packet" : "flow");
	errors = box_commit_errors(sbuf_text(&config));
	if (errors != NULL)
		sbuf_puts(out, errors);
	else
		explain_text(row, sbuf_text(&config), out);
	sbuf_puts(out, "\n");
	free(errors);
	sbuf_done(&config);
}

static bool
file_is(const char *path, const char *text)
{
	FILE *f = fopen(path, "r");
	size_t len = strlen(text), n;
	char *have = malloc(len + 2);
	bool same;

	assert_non_null(have);
	n = f != NULL ? fread(have, 1, len + 1, f) : 0;
	same = f != NULL && n == len && memcmp(have, text, len) == 0;
	if (f != NULL)
		fclose(f);
	free(have);
	return same;
}

static bool
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	bool ok = f != NULL && fputs(text, f) >= 0;

	return (f == NULL || fclose(f) == 0) && ok;
}

int
main(int argc, char **argv)
{
	bool update = argc > 2 && strcmp(argv[2], "--update") == 0;
	unsigned int bad = 0;

	if (argc < 2)
		return 2;
	box_eal();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sbuf out = SBUF_INIT;
		char path[512];

		snprintf(
			path, sizeof(path), "%s/%s.txt", argv[1], rows[i].name);
		say(&rows[i], false, &out);
		say(&rows[i], true, &out);
		if (update ? !write_file(path, sbuf_text(&out))
			   : !file_is(path, sbuf_text(&out))) {
			printf("%s differs; it says now:\n%s", path,
				sbuf_text(&out));
			bad++;
		}
		sbuf_done(&out);
	}
	return bad == 0 ? 0 : 1;
}
