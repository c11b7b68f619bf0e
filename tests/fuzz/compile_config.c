/* SPDX-License-Identifier: Apache-2.0 */
/* Any text that can be read can be compiled, and what comes out printed. */
#include <stddef.h>
#include <stdint.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "compile/compile.h"
#include "compile/route_dump.h"
#include "config/config.h"
#include "image/image_dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = REPORT_INIT;
	struct config_tree *tree = NULL;
	struct image_spec *image = NULL;
	struct route_spec *routes = NULL;
	struct sbuf out = SBUF_INIT;

	if (config_load_text(
		    (const char *)data, size, "fuzz", &tree, &report) == 0 &&
		compile_config(config_root(tree), NULL, &report, &image,
			&routes) == 0) {
		image_spec_dump(image, &out);
		route_spec_dump(routes, &out);
	}
	report_text(&report, &out);
	sbuf_done(&out);
	image_spec_free(image);
	route_spec_free(routes);
	config_free(tree);
	report_done(&report);
	return 0;
}
