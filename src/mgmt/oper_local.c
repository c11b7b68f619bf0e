/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that the user's own program runs, with the user's rights: file,
 * start shell, ssh [OP-113]. The daemon reads the line, decides whether the
 * user may, and says what to do in a `local` frame; which program that is, the
 * client decides. And messages from user to user [OP-114].
 */
#include <string.h>

#include "mgmt/oper_impl.h"
#include "mgmt/server.h"
#include "mgmt/session.h"

/* In the order in which the client wants them; NULL: not given. */
static void
local(struct ops_request *rq, const char *name, const char *const *arguments,
	size_t n)
{
	struct tree *t = tree_create();

	if (t == NULL)
		return;
	tree_leaf(tree_root(t, "local"), "name", "%s", name);
	for (size_t i = 0; i < n; i++)
		if (arguments[i] != NULL)
			tree_leaf(t->root, "argument", "%s", arguments[i]);
	session_send(rq->session, t);
}

static void
local_one(struct ops_request *rq, const char *name, const char *element)
{
	const char *a = ops_arg(rq, element);

	local(rq, name, &a, 1);
}

static void
local_two(struct ops_request *rq, const char *name)
{
	const char *a[2] = {ops_arg(rq, "from"), ops_arg(rq, "to")};

	local(rq, name, a, 2);
}

void
oper_file_show(struct ops_request *rq)
{
	local_one(rq, "file-show", "filename");
}

void
oper_file_delete(struct ops_request *rq)
{
	local_one(rq, "file-delete", "filename");
}

void
oper_file_list(struct ops_request *rq)
{
	bool detail = ops_arg(rq, "detail") != NULL;
	bool recursive = ops_arg(rq, "recursive") != NULL;

	local_one(rq,
		detail && recursive ? "file-list-detail-recursive"
		: detail            ? "file-list-detail"
		: recursive         ? "file-list-recursive"
				    : "file-list",
		"path");
}

void
oper_file_copy(struct ops_request *rq)
{
	local_two(rq, "file-copy");
}

void
oper_file_rename(struct ops_request *rq)
{
	local_two(rq, "file-rename");
}

void
oper_file_compare(struct ops_request *rq)
{
	bool context = ops_arg(rq, "context") != NULL;

	local_two(rq, ops_arg(rq, "unified") != NULL ? "file-compare-unified"
		      : context                      ? "file-compare-context"
						     : "file-compare");
}

void
oper_file_checksum(struct ops_request *rq)
{
	if (ops_arg(rq, "md5") != NULL)
		local_one(rq, "file-md5", "filename");
	else if (ops_arg(rq, "sha1") != NULL)
		local_one(rq, "file-sha1", "filename");
	else
		local_one(rq, "file-sha-256", "filename");
}

void
oper_shell(struct ops_request *rq)
{
	local_one(rq, "shell", "command");
}

void
oper_ssh(struct ops_request *rq)
{
	local_one(rq, "ssh", "host");
}

void
oper_message(struct ops_request *rq)
{
	struct session *s = rq->session;
	const char *user = ops_arg(rq, "user");

	if (user == NULL && ops_arg(rq, "all") == NULL) {
		session_error(s, NO_COLUMN, "missing argument.");
		return;
	}
	if (!session_tell(s, user, ops_arg(rq, "message")))
		session_error(s, NO_COLUMN, "error: user '%s' is not logged in",
			user);
}

const struct command_arg oper_file_args[] = {
	{NULL, "filename", ARG_BARE, ARG_TYPE_FILE, 0, 0, true, "Filename"},
	{0},
};

const struct command_arg oper_file_list_args[] = {
	{NULL, "path", ARG_BARE, ARG_TYPE_FILE, 0, 0, false,
		"Path to file or directory"},
	{"detail", "detail", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Display detailed output"},
	{"recursive", "recursive", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Recurse through subdirectories"},
	{0},
};

const struct command_arg oper_two_files_args[] = {
	{NULL, "from", ARG_BARE, ARG_TYPE_FILE, 0, 0, true, "Source filename"},
	{NULL, "to", ARG_BARE, ARG_TYPE_FILE, 0, 0, true,
		"Destination filename"},
	{0},
};

const struct command_arg oper_compare_args[] = {
	{NULL, "from", ARG_BARE, ARG_TYPE_FILE, 0, 0, true, "From file"},
	{NULL, "to", ARG_BARE, ARG_TYPE_FILE, 0, 0, true, "To file"},
	{"context", "context", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Output differences in context format"},
	{"unified", "unified", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Output differences in unified format"},
	{0},
};

const struct command_arg oper_checksum_args[] = {
	{NULL, "filename", ARG_BARE, ARG_TYPE_FILE, 0, 0, true, "Filename"},
	{"md5", "md5", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Calculate MD5 checksum"},
	{"sha-256", "sha-256", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Calculate SHA-256 checksum (default)"},
	{"sha1", "sha1", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Calculate SHA-1 checksum"},
	{0},
};

const struct command_arg oper_shell_args[] = {
	{"command", "command", ARG_VALUE, ARG_TYPE_STRING, 0, 0, false,
		"Run this command of the shell only"},
	{0},
};

const struct command_arg oper_ssh_args[] = {
	{NULL, "host", ARG_BARE, ARG_TYPE_STRING, 0, 0, true,
		"Hostname or address or user@host"},
	{0},
};

const struct command_arg oper_message_args[] = {
	{"all", "all", ARG_FLAG, ARG_TYPE_NONE, 0, 0, false,
		"Send message to all users"},
	{"message", "message", ARG_VALUE, ARG_TYPE_STRING, 0, 0, true,
		"Text of the message"},
	{"user", "user", ARG_VALUE, ARG_TYPE_STRING, 0, 0, false,
		"Name of the user"},
	{0},
};
