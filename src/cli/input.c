/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define EOT '\x04'

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

char *
input_until_eot(struct input *in)
{
	struct sbuf text = SBUF_INIT;
	bool eot = false;
	char *line;

	input_echo(in, true);
	while (!eot) {
		line = read_line(in, &eot);
		if (line == NULL)
			break;
		sbuf_puts(&text, line);
		if (!eot || line[0] != '\0')
			sbuf_putc(&text, '\n');
		free(line);
	}
	input_echo(in, false);
	if (text.len == 0)
		sbuf_add(&text, "\n", 1);
	return sbuf_take(&text);
}
