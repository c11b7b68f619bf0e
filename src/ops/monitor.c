/* SPDX-License-Identifier: Apache-2.0 */
/*
 * monitor traffic [OP-61]: the frames of one interface, each a line of text or
 * a record of a pcap file. Unlike Junos it shows transit packets as well.
 *
 * The file is written by the daemon, so it may only be a new one in /var/tmp
 * or /tmp: whoever may capture need not be allowed to write anything else.
 */
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/sbuf.h"
#include "base/tree.h"
#include "host/host.h"
#include "ops/ops_impl.h"
#include "pkt/packet_text.h"

struct monitor {
	struct ops_job *job;
	struct tap *tap;
	pcap_t *pcap; /* a handle without device, for filter and file */
	pcap_dumper_t *file;
	struct bpf_program filter;
	bool filtered, layer2, detail;
	uint32_t size, count; /* count 0: until interrupted */
	uint32_t seen;
};

static void
monitor_free(struct monitor *m)
{
	uint64_t lost;

	if (m->tap != NULL)
		host_tap_stop(m->tap, &lost);
	if (m->file != NULL)
		pcap_dump_close(m->file);
	if (m->filtered)
		pcap_freecode(&m->filter);
	if (m->pcap != NULL)
		pcap_close(m->pcap);
	free(m);
}

static void
send_text(struct monitor *m, const char *text)
{
	struct ops_request rq = {0};

	ops_text(&rq, text);
	if (rq.out != NULL)
		ops_job_send(m->job, rq.out);
}

/* ---- one frame ---- */

static void
put_layer2(struct sbuf *out, const uint8_t *frame, uint32_t len, uint32_t size)
{
	char src[OPS_MAC_MAX], dst[OPS_MAC_MAX];

	if (size < 14)
		return;
	sbuf_printf(out, "%s > %s, ethertype 0x%02x%02x, length %u: ",
		ops_mac_text(frame + 6, src), ops_mac_text(frame, dst),
		frame[12], frame[13], len);
}

static void
put_hex(struct sbuf *out, const uint8_t *frame, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++) {
		if (i % 16 == 0)
			sbuf_printf(out, "%s\t0x%04x: ", i > 0 ? "\n" : "", i);
		sbuf_printf(out, "%s%02x", i % 2 == 0 ? " " : "", frame[i]);
	}
	if (size > 0)
		sbuf_putc(out, '\n');
}

static void
show_frame(struct monitor *m, bool sent, uint64_t unix_ns, const uint8_t *frame,
	uint32_t len, uint32_t size)
{
	uint32_t s = (uint32_t)(unix_ns / 1000000000 % 86400);
	struct sbuf line = SBUF_INIT;

	sbuf_printf(&line, "%02u:%02u:%02u.%06u %3s ", s / 3600, s / 60 % 60,
		s % 60, (uint32_t)(unix_ns % 1000000000 / 1000),
		sent ? "Out" : "In");
	if (m->layer2)
		put_layer2(&line, frame, len, size);
	packet_text(frame, size, &line);
	sbuf_putc(&line, '\n');
	if (m->detail)
		put_hex(&line, frame, size);
	send_text(m, sbuf_text(&line));
	sbuf_done(&line);
}

static void
finish(struct monitor *m)
{
	struct sbuf text = SBUF_INIT;
	uint64_t lost = 0;

	host_tap_stop(m->tap, &lost);
	m->tap = NULL;
	sbuf_printf(&text,
		"\n%u packets received by filter\n"
		"%llu packets dropped by kernel\n",
		m->seen, (unsigned long long)lost);
	send_text(m, sbuf_text(&text));
	sbuf_done(&text);
	ops_job_done(m->job);
	monitor_free(m);
}

/* Interrupted: the totals of what was seen are still due. */
static void
on_cancel(void *ctx)
{
	finish(ctx);
}

static void
on_frame(void *ctx, bool out, uint64_t unix_ns, const uint8_t *frame,
	uint32_t len, uint32_t caplen)
{
	struct monitor *m = ctx;
	struct pcap_pkthdr h = {.len = len};

	h.caplen = caplen < m->size ? caplen : m->size;
	h.ts.tv_sec = (time_t)(unix_ns / 1000000000);
	h.ts.tv_usec = (suseconds_t)(unix_ns % 1000000000 / 1000);
	if (m->filtered) {
		struct pcap_pkthdr whole = h;

		whole.caplen = caplen; /* the filter sees what there is */
		if (pcap_offline_filter(&m->filter, &whole, frame) == 0)
			return;
	}
	m->seen++;
	if (m->file != NULL)
		pcap_dump((u_char *)m->file, &h, frame);
	else
		show_frame(m, out, unix_ns, frame, len, h.caplen);
	if (m->count != 0 && m->seen >= m->count)
		finish(m);
}

/* ---- arguments ---- */

/* A port stands for its only logical interface. */
static const struct ifl_spec *
find_interface(struct ops_request *rq, const struct image *image)
{
	const struct image_spec *spec = image_spec_of(image);
	const char *name = ops_arg(rq, "interface");
	const struct ifl_spec *found;
	unsigned int units = 0;

	if (name == NULL) {
		ops_error(rq, "missing argument: interface");
		return NULL;
	}
	found = image_ifl_by_name(image, name);
	if (found != NULL)
		return found;
	for (size_t i = 0; i < spec->nifls; i++) {
		if (strcmp(spec->ifds[spec->ifls[i].ifd.v].name, name) != 0)
			continue;
		found = &spec->ifls[i];
		units++;
	}
	if (units == 1)
		return found;
	if (units > 1)
		ops_error(rq, "%s has several units: name one", name);
	else
		ops_error(rq, "device %s not found", name);
	return NULL;
}

static bool
set_filter(struct ops_request *rq, struct monitor *m)
{
	const char *expr = ops_arg(rq, "matching");

	m->pcap = pcap_open_dead(DLT_EN10MB, 65535);
	if (m->pcap == NULL) {
		ops_error(rq, "out of memory");
		return false;
	}
	if (expr == NULL)
		return true;
	if (pcap_compile(m->pcap, &m->filter, expr, 1, PCAP_NETMASK_UNKNOWN) !=
		0) {
		ops_error(rq, "matching: %s", pcap_geterr(m->pcap));
		return false;
	}
	m->filtered = true;
	return true;
}

/* "x.pcap" is /var/tmp/x.pcap; a path may only lead into /var/tmp or /tmp. */
static bool
file_path(const char *name, char *path, size_t size)
{
	const char *base = strrchr(name, '/');
	int n;

	base = base != NULL ? base + 1 : name;
	if (base[0] == '\0' || base[0] == '.')
		return false;
	if (base == name)
		n = snprintf(path, size, "/var/tmp/%s", base);
	else if ((base - name == 9 && strncmp(name, "/var/tmp/", 9) == 0) ||
		 (base - name == 5 && strncmp(name, "/tmp/", 5) == 0))
		n = snprintf(path, size, "%s", name);
	else
		return false;
	return n > 0 && (size_t)n < size;
}

static bool
open_file(struct ops_request *rq, struct monitor *m)
{
	const char *name = ops_arg(rq, "write-file");
	char path[256];
	FILE *f;
	int fd;

	if (name == NULL)
		return true;
	if (!file_path(name, path, sizeof(path))) {
		ops_error(rq, "%s: name a file in /var/tmp or /tmp", name);
		return false;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		0640);
	f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (f == NULL) {
		ops_error(rq, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	m->file = pcap_dump_fopen(m->pcap, f);
	if (m->file == NULL) {
		fclose(f);
		ops_error(rq, "%s: %s", path, pcap_geterr(m->pcap));
	}
	return m->file != NULL;
}

static void
send_banner(struct monitor *m, const char *name)
{
	struct sbuf text = SBUF_INIT;

	if (!m->detail)
		sbuf_puts(&text, "verbose output suppressed, use <detail> or "
				 "<extensive> for full protocol decode\n");
	sbuf_printf(&text, "Listening on %s, capture size %u bytes\n\n", name,
		m->size);
	send_text(m, sbuf_text(&text));
	sbuf_done(&text);
}

static void
start(struct monitor *m, struct host *host, const struct ifl_spec *ifl)
{
	struct tree *t;

	send_banner(m, ifl->name);
	m->tap = host_tap_start(host, ifl->id, on_frame, m);
	if (m->tap != NULL)
		return;
	t = ops_error_tree("another monitor traffic is running");
	if (t != NULL)
		ops_job_send(m->job, t);
	ops_job_done(m->job);
	monitor_free(m);
}

void
monitor_traffic(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	const struct ifl_spec *ifl;
	struct monitor *m;

	if (image == NULL || (ifl = find_interface(rq, image)) == NULL)
		return;
	m = calloc(1, sizeof(*m));
	if (m == NULL) {
		ops_error(rq, "out of memory");
		return;
	}
	m->size = 96;
	m->layer2 = ops_arg(rq, "layer2-headers") != NULL;
	m->detail = ops_arg(rq, "detail") != NULL;
	if (!ops_arg_u32(rq, "count", &m->count) ||
		!ops_arg_u32(rq, "size", &m->size) || !set_filter(rq, m) ||
		!open_file(rq, m)) {
		monitor_free(m);
		return;
	}
	m->job = ops_detach(rq, on_cancel, m);
	if (m->job == NULL) {
		monitor_free(m);
		ops_error(rq, "out of memory");
		return;
	}
	start(m, rq->env->host, ifl);
}
