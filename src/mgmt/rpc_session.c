/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of NETCONF clients: how many there may be, who they are, and their
 * end [OP-123] [OP-136].
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "config/candidate.h"
#include "config/cnode.h"
#include "config/ctree.h"
#include "mgmt/conf_store.h"
#include "mgmt/oper_impl.h"
#include "mgmt/rpc_impl.h"

#define NETCONF_SESSIONS_DEFAULT 75u

/* [edit system services netconf] as it was committed; NULL: not there. */
static const struct cnode *
service(const struct session *s)
{
	const struct config_tree *t =
		s->env->config != NULL ? config_store_effective(s->env->config)
				       : NULL;

	return t != NULL ? cnode_find(&t->root, "system", "services", "netconf",
				   NULL)
			 : NULL;
}

static unsigned int
limit(const struct session *s)
{
	return (unsigned int)cnode_u64(cnode_child(service(s), "ssh"),
		"connection-limit", NETCONF_SESSIONS_DEFAULT);
}

static unsigned int
count(const struct session *s)
{
	unsigned int n = 0;

	for (const struct session *o = session_first(s->server); o != NULL;
		o = o->next)
		n += o->netconf && !o->broken;
	return n;
}

/* Nobody waits for a place: the client is told at once. */
static void
refuse(struct session *s)
{
	struct session_shared *shared = session_shared(s);
	char text[80];

	shared->refused_netconf++;
	snprintf(text, sizeof(text),
		"too many NETCONF sessions: the limit is %u", limit(s));
	log_warn("mgmt", "NETCONF session refused user=%s limit=%u refused=%lu",
		s->user, limit(s), shared->refused_netconf);
	rpc_error(s, NULL,
		&(struct rpc_error){.tag = "resource-denied", .message = text});
}

static const char *
class_of(const struct session *s)
{
	const struct cnode *login =
		s->env->config != NULL
			? cnode_find(
				  &config_store_effective(s->env->config)->root,
				  "system", "login", NULL)
			: NULL;
	const char *name =
		cnode_leaf(cnode_entry(login, "user", s->user), "class");

	return name != NULL ? name : "super-user";
}

/*
 * The first request of the NETCONF program: who am I, and how do I speak? It is
 * a login, as the log has it [OP-139].
 */
void
rpc_session(struct session *s, const struct tnode *rpc)
{
	const char *from = tnode_text(rpc, "ssh-connection");
	const struct cnode *netconf = service(s);
	struct tree *t;

	if (count(s) >= limit(s)) {
		refuse(s);
		return;
	}
	t = rpc_tree(s, "session");
	if (t == NULL)
		return;
	s->netconf = true;
	s->rfc = cnode_has(netconf, "rfc-compliant");
	if (from != NULL)
		snprintf(s->from, sizeof(s->from), "%.*s",
			(int)strcspn(from, " "), from);
	log_event(LOG_FACILITY_INTERACTIVE, 6, "UI_LOGIN_EVENT",
		"User '%s' login, class '%s' [%d], ssh-connection '%s', "
		"client-mode 'netconf'",
		s->user, class_of(s), (int)s->pid, from ? from : "");
	tree_leaf(t->root, "session-id", "%u", s->id);
	tree_leaf(t->root, "user", "%s", s->user);
	if (s->rfc && cnode_has(netconf, "version-1.1"))
		tree_flag(t->root, "version-1.1");
	session_send(s, t);
}

void
rpc_session_leave(const struct session *s)
{
	if (s->netconf)
		log_event(LOG_FACILITY_INTERACTIVE, 6, "UI_LOGOUT_EVENT",
			"User '%s' logout", s->user);
}

void
rpc_kill(struct session *s, const struct tnode *rpc)
{
	const char *text = tnode_text(rpc, "session-id");
	unsigned long id = text != NULL ? strtoul(text, NULL, 10) : 0;
	struct session *o = session_first(s->server);

	while (o != NULL && (o->id != id || o == s))
		o = o->next;
	if (o == NULL) {
		rpc_error(s, NULL,
			&(struct rpc_error){.tag = "invalid-value",
				.message = "no such session",
				.bad_element = text ? text : "session-id"});
		return;
	}
	log_info("mgmt", "session killed user=%s by=%s", o->user, s->user);
	o->broken = true; /* its lock goes with it at the end of this round */
	rpc_ok(s);
}

/* ---- show netconf sessions ---- */

static void
put_session(struct tnode *root, const struct session *o)
{
	struct tnode *n = tree_open(root, "netconf-session");
	char when[32];

	tree_leaf(n, "session-id", "%u", o->id);
	tree_leaf(n, "user", "%s", o->user);
	tree_leaf(n, "pid", "%d", (int)o->pid);
	if (o->from[0] != '\0')
		tree_leaf(n, "from", "%s", o->from);
	config_time_text(o->since, when);
	tree_attr(tree_leaf(n, "login-time", "%s", when), "junos:seconds",
		"%lld", (long long)o->since);
	tree_leaf(n, "in-rpcs", "%u", o->rpcs);
	if (o->exclusive)
		tree_flag(n, "configuration-locked");
	if (o->private_candidate != NULL)
		tree_flag(n, "private-configuration");
}

void
oper_netconf_sessions(struct ops_request *rq)
{
	const struct session *s = rq->session;
	const struct session_shared *shared = session_shared(s);
	struct tree *t = tree_create();
	struct tnode *root;

	rq->out = t;
	if (t == NULL)
		return;
	root = tree_root(t, "netconf-session-information");
	tree_leaf(root, "active-sessions", "%u", count(s));
	tree_leaf(root, "session-limit", "%u", limit(s));
	tree_leaf(root, "refused-sessions", "%lu", shared->refused_netconf);
	tree_leaf(root, "refused-connections", "%lu", shared->refused);
	for (const struct session *o = session_first(s->server); o != NULL;
		o = o->next)
		if (o->netconf && !o->broken)
			put_session(root, o);
}
