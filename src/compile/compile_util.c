/* SPDX-License-Identifier: Apache-2.0 */
/* The helpers of compile_impl.h: growing arrays, errors, names, numbers. */
#include "compile/compile_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/sbuf.h"

void *
vec_add(struct compile *c, void *array, size_t *n, size_t size)
{
	char **p = array;
	char *grown;

	if ((*n & (*n - 1)) == 0) {
		grown = reallocarray(*p, *n ? *n * 2 : 1, size);
		if (grown == NULL) {
			c->nomem = true;
			return NULL;
		}
		*p = grown;
	}
	memset(*p + *n * size, 0, size);
	return *p + (*n)++ * size;
}

void
index_put(struct compile *c, struct names *t, const char *name, size_t i)
{
	if (!names_put(t, name, (uint32_t)i))
		c->nomem = true;
}

void
text_copy(char *dst, size_t size, const char *text)
{
	size_t n = strnlen(text, size - 1);

	memcpy(dst, text, n);
	dst[n] = '\0';
}

void
name_copy(struct compile *c, const struct cnode *at, char *dst, size_t size,
	const char *text)
{
	text_copy(dst, size, text);
	if (strlen(text) >= size)
		compile_error(
			c, at, "Name is longer than %zu characters", size - 1);
}

/*
 * The words of node that its parent's path does not have: "policy p",
 * "interfaces ge-0/0/0.0"; for a leaf with its value. NULL when unknown.
 */
static char *
statement_of(const struct cnode *node, const char *path, const char *parent)
{
	struct sbuf b = SBUF_INIT;
	const char *value =
		cnode_value(node) ? cnode_value(node) : cnode_bare(node);
	size_t n = parent ? strlen(parent) : 0, m, v;

	if (path == NULL)
		return NULL;
	if (n > 0 && strncmp(path, parent, n) == 0)
		path += n;
	path += strspn(path, " ");
	sbuf_puts(&b, path);
	m = strlen(path);
	v = value ? strlen(value) : 0;
	if (v > 0 && !(m >= v && strcmp(path + m - v, value) == 0))
		sbuf_printf(&b, "%s%s", m > 0 ? " " : "", value);
	return sbuf_take(&b);
}

static void
report_at(struct compile *c, enum report_severity severity,
	const struct cnode *node, const char *fmt, va_list ap)
{
	const struct cnode *above = cnode_parent(node);
	char *path = cnode_path(node);
	char *parent = above != NULL ? cnode_path(above) : NULL;
	char *statement = statement_of(node, path, parent);
	struct sbuf b = SBUF_INIT;

	sbuf_vprintf(&b, fmt, ap);
	report_add(c->report, severity, cnode_line(node),
		parent != NULL && parent[0] != '\0' ? parent : NULL, statement,
		"%s", sbuf_text(&b));
	c->nomem |= path == NULL || statement == NULL || b.failed ||
		    (above != NULL && parent == NULL);
	sbuf_done(&b);
	free(statement);
	free(parent);
	free(path);
}

void
compile_error(struct compile *c, const struct cnode *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_at(c, REPORT_ERROR, node, fmt, ap);
	va_end(ap);
}

void
compile_warning(
	struct compile *c, const struct cnode *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_at(c, REPORT_WARNING, node, fmt, ap);
	va_end(ap);
}

const char *
value_of(const struct cnode *n)
{
	const char *value = n != NULL ? cnode_value(n) : NULL;

	return value != NULL ? value : "";
}

const char *
leaf_or_inner(const struct cnode *n, const char *name, const char *inner)
{
	const struct cnode *child = cnode_child(n, name);
	const char *value = child != NULL ? cnode_value(child) : NULL;

	if (value != NULL && value[0] != '\0')
		return value;
	return child != NULL ? cnode_leaf(child, inner) : NULL;
}

uint32_t
number_of(const char *text, uint32_t dflt)
{
	unsigned long n;
	char *end;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return dflt;
	n = strtoul(text, &end, 0);
	return *end == '\0' && n <= UINT32_MAX ? (uint32_t)n : dflt;
}

enum reverse_mode
reverse_mode_of(const struct cnode *n)
{
	const char *text = cnode_leaf(n, "reverse-route");

	if (text == NULL)
		return REVERSE_INHERIT;
	return strcmp(text, "packet-mode") == 0 ? REVERSE_PACKET_MODE
						: REVERSE_FLOW_MODE;
}

void
ifl_full_name(const char *text, char buf[NAME_MAX_LEN])
{
	snprintf(buf, NAME_MAX_LEN, "%s%s", text,
		strchr(text, '.') != NULL ? "" : ".0");
}

bool
find_ifl(struct compile *c, const struct cnode *node, const char *name,
	uint32_t *ret)
{
	char full[NAME_MAX_LEN];

	ifl_full_name(name, full);
	if (names_get(&c->ifls, full, ret))
		return true;
	compile_error(c, node,
		"Interface %s must be configured under interfaces", full);
	return false;
}

bool
find_vr(struct compile *c, const char *name, struct vr_id *ret)
{
	uint32_t i;

	if (strcmp(name, "default") == 0)
		name = "master";
	if (!names_get(&c->vrs, name, &i))
		return false;
	*ret = c->image->vrs[i].id;
	return true;
}

void
number_names(struct compile *c, enum ids_kind kind, const char *const *names,
	size_t n, uint32_t *ret, const struct cnode *at, const char *what)
{
	int r = compile_ids_assign(c->ids, kind, names, n, ret);

	if (r == -ENOSPC)
		compile_error(c, at, "More than %u %s", compile_ids_limit(kind),
			what);
	else if (r < 0)
		c->nomem = true;
}
