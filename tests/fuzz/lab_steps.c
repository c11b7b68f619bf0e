/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the README of a lab. */
#include <stddef.h>
#include <stdint.h>

#include "base/report.h"
#include "lab/steps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report r = REPORT_INIT;
	struct lab_steps s;

	if (lab_steps_parse((const char *)data, size, &s, &r) == 0)
		lab_steps_done(&s);
	report_done(&r);
	return 0;
}
