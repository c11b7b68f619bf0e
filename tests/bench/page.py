# SPDX-License-Identifier: Apache-2.0
"""What people read: lines on the terminal, docs/perf.md, docs/perf/*.svg.

docs/perf.md keeps its prose; what stands between the two marks is written
anew by every run.
"""
import os

from plot import chart
from rows import ROWS

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def number(v, unit=""):
    if v is None:
        return "-"
    if unit in ("M/s", "x one", "x idle"):
        return f"{v:.2f}"
    return f"{v:.0f}" if abs(v) >= 100 or v == int(v) else f"{v:.1f}"


def verdict(row, j):
    met = row.met(j)
    if j.get("void"):
        return "void: " + j.get("void_reason", "")
    if met is None:
        return ""
    return "met" if met else "missed"


def ratios(j):
    return tuple(j.get(k) for k in ("ratio_10k", "ratio_1m"))


def console_head():
    return (f"{'':<46} {'target':<26} {'measured':>9}  [windows], ratio to "
            "rte_hash 10k and 1M, two lines of memory")


def console_row(row, j):
    text = f"{row.name:<46} {row.target_text():<26} "
    text += f"{number(row.value(j), row.unit):>9}"
    if "min" in j:
        text += f"  [{j['min']:.1f} - {j['max']:.1f}]"
        text += " x%.2f x%.2f" % ratios(j)
    if "memory_floor_cycles" in j:
        text += f" {j['memory_floor_cycles']:.0f}"
    return text + " " + verdict(row, j)


def console_peer(r):
    value = r.get("value")
    return (f"{r['name']:<62} "
            + (f"{value:>9.0f} {r['unit']}" if value is not None
               else r.get("error", "-")))


# ---- the page ----

def table(figures):
    by_name = {r["name"]: r for r in figures if "name" in r}
    out = ["| what | target | measured | windows | x 10k | x 1M | memory alone "
           "| |", "|---|---|---|---|---|---|---|---|"]
    for row in ROWS:
        j = by_name.get(row.name)
        if j is None:
            continue
        windows = "" if "min" not in j else \
            f"{number(j['min'])} - {number(j['max'])}"
        r = ["" if v is None else f"{v:.1f}" for v in ratios(j)]
        memory = j.get("memory_floor_cycles")
        value = number(row.value(j), row.unit)
        if row.target is None and row.unit == "ticks" and value != "-":
            value += " ticks"
        out.append(f"| {row.name} | {row.target_text()} | {value} | {windows} "
                   f"| {r[0]} | {r[1]} | {number(memory)} "
                   f"| {verdict(row, j)} |")
    return out


def unavoidable(figures):
    """For each missed row, what of it no program could save."""
    by_name = {r["name"]: r for r in figures if "name" in r}
    out = []
    for row in ROWS:
        j = by_name.get(row.name)
        if j is None or row.met(j) is not False or row.unit != "ticks":
            continue
        floor = j.get("memory_floor_cycles", 0)
        out.append(f"* {row.name}: {row.value(j):.0f} ticks, of which "
                   f"{floor:.0f} are the two lines of memory; a target of "
                   f"{row.target:g} leaves {row.target - floor:.0f} for "
                   "everything else.")
    return out


def counted(figures):
    rows = [r for r in figures if r.get("scenario") == "instructions"]
    if not rows:
        return []
    return ["", "Instructions a packet (callgrind, x86-64-v2), which do not "
            "depend on the machine's load:", "", "| what | instructions |",
            "|---|---|"] + [
        f"| {r['name'].split(': ')[1]} "
        f"| {number(r['instructions_per_packet'])} |" for r in rows]


def changes(figures):
    out = []
    for r in figures:
        if r.get("scenario") == "commit-under-load" and "p999_ratio" in r:
            out.append(
                f"* {r['changes']:.0f} commits (10,000 policies, then 1, and "
                f"so on) of {r['build_seconds']:.2f} s each beside "
                f"{r['frames'] / 1e6:.0f} million packets: 0 lost; a burst of "
                f"32 took {r['burst_us_p999_idle']:.1f} us idle and "
                f"{r['burst_us_p999_commits']:.1f} us with commits (99.9 %).")
        if r.get("scenario") == "reroute" and "late_packets" in r:
            out.append(
                f"* Route change with 1,000,000 sessions: "
                f"{r['late_packets']:.0f} packets by the old route after the "
                f"grace period ({r['grace_microseconds']:.0f} us at most); a "
                f"packet costs {r['before_cycles_per_packet']:.0f} ticks "
                f"before and {r['cycles_per_packet']:.0f} in the round after, "
                "in which every wing looks its route up again (both with the "
                "generator).")
    return [""] + out if out else []


# What linux_ports.sh calls them, and how many times the other is the target.
PORT_TARGETS = [
    ("TCP Gbit/s: vrflow linux:", "TCP Gbit/s: kernel, nft masquerade", 0.9),
    ("TCP Gbit/s: vrflow linux:", "TCP Gbit/s: Linux bridge", 0.7),
    ("UDP 64 B kpps: vrflow linux:",
     "UDP 64 B kpps: vrflow dpdk:net_af_packet", 2),
]


def port_ratios(rows):
    by_name = {r["name"]: r["value"] for r in rows}
    out = []
    for ours, other, target in PORT_TARGETS:
        if by_name.get(ours) and by_name.get(other):
            ratio = by_name[ours] / by_name[other]
            out.append(f"* {ours} {ratio:.2f} times {other.split(': ', 1)[1]}, "
                       f"target {target:g}: "
                       f"{'met' if ratio >= target else 'missed'}.")
    return out


def ported(figures):
    rows = [r for r in figures if r.get("scenario") == "linux-ports"]
    if not rows:
        return []
    return port_table(rows) + [""] + port_ratios(rows)


def port_table(rows):
    return ["", "Linux ports (`tests/bench/linux_ports.sh`), median of the "
            "rounds:", "", "| what | | rounds |", "|---|---|---|"] + [
        f"| {r['name']} | {r['value']:g} | {r['min']:g} - {r['max']:g} |"
        for r in rows]


def peer_table(figures):
    rows = [r for r in figures if r.get("scenario") == "peer"]
    if not rows:
        return []
    out = ["", "Others in the same run (`make bench-peers`); ratio: how many "
           "times the ticks of the vrflow row that does the same:", "",
           "| what | | ratio |", "|---|---|---|"]
    by_name = {r["name"]: r for r in figures if "name" in r}
    for r in rows:
        if r.get("value") is None:
            out.append(f"| {r['name']} | {r.get('error', '-')} | |")
            continue
        ours = by_name.get(r.get("beside"), {})
        base = ours.get("value") or ours.get("cycles_per_packet")
        ratio = f"{r['value'] / base:.1f}" if base else ""
        out.append(f"| {r['name']} | {number(r['value'])} {r['unit']} "
                   f"| {ratio} |")
    return out


def points(figures, prefix):
    out = []
    for r in figures:
        if r.get("name", "").startswith(prefix) and "min" in r and \
                r.get("workers") == 1:
            out.append((r["sessions"], r["cycles_per_packet"], r["min"],
                        r["max"]))
    return out


def plots(directory, figures):
    os.makedirs(directory, exist_ok=True)
    memory, ports, cores = [], [], {}
    for r in figures:
        if r.get("scenario") == "memory":
            memory = [(int(k.split("_")[-1]), v) for k, v in r.items()
                      if k.startswith("two_lines_")]
        if r.get("scenario") == "port-allocation":
            ports = [(int(k.split("_")[-1]), v) for k, v in r.items()
                     if k.startswith("port_cycles_at_")]
        if r.get("scenario") in ("forward", "nat") and \
                r.get("sessions") == 1000000 and not r.get("ipv6") and \
                r.get("mpps_per_core"):
            cores.setdefault(r["scenario"], []).append(
                (r["workers"], r["workers"] * r["mpps_per_core"]))
    memory = [p for p in memory if p[0] >= 10000]
    done = [
        ("cycles.svg", chart(
            f"{directory}/cycles.svg", "Ticks a packet", "sessions",
            "ticks (median; bars: windows)",
            [("established", points(figures, "established"), False),
             ("with source NAT", points(figures, "source NAT"), False),
             ("IPv6", points(figures, "IPv6"), False),
             ("two lines of memory", memory, True)], log_x=True)),
        ("cores.svg", chart(
            f"{directory}/cores.svg", "Rate, 1,000,000 sessions", "workers",
            "million packets a second",
            [("established", [(0, 0)] + cores.get("forward", []), False),
             ("with source NAT", [(0, 0)] + cores.get("nat", [])
              if "nat" in cores else [], False)])),
        ("ports.svg", chart(
            f"{directory}/ports.svg", "What source NAT adds to a first packet",
            "pool in use, %", "ticks", [("port allocation", ports, False)])),
    ]
    return [name for name, there in done if there]


def section(directory, m, figures):
    bad = [r["name"] for r in figures if r.get("void")]
    out = [BEGIN, "",
           f"{m['date']}, {m['cpus']} CPUs of {m['model']}, kernel "
           f"{m['kernel']}, {m['compiler']}, DPDK {m['dpdk']}, transparent "
           f"huge pages `{m['transparent_hugepages']}`. "
           + (f"Void: {', '.join(bad)}." if bad else "No run was void."), ""]
    out += table(figures)
    out += ["", "x 10k, x 1M: ratio to the calibrators. Memory alone: the two "
            "lines that every established packet needs, one of them written, "
            "measured in the same run with as many sessions."]
    why = unavoidable(figures)
    out += ["", "Of what is missed:", ""] + why if why else []
    out += changes(figures) + counted(figures) + ported(figures) + \
        peer_table(figures) + [""]
    out += [f"![{name}](perf/{name})" for name in plots(directory, figures)]
    return "\n".join(out + ["", END])


def write(docs, m, figures):
    path = os.path.join(docs, "perf.md")
    with open(path, encoding="utf8") as f:
        text = f.read()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    new = before + section(os.path.join(docs, "perf"), m, figures) + after
    with open(path, "w", encoding="utf8") as f:
        f.write(new)
