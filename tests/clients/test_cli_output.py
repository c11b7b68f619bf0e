# SPDX-License-Identifier: Apache-2.0
"""Output: pipes, pages, what ^C does to them."""
import json
import os
import re
import xml.etree.ElementTree as ET

import pexpect

from test_cli_box import (CONF, MORE, PROMPT, Term, conf, has, lacks, same,
                          wait_until)


def lines_of(text):
    return [l for l in text.split("\n") if l != ""]


def test_op_104_match_except_find(box):
    """[OP-104]"""
    t = Term(box)
    has(t.run("show configuration | match HOST-NAME"), "host-name fw1;")
    text = t.run('show configuration | match "host-name|description"')
    same(len(lines_of(text)), 2)
    lacks(t.run("show configuration | except ge-"), "ge-0/0/0")
    text = t.run("show configuration | find ^security")
    has(text, "security {")
    lacks(text, "host-name")
    same(t.run("show configuration | match nothing-like-it"), "")
    has(t.run('show version | match "["'), "invalid regular expression")
    t.close()


def test_op_104_count_last_trim(box):
    """[OP-104]"""
    t = Term(box)
    n = len(lines_of(t.run("show configuration | no-more")))
    same(t.run("show configuration | count"), "Count: %d lines" % n)
    same(t.run("show configuration | match ge- | count"), "Count: 4 lines")
    same(t.run("show configuration | last 1"), "}")
    same(len(lines_of(t.run("show configuration | last 5"))), 5)
    same(t.run("show configuration system | trim 5"), "name fw1;")
    # Several in a row, each on what the one before lets through.
    same(t.run("show configuration | match zone | except security-zone | "
               "find from-zone | trim 8 | last 1 | count"), "Count: 1 lines")
    t.close()


def test_op_104_files(box):
    """[OP-104]"""
    t = Term(box)
    has(t.run("show version | match Host | save out.txt"),
        "Wrote 1 line of output to 'out.txt'")
    has(t.run("show version | match Host | append out.txt"),
        "Wrote 1 line of output to 'out.txt'")
    has(t.run("show version | match Host | tee tee.txt"), "Hostname: fw1")
    same(open(box.path("out.txt")).read(), "Hostname: fw1\n" * 2)
    same(open(box.path("tee.txt")).read(), "Hostname: fw1\n")
    has(t.run("show version | save /nowhere/at/all"), "error: could not write")
    t.close()


def test_op_104_display(box):
    """[OP-104]"""
    t = Term(box)
    xml = t.run("show version | display xml | no-more")
    same(ET.fromstring(xml).tag.split("}")[-1], "rpc-reply")
    assert "host-name" in xml
    has(t.run("show version | display xml rpc"), "<get-software-information")
    assert json.loads(t.run("show version | display json | no-more"))
    has(t.run("show configuration system | display set"),
        "set system host-name fw1")
    same(t.run("show configuration system | display set relative"),
         "set host-name fw1")
    tree = json.loads(t.run(
        "show configuration | display json | no-more"))
    same(tree["configuration"]["system"]["host-name"], "fw1")
    root = ET.fromstring(t.run(
        "show configuration | display xml | no-more"))
    assert any(e.tag.endswith("host-name") for e in root.iter())
    for words in ("inheritance", "inheritance no-comments",
                  "inheritance brief", "inheritance defaults",
                  "inheritance terse", "detail", "commit-scripts", "omit",
                  "changed"):
        has(t.run("show configuration system | display " + words),
            "host-name fw1;")
    has(t.run("show configuration | display set | match host-name | count"),
        "Count: 1 lines")
    has(t.run("show version | display set"), "syntax error.")
    t.close()


def test_op_104_inheritance(box):
    """[OP-104]"""
    t = Term(box)
    t.configure()
    t.run("set groups base system domain-name example.net", conf())
    t.run("set apply-groups base", conf())
    has(t.run("show system | display inheritance", conf()),
        "## 'example.net' was inherited from group 'base'",
        "domain-name example.net;")
    text = t.run("show system | display inheritance no-comments", conf())
    has(text, "domain-name example.net;")
    lacks(text, "##")
    text = t.run("show | display inheritance | display set", conf())
    has(text, "set system domain-name example.net")
    t.leave()
    t.close()


def test_op_116_compare(box):
    """[OP-116]"""
    t = Term(box)
    t.configure()
    t.run("set system domain-name example.org", conf())
    t.run("set security zones security-zone DMZ", conf())
    text = t.run("show | compare", conf())
    has(text, "[edit system]\n+  domain-name example.org;",
        "[edit security zones]\n+   security-zone DMZ"[:22])
    # Below a path only what is there.
    text = t.run("show system | compare", conf())
    has(text, "[edit system]", "+  domain-name example.org;")
    lacks(text, "DMZ")
    t.run("edit security zones", conf("security zones"))
    text = t.run("show | compare", conf("security zones"))
    has(text, "[edit security zones]", "DMZ")
    lacks(text, "domain-name")
    t.run("top", conf())
    has(t.run("show | compare rollback 0", conf()), "domain-name")
    has(t.run("show | compare rollback 49", conf()),
        "error: rollback 49: no such configuration")
    with open(box.path("other.conf"), "w") as f:
        f.write(CONF.replace("fw1", "fw9"))
    has(t.run("show | compare other.conf", conf()), "[edit system]",
        "-  host-name fw9;", "+  host-name fw1;")
    same(t.run("show | compare other.conf | match host-name | count", conf()),
         "Count: 2 lines")
    has(t.run("show | compare missing.conf", conf()), "error: cannot open")
    with open(box.path("bad.conf"), "w") as f:
        f.write("system { bogus; }\n")
    has(t.run("show | compare bad.conf", conf()),
        "error: the file is no configuration")
    t.leave()
    has(t.run("show configuration | compare other.conf"),
        "-  host-name fw9;", "+  host-name fw1;")
    t.close()


def test_op_117_pages(box):
    """[OP-117]"""
    t = Term(box, rows=10, columns=80)
    whole = lines_of(t.run("show configuration | no-more"))
    page = 9

    def at(text):
        """The lines of a page, as positions in the whole."""
        text = re.sub(r"---\(more( \d+%)?\)---", "", text)
        text = re.sub(r"\r +\r", "", text)
        return [l for l in text.replace("\r\n", "\n").split("\n")]

    text = t.type("show configuration\r", MORE)
    same(at(text)[1:1 + page], whole[:page])
    same(at(t.type(" ", MORE))[:page], whole[page:2 * page])  # a page
    same(at(t.type("\r", MORE))[:1], whole[2 * page:2 * page + 1])  # a line
    same(at(t.type("j", MORE))[:1], whole[2 * page + 1:2 * page + 2])
    same(at(t.type("\x1b[B", MORE))[:1], whole[2 * page + 2:2 * page + 3])
    same(at(t.type("d", MORE))[:4], whole[2 * page + 3:2 * page + 7])
    # Back: by a page, a line, half a page, to the top.
    same(at(t.type("b", MORE))[:page], whole[7:7 + page])
    same(at(t.type("k", MORE))[:page], whole[6:6 + page])
    same(at(t.type("\x1b[A", MORE))[:page], whole[5:5 + page])
    same(at(t.type("u", MORE))[:page], whole[1:1 + page])
    same(at(t.type("g", MORE))[:page], whole[:page])
    same(at(t.type("\x0c", MORE))[:page], whole[:page])
    # The rest at once.
    text = t.type("G", PROMPT)
    has(text, whole[page], whole[-1])
    # q drops the rest; the prompt is there.
    t.type("show configuration\r", MORE)
    text = t.type("q")
    lacks(text, whole[page + 1])
    t.type("show configuration\r", MORE)
    t.type("\x03", PROMPT)
    has(t.run("show version | match Host"), "Hostname: fw1")
    t.close()


def test_op_117_search(box):
    """[OP-117]"""
    t = Term(box, rows=10, columns=80)
    t.type("show configuration\r", MORE)
    text = t.type("/security-zone\r", MORE)
    has(text, "security-zone LAN")
    has(t.type("n", MORE), "security-zone WAN")
    has(t.type("?from-zone\r", MORE), "from-zone LAN to-zone WAN")
    # What is nowhere is said, and nothing is lost.
    has(t.type("/no such text\r", MORE), "Pattern not found")
    t.type("/something\x7f\x7f\x1b", MORE)  # given up
    has(t.type("h", MORE), "next page", "search forward")
    # Lines with and without a pattern, all again.
    text = t.type("mge-\r", PROMPT)
    for line in ("ge-0/0/0 {", "ge-0/0/1 {", "ge-0/0/1.0;"):
        has(text, line)
    lacks(text, "host-name")
    t.type("show configuration\r", MORE)
    lacks(t.type("e[{}]\r", MORE), "interfaces {")
    has(t.type("c", MORE), "system {")
    has(t.type("spage.txt\r", MORE), "Saving output to 'page.txt'")
    t.type("G", PROMPT)
    has(open(box.path("page.txt")).read(), "system {", "security {", "WAN")
    t.close()


def test_op_117_hold(box):
    """[OP-117]"""
    t = Term(box, rows=200)
    t.type("show version | hold\r", r"---\(more 100%\)---$")
    t.type("b", r"---\(more 100%\)---$")
    t.type("q", PROMPT)
    t.run("set cli screen-length 0")
    lacks(t.run("show configuration"), "(more")
    t.close()


def test_op_119_resolve(box):
    """[OP-119]"""
    t = Term(box)
    with open(box.path("addresses.txt"), "w") as f:
        f.write("127.0.0.1        lo0\n192.0.2.77 none\nv1.2.3.4.5 2001:db8::/32"
                " bad\n")
    text = t.run("file show addresses.txt | resolve full-names")
    has(text, "localhost", "        lo0\n192.0.2.77 none\n"
        "v1.2.3.4.5 2001:db8::/32 bad")
    same(t.run("file show addresses.txt | resolve").split("\n")[0],
         "localhost        lo0")
    t.close()


def test_op_140_refresh(box):
    """[OP-140]"""
    t = Term(box)
    t.p.send("show version | match Host | refresh 1\r")
    for _ in range(2):
        t.p.expect(r"---\(refreshed at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+\)---"
                   "\r\nHostname: fw1\r\n")
    t.type("\x03", PROMPT)
    has(t.run("show version | refresh 0"), "not within range (1..604800)")
    has(t.run("show version | refresh"), "missing argument.")
    t.close()


def test_op_114_messages(box):
    """[OP-114] Text and outputs for the other users."""
    t, other = Term(box), Term(box)
    user = re.search(r"(\w+)@fw1> $", t.type("\r")).group(1)
    t.run('request message all message "going down"')
    other.p.expect(r"Message from \w+@fw1 on pts/\d+ at \d\d:\d\d ...\r\n"
                   "going down\r\nEOF")
    other.type("\r", PROMPT)
    same(t.run("show version | match Host | request message all"), "")
    other.p.expect("Hostname: fw1\r\n")
    other.type("\r", PROMPT)
    t.run("show version | match Host | request message " + user)
    other.p.expect("Hostname: fw1\r\n")
    has(t.run("show version | request message nobody9"),
        "error: user 'nobody9' is not logged in")
    has(t.run("request message user nobody9 message x"),
        "error: user 'nobody9' is not logged in")
    has(t.run("show version | request"), "missing argument.")
    t.close()
    other.close()


def test_op_109_interrupt_output(box):
    """[OP-109]
    ^C in the middle: of an output without pages, of monitor, of ping."""
    t = Term(box)
    t.p.send("ping 192.0.2.99 count 1000\r")
    t.p.expect("PING 192.0.2.99")
    text = t.type("\x03", PROMPT)
    has(text, "ping statistics", "packet loss")
    t.p.send("monitor traffic interface ge-0/0/0\r")
    t.p.expect("[Ll]istening on ge-0/0/0")
    t.type("\x03", PROMPT)
    t.p.send("monitor security drops\r")
    t.p.expect("packets\r\n")
    t.type("\x03", PROMPT)
    has(t.run("show version | match Host"), "Hostname: fw1")
    t.close()


def test_op_113_files(box):
    """[OP-113]"""
    t = Term(box)
    t.run("show version | match Host | save a.txt")
    has(t.run("file list"), "a.txt")
    has(t.run("file list detail"), "a.txt", )
    has(t.run("file show a.txt"), "Hostname: fw1")
    same(t.run("file copy a.txt b.txt"), "")
    same(t.run("file compare a.txt b.txt"), "")
    with open(box.path("b.txt"), "a") as f:
        f.write("more\n")
    has(t.run("file compare a.txt b.txt"), "> more")
    has(t.run("file compare a.txt b.txt unified"), "+more")
    t.run("file rename b.txt c.txt")
    has(t.run("file checksum md5 c.txt"), "MD5 (c.txt) = ")
    has(t.run("file checksum sha1 c.txt"), "SHA1 (c.txt) = ")
    has(t.run("file checksum sha-256 c.txt"), "SHA256 (c.txt) = ")
    has(t.run("file show c.txt | count"), "Count: 2 lines")
    t.run("file delete c.txt")
    assert not os.path.exists(box.path("c.txt"))
    has(t.run("file delete c.txt"), "error: c.txt: No such file")
    has(t.run("file show c.txt"), "No such file or directory")
    # A name is a name, whatever is in it.
    same(t.run('file copy a.txt "x; touch y"'), "")
    assert os.path.exists(box.path("x; touch y"))
    assert not os.path.exists(box.path("y"))
    t.run("set cli directory /tmp")
    same(t.run("show cli directory"), "Current directory: /tmp")
    t.close()


def test_op_113_shell(box):
    """[OP-113]"""
    t = Term(box)
    same(t.run('start shell command "echo $((6 * 7))"'), "42")
    t.p.send("start shell\r")
    t.p.expect(r"[$#%>] $")
    t.p.send("echo $((6 * 7))\r")
    t.p.expect("42\r\n")
    t.type("exit\r", PROMPT)
    has(t.run("show version | match Host"), "Hostname: fw1")
    t.close()
    status, out, err = box.script("start shell\n")
    same((status, out, err), (1, "", "error: this needs a terminal\n"))
