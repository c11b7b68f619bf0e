/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAKE_OPS_H
#define TEST_FAKE_OPS_H

#include "ops/ops.h"

extern struct ops_job *fake_job; /* running `monitor tick`, or NULL */
extern unsigned int fake_cancelled;

void fake_tick(void); /* let it send a tree */

#endif
