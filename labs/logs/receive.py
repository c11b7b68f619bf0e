# SPDX-License-Identifier: Apache-2.0
"""A syslog receiver: prints each message that comes, as it came.

receive.py udp|tcp ADDRESS PORT
"""
import socket
import sys

kind, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
if kind == "udp":
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((address, port))
    print("waiting", flush=True)
    while True:
        print(s.recv(65536).decode(), flush=True)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((address, port))
s.listen()
print("waiting", flush=True)
while True:
    c, _ = s.accept()
    for line in c.makefile(encoding="utf-8"):
        print(line, end="", flush=True)
