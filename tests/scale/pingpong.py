#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One UDP packet there and back at a time: pingpong.py ADDR SECONDS.

The other end is `load.py serve`. Prints JSON: packets, lost, and the median and
99.9 percentile of the round trip in microseconds.
"""
import json
import socket
import sys
import time

addr, seconds = sys.argv[1], float(sys.argv[2])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((addr, 7000))
s.settimeout(1)
times, lost, number = [], 0, 0
end = time.monotonic() + seconds
while time.monotonic() < end:
    number += 1
    want = b"%d" % number
    began = time.perf_counter()
    s.send(want)
    try:
        while s.recv(100) != want:
            pass
        times.append((time.perf_counter() - began) * 1e6)
    except OSError:
        lost += 1
    time.sleep(0.0005)
times.sort()
print(json.dumps({"packets": number, "lost": lost,
                  "p50_us": round(times[len(times) // 2]),
                  "p999_us": round(times[int(len(times) * 0.999)])}))
