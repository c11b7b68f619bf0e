/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_fixture - the article's lab as a route_spec, and tables as text, one
 * entry a line, so that a test compares with what it shows.
 */
#ifndef TESTS_UNIT_ROUTE_ROUTE_FIXTURE_H
#define TESTS_UNIT_ROUTE_ROUTE_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "route/route_rib.h"
#include "route/route_spec.h"

enum { GE0 = 1, GE1, LO0, GE2 }; /* ge-0/0/0.0, ge-0/0/1.0, lo0.0, ge-0/0/2.0 */
enum { MASTER = 0, ISP = 4, LAN = 5 };

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

struct ip_addr addr(const char *text);
struct ip_prefix prefix(const char *text);

/* One route with one gateway; nh is kept by the caller. */
struct static_route_spec static_via(
	const char *dst, struct route_nh_spec *nh, const char *gateway);
struct static_route_spec static_to(const char *dst, enum route_type type);

/*
 * ge-0/0/0.0 192.168.1.1/24 in LAN, ge-0/0/1.0 192.0.2.2/24 in ISP; ISP has a
 * default to 192.0.2.1; LAN imports ISP. Arrays may be replaced.
 */
struct lab {
	struct route_spec spec;
	struct route_vr_spec vr[3]; /* master, ISP, LAN */
	struct route_ifl_spec ifl[4];
	struct route_addr_spec isp_addr[2], lan_addr[2];
	struct static_route_spec isp_static[2];
	struct route_nh_spec isp_nh[2];
	struct route_policy_spec policy[2];
	struct route_term_spec term[2];
	struct vr_id from_isp, from_lan;
	uint32_t import[2];
};

void lab_init(struct lab *lab);
void lab_init6(struct lab *lab); /* the same with IPv6 beside it */

struct route_db *db_of(const struct route_spec *spec);
void apply(struct route_db *db, const struct route_spec *spec, uint64_t now);

/*
 * "* 0.0.0.0/0 Static/5 192.0.2.1@2" per line: `*` active, `-` inactive, `h`
 * hidden; `s4` behind it for a secondary route of virtual router 4.
 */
char *table_text(const struct route_db *db, uint16_t vr, enum ip_family f);
char *fib_text(const struct route_db *db, uint16_t vr, enum ip_family f);
void assert_table(const struct route_db *db, uint16_t vr, enum ip_family f,
	const char *want);
/* The forwarding table: "192.0.2.0/24 intf rslv @2" per line. */
void assert_fib(const struct route_db *db, uint16_t vr, enum ip_family f,
	const char *want);

/* The next hop of a look-up. */
const struct nexthop *look(
	const struct route_view *v, uint16_t vr, const char *dst);

#endif /* TESTS_UNIT_ROUTE_ROUTE_FIXTURE_H */
