#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Documents of the configuration language, made from schema/*.schema.

  schemadoc.py man FILE SCHEMA...     vrflow.conf(5)
  schemadoc.py pages DIR SCHEMA...    one Markdown page per hierarchy
  schemadoc.py check DIR SCHEMA...    are those pages up to date?
"""
import os
import re
import sys

import schemagen

DATE = "November 23, 2026"
FORMS = {
    "string": "text", "name": "name", "word": "word", "ip": "address",
    "ip4": "IPv4 address", "ip6": "IPv6 address", "prefix": "address/length",
    "prefix4": "IPv4 address/length", "prefix6": "IPv6 address/length",
    "net": "prefix", "net4": "IPv4 prefix", "net6": "IPv6 prefix",
    "ifd": "physical interface", "ifl": "logical interface",
    "mac": "MAC address", "time": "hh:mm or hh:mm:ss",
    "port": "number, service name or LOW-HIGH", "protocol": "number or name",
    "hostname": "host name", "nexthop": "address or interface",
    "icmptype": "number, name or LOW-HIGH",
    "icmpcode": "number, name or LOW-HIGH",
    "rib": "[INSTANCE.]inet.0 or inet6.0",
    "scaled": "number, may end in k, m or g", "date": "date",
    "masklen": "prefix length", "wildcard": "address/wildcard mask",
    "regex": "regular expression",
}
STATUS = {"supported": "supported", "accepted": "accepted without effect",
          "hidden": "supported, not offered by completion"}


def read(paths):
    reader, body = schemagen.Reader(), []
    for path in paths:
        body += reader.read(path)
    root = schemagen.Node("container", "configuration", "root")
    root.children = reader.expand(body)
    return root, schemagen.Writer(reader.words)


def type_text(writer, t):
    """What may be written: `1 to 32`, `any, all`, `prefix`."""
    kind, lo, hi, also = t
    words = ", ".join(writer.word_list(also))
    if kind == "enum":
        return words
    if kind in ("u32", "u64"):
        text = f"{lo} to {hi}"
    elif kind == "scaled" and hi:
        text = f"{lo} to {hi}, may end in k, m or g"
    elif hi:
        text = f"{FORMS[kind]} of {lo} to {hi} characters"
    else:
        text = FORMS[kind]
    return text + (", or " + words if words else "")


def syntax(node):
    """The words of the statement; (True, text) is a place to fill in."""
    out = [] if node.word is None else [(False, node.word)]
    for i, (name, _, word) in enumerate(node.keys):
        if word:
            out.append((False, word))
        out.append((True, node.ph if node.ph and len(node.keys) == 1
                    else name))
    if node.type is not None:
        out.append((True, node.ph or node.name))
    if node.kind == "any":
        out.append((True, "..."))
    return out


def plain(words):
    return " ".join(f"<{w}>" if hole else w for hole, w in words)


def value_text(writer, node):
    if node.type is not None:
        text = type_text(writer, node.type)
        return text + ("; several" if node.kind == "leaf-list" else "")
    if node.keys:
        return "; ".join(type_text(writer, t) for _, t, _ in node.keys)
    return ""


def meaning(node):
    text = node.help or ""
    notes = []
    if "mandatory" in node.flags:
        notes.append("must be there")
    if node.choice:
        notes.append(f"excludes the other ways to say {node.choice}")
    if "ordered" in node.flags:
        notes.append("the order has a meaning")
    refs = [r for r in node.refs + node.ref2 if r.startswith("/")]
    if refs:
        notes.append("must be defined at "
                     + " or ".join(r.strip("/").replace("/", " ")
                                   for r in refs))
    if not text:
        text = node.name.replace("-", " ").capitalize()
    return text + (" (" + "; ".join(notes) + ")" if notes else "")


def levels(node, path, accepted, out):
    """Every level that holds statements: (path, node, rows)."""
    rows, deeper = [], []
    for c in node.children:
        status = "accepted" if accepted else c.status
        rows.append((c, status))
        if c.children:
            deeper.append((c, status == "accepted"))
    out.append((path, node, rows))
    for c, low in deeper:
        levels(c, path + syntax(c), low, out)


def count(node, accepted, totals):
    for c in node.children:
        status = "accepted" if accepted or c.status == "accepted" \
            else "supported"
        totals[status] += 1
        count(c, status == "accepted", totals)
    return totals


# ---- Markdown ----

def cell(text):
    return re.sub(r"([|<>*_\[\]])", r"\\\1", text)


def page(writer, top):
    found = []
    levels(top, syntax(top), top.status == "accepted", found)
    out = [f"# {plain(syntax(top))}", "",
           f"{meaning(top)}. Made from schema/ by `tools/update-reference.sh`;"
           " [all hierarchies](README.md).", ""]
    for path, _, rows in found:
        out += [f"## [edit {plain(path)}]".replace("<", "\\<"), "",
                "| statement | value | default | status | meaning |",
                "|---|---|---|---|---|"]
        for c, status in rows:
            out.append(f"| `{plain(syntax(c))}` "
                       f"| {cell(value_text(writer, c))} "
                       f"| {cell(c.default or '')} | {STATUS[status]} "
                       f"| {cell(meaning(c))} |")
        out.append("")
    return "\n".join(out)


def pages(root, writer):
    files = {}
    rows, total = [], {"supported": 0, "accepted": 0}
    for top in root.children:
        low = top.status == "accepted"
        n = {"supported": 0, "accepted": 0}
        n["accepted" if low else "supported"] += 1
        count(top, low, n)
        for k in total:
            total[k] += n[k]
        name = f"`{plain(syntax(top))}`"
        if top.children:
            files[f"{top.name}.md"] = page(writer, top)
            name = f"[{name}]({top.name}.md)"
        rows.append(f"| {name} | {n['supported']} | {n['accepted']} "
                    f"| {cell(meaning(top))} |")
    head = ["# Reference of the configuration", "",
            "Every statement that vrflow knows: its value and range, its"
            " default, what it means", "and its status. *Supported* has an"
            " effect. *Accepted without effect* is read, kept,", "printed and"
            " sent to clients, and a commit warns of it. Any other statement"
            " is a", "syntax error. `vrflow check-config FILE` says which of"
            " them a configuration uses.", "",
            "The same is the manual page vrflow.conf(5). Everywhere"
            " `apply-groups`,", "`apply-groups-except` and `apply-macro` may"
            " stand as well.", "",
            "Made from schema/ by `tools/update-reference.sh`.", "",
            "| hierarchy | supported | accepted | meaning |",
            "|---|---|---|---|"]
    rows.append(f"| together | {total['supported']} | {total['accepted']} | |")
    files["README.md"] = "\n".join(head + rows) + "\n"
    return files


def write_pages(where, files):
    os.makedirs(where, exist_ok=True)
    for old in os.listdir(where):
        if old.endswith(".md") and old not in files:
            os.unlink(os.path.join(where, old))
    for name, text in files.items():
        with open(os.path.join(where, name), "w", encoding="ascii") as f:
            f.write(text)


def check_pages(where, files):
    stale = [n for n in os.listdir(where)
             if n.endswith(".md") and n not in files]
    for name, text in files.items():
        try:
            with open(os.path.join(where, name), encoding="ascii") as f:
                if f.read() != text:
                    stale.append(name)
        except FileNotFoundError:
            stale.append(name)
    for name in sorted(stale):
        print(f"{where}/{name} is not what schema/ says; run "
              "tools/update-reference.sh")
    return 1 if stale else 0


# ---- mdoc ----

def mdoc(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in ".'" else text


def mdoc_words(words):
    out = []
    for hole, w in words:
        w = mdoc(w).replace('"', "\\(dq")
        # A word of two or three letters could be taken for a macro.
        w = "\\&" + w if len(w) <= 3 else w
        out.append(("Ar " if hole else "Cm ") + w)
    return " ".join(out)


def man_level(writer, path, rows):
    out = [f".Ss [edit {mdoc(plain(path))}]" if path
           else ".Ss The top level", ".Bl -tag -width Ds"]
    for c, status in rows:
        out.append(".It " + mdoc_words(syntax(c)))
        out.append(mdoc(meaning(c)).rstrip(".") + ".")
        value = value_text(writer, c)
        if value:
            out.append(mdoc(f"Value: {value}.").rstrip())
        if c.default:
            out.append(mdoc(f"Default: {c.default}."))
        if status != "supported":
            out.append(mdoc(STATUS[status][0].upper()
                            + STATUS[status][1:] + "."))
    out.append(".El")
    return out


INTRO = r"""is the committed configuration of
.Xr vrflowd 8 ,
in the syntax of Junos: statements in curly braces, or lines of
.Cm set .
Commits of
.Xr vrflow 1
are stored there, and earlier ones beside it in
.Pa vrflow.conf.1
to
.Pa vrflow.conf.49 .
.Pp
This page lists every statement, level by level: its meaning, its value with
the range, and its default if it has one.
A statement is supported unless it says
.Dq Accepted without effect :
that is read, kept and printed, and a commit warns of it.
Any other statement is a syntax error, and nothing is applied.
.Nm vrflow Cm check-config Ar file
counts the three kinds in a configuration.
.Pp
Every level may also hold
.Cm apply-groups ,
.Cm apply-groups-except
and
.Cm apply-macro ."""

OUTRO = r""".Sh FILES
.Bl -tag -width Ds -compact
.It Pa /etc/vrflow/vrflow.conf
the configuration
.It Pa /etc/vrflow/vrflow.conf.1 No to Pa 49
earlier ones, for
.Ic rollback
.El
.Sh EXAMPLES
.Bd -literal -offset indent
interfaces {
    ge-0/0/0 {
        unit 0 {
            family inet {
                address 192.0.2.1/24;
            }
        }
    }
}
.Ed
.Sh SEE ALSO
.Xr vrflow 1 ,
.Xr vrflow-netconf 8 ,
.Xr vrflowd 8"""


def man(root, writer):
    found = []
    levels(root, [], False, found)
    out = ['.\\" Made by tools/schemadoc.py from schema/: do not edit.',
           f".Dd {DATE}", ".Dt VRFLOW.CONF 5", ".Os vrflow", ".Sh NAME",
           ".Nm vrflow.conf", ".Nd configuration of vrflowd",
           ".Sh DESCRIPTION", ".Nm", INTRO, ".Sh STATEMENTS"]
    for path, _, rows in found:
        out += man_level(writer, path, rows)
    return "\n".join(out + [OUTRO, ""])


def main(argv):
    if len(argv) < 4 or argv[1] not in ("man", "pages", "check"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        root, writer = read(argv[3:])
    except schemagen.SchemaError as e:
        print(f"schemadoc: {e}", file=sys.stderr)
        return 1
    if argv[1] == "check":
        return check_pages(argv[2], pages(root, writer))
    if argv[1] == "pages":
        write_pages(argv[2], pages(root, writer))
        return 0
    with open(argv[2], "w", encoding="ascii") as f:
        f.write(man(root, writer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
