/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of `security` and `applications` [CF-14]. */
#include <string.h>

#include "config/check.h"
#include "config/names.h"

#define NESTING_MAX 8u /* of address sets and application sets */

static void
check_policy(struct check *c, const struct cnode *p)
{
	const struct cnode *then = cnode_child(p, "then");

	if (then == NULL)
		return;
	if (!cnode_has(then, "permit") && !cnode_has(then, "deny") &&
		!cnode_has(then, "reject"))
		check_error(c, then,
			"One of 'permit', 'deny' or 'reject' must be "
			"configured");
}

void
check_policies(struct check *c)
{
	const struct cnode *policies =
		cnode_find(c->root, "security", "policies", NULL);

	cnode_foreach (context, policies, "policy") {
		cnode_foreach (p, context, "policy")
			check_policy(c, p);
	}
	cnode_foreach (p, cnode_child(policies, "global"), "policy")
		check_policy(c, p);
}

static void
check_address(struct check *c, const struct cnode *a)
{
	static const char *const forms[] = {
		"ip-prefix", "range-address", "dns-name", "wildcard-address"};
	unsigned int n = 0;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		n += cnode_has(a, forms[i]);
	if (n == 0)
		check_error(c, a,
			"Address must have a prefix, a range, "
			"a dns-name or a wildcard-address");
	else if (n > 1)
		check_error(c, a, "Address must have only one value");
}

/* How deep sets are nested below this one; more than the limit: a cycle. */
static unsigned int
set_depth(const struct cnode *holder, const struct cnode *set, const char *list,
	unsigned int depth)
{
	unsigned int most = depth;

	if (depth > NESTING_MAX)
		return depth;
	cnode_foreach (m, set, list) {
		const struct cnode *inner =
			cnode_entry(holder, list, cnode_key(m, 0));
		unsigned int d;

		if (inner == NULL)
			continue;
		d = set_depth(holder, inner, list, depth + 1);
		if (d > most)
			most = d;
		if (most > NESTING_MAX)
			break;
	}
	return most;
}

static void
check_set(struct check *c, const struct cnode *book, const struct cnode *set)
{
	static const char *const lists[] = {"address", "address-set"};

	for (size_t i = 0; i < 2; i++)
		cnode_foreach (m, set, lists[i])
			if (cnode_entry(book, lists[i], cnode_key(m, 0)) ==
				NULL)
				check_error(c, m,
					"%s %s must be defined in the same "
					"address book",
					lists[i], cnode_key(m, 0));
	if (set_depth(book, set, "address-set", 1) > NESTING_MAX)
		check_error(c, set,
			"Address sets are nested in a circle or deeper than %u",
			NESTING_MAX);
}

static void
check_book(struct check *c, const struct cnode *book)
{
	cnode_foreach (a, book, "address")
		check_address(c, a);
	cnode_foreach (s, book, "address-set") {
		if (cnode_entry(book, "address", cnode_key(s, 0)) != NULL)
			check_error(c, s, "An address has the same name");
		check_set(c, book, s);
	}
}

void
check_address_books(struct check *c)
{
	const struct cnode *security = cnode_child(c->root, "security");
	bool global = cnode_has(security, "address-book");

	cnode_foreach (book, security, "address-book") {
		check_book(c, book);
		if (strcmp(cnode_key(book, 0), "global") == 0 &&
			cnode_has(book, "attach"))
			check_error(c, cnode_child(book, "attach"),
				"Address book global cannot be attached");
	}
	cnode_foreach (z, cnode_child(security, "zones"), "security-zone") {
		const struct cnode *book = cnode_child(z, "address-book");

		if (book == NULL)
			continue;
		check_book(c, book);
		if (global)
			check_error(c, book,
				"Zone specific address book is not allowed "
				"together with security address-book");
	}
}

static void
check_application(struct check *c, const struct cnode *a)
{
	if (cnode_has(a, "protocol") && cnode_has(a, "term"))
		check_error(c, a,
			"Application must not have both a protocol and terms");
	if (!cnode_has(a, "protocol") && !cnode_has(a, "term"))
		check_error(c, a, "Missing mandatory statement: 'protocol'");
	cnode_foreach (t, a, "term")
		if (!cnode_has(t, "protocol"))
			check_error(c, t,
				"Missing mandatory statement: 'protocol'");
}

void
check_applications(struct check *c)
{
	const struct cnode *apps = cnode_child(c->root, "applications");

	cnode_foreach (a, apps, "application")
		check_application(c, a);
	cnode_foreach (s, apps, "application-set") {
		if (cnode_entry(apps, "application", cnode_key(s, 0)) != NULL)
			check_error(c, s, "An application has the same name");
		if (set_depth(apps, s, "application-set", 1) > NESTING_MAX)
			check_error(c, s,
				"Application sets are nested in a circle or "
				"deeper than %u",
				NESTING_MAX);
	}
}

void
check_flow(struct check *c)
{
	const struct cnode *tcp =
		cnode_find(c->root, "security", "flow", "tcp-session", NULL);
	const struct cnode *strict = cnode_child(tcp, "strict-syn-check");

	if (strict != NULL && (cnode_has(tcp, "no-syn-check") ||
				      cnode_has(tcp, "no-syn-check-in-tunnel")))
		check_error(c, strict,
			"strict-syn-check cannot be configured together with "
			"no-syn-check or no-syn-check-in-tunnel");
}
