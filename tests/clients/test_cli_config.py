# SPDX-License-Identifier: Apache-2.0
"""Configuration mode: moving about, changing, committing, who else is there."""
import re

from test_cli_box import PROMPT, YES_NO, Term, conf, has, lacks, same


def test_op_107_moving(box):
    """[OP-107]"""
    t = Term(box)
    has(t.configure(), "Entering configuration mode")
    t.run("edit interfaces ge-0/0/0 unit 0", conf("interfaces ge-0/0/0 unit 0"))
    has(t.run("show", conf("interfaces ge-0/0/0 unit 0")), "family inet {")
    t.run("up", conf("interfaces ge-0/0/0"))
    t.run("edit unit 0 family inet",
          conf("interfaces ge-0/0/0 unit 0 family inet"))
    t.run("up 2", conf("interfaces ge-0/0/0"))
    # exit goes back to where edit came from, up to where one was.
    t.run("exit", conf("interfaces ge-0/0/0 unit 0 family inet"))
    has(t.run("up 3 show", conf("interfaces ge-0/0/0 unit 0 family inet")),
        "ge-0/0/0 {")
    has(t.run("top show system",
              conf("interfaces ge-0/0/0 unit 0 family inet")), "host-name fw1;")
    t.run("top edit security zones", conf("security zones"))
    # A list entry of two names is one level.
    t.run("top", conf())
    t.run("edit security policies from-zone LAN to-zone WAN policy out",
          conf("security policies from-zone LAN to-zone WAN policy out"))
    t.run("up", conf("security policies from-zone LAN to-zone WAN"))
    t.run("up", conf("security policies"))
    t.run("quit", conf("security policies from-zone LAN to-zone WAN"))
    t.run("up 99", conf())
    has(t.run("up 0", conf()), "not within range")
    has(t.run("edit system host-name", conf()), "missing argument.")
    has(t.run("run show version | match Host", conf()), "Hostname: fw1")
    has(t.run("exit configuration-mode"), "Exiting configuration mode")
    t.close()


def test_op_107_exit_asks(box):
    """[OP-107]"""
    t = Term(box)
    t.configure()
    t.run("set system domain-name example.org", conf())
    text = t.type("exit\r", YES_NO)
    has(text, "The configuration has been changed but not committed",
        "Exit with uncommitted changes?")
    t.type("no\r", conf())
    # What is no answer is asked again; ^C is no consent.
    t.type("exit\r", YES_NO)
    has(t.type("perhaps\r", YES_NO), "Please answer")
    t.type("\x03", conf())
    t.type("quit\r", YES_NO)
    has(t.type("yes\r"), "Exiting configuration mode")
    # The shared candidate keeps them.
    has(t.configure(), "Entering configuration mode",
        "The configuration has been changed but not committed")
    t.type("exit\r", YES_NO)
    has(t.type("\r"), "Exiting configuration mode")
    t.configure()
    t.leave()
    t.close()


def test_op_106_exclusive(box):
    """[OP-106]"""
    t, other = Term(box), Term(box)
    has(t.configure("exclusive"),
        "warning: uncommitted changes will be discarded on exit\n"
        "Entering configuration mode")
    text = other.run("configure")
    has(text, "error: configuration database locked by:\n  ",
        " terminal pts/", " (pid ", ") on since 20", ", idle 00:0",
        "\n      exclusive [edit]")
    has(other.run("configure private"), "configuration database locked by")
    t.run("set system domain-name example.org", conf())
    text = t.type("exit\r", YES_NO)
    has(text, "Discard uncommitted changes?")
    t.type("yes\r")
    same(other.configure(), "Entering configuration mode")
    same(other.run("show | compare", conf()), "")
    # Who is in the way of an exclusive user is named, too.
    has(t.run("configure exclusive"), "error: configuration database is in "
        "use by:\n  ", " terminal pts/", "\n      [edit]")
    other.run("exit")
    t.close()
    other.close()


def test_op_106_private(box):
    """[OP-106]"""
    t, other = Term(box), Term(box)
    has(t.configure("private"),
        "warning: uncommitted changes will be discarded on exit",
        "Entering configuration mode")
    t.run("set system domain-name example.org", conf())
    has(other.configure(), "Users currently editing the configuration:\n  ",
        " terminal pts/", "\n      private [edit]")
    same(other.run("show | compare", conf()), "")
    other.leave()
    text = t.type("exit\r", YES_NO)
    has(text, "The private configuration has been changed but not committed",
        "Discard uncommitted changes?")
    t.type("yes\r")
    t.close()
    other.close()


def test_op_143_status(box):
    """[OP-143]"""
    t, other = Term(box), Term(box)
    t.configure()
    t.run("edit interfaces", conf("interfaces"))
    has(other.configure(), "Users currently editing the configuration:\n  ",
        " on since ", "      [edit interfaces]")
    text = other.run("status", conf())
    same(len(re.findall(r" terminal pts/\d+ \(pid \d+\) on since \S+ \S+ \S+, "
                        r"idle \d\d:\d\d:\d\d\n      \[edit", text)), 2)
    same(len(re.findall("Users currently", text)), 1)
    other.leave()
    t.run("exit", conf())
    t.run("exit")
    t.close()
    other.close()


def test_op_108_commit_confirmed(box):
    """[OP-108]"""
    t = Term(box)
    t.configure()
    t.run("set system domain-name example.org", conf())
    text = t.type("commit confirmed 5\r", conf())
    has(text, "commit confirmed will be automatically rolled back in 5 minutes "
        "unless confirmed", "commit complete",
        "# commit confirmed will be rolled back in 5 minutes")
    t.run("set system domain-name example.net", conf())
    has(t.type("commit comment \"it works\"\r", conf()), "commit complete")
    has(t.run("run show system commit", conf()), "it works")
    has(t.type("rollback ?", r"completions(?s:.*)rollback $"),
        "  0 ", " via cli", "  1 ")
    t.type("2\r", conf())
    has(t.run("commit check", conf()), "configuration check succeeds")
    has(t.type("commit and-quit\r"), "commit complete",
        "Exiting configuration mode")
    t.close()


def test_op_101_commit_errors(box):
    """[OP-101]"""
    t = Term(box)
    t.configure()
    t.run("set security policies from-zone LAN to-zone NOWHERE policy p match "
          "source-address any destination-address any application any",
          conf())
    t.run("set security policies from-zone LAN to-zone NOWHERE policy p then "
          "permit", conf())
    text = t.run("commit", conf())
    has(text, "[edit security policies", "NOWHERE",
        "error: configuration check-out failed")
    has(t.run("commit now", conf()), "syntax error.")
    t.leave()
    t.close()


def test_op_100_verbs(box):
    """[OP-100] Each verb once, as a person would."""
    t = Term(box)
    t.configure()
    t.run("set security zones security-zone DMZ", conf())
    t.run("rename security zones security-zone DMZ to security-zone GUEST",
          conf())
    t.run("copy security policies from-zone LAN to-zone WAN policy out to "
          "policy out2", conf())
    t.run("insert security policies from-zone LAN to-zone WAN policy out2 "
          "before policy out", conf())
    t.run("deactivate interfaces ge-0/0/1 unit 0", conf())
    t.run('annotate system "our name"', conf())
    has(t.run("show | compare", conf()), "policy out2", "GUEST")
    has(t.run("show interfaces ge-0/0/1", conf()), "inactive: unit 0")
    has(t.run("show | find our", conf()), "/* our name */")
    t.run("activate interfaces ge-0/0/1 unit 0", conf())
    has(t.run("wildcard delete security zones security-zone G*", conf()),
        "matched: 1")
    t.run("replace pattern out2 with out3", conf())
    has(t.run("show security policies | match out3", conf()), "policy out3")
    has(t.run("delete system domain-search", conf()),
        "warning: statement not found")
    has(t.run("protect system", conf()), "")
    t.run("unprotect system", conf())
    t.leave()
    t.close()


def test_op_146_passwords(box):
    """[OP-146]"""
    t = Term(box)
    t.configure()
    has(t.type("set system root-authentication ?",
               "completions(?s:.*)authentication $"),
        "encrypted-password", "plain-text-password", "Prompt for")

    def ask(one, two, until):
        t.p.expect("New password:$")
        t.p.send(one + "\r")
        t.p.expect("Retype new password:$")
        t.p.send(two + "\r")
        t.p.expect(until)
        text = t.p.before + t.p.after
        lacks(text, one, two)  # no echo
        return text

    t.p.send("plain-text-password\r")
    has(ask("Secret-17", "Secret-18", conf()),
        "error: Passwords are not equal; aborting")
    t.p.send("set system root-authentication plain-text-password\r")
    has(ask("Ab1", "Ab1", conf()), "error: minimum password length is 6")
    t.p.send("set system root-authentication plain-text-password\r")
    has(ask("abcdefgh", "abcdefgh", conf()),
        "error: require change of case, digits or punctuation")
    same(t.run("show | compare", conf()), "")
    t.run("edit system login user ann", conf("system login user ann"))
    t.run("set class read-only", conf("system login user ann"))
    t.p.send("set authentication plain-text\r")
    ask("Secret-17", "Secret-17", conf("system login user ann"))
    text = t.run("show authentication", conf("system login user ann"))
    has(text, 'encrypted-password "$6$', "SECRET-DATA")
    lacks(t.run("run show cli history", conf("system login user ann")),
          "Secret")
    t.run("top", conf())
    # In the pages of a script: two lines.
    t.leave()
    status, out, err = box.script(
        "configure\n"
        "set system root-authentication plain-text-password\n"
        "Secret-17\nSecret-17\n"
        "show system root-authentication\n"
        "rollback\nexit\n")
    same((status, err), (0, ""))
    has(out, 'encrypted-password "$6$')
    t.close()


def test_op_115_help(box):
    """[OP-115]"""
    t = Term(box)
    t.run("set cli screen-length 0")
    has(t.run("help"), "help apropos", "help reference")
    has(t.run("help apropos forwarding-table"),
        "show route forwarding-table\n    ")
    has(t.run("help apropos zzyzzx"), "error: no help is available for")
    text = t.run("help reference interfaces mtu")
    has(text, "mtu <", "Hierarchy Level", "[edit interfaces <",
        "Description", "Range", "256..9192", "Status", "supported")
    has(t.run("help reference system domain-name"), "accepted without effect")
    has(t.run("help topic security zones"), "Statements", "security-zone")
    has(t.run("help reference bogus"), "error: no help is available")
    has(t.run("help syslog RT_FLOW_SESSION_CREATE"), "session")
    has(t.run("help syslog"), "UI_COMMIT")
    assert t.run("help tip cli 1") != t.run("help tip cli 2")
    assert t.run("help tip cli")
    t.configure()
    has(t.run("help apropos host-name", conf()),
        "set system host-name <host-name>\n    ")
    t.run("edit interfaces ge-0/0/0", conf("interfaces ge-0/0/0"))
    text = t.run("help apropos mtu", conf("interfaces ge-0/0/0"))
    has(text, "set mtu <mtu>")
    has(t.run("help reference mtu", conf("interfaces ge-0/0/0")),
        "[edit interfaces <")
    has(t.run("help topic unit", conf("interfaces ge-0/0/0")), "family")
    has(t.run("help tip cli 3", conf("interfaces ge-0/0/0")), "commit")
    has(t.run("help bogus", conf("interfaces ge-0/0/0")), "syntax error.")
    t.run("top", conf())
    t.leave()
    t.close()


def test_op_148_detail(box):
    """[OP-148]"""
    t = Term(box)
    text = t.run("show configuration system | display detail")
    has(text, "##\n## host-name: Hostname for this router\n",
        "##\nhost-name fw1;")
    has(t.run("show configuration interfaces | display detail"),
        "ge-0/0/0 {\n", "    ##\n    ## unit: ", "range: 0..",
        "address 192.0.2.1/24;")
    # The meanings are comments: it is the same configuration.
    t.run("show configuration | display detail | save detail.conf")
    t.configure()
    has(t.run("load override detail.conf", conf()), "load complete")
    same(t.run("show | compare", conf()), "")
    t.leave()
    t.close()


def test_op_149_factory_default(box):
    """[OP-149]"""
    t = Term(box)
    t.configure()
    same(t.run("load factory-default", conf()),
         "warning: activating factory configuration")
    same(t.run("show | display set", conf()), "")
    has(t.run("load factory-default terminal", conf()), "syntax error.")
    t.leave()
    t.close()


def test_op_142_other_entry(box):
    """[OP-142] What may stand behind `before`, `after` and `to`."""
    t = Term(box)
    t.configure()
    policies = "security policies from-zone LAN to-zone WAN "
    t.run("copy %spolicy out to policy rest" % policies, conf())
    t.type("insert %spolicy rest before ?" % policies,
           r"completions:(?s:.*)> policy(?s:.*)before $")
    t.type("pol\t", "icy $")
    t.type("o\t", "ut $")
    t.type("\r", conf())
    has(t.run("show %s| match policy" % policies, conf()), "policy rest",
        "policy out")
    t.leave()
    t.close()
