/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reconnect.h"

#include <poll.h>
#include <stdio.h>

#define PAUSE_MS 100u

static bool
try(struct shell *sh)
{
	struct mgmt_client *client;

	if (mgmt_client_open(sh->socket_path, &client) < 0)
		return false;
	mgmt_client_close(sh->client);
	sh->client = client;
	sh->lost = sh->configuring = false;
	sh->confirm_minutes = 0;
	/* Fetches the prompt; a daemon that has just begun may still go. */
	shell_run(sh, "");
	return !sh->lost;
}

__attribute__((format(printf, 2, 3))) static void
tell(struct shell *sh, const char *fmt, ...)
{
	struct sbuf line = SBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(&line, fmt, ap);
	va_end(ap);
	shell_run(sh, sbuf_text(&line));
	sbuf_done(&line);
}

/* The new session learns what was set in the old one, for `show cli`. */
static void
replay_settings(struct shell *sh)
{
	if (sh->screen_length >= 0)
		tell(sh, "set cli screen-length %d", sh->screen_length);
	if (sh->screen_width >= 0)
		tell(sh, "set cli screen-width %d", sh->screen_width);
	if (!sh->complete_on_space)
		tell(sh, "set cli complete-on-space off");
	if (sh->idle_minutes > 0)
		tell(sh, "set cli idle-timeout %u", sh->idle_minutes);
	if (sh->timestamp.len > 0)
		tell(sh, "set cli timestamp format \"%s\"",
			sbuf_text(&sh->timestamp));
}

bool
reconnect(struct shell *sh)
{
	bool back = false;

	printf("Waiting %u seconds for the daemon; ^C ends the session.\n",
		RECONNECT_SECONDS);
	fflush(stdout);
	for (unsigned int ms = 0;
		ms < RECONNECT_SECONDS * 1000 && !back && !shell_interrupted();
		ms += PAUSE_MS) {
		poll(NULL, 0, PAUSE_MS);
		sh->quiet = true;
		back = try(sh);
		if (back)
			replay_settings(sh);
		back = back && !sh->lost;
		sh->quiet = false;
	}
	if (back)
		printf("The daemon is there again. This is a new session: "
		       "uncommitted changes are gone.\n\n");
	fflush(stdout);
	return back;
}
