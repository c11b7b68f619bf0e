/* SPDX-License-Identifier: Apache-2.0 */
/* ops_impl - what the files of ops/ share. */
#ifndef OPS_OPS_IMPL_H
#define OPS_OPS_IMPL_H

#include "base/ids.h"
#include "base/ip.h"
#include "image/image.h"
#include "ops/ops.h"

struct workers;

typedef void ops_run_fn(struct ops_request *rq);

ops_run_fn show_route, show_route_summary, show_route_instance;
ops_run_fn show_forwarding_table;
ops_run_fn show_flow_session, clear_flow_session, clear_flow_session_all;
ops_run_fn show_flow_status, show_flow_statistics, clear_flow_statistics;
ops_run_fn show_flow_drops;
ops_run_fn show_flow_workers;
ops_run_fn show_zones, show_policies, show_hit_count, show_match_policies;
ops_run_fn show_nat_source_rule, show_nat_destination_rule;
ops_run_fn show_nat_static_rule, show_nat_source_pool;
ops_run_fn show_nat_destination_pool, show_nat_source_summary;
ops_run_fn show_nat_destination_summary, show_nat_static_summary;
ops_run_fn show_nat_interface_ports, show_nat_resource_usage;
ops_run_fn show_nat_persistent, clear_nat_persistent, show_nat_port_block;
ops_run_fn show_nat_deterministic, show_nat_paired;
ops_run_fn clear_nat_source_rule, clear_nat_destination_rule;
ops_run_fn clear_nat_static_rule, clear_nat_source_pool;
ops_run_fn clear_nat_destination_pool;
ops_run_fn show_interfaces, show_arp, show_nd, clear_arp, clear_nd;
ops_run_fn show_screen, show_screen_statistics, clear_screen_statistics;
ops_run_fn show_firewall, show_firewall_log, clear_firewall;
ops_run_fn show_version, show_system_information, show_uptime, show_memory;
ops_run_fn show_buffers;
ops_run_fn show_processes, show_users, show_storage, show_chassis_hardware;
ops_run_fn show_chassis_engine, show_alarms;
ops_run_fn show_absent, show_fpc, show_environment;
ops_run_fn show_security_log, show_security_log_statistics;
ops_run_fn clear_security_log, show_log;
ops_run_fn ops_ping, ops_traceroute, monitor_traffic, monitor_drops,
	ops_explain_packet;
ops_run_fn ops_commit_impact, show_dns_cache, clear_dns_cache;
ops_run_fn request_support, show_services_metrics, show_services_flow;
ops_run_fn show_shadow_policies, show_schedulers, show_policies_information;

/* Make the answer: its root element, with junos:style when style is set. */
struct tnode *ops_root(
	struct ops_request *rq, const char *name, const char *style);

/* What ops_error() answers, for a job; NULL: out of memory. */
struct tree *ops_error_tree(const char *message);

/* An answer that has no form but text, with its newlines. */
void ops_text(struct ops_request *rq, const char *text);

/* The level that was asked for ("terse", "detail" ...), or dflt. */
const char *ops_level(const struct ops_request *rq, const char *dflt);

/* The image, or NULL with the error given: nothing is committed yet. */
const struct image *ops_image(struct ops_request *rq);

/*
 * Arguments that name things. True when the argument is absent (*ret NULL) or
 * names something; false with the error given.
 */
bool ops_arg_ifl(struct ops_request *rq, const struct image *image,
	const char *element, const struct ifl_spec **ret);
bool ops_arg_vr(struct ops_request *rq, const struct image *image,
	const char *element, const struct vr_spec **ret);
bool ops_arg_zone(struct ops_request *rq, const struct image *image,
	const char *element, struct zone_id *ret, bool *ret_given);
bool ops_arg_u32(struct ops_request *rq, const char *element, uint32_t *ret);
bool ops_arg_addr(
	struct ops_request *rq, const char *element, struct ip_addr *ret);
bool ops_arg_prefix(
	struct ops_request *rq, const char *element, struct ip_prefix *ret);
/* *ret stays -1 when absent. */
bool ops_arg_protocol(struct ops_request *rq, const char *element, int *ret);

/* Is it the name of a drop reason? NULL is fine. */
bool ops_arg_reason(struct ops_request *rq, const char *name);

/* Totals of the workers and of host/. */
struct flow_stats;
void ops_flow_stats(const struct ops_env *env, struct flow_stats *s);

/* Unix seconds now, by the clock of the environment. */
uint64_t ops_unix_time(const struct ops_env *env);

#define OPS_TIME_MAX 48

/* "2026-01-31 10:00:00 UTC" */
const char *ops_time_text(uint64_t unix_s, char buf[OPS_TIME_MAX]);
/* "00:04:10", "1d 02:03:04", "2w3d 04:05:06" */
const char *ops_age_text(uint64_t s, char buf[OPS_TIME_MAX]);
/* The same as `show route detail` has it: "4:10", "1d 2:03:04" */
const char *ops_age_short(uint64_t s, char buf[OPS_TIME_MAX]);

/* A leaf with the attribute junos:seconds. */
void ops_seconds(struct tnode *n, uint64_t seconds);

#define OPS_MAC_MAX 18
const char *ops_mac_text(const uint8_t mac[6], char buf[OPS_MAC_MAX]);

/* Protocol name, or its number. */
const char *ops_protocol_text(uint8_t protocol, char buf[8]);

/* Names of host services and protocols, separated by blanks. */
struct sbuf;
void ops_host_inbound(const struct host_inbound_spec *h, struct sbuf *out);

struct ping_request; /* host/host.h */
/*
 * The target, source and instance that ping and traceroute name. False after
 * ops_error().
 */
bool ops_ping_place(struct ops_request *rq, struct ping_request *ping);

#endif /* OPS_OPS_IMPL_H */
