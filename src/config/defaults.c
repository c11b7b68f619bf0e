/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every configuration has without writing it: the text is
 * schema/junos-defaults.conf [CF-67]. The programs know the same by heart; this
 * is for those who look.
 */
#include <stdlib.h>

#include "config/config.h"
#include "config/inherit.h"

/* Made by tools/textgen.py. */
extern const char junos_defaults_text[];
extern const unsigned int junos_defaults_len;

static struct config_tree *defaults;

static void
forget(void)
{
	config_free(defaults);
	defaults = NULL;
}

const struct config_tree *
config_defaults(void)
{
	struct report ignored = REPORT_INIT;

	if (defaults != NULL)
		return defaults;
	/* It fails when memory is out: a test has read it. */
	if (config_load_text(junos_defaults_text, junos_defaults_len, NULL,
		    &defaults, &ignored) == 0)
		atexit(forget);
	report_done(&ignored);
	return defaults;
}
