/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/topology.h"

#define KEEP_MAX (1u << 20)
#define LOOK_MS  20 /* how often to see whether a silent program ended */

volatile int lab_interrupted;

static void
on_signal(int sig)
{
	lab_interrupted = sig;
}

void
lab_catch_signals(void)
{
	struct sigaction sa = {.sa_handler = on_signal};

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

unsigned long
lab_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (unsigned long)ts.tv_sec * 1000 +
	       (unsigned long)ts.tv_nsec / 1000000;
}

int
lab_netns_enter(const char *netns)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0) {
		int rc = -errno;

		if (fd >= 0)
			close(fd);
		return rc;
	}
	close(fd);
	/* /sys shows the network devices of the namespace it was mounted in. */
	if (unshare(CLONE_NEWNS) < 0 ||
		mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return -errno;
	umount2("/sys", MNT_DETACH);
	if (mount(netns, "/sys", "sysfs", 0, NULL) < 0)
		return -errno;
	return 0;
}

static int
input_fd(const char *input)
{
	size_t len, done = 0;
	int fd;

	if (input == NULL)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("lab-input", MFD_CLOEXEC);
	len = strlen(input);
	while (fd >= 0 && done < len) {
		ssize_t n = write(fd, input + done, len - done);

		if (n <= 0) {
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

/* In the child: say why and end. */
static void
child_fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	fflush(stderr);
	_exit(127);
}

static void
child_run(const struct lab_spawn *s, int in, int out)
{
	sigset_t none;
	int rc;

	setsid();
	if (!s->outlive)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	for (size_t i = 0; i < s->n_env; i++)
		setenv(s->env[i].key, s->env[i].value, 1);
	for (size_t i = 0; i < s->n_env2; i++)
		setenv(s->env2[i].key, s->env2[i].value, 1);
	rc = s->netns == NULL ? 0 : lab_netns_enter(s->netns);
	if (rc < 0)
		child_fail(s->netns, strerror(-rc));
	if (s->dir != NULL && chdir(s->dir) < 0)
		child_fail(s->dir, strerror(errno));
	execvp(s->argv[0], (char *const *)s->argv);
	child_fail(s->argv[0], strerror(errno));
}

int
lab_proc_start(struct lab_proc *p, const struct lab_spawn *s)
{
	int pipe_fd[2] = {-1, -1}, in, out, rc = 0;

	*p = LAB_PROC_INIT;
	in = input_fd(s->input);
	if (in < 0)
		return -errno;
	if (s->log != NULL) {
		out = open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			0644);
	} else {
		if (pipe2(pipe_fd, O_CLOEXEC) < 0)
			pipe_fd[1] = -1;
		out = pipe_fd[1];
	}
	if (out < 0) {
		rc = -errno;
		close(in);
		return rc;
	}
	fflush(NULL);
	p->pid = fork();
	if (p->pid == 0)
		child_run(s, in, out);
	if (p->pid < 0) {
		rc = -errno;
		p->pid = 0;
	}
	close(in);
	close(out);
	p->fd = pipe_fd[0];
	if (p->fd >= 0)
		fcntl(p->fd, F_SETFL, O_NONBLOCK);
	return rc;
}

/* Read what is there. >0 something came, 0 nothing now, <0 nothing more. */
static int
read_some(struct lab_proc *p, void (*show)(void *, const char *, size_t),
	void *arg)
{
	char buf[8192];
	ssize_t n;

	if (p->fd < 0)
		return -1;
	n = read(p->fd, buf, sizeof(buf));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		close(p->fd);
		p->fd = -1;
		return -1;
	}
	if (p->out.len + (size_t)n <= KEEP_MAX)
		sbuf_add(&p->out, buf, (size_t)n);
	else
		p->truncated = true;
	if (show != NULL)
		show(arg, buf, (size_t)n);
	return 1;
}

static bool
has_ended(struct lab_proc *p)
{
	int status;

	if (p->pid == 0)
		return true;
	if (waitpid(p->pid, &status, WNOHANG) != p->pid)
		return false;
	p->status = status;
	p->pid = 0;
	return true;
}

enum lab_wait
lab_proc_wait(struct lab_proc *p, unsigned long deadline_ms, bool once,
	void (*show)(void *, const char *, size_t), void *arg)
{
	for (;;) {
		bool ended = has_ended(p);
		int got = read_some(p, show, arg);
		unsigned long now = lab_now_ms(), look;
		struct pollfd pfd = {.fd = p->fd, .events = POLLIN};

		if (got > 0 && once)
			return LAB_MORE;
		/*
		 * A child that it left behind may hold the pipe open: what is
		 * in the pipe now is all that belongs to the program.
		 */
		if (ended && got <= 0)
			return LAB_ENDED;
		if (lab_interrupted)
			return LAB_INTERRUPTED;
		if (got > 0)
			continue;
		if (now >= deadline_ms)
			return LAB_TIMEOUT;
		/* Once the output is closed the end is near: look often. */
		look = p->fd >= 0 ? LOOK_MS : 1;
		if (look > deadline_ms - now)
			look = deadline_ms - now;
		poll(&pfd, p->fd >= 0, (int)look);
	}
}

void
lab_proc_signal(const struct lab_proc *p, int sig)
{
	if (p->pid > 0)
		kill(-p->pid, sig);
}

void
lab_proc_done(struct lab_proc *p)
{
	if (p->pid > 0) {
		kill(-p->pid, SIGKILL);
		kill(p->pid, SIGKILL); /* not yet a session of its own */
		waitpid(p->pid, &p->status, 0);
	}
	if (p->fd >= 0)
		close(p->fd);
	sbuf_done(&p->out);
	*p = LAB_PROC_INIT;
}

int
lab_exit_status(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
				      : 128 + WTERMSIG(wait_status);
}

int
lab_run_quiet(const char *netns, const char *const *argv, struct sbuf *out)
{
	struct lab_spawn s = {.netns = netns, .argv = argv};
	struct lab_proc p;
	enum lab_wait w;
	int rc = lab_proc_start(&p, &s);

	if (rc < 0)
		return rc;
	w = lab_proc_wait(&p, lab_now_ms() + 20000, false, NULL, NULL);
	if (out != NULL)
		sbuf_puts(out, sbuf_text(&p.out));
	rc = w == LAB_ENDED         ? lab_exit_status(p.status)
	     : w == LAB_INTERRUPTED ? -EINTR
				    : -ETIMEDOUT;
	lab_proc_done(&p);
	return rc;
}
