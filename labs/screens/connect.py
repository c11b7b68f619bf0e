#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Try ports of a host: connect.py SOURCE HOST FIRST LAST. Prints how many
answered (with a connection or a reset), and how many did not."""
import socket
import sys
import time

source, host, first, last = sys.argv[1:]
sockets = []
for port in range(int(first), int(last) + 1):
    s = socket.socket()
    s.setblocking(False)
    s.bind((source, 0))
    s.connect_ex((host, port))
    sockets.append(s)
time.sleep(0.5)
refused = sum(s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
              for s in sockets)
print(f"{refused} answered, {len(sockets) - refused} silent")
