/* SPDX-License-Identifier: Apache-2.0 */
/* The table of operational commands, sorted by their words. */
#include <string.h>

#include "ops/ops.h"
#include "ops/ops_impl.h"

#define FLAG(w, h)                                                             \
	{                                                                      \
		.word = w, .element = w, .kind = ARG_FLAG, .help = h           \
	}
#define VALUE(w, t, h)                                                         \
	{                                                                      \
		.word = w, .element = w, .kind = ARG_VALUE, .type = t,         \
		.help = h                                                      \
	}
#define NAMED(w, e, t, h)                                                      \
	{                                                                      \
		.word = w, .element = e, .kind = ARG_VALUE, .type = t,         \
		.help = h                                                      \
	}
#define NUMBER(w, lo, hi, h)                                                   \
	{                                                                      \
		.word = w, .element = w, .kind = ARG_VALUE,                    \
		.type = ARG_TYPE_U32, .min = lo, .max = hi, .help = h          \
	}
#define BARE(e, t, h)                                                          \
	{                                                                      \
		.element = e, .kind = ARG_BARE, .type = t, .help = h           \
	}
#define MUST(w, t, h)                                                          \
	{                                                                      \
		.word = w, .element = w, .kind = ARG_VALUE, .type = t,         \
		.mandatory = true, .help = h                                   \
	}
#define END                                                                    \
	{                                                                      \
		.element = NULL                                                \
	}

static const struct command_arg clear_neighbor_args[] = {
	NAMED("hostname", "hostname", ARG_TYPE_ADDRESS,
		"Name or address of the neighbor"),
	NAMED("interface", "interface", ARG_TYPE_IFL,
		"Clear entries of this interface only"),
	NAMED("vpn", "vpn", ARG_TYPE_INSTANCE,
		"Clear entries of this routing instance only"),
	END};

#define SESSION_FILTERS                                                        \
	VALUE("application", ARG_TYPE_APPLICATION,                             \
		"Application protocol name or configured application"),        \
		NUMBER("conn-tag", 0, 0, "Session connection tag"),            \
		VALUE("destination-port", ARG_TYPE_PORT, "Destination port"),  \
		VALUE("destination-prefix", ARG_TYPE_PREFIX,                   \
			"Destination IP prefix or address"),                   \
		VALUE("family", ARG_TYPE_FAMILY, "Protocol family"),           \
		VALUE("interface", ARG_TYPE_IFL,                               \
			"Name of incoming or outgoing interface"),             \
		FLAG("nat", "Sessions with network address translation"),      \
		NUMBER("policy-id", 1, UINT32_MAX,                             \
			"Sessions that match this policy index"),              \
		VALUE("protocol", ARG_TYPE_PROTOCOL, "IP protocol"),           \
		FLAG("resource-manager", "Sessions of the resource manager"),  \
		FLAG("services-offload", "Services-offload sessions"),         \
		NUMBER("session-identifier", 1, UINT32_MAX,                    \
			"Session with this identifier"),                       \
		VALUE("source-port", ARG_TYPE_PORT, "Source port"),            \
		VALUE("source-prefix", ARG_TYPE_PREFIX,                        \
			"Source IP prefix or address"),                        \
		FLAG("tunnel", "Tunnel sessions"),                             \
		VALUE("zone", ARG_TYPE_ZONE,                                   \
			"Incoming or outgoing security zone")

static const struct command_arg session_args[] = {
	FLAG("brief", "Show brief output (default)"),
	FLAG("extensive", "Show detailed output"),
	FLAG("summary", "Show numbers of sessions only"),
	NUMBER("count", 1, UINT32_MAX, "Show at most this many sessions"),
	NUMBER("start-identifier", 1, UINT32_MAX,
		"Show sessions from this identifier on"),
	SESSION_FILTERS, END};
static const struct command_arg clear_session_args[] = {SESSION_FILTERS, END};

static const struct command_arg drops_args[] = {
	FLAG("all", "Show reasons that dropped nothing, too"),
	FLAG("by-instance", "Show each routing instance"),
	FLAG("by-zone", "Show each security zone"),
	FLAG("detail", "Show each interface"),
	VALUE("instance", ARG_TYPE_INSTANCE, "Interfaces of this instance"),
	VALUE("interface", ARG_TYPE_IFL, "Packets that came in here"),
	VALUE("reason", ARG_TYPE_STRING, "Show this reason only"),
	VALUE("zone", ARG_TYPE_ZONE, "Interfaces of this security zone"), END};

static const struct command_arg monitor_drops_args[] = {
	NUMBER("count", 1, 1000000, "Number of packets to show"),
	VALUE("instance", ARG_TYPE_INSTANCE, "Interfaces of this instance"),
	VALUE("interface", ARG_TYPE_IFL, "Packets that came in here"),
	VALUE("reason", ARG_TYPE_STRING, "Packets dropped for this reason"),
	VALUE("zone", ARG_TYPE_ZONE, "Interfaces of this security zone"), END};

static const struct command_arg arp_args[] = {
	FLAG("no-resolve", "Don't attempt to print addresses symbolically"),
	FLAG("expiration-time", "Show time until expiration"),
	NAMED("hostname", "hostname", ARG_TYPE_ADDRESS,
		"Show this address only"),
	VALUE("interface", ARG_TYPE_IFL, "Name of interface"),
	VALUE("vpn", ARG_TYPE_INSTANCE, "Name of routing instance"), END};

static const struct command_arg firewall_args[] = {
	NAMED("counter", "countername", ARG_TYPE_STRING, "Name of counter"),
	NAMED("filter", "filtername", ARG_TYPE_STRING, "Name of filter"), END};

static const struct command_arg firewall_log_args[] = {
	FLAG("detail", "Display detailed output"), END};

static const struct command_arg clear_firewall_args[] = {
	FLAG("all", "Clear all firewall counters"),
	VALUE("counter", ARG_TYPE_STRING, "Name of counter to clear"),
	VALUE("filter", ARG_TYPE_STRING, "Name of filter to clear"), END};

static const struct command_arg explain_args[] = {
	VALUE("against", ARG_TYPE_STRING,
		"Configuration to evaluate: candidate or committed"),
	FLAG("check", "Fail unless packet and reply pass"),
	MUST("destination", ARG_TYPE_STRING, "Destination address[/port]"),
	VALUE("flags", ARG_TYPE_STRING, "TCP flags: syn,ack,fin,rst,psh,urg"),
	NUMBER("icmp-type", 0, 255, "ICMP type (default echo request)"),
	MUST("interface", ARG_TYPE_IFL,
		"Interface that the packet comes in on"),
	FLAG("no-fixes", "Don't look for changes that would help"),
	MUST("protocol", ARG_TYPE_PROTOCOL, "IP protocol"),
	NUMBER("size", 20, 65000, "Size of the IP packet"),
	MUST("source", ARG_TYPE_STRING, "Source address[/port]"), END};

static const struct command_arg interface_args[] = {
	BARE("interface-name", ARG_TYPE_IFL,
		"Name of physical or logical interface"),
	FLAG("brief", "Display brief output"),
	FLAG("descriptions", "Display interface descriptions"),
	FLAG("detail", "Display detailed output"),
	FLAG("extensive", "Display extensive output"),
	FLAG("media", "Display media information"),
	VALUE("routing-instance", ARG_TYPE_INSTANCE,
		"Name of routing instance"),
	FLAG("statistics", "Display statistics"),
	FLAG("terse", "Display terse output"),
	VALUE("zone", ARG_TYPE_ZONE, "Interfaces of this security zone"), END};

static const struct command_arg nd_args[] = {
	VALUE("interface", ARG_TYPE_IFL, "Name of interface"),
	VALUE("vpn", ARG_TYPE_INSTANCE, "Name of routing instance"),
	NAMED("hostname", "hostname", ARG_TYPE_ADDRESS,
		"Show this address only"),
	END};

static const struct command_arg monitor_args[] = {
	VALUE("interface", ARG_TYPE_IFL, "Name of interface"),
	NUMBER("count", 1, 1000000, "Number of packets to receive"),
	FLAG("detail", "Display detailed output"),
	FLAG("layer2-headers", "Display link-level header"),
	VALUE("matching", ARG_TYPE_STRING, "Expression for headers to match"),
	FLAG("no-resolve", "Don't attempt to print addresses symbolically"),
	NUMBER("size", 14, 65535, "Amount of each packet to receive"),
	VALUE("read-file", ARG_TYPE_FILE,
		"Show packets of a file that was written before"),
	VALUE("write-file", ARG_TYPE_FILE,
		"Write packets to a file of pcapng format"),
	END};

static const struct command_arg ping_args[] = {
	{.element = "host",
		.kind = ARG_BARE,
		.type = ARG_TYPE_STRING,
		.mandatory = true,
		.help = "IP address of remote host"},
	FLAG("bypass-routing", "Accepted without effect"),
	NUMBER("count", 1, 2000000000, "Number of ping requests to send"),
	FLAG("do-not-fragment", "Don't fragment echo request packets"),
	FLAG("inet", "Force ping to IPv4 destination"),
	FLAG("inet6", "Force ping to IPv6 destination"),
	VALUE("interface", ARG_TYPE_IFL, "Source interface"),
	NUMBER("interval", 1, 3600, "Delay between ping requests (seconds)"),
	FLAG("no-resolve", "Don't attempt to print addresses symbolically"),
	FLAG("rapid", "Send requests rapidly (default count of 5)"),
	VALUE("routing-instance", ARG_TYPE_INSTANCE,
		"Routing instance for ping attempt"),
	NUMBER("size", 0, 65468, "Size of request packets"),
	VALUE("source", ARG_TYPE_ADDRESS, "Source address of echo request"),
	NUMBER("ttl", 1, 255, "IP time-to-live value"),
	NUMBER("wait", 1, 3600, "Maximum wait time after sending final packet"),
	END};

static const struct command_arg traceroute_args[] = {
	{.element = "host",
		.kind = ARG_BARE,
		.type = ARG_TYPE_STRING,
		.mandatory = true,
		.help = "IP address of remote host"},
	FLAG("as-number-lookup", "Accepted without effect"),
	FLAG("bypass-routing", "Accepted without effect"),
	FLAG("inet", "Force traceroute to IPv4 destination"),
	FLAG("inet6", "Force traceroute to IPv6 destination"),
	VALUE("interface", ARG_TYPE_IFL, "Source interface"),
	FLAG("no-resolve", "Don't attempt to print addresses symbolically"),
	VALUE("routing-instance", ARG_TYPE_INSTANCE,
		"Routing instance for traceroute attempt"),
	VALUE("source", ARG_TYPE_ADDRESS, "Source address of the probes"),
	NUMBER("ttl", 1, 255, "IP maximum time-to-live value"),
	NUMBER("wait", 1, 86399, "Number of seconds to wait for a response"),
	END};

static const struct command_arg route_args[] = {
	BARE("destination", ARG_TYPE_PREFIX,
		"IP address and optional prefix length of destination"),
	FLAG("active-path", "Show active paths only"),
	FLAG("all", "Show hidden routes, too"), FLAG("best", "Show best match"),
	FLAG("brief", "Show brief output"),
	FLAG("detail", "Show detailed output"),
	FLAG("exact", "Show exact match"),
	FLAG("extensive", "Show extensive output"),
	FLAG("hidden", "Show hidden routes"),
	FLAG("longer", "Show longer matches"),
	VALUE("protocol", ARG_TYPE_STRING, "Name of routing protocol"),
	VALUE("table", ARG_TYPE_TABLE, "Name of routing table"),
	FLAG("terse", "Show terse output"), END};

static const struct command_arg forwarding_args[] = {
	BARE("destination", ARG_TYPE_PREFIX, "Destination prefix"),
	VALUE("destination", ARG_TYPE_PREFIX, "Destination prefix"),
	VALUE("family", ARG_TYPE_FAMILY, "Protocol family"),
	VALUE("table", ARG_TYPE_TABLE, "Name of routing instance or table"),
	END};

static const struct command_arg instance_args[] = {
	BARE("instance-name", ARG_TYPE_INSTANCE, "Name of routing instance"),
	FLAG("brief", "Display brief output"),
	FLAG("detail", "Display detailed output"),
	FLAG("extensive", "Display extensive output"), END};

static const struct command_arg route_summary_args[] = {
	VALUE("table", ARG_TYPE_TABLE, "Name of routing table"), END};

static const struct command_arg shadow_args[] = {
	VALUE("from-zone", ARG_TYPE_ZONE, "Policies from this zone"),
	FLAG("global", "Global policies"),
	VALUE("policy-name", ARG_TYPE_POLICY,
		"Policies that are shadowed by this one"),
	FLAG("reverse", "Policies that shadow the named one"),
	VALUE("to-zone", ARG_TYPE_ZONE, "Policies to this zone"), END};

static const struct command_arg dns_args[] = {
	VALUE("dns-name", ARG_TYPE_STRING, "DNS name"), END};

static const struct command_arg scheduler_args[] = {
	VALUE("scheduler-name", ARG_TYPE_STRING, "Name of scheduler"), END};

static const struct command_arg impact_args[] = {
	NUMBER("examples", 0, 1000, "Sessions to show of each kind"), END};

static const struct command_arg match_args[] = {
	MUST("destination-ip", ARG_TYPE_ADDRESS, "Destination IP address"),
	MUST("destination-port", ARG_TYPE_PORT, "Destination port"),
	VALUE("from-zone", ARG_TYPE_ZONE, "Source zone"),
	FLAG("global", "Match global policies only"),
	MUST("protocol", ARG_TYPE_PROTOCOL, "IP protocol"),
	NUMBER("result-count", 1, 16, "Maximum number of matches to show"),
	MUST("source-ip", ARG_TYPE_ADDRESS, "Source IP address"),
	MUST("source-port", ARG_TYPE_PORT, "Source port"),
	VALUE("to-zone", ARG_TYPE_ZONE, "Destination zone"), END};

static const struct command_arg policy_args[] = {
	FLAG("detail", "Show detailed output"),
	VALUE("from-zone", ARG_TYPE_ZONE, "Policies from this zone"),
	FLAG("global", "Global policies only"),
	VALUE("policy-name", ARG_TYPE_POLICY, "Policies of this name"),
	VALUE("to-zone", ARG_TYPE_ZONE, "Policies to this zone"), END};

static const struct command_arg hit_count_args[] = {
	FLAG("ascending", "Sort by count, smallest first"),
	FLAG("descending", "Sort by count, largest first"),
	VALUE("from-zone", ARG_TYPE_ZONE, "Policies from this zone"),
	FLAG("global", "Global policies only"),
	NUMBER("greater-than", 0, 0, "Counts greater than this"),
	NUMBER("less-than", 0, 0, "Counts less than this"),
	VALUE("to-zone", ARG_TYPE_ZONE, "Policies to this zone"), END};

static const struct command_arg screen_args[] = {
	MUST("ids-option", ARG_TYPE_STRING, "Name of the ids-option"), END};

static const struct command_arg screen_statistics_args[] = {
	VALUE("interface", ARG_TYPE_IFL, "Statistics of this interface"),
	VALUE("zone", ARG_TYPE_ZONE, "Statistics of this security zone"), END};

/* Nothing is found, by whatever it is looked for. */
static const struct command_arg absent_args[] = {FLAG("brief", "Brief output"),
	FLAG("detail", "Detailed output"),
	FLAG("extensive", "Extensive output"), FLAG("summary", "Summary"),
	FLAG("terse", "Terse output"),
	VALUE("instance", ARG_TYPE_STRING, "Name of the instance"),
	VALUE("interface-name", ARG_TYPE_STRING, "Name of the interface"),
	VALUE("interface-device", ARG_TYPE_STRING, "Name of the interface"),
	VALUE("neighbor-address", ARG_TYPE_STRING, "Address of the neighbor"),
	VALUE("vlan-name", ARG_TYPE_STRING, "Name of the VLAN"), END};

#define ONE(e, h)                                                              \
	{                                                                      \
		.element = e, .kind = ARG_BARE, .type = ARG_TYPE_STRING,       \
		.mandatory = true, .help = h                                   \
	}
static const struct command_arg nat_rule_args[] = {
	ONE("rule-name", "Name of the rule, or all"),
	VALUE("rule-set", ARG_TYPE_STRING, "Rules of this rule set"), END};

static const struct command_arg nat_pool_args[] = {
	ONE("pool-name", "Name of the pool, or all"), END};

static const struct command_arg nat_binding_args[] = {
	FLAG("all", "All bindings"),
	VALUE("interface", ARG_TYPE_IFL, "Bindings to this interface"),
	VALUE("internal-ip", ARG_TYPE_ADDRESS, "Bindings of this host"),
	NUMBER("internal-port", 1, 65535, "Bindings of this port"),
	VALUE("pool", ARG_TYPE_STRING, "Bindings to this source pool"),
	FLAG("summary", "Numbers only"), END};

static const struct command_arg clear_nat_binding_args[] = {
	FLAG("all", "All bindings"),
	VALUE("interface", ARG_TYPE_IFL, "Bindings to this interface"),
	VALUE("internal-ip", ARG_TYPE_ADDRESS, "Bindings of this host"),
	NUMBER("internal-port", 1, 65535, "Bindings of this port"),
	VALUE("pool", ARG_TYPE_STRING, "Bindings to this source pool"), END};

static const struct command_arg nat_block_args[] = {
	VALUE("host-ip", ARG_TYPE_ADDRESS, "Blocks of this host"),
	VALUE("pool", ARG_TYPE_STRING, "Blocks of this source pool, or all"),
	END};

static const struct command_arg nat_paired_args[] = {
	NAMED("pool", "pool-name", ARG_TYPE_STRING,
		"Addresses of this source pool"),
	END};

static const struct command_arg zone_args[] = {
	BARE("zonename", ARG_TYPE_ZONE, "Name of security zone"),
	FLAG("detail", "Show detailed output"),
	FLAG("terse", "Show terse output"), END};

static const struct command_arg process_args[] = {
	FLAG("extensive", "Show all processes of the system"), END};

static const struct command_arg version_args[] = {
	FLAG("brief", "Display brief output"),
	FLAG("detail", "Display detailed output"),
	NAMED("invoke-on", "invoke-on", ARG_TYPE_STRING,
		"Accepted: there is one routing engine"),
	END};

static const struct command_arg log_args[] = {
	BARE("filename", ARG_TYPE_STRING, "Name of log file"), END};

static const struct command_arg security_log_args[] = {
	NUMBER("count", 1, 1000000, "Show the newest so many events"),
	VALUE("event-id", ARG_TYPE_STRING,
		"Show events of this name (RT_FLOW_SESSION_DENY)"),
	END};

#define CHANGES true

const struct command ops_commands[] = {
	{"clear arp", "clear-arp-table", "Clear address-resolution information",
		clear_neighbor_args, clear_arp, CHANGES},
	{"clear firewall", "clear-firewall-counters", "Clear firewall counters",
		clear_firewall_args, clear_firewall, CHANGES},
	{"clear ipv6 neighbors", "clear-ipv6-nd-information",
		"Clear IPv6 neighbor cache", clear_neighbor_args, clear_nd,
		CHANGES},
	{"clear security dns-cache", "clear-dns-cache",
		"Ask for all names again", NULL, clear_dns_cache, CHANGES},
	{"clear security flow session", "clear-flow-session",
		"Clear flow sessions that match", clear_session_args,
		clear_flow_session, CHANGES},
	{"clear security flow session all", "clear-flow-session-all",
		"Clear all flow sessions", NULL, clear_flow_session_all,
		CHANGES},
	{"clear security flow statistics", "clear-security-flow-statistics",
		"Clear flow statistics", NULL, clear_flow_statistics, CHANGES},
	{"clear security log", "clear-security-log",
		"Forget the recent session events", NULL, clear_security_log,
		CHANGES},
	{"clear security nat source persistent-nat-table",
		"clear-persist-nat-all", "Clear persistent NAT bindings",
		clear_nat_binding_args, clear_nat_persistent, CHANGES},
	{"clear security nat statistics destination pool",
		"clear-destination-nat-pool-information",
		"Clear statistics of destination NAT pools", nat_pool_args,
		clear_nat_destination_pool, CHANGES},
	{"clear security nat statistics destination rule",
		"clear-destination-nat-rule-sets-information",
		"Clear statistics of destination NAT rules", nat_rule_args,
		clear_nat_destination_rule, CHANGES},
	{"clear security nat statistics source pool",
		"clear-source-nat-pool-information",
		"Clear statistics of source NAT pools", nat_pool_args,
		clear_nat_source_pool, CHANGES},
	{"clear security nat statistics source rule",
		"clear-source-nat-rule-sets-information",
		"Clear statistics of source NAT rules", nat_rule_args,
		clear_nat_source_rule, CHANGES},
	{"clear security nat statistics static rule",
		"clear-static-nat-rule-sets-information",
		"Clear statistics of static NAT rules", nat_rule_args,
		clear_nat_static_rule, CHANGES},
	{"clear security screen statistics", "clear-screen-statistics",
		"Clear screen statistics", screen_statistics_args,
		clear_screen_statistics, CHANGES},
	{"commit check impact", "get-commit-impact-information",
		"Show what a commit would do to the sessions", impact_args,
		ops_commit_impact, false},
	{"explain packet", "explain-packet",
		"Explain what would happen to a packet and its reply",
		explain_args, ops_explain_packet, false},
	{"monitor security drops", NULL, "Show dropped packets as it happens",
		monitor_drops_args, monitor_drops, false},
	{"monitor traffic", NULL, "Display real-time network traffic",
		monitor_args, monitor_traffic, false},
	{"ping", "ping", "Ping remote target", ping_args, ops_ping, false},
	{"request support information", "get-support-information",
		"Show what is needed to help: all show commands, and the "
		"configuration without secrets",
		NULL, request_support, false},
	{"show arp", "get-arp-table-information",
		"Show system Address Resolution Protocol table entries",
		arp_args, show_arp, false},
	{"show bfd session", "get-bfd-session-information",
		"Show active Bidirectional Forwarding Detection sessions",
		absent_args, show_absent, false},
	{"show bgp neighbor", "get-bgp-neighbor-information",
		"Show BGP neighbor database", absent_args, show_absent, false},
	{"show bgp summary", "get-bgp-summary-information",
		"Show overview of BGP information", absent_args, show_absent,
		false},
	{"show chassis alarms", "get-alarm-information", "Show current alarms",
		NULL, show_alarms, false},
	{"show chassis cluster status", "get-chassis-cluster-status",
		"Show chassis cluster status", absent_args, show_absent, false},
	{"show chassis environment", "get-environment-information",
		"Show component status and temperature", NULL, show_environment,
		false},
	{"show chassis fpc", "get-fpc-information",
		"Show Flexible PIC Concentrator status", NULL, show_fpc, false},
	{"show chassis hardware", "get-chassis-inventory",
		"Show installed hardware components", NULL,
		show_chassis_hardware, false},
	{"show chassis routing-engine", "get-route-engine-information",
		"Show routing engine status", NULL, show_chassis_engine, false},
	{"show ethernet-switching table",
		"get-ethernet-switching-table-information",
		"Show Ethernet switching table", absent_args, show_absent,
		false},
	{"show firewall", "get-firewall-information",
		"Show firewall filters and their counters", firewall_args,
		show_firewall, false},
	{"show firewall log", "get-firewall-log-information",
		"Show the packets that firewall filters have logged",
		firewall_log_args, show_firewall_log, false},
	{"show interfaces", "get-interface-information",
		"Show interface information", interface_args, show_interfaces,
		false},
	{"show interfaces diagnostics optics",
		"get-interface-optics-diagnostics-information",
		"Show optics diagnostics", absent_args, show_absent, false},
	{"show ipv6 neighbors", "get-ipv6-nd-information",
		"Show IPv6 neighbor cache information", nd_args, show_nd,
		false},
	{"show isis adjacency", "get-isis-adjacency-information",
		"Show the IS-IS adjacency database", absent_args, show_absent,
		false},
	{"show lacp interfaces", "get-lacp-interface-information",
		"Show Link Aggregation Control Protocol interfaces",
		absent_args, show_absent, false},
	{"show ldp neighbor", "get-ldp-neighbor-information",
		"Show LDP neighbors", absent_args, show_absent, false},
	{"show lldp neighbors", "get-lldp-neighbors-information",
		"Show LLDP neighbors", absent_args, show_absent, false},
	{"show log", "get-log", "Show contents of log file", log_args, show_log,
		false},
	{"show ospf interface", "get-ospf-interface-information",
		"Show OSPF interfaces", absent_args, show_absent, false},
	{"show ospf neighbor", "get-ospf-neighbor-information",
		"Show OSPF neighbors", absent_args, show_absent, false},
	{"show ospf overview", "get-ospf-overview-information",
		"Show OSPF overview", absent_args, show_absent, false},
	{"show ospf route", "get-ospf-route-information",
		"Show OSPF routing table", absent_args, show_absent, false},
	{"show route", "get-route-information",
		"Show routing table information", route_args, show_route,
		false},
	{"show route forwarding-table", "get-forwarding-table-information",
		"Show entries in forwarding tables", forwarding_args,
		show_forwarding_table, false},
	{"show route instance", "get-instance-information",
		"Show routing instance information", instance_args,
		show_route_instance, false},
	{"show route summary", "get-route-summary-information",
		"Show routing table statistics", route_summary_args,
		show_route_summary, false},
	{"show schedulers", "get-scheduler-information",
		"Show schedulers and their policies", scheduler_args,
		show_schedulers, false},
	{"show security dns-cache", "get-dns-cache-information",
		"Show addresses of names that policies use", dns_args,
		show_dns_cache, false},
	{"show security flow drops", "get-flow-drop-information",
		"Show why packets were dropped", drops_args, show_flow_drops,
		false},
	{"show security flow gate", "get-flow-gate-information",
		"Show pinholes for data of control sessions", absent_args,
		show_absent, false},
	{"show security flow session", "get-flow-session-information",
		"Show flow sessions", session_args, show_flow_session, false},
	{"show security flow statistics", "get-flow-statistics-all",
		"Show flow statistics", NULL, show_flow_statistics, false},
	{"show security flow status", "get-flow-status-all", "Show flow status",
		NULL, show_flow_status, false},
	{"show security flow workers", "get-flow-worker-information",
		"Show how packets spread over the packet workers", NULL,
		show_flow_workers, false},
	{"show security idp attack table", "get-idp-attack-table-information",
		"Show IDP attack table", absent_args, show_absent, false},
	{"show security ike security-associations",
		"get-ike-security-associations-information",
		"Show IKE security associations", absent_args, show_absent,
		false},
	{"show security ipsec security-associations",
		"get-security-associations-information",
		"Show IPsec security associations", absent_args, show_absent,
		false},
	{"show security log", "get-security-log", "Show recent session events",
		security_log_args, show_security_log, false},
	{"show security log statistics", "get-security-log-statistics",
		"Show where session events go, and what was lost", NULL,
		show_security_log_statistics, false},
	{"show security match-policies", "match-firewall-policies",
		"Show the policies that match a packet", match_args,
		show_match_policies, false},
	{"show security nat destination pool",
		"get-destination-nat-pool-information",
		"Show destination NAT pools", nat_pool_args,
		show_nat_destination_pool, false},
	{"show security nat destination rule",
		"get-destination-nat-rule-sets-information",
		"Show destination NAT rules", nat_rule_args,
		show_nat_destination_rule, false},
	{"show security nat destination summary",
		"retrieve-destination-nat-summary-information",
		"Show destination NAT pools and rules in short", NULL,
		show_nat_destination_summary, false},
	{"show security nat interface-nat-ports",
		"get-interface-nat-ports-information",
		"Show ports of interface NAT in use", NULL,
		show_nat_interface_ports, false},
	{"show security nat resource-usage source-pool",
		"retrieve-source-nat-resource-usage-pool-information",
		"Show how full source NAT pools are", nat_pool_args,
		show_nat_resource_usage, false},
	{"show security nat source deterministic",
		"retrieve-source-nat-deterministic-information",
		"Show port blocks that follow from the host", nat_block_args,
		show_nat_deterministic, false},
	{"show security nat source paired-address",
		"retrieve-source-nat-paired-address",
		"Show which host has which pool address", nat_paired_args,
		show_nat_paired, false},
	{"show security nat source persistent-nat-table", "get-persist-nat-all",
		"Show persistent NAT bindings", nat_binding_args,
		show_nat_persistent, false},
	{"show security nat source pool",
		"retrieve-source-nat-pool-information", "Show source NAT pools",
		nat_pool_args, show_nat_source_pool, false},
	{"show security nat source port-block",
		"retrieve-source-nat-port-block-information",
		"Show port blocks of hosts", nat_block_args,
		show_nat_port_block, false},
	{"show security nat source rule",
		"get-source-nat-rule-sets-information", "Show source NAT rules",
		nat_rule_args, show_nat_source_rule, false},
	{"show security nat source summary", "retrieve-source-nat-summary",
		"Show source NAT pools and rules in short", NULL,
		show_nat_source_summary, false},
	{"show security nat static rule", "get-static-nat-rule-information",
		"Show static NAT rules", nat_rule_args, show_nat_static_rule,
		false},
	{"show security nat static summary", "retrieve-static-nat-summary",
		"Show static NAT rules in short", NULL, show_nat_static_summary,
		false},
	{"show security policies", "get-firewall-policies",
		"Show security policies", policy_args, show_policies, false},
	{"show security policies hit-count", "get-security-policies-hit-count",
		"Show how often policies matched", hit_count_args,
		show_hit_count, false},
	{"show security policies information",
		"get-security-policies-information",
		"Show how many policies there are", NULL,
		show_policies_information, false},
	{"show security screen", "get-security-screen-ids-status",
		"Show the settings of a screen", screen_args, show_screen,
		false},
	{"show security screen statistics", "get-ids-statistics",
		"Show what a screen has found", screen_statistics_args,
		show_screen_statistics, false},
	{"show security shadow-policies", "get-security-shadow-policies",
		"Show policies that an earlier one covers", shadow_args,
		show_shadow_policies, false},
	{"show security zones", "get-zones-information", "Show security zones",
		zone_args, show_zones, false},
	{"show services flow-monitoring",
		"get-services-flow-monitoring-information",
		"Show the collectors that are sent records of sessions", NULL,
		show_services_flow, false},
	{"show services metrics", "get-services-metrics-information",
		"Show the page of metrics and its readers", NULL,
		show_services_metrics, false},
	{"show system alarms", "get-system-alarm-information",
		"Show system alarm status", NULL, show_alarms, false},
	{"show system buffers", "get-buffer-informations",
		"Show packet buffer statistics", NULL, show_buffers, false},
	{"show system information", "get-system-information",
		"Show general system information", NULL,
		show_system_information, false},
	{"show system memory", "get-system-memory-information",
		"Show system memory usage", NULL, show_memory, false},
	{"show system processes", "get-system-process-information",
		"Show system process table", process_args, show_processes,
		false},
	{"show system storage", "get-system-storage", "Show local storage data",
		NULL, show_storage, false},
	{"show system uptime", "get-system-uptime-information",
		"Show time since system and processes started", NULL,
		show_uptime, false},
	{"show system users", "get-system-users-information",
		"Show users who are currently logged in", NULL, show_users,
		false},
	{"show version", "get-software-information",
		"Show software process revision levels", version_args,
		show_version, false},
	{"show vlans", "get-vlan-information", "Show VLANs", absent_args,
		show_absent, false},
	{"traceroute", "traceroute", "Trace route to remote host",
		traceroute_args, ops_traceroute, false},
	{.words = NULL},
};

const struct command *
ops_command_by_rpc(const char *rpc)
{
	/* Second names: Junos splits or renamed these. */
	static const struct {
		const char *rpc, *same_as;
	} aliases[] = {
		{"get-firewall-filter-information", "get-firewall-information"},
		{"get-firewall-counter-information",
			"get-firewall-information"},
		{"get-flow-session-by-identifier",
			"get-flow-session-information"},
		{"get-zones-named-information", "get-zones-information"},
	};

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(rpc, aliases[i].rpc) == 0)
			rpc = aliases[i].same_as;
	for (const struct command *c = ops_commands; c->words != NULL; c++)
		if (c->rpc != NULL && strcmp(c->rpc, rpc) == 0)
			return c;
	return NULL;
}
