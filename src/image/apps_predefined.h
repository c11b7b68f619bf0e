/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apps_predefined - the applications and application sets that every
 * configuration has without writing them: junos-ssh, junos-http, ... [FL-12].
 *
 * Constant data; any thread. Lookups by name are linear: a caller that asks
 * often keeps an index of its own.
 */
#ifndef IMAGE_APPS_PREDEFINED_H
#define IMAGE_APPS_PREDEFINED_H

#include <stddef.h>
#include <stdint.h>

#define APP_PREDEFINED_TERMS   6
#define APP_PREDEFINED_MEMBERS 10

struct app_predefined_term {
	uint8_t protocol;
	uint16_t dport_lo, dport_hi;  /* 0..65535: any */
	int16_t icmp_type, icmp_code; /* -1: any */
};

struct app_predefined {
	const char *name;
	const char *alg;  /* "" for none */
	uint32_t timeout; /* s; 0: the protocol's default */
	size_t n;
	struct app_predefined_term terms[APP_PREDEFINED_TERMS];
};

struct app_set_predefined {
	const char *name;
	const char *members[APP_PREDEFINED_MEMBERS + 1]; /* ends with NULL */
};

/* Entry i of the table, or NULL past its end. */
const struct app_predefined *app_predefined_at(size_t i);
const struct app_set_predefined *app_set_predefined_at(size_t i);

#endif /* IMAGE_APPS_PREDEFINED_H */
