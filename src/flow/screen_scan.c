/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sweeps and port scans [SC-7]: one source tries ten different addresses, or
 * ten ports of one address, within the threshold. For the rest of that second
 * it opens nothing of this kind, wherever.
 */
#include "flow/screen_impl.h"

#include <rte_hash_crc.h>

/* Rounded up: the clock of a burst has milliseconds. */
static uint32_t
window_ms(uint32_t us)
{
	return (us + 999) / 1000;
}

static uint32_t
address_hash(const struct ip_addr *a)
{
	return rte_hash_crc(a->b, a->family == IP_V4 ? 4 : 16, 0);
}

static bool
sweeps(const struct env *env, const struct pkt *p, uint8_t kind, uint32_t us)
{
	struct ip_addr src = flow_key_src(&p->key), dst = flow_key_dst(&p->key);
	struct screen_key k;

	screen_key_set(&k, &src, 0, p->key.token, kind);
	return scan_seen(env->screen->scans, &k, NULL, address_hash(&dst),
		env->now_ms, window_ms(us), &stats_of_zone(env, p)->forgotten);
}

static bool
scans(const struct env *env, const struct pkt *p, uint8_t kind, uint32_t us)
{
	struct ip_addr src = flow_key_src(&p->key), dst = flow_key_dst(&p->key);
	uint64_t *forgotten = &stats_of_zone(env, p)->forgotten;
	struct screen_key k;

	screen_key_set(&k, &src, 0, p->key.token, kind);
	if (scan_blocked(env->screen->scans, &k, env->now_ms))
		return true;
	if (!scan_seen(env->screen->scans, &k, &dst, p->key.dport_be,
		    env->now_ms, window_ms(us), forgotten))
		return false;
	scan_block(env->screen->scans, &k, env->now_ms, forgotten);
	return true;
}

static uint64_t
tcp(const struct env *env, const struct pkt *p, const struct screen_spec *s)
{
	uint64_t hits = 0;

	if ((p->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) != TCP_SYN)
		return 0;
	if ((s->on & SCREEN_BIT(TCP_PORT_SCAN)) &&
		scans(env, p, KIND_SCAN_TCP, s->tcp_port_scan_us))
		hits |= SCREEN_BIT(TCP_PORT_SCAN);
	if ((s->on & SCREEN_BIT(TCP_SWEEP)) &&
		sweeps(env, p, KIND_SWEEP_TCP, s->tcp_sweep_us))
		hits |= SCREEN_BIT(TCP_SWEEP);
	return hits;
}

static uint64_t
udp(const struct env *env, const struct pkt *p, const struct screen_spec *s)
{
	uint64_t hits = 0;

	if ((s->on & SCREEN_BIT(UDP_PORT_SCAN)) &&
		scans(env, p, KIND_SCAN_UDP, s->udp_port_scan_us))
		hits |= SCREEN_BIT(UDP_PORT_SCAN);
	if ((s->on & SCREEN_BIT(UDP_SWEEP)) &&
		sweeps(env, p, KIND_SWEEP_UDP, s->udp_sweep_us))
		hits |= SCREEN_BIT(UDP_SWEEP);
	return hits;
}

uint64_t
screen_scan_first(
	const struct env *env, const struct pkt *p, const struct screen_spec *s)
{
	if (p->key.protocol == IPP_TCP)
		return tcp(env, p, s);
	if (p->key.protocol == IPP_UDP)
		return udp(env, p, s);
	if ((s->on & SCREEN_BIT(IP_SWEEP)) &&
		p->icmp_class == ICMP_CLASS_REQUEST &&
		sweeps(env, p, KIND_SWEEP_ICMP, s->ip_sweep_us))
		return SCREEN_BIT(IP_SWEEP);
	return 0;
}
