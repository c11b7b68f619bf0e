/* SPDX-License-Identifier: Apache-2.0 */
#include "host/dns_msg.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "pkt/bytes.h"

#define HEADER_LEN    12u
#define CLASS_IN      1u
#define TYPE_CNAME    5u
#define TYPE_OPT      41u
#define LABEL_MAX     63u
#define JUMPS_MAX     64u
#define CNAMES_MAX    8u
#define RECORDS_MAX   512u
#define FLAG_RESPONSE 0x8000u
#define FLAG_TC       0x0200u
#define FLAG_RD       0x0100u
#define TTL_MAX       604800u /* a week; RFC 8767 4 */

/* ---- questions ---- */

/* Without the dot at the end. */
static size_t
name_len(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && name[n - 1] == '.' ? n - 1 : n;
}

/* The labels of name behind out; bytes used, 0 when it is no name. */
static size_t
put_name(uint8_t *out, const char *name)
{
	size_t at = 0, total = name_len(name);

	if (total == 0 || total > 253)
		return 0;
	while (total > 0) {
		const char *dot = memchr(name, '.', total);
		size_t n = dot != NULL ? (size_t)(dot - name) : total;

		if (n == 0 || n > LABEL_MAX || (dot != NULL && n + 1 == total))
			return 0;
		out[at++] = (uint8_t)n;
		memcpy(out + at, name, n);
		at += n;
		n += dot != NULL;
		name += n;
		total -= n;
	}
	out[at++] = 0;
	return at;
}

size_t
dns_query_build(uint8_t out[DNS_QUERY_SIZE], uint16_t id, const char *name,
	enum dns_type type)
{
	size_t n;

	memset(out, 0, DNS_QUERY_SIZE);
	store16(out, id);
	store16(out + 2, FLAG_RD);
	store16(out + 4, 1);
	store16(out + 10, 1); /* EDNS: how long an answer may be */
	n = put_name(out + HEADER_LEN, name);
	if (n == 0)
		return 0;
	n += HEADER_LEN;
	store16(out + n, (uint16_t)type);
	store16(out + n + 2, CLASS_IN);
	n += 4;
	store16(out + n + 1, TYPE_OPT);
	store16(out + n + 3, DNS_UDP_SIZE);
	return n + 11;
}

/* ---- answers ---- */

struct reader {
	const uint8_t *data;
	size_t len, at;
	bool bad;
};

static uint16_t
take16(struct reader *r)
{
	uint16_t v;

	if (r->bad || r->len - r->at < 2) {
		r->bad = true;
		return 0;
	}
	v = load16(r->data + r->at);
	r->at += 2;
	return v;
}

static uint32_t
take32(struct reader *r)
{
	uint32_t hi = take16(r);

	return hi << 16 | take16(r);
}

/* A name as text, without the dot at its end. Pointers only go back, so this
 * ends (RFC 1035 4.1.4). */
static void
take_name(struct reader *r, char out[DNS_NAME_SIZE])
{
	size_t at = r->at, n = 0, behind = 0, limit = r->at;

	for (unsigned int jumps = 0; !r->bad && jumps < JUMPS_MAX;) {
		uint8_t len = at < r->len ? r->data[at] : 0xff;

		if (at >= r->len || (len > LABEL_MAX && len < 0xc0))
			break;
		if (len == 0) {
			r->at = behind != 0 ? behind : at + 1;
			out[n > 0 ? n - 1 : 0] = '\0';
			return;
		}
		if (len >= 0xc0) {
			size_t to;

			if (at + 1 >= r->len)
				break;
			to = (size_t)(len & 0x3f) << 8 | r->data[at + 1];
			if (to >= limit)
				break;
			if (behind == 0)
				behind = at + 2;
			at = limit = to;
			jumps++;
			continue;
		}
		if (at + 1 + len > r->len || n + len + 1 >= DNS_NAME_SIZE)
			break;
		memcpy(out + n, r->data + at + 1, len);
		/* a dot or NUL in a label must not look like another name */
		for (size_t i = n; i < n + len; i++)
			if (out[i] == '.' || out[i] == '\0')
				out[i] = '?';
		n += len;
		out[n++] = '.';
		at += 1u + len;
	}
	r->bad = true;
	out[0] = '\0';
}

struct record {
	char owner[DNS_NAME_SIZE];
	uint16_t type, class, rdlen;
	uint32_t ttl;
	size_t rdata;
};

static bool
take_record(struct reader *r, struct record *rec)
{
	take_name(r, rec->owner);
	rec->type = take16(r);
	rec->class = take16(r);
	rec->ttl = take32(r);
	rec->rdlen = take16(r);
	rec->rdata = r->at;
	if (r->bad || r->len - r->at < rec->rdlen) {
		r->bad = true;
		return false;
	}
	r->at += rec->rdlen;
	if (rec->ttl & 0x80000000u) /* RFC 2181 8 */
		rec->ttl = 0;
	return true;
}

static void
add_addr(const struct reader *r, const struct record *rec, enum dns_type type,
	struct dns_answer *ret)
{
	struct ip_addr *a = &ret->addrs[ret->n];
	unsigned int size = type == DNS_A ? 4 : 16;

	if (rec->rdlen != size || ret->n == DNS_ADDRS_MAX)
		return;
	memset(a, 0, sizeof(*a));
	a->family = type == DNS_A ? IP_V4 : IP_V6;
	memcpy(a->b, r->data + rec->rdata, size);
	ret->n++;
}

/*
 * One walk through the answers for this name: its addresses, or the name that
 * it is another one for. true: name is a new one, walk again.
 */
static bool
walk(struct reader *r, unsigned int count, char name[DNS_NAME_SIZE],
	enum dns_type type, uint32_t *ttl, struct dns_answer *ret)
{
	struct record rec;
	bool again = false;

	for (unsigned int i = 0; i < count && take_record(r, &rec); i++) {
		if (rec.class != CLASS_IN || strcasecmp(rec.owner, name) != 0)
			continue;
		if (rec.type != type && rec.type != TYPE_CNAME)
			continue;
		if (rec.ttl < *ttl)
			*ttl = rec.ttl;
		if (rec.type == type) {
			add_addr(r, &rec, type, ret);
		} else if (!again && ret->n == 0) {
			struct reader in = {r->data, r->len, rec.rdata, false};

			take_name(&in, name);
			r->bad |= in.bad;
			again = true;
		}
	}
	return again && !r->bad && ret->n == 0;
}

static bool
question_is(struct reader *r, const char *name, enum dns_type type)
{
	char asked[DNS_NAME_SIZE];
	size_t n = name_len(name);

	take_name(r, asked);
	return take16(r) == type && take16(r) == CLASS_IN && !r->bad &&
	       strlen(asked) == n && strncasecmp(asked, name, n) == 0;
}

bool
dns_answer_parse(const uint8_t *data, size_t len, uint16_t id, const char *name,
	enum dns_type type, struct dns_answer *ret)
{
	struct reader r = {.data = data, .len = len};
	uint16_t got = take16(&r), flags = take16(&r);
	uint16_t questions = take16(&r), answers = take16(&r);
	uint32_t ttl = TTL_MAX;
	char now[DNS_NAME_SIZE];
	size_t first;

	memset(ret, 0, sizeof(*ret));
	take32(&r);
	if (r.bad || got != id || !(flags & FLAG_RESPONSE) ||
		(flags >> 11 & 15) != 0 || questions != 1 ||
		!question_is(&r, name, type))
		return false;
	ret->rcode = flags & 15;
	ret->truncated = (flags & FLAG_TC) != 0;
	first = r.at;
	snprintf(now, sizeof(now), "%.*s", (int)name_len(name), name);
	for (unsigned int i = 0; i < CNAMES_MAX; i++) {
		r.at = first;
		if (!walk(&r, answers < RECORDS_MAX ? answers : RECORDS_MAX,
			    now, type, &ttl, ret))
			break;
	}
	/* A cut answer ends in the middle of a record: take what is whole. */
	if (r.bad && !ret->truncated)
		return false;
	ret->ttl = ret->n > 0 ? ttl : 0;
	return true;
}
