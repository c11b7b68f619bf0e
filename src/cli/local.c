/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/local.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 8u

static const struct {
	const char *name;
	const char *words[5]; /* of the program, before the arguments */
} programs[] = {
	{"file-compare", {"diff", "--"}},
	{"file-compare-context", {"diff", "-c", "--"}},
	{"file-compare-unified", {"diff", "-u", "--"}},
	{"file-copy", {"cp", "--"}},
	{"file-delete", {"rm", "-f", "--"}},
	{"file-list", {"ls", "-1p", "--"}},
	{"file-list-detail", {"ls", "-lp", "--"}},
	{"file-list-detail-recursive", {"ls", "-lpR", "--"}},
	{"file-list-recursive", {"ls", "-1pR", "--"}},
	{"file-md5", {"md5sum", "--tag", "--"}},
	{"file-rename", {"mv", "--"}},
	{"file-sha-256", {"sha256sum", "--tag", "--"}},
	{"file-sha1", {"sha1sum", "--tag", "--"}},
	{"file-show", {"cat", "--"}},
	{"ssh", {"ssh", "--"}},
};

/* The user's own shell, unless that is this program. */
static const char *
shell_of_user(void)
{
	const struct passwd *pw = getpwuid(getuid());
	const char *shell = pw != NULL ? pw->pw_shell : NULL, *name;

	if (shell == NULL || shell[0] != '/')
		return "/bin/sh";
	name = strrchr(shell, '/') + 1;
	if (strcmp(name, "vrflow") == 0 || access(shell, X_OK) != 0)
		return "/bin/sh";
	return shell;
}

/* Words of the program and its arguments; false: unknown or too many. */
static bool
fill(const struct tnode *root, const char *words[WORDS_MAX])
{
	const char *name = tnode_text(root, "name");
	size_t n = 0, i = 0;

	if (name == NULL)
		return false;
	if (strcmp(name, "shell") == 0) {
		words[n++] = shell_of_user();
		if (tnode_child(root, "argument") != NULL)
			words[n++] = "-c";
	} else {
		while (i < sizeof(programs) / sizeof(programs[0]) &&
			strcmp(programs[i].name, name) != 0)
			i++;
		if (i == sizeof(programs) / sizeof(programs[0]))
			return false;
		for (const char *const *w = programs[i].words; *w != NULL; w++)
			words[n++] = *w;
	}
	tnode_foreach (c, root) {
		if (strcmp(c->name, "argument") != 0)
			continue;
		if (n == WORDS_MAX - 1)
			return false;
		words[n++] = c->value != NULL ? c->value : "";
	}
	words[n] = NULL;
	return true;
}

static void
become(const char *const words[], int out)
{
	signal(SIGINT, SIG_DFL);
	if (out >= 0) {
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
	}
	/* execvp()'s type; it does not write to them. */
	execvp(words[0], (char *const *)(uintptr_t)words);
	fprintf(stderr, "error: %s: %s\n", words[0], strerror(errno));
	_exit(127);
}

static bool
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* On the user's terminal; ^C is the program's meanwhile. */
static bool
run_on_terminal(struct shell *sh, const char *const words[])
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	pid_t pid;
	bool ok;

	sigaction(SIGINT, &ignore, &old);
	input_echo(&sh->input, true);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		become(words, -1);
	ok = pid > 0 && wait_for(pid);
	input_echo(&sh->input, false);
	sigaction(SIGINT, &old, NULL);
	return ok;
}

/* Its output takes the way of any answer: pipes, pages. */
static bool
run_for_output(struct shell *sh, const char *const words[])
{
	int fds[2];
	char buf[4096];
	ssize_t n;
	pid_t pid;

	if (pipe(fds) != 0)
		return false;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		if (freopen("/dev/null", "r", stdin) == NULL)
			_exit(127);
		become(words, fds[1]);
	}
	close(fds[1]);
	while (pid > 0 && !sh->pager.quit) {
		n = read(fds[0], buf, sizeof(buf));
		if (n > 0)
			filter_feed(sh->filter, buf, (size_t)n);
		else if (n == 0 || errno != EINTR)
			break;
	}
	close(fds[0]); /* the program ends, if it has more to say */
	return pid > 0 && (wait_for(pid) || sh->pager.quit);
}

static bool
refuse(struct shell *sh, const char *text)
{
	shell_error(sh, text);
	return false;
}

/* rm -f says nothing of what is not there. */
static bool
is_there(struct shell *sh, const char *name, const char *path)
{
	char text[4300];

	if (strcmp(name, "file-delete") != 0 || path == NULL ||
		access(path, F_OK) == 0)
		return true;
	snprintf(text, sizeof(text), "error: %.4000s: %s", path,
		strerror(errno));
	return refuse(sh, text);
}

bool
local_run(struct shell *sh, const struct tnode *root)
{
	const char *words[WORDS_MAX], *name = tnode_text(root, "name");
	const char *first = tnode_text(root, "argument");
	bool terminal;

	if (!fill(root, words))
		return refuse(sh, "error: this program cannot do that");
	if (!is_there(sh, name, first))
		return false;
	terminal = strcmp(name, "ssh") == 0 ||
		   (strcmp(name, "shell") == 0 && first == NULL);
	if (!terminal)
		return run_for_output(sh, words);
	if (!sh->interactive)
		return refuse(sh, "error: this needs a terminal");
	return run_on_terminal(sh, words);
}
