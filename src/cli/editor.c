/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/editor.h"

#include <errno.h>
#include <histedit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "cli/file_names.h"

#define HISTORY_LINES 500
#define HELP_COLUMN   21
#define WIDTH_MAX     1024
#define KEY_QUOTE     '\x16' /* ^V */

struct editor {
	EditLine *el;
	History *history;
	HistEvent event;
	struct shell *sh;
	struct sbuf prompt;
	struct termios saved;
	bool have_saved;
	unsigned short columns; /* of the terminal before `set cli
				   screen-width`; 0: as it is */
	char *again;            /* the line to go on with */
	bool dropped;           /* the line that ended was ended by ^C */
};

static volatile sig_atomic_t got_winch;

static void
on_winch(int sig)
{
	(void)sig;
	got_winch = 1;
}

static struct editor *
self(EditLine *el)
{
	void *ed = NULL;

	el_get(el, EL_CLIENTDATA, &ed);
	return ed;
}

static const char *
prompt_text(EditLine *el)
{
	return sbuf_text(&self(el)->prompt);
}

static char *
prompt_cb(EditLine *el)
{
	/* libedit's type; it does not write to it. */
	return (char *)(uintptr_t)prompt_text(el);
}

/*
 * The next character. While the user thinks the daemon may have something to
 * say, or go away.
 */
static int
get_char(EditLine *el, wchar_t *ret)
{
	struct editor *ed = self(el);
	mbstate_t state = {0};
	char c;

	for (;;) {
		enum shell_wait w = shell_wait(ed->sh, true);
		size_t n;

		if (w == SHELL_CLOSED)
			return 0;
		if (w == SHELL_DAEMON) {
			printf("\n");
			shell_idle(ed->sh);
			if (ed->sh->lost)
				return 0;
		}
		/* [OP-145] `set cli screen-width` has the last word. */
		if (got_winch && ed->columns == 0)
			el_resize(el);
		if (w != SHELL_KEY && (w != SHELL_SIGNAL || got_winch))
			el_set(el, EL_REFRESH);
		got_winch = 0;
		if (w != SHELL_KEY)
			continue;
		if (read(STDIN_FILENO, &c, 1) != 1)
			return 0;
		n = mbrtowc(ret, &c, 1, &state);
		if (n == (size_t)-2)
			continue; /* more bytes of the same character */
		if (n == (size_t)-1)
			*ret = (unsigned char)c;
		else if (n == 0)
			*ret = L'\0';
		return 1;
	}
}

/* The line up to the cursor, malloc'd. */
static char *
typed(EditLine *el)
{
	const LineInfo *li = el_line(el);

	return strndup(li->buffer, (size_t)(li->cursor - li->buffer));
}

static bool
in_quotes(const char *line)
{
	bool open = false;

	for (; *line != '\0'; line++) {
		if (*line == '\\' && open && line[1] != '\0')
			line++;
		else if (*line == '"')
			open = !open;
	}
	return open;
}

static void
print_item(const struct tnode *n, struct sbuf *out)
{
	const char *mark = tnode_text(n, "mark"), *word = tnode_text(n, "word");
	const char *help = tnode_text(n, "help");
	int pad;

	if (word == NULL)
		return;
	pad = HELP_COLUMN - (int)strlen(word);
	sbuf_printf(out, "%c %s", mark && mark[0] ? mark[0] : ' ', word);
	if (help != NULL && help[0] != '\0')
		sbuf_printf(out, "%*s%s", pad > 1 ? pad : 1, "", help);
	sbuf_putc(out, '\n');
}

/* Why there is nothing to offer. */
static void
print_problem(struct editor *ed, const struct tnode *root)
{
	int at = (int)tnode_u64(root, "column") + (int)ed->prompt.len;

	printf("%*s^\n%s\n", at, "", tnode_text(root, "error"));
}

static void
print_help(struct editor *ed, const struct tree *t)
{
	struct sbuf text = SBUF_INIT;

	if (tnode_child(t->root, "error") != NULL) {
		print_problem(ed, t->root);
	} else if (tnode_child(t->root, "item") == NULL) {
		printf("No valid completions\n");
	} else {
		sbuf_puts(&text, "Possible completions:\n");
		tnode_foreach (n, t->root)
			if (strcmp(n->name, "item") == 0)
				print_item(n, &text);
		shell_page(ed->sh, sbuf_text(&text));
	}
	sbuf_done(&text);
	fflush(stdout);
}

/*
 * Insert text as if it were typed: characters behind ^V insert themselves.
 * el_insertstr() would redraw, and that takes cursor movements.
 */
static unsigned char
insert(EditLine *el, const char *text)
{
	struct sbuf keys = SBUF_INIT;

	for (; *text != '\0'; text++) {
		if (*text == ' ' || *text == '?')
			sbuf_putc(&keys, KEY_QUOTE);
		sbuf_putc(&keys, *text);
	}
	if (keys.len > 0 && !keys.failed)
		el_push(el, sbuf_text(&keys));
	sbuf_done(&keys);
	return CC_NORM;
}

/* Leave el_gets(); editor_read() prompts again and types the line anew. */
static unsigned char
restart(EditLine *el)
{
	const LineInfo *li = el_line(el);
	struct editor *ed = self(el);

	free(ed->again);
	ed->again = strndup(li->buffer, (size_t)(li->lastchar - li->buffer));
	return CC_EOF;
}

static unsigned char
complete(EditLine *el, const char *key, const char *literal)
{
	struct editor *ed = self(el);
	char *line = typed(el);
	unsigned char rc = CC_NORM;
	const char *text;
	struct tree *t;

	if (line == NULL || (literal != NULL && in_quotes(line))) {
		free(line);
		return literal != NULL ? insert(el, literal) : CC_ERROR;
	}
	t = shell_complete(ed->sh, line, key);
	free(line);
	if (t != NULL)
		file_names_add(t, key);
	text = t != NULL ? tnode_text(t->root, "insert") : NULL;
	if (text != NULL && text[0] != '\0') {
		rc = insert(el, text);
	} else if (key[0] == 's') {
		rc = insert(el, " ");
	} else if (t != NULL) {
		printf("%s\n", key[0] == '?' ? "?" : "");
		print_help(ed, t);
		rc = restart(el);
	}
	tree_free(t);
	return ed->sh->lost ? CC_EOF : rc;
}

static unsigned char
on_help(EditLine *el, int c)
{
	(void)c;
	return complete(el, "?", "?");
}

static unsigned char
on_tab(EditLine *el, int c)
{
	(void)c;
	return complete(el, "tab", NULL);
}

static unsigned char
on_space(EditLine *el, int c)
{
	const LineInfo *li = el_line(el);

	(void)c;
	/* In the middle of a line, and between words, a blank is a blank. */
	if (!self(el)->sh->complete_on_space || li->cursor != li->lastchar ||
		li->cursor == li->buffer || li->cursor[-1] == ' ')
		return insert(el, " ");
	return complete(el, "space", " ");
}

/* ^C: the line is dropped. */
static unsigned char
on_break(EditLine *el, int c)
{
	(void)c;
	printf("^C\n");
	self(el)->dropped = true;
	return CC_EOF;
}

/* [OP-144] What emacs has, libedit has. */
static void
bind_keys(EditLine *el)
{
	el_set(el, EL_EDITOR, "emacs");
	el_set(el, EL_ADDFN, "vr-help", "Help", on_help);
	el_set(el, EL_ADDFN, "vr-tab", "Complete", on_tab);
	el_set(el, EL_ADDFN, "vr-space", "Complete a keyword", on_space);
	el_set(el, EL_ADDFN, "vr-break", "Drop the line", on_break);
	el_set(el, EL_BIND, "?", "vr-help", NULL);
	el_set(el, EL_BIND, "\t", "vr-tab", NULL);
	el_set(el, EL_BIND, " ", "vr-space", NULL);
	el_set(el, EL_BIND, "^C", "vr-break", NULL);
	el_set(el, EL_BIND, "^W", "ed-delete-prev-word", NULL);
	el_set(el, EL_BIND, "^R", "em-inc-search-prev", NULL);
	/* ^C is a key while a line is edited, a signal while commands run. */
	el_set(el, EL_SETTY, "-d", "-isig", NULL);
	/* What is typed while a command runs is echoed once, by the editor. */
	el_set(el, EL_SETTY, "-x", "-echo", NULL);
}

static void
echo_off(struct editor *ed)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &ed->saved) != 0)
		return;
	ed->have_saved = true;
	t = ed->saved;
	t.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
}

struct editor *
editor_create(struct shell *sh)
{
	struct editor *ed = calloc(1, sizeof(*ed));
	struct sigaction sa = {.sa_handler = on_winch};

	if (ed == NULL)
		return NULL;
	ed->sh = sh;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGWINCH, &sa, NULL);
	echo_off(ed);
	ed->el = el_init("vrflow", stdin, stdout, stderr);
	ed->history = history_init();
	if (ed->el == NULL || ed->history == NULL) {
		editor_free(ed);
		return NULL;
	}
	el_set(ed->el, EL_CLIENTDATA, ed);
	el_set(ed->el, EL_PROMPT, prompt_cb);
	el_set(ed->el, EL_SIGNAL, 0);
	bind_keys(ed->el);
	el_set(ed->el, EL_GETCFN, get_char);
	history(ed->history, &ed->event, H_SETSIZE, HISTORY_LINES);
	history(ed->history, &ed->event, H_SETUNIQUE, 1);
	el_set(ed->el, EL_HIST, history, ed->history);
	return ed;
}

/*
 * `set cli screen-width` decides where lines wrap, not the terminal. libedit
 * asks the terminal driver before each line, so it is told there; who reads
 * the screen by program gets long lines in one piece.
 */
static void
apply_settings(struct editor *ed)
{
	struct winsize ws;
	int width = ed->sh->screen_width;

	if (ed->sh->terminal != NULL) {
		el_set(ed->el, EL_TERMINAL, ed->sh->terminal);
		free(ed->sh->terminal);
		ed->sh->terminal = NULL;
	}
	if (!ed->sh->width_changed)
		return;
	ed->sh->width_changed = false;
	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &ws) != 0)
		return;
	if (ed->columns == 0)
		ed->columns = ws.ws_col;
	ws.ws_col = (unsigned short)(width > 0 ? width : WIDTH_MAX);
	ioctl(STDIN_FILENO, TIOCSWINSZ, &ws);
}

static void
restore_terminal(struct editor *ed)
{
	struct winsize ws;

	if (ed->have_saved)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &ed->saved);
	if (ed->columns == 0 || ioctl(STDIN_FILENO, TIOCGWINSZ, &ws) != 0)
		return;
	ws.ws_col = ed->columns;
	ioctl(STDIN_FILENO, TIOCSWINSZ, &ws);
}

void
editor_free(struct editor *ed)
{
	if (ed == NULL)
		return;
	if (ed->el != NULL)
		el_end(ed->el);
	if (ed->history != NULL)
		history_end(ed->history);
	restore_terminal(ed);
	sbuf_done(&ed->prompt);
	free(ed->again);
	free(ed);
}

/* One el_gets(); NULL at its end, also when it is to be called again. */
static const char *
read_once(struct editor *ed, int *ret_n)
{
	struct sbuf banner = SBUF_INIT;
	char *again = ed->again;

	ed->again = NULL;
	ed->dropped = false;
	/* Before the prompt: who answers it at once with ^C means the line. */
	el_set(ed->el, EL_PREP_TERM, 1);
	shell_banner(ed->sh, &banner);
	fputs(sbuf_text(&banner), stdout);
	fflush(stdout);
	sbuf_done(&banner);
	sbuf_reset(&ed->prompt);
	shell_prompt(ed->sh, &ed->prompt);
	if (again != NULL)
		insert(ed->el, again);
	free(again);
	return el_gets(ed->el, ret_n);
}

char *
editor_read(struct editor *ed)
{
	const char *text;
	char *line;
	int n = 0;

	apply_settings(ed);
	shell_active(ed->sh);
	do
		text = read_once(ed, &n);
	while (ed->again != NULL && !ed->sh->lost);
	if (ed->dropped)
		return strdup("");
	if (text == NULL || n <= 0)
		return NULL;
	line = strdup(text);
	if (line == NULL)
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	if (line[strspn(line, " \t")] != '\0')
		history(ed->history, &ed->event, H_ENTER, line);
	return line;
}
