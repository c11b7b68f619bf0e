/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The packet path's own code on a table of one session [EX-1]. Every neighbour
 * answers: what waits for an address is sent again, as host/ does it, with a
 * made-up station. Then the reply comes in where the packet went out.
 */
#include "explain/explain_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "flow/counters.h"
#include "flow/flow.h"
#include "flow/frag.h"
#include "nat/nat.h"
#include "pkt/packet_text.h"
#include "route/neigh_impl.h"

#define RESOLVE_TRIES 3u

struct lab {
	struct env env;
	struct record record;
	const struct image *image;
	struct neigh_table *neigh;
	struct nat *nat;
	struct route_view *view;
	uint8_t mac[IFD_MAX][6];
};

static struct adj_id
adjacency(void *ctx, struct ifl_id id, const struct ip_addr *gw)
{
	static const uint8_t station[6] = {2, 0, 0, 0, 0, 1};
	struct lab *lab = ctx;
	const struct ifl_spec *ifl = image_ifl(lab->image, id);
	struct adj_id adj;

	if (ifl == NULL)
		return ADJ_NONE;
	adj = neigh_get(
		lab->neigh, id, gw, ifl->ifd, ifl->vlan, lab->mac[ifl->ifd.v]);
	if (adj.v != 0)
		neigh_set(lab->neigh, adj, NEIGH_REACHABLE, station);
	return adj;
}

static void
lab_done(struct lab *lab)
{
	route_view_free(lab->view);
	session_table_free(lab->env.sessions);
	flow_counters_free(lab->env.counters);
	frag_free(lab->env.frag);
	nat_free(lab->nat);
	neigh_free(lab->neigh);
}

static int
lab_init(struct lab *lab, const struct explain_env *env,
	const struct explain_world *w)
{
	lab->image = w->image;
	lab->neigh = neigh_create();
	lab->env.sessions = session_table_create(1, 1, 1);
	lab->env.counters = flow_counters_create();
	lab->env.frag = frag_create();
	lab->nat = nat_create(1);
	if (!lab->neigh || !lab->env.sessions || !lab->env.counters ||
		!lab->env.frag || !lab->nat ||
		nat_prepare(lab->nat, &image_spec_of(w->image)->nat) != 0)
		return -ENOMEM;
	nat_apply(lab->nat, &image_spec_of(w->image)->nat);
	lab->env.nat = lab->nat->worker[0];
	lab->nat->worker[0]->random = 1; /* the same question, same answer */
	for (unsigned int i = 0; i < IFD_MAX; i++) {
		lab->mac[i][0] = 2;
		lab->mac[i][1] = 1;
		lab->mac[i][5] = (uint8_t)i;
	}
	lab->view = route_db_view(w->routes, adjacency, lab);
	if (lab->view == NULL)
		return -ENOMEM;
	lab->env.record = &lab->record;
	lab->env.image = w->image;
	lab->env.routes = lab->view;
	lab->env.generation = 1;
	lab->env.time_ms = env->now_ms;
	lab->env.now_ms = (uint32_t)env->now_ms;
	lab->env.now_s = (uint32_t)(env->now_ms / 1000);
	lab->env.neigh = lab->neigh;
	lab->env.ifd_mac = (const uint8_t(*)[6])lab->mac;
	lab->env.nworkers = 1;
	return 0;
}

static void
send_it(struct lab *lab, struct rte_mbuf *m, struct dry_packet *d)
{
	struct sbuf text = SBUF_INIT;
	size_t l2 = mbuf_meta(m)->flags & META_FROM_HOST ? 0 : 14;

	packet_text_ip(rte_pktmbuf_mtod_offset(m, const uint8_t *, l2),
		m->data_len - l2, &text);
	snprintf(d->text, sizeof(d->text), "%s", sbuf_text(&text));
	sbuf_done(&text);
	memset(&lab->record, 0, sizeof(lab->record));
	d->ran = true;
	for (unsigned int i = 0; i < RESOLVE_TRIES; i++) {
		memset(&d->p, 0, sizeof(d->p));
		d->p.m = m;
		flow_burst(&lab->env, &d->p, 1, &d->verdict);
		if (d->verdict != VERDICT_RESOLVE ||
			adjacency(lab, d->p.out_ifl, &d->p.gw).v == 0)
			break;
	}
	d->record = lab->record;
	d->p.m = NULL;
	d->p.l3 = d->p.l4 = NULL;
}

/* ---- the packet ---- */

static uint8_t
question(const struct explain_query *q)
{
	if (q->has_icmp_type)
		return q->icmp_type;
	return q->protocol == IPP_ICMP6 ? 128 : 8;
}

static int
send_packet(struct lab *lab, const struct explain_query *q, struct dry_run *d)
{
	struct packet_desc desc = {.src = q->src,
		.dst = q->dst,
		.sport = q->sport,
		.dport = q->dport,
		.protocol = q->protocol,
		.tcp_flags = q->tcp_flags != 0 ? q->tcp_flags : TCP_SYN,
		.icmp_type = question(q),
		.size = q->size,
		.vlan = d->ifl->vlan,
		.seq = 1000,
		.ack = 1};
	struct rte_mbuf *m;

	memcpy(desc.mac, lab->mac[d->ifl->ifd.v], 6);
	m = packet_bytes(&desc);
	if (m == NULL)
		return -ENOMEM;
	mbuf_meta(m)->ifd = d->ifl->ifd;
	send_it(lab, m, &d->packet);
	free(m);
	return 0;
}

/* ---- the reply ---- */

static uint8_t
answer(uint8_t protocol, uint8_t type)
{
	if (protocol == IPP_ICMP6)
		return type == 128 ? 129 : type;
	return type == 8 ? 0 : (uint8_t)(type + 1); /* 13/14, 15/16, 17/18 */
}

/* The headers that answer: those of the Out wing, whatever NAT has done. */
static void
describe_reply(const struct explain_query *q, const struct dry_run *d,
	struct packet_desc *r)
{
	struct flow_key k = d->has_session
				    ? d->wing[1].key
				    : flow_key_reverse(&d->packet.p.key, 0);
	bool icmp = q->protocol == IPP_ICMP || q->protocol == IPP_ICMP6;
	bool same = k.protocol == q->protocol; /* not so with NAT64 */

	r->src = flow_key_src(&k);
	r->dst = flow_key_dst(&k);
	r->protocol = k.protocol;
	/* the key of an ICMP reply has identifier and sequence swapped */
	r->sport = ntohs(icmp ? k.dport_be : k.sport_be);
	r->dport = ntohs(icmp ? k.sport_be : k.dport_be);
	r->icmp_type = answer(k.protocol, same ? question(q)
					  : k.protocol == IPP_ICMP6 ? 128
								    : 8);
	r->tcp_flags = q->tcp_flags == 0 || q->tcp_flags == TCP_SYN
			       ? TCP_SYN | TCP_ACK
			       : TCP_ACK;
	r->seq = 1;
	r->ack = 1001;
}

static int
send_reply(struct lab *lab, const struct explain_query *q, struct dry_run *d)
{
	bool local = d->packet.verdict == VERDICT_LOCAL;
	const struct ifl_spec *in = image_ifl(lab->image, d->packet.p.out_ifl);
	struct packet_desc desc = {.from_host = local};
	struct rte_mbuf *m;

	if (!local && in == NULL)
		return 0;
	describe_reply(q, d, &desc);
	if (!local) {
		desc.vlan = in->vlan;
		memcpy(desc.mac, lab->mac[in->ifd.v], 6);
	}
	m = packet_bytes(&desc);
	if (m == NULL)
		return -ENOMEM;
	if (local) {
		mbuf_meta(m)->flags = META_FROM_HOST;
		mbuf_meta(m)->vr = d->packet.p.vr;
	} else {
		mbuf_meta(m)->ifd = in->ifd;
	}
	send_it(lab, m, &d->reply);
	free(m);
	return 0;
}

/* ---- both ---- */

static void
take_session(struct lab *lab, struct dry_run *d)
{
	uint32_t index = d->packet.p.session;

	if (index == 0 || session_at(lab->env.sessions, index)->id == 0)
		return;
	d->has_session = true;
	d->index = index;
	d->out_ifl = session_ifl(lab->env.sessions, index, 1);
	d->session = *session_at(lab->env.sessions, index);
	memcpy(d->wing, session_wing(lab->env.sessions, index, 0),
		sizeof(d->wing));
	/* As it came: translated to the other family it is half of each. */
	d->packet.p.key = d->wing[0].key;
}

static const struct ifl_spec *
find_ifl(const struct image *image, const char *name)
{
	char full[NAME_MAX_LEN + 3];
	const struct ifl_spec *ifl = image_ifl_by_name(image, name);

	if (ifl != NULL || strchr(name, '.') != NULL)
		return ifl;
	snprintf(full, sizeof(full), "%.*s.0", NAME_MAX_LEN, name);
	return image_ifl_by_name(image, full);
}

/* The look-up once more, for what the path's result does not tell. */
static void
ask_the_way_back(const struct lab *lab, struct dry_run *d)
{
	struct ip_addr initiator = flow_key_src(&d->wing[0].key);

	d->reverse = reverse_route_choice(&lab->env, d->index,
		d->reply.ran ? d->reply.p.vr
			     : session_vr(lab->env.sessions, d->index));
	path_lookup(&lab->env, d->reverse.vr, &initiator, &d->wing[0].key,
		session_ifl(lab->env.sessions, d->index, 0), &d->back);
}

int
dry_run(const struct explain_env *env, const struct explain_world *w,
	const struct explain_query *q, struct dry_run *d)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	int rc;

	memset(d, 0, sizeof(*d));
	if (lab == NULL)
		return -ENOMEM;
	d->ifl = find_ifl(w->image, q->ifl);
	rc = d->ifl == NULL ? -ENODEV : lab_init(lab, env, w);
	if (rc == 0)
		rc = send_packet(lab, q, d);
	if (rc == 0)
		take_session(lab, d);
	if (rc == 0 && (d->packet.verdict == VERDICT_NEXT ||
			       d->packet.verdict == VERDICT_LOCAL))
		rc = send_reply(lab, q, d);
	if (rc == 0 && d->has_session)
		ask_the_way_back(lab, d);
	lab_done(lab);
	free(lab);
	return rc;
}

enum explain_result
dry_run_result(const struct dry_run *d)
{
	if (d->packet.verdict != VERDICT_NEXT &&
		d->packet.verdict != VERDICT_LOCAL)
		return EXPLAIN_PACKET_DROPPED;
	return d->reply.verdict == VERDICT_NEXT ||
			       d->reply.verdict == VERDICT_LOCAL
		       ? EXPLAIN_PASSES
		       : EXPLAIN_REPLY_DROPPED;
}
