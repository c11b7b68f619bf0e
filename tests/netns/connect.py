# SPDX-License-Identifier: Apache-2.0
"""connect.py tcp|udp ADDRESS PORT [SECONDS]: what happens to a connection.

Prints one word: connected, answered (udp), refused (a RST, or port
unreachable), unreachable (another ICMP error), silence. The exit status is 0
in every case: the word is what a lab compares.
"""
import errno
import socket
import sys

kind, addr, port = sys.argv[1:4]
seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 2.0
family = socket.AF_INET6 if ":" in addr else socket.AF_INET
sock = socket.socket(
    family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
sock.settimeout(seconds)
try:
    sock.connect((addr, int(port)))
    if kind == "udp":
        sock.send(b"question")
        sock.recv(4096)
        print("answered")
    else:
        print("connected")
except socket.timeout:
    print("silence")
except OSError as e:
    names = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "refused",
             errno.EHOSTUNREACH: "unreachable", errno.ENETUNREACH: "unreachable",
             errno.EACCES: "unreachable"}
    print(names.get(e.errno, e))
