/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of a screen: by itself, in floods, over its rate [SC-1]; and for
 * first packets: from where it cannot come, scans, limits, floods of SYNs.
 */
#include "flow/screen.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "flow/flow_log.h"
#include "flow/path.h"
#include "flow/screen_impl.h"
#include "flow/screen_packet.h"
#include "flow/session.h"
#include "pkt/rewrite_tcp.h"

#define TOLD_PER_S 10u /* of each attack */

static void *
map_zero(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* A session is in at most four numbers: by source and destination, each of
 * its protocol and of all. */
struct screen_state *
screen_create(uint32_t max_sessions)
{
	struct screen_state *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->rates = rate_table_create();
	s->scans = scan_table_create();
	s->numbers = number_table_create(max_sessions < UINT32_MAX / 8
						 ? max_sessions * 4 + 64
						 : UINT32_MAX / 2);
	s->zone = map_zero(ZONE_MAX * sizeof(*s->zone));
	s->ifl = map_zero(IFL_MAX * sizeof(*s->ifl));
	s->proxy = syn_proxy_create(max_sessions);
	if (!s->rates || !s->scans || !s->numbers || !s->zone || !s->ifl ||
		!s->proxy) {
		screen_free(s);
		return NULL;
	}
	return s;
}

void
screen_free(struct screen_state *s)
{
	if (s == NULL)
		return;
	rate_table_free(s->rates);
	scan_table_free(s->scans);
	number_table_free(s->numbers);
	if (s->zone != NULL)
		munmap(s->zone, ZONE_MAX * sizeof(*s->zone));
	if (s->ifl != NULL)
		munmap(s->ifl, IFL_MAX * sizeof(*s->ifl));
	syn_proxy_free(s->proxy);
	free(s);
}

const struct screen_spec *
screen_of(const struct env *env, const struct pkt *p)
{
	return &image_spec_of(env->image)->screens[p->screen - 1];
}

/* A flood is told of a few times in a second; its counters know the rest. */
static bool
may_tell(const struct env *env, enum screen_attack a)
{
	struct screen_state *x = env->screen;

	if (x->told_s != env->now_s) {
		x->told_s = env->now_s;
		memset(x->told, 0, sizeof(x->told));
	}
	if (x->told[a] == TOLD_PER_S)
		return false;
	x->told[a]++;
	return true;
}

void
screen_note(const struct env *env, const struct pkt *p, enum screen_attack a,
	bool dropped)
{
	if (env->screen == NULL)
		return;
	env->screen->zone[p->key.token].attack[a]++;
	env->screen->ifl[p->ifl.v].attack[a]++;
	if (may_tell(env, a))
		flow_log_screen(env, p, a, dropped);
}

enum verdict
screen_found(const struct env *env, struct pkt *p, uint64_t hits)
{
	unsigned int first = (unsigned int)__builtin_ctzll(hits);

	for (uint64_t left = hits; left != 0; left &= left - 1)
		screen_note(env, p, (unsigned int)__builtin_ctzll(left),
			!screen_of(env, p)->alarm_only);
	if (screen_of(env, p)->alarm_only)
		return VERDICT_NEXT;
	return drop(p, (enum reason)(REASON_SCREEN_ICMP_FLOOD + first));
}

bool
screen_white(
	const struct screen_white_list *list, size_t n, const struct pkt *p)
{
	struct ip_addr src = flow_key_src(&p->key), dst = flow_key_dst(&p->key);

	for (size_t i = 0; i < n; i++) {
		bool s = list[i].nsrc == 0, d = list[i].ndst == 0;

		for (size_t k = 0; !s && k < list[i].nsrc; k++)
			s = ip_prefix_covers(&list[i].src[k], &src);
		for (size_t k = 0; !d && k < list[i].ndst; k++)
			d = ip_prefix_covers(&list[i].dst[k], &dst);
		if (s && d)
			return true;
	}
	return false;
}

/* ---- every packet ---- */

static bool
flooded(const struct env *env, const struct pkt *p, uint8_t kind,
	uint16_t port_be, uint32_t limit)
{
	struct ip_addr dst = flow_key_dst(&p->key);
	struct screen_key k;

	screen_key_set(&k, &dst, port_be, p->key.token, kind);
	return rate_over(env->screen->rates, &k, env->now_ms, limit, NULL,
		&stats_of_zone(env, p)->forgotten);
}

static bool
is_icmp(const struct pkt *p)
{
	return p->key.protocol ==
	       (p->key.family == IP_V4 ? IPP_ICMP : IPP_ICMP6);
}

static uint64_t
floods(const struct env *env, const struct pkt *p, const struct screen_spec *s)
{
	if ((s->on & SCREEN_BIT(ICMP_FLOOD)) && is_icmp(p) &&
		flooded(env, p, KIND_ICMP_FLOOD, 0, s->icmp_flood))
		return SCREEN_BIT(ICMP_FLOOD);
	if ((s->on & SCREEN_BIT(UDP_FLOOD)) && p->key.protocol == IPP_UDP &&
		!screen_white(s->udp_white, s->nudp_white, p) &&
		flooded(env, p, KIND_UDP_FLOOD, p->key.dport_be, s->udp_flood))
		return SCREEN_BIT(UDP_FLOOD);
	return 0;
}

enum verdict
screen_packet(const struct env *env, struct pkt *p)
{
	const struct screen_spec *s = screen_of(env, p);
	uint64_t hits = screen_packet_look(s, p);

	/* Junos makes urgent data harmless and lets it pass [SC-3]. */
	if ((hits & SCREEN_BIT(WINNUKE)) && !s->alarm_only) {
		rewrite_tcp_not_urgent(p);
		screen_note(env, p, SCREEN_WINNUKE, false);
		hits &= ~SCREEN_BIT(WINNUKE);
	}
	if (hits == 0 && env->screen != NULL) {
		hits = floods(env, p, s);
		if (hits == 0 && (s->limited[0] || s->limited[1]))
			hits = screen_limit_packet(env, p, s);
	}
	return likely(hits == 0) ? VERDICT_NEXT : screen_found(env, p, hits);
}

/* Parsed or not, a screen is that of the interface of port and VLAN. */
static bool
find_screen(const struct env *env, struct pkt *p)
{
	const struct ifl_spec *ifl;

	if (mbuf_meta(p->m)->flags & (META_FROM_HOST | META_COUNTED))
		return false;
	ifl = image_ifl_of_frame(env->image, mbuf_meta(p->m)->ifd, p->vlan);
	if (ifl == NULL || ifl->screen == 0)
		return false;
	p->ifl = ifl->id;
	p->key.token = ifl->zone.v;
	p->screen = ifl->screen;
	return true;
}

/* Such a packet is no good in any case: alarm-without-drop saves nothing. */
static void
name_drop(const struct env *env, struct pkt *p, enum screen_attack a)
{
	screen_note(env, p, a, true);
	if (!screen_of(env, p)->alarm_only)
		p->reason = (uint8_t)(REASON_SCREEN_ICMP_FLOOD + a);
}

void
screen_malformed(const struct env *env, struct pkt *p)
{
	uint64_t hits = screen_packet_malformed(p);

	if (hits == 0 || !find_screen(env, p))
		return;
	hits &= screen_of(env, p)->on;
	if (hits != 0)
		name_drop(env, p, (unsigned int)__builtin_ctzll(hits));
}

void
screen_overlap(const struct env *env, struct pkt *p)
{
	if (p->reason == REASON_FRAGMENT_OVERLAP &&
		(screen_of(env, p)->on & SCREEN_BIT(TEAR_DROP)))
		name_drop(env, p, SCREEN_TEAR_DROP);
}

/* ---- first packets ---- */

/* The way to the source must lead to the zone that it came from [SC-6]. */
static bool
spoofed(const struct env *env, const struct pkt *p)
{
	const struct ifl_spec *ifl = image_ifl(env->image, p->ifl);
	struct ip_addr src = flow_key_src(&p->key);
	struct path path;

	if (ifl == NULL || ip_addr_is_unspecified(&src) ||
		ip_addr_is_link_local(&src))
		return false;
	path_lookup(env, ifl->vr, &src, NULL, p->scope, &path);
	return !path_is_transit(&path) || path.zone.v != p->key.token;
}

enum verdict
screen_first(const struct env *env, struct pkt *p)
{
	const struct screen_spec *s = screen_of(env, p);
	uint64_t hits = 0;

	if ((s->on & SCREEN_BIT(SPOOFING)) && spoofed(env, p))
		hits = SCREEN_BIT(SPOOFING);
	if (hits == 0 && env->screen != NULL) {
		hits = screen_scan_first(env, p, s);
		if (hits == 0 && (s->on & SCREEN_BIT(SYN_FLOOD)))
			hits = screen_syn_first(env, p, s);
		if (hits == 0 && (s->limited[0] || s->limited[1]))
			hits = screen_limit_first(env, p, s);
	}
	return likely(hits == 0) ? VERDICT_NEXT : screen_found(env, p, hits);
}

unsigned int
screen_release(struct screen_state *s, struct rte_mbuf **out, unsigned int n)
{
	return syn_proxy_release(s->proxy, out, n);
}

/* ---- counters ---- */

const struct screen_stats *
screen_zone_stats(const struct screen_state *s, struct zone_id zone)
{
	return &s->zone[zone.v];
}

const struct screen_stats *
screen_ifl_stats(const struct screen_state *s, struct ifl_id ifl)
{
	return &s->ifl[ifl.v];
}

void
screen_stats_clear(
	struct screen_state *s, struct zone_id zone, struct ifl_id ifl)
{
	if (zone.v != ZONE_NULL.v)
		memset(&s->zone[zone.v], 0, sizeof(s->zone[zone.v]));
	if (ifl.v != IFL_NONE.v)
		memset(&s->ifl[ifl.v], 0, sizeof(s->ifl[ifl.v]));
}
