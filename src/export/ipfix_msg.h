/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipfix_msg - one message of IPFIX (RFC 7011) in a buffer: templates, options,
 * and records of sessions as biflows (RFC 5103) [OB-21]. What an address or an
 * interface is called is the caller's business.
 *
 * A function that finds no room returns false and leaves the message as it
 * was: end it, begin the next, try again.
 */
#ifndef EXPORT_IPFIX_MSG_H
#define EXPORT_IPFIX_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

#define IPFIX_MESSAGE_MAX 1400u /* fits into a packet with both headers */
#define IPFIX_NAME        64u   /* bytes of a name */

struct ipfix_msg {
	uint8_t b[IPFIX_MESSAGE_MAX];
	size_t len;
	size_t set; /* where the open set begins; 0: none */
	uint16_t set_id;
	uint32_t records; /* of data, options included */
};

/* A session, as a collector sees it; ports in host order. */
struct ipfix_session {
	struct ip_addr src, dst;           /* as the initiator knows them */
	struct ip_addr post_src, post_dst; /* as the responder does */
	uint16_t sport, dport, post_sport, post_dport;
	bool translated; /* else the post_ fields mean nothing */
	uint8_t protocol;
	uint8_t end_reason; /* IE 136 */
	uint8_t fw_event;   /* IE 233 */
	uint8_t nat_event;  /* IE 230; 0: there is none for it */
	uint32_t in_if, out_if, in_vrf, out_vrf;
	uint64_t id;
	uint64_t packets[2], bytes[2]; /* of initiator and responder */
	uint64_t start_ms, end_ms;     /* Unix */
};

void ipfix_begin(struct ipfix_msg *m);

/* All templates; they fit into an empty message. */
bool ipfix_put_templates(struct ipfix_msg *m);

bool ipfix_put_session(struct ipfix_msg *m, const struct ipfix_session *s);

/* Options: names of numbers, and what the exporter has done so far. */
bool ipfix_put_vrf_name(
	struct ipfix_msg *m, uint32_t domain, uint32_t vrf, const char *name);
bool ipfix_put_if_name(
	struct ipfix_msg *m, uint32_t domain, uint32_t index, const char *name);
bool ipfix_put_counts(struct ipfix_msg *m, uint32_t domain, uint64_t messages,
	uint64_t records, uint64_t not_sent);

/* Close the message: the header. Nothing may be put after it. */
void ipfix_end(struct ipfix_msg *m, uint32_t unix_s, uint32_t sequence,
	uint32_t domain);

static inline bool
ipfix_empty(const struct ipfix_msg *m)
{
	return m->len <= 16;
}

#endif /* EXPORT_IPFIX_MSG_H */
