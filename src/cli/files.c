/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mgmt/proto.h"

static char *
complain(struct shell *sh, const char *what, const char *name, const char *why)
{
	char text[4500];

	snprintf(text, sizeof(text), "error: cannot %s '%.4000s': %s", what,
		name, why);
	shell_error(sh, text);
	return NULL;
}

static char *
read_file(struct shell *sh, const char *name)
{
	struct sbuf text = SBUF_INIT;
	char buf[65536];
	FILE *f = fopen(name, "r");
	bool failed;
	size_t n;

	if (f == NULL)
		return complain(sh, "open", name, strerror(errno));
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0 &&
		text.len < PROTO_FRAME_MAX)
		sbuf_add(&text, buf, n);
	failed = ferror(f) != 0;
	fclose(f);
	if (failed || text.failed || text.len >= PROTO_FRAME_MAX - 1024 ||
		(text.len > 0 && memchr(text.data, '\0', text.len))) {
		sbuf_done(&text);
		return complain(sh, "read", name,
			failed ? "read error" : "too long or not a text");
	}
	if (text.len == 0)
		sbuf_putc(&text, '\n');
	return sbuf_take(&text);
}

char *
files_load(struct shell *sh, const char *need, const char *name)
{
	if (strcmp(need, "terminal") != 0)
		return read_file(sh, name != NULL ? name : "");
	if (sh->interactive) {
		printf("[Type ^D at a new line to end input]\n");
		fflush(stdout);
	}
	return input_until_eot(&sh->input);
}

bool
files_save(struct shell *sh, const struct tnode *root)
{
	const char *name = tnode_text(root, "name");
	const char *text = tnode_text(root, "text");
	FILE *f;
	bool ok;

	if (name == NULL || text == NULL)
		return false;
	if (strcmp(name, "terminal") == 0) {
		filter_feed(sh->filter, text, strlen(text));
		printf("Wrote %u lines of configuration to 'terminal'\n",
			(unsigned int)tnode_u64(root, "lines"));
		return true;
	}
	f = fopen(name, "w");
	if (f == NULL) {
		complain(sh, "write", name, strerror(errno));
		return false;
	}
	ok = fputs(text, f) >= 0;
	ok = fclose(f) == 0 && ok;
	if (!ok)
		complain(sh, "write", name, strerror(errno));
	else
		printf("Wrote %u lines of configuration to '%s'\n",
			(unsigned int)tnode_u64(root, "lines"), name);
	return ok;
}
