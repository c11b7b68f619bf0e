/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_text - a packet as one line of text, in the manner of tcpdump -n:
 *   IP 192.168.1.2 > 192.0.2.1: ICMP echo request, id 1, seq 1, length 64
 *   IP 192.0.2.10.1024 > 198.51.100.20.80: Flags [S], seq 0, win 8192, length 0
 *   ARP, Request who-has 192.0.2.1 tell 192.0.2.2, length 28
 * TCP sequence numbers are absolute: no state is kept.
 */
#ifndef PKT_PACKET_TEXT_H
#define PKT_PACKET_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct sbuf;

/*
 * Append the line, without newline. frame: len bytes from the Ethernet header
 * on, whatever they are; they may be the beginning of a longer frame. What is
 * cut off shows as "[|tcp]".
 */
void packet_text(const uint8_t *frame, size_t len, struct sbuf *out);

/* The same from the IP header on, for packets of the box itself. */
void packet_text_ip(const uint8_t *l3, size_t len, struct sbuf *out);

#endif /* PKT_PACKET_TEXT_H */
