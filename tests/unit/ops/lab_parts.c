/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands under test here do not ask for, but the linker does. */
#include "explain/explain.h"
#include "host/host.h"

bool
explain_drop_line(const struct config_tree *tree, const struct image *image,
	const struct drop_note *note, const struct ifl_spec *ifl,
	struct sbuf *out)
{
	(void)tree;
	(void)image;
	(void)note;
	(void)ifl;
	(void)out;
	return false;
}

void
host_dns_list(struct host *h,
	void (*cb)(void *ctx, const struct dns_info *info), void *ctx)
{
	(void)h;
	(void)cb;
	(void)ctx;
}

void
host_dns_clear(struct host *h)
{
	(void)h;
}
