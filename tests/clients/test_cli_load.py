# SPDX-License-Identifier: Apache-2.0
"""load and save, from files and from the terminal, in every form."""
import json

from test_cli_box import CONF, PROMPT, Term, conf, has, lacks, same

END = r"end input\]\r\n"

XML = """<configuration>
  <system><domain-name>xml.example</domain-name></system>
  <security><zones><security-zone><name>XMLZ</name></security-zone></zones>
  </security>
</configuration>
"""

JSON = json.dumps({"configuration": {
    "system": {"domain-name": "json.example"},
    "security": {"zones": {"security-zone": [{"name": "JSONZ"}]}}}})


def write(box, name, text):
    with open(box.path(name), "w") as f:
        f.write(text)


def test_op_105_terminal(box):
    """[OP-105] load ... terminal, ended by ^D on a line of its own."""
    t = Term(box)
    t.configure()
    for action, text, shown in (
            ("merge", "system { domain-name merged.example; }", "merged"),
            ("set", "set system domain-name set.example", "set.example"),
            ("replace", "system { replace: domain-name r.example; }",
             "r.example"),
            ("patch", "[edit system]\n+  domain-search [ p.example ];",
             "p.example"),
            ("merge", XML, "xml.example"),
            ("merge", JSON, "json.example")):
        t.type("load %s terminal\r" % action, END)
        for line in text.rstrip("\n").split("\n"):
            t.p.send(line + "\r")
            t.p.expect_exact("\r\n")
        has(t.type("\x04", conf()), "load complete")
        has(t.run("show system", conf()), shown)
    t.leave()
    t.close()


def test_op_105_terminal_errors(box):
    """[OP-105]"""
    t = Term(box)
    t.configure()
    t.type("load merge terminal\r", END)
    t.type("system {\r", "{\r\n")
    t.type("    bogus 1;\r", ";\r\n")
    t.type("}\r", "}\r\n")
    has(t.type("\x04", conf()), "terminal:2:(", "syntax error: bogus",
        "load complete (1 errors)")
    same(t.run("show | compare", conf()), "")
    # The good lines of set commands stay.
    t.type("load set terminal\r", END)
    t.type("set system domain-name kept.example\r", "kept.example\r\n")
    t.type("set system bogus\r", "bogus\r\n")
    has(t.type("\x04", conf()), "terminal:2:(", "load complete (1 errors)")
    has(t.run("show system", conf()), "kept.example")
    # ^C gives it up.
    t.type("load merge terminal\r", END)
    t.type("system { domain-name lost.example; }\r", "}\r\n")
    lacks(t.type("\x03", conf()), "load complete")
    lacks(t.run("show system", conf()), "lost.example")
    t.leave()
    t.close()


def test_op_105_relative(box):
    """[OP-105]"""
    t = Term(box)
    t.configure()
    t.run("edit security zones", conf("security zones"))
    t.type("load merge terminal relative\r", END)
    t.type("security-zone REL;\r", ";\r\n")
    has(t.type("\x04", conf("security zones")), "load complete")
    has(t.run("show", conf("security zones")), "security-zone REL")
    t.run("top", conf())
    t.leave()
    t.close()


def test_op_147_forms(box):
    """[OP-147]
    Text, set lines, XML and JSON in files: the content tells which."""
    write(box, "c.txt", "system { domain-name curly.example; }\n")
    write(box, "c.set", "set system domain-name set.example\n")
    write(box, "c.xml", "<?xml version=\"1.0\"?>\n" + XML)
    write(box, "c.json", "\n  " + JSON)
    write(box, "reply.xml", "<rpc-reply>\n%s</rpc-reply>\n" % XML)
    t = Term(box)
    t.configure()
    for action, name, shown in (
            ("merge", "c.txt", "curly.example"),
            ("replace", "c.txt", "curly.example"),
            ("update", "cli.conf", "host-name fw1"),
            ("override", "cli.conf", "host-name fw1"),
            ("set", "c.set", "set.example"),
            ("merge", "c.xml", "xml.example"),
            ("merge", "reply.xml", "xml.example"),
            ("replace", "c.json", "json.example")):
        has(t.run("load %s %s" % (action, name), conf()), "load complete")
        has(t.run("show system", conf()), shown)
        t.run("rollback", conf())
    # What the box prints in any form, it reads.
    for form in ("xml", "json", "set"):
        t.run("run show configuration | display %s | save whole.%s" %
              (form, form), conf())
        t.run("load %s whole.%s" %
              ("set" if form == "set" else "override", form), conf())
        same(t.run("show | compare", conf()), "")
    t.leave()
    t.close()


def test_op_147_errors(box):
    """[OP-147]"""
    write(box, "bad.xml", "<configuration><system></configuration>")
    write(box, "bad.json", '{ "configuration" : { "system" : ')
    write(box, "other.xml", "<hello/>")
    write(box, "unknown.xml",
          "<configuration><bogus>1</bogus></configuration>")
    t = Term(box)
    t.configure()
    for name in ("bad.xml", "bad.json", "other.xml"):
        has(t.run("load merge " + name, conf()), "error: %s: " % name)
    has(t.run("load merge unknown.xml", conf()), "bogus",
        "load complete (1 errors)")
    has(t.run("load set c.xml", conf()), "load complete (1 errors)")
    has(t.run("load merge missing.conf", conf()), "error: cannot open "
        "'missing.conf': No such file or directory")
    has(t.run("load bogus x", conf()), "syntax error.")
    has(t.run("load merge", conf()), "missing argument.")
    same(t.run("show | compare", conf()), "")
    t.leave()
    t.close()


def test_op_105_save(box):
    """[OP-105]"""
    t = Term(box)
    t.configure()
    has(t.run("save saved.conf", conf()), "Wrote ", " lines of configuration "
        "to 'saved.conf'")
    has(open(box.path("saved.conf")).read(), "host-name fw1;")
    t.run("edit security zones", conf("security zones"))
    has(t.run("save zones.conf", conf("security zones")), "Wrote")
    lacks(open(box.path("zones.conf")).read(), "host-name")
    has(t.run("save terminal", conf("security zones")),
        "security-zone LAN {", "Wrote")
    has(t.run("save /nowhere/x", conf("security zones")), "error: cannot write")
    t.run("top", conf())
    has(t.run("load override saved.conf", conf()), "load complete")
    same(t.run("show | compare", conf()), "")
    t.leave()
    t.close()


def test_op_105_long_lines(box):
    """[OP-105] A line longer than the terminal driver takes at once."""
    t = Term(box)
    t.configure()
    names = " ".join("n%04d.example" % i for i in range(600))
    t.type("load set terminal\r", END)
    t.p.send("set system domain-search [ %s ]\r" % names)
    t.p.expect_exact("\r\n")
    has(t.type("\x04", conf()), "load complete")
    has(t.run("show system | display set | match n0599 | count", conf()),
        "Count: 1 lines")
    t.leave()
    t.close()
