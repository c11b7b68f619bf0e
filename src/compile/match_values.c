/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of match_values.h. */
#include "compile/match_values.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config/cvalue.h"

struct word {
	const char *text;
	uint16_t value;
};

#define WORDS(t) (t), sizeof(t) / sizeof((t)[0])

static const struct word tcp_words[] = {
	{"fin", 1},
	{"syn", 2},
	{"rst", 4},
	{"push", 8},
	{"ack", 16},
	{"urgent", 32},
};

static const struct word fragment_words[] = {
	{"more-fragments", 1},
	{"dont-fragment", 2},
	{"reserved", 4},
};

/* RFC 2474, 2597, 3246, 5865 */
static const struct word dscp_words[] = {
	{"be", 0},
	{"cs0", 0},
	{"cs1", 8},
	{"af11", 10},
	{"af12", 12},
	{"af13", 14},
	{"cs2", 16},
	{"af21", 18},
	{"af22", 20},
	{"af23", 22},
	{"cs3", 24},
	{"af31", 26},
	{"af32", 28},
	{"af33", 30},
	{"cs4", 32},
	{"af41", 34},
	{"af42", 36},
	{"af43", 38},
	{"cs5", 40},
	{"ef", 46},
	{"cs6", 48},
	{"nc1", 48},
	{"cs7", 56},
	{"nc2", 56},
};

/* RFC 791 3.1 */
static const struct word precedence_words[] = {
	{"routine", 0},
	{"priority", 1},
	{"immediate", 2},
	{"flash", 3},
	{"flash-override", 4},
	{"critical-ecp", 5},
	{"internet-control", 6},
	{"net-control", 7},
};

static const struct word option_words[] = {
	{"any", 256},
	{"record-route", 7},
	{"timestamp", 68},
	{"security", 130},
	{"loose-source-route", 131},
	{"stream-id", 136},
	{"strict-source-route", 137},
	{"router-alert", 148},
};

static const struct word extension_words[] = {
	{"hop-by-hop", 0},
	{"routing", 43},
	{"fragment", 44},
	{"esp", 50},
	{"ah", 51},
	{"dstopts", 60},
	{"mobility", 135},
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

int
match_icmp_type(const char *text, enum ip_family family)
{
	return cvalue_icmp_type(text, family == IP_V6);
}

int
match_icmp_code(const char *text, enum ip_family family)
{
	return cvalue_icmp_code(text, family == IP_V6);
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
	const struct word *words;
	size_t nwords;
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
	while (isalnum((unsigned char)t->at[len]) || t->at[len] == '-')
		len++;
	v = number_or_word(t->at, len, 63, t->words, t->nwords);
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

static bool
flags_text(const char *text, const struct word *words, size_t n, uint64_t *ret)
{
	struct flags_text t = {
		.at = text, .words = words, .nwords = n, .ok = true};
	uint64_t set = flags_or(&t);

	skip_space(&t);
	if (!t.ok || *t.at != '\0')
		return false;
	*ret = set;
	return true;
}

bool
match_tcp_flags(const char *text, uint64_t *ret)
{
	return flags_text(text, WORDS(tcp_words), ret);
}

bool
match_fragment_flags(const char *text, uint64_t *ret)
{
	return flags_text(text, WORDS(fragment_words), ret);
}

int
match_dscp(const char *text)
{
	return number_or_word(text, strlen(text), 63, WORDS(dscp_words));
}

int
match_precedence(const char *text)
{
	return number_or_word(text, strlen(text), 7, WORDS(precedence_words));
}

int
match_ip_option(const char *text)
{
	return number_or_word(text, strlen(text), 255, WORDS(option_words));
}

int
match_extension_header(const char *text)
{
	return number_or_word(text, strlen(text), 255, WORDS(extension_words));
}
