/* SPDX-License-Identifier: Apache-2.0 */
/* drop_note - what goes with the copy of a packet, for those who watch. */
#ifndef PKT_DROP_NOTE_H
#define PKT_DROP_NOTE_H

#include <stdint.h>

/* What is known of it; reason is NONE when it was not dropped. */
struct drop_note {
	uint32_t session;      /* printed id; 0 none */
	uint32_t policy;       /* printed index; 0 none */
	uint16_t filter, term; /* index + 1; 0 none */
	uint8_t reason;        /* enum reason */
	uint8_t wing;          /* of the session */
	uint8_t known; /* the packet path has decided: the rest is set */
};

#endif /* PKT_DROP_NOTE_H */
