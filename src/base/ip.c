/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ip.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {
	{IPP_ICMP, "icmp"},
	{IPP_IGMP, "igmp"},
	{IPP_IPIP, "ipip"},
	{IPP_TCP, "tcp"},
	{IPP_EGP, "egp"},
	{IPP_UDP, "udp"},
	{IPP_RSVP, "rsvp"},
	{IPP_GRE, "gre"},
	{IPP_ESP, "esp"},
	{IPP_AH, "ah"},
	{IPP_ICMP6, "icmp6"},
	{IPP_OSPF, "ospf"},
	{IPP_PIM, "pim"},
	{IPP_SCTP, "sctp"},
};

unsigned int
ip_family_bits(enum ip_family family)
{
	return family == IP_V4 ? 32 : family == IP_V6 ? 128 : 0;
}

bool
ip_addr_parse(const char *text, struct ip_addr *ret)
{
	struct ip_addr a = {.family = IP_V4};

	if (inet_pton(AF_INET, text, a.b) == 1) {
		*ret = a;
		return true;
	}
	a.family = IP_V6;
	if (inet_pton(AF_INET6, text, a.b) == 1) {
		*ret = a;
		return true;
	}
	return false;
}

/* "10", "10.1" and "10.1.2" as Junos takes them before a length. */
static bool
parse_short_v4(const char *text, struct ip_addr *ret)
{
	char full[IP_TEXT_MAX];
	size_t dots = 0, n = strlen(text);

	if (n == 0 || n > 15 || strspn(text, "0123456789.") != n)
		return false;
	for (size_t i = 0; i < n; i++)
		dots += text[i] == '.';
	if (dots > 2)
		return false;
	snprintf(full, sizeof(full), "%s%s", text, &".0.0.0"[dots * 2]);
	return ip_addr_parse(full, ret);
}

bool
ip_prefix_parse(const char *text, struct ip_prefix *ret)
{
	struct ip_prefix p;
	char addr[IP_TEXT_MAX];
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	char *end;
	unsigned long len;

	memset(&p, 0, sizeof(p));
	if (n >= sizeof(addr))
		return false;
	memcpy(addr, text, n);
	addr[n] = '\0';
	if (!ip_addr_parse(addr, &p.addr) &&
		!(slash != NULL && parse_short_v4(addr, &p.addr)))
		return false;
	p.len = (uint8_t)ip_family_bits(p.addr.family);
	if (slash != NULL) {
		if (slash[1] < '0' || slash[1] > '9')
			return false;
		len = strtoul(slash + 1, &end, 10);
		if (*end != '\0' || len > p.len)
			return false;
		p.len = (uint8_t)len;
	}
	*ret = p;
	return true;
}

const char *
ip_addr_text(const struct ip_addr *a, char buf[IP_TEXT_MAX])
{
	if (a->family == IP_V4 || a->family == IP_V6)
		inet_ntop(a->family == IP_V4 ? AF_INET : AF_INET6, a->b, buf,
			IP_TEXT_MAX);
	else
		snprintf(buf, IP_TEXT_MAX, "none");
	return buf;
}

const char *
ip_prefix_text(const struct ip_prefix *p, char buf[IP_TEXT_MAX])
{
	size_t n;

	ip_addr_text(&p->addr, buf);
	n = strlen(buf);
	snprintf(buf + n, IP_TEXT_MAX - n, "/%u", p->len);
	return buf;
}

int
ip_addr_cmp(const struct ip_addr *a, const struct ip_addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	for (unsigned int i = 0; i < 2; i++)
		if (a->q[i] != b->q[i])
			return be64toh(a->q[i]) < be64toh(b->q[i]) ? -1 : 1;
	return 0;
}

int
ip_prefix_cmp(const struct ip_prefix *a, const struct ip_prefix *b)
{
	int c = ip_addr_cmp(&a->addr, &b->addr);

	return c != 0 ? c : (int)a->len - (int)b->len;
}

/* The mask byte i of a prefix of len bits. */
static uint8_t
mask_byte(unsigned int len, unsigned int i)
{
	if (len >= (i + 1) * 8)
		return 0xff;
	if (len <= i * 8)
		return 0;
	return (uint8_t)(0xff00u >> (len - i * 8));
}

struct ip_prefix
ip_prefix_network(const struct ip_prefix *p)
{
	struct ip_prefix n = *p;

	for (unsigned int i = 0; i < 16; i++)
		n.addr.b[i] &= mask_byte(p->len, i);
	return n;
}

struct ip_addr
ip_prefix_last(const struct ip_prefix *p)
{
	struct ip_addr a = p->addr;
	unsigned int bytes = ip_family_bits(a.family) / 8;

	for (unsigned int i = 0; i < bytes; i++)
		a.b[i] |= (uint8_t)~mask_byte(p->len, i);
	return a;
}

bool
ip_prefix_covers(const struct ip_prefix *p, const struct ip_addr *a)
{
	if (p->addr.family != a->family)
		return false;
	for (unsigned int i = 0; i * 8 < p->len; i++)
		if (((p->addr.b[i] ^ a->b[i]) & mask_byte(p->len, i)) != 0)
			return false;
	return true;
}

bool
ip_prefix_contains(const struct ip_prefix *outer, const struct ip_prefix *inner)
{
	return inner->len >= outer->len &&
	       ip_prefix_covers(outer, &inner->addr);
}

bool
ip_addr_is_unspecified(const struct ip_addr *a)
{
	return (a->q[0] | a->q[1]) == 0;
}

bool
ip_addr_is_loopback(const struct ip_addr *a)
{
	static const uint8_t one[16] = {[15] = 1};

	return a->family == IP_V4 ? a->b[0] == 127
				  : memcmp(a->b, one, sizeof(one)) == 0;
}

const char *
ip_protocol_name(uint8_t protocol)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (protocols[i].number == protocol)
			return protocols[i].name;
	return NULL;
}

int
ip_protocol_parse(const char *text)
{
	char *end;
	unsigned long n;

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(protocols[i].name, text) == 0)
			return protocols[i].number;
	if (text[0] < '0' || text[0] > '9')
		return -1;
	n = strtoul(text, &end, 10);
	return *end == '\0' && n <= 255 ? (int)n : -1;
}
