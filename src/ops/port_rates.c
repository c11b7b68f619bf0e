/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/port_rates.h"

#include <string.h>

#include "base/ids.h"
#include "io/port.h"
#include "ops/ops.h"

#define SPAN_MIN_MS 900u /* shorter spans give rough figures */

static struct sample {
	const struct port *port; /* a reopened port starts anew */
	uint64_t time_ms;
	struct port_counters counters;
	bool link_up;
	struct port_rates rates;
} samples[IFD_MAX];

static uint64_t
per_second(uint64_t now, uint64_t before, uint64_t span_ms)
{
	return now > before ? (now - before) * 1000 / span_ms : 0;
}

static void
sample_port(struct sample *s, struct port *p, uint64_t now_ms)
{
	struct port_counters c;
	struct port_info info;
	uint64_t span = now_ms - s->time_ms;

	port_info_get(p, &info);
	if (s->port != p) {
		memset(s, 0, sizeof(*s));
		s->port = p;
		s->time_ms = now_ms;
		s->link_up = info.link_up;
		port_counters_get(p, &s->counters);
		return;
	}
	if (info.link_up != s->link_up) {
		s->link_up = info.link_up;
		s->rates.flapped_ms = now_ms;
		s->rates.transitions++;
	}
	if (span < SPAN_MIN_MS)
		return;
	port_counters_get(p, &c);
	s->rates.in_bps =
		8 * per_second(c.rx_bytes, s->counters.rx_bytes, span);
	s->rates.in_pps =
		per_second(c.rx_packets, s->counters.rx_packets, span);
	s->rates.out_bps =
		8 * per_second(c.tx_bytes, s->counters.tx_bytes, span);
	s->rates.out_pps =
		per_second(c.tx_packets, s->counters.tx_packets, span);
	s->counters = c;
	s->time_ms = now_ms;
}

void
ops_sample(struct ops_env *env)
{
	uint64_t now_ms = env->now_ms();

	for (unsigned int i = 0; env->ports != NULL && i < IFD_MAX; i++)
		if (env->ports[i] != NULL)
			sample_port(&samples[i], env->ports[i], now_ms);
}

void
port_rates_get(
	const struct ops_env *env, unsigned int ifd, struct port_rates *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (env->ports == NULL || ifd >= IFD_MAX || env->ports[ifd] == NULL)
		return;
	sample_port(&samples[ifd], env->ports[ifd], env->now_ms());
	*ret = samples[ifd].rates;
}
