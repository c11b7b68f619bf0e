#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Traffic for the soak test.

load.py serve                      echo on TCP and UDP port 7000, until killed
load.py tcp|udp|storm ADDR SECONDS clients; at the end one line of JSON

tcp: connections one after the other, eight at a time, that carry up to 200 kB
each way; one in four is reset instead of closed. udp: a new source port for
each few packets. storm: more ports in a second than the session table holds.
"""
import asyncio
import json
import random
import socket
import struct
import sys
import time

PORT = 7000
RNG = random.Random(1)


async def echo(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()


class UdpEcho(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(data, addr)

    def error_received(self, exc):
        pass


async def serve():
    loop = asyncio.get_running_loop()
    sock = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("::", PORT))
    server = await asyncio.start_server(echo, sock=sock, backlog=1024)
    usock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    usock.bind(("::", PORT))
    await loop.create_datagram_endpoint(UdpEcho, sock=usock)
    print("serving", flush=True)
    await server.serve_forever()


async def one_connection(addr):
    reader, writer = await asyncio.wait_for(
        asyncio.open_connection(addr, PORT), 5)
    size = RNG.choice((10, 1000, 20000, 200000))
    if RNG.randrange(4) == 0: # RST
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    try:
        data = bytes([size % 251]) * size
        writer.write(data)
        back = await asyncio.wait_for(reader.readexactly(size), 5)
        if back != data:
            raise AssertionError("other data came back")
    finally:
        writer.close()


async def tcp(addr, end):
    count = {"ok": 0, "failed": 0, "wrong": 0}

    async def client():
        while time.monotonic() < end:
            try:
                await one_connection(addr)
                count["ok"] += 1
            except AssertionError:
                count["wrong"] += 1
            except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
                count["failed"] += 1
                await asyncio.sleep(0.01)
    await asyncio.gather(*(client() for _ in range(8)))
    return count


def family(addr):
    return socket.AF_INET6 if ":" in addr else socket.AF_INET


async def udp(addr, end):
    count = {"ok": 0, "failed": 0, "wrong": 0}
    while time.monotonic() < end:
        with socket.socket(family(addr), socket.SOCK_DGRAM) as s:
            s.connect((addr, PORT))
            s.settimeout(0.2)
            sent = []
            for _ in range(5):
                sent.append(RNG.randbytes(RNG.choice((4, 100, 1400, 4000))))
                try:
                    s.send(sent[-1])
                    while (back := s.recv(8192)) != sent[-1]:
                        count["wrong"] += back not in sent # else: late
                    count["ok"] += 1
                except OSError:
                    count["failed"] += 1
    return count


async def storm(addr, end):
    """No answer is waited for: the table is to be full, and to recover."""
    sent = 0
    while time.monotonic() < end:
        pause = time.monotonic() + 4
        for _ in range(8000):
            with socket.socket(family(addr), socket.SOCK_DGRAM) as s:
                try:
                    s.sendto(b"x", (addr, RNG.randrange(20000, 40000)))
                    sent += 1
                except OSError:
                    pass
            if time.monotonic() > min(end, pause):
                break
        await asyncio.sleep(7)
    return {"ok": sent, "failed": 0, "wrong": 0}


def main():
    kind = sys.argv[1]
    if kind == "serve":
        asyncio.run(serve())
        return
    client = {"tcp": tcp, "udp": udp, "storm": storm}[kind]
    end = time.monotonic() + float(sys.argv[3])
    print(json.dumps(asyncio.run(client(sys.argv[2], end))), flush=True)


if __name__ == "__main__":
    main()
