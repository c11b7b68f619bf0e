/* SPDX-License-Identifier: Apache-2.0 */
#include "nat/binding.h"

#include <errno.h>
#include <string.h>

#include "nat/hash.h"
#include "nat/owners.h"

struct reflexive_key {
	struct ip_addr addr;
	uint16_t vr, port;
	uint8_t protocol;
	uint8_t pad[3];
};

struct reflexive {
	struct reflexive_key key;
	uint32_t binding;
};

struct remote_key {
	struct ip_addr addr;
	uint32_t binding;
	uint16_t port, pad;
};

struct remote {
	struct remote_key key;
	uint32_t next; /* of the binding */
};

int
nat_bindings_init(struct nat_worker *w)
{
	if (nat_tab_init(&w->bindings, NAT_BINDINGS, sizeof(struct nat_binding),
		    sizeof(struct nat_binding_key)) != 0 ||
		nat_tab_init(&w->reflexive, 2 * NAT_BINDINGS,
			sizeof(struct reflexive),
			sizeof(struct reflexive_key)) != 0 ||
		nat_tab_init(&w->remotes, NAT_REMOTES, sizeof(struct remote),
			sizeof(struct remote_key)) != 0)
		return -ENOMEM;
	return 0;
}

void
nat_bindings_done(struct nat_worker *w)
{
	nat_tab_done(&w->bindings);
	nat_tab_done(&w->reflexive);
	nat_tab_done(&w->remotes);
}

/* Keys are compared byte by byte: no padding of an assignment gets in. */
static void
set_addr(struct ip_addr *to, const struct ip_addr *from)
{
	to->q[0] = from->q[0];
	to->q[1] = from->q[1];
	to->family = from->family;
}

struct nat_binding_key
nat_binding_key(uint32_t slot, uint32_t iface, const struct ip_addr *internal,
	struct vr_id vr, uint8_t protocol, uint16_t port)
{
	struct nat_binding_key k;

	memset(&k, 0, sizeof(k));
	set_addr(&k.internal, internal);
	k.slot = slot;
	k.iface = iface;
	k.vr = vr.v;
	k.protocol = protocol;
	k.port = port;
	return k;
}

static void
reflexive_key(struct reflexive_key *k, uint16_t vr, const struct ip_addr *addr,
	uint16_t port, uint8_t protocol)
{
	memset(k, 0, sizeof(*k));
	set_addr(&k->addr, addr);
	k->vr = vr;
	k->port = port;
	k->protocol = protocol;
}

uint64_t
nat_reflexive_hash(struct vr_id vr, const struct ip_addr *addr, uint16_t port,
	uint8_t protocol)
{
	struct reflexive_key k;

	reflexive_key(&k, vr.v, addr, port, protocol);
	return nat_hash64(&k, sizeof(k));
}

uint32_t
nat_binding_find(const struct nat_worker *w, const struct nat_binding_key *key)
{
	return nat_tab_find(&w->bindings, key);
}

/* One of the two places from which the outside address is seen. */
static uint32_t
add_reflexive(struct nat_worker *w, uint32_t binding, uint16_t vr)
{
	const struct nat_binding *b = nat_binding_at(w, binding);
	uint16_t port = b->key.port == 0 ? 0 : b->hold.port;
	struct reflexive_key k;
	uint32_t i;

	reflexive_key(&k, vr, &b->reflexive, port, b->key.protocol);
	if (nat_tab_find(&w->reflexive, &k) != 0)
		return 0;
	if (w->nat->owners != NULL &&
		!nat_owners_add(w->nat->owners,
			nat_reflexive_hash((struct vr_id){vr}, &b->reflexive,
				port, b->key.protocol),
			(uint16_t)w->index))
		return 0;
	i = nat_tab_add(&w->reflexive, &k);
	if (i != 0)
		((struct reflexive *)nat_tab_at(&w->reflexive, i))->binding =
			binding;
	return i;
}

static void
remove_reflexive(struct nat_worker *w, uint32_t i)
{
	const struct reflexive *r = nat_tab_at(&w->reflexive, i);

	if (i == 0)
		return;
	if (w->nat->owners != NULL)
		nat_owners_remove(w->nat->owners,
			nat_reflexive_hash((struct vr_id){r->key.vr},
				&r->key.addr, r->key.port, r->key.protocol),
			(uint16_t)w->index);
	nat_tab_remove(&w->reflexive, i);
}

uint32_t
nat_binding_new(struct nat_worker *w, const struct nat_binding_key *key,
	const struct nat_hold *hold, const struct ip_addr *reflexive,
	const struct nat_rule_spec *rule, struct vr_id outside, uint32_t now_s)
{
	uint32_t i = nat_tab_add(&w->bindings, key);
	struct nat_binding *b = nat_binding_at(w, i);

	if (i == 0)
		return 0;
	set_addr(&b->reflexive, reflexive);
	b->hold = *hold;
	b->rule = rule->id;
	b->max_sessions = rule->persistent.max_sessions;
	b->timeout_s = rule->persistent.timeout;
	b->permit = (uint8_t)rule->persistent.permit;
	b->block_external = rule->persistent.block_ext_session;
	b->outside_vr = outside.v;
	b->idle_s = now_s;
	b->entry[0] = add_reflexive(w, i, outside.v);
	if (b->entry[0] == 0) {
		nat_tab_remove(&w->bindings, i);
		return 0;
	}
	if (key->vr != outside.v)
		b->entry[1] = add_reflexive(w, i, key->vr);
	atomic_fetch_add(&w->nat->bindings, 1);
	return i;
}

static void
remote_key(struct remote_key *k, const struct nat_binding *b, uint32_t binding,
	const struct ip_addr *addr, uint16_t port)
{
	memset(k, 0, sizeof(*k));
	set_addr(&k->addr, addr);
	k->binding = binding;
	k->port = b->permit == PERSISTENT_TARGET_HOST_PORT ? port : 0;
}

bool
nat_binding_remote(struct nat_worker *w, uint32_t binding,
	const struct ip_addr *addr, uint16_t port)
{
	struct nat_binding *b = nat_binding_at(w, binding);
	struct remote_key k;
	uint32_t i;

	if (b->permit == PERSISTENT_ANY_REMOTE_HOST)
		return true;
	remote_key(&k, b, binding, addr, port);
	if (nat_tab_find(&w->remotes, &k) != 0)
		return true;
	i = nat_tab_add(&w->remotes, &k);
	if (i == 0)
		return false;
	((struct remote *)nat_tab_at(&w->remotes, i))->next = b->remotes;
	b->remotes = i;
	return true;
}

uint32_t
nat_binding_inbound(const struct nat_worker *w, struct vr_id vr,
	const struct ip_addr *dst, uint16_t port, uint8_t protocol)
{
	struct reflexive_key k;
	uint32_t i;

	reflexive_key(&k, vr.v, dst, port, protocol);
	i = nat_tab_find(&w->reflexive, &k);
	if (i == 0) {
		reflexive_key(&k, vr.v, dst, 0, 0);
		i = nat_tab_find(&w->reflexive, &k);
	}
	if (i == 0)
		return 0;
	return ((const struct reflexive *)nat_tab_at(&w->reflexive, i))
		->binding;
}

bool
nat_binding_permits(const struct nat_worker *w, uint32_t binding,
	const struct ip_addr *src, uint16_t sport)
{
	const struct nat_binding *b = nat_binding_at(w, binding);
	struct remote_key k;

	if (b->block_external)
		return false;
	if (b->permit == PERSISTENT_ANY_REMOTE_HOST)
		return true;
	remote_key(&k, b, binding, src, sport);
	return nat_tab_find(&w->remotes, &k) != 0;
}

void
nat_binding_hold(struct nat_worker *w, uint32_t binding)
{
	nat_binding_at(w, binding)->sessions++;
}

void
nat_binding_release(struct nat_worker *w, uint32_t binding, uint32_t now_s)
{
	struct nat_binding *b = nat_binding_at(w, binding);

	if (b->sessions > 0 && --b->sessions > 0)
		return;
	b->idle_s = now_s;
	if (b->timeout_s == 0 || !nat_slot_current(w->nat, b->key.slot))
		nat_binding_end(w, binding, now_s);
}

void
nat_binding_end(struct nat_worker *w, uint32_t binding, uint32_t now_s)
{
	struct nat_binding *b = nat_binding_at(w, binding);

	b->timeout_s = 0;
	if (b->sessions > 0)
		return;
	while (b->remotes != 0) {
		uint32_t i = b->remotes;

		b->remotes =
			((struct remote *)nat_tab_at(&w->remotes, i))->next;
		nat_tab_remove(&w->remotes, i);
	}
	remove_reflexive(w, b->entry[0]);
	remove_reflexive(w, b->entry[1]);
	nat_hold_release(w, &b->hold, now_s);
	nat_tab_remove(&w->bindings, binding);
	atomic_fetch_sub(&w->nat->bindings, 1);
}

void
nat_binding_tick(struct nat_worker *w, uint32_t binding, uint32_t now_s)
{
	const struct nat_binding *b = nat_binding_at(w, binding);

	if (b->sessions > 0)
		return;
	if (now_s - b->idle_s >= b->timeout_s ||
		!nat_slot_current(w->nat, b->key.slot))
		nat_binding_end(w, binding, now_s);
}
