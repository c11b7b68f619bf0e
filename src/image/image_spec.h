/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_spec - what a committed configuration means to the packet path, as
 * plain data. It is the waist of vrflow: compile/ writes it from the
 * configuration tree, packet tests write it as a C literal, image_build.c
 * reads it. It points into neither side and nothing in it changes once built.
 *
 * Ownership: image_spec_free() frees everything below the struct when it was
 * made by compile/ (arrays and strings from malloc). A literal is never freed.
 * Order of array elements is the configuration's order.
 * Units: seconds unless the name says otherwise; ports in host byte order.
 */
#ifndef IMAGE_IMAGE_SPEC_H
#define IMAGE_IMAGE_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ids.h"
#include "base/ip.h"
#include "image/export_spec.h"
#include "image/screen_spec.h"
#include "image/log_spec.h"
#include "image/nat_spec.h"

#define NAME_MAX_LEN 64 /* longest name of anything, with the NUL */

/* A physical port. One without a name is a place that is not used. */
struct ifd_spec {
	char name[NAME_MAX_LEN];   /* "ge-0/0/0", "lo0" */
	char device[NAME_MAX_LEN]; /* "linux:eth1" of chassis ports, or "" */
	char description[256];
	uint16_t mtu; /* of the Ethernet frame without FCS; 0: default 1514 */
	bool disabled;
	bool vlan_tagging;
};

struct ifl_addr_spec {
	struct ip_prefix prefix; /* own address with its subnet length */
	bool primary, preferred; /* as written; the compiler picks defaults */
};

/* What a zone or interface lets in for the box itself [FL-10]. */
struct host_inbound_spec {
	uint64_t services;  /* bit: enum host_service */
	uint64_t protocols; /* bit: enum host_protocol */
};

/* The order is that of the names in image_names.c; never renumber. */
enum host_service {
	/*
	 * TCP and UDP ports that no other bit stands for. `any-service` sets
	 * this bit and that of each TCP or UDP service, less its exceptions.
	 */
	HOST_SVC_ANY_SERVICE,
	HOST_SVC_BOOTP,
	HOST_SVC_DHCP,
	HOST_SVC_DHCPV6,
	HOST_SVC_DNS,
	HOST_SVC_FINGER,
	HOST_SVC_FTP,
	HOST_SVC_HTTP,
	HOST_SVC_HTTPS,
	HOST_SVC_IDENT_RESET,
	HOST_SVC_IKE,
	HOST_SVC_NETCONF,
	HOST_SVC_NTP,
	HOST_SVC_PING,
	HOST_SVC_RLOGIN,
	HOST_SVC_RPM,
	HOST_SVC_RSH,
	HOST_SVC_SIP,
	HOST_SVC_SNMP,
	HOST_SVC_SNMP_TRAP,
	HOST_SVC_SSH,
	HOST_SVC_TELNET,
	HOST_SVC_TFTP,
	HOST_SVC_TRACEROUTE,
	HOST_SVC_XNM_CLEAR_TEXT,
	HOST_SVC_XNM_SSL,
	HOST_SVC_OTHER,
	HOST_SVC_COUNT
};

enum host_protocol {
	HOST_PROTO_BFD,
	HOST_PROTO_BGP,
	HOST_PROTO_DVMRP,
	HOST_PROTO_IGMP,
	HOST_PROTO_LDP,
	HOST_PROTO_MSDP,
	HOST_PROTO_NDP,
	HOST_PROTO_NHRP,
	HOST_PROTO_OSPF,
	HOST_PROTO_OSPF3,
	HOST_PROTO_PGM,
	HOST_PROTO_PIM,
	HOST_PROTO_RIP,
	HOST_PROTO_RIPNG,
	HOST_PROTO_ROUTER_DISCOVERY,
	HOST_PROTO_RSVP,
	HOST_PROTO_SAP,
	HOST_PROTO_VRRP,
	HOST_PROTO_COUNT
};

struct ifl_spec {
	struct ifl_id id;        /* stable for a name, from 1 */
	char name[NAME_MAX_LEN]; /* "ge-0/0/0.0" */
	char description[256];
	struct ifd_id ifd;
	uint32_t unit;
	uint16_t vlan; /* 0: untagged */
	struct vr_id vr;
	struct zone_id zone;                   /* ZONE_NULL: passes nothing */
	bool disabled;                         /* unit or port disabled */
	bool inet, inet6;                      /* family configured */
	uint16_t mtu4, mtu6;                   /* of the IP packet; never 0 */
	struct host_inbound_spec host_inbound; /* zone's, or its own [FL-10] */
	struct ifl_addr_spec *addrs;
	size_t naddrs;
	uint16_t filter_in4, filter_in6; /* index + 1 into filters; 0: none */
	uint16_t filter_out4, filter_out6;
	uint8_t group4, group6; /* interface group of the filters; 0: none */
	uint16_t screen; /* of its zone: index + 1 into screens; 0: none */
};

/* `reverse-route` of a zone or routing instance [RR-10]. */
enum reverse_mode { REVERSE_INHERIT, REVERSE_FLOW_MODE, REVERSE_PACKET_MODE };

struct vr_spec {
	struct vr_id id;
	char name[NAME_MAX_LEN]; /* "master" for 0 */
	char type[NAME_MAX_LEN]; /* "virtual-router", "vrf", "forwarding" */
	enum reverse_mode reverse;
	/* What the box receives and sends in this table: filters of lo0, as
	 * those of ifl_spec [FF-6]. */
	uint16_t filter_in4, filter_in6, filter_out4, filter_out6;
};

struct zone_spec {
	struct zone_id id;
	char name[NAME_MAX_LEN];
	char description[256];
	bool tcp_rst;
	uint16_t screen; /* index + 1 into screens; 0: none */
	enum reverse_mode reverse;
	struct host_inbound_spec host_inbound;
};

/* An address book entry, resolved; `any` is two ranges. */
struct addr_range {
	struct ip_addr lo, hi; /* same family, lo <= hi */
};

/* Bits of addr that count; the others are any. IPv4, host order. */
struct addr_wildcard {
	uint32_t addr, mask;
};

/* A name whose addresses image_spec_resolve() adds to the ranges. */
struct addr_dns {
	char name[256];
	bool v4, v6; /* which addresses are asked for */
};

struct addr_obj_spec {
	char name[NAME_MAX_LEN];   /* as the policy wrote it */
	char book[NAME_MAX_LEN];   /* "global" or the attached book's name */
	struct addr_range *ranges; /* sets are flattened */
	/* For display; [i] is ranges[i] as it was written. A range-address has
	 * the full length here and lo != hi there. */
	struct ip_prefix *prefixes;
	size_t n;
	struct addr_wildcard *wildcards;
	size_t nwildcards;
	struct addr_dns *dns;
	size_t ndns;
};

struct app_term_spec {
	uint8_t protocol;            /* 0 in the only term of `any` */
	uint16_t sport_lo, sport_hi; /* 0..65535 when not given */
	uint16_t dport_lo, dport_hi;
	int16_t icmp_type, icmp_code; /* -1: any */
	uint32_t timeout;             /* s; 0: by protocol; APP_TIMEOUT_NEVER */
};

#define APP_TIMEOUT_NEVER UINT32_MAX

struct app_spec {
	char name[NAME_MAX_LEN];
	char alg[NAME_MAX_LEN]; /* "" for none */
	struct app_term_spec *terms;
	size_t n;
	bool any; /* the builtin `any` */
};

enum policy_action { POLICY_DENY, POLICY_PERMIT, POLICY_REJECT };

struct policy_spec {
	char name[NAME_MAX_LEN];
	char description[256];
	uint32_t index; /* printed after the name; from 4 [FL-11] */
	bool global;
	/* One entry each unless global; n = 0 in a global policy is any. */
	struct zone_id *from, *to;
	size_t nfrom, nto;
	uint32_t *src, *dst; /* into image_spec.addrs */
	size_t nsrc, ndst;
	bool src_excluded, dst_excluded;
	uint32_t *apps; /* into image_spec.apps; sets are flattened */
	size_t napps;
	enum policy_action action;
	bool log_init, log_close, count;
	uint16_t scheduler; /* index + 1 into schedulers; 0: none */
	bool inactive;      /* by it: image_spec_schedule() */
	/* then permit tcp-options [FL-33] */
	bool tcp_syn_check, tcp_sequence_check; /* although globally off */
	bool tcp_window_scale; /* shown; it is always honoured */
	uint16_t tcp_initial_mss, tcp_reverse_mss; /* 0: the global one */
};

/* Seconds of a day; the second `to` is outside. */
struct day_window {
	uint32_t from, to;
};

#define DAY_WINDOWS_MAX  2u
#define DATE_WINDOWS_MAX 2u

struct day_spec {
	bool given, all_day, exclude;
	struct day_window windows[DAY_WINDOWS_MAX];
	uint32_t n;
};

/* Local time as if it were UTC, so that a day has 86,400 seconds; a year of 0
 * is every year. The second of `to` is outside. */
struct date_window {
	int64_t from, to;
	bool yearly;
};

/* schedulers scheduler [FL-70]. Days: 0 is Sunday, 7 stands for `daily`. */
struct scheduler_spec {
	char name[NAME_MAX_LEN];
	struct date_window dates[DATE_WINDOWS_MAX];
	uint32_t ndates;
	struct day_spec days[8];
	bool inactive; /* now: image_spec_schedule() */
};

/* security policies policy-rematch [FL-71]. */
enum policy_rematch { REMATCH_NO, REMATCH_POLICY, REMATCH_EXTENSIVE };

enum forwarding_mode { MODE_FLOW, MODE_PACKET, MODE_DROP };

/* security flow, security forwarding-options. */
struct flow_spec {
	bool reverse_route_packet_mode; /* [RR-2] */
	enum forwarding_mode mode4, mode6;
	bool no_syn_check, strict_syn_check, no_sequence_check;
	bool rst_invalidate_session, rst_sequence_check, fin_invalidate_session;
	uint16_t tcp_initial_timeout; /* 20 */
	uint16_t time_wait_timeout;   /* 150; 0: the application's own */
	bool time_wait_half_close;
	uint16_t mss_all_tcp; /* 0: leave it alone */
	bool allow_dns_reply, allow_embedded_icmp;
	bool syn_proxy; /* syn-flood-protection-mode syn-proxy [SC-22] */
	bool reassembly, keep_fragment_size;   /* [SC-40] */
	uint32_t route_change_timeout;         /* 0: off */
	uint16_t early_ageout;                 /* 20 */
	uint8_t low_watermark, high_watermark; /* percent; 100: off */
	enum policy_action default_policy;     /* POLICY_DENY */
	enum policy_rematch rematch;           /* REMATCH_NO */
	bool count_all; /* policy-stats system-wide enable */
	/* forwarding-options family F filter input, as those of ifl_spec */
	uint16_t filter4, filter6;
	bool no_redirects;
};

/* firewall family inet|inet6 filter: [FF-1] what FBF needs, and the rest of
 * the common match terms. Values of one array are ORed, arrays ANDed. */
struct port_range {
	uint16_t lo, hi;
};

enum filter_action {
	FILTER_ACCEPT,
	FILTER_DISCARD,
	FILTER_REJECT,
	FILTER_NEXT_TERM
};

struct filter_prefix {
	struct ip_prefix prefix;
	bool except;
};

/* Numbers of a packet that a condition compares. */
enum filter_field {
	FIELD_PACKET_LENGTH,
	FIELD_TTL,         /* or hop limit */
	FIELD_DSCP,        /* 0..63 */
	FIELD_PRECEDENCE,  /* 0..7 */
	FIELD_FRAG_OFFSET, /* units of 8 bytes */
	FIELD_FRAG_FLAGS,  /* bits 0..7: value i matches if range has it */
	FIELD_SPI,         /* of ESP */
	FIELD_IP_OPTION,   /* numbers of all options; 256: there is one */
	FIELD_EXT_HEADER,  /* numbers of all extension headers */
	FIELD_INTERFACE,   /* ifl_id of ingress */
	FIELD_GROUP,       /* interface group of ingress */
	FIELD_BYTES        /* flexible match: `at` says which */
};

struct filter_range {
	uint32_t lo, hi;
};

enum filter_start { START_LAYER_3, START_LAYER_4, START_PAYLOAD };

/* One condition: the number is in one of the ranges, or (except) in none. A
 * packet that has no such number never matches. */
struct filter_number_spec {
	enum filter_field field;
	bool except;
	struct filter_range *ranges;
	size_t n;
	/* FIELD_BYTES: so many bits from there on, ANDed with mask */
	struct {
		enum filter_start start;
		uint16_t byte_offset;
		uint8_t bit_offset, bits;
		uint32_t mask;
	} at;
};

struct policer_spec {
	char name[NAME_MAX_LEN];
	uint64_t bandwidth; /* bits a second; 0: packets count */
	uint64_t burst;     /* bytes or packets */
	uint64_t pps;
	bool discard; /* what exceeds; else it is only counted */
	bool filter_specific;
};

struct filter_term_spec {
	char name[NAME_MAX_LEN];
	struct filter_prefix *src, *dst, *any_addr;
	size_t nsrc, ndst, nany_addr;
	uint8_t *protocols;
	size_t nprotocols;
	struct port_range *sports, *dports, *ports;
	size_t nsports, ndports, nports;
	int16_t *icmp_types;
	size_t nicmp_types;
	int16_t *icmp_codes;
	size_t nicmp_codes;
	bool tcp_established, tcp_initial, is_fragment, first_fragment;
	bool has_tcp_flags;
	uint64_t tcp_flags; /* bit i: a TCP header with flags i matches */
	enum filter_action action;
	uint8_t reject_code;        /* of ICMP destination unreachable */
	bool reject_tcp_reset;      /* TCP is answered with RST */
	char counter[NAME_MAX_LEN]; /* "" for none */
	bool packet_mode;
	bool has_vr;
	struct vr_id vr; /* then routing-instance */
	bool log, syslog;
	struct filter_number_spec *numbers;
	size_t nnumbers;
	uint32_t policer; /* index + 1 into policers; 0: none */
};

struct filter_spec {
	char name[NAME_MAX_LEN];
	enum ip_family family;
	struct filter_term_spec *terms;
	size_t n;
};

/* system name-server [FL-72]. */
struct name_server_spec {
	struct ip_addr addr, source; /* source IP_NONE: the interface's */
	struct vr_id vr;
};

struct image_spec {
	uint32_t generation; /* commit number */
	char host_name[NAME_MAX_LEN];
	struct ifd_spec *ifds;
	size_t nifds;
	struct ifl_spec *ifls;
	size_t nifls;
	struct vr_spec *vrs; /* the master is vrs[0] */
	size_t nvrs;
	struct zone_spec *zones; /* user zones only */
	size_t nzones;
	struct addr_obj_spec *addrs;
	size_t naddrs;
	struct app_spec *apps; /* those that policies use, and all predefined */
	size_t napps;
	struct policy_spec *policies; /* zone contexts in order, then global */
	size_t npolicies;
	struct name_server_spec *name_servers;
	size_t nname_servers;
	struct scheduler_spec *schedulers;
	size_t nschedulers;
	struct filter_spec *filters;
	size_t nfilters;
	struct screen_spec *screens;
	size_t nscreens;
	struct policer_spec *policers;
	size_t npolicers;
	struct nat_spec nat;
	struct flow_spec flow;
	struct log_spec log;
	struct export_spec export;
};

/* The defaults of Junos for a box with no `security flow` (12.1). */
void flow_spec_default(struct flow_spec *flow);

/* Free everything below a spec from compile/, and the spec. NULL is fine. */
void image_spec_free(struct image_spec *spec);

/* Free what a term points to, not the term. */
void filter_term_spec_done(struct filter_term_spec *term);

/* Names of host services and protocols: "ping", "ospf"; NULL past the end. */
const char *host_service_name(enum host_service s);
const char *host_protocol_name(enum host_protocol p);

#endif /* IMAGE_IMAGE_SPEC_H */
