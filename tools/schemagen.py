#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compile the statement schema (schema/*.schema) into constant C tables.

The language, one statement per line, `{` at the end of a line opens a level:

  KIND NAME [TYPE] [attribute...] ["help"] [{]

KIND       container, presence, list, leaf, leaf-list, flag, any,
           words NAME w w ...   a named set of words,
           define NAME { ... }  statements to be repeated by `use NAME`.
TYPE       of leaf and leaf-list: KIND[:MIN..MAX][|word,word,@set]
           (enum:@set or enum:a,b,c for words only).
attributes word=W (CLI word; - for none), key=NAME:TYPE, key2=NAME:TYPE[@W],
           ref=P[,P], ref2=P (of key2), default=V, ph=PLACEHOLDER, choice=NAME,
           oneliner, plus, group, inline, ordered, mandatory, accepted, hidden,
           secret, open,
           top (its statements are those of the top that follow it).
"""
import re
import sys

KINDS = {"container", "presence", "list", "leaf", "leaf-list", "flag", "any"}
FLAGS = ["oneliner", "plus", "group", "inline", "ordered", "mandatory",
         "secret", "open", "top"]
TYPES = {"string", "name", "word", "u32", "u64", "enum", "ip", "ip4", "ip6",
         "prefix", "prefix4", "prefix6", "net", "net4", "net6", "ifd", "ifl",
         "mac", "time", "port", "protocol", "hostname", "nexthop", "icmptype",
         "icmpcode", "rib", "scaled", "date", "masklen", "wildcard",
         "regex"}
VALUES = {"word", "key", "key2", "ref", "ref2", "default", "ph", "choice"}


class SchemaError(Exception):
    pass


class Node:
    def __init__(self, kind, name, where):
        self.kind, self.name, self.where = kind, name, where
        self.word, self.help, self.type = name, "", None
        self.keys, self.refs, self.ref2 = [], [], []
        self.default = self.ph = None
        self.choice, self.status = None, "supported"
        self.flags, self.children = set(), []


class Reader:
    def __init__(self):
        self.words, self.defines = {}, {}

    def tokens(self, line):
        out = re.findall(r'"[^"]*"|[^\s"]+', line)
        cut = [i for i, t in enumerate(out) if t.startswith("#")]
        return out[:cut[0]] if cut else out

    def read(self, path):
        stack = [[]]
        for number, line in enumerate(open(path, encoding="ascii"), 1):
            where = f"{path}:{number}"
            t = self.tokens(line)
            if not t:
                continue
            if t == ["}"]:
                stack.pop()
                if not stack:
                    raise SchemaError(f"{where}: too many }}")
                continue
            opens = t[-1] == "{"
            if opens:
                t.pop()
            body = self.statement(t, where, stack[-1])
            if opens:
                if body is None:
                    raise SchemaError(f"{where}: {t[0]} takes no level")
                stack.append(body)
        if len(stack) != 1:
            raise SchemaError(f"{path}: missing }}")
        return stack[0]

    def statement(self, t, where, into):
        if t[0] == "words":
            self.words.setdefault(t[1], []).extend(t[2:])
            return None
        if t[0] == "define":
            self.defines[t[1]] = []
            return self.defines[t[1]]
        if t[0] == "use":
            into.append(("use", t[1], where))
            return None
        if t[0] not in KINDS or len(t) < 2:
            raise SchemaError(f"{where}: unknown statement {t[0]}")
        node = Node(t[0], t[1], where)
        rest = t[2:]
        if node.kind in ("leaf", "leaf-list"):
            if not rest or "=" in rest[0]:
                raise SchemaError(f"{where}: type expected")
            node.type = self.type(rest.pop(0), where)
        for a in rest:
            self.attribute(node, a, where)
        if (node.kind == "list") != bool(node.keys):
            raise SchemaError(f"{where}: list and key belong together")
        into.append(node)
        return node.children

    def attribute(self, node, a, where):
        if a.startswith('"'):
            node.help = a[1:-1]
        elif a in FLAGS:
            node.flags.add(a)
        elif a in ("accepted", "hidden"):
            node.status = a
        elif "=" in a and a.split("=", 1)[0] in VALUES:
            self.value(node, *a.split("=", 1), where)
        else:
            raise SchemaError(f"{where}: unknown attribute {a}")

    def value(self, node, k, v, where):
        if k == "word":
            node.word = None if v == "-" else v
        elif k in ("key", "key2"):
            name, spec = v.split(":", 1)
            word = None
            m = re.fullmatch(r"(.*[^|,:])@([a-z-]+)", spec)
            if k == "key2" and m:
                spec, word = m.group(1), m.group(2)
            node.keys.append((name, self.type(spec, where), word))
        elif k == "ref":
            node.refs = v.split(",")
        elif k == "ref2":
            node.ref2 = v.split(",")
        else:
            setattr(node, k, v)

    def type(self, spec, where):
        base, _, also = spec.partition("|")
        kind, _, arg = base.partition(":")
        if kind not in TYPES:
            raise SchemaError(f"{where}: unknown type {kind}")
        lo, hi = 0, {"u32": 2**32 - 1, "u64": 2**64 - 1}.get(kind, 0)
        if kind == "enum":
            also = arg
        elif arg:
            lo, hi = (int(x) for x in arg.split(".."))
        return (kind, lo, hi, tuple(x for x in also.split(",") if x))

    def expand(self, body):
        """Copy body with every `use` replaced by its definition."""
        out = []
        for n in body:
            if isinstance(n, tuple):
                if n[1] not in self.defines:
                    raise SchemaError(f"{n[2]}: {n[1]} is not defined")
                out += self.expand(self.defines[n[1]])
                continue
            c = Node(n.kind, n.name, n.where)
            c.__dict__.update(n.__dict__)
            c.children = self.expand(n.children)
            out.append(c)
        seen = set()
        for n in out:
            if n.name in seen:
                raise SchemaError(f"{n.where}: {n.name} occurs twice")
            seen.add(n.name)
        return out


def cstr(s):
    if s is None:
        return "NULL"
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Writer:
    """Nodes in one array, the children of a node side by side."""

    def __init__(self, words):
        self.sets, self.types, self.lists = words, {}, {}
        self.out, self.nodes, self.keys = [], [], []

    def word_list(self, spec):
        flat = []
        for w in spec:
            flat += self.sets[w[1:]] if w.startswith("@") else [w]
        return tuple(flat)

    def words(self, flat):
        if not flat:
            return "NULL"
        if flat not in self.lists:
            name = f"words_{len(self.lists)}"
            self.lists[flat] = name
            self.out.append(f"static const char *const {name}[] = {{"
                            + ", ".join(cstr(w) for w in flat) + ", NULL};")
        return self.lists[flat]

    def type(self, t):
        if t is None:
            return "NULL"
        if t not in self.types:
            kind, lo, hi, also = t
            w = self.words(self.word_list(also))
            name = f"type_{len(self.types)}"
            self.types[t] = name
            self.out.append(
                f"static const struct schema_type {name} = {{ST_{kind.upper()},"
                f" {lo}u, {hi}u, {w}}};".replace("u,", "ull,"))
        return "&" + self.types[t]

    def key_table(self, node):
        if not node.keys:
            return "NULL"
        refs = [node.refs, node.ref2]
        rows = []
        for i, (name, t, word) in enumerate(node.keys):
            rows.append(f"{{{cstr(name)}, {cstr(word)}, {self.type(t)}, "
                        f"{self.words(tuple(refs[i]))}}}")
        name = f"keys_{len(self.keys)}"
        self.keys.append(name)
        self.out.append(f"static const struct schema_key {name}[] = {{"
                        + ", ".join(rows) + "};")
        return name

    def place(self, root):
        """Give every node its index, breadth first."""
        order = [root]
        root.parent = -1
        at = 0
        while at < len(order):
            n = order[at]
            n.first = len(order)
            for c in n.children:
                c.parent = at
                order.append(c)
            at += 1
        return order

    def statements(self, n, i):
        """Where its statements begin, and how many there are."""
        if "top" in n.flags:
            return f"&nodes[{i + 1}]", self.top - i
        if not n.children:
            return "NULL", 0
        return f"&nodes[{n.first}]", len(n.children)

    def row(self, n, i):
        choices = sorted({c.choice for c in n.children if c.choice})
        for c in n.children:
            c.choice_id = choices.index(c.choice) + 1 if c.choice else 0
        flags = "|".join("SCHEMA_" + f.upper() for f in FLAGS if f in n.flags)
        kind = n.kind.upper().replace("-", "_")
        first, count = self.statements(n, i)
        parent = f"&nodes[{n.parent}]" if n.parent >= 0 else "NULL"
        return (f"\t{{{cstr(n.name)}, {cstr(n.word)}, {cstr(n.help)}, "
                f"{cstr(n.ph)}, {cstr(n.default)}, {self.type(n.type)}, "
                f"{self.key_table(n)}, "
                f"{self.words(tuple(n.refs) if not n.keys else ())}, "
                f"{parent}, {first}, {count}, {i}, "
                f"{flags or 0}, SCHEMA_{kind}, SCHEMA_{n.status.upper()}, "
                f"{getattr(n, 'choice_id', 0)}, {len(n.keys)}}},")

    def write(self, root):
        order = self.place(root)
        self.top = len(root.children)
        rows = [self.row(n, i) for i, n in enumerate(order)]
        head = ["/* Made by tools/schemagen.py from schema/: do not edit. */",
                '#include "config/schema.h"', "", "#include <stddef.h>", "",
                f"static const struct schema_node nodes[{len(order)}];"]
        tail = [f"static const struct schema_node nodes[{len(order)}] = {{"]
        tail += rows + ["};", "",
                        "const struct schema_node *const schema_root = "
                        "&nodes[0];",
                        f"const unsigned int schema_count = {len(order)};", ""]
        return "\n".join(head + self.out + tail)


def main(argv):
    reader = Reader()
    body = []
    try:
        for path in argv[2:]:
            body += reader.read(path)
        root = Node("container", "configuration", "root")
        root.children = reader.expand(body)
        text = Writer(reader.words).write(root)
    except (SchemaError, KeyError, ValueError) as e:
        print(f"schemagen: {e}", file=sys.stderr)
        return 1
    with open(argv[1], "w", encoding="ascii") as f:
        f.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
