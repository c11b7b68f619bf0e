/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of match_values.h. */
#include "compile/match_values.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct word {
	const char *text;
	uint16_t value;
};

#define WORDS(t) (t), sizeof(t) / sizeof((t)[0])

static const struct word port_words[] = {
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

static const struct word icmp_types[] = {
	{"echo-reply", 0},
	{"echo-request", 8},
	{"info-reply", 16},
	{"info-request", 15},
	{"mask-reply", 18},
	{"mask-request", 17},
	{"parameter-problem", 12},
	{"redirect", 5},
	{"router-advertisement", 9},
	{"router-solicit", 10},
	{"source-quench", 4},
	{"time-exceeded", 11},
	{"timestamp", 13},
	{"timestamp-reply", 14},
	{"unreachable", 3},
};

static const struct word icmp6_types[] = {
	{"certificate-path-advertisement", 149},
	{"certificate-path-solicitation", 148},
	{"destination-unreachable", 1},
	{"echo-reply", 129},
	{"echo-request", 128},
	{"home-agent-address-discovery-reply", 145},
	{"home-agent-address-discovery-request", 144},
	{"inverse-neighbor-discovery-advertisement", 142},
	{"inverse-neighbor-discovery-solicitation", 141},
	{"membership-query", 130},
	{"membership-report", 131},
	{"membership-termination", 132},
	{"mobile-prefix-advertisement-reply", 147},
	{"mobile-prefix-solicitation", 146},
	{"neighbor-advertisement", 136},
	{"neighbor-solicit", 135},
	{"node-information-reply", 140},
	{"node-information-request", 139},
	{"packet-too-big", 2},
	{"parameter-problem", 4},
	{"private-experimentation-100", 100},
	{"private-experimentation-101", 101},
	{"private-experimentation-200", 200},
	{"private-experimentation-201", 201},
	{"redirect", 137},
	{"router-advertisement", 134},
	{"router-renumbering", 138},
	{"router-solicit", 133},
	{"time-exceeded", 3},
};

static const struct word icmp_codes[] = {
	{"communication-prohibited-by-filtering", 13},
	{"destination-host-prohibited", 10},
	{"destination-host-unknown", 7},
	{"destination-network-prohibited", 9},
	{"destination-network-unknown", 6},
	{"fragmentation-needed", 4},
	{"host-precedence-violation", 14},
	{"host-unreachable", 1},
	{"host-unreachable-for-tos", 12},
	{"ip-header-bad", 0},
	{"network-unreachable", 0},
	{"network-unreachable-for-tos", 11},
	{"port-unreachable", 3},
	{"precedence-cutoff-in-effect", 15},
	{"protocol-unreachable", 2},
	{"redirect-for-host", 1},
	{"redirect-for-network", 0},
	{"redirect-for-tos-and-host", 3},
	{"redirect-for-tos-and-net", 2},
	{"required-option-missing", 1},
	{"source-host-isolated", 8},
	{"source-route-failed", 5},
	{"ttl-eq-zero-during-reassembly", 1},
	{"ttl-eq-zero-during-transit", 0},
};

static const struct word icmp6_codes[] = {
	{"address-unreachable", 3},
	{"administratively-prohibited", 1},
	{"ip6-header-bad", 0},
	{"no-route-to-destination", 0},
	{"port-unreachable", 4},
	{"ttl-eq-zero-during-reassembly", 1},
	{"ttl-eq-zero-during-transit", 0},
	{"unrecognized-next-header", 1},
	{"unrecognized-option", 2},
};

static const struct word tcp_words[] = {
	{"fin", 1},
	{"syn", 2},
	{"rst", 4},
	{"push", 8},
	{"ack", 16},
	{"urgent", 32},
};

static const struct word reject_words[] = {
	{"network-unreachable", 0},
	{"host-unreachable", 1},
	{"protocol-unreachable", 2},
	{"port-unreachable", 3},
	{"fragmentation-needed", 4},
	{"source-route-failed", 5},
	{"network-unknown", 6},
	{"host-unknown", 7},
	{"source-host-isolated", 8},
	{"network-prohibited", 9},
	{"host-prohibited", 10},
	{"bad-network-tos", 11},
	{"bad-host-tos", 12},
	{"administratively-prohibited", 13},
	{"precedence-violation", 14},
	{"precedence-cutoff", 15},
	{"tcp-reset", 13},
};

static const struct word reject6_words[] = {
	{"no-route", 0},
	{"administratively-prohibited", 1},
	{"beyond-scope", 2},
	{"address-unreachable", 3},
	{"port-unreachable", 4},
	{"policy-fail", 5},
	{"reject-route", 6},
	{"tcp-reset", 1},
};

static int
word_value(const struct word *words, size_t n, const char *text, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(words[i].text, text, len) == 0 &&
			words[i].text[len] == '\0')
			return words[i].value;
	return -1;
}

/* Digits or a word; -1 if neither, or over max. */
static int
number_or_word(const char *text, size_t len, long max, const struct word *words,
	size_t n)
{
	char *end;
	long v;

	if (len == 0)
		return -1;
	if (!isdigit((unsigned char)text[0]))
		return word_value(words, n, text, len);
	v = strtol(text, &end, 0);
	return end == text + len && v <= max ? (int)v : -1;
}

static bool
port_range(const char *text, size_t len, uint16_t *ret_lo, uint16_t *ret_hi)
{
	/* A word may itself contain the hyphen: try each one. */
	for (size_t i = 1; i + 1 < len; i++) {
		int lo, hi;

		if (text[i] != '-')
			continue;
		lo = number_or_word(text, i, UINT16_MAX, WORDS(port_words));
		hi = number_or_word(text + i + 1, len - i - 1, UINT16_MAX,
			WORDS(port_words));
		if (lo < 0 || hi < lo)
			continue;
		*ret_lo = (uint16_t)lo;
		*ret_hi = (uint16_t)hi;
		return true;
	}
	return false;
}

bool
match_port(const char *text, uint16_t *ret_lo, uint16_t *ret_hi)
{
	size_t len = strlen(text);
	int v = number_or_word(text, len, UINT16_MAX, WORDS(port_words));

	if (v < 0)
		return port_range(text, len, ret_lo, ret_hi);
	*ret_lo = *ret_hi = (uint16_t)v;
	return true;
}

int
match_icmp_type(const char *text, enum ip_family family)
{
	if (family == IP_V6)
		return number_or_word(
			text, strlen(text), UINT8_MAX, WORDS(icmp6_types));
	return number_or_word(text, strlen(text), UINT8_MAX, WORDS(icmp_types));
}

int
match_icmp_code(const char *text, enum ip_family family)
{
	if (family == IP_V6)
		return number_or_word(
			text, strlen(text), UINT8_MAX, WORDS(icmp6_codes));
	return number_or_word(text, strlen(text), UINT8_MAX, WORDS(icmp_codes));
}

int
match_reject_code(const char *text, enum ip_family family)
{
	if (text == NULL || text[0] == '\0')
		text = "administratively-prohibited";
	if (family == IP_V6)
		return word_value(WORDS(reject6_words), text, strlen(text));
	return word_value(WORDS(reject_words), text, strlen(text));
}

/*
 * TCP flags: or := and {("|" | ",") and}, and := not {("&" | "+") not},
 * not := ["!"] ("(" or ")" | word | number). The value of an expression is
 * the set of flag bytes that satisfy it, so the operators are those of bits.
 */
struct flags_text {
	const char *at;
	unsigned int depth;
	bool ok;
};

static uint64_t flags_or(struct flags_text *t);

static void
skip_space(struct flags_text *t)
{
	while (isspace((unsigned char)*t->at))
		t->at++;
}

static bool
next_is(struct flags_text *t, const char *chars)
{
	skip_space(t);
	if (*t->at == '\0' || strchr(chars, *t->at) == NULL)
		return false;
	t->at++;
	return true;
}

/* All flag bytes that contain every bit of mask. */
static uint64_t
flags_with(unsigned int mask)
{
	uint64_t set = 0;

	for (unsigned int i = 0; i < 64; i++)
		if ((i & mask) == mask)
			set |= UINT64_C(1) << i;
	return set;
}

static uint64_t
flags_word(struct flags_text *t)
{
	size_t len = 0;
	int v;

	skip_space(t);
	while (isalnum((unsigned char)t->at[len]))
		len++;
	v = number_or_word(t->at, len, 63, WORDS(tcp_words));
	t->at += len;
	t->ok &= v >= 0;
	return v >= 0 ? flags_with((unsigned int)v) : 0;
}

static uint64_t
flags_not(struct flags_text *t)
{
	bool invert = false;
	uint64_t set;

	while (next_is(t, "!"))
		invert = !invert;
	if (next_is(t, "(")) {
		if (++t->depth > 16) {
			t->ok = false;
			return 0;
		}
		set = flags_or(t);
		t->depth--;
		t->ok &= next_is(t, ")");
	} else {
		set = flags_word(t);
	}
	return invert ? ~set : set;
}

static uint64_t
flags_and(struct flags_text *t)
{
	uint64_t set = flags_not(t);

	while (t->ok && next_is(t, "&+"))
		set &= flags_not(t);
	return set;
}

static uint64_t
flags_or(struct flags_text *t)
{
	uint64_t set = flags_and(t);

	while (t->ok && next_is(t, "|,"))
		set |= flags_and(t);
	return set;
}

bool
match_tcp_flags(const char *text, uint64_t *ret)
{
	struct flags_text t = {.at = text, .ok = true};
	uint64_t set = flags_or(&t);

	skip_space(&t);
	if (!t.ok || *t.at != '\0')
		return false;
	*ret = set;
	return true;
}
