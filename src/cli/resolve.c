/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/resolve.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#define CACHE_SIZE  256u
#define ADDRESS_MAX INET6_ADDRSTRLEN
#define SLOW_SECONDS                                                           \
	3 /* a name server that does not answer is not asked again */

struct entry {
	char address[ADDRESS_MAX], name[256];
};

static struct entry cache[CACHE_SIZE];
static unsigned int n_cache;
static bool gave_up;

static bool
look_up(const char *address, char *name, size_t size)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	struct sockaddr_in four = {.sin_family = AF_INET};
	time_t before = time(NULL);
	int rc = EAI_NONAME;

	if (gave_up)
		return false;
	if (inet_pton(AF_INET, address, &four.sin_addr) == 1)
		rc = getnameinfo((struct sockaddr *)&four, sizeof(four), name,
			(socklen_t)size, NULL, 0, NI_NAMEREQD);
	else if (inet_pton(AF_INET6, address, &six.sin6_addr) == 1)
		rc = getnameinfo((struct sockaddr *)&six, sizeof(six), name,
			(socklen_t)size, NULL, 0, NI_NAMEREQD);
	gave_up = rc != 0 && time(NULL) - before >= SLOW_SECONDS;
	return rc == 0;
}

/* "" for none. */
static const char *
name_of(const char *address)
{
	struct entry *e;

	for (unsigned int i = 0; i < CACHE_SIZE && i < n_cache; i++)
		if (strcmp(cache[i].address, address) == 0)
			return cache[i].name;
	e = &cache[n_cache++ % CACHE_SIZE];
	strcpy(e->address, address);
	if (!look_up(address, e->name, sizeof(e->name)))
		e->name[0] = '\0';
	return e->name;
}

static bool
is_address(const char *text)
{
	struct in6_addr any;

	return inet_pton(AF_INET, text, &any) == 1 ||
	       inet_pton(AF_INET6, text, &any) == 1;
}

static bool
may_be_part(char c)
{
	return isxdigit((unsigned char)c) || c == '.' || c == ':';
}

/* A word that may be an address, up to what is none of its characters. */
static void
put_word(const char *word, size_t len, char next, bool full, struct sbuf *out)
{
	char address[ADDRESS_MAX];
	const char *name;

	/* The end of a sentence: "from 192.0.2.1: icmp". */
	if (len > 1 && (word[len - 1] == ':' || word[len - 1] == '.') &&
		word[len - 2] != ':') {
		put_word(word, len - 1, word[len - 1], full, out);
		sbuf_putc(out, word[len - 1]);
		return;
	}
	/* A prefix is no address. */
	if (len >= sizeof(address) || next == '/') {
		sbuf_add(out, word, len);
		return;
	}
	memcpy(address, word, len);
	address[len] = '\0';
	name = is_address(address) ? name_of(address) : "";
	if (name[0] == '\0') {
		sbuf_add(out, word, len);
	} else if (full) {
		sbuf_puts(out, name);
	} else {
		size_t n = strnlen(name, len);

		sbuf_add(out, name, n);
		/* At the end of a line nothing has to be kept in place. */
		if (next != '\0')
			sbuf_pad(out, ' ', len - n);
	}
}

void
resolve_line(const char *line, bool full, struct sbuf *out)
{
	while (*line != '\0') {
		size_t len = 0;

		while (may_be_part(line[len]))
			len++;
		/* "ge-0" and "bad" are parts of longer words */
		if (len > 0 && !isalnum((unsigned char)line[len]) &&
			line[len] != '-') {
			put_word(line, len, line[len], full, out);
			line += len;
			continue;
		}
		while (isalnum((unsigned char)*line) || *line == '-' ||
			*line == '.' || *line == ':')
			sbuf_putc(out, *line++);
		if (*line != '\0' && !may_be_part(*line))
			sbuf_putc(out, *line++);
	}
}
