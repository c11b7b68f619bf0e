/* SPDX-License-Identifier: Apache-2.0 */
#include "explain/expect.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/explain_impl.h"
#include "flow/self_traffic.h"

struct expectation {
	const struct cnode *entry, *then;
	const struct explain_world *world;
	const struct dry_run *run;
	enum report_severity severity;
	struct report *report;
	unsigned int failed;
};

bool
expectations_any(const struct cnode *root)
{
	return cnode_find(root, "security", "expect", "flow", NULL) != NULL;
}

/* At the line of the statement below `then`, or of the whole entry. */
static void __attribute__((format(printf, 3, 4)))
failed(struct expectation *e, const char *statement, const char *fmt, ...)
{
	const struct cnode *n =
		statement != NULL ? cnode_child(e->then, statement) : NULL;
	char *path = cnode_path(e->entry);
	char *own = n != NULL ? cnode_path(n) : NULL;
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	report_add(e->report, e->severity, cnode_line(n != NULL ? n : e->entry),
		path,
		own != NULL && path != NULL && strlen(own) > strlen(path)
			? own + strlen(path) + 1
			: NULL,
		"%s", text);
	free(path);
	free(own);
	e->failed++;
}

/* ---- the packet ---- */

static bool
packet_of(const struct cnode *from, struct explain_query *q)
{
	const char *protocol = cnode_leaf(from, "protocol");
	const char *type = cnode_leaf(from, "icmp-type");
	int number = protocol != NULL ? ip_protocol_parse(protocol) : -1;

	*q = (struct explain_query){.ifl = cnode_leaf(from, "interface"),
		.sport = (uint16_t)cnode_u64(from, "source-port", 0),
		.dport = (uint16_t)cnode_u64(from, "destination-port", 0),
		.protocol = (uint8_t)number,
		.has_icmp_type = type != NULL,
		.icmp_type = (uint8_t)cnode_u64(from, "icmp-type", 0),
		.no_fixes = true};
	if (number < 0 || q->ifl == NULL ||
		!ip_addr_parse(cnode_leaf(from, "source"), &q->src) ||
		!ip_addr_parse(cnode_leaf(from, "destination"), &q->dst))
		return false;
	if (q->src.family == IP_V6 && q->protocol == IPP_ICMP)
		q->protocol = IPP_ICMP6;
	if (q->sport == 0)
		q->sport = 49152;
	return q->src.family == q->dst.family;
}

/* ---- what is expected ---- */

static const char *
policy_text(const struct expectation *e, char *buf, size_t size)
{
	uint32_t index = e->run->packet.record.at.policy;
	const struct policy_spec *p = image_policy(e->world->image, index);

	if (index == POLICY_DEFAULT)
		return "default-policy";
	if (p == NULL)
		return "none";
	snprintf(buf, size, "%s", p->name);
	return buf;
}

static void
check_action(struct expectation *e, enum explain_result result)
{
	const struct pkt *p = &e->run->packet.p, *r = &e->run->reply.p;
	char name[NAME_MAX_LEN];

	if (cnode_has(e->then, "permit") && result == EXPLAIN_PACKET_DROPPED)
		failed(e, "permit", "the packet is dropped: %s, %s (policy %s)",
			reason_name(p->reason), reason_sentence(p->reason),
			policy_text(e, name, sizeof(name)));
	if (cnode_has(e->then, "permit") &&
		!cnode_has(e->then, "reply-dropped") &&
		result == EXPLAIN_REPLY_DROPPED)
		failed(e, "permit", "the reply is dropped: %s, %s",
			reason_name(r->reason), reason_sentence(r->reason));
	if (cnode_has(e->then, "deny") && result != EXPLAIN_PACKET_DROPPED)
		failed(e, "deny", "the packet passes (policy %s)",
			policy_text(e, name, sizeof(name)));
	if (cnode_has(e->then, "reply-dropped") && result == EXPLAIN_PASSES)
		failed(e, "reply-dropped", "the reply passes");
}

static void
check_reason(struct expectation *e)
{
	const char *want = cnode_leaf(e->then, "reason");
	const struct dry_packet *d = &e->run->packet;
	const char *got = "none";

	if (want == NULL)
		return;
	if (d->verdict != VERDICT_DROP)
		d = &e->run->reply;
	if (d->ran && d->verdict == VERDICT_DROP)
		got = reason_name(d->p.reason);
	if (strcmp(want, got) != 0)
		failed(e, "reason", "the reason is %s", got);
}

static void
check_name(struct expectation *e, const char *statement, const char *got)
{
	const char *want = cnode_leaf(e->then, statement);

	if (want != NULL && strcmp(want, got) != 0)
		failed(e, statement, "it is %s", got);
}

static void
check_ifl(struct expectation *e, const char *statement,
	const struct dry_packet *d)
{
	const char *got = image_ifl_name(e->world->image, d->p.out_ifl);
	const char *want = cnode_leaf(e->then, statement);

	if (want == NULL)
		return;
	if (!d->ran || d->verdict != VERDICT_NEXT)
		failed(e, statement, "it leaves nowhere");
	else if (strcmp(want, got) != 0)
		failed(e, statement, "it is %s", got);
}

static void
check_reply(struct expectation *e)
{
	const struct dry_run *d = e->run;
	const struct ifl_spec *out =
		image_ifl(e->world->image, d->reply.p.out_ifl);

	if (cnode_has(e->then, "reply-instance"))
		check_name(e, "reply-instance",
			d->has_session ? vr_name(e->world->image, d->reverse.vr)
			: d->reply.ran ? vr_name(e->world->image, d->reply.p.vr)
				       : "none: there is no reply");
	if (cnode_has(e->then, "reply-zone"))
		check_name(e, "reply-zone",
			d->reply.ran && d->reply.verdict == VERDICT_NEXT &&
					out != NULL
				? image_zone_name(e->world->image, out->zone)
				: "none: no reply leaves");
}

static void
check_translated(
	struct expectation *e, const char *statement, struct ip_addr got)
{
	const char *text = cnode_leaf(e->then, statement);
	struct ip_addr want;
	char buf[IP_TEXT_MAX];

	if (text == NULL)
		return;
	if (!e->run->has_session)
		failed(e, statement, "there is no session");
	else if (!ip_addr_parse(text, &want) || ip_addr_cmp(&want, &got) != 0)
		failed(e, statement, "it is %s", ip_addr_text(&got, buf));
}

static void
compare(struct expectation *e)
{
	char name[NAME_MAX_LEN];

	check_action(e, dry_run_result(e->run));
	check_reason(e);
	if (cnode_has(e->then, "policy"))
		check_name(e, "policy", policy_text(e, name, sizeof(name)));
	check_ifl(e, "egress-interface", &e->run->packet);
	check_ifl(e, "reply-interface", &e->run->reply);
	check_reply(e);
	check_translated(
		e, "translated-source", flow_key_dst(&e->run->wing[1].key));
	check_translated(e, "translated-destination",
		flow_key_src(&e->run->wing[1].key));
}

/* ---- all of them ---- */

static int
check_one(struct expectation *e, const struct explain_env *env)
{
	struct dry_run *d = malloc(sizeof(*d));
	struct explain_query q;
	int rc = 0;

	if (d == NULL)
		return -ENOMEM;
	e->run = d;
	e->then = cnode_child(e->entry, "then");
	if (!packet_of(cnode_child(e->entry, "from"), &q))
		failed(e, NULL, "the packet is not possible");
	else
		rc = dry_run(env, e->world, &q, d);
	if (rc == -ENODEV)
		failed(e, NULL, "interface %s not found", q.ifl);
	else if (rc == 0 && d->packet.ran && e->failed == 0)
		compare(e);
	free(d);
	return rc == -ENOMEM ? rc : (int)e->failed;
}

int
expectations_check(const struct cnode *root, const struct image *image,
	struct route_db *routes, enum report_severity severity,
	struct report *report)
{
	const struct explain_world w = {
		.root = root, .image = image, .routes = routes};
	const struct explain_env env = {.now_ms = 1000};
	int failures = 0;

	cnode_foreach (
		n, cnode_find(root, "security", "expect", NULL), "flow") {
		struct expectation e = {.entry = n,
			.world = &w,
			.severity = severity,
			.report = report};
		int rc = check_one(&e, &env);

		if (rc < 0)
			return rc;
		failures += rc;
	}
	return failures;
}
