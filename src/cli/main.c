/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vrflow - the command line of vrflowd.
 *
 *   vrflow [-s SOCKET]                  interactive, or a script on stdin
 *   vrflow [-s SOCKET] -c COMMAND...    these commands, in one session
 *   vrflow lab ...                      labs (lab/)
 *   vrflow check-config FILE...         what of it is known (check/)
 *
 * Exit status [OP-103]: 0 done, 1 a command failed, 2 no daemon. A script goes
 * on after a failure; the status tells of it at the end.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/check.h"
#include "cli/editor.h"
#include "cli/reconnect.h"
#include "cli/shell.h"
#include "lab/lab.h"
#include "mgmt/proto.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_NO_DAEMON = 2 };

#define COMMANDS_MAX 256

static int
usage(FILE *f)
{
	fprintf(f, "usage: vrflow [-s SOCKET] [-c COMMAND]...\n"
		   "       vrflow [-s SOCKET] < COMMANDS\n"
		   "       vrflow lab run|up|exec|console|down|list ...\n"
		   "       vrflow replay --config FILE [--against FILE] "
		   "CAPTURE...\n"
		   "       vrflow check-config [--json] [--all] FILE...\n");
	return f == stdout ? EXIT_DONE : EXIT_FAILED;
}

/*
 * sshd runs subsystems as `$SHELL -c PROGRAM`; a user whose shell this is must
 * still get NETCONF. Some clients ask for it as a command of Junos instead.
 */
static void
exec_subsystem(const char *command)
{
	char *line = strdup(command), *words[8], *save = NULL, *slash;
	size_t n = 0;

	for (char *w = line ? strtok_r(line, " ", &save) : NULL;
		w != NULL && n < 7; w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	words[n] = NULL;
	if (strcmp(command, "netconf") == 0 ||
		strcmp(command, "xml-mode netconf need-trailer") == 0) {
		words[0] = (char *)(uintptr_t) "vrflow-netconf";
		words[1] = NULL;
	}
	slash = n > 0 ? strrchr(words[0], '/') : NULL;
	if (n > 0 &&
		strcmp(slash ? slash + 1 : words[0], "vrflow-netconf") == 0) {
		execvp(words[0], words);
		perror(words[0]);
		exit(EXIT_FAILED);
	}
	free(line);
}

/*
 * `vrflow replay` is a program of its own beside this one: it is the packet
 * path, which a terminal does not need.
 */
static int
exec_replay(char **argv)
{
	char self[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 20);

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	strcpy(slash != NULL ? slash + 1 : self, "vrflow-replay");
	execv(self, argv);
	execvp("vrflow-replay", argv);
	perror("vrflow-replay");
	return EXIT_NO_DAEMON;
}

static int
status_of(const struct shell *sh, bool ok)
{
	if (sh->lost)
		return EXIT_NO_DAEMON;
	return ok && !sh->stopped ? EXIT_DONE : EXIT_FAILED;
}

static bool
may_go_on(const struct shell *sh)
{
	return !sh->lost && !sh->closed && !sh->stopped;
}

/* The command up to ";" or the end of the line, outside quotes. */
static char *
next_command(const char **at)
{
	const char *p = *at, *from = *at;
	bool quoted = false;

	if (*p == '\0')
		return NULL;
	for (; *p != '\0'; p++) {
		if (*p == '\\' && quoted && p[1] != '\0')
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && (*p == ';' || *p == '\n'))
			break;
	}
	*at = *p != '\0' ? p + 1 : p;
	return strndup(from, (size_t)(p - from));
}

static int
run_commands(struct shell *sh, char *const *commands, int n)
{
	bool ok = true;

	for (int i = 0; i < n; i++) {
		const char *at = commands[i];
		char *line;

		while (may_go_on(sh) && (line = next_command(&at)) != NULL) {
			ok = shell_run(sh, line) && ok;
			free(line);
		}
	}
	return status_of(sh, ok);
}

static int
run_script(struct shell *sh)
{
	bool ok = true;
	char *line;

	while (may_go_on(sh) && (line = input_line(&sh->input)) != NULL) {
		ok = shell_run(sh, line) && ok;
		free(line);
	}
	return status_of(sh, ok);
}

static int
run_interactive(struct shell *sh)
{
	struct editor *ed = editor_create(sh);
	char *line;

	if (ed == NULL) {
		fprintf(stderr, "error: cannot use the terminal\n");
		return EXIT_FAILED;
	}
	while (may_go_on(sh)) {
		line = editor_read(ed);
		if (sh->lost) {
			free(line);
			if (!reconnect(sh))
				break;
			continue;
		}
		if (line == NULL) {
			if (sh->closed)
				break;
			/* The end of input leaves like the word does. */
			printf("\n");
			line = strdup("exit");
		}
		if (line == NULL)
			break;
		if (line[strspn(line, " \t")] != '\0' || sh->configuring) {
			shell_run(sh, line);
			if (!sh->closed)
				printf("\n");
		}
		free(line);
		if (sh->lost && !reconnect(sh))
			break;
	}
	editor_free(ed);
	return sh->lost ? EXIT_NO_DAEMON : EXIT_DONE;
}

static int
run(const char *path, char *const *commands, int n)
{
	bool interactive = n == 0 && isatty(STDIN_FILENO) == 1;
	struct shell sh;
	int rc = shell_open(&sh, path, interactive);

	if (rc < 0) {
		fprintf(stderr, "error: cannot reach vrflowd at %s: %s\n", path,
			strerror(-rc));
		if (rc == -ECONNRESET)
			shell_close(&sh);
		return EXIT_NO_DAEMON;
	}
	if (n > 0)
		rc = run_commands(&sh, commands, n);
	else if (interactive)
		rc = run_interactive(&sh);
	else
		rc = run_script(&sh);
	shell_close(&sh);
	return rc;
}

int
main(int argc, char **argv)
{
	const char *path = getenv("VRFLOW_SOCKET");
	char *commands[COMMANDS_MAX];
	int n = 0, opt;

	if (argc > 1 && strcmp(argv[1], "lab") == 0)
		return lab_main(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "check-config") == 0)
		return check_main(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "replay") == 0)
		return exec_replay(argv + 1);
	setlocale(LC_CTYPE, "");
	if (path == NULL || path[0] == '\0')
		path = PROTO_SOCKET_PATH;
	while ((opt = getopt(argc, argv, "s:c:hV")) != -1) {
		switch (opt) {
		case 's':
			path = optarg;
			break;
		case 'c':
			if (n == COMMANDS_MAX) {
				fprintf(stderr, "too many commands\n");
				return EXIT_FAILED;
			}
			exec_subsystem(optarg);
			commands[n++] = optarg;
			break;
		case 'h':
			return usage(stdout);
		case 'V':
			printf("vrflow %s\n", VRFLOW_VERSION);
			return EXIT_DONE;
		default:
			return usage(stderr);
		}
	}
	if (optind < argc)
		return usage(stderr);
	return run(path, commands, n);
}
