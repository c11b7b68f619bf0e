/* SPDX-License-Identifier: Apache-2.0 */
#include "config/cvalue.h"

#include <ctype.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "base/sbuf.h"

#define NAME_MAX_CHARS 63u

#define SAY(err, ...)                                                          \
	do {                                                                   \
		if ((err) != NULL)                                             \
			sbuf_printf(err, __VA_ARGS__);                         \
	} while (0)

static const char *
bad(struct sbuf *err, const char *text)
{
	SAY(err, "invalid value '%.200s'", text);
	return NULL;
}

static bool
in_words(const char *const *words, const char *text)
{
	for (; words != NULL && *words != NULL; words++)
		if (strcmp(*words, text) == 0)
			return true;
	return false;
}

void
cvalue_range_text(const struct schema_type *t, struct sbuf *out)
{
	if (t == NULL || t->max == 0)
		return;
	if (t->kind == ST_U32 && t->max == UINT32_MAX && t->min == 0)
		return;
	sbuf_printf(out, "(%" PRIu64 "..%" PRIu64 ")", t->min, t->max);
}

static const char *
check_number(const struct schema_type *t, const char *text, char *buf,
	struct sbuf *err)
{
	uint64_t v = 0;
	size_t n = strlen(text);

	if (n == 0 || n > 19)
		return bad(err, text);
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)text[i]))
			return bad(err, text);
		v = v * 10 + (uint64_t)(text[i] - '0');
	}
	if (v < t->min || v > t->max) {
		SAY(err,
			"Value %s is not within range (%" PRIu64 "..%" PRIu64
			")",
			text, t->min, t->max);
		return NULL;
	}
	snprintf(buf, CVALUE_BUF, "%" PRIu64, v);
	return buf;
}

/* Text of any kind: no control characters, within the type's length. */
static const char *
check_string(const struct schema_type *t, const char *text, struct sbuf *err)
{
	size_t n = strlen(text), max = t->max ? t->max : CVALUE_MAX_LEN;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
			return bad(err, text);
	}
	if (n > max || n < t->min) {
		SAY(err,
			"length of '%.40s' is not within range (%" PRIu64
			"..%zu)",
			text, t->min, max);
		return NULL;
	}
	return text;
}

static const char *
check_name(const char *text, struct sbuf *err)
{
	size_t n = strlen(text);

	if (n == 0)
		return bad(err, text);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] <= 0x20 || text[i] == 0x7f)
			return bad(err, text);
	if (n > NAME_MAX_CHARS) {
		SAY(err, "name '%.80s' is longer than %u characters", text,
			NAME_MAX_CHARS);
		return NULL;
	}
	return text;
}

static const char *
check_hostname(const char *text, struct sbuf *err)
{
	size_t n = strlen(text);

	if (n == 0 || n > 255 || text[0] == '-' || text[0] == '.')
		return bad(err, text);
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)text[i]) &&
			strchr("-_.", text[i]) == NULL)
			return bad(err, text);
	return text;
}

static const char *
check_ip(enum ip_family family, const char *text, char *buf, struct sbuf *err)
{
	struct ip_addr a;
	char addr[IP_TEXT_MAX];

	if (!ip_addr_parse(text, &a) ||
		(family != IP_NONE && a.family != family)) {
		SAY(err, "invalid ip address: '%.80s'", text);
		return NULL;
	}
	snprintf(buf, CVALUE_BUF, "%s", ip_addr_text(&a, addr));
	return buf;
}

static const char *
check_prefix(enum ip_family family, bool network, const char *text, char *buf,
	struct sbuf *err)
{
	char prefix[IP_TEXT_MAX];
	struct ip_prefix p;

	if (!ip_prefix_parse(text, &p) ||
		(family != IP_NONE && p.addr.family != family)) {
		SAY(err, "invalid ip prefix: '%.80s'", text);
		return NULL;
	}
	if (network)
		p = ip_prefix_network(&p);
	snprintf(buf, CVALUE_BUF, "%s", ip_prefix_text(&p, prefix));
	return buf;
}

static size_t
digits(const char *text)
{
	size_t n = 0;

	while (isdigit((unsigned char)text[n]))
		n++;
	return n;
}

/* "ge-0/0/0", "ge-0/0/0:1", "lo0", "irb": the length, 0 if it is none. */
static size_t
ifd_length(const char *text)
{
	size_t n = 0, d;

	while (islower((unsigned char)text[n]))
		n++;
	if (n < 2)
		return 0;
	if (text[n] != '-')
		return n + digits(text + n);
	n++;
	for (int i = 0; i < 3; i++) {
		d = digits(text + n);
		if (d == 0 || d > 5)
			return 0;
		n += d;
		if (i < 2 && text[n++] != '/')
			return 0;
	}
	if (text[n] == ':') {
		d = digits(text + n + 1);
		n += d ? d + 1 : 0;
	}
	return n;
}

static const char *
check_interface(bool logical, const char *text, char *buf, struct sbuf *err)
{
	size_t n = ifd_length(text), d;

	if (n == 0 || n > 30)
		goto fail;
	if (text[n] == '\0' && logical) {
		/* An interface without unit means unit 0. */
		snprintf(buf, CVALUE_BUF, "%s.0", text);
		return buf;
	}
	if (text[n] == '\0')
		return text;
	d = digits(text + n + 1);
	if (!logical || text[n] != '.' || d == 0 || d > 5 ||
		text[n + 1 + d] != '\0' || atoi(text + n + 1) > 16385)
		goto fail;
	snprintf(buf, CVALUE_BUF, "%.*s.%d", (int)n, text, atoi(text + n + 1));
	return buf;
fail:
	SAY(err, "invalid interface name: '%.80s'", text);
	return NULL;
}

static const char *
check_mac(const char *text, char *buf, struct sbuf *err)
{
	if (strlen(text) != 17)
		return bad(err, text);
	for (int i = 0; i < 17; i++) {
		if (i % 3 == 2 ? text[i] != ':'
			       : !isxdigit((unsigned char)text[i]))
			return bad(err, text);
		buf[i] = (char)tolower((unsigned char)text[i]);
	}
	buf[17] = '\0';
	return buf;
}

static const char *
check_port(const char *text, char *buf, struct sbuf *err)
{
	uint16_t lo, hi;

	if (!cvalue_port_range(text, &lo, &hi))
		return bad(err, text);
	if (!isdigit((unsigned char)text[0]))
		return text;
	if (lo == hi && strchr(text, '-') == NULL)
		snprintf(buf, CVALUE_BUF, "%u", lo);
	else
		snprintf(buf, CVALUE_BUF, "%u-%u", lo, hi);
	return buf;
}

static const char *
check_protocol(const char *text, char *buf, struct sbuf *err)
{
	int p = ip_protocol_parse(text);

	if (p < 0)
		return bad(err, text);
	if (isdigit((unsigned char)text[0])) {
		snprintf(buf, CVALUE_BUF, "%d", p);
		return buf;
	}
	return text;
}

/* Families share the statement in applications: either one's names do. */
static const char *
check_icmp(bool code, const char *text, char *buf, struct sbuf *err)
{
	int v = code ? cvalue_icmp_code(text, false)
		     : cvalue_icmp_type(text, false);

	if (v < 0)
		v = code ? cvalue_icmp_code(text, true)
			 : cvalue_icmp_type(text, true);
	if (v < 0)
		return bad(err, text);
	if (isdigit((unsigned char)text[0])) {
		snprintf(buf, CVALUE_BUF, "%d", v);
		return buf;
	}
	return text;
}

static const char *
check_rib(const char *text, struct sbuf *err)
{
	static const char *const tails[] = {"inet.0", "inet6.0"};
	size_t n = strlen(text);

	for (unsigned int i = 0; i < 2 && check_name(text, NULL); i++) {
		size_t t = strlen(tails[i]);

		if (n >= t && strcmp(text + n - t, tails[i]) == 0 &&
			(n == t || (n > t + 1 && text[n - t - 1] == '.')))
			return text;
	}
	SAY(err, "invalid routing table name: '%.80s'", text);
	return NULL;
}

/* "192.0.0.11/255.0.0.255" */
static const char *
check_wildcard(const char *text, char *buf, struct sbuf *err)
{
	const char *slash = strchr(text, '/');
	char addr[IP_TEXT_MAX], ta[IP_TEXT_MAX], tm[IP_TEXT_MAX];
	struct ip_addr a, m;

	if (slash == NULL || slash - text >= (long)sizeof(addr))
		return bad(err, text);
	memcpy(addr, text, (size_t)(slash - text));
	addr[slash - text] = '\0';
	if (!ip_addr_parse(addr, &a) || !ip_addr_parse(slash + 1, &m) ||
		a.family != IP_V4 || m.family != IP_V4)
		return bad(err, text);
	snprintf(buf, CVALUE_BUF, "%s/%s", ip_addr_text(&a, ta),
		ip_addr_text(&m, tm));
	return buf;
}

/* One that matches nothing by mistake would be a hole in what is denied. */
static const char *
check_regex(const char *text, struct sbuf *err)
{
	char why[80];
	regex_t re;
	int rc = regcomp(&re, text, REG_EXTENDED | REG_NOSUB);

	if (rc == 0) {
		regfree(&re);
		return text;
	}
	regerror(rc, &re, why, sizeof(why));
	SAY(err, "invalid regular expression '%.200s': %s", text, why);
	return NULL;
}

static const char *
check_scaled(const char *text, struct sbuf *err)
{
	uint64_t v;

	return cvalue_scaled(text, &v) ? text : bad(err, text);
}

static const char *
check_nexthop(const char *text, char *buf, struct sbuf *err)
{
	if (check_ip(IP_NONE, text, buf, NULL) != NULL)
		return buf;
	if (ifd_length(text) > 0 && strpbrk(text, "-0123456789") != NULL)
		return check_interface(true, text, buf, err);
	SAY(err, "invalid ip address or interface: '%.80s'", text);
	return NULL;
}

static const char *
check_kind(const struct schema_type *t, const char *text, char *buf,
	struct sbuf *err)
{
	switch (t->kind) {
	case ST_U32:
	case ST_U64:
		return check_number(t, text, buf, err);
	case ST_NAME:
		return check_name(text, err);
	case ST_HOSTNAME:
		return check_hostname(text, err);
	case ST_IP:
		return check_ip(IP_NONE, text, buf, err);
	case ST_IP4:
		return check_ip(IP_V4, text, buf, err);
	case ST_IP6:
		return check_ip(IP_V6, text, buf, err);
	case ST_PREFIX:
	case ST_NET:
		return check_prefix(IP_NONE, t->kind == ST_NET, text, buf, err);
	case ST_PREFIX4:
	case ST_NET4:
		return check_prefix(IP_V4, t->kind == ST_NET4, text, buf, err);
	case ST_PREFIX6:
	case ST_NET6:
		return check_prefix(IP_V6, t->kind == ST_NET6, text, buf, err);
	case ST_IFD:
	case ST_IFL:
		return check_interface(t->kind == ST_IFL, text, buf, err);
	case ST_MAC:
		return check_mac(text, buf, err);
	case ST_PORT:
		return check_port(text, buf, err);
	case ST_PROTOCOL:
		return check_protocol(text, buf, err);
	case ST_NEXTHOP:
		return check_nexthop(text, buf, err);
	case ST_ICMPTYPE:
	case ST_ICMPCODE:
		return check_icmp(t->kind == ST_ICMPCODE, text, buf, err);
	case ST_RIB:
		return check_rib(text, err);
	case ST_SCALED:
		return check_scaled(text, err);
	case ST_WILDCARD:
		return check_wildcard(text, buf, err);
	case ST_REGEX:
		return check_regex(text, err);
	case ST_ENUM:
		return bad(err, text);
	case ST_WORD:
		return text[0] ? check_string(t, text, err) : bad(err, text);
	case ST_STRING:
	case ST_TIME:
	case ST_DATE:
	case ST_MASKLEN:
		return check_string(t, text, err);
	}
	return bad(err, text);
}

const char *
cvalue_check(const struct schema_type *t, const char *text,
	char buf[CVALUE_BUF], struct sbuf *err)
{
	if (in_words(t->words, text))
		return text;
	return check_kind(t, text, buf, err);
}
