/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_rates - bits and packets per second of the ports, and when their link
 * last changed. Both come from looking at the counters again and again:
 * ops_sample() should be called about once a second; a display looks as well
 * [OP-41].
 *
 * Threads: the control thread.
 */
#ifndef OPS_PORT_RATES_H
#define OPS_PORT_RATES_H

#include <stdbool.h>
#include <stdint.h>

struct ops_env;

struct port_rates {
	uint64_t in_bps, in_pps, out_bps, out_pps;
	uint64_t flapped_ms; /* since the daemon's start; 0: never */
	uint32_t transitions;
};

/* Zeros for a port that is not open. */
void port_rates_get(
	const struct ops_env *env, unsigned int ifd, struct port_rates *ret);

#endif /* OPS_PORT_RATES_H */
