/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_values - what the words and numbers of match conditions stand for:
 * ICMP types and codes, TCP flags, reject types [CF-36]. Ports, and the words
 * themselves, are config/cvalue.h's.
 */
#ifndef COMPILE_MATCH_VALUES_H
#define COMPILE_MATCH_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

/* "echo-request", "8"; -1 if it is neither. Codes share the numbers only. */
int match_icmp_type(const char *text, enum ip_family family);
int match_icmp_code(const char *text, enum ip_family family);

/*
 * "syn & !ack", "(fin | rst)", "0x02": bit i of *ret is set if the flags i
 * (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32) satisfy it. False on a syntax
 * error.
 */
bool match_tcp_flags(const char *text, uint64_t *ret);

/* Message type of `reject`: the ICMP code, or -1. NULL is the default type. */
int match_reject_code(const char *text, enum ip_family family);

/* "dont-fragment & !more-fragments": bit i of *ret is set if the upper three
 * bits of the field, i, satisfy it (RFC 791 3.1). */
bool match_fragment_flags(const char *text, uint64_t *ret);

/* Numbers behind the words of the other conditions; -1: neither word nor
 * number. */
int match_dscp(const char *text);
int match_precedence(const char *text);
int match_ip_option(const char *text); /* 256: "any" */
int match_extension_header(const char *text);

#endif /* COMPILE_MATCH_VALUES_H */
