/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reason - why a packet did not pass. The one list is reason.def; from it come
 * the enum, the counters, the names in `show` and the table in the docs.
 */
#ifndef PKT_REASON_H
#define PKT_REASON_H

#include <stdint.h>

enum reason {
#define REASON(id, name, counter, sentence) REASON_##id,
#include "pkt/reason.def"
#undef REASON
	REASON_COUNT
};

/* "no-route" and its sentence; "?" past the end. */
const char *reason_name(enum reason r);
const char *reason_sentence(enum reason r);

/*
 * The row of `show interfaces extensive` ("No route present") that counts this
 * reason, or NULL: then it is shown only in our own displays.
 */
const char *reason_junos_row(enum reason r);

#endif /* PKT_REASON_H */
