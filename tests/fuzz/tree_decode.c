/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree off the socket: any bytes either are no tree, or one that encodes to
 * a form from which the same tree comes back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "base/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
encode(const struct tree *t, struct sbuf *out)
{
	tree_encode(t, out);
	must(!out->failed && out->len > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tree *t = tree_decode(data, size), *again;
	struct sbuf first = SBUF_INIT, second = SBUF_INIT;

	if (t == NULL)
		return 0;
	must(t->root != NULL && t->root->name != NULL && !t->failed);
	encode(t, &first);
	again = tree_decode(first.data, first.len);
	must(again != NULL);
	encode(again, &second);
	must(first.len == second.len &&
		memcmp(first.data, second.data, first.len) == 0);
	tree_free(t);
	tree_free(again);
	sbuf_done(&first);
	sbuf_done(&second);
	return 0;
}
