/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changes without a commit: schedulers begin and end [FL-70], names get
 * other addresses [FL-72]. The committed configuration is then compiled again
 * and only its image published; the routes stay.
 */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/candidate.h"
#include "daemon/daemon.h"
#include "host/host.h"
#include "image/image_live.h"

int
live_fill(struct daemon *d, struct image_spec *is)
{
	image_spec_schedule(is, (int64_t)time(NULL));
	return image_spec_resolve(is, host_dns_lookup, d->host);
}

static int
make_image(struct daemon *d, struct report *report, struct image **ret)
{
	const struct cnode *root =
		config_root(config_store_effective(d->store));
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	int rc = compile_config(root, d->ids, report, &is, &rs);

	if (rc != 0)
		return rc;
	is->generation = image_spec_of(d->image)->generation;
	rc = ports_add_link_local(d, is, rs);
	if (rc == 0)
		rc = live_fill(d, is);
	if (rc == 0)
		rc = image_build(is, true, ret);
	if (rc != 0)
		image_spec_free(is);
	route_spec_free(rs);
	return rc;
}

static void
renew(struct daemon *d, const char *why)
{
	struct report report = REPORT_INIT;
	struct image *image = NULL;
	uint64_t began = clock_ms(), closed;
	int rc = make_image(d, &report, &image);

	report_done(&report);
	if (rc == 0)
		rc = commit_image(d, image);
	if (rc != 0) {
		log_error("policy", "%s: %s, keeping the old policies", why,
			strerror(-rc));
		return;
	}
	closed = workers_sweep(d->workers);
	d->trim = true;
	log_info("policy", "%s, %llu sessions ended, %llu ms", why,
		(unsigned long long)closed,
		(unsigned long long)(clock_ms() - began));
}

void
live_watch(struct daemon *d)
{
	int64_t now = (int64_t)time(NULL);

	if (d->image == NULL)
		return;
	if (host_dns_changed(d->host))
		renew(d, "names have other addresses");
	if (now == d->live_s)
		return;
	d->live_s = now;
	if (image_spec_schedule_due(image_spec_of(d->image), now))
		renew(d, "schedulers have begun or ended");
}

/* Schedulers act at the right second, not up to one later. */
uint64_t
live_deadline(const struct daemon *d)
{
	struct timespec ts;

	if (d->image == NULL || image_spec_of(d->image)->nschedulers == 0)
		return UINT64_MAX;
	clock_gettime(CLOCK_REALTIME, &ts);
	return clock_ms() + 1000 - (uint64_t)ts.tv_nsec / 1000000;
}
