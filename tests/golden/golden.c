/* SPDX-License-Identifier: Apache-2.0 */
/*
 * golden DIR [--update] - compile every DIR/NAME.conf and compare the result
 * with DIR/NAME.image (what the packet path and the routes get) or, if the
 * configuration is refused, with DIR/NAME.errors. --update writes the files;
 * read the diff like code before committing it.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/report.h"
#include "base/sbuf.h"
#include "compile/compile.h"
#include "compile/route_dump.h"
#include "config/config.h"
#include "config/inherit.h"
#include "image/image_dump.h"

static char *
read_file(const char *path)
{
	struct sbuf b = SBUF_INIT;
	FILE *f = fopen(path, "r");
	char buf[4096];
	size_t n;

	if (f == NULL)
		return NULL;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		sbuf_add(&b, buf, n);
	fclose(f);
	return sbuf_take(&b);
}

static bool
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	bool ok = f != NULL && fputs(text, f) >= 0;

	if (f != NULL)
		ok &= fclose(f) == 0;
	return ok;
}

/* The text that belongs into the file; true if the configuration is good. */
static bool
compile_text(const char *name, const char *conf, struct sbuf *out)
{
	struct config_tree *tree = NULL;
	struct image_spec *image = NULL;
	struct route_spec *routes = NULL;
	struct report report = REPORT_INIT;
	bool ok = false;

	if (config_load_text(conf, strlen(conf), name, &tree, &report) == 0 &&
		config_effective(&tree, &report) == 0) {
		ok = compile_config(config_root(tree), NULL, &report, &image,
			     &routes) == 0;
	}
	report_text(&report, out);
	if (ok) {
		image_spec_dump(image, out);
		route_spec_dump(routes, out);
	}
	image_spec_free(image);
	route_spec_free(routes);
	config_free(tree);
	report_done(&report);
	return ok;
}

/* The first line in which they differ. */
static void
print_difference(const char *path, const char *want, const char *got)
{
	unsigned int line = 1;
	const char *w = want, *g = got;

	for (; *w != '\0' && *w == *g; w++, g++)
		if (*w == '\n') {
			line++;
			want = w + 1;
			got = g + 1;
		}
	printf("%s:%u differs\n  want: %.*s\n  got:  %.*s\n", path, line,
		(int)strcspn(want, "\n"), want, (int)strcspn(got, "\n"), got);
}

static bool
check_one(const char *dir, const char *name, bool update)
{
	char path[512], other[512];
	struct sbuf out = SBUF_INIT;
	char *conf, *want;
	bool good, ok;

	snprintf(path, sizeof(path), "%s/%s.conf", dir, name);
	conf = read_file(path);
	snprintf(path, sizeof(path), "%s.conf", name);
	good = conf != NULL && compile_text(path, conf, &out);
	free(conf);
	snprintf(path, sizeof(path), "%s/%s.%s", dir, name,
		good ? "image" : "errors");
	snprintf(other, sizeof(other), "%s/%s.%s", dir, name,
		good ? "errors" : "image");
	if (update) {
		unlink(other);
		ok = write_file(path, sbuf_text(&out));
		sbuf_done(&out);
		return ok;
	}
	want = read_file(path);
	ok = want != NULL && strcmp(want, sbuf_text(&out)) == 0;
	if (want == NULL)
		printf("%s: no such file; the text is:\n%s", path,
			sbuf_text(&out));
	else if (!ok)
		print_difference(path, want, sbuf_text(&out));
	free(want);
	sbuf_done(&out);
	return ok;
}

static int
is_conf(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".conf") == 0;
}

int
main(int argc, char **argv)
{
	bool update = argc == 3 && strcmp(argv[2], "--update") == 0;
	struct dirent **list;
	int n, bad = 0;

	if (argc < 2 || (argc > 2 && !update)) {
		fprintf(stderr, "usage: golden DIR [--update]\n");
		return 2;
	}
	n = scandir(argv[1], &list, is_conf, alphasort);
	if (n <= 0) {
		fprintf(stderr, "%s: no *.conf\n", argv[1]);
		return 2;
	}
	for (int i = 0; i < n; i++) {
		char name[256];

		snprintf(name, sizeof(name), "%.*s",
			(int)strlen(list[i]->d_name) - 5, list[i]->d_name);
		bad += !check_one(argv[1], name, update);
		free(list[i]);
	}
	free(list);
	printf("%d configurations, %d differ\n", n, bad);
	return bad > 0;
}
