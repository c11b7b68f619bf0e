/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_pcap - the virtual clock of pcap: ports, for whoever replays files.
 *
 * Without a clock a pcap: port delivers frames as fast as it is polled. A
 * replay sets the clock: frames stamped later are held back, and frames sent
 * are stamped with it. So a replay is: find the earliest next time of all
 * ports, set the clock to it, run the workers until idle, repeat.
 */
#ifndef IO_PORT_PCAP_H
#define IO_PORT_PCAP_H

#include <stdbool.h>
#include <stdint.h>

#include "io/port.h"

/*
 * The time stamp (nanoseconds since 1970) of the frame that the next rx_burst
 * of p would deliver first. False at the end, and for ports that are not pcap:.
 */
bool port_pcap_next_time(struct port *p, uint64_t *ns);

/* Set the clock of all pcap: ports. Not while a worker polls them. */
void port_pcap_clock_set(uint64_t ns);

/* Back to delivering as fast as polled; frames sent get the last read time. */
void port_pcap_clock_unset(void);

#endif /* IO_PORT_PCAP_H */
