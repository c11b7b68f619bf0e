/* SPDX-License-Identifier: Apache-2.0 */
#include "netconf/load_data.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sbuf.h"
#include "netconf/framing.h"
#include "netconf/json_in.h"
#include "netconf/xml_in.h"

static void
only_child(struct tnode *op, struct tnode *c)
{
	op->first = op->last = c;
	c->next = NULL;
	c->parent = op;
}

/* The children of a tree of its own, copied. */
static void
copy_children(struct tnode *to, const struct tnode *from)
{
	tnode_foreach (c, from) {
		struct tnode *n = tree_open(to, c->name);

		if (c->value != NULL)
			tree_set_value(n, c->value);
		for (const struct tattr *a = c->attrs; a; a = a->next)
			tree_attr(n, a->name, "%s", a->value);
		copy_children(n, c);
	}
}

static int
add_json(struct tnode *op, const char *text, size_t len, char *why,
	size_t why_size)
{
	struct tnode *c = tree_open(op, "configuration");
	int rc = json_read(text, len, c, why, why_size);

	only_child(op, c);
	return rc;
}

static int
add_xml(struct tnode *op, const char *text, size_t len, char *why,
	size_t why_size)
{
	struct tnode *c = tree_open(op, "configuration");
	const struct tnode *from;
	struct xml_message m;
	int rc = xml_read(text, len, &m);

	if (rc == -EBADMSG) {
		snprintf(why, why_size, "%s", m.error);
		rc = -EINVAL;
	} else if (rc == 0) {
		from = m.tree->root;
		if (strcmp(from->name, "configuration") != 0 &&
			tnode_child(from, "configuration") != NULL)
			from = tnode_child(from, "configuration");
		if (strcmp(from->name, "configuration") == 0) {
			copy_children(c, from);
		} else {
			snprintf(why, why_size, "no configuration element");
			rc = -EINVAL;
		}
	}
	xml_message_done(&m);
	only_child(op, c);
	return rc;
}

static int
read_file(const char *path, struct sbuf *out, char *why, size_t why_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char buf[65536];
	struct stat st;
	ssize_t n = -1;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		while ((n = read(fd, buf, sizeof(buf))) > 0) {
			sbuf_add(out, buf, (size_t)n);
			if (out->len > FRAMING_MESSAGE_MAX) {
				errno = EFBIG;
				n = -1;
				break;
			}
		}
	} else if (fd >= 0) {
		errno = EINVAL;
	}
	if (n < 0)
		snprintf(why, why_size, "cannot read '%.150s': %s", path,
			strerror(errno));
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return -EINVAL;
	return out->failed ? -ENOMEM : 0;
}

static int
load_url(struct tnode *op, const char *url, char *why, size_t why_size)
{
	const char *format = tnode_attr(op, "format");
	const char *action = tnode_attr(op, "action");
	struct sbuf text = SBUF_INIT;
	int rc;

	if (strncmp(url, "file://", 7) == 0)
		url += 7;
	else if (strstr(url, "://") != NULL) {
		snprintf(why, why_size,
			"only files can be loaded, not '%.150s'", url);
		return -EINVAL;
	}
	rc = read_file(url, &text, why, why_size);
	if (rc < 0) {
		/* the reason is said */
	} else if (action != NULL && strcmp(action, "set") == 0) {
		only_child(op, tree_leaf(op, "configuration-set", "%s",
				       sbuf_text(&text)));
	} else if (format != NULL && strcmp(format, "json") == 0) {
		rc = add_json(op, sbuf_text(&text), text.len, why, why_size);
	} else if (format != NULL && strcmp(format, "text") == 0) {
		only_child(op, tree_leaf(op, "configuration-text", "%s",
				       sbuf_text(&text)));
	} else {
		/* Without a format what it looks like, as Junos does. */
		const char *at = sbuf_text(&text);

		at += strspn(at, " \t\r\n");
		if (*at == '<' || format != NULL)
			rc = add_xml(
				op, sbuf_text(&text), text.len, why, why_size);
		else
			only_child(op, tree_leaf(op, "configuration-text", "%s",
					       sbuf_text(&text)));
	}
	sbuf_done(&text);
	return rc;
}

int
load_data(struct tnode *op, char *why, size_t why_size)
{
	const struct tnode *json = tnode_child(op, "configuration-json");
	const struct tnode *c = tnode_child(op, "configuration");
	const char *format = tnode_attr(op, "format");
	const char *url = tnode_attr(op, "url");

	if (url != NULL)
		return load_url(op, url, why, why_size);
	/* Some put the text into <configuration>. */
	if (json == NULL && c != NULL && c->first == NULL && c->value != NULL &&
		format != NULL && strcmp(format, "json") == 0)
		json = c;
	if (json == NULL)
		return 0;
	if (json->value == NULL) {
		snprintf(why, why_size, "missing argument");
		return -EINVAL;
	}
	return add_json(op, json->value, strlen(json->value), why, why_size);
}
