/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration in JSON -> elements -> a configuration -> its own JSON, to be
 * read as well. Where any words are kept the two may differ: "@x" is a word
 * there, and says something of x here.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "base/tree.h"
#include "config/config.h"
#include "config/ctree.h"
#include "config/read_tree.h"
#include "netconf/json_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NULL: refused. */
static struct config_tree *
read_config(const char *text, size_t len)
{
	struct tree *t = tree_create();
	struct config_tree *config = NULL;
	struct report r = REPORT_INIT;
	char why[256];

	if (t == NULL)
		abort();
	tree_root(t, "configuration");
	if (json_read(text, len, t->root, why, sizeof(why)) == 0)
		config_load_tree(&config, t->root, CONFIG_LOAD_OVERRIDE, 0, &r);
	report_done(&r);
	tree_free(t);
	return config;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_tree *config = read_config((const char *)data, size);
	struct config_tree *again;
	struct sbuf text = SBUF_INIT;

	if (config == NULL)
		return 0;
	config_print_json(&config->root, NULL, &text);
	again = read_config(sbuf_text(&text), text.len);
	sbuf_done(&text);
	config_free(again);
	config_free(config);
	return 0;
}
