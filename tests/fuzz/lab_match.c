/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expected lines and output of a command, with a line "====" between them. What
 * matches whole must match as a prefix too.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/match.h"
#include "lab/vars.h"

#define LINES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
match(char **lines, size_t n, const char *output, int prefix)
{
	struct lab_vars vars = {0};
	struct lab_mismatch why;
	int rc = lab_match(lines, n, output, prefix, &vars, &why);

	lab_mismatch_done(&why);
	lab_vars_done(&vars);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size > 4096 ? 4096 : size);
	char *output = text ? strstr(text, "====\n") : NULL;
	char *lines[LINES_MAX], *save = NULL, *line;
	size_t n = 0;

	if (output != NULL) {
		*output = '\0';
		output += 5;
		line = strtok_r(text, "\n", &save);
		while (line != NULL && n < LINES_MAX) {
			lines[n++] = line;
			line = strtok_r(NULL, "\n", &save);
		}
		if (match(lines, n, output, 0) == 1 &&
			match(lines, n, output, 1) != 1)
			abort();
	}
	free(text);
	return 0;
}
