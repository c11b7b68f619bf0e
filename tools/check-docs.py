#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-docs.py [VRFLOW [VRFLOW-REPLAY]]

Holds the documentation to what is there: relative links lead somewhere, every
page of docs/ can be reached from docs/README.md, the numbers of docs/limits.md
are those of the source, and (with the programs) every `set` line is a statement
that vrflow knows, and those of a how-to can be committed together.
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```")
# Words that stand for others: NAME, A.B.C.D, <n>, ...
STANDS_FOR = re.compile(r"\$\{|\b[A-Z]{2,}\b.*\.\.\.|\.\.\.|<[a-z]+>|\|")
# Their `set` lines are a whole configuration.
WHOLE = ["docs/howto/dual-isp.md", "docs/howto/nat64.md",
         "docs/howto/tenants.md"]
EMPTY_PCAP = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
bad = []


def pages():
    for folder, folders, files in os.walk(TOP):
        folders[:] = [f for f in folders
                      if not f.startswith((".", "build", "deb"))]
        for name in files:
            if name.endswith(".md"):
                yield os.path.relpath(os.path.join(folder, name), TOP)


def text(page):
    with open(os.path.join(TOP, page), encoding="utf-8") as f:
        return f.read()


def prose(page):
    """Lines outside of fenced blocks; the others are output or programs."""
    within = False
    for n, line in enumerate(text(page).split("\n"), 1):
        if FENCE.match(line):
            within = not within
        elif not within:
            yield n, line


def targets(page):
    for n, line in prose(page):
        for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:", target) or target.startswith("#"):
                continue
            path, _, anchor = target.partition("#")
            yield n, os.path.normpath(
                os.path.join(os.path.dirname(page), path)), anchor


def anchors(page):
    for line in text(page).split("\n"):
        if line.startswith("#"):
            name = re.sub(r"[`*\[\]]", "", line.lstrip("#").strip()).lower()
            yield re.sub(r"[^\w\- ]", "", name).replace(" ", "-")


def check_links(all_pages):
    reached, ahead = set(), ["docs/README.md"]
    for page in all_pages:
        for n, target, anchor in targets(page):
            if not os.path.exists(os.path.join(TOP, target)):
                bad.append(f"{page}:{n}: there is no {target}")
            elif anchor and target.endswith(".md") and \
                    anchor not in anchors(target):
                bad.append(f"{page}:{n}: {target} has no #{anchor}")
    while ahead:
        page = ahead.pop()
        if page in reached:
            continue
        reached.add(page)
        for _, target, _ in targets(page):
            if os.path.isdir(os.path.join(TOP, target)):
                target = os.path.join(target, "README.md")
            if target.endswith(".md") and \
                    os.path.exists(os.path.join(TOP, target)):
                ahead.append(target)
    for page in all_pages:
        if page.startswith("docs/") and page not in reached:
            bad.append(f"{page}: not reached from docs/README.md")


def value(expression):
    """Of a C constant: 64u << 20, 16384u, (1u << 20)."""
    plain = re.sub(r"/\*.*?(\*/|$)", "", expression)
    plain = re.sub(r"\(size_t\)", "", plain)
    plain = re.sub(r"(?<=[0-9a-fA-F])[uUlL]+\b", "", plain).strip()
    if not re.fullmatch(r"[0-9a-fxA-F<>*+() -]+", plain):
        return None
    return eval(plain)  # pylint: disable=eval-used  digits and operators only


def number(words):
    m = re.match(r"([0-9,]+)(?: (KB|MB))?", words)
    if not m:
        return None
    unit = {None: 1, "KB": 1 << 10, "MB": 1 << 20}[m[2]]
    return int(m[1].replace(",", "")) * unit


def check_limits():
    """| what | number | ... | `file: CONSTANT` |"""
    for n, line in prose("docs/limits.md"):
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        where = re.fullmatch(r"`(\S+): (\w+)`", cells[-1])
        if not where:
            continue
        source = text(os.path.join("src", where[1]))
        m = re.search(rf"^#define {where[2]}\b[ \t\\\n]+(.*)", source, re.M)
        said = number(cells[1])
        if not m:
            bad.append(f"docs/limits.md:{n}: no {where[2]} in {where[1]}")
        elif value(m[1]) != said:
            bad.append(f"docs/limits.md:{n}: {cells[1]}, but {where[2]} is "
                       f"{m[1].strip()}")


def check_statements(all_pages, vrflow):
    for page in all_pages:
        if page.startswith(("docs/reference/", "tests/")):
            continue
        lines, level = {}, ""
        for n, line in enumerate(text(page).split("\n"), 1):
            edit = re.match(r"(?: {4,})?\[edit ?(.*)\]$", line)
            if edit or FENCE.match(line):
                level = edit[1] + " " if edit else ""
            m = re.match(r"(?: {4,}|user@\S+# )set ([a-z].*)$", line)
            if m and not STANDS_FOR.search(m[1]):
                lines[n] = f"set {level}{m[1]}"
        if not lines:
            continue
        with tempfile.NamedTemporaryFile("w", suffix=".set") as f:
            f.write("\n".join(lines.values()) + "\n")
            f.flush()
            out = subprocess.run([vrflow, "check-config", "--json", f.name],
                                 stdout=subprocess.PIPE, check=False).stdout
        at = list(lines)
        for one in json.loads(out).get("lines", []):
            if one["status"] == "unknown":
                n = at[one["line"] - 1]
                bad.append(f"{page}:{n}: {one['statement']}: "
                           f"{one.get('reason', 'unknown')}")


def check_whole(replay):
    for page in WHOLE:
        lines = re.findall(r"^ {4,}(set .*)$", text(page), re.M)
        with tempfile.NamedTemporaryFile("w", suffix=".set") as f, \
                tempfile.NamedTemporaryFile("wb", suffix=".pcap") as pcap:
            f.write("\n".join(lines) + "\n")
            f.flush()
            pcap.write(EMPTY_PCAP)
            pcap.flush()
            out = subprocess.run([replay, "--config", f.name, pcap.name],
                                 stdout=subprocess.PIPE, check=False,
                                 stderr=subprocess.STDOUT, text=True)
        if out.returncode != 0:
            bad.append(f"{page}: {out.stdout.strip()}")


def main():
    all_pages = sorted(pages())
    check_links(all_pages)
    check_limits()
    if len(sys.argv) > 1:
        check_statements(all_pages, os.path.abspath(sys.argv[1]))
    if len(sys.argv) > 2:
        check_whole(os.path.abspath(sys.argv[2]))
    for line in bad:
        print(line)
    print(f"docs: {len(all_pages)} pages, {len(bad)} deviations")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
