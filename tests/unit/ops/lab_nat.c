/* SPDX-License-Identifier: Apache-2.0 */
#include "lab_nat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "compile/compile.h"
#include "config/config.h"
#include "image/image.h"

static const char config[] =
	"set interfaces ge-0/0/0 unit 0 family inet address 192.168.1.1/24\n"
	"set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.2/24\n"
	"set interfaces ge-0/0/2 unit 0 family inet address 10.2.0.1/24\n"
	"set routing-instances T instance-type virtual-router\n"
	"set routing-instances T interface ge-0/0/2.0\n"
	"set security zones security-zone LAN interfaces ge-0/0/0.0\n"
	"set security zones security-zone ISP interfaces ge-0/0/1.0\n"
	"set security zones security-zone TEN interfaces ge-0/0/2.0\n"
	"edit security nat source\n"
	"set pool p description first\n"
	"set pool p address 203.0.113.1/32 to 203.0.113.6/32\n"
	"set pool p address 203.0.113.16/28\n"
	"set pool p pool-utilization-alarm raise-threshold 90\n"
	"set pool q address 203.0.113.64/26\n"
	"set pool q port no-translation\n"
	"set pool q overflow-pool p\n"
	"set pool q routing-instance T\n"
	"set pool b address 198.51.100.1/32\n"
	"set pool b port block-allocation block-size 256\n"
	"set pool d address 198.51.100.2/32\n"
	"set pool d port deterministic block-size 256\n"
	"set pool d port deterministic host address 192.168.1.0/26\n"
	"set rule-set lan-out from zone LAN\n"
	"set rule-set lan-out to zone ISP\n"
	"set rule-set lan-out rule r1 match source-address 192.168.1.0/24\n"
	"set rule-set lan-out rule r1 match source-address 192.168.2.0/24\n"
	"set rule-set lan-out rule r1 match destination-port 1000 to 2000\n"
	"set rule-set lan-out rule r1 match protocol tcp\n"
	"set rule-set lan-out rule r1 then source-nat interface\n"
	"set rule-set lan-out rule r2 match source-address 2001:db8::/32\n"
	"set rule-set lan-out rule r2 match application junos-dns-udp\n"
	"set rule-set lan-out rule r2 then source-nat off\n"
	"set rule-set t from routing-instance [ T default ]\n"
	"set rule-set t to interface ge-0/0/1.0\n"
	"set rule-set t rule r1 match source-address 10.0.0.0/8\n"
	"set rule-set t rule r1 then source-nat pool p persistent-nat permit "
	"target-host\n"
	"set rule-set t rule r1 then source-nat pool p\n"
	"set rule-set t rule r1 then source-nat rule-session-count-alarm "
	"raise-threshold 100\n"
	"top edit security nat destination\n"
	"set pool web address 192.168.1.80/32 port 8080\n"
	"set pool ten address 10.2.0.0/28\n"
	"set pool ten routing-instance T\n"
	"set rule-set in from interface ge-0/0/1.0\n"
	"set rule-set in rule web match destination-address 192.0.2.2/32\n"
	"set rule-set in rule web match destination-port 443\n"
	"set rule-set in rule web then destination-nat pool web\n"
	"top edit security nat static\n"
	"set rule-set s from zone ISP\n"
	"set rule-set s rule net match destination-address 203.0.113.128/28\n"
	"set rule-set s rule net then static-nat prefix 10.2.0.16/28\n"
	"set rule-set s rule net then static-nat prefix routing-instance T\n"
	"set rule-set s rule port match destination-address 203.0.113.200/32\n"
	"set rule-set s rule port match destination-port 80 to 89\n"
	"set rule-set s rule port then static-nat prefix 192.168.1.9/32\n"
	"set rule-set s rule port then static-nat prefix mapped-port 8080 to "
	"8089\n"
	"set rule-set s rule six match destination-address 64:ff9b::/96\n"
	"set rule-set s rule six then static-nat inet\n";

struct lab_nat_fake lab_nat_fake;
static struct image *image;
static const struct image *(*image_before)(void);

static const struct image *
image_now(void)
{
	return image;
}

/* The lines below an `edit` stand below its path. */
static char *
flat(void)
{
	struct sbuf b = SBUF_INIT;
	char path[64] = "";

	for (const char *p = config; *p != '\0';) {
		int n = (int)strcspn(p, "\n");

		if (sscanf(p, "top edit %63[^\n]", path) != 1 &&
			sscanf(p, "edit %63[^\n]", path) != 1)
			sbuf_printf(&b, "set %s %.*s\n", path, n - 4, p + 4);
		p += n + 1;
	}
	return sbuf_take(&b);
}

int
lab_nat_setup(void **state)
{
	struct report report = REPORT_INIT;
	struct config_tree *tree = NULL;
	struct route_spec *routes = NULL;
	struct image_spec *spec = NULL;
	char *text = flat();
	int rc = lab_setup(state);

	if (rc == 0)
		rc = config_load_text(
			text, strlen(text), "lab", &tree, &report);
	if (rc == 0)
		rc = compile_config(
			config_root(tree), NULL, &report, &spec, &routes);
	if (rc == 0)
		rc = image_build(spec, true, &image);
	if (rc != 0) {
		struct sbuf b = SBUF_INIT;

		report_text(&report, &b);
		fprintf(stderr, "%s", sbuf_text(&b));
		sbuf_done(&b);
	}
	image_before = lab_env.image;
	lab_env.image = image_now;
	route_spec_free(routes);
	config_free(tree);
	report_done(&report);
	free(text);
	return rc;
}

int
lab_nat_teardown(void **state)
{
	lab_env.image = image_before;
	image_free(image);
	return lab_teardown(state);
}

/* ---- what workers would count ---- */

static struct ip_addr
addr(const char *text)
{
	struct ip_addr a = {.family = IP_NONE};

	ip_addr_parse(text, &a);
	return a;
}

void
nat_rule_stats_get(struct workers *w, enum nat_kind kind, uint32_t id,
	struct nat_rule_stats *ret)
{
	(void)w;
	*ret = (struct nat_rule_stats){10 * id, 9 * id, kind + id};
}

void
nat_rule_stats_clear(struct workers *w, enum nat_kind kind, uint32_t id)
{
	(void)w;
	(void)kind;
	lab_nat_fake.cleared_rules++;
	lab_nat_fake.last_rule = id;
}

void
nat_pool_stats_get(struct workers *w, uint32_t pool, struct nat_pool_stats *ret)
{
	(void)w;
	*ret = (struct nat_pool_stats){.hits = 100 * pool,
		.failures = pool,
		.sessions = 3,
		.addrs_used = 5,
		.ports = 64512,
		.ports_used = 32256,
		.blocks = 252,
		.blocks_used = 2,
		.alarm = pool == 1};
}

void
nat_pool_stats_clear(struct workers *w, uint32_t pool)
{
	(void)w;
	lab_nat_fake.cleared_pools++;
	lab_nat_fake.last_pool = pool;
}

uint64_t
nat_pool_range_used(struct workers *w, uint32_t pool, const struct ip_addr *lo,
	const struct ip_addr *hi)
{
	(void)w;
	return pool + (uint64_t)(hi->b[3] - lo->b[3]);
}

void
nat_ifl_stats_get(struct workers *w, struct ifl_id ifl, enum ip_family family,
	struct nat_ifl_stats *ret)
{
	(void)w;
	if (family == IP_V4 && ifl.v == 2)
		*ret = (struct nat_ifl_stats){64512, 17};
}

unsigned int
nat_bindings_read(struct workers *w, uint64_t *cursor,
	struct nat_binding_info *out, unsigned int n)
{
	(void)w;
	if (n < 2)
		return 0;
	if (*cursor == 0) { /* in two parts */
		out[0] = (struct nat_binding_info){.internal = addr("10.1.2.3"),
			.internal_port = 5060,
			.reflexive = addr("203.0.113.2"),
			.reflexive_port = 1030,
			.protocol = 17,
			.permit = PERSISTENT_TARGET_HOST,
			.pool = 1,
			.rule = 3,
			.sessions = 2,
			.max_sessions = 30,
			.timeout_s = 300,
			.left_s = 300};
		*cursor = 1;
		return 1;
	}
	out[0] = (struct nat_binding_info){.internal = addr("192.168.1.7"),
		.internal_port = 4000,
		.reflexive = addr("192.0.2.2"),
		.reflexive_port = 2000,
		.protocol = 6,
		.permit = PERSISTENT_ANY_REMOTE_HOST,
		.ifl = {2},
		.rule = 1,
		.max_sessions = 30,
		.timeout_s = 300,
		.left_s = 120};
	*cursor = 0;
	return 1;
}

uint64_t
nat_bindings_clear(struct workers *w, const struct nat_binding_filter *f)
{
	(void)w;
	lab_nat_fake.last_filter = *f;
	return 2;
}

unsigned int
nat_blocks_read(struct workers *w, uint64_t *cursor, struct nat_block_info *out,
	unsigned int n)
{
	(void)w;
	*cursor = 0;
	if (n < 2)
		return 0;
	out[0] = (struct nat_block_info){.pool = 3,
		.host = addr("192.168.1.12"),
		.addr = addr("198.51.100.1"),
		.lo = 1024,
		.hi = 1279,
		.used = 2,
		.age_s = 60,
		.active = true};
	out[1] = (struct nat_block_info){.pool = 4,
		.host = addr("192.168.1.13"),
		.addr = addr("198.51.100.2"),
		.lo = 4096,
		.hi = 4351,
		.used = 7};
	return 2;
}

unsigned int
nat_paired_read(struct workers *w, uint64_t *cursor,
	struct nat_paired_info *out, unsigned int n)
{
	(void)w;
	*cursor = 0;
	out[0] = (struct nat_paired_info){.pool = 2,
		.host = addr("10.2.0.5"),
		.addr = addr("203.0.113.70"),
		.vr = {VR_FIRST_USER},
		.sessions = 4};
	return n > 0;
}
