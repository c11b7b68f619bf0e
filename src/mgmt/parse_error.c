/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/parse_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int
parse_error(struct parse_error *e, unsigned int column, const char *fmt, ...)
{
	va_list ap;

	e->column = column;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -EINVAL;
}
