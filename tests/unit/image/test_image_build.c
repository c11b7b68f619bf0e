/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image answers; specs that contradict themselves are refused; every
 * allocation fails once (the linker wraps the allocating calls).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "image/image.h"

static bool counting;
static long until_failure;

static bool
fails(void)
{
	return counting && until_failure-- == 0;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *
__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *__real_reallocarray(void *p, size_t n, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
void *
__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails() ? NULL : __real_reallocarray(p, n, size);
}

/* A spec whose parts a test may spoil. */
struct parts {
	struct ifd_spec ifds[2];
	struct ifl_spec ifls[4];
	struct vr_spec vrs[2];
	struct zone_spec zones[2];
	struct addr_range any[2], half[1];
	struct addr_obj_spec addrs[2];
	struct app_term_spec terms[4];
	struct app_spec apps[3];
	struct zone_id trust, untrust, two[2];
	uint32_t addr_any, addr_half, app_any, app_ssh[2];
	struct policy_spec policies[3];
	struct image_spec spec;
};

static void
fill_interfaces(struct parts *p)
{
	static const struct ifl_spec rows[4] = {
		{.id = {1},
			.name = "ge-0/0/0.0",
			.ifd = {0},
			.zone = {6},
			.inet = true,
			.mtu4 = 1500,
			.mtu6 = 1500},
		{.id = {2},
			.name = "ge-0/0/1.10",
			.ifd = {1},
			.vlan = 10,
			.zone = {7},
			.vr = {4},
			.mtu4 = 1500,
			.mtu6 = 1500},
		{.id = {5},
			.name = "ge-0/0/1.20",
			.ifd = {1},
			.vlan = 20,
			.zone = {7},
			.vr = {4},
			.mtu4 = 1500,
			.mtu6 = 1500},
		{.id = {9},
			.name = "ge-0/0/1.30",
			.ifd = {1},
			.vlan = 30,
			.disabled = true,
			.mtu4 = 1500,
			.mtu6 = 1500},
	};

	strcpy(p->ifds[0].name, "ge-0/0/0");
	strcpy(p->ifds[1].name, "ge-0/0/1");
	memcpy(p->ifls, rows, sizeof(rows));
	strcpy(p->vrs[0].name, "master");
	p->vrs[1].id.v = 4;
	strcpy(p->vrs[1].name, "W");
	p->zones[0].id.v = 6;
	strcpy(p->zones[0].name, "trust");
	p->zones[1].id.v = 7;
	strcpy(p->zones[1].name, "untrust");
}

static void
fill_objects(struct parts *p)
{
	p->any[0].lo.family = p->any[0].hi.family = IP_V4;
	p->any[1].lo.family = p->any[1].hi.family = IP_V6;
	memset(p->any[0].hi.b, 0xff, 4);
	memset(p->any[1].hi.b, 0xff, 16);
	p->half[0] = p->any[0];
	p->half[0].hi.b[0] = 0x7f;
	p->addrs[0] =
		(struct addr_obj_spec){.name = "any", .ranges = p->any, .n = 2};
	p->addrs[1] = (struct addr_obj_spec){
		.name = "half", .ranges = p->half, .n = 1};
	p->terms[1] = (struct app_term_spec){.protocol = IPP_TCP,
		.sport_hi = 65535,
		.dport_lo = 22,
		.dport_hi = 22,
		.icmp_type = -1,
		.icmp_code = -1};
	p->terms[2] = (struct app_term_spec){.protocol = IPP_TCP,
		.sport_hi = 65535,
		.dport_lo = 80,
		.dport_hi = 80,
		.icmp_type = -1,
		.icmp_code = -1,
		.timeout = 300};
	p->apps[0] = (struct app_spec){
		.name = "any", .terms = p->terms, .n = 1, .any = true};
	p->apps[1] = (struct app_spec){
		.name = "junos-ssh", .terms = p->terms + 1, .n = 1};
	p->apps[2] = (struct app_spec){
		.name = "junos-http", .terms = p->terms + 2, .n = 1};
}

static void
fill_policies(struct parts *p)
{
	p->trust.v = 6;
	p->untrust.v = 7;
	p->two[0] = p->trust;
	p->two[1] = p->untrust;
	p->addr_half = 1;
	p->app_ssh[0] = 1;
	p->app_ssh[1] = 2;
	p->policies[0] = (struct policy_spec){.name = "ssh",
		.index = 4,
		.from = &p->trust,
		.to = &p->untrust,
		.nfrom = 1,
		.nto = 1,
		.src = &p->addr_half,
		.dst = &p->addr_any,
		.nsrc = 1,
		.ndst = 1,
		.apps = p->app_ssh,
		.napps = 2,
		.action = POLICY_PERMIT};
	p->policies[1] = (struct policy_spec){.name = "rest",
		.index = 7,
		.from = &p->trust,
		.to = &p->untrust,
		.nfrom = 1,
		.nto = 1,
		.src = &p->addr_any,
		.dst = &p->addr_any,
		.nsrc = 1,
		.ndst = 1,
		.apps = &p->app_any,
		.napps = 1,
		.action = POLICY_REJECT};
	p->policies[2] = (struct policy_spec){.name = "all",
		.index = 8,
		.global = true,
		.from = p->two,
		.nfrom = 2,
		.src = &p->addr_any,
		.dst = &p->addr_any,
		.nsrc = 1,
		.ndst = 1,
		.apps = &p->app_any,
		.napps = 1,
		.action = POLICY_PERMIT};
}

static struct parts *
parts_make(void)
{
	struct parts *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	fill_interfaces(p);
	fill_objects(p);
	fill_policies(p);
	p->spec = (struct image_spec){.ifds = p->ifds,
		.nifds = 2,
		.ifls = p->ifls,
		.nifls = 4,
		.vrs = p->vrs,
		.nvrs = 2,
		.zones = p->zones,
		.nzones = 2,
		.addrs = p->addrs,
		.naddrs = 2,
		.apps = p->apps,
		.napps = 3,
		.policies = p->policies,
		.npolicies = 3};
	flow_spec_default(&p->spec.flow);
	return p;
}

static void
test_questions(void **state)
{
	struct parts *p = parts_make();
	struct image *im = NULL;
	struct ifd_id port[] = {{0}, {1}, {2}, {IFD_MAX}, {UINT16_MAX}};

	(void)state;
	assert_int_equal(0, image_build(&p->spec, false, &im));
	assert_ptr_equal(&p->ifls[0], image_ifl_of_frame(im, port[0], 0));
	assert_null(image_ifl_of_frame(im, port[0], 10));
	assert_null(image_ifl_of_frame(im, port[1], 0));
	assert_ptr_equal(&p->ifls[1], image_ifl_of_frame(im, port[1], 10));
	assert_ptr_equal(&p->ifls[2], image_ifl_of_frame(im, port[1], 20));
	assert_null(image_ifl_of_frame(im, port[1], 30)); /* disabled */
	for (unsigned int i = 2; i < 5; i++)
		assert_null(image_ifl_of_frame(im, port[i], 0));
	assert_ptr_equal(&p->ifls[3], image_ifl(im, (struct ifl_id){9}));
	assert_null(image_ifl(im, IFL_NONE));
	assert_null(image_ifl(im, (struct ifl_id){3}));
	assert_null(image_ifl(im, (struct ifl_id){UINT16_MAX}));
	assert_ptr_equal(&p->zones[1], image_zone(im, p->untrust));
	assert_null(image_zone(im, ZONE_NULL));
	assert_null(image_zone(im, (struct zone_id){8}));
	assert_ptr_equal(&p->vrs[1], image_vr(im, (struct vr_id){4}));
	assert_null(image_vr(im, (struct vr_id){5}));
	assert_ptr_equal(&p->policies[1], image_policy(im, 7));
	assert_null(image_policy(im, 5));
	assert_null(image_policy(im, UINT32_MAX));
	assert_ptr_equal(&p->ifls[0], image_ifl_by_name(im, "ge-0/0/0.0"));
	assert_null(image_ifl_by_name(im, "ge-0/0/0"));
	assert_ptr_equal(&p->vrs[0], image_vr_by_name(im, "default"));
	assert_ptr_equal(&p->vrs[0], image_vr_by_name(im, "master"));
	assert_null(image_vr_by_name(im, "X"));
	assert_ptr_equal(&p->zones[0], image_zone_by_name(im, "trust"));
	assert_string_equal("trust", image_zone_name(im, p->trust));
	assert_string_equal("null", image_zone_name(im, ZONE_NULL));
	assert_string_equal("junos-host", image_zone_name(im, ZONE_JUNOS_HOST));
	assert_string_equal("?", image_zone_name(im, (struct zone_id){99}));
	assert_string_equal("?", image_ifl_name(im, (struct ifl_id){99}));
	assert_true(image_has_context(im, p->trust, p->untrust));
	assert_false(image_has_context(im, p->untrust, p->trust));
	image_free(im);
	image_free(NULL);
	free(p);
}

static void
test_decisions(void **state)
{
	static const struct {
		uint16_t from, to;
		uint8_t src0, protocol;
		uint16_t dport;
		enum policy_action action;
		uint32_t index, timeout;
	} rows[] = {
		{6, 7, 10, IPP_TCP, 22, POLICY_PERMIT, 4, 1800},
		{6, 7, 10, IPP_TCP, 80, POLICY_PERMIT, 4, 300},
		{6, 7, 200, IPP_TCP, 22, POLICY_REJECT, 7, 1800},
		{6, 7, 10, IPP_UDP, 22, POLICY_REJECT, 7, 60},
		{6, 7, 10, IPP_TCP, 81, POLICY_REJECT, 7, 1800},
		{7, 6, 10, IPP_TCP, 80, POLICY_PERMIT, 8, 300},
		{7, 7, 10, IPP_ICMP, 0, POLICY_PERMIT, 8, 60},
		{2, 7, 10, 99, 0, POLICY_DENY, 2, 1800},
		{2, 7, 10, IPP_OSPF, 0, POLICY_DENY, 2, 60},
	};
	struct parts *p = parts_make();
	struct image *im = NULL;

	(void)state;
	assert_int_equal(0, image_build(&p->spec, false, &im));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct policy_query q = {.from = {rows[i].from},
			.to = {rows[i].to},
			.protocol = rows[i].protocol,
			.sport = 1,
			.dport = rows[i].dport};
		struct policy_result r;

		q.src.family = q.dst.family = IP_V4;
		q.src.b[0] = rows[i].src0;
		image_policy_match(im, &q, &r);
		assert_int_equal(rows[i].action, r.action);
		assert_int_equal(rows[i].index, r.index);
		assert_int_equal(rows[i].timeout, r.timeout);
		assert_int_equal(r.index == 2, r.place == UINT32_MAX);
	}
	image_free(im);
	p->policies[0].inactive = true; /* by its scheduler */
	assert_int_equal(0, image_build(&p->spec, false, &im));
	{
		struct policy_query q = {.from = {6},
			.to = {7},
			.protocol = IPP_TCP,
			.dport = 22};
		struct policy_result r;

		q.src.family = q.dst.family = IP_V4;
		image_policy_match(im, &q, &r);
		assert_int_equal(7, r.index);
	}
	image_free(im);
	free(p);
}

/* Each spoils one thing. */
static void
spoil(struct parts *p, unsigned int what)
{
	switch (what) {
	case 0:
		p->ifls[1].id.v = 0;
		break;
	case 1:
		p->ifls[1].id.v = IFL_MAX;
		break;
	case 2:
		p->ifls[1].ifd.v = IFD_MAX;
		break;
	case 3:
		p->ifls[1].vlan = 4096;
		break;
	case 4:
		p->ifls[1].vr.v = VR_MAX;
		break;
	case 5:
		p->ifls[1].zone.v = ZONE_MAX;
		break;
	case 6:
		p->zones[1].id.v = ZONE_MAX;
		break;
	case 7:
		p->vrs[1].id.v = VR_MAX;
		break;
	case 8:
		p->addr_half = 2; /* no such address */
		break;
	case 9:
		p->app_ssh[1] = 3;
		break;
	case 10:
		p->policies[0].nfrom = 0;
		break;
	case 11:
		p->policies[1].nto = 2;
		break;
	case 12:
		p->policies[0].index = 1u << 24;
		break;
	case 13:
		p->addr_any = UINT32_MAX;
		break;
	case 14:
		p->ifls[0].filter_in4 = 1; /* there are none */
		break;
	case 15:
		p->ifls[0].filter_out6 = UINT16_MAX;
		break;
	}
}

static void
test_bad_specs(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 16; i++) {
		struct parts *p = parts_make();
		struct image *im = NULL;
		int rc;

		spoil(p, i);
		rc = image_build(&p->spec, false, &im);
		if (rc != -EINVAL)
			fail_msg("spoiled %u: %d", i, rc);
		assert_null(im);
		free(p);
	}
}

static void
test_no_memory(void **state)
{
	struct parts *p = parts_make();
	struct image *im = NULL;
	long n = 0;
	int rc;

	(void)state;
	do {
		until_failure = n++;
		counting = true;
		rc = image_build(&p->spec, false, &im);
		counting = false;
		assert_true(rc == 0 || rc == -ENOMEM);
		assert_int_equal(rc == 0, im != NULL);
	} while (rc != 0);
	assert_true(n > 15);
	image_free(im);
	free(p);
}

static void
test_empty(void **state)
{
	struct image_spec spec = {0};
	struct image *im = NULL;
	struct policy_query q = {.src.family = IP_V6, .dst.family = IP_V6};
	struct policy_result r;

	(void)state;
	flow_spec_default(&spec.flow);
	assert_int_equal(0, image_build(&spec, false, &im));
	image_policy_match(im, &q, &r);
	assert_int_equal(POLICY_DENY, r.action);
	assert_null(image_ifl_of_frame(im, (struct ifd_id){0}, 0));
	image_free(im);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_bad_specs),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
