/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The addresses of names that policies use [FL-72]. Each name of the published
 * image is asked for, A and AAAA, at the name servers of `system`, and again
 * when the time to live of the answer is over. Queries are the box's own
 * packets: they take the packet path and the routes of the name server's
 * routing instance.
 *
 * What was known stays until another answer comes, whatever happens to the
 * servers meanwhile. "No such name" and "no such address" are answers.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/log.h"
#include "host/dns_msg.h"
#include "host/host_impl.h"
#include "pkt/build.h"
#include "pkt/bytes.h"
#include "pkt/cksum.h"

#define NAMES_MAX   4096u
#define FLIGHT_MAX  64u   /* questions on their way at a time */
#define TRY_MS      2000u /* until the next server is asked */
#define ROUNDS      3u    /* of all servers, then a pause */
#define PAUSE_MS    30000u
#define NEGATIVE_MS 60000u
#define TTL_MIN_S   5u
#define PORT_DNS    53u
#define PORT_FIRST  49152u
#define NEVER       UINT64_MAX

enum question_state { ASK, WAITING, KNOWN };

/* One name and one type of address. */
struct question {
	enum question_state state;
	uint64_t next_ms; /* ASK: when; WAITING: until; KNOWN: ask again */
	uint64_t since_ms;
	uint32_t tries;
	uint16_t id, port;
	uint32_t ttl;
	uint8_t rcode;
	bool answered; /* ever */
	struct ip_addr addrs[DNS_ADDRS_MAX];
	unsigned int n;
};

struct dns_name {
	char name[DNS_NAME_SIZE];
	bool used;
	struct question q[2]; /* A, AAAA */
};

struct dns {
	struct dns_name *names;
	size_t n, size;
	unsigned int in_flight;
	bool changed;
	uint64_t sent, answers, timeouts;
};

static const enum dns_type types[2] = {DNS_A, DNS_AAAA};

struct dns *
dns_create(void)
{
	return calloc(1, sizeof(struct dns));
}

void
dns_free(struct dns *d)
{
	if (d != NULL)
		free(d->names);
	free(d);
}

/* ---- which names ---- */

static struct dns_name *
name_find(struct dns *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcasecmp(d->names[i].name, name) == 0)
			return &d->names[i];
	return NULL;
}

static struct dns_name *
name_add(struct dns *d, const char *name)
{
	struct dns_name *n;

	if (d->n == NAMES_MAX)
		return NULL;
	if (d->n == d->size) {
		size_t size = d->size == 0 ? 16 : d->size * 2;

		n = realloc(d->names, size * sizeof(*n));
		if (n == NULL)
			return NULL;
		d->names = n;
		d->size = size;
	}
	n = &d->names[d->n++];
	memset(n, 0, sizeof(*n));
	memcpy(n->name, name, strnlen(name, sizeof(n->name) - 1));
	return n;
}

static void
forget_unused(struct dns *d)
{
	size_t k = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (d->names[i].used) {
			d->names[k++] = d->names[i];
			continue;
		}
		for (unsigned int t = 0; t < 2; t++)
			d->in_flight -= d->names[i].q[t].state == WAITING;
	}
	d->n = k;
}

void
dns_image_changed(struct host *h)
{
	const struct image_spec *spec = image_spec_of(host_image(h));
	struct dns *d = h->dns;

	for (size_t i = 0; i < d->n; i++)
		d->names[i].used = false;
	for (size_t i = 0; i < spec->naddrs; i++) {
		const struct addr_obj_spec *o = &spec->addrs[i];

		for (size_t k = 0; k < o->ndns; k++) {
			struct dns_name *n = name_find(d, o->dns[k].name);

			if (n == NULL)
				n = name_add(d, o->dns[k].name);
			if (n != NULL)
				n->used = true;
		}
	}
	forget_unused(d);
}

/* ---- asking ---- */

static uint16_t
random16(void)
{
	uint16_t v = 0;

	if (getrandom(&v, sizeof(v), 0) != sizeof(v))
		v = (uint16_t)rand();
	return v;
}

static const struct name_server_spec *
server_of(const struct host *h, uint32_t tries)
{
	const struct image_spec *spec = image_spec_of(host_image(h));

	return spec->nname_servers == 0
		       ? NULL
		       : &spec->name_servers[tries % spec->nname_servers];
}

static void
udp_checksum(struct rte_mbuf *m, const struct build_ip *ip)
{
	struct flow_key k = {.family = ip->dst.family};
	uint8_t *l4 = rte_pktmbuf_mtod(m, uint8_t *);
	uint64_t sum;

	if (k.family == IP_V4) {
		k.v4.src_be = ip->src.v4_be;
		k.v4.dst_be = ip->dst.v4_be;
	} else {
		memcpy(k.v6.src, ip->src.b, 16);
		memcpy(k.v6.dst, ip->dst.b, 16);
	}
	sum = cksum_pseudo(&k, IPP_UDP, m->pkt_len);
	put16(l4 + 6,
		cksum_udp(cksum_finish(cksum_add_mbuf(m, 0, m->pkt_len, sum))));
}

static bool
send_query(struct host *h, const struct name_server_spec *s,
	const struct question *q, const char *name, enum dns_type type)
{
	struct build_ip ip = {
		.dst = s->addr, .protocol = IPP_UDP, .ttl = 64, .df = false};
	uint8_t query[DNS_QUERY_SIZE], *l4;
	size_t n = dns_query_build(query, q->id, name, type);
	struct rte_mbuf *m;

	if (n == 0 ||
		!host_pick_source(h, s->vr, &s->addr, &s->source, &ip.src))
		return false;
	m = host_mbuf(h);
	if (m == NULL)
		return false;
	l4 = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(8 + n));
	if (l4 == NULL) {
		rte_pktmbuf_free(m);
		return false;
	}
	store16(l4, q->port);
	store16(l4 + 2, PORT_DNS);
	store16(l4 + 4, (uint16_t)(8 + n));
	store16(l4 + 6, 0);
	memcpy(l4 + 8, query, n);
	udp_checksum(m, &ip);
	if (build_ip_header(m, &ip) != 0) {
		rte_pktmbuf_free(m);
		return false;
	}
	host_send_ip(h, m, s->vr, IFL_NONE);
	return true;
}

static void
ask(struct host *h, struct dns_name *n, unsigned int t)
{
	const struct name_server_spec *s = server_of(h, n->q[t].tries);
	struct question *q = &n->q[t];

	if (s == NULL) { /* none is configured: look again */
		q->next_ms = h->now_ms + TRY_MS;
		return;
	}
	q->id = random16();
	q->port = PORT_FIRST | random16();
	q->state = WAITING;
	q->next_ms = h->now_ms + TRY_MS;
	h->dns->in_flight++;
	h->dns->sent++;
	if (!send_query(h, s, q, n->name, types[t]))
		log_debug("dns", "no way to a name server for %s", n->name);
}

static void
unanswered(struct host *h, struct dns_name *n, unsigned int t)
{
	const struct image_spec *spec = image_spec_of(host_image(h));
	struct question *q = &n->q[t];

	h->dns->in_flight--;
	h->dns->timeouts++;
	q->state = ASK;
	q->next_ms = h->now_ms;
	if (++q->tries < ROUNDS * spec->nname_servers)
		return;
	q->tries = 0;
	q->next_ms = h->now_ms + PAUSE_MS;
	log_warn("dns", "no name server answers for %s, retrying in %u s",
		n->name, PAUSE_MS / 1000);
}

void
dns_tick(struct host *h)
{
	struct dns *d = h->dns;

	for (size_t i = 0; i < d->n; i++) {
		for (unsigned int t = 0; t < 2; t++) {
			struct question *q = &d->names[i].q[t];

			if (h->now_ms < q->next_ms)
				continue;
			if (q->state == WAITING)
				unanswered(h, &d->names[i], t);
			if (h->now_ms >= q->next_ms &&
				d->in_flight < FLIGHT_MAX)
				ask(h, &d->names[i], t);
		}
	}
}

uint64_t
dns_deadline(const struct host *h)
{
	const struct dns *d = h->dns;
	uint64_t next = NEVER;

	for (size_t i = 0; i < d->n; i++)
		for (unsigned int t = 0; t < 2; t++)
			if (d->names[i].q[t].next_ms < next)
				next = d->names[i].q[t].next_ms;
	/* what could not be sent yet waits for an answer */
	return next <= h->now_ms && d->in_flight >= FLIGHT_MAX ? h->now_ms + 100
							       : next;
}

/* ---- answers ---- */

static int
by_address(const void *a, const void *b)
{
	return ip_addr_cmp(a, b);
}

/* Servers turn the order round at every answer. */
static bool
take_addresses(struct question *q, struct dns_answer *a)
{
	bool same = q->answered && q->n == a->n;

	qsort(a->addrs, a->n, sizeof(a->addrs[0]), by_address);
	for (unsigned int i = 0; same && i < a->n; i++)
		same = ip_addr_equal(&q->addrs[i], &a->addrs[i]);
	memcpy(q->addrs, a->addrs, sizeof(q->addrs));
	same |= !q->answered && a->n == 0;
	q->n = a->n;
	q->answered = true;
	return !same;
}

static void
answered(struct host *h, struct dns_name *n, struct question *q,
	struct dns_answer *a)
{
	uint32_t ttl = a->ttl < TTL_MIN_S ? TTL_MIN_S : a->ttl;

	h->dns->in_flight--;
	h->dns->answers++;
	if (a->rcode != 0 && a->rcode != 3) { /* the server has a problem */
		h->dns->in_flight++;
		unanswered(h, n, (unsigned int)(q - n->q));
		q->rcode = a->rcode;
		return;
	}
	h->dns->changed |= take_addresses(q, a);
	q->state = KNOWN;
	q->tries = 0;
	q->rcode = a->rcode;
	q->ttl = a->n > 0 ? ttl : NEGATIVE_MS / 1000;
	q->since_ms = h->now_ms;
	q->next_ms = h->now_ms + (uint64_t)q->ttl * 1000;
}

static bool
in_one_piece(const struct pkt *p)
{
	const uint8_t *first = rte_pktmbuf_mtod(p->m, const uint8_t *);

	return p->l4 >= first && p->l4 + p->l4_len <= first + p->m->data_len;
}

/* Is this packet an answer that we wait for? The mbuf stays the caller's. */
bool
dns_input(struct host *h, const struct pkt *p)
{
	uint16_t port = rte_be_to_cpu_16(p->key.dport_be);
	struct ip_addr from = flow_key_src(&p->key);
	struct dns *d = h->dns;
	struct dns_answer a;

	if (p->key.protocol != IPP_UDP || port < PORT_FIRST || p->l4 == NULL ||
		p->l4_len < 8 || !in_one_piece(p) ||
		p->key.sport_be != RTE_BE16(PORT_DNS))
		return false;
	for (size_t i = 0; i < d->n; i++) {
		for (unsigned int t = 0; t < 2; t++) {
			struct question *q = &d->names[i].q[t];
			const struct name_server_spec *s =
				server_of(h, q->tries);

			if (q->state != WAITING || q->port != port ||
				s == NULL || !ip_addr_equal(&s->addr, &from))
				continue;
			if (dns_answer_parse(p->l4 + 8, p->l4_len - 8u, q->id,
				    d->names[i].name, types[t], &a))
				answered(h, &d->names[i], q, &a);
			return true;
		}
	}
	return false;
}

/* ---- questions about what is known ---- */

bool
host_dns_changed(struct host *h)
{
	bool changed = h->dns->changed;

	h->dns->changed = false;
	return changed;
}

unsigned int
host_dns_lookup(
	void *host, const char *name, struct ip_addr *out, unsigned int n)
{
	struct host *h = host;
	const struct dns_name *e = name_find(h->dns, name);
	unsigned int k = 0;

	for (unsigned int t = 0; e != NULL && t < 2; t++)
		for (unsigned int i = 0; i < e->q[t].n && k < n; i++)
			out[k++] = e->q[t].addrs[i];
	return k;
}

static void
info_of(const struct host *h, const struct question *q, struct dns_info *ret)
{
	ret->answered = q->answered;
	ret->rcode = q->rcode;
	ret->ttl = q->ttl;
	ret->addrs = q->addrs;
	ret->n = q->n;
	ret->left_s = q->state == KNOWN && q->next_ms > h->now_ms
			      ? (uint32_t)((q->next_ms - h->now_ms) / 1000)
			      : 0;
}

void
host_dns_list(struct host *h,
	void (*cb)(void *ctx, const struct dns_info *info), void *ctx)
{
	for (size_t i = 0; i < h->dns->n; i++) {
		for (unsigned int t = 0; t < 2; t++) {
			struct dns_info info = {.name = h->dns->names[i].name,
				.family = t == 0 ? IP_V4 : IP_V6};

			info_of(h, &h->dns->names[i].q[t], &info);
			cb(ctx, &info);
		}
	}
}

void
host_dns_clear(struct host *h)
{
	for (size_t i = 0; i < h->dns->n; i++)
		for (unsigned int t = 0; t < 2; t++)
			if (h->dns->names[i].q[t].state == KNOWN)
				h->dns->names[i].q[t].next_ms = h->now_ms;
}
