/* SPDX-License-Identifier: Apache-2.0 */
/*
 * monitor traffic [OP-61] [LG-41]: the frames of one interface, each a line of
 * text or a packet of a pcapng file whose comment says what became of it.
 * Unlike Junos it shows transit packets as well.
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
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/sbuf.h"
#include "base/tree.h"
#include "host/host.h"
#include "ops/ops_impl.h"
#include "pkt/packet_text.h"
#include "record/capture.h"
#include "record/pcapng.h"

#define STORED_MAX (512u * 1024) /* bytes of text of a stored capture */

struct monitor {
	struct ops_job *job;
	struct tap *tap;
	pcap_t *pcap; /* a handle without device, for the filter */
	FILE *file;   /* pcapng, of one interface */
	const struct image *(*image)(void);
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
		fclose(m->file);
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

/* "session 12 wing In, dropped: policy-deny, policy web/5" */
static void
comment(const struct monitor *m, const struct tapped_frame *f, struct sbuf *out)
{
	const struct image *image = m->image();
	const struct policy_spec *p =
		image != NULL ? image_policy(image, f->note.policy) : NULL;

	if (!f->note.known)
		return;
	if (f->note.session != 0)
		sbuf_printf(out, "session %u wing %s", f->note.session,
			f->note.wing == 0 ? "In" : "Out");
	else
		sbuf_puts(out, "no session");
	if (f->note.reason != REASON_NONE)
		sbuf_printf(out, ", dropped: %s", reason_name(f->note.reason));
	if (p != NULL)
		sbuf_printf(out, ", policy %s/%u", p->name, p->index);
}

static void
write_frame(struct monitor *m, const struct tapped_frame *f, uint32_t caplen)
{
	struct sbuf text = SBUF_INIT;
	struct pcapng_packet p = {.unix_ns = f->unix_ns,
		.bytes = f->bytes,
		.caplen = caplen,
		.len = f->len,
		.direction = f->out ? PCAPNG_OUT : PCAPNG_IN};

	comment(m, f, &text);
	p.comment = sbuf_text(&text);
	pcapng_put(m->file, &p);
	fflush(m->file); /* it can be read while it grows */
	sbuf_done(&text);
}

static bool
passes(const struct monitor *m, const uint8_t *bytes, uint32_t len,
	uint32_t caplen)
{
	struct pcap_pkthdr h = {.len = len, .caplen = caplen};

	return !m->filtered || pcap_offline_filter(&m->filter, &h, bytes) != 0;
}

static void
on_frame(void *ctx, const struct tapped_frame *f)
{
	struct monitor *m = ctx;
	uint32_t caplen = f->caplen < m->size ? f->caplen : m->size;

	/* the filter sees what there is */
	if (!passes(m, f->bytes, f->len, f->caplen))
		return;
	m->seen++;
	if (m->file != NULL)
		write_frame(m, f, caplen);
	else
		show_frame(m, f->out, f->unix_ns, f->bytes, f->len, caplen);
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
open_file(struct ops_request *rq, struct monitor *m, const struct ifl_spec *ifl)
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
	m->file = f;
	if (pcapng_begin(f, "vrflow") != 0 ||
		pcapng_interface(f, ifl->name, m->size) != 0) {
		ops_error(rq, "%s: %s", path, strerror(errno));
		return false;
	}
	return true;
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

/* ---- a file that was written before ---- */

static void
put_stored(struct monitor *m, const struct capture_packet *p, struct sbuf *out)
{
	uint32_t s = (uint32_t)(p->unix_ns / 1000000000 % 86400);
	uint32_t caplen = p->caplen < m->size ? p->caplen : m->size;

	sbuf_printf(out, "%02u:%02u:%02u.%06u %3s ", s / 3600, s / 60 % 60,
		s % 60, (uint32_t)(p->unix_ns % 1000000000 / 1000),
		p->direction == PCAPNG_OUT  ? "Out"
		: p->direction == PCAPNG_IN ? "In"
					    : "");
	if (m->layer2)
		put_layer2(out, p->bytes, p->len, caplen);
	packet_text(p->bytes, caplen, out);
	sbuf_putc(out, '\n');
	if (p->comment[0] != '\0')
		sbuf_printf(out, "    %s\n", p->comment);
	if (m->detail)
		put_hex(out, p->bytes, caplen);
}

static void
show_stored(
	struct ops_request *rq, struct monitor *m, const void *data, size_t len)
{
	struct capture *c = calloc(1, sizeof(*c));
	struct capture_packet p;
	struct sbuf out = SBUF_INIT;
	int rc = -1;

	if (c == NULL) {
		ops_error(rq, "out of memory");
		return;
	}
	if (capture_open(c, data, len))
		rc = 1;
	while (rc == 1 && (m->count == 0 || m->seen < m->count) &&
		out.len < STORED_MAX && (rc = capture_next(c, &p)) == 1) {
		if (!passes(m, p.bytes, p.len, p.caplen))
			continue;
		m->seen++;
		put_stored(m, &p, &out);
	}
	if (rc < 0)
		sbuf_printf(&out, "error: %s\n", c->error);
	else if (out.len >= STORED_MAX)
		sbuf_puts(&out, "... name fewer packets with count or "
				"matching\n");
	ops_text(rq, sbuf_text(&out));
	sbuf_done(&out);
	free(c);
}

/* [LG-42] */
static void
read_stored(struct ops_request *rq, struct monitor *m, const char *name)
{
	char path[256];
	struct stat st;
	void *data = MAP_FAILED;
	int fd = -1;

	if (!file_path(name, path, sizeof(path))) {
		ops_error(rq, "%s: name a file in /var/tmp or /tmp", name);
		return;
	}
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		st.st_size > 0)
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
			fd, 0);
	else
		errno = fd < 0 ? errno : EINVAL;
	if (data == MAP_FAILED) {
		ops_error(rq, "%s: %s", path, strerror(errno));
	} else {
		show_stored(rq, m, data, (size_t)st.st_size);
		munmap(data, (size_t)st.st_size);
	}
	if (fd >= 0)
		close(fd);
}

static void
monitor_stored(struct ops_request *rq, const char *name)
{
	struct monitor *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		ops_error(rq, "out of memory");
		return;
	}
	m->size = 65535;
	m->layer2 = ops_arg(rq, "layer2-headers") != NULL;
	m->detail = ops_arg(rq, "detail") != NULL;
	if (ops_arg_u32(rq, "count", &m->count) &&
		ops_arg_u32(rq, "size", &m->size) && set_filter(rq, m))
		read_stored(rq, m, name);
	monitor_free(m);
}

void
monitor_traffic(struct ops_request *rq)
{
	const struct image *image = ops_image(rq);
	const struct ifl_spec *ifl;
	struct monitor *m;

	if (ops_arg(rq, "read-file") != NULL) {
		monitor_stored(rq, ops_arg(rq, "read-file"));
		return;
	}
	if (image == NULL || (ifl = find_interface(rq, image)) == NULL)
		return;
	m = calloc(1, sizeof(*m));
	if (m == NULL) {
		ops_error(rq, "out of memory");
		return;
	}
	m->image = rq->env->image;
	m->size = ops_arg(rq, "write-file") != NULL ? 65535 : 96;
	m->layer2 = ops_arg(rq, "layer2-headers") != NULL;
	m->detail = ops_arg(rq, "detail") != NULL;
	if (!ops_arg_u32(rq, "count", &m->count) ||
		!ops_arg_u32(rq, "size", &m->size) || !set_filter(rq, m) ||
		!open_file(rq, m, ifl)) {
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
