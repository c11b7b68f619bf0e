/* SPDX-License-Identifier: Apache-2.0 */
/* system_info - facts of the machine that several commands show. */
#ifndef OPS_SYSTEM_INFO_H
#define OPS_SYSTEM_INFO_H

#include <stdint.h>

struct ops_request;
struct tnode;

#define SYSTEM_SERIAL_MAX 16

const char *system_serial(char buf[SYSTEM_SERIAL_MAX]);
const char *system_host_name(const struct ops_request *rq);

struct system_memory { /* kilobytes */
	uint64_t total, available;
	uint64_t resident;  /* of this process */
	uint64_t anonymous; /* of that, what is no file's and not shared */
};

void system_memory_get(struct system_memory *ret);

/* last-configured-time, when the active configuration says when and by whom. */
void system_last_configured(struct tnode *root, struct ops_request *rq);

#endif /* OPS_SYSTEM_INFO_H */
