/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every function gets the bytes that are there (len) and reads a field only
 * behind a comparison with it. What the packet says about its own length is
 * only printed, and used to leave out padding.
 */
#include "pkt/packet_text.h"

#include <stdbool.h>

#include "base/ip.h"
#include "base/sbuf.h"
#include "pkt/bytes.h"

/* An IP packet up to its L4 header. */
struct ip_text {
	char src[IP_TEXT_MAX], dst[IP_TEXT_MAX];
	bool v6;
	uint8_t protocol;
	const uint8_t *l4;
	size_t len;      /* bytes of L4 that are there */
	uint32_t l4_len; /* bytes of L4 that the header announces */
	bool frag, more;
	uint32_t frag_id, frag_off;
};

static void
text_v4(const uint8_t *b, char buf[IP_TEXT_MAX])
{
	struct ip_addr a = ip_addr_v4(get32(b));

	ip_addr_text(&a, buf);
}

static void
text_v6(const uint8_t *b, char buf[IP_TEXT_MAX])
{
	struct ip_addr a = ip_addr_v6(b);

	ip_addr_text(&a, buf);
}

static void
text_mac(struct sbuf *out, const uint8_t *b)
{
	sbuf_printf(out, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2],
		b[3], b[4], b[5]);
}

static void
text_protocol(struct sbuf *out, uint8_t protocol)
{
	const char *name = ip_protocol_name(protocol);

	if (name != NULL)
		sbuf_puts(out, name);
	else
		sbuf_printf(out, "ip-proto-%u", protocol);
}

static void
text_arp(const uint8_t *b, size_t len, struct sbuf *out)
{
	char sender[IP_TEXT_MAX], target[IP_TEXT_MAX];
	uint16_t op;

	if (len < 28) {
		sbuf_puts(out, "ARP, [|arp]");
		return;
	}
	op = load16(b + 6);
	if (load16(b) != 1 || load16(b + 2) != 0x0800 || b[4] != 6 ||
		b[5] != 4) {
		sbuf_printf(out, "ARP, hardware type %u, protocol 0x%04x",
			load16(b), load16(b + 2));
		return;
	}
	text_v4(b + 14, sender);
	text_v4(b + 24, target);
	if (op == 1) {
		sbuf_printf(
			out, "ARP, Request who-has %s tell %s", target, sender);
	} else if (op == 2) {
		sbuf_printf(out, "ARP, Reply %s is-at ", sender);
		text_mac(out, b + 8);
	} else {
		sbuf_printf(out, "ARP, operation %u", op);
	}
	sbuf_printf(out, ", length %zu", len);
}

static void
text_tcp_options(const uint8_t *b, size_t len, struct sbuf *out)
{
	const char *sep = "";

	sbuf_puts(out, ", options [");
	for (size_t i = 0; i < len && b[i] != 0;) {
		size_t n = b[i] == 1 ? 1 : i + 1 < len ? b[i + 1] : 0;

		if (n == 0 || i + n > len || (b[i] != 1 && n < 2)) {
			sbuf_printf(out, "%sbad", sep);
			break;
		}
		sbuf_puts(out, sep);
		if (b[i] == 1)
			sbuf_puts(out, "nop");
		else if (b[i] == 2 && n == 4)
			sbuf_printf(out, "mss %u", load16(b + i + 2));
		else if (b[i] == 3 && n == 3)
			sbuf_printf(out, "wscale %u", b[i + 2]);
		else if (b[i] == 4)
			sbuf_puts(out, "sackOK");
		else if (b[i] == 5)
			sbuf_printf(out, "sack %zu", (n - 2) / 8);
		else if (b[i] == 8 && n == 10)
			sbuf_printf(out, "TS val %u ecr %u", load32(b + i + 2),
				load32(b + i + 6));
		else
			sbuf_printf(out, "option-%u", b[i]);
		sep = ",";
		i += n;
	}
	sbuf_putc(out, ']');
}

static void
text_tcp_flags(uint8_t flags, struct sbuf *out)
{
	static const struct {
		uint8_t bit;
		char letter;
	} t[] = {{0x01, 'F'}, {0x02, 'S'}, {0x04, 'R'}, {0x08, 'P'},
		{0x20, 'U'}, {0x40, 'E'}, {0x80, 'W'}, {0x10, '.'}};

	sbuf_puts(out, "Flags [");
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (flags & t[i].bit)
			sbuf_putc(out, t[i].letter);
	if (flags == 0)
		sbuf_puts(out, "none");
	sbuf_putc(out, ']');
}

static void
text_tcp(const struct ip_text *t, struct sbuf *out)
{
	const uint8_t *b = t->l4;
	uint32_t hlen, data, seq;

	if (t->len < 20) {
		sbuf_puts(out, "[|tcp]");
		return;
	}
	hlen = (uint32_t)(b[12] >> 4) * 4;
	text_tcp_flags(b[13], out);
	if (hlen < 20 || hlen > t->l4_len) {
		sbuf_printf(out, " [bad hdr length %u]", hlen);
		return;
	}
	data = t->l4_len - hlen;
	seq = load32(b + 4);
	if (data > 0)
		sbuf_printf(out, ", seq %u:%u", seq, seq + data);
	else if (b[13] & 0x07)
		sbuf_printf(out, ", seq %u", seq);
	if (b[13] & 0x10)
		sbuf_printf(out, ", ack %u", load32(b + 8));
	sbuf_printf(out, ", win %u", load16(b + 14));
	if (hlen > 20 && t->len >= hlen)
		text_tcp_options(b + 20, hlen - 20, out);
	sbuf_printf(out, ", length %u", data);
}

static void
text_udp(const struct ip_text *t, struct sbuf *out)
{
	uint16_t len;

	if (t->len < 8) {
		sbuf_puts(out, "[|udp]");
		return;
	}
	len = load16(t->l4 + 4);
	if (len < 8)
		sbuf_printf(out, "UDP, bad length %u", len);
	else
		sbuf_printf(out, "UDP, length %u", len - 8);
}

/* The destination, and perhaps the port, that an ICMP error is about. */
static void
text_unreachable(const struct ip_text *t, struct sbuf *out)
{
	const uint8_t *q = t->l4 + 8;
	size_t len = t->len - 8, hlen;
	char dst[IP_TEXT_MAX];
	uint8_t code = t->l4[1];

	if (len < 20 || q[0] >> 4 != 4) {
		sbuf_printf(out, "unreachable, code %u", code);
		return;
	}
	text_v4(q + 16, dst);
	hlen = (size_t)(q[0] & 15) * 4;
	switch (code) {
	case 0:
		sbuf_printf(out, "net %s unreachable", dst);
		break;
	case 1:
		sbuf_printf(out, "host %s unreachable", dst);
		break;
	case 2:
		sbuf_printf(out, "%s protocol %u unreachable", dst, q[9]);
		break;
	case 3:
		if (hlen >= 20 && len >= hlen + 4) {
			sbuf_printf(out, "%s ", dst);
			text_protocol(out, q[9]);
			sbuf_printf(out, " port %u unreachable",
				load16(q + hlen + 2));
		} else {
			sbuf_printf(out, "%s port unreachable", dst);
		}
		break;
	case 4:
		sbuf_printf(out, "%s unreachable - need to frag (mtu %u)", dst,
			load16(t->l4 + 6));
		break;
	case 13:
		sbuf_printf(out,
			"host %s unreachable - admin prohibited filter", dst);
		break;
	default:
		sbuf_printf(out, "%s unreachable - code %u", dst, code);
	}
}

static void
text_icmp(const struct ip_text *t, struct sbuf *out)
{
	const uint8_t *b = t->l4;

	sbuf_puts(out, "ICMP ");
	if (t->len < 8) {
		sbuf_puts(out, "[|icmp]");
		return;
	}
	switch (b[0]) {
	case 0:
	case 8:
		sbuf_printf(out, "echo %s, id %u, seq %u",
			b[0] == 0 ? "reply" : "request", load16(b + 4),
			load16(b + 6));
		break;
	case 3:
		text_unreachable(t, out);
		break;
	case 5:
		sbuf_puts(out, "redirect");
		break;
	case 11:
		sbuf_puts(out, b[1] == 0 ? "time exceeded in-transit"
					 : "ip reassembly time exceeded");
		break;
	case 12:
		sbuf_puts(out, "parameter problem");
		break;
	case 13:
	case 14:
		sbuf_printf(out, "time stamp %s, id %u, seq %u",
			b[0] == 13 ? "query" : "reply", load16(b + 4),
			load16(b + 6));
		break;
	default:
		sbuf_printf(out, "type-#%u, code %u", b[0], b[1]);
	}
	sbuf_printf(out, ", length %u", t->l4_len);
}

/* Link-layer address options of neighbour discovery, from off on. */
static void
text_nd_options(const struct ip_text *t, size_t off, struct sbuf *out)
{
	while (off + 8 <= t->len) {
		size_t n = t->l4[off + 1] * (size_t)8;

		if (n == 0 || off + n > t->len)
			return;
		if ((t->l4[off] == 1 || t->l4[off] == 2) && n == 8) {
			sbuf_puts(out, t->l4[off] == 1
					       ? ", source link-address "
					       : ", target link-address ");
			text_mac(out, t->l4 + off + 2);
		}
		off += n;
	}
}

static void
text_nd(const struct ip_text *t, struct sbuf *out)
{
	static const char *const names[] = {"router solicitation",
		"router advertisement", "neighbor solicitation",
		"neighbor advertisement", "redirect"};
	uint8_t type = t->l4[0];
	char target[IP_TEXT_MAX];

	sbuf_puts(out, names[type - 133]);
	if (type == 133)
		text_nd_options(t, 8, out);
	else if (type == 134)
		text_nd_options(t, 16, out);
	if ((type != 135 && type != 136) || t->len < 24)
		return;
	text_v6(t->l4 + 8, target);
	sbuf_printf(out, type == 135 ? ", who has %s" : ", tgt is %s", target);
	text_nd_options(t, 24, out);
}

/* The destination of the packet that an ICMPv6 error quotes. */
static void
text_about6(const struct ip_text *t, const char *what, struct sbuf *out)
{
	char dst[IP_TEXT_MAX];

	sbuf_puts(out, what);
	if (t->len < 48)
		return;
	text_v6(t->l4 + 8 + 24, dst);
	sbuf_printf(out, " %s", dst);
}

static void
text_icmp6_error(const struct ip_text *t, struct sbuf *out)
{
	static const char *const codes[] = {"unreachable route",
		"unreachable prohibited", "beyond scope", "unreachable address",
		"unreachable port"};
	const uint8_t *b = t->l4;

	switch (b[0]) {
	case 1:
		sbuf_puts(out, "destination unreachable, ");
		if (b[1] < sizeof(codes) / sizeof(codes[0]))
			text_about6(t, codes[b[1]], out);
		else
			sbuf_printf(out, "code %u", b[1]);
		return;
	case 2:
		sbuf_printf(out, "packet too big, mtu %u", load32(b + 4));
		return;
	case 3:
		if (b[1] == 0)
			text_about6(t, "time exceeded in-transit for", out);
		else
			sbuf_puts(out, "time exceeded in reassembly");
		return;
	default:
		sbuf_puts(out, "parameter problem");
	}
}

static void
text_icmp6(const struct ip_text *t, struct sbuf *out)
{
	const uint8_t *b = t->l4;

	sbuf_puts(out, "ICMP6, ");
	if (t->len < 8) {
		sbuf_puts(out, "[|icmp6]");
		return;
	}
	if (b[0] >= 1 && b[0] <= 4)
		text_icmp6_error(t, out);
	else if (b[0] == 128 || b[0] == 129)
		sbuf_printf(out, "echo %s, id %u, seq %u",
			b[0] == 129 ? "reply" : "request", load16(b + 4),
			load16(b + 6));
	else if (b[0] >= 133 && b[0] <= 137)
		text_nd(t, out);
	else if (b[0] == 143)
		sbuf_puts(out, "multicast listener report v2");
	else
		sbuf_printf(out, "type-#%u, code %u", b[0], b[1]);
	sbuf_printf(out, ", length %u", t->l4_len);
}

static void
text_other(const struct ip_text *t, struct sbuf *out)
{
	if (t->protocol == IPP_ESP && t->len >= 8) {
		sbuf_printf(out, "ESP(spi=0x%08x,seq=0x%x), length %u",
			load32(t->l4), load32(t->l4 + 4), t->l4_len);
		return;
	}
	if (t->protocol == IPP_AH && t->len >= 12) {
		sbuf_printf(out, "AH(spi=0x%08x,seq=0x%x), length %u",
			load32(t->l4 + 4), load32(t->l4 + 8), t->l4_len);
		return;
	}
	if (t->protocol == IPP_GRE && t->len >= 4) {
		sbuf_printf(out, "GREv%u, proto 0x%04x, length %u",
			t->l4[1] & 7, load16(t->l4 + 2), t->l4_len);
		return;
	}
	text_protocol(out, t->protocol);
	sbuf_printf(out, ", length %u", t->l4_len);
}

static bool
has_ports(const struct ip_text *t)
{
	return (t->protocol == IPP_TCP || t->protocol == IPP_UDP ||
		       t->protocol == IPP_SCTP) &&
	       t->frag_off == 0 && t->len >= 4;
}

static void
text_l4(const struct ip_text *t, struct sbuf *out)
{
	sbuf_puts(out, t->v6 ? "IP6 " : "IP ");
	if (has_ports(t))
		sbuf_printf(out, "%s.%u > %s.%u: ", t->src, load16(t->l4),
			t->dst, load16(t->l4 + 2));
	else
		sbuf_printf(out, "%s > %s: ", t->src, t->dst);
	if (t->frag_off != 0) {
		text_protocol(out, t->protocol);
		sbuf_printf(out, ", length %u", t->l4_len);
	} else if (t->protocol == IPP_TCP) {
		text_tcp(t, out);
	} else if (t->protocol == IPP_UDP) {
		text_udp(t, out);
	} else if (t->protocol == IPP_ICMP && !t->v6) {
		text_icmp(t, out);
	} else if (t->protocol == IPP_ICMP6 && t->v6) {
		text_icmp6(t, out);
	} else {
		text_other(t, out);
	}
	if (t->frag)
		sbuf_printf(out, " (frag %u:%u@%u%s)", t->frag_id, t->l4_len,
			t->frag_off, t->more ? "+" : "");
}

static void
text_ipv4(const uint8_t *b, size_t len, struct sbuf *out)
{
	struct ip_text t = {.v6 = false};
	uint32_t hlen, total;

	if (len < 20) {
		sbuf_puts(out, "IP [|ip]");
		return;
	}
	hlen = (uint32_t)(b[0] & 15) * 4;
	total = load16(b + 2);
	text_v4(b + 12, t.src);
	text_v4(b + 16, t.dst);
	if (hlen < 20 || total < hlen) {
		sbuf_printf(out, "IP %s > %s: bad-hlen %u, length %u", t.src,
			t.dst, hlen, total);
		return;
	}
	t.protocol = b[9];
	t.l4 = b + hlen;
	t.l4_len = total - hlen;
	t.len = len > hlen ? len - hlen : 0;
	if (t.len > t.l4_len)
		t.len = t.l4_len;
	t.frag_id = load16(b + 4);
	t.frag_off = (load16(b + 6) & 0x1fff) * 8u;
	t.more = b[6] & 0x20;
	t.frag = t.more || t.frag_off != 0;
	text_l4(&t, out);
}

/* Step over extension headers: t->protocol, l4, len and l4_len advance. */
static void
skip_extensions(struct ip_text *t)
{
	while (t->frag_off == 0 && t->len >= 8) {
		const uint8_t *h = t->l4;
		size_t n;

		if (t->protocol == 44) {
			n = 8;
			t->frag = true;
			t->frag_off = load16(h + 2) & 0xfff8;
			t->more = h[3] & 1;
			t->frag_id = load32(h + 4);
		} else if (t->protocol == 0 || t->protocol == 43 ||
			   t->protocol == 60) {
			n = (h[1] + 1u) * 8;
		} else {
			return;
		}
		if (n > t->len)
			return;
		t->protocol = h[0];
		t->l4 += n;
		t->len -= n;
		t->l4_len -= (uint32_t)n;
	}
}

static void
text_ipv6(const uint8_t *b, size_t len, struct sbuf *out)
{
	struct ip_text t = {.v6 = true};

	if (len < 40) {
		sbuf_puts(out, "IP6 [|ip6]");
		return;
	}
	text_v6(b + 8, t.src);
	text_v6(b + 24, t.dst);
	t.protocol = b[6];
	t.l4 = b + 40;
	t.l4_len = load16(b + 4);
	t.len = len - 40;
	if (t.len > t.l4_len)
		t.len = t.l4_len;
	skip_extensions(&t);
	text_l4(&t, out);
}

void
packet_text_ip(const uint8_t *l3, size_t len, struct sbuf *out)
{
	if (len > 0 && l3[0] >> 4 == 4)
		text_ipv4(l3, len, out);
	else if (len > 0 && l3[0] >> 4 == 6)
		text_ipv6(l3, len, out);
	else
		sbuf_printf(out, "unknown IP version, length %zu", len);
}

void
packet_text(const uint8_t *frame, size_t len, struct sbuf *out)
{
	size_t at = 12;
	uint16_t type;

	/* Tags are not shown, as tcpdump does not without -e. */
	while (len >= at + 6 &&
		(load16(frame + at) == 0x8100 || load16(frame + at) == 0x88a8))
		at += 4;
	if (len < at + 2) {
		sbuf_puts(out, "[|ether]");
		return;
	}
	type = load16(frame + at);
	at += 2;
	switch (type) {
	case 0x0800:
		text_ipv4(frame + at, len - at, out);
		break;
	case 0x86dd:
		text_ipv6(frame + at, len - at, out);
		break;
	case 0x0806:
		text_arp(frame + at, len - at, out);
		break;
	case 0x88cc:
		sbuf_printf(out, "LLDP, length %zu", len - at);
		break;
	default:
		sbuf_printf(out, "ethertype 0x%04x, length %zu", type, len);
	}
}
