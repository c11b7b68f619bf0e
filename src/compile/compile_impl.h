/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of compile/ share while one configuration is compiled: the
 * specs that grow, the indices of names, and how errors are said.
 *
 * A compile_*() function reports what it finds wrong and goes on, so that the
 * user sees all errors at once. Running out of memory sets c->nomem; functions
 * may then leave things out, since nothing is returned in the end.
 */
#ifndef COMPILE_COMPILE_IMPL_H
#define COMPILE_COMPILE_IMPL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/report.h"
#include "compile/compile_ids.h"
#include "compile/names.h"
#include "config/cnode.h"
#include "image/image_spec.h"
#include "route/route_spec.h"

struct books; /* compile_address_book.h */
struct apps;  /* compile_applications.h */

struct compile {
	const struct cnode *root;
	struct report *report;
	struct compile_ids *ids; /* the working copy */
	struct image_spec *image;
	struct route_spec *routes;
	bool nomem;
	/* name -> index in the image's array of that kind */
	struct names ifds, ifls, vrs, zones, filters4, filters6, policers;
	struct names schedulers;
	struct names screens;  /* -> index in image.screens */
	struct names policies; /* policy-statement -> index in routes */
	struct books *books;
	struct apps *apps;
};

/*
 * Append a zeroed element to an array whose length is n; the new element, or
 * NULL when out of memory. Arrays grow at each power of two, so they carry no
 * capacity of their own.
 */
#define VEC_ADD(c, array, n)                                                   \
	((__typeof__(array))vec_add(c, &(array), &(n), sizeof(*(array))))
void *vec_add(struct compile *c, void *array, size_t *n, size_t size);

void index_put(struct compile *c, struct names *t, const char *name, size_t i);

/*
 * Copy a name into dst; too long a one is an error at the node.
 */
void name_copy(struct compile *c, const struct cnode *at, char *dst,
	size_t size, const char *text);
#define NAME_COPY(c, at, dst, text) name_copy(c, at, dst, sizeof(dst), text)

/* As name_copy, but a long text is cut: descriptions. */
void text_copy(char *dst, size_t size, const char *text);

/* An error at node: [edit PARENT], 'NODE' and the message. */
void compile_error(struct compile *c, const struct cnode *node, const char *fmt,
	...) __attribute__((format(printf, 3, 4)));
void compile_warning(struct compile *c, const struct cnode *node,
	const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* cnode_value, "" instead of NULL. */
const char *value_of(const struct cnode *n);

/*
 * Value of the leaf name below n, or, if name is a container (the XML of
 * Junos wraps some values: metric/metric-value), of its leaf inner. NULL if
 * absent.
 */
const char *leaf_or_inner(
	const struct cnode *n, const char *name, const char *inner);

uint32_t number_of(const char *text, uint32_t dflt);

/* The statement `reverse-route` below a zone or an instance [RR-10]. */
enum reverse_mode reverse_mode_of(const struct cnode *n);

/* "ge-0/0/0" is written for unit 0: make it "ge-0/0/0.0". */
void ifl_full_name(const char *text, char buf[NAME_MAX_LEN]);

/* Index of the interface in the image; an error at node if there is none. */
bool find_ifl(struct compile *c, const struct cnode *node, const char *name,
	uint32_t *ret);
bool find_vr(struct compile *c, const char *name, struct vr_id *ret);

/*
 * compile_ids_assign() on the working copy; too many names is an error at the
 * node: "More than LIMIT WHAT".
 */
void number_names(struct compile *c, enum ids_kind kind,
	const char *const *names, size_t n, uint32_t *ret,
	const struct cnode *at, const char *what);

/* The subtrees, in the order in which compile.c calls them. */
void compile_instances(struct compile *c);
void compile_firewall(struct compile *c);
void compile_interfaces(struct compile *c);
void compile_bindings(struct compile *c);
void compile_route_policies(struct compile *c);
void compile_routing(struct compile *c);
void compile_rib_groups(struct compile *c);
void compile_screens(struct compile *c);
void compile_zones(struct compile *c);
/* Tells each interface the screen of its zone. */
void compile_screen_bindings(struct compile *c);
void compile_address_books(struct compile *c);
void compile_applications(struct compile *c);
void compile_schedulers(struct compile *c);
void compile_policies(struct compile *c);
void compile_flow(struct compile *c);
void compile_log(struct compile *c);
void compile_traceoptions(struct compile *c);
void compile_export(struct compile *c);
void compile_nat(struct compile *c);
void compile_filter_refs(struct compile *c);

#endif /* COMPILE_COMPILE_IMPL_H */
