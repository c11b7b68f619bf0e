/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Only below a few directories, and a few files of /etc: what they resolve to
 * counts, so links lead nowhere else [OP-133].
 */
#include "netconf/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "netconf/xml_in.h"
#include "render/render.h"

#define SHOW_BYTES_MAX (4u << 20)
#define LIST_MAX       10000u

static const char *
home_of_user(void)
{
	const struct passwd *pw = getpwuid(getuid());

	return pw != NULL ? pw->pw_dir : "/";
}

/* Is path dir itself or below it? */
static bool
is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return n > 1 && strncmp(path, dir, n) == 0 &&
	       (path[n] == '/' || path[n] == '\0');
}

static bool
is_allowed(const char *path)
{
	static const char *const files[] = {"/etc/hostname", "/etc/hosts",
		"/etc/os-release", "/usr/lib/os-release", "/etc/resolv.conf"};
	static const char *const dirs[] = {"/var/log", "/var/tmp", "/tmp"};
	const char *home = home_of_user();
	char real[PATH_MAX];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(path, files[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (is_below(path, dirs[i]))
			return true;
	return realpath(home, real) != NULL && is_below(path, real) &&
	       strstr(path + strlen(real), "/.") == NULL;
}

/* "~" and "~/x" are the user's own; the path that is meant, or NULL. */
static bool
resolve(const char *name, char real[PATH_MAX], struct exchange *x)
{
	char path[PATH_MAX], why[PATH_MAX + 128];

	if (name[0] == '~' && (name[1] == '/' || name[1] == '\0'))
		snprintf(path, sizeof(path), "%.1000s%.1000s", home_of_user(),
			name + 1);
	else
		snprintf(path, sizeof(path), "%.3000s", name);
	if (realpath(path, real) == NULL) {
		snprintf(why, sizeof(why), "could not resolve file: %.1000s",
			name);
		exchange_error(x, "operation-failed", why, name);
		return false;
	}
	if (is_allowed(real))
		return true;
	exchange_error(x, "access-denied", "permission denied", name);
	return false;
}

static void
show_file(const char *name, struct exchange *x)
{
	char real[PATH_MAX], buf[65536];
	struct sbuf text = SBUF_INIT;
	struct stat st;
	FILE *f;
	size_t n;

	if (!resolve(name, real, x))
		return;
	f = stat(real, &st) == 0 && S_ISREG(st.st_mode) ? fopen(real, "re")
							: NULL;
	if (f == NULL) {
		exchange_error(
			x, "operation-failed", "could not read file", name);
		return;
	}
	while (text.len < SHOW_BYTES_MAX &&
		(n = fread(buf, 1, sizeof(buf), f)) > 0)
		for (size_t i = 0; i < n; i++)
			sbuf_putc(&text, buf[i] != '\0' ? buf[i] : '?');
	fclose(f);
	sbuf_puts(&x->body, "<file-content filename=\"");
	for (const char *p = real; *p != '\0'; p++)
		if (*p != '"')
			xml_put_text(&x->body, p, 1);
	sbuf_printf(
		&x->body, "\" filesize=\"%zu\" encoding=\"text\">\n", text.len);
	xml_put_text(&x->body, sbuf_text(&text), text.len);
	if (text.len > 0 && text.data[text.len - 1] != '\n')
		sbuf_putc(&x->body, '\n');
	sbuf_puts(&x->body, "</file-content>\n");
	sbuf_done(&text);
}

static void
put_entry(struct tnode *dir, int dir_fd, const char *name)
{
	char when[32];
	struct stat st;
	struct tm tm;
	struct tnode *n;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	n = tree_open(dir, "file-information");
	tree_leaf(n, "file-name", "%s", name);
	if (S_ISDIR(st.st_mode))
		tree_flag(n, "file-directory");
	tree_leaf(n, "file-size", "%lld", (long long)st.st_size);
	strftime(
		when, sizeof(when), "%b %e %H:%M", gmtime_r(&st.st_mtime, &tm));
	tree_attr(tree_leaf(n, "file-date", "%s", when), "junos:seconds",
		"%lld", (long long)st.st_mtime);
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void
list_directory(struct tnode *root, const char *real, const char *name)
{
	struct dirent **names = NULL;
	struct tnode *dir = tree_open(root, "directory");
	int n = scandir(real, &names, visible, alphasort);
	DIR *d = opendir(real);
	int shown = n < (int)LIST_MAX ? n : (int)LIST_MAX;

	tree_leaf(dir, "directory-name", "%s", name);
	for (int i = 0; i < n; i++) {
		if (i < shown && d != NULL)
			put_entry(dir, dirfd(d), names[i]->d_name);
		free(names[i]);
	}
	free(names);
	if (d != NULL)
		closedir(d);
	tree_leaf(dir, "total-files", "%d", n < 0 ? 0 : n);
}

static void
list_files(const char *name, struct exchange *x)
{
	char real[PATH_MAX], *slash;
	struct tree *t;
	struct stat st;

	if (!resolve(name, real, x))
		return;
	t = tree_create();
	if (t == NULL || stat(real, &st) != 0) {
		tree_free(t);
		exchange_error(
			x, "operation-failed", "could not read file", name);
		return;
	}
	tree_attr(tree_root(t, "directory-list"), "root-path", "%s", real);
	if (S_ISDIR(st.st_mode)) {
		list_directory(t->root, real, real);
	} else {
		slash = strrchr(real, '/');
		*slash = '\0';
		{
			DIR *d = opendir(real[0] != '\0' ? real : "/");

			if (d != NULL) {
				put_entry(t->root, dirfd(d), slash + 1);
				closedir(d);
			}
		}
	}
	render_xml(t, &x->body);
	tree_free(t);
}

bool
files_run(const struct tnode *op, struct exchange *x)
{
	const char *name;

	if (strcmp(op->name, "file-show") == 0) {
		name = tnode_text(op, "filename");
		if (name == NULL)
			exchange_error(x, "missing-element", "missing argument",
				"filename");
		else
			show_file(name, x);
		return true;
	}
	if (strcmp(op->name, "file-list") == 0) {
		name = tnode_text(op, "path");
		list_files(name != NULL ? name : "~", x);
		return true;
	}
	return false;
}
