/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a NETCONF client sends, all the way to a configuration: framing, XML,
 * the mapping of standard operations, JSON, elements, filters, patches. The
 * wire form of what was read must be accepted by the other end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "base/tree.h"
#include "config/config.h"
#include "config/ctree.h"
#include "config/patch.h"
#include "config/read_tree.h"
#include "netconf/framing.h"
#include "netconf/load_data.h"
#include "netconf/standard.h"
#include "netconf/xml_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char start[] =
	"system { host-name fw1; services { ssh; } }\n"
	"security { zones { security-zone A { tcp-rst; } security-zone B; } }";

static void
load(const struct tnode *op)
{
	const struct tnode *c = tnode_child(op, "configuration");
	const struct tnode *patch = tnode_child(op, "configuration-patch");
	struct config_tree *t = NULL, *part = NULL;
	struct report r = REPORT_INIT;
	struct sbuf out = SBUF_INIT;

	if (config_load_text(start, strlen(start), NULL, &t, &r) != 0)
		abort();
	if (c != NULL) {
		if (config_filter(t, c, &part) != 0)
			abort();
		config_free(part);
		config_load_tree(&t, c, CONFIG_LOAD_REPLACE, 0, &r);
		config_load_tree(
			&t, c, CONFIG_LOAD_MERGE, CONFIG_TREE_NONE, &r);
	}
	if (patch != NULL && patch->value != NULL)
		config_load_patch(&t, patch->value, strlen(patch->value), &r);
	config_print_xml(&t->root, NULL, &out);
	config_print_set(&t->root, false, &out);
	sbuf_done(&out);
	report_done(&r);
	config_free(t);
}

static void
message(const char *text, size_t len)
{
	struct sbuf wire = SBUF_INIT;
	struct standard std;
	struct xml_message m;
	struct tree *again;
	char why[256];

	if (xml_read(text, len, &m) == 0 && m.tree->root->first != NULL) {
		standard_map(m.tree->root, &std);
		/* No files: their names are the fuzzer's. */
		if (tnode_attr(m.tree->root->first, "url") == NULL)
			load_data(m.tree->root->first, why, sizeof(why));
		tree_encode(m.tree, &wire);
		again = tree_decode(sbuf_text(&wire), wire.len);
		if (again == NULL)
			abort();
		load(again->root->first);
		tree_free(again);
	}
	sbuf_done(&wire);
	xml_message_done(&m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct framing f = {0};
	const char *text;
	size_t len;

	if (framing_feed(&f, data, size) == 0)
		while (framing_next(&f, &text, &len) == 1)
			message(text, len);
	framing_done(&f);
	return 0;
}
