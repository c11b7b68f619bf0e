#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Send bytes over TCP, or count them: bytes.py send ADDRESS N | count"""
import socket
import sys

if sys.argv[1] == "send":
    with socket.create_connection((sys.argv[2], 9000), timeout=10) as s:
        s.sendall(bytes(int(sys.argv[3])))
        s.shutdown(socket.SHUT_WR)
        print(s.recv(100).decode())
else:
    server = socket.create_server(("", 9000))
    print("ready", flush=True)
    while True:
        c, _ = server.accept()
        n = 0
        while data := c.recv(65536):
            n += len(data)
        c.sendall(f"{n} bytes".encode())
        c.close()
