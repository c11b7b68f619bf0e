/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of a NETCONF client in XML -> the mapping of standard operations ->
 * frames -> a daemon with a small configuration: each is answered to its end,
 * and what is answered stands for itself as XML. The first byte says how the
 * messages are framed.
 */
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "config/candidate.h"
#include "mgmt/proto.h"
#include "mgmt/server.h"
#include "netconf/framing.h"
#include "netconf/load_data.h"
#include "netconf/standard.h"
#include "netconf/xml_in.h"
#include "render/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fixture {
	struct ops_env env;
	struct mgmt_server *server;
	int fd;
	struct proto_in in;
};

static int
apply(void *ctx, const struct cnode *root, struct report *r)
{
	(void)ctx;
	(void)root;
	(void)r;
	return 0;
}

static struct config_store *
open_store(void)
{
	static const char text[] =
		"system { host-name gw; services { netconf { ssh; "
		"rfc-compliant; } } }\n"
		"security { zones { security-zone LAN; security-zone ISP; } "
		"}\n";
	struct config_store_ops ops = {.apply = apply};
	struct config_store *store = NULL;
	struct report r = REPORT_INIT;

	if (config_store_open(NULL, &ops, &store, &r) == 0)
		config_store_load(store, text, sizeof(text) - 1,
			CONFIG_LOAD_OVERRIDE, &r);
	report_done(&r);
	return store;
}

static bool
setup(struct fixture *f)
{
	struct mgmt_server_options o = {.group = -1};
	int fd[2];

	f->env.config = open_store();
	if (f->env.config == NULL ||
		mgmt_server_create(&o, &f->env, &f->server) != 0 ||
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) != 0)
		return false;
	f->fd = fd[0];
	return mgmt_server_adopt(f->server, fd[1]) == 0;
}

/* A frame of the answer; true: it was the last. */
static bool
take(struct tree *t)
{
	bool end = strcmp(t->root->name, "end") == 0;
	struct sbuf out = SBUF_INIT;
	struct xml_message m;

	render_xml(t, &out);
	if (!out.failed && xml_read(out.data, out.len, &m) == 0)
		xml_message_done(&m);
	else
		abort();
	sbuf_done(&out);
	tree_free(t);
	return end;
}

/* Until the end of the answer, or the session's. */
static bool
answered(struct fixture *f)
{
	static char buf[1 << 16];

	for (unsigned int idle = 0; idle < 64; idle++) {
		struct tree *t;
		ssize_t n;

		mgmt_server_poll(f->server);
		n = recv(f->fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n == 0)
			return false;
		if (n < 0)
			continue;
		idle = 0;
		if (proto_feed(&f->in, buf, (size_t)n) < 0)
			return false;
		while (proto_next(&f->in, &t) == 1)
			if (take(t))
				return true;
	}
	abort();
}

static bool
ask(struct fixture *f, const struct tree *t)
{
	struct sbuf wire = SBUF_INIT;
	size_t done = 0;
	bool ok = proto_put(&wire, t) == 0;

	while (ok && done < wire.len) {
		ssize_t n = send(f->fd, wire.data + done, wire.len - done,
			MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0)
			done += (size_t)n;
		mgmt_server_poll(f->server);
	}
	sbuf_done(&wire);
	return ok && answered(f);
}

/* False: the session is over. */
static bool
message(struct fixture *f, const char *text, size_t len)
{
	struct standard std = {0};
	struct xml_message m;
	bool up = true;
	char why[256];

	if (xml_read(text, len, &m) == 0 &&
		strcmp(m.tree->root->name, "rpc") == 0 &&
		m.tree->root->first != NULL) {
		struct tnode *op = m.tree->root->first;

		op->next = NULL;
		m.tree->root->last = op;
		standard_map(m.tree->root, &std);
		/* No files: their names are the fuzzer's. */
		if (std.tag == NULL && tnode_attr(op, "url") == NULL &&
			strcmp(op->name, "file-show") != 0 &&
			load_data(op, why, sizeof(why)) == 0)
			up = ask(f, m.tree);
	}
	xml_message_done(&m);
	return up;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fixture f = {.fd = -1};
	struct framing framing = {0};
	const char *text;
	size_t len;

	log_set_level(LOG_LEVEL_ERROR);
	if (size > 0 && data[0] == '#') {
		framing_use_chunks(&framing);
		data++;
		size--;
	}
	if (setup(&f) && framing_feed(&framing, data, size) == 0)
		while (framing_next(&framing, &text, &len) == 1 &&
			message(&f, text, len))
			continue;
	framing_done(&framing);
	if (f.fd >= 0)
		close(f.fd);
	proto_in_done(&f.in);
	mgmt_server_free(f.server);
	config_store_close(f.env.config);
	return 0;
}
