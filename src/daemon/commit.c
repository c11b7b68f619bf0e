/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When does a commit take effect? Here: everything that can fail comes first
 * (compile, image, ports, routes); then one store makes the new image and
 * routes the world of every further burst. What fails leaves the old world.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/wall.h"
#include "config/cnode.h"
#include "daemon/daemon.h"
#include "explain/expect.h"
#include "nat/nat.h"

/*
 * Make everything of the configuration, apart from the running one, and see
 * whether it does what `security expect` says [EX-20].
 */
static int
try_out(const struct cnode *root, struct report *report,
	struct report *expectations, enum report_severity severity)
{
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	struct image *image = NULL;
	struct route_db *db = NULL;
	int rc = compile_config(root, NULL, report, &is, &rs);

	if (rc != 0)
		return rc;
	rc = image_build(is, false, &image);
	if (rc == -EINVAL)
		report_add(report, REPORT_ERROR, 0, NULL, NULL,
			"the configuration contradicts itself");
	if (rc == 0) {
		db = route_db_create();
		rc = db == NULL ? -ENOMEM
				: route_db_apply(db, rs, NULL, 0, report);
	}
	if (rc == 0)
		rc = expectations_check(
			root, image, db, severity, expectations);
	if (rc > 0)
		rc = severity == REPORT_ERROR ? -EINVAL : 0;
	route_db_free(db);
	image_free(image);
	image_spec_free(is);
	route_spec_free(rs);
	return rc;
}

int
commit_check(void *daemon, const struct cnode *root, struct report *report)
{
	(void)daemon;
	return try_out(root, report, report, REPORT_ERROR);
}

/*
 * Before a commit touches anything. A box that starts must forward what its
 * file says: there a broken expectation is a warning.
 */
static int
expectations_hold(
	const struct daemon *d, const struct cnode *root, struct report *report)
{
	struct report compiled = REPORT_INIT; /* said again by the commit */
	int rc = 0;

	if (expectations_any(root))
		rc = try_out(root, &compiled, report,
			d->image != NULL ? REPORT_ERROR : REPORT_WARNING);
	if (rc != 0 && report_ok(report))
		rc = 0; /* what does not compile is the commit's to say */
	report_done(&compiled);
	return rc;
}

/* Publish what d->image and the routing database say now. */
static int
publish(struct daemon *d, const struct image *old_image)
{
	struct route_view *old = d->view;
	struct route_view *view =
		route_db_view(d->routes, host_adjacency, d->host);

	if (view == NULL)
		return -ENOMEM;
	d->view = view;
	workers_publish(d->workers, d->image, view);
	route_view_free(old);
	if (old_image != d->image)
		records_configured(d);
	if (old_image != d->image)
		image_free((struct image *)old_image);
	return 0;
}

int
commit_image(struct daemon *d, struct image *image)
{
	const struct nat_spec *spec = &image_spec_of(image)->nat;
	const struct image *old = d->image;
	int rc = nat_prepare(workers_nat(d->workers), spec);

	if (rc != 0) {
		image_free(image);
		return rc;
	}
	nat_apply(workers_nat(d->workers), spec);
	d->image = image;
	rc = publish(d, old);
	if (rc == 0)
		return 0;
	d->image = old;
	image_free(image);
	return rc;
}

void
commit_routes(struct daemon *d)
{
	ports_ifl_up(d, image_spec_of(d->image), d->ifl_up);
	if (route_db_links(d->routes, d->ifl_up, clock_ms()) != 0 ||
		publish(d, d->image) != 0)
		log_error("routes", "out of memory, keeping the old routes");
	if (host_wants_publish(d->host))
		host_reuse(d->host);
	d->trim = true;
}

static int
build(struct daemon *d, struct image_spec *is, struct route_spec *rs,
	struct report *report, struct image **ret)
{
	static bool up[IFL_MAX];
	int rc = ports_open(d, is, report);

	if (rc == 0)
		rc = ports_add_link_local(d, is, rs);
	if (rc == 0)
		rc = image_build(is, true, ret);
	if (rc != 0)
		return rc;
	rc = nat_prepare(workers_nat(d->workers), &is->nat);
	if (rc != 0)
		return rc;
	ports_ifl_up(d, is, up);
	rc = route_db_apply(d->routes, rs, up, clock_ms(), report);
	if (rc != 0) {
		nat_abort(workers_nat(d->workers));
		return rc;
	}
	nat_apply(workers_nat(d->workers), &is->nat);
	memcpy(d->ifl_up, up, sizeof(up));
	return 0;
}

/* A commit failed after it had opened ports: back to those of the old one. */
static void
ports_restore(struct daemon *d, const struct image *old)
{
	struct report ignored = REPORT_INIT;

	if (old == NULL)
		return;
	ports_open(d, image_spec_of(old), &ignored);
	ports_trim(d, image_spec_of(old));
	report_done(&ignored);
}

int
commit_apply(void *ctx, const struct cnode *root, struct report *report)
{
	struct daemon *d = ctx;
	const struct image *old = d->image;
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	struct image *image = NULL;
	char zone[WALL_ZONE_MAX];
	uint64_t began = clock_ms(), closed;
	int rc = expectations_hold(d, root, report);

	if (rc == 0)
		rc = compile_config(root, d->ids, report, &is, &rs);
	if (rc != 0)
		return rc;
	is->generation = old != NULL ? image_spec_of(old)->generation + 1 : 1;
	snprintf(zone, sizeof(zone), "%s", wall_zone());
	/* schedulers ask for the time of day [CF-78] */
	wall_zone_set(cnode_leaf(cnode_child(root, "system"), "time-zone"));
	rc = live_fill(d, is);
	if (rc == 0)
		rc = metrics_prepare(d, &is->export.metrics, report);
	if (rc == 0)
		rc = build(d, is, rs, report, &image);
	route_spec_free(rs);
	if (rc != 0) {
		wall_zone_set(zone);
		metrics_abort(d);
		ports_restore(d, old);
		if (image != NULL)
			image_free(image); /* and the spec with it */
		else
			image_spec_free(is);
		if (report_ok(report))
			report_add(report, REPORT_ERROR, 0, NULL, NULL, "%s",
				strerror(-rc));
		return rc;
	}
	d->image = image;
	if (publish(d, old) != 0) {
		d->image = old;
		image_free(image);
		metrics_abort(d);
		return -ENOMEM;
	}
	metrics_apply(d, &is->export.metrics);
	ports_trim(d, is);
	host_image_changed(d->host);
	if (host_wants_publish(d->host))
		commit_routes(d);
	closed = workers_sweep(d->workers);
	d->trim = true;
	d->commits.last_ms = clock_ms() - began;
	log_info("commit",
		"generation %u, %zu interfaces, %zu zones, %zu policies, "
		"%llu sessions ended, %llu ms",
		is->generation, is->nifls, is->nzones, is->npolicies,
		(unsigned long long)closed,
		(unsigned long long)(clock_ms() - began));
	return 0;
}
