/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host - what the box itself says and hears: ARP and neighbour discovery,
 * ICMP echo, its own ping. Workers hand packets to it through a ring and get
 * packets back the same way; it runs on the control thread and keeps no time
 * of its own (now_ms is an input).
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"
#include "pkt/drop_note.h"
#include "route/neigh.h"

struct host;

/* Rows of `show arp` and `show ipv6 neighbors`. */
struct neigh_info {
	struct ip_addr addr;
	uint8_t mac[6];
	struct ifl_id ifl;
	enum neigh_state state;
	uint32_t expires_s; /* until its state ends */
	bool router;
};

/* Calls cb for every entry that is in use, sorted by address. */
void host_neigh_list(struct host *h, enum ip_family family,
	void (*cb)(void *ctx, const struct neigh_info *n), void *ctx);

/* Forget all (ifl IFL_NONE, addr NULL) or matching entries; returns how many.
 */
unsigned int host_neigh_clear(struct host *h, enum ip_family family,
	struct ifl_id ifl, const struct ip_addr *addr);

/* One ping from the box. All fields are copied. */
struct ping_request {
	struct ip_addr target;
	struct ip_addr source; /* IP_NONE: the egress interface's */
	struct vr_id vr;
	uint32_t count; /* 0: until cancelled */
	uint16_t size;  /* ICMP data bytes, 56 */
	uint8_t ttl;    /* 64 */
	bool df, rapid;
	uint32_t interval_ms; /* 1000 */
	uint32_t wait_ms;     /* for the last answer */
};

enum ping_event_kind {
	PING_REPLY,   /* from, ttl, bytes, rtt_us, sequence */
	PING_TIMEOUT, /* sequence */
	/* from, icmp_type, icmp_code, sequence, rtt_us; the callback may cancel
	 * the ping here */
	PING_UNREACHABLE,
	PING_SEND_FAILED, /* text: "No route to host", "Message too long" */
	PING_DONE         /* sent, received, min, avg, max, stddev */
};

struct ping_event {
	enum ping_event_kind kind;
	struct ip_addr from;
	uint32_t sequence, bytes;
	uint8_t ttl, icmp_type, icmp_code;
	uint64_t rtt_us;
	const char *text;
	uint32_t sent, received;
	double min_us, avg_us, max_us, stddev_us;
};

struct ping;
/* NULL when there are too many pings (16). cb gets PING_DONE last. */
struct ping *host_ping_start(struct host *h, const struct ping_request *rq,
	void (*cb)(void *ctx, const struct ping_event *e), void *ctx);
void host_ping_cancel(struct ping *p); /* cb is not called any more */

/*
 * monitor traffic: every frame that an interface receives or sends, as bytes,
 * on the control thread. At most one copy ring; what does not fit is counted
 * in *lost. ifl IFL_NONE with ifd: the whole port.
 */
struct tapped_frame {
	bool out; /* sent; or received */
	uint64_t unix_ns;
	const uint8_t *bytes;  /* for the call */
	uint32_t len, caplen;  /* there were; there are */
	struct drop_note note; /* what the packet path said of it */
};

struct tap;
struct tap *host_tap_start(struct host *h, struct ifl_id ifl,
	void (*cb)(void *ctx, const struct tapped_frame *f), void *ctx);
void host_tap_stop(struct tap *t, uint64_t *lost);

/*
 * Addresses of names, for image_spec_resolve(): what is known now. Names are
 * asked for as long as the published image has them.
 */
unsigned int host_dns_lookup(
	void *host, const char *name, struct ip_addr *out, unsigned int n);

/* True when an answer changed since the last call: make a new image. */
bool host_dns_changed(struct host *h);

/* Rows of `show security dns-cache`. */
struct dns_info {
	const char *name;
	enum ip_family family;
	bool answered; /* ever */
	uint8_t rcode;
	uint32_t ttl, left_s;
	const struct ip_addr *addrs;
	unsigned int n;
};
void host_dns_list(struct host *h,
	void (*cb)(void *ctx, const struct dns_info *info), void *ctx);
void host_dns_clear(struct host *h); /* ask for all names again */

/*
 * A datagram of the box, through the packet path. False: no route, no own
 * address on the way, or no buffer.
 */
#define HOST_DATAGRAM_MAX 1900u
struct host_datagram {
	struct vr_id vr;
	struct ip_addr src, dst; /* src IP_NONE: by the route */
	uint16_t sport, dport;
	const void *data;
	size_t len;
};
bool host_udp_send(struct host *h, const struct host_datagram *g);

/* Packets that host/ itself dropped, by reason; REASON_COUNT of them. */
const uint64_t *host_drops(const struct host *h);
void host_drops_clear(struct host *h);

/*
 * monitor security drops: copies of dropped packets, as many as there is room
 * for. ifl IFL_NONE: not known, or the box's own.
 */
struct dropped_packet {
	uint64_t unix_ns;
	struct ifl_id ifl;
	struct vr_id vr;
	bool from_host; /* bytes begin at the IP header */
	struct drop_note note;
	const uint8_t *bytes; /* for the call */
	uint32_t len;
};

struct drop_watch;
struct drop_watch *host_drops_watch(struct host *h,
	void (*cb)(void *ctx, const struct dropped_packet *d), void *ctx);
void host_drops_unwatch(struct drop_watch *w, uint64_t *lost);

#endif /* HOST_HOST_H */
