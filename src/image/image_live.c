/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schedulers and names; the contract is in image_live.h.
 *
 * What Junos does [FL-70]: a scheduler is in force inside its date windows (any
 * time when it has none), at the times of the weekday; a day without a
 * statement of its own has that of `daily`. With dates alone it is in force all
 * day; with some days alone the others are out.
 */
#include "image/image_live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY 86400

/* ---- schedulers ---- */

/* Local time as if it were UTC. */
static int64_t
civil(int64_t now, struct tm *tm)
{
	time_t t = (time_t)now;

	if (localtime_r(&t, tm) == NULL)
		memset(tm, 0, sizeof(*tm));
	return (int64_t)timegm(tm);
}

/* The second of the year that a yearly window means, in the year of tm. */
static int64_t
in_year(int64_t when, int year)
{
	time_t t = (time_t)when;
	struct tm tm;

	gmtime_r(&t, &tm);
	tm.tm_year = year;
	return (int64_t)timegm(&tm);
}

static bool
date_holds(const struct date_window *w, int64_t now, const struct tm *tm)
{
	int64_t from, to;

	if (!w->yearly)
		return now >= w->from && now < w->to;
	from = in_year(w->from, tm->tm_year);
	to = in_year(w->to, tm->tm_year);
	/* "12-24.00:00 to 01-07.00:00" goes over the end of the year */
	return from < to ? now >= from && now < to : now >= from || now < to;
}

static bool
day_holds(const struct day_spec *d, uint32_t second)
{
	if (d->exclude)
		return false;
	if (d->all_day || d->n == 0)
		return true;
	for (uint32_t i = 0; i < d->n; i++)
		if (second >= d->windows[i].from && second < d->windows[i].to)
			return true;
	return false;
}

static bool
some_day_given(const struct scheduler_spec *s)
{
	for (unsigned int i = 0; i < 8; i++)
		if (s->days[i].given)
			return true;
	return false;
}

bool
scheduler_active(const struct scheduler_spec *s, int64_t now)
{
	struct tm tm;
	int64_t local = civil(now, &tm);
	const struct day_spec *day = &s->days[tm.tm_wday];
	bool dated = s->ndates == 0;

	for (uint32_t i = 0; i < s->ndates; i++)
		dated |= date_holds(&s->dates[i], local, &tm);
	if (!dated)
		return false;
	if (!day->given)
		day = &s->days[7];
	if (!day->given)
		return !some_day_given(s);
	return day_holds(day, (uint32_t)(((local % DAY) + DAY) % DAY));
}

bool
image_spec_schedule_due(const struct image_spec *spec, int64_t now)
{
	for (size_t i = 0; i < spec->nschedulers; i++)
		if (spec->schedulers[i].inactive ==
			scheduler_active(&spec->schedulers[i], now))
			return true;
	return false;
}

bool
image_spec_schedule(struct image_spec *spec, int64_t now)
{
	bool changed = image_spec_schedule_due(spec, now);

	for (size_t i = 0; i < spec->nschedulers; i++)
		spec->schedulers[i].inactive =
			!scheduler_active(&spec->schedulers[i], now);
	for (size_t i = 0; i < spec->npolicies; i++) {
		struct policy_spec *p = &spec->policies[i];

		p->inactive = p->scheduler != 0 &&
			      spec->schedulers[p->scheduler - 1].inactive;
	}
	return changed;
}

/* ---- names ---- */

static int
add_addresses(
	struct addr_obj_spec *o, const struct ip_addr *addr, unsigned int n)
{
	size_t size = o->n + n;
	struct addr_range *r = realloc(o->ranges, size * sizeof(*r));
	struct ip_prefix *p;

	if (r == NULL)
		return -ENOMEM;
	o->ranges = r;
	p = realloc(o->prefixes, size * sizeof(*p));
	if (p == NULL)
		return -ENOMEM;
	o->prefixes = p;
	for (unsigned int i = 0; i < n; i++) {
		r[o->n] = (struct addr_range){addr[i], addr[i]};
		p[o->n++] = (struct ip_prefix){
			addr[i], (uint8_t)ip_family_bits(addr[i].family)};
	}
	return 0;
}

static int
resolve(struct addr_obj_spec *o, const struct addr_dns *name,
	dns_lookup_fn lookup, void *ctx)
{
	struct ip_addr addr[DNS_ADDRESSES_MAX];
	unsigned int n = lookup(ctx, name->name, addr, DNS_ADDRESSES_MAX),
		     k = 0;

	if (n > DNS_ADDRESSES_MAX)
		n = DNS_ADDRESSES_MAX;
	for (unsigned int i = 0; i < n; i++)
		if (addr[i].family == IP_V4 ? name->v4 : name->v6)
			addr[k++] = addr[i];
	return k > 0 ? add_addresses(o, addr, k) : 0;
}

int
image_spec_resolve(struct image_spec *spec, dns_lookup_fn lookup, void *ctx)
{
	for (size_t i = 0; i < spec->naddrs; i++) {
		struct addr_obj_spec *o = &spec->addrs[i];

		for (size_t k = 0; k < o->ndns; k++) {
			int rc = resolve(o, &o->dns[k], lookup, ctx);

			if (rc != 0)
				return rc;
		}
	}
	return 0;
}
