/* SPDX-License-Identifier: Apache-2.0 */
/* Source NAT: interface, pools, ports. Rule ids: docs/behaviour/nat.md. */
#include "lab.h"

#include <stdlib.h>
#include <string.h>

#include "nat_lab.h"

/* [NA-40] the preferred address of the egress interface, a port above 1023;
 * the answer finds its way back to the client, as it sent it. */
static void
test_interface(void **state)
{
	static const uint8_t protos[] = {IPP_UDP, IPP_TCP, IPP_ICMP};

	(void)state;
	EACH_FAMILY(a)
	{
		for (unsigned int i = 0; i < 3; i++) {
			struct box *b = box_create(BOX NAT_INTERFACE);
			struct in go = first(c2s(a, protos[i], 33, 53));
			struct out o;

			o = pass(b, go);
			assert_string_equal(o.src, a->box_out);
			assert_string_equal(o.dst, a->server);
			assert_true(o.sport >= 1024);
			assert_int_equal(o.dport, 53);
			o = pass(b, answer(&go, &o));
			assert_string_equal(o.src, a->server);
			assert_string_equal(o.dst, a->client);
			/* of an echo: sequence and identifier */
			assert_int_equal(o.sport, 53);
			assert_int_equal(o.dport, 33);
			box_clear(b);
			assert_int_equal(nat_in_use(b), 0);
			box_free(b);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interface),
	};

	box_eal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
