/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pcapng - write captures whose packets carry a comment (pcapng, by the IETF
 * draft draft-ietf-opsawg-pcapng): interface names, nanoseconds, directions.
 *
 * Threads: one at a time.
 */
#ifndef RECORD_PCAPNG_H
#define RECORD_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum pcapng_direction { PCAPNG_UNKNOWN, PCAPNG_IN, PCAPNG_OUT };

struct pcapng_packet {
	uint32_t interface; /* in the order of pcapng_interface() */
	uint64_t unix_ns;
	const uint8_t *bytes;
	uint32_t caplen, len; /* there are; there were */
	enum pcapng_direction direction;
	const char *comment; /* NULL: none */
};

/* All return 0 or -errno. */
int pcapng_begin(FILE *f, const char *application);
int pcapng_interface(FILE *f, const char *name, uint32_t snaplen);
int pcapng_put(FILE *f, const struct pcapng_packet *p);

#endif /* RECORD_PCAPNG_H */
