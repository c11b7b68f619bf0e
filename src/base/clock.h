/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock - the one monotonic time of the process, for workers and control
 * thread alike, so that their stamps can be compared. The packet path itself
 * gets time as an input; only loops ask here.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since the process began (its first call), from 1000 upward: 0
 * never occurs. Any thread. */
uint64_t clock_ms(void);

#endif /* BASE_CLOCK_H */
