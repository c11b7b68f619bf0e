/* SPDX-License-Identifier: Apache-2.0 */
/*
 * security flow, security forwarding-options, the default policy: the switches
 * of the packet path [CF-38]. Defaults are flow_spec_default()'s.
 */
#include "compile/compile_impl.h"

#include <string.h>

static void
compile_tcp_session(
	struct compile *c, const struct cnode *n, struct flow_spec *f)
{
	const struct cnode *wait = cnode_child(n, "time-wait-state");

	f->no_syn_check = cnode_has(n, "no-syn-check");
	f->strict_syn_check = cnode_has(n, "strict-syn-check");
	f->no_sequence_check = cnode_has(n, "no-sequence-check");
	f->rst_invalidate_session = cnode_has(n, "rst-invalidate-session");
	f->rst_sequence_check = cnode_has(n, "rst-sequence-check");
	f->fin_invalidate_session = cnode_has(n, "fin-invalidate-session");
	f->tcp_initial_timeout = (uint16_t)cnode_u64(
		n, "tcp-initial-timeout", f->tcp_initial_timeout);
	f->time_wait_timeout = (uint16_t)cnode_u64(
		wait, "session-timeout", f->time_wait_timeout);
	if (cnode_has(wait, "session-ageout"))
		f->time_wait_timeout = 0;
	f->time_wait_half_close = cnode_has(wait, "apply-to-half-close-state");
	if (f->strict_syn_check &&
		(f->no_syn_check || cnode_has(n, "no-syn-check-in-tunnel")))
		compile_error(c, cnode_child(n, "strict-syn-check"),
			"strict-syn-check excludes no-syn-check and "
			"no-syn-check-in-tunnel");
}

static void
compile_aging(struct compile *c, const struct cnode *n, struct flow_spec *f)
{
	f->early_ageout =
		(uint16_t)cnode_u64(n, "early-ageout", f->early_ageout);
	f->low_watermark =
		(uint8_t)cnode_u64(n, "low-watermark", f->low_watermark);
	f->high_watermark =
		(uint8_t)cnode_u64(n, "high-watermark", f->high_watermark);
	if (cnode_has(n, "low-watermark") &&
		f->low_watermark > f->high_watermark)
		compile_error(c, cnode_child(n, "low-watermark"),
			"low-watermark is above high-watermark");
}

static void
set_mode(const struct cnode *family, const char *name,
	enum forwarding_mode *mode)
{
	const char *text = cnode_leaf(cnode_child(family, name), "mode");

	if (text == NULL)
		return;
	if (strcmp(text, "packet-based") == 0)
		*mode = MODE_PACKET;
	else if (strcmp(text, "drop") == 0)
		*mode = MODE_DROP;
	else if (strcmp(text, "flow-based") == 0)
		*mode = MODE_FLOW;
}

static void
compile_modes(const struct cnode *security, struct flow_spec *f)
{
	const struct cnode *family =
		cnode_find(security, "forwarding-options", "family", NULL);
	enum forwarding_mode mpls = MODE_DROP;

	/* family mpls mode packet-based has always meant IPv4 as well. */
	set_mode(family, "mpls", &mpls);
	if (mpls == MODE_PACKET)
		f->mode4 = MODE_PACKET;
	set_mode(family, "inet", &f->mode4);
	set_mode(family, "inet6", &f->mode6);
}

static void
compile_rematch(const struct cnode *policies, struct flow_spec *f)
{
	const struct cnode *rematch = cnode_child(policies, "policy-rematch");

	if (rematch != NULL)
		f->rematch = cnode_has(rematch, "extensive") ? REMATCH_EXTENSIVE
							     : REMATCH_POLICY;
}

void
compile_flow(struct compile *c)
{
	const struct cnode *security = cnode_child(c->root, "security");
	const struct cnode *n = cnode_child(security, "flow");
	const struct cnode *mss = cnode_find(n, "tcp-mss", "all-tcp", NULL);
	const struct cnode *policy =
		cnode_find(security, "policies", "default-policy", NULL);
	struct flow_spec *f = &c->image->flow;

	flow_spec_default(f);
	f->reverse_route_packet_mode =
		cnode_has(cnode_child(n, "advanced-options"),
			"reverse-route-packet-mode-vr");
	compile_tcp_session(c, cnode_child(n, "tcp-session"), f);
	compile_aging(c, cnode_child(n, "aging"), f);
	f->mss_all_tcp = (uint16_t)cnode_u64(mss, "mss", 0);
	f->allow_dns_reply = cnode_has(n, "allow-dns-reply");
	f->allow_embedded_icmp = cnode_has(n, "allow-embedded-icmp");
	if (cnode_leaf(n, "syn-flood-protection-mode") != NULL)
		f->syn_proxy =
			strcmp(cnode_leaf(n, "syn-flood-protection-mode"),
				"syn-proxy") == 0;
	f->reassembly = cnode_has(n, "force-ip-reassembly");
	f->keep_fragment_size = cnode_has(n, "preserve-incoming-fragment-size");
	f->route_change_timeout =
		(uint32_t)cnode_u64(n, "route-change-timeout", 0);
	f->no_redirects =
		cnode_has(cnode_child(c->root, "system"), "no-redirects");
	if (cnode_has(policy, "permit-all"))
		f->default_policy = POLICY_PERMIT;
	compile_rematch(cnode_child(security, "policies"), f);
	compile_modes(security, f);
}
