/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proto - what crosses the management socket: frames of a 32-bit little-endian
 * length and one encoded tree (base/tree.h).
 *
 * The client sends one request at a time; the root element tells which:
 *   command    <line>: a command line as typed, pipes and all; <terminal>,
 *              <type>, <rows>, <columns>, <directory>: where the user sits
 *   rpc        one child: the RPC element with its arguments as children
 *   complete   <line> up to the cursor, <key>: "?", "tab" or "space"
 *   load-data  what an `end` asked for with <need>: <text>, or, of XML and
 *              JSON, the element <configuration>; neither: there is none
 *   tell       <text>, <user> (none: all): | request message
 *   answer     <text>: "yes" or "no", after an `end` with <question>
 *   interrupt  stop the running command; the only one allowed meanwhile
 *
 * The daemon answers with frames in this order:
 *   begin      <form> text, xml or json, and for each pipe of the line that is
 *              the client's a <pipe> with <name> and <argument>
 *   output     text to be printed as it is, whatever the form
 *   message    an error, warning or notice: text, severity, column (where the
 *              caret of an error goes: bytes into the line)
 *   rpc-error  instead of a message, when the request was an rpc
 *   file       <name>, <text>, <lines>: the client writes it (save)
 *   setting    <name>, <value>: `set cli ...`
 *   local      <name>, <argument>s: the client does it (cli/local.h)
 *   completion <insert>, <item>s with <word>, <help>, <mark>; <files>: names
 *              of files that begin so fit as well
 *   anything else is an operational answer for render/; its root's attribute
 *              vrflow:part says whether it is "only", "first", "middle" or
 *              "last" of several trees that make one answer
 *   end        <status> 0 or 1, <mode>, <path>, <user>, <host>,
 *              <confirm-minutes>; <need> (file, terminal, secret) and
 *              <question> ask for more
 *   notice     (any time) a text for the user, not an answer
 */
#ifndef MGMT_PROTO_H
#define MGMT_PROTO_H

#include <stddef.h>
#include <stdint.h>

#include "base/sbuf.h"
#include "base/tree.h"

#define PROTO_FRAME_MAX   (64u << 20)
#define PROTO_SOCKET_PATH "/run/vrflow/vrflow.sock"
#define PROTO_PART        "vrflow:part"

/* Bytes received that are not yet frames. */
struct proto_in {
	struct sbuf buf;
	size_t used; /* bytes at the front that were frames */
};

/* Append received bytes. 0 or -ENOMEM. */
int proto_feed(struct proto_in *in, const void *data, size_t len);

/*
 * Take the next frame. 1: *ret_tree is the caller's; 0: not complete yet;
 * -EMSGSIZE: longer than PROTO_FRAME_MAX; -EBADMSG: not a tree; -ENOMEM.
 * After an error the stream cannot be read any further.
 */
int proto_next(struct proto_in *in, struct tree **ret_tree);

void proto_in_done(struct proto_in *in);

/*
 * Append a frame. 0, -EMSGSIZE when the tree is too long for one, -ENOMEM (or
 * a tree that failed); nothing is appended then.
 */
int proto_put(struct sbuf *out, const struct tree *t);

#endif /* MGMT_PROTO_H */
