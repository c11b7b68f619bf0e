/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_spec - `services metrics` and `services flow-monitoring`, as plain
 * data: what programs elsewhere are told of this box. Part of image_spec.
 * Behaviour: docs/behaviour/observability.md.
 */
#ifndef IMAGE_EXPORT_SPEC_H
#define IMAGE_EXPORT_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"

struct metrics_spec {
	uint16_t port; /* 0: off */
	struct ip_addr addr;
};

/* Events of sessions that collectors are told of [OB-20]. */
enum {
	EXPORT_INIT = 1,
	EXPORT_CLOSE = 2,
	EXPORT_DENY = 4,
};

#define COLLECTORS_MAX 8u

struct collector_spec {
	struct ip_addr addr, source; /* source IP_NONE: by the route */
	uint16_t port;
	bool tcp;
	struct vr_id vr;
	uint32_t domain; /* observation domain */
	/* templates again after so many; UDP only */
	uint32_t refresh_s, refresh_packets;
};

struct ipfix_spec {
	uint8_t events; /* EXPORT_*; 0: nobody wants any */
	uint8_t n;
	struct collector_spec collectors[COLLECTORS_MAX];
};

/* What a link that is down is worth: chassis alarm ethernet link-down. */
enum link_alarm { LINK_ALARM_NONE, LINK_ALARM_MINOR, LINK_ALARM_MAJOR };

struct export_spec {
	enum link_alarm link_alarm;
	struct metrics_spec metrics;
	struct ipfix_spec ipfix;
};

#endif /* IMAGE_EXPORT_SPEC_H */
