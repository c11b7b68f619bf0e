#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long load, compare and commit of 20,000 policies take.

Each policy has an address of its own on both sides and an application of its
own. The whole way is measured: the client, the socket, the store with its
files, compiling, publishing. Asserts that all of it works; the times are only
printed, as "CLIENT WHAT: SECONDS s". Usage: 70-commit.py [N]
"""
import os
import re
import subprocess
import sys
import time

from box import Box, BUILD
import gen

END = "]]>]]>"


def policies(n):
    """As `display set` has them: zones left and right, N policies."""
    lines = []
    gen.base(lines.append)
    out = [x for x in lines if "policy last" not in x]
    book = "set security address-book global address"
    for i in range(n):
        out.append(f"{book} h{i} 10.{i >> 8 & 255}.{i & 255}.0/24")
        out.append(f"{book} s{i} 172.16.{i >> 8 & 255}.{i & 255}/32")
        out.append(f"set applications application a{i} protocol tcp")
        out.append(f"set applications application a{i} destination-port "
                   f"{1024 + i % 60000}")
    for i in range(n):
        p = f"set security policies from-zone left to-zone right policy p{i}"
        out.append(f"{p} match source-address h{i}")
        out.append(f"{p} match destination-address s{i}")
        out.append(f"{p} match application a{i}")
        out.append(f"{p} then {'deny' if i % 3 == 0 else 'permit'}")
    return "\n".join(out) + "\n"


class Netconf:
    def __init__(self, box):
        self.p = subprocess.Popen(
            [f"{BUILD}/vrflow-netconf", "-s", box.sock],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.read()
        self.p.stdin.write(("<hello/>" + END).encode())

    def read(self):
        data = bytearray()
        while END.encode() not in data[-8192:]:
            more = os.read(self.p.stdout.fileno(), 1 << 20)
            assert more, "vrflow-netconf ended"
            data += more
        return data.decode()

    def rpc(self, body):
        """The reply and how long it took."""
        began = time.monotonic()
        self.p.stdin.write(f'<rpc message-id="1">{body}</rpc>{END}'.encode())
        self.p.stdin.flush()
        reply = self.read()
        took = time.monotonic() - began
        assert "<error-severity>error" not in reply, reply[:2000]
        return reply, took

    def close(self):
        self.p.stdin.close()
        self.p.wait(10)


def say(client, what, seconds):
    print(f"{client} {what}: {seconds:.2f} s", flush=True)


def timed(box, *commands):
    began = time.monotonic()
    out = box.cli(*commands)
    return out, time.monotonic() - began


def by_cli(box, files, base):
    for how, path in files.items():
        action = "load set" if how == "set" else "load override"
        out, load = timed(box, "configure", "rollback 0", "delete",
                          f"{action} {path}")
        assert "load complete" in out, out[-500:]
        say("cli", f"load {how}", load)
        out, took = timed(box, "configure", "show | compare")
        assert out.count("policy p") > 1000, out[:500]
        say("cli", f"compare with nothing of it ({how})", took)
        out, took = timed(box, "configure", "commit check")
        assert "configuration check succeeds" in out, out
        say("cli", "commit check", took)
        out, took = timed(box, "configure", "commit")
        assert "commit complete" in out, out
        say("cli", f"commit {how}", took)
        pair = "security policies from-zone left to-zone right"
        out, took = timed(
            box, "configure", f"insert {pair} policy p9 before policy p1",
            f"set {pair} policy p7 then reject", "show | compare")
        assert "!" in out and "p7" in out, out
        say("cli", "two changes and compare", took)
        out, took = timed(box, "configure", "commit")
        say("cli", "commit of two changes", took)
        out, took = timed(box, "configure", "rollback 1", "show | compare")
        say("cli", "rollback 1 and compare", took)
        box.commit("delete", f"load set {base}")


def by_netconf(box, texts):
    n = Netconf(box)
    for how, text in texts.items():
        n.rpc("<load-configuration rollback='0'/>")
        if how == "xml":
            text = re.search("<configuration.*</configuration>", text, re.S)[0]
            body = f"<load-configuration action='override'>{text}"
        else:
            esc = text.replace("&", "&amp;").replace("<", "&lt;")
            tag = f"configuration-{how}"
            action = "set" if how == "set" else "override"
            fmt = "json" if how == "json" else "text"
            body = (f"<load-configuration action='{action}' format='{fmt}'>"
                    f"<{tag}>{esc}</{tag}>")
        _, took = n.rpc(body + "</load-configuration>")
        say("netconf", f"load {how}", took)
        out, took = n.rpc("<get-configuration compare='rollback' rollback='0' "
                          "format='text'/>")
        assert "policy p1" in out
        say("netconf", "compare", took)
        _, took = n.rpc("<commit-configuration/>")
        say("netconf", f"commit {how}", took)
        _, took = n.rpc("<get-configuration/>")
        say("netconf", "get-configuration", took)
        n.rpc("<load-configuration rollback='1'/>")
        n.rpc("<commit-configuration/>")
    n.close()


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    lines = []
    gen.base(lines.append)
    with Box("\n".join(lines) + "\n", "-w", "1") as box:
        base, texts = f"{box.dir}/base", {"set": policies(n)}
        with open(base, "w", encoding="ascii") as f:
            f.write("\n".join(lines) + "\n")
        with open(f"{box.dir}/set", "w", encoding="ascii") as f:
            f.write(texts["set"])
        box.commit("delete", f"load set {box.dir}/set")
        for form, pipe in (("text", ""), ("xml", " | display xml"),
                           ("json", " | display json")):
            texts[form] = box.cli(f"show configuration{pipe}")
        with open(f"{box.dir}/text", "w", encoding="ascii") as f:
            f.write(texts["text"])
        box.commit("delete", f"load set {base}")
        by_cli(box, {k: f"{box.dir}/{k}" for k in ("set", "text")}, base)
        by_netconf(box, texts)
        box.stop()
        assert box.status == 0, box.log()


main()
