/* SPDX-License-Identifier: Apache-2.0 */
#include "mgmt/access.h"

#include <regex.h>
#include <string.h>
#include <unistd.h>

#include "config/candidate.h"
#include "mgmt/session.h"

static const struct {
	const char *name;
	unsigned int bits;
} classes[] = {
	{"super-user", ACCESS_ALL},
	{"superuser", ACCESS_ALL},
	{"operator", ACCESS_CLEAR | ACCESS_NETWORK | ACCESS_RESET |
			     ACCESS_TRACE | ACCESS_VIEW},
	{"read-only", ACCESS_VIEW},
	{"unauthorized", 0},
};

/* A permission to see, and the one to change that brings it along. */
#define BOTH(word, BIT, what)                                                  \
	{word, BIT, "Can view " what},                                         \
	{                                                                      \
		word "-control", BIT##_C | BIT, "Can modify " what             \
	}

static const struct {
	const char *name;
	unsigned int bits;
	const char *help;
} permissions[] = {
	{"all", ACCESS_ALL, "Can do everything"},
	{"all-control",
		ACCESS_CONTROL_ALL | ACCESS_SHOW_CONFIG | ACCESS_SECRET |
			ACCESS_TRACE,
		"Can modify any configuration"},
	BOTH("access", ACCESS_ACCESS, "access configuration"),
	BOTH("admin", ACCESS_ADMIN, "user accounts"),
	{"clear", ACCESS_CLEAR, "Can clear learned network info"},
	{"configure", ACCESS_CONFIGURE, "Can enter configuration mode"},
	BOTH("firewall", ACCESS_FIREWALL, "firewall configuration"),
	BOTH("interface", ACCESS_INTERFACE, "interface configuration"),
	{"maintenance", ACCESS_MAINTENANCE, "Can perform system maintenance"},
	{"network", ACCESS_NETWORK,
		"Can access the network using ping and ssh"},
	{"reset", ACCESS_RESET, "Can reset or restart daemons"},
	{"rollback", ACCESS_ROLLBACK,
		"Can rollback to previous configurations"},
	BOTH("routing", ACCESS_ROUTING, "routing configuration"),
	BOTH("secret", ACCESS_SECRET, "secret configuration"),
	BOTH("security", ACCESS_SECURITY, "security configuration"),
	{"shell", ACCESS_SHELL, "Can start a local shell"},
	BOTH("snmp", ACCESS_SNMP, "SNMP configuration"),
	{"storage", ACCESS_STORAGE, "Can view storage configuration"},
	{"storage-control", ACCESS_STORAGE, "Can modify storage configuration"},
	BOTH("system", ACCESS_SYSTEM, "system configuration"),
	BOTH("trace", ACCESS_TRACE, "trace file settings"),
	{"view", ACCESS_VIEW, "Can view current values and statistics"},
	{"view-configuration", ACCESS_VIEW_CONFIG,
		"Can view all configuration (not including secrets)"},
};

/* First words of commands and what they need; the longest come first. */
static const struct {
	const char *words;
	unsigned int bits;
} commands[] = {
	{"show configuration", ACCESS_SHOW_CONFIG},
	{"show system rollback", ACCESS_SHOW_CONFIG},
	{"show system configuration", ACCESS_SHOW_CONFIG},
	{"commit", ACCESS_CONFIGURE},
	{"configure", ACCESS_CONFIGURE},
	{"edit", ACCESS_CONFIGURE},
	{"clear system commit", ACCESS_CONFIGURE},
	{"clear", ACCESS_CLEAR},
	{"ping", ACCESS_NETWORK},
	{"traceroute", ACCESS_NETWORK},
	{"restart", ACCESS_RESET},
	{"request message", ACCESS_VIEW},
	{"request", ACCESS_MAINTENANCE},
	{"file copy", ACCESS_MAINTENANCE},
	{"file delete", ACCESS_MAINTENANCE},
	{"file rename", ACCESS_MAINTENANCE},
	{"file", ACCESS_VIEW},
	{"ssh", ACCESS_NETWORK},
	{"start shell", ACCESS_SHELL},
	{"monitor", ACCESS_VIEW | ACCESS_TRACE},
	/* one's own terminal */
	{"set cli", 0},
	{"show cli", 0},
	{"cli", 0},
	{"help", 0},
	{"exit", 0},
	{"quit", 0},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
own_class(const struct cnode *class, struct access *ret)
{
	cnode_foreach (p, class, "permissions")
		for (size_t i = 0; i < COUNT(permissions); i++)
			if (strcmp(permissions[i].name, cnode_value(p)) == 0)
				ret->bits |= permissions[i].bits;
	if (cnode_has(class, "allow-configuration") ||
		cnode_has(class, "allow-configuration-regexps"))
		ret->bits |= ACCESS_SOME_CONFIG;
	ret->allow = cnode_leaf(class, "allow-commands");
	ret->deny = cnode_leaf(class, "deny-commands");
	ret->class = class;
}

void
access_of(const struct cnode *root, const char *user, bool privileged,
	struct access *ret)
{
	const struct cnode *login = cnode_find(root, "system", "login", NULL);
	const char *class;

	*ret = (struct access){.bits = ACCESS_ALL};
	if (privileged || cnode_child(login, "user") == NULL)
		return;
	ret->bits = 0;
	class = cnode_leaf(cnode_entry(login, "user", user), "class");
	if (class == NULL)
		return;
	for (size_t i = 0; i < COUNT(classes); i++)
		if (strcmp(classes[i].name, class) == 0) {
			ret->bits = classes[i].bits;
			return;
		}
	own_class(cnode_entry(login, "class", class), ret);
}

/* Does the expression match from the first word on? unknown: the answer when
 * there is no memory to find out. */
static bool
matches(const char *expression, const char *line, bool unknown)
{
	regmatch_t at;
	regex_t re;
	bool hit;

	if (expression == NULL)
		return false;
	if (regcomp(&re, expression, REG_EXTENDED | REG_ICASE) != 0)
		return unknown;
	hit = regexec(&re, line, 1, &at, 0) == 0 && at.rm_so == 0;
	regfree(&re);
	return hit;
}

/* The lists with -regexps at their end: any of them. */
static bool
any_matches(const struct access *a, const char *list, const char *line,
	bool unknown)
{
	cnode_foreach (e, a->class, list)
		if (matches(cnode_value(e), line, unknown))
			return true;
	return false;
}

static unsigned int
needs(const char *line)
{
	for (size_t i = 0; i < COUNT(commands); i++) {
		size_t len = strlen(commands[i].words);

		if (strncmp(line, commands[i].words, len) == 0 &&
			(line[len] == ' ' || line[len] == '\0'))
			return commands[i].bits;
	}
	return ACCESS_VIEW;
}

bool
access_command(const struct access *a, const char *line)
{
	unsigned int bits = needs(line);

	if (bits == 0 || matches(a->allow, line, false) ||
		any_matches(a, "allow-commands-regexps", line, false))
		return true;
	if (matches(a->deny, line, true) ||
		any_matches(a, "deny-commands-regexps", line, true))
		return false;
	return (a->bits & bits) != 0;
}

/* The permission that is the bit, or brings it along. */
static size_t
permission_of(unsigned int bit)
{
	size_t found = 0;

	for (size_t i = 1; i < COUNT(permissions); i++) {
		if (permissions[i].bits == bit)
			return i;
		if ((permissions[i].bits & bit) != 0)
			found = i;
	}
	return found;
}

const char *
access_name(unsigned int bit)
{
	return permissions[permission_of(bit)].name;
}

const char *
access_help(unsigned int bit)
{
	return permissions[permission_of(bit)].help;
}

void
session_access(const struct session *s, struct access *ret)
{
	const struct cnode *root = NULL;

	if (s->env->config != NULL)
		root = config_root(config_store_effective(s->env->config));
	access_of(root, s->user, s->uid == 0 || s->uid == geteuid(), ret);
}

bool
session_may(const struct session *s, unsigned int bits)
{
	struct access a;

	session_access(s, &a);
	return (a.bits & bits) != 0;
}

bool
session_may_run(const struct session *s, const char *line)
{
	struct access a;

	session_access(s, &a);
	return access_command(&a, line);
}

void
session_denied(struct session *s)
{
	session_error(s, NO_COLUMN, "error: permission denied");
}
