/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A packet under way is an entry: in the chain of its hash bucket, and in one
 * list of all entries by deadline. As every deadline is "now + FRAG_MS" when
 * it is set, moving the entry to the end keeps that list sorted.
 *
 * The bytes seen of a packet are a few spans, joined when they touch; in order
 * there is only one. More holes than FRAG_SPANS at a time are not normal.
 */
#include "flow/frag.h"

#include "flow/frag_join.h"

#include <assert.h>
#include <stdlib.h>

#include <rte_branch_prediction.h>
#include <rte_hash_crc.h>

#define BUCKETS    1024u
#define FRAG_SPANS 8u
#define KEPT_MAX   (FRAG_PACKETS * FRAG_HELD)
#define NONE       UINT16_MAX

_Static_assert(FRAG_PACKETS < NONE, "indices have 16 bits");
_Static_assert((BUCKETS & (BUCKETS - 1)) == 0, "masked");

struct frag_key {
	uint8_t src[16], dst[16];
	uint32_t id;
	uint16_t token;
	uint8_t protocol; /* IPv6: 0, the headers between may differ */
	uint8_t family;
};

_Static_assert(sizeof(struct frag_key) == 40, "no padding: hashed as bytes");

struct span {
	uint32_t begin, end;
};

struct entry {
	struct frag_key key;
	uint64_t deadline_ms;
	struct span spans[FRAG_SPANS];
	uint32_t total; /* bytes of the packet's data; 0: last one not seen */
	uint16_t sport_be, dport_be;
	uint8_t protocol, icmp_class;
	bool known; /* the first fragment was here: ports are valid */
	bool bad;   /* overlaps: nothing more of it passes */
	bool join;  /* it is put together: what is held is in parts */
	uint8_t n_spans, n_held;
	uint16_t next;         /* bucket chain, or free list */
	uint16_t older, newer; /* list by deadline */
	struct rte_mbuf *held[FRAG_HELD];
};

struct frag {
	struct entry entries[FRAG_PACKETS];
	/* of entry i; untouched: no memory */
	struct frag_part (*parts)[FRAG_PARTS];
	uint16_t buckets[BUCKETS];
	uint16_t free, oldest, newest;
	unsigned int used;
	/* Ring of released mbufs; never overflows as held ones count too. */
	struct rte_mbuf *ready[KEPT_MAX];
	unsigned int ready_first, ready_n, held_n;
};

struct frag *
frag_create(void)
{
	struct frag *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->parts = calloc(FRAG_PACKETS, sizeof(*f->parts));
	if (f->parts == NULL) {
		free(f);
		return NULL;
	}
	for (unsigned int i = 0; i < BUCKETS; i++)
		f->buckets[i] = NONE;
	for (unsigned int i = 0; i < FRAG_PACKETS; i++)
		f->entries[i].next = (uint16_t)(i + 1);
	f->entries[FRAG_PACKETS - 1].next = NONE;
	f->oldest = f->newest = NONE;
	return f;
}

void
frag_free(struct frag *f)
{
	struct rte_mbuf *m;

	if (f == NULL)
		return;
	while (frag_release(f, &m, 1) == 1)
		rte_pktmbuf_free(m);
	while (frag_expire(f, UINT64_MAX, &m, 1) == 1)
		rte_pktmbuf_free(m);
	free(f->parts);
	free(f);
}

unsigned int
frag_count(const struct frag *f)
{
	return f->used;
}

static void
key_of(const struct pkt *p, struct frag_key *k)
{
	const struct flow_key *flow = &p->key;

	memset(k, 0, sizeof(*k));
	if (flow->family == IP_V4) {
		memcpy(k->src, &flow->v4.src_be, 4);
		memcpy(k->dst, &flow->v4.dst_be, 4);
		k->protocol = flow->protocol;
	} else {
		memcpy(k->src, flow->v6.src, 16);
		memcpy(k->dst, flow->v6.dst, 16);
	}
	k->id = p->frag_id;
	k->token = flow->token;
	k->family = flow->family;
}

static unsigned int
bucket_of(const struct frag_key *k)
{
	return rte_hash_crc(k, sizeof(*k), 0) & (BUCKETS - 1);
}

static void
list_unlink(struct frag *f, struct entry *e)
{
	if (e->older != NONE)
		f->entries[e->older].newer = e->newer;
	else
		f->oldest = e->newer;
	if (e->newer != NONE)
		f->entries[e->newer].older = e->older;
	else
		f->newest = e->older;
}

static void
list_append(struct frag *f, struct entry *e, uint64_t now_ms)
{
	uint16_t i = (uint16_t)(e - f->entries);

	e->deadline_ms = now_ms + FRAG_MS;
	e->older = f->newest;
	e->newer = NONE;
	if (f->newest != NONE)
		f->entries[f->newest].newer = i;
	else
		f->oldest = i;
	f->newest = i;
}

static struct entry *
entry_find(struct frag *f, const struct frag_key *k)
{
	uint16_t i = f->buckets[bucket_of(k)];

	while (i != NONE && memcmp(&f->entries[i].key, k, sizeof(*k)) != 0)
		i = f->entries[i].next;
	return i == NONE ? NULL : &f->entries[i];
}

static void
entry_remove(struct frag *f, struct entry *e)
{
	uint16_t *link = &f->buckets[bucket_of(&e->key)];
	uint16_t i = (uint16_t)(e - f->entries);

	assert(e->n_held == 0);
	while (*link != i)
		link = &f->entries[*link].next;
	*link = e->next;
	list_unlink(f, e);
	e->next = f->free;
	f->free = i;
	f->used--;
}

/* NULL: the table is full. */
static struct entry *
entry_add(struct frag *f, const struct frag_key *k, uint64_t now_ms)
{
	unsigned int b = bucket_of(k);
	struct entry *e;
	uint16_t i;

	if (f->free == NONE) {
		/* What has run out, and holds nothing, makes room. */
		e = &f->entries[f->oldest];
		if (e->deadline_ms > now_ms || e->n_held != 0)
			return NULL;
		entry_remove(f, e);
	}
	i = f->free;
	e = &f->entries[i];
	f->free = e->next;
	memset(e, 0, sizeof(*e));
	e->key = *k;
	e->next = f->buckets[b];
	f->buckets[b] = i;
	list_append(f, e, now_ms);
	f->used++;
	return e;
}

/*
 * Would these bytes overlap with those seen, or lie behind the end? Sets bad
 * when they bring something new besides: that is no mere repetition.
 */
static bool
span_clashes(struct entry *e, const struct span *s, bool last)
{
	bool clash = false, inside = false, behind = false;

	for (unsigned int i = 0; i < e->n_spans; i++) {
		const struct span *t = &e->spans[i];

		if (s->begin < t->end && t->begin < s->end)
			clash = true;
		if (s->begin >= t->begin && s->end <= t->end)
			inside = true;
		if (t->end > s->end)
			behind = true;
	}
	if ((last && behind) || (e->total != 0 && s->end > e->total) ||
		(last && e->total != 0 && s->end != e->total)) {
		e->bad = true;
		return true;
	}
	if (clash && !inside)
		e->bad = true;
	return clash;
}

/* Add bytes that clash with none. False: too many holes. */
static bool
span_add(struct entry *e, struct span s)
{
	for (unsigned int i = 0; i < e->n_spans;) {
		const struct span *t = &e->spans[i];

		if (t->end != s.begin && t->begin != s.end) {
			i++;
			continue;
		}
		s.begin = RTE_MIN(s.begin, t->begin);
		s.end = RTE_MAX(s.end, t->end);
		e->spans[i] = e->spans[--e->n_spans];
		i = 0;
	}
	if (e->n_spans == FRAG_SPANS)
		return false;
	e->spans[e->n_spans++] = s;
	return true;
}

static bool
complete(const struct entry *e)
{
	return e->total != 0 && e->n_spans == 1 && e->spans[0].begin == 0 &&
	       e->spans[0].end == e->total;
}

static void
lend(const struct entry *e, struct rte_mbuf *m)
{
	struct mbuf_meta *meta = mbuf_meta(m);

	meta->flags |= META_PORTS;
	meta->sport_be = e->sport_be;
	meta->dport_be = e->dport_be;
	meta->protocol = e->protocol;
	meta->icmp_class = e->icmp_class;
}

static void
first_arrived(struct frag *f, struct entry *e, const struct pkt *p)
{
	e->known = true;
	e->sport_be = p->key.sport_be;
	e->dport_be = p->key.dport_be;
	e->protocol = p->key.protocol;
	e->icmp_class = p->icmp_class;
	for (unsigned int i = 0; i < e->n_held; i++) {
		unsigned int at = (f->ready_first + f->ready_n) % KEPT_MAX;

		lend(e, e->held[i]);
		f->ready[at] = e->held[i];
		f->ready_n++;
	}
	f->held_n -= e->n_held;
	e->n_held = 0;
}

/* The ports are known: p goes on, with them. */
static enum verdict
pass(struct frag *f, struct entry *e, struct pkt *p, uint64_t now_ms)
{
	lend(e, p->m);
	p->key.sport_be = e->sport_be;
	p->key.dport_be = e->dport_be;
	p->key.protocol = e->protocol;
	p->icmp_class = e->icmp_class;
	if (complete(e)) {
		entry_remove(f, e);
		return VERDICT_NEXT;
	}
	list_unlink(f, e);
	list_append(f, e, now_ms);
	return VERDICT_NEXT;
}

static void
make_ready(struct frag *f, struct rte_mbuf *m)
{
	f->ready[(f->ready_first + f->ready_n++) % KEPT_MAX] = m;
}

/* Keep p; when that was the last one, the whole packet is ready. */
static enum verdict
keep_part(struct frag *f, struct entry *e, struct pkt *p)
{
	struct frag_part *parts = f->parts[e - f->entries];
	struct rte_mbuf *whole;
	unsigned int n;

	parts[e->n_held++] = (struct frag_part){.m = p->m,
		.off = p->frag_off,
		.len = p->frag_len,
		.head = (uint16_t)(p->l2_len + p->len - p->frag_len),
		.size = (uint16_t)p->len};
	f->held_n++;
	if (!complete(e))
		return VERDICT_HELD;
	n = e->n_held;
	f->held_n -= n;
	e->n_held = 0;
	entry_remove(f, e);
	whole = frag_join(parts, n, p->l2_len);
	if (whole != NULL)
		make_ready(f, whole);
	return VERDICT_HELD;
}

static enum verdict
resolve(struct frag *f, struct pkt *p, uint64_t now_ms, bool join)
{
	struct span s = {p->frag_off, (uint32_t)p->frag_off + p->frag_len};
	struct frag_key k;
	struct entry *e;

	key_of(p, &k);
	e = entry_find(f, &k);
	if (e != NULL && e->deadline_ms <= now_ms && e->n_held == 0) {
		entry_remove(f, e); /* an old packet's number, used again */
		e = NULL;
	}
	if (e == NULL) {
		e = entry_add(f, &k, now_ms);
		if (e == NULL)
			return drop(p, REASON_FRAGMENT_TABLE_FULL);
		e->join = join;
	}
	if (e->bad || span_clashes(e, &s, !p->frag_more))
		return drop(p, REASON_FRAGMENT_OVERLAP);
	if ((e->join || (!p->frag_first && !e->known)) &&
		(e->n_held == (e->join ? FRAG_PARTS : FRAG_HELD) ||
			f->held_n + f->ready_n == KEPT_MAX))
		return drop(p, REASON_FRAGMENT_LIMIT);
	if (!span_add(e, s))
		return drop(p, REASON_FRAGMENT_LIMIT);
	if (!p->frag_more)
		e->total = s.end;
	if (e->join)
		return keep_part(f, e, p);
	if (p->frag_first)
		first_arrived(f, e, p);
	if (e->known)
		return pass(f, e, p, now_ms);
	e->held[e->n_held++] = p->m;
	f->held_n++;
	return VERDICT_HELD;
}

enum verdict
frag_resolve(struct frag *f, struct pkt *p, uint64_t now_ms)
{
	if (likely(!p->frag_first && !p->frag_later))
		return VERDICT_NEXT;
	if (mbuf_meta(p->m)->flags & META_PORTS)
		return VERDICT_NEXT;
	return resolve(f, p, now_ms, false);
}

enum verdict
frag_reassemble(struct frag *f, struct pkt *p, uint64_t now_ms)
{
	return resolve(f, p, now_ms, frag_joinable(p));
}

unsigned int
frag_release(struct frag *f, struct rte_mbuf **out, unsigned int n)
{
	unsigned int done = 0;

	for (; done < n && f->ready_n > 0; done++) {
		out[done] = f->ready[f->ready_first];
		f->ready_first = (f->ready_first + 1) % KEPT_MAX;
		f->ready_n--;
	}
	return done;
}

unsigned int
frag_expire(
	struct frag *f, uint64_t now_ms, struct rte_mbuf **out, unsigned int n)
{
	unsigned int done = 0;

	while (f->oldest != NONE) {
		struct entry *e = &f->entries[f->oldest];

		if (e->deadline_ms > now_ms)
			break;
		while (e->n_held > 0 && done < n) {
			e->n_held--;
			out[done++] =
				e->join ? f->parts[e - f->entries][e->n_held].m
					: e->held[e->n_held];
			f->held_n--;
		}
		if (e->n_held > 0)
			break;
		entry_remove(f, e);
	}
	return done;
}
