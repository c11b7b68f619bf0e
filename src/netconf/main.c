/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vrflow-netconf - NETCONF on standard input and output, started by sshd as a
 * subsystem with the rights of the user.
 *
 * Exit status: 0 the session is over, 1 wrong usage, 2 no daemon.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mgmt/proto.h"
#include "netconf/session.h"

static int
usage(FILE *f)
{
	fprintf(f, "usage: vrflow-netconf [-s SOCKET]\n");
	return f == stdout ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const char *path = getenv("VRFLOW_SOCKET");
	int opt, rc;

	if (path == NULL || path[0] == '\0')
		path = PROTO_SOCKET_PATH;
	while ((opt = getopt(argc, argv, "s:hV")) != -1) {
		switch (opt) {
		case 's':
			path = optarg;
			break;
		case 'h':
			return usage(stdout);
		case 'V':
			printf("vrflow-netconf %s\n", VRFLOW_VERSION);
			return 0;
		default:
			return usage(stderr);
		}
	}
	if (optind < argc)
		return usage(stderr);
	signal(SIGPIPE, SIG_IGN);
	rc = netconf_serve(path, STDIN_FILENO, STDOUT_FILENO);
	if (rc == 0)
		return 0;
	fprintf(stderr, "error: vrflowd at %s: %s\n", path, strerror(-rc));
	return 2;
}
