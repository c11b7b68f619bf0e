/* SPDX-License-Identifier: Apache-2.0 */
/* read - the two text forms; what config.c calls. */
#ifndef CONFIG_READ_H
#define CONFIG_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "config/ctree.h"

#define READ_ERRORS_MAX 10000u

/* 0, -EINVAL with errors in the report, -ENOMEM. t is changed in any case. */
int read_curly(struct config_tree *t, const char *text, size_t len,
	bool replace, struct report *report);
int read_set(struct config_tree *t, const char *text, size_t len,
	struct report *report);

/* Does the text look like lines of set commands? */
bool read_is_set(const char *text, size_t len);

#endif /* CONFIG_READ_H */
