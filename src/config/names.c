/* SPDX-License-Identifier: Apache-2.0 */
#include "config/names.h"

#include <string.h>

bool
names_ifl(const struct cnode *root, const char *ifl)
{
	const char *dot = strrchr(ifl, '.');
	const struct cnode *ifd;
	char name[64];
	size_t len;

	if (dot == NULL)
		return false;
	len = (size_t)(dot - ifl);
	if (len >= sizeof(name))
		return false;
	memcpy(name, ifl, len);
	name[len] = '\0';
	ifd = cnode_entry(cnode_child(root, "interfaces"), "interface", name);
	return cnode_entry(ifd, "unit", dot + 1) != NULL;
}

static bool
in_book(const struct cnode *book, const char *name)
{
	return cnode_entry(book, "address", name) != NULL ||
	       cnode_entry(book, "address-set", name) != NULL;
}

bool
names_book_attached(const struct cnode *book, const char *zone)
{
	return cnode_entry(cnode_child(book, "attach"), "zone", zone) != NULL;
}

bool
names_address(const struct cnode *root, const char *zone, const char *name)
{
	const struct cnode *security = cnode_child(root, "security");
	const struct cnode *z = NULL;

	if (in_book(cnode_entry(security, "address-book", "global"), name))
		return true;
	if (zone == NULL)
		return false;
	z = cnode_entry(cnode_child(security, "zones"), "security-zone", zone);
	if (in_book(cnode_child(z, "address-book"), name))
		return true;
	cnode_foreach (book, security, "address-book")
		if (names_book_attached(book, zone) && in_book(book, name))
			return true;
	return false;
}
