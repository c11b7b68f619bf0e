/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
is_word(const char *line, const char *word)
{
	size_t n = strlen(line);

	return n > 0 && strncasecmp(line, word, n) == 0;
}

bool
ask_yes(struct shell *sh, const char *question)
{
	bool yes = true, no = false;
	char *line;

	while (sh->interactive) {
		printf("%s [yes,no] (yes) ", question);
		fflush(stdout);
		line = input_line(&sh->input);
		printf("%s\n", line != NULL ? line : "");
		/* ^C and ^D are no consent. */
		no = line == NULL || is_word(line, "no");
		yes = !no && (line[0] == '\0' || is_word(line, "yes"));
		free(line);
		if (yes || no)
			break;
		printf("Please answer 'yes' or 'no'.\n");
	}
	return yes && !no;
}

static char *
ask_once(struct shell *sh, const char *prompt)
{
	char *line;

	if (sh->input.tty) {
		printf("%s", prompt);
		fflush(stdout);
		input_echo(&sh->input, false);
	}
	line = input_line(&sh->input);
	if (sh->input.tty)
		printf("\n");
	return line;
}

static void
forget(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

char *
ask_secret(struct shell *sh)
{
	char *one = ask_once(sh, "New password:");
	char *two = one != NULL ? ask_once(sh, "Retype new password:") : NULL;

	if (two != NULL && strcmp(one, two) == 0) {
		forget(two);
		return one;
	}
	shell_error(sh, two != NULL ? "error: Passwords are not equal; aborting"
				    : "error: no password was given");
	forget(one);
	forget(two);
	return NULL;
}
