/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_file - the files of a store: written beside, then renamed, so that a
 * crash at any moment leaves the old content or the new.
 */
#ifndef CONFIG_STORE_FILE_H
#define CONFIG_STORE_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct sbuf;

/*
 * `dir` below is where a store lives: the path of its first file, or a
 * directory, in which that is vrflow.conf. Earlier ones have .1, .2 ... behind.
 * The path of number n into buf; n 0 is the first.
 */
#define STORE_PATH_MAX 4096
int store_path(const char *dir, unsigned int n, char buf[STORE_PATH_MAX]);

/* The path of a file of another purpose beside the first: ".rescue". */
int store_path_of(
	const char *dir, const char *suffix, char buf[STORE_PATH_MAX]);

/* Append the content of the file; -ENOENT, -EFBIG, -errno. */
int store_read(const char *path, size_t max, struct sbuf *out);

/* Append its first bytes only, at most n. 0 or -errno. */
int store_read_head(const char *path, size_t n, struct sbuf *out);

/* Write text to DIR/vrflow.conf.new and make it durable. */
int store_prepare(const char *dir, const char *text, size_t len);
void store_abandon(const char *dir);

/*
 * Make the prepared file the first one; with keep the present first one
 * becomes number 1, 1 becomes 2, up to last, which is lost.
 */
int store_publish(const char *dir, bool keep, unsigned int last);

/* Write any file whole: beside, then renamed. */
int store_write(const char *path, const char *text, size_t len);

#endif /* CONFIG_STORE_FILE_H */
