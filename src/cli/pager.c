/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text is printed row by row from `view`; going back only sets `printed`
 * back to where an earlier row began and prints from there.
 */
#include "cli/pager.h"

#include <stdlib.h>
#include <string.h>

#include "cli/pager_keys.h"

#define PROMPT     "---(more)---"
#define PROMPT_END "---(more 100%)---"

static const char help_text[] =
	"Keys at the ---(more)--- prompt:\n"
	"  Space, f, ^F              next page\n"
	"  Enter, j, ^N, Down        next line\n"
	"  Tab, d, ^D                half a page\n"
	"  G, ^E                     all the rest at once\n"
	"  b, ^B                     page before\n"
	"  k, ^P, ^H, Up             line before\n"
	"  u, ^U                     half a page back\n"
	"  g, ^A                     from the top\n"
	"  /pattern, ?pattern        search forward, backward\n"
	"  n                         search again\n"
	"  m pattern, e pattern      only lines with, without the pattern\n"
	"  c                         all lines again\n"
	"  s file                    save the output\n"
	"  H, N                      stay at the end, do not\n"
	"  ^L                        print the page again\n"
	"  q, Q, ^C, ^K              leave\n";

void
pager_done(struct pager *p)
{
	sbuf_done(&p->raw);
	sbuf_done(&p->view);
	free(p->starts);
	if (p->filtering)
		regfree(&p->filter);
	if (p->has_search)
		regfree(&p->search);
	if (p->save != NULL)
		fclose(p->save);
	*p = (struct pager){.wait = p->wait, .ctx = p->ctx};
}

void
pager_start(
	struct pager *p, bool paging, unsigned int rows, unsigned int columns)
{
	pager_done(p);
	p->paging = paging && rows > 1;
	p->rows = rows;
	p->columns = columns;
	p->page = rows - 1;
}

/* --- rows --- */

static bool
note_start(struct pager *p)
{
	size_t *more, size = p->starts_size ? p->starts_size * 2 : 256;

	if (p->n_starts == p->starts_size) {
		more = realloc(p->starts, size * sizeof(*more));
		if (more == NULL)
			return false;
		p->starts = more;
		p->starts_size = size;
	}
	p->starts[p->n_starts++] = p->printed;
	return true;
}

/* Count the rows of view from printed on: to offset, or to a full page. */
static void
count_rows(struct pager *p, size_t offset, bool to_page)
{
	const char *text = sbuf_text(&p->view);

	while (p->printed < offset && (!to_page || p->row < p->page)) {
		char c = text[p->printed];

		if (p->column == 0)
			note_start(p);
		if (c == '\n') {
			p->row++;
			p->column = 0;
		} else if ((c & 0xc0) != 0x80 && ++p->column > p->columns &&
			   p->columns > 0) {
			/* This character begins the next row. */
			p->row++;
			p->column = 0;
			continue;
		}
		p->printed++;
	}
}

/* Print up to the row that needs a key; true when there is one. */
static bool
print_page(struct pager *p)
{
	size_t from = p->printed;

	count_rows(p, p->view.len, true);
	fwrite(sbuf_text(&p->view) + from, 1, p->printed - from, stdout);
	return p->printed < p->view.len;
}

/* Forget the oldest half of what is kept. */
static void
forget(struct pager *p)
{
	size_t i = 0, cut;

	if (p->view.len < PAGER_KEEP_BYTES || p->filtering || p->searching)
		return;
	while (i < p->n_starts && p->starts[i] < p->view.len / 2)
		i++;
	if (i == p->n_starts || p->starts[i] > p->printed)
		return;
	cut = p->starts[i];
	memmove(p->starts, p->starts + i,
		(p->n_starts - i) * sizeof(*p->starts));
	p->n_starts -= i;
	for (size_t k = 0; k < p->n_starts; k++)
		p->starts[k] -= cut;
	p->view.len -= cut;
	memmove(p->view.data, p->view.data + cut, p->view.len);
	p->printed -= cut;
	/* Without a filter the two are the same. */
	sbuf_reset(&p->raw);
	sbuf_add(&p->raw, p->view.data, p->view.len);
	p->viewed = p->raw.len;
}

/* A page, beginning with the row that is `back` rows above the next one. */
static void
go_back(struct pager *p, size_t back)
{
	size_t at = back < p->n_starts ? p->n_starts - back : 0;

	if (p->n_starts == 0)
		return;
	p->printed = at < p->n_starts ? p->starts[at] : p->printed;
	p->n_starts = at;
	p->row = p->column = 0;
	p->page = p->rows - 1;
}

static void
go_on(struct pager *p, unsigned int rows)
{
	p->row = 0;
	p->page = rows > 0 ? rows : 1;
}

/* --- the view --- */

/* The lines of raw that are complete, or all at the end, to the view. */
static void
extend_view(struct pager *p)
{
	while (p->viewed < p->raw.len) {
		char *line = p->raw.data + p->viewed;
		size_t left = p->raw.len - p->viewed;
		char *end = memchr(line, '\n', left);
		size_t len = end != NULL ? (size_t)(end - line) : left;
		bool hit;
		char c;

		if (!p->filtering) {
			sbuf_add(&p->view, line, left);
			p->viewed = p->raw.len;
			return;
		}
		if (end == NULL && !p->ended)
			return;
		c = line[len];
		line[len] = '\0';
		hit = regexec(&p->filter, line, 0, NULL, 0) == 0;
		line[len] = c;
		len += end != NULL;
		if (hit != p->except)
			sbuf_add(&p->view, line, len);
		p->viewed += len;
	}
}

static void
show_from_top(struct pager *p)
{
	sbuf_reset(&p->view);
	p->viewed = p->printed = p->n_starts = 0;
	p->row = p->column = 0;
	p->page = p->rows - 1;
	extend_view(p);
}

static bool
compile(regex_t *re, const char *text)
{
	return regcomp(re, text, REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0;
}

static void
set_filter(struct pager *p, const char *text, bool except)
{
	regex_t re;

	if (text == NULL || text[0] == '\0' || !compile(&re, text))
		return;
	if (p->filtering)
		regfree(&p->filter);
	p->filter = re;
	p->filtering = true;
	p->except = except;
	show_from_top(p);
}

static void
clear_filter(struct pager *p)
{
	if (!p->filtering)
		return;
	regfree(&p->filter);
	p->filtering = false;
	show_from_top(p);
}

/* --- search --- */

/* The row of the screen that offset stands on becomes the first one. */
static void
show_at(struct pager *p, size_t offset)
{
	while (p->n_starts > 0 && p->starts[p->n_starts - 1] >= offset)
		p->n_starts--;
	p->printed = offset;
	p->row = p->column = 0;
	p->page = p->rows - 1;
}

static bool
line_matches(struct pager *p, size_t at, size_t end)
{
	char c = p->view.data[end];
	bool hit;

	p->view.data[end] = '\0';
	hit = regexec(&p->search, p->view.data + at, 0, NULL, 0) == 0;
	p->view.data[end] = c;
	return hit;
}

/* From search_from on; false: not among the lines that are there. */
static bool
search_forward(struct pager *p)
{
	while (p->search_from < p->view.len) {
		char *from = p->view.data + p->search_from;
		char *end = memchr(from, '\n', p->view.len - p->search_from);
		size_t stop = end != NULL ? (size_t)(end - p->view.data)
					  : p->view.len;

		if (end == NULL && !p->ended)
			return false;
		if (line_matches(p, p->search_from, stop)) {
			p->searching = false;
			/* Rows in between count as printed. */
			count_rows(p, p->search_from, false);
			show_at(p, p->search_from);
			return true;
		}
		p->search_from = stop + 1;
	}
	return false;
}

static size_t
top_of_page(const struct pager *p)
{
	size_t back = p->rows - 1;

	if (p->n_starts == 0)
		return 0;
	return p->starts[p->n_starts > back ? p->n_starts - back : 0];
}

static bool
search_backward(struct pager *p)
{
	size_t end = top_of_page(p), at;

	while (end > 0) {
		end--; /* the end of the line before */
		for (at = end; at > 0 && p->view.data[at - 1] != '\n';)
			at--;
		if (line_matches(p, at, end)) {
			show_at(p, at);
			return true;
		}
		end = at;
	}
	return false;
}

static void
not_found(void)
{
	fputs("Pattern not found\n", stdout);
}

/* The next hit; forward it may still have to come. */
static void
search_again(struct pager *p)
{
	const char *nl;

	if (!p->has_search)
		return;
	if (p->backward) {
		if (!search_backward(p))
			not_found();
		return;
	}
	/* Behind the line that stands at the top now. */
	p->search_back = p->printed;
	p->search_from = top_of_page(p);
	nl = p->search_from < p->view.len
		     ? memchr(p->view.data + p->search_from, '\n',
			       p->view.len - p->search_from)
		     : NULL;
	if (nl != NULL)
		p->search_from = (size_t)(nl - p->view.data) + 1;
	if (search_forward(p))
		return;
	if (p->ended)
		not_found();
	else
		p->searching = true;
}

static void
set_search(struct pager *p, const char *text, bool backward)
{
	regex_t re;

	if (text != NULL && text[0] != '\0') {
		if (!compile(&re, text))
			return;
		if (p->has_search)
			regfree(&p->search);
		p->search = re;
		p->has_search = true;
	}
	p->backward = backward;
	search_again(p);
}

/* --- the question --- */

static void
save_to(struct pager *p, const char *name)
{
	if (name == NULL || name[0] == '\0' || p->save != NULL)
		return;
	p->save = fopen(name, "w");
	if (p->save == NULL) {
		printf("error: cannot write '%s'\n", name);
		return;
	}
	fwrite(sbuf_text(&p->raw), 1, p->raw.len, p->save);
	printf("Saving output to '%s'\n", name);
}

static void
with_text(struct pager *p, int key)
{
	static const struct {
		int key;
		const char *prompt;
	} prompts[] = {{'/', "/"}, {'?', "?"}, {'m', "match: "},
		{'e', "except: "}, {'s', "save to file: "}};
	char *text = NULL;

	for (size_t i = 0; i < sizeof(prompts) / sizeof(prompts[0]); i++)
		if (prompts[i].key == key)
			text = pager_keys_line(
				prompts[i].prompt, p->wait, p->ctx);
	if (text == NULL)
		return; /* thought better of it */
	if (key == '/' || key == '?')
		set_search(p, text, key == '?');
	else if (key == 's')
		save_to(p, text);
	else
		set_filter(p, text, key == 'e');
	free(text);
}

/* What the key does. True: go on printing; false: ask again. */
static bool
act(struct pager *p, enum pager_key key)
{
	size_t before = p->printed;
	unsigned int page = p->rows - 1;

	switch (key) {
	case PAGER_PAGE:
		go_on(p, page);
		return true;
	case PAGER_LINE:
		go_on(p, 1);
		return true;
	case PAGER_HALF:
		go_on(p, page / 2);
		return true;
	case PAGER_BACK:
		go_back(p, 2 * page);
		return true;
	case PAGER_BACK_HALF:
		go_back(p, page + page / 2);
		return true;
	case PAGER_BACK_LINE:
		go_back(p, page + 1);
		return true;
	case PAGER_REDRAW:
		go_back(p, page);
		return true;
	case PAGER_TOP:
		go_back(p, p->n_starts);
		return true;
	case PAGER_BOTTOM:
		p->paging = false;
		return true;
	case PAGER_QUIT:
		p->quit = true;
		return true;
	case PAGER_HOLD:
		p->hold = true;
		return false;
	case PAGER_NO_HOLD:
		p->hold = false;
		return p->printed == p->view.len && p->ended;
	case PAGER_HELP:
		fputs(help_text, stdout);
		return false;
	case PAGER_AGAIN:
		search_again(p);
		break;
	case PAGER_CLEAR:
		clear_filter(p);
		break;
	case PAGER_SEARCH:
	case PAGER_SEARCH_BACK:
	case PAGER_MATCH:
	case PAGER_EXCEPT:
	case PAGER_SAVE:
		with_text(p, (int)key);
		break;
	case PAGER_NO_KEY:
		return false;
	}
	return p->printed != before || p->searching;
}

static void
ask(struct pager *p)
{
	const char *prompt =
		p->ended && p->printed == p->view.len ? PROMPT_END : PROMPT;
	bool done = false;

	/* In the middle of a wrapped line the prompt needs a line of its own.
	 */
	while (!done) {
		fputs(prompt, stdout);
		fflush(stdout);
		enum pager_key key = pager_keys_read(p->wait, p->ctx);

		/* Blanks over the prompt: no escape sequences for scrapers. */
		printf("\r%*s\r", (int)strlen(prompt), "");
		done = act(p, key);
	}
	fflush(stdout);
}

/* Print what can be printed, ask as often as needed. */
static void
advance(struct pager *p)
{
	while (!p->quit) {
		if (p->searching && !search_forward(p))
			return;
		if (!p->paging) {
			fwrite(sbuf_text(&p->view) + p->printed, 1,
				p->view.len - p->printed, stdout);
			p->printed = p->view.len;
			return;
		}
		/* Only more text makes a page that is full ask. */
		if (!print_page(p))
			return;
		ask(p);
	}
}

void
pager_write(struct pager *p, const char *text, size_t len)
{
	if (p->quit)
		return;
	if (p->save != NULL)
		fwrite(text, 1, len, p->save);
	if (!p->paging && p->printed == p->view.len && !p->filtering) {
		fwrite(text, 1, len, stdout);
		return;
	}
	sbuf_add(&p->raw, text, len);
	extend_view(p);
	advance(p);
	forget(p);
}

void
pager_end(struct pager *p)
{
	p->ended = true;
	extend_view(p);
	advance(p);
	while (p->searching && !p->quit) { /* it did not come */
		p->searching = false;
		not_found();
		show_at(p, p->search_back);
		ask(p);
		advance(p);
	}
	while (p->hold && p->paging && !p->quit) {
		ask(p);
		if (p->printed == p->view.len)
			break; /* any key that leads forward */
		advance(p);
	}
	if (p->save != NULL)
		fclose(p->save);
	p->save = NULL;
	fflush(stdout);
}
