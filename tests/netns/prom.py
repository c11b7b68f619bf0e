# SPDX-License-Identifier: Apache-2.0
"""prom.py [NAME{label="value",...}=VALUE|>=VALUE|absent]...: read a page of
Prometheus' text format (0.0.4) from standard input, strictly, then look for
samples. Ends with status 1 and a sentence at the first thing that is wrong."""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(
    rf"({NAME})(\{{{LABEL}(?:,{LABEL})*\}})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)")
UNITS = ("_seconds", "_bytes", "_packets")


def die(text):
    print("prom:", text, file=sys.stderr)
    sys.exit(1)


def read(text):
    if not text.endswith("\n"):
        die("the last line has no end")
    samples, families, family, kind = {}, set(), None, None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("# HELP "):
            _, _, family, words = line.split(" ", 3)
            kind = None
            if family in families:
                die(f"line {number}: {family} for the second time")
            if not re.fullmatch(NAME, family) or not words.endswith("."):
                die(f"line {number}: {line}")
            families.add(family)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if name != family or kind not in ("counter", "gauge"):
                die(f"line {number}: {line}")
            if (kind == "counter") != name.endswith("_total"):
                die(f"line {number}: a {kind} of this name")
        else:
            m = SAMPLE.fullmatch(line)
            if not m or m.group(1) != family or kind is None:
                die(f"line {number}: {line}")
            labels = re.findall(LABEL, m.group(2) or "")
            names = [x.split("=")[0] for x in labels]
            if len(set(names)) != len(names):
                die(f"line {number}: a label twice")
            key = family, frozenset(labels)
            if key in samples:
                die(f"line {number}: the series for the second time")
            samples[key] = float(m.group(3))
            if kind == "counter" and samples[key] < 0:
                die(f"line {number}: less than none")
    return samples


def main():
    samples = read(sys.stdin.read())
    for want in sys.argv[1:]:
        m = re.fullmatch(
            rf"({NAME})(\{{.*\}})?(=|>=| absent)([0-9.e+-]*)", want)
        if not m:
            die(f"what is {want}?")
        labels = set(re.findall(LABEL, m.group(2) or ""))
        found = [v for (name, have), v in samples.items()
                 if name == m.group(1) and labels <= have]
        if m.group(3) == " absent":
            if found:
                die(f"{want}, but there is {found}")
            continue
        if not found:
            die(f"no {want}")
        value = float(m.group(4))
        if m.group(3) == "=" and found != [value] or \
                m.group(3) == ">=" and min(found) < value:
            die(f"{want}, but it is {found}")


main()
