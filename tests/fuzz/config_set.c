/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on top of a configuration; bad lines are left out. */
#include <stdint.h>

#include "config_common.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char base[] =
	"interfaces { ge-0/0/0 { unit 0 { family inet { address "
	"192.0.2.1/24; } } } ge-0/0/1 { unit 0; } }\n"
	"security { policies { from-zone a to-zone b { policy p { match { "
	"source-address any; } then { permit; } } policy q; policy r; } } }\n"
	"routing-options { static { route 0.0.0.0/0 next-hop [ 192.0.2.2 "
	"192.0.2.3 ]; } }\n"
	"snmp { community x { authorization read-only; } }\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = REPORT_INIT;
	struct config_tree *t = NULL, *old;
	struct sbuf b = SBUF_INIT;

	if (config_load_text(base, sizeof(base) - 1, NULL, &t, &report) != 0)
		abort();
	old = ctree_clone(t);
	config_load(&t, (const char *)data, size, CONFIG_LOAD_SET, &report);
	if (old == NULL)
		abort();
	config_compare(old, t, &b);
	must((b.len == 0) == config_equal(old, t), "compare", &b);
	check_round_trips(t);
	config_free(old);
	config_free(t);
	sbuf_done(&b);
	report_done(&report);
	return 0;
}
