/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_packet - what one packet shows by itself: options, flags, extension
 * headers, tunnels [SC-2..SC-5]. No memory, no configuration but which
 * numbers are unwanted.
 */
#ifndef FLOW_SCREEN_PACKET_H
#define FLOW_SCREEN_PACKET_H

#include "image/screen_spec.h"
#include "pkt/pkt.h"

/* Which attacks p is, as SCREEN_BIT()s; only some that are on in s. */
uint64_t screen_packet_look(const struct screen_spec *s, const struct pkt *p);

/* What a packet that parse_packet() refused was meant to be, if known. */
uint64_t screen_packet_malformed(const struct pkt *p);

/* screen_extension.c: IPv6 extension headers. */
uint64_t screen_extension_look(
	const struct screen_spec *s, const struct pkt *p);

/* screen_tunnel.c: what a tunnel carries. */
uint64_t screen_tunnel_look(const struct pkt *p);

#endif /* FLOW_SCREEN_PACKET_H */
