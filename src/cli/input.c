/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/input.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define EOT   '\x04'
#define ERASE '\x7f'

void
input_init(struct input *in, int fd)
{
	*in = (struct input){.fd = fd, .tty = isatty(fd) == 1};
}

static bool
next_char(struct input *in, char *ret)
{
	ssize_t n;

	if (in->at == in->len) {
		if (in->eof)
			return false;
		do
			n = read(
				in->fd, in->buf, in->tty ? 1 : sizeof(in->buf));
		while (n < 0 && errno == EINTR && !in->tty);
		if (n <= 0) {
			in->eof = !in->tty;
			return false;
		}
		in->at = 0;
		in->len = (size_t)n;
	}
	*ret = in->buf[in->at++];
	return true;
}

static char *
read_line(struct input *in, bool *ret_eot)
{
	struct sbuf line = SBUF_INIT;
	bool any = false;
	char c;

	*ret_eot = false;
	while (next_char(in, &c)) {
		any = true;
		if (c == EOT) {
			*ret_eot = true;
			break;
		}
		if (c == '\n')
			break;
		if (c != '\0')
			sbuf_putc(&line, c);
	}
	if (!any)
		return NULL;
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.data[--line.len] = '\0';
	if (line.len == 0)
		sbuf_putc(&line, '\0');
	return sbuf_take(&line);
}

char *
input_line(struct input *in)
{
	bool eot;

	return read_line(in, &eot);
}

void
input_echo(const struct input *in, bool on)
{
	struct termios t;

	if (!in->tty || tcgetattr(in->fd, &t) != 0)
		return;
	if (on)
		t.c_lflag |= ECHO;
	else
		t.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(in->fd, TCSADRAIN, &t);
}

/* Bytes as they are typed, but ^C is a signal and Enter a new line. */
static void
set_raw(const struct input *in, struct termios *old)
{
	struct termios t;

	tcgetattr(in->fd, old);
	t = *old;
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
	t.c_lflag |= ISIG;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	tcsetattr(in->fd, TCSADRAIN, &t);
}

/* The last character of the line goes, with all its bytes. */
static void
rub_out(struct sbuf *text)
{
	if (text->len == 0 || text->data[text->len - 1] == '\n')
		return;
	while (text->len > 0 && (text->data[text->len - 1] & 0xc0) == 0x80)
		text->len--;
	if (text->len > 0)
		text->len--;
	text->data[text->len] = '\0';
	fputs("\b \b", stdout);
}

/* Is more there already? Then what is echoed can wait. */
static bool
more_waits(const struct input *in)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

/*
 * From a terminal, but not by lines: the terminal driver takes none that is
 * longer than 4,095 bytes. NULL: ^C.
 */
static char *
until_eot_tty(struct input *in)
{
	struct sbuf text = SBUF_INIT;
	struct termios old;
	bool end = false;
	char c = '\0';

	set_raw(in, &old);
	while (!end && next_char(in, &c)) {
		end = c == EOT;
		if (c == ERASE || c == '\b') {
			rub_out(&text);
		} else if (!end && c != '\0' && c != '\r') {
			sbuf_putc(&text, c);
			putchar(c == '\t' ? ' ' : c);
		}
		if (!more_waits(in))
			fflush(stdout);
	}
	tcsetattr(in->fd, TCSADRAIN, &old);
	if (!end) {
		printf("^C\n");
		sbuf_done(&text);
		return NULL;
	}
	if (text.len > 0 && text.data[text.len - 1] != '\n') {
		sbuf_putc(&text, '\n');
		putchar('\n');
	}
	if (text.len == 0)
		sbuf_puts(&text, "\n");
	return sbuf_take(&text);
}

char *
input_until_eot(struct input *in)
{
	struct sbuf text = SBUF_INIT;
	bool eot = false;
	char *line;

	if (in->tty)
		return until_eot_tty(in);
	while (!eot) {
		line = read_line(in, &eot);
		if (line == NULL)
			break;
		sbuf_puts(&text, line);
		if (!eot || line[0] != '\0')
			sbuf_putc(&text, '\n');
		free(line);
	}
	if (text.len == 0)
		sbuf_add(&text, "\n", 1);
	return sbuf_take(&text);
}
