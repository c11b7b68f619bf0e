/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render - a tree as text. One renderer per form; the CLI and NETCONF use the
 * same ones.
 */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "base/sbuf.h"
#include "base/tree.h"

/*
 * The CLI text of an answer, in the layouts of docs/behaviour/operational.md,
 * chosen by the root element's name and its junos:style attribute (brief,
 * terse, detail, extensive, summary). Unknown roots: one "name: value" a line.
 */
void render_text(const struct tree *t, struct sbuf *out);

/*
 * One answer may come as several trees (ops_request.cursor). first and last
 * tell a renderer when to print what stands once (headings, totals).
 */
void render_text_part(
	const struct tree *t, bool first, bool last, struct sbuf *out);

/*
 * Join the parts of one answer: the children of all roots become children of
 * the first root, in order, and their texts one text. A part whose first
 * element carries the attribute RENDER_CONTINUED goes on with the last element
 * of the part before it (a long route table), and so may its own first element.
 * After it parts[0] can be rendered as a whole, and none of the other trees may
 * be freed before it.
 */
#define RENDER_CONTINUED "vrflow:continued"
void render_join(struct tree *const *parts, size_t n);

/* XML, indented as Junos does; ASCII only. */
void render_xml(const struct tree *t, struct sbuf *out);
/* Inside <rpc-reply ...> with the banner, as `| display xml` prints it. */
void render_xml_reply(const struct tree *t, struct sbuf *out);

/* Operational JSON: every element an array of objects with "data". */
void render_json(const struct tree *t, struct sbuf *out);

#endif /* RENDER_RENDER_H */
