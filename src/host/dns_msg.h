/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dns_msg - questions for addresses and their answers, as bytes (RFC 1035 4,
 * RFC 3596, RFC 6891). It knows no sockets and no time; an answer may be
 * anything that arrived.
 */
#ifndef HOST_DNS_MSG_H
#define HOST_DNS_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

#define DNS_NAME_SIZE  256u /* longest name as text, with the NUL */
#define DNS_QUERY_SIZE 320u
#define DNS_UDP_SIZE   1232u /* answers that we take */
#define DNS_ADDRS_MAX  32u

enum dns_type { DNS_A = 1, DNS_AAAA = 28 };

/* A recursive question. Its length, or 0: the name is no name. */
size_t dns_query_build(uint8_t out[DNS_QUERY_SIZE], uint16_t id,
	const char *name, enum dns_type type);

struct dns_answer {
	uint8_t rcode; /* 0: fine, 3: no such name */
	bool truncated;
	struct ip_addr addrs[DNS_ADDRS_MAX];
	unsigned int n;
	uint32_t ttl; /* shortest on the way to the addresses; 0 without any */
};

/*
 * Is data the answer to this question? false: it is something else, or broken.
 * CNAMEs are followed inside of the answer.
 */
bool dns_answer_parse(const uint8_t *data, size_t len, uint16_t id,
	const char *name, enum dns_type type, struct dns_answer *ret);

#endif /* HOST_DNS_MSG_H */
