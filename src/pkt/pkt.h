/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pkt - one packet as the packet path sees it: the mbuf, and every header
 * field that a decision may ask for, found once by parse_packet().
 *
 * Byte order: names ending in _be and the ports and addresses of flow_key are
 * as on the wire; all other numbers are in host order.
 * Lifetime: one burst. Nothing here outlives it; a session copies what it
 * keeps.
 */
#ifndef PKT_PKT_H
#define PKT_PKT_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "base/ids.h"
#include "base/ip.h"
#include "pkt/drop_note.h"
#include "pkt/verdict.h"

/*
 * What identifies a flow's direction [FL-2]: addresses, ports, protocol and
 * the token (zone id) of the interface it arrived on. For ICMP echo the
 * "ports" are identifier and sequence number [FL-5]. Without padding: the
 * first FLOW_KEY_V4 or FLOW_KEY_V6 bytes are hashed and compared as they are.
 * Fields added here go into no hash by themselves: see the static_asserts.
 */
struct flow_key {
	uint16_t sport_be, dport_be;
	uint8_t protocol;
	uint8_t family; /* enum ip_family */
	uint16_t token; /* struct zone_id .v */
	union {
		struct {
			uint32_t src_be, dst_be;
		} v4;
		struct {
			uint8_t src[16], dst[16];
		} v6;
	};
};

/*
 * The box itself is zone junos-host in every virtual router, but its flows in
 * different ones are different flows: the token of its side carries the table.
 */
#define TOKEN_HOST 0x8000u

static inline uint16_t
token_of_host(struct vr_id vr)
{
	return (uint16_t)(TOKEN_HOST | vr.v);
}

/* Link-local addresses of the box mean nothing without their link, which
 * therefore takes the table's place. */
#define TOKEN_HOST_LINK 0xc000u

static inline uint16_t
token_of_host_link(struct ifl_id ifl)
{
	return (uint16_t)(TOKEN_HOST_LINK | ifl.v);
}

static inline struct zone_id
token_zone(uint16_t token)
{
	return token & TOKEN_HOST ? ZONE_JUNOS_HOST : (struct zone_id){token};
}

#define FLOW_KEY_V4 16u
#define FLOW_KEY_V6 40u

_Static_assert(sizeof(struct flow_key) == FLOW_KEY_V6, "no padding");

/* What travels with an mbuf between threads, in its private area. */
struct mbuf_meta {
	struct ifl_id ifl;  /* ingress; set by rx (ifd) or by inject */
	struct ifd_id ifd;  /* port it was received on */
	struct vr_id vr;    /* META_FROM_HOST: the table to route it in */
	uint8_t flags;      /* META_* */
	uint8_t reason;     /* punt: why (enum punt_kind) */
	uint16_t frag_size; /* META_JOINED: of its largest fragment */
	uint16_t sport_be, dport_be; /* META_PORTS: a fragment's ports */
	struct ifl_id out_ifl;       /* VERDICT_RESOLVE: where to ask */
	uint8_t protocol;            /* META_PORTS */
	uint8_t icmp_class;          /* META_PORTS */
	union {
		struct ip_addr out_gw; /* VERDICT_RESOLVE: whom to ask for */
		struct drop_note drop; /* PUNT_DROP, PUNT_TAP_* */
	};
};

enum {
	META_FROM_HOST = 1, /* sent by the box: no Ethernet header, l3 first */
	META_PORTS = 2,     /* ports etc. are valid: frag.c has seen it */
	META_NO_SESSION =
		4, /* route it, make and ask no session (ICMP errors) */
	META_ANY_STATION = 16, /* a capture: for us whatever the MAC address */
	META_RAW = 8,          /* a whole frame of the box (ARP): send on ifd */
	META_COUNTED = 32, /* comes again (neighbour, hand-off): not received */
	META_JOINED = 128, /* was put together from fragments [SC-40] */
	META_OWNED = 64,   /* handed to the worker that has its session */
};

static inline struct mbuf_meta *
mbuf_meta(struct rte_mbuf *m)
{
	return (struct mbuf_meta *)rte_mbuf_to_priv(m);
}

#define PKT_PRIV_SIZE RTE_ALIGN(sizeof(struct mbuf_meta), RTE_MBUF_PRIV_ALIGN)

/* TCP flags as in the header's byte 13. */
enum {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
};

/* What kind of ICMP or ICMPv6 message: decides whether it may open a flow. */
enum icmp_class {
	ICMP_CLASS_NONE,    /* not ICMP */
	ICMP_CLASS_REQUEST, /* echo, timestamp: may create a session */
	ICMP_CLASS_REPLY,
	ICMP_CLASS_ERROR, /* carries the header of another packet */
	ICMP_CLASS_ND,    /* RFC 4861 types 133-137: link-local, never routed */
	ICMP_CLASS_OTHER
};

struct pkt {
	struct rte_mbuf *m;
	uint8_t *l3; /* IP header; all headers up to l4 + 20 are contiguous */
	uint8_t *l4; /* NULL when a later fragment */
	struct flow_key key; /* token is set by the flow engine, not by parse */
	uint32_t len;        /* IP packet length in bytes, all headers */
	uint16_t l4_len;     /* bytes of the L4 header and what follows */
	uint16_t payload; /* bytes after the TCP or UDP header; 65535: more */
	uint8_t l2_len;   /* bytes before l3 in the mbuf */
	uint8_t ttl;      /* or hop limit */
	uint8_t tcp_flags;
	uint8_t icmp_type, icmp_code;
	uint8_t icmp_class;          /* enum icmp_class */
	bool frag_first, frag_later; /* is a fragment: offset 0, or not */
	bool frag_more;              /* is a fragment, and not the last one */
	bool df;                     /* IPv4 DF; always true for IPv6 */
	bool options; /* IPv4 options or IPv6 extension headers */
	uint16_t
		l4_proto_off; /* offset in l3 of the byte naming the protocol */
	uint32_t frag_id;
	uint16_t frag_off; /* bytes */
	uint16_t frag_len; /* bytes of the whole packet's data in this one */
	uint16_t vlan;     /* tag the frame came with; 0: none */
	bool l2_broadcast; /* to a group MAC address */

	/* Set by the flow engine as the packet goes its way. */
	uint8_t reason;         /* enum reason, with VERDICT_DROP */
	uint8_t answer;         /* enum answer, with VERDICT_DROP */
	uint8_t wing;           /* 0 In, 1 Out: the wing it matched */
	uint8_t in_packet_mode; /* a filter said `then packet-mode` */
	bool icmp_error;        /* an ICMP error that belongs to the session */
	bool owned;             /* came with META_OWNED: here it stays */
	bool fragment;          /* larger than mtu: to be cut when sent */
	uint8_t answer_code;    /* ANSWER_UNREACHABLE: the ICMP code */
	uint16_t mtu;           /* ANSWER_TOO_BIG */
	struct ifl_id ifl;      /* ingress */
	struct ifl_id scope;    /* link that link-local destinations mean */
	struct ifl_id out_ifl;  /* VERDICT_RESOLVE, and tx */
	struct adj_id adj;      /* tx */
	struct vr_id vr;        /* table for the forward look-up */
	uint16_t owner;         /* VERDICT_HANDOFF: worker */
	uint32_t session;       /* index; 0 none */
	uint32_t policy;       /* printed index of the one asked last; 0 none */
	uint16_t screen;       /* of its zone: index + 1; 0 none */
	uint8_t syn_proxy;     /* flow/syn_proxy.h */
	uint16_t filter, term; /* that decided last: index + 1; 0 none */
	uint32_t hash;
	uint32_t candidate; /* wing that it probably belongs to; 0 none */
	struct ip_addr gw;  /* VERDICT_RESOLVE: whom to ask for */
};

/* The only line that makes a DROP. */
static inline enum verdict
drop(struct pkt *p, enum reason reason)
{
	p->reason = (uint8_t)reason;
	p->answer = ANSWER_NONE;
	return VERDICT_DROP;
}

/* A DROP of which the sender is told. */
static inline enum verdict
drop_and_answer(struct pkt *p, enum reason reason, enum answer answer)
{
	p->reason = (uint8_t)reason;
	p->answer = (uint8_t)answer;
	return VERDICT_DROP;
}

/* The addresses of a key as values. */
static inline struct ip_addr
flow_key_src(const struct flow_key *k)
{
	if (k->family == IP_V4)
		return ip_addr_v4(k->v4.src_be);
	if (k->family == IP_V6)
		return ip_addr_v6(k->v6.src);
	return (struct ip_addr){0};
}

static inline struct ip_addr
flow_key_dst(const struct flow_key *k)
{
	if (k->family == IP_V4)
		return ip_addr_v4(k->v4.dst_be);
	if (k->family == IP_V6)
		return ip_addr_v6(k->v6.dst);
	return (struct ip_addr){0};
}

/* The key of the packets that answer k, on an interface with this token. */
struct flow_key flow_key_reverse(const struct flow_key *k, uint16_t token);

#endif /* PKT_PKT_H */
