# SPDX-License-Identifier: Apache-2.0
"""What keys do: completion, help, editing, history."""
import os

from test_cli_box import MORE, PROMPT, Term, conf, has, lacks, same


def test_op_100_abbreviations(box):
    """[OP-100]"""
    t = Term(box)
    has(t.run("sh ver | m Host"), "Hostname: fw1")
    has(t.run("sh int te ge-0/0/0"), "ge-0/0/0")
    has(t.run("sh conf sys ho"), "host-name fw1;")
    t.configure()
    t.run("set sys ho fw1", conf())
    has(t.run("ru sh ver | m Host", conf()), "Hostname: fw1")
    t.run("ed sec zo sec LAN", conf("security zones security-zone LAN"))
    t.run("up", conf("security zones"))
    t.run("top", conf())
    t.leave()
    t.close()


def test_op_101_carets(box):
    """[OP-101]
    Under the word, the width of the prompt included, as Junos has it."""
    t = Term(box)
    width = len(t.type("\r").split("\n")[-1])
    for line, at, message in (
            ("blah", 0, "unknown command."),
            ("show foo", 5, "syntax error, expecting <command>."),
            ("show system", 12, "syntax error, expecting <command>."),
            ("ping", 4, "missing argument."),
            ("show route table", 16, "missing argument."),
            ("show version | foo", 15, "syntax error."),
            ("show version | match", 20, "missing argument."),
            ("show route 300.1.2.3", 11,
             "invalid ip address or hostname: '300.1.2.3'"),
            ("set cli screen-length 99999", 22,
             "Value 99999 is not within range (0..10000)"),
            ("show c", 5, "'c' is ambiguous.\nPossible completions:")):
        has("\n" + t.run(line), "\n" + " " * (width + at) + "^\n" + message)
    t.configure()
    for line, at, message in (
            ("set system host-name", 20, "missing argument."),
            ("set system bogus", 11, "syntax error."),
            ("blah", 0, "unknown command."),
            ("set interfaces ge-0/0/0 mtu 99999", 28,
             "Value 99999 is not within range (256..9192)"),
            ("co", 0, "'co' is ambiguous.")):
        has("\n" + t.run(line, conf()),
            "\n" + " " * (width + at) + "^\n" + message)
    t.leave()
    t.close()


def test_op_142_help_values(box):
    """[OP-142]
    `?` offers what exists: interfaces, zones, instances, enumerations."""
    t = Term(box, rows=400)
    for line, words in (
            ("show interfaces ", ("ge-0/0/0", "ge-0/0/0.0", "ge-0/0/1")),
            ("show security zones ", ("LAN", "WAN")),
            ("show security policies from-zone ", ("LAN", "WAN")),
            ("show route instance ", ("TENANT",)),
            ("show route table ", ("TENANT.inet.0", "inet.0")),
            ("show arp interface ", ("ge-0/0/0.0",)),
            ("show security flow session protocol ", ("icmp", "tcp", "udp")),
            ("show security flow session application ",
             ("http", "ssh")),
            ("show configuration security zones security-zone ",
             ("LAN", "WAN")),
            ("set cli complete-on-space ", ("off", "on")),
            ("help syslog ", ("RT_FLOW_SESSION_CREATE", "UI_COMMIT"))):
        text = t.type(line + "?", r"Possible completions:(?s:.*)> " +
                      line.strip().replace(".", r"\.") + " $")
        has(text, *("\r\n  " + w for w in words))
        t.type("\x03", PROMPT)
    t.close()


def test_op_142_help_in_configuration(box):
    """[OP-142]"""
    t = Term(box, rows=200)
    t.configure()
    for line, words in (
            ("set interfaces ", ("ge-0/0/0", "ge-0/0/1")),
            ("set security zones security-zone ", ("LAN", "WAN")),
            ("set security policies from-zone ", ("LAN", "WAN")),
            ("set security policies from-zone LAN to-zone WAN policy new "
             "match source-address ", ("HOSTS", "[")),
            ("set routing-instances TENANT instance-type ",
             ("virtual-router",)),
            ("set routing-instances TENANT interface ",
             ("ge-0/0/0.0", "ge-0/0/1.0")),
            ("set interfaces ge-0/0/0 mtu ", ("<mtu>", "(256..9192)")),
            ("delete interfaces ", ("ge-0/0/0",)),
            ("show security ", ("> policies", "> zones")),
            ("edit security ", ("> policies", "> zones")),
            ("rollback ", ("rescue",)),
            ("load ", ("merge", "override", "patch", "replace", "set",
                       "update")),
            ("commit ", ("and-quit", "at", "check", "comment", "confirmed")),
            ("show | ", ("compare", "display")),
            ("show | display ", ("inheritance", "json", "set", "xml")),
            ("show | compare ", ("rollback",)),
            ("top ", ("delete", "set", "show")),
            ("up ", ("<count>", "set", "show")),
            ("run show ", ("interfaces", "route", "security")),
            ("help ", ("apropos", "reference", "syslog", "tip", "topic"))):
        quoted = line.strip().replace("|", r"\|").replace(".", r"\.")
        text = t.type(line + "?", r"Possible completions:(?s:.*)# " + quoted +
                      " $")
        text = text.replace("\r\n> ", "\r\n  > ").replace("\r\n+ ",
                                                          "\r\n  + ")
        for w in words:
            has(text, "\r\n  ", w)
        t.type("\x03", conf())
    t.leave()
    t.close()


def test_op_110_space_and_tab(box):
    """[OP-110]"""
    t = Term(box)
    # A space completes a keyword, and nothing that is ambiguous.
    t.type("sh", "sh$")
    t.type(" ", "ow $")
    t.type("int", "int$")
    t.type(" ", "erfaces $")
    t.type("ter\r", PROMPT)
    # Tab completes keywords and names; what is ambiguous up to where it is.
    t.type("show interf\t", "aces $")
    t.type("ge\t", "-0/0/$")
    t.type("0.\t", "0 $")
    has(t.type("terse\r"), "ge-0/0/0.0")
    # A name is completed by Tab only: the blank may end a new one.
    t.type("show security zones L", "zones L$")
    t.type("\t", "AN $")
    has(t.type("\r"), "zone: LAN")
    # Tab where several fit lists them.
    has(t.type("show security zones \t", r"WAN(?s:.*)zones $"),
        "Possible completions", "LAN", "WAN")
    t.type("\x03", PROMPT)
    t.run("set cli complete-on-space off")
    t.type("sh ver | m Host", r"sh ver \| m Host$")
    has(t.type("\r"), "Hostname: fw1")
    t.run("set cli complete-on-space on")
    t.close()


def test_op_142_file_names(box):
    """[OP-142]"""
    os.makedirs(box.path("files/below"), exist_ok=True)
    for name in ("alpha.conf", "alpine.conf", "below/inner.txt"):
        with open(box.path("files/" + name), "w") as f:
            f.write("system { host-name %s; }\n" % name.split(".")[0])
    t = Term(box)
    t.type("file show files/al\t", "p$")
    has(t.type("?", "files/alp$"), "files/alpha.conf", "files/alpine.conf")
    t.type("h\t", r"a\.conf $")
    has(t.type("\r"), "host-name alpha;")
    t.type("file list files/b\t", "elow/$")
    has(t.type("\r"), "inner.txt")
    t.type("show version | save files/al\t", "p$")
    t.type("\x03", PROMPT)
    t.configure()
    t.type("load merge files/alpi\t", r"ne\.conf $")
    t.type("\x03", conf())
    t.type("save files/bel\t", "ow/$")
    t.type("\x03", conf())
    t.leave()
    t.close()


def test_op_144_editing_keys(box):
    """[OP-144]
    The keys of Junos; the screen moves, so only results are looked at."""
    t = Term(box)

    def result(keys, want):
        t.p.send(keys + "\r")
        t.p.expect(want)
        t.p.expect(PROMPT)

    result("ow version\x01sh", "Hostname: fw1")  # ^A
    result("how version\x01s\x05 | match Host", "Hostname: fw1")  # ^E
    result("show version bogus\x17", "Hostname: fw1")  # ^W
    result("nonsense\x15show version", "Hostname: fw1")  # ^U
    result("show version bogus\x1bb\x0b", "Hostname: fw1")  # esc-b ^K
    result("show xx version\x1bb\x1bb\x1bd\x04", "Hostname: fw1")  # esc-d ^D
    result("version\x01show \x05", "Hostname: fw1")
    result("sxhow version\x01\x06\x04", "Hostname: fw1")  # ^F ^D
    result("shw version\x01\x1bf\x02o", "Hostname: fw1")  # esc-f ^B
    result("show versionx\x7f", "Hostname: fw1")
    result("show versionx\x08", "Hostname: fw1")
    result("show version\x15\x19", "Hostname: fw1")  # ^U ^Y
    result("show ver\x0c", "Hostname: fw1")  # ^L
    t.close()


def test_op_144_history(box):
    """[OP-144]"""
    t = Term(box)
    t.run("show version | match Host")
    t.run("show cli directory")
    for keys in ("\x10\x10", "\x1b[A\x1b[A", "\x1bOA\x1bOA"):  # ^P, up, up
        t.p.send(keys + "\r")
        t.p.expect("Hostname: fw1")
        t.p.expect(PROMPT)
        t.run("show cli directory")
    t.p.send("\x12match")  # ^R
    t.p.send("\r")
    t.p.expect("Hostname: fw1")
    t.p.expect(PROMPT)
    text = t.run("show cli history")
    has(text, " -- show version | match Host\n", " -- show cli directory\n",
        " -- show cli history")
    same(len(t.run("show cli history 2").splitlines()), 2)
    t.close()


def test_op_145_wide_lines(box):
    """[OP-145]
    A line longer than the screen, and a screen that changes its size."""
    t = Term(box, rows=30, columns=40)
    description = "x" * 120
    t.configure()
    t.p.send("set interfaces ge-0/0/1 description " + description + "\r")
    t.p.expect(conf())
    has(t.run("show interfaces ge-0/0/1 | match desc", conf()),
        description[:20])
    t.p.setwinsize(30, 300)
    # The new width counts at once, for what is typed and for pages.
    text = t.type("set interfaces ge-0/0/1 description " + "y" * 150,
                  "y{150}$")
    lacks(text, "\r\n")
    t.type("\x03", conf())
    t.p.setwinsize(10, 80)
    t.type("run show configuration | display set\r", MORE)
    t.type("q", conf())
    has(t.run("run show cli", conf()), "screen-length set to 10",
        "screen-width set to 80")
    t.leave()
    t.close()


def test_op_109_interrupt_line(box):
    """[OP-109]"""
    t = Term(box)
    has(t.type("show ver\x03"), "^C")
    t.configure()
    has(t.type("set system host-name other\x03", conf()), "^C")
    same(t.run("show | compare", conf()), "")
    t.leave()
    t.close()


def test_op_115_question_mark_in_quotes(box):
    """[OP-115]"""
    t = Term(box)
    has(t.run('show version | match "Hos?t"'), "Hostname: fw1")
    t.close()


def test_op_114_while_typing(box):
    """[OP-114] What comes in the middle of a line does not spoil it."""
    t, other = Term(box), Term(box)
    t.type("show version | ma", "ma$")
    other.run('request message all message "hello there"')
    t.p.expect("hello there\r\nEOF")
    t.p.send("tch Host\r")
    t.p.expect("Hostname: fw1")
    t.p.expect(PROMPT)
    t.close()
    other.close()


def test_op_110_ahead(box):
    """[OP-110] What is typed while a command runs is the next line."""
    t = Term(box)
    t.p.send("ping 192.0.2.99 count 1 wait 1\rshow version | match Host\r")
    t.p.expect("ping statistics")
    t.p.expect("Hostname: fw1")
    t.p.expect(PROMPT)
    t.configure()
    # Many lines at once, as a terminal pastes them.
    t.p.send("".join("set security zones security-zone Z%02d\r" % i
                     for i in range(40)))
    t.p.expect(r"Z39\r\n(?s:.*)# $")
    same(t.run("show security zones | match Z[0-9] | count", conf()),
         "Count: 40 lines")
    t.leave()
    t.close()
