/* SPDX-License-Identifier: Apache-2.0 */
/* explain packet [EX-1]: the arguments; the answer is explain/'s. */
#include "explain/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "ops/ops_impl.h"

#define SPORT_DEFAULT 49152u

/* "192.0.2.1/80", "192.0.2.1" or "2001:db8::1/80" */
static bool
endpoint(struct ops_request *rq, const char *element, struct ip_addr *addr,
	uint32_t *port, bool *has_port)
{
	const char *text = ops_arg(rq, element), *slash;
	char buf[IP_TEXT_MAX], *end;
	size_t n;

	if (text == NULL) {
		ops_error(rq, "missing argument: %s", element);
		return false;
	}
	slash = strchr(text, '/');
	n = slash != NULL ? (size_t)(slash - text) : strlen(text);
	if (n < sizeof(buf)) {
		memcpy(buf, text, n);
		buf[n] = '\0';
	}
	if (n >= sizeof(buf) || !ip_addr_parse(buf, addr)) {
		ops_error(rq, "invalid ip address: '%s' for %s", text, element);
		return false;
	}
	*has_port = slash != NULL;
	if (slash == NULL)
		return true;
	*port = (uint32_t)strtoul(slash + 1, &end, 10);
	if (slash[1] < '0' || slash[1] > '9' || *end != '\0' || *port > 65535) {
		ops_error(rq, "invalid port: '%s' for %s", text, element);
		return false;
	}
	return true;
}

static bool
is_icmp(const struct explain_query *q)
{
	return q->protocol == IPP_ICMP || q->protocol == IPP_ICMP6;
}

static bool
read_ports(struct ops_request *rq, struct explain_query *q)
{
	uint32_t sport = 0, dport = 0;
	bool has_sport, has_dport;

	if (!endpoint(rq, "source", &q->src, &sport, &has_sport) ||
		!endpoint(rq, "destination", &q->dst, &dport, &has_dport))
		return false;
	if (q->src.family != q->dst.family) {
		ops_error(rq, "source and destination are of different "
			      "address families");
		return false;
	}
	if (q->protocol == IPP_ICMP && q->src.family == IP_V6)
		q->protocol = IPP_ICMP6;
	if (!has_dport && (q->protocol == IPP_TCP || q->protocol == IPP_UDP)) {
		ops_error(rq, "missing argument: destination ADDRESS/PORT");
		return false;
	}
	if (!has_sport)
		sport = is_icmp(q) ? 1 : SPORT_DEFAULT;
	if (!has_dport && is_icmp(q))
		dport = 1;
	q->sport = (uint16_t)sport;
	q->dport = (uint16_t)dport;
	return true;
}

/* "syn,ack" or "syn|ack": TCP flags as in the header, or -1. */
static int
flags_parse(const char *text)
{
	static const struct {
		const char *name;
		uint8_t flag;
	} names[] = {{"fin", 0x01}, {"syn", 0x02}, {"rst", 0x04}, {"psh", 0x08},
		{"ack", 0x10}, {"urg", 0x20}};
	int flags = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, ",|&+"), i;

		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (strlen(names[i].name) == n &&
				strncasecmp(text, names[i].name, n) == 0)
				break;
		if (i == sizeof(names) / sizeof(names[0]))
			return -1;
		flags |= names[i].flag;
		text += n;
		text += *text != '\0';
	}
	return flags != 0 ? flags : -1;
}

static bool
read_headers(struct ops_request *rq, struct explain_query *q)
{
	const char *flags = ops_arg(rq, "flags");
	uint32_t size = 0, type = 0;
	int bits = flags != NULL ? flags_parse(flags) : 0;

	if (bits < 0) {
		ops_error(rq, "invalid flags: '%s' (syn,ack,fin,rst,psh,urg)",
			flags);
		return false;
	}
	if (!ops_arg_u32(rq, "size", &size) ||
		!ops_arg_u32(rq, "icmp-type", &type))
		return false;
	if (size > 65000 || type > 255) {
		ops_error(rq, "size or icmp-type is not within range");
		return false;
	}
	q->tcp_flags = (uint8_t)bits;
	q->size = (uint16_t)size;
	q->has_icmp_type = ops_arg(rq, "icmp-type") != NULL;
	q->icmp_type = (uint8_t)type;
	return true;
}

static bool
query_read(struct ops_request *rq, struct explain_query *q)
{
	const char *against = ops_arg(rq, "against");
	int protocol = -1;

	q->ifl = ops_arg(rq, "interface");
	if (q->ifl == NULL || ops_arg(rq, "protocol") == NULL) {
		ops_error(rq, "missing argument: %s",
			q->ifl == NULL ? "interface" : "protocol");
		return false;
	}
	if (against != NULL && strcmp(against, "candidate") != 0 &&
		strcmp(against, "committed") != 0) {
		ops_error(rq, "against candidate or against committed");
		return false;
	}
	q->candidate = against != NULL && strcmp(against, "candidate") == 0;
	q->no_fixes = ops_arg(rq, "no-fixes") != NULL;
	if (!ops_arg_protocol(rq, "protocol", &protocol))
		return false;
	q->protocol = (uint8_t)protocol;
	return read_ports(rq, q) && read_headers(rq, q);
}

void
ops_explain_packet(struct ops_request *rq)
{
	struct explain_query q = {0};
	char err[256] = "";
	struct tnode *root;
	int result;

	if (ops_image(rq) == NULL || !query_read(rq, &q))
		return;
	if (rq->env->explain == NULL) {
		ops_error(rq, "nothing explains packets here");
		return;
	}
	root = ops_root(rq, "explain-packet-information", NULL);
	if (root == NULL)
		return;
	result = rq->env->explain(&q, root, err, sizeof(err));
	if (result == EXPLAIN_FAILED)
		ops_error(rq, "%s", err);
	else if (result != EXPLAIN_PASSES && ops_arg(rq, "check") != NULL)
		rq->negative = true;
}
