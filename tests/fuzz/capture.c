/* SPDX-License-Identifier: Apache-2.0 */
/* Captures [LG-44]: any bytes are packets, or an error with a sentence. */
#include <stdint.h>
#include <stdlib.h>

#include "record/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct capture c;
	struct capture_packet p;
	volatile uint8_t sum = 0;
	int rc;

	if (!capture_open(&c, data, size)) {
		if (c.error == NULL)
			abort();
		return 0;
	}
	while ((rc = capture_next(&c, &p)) == 1) {
		if (p.interface == NULL || p.bytes < data ||
			p.bytes + p.caplen > data + size)
			abort();
		for (uint32_t i = 0; i < p.caplen; i++)
			sum = (uint8_t)(sum + p.bytes[i]);
	}
	if (rc < 0 && c.error == NULL)
		abort();
	return 0;
}
