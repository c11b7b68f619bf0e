/* SPDX-License-Identifier: Apache-2.0 */
/* Workers count when the session table passes a watermark; here it is told
 * [FL-35]. */
#include "base/log.h"
#include "daemon/daemon.h"

void
aging_watch(struct daemon *d)
{
	static uint64_t begun, ended;
	const struct flow_spec *f = &image_spec_of(d->image)->flow;
	struct session_counts c;

	if (f->high_watermark >= 100 && begun == ended)
		return;
	session_counts_get(d->workers, &c);
	if (c.early_begun != begun)
		log_warn("flow",
			"FLOW_HIGH_WATERMARK_TRIGGERED: sessions idle for %u "
			"s are ended high-watermark=%u%% sessions=%llu "
			"max=%llu",
			f->early_ageout, f->high_watermark,
			(unsigned long long)c.valid, (unsigned long long)c.max);
	if (c.early_ended != ended)
		log_info("flow",
			"FLOW_LOW_WATERMARK_TRIGGERED: timeouts are as "
			"configured again low-watermark=%u%% sessions=%llu "
			"max=%llu",
			f->low_watermark < f->high_watermark
				? f->low_watermark
				: f->high_watermark,
			(unsigned long long)c.valid, (unsigned long long)c.max);
	begun = c.early_begun;
	ended = c.early_ended;
}
