# SPDX-License-Identifier: Apache-2.0
"""A line goes out, the same line comes back: `server ADDR` or `client ADDR`.

The client says when an answer is late and goes on waiting for it. It ends
after five answers in time that follow a late one.
"""
import select
import socket
import sys
import time


def server(addr):
    listener = socket.create_server((addr, 7000))
    print("listening", flush=True)
    conn, _ = listener.accept()
    while data := conn.recv(4096):
        conn.sendall(data)


def client(addr):
    sock = socket.create_connection((addr, 7000))
    number, late, after = 0, False, 0
    while after < 5:
        number += 1
        sock.sendall(b"%d\n" % number)
        in_time = bool(select.select([sock], [], [], 1)[0])
        if not in_time:
            print("no answer to", number, flush=True)
            late = True
        sock.recv(4096)
        print("answer", number, "" if in_time else "late", flush=True)
        after = after + 1 if late and in_time else 0
        time.sleep(0.1)
    print("done", flush=True)


{"server": server, "client": client}[sys.argv[1]](sys.argv[2])
