/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One message after the other: parse, turn into a request, put the answer into
 * a reply. The hello goes out at once: some clients wait for it before they
 * send theirs [OP-120].
 */
#include "netconf/session.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mgmt/client.h"
#include "netconf/exchange.h"
#include "netconf/files.h"
#include "netconf/framing.h"
#include "netconf/load_data.h"
#include "netconf/standard.h"
#include "netconf/xml_in.h"
#include "render/product.h"

#define BASE_NS  "urn:ietf:params:xml:ns:netconf:base:1.0"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const capabilities[] = {
	"urn:ietf:params:netconf:base:1.0",
	"urn:ietf:params:netconf:capability:candidate:1.0",
	"urn:ietf:params:netconf:capability:confirmed-commit:1.0",
	"urn:ietf:params:netconf:capability:validate:1.0",
	"urn:ietf:params:netconf:capability:url:1.0?scheme=file",
	"urn:ietf:params:xml:ns:netconf:base:1.0",
	"urn:ietf:params:xml:ns:netconf:capability:candidate:1.0",
	"urn:ietf:params:xml:ns:netconf:capability:confirmed-commit:1.0",
	"urn:ietf:params:xml:ns:netconf:capability:validate:1.0",
	"urn:ietf:params:xml:ns:netconf:capability:url:1.0?scheme=file",
	"http://xml.juniper.net/netconf/junos/1.0",
	"http://xml.juniper.net/dmi/system/1.0",
};

/* `system services netconf rfc-compliant` and `version-1.1` [OP-134]. */
static const char *const capabilities_1_1[] = {
	"urn:ietf:params:netconf:base:1.1",
	"urn:ietf:params:netconf:capability:confirmed-commit:1.1",
};
#define BASE_1_1 (capabilities_1_1[0])

/* A session that was refused waits so long for a request to be told why. */
#define REFUSED_WAIT_MS 30000

struct netconf {
	struct mgmt_client *client;
	int in, out;
	struct framing framing;
	bool eof, closing;
	bool offers_1_1;
	bool greeted; /* the client's hello has come */
	unsigned long id;
	char refused[256]; /* why, or empty */
	int error;         /* of the daemon's connection */
};

static int
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static void
read_input(struct netconf *nc)
{
	char buf[65536];
	ssize_t n = read(nc->in, buf, sizeof(buf));

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0 || framing_feed(&nc->framing, buf, (size_t)n) < 0)
		nc->eof = true;
}

/*
 * Until the daemon has something to say. The client may go away meanwhile, and
 * then nobody waits for the answer. The end of its input alone is not that: a
 * file of requests ends before the answers come.
 */
static bool
wait_daemon(void *ctx)
{
	struct netconf *nc = ctx;

	for (;;) {
		bool full = nc->framing.buf.len > FRAMING_MESSAGE_MAX;
		bool read_on = !full && !nc->eof;
		struct pollfd p[3] = {
			{.fd = mgmt_client_fd(nc->client), .events = POLLIN},
			{.fd = nc->out}, /* tells only that nobody reads */
			{.fd = nc->in, .events = POLLIN}};

		if (poll(p, read_on ? 3 : 2, -1) < 0) {
			if (errno != EINTR)
				return false;
			continue;
		}
		if (p[0].revents != 0)
			return true;
		if (p[1].revents != 0)
			return false;
		if (read_on && p[2].revents != 0)
			read_input(nc);
	}
}

/* ---- hello ---- */

static void
refuse(struct netconf *nc, const char *why)
{
	snprintf(nc->refused, sizeof(nc->refused), "%s",
		why != NULL ? why : "the session is refused");
}

/* What the daemon says of this session; true: that was all. */
static bool
take_session(struct netconf *nc, const struct tnode *n)
{
	if (strcmp(n->name, "session") == 0) {
		nc->id = tnode_u64(n, "session-id");
		nc->offers_1_1 = tnode_child(n, "version-1.1") != NULL;
	} else if (strcmp(n->name, "rpc-error") == 0) {
		refuse(nc, tnode_text(n, "error-message"));
	} else if (strcmp(n->name, "notice") == 0) {
		/* too many sessions: there is no other word */
		refuse(nc, tnode_text(n, "text"));
		return true;
	}
	return strcmp(n->name, "end") == 0;
}

/* Ask the daemon for the number of this session; may it be one at all? */
static int
ask_session(struct netconf *nc)
{
	const char *from = getenv("SSH_CONNECTION");
	struct tree *t = tree_create(), *answer;
	struct tnode *op;
	bool end = false;
	int rc = -ENOMEM;

	if (t != NULL) {
		op = tree_open(tree_root(t, "rpc"), "vrflow-session");
		if (from != NULL)
			tree_leaf(op, "ssh-connection", "%.200s", from);
		rc = mgmt_client_send(nc->client, t);
	}
	tree_free(t);
	while ((rc == 0 || rc == -EINTR) && !end) {
		rc = mgmt_client_recv(nc->client, &answer);
		if (rc != 0)
			continue;
		end = take_session(nc, answer->root);
		tree_free(answer);
	}
	return rc;
}

static void
put_capabilities(struct sbuf *out, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sbuf_printf(out, "    <capability>%s</capability>\n", names[i]);
}

static int
send_hello(struct netconf *nc)
{
	struct sbuf out = SBUF_INIT;
	int rc;

	sbuf_puts(&out, "<hello xmlns=\"" BASE_NS "\">\n  <capabilities>\n");
	put_capabilities(&out, capabilities, COUNT(capabilities));
	if (nc->offers_1_1)
		put_capabilities(
			&out, capabilities_1_1, COUNT(capabilities_1_1));
	sbuf_printf(&out,
		"  </capabilities>\n  <session-id>%lu</session-id>\n"
		"</hello>\n" FRAMING_END "%s",
		nc->id, nc->offers_1_1 ? "" : "\n"); /* a chunk may follow */
	rc = out.failed ? -ENOMEM : write_all(nc->out, out.data, out.len);
	sbuf_done(&out);
	return rc;
}

/* The client's: both offer 1.1, or 1.0 it is. */
static void
take_hello(struct netconf *nc, const struct tnode *hello)
{
	const struct tnode *list = tnode_child(hello, "capabilities");

	if (nc->greeted || list == NULL)
		return;
	nc->greeted = true;
	tnode_foreach (c, list) {
		if (nc->offers_1_1 && c->value != NULL &&
			strcmp(c->value, BASE_1_1) == 0)
			framing_use_chunks(&nc->framing);
	}
}

/* ---- requests ---- */

/* PyEZ sends <format>xml</format> as an argument; it is none. */
static void
take_format(struct tnode *op)
{
	struct tnode **at = &op->first, *last = NULL, *n;
	enum exchange_form form;

	if (strcmp(op->name, "get-rollback-information") == 0)
		return;
	while ((n = *at) != NULL) {
		if (strcmp(n->name, "format") == 0 && n->value != NULL &&
			exchange_form(n->value, &form)) {
			if (tnode_attr(op, "format") == NULL)
				tree_attr(op, "format", "%s", n->value);
			*at = n->next;
		} else {
			last = n;
			at = &n->next;
		}
	}
	op->last = last;
}

static bool
prepare(struct tnode *op, struct exchange *x)
{
	const char *format;
	char why[256] = "out of memory";

	take_format(op);
	format = tnode_attr(op, "format");
	if (strcmp(op->name, "load-configuration") == 0) {
		if (load_data(op, why, sizeof(why)) == 0)
			return true;
		exchange_error(x, "invalid-value", why, NULL);
		return false;
	}
	if (format != NULL && strcmp(op->name, "command") != 0 &&
		strcmp(op->name, "get-configuration") != 0 &&
		!exchange_form(format, &x->form)) {
		exchange_error(x, "invalid-value", "unknown format", format);
		return false;
	}
	return true;
}

/* The daemon is asked; an answer of the standard stands in <data>. */
static void
ask(struct netconf *nc, struct tree *t, struct exchange *x, bool wrap)
{
	struct sbuf data = SBUF_INIT;
	int rc = t->failed ? -ENOMEM : exchange_run(x, t);

	if (rc == -EMSGSIZE || rc == -ENOMEM)
		exchange_error(x, "too-big",
			rc == -ENOMEM ? "out of memory"
				      : "the request is too long",
			NULL);
	else if (rc < 0)
		nc->error = rc;
	if (!wrap || x->error)
		return;
	sbuf_puts(&data, "<data>\n");
	sbuf_add(&data, sbuf_text(&x->body), x->body.len);
	sbuf_puts(&data, "</data>\n");
	sbuf_done(&x->body);
	x->body = data;
}

static void
run_rpc(struct netconf *nc, struct tree *t, struct exchange *x)
{
	struct tnode *op = t->root->first;
	struct standard std;

	if (op == NULL) {
		exchange_error(x, "missing-element", "empty request", "rpc");
		return;
	}
	/* One operation; what stands behind it is none. */
	op->next = NULL;
	t->root->last = op;
	t->root->attrs = NULL;
	if (strcmp(op->name, "close-session") == 0) {
		nc->closing = true;
		sbuf_puts(&x->body, "<ok/>\n");
		return;
	}
	standard_map(t->root, &std);
	if (std.ok)
		sbuf_puts(&x->body, "<ok/>\n");
	else if (std.tag != NULL)
		exchange_error(x, std.tag, std.message, std.bad_element);
	else if (!files_run(op, x) && prepare(op, x))
		ask(nc, t, x, std.wrap_data);
}

static int
send_reply(struct netconf *nc, const struct sbuf *echo, struct sbuf *body)
{
	struct sbuf text = SBUF_INIT, out = SBUF_INIT;
	int rc;

	if (body->failed) {
		struct exchange x = {0};

		exchange_error(&x, "resource-denied", "out of memory", NULL);
		sbuf_done(body);
		*body = x.body;
	}
	sbuf_puts(&text,
		"<rpc-reply xmlns=\"" BASE_NS "\" "
		"xmlns:junos=\"http://xml.juniper.net/junos/" JUNOS_RELEASE
		"/junos\"");
	sbuf_add(&text, sbuf_text(echo), echo->len);
	sbuf_puts(&text, ">\n");
	sbuf_add(&text, sbuf_text(body), body->len);
	sbuf_puts(&text, "</rpc-reply>\n");
	sbuf_done(body);
	framing_put(&nc->framing, sbuf_text(&text), text.len, &out);
	rc = text.failed || out.failed ? -ENOMEM : 0;
	sbuf_done(&text);
	if (rc == 0)
		rc = write_all(nc->out, out.data, out.len);
	sbuf_done(&out);
	return rc;
}

/*
 * The stream makes no sense any more, so no message of it can be told from the
 * next: the reason, and the end [OP-135].
 */
static int
give_up(struct netconf *nc, int why)
{
	struct sbuf none = SBUF_INIT;
	struct exchange x = {0};

	if (why == -EMSGSIZE)
		exchange_error(&x, "too-big",
			"the message is longer than 64 MB; the session is "
			"closed",
			NULL);
	else if (why == -EBADMSG)
		exchange_error(&x, "malformed-message",
			"no chunk begins here (RFC 6242); the session is "
			"closed",
			NULL);
	else
		exchange_error(&x, "resource-denied", "out of memory", NULL);
	nc->closing = true;
	return send_reply(nc, &none, &x.body);
}

/* A message that is no request gets its error; the session goes on. */
static int
serve_message(struct netconf *nc, const char *text, size_t len)
{
	struct exchange x = {
		.client = nc->client, .wait = wait_daemon, .ctx = nc};
	struct xml_message m;
	int rc = xml_read(text, len, &m);

	if (rc == 0 && strcmp(m.tree->root->name, "hello") == 0) {
		take_hello(nc, m.tree->root);
		xml_message_done(&m);
		return 0;
	}
	if (rc == -EBADMSG)
		exchange_error(&x, "malformed-message", m.error, NULL);
	else if (rc < 0)
		exchange_error(&x, "resource-denied", "out of memory", NULL);
	else if (strcmp(m.tree->root->name, "rpc") != 0)
		exchange_error(&x, "unknown-element",
			"syntax error, expecting <rpc>", m.tree->root->name);
	else if (nc->refused[0] != '\0')
		exchange_error(&x, "resource-denied", nc->refused, NULL);
	else
		run_rpc(nc, m.tree, &x);
	nc->closing |= nc->refused[0] != '\0';
	rc = nc->error;
	if (rc == 0)
		rc = send_reply(nc, &m.echo, &x.body);
	sbuf_done(&x.body);
	xml_message_done(&m);
	return rc;
}

/* Notices are for people at a terminal. */
static void
drain_notice(struct netconf *nc)
{
	struct tree *t = NULL;
	int rc = mgmt_client_recv(nc->client, &t);

	if (rc == 0)
		tree_free(t);
	else if (rc != -EINTR)
		nc->error = rc;
}

/* Also the daemon may go away while nothing is asked. */
static void
wait_client(struct netconf *nc)
{
	struct pollfd p[2] = {
		{.fd = nc->in, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
	bool is_refused = nc->refused[0] != '\0';
	int n;
	char c;

	if (!is_refused)
		p[1].fd = mgmt_client_fd(nc->client);
	n = poll(p, 2, is_refused ? REFUSED_WAIT_MS : -1);
	if (n == 0)
		nc->closing = true;
	if (n <= 0)
		return;
	if (p[0].revents != 0)
		read_input(nc);
	else if (p[1].revents != 0 && recv(mgmt_client_fd(nc->client), &c, 1,
					      MSG_PEEK | MSG_DONTWAIT) == 0)
		nc->error = -EPIPE;
	else if (p[1].revents != 0)
		drain_notice(nc);
}

static int
serve(struct netconf *nc)
{
	const char *text;
	size_t len;
	int rc = 0;

	while (rc == 0 && nc->error == 0 && !nc->closing) {
		rc = framing_next(&nc->framing, &text, &len);
		if (rc == 1)
			rc = serve_message(nc, text, len);
		else if (rc < 0)
			return give_up(nc, rc);
		else if (rc == 0 && nc->eof)
			break;
		else if (rc == 0)
			wait_client(nc);
	}
	return rc != 0 ? rc : nc->error;
}

int
netconf_serve(const char *socket_path, int in_fd, int out_fd)
{
	struct netconf nc = {.in = in_fd, .out = out_fd};
	int rc = mgmt_client_open(socket_path, &nc.client);

	if (rc < 0)
		return rc;
	rc = ask_session(&nc);
	if (nc.refused[0] != '\0') {
		/* Without the place at the daemon that others may need. */
		mgmt_client_close(nc.client);
		nc.client = NULL;
		nc.id = (unsigned long)getpid();
		rc = 0;
	}
	if (rc == 0)
		rc = send_hello(&nc);
	if (rc == 0)
		rc = serve(&nc);
	mgmt_client_close(nc.client);
	framing_done(&nc.framing);
	/* A client that goes without a word is no failure of ours. */
	return rc == -EPIPE && nc.error == 0 ? 0 : rc;
}
