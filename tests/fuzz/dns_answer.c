/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are an answer or not, and never more than there is room for. */
#include <stdlib.h>

#include "host/dns_msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_answer a;
	uint16_t id = size >= 2 ? (uint16_t)(data[0] << 8 | data[1]) : 0;

	dns_answer_parse(data, size, id, "www.example.com", DNS_A, &a);
	if (a.n > DNS_ADDRS_MAX)
		abort();
	dns_answer_parse(data, size, id, "www.example.com", DNS_AAAA, &a);
	return a.n > DNS_ADDRS_MAX ? abort(), 0 : 0;
}
