/* SPDX-License-Identifier: Apache-2.0 */
#include "route_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"

struct ip_addr
addr(const char *text)
{
	struct ip_addr a;

	assert_true(ip_addr_parse(text, &a));
	return a;
}

struct ip_prefix
prefix(const char *text)
{
	struct ip_prefix p;

	assert_true(ip_prefix_parse(text, &p));
	return p;
}

struct static_route_spec
static_to(const char *dst, enum route_type type)
{
	return (struct static_route_spec){
		.prefix = prefix(dst), .type = type, .attrs.preference = 5};
}

struct static_route_spec
static_via(const char *dst, struct route_nh_spec *nh, const char *gateway)
{
	struct static_route_spec s = static_to(dst, ROUTE_NEXTHOP);

	*nh = (struct route_nh_spec){.gateway = addr(gateway)};
	s.nhs = nh;
	s.nnhs = 1;
	return s;
}

static struct route_ifl_spec
ifl(uint16_t id, const char *name, uint16_t vr)
{
	struct route_ifl_spec i = {.id = {id}, .vr = {vr}};

	snprintf(i.name, sizeof(i.name), "%s", name);
	i.loopback = id == LO0;
	return i;
}

static void
policy_from(struct lab *lab, int i, const char *name, struct vr_id *from)
{
	lab->policy[i] =
		(struct route_policy_spec){.terms = &lab->term[i], .n = 1};
	snprintf(lab->policy[i].name, ROUTE_NAME_MAX, "%s", name);
	lab->term[i] = (struct route_term_spec){
		.name = "all",
		.instances = from,
		.ninstances = 1,
		.verdict = PV_ACCEPT,
	};
}

void
lab_init(struct lab *lab)
{
	memset(lab, 0, sizeof(*lab));
	lab->vr[0] = (struct route_vr_spec){.id = {MASTER}, .name = "master"};
	lab->vr[1] = (struct route_vr_spec){.id = {ISP}, .name = "ISP"};
	lab->vr[2] = (struct route_vr_spec){.id = {LAN}, .name = "LAN"};
	lab->ifl[0] = ifl(GE0, "ge-0/0/0.0", LAN);
	lab->ifl[1] = ifl(GE1, "ge-0/0/1.0", ISP);
	lab->ifl[2] = ifl(LO0, "lo0.0", MASTER);
	lab->ifl[3] = ifl(GE2, "ge-0/0/2.0", MASTER);
	lab->isp_addr[0] =
		(struct route_addr_spec){{GE1}, prefix("192.0.2.2/24")};
	lab->lan_addr[0] =
		(struct route_addr_spec){{GE0}, prefix("192.168.1.1/24")};
	lab->isp_static[0] =
		static_via("0.0.0.0/0", &lab->isp_nh[0], "192.0.2.1");
	lab->isp_static[0].attrs.resolve = true;
	lab->from_isp.v = ISP;
	lab->from_lan.v = LAN;
	policy_from(lab, 0, "import-from-isp", &lab->from_isp);
	policy_from(lab, 1, "import-from-lan", &lab->from_lan);
	lab->import[0] = 0;
	lab->import[1] = 1;
	lab->vr[1].addrs = lab->isp_addr;
	lab->vr[1].naddrs = 1;
	lab->vr[1].statics = lab->isp_static;
	lab->vr[1].nstatics = 1;
	lab->vr[2].addrs = lab->lan_addr;
	lab->vr[2].naddrs = 1;
	lab->vr[2].imports = &lab->import[0];
	lab->vr[2].nimports = 1;
	lab->spec = (struct route_spec){lab->vr, LEN(lab->vr), lab->ifl,
		LEN(lab->ifl), lab->policy, LEN(lab->policy)};
}

void
lab_init6(struct lab *lab)
{
	lab_init(lab);
	lab->isp_addr[1] =
		(struct route_addr_spec){{GE1}, prefix("2001:db8:2::2/64")};
	lab->lan_addr[1] =
		(struct route_addr_spec){{GE0}, prefix("2001:db8:1::1/64")};
	lab->isp_static[1] =
		static_via("::/0", &lab->isp_nh[1], "2001:db8:2::1");
	lab->vr[1].naddrs = lab->vr[2].naddrs = lab->vr[1].nstatics = 2;
}

void
apply(struct route_db *db, const struct route_spec *spec, uint64_t now)
{
	struct report r = REPORT_INIT;
	struct sbuf b = SBUF_INIT;
	int rc = route_db_apply(db, spec, NULL, now, &r);

	if (rc != 0) {
		report_text(&r, &b);
		print_error("%s", b.data ? b.data : "");
	}
	sbuf_done(&b);
	report_done(&r);
	assert_int_equal(rc, 0);
}

struct route_db *
db_of(const struct route_spec *spec)
{
	struct route_db *db = route_db_create();

	assert_non_null(db);
	apply(db, spec, 1000);
	return db;
}

static void
entry_text(const struct route_entry *e, struct sbuf *b)
{
	static const char *const ways[] = {[WAY_DOWN] = " Reject",
		[WAY_DISCARD] = " Discard",
		[WAY_REJECT] = " Reject",
		[WAY_RECEIVE] = " Receive",
		[WAY_TABLE] = " table"};
	char text[IP_TEXT_MAX];

	sbuf_printf(b, "%c %s %s/%u", "*-h"[e->state],
		ip_prefix_text(&e->prefix, text),
		route_proto_name((enum route_proto)e->proto), e -> preference);
	if (e->has_metric)
		sbuf_printf(b, " metric %u", e->metric);
	if (e->has_tag)
		sbuf_printf(b, " tag %u", e->tag);
	if (e->way < LEN(ways) && ways[e->way] != NULL)
		sbuf_puts(b, ways[e->way]);
	if (e->way == WAY_TABLE)
		sbuf_printf(b, " %u", e->table_vr.v);
	for (uint32_t i = 0; i < e->nnhs; i++) {
		sbuf_puts(b, " ");
		if (e->nhs[i].gateway.family != IP_NONE)
			sbuf_puts(b, ip_addr_text(&e->nhs[i].gateway, text));
		sbuf_printf(b, "@%u", e->nhs[i].ifl.v);
	}
	if (e->secondary)
		sbuf_printf(b, " s%u", e->primary_vr.v);
	sbuf_puts(b, "\n");
}

char *
table_text(const struct route_db *db, uint16_t vr, enum ip_family f)
{
	const struct route_table *t =
		route_db_table_of(db, (struct vr_id){vr}, f);
	struct sbuf b = SBUF_INIT;

	sbuf_puts(&b, "");
	for (size_t i = 0; t != NULL && i < route_table_size(t); i++)
		entry_text(route_table_entry(t, i), &b);
	return sbuf_take(&b);
}

void
assert_table(const struct route_db *db, uint16_t vr, enum ip_family f,
	const char *want)
{
	char *got = table_text(db, vr, f);

	assert_string_equal(got ? got : "", want);
	free(got);
}

char *
fib_text(const struct route_db *db, uint16_t vr, enum ip_family f)
{
	struct sbuf b = SBUF_INIT;
	struct route_fib_row r;
	char text[IP_TEXT_MAX];

	sbuf_puts(&b, "");
	for (size_t i = 0; route_db_fib_row(db, (struct vr_id){vr}, f, i, &r);
		i++) {
		sbuf_printf(&b, "%s %s %s", ip_prefix_text(&r.prefix, text),
			r.type, r.nh_type);
		if (r.nexthop.family != IP_NONE)
			sbuf_printf(&b, " %s", ip_addr_text(&r.nexthop, text));
		if (r.ifl.v != 0)
			sbuf_printf(&b, " @%u", r.ifl.v);
		sbuf_puts(&b, "\n");
	}
	return sbuf_take(&b);
}

void
assert_fib(const struct route_db *db, uint16_t vr, enum ip_family f,
	const char *want)
{
	char *got = fib_text(db, vr, f);

	assert_string_equal(got ? got : "", want);
	free(got);
}

const struct nexthop *
look(const struct route_view *v, uint16_t vr, const char *dst)
{
	struct ip_addr a = addr(dst);

	return route_view_nexthop(
		v, route_view_lookup(v, (struct vr_id){vr}, &a));
}
