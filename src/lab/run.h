/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run - type the steps of a README on the hosts of a built lab and judge.
 */
#ifndef LAB_RUN_H
#define LAB_RUN_H

#include <stddef.h>

#include "lab/show.h"

struct lab_steps;
struct lab_world;

struct lab_results {
	struct lab_result *result;
	size_t n;
	size_t held;
};

/*
 * Run all steps in order, also after one that did not hold. 0, -EINTR when
 * interrupted, -ENOMEM. `dir` is the working directory of the shells.
 */
int lab_run_steps(struct lab_world *w, const struct lab_steps *steps,
	const char *dir, struct lab_show *show, struct lab_results *results);

void lab_results_done(struct lab_results *r);

#endif /* LAB_RUN_H */
