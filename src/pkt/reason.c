/* SPDX-License-Identifier: Apache-2.0 */
#include "pkt/reason.h"

#include <stddef.h>

static const struct {
	const char *name, *row, *sentence;
} reasons[REASON_COUNT] = {
#define REASON(id, name, counter, sentence) {name, counter, sentence},
#include "pkt/reason.def"
#undef REASON
};

const char *
reason_name(enum reason r)
{
	return (unsigned int)r < REASON_COUNT ? reasons[r].name : "?";
}

const char *
reason_sentence(enum reason r)
{
	return (unsigned int)r < REASON_COUNT ? reasons[r].sentence : "?";
}

const char *
reason_junos_row(enum reason r)
{
	return (unsigned int)r < REASON_COUNT ? reasons[r].row : NULL;
}
