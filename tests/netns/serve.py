# SPDX-License-Identifier: Apache-2.0
"""serve.py [tcp:PORT|udp:PORT]...: accept and answer on all of them."""
import selectors
import socket
import sys

ports = selectors.DefaultSelector()
for word in sys.argv[1:]:
    kind, port = word.split(":")
    sock = socket.socket(
        socket.AF_INET6,
        socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind(("::", int(port)))
    if kind == "tcp":
        sock.listen()
    ports.register(sock, selectors.EVENT_READ, kind)
print("serving", flush=True)
while True:
    for key, _ in ports.select():
        if key.data == "tcp":
            key.fileobj.accept()[0].close()
        else:
            data, peer = key.fileobj.recvfrom(65536)
            key.fileobj.sendto(data, peer)
