/* SPDX-License-Identifier: Apache-2.0 */
#include "image/screen_spec.h"

#include <stdlib.h>

static void
white_lists_free(struct screen_white_list *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].src);
		free(list[i].dst);
	}
	free(list);
}

void
screen_spec_done(struct screen_spec *s)
{
	white_lists_free(s->syn_white, s->nsyn_white);
	white_lists_free(s->udp_white, s->nudp_white);
}

const char *
screen_attack_row(enum screen_attack a)
{
	static const char *const rows[] = {
#define SCREEN(id, name, row, sentence) row,
#include "pkt/screen.def"
#undef SCREEN
	};

	return (unsigned int)a < SCREEN_COUNT ? rows[a] : "?";
}
