/* SPDX-License-Identifier: Apache-2.0 */
/* Names that stand for numbers in port and ICMP conditions. */
#include "config/cvalue.h"

#include <stdlib.h>
#include <string.h>

struct named {
	const char *name;
	uint16_t number;
};

/* IANA port numbers under the names that Junos uses. */
static const struct named ports[] = {
	{"afs", 1483},
	{"bgp", 179},
	{"biff", 512},
	{"bootpc", 68},
	{"bootps", 67},
	{"cmd", 514},
	{"cvspserver", 2401},
	{"dhcp", 67},
	{"domain", 53},
	{"eklogin", 2105},
	{"ekshell", 2106},
	{"exec", 512},
	{"finger", 79},
	{"ftp", 21},
	{"ftp-data", 20},
	{"http", 80},
	{"https", 443},
	{"ident", 113},
	{"imap", 143},
	{"kerberos-sec", 88},
	{"klogin", 543},
	{"kpasswd", 761},
	{"krb-prop", 754},
	{"krbupdate", 760},
	{"kshell", 544},
	{"ldap", 389},
	{"ldp", 646},
	{"login", 513},
	{"mobileip-agent", 434},
	{"mobilip-mn", 435},
	{"msdp", 639},
	{"netbios-dgm", 138},
	{"netbios-ns", 137},
	{"netbios-ssn", 139},
	{"nfsd", 2049},
	{"nntp", 119},
	{"ntalk", 518},
	{"ntp", 123},
	{"pop3", 110},
	{"pptp", 1723},
	{"printer", 515},
	{"radacct", 1813},
	{"radius", 1812},
	{"rip", 520},
	{"rkinit", 2108},
	{"smtp", 25},
	{"snmp", 161},
	{"snmptrap", 162},
	{"snpp", 444},
	{"socks", 1080},
	{"ssh", 22},
	{"sunrpc", 111},
	{"syslog", 514},
	{"tacacs", 49},
	{"tacacs-ds", 65},
	{"talk", 517},
	{"telnet", 23},
	{"tftp", 69},
	{"timed", 525},
	{"who", 513},
	{"xdmcp", 177},
	{"zephyr-clt", 2103},
	{"zephyr-hm", 2104},
};

/* RFC 792 and its extensions. */
static const struct named icmp4_types[] = {
	{"echo-reply", 0},
	{"unreachable", 3},
	{"source-quench", 4},
	{"redirect", 5},
	{"echo-request", 8},
	{"router-advertisement", 9},
	{"router-solicit", 10},
	{"time-exceeded", 11},
	{"parameter-problem", 12},
	{"timestamp", 13},
	{"timestamp-reply", 14},
	{"info-request", 15},
	{"info-reply", 16},
	{"mask-request", 17},
	{"mask-reply", 18},
};

/* RFC 4443, RFC 4861, RFC 2710. */
static const struct named icmp6_types[] = {
	{"destination-unreachable", 1},
	{"packet-too-big", 2},
	{"time-exceeded", 3},
	{"parameter-problem", 4},
	{"echo-request", 128},
	{"echo-reply", 129},
	{"membership-query", 130},
	{"membership-report", 131},
	{"membership-termination", 132},
	{"router-solicit", 133},
	{"router-advertisement", 134},
	{"neighbor-solicit", 135},
	{"neighbor-advertisement", 136},
	{"redirect", 137},
	{"router-renumbering", 138},
	{"node-information-request", 139},
	{"node-information-reply", 140},
	{"home-agent-address-discovery-request", 144},
	{"home-agent-address-discovery-reply", 145},
	{"mobile-prefix-solicitation", 146},
	{"mobile-prefix-advertisement-reply", 147},
	{"certificate-path-solicitation", 148},
	{"certificate-path-advertisement", 149},
	{"inverse-neighbor-discovery-advertisement", 142},
	{"inverse-neighbor-discovery-solicitation", 141},
	{"private-experimentation-201", 201},
	{"private-experimentation-200", 200},
	{"private-experimentation-101", 101},
	{"private-experimentation-100", 100},
};

static const struct named icmp4_codes[] = {
	{"network-unreachable", 0},
	{"host-unreachable", 1},
	{"protocol-unreachable", 2},
	{"port-unreachable", 3},
	{"fragmentation-needed", 4},
	{"source-route-failed", 5},
	{"destination-network-unknown", 6},
	{"destination-host-unknown", 7},
	{"source-host-isolated", 8},
	{"destination-network-prohibited", 9},
	{"destination-host-prohibited", 10},
	{"network-unreachable-for-tos", 11},
	{"host-unreachable-for-tos", 12},
	{"communication-prohibited-by-filtering", 13},
	{"host-precedence-violation", 14},
	{"precedence-cutoff-in-effect", 15},
	{"redirect-for-network", 0},
	{"redirect-for-host", 1},
	{"redirect-for-tos-and-net", 2},
	{"redirect-for-tos-and-host", 3},
	{"ttl-eq-zero-during-transit", 0},
	{"ttl-eq-zero-during-reassembly", 1},
	{"ip-header-bad", 0},
	{"required-option-missing", 1},
};

static const struct named icmp6_codes[] = {
	{"no-route-to-destination", 0},
	{"administratively-prohibited", 1},
	{"beyond-scope", 2},
	{"address-unreachable", 3},
	{"port-unreachable", 4},
	{"ttl-eq-zero-during-transit", 0},
	{"ttl-eq-zero-during-reassembly", 1},
	{"ip6-header-bad", 0},
	{"unrecognized-next-header", 1},
	{"unrecognized-option", 2},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
lookup(const struct named *table, size_t n, const char *text, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(table[i].name, text, len) == 0 &&
			table[i].name[len] == '\0')
			return table[i].number;
	return -1;
}

/* Digits only, up to max; -1 otherwise. */
static int
number(const char *text, size_t len, unsigned int max)
{
	unsigned int v = 0;

	if (len == 0 || len > 5)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		v = v * 10 + (unsigned int)(text[i] - '0');
	}
	return v <= max ? (int)v : -1;
}

static int
word_or_number(const struct named *table, size_t n, const char *text,
	size_t len, unsigned int max)
{
	int v = lookup(table, n, text, len);

	return v >= 0 ? v : number(text, len, max);
}

static int
port(const char *text, size_t len)
{
	return word_or_number(ports, COUNT(ports), text, len, 65535);
}

bool
cvalue_port_range(const char *text, uint16_t *lo, uint16_t *hi)
{
	size_t len = strlen(text);
	int a = port(text, len), b = a;

	/* A word may itself contain the hyphen: try each one. */
	for (size_t i = 1; a < 0 && i + 1 < len; i++) {
		if (text[i] != '-')
			continue;
		a = port(text, i);
		b = port(text + i + 1, len - i - 1);
		if (b < 0)
			a = -1;
	}
	if (a < 0 || b < a)
		return false;
	*lo = (uint16_t)a;
	*hi = (uint16_t)b;
	return true;
}

int
cvalue_icmp_type(const char *text, bool v6)
{
	size_t len = strlen(text);

	return v6 ? word_or_number(
			    icmp6_types, COUNT(icmp6_types), text, len, 255)
		  : word_or_number(
			    icmp4_types, COUNT(icmp4_types), text, len, 255);
}

int
cvalue_icmp_code(const char *text, bool v6)
{
	size_t len = strlen(text);

	return v6 ? word_or_number(
			    icmp6_codes, COUNT(icmp6_codes), text, len, 255)
		  : word_or_number(
			    icmp4_codes, COUNT(icmp4_codes), text, len, 255);
}

bool
cvalue_scaled(const char *text, uint64_t *ret)
{
	uint64_t scale = 1, v = 0;
	size_t n = 0;

	for (; text[n] >= '0' && text[n] <= '9' && n < 18; n++)
		v = v * 10 + (uint64_t)(text[n] - '0');
	if (n == 0)
		return false;
	switch (text[n]) {
	case 'k':
		scale = 1000, n++;
		break;
	case 'm':
		scale = 1000000, n++;
		break;
	case 'g':
		scale = 1000000000, n++;
		break;
	default:
		break;
	}
	if (text[n] != '\0' || v > UINT64_MAX / scale)
		return false;
	*ret = v * scale;
	return true;
}
