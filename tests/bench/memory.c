/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the memory of this machine allows, whatever the program: a line of an
 * index, in it the number of a line of 64 bytes, which is read and written.
 * Bursts of 32, each line asked for ahead of time. Pages as those of the
 * session table. The index has a line for three sessions, of the other lines
 * there are two a session: what an established packet must touch.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "bench.h"

#define BULK 32u

struct index_line {
	uint32_t to[16];
};

struct line {
	uint32_t next; /* for the latency */
	uint32_t written;
	uint64_t pad[7];
};

_Static_assert(sizeof(struct line) == 64, "one cache line");

struct field {
	struct index_line *index;
	struct line *line;
	uint32_t nindex, nlines;
};

static void *
map(uint64_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, bytes, MADV_HUGEPAGE);
	return p;
}

static inline uint32_t
below(uint64_t r, uint32_t n)
{
	return (uint32_t)((r >> 32) * n >> 32);
}

/* One cycle through all lines, in random order. */
static bool
chain(struct field *f, uint64_t *seed)
{
	uint32_t *order = malloc((uint64_t)f->nlines * sizeof(*order));

	if (order == NULL)
		return false;
	for (uint32_t i = 0; i < f->nlines; i++) {
		uint32_t k = below(random_next(seed), i + 1);

		order[i] = order[k];
		order[k] = i;
	}
	for (uint32_t i = 0; i < f->nlines; i++)
		f->line[order[i]].next = order[i + 1 < f->nlines ? i + 1 : 0];
	free(order);
	return true;
}

static bool
field_make(struct field *f, uint32_t sessions)
{
	uint64_t seed = 11;

	f->nindex = sessions / 3 + 1;
	f->nlines = sessions * 2;
	f->index = map((uint64_t)f->nindex * sizeof(*f->index));
	f->line = map((uint64_t)f->nlines * sizeof(*f->line));
	if (f->index == NULL || f->line == NULL || !chain(f, &seed))
		return false;
	for (uint32_t i = 0; i < f->nindex; i++)
		for (unsigned int k = 0; k < 16; k++)
			f->index[i].to[k] =
				below(random_next(&seed), f->nlines);
	return true;
}

static void
field_free(struct field *f)
{
	if (f->index != NULL)
		munmap(f->index, (uint64_t)f->nindex * sizeof(*f->index));
	if (f->line != NULL)
		munmap(f->line, (uint64_t)f->nlines * sizeof(*f->line));
}

static void
burst(struct field *f, uint64_t *seed, bool memory)
{
	uint32_t at[BULK], slot[BULK];

	for (unsigned int i = 0; i < BULK; i++) {
		uint64_t r = random_next(seed);

		at[i] = below(r, f->nindex);
		slot[i] = (uint32_t)r & 15;
		if (memory)
			__builtin_prefetch(&f->index[at[i]]);
	}
	if (!memory) {
		__asm__ volatile("" ::"r"(at), "r"(slot) : "memory");
		return;
	}
	for (unsigned int i = 0; i < BULK; i++) {
		at[i] = f->index[at[i]].to[slot[i]];
		__builtin_prefetch(&f->line[at[i]], 1);
	}
	for (unsigned int i = 0; i < BULK; i++)
		f->line[at[i]].written++;
}

static double
bursts(struct field *f, uint32_t n, bool memory)
{
	static uint64_t seed = 5;
	double t0 = thread_ticks();

	for (uint32_t i = 0; i < n; i += BULK)
		burst(f, &seed, memory);
	return (thread_ticks() - t0) / n;
}

static double
misses(const struct field *f, uint32_t n)
{
	double t0 = thread_ticks();
	uint32_t at = 0;

	for (uint32_t i = 0; i < n; i++)
		at = f->line[at].next;
	__asm__ volatile("" ::"r"(at));
	return (thread_ticks() - t0) / n;
}

bool
memory_floor(struct memory_floor *ret, uint32_t sessions, bool quick)
{
	struct bench_series two = {0}, one = {0};
	uint32_t n = quick ? 1u << 14 : 1u << 21;
	struct field f = {0};
	bool ok = field_make(&f, sessions);

	for (unsigned int i = 0; ok && i < 5; i++) {
		double picks = bursts(&f, n, false);

		series_add(&two, bursts(&f, n, true) - picks);
		series_add(&one, misses(&f, n / 8));
	}
	field_free(&f);
	ret->two_lines = series_median(&two);
	ret->latency = series_median(&one);
	if (!ok)
		fprintf(stderr, "no memory for %u sessions\n", sessions);
	return ok;
}

/* As a scenario of its own: sizes from the first cache to far outside. */
bool
bench_memory(const struct bench_options *o, struct bench_result *r)
{
	static const uint32_t sizes[] = {1000, 10000, 100000, 1000000, 8000000};
	struct memory_floor m;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (sizes[i] > o->sessions && i > 0)
			break;
		if (!memory_floor(&m, sizes[i], o->quick))
			return false;
		result_put(r, m.two_lines, "two_lines_%u", sizes[i]);
		result_put(r, m.latency, "latency_%u", sizes[i]);
	}
	series_add(&r->ticks, m.two_lines);
	r->checked = 1;
	return true;
}
