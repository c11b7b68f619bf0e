/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a client does with a frame: decode it, print it in every form. Whatever
 * decodes must print, and what printed as JSON must have an even tree.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/sbuf.h"
#include "render/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tree *t = tree_decode(data, size);
	struct sbuf b = SBUF_INIT;

	if (t == NULL)
		return 0;
	render_text_part(t, false, true, &b);
	render_text(t, &b);
	sbuf_reset(&b);
	render_json(t, &b);
	sbuf_reset(&b);
	render_xml_reply(t, &b);
	for (size_t i = 0; i < b.len; i++)
		if ((unsigned char)b.data[i] > 0x7e)
			abort(); /* names come from us, values are escaped */
	sbuf_done(&b);
	tree_free(t);
	return 0;
}
