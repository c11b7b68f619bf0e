/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prom - the text format of Prometheus (version 0.0.4): families of samples
 * with HELP and TYPE lines, labels escaped. A family is written in one piece.
 */
#ifndef EXPORT_PROM_H
#define EXPORT_PROM_H

#include <stdint.h>

#include "base/sbuf.h"

struct prom {
	struct sbuf *out;
	const char *name; /* of the family that is open */
};

enum prom_type { PROM_COUNTER, PROM_GAUGE };

/* Begin a family: "vrflow_sessions". A counter's name ends with _total. */
void prom_family(struct prom *p, const char *name, enum prom_type type,
	const char *help);

/* One sample of it; pairs of label and value, then NULL. */
void prom_u64(struct prom *p, uint64_t value, ...) __attribute__((sentinel));
void prom_double(struct prom *p, double value, ...) __attribute__((sentinel));

#endif /* EXPORT_PROM_H */
