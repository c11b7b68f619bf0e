/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cvalue - the values of leafs and keys: are they of the schema's type, how
 * are they written canonically ("10/8" becomes "10.0.0.0/8"), and the numbers
 * behind names such as "https" or "echo-request".
 */
#ifndef CONFIG_CVALUE_H
#define CONFIG_CVALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/schema.h"

struct sbuf;

#define CVALUE_BUF     160
#define CVALUE_MAX_LEN 65535u /* longest value */

/*
 * The canonical form of text: text itself or buf. NULL if it is not of the
 * type; then err, unless NULL, gets the message.
 */
const char *cvalue_check(const struct schema_type *type, const char *text,
	char buf[CVALUE_BUF], struct sbuf *err);

/* A service name, a port or LOW-HIGH. False if it is none of them. */
bool cvalue_port_range(const char *text, uint16_t *lo, uint16_t *hi);

/* Type by name ("echo-request") or number; v6 chooses the names. -1: none. */
int cvalue_icmp_type(const char *text, bool v6);
/* Code by name or number; -1 if it is none. */
int cvalue_icmp_code(const char *text, bool v6);

/* "64k", "10m", "1g" or a plain number. False if it is none of them. */
bool cvalue_scaled(const char *text, uint64_t *ret);

/* "(1..65535)" or the like for help and errors; "" if there is no range. */
void cvalue_range_text(const struct schema_type *type, struct sbuf *out);

#endif /* CONFIG_CVALUE_H */
