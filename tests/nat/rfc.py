#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/behaviour/nat-rfc.md to the tree: every requirement is there, every
test that it names exists and is run, and so do the rules, the statements and
the reasons of drops. That the tests pass is their own business."""
import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGE = TOP / "docs/behaviour/nat-rfc.md"
REQUIREMENTS = {"4787": 14, "5382": 10, "5508": 11, "6888": 15}
SECTIONS = ("7857", "6296", "6146", "7915")
# words in backticks that are no statements
OTHER = {"show", "security", "nat", "..."}

problems = []
tests = {p.name: p for p in sorted(TOP.glob("tests/**/test_*.c"))}
built = "".join(p.read_text() for p in TOP.glob("tests/**/meson.build"))
rules = set(re.findall(r"^\| ([A-Z]+-\d+) \|", "".join(
    p.read_text() for p in TOP.glob("docs/behaviour/*.md")), re.M))
words = set(re.findall(r"[a-z][a-z0-9-]+", "".join(
    p.read_text() for p in TOP.glob("schema/*.schema"))))
reasons = (TOP / "src/pkt/reason.def").read_text()


def abbreviations(text):
    """`SRC` is `test_nat_source.c`, ..."""
    return dict(re.findall(r"`(\w+)`\s+(?:is\s+)?`(test_\w+\.c)`", text))


def check_function(where, file, function):
    source = tests[file].read_text()
    if not re.search(rf"cmocka_unit_test\w*\(\s*{function}\b", source):
        problems.append(f"{where}: {file} does not run {function}")


def check_row(where, row, files):
    evidence = False
    last = None
    for prefix, quoted in re.findall(r"(?:(\w+)\s+)?`([^`]+)`", row):
        if quoted.endswith(".c"):
            stem = quoted[len("test_"):-2]
            if quoted not in tests:
                problems.append(f"{where}: no {quoted}")
            elif f"'{stem}'" not in built and quoted[:-2] not in built and \
                    stem.split("_", 1)[-1] not in built:
                problems.append(f"{where}: {quoted} is not built")
            evidence = True
        elif quoted.startswith("test_"):
            last = files.get(prefix, last)
            if last is None:
                problems.append(f"{where}: {quoted} of which file?")
            elif last in tests:
                check_function(where, last, quoted)
            evidence = True
        elif not quoted.startswith(":") and f'"{quoted}"' not in reasons:
            for w in re.findall(r"[a-z.][a-z0-9.-]+", quoted):
                if w not in words | OTHER:
                    problems.append(f"{where}: no statement has `{w}`")
            evidence = True
    for rule in re.findall(r"\[([A-Z]+-\d+)\]", row):
        evidence = True
        if rule not in rules:
            problems.append(f"{where}: no rule {rule}")
    return evidence


def rows(text):
    """(RFC, first cell, rest)"""
    rfc = None
    for line in text.splitlines():
        m = re.match(r"## RFC (\d+)", line)
        if m:
            rfc = m[1]
        cells = [c.strip() for c in line.strip("|").split("|")]
        if line.startswith("| ") and rfc and cells[0] not in (
                "requirement", "section"):
            yield rfc, cells[0], "|".join(cells[1:])


def main():
    text = PAGE.read_text()
    files = abbreviations(text)
    if len(files) < 4:
        problems.append(f"abbreviations: only {files}")
    for name, file in files.items():
        if file not in tests:
            problems.append(f"`{name}`: no {file}")
    seen, proven, reasoned = {}, 0, 0
    for rfc, what, rest in rows(text):
        seen.setdefault(rfc, set()).update(
            int(n) for n in re.findall(r"REQ-(\d+)", what))
        if not rest:
            problems.append(f"RFC {rfc}, {what}: neither a test nor a reason")
        if check_row(f"RFC {rfc}, {what}", rest, files):
            proven += 1
        else:
            reasoned += 1
    for rfc, last in REQUIREMENTS.items():
        missing = set(range(1, last + 1)) - seen.get(rfc, set())
        if missing:
            problems.append(f"RFC {rfc}: no REQ {sorted(missing)}")
    problems.extend(f"RFC {r} has no table" for r in SECTIONS
                    if r not in seen)
    print(f"{proven} rows with a test, a rule or a statement, "
          f"{reasoned} with a reason")
    if problems:
        print("\n".join(problems))
        raise SystemExit(1)


main()
