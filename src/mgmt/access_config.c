/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/access_config.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/candidate.h"
#include "config/config.h"
#include "config/words.h"
#include "mgmt/session.h"

#define HIDDEN "/* SECRET-DATA */"

enum state { BY_CLASS, ALLOWED, DENIED };

/* The expressions of a class, ready to be asked. */
struct expressions {
	regex_t *re;
	size_t n;
	bool broken; /* no memory for one: what it says is not known */
};

struct rules {
	unsigned int bits;
	struct expressions allow, deny;
};

/* ---- expressions ---- */

/* Each word of the expression is a whole word of the path. */
static void
by_words(const char *text, struct sbuf *out)
{
	sbuf_puts(out, "^(");
	for (; *text != '\0'; text++)
		sbuf_puts(out, *text == ' ' ? ") (" : (char[]){*text, '\0'});
	sbuf_puts(out, ")( |$)");
}

static void
expression_add(struct expressions *e, const char *text, bool words)
{
	regex_t *re = reallocarray(e->re, e->n + 1, sizeof(*re));
	struct sbuf b = SBUF_INIT;

	if (re == NULL) {
		e->broken = true;
		return;
	}
	e->re = re;
	if (words)
		by_words(text, &b);
	else
		sbuf_printf(&b, "^(%s)", text);
	if (!b.failed && regcomp(&re[e->n], sbuf_text(&b),
				 REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0)
		e->n++;
	else
		e->broken = true;
	sbuf_done(&b);
}

static void
expressions_read(
	struct expressions *e, const struct cnode *class, const char *name)
{
	const char *text = cnode_leaf(class, name);
	char list[64];

	if (text != NULL)
		expression_add(e, text, false);
	snprintf(list, sizeof(list), "%s-regexps", name);
	cnode_foreach (n, class, list)
		expression_add(e, cnode_value(n), true);
}

static void
expressions_done(struct expressions *e)
{
	for (size_t i = 0; i < e->n; i++)
		regfree(&e->re[i]);
	free(e->re);
}

static bool
expressions_match(const struct expressions *e, const char *path)
{
	for (size_t i = 0; i < e->n; i++)
		if (regexec(&e->re[i], path, 0, NULL, 0) == 0)
			return true;
	return false;
}

static void
rules_init(struct rules *r, const struct access *a)
{
	*r = (struct rules){.bits = a->bits};
	expressions_read(&r->allow, a->class, "allow-configuration");
	expressions_read(&r->deny, a->class, "deny-configuration");
}

static void
rules_done(struct rules *r)
{
	expressions_done(&r->allow);
	expressions_done(&r->deny);
}

/* ---- permissions ---- */

static const struct {
	const char *name;
	unsigned int see, change;
} hierarchies[] = {
	{"access", ACCESS_ACCESS, ACCESS_ACCESS_C},
	{"applications", ACCESS_SECURITY | ACCESS_SYSTEM,
		ACCESS_SECURITY_C | ACCESS_SYSTEM_C},
	{"bridge-domains", ACCESS_INTERFACE, ACCESS_INTERFACE_C},
	{"chassis", ACCESS_INTERFACE, ACCESS_INTERFACE_C},
	{"class-of-service", ACCESS_INTERFACE, ACCESS_INTERFACE_C},
	{"firewall", ACCESS_FIREWALL, ACCESS_FIREWALL_C},
	{"forwarding-options", ACCESS_INTERFACE, ACCESS_INTERFACE_C},
	{"interfaces", ACCESS_INTERFACE, ACCESS_INTERFACE_C},
	{"policy-options", ACCESS_ROUTING, ACCESS_ROUTING_C},
	{"protocols", ACCESS_ROUTING, ACCESS_ROUTING_C},
	{"routing-instances", ACCESS_ROUTING, ACCESS_ROUTING_C},
	{"routing-options", ACCESS_ROUTING, ACCESS_ROUTING_C},
	{"schedulers", ACCESS_SECURITY | ACCESS_SYSTEM,
		ACCESS_SECURITY_C | ACCESS_SYSTEM_C},
	{"security", ACCESS_SECURITY, ACCESS_SECURITY_C},
	{"smtp", ACCESS_SECURITY, ACCESS_SECURITY_C},
	{"snmp", ACCESS_SNMP, ACCESS_SNMP_C},
	{"vlans", ACCESS_INTERFACE, ACCESS_INTERFACE_C},
};

/* What lets one see and change n itself; what is in groups counts as if it
 * stood where it says. */
static void
permissions_of(const struct cnode *n, unsigned int *see, unsigned int *change)
{
	const struct cnode *top = n, *below = NULL, *p;

	*see = ACCESS_SYSTEM;
	*change = ACCESS_SYSTEM_C;
	for (p = n; ctree_parent(p) != NULL; p = ctree_parent(p)) {
		const struct cnode *up = ctree_parent(p);

		if (strcmp(cnode_name(p), "traceoptions") == 0) {
			*see = ACCESS_TRACE;
			*change = ACCESS_TRACE_C;
			return;
		}
		if (ctree_parent(up) == NULL ||
			(ctree_schema(up)->flags & SCHEMA_TOP)) {
			top = p;
			break;
		}
		below = p;
	}
	if (below != NULL && strcmp(cnode_name(below), "login") == 0 &&
		strcmp(cnode_name(top), "system") == 0) {
		*see = ACCESS_ADMIN;
		*change = ACCESS_ADMIN_C;
	}
	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(hierarchies[0]);
		i++)
		if (strcmp(cnode_name(top), hierarchies[i].name) == 0) {
			*see = hierarchies[i].see;
			*change = hierarchies[i].change;
		}
}

/* Of a statement in a group also where the group puts it. */
static bool
path_matches(const struct expressions *e, const char *path)
{
	static const char groups[] = "groups ";
	const char *inner = NULL;

	if (strncmp(path, groups, sizeof(groups) - 1) == 0)
		inner = strchr(path + sizeof(groups) - 1, ' ');
	return expressions_match(e, path) ||
	       (inner != NULL && expressions_match(e, inner + 1));
}

/* What the expressions say of the path, given what they say above it. */
static enum state
state_of(const struct rules *r, const char *path, enum state above)
{
	if (above == ALLOWED || path_matches(&r->allow, path))
		return ALLOWED;
	if (above == DENIED || r->deny.broken || path_matches(&r->deny, path))
		return DENIED;
	return BY_CLASS;
}

/* ---- seeing ---- */

struct view {
	struct rules rules;
	struct config_tree *tree;
	bool nomem;
};

static bool
is_secret(const struct cnode *n)
{
	return ctree_schema(n)->flags & SCHEMA_SECRET;
}

/* A copy of n itself; without the permission a secret stays one. */
static struct cnode *
view_add(struct view *v, struct cnode *to, const struct cnode *n)
{
	bool hide = is_secret(n) && !(v->rules.bits & ACCESS_SECRET);
	struct cnode *c = ctree_add(v->tree, to, ctree_schema(n),
		hide && n->val[0] != NULL ? HIDDEN : n->val[0], n->val[1]);

	if (c == NULL || ctree_set_comment(v->tree, c, n->comment) != 0) {
		v->nomem = true;
		return NULL;
	}
	c->flags = n->flags;
	c->line = n->line;
	return c;
}

static void view_children(struct view *v, struct cnode *to,
	const struct cnode *from, struct sbuf *path, enum state above);

static void
view_node(struct view *v, struct cnode *to, const struct cnode *n,
	struct sbuf *path, enum state above)
{
	size_t len = path->len;
	unsigned int see, change;
	enum state st;
	struct cnode *c;
	bool seen;

	if (len > 0)
		sbuf_putc(path, ' ');
	words_node(n, path);
	st = state_of(&v->rules, sbuf_text(path), above);
	permissions_of(n, &see, &change);
	see |= ACCESS_VIEW_CONFIG;
	seen = st == ALLOWED || (st == BY_CLASS && (v->rules.bits & see));
	c = view_add(v, to, n);
	if (c != NULL) {
		view_children(v, c, n, path, st);
		/* what may not be seen leads to what may */
		if (!seen && ctree_first(c) == NULL)
			ctree_remove(c);
	}
	path->len = len;
	if (path->data != NULL)
		path->data[len] = '\0';
}

static void
view_children(struct view *v, struct cnode *to, const struct cnode *from,
	struct sbuf *path, enum state above)
{
	for (const struct cnode *n = ctree_first(from); n != NULL && !v->nomem;
		n = ctree_next(n))
		view_node(v, to, n, path, above);
}

static bool
has_deny(const struct access *a)
{
	return cnode_has(a->class, "deny-configuration") ||
	       cnode_has(a->class, "deny-configuration-regexps");
}

int
access_view(const struct access *a, const struct config_tree *t,
	struct config_tree **ret)
{
	struct view v = {.nomem = false};
	struct sbuf path = SBUF_INIT;

	*ret = NULL;
	if (t == NULL || ((a->bits & ACCESS_VIEW_CONFIG) &&
				 (a->bits & ACCESS_SECRET) && !has_deny(a)))
		return 0;
	v.tree = ctree_create();
	if (v.tree == NULL)
		return -ENOMEM;
	rules_init(&v.rules, a);
	view_children(&v, &v.tree->root, &t->root, &path, BY_CLASS);
	rules_done(&v.rules);
	v.nomem |= path.failed;
	sbuf_done(&path);
	if (v.nomem) {
		ctree_free(v.tree);
		return -ENOMEM;
	}
	*ret = v.tree;
	return 0;
}

/* ---- changing ---- */

struct change {
	struct rules rules;
	struct sbuf *what;
	bool refused;
};

static enum state
state_at(const struct rules *r, const struct cnode *n, struct sbuf *path)
{
	enum state above = BY_CLASS;

	if (ctree_parent(n) == NULL)
		return BY_CLASS;
	above = state_at(r, ctree_parent(n), path);
	if (path->len > 0)
		sbuf_putc(path, ' ');
	words_node(n, path);
	return state_of(r, sbuf_text(path), above);
}

static void
check_one(struct change *c, const struct cnode *n)
{
	struct sbuf path = SBUF_INIT;
	enum state st = state_at(&c->rules, n, &path);
	unsigned int see, change;
	bool ok;

	permissions_of(n, &see, &change);
	ok = st == ALLOWED ||
	     (st == BY_CLASS && (c->rules.bits & change) &&
		     (!is_secret(n) || (c->rules.bits & ACCESS_SECRET_C)));
	sbuf_done(&path);
	if (ok)
		return;
	c->refused = true;
	words_keyword(n, c->what);
}

/* All that n holds came, or went. */
static void
check_all(struct change *c, const struct cnode *n)
{
	if (ctree_first(n) == NULL)
		check_one(c, n);
	for (const struct cnode *k = ctree_first(n); k && !c->refused;
		k = ctree_next(k))
		check_all(c, k);
}

static struct cnode *
same(const struct cnode *parent, const struct cnode *n)
{
	struct cnode *o =
		ctree_find(parent, ctree_schema(n), n->val[0], n->val[1]);

	/* a leaf with another value is another statement */
	if (o != NULL && n->val[0] != NULL && strcmp(o->val[0], n->val[0]) != 0)
		return NULL;
	return o;
}

static void
diff(struct change *c, const struct cnode *a, const struct cnode *b)
{
	bool below = false;

	if (a->digest == b->digest)
		return;
	for (const struct cnode *n = ctree_first(a); n && !c->refused;
		n = ctree_next(n)) {
		const struct cnode *o = same(b, n);

		below |= o == NULL || o->digest != n->digest;
		if (o == NULL)
			check_all(c, n);
		else
			diff(c, n, o);
	}
	for (const struct cnode *n = ctree_first(b); n && !c->refused;
		n = ctree_next(n)) {
		if (same(a, n) != NULL)
			continue;
		below = true;
		check_all(c, n);
	}
	/* a mark, a comment, or the order */
	if (!c->refused && (!below || a->flags != b->flags))
		check_one(c, a);
}

bool
access_change_all(const struct access *a)
{
	return (a->bits & ACCESS_CONTROL_ALL) == ACCESS_CONTROL_ALL &&
	       !has_deny(a);
}

bool
access_change(const struct access *a, struct config_tree *before,
	struct config_tree *after, struct sbuf *what)
{
	struct change c = {.what = what};

	if (access_change_all(a))
		return true;
	rules_init(&c.rules, a);
	ctree_digest(&before->root);
	ctree_digest(&after->root);
	diff(&c, &before->root, &after->root);
	rules_done(&c.rules);
	return !c.refused;
}

/* ---- a session ---- */

int
session_view(const struct session *s, const struct config_tree **t,
	struct config_tree **own)
{
	struct access a;
	int rc;

	session_access(s, &a);
	rc = access_view(&a, *t, own);
	if (*own != NULL)
		*t = *own;
	return rc;
}

struct config_tree *
access_guard(const struct session *s)
{
	struct access a;

	if (s->env->config == NULL)
		return NULL;
	session_access(s, &a);
	return access_change_all(&a) ? NULL
				     : ctree_clone(config_store_candidate_read(
					       s->env->config));
}

bool
access_settle(
	const struct session *s, struct config_tree *before, char **ret_what)
{
	struct config_store *store = s->env->config;
	struct config_tree *now;
	struct sbuf what = SBUF_INIT;
	struct access a;
	bool ok;

	*ret_what = NULL;
	if (before == NULL)
		return true;
	session_access(s, &a);
	now = (struct config_tree *)config_store_candidate_read(store);
	ok = access_change(&a, before, now, &what);
	if (!ok) {
		config_store_swap(store, &before);
		*ret_what = what.len > 0 ? sbuf_take(&what) : NULL;
	}
	ctree_free(before);
	sbuf_done(&what);
	return ok;
}
