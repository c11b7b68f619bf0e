/* SPDX-License-Identifier: Apache-2.0 */
/* security flow traceoptions [LG-30]: which packets are followed, and where
 * the lines go. */
#include "compile/compile_impl.h"

#include <string.h>

#include "config/cvalue.h"

#define TRACE_NAME  "flow_trace"
#define TRACE_SIZE  (128u * 1024)
#define TRACE_FILES 3u

/* What no engine here does has no bit: such a flag traces nothing. */
static const struct {
	const char *name;
	uint32_t bits;
} flags[] = {
	{"all", TRACE_ALL},
	{"basic-datapath", TRACE_BASIC | TRACE_DROPS | TRACE_ROUTE |
				   TRACE_SESSION | TRACE_HOST},
	{"packet-drops", TRACE_DROPS},
	{"route", TRACE_ROUTE},
	{"lookup", TRACE_ROUTE},
	{"session", TRACE_SESSION},
	{"tcp-basic", TRACE_SESSION},
	{"host-traffic", TRACE_HOST},
	{"fragmentation", TRACE_FRAGMENT},
};

static uint32_t
flag_bits(const struct cnode *n)
{
	uint32_t bits = 0;

	cnode_foreach (f, n, "flag")
		for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
			if (strcmp(cnode_key(f, 0), flags[i].name) == 0)
				bits |= flags[i].bits;
	return bits;
}

static void
trace_file(struct compile *c, const struct cnode *n, struct log_file_spec *f)
{
	const char *name = cnode_leaf(n, "filename");
	const char *size = cnode_leaf(n, "size");

	f->size = TRACE_SIZE;
	f->files = (uint32_t)cnode_u64(n, "files", TRACE_FILES);
	f->world_readable = cnode_has(n, "world-readable");
	if (size != NULL)
		cvalue_scaled(size, &f->size);
	if (name != NULL && (name[0] == '.' || strchr(name, '/') != NULL))
		compile_error(c, n,
			"'%s' is not a file name: it stands in the log "
			"directory",
			name);
	else
		name_copy(c, n, f->name, sizeof(f->name),
			name != NULL ? name : TRACE_NAME);
}

static void
port_range(const struct cnode *n, const char *name, uint16_t *lo, uint16_t *hi)
{
	const char *text = cnode_leaf(n, name);

	*lo = 0;
	*hi = UINT16_MAX;
	if (text != NULL)
		cvalue_port_range(text, lo, hi);
}

static void
add_filter(struct compile *c, const struct cnode *n)
{
	struct trace_spec *t = &c->image->log.trace;
	struct trace_filter_spec *f = VEC_ADD(c, t->filters, t->nfilters);
	const char *protocol = cnode_leaf(n, "protocol");
	const char *src = cnode_leaf(n, "source-prefix");
	const char *dst = cnode_leaf(n, "destination-prefix");
	const char *ifl = cnode_leaf(n, "interface");
	char full[NAME_MAX_LEN];
	uint32_t i;

	if (f == NULL)
		return;
	NAME_COPY(c, n, f->name, cnode_key(n, 0));
	f->has_protocol = protocol != NULL;
	if (protocol != NULL)
		f->protocol = (uint8_t)ip_protocol_parse(protocol);
	if (src != NULL)
		ip_prefix_parse(src, &f->src);
	if (dst != NULL)
		ip_prefix_parse(dst, &f->dst);
	port_range(n, "source-port", &f->sport_lo, &f->sport_hi);
	port_range(n, "destination-port", &f->dport_lo, &f->dport_hi);
	if (ifl == NULL)
		return;
	ifl_full_name(ifl, full);
	if (find_ifl(c, cnode_child(n, "interface"), full, &i))
		f->ifl = c->image->ifls[i].id;
}

static enum trace_level
level_of(const struct cnode *n)
{
	const struct cnode *level = cnode_child(n, "trace-level");

	if (cnode_has(level, "minimal"))
		return TRACE_MINIMAL;
	return cnode_has(level, "brief") ? TRACE_BRIEF : TRACE_DETAIL;
}

void
compile_traceoptions(struct compile *c)
{
	const struct cnode *n =
		cnode_find(c->root, "security", "flow", "traceoptions", NULL);
	struct trace_spec *t = &c->image->log.trace;

	if (n == NULL)
		return;
	t->flags = flag_bits(n);
	t->on = t->flags != 0;
	t->level = level_of(n);
	t->rate = (uint32_t)cnode_u64(n, "rate-limit", 0);
	trace_file(c, cnode_child(n, "file"), &t->file);
	cnode_foreach (f, n, "packet-filter")
		add_filter(c, f);
}
