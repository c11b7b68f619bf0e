/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes give one printable line. */
#include <stdint.h>
#include <stdlib.h>

#include "base/sbuf.h"
#include "pkt/packet_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct sbuf *out)
{
	if (out->len == 0)
		abort();
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] < ' ' || out->data[i] > '~')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sbuf out = SBUF_INIT;

	packet_text(data, size, &out);
	check(&out);
	sbuf_reset(&out);
	packet_text_ip(data, size, &out);
	check(&out);
	sbuf_done(&out);
	return 0;
}
