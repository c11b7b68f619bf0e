/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/pager_keys.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/sbuf.h"

#define KEY_NONE         (-1)
#define KEY_ESCAPE       27
#define KEY_DELETE       127
#define ESCAPE_MS        100 /* until the rest of an arrow key is there */
#define KEY_CTRL(letter) ((letter)&0x1f)

static int
read_byte(bool (*wait)(void *ctx), void *ctx)
{
	unsigned char c;
	ssize_t n;

	if (wait != NULL && !wait(ctx))
		return KEY_NONE;
	do
		n = read(STDIN_FILENO, &c, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? c : KEY_NONE;
}

/* Bytes as they are typed, also ^C. False without a terminal. */
static bool
raw_on(struct termios *old)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, old) != 0)
		return false;
	raw = *old;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	return true;
}

/* ESC [ A and ESC O A: up; B: down. */
static enum pager_key
escape(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	int c;

	if (poll(&p, 1, ESCAPE_MS) != 1)
		return PAGER_NO_KEY;
	c = read_byte(NULL, NULL);
	if (c != '[' && c != 'O')
		return PAGER_NO_KEY;
	switch (read_byte(NULL, NULL)) {
	case 'A':
		return PAGER_BACK_LINE;
	case 'B':
		return PAGER_LINE;
	default:
		return PAGER_NO_KEY;
	}
}

static const struct {
	int byte;
	enum pager_key key;
} keys[] = {
	{' ', PAGER_PAGE},
	{'f', PAGER_PAGE},
	{KEY_CTRL('F'), PAGER_PAGE},
	{'\r', PAGER_LINE},
	{'\n', PAGER_LINE},
	{'j', PAGER_LINE},
	{KEY_CTRL('N'), PAGER_LINE},
	{KEY_CTRL('X'), PAGER_LINE},
	{KEY_CTRL('Z'), PAGER_LINE},
	{'\t', PAGER_HALF},
	{'d', PAGER_HALF},
	{KEY_CTRL('D'), PAGER_HALF},
	{'b', PAGER_BACK},
	{KEY_CTRL('B'), PAGER_BACK},
	{'k', PAGER_BACK_LINE},
	{KEY_DELETE, PAGER_BACK_LINE},
	{KEY_CTRL('H'), PAGER_BACK_LINE},
	{KEY_CTRL('P'), PAGER_BACK_LINE},
	{'u', PAGER_BACK_HALF},
	{KEY_CTRL('U'), PAGER_BACK_HALF},
	{'g', PAGER_TOP},
	{KEY_CTRL('A'), PAGER_TOP},
	{'G', PAGER_BOTTOM},
	{KEY_CTRL('E'), PAGER_BOTTOM},
	{'q', PAGER_QUIT},
	{'Q', PAGER_QUIT},
	{KEY_CTRL('C'), PAGER_QUIT},
	{KEY_CTRL('K'), PAGER_QUIT},
	{KEY_NONE, PAGER_QUIT},
	{'H', PAGER_HOLD},
	{'N', PAGER_NO_HOLD},
	{'h', PAGER_HELP},
	{'n', PAGER_AGAIN},
	{'c', PAGER_CLEAR},
	{'C', PAGER_CLEAR},
	{KEY_CTRL('L'), PAGER_REDRAW},
	{KEY_CTRL('R'), PAGER_REDRAW},
	{'/', PAGER_SEARCH},
	{'?', PAGER_SEARCH_BACK},
	{'m', PAGER_MATCH},
	{'M', PAGER_MATCH},
	{'e', PAGER_EXCEPT},
	{'E', PAGER_EXCEPT},
	{'s', PAGER_SAVE},
	{'S', PAGER_SAVE},
};

enum pager_key
pager_keys_read(bool (*wait)(void *ctx), void *ctx)
{
	enum pager_key key = PAGER_NO_KEY;
	struct termios old;
	int c;

	if (!raw_on(&old))
		return PAGER_QUIT;
	c = read_byte(wait, ctx);
	if (c == KEY_ESCAPE)
		key = escape();
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].byte == c)
			key = keys[i].key;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
	return key;
}

/* The last character goes, with all its bytes. */
static void
rub_out(struct sbuf *text)
{
	if (text->len == 0)
		return;
	while (text->len > 0 && (text->data[text->len - 1] & 0xc0) == 0x80)
		text->len--;
	if (text->len > 0)
		text->len--;
	text->data[text->len] = '\0';
	fputs("\b \b", stdout);
}

/* False: given up. */
static bool
edit_line(struct sbuf *text, bool (*wait)(void *ctx), void *ctx)
{
	for (;;) {
		int c;

		fflush(stdout);
		c = read_byte(wait, ctx);
		if (c == '\r' || c == '\n')
			return true;
		if (c == KEY_NONE || c == KEY_ESCAPE || c == KEY_CTRL('C') ||
			c == KEY_CTRL('D'))
			return false;
		if (c == KEY_DELETE || c == KEY_CTRL('H')) {
			rub_out(text);
		} else if (c == KEY_CTRL('U')) {
			while (text->len > 0)
				rub_out(text);
		} else if (c >= ' ') {
			sbuf_putc(text, (char)c);
			putchar(c);
		}
	}
}

char *
pager_keys_line(const char *prompt, bool (*wait)(void *ctx), void *ctx)
{
	struct sbuf text = SBUF_INIT;
	struct termios old;
	bool ok;

	if (!raw_on(&old))
		return NULL;
	fputs(prompt, stdout);
	ok = edit_line(&text, wait, ctx);
	printf("\r%*s\r", (int)(strlen(prompt) + text.len), "");
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
	if (ok && text.len == 0)
		sbuf_add(&text, "", 1); /* an empty text, not none */
	if (!ok) {
		sbuf_done(&text);
		return NULL;
	}
	return sbuf_take(&text);
}
