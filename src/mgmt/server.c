/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets and their buffers; what a request means is in request.c.
 */
#include "mgmt/server.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "mgmt/deadline.h"
#include "mgmt/names.h"
#include "mgmt/oper.h"
#include "mgmt/session.h"

/* A long answer pauses when this much waits for the reader... */
#define OUT_PAUSE_BYTES (1u << 20)
/* ...and a reader who lets more than this pile up is cut off. One million
 * routes as XML are 300 MB, all at once. */
#define OUT_MAX_BYTES (16u * PROTO_FRAME_MAX)

#define PARTS_PER_TURN 8u

struct mgmt_server {
	struct ops_env *env;
	const struct command *commands;
	char *path;
	int epoll_fd, listen_fd, timer_fd;
	struct session *sessions;
	unsigned int n_sessions, next_id;
	time_t touched; /* the candidate was changed */
	struct session_shared shared;
};

static int
fill_address(struct sockaddr_un *sa, const char *path)
{
	*sa = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(sa->sun_path))
		return -ENAMETOOLONG;
	strcpy(sa->sun_path, path);
	return 0;
}

/* Does somebody listen there? A stale file of a killed daemon refuses. */
static bool
socket_is_live(const struct sockaddr_un *sa)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool live;

	if (fd < 0)
		return false;
	live = connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) == 0 ||
	       errno == EAGAIN; /* its backlog is full: it lives */
	close(fd);
	return live;
}

bool
mgmt_server_serves(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(sa.sun_path))
		return false;
	strcpy(sa.sun_path, path);
	return socket_is_live(&sa);
}

/* Remove a stale socket; -EEXIST if something else has the name. */
static int
clear_path(const struct sockaddr_un *sa)
{
	struct stat st;

	if (lstat(sa->sun_path, &st) != 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	if (socket_is_live(sa))
		return -EADDRINUSE;
	return unlink(sa->sun_path) == 0 ? 0 : -errno;
}

static int
listen_at(const char *path, int group)
{
	struct sockaddr_un sa;
	mode_t mask;
	int fd, rc = fill_address(&sa, path);

	if (rc == 0)
		rc = clear_path(&sa);
	if (rc < 0)
		return rc;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* 0660 from the first moment, not only after a chmod. */
	mask = umask(0117);
	rc = bind(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0 ? 0 : -errno;
	umask(mask);
	if (rc == 0 && group >= 0 && chown(path, (uid_t)-1, (gid_t)group) != 0)
		rc = -errno;
	if (rc == 0 && listen(fd, 16) != 0)
		rc = -errno;
	if (rc < 0) {
		close(fd);
		return rc;
	}
	return fd;
}

static int
watch(struct mgmt_server *s, int fd, uint32_t events, void *ptr, int op)
{
	struct epoll_event ev = {.events = events, .data.ptr = ptr};

	return epoll_ctl(s->epoll_fd, op, fd, &ev) == 0 ? 0 : -errno;
}

static int
open_fds(struct mgmt_server *s, int group)
{
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll_fd < 0)
		return -errno;
	s->timer_fd =
		timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (s->timer_fd < 0)
		return -errno;
	if (watch(s, s->timer_fd, EPOLLIN, &s->timer_fd, EPOLL_CTL_ADD) < 0)
		return -ENOMEM;
	if (s->path == NULL)
		return 0;
	s->listen_fd = listen_at(s->path, group);
	if (s->listen_fd < 0)
		return s->listen_fd;
	return watch(s, s->listen_fd, EPOLLIN, &s->listen_fd, EPOLL_CTL_ADD);
}

int
mgmt_server_create(const struct mgmt_server_options *o, struct ops_env *env,
	struct mgmt_server **ret_server)
{
	struct mgmt_server *s = calloc(1, sizeof(*s));
	int rc = -ENOMEM;

	if (s == NULL)
		return -ENOMEM;
	s->epoll_fd = s->listen_fd = s->timer_fd = -1;
	s->env = env;
	s->commands = o->commands != NULL ? o->commands : ops_commands;
	s->path = o->path != NULL ? strdup(o->path) : NULL;
	if (s->path != NULL || o->path == NULL)
		rc = open_fds(s, o->group);
	if (rc < 0) {
		mgmt_server_free(s);
		return rc;
	}
	*ret_server = s;
	return 0;
}

int
mgmt_server_fd(const struct mgmt_server *s)
{
	return s->epoll_fd;
}

static void
name_user(struct session *c)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	struct passwd pw, *found = NULL;
	char buf[4096];

	c->uid = (uid_t)-1;
	if (getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0) {
		c->uid = cred.uid;
		c->pid = cred.pid;
	}
	if (getpwuid_r(c->uid, &pw, buf, sizeof(buf), &found) == 0 && found)
		snprintf(c->user, sizeof(c->user), "%s", pw.pw_name);
	else
		snprintf(c->user, sizeof(c->user), "uid%u",
			(unsigned int)c->uid);
}

/* Say why and close; a socket just accepted has room for one frame. */
static void
refuse(int fd, const char *text)
{
	struct tree *t = tree_create();
	struct sbuf out = SBUF_INIT;

	if (t != NULL) {
		tree_leaf(tree_root(t, "notice"), "text", "%s", text);
		if (proto_put(&out, t) == 0)
			(void)!send(fd, out.data, out.len,
				MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	tree_free(t);
	sbuf_done(&out);
	close(fd);
}

int
mgmt_server_adopt(struct mgmt_server *s, int fd)
{
	struct session *c;
	char why[80];
	int rc = -ENOMEM;

	if (s->n_sessions >= MGMT_CLIENTS_MAX) {
		s->shared.refused++;
		snprintf(why, sizeof(why),
			"error: too many sessions: the limit is %u",
			MGMT_CLIENTS_MAX);
		refuse(fd, why);
		return -EBUSY;
	}
	c = calloc(1, sizeof(*c));
	if (c != NULL)
		rc = watch(s, fd, EPOLLIN, c, EPOLL_CTL_ADD);
	if (rc < 0) {
		free(c);
		close(fd);
		return rc;
	}
	c->server = s;
	c->env = s->env;
	c->grammar = (struct grammar){{s->commands, oper_commands}};
	c->fd = fd;
	c->id = ++s->next_id;
	c->since = time(NULL);
	c->active = c->since;
	c->screen_length = c->screen_width = -1;
	c->complete_on_space = c->restart_on_upgrade = true;
	name_user(c);
	c->next = s->sessions;
	s->sessions = c;
	s->n_sessions++;
	return 0;
}

static void
accept_one(struct mgmt_server *s)
{
	int fd =
		accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0 && mgmt_server_adopt(s, fd) < 0)
		log_warn("mgmt", "connection refused sessions=%u refused=%lu",
			s->n_sessions, s->shared.refused);
}

static void
drop(struct mgmt_server *s, struct session *c)
{
	struct session **at = &s->sessions;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	s->n_sessions--;
	session_leave(c);
	close(c->fd);
	proto_in_done(&c->in);
	sbuf_done(&c->out);
	sbuf_done(&c->path);
	sbuf_done(&c->levels);
	for (unsigned int i = 0; i < SESSION_HISTORY; i++)
		free(c->history[i].text);
	free(c->secret_line);
	tree_free(c->queued);
	free(c);
}

static size_t
pending(const struct session *c)
{
	return c->out.len - c->out_done;
}

/* Write what the socket takes; ask to be told when it takes more. */
static void
flush(struct session *c)
{
	bool wait;

	while (pending(c) > 0 && !c->broken) {
		ssize_t n = send(c->fd, c->out.data + c->out_done, pending(c),
			MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			c->out_done += (size_t)n;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			break;
		else if (errno != EINTR)
			c->broken = true;
	}
	if (c->out_done == c->out.len) {
		c->out_done = 0;
		if (c->out.size > OUT_PAUSE_BYTES * 4)
			sbuf_done(&c->out);
		else
			sbuf_reset(&c->out);
	} else if (c->out_done > OUT_PAUSE_BYTES) {
		c->out.len -= c->out_done;
		memmove(c->out.data, c->out.data + c->out_done, c->out.len);
		c->out_done = 0;
	}
	if (pending(c) > OUT_MAX_BYTES)
		c->broken = true;
	wait = pending(c) > 0 || c->more;
	if (wait != c->writing && !c->broken) {
		watch(c->server, c->fd, EPOLLIN | (wait ? EPOLLOUT : 0), c,
			EPOLL_CTL_MOD);
		c->writing = wait;
	}
}

/*
 * Run what can run: the rest of a long answer, then the queued request. The
 * control thread has other work, so a long answer gets a few parts a turn;
 * asking for EPOLLOUT brings the next turn.
 */
static void
advance(struct session *c)
{
	struct tree *t;

	c->more = false;
	for (unsigned int parts = 0; !c->broken;) {
		flush(c);
		if (c->busy) {
			if (pending(c) > OUT_PAUSE_BYTES ||
				!session_continue(c))
				break;
			if (++parts < PARTS_PER_TURN)
				continue;
			c->more = true;
			break;
		}
		t = c->queued;
		c->queued = NULL;
		if (t == NULL)
			break;
		session_request(c, t);
	}
	flush(c);
}

static void
take_frame(struct session *c, struct tree *t)
{
	if (strcmp(t->root->name, "interrupt") == 0) {
		tree_free(t);
		session_interrupt(c);
	} else if (c->queued != NULL) {
		log_warn(
			"mgmt", "client sends ahead, closing user=%s", c->user);
		tree_free(t);
		c->broken = true;
	} else {
		c->queued = t;
		advance(c);
	}
}

static void
read_some(struct session *c)
{
	char buf[65536];
	struct tree *t;
	ssize_t n = read(c->fd, buf, sizeof(buf));
	int rc;

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		c->broken = true;
	if (n <= 0)
		return;
	rc = proto_feed(&c->in, buf, (size_t)n);
	while (rc >= 0 && !c->broken) {
		rc = proto_next(&c->in, &t);
		if (rc <= 0)
			break;
		take_frame(c, t);
	}
	if (rc < 0) {
		log_warn("mgmt", "malformed request, closing user=%s: %s",
			c->user, strerror(-rc));
		c->broken = true;
	}
}

static void
timer_fired(struct mgmt_server *s)
{
	uint64_t n;

	if (read(s->timer_fd, &n, sizeof(n)) == (ssize_t)sizeof(n))
		deadline_run(s, s->env);
	for (struct session *c = s->sessions; c != NULL; c = c->next)
		advance(c);
}

void
session_touch(struct session *s)
{
	s->server->touched = time(NULL);
}

struct session_shared *
session_shared(const struct session *s)
{
	return &s->server->shared;
}

time_t
session_touched(const struct session *s)
{
	return s->server->touched;
}

static void
reap(struct mgmt_server *s)
{
	struct session *c = s->sessions, *next;

	for (; c != NULL; c = next) {
		next = c->next;
		if (c->broken)
			drop(s, c);
	}
}

void
mgmt_server_poll(struct mgmt_server *s)
{
	struct epoll_event ev[16];
	int n = epoll_wait(s->epoll_fd, ev, 16, 0);

	for (int i = 0; i < n; i++) {
		struct session *c = ev[i].data.ptr;

		if (ev[i].data.ptr == &s->listen_fd)
			accept_one(s);
		else if (ev[i].data.ptr == &s->timer_fd)
			timer_fired(s);
		else if (!c->broken) {
			if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
				read_some(c);
			advance(c);
		}
	}
	for (struct session *c = s->sessions; c != NULL; c = c->next)
		if (c->queued != NULL && !c->busy)
			advance(c);
	/* Not earlier: events of this round may still point at them. */
	reap(s);
	deadline_arm(s->env, s->timer_fd);
}

void
mgmt_server_notice(struct mgmt_server *s, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (struct session *c = s->sessions; c != NULL; c = c->next) {
		struct tree *t = tree_create();

		if (t == NULL)
			return;
		tree_leaf(tree_root(t, "notice"), "text", "%s", text);
		session_send(c, t);
		flush(c);
	}
}

void
mgmt_server_tell(struct mgmt_server *s, const char *user, const char *text)
{
	for (struct session *c = s->sessions; c != NULL; c = c->next) {
		struct tree *t;

		if (user != NULL && strcmp(c->user, user) != 0)
			continue;
		t = tree_create();
		if (t == NULL)
			return;
		tree_leaf(tree_root(t, "notice"), "text", "%s", text);
		session_send(c, t);
		flush(c);
	}
}

/* [OP-114] */
bool
session_tell(struct session *s, const char *user, const char *text)
{
	struct sbuf line = SBUF_INIT;
	time_t now = time(NULL);
	bool told = false;
	struct tm tm;
	char when[8];

	strftime(when, sizeof(when), "%H:%M", localtime_r(&now, &tm));
	sbuf_printf(&line, "Message from %s@%s on %s at %s ...\n%s\nEOF",
		s->user, names_host(s->env),
		s->tty.name[0] != '\0' ? s->tty.name : "no terminal", when,
		text);
	for (struct session *c = s->server->sessions; c != NULL; c = c->next) {
		struct tree *t;

		if (c == s || (user != NULL && strcmp(c->user, user) != 0))
			continue;
		t = tree_create();
		if (t == NULL)
			break;
		tree_leaf(
			tree_root(t, "notice"), "text", "%s", sbuf_text(&line));
		session_send(c, t);
		flush(c);
		told = true;
	}
	sbuf_done(&line);
	return told || user == NULL;
}

struct session *
session_first(const struct mgmt_server *server)
{
	return server->sessions;
}

void
mgmt_server_free(struct mgmt_server *s)
{
	if (s == NULL)
		return;
	while (s->sessions != NULL)
		drop(s, s->sessions);
	if (s->listen_fd >= 0) {
		unlink(s->path);
		close(s->listen_fd);
	}
	if (s->timer_fd >= 0)
		close(s->timer_fd);
	if (s->epoll_fd >= 0)
		close(s->epoll_fd);
	free(s->path);
	free(s);
}

/* Jobs: a detached command keeps the session busy until it is done. */

struct ops_job *
ops_detach(struct ops_request *rq, void (*cancel)(void *ctx), void *ctx)
{
	struct session *s = rq->session;

	s->job = (struct ops_job){.session = s, .cancel = cancel, .ctx = ctx};
	s->job_running = true;
	s->job_sent = false;
	s->job_lost = 0;
	return &s->job;
}

void
ops_job_send(struct ops_job *job, struct tree *tree)
{
	struct session *s = job->session;

	if (pending(s) > OUT_PAUSE_BYTES) {
		s->job_lost++;
		tree_free(tree);
		return;
	}
	session_answer(s, tree, s->job_sent ? "middle" : "first");
	s->job_sent = true;
	flush(s);
}

void
ops_job_done(struct ops_job *job)
{
	struct session *s = job->session;

	if (!s->job_running)
		return;
	s->job_running = false;
	if (s->job_lost > 0)
		session_warning(s,
			"warning: %u lines were lost: the reader "
			"is too slow",
			s->job_lost);
	session_end(s);
	flush(s);
	if (s->queued != NULL) /* run it from the next mgmt_server_poll() */
		timerfd_settime(s->server->timer_fd, 0,
			&(struct itimerspec){.it_value.tv_nsec = 1}, NULL);
}
