/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ip - addresses and prefixes of both families as values, their text forms.
 *
 * Byte order: the bytes stand as on the wire (network order) in both families.
 * An IPv4 address uses b[0..3]; b[4..15] are zero, so that two addresses are
 * equal exactly when memcmp says so.
 */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum ip_family { IP_NONE = 0, IP_V4 = 4, IP_V6 = 6 };

struct ip_addr {
	union {
		uint8_t b[16];
		uint32_t v4_be;
		uint64_t q[2];
	};
	uint8_t family; /* enum ip_family */
};

struct ip_prefix {
	struct ip_addr addr; /* host bits as given; see ip_prefix_network */
	uint8_t len;         /* bits: 0..32 or 0..128 */
};

#define IP_TEXT_MAX 64 /* longest text of an address or prefix, with the 0 */

/* Protocol numbers (IANA) that vrflow gives a meaning of its own. */
enum {
	IPP_ICMP = 1,
	IPP_IGMP = 2,
	IPP_IPIP = 4,
	IPP_TCP = 6,
	IPP_EGP = 8,
	IPP_UDP = 17,
	IPP_RSVP = 46,
	IPP_GRE = 47,
	IPP_ESP = 50,
	IPP_AH = 51,
	IPP_ICMP6 = 58,
	IPP_OSPF = 89,
	IPP_PIM = 103,
	IPP_SCTP = 132,
};

/* 32 or 128; 0 for IP_NONE. */
unsigned int ip_family_bits(enum ip_family family);

/* "192.0.2.1" or "2001:db8::1". False, and *ret untouched, if it is neither. */
bool ip_addr_parse(const char *text, struct ip_addr *ret);

/*
 * "192.0.2.1/24"; a missing length means /32 or /128. Short IPv4 forms as
 * "10/8" are accepted. Host bits are kept.
 */
bool ip_prefix_parse(const char *text, struct ip_prefix *ret);

/* Both return buf. */
const char *ip_addr_text(const struct ip_addr *a, char buf[IP_TEXT_MAX]);
const char *ip_prefix_text(const struct ip_prefix *p, char buf[IP_TEXT_MAX]);

static inline bool
ip_addr_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	return a->family == b->family && a->q[0] == b->q[0] &&
	       a->q[1] == b->q[1];
}

/* IPv4 before IPv6, then by value; as strcmp. */
int ip_addr_cmp(const struct ip_addr *a, const struct ip_addr *b);
int ip_prefix_cmp(const struct ip_prefix *a, const struct ip_prefix *b);

/* p with its host bits cleared. */
struct ip_prefix ip_prefix_network(const struct ip_prefix *p);

/* The last address of the prefix (the IPv4 directed broadcast). */
struct ip_addr ip_prefix_last(const struct ip_prefix *p);

/* Does p cover a? False if the families differ. */
bool ip_prefix_covers(const struct ip_prefix *p, const struct ip_addr *a);

/* Is inner equal to or more specific than outer? */
bool ip_prefix_contains(
	const struct ip_prefix *outer, const struct ip_prefix *inner);

static inline struct ip_addr
ip_addr_v4(uint32_t v4_be)
{
	struct ip_addr a = {.family = IP_V4};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	a.q[0] = v4_be; /* in one piece, as it is read again at once */
#else
	a.v4_be = v4_be;
#endif
	return a;
}

static inline struct ip_addr
ip_addr_v6(const uint8_t b[16])
{
	struct ip_addr a = {.family = IP_V6};

	memcpy(a.b, b, 16);
	return a;
}

bool ip_addr_is_unspecified(const struct ip_addr *a);

static inline bool
ip_addr_is_multicast(const struct ip_addr *a)
{
	return a->family == IP_V4 ? (a->b[0] & 0xf0) == 0xe0 : a->b[0] == 0xff;
}

static inline bool
ip_addr_is_link_local(const struct ip_addr *a) /* fe80::/10 only */
{
	return a->family == IP_V6 && a->b[0] == 0xfe &&
	       (a->b[1] & 0xc0) == 0x80;
}

bool ip_addr_is_loopback(const struct ip_addr *a);

/*
 * "tcp", "icmp", ... as Junos names them [FL-8], NULL if it has no name.
 * ip_protocol_parse takes a name or a number 0..255; -1 if it is neither.
 */
const char *ip_protocol_name(uint8_t protocol);
int ip_protocol_parse(const char *text);

#endif /* BASE_IP_H */
