/* SPDX-License-Identifier: Apache-2.0 */
/* Whole configurations, in the form that their first word tells. */
#include <stdint.h>

#include "config_common.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = REPORT_INIT;
	struct config_tree *t = NULL;

	if (config_load_text((const char *)data, size, "fuzz", &t, &report) ==
		0)
		check_round_trips(t);
	config_free(t);
	report_done(&report);
	return 0;
}
