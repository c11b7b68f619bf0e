/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/pager.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PROMPT "---(more)---"

void
pager_start(
	struct pager *p, bool paging, unsigned int rows, unsigned int columns)
{
	*p = (struct pager){
		.paging = paging && rows > 1, .rows = rows, .columns = columns};
}

/* One key, without echo and without signals. 'q' when there is none. */
static char
read_key(void)
{
	struct termios old, raw;
	char c = 'q';
	ssize_t n;

	if (tcgetattr(STDIN_FILENO, &old) != 0)
		return 'q';
	raw = old;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	do
		n = read(STDIN_FILENO, &c, 1);
	while (n < 0 && errno == EINTR);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
	return n == 1 ? c : 'q';
}

static void
ask(struct pager *p)
{
	fputs(PROMPT, stdout);
	fflush(stdout);
	for (;;) {
		char c = read_key();

		if (c == ' ' || c == 'f' || c == 6) {
			p->row = 0;
			break;
		}
		if (c == '\r' || c == '\n' || c == 'j') {
			p->row = p->rows - 2;
			break;
		}
		if (c == 'G') {
			p->paging = false;
			break;
		}
		if (c == 'q' || c == 'Q' || c == 3 || c == 4) {
			p->quit = true;
			break;
		}
	}
	/* Blanks over the prompt: no escape sequences for scrapers to meet. */
	printf("\r%*s\r", (int)strlen(PROMPT), "");
	fflush(stdout);
}

/* Count the rows that text takes; stop before the one that needs a key. */
static size_t
one_page(struct pager *p, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len && p->row < p->rows - 1; i++) {
		if (text[i] == '\n') {
			p->row++;
			p->column = 0;
		} else if ((text[i] & 0xc0) != 0x80 &&
			   ++p->column > p->columns && p->columns > 0) {
			p->row++;
			p->column = 1;
		}
	}
	return i;
}

void
pager_write(struct pager *p, const char *text, size_t len)
{
	while (len > 0 && !p->quit) {
		size_t n = len;

		if (p->paging) {
			/* Only more text makes a page that is full ask. */
			if (p->row >= p->rows - 1)
				ask(p);
			if (p->quit)
				return;
			n = p->paging ? one_page(p, text, len) : len;
		}
		fwrite(text, 1, n, stdout);
		text += n;
		len -= n;
	}
}

void
pager_end(struct pager *p)
{
	if (p->hold && p->paging && !p->quit)
		ask(p);
	fflush(stdout);
}
