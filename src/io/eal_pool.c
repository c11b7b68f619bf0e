/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packet pools whose memory becomes resident with use.
 *
 * DPDK writes a header into each buffer when it creates a pool, which makes
 * 20 MB resident for 8192 buffers that may never be used. These mempool
 * operations keep the memory untouched: a buffer's headers are written when
 * the stack of free buffers is empty and the next one is carved off. The stack
 * is last-in first-out, so that few buffers serve a quiet box.
 */
#include "io/eal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_spinlock.h>

#include "pkt/pkt.h"

#define OPS_NAME    "vrflow_lazy"
#define POOL_CACHE  256u
#define JUMBO_CACHE 32u

/* All that an mbuf can address: its lengths are 16 bits. */
#define JUMBO_ROOM (UINT16_MAX / RTE_CACHE_LINE_SIZE * RTE_CACHE_LINE_SIZE)

struct lazy {
	rte_spinlock_t lock;
	unsigned int free;             /* objects on the stack */
	unsigned int carved, carvable; /* of the memory chunk */
	char *next;                    /* header of the next object to carve */
	rte_mempool_populate_obj_cb_t *add;
	void *add_arg;
	void *stack[];
};

static int
lazy_alloc(struct rte_mempool *mp)
{
	struct lazy *z = rte_zmalloc(
		NULL, sizeof(*z) + mp->size * sizeof(z->stack[0]), 0);

	if (z == NULL)
		return -ENOMEM;
	rte_spinlock_init(&z->lock);
	mp->pool_data = z;
	return 0;
}

static void
lazy_free(struct rte_mempool *mp)
{
	rte_free(mp->pool_data);
	mp->pool_data = NULL;
}

/* Called once, with the one chunk of memory. */
static int
lazy_populate(struct rte_mempool *mp, unsigned int max_objs, void *vaddr,
	rte_iova_t iova, size_t len, rte_mempool_populate_obj_cb_t *obj_cb,
	void *obj_cb_arg)
{
	size_t total = mp->header_size + mp->elt_size + mp->trailer_size;
	struct lazy *z = mp->pool_data;

	if (z->next != NULL)
		return -EEXIST;
	z->next = vaddr;
	z->carvable = (unsigned int)RTE_MIN(len / total, (size_t)max_objs);
	z->add = obj_cb;
	z->add_arg = obj_cb_arg;
	return (int)z->carvable;
}

static void *
carve(struct rte_mempool *mp, struct lazy *z)
{
	char *obj = z->next + mp->header_size;

	z->add(mp, z->add_arg, obj, (rte_iova_t)(uintptr_t)obj);
	rte_pktmbuf_init(mp, NULL, obj, z->carved);
	z->next = obj + mp->elt_size + mp->trailer_size;
	z->carved++;
	return obj;
}

static int
lazy_enqueue(struct rte_mempool *mp, void *const *objs, unsigned int n)
{
	struct lazy *z = mp->pool_data;

	rte_spinlock_lock(&z->lock);
	memcpy(&z->stack[z->free], objs, n * sizeof(objs[0]));
	z->free += n;
	rte_spinlock_unlock(&z->lock);
	return 0;
}

static int
lazy_dequeue(struct rte_mempool *mp, void **objs, unsigned int n)
{
	struct lazy *z = mp->pool_data;
	int rc = 0;

	rte_spinlock_lock(&z->lock);
	if (z->free + z->carvable - z->carved < n)
		rc = -ENOBUFS;
	for (unsigned int i = 0; i < n && rc == 0; i++)
		objs[i] = z->free > 0 ? z->stack[--z->free] : carve(mp, z);
	rte_spinlock_unlock(&z->lock);
	return rc;
}

static unsigned int
lazy_count(const struct rte_mempool *mp)
{
	const struct lazy *z = mp->pool_data;

	return z->free + z->carvable - z->carved;
}

static const struct rte_mempool_ops lazy_ops = {
	.name = OPS_NAME,
	.alloc = lazy_alloc,
	.free = lazy_free,
	.enqueue = lazy_enqueue,
	.dequeue = lazy_dequeue,
	.get_count = lazy_count,
	.populate = lazy_populate,
};
RTE_MEMPOOL_REGISTER_OPS(lazy_ops);

static void
chunk_free(struct rte_mempool_memhdr *h, void *opaque)
{
	munmap(h->addr, h->len);
}

static int
give_memory(struct rte_mempool *mp)
{
	size_t total = mp->header_size + mp->elt_size + mp->trailer_size;
	size_t len = RTE_ALIGN(total * mp->size + RTE_CACHE_LINE_SIZE, 4096);
	char *mem = mmap(NULL, len, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int rc;

	if (mem == MAP_FAILED)
		return -errno;
	/* A huge page would make 2 MB resident for the first buffer. */
	madvise(mem, len, MADV_NOHUGEPAGE);
	rc = rte_mempool_populate_iova(
		mp, mem, (rte_iova_t)(uintptr_t)mem, len, chunk_free, NULL);
	if (rc <= 0)
		munmap(mem, len);
	return rc <= 0 ? -ENOMEM : 0;
}

static struct rte_mempool *
lazy_create(const char *name, unsigned int n, unsigned int cache,
	uint16_t data_room)
{
	struct rte_pktmbuf_pool_private priv = {
		.mbuf_data_room_size = data_room,
		.mbuf_priv_size = PKT_PRIV_SIZE,
	};
	struct rte_mempool *mp;

	mp = rte_mempool_create_empty(name, n,
		(unsigned int)(sizeof(struct rte_mbuf) + PKT_PRIV_SIZE) +
			data_room,
		cache, sizeof(priv), SOCKET_ID_ANY, 0);
	if (mp == NULL)
		return NULL;
	if (rte_mempool_set_ops_byname(mp, OPS_NAME, NULL) != 0) {
		rte_mempool_free(mp);
		return NULL;
	}
	rte_pktmbuf_pool_init(mp, &priv);
	if (give_memory(mp) != 0) {
		rte_mempool_free(mp);
		return NULL;
	}
	return mp;
}

static struct rte_mempool *
create(const char *kind, unsigned int n, unsigned int cache, uint16_t data_room)
{
	static unsigned int serial;
	char name[RTE_MEMPOOL_NAMESIZE];

	snprintf(name, sizeof(name), "%s%u", kind,
		__atomic_fetch_add(&serial, 1, __ATOMIC_RELAXED));
	/* The cache may hold 1.5 times its size and n must cover it. */
	while (cache * 3 / 2 > n)
		cache /= 2;
	/* Devices need real addresses, which hugepages have. */
	if (rte_eal_has_hugepages())
		return rte_pktmbuf_pool_create(name, n, cache, PKT_PRIV_SIZE,
			data_room, SOCKET_ID_ANY);
	return lazy_create(name, n, cache, data_room);
}

struct rte_mempool *
eal_pool_create(unsigned int n)
{
	return create("pkt", n, POOL_CACHE, RTE_MBUF_DEFAULT_BUF_SIZE);
}

struct rte_mempool *
eal_jumbo_pool_create(unsigned int n)
{
	return create("jumbo", n, JUMBO_CACHE, JUMBO_ROOM);
}
