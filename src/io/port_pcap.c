/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pcap: ports - frames from one capture file, frames to another.
 *
 * Device: "pcap:IN,OUT"; either may be empty. IN is anything libpcap reads
 * (pcap, pcapng) of Ethernet frames; OUT is written as pcap with nanoseconds.
 * Tags and partial work are put into the frames on the way out.
 */
#include "io/port_pcap.h"

#include <errno.h>
#include <limits.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ether.h>

#include "io/gso.h"
#include "io/port_impl.h"
#include "pkt/pkt.h"

#define SNAPLEN   262144
#define SECOND_NS UINT64_C(1000000000)

struct pcap_port {
	struct port port; /* first */
	pcap_t *in, *dead;
	pcap_dumper_t *out;
	const uint8_t *frame; /* read ahead from in, or NULL: at the end */
	uint32_t frame_len;
	uint64_t frame_ns;
	uint8_t mac[RTE_ETHER_ADDR_LEN];
	char device[64];
};

static bool clock_is_set;
static uint64_t clock_ns;     /* when set */
static uint64_t last_read_ns; /* of any port: stamps frames without a clock */

static struct pcap_port *
pcap_port(struct port *p)
{
	return (struct pcap_port *)p;
}

/* A file that ends within a frame ends before it. */
static void
read_ahead(struct pcap_port *p)
{
	struct pcap_pkthdr *h;
	const u_char *data;
	int rc = pcap_next_ex(p->in, &h, &data);

	p->frame = NULL;
	if (rc == PCAP_ERROR)
		count_add(&p->port.counters[0].c.rx_errors, 1);
	if (rc != 1)
		return;
	p->frame = data;
	p->frame_len = h->caplen;
	p->frame_ns = (uint64_t)h->ts.tv_sec * SECOND_NS +
		      (uint64_t)h->ts.tv_usec; /* nanoseconds, as asked for */
}

static unsigned int
pcap_rx_burst(struct port *port, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	struct pcap_port *p = pcap_port(port);
	struct port_counters *c = &port->counters[queue].c;
	unsigned int frames = 0;

	while (queue == 0 && frames < n && p->frame != NULL) {
		struct rte_mbuf *m;

		if (clock_is_set && p->frame_ns > clock_ns)
			break;
		last_read_ns = p->frame_ns;
		if (p->frame_len < RTE_ETHER_HDR_LEN ||
			p->frame_len > UINT16_MAX + RTE_ETHER_HDR_LEN) {
			count_add(&c->rx_errors, 1);
			read_ahead(p);
			continue;
		}
		m = gso_mbuf_from_bytes(
			port->pool, port->jumbo, p->frame, p->frame_len);
		if (m == NULL)
			break; /* the frame waits for a buffer */
		port_mark_received(port, m);
		/* It was taken beside another box, whose frames are ours. */
		mbuf_meta(m)->flags |= META_ANY_STATION;
		mbufs[frames++] = m;
		read_ahead(p);
	}
	if (frames > 0)
		port_count_rx(port, queue, mbufs, frames);
	return frames;
}

static void
write_frame(struct pcap_port *p, struct rte_mbuf *m)
{
	uint64_t ns = clock_is_set ? clock_ns : last_read_ns;
	struct pcap_pkthdr h = {
		.ts = {.tv_sec = (time_t)(ns / SECOND_NS),
			.tv_usec = (suseconds_t)(ns % SECOND_NS)},
	};
	struct port_counters *c = &p->port.counters[0].c;
	uint8_t flat[UINT16_MAX + 64];
	const void *data;

	m->ol_flags &= ~(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED);
	if (m->pkt_len > sizeof(flat) || gso_vlan_push(m) != 0 ||
		gso_cksum_complete(m) != 0) {
		count_add(&c->tx_errors, 1);
		return;
	}
	h.caplen = h.len = m->pkt_len;
	data = rte_pktmbuf_read(m, 0, m->pkt_len, flat);
	if (p->out != NULL && data != NULL)
		pcap_dump((u_char *)p->out, &h, data);
	count_add(&c->tx_packets, 1);
	count_add(&c->tx_bytes, m->pkt_len);
}

static void
write_segments(struct pcap_port *p, const struct rte_mbuf *m)
{
	struct port_counters *c = &p->port.counters[0].c;
	struct rte_mbuf *s;
	struct gso g;

	if (gso_begin(&g, m) != 0) {
		count_add(&c->tx_errors, 1);
		return;
	}
	while ((s = gso_next(&g, p->port.pool)) != NULL) {
		write_frame(p, s);
		rte_pktmbuf_free(s);
	}
	if (g.left > 0)
		count_add(&c->tx_dropped,
			(g.left + m->tso_segsz - 1) / m->tso_segsz);
}

static unsigned int
pcap_tx_burst(struct port *port, unsigned int queue, struct rte_mbuf **mbufs,
	unsigned int n)
{
	for (unsigned int i = 0; i < n && queue == 0; i++) {
		if (mbufs[i]->ol_flags & GSO_SEG_FLAGS)
			write_segments(pcap_port(port), mbufs[i]);
		else
			write_frame(pcap_port(port), mbufs[i]);
		rte_pktmbuf_free(mbufs[i]);
	}
	return queue == 0 ? n : 0;
}

/* What was sent is in the file when the burst is over. */
static void
pcap_tx_flush(struct port *port, unsigned int queue)
{
	if (pcap_port(port)->out != NULL)
		pcap_dump_flush(pcap_port(port)->out);
}

static int
pcap_wait_fd(const struct port *port, unsigned int queue)
{
	return -1;
}

static void
pcap_info_get(struct port *port, struct port_info *ret)
{
	const struct pcap_port *p = pcap_port(port);

	memcpy(ret->mac, p->mac, sizeof(ret->mac));
	ret->link_up = true;
	ret->mtu = RTE_ETHER_MTU;
	snprintf(ret->driver, sizeof(ret->driver), "pcap");
	snprintf(ret->device, sizeof(ret->device), "%s", p->device);
}

static void
pcap_counters_add(const struct port *port, struct port_counters *c)
{
}

static bool
pcap_at_end(const struct port *port)
{
	return ((const struct pcap_port *)port)->frame == NULL;
}

static void
pcap_port_close(struct port *port)
{
	struct pcap_port *p = pcap_port(port);

	if (p->in != NULL)
		pcap_close(p->in);
	if (p->out != NULL)
		pcap_dump_close(p->out);
	if (p->dead != NULL)
		pcap_close(p->dead);
	free(p);
}

static const struct port_ops pcap_ops = {
	.rx_burst = pcap_rx_burst,
	.tx_burst = pcap_tx_burst,
	.tx_flush = pcap_tx_flush,
	.wait_fd = pcap_wait_fd,
	.info_get = pcap_info_get,
	.counters_add = pcap_counters_add,
	.at_end = pcap_at_end,
	.close = pcap_port_close,
};

static int
open_in(struct pcap_port *p, const char *path, char *err, size_t err_size)
{
	char why[PCAP_ERRBUF_SIZE] = "";

	p->in = pcap_open_offline_with_tstamp_precision(
		path, PCAP_TSTAMP_PRECISION_NANO, why);
	if (p->in == NULL) {
		/* libpcap may have named the file already. */
		snprintf(err, err_size, "%s: cannot read capture %s: %s",
			p->port.name, path, why);
		return -EINVAL;
	}
	if (pcap_datalink(p->in) != DLT_EN10MB) {
		snprintf(err, err_size,
			"%s: capture %s holds %s frames; only Ethernet can be "
			"replayed",
			p->port.name, path,
			pcap_datalink_val_to_name(pcap_datalink(p->in)) != NULL
				? pcap_datalink_val_to_name(
					  pcap_datalink(p->in))
				: "unknown");
		return -EINVAL;
	}
	read_ahead(p);
	return 0;
}

static int
open_out(struct pcap_port *p, const char *path, char *err, size_t err_size)
{
	p->dead = pcap_open_dead_with_tstamp_precision(
		DLT_EN10MB, SNAPLEN, PCAP_TSTAMP_PRECISION_NANO);
	p->out = p->dead == NULL ? NULL : pcap_dump_open(p->dead, path);
	if (p->out != NULL)
		return 0;
	snprintf(err, err_size, "%s: cannot write capture %s: %s", p->port.name,
		path, p->dead != NULL ? pcap_geterr(p->dead) : "out of memory");
	return -EIO;
}

int
port_pcap_open(const struct port_config *config, const char *device,
	struct port **ret, char *err, size_t err_size)
{
	const char *comma = strchr(device, ',');
	struct pcap_port *p = NULL;
	char in[PATH_MAX];
	int rc = 0;

	if (comma == NULL || (size_t)(comma - device) >= sizeof(in)) {
		snprintf(err, err_size,
			"%s: device pcap:%s: must be pcap:IN,OUT; either may "
			"be empty",
			config->name, device);
		return -EINVAL;
	}
	snprintf(in, sizeof(in), "%.*s", (int)(comma - device), device);
	p = port_alloc(sizeof(*p));
	if (p == NULL) {
		snprintf(err, err_size, "%s: out of memory", config->name);
		return -ENOMEM;
	}
	port_init(&p->port, &pcap_ops, config);
	snprintf(p->device, sizeof(p->device), "%s", device);
	/* Locally administered, and the same in every replay. */
	p->mac[0] = 0x02;
	p->mac[4] = (uint8_t)(config->ifd.v >> 8);
	p->mac[5] = (uint8_t)config->ifd.v;
	if (in[0] != '\0')
		rc = open_in(p, in, err, err_size);
	if (rc == 0 && comma[1] != '\0')
		rc = open_out(p, comma + 1, err, err_size);
	if (rc != 0) {
		pcap_port_close(&p->port);
		return rc;
	}
	*ret = &p->port;
	return 0;
}

bool
port_pcap_next_time(struct port *port, uint64_t *ns)
{
	const struct pcap_port *p = pcap_port(port);

	if (port->ops != &pcap_ops || p->frame == NULL)
		return false;
	*ns = p->frame_ns;
	return true;
}

void
port_pcap_clock_set(uint64_t ns)
{
	clock_is_set = true;
	clock_ns = ns;
}

void
port_pcap_clock_unset(void)
{
	clock_is_set = false;
}
