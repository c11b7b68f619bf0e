/* SPDX-License-Identifier: Apache-2.0 */
/* world - an image of a configuration text, for tests of what reads one. */
#ifndef TESTS_RECORD_WORLD_H
#define TESTS_RECORD_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "compile/compile.h"
#include "config/config.h"
#include "image/image.h"

/* NULL, and the errors in *ret_errors, if it is not accepted. */
static inline struct image *
world_image(const char *text, char **ret_errors)
{
	struct report report = REPORT_INIT;
	struct config_tree *tree = NULL;
	struct image_spec *is = NULL;
	struct route_spec *rs = NULL;
	struct image *image = NULL;
	struct sbuf errors = SBUF_INIT;
	int rc = config_load_text(text, strlen(text), "test", &tree, &report);

	if (rc == 0)
		rc = config_check(config_root(tree), &report);
	if (rc == 0)
		rc = compile_config(config_root(tree), NULL, &report, &is, &rs);
	if (rc == 0)
		rc = image_build(is, true, &image);
	report_text(&report, &errors);
	config_free(tree);
	route_spec_free(rs);
	report_done(&report);
	if (ret_errors != NULL)
		*ret_errors = sbuf_take(&errors);
	sbuf_done(&errors);
	return image;
}

static inline struct image *
world_of(const char *text)
{
	char *errors = NULL;
	struct image *image = world_image(text, &errors);

	if (image == NULL)
		fail_msg("%s", errors);
	free(errors);
	return image;
}

#define WORLD                                                                  \
	"set system host-name fw\n"                                            \
	"set interfaces ge-0/0/0 unit 0 family inet address "                  \
	"198.51.100.1/24\n"                                                    \
	"set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.1/24\n"    \
	"set security zones security-zone trust interfaces ge-0/0/0.0\n"       \
	"set security zones security-zone untrust interfaces ge-0/0/1.0\n"     \
	"set security policies from-zone trust to-zone untrust policy out "    \
	"match source-address any destination-address any application any\n"   \
	"set security policies from-zone trust to-zone untrust policy out "    \
	"then permit\n"                                                        \
	"set security policies from-zone trust to-zone untrust policy out "    \
	"then log session-init session-close\n"

#endif /* TESTS_RECORD_WORLD_H */
