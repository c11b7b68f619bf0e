/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"

/* [CF-91]: what a script wants to know of all files together. */
enum { STATUS_KNOWN = 0, STATUS_UNKNOWN = 1, STATUS_ERROR = 2 };

struct how {
	bool json, all;
};

static int
usage(FILE *f)
{
	fputs("usage: vrflow check-config [--json] [--all] FILE...\n"
	      "  FILE    a configuration, curly, set or XML; - is standard "
	      "input\n"
	      "  --json  as JSON\n"
	      "  --all   list the supported statements, too\n",
		f);
	return f == stdout ? STATUS_KNOWN : STATUS_ERROR;
}

static int
read_stream(FILE *f, struct sbuf *out)
{
	char buf[65536];
	size_t n;

	while ((n = fread(buf, 1, sizeof(buf), f)) > 0) {
		sbuf_add(out, buf, n);
		if (out->len > CONFIG_TEXT_MAX)
			return -EFBIG;
	}
	if (ferror(f))
		return errno != 0 ? -errno : -EIO;
	return out->failed ? -ENOMEM : 0;
}

static int
read_path(const char *path, struct sbuf *out)
{
	FILE *f;
	int rc;

	if (strcmp(path, "-") == 0)
		return read_stream(stdin, out);
	f = fopen(path, "re");
	if (f == NULL)
		return -errno;
	rc = read_stream(f, out);
	fclose(f);
	return rc;
}

static int
say(const char *path, const char *what)
{
	fprintf(stderr, "error: %s: %s\n", path, what);
	return STATUS_ERROR;
}

static int
check_file(const char *path, const struct how *how)
{
	struct sbuf text = SBUF_INIT, out = SBUF_INIT, why = SBUF_INIT;
	struct check c = CHECK_INIT;
	int rc = read_path(path, &text), status;

	if (rc == 0)
		rc = check_text(&c, sbuf_text(&text), text.len, &why);
	if (rc == 0 && how->json && !check_json(&c, path, how->all, &out))
		rc = -ENOMEM;
	else if (rc == 0 && !how->json)
		check_print(&c, path, how->all, &out);
	if (rc == 0 && out.failed)
		rc = -ENOMEM;
	if (rc != 0)
		status = say(
			path, why.len > 0 ? sbuf_text(&why) : strerror(-rc));
	else
		status = c.count[CHECK_UNKNOWN] > 0 ? STATUS_UNKNOWN
						    : STATUS_KNOWN;
	if (rc == 0 && fputs(sbuf_text(&out), stdout) == EOF)
		status = say(path, strerror(errno));
	check_done(&c);
	sbuf_done(&text);
	sbuf_done(&out);
	sbuf_done(&why);
	return status;
}

int
check_main(int argc, char **argv)
{
	static const struct option options[] = {{"json", 0, NULL, 'j'},
		{"all", 0, NULL, 'a'}, {"help", 0, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	struct how how = {0};
	int opt, worst = STATUS_KNOWN;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'j')
			how.json = true;
		else if (opt == 'a')
			how.all = true;
		else
			return usage(opt == 'h' ? stdout : stderr);
	}
	if (optind == argc)
		return usage(stderr);
	for (int i = optind; i < argc; i++) {
		int status = check_file(argv[i], &how);

		if (status > worst)
			worst = status;
	}
	return worst;
}
