# SPDX-License-Identifier: Apache-2.0
"""Sessions: settings, scripts, login shell, a daemon that goes and returns."""
import os
import re
import subprocess
import time

import pexpect

from test_cli_box import PROMPT, Box, Term, conf, has, lacks, same


def test_op_112_settings(box):
    """[OP-112]"""
    t = Term(box, rows=30, columns=120)
    has(t.run("show cli"), "CLI complete-on-space set to on",
        "CLI idle-timeout disabled", "CLI restart-on-upgrade set to on",
        "CLI screen-length set to 30", "CLI screen-width set to 120",
        "CLI terminal is 'vt100'", "CLI is operating in enhanced mode",
        "CLI timestamp disabled",
        "CLI working directory is '%s'" % os.path.realpath(box.where))
    same(t.run("set cli screen-length 50"), "Screen length set to 50")
    same(t.run("set cli screen-width 511"), "Screen width set to 511")
    same(t.run("set cli idle-timeout 60"), "Idle timeout set to 60 minutes")
    same(t.run("set cli idle-timeout 0"), "Idle timeout disabled")
    same(t.run("set cli complete-on-space off"), "Disabling complete-on-space")
    same(t.run("set cli complete-on-space on"), "Enabling complete-on-space")
    same(t.run("set cli restart-on-upgrade off"),
         "CLI restart-on-upgrade set to off")
    has(t.run("set cli terminal xterm"), "xterm")
    has(t.run("set cli timestamp"), "CLI timestamp set to: %b %d %T")
    assert re.match(r"[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d\n",
                    t.run("show version | match Host"))
    t.run('set cli timestamp format "[%H]"')
    assert re.match(r"\[\d\d\]\n", t.run("show version | match Host"))
    has(t.run("set cli timestamp disable"), "CLI timestamp disabled")
    has(t.run("show cli"), "restart-on-upgrade set to off",
        "screen-length set to 50", "screen-width set to 511")
    t.run('set cli prompt "box> "', r"\nbox> $")
    t.run("configure", r"\[edit\]\r\nbox> $")
    t.run("exit", r"\nbox> $")
    # Carets stand below their word with any prompt.
    has(t.run("blah", r"\nbox> $"), "     ^\nunknown command.")
    t.close()


def test_op_112_authorization(box):
    """[OP-112]"""
    t = Term(box)
    has(t.run("show cli authorization"), "Current user: '", "class '",
        "Permissions:\n", "    configure ", "-- Can enter configuration mode",
        "Individual command authorization:",
        "Allow regular expression: none")
    t.close()


def test_op_103_scripts(box):
    """[OP-103]"""
    status, out, err = box.script("show version | match Host\nblah\n"
                                  "show version | count\n")
    same(status, 1)
    has(out, "Hostname: fw1", "Count: ")
    has(err, "blah\n^\nunknown command.")
    status, out, err = box.script(
        "configure\nset system domain-name x.example\nshow | compare\n"
        "rollback 0\nexit\n")
    same((status, err), (0, ""))
    has(out, "Entering configuration mode", "+  domain-name x.example;",
        "Exiting configuration mode")
    status, out, _ = box.script("", "-c", "show version | match Host; "
                                "show version | count", "-c", "quit")
    same(status, 0)
    has(out, "Hostname: fw1", "Count: ")
    same(box.script("", "-c", "show bogus")[0], 1)
    # Text to be loaded may follow in the script itself.
    status, out, err = box.script(
        "configure\nload set terminal\nset system domain-name y.example\n\x04\n"
        "show system domain-name\nrollback\nexit\n")
    same((status, err), (0, ""))
    has(out, "load complete", "domain-name y.example;")


def test_op_103_login_shell(box):
    """[OP-103] As sshd starts it: a name with a dash, and -c."""
    env = dict(os.environ, VRFLOW_SOCKET=box.sock, TERM="vt100")
    p = pexpect.spawn("bash", ["-c", "exec -a -vrflow %s/vrflow" % box.build],
                      env=env, encoding="utf-8", timeout=20)
    p.delaybeforesend = None
    p.expect(PROMPT)
    p.send("quit\r")
    p.expect(pexpect.EOF)
    p.close()
    same(p.exitstatus, 0)
    # The end of input is the end of the session.
    t = Term(box)
    t.p.send("\x04")
    same(t.gone(), 0)


def test_op_141_daemon_returns(box):
    """[OP-141] A restart of the daemon is no end of the session."""
    where = box.path("second")
    os.makedirs(where, exist_ok=True)
    second = Box(box.build, where)
    with open(second.file, "w") as f:
        f.write("system { host-name fw1; }\n")
    second.start()
    t = Term(second)
    t.run("set cli screen-length 0")
    t.configure()
    t.run("set system domain-name lost.example", conf())
    same(second.stop(), 0)
    t.p.expect("error: the connection to the daemon was lost")
    t.p.expect("Waiting 30 seconds for the daemon")
    second.start()
    t.p.expect("The daemon is there again. This is a new session: uncommitted "
               "changes are gone.")
    t.p.expect(PROMPT)
    has(t.run("show cli"), "screen-length set to 0")
    t.configure()
    same(t.run("show | compare", conf()), "")
    t.run("exit")
    # In the middle of an output, and nobody wants to wait: ^C.
    t.p.send("ping 192.0.2.99 count 1000 interval 1\r")
    t.p.expect("PING|error")
    same(second.stop(), 0)
    t.p.expect("Waiting 30 seconds for the daemon")
    t.p.send("\x03")
    same(t.gone(), 2)
    status, _, err = second.script("", "-c", "show version")
    same(status, 2)
    has(err, "error: cannot reach vrflowd at ")


def test_op_141_script_ends(box):
    """[OP-141] A script does not wait."""
    where = box.path("third")
    os.makedirs(where, exist_ok=True)
    third = Box(box.build, where)
    third.start()
    p = pexpect.spawn(box.build + "/vrflow",
                      ["-s", third.sock, "-c", "monitor security drops"],
                      encoding="utf-8", timeout=20)
    p.expect("packets\r\n")
    same(third.stop(), 0)
    p.expect("error: the connection to the daemon was lost")
    p.expect(pexpect.EOF)
    p.close()
    same(p.exitstatus, 2)


def test_op_150_login(box):
    """[OP-150]
    What `system login` has for a user is there from the first prompt on."""
    user = box.command("show cli authorization").split("'")[1]
    box.command("configure", "set system login announcement \"Keep calm\"",
                "set system login class noc idle-timeout 15 permissions all",
                "set system login user %s class noc" % user,
                "commit and-quit")
    t = Term(box)
    has(t.p.before, "Keep calm")
    has(t.run("show cli"), "CLI idle-timeout set to 15 minutes")
    t.close()
    lacks(box.command("show version"), "Keep calm")
    box.command("configure", "rollback 1", "commit and-quit")


def test_op_113_not_for_netconf(box):
    """[OP-113] What the user's terminal program runs, nobody else does."""
    message = "<rpc><command>%s</command></rpc>]]>]]>"
    for line in ("start shell command id", "file show /etc/passwd",
                 "ssh 192.0.2.2"):
        p = subprocess.run(
            [box.build + "/vrflow-netconf", "-s", box.sock], text=True,
            input="<hello/>]]>]]>" + message % line, timeout=60,
            stdout=subprocess.PIPE)
        has(p.stdout, "<rpc-error>", "command is not valid in a request")
        lacks(p.stdout, "uid=", "root:")


def begin_idle(box):
    """One minute of nothing, while the other tests run."""
    t = Term(box)
    t.run("set cli idle-timeout 1")
    return t, time.monotonic()


def end_idle(idle):
    """[OP-118] Warned, then out. True if so."""
    t, began = idle
    try:
        t.p.expect("Warning: session will be closed in 10 seconds if there is "
                   "no activity", timeout=60)
        t.p.expect("Idle timeout exceeded: closing session", timeout=20)
        t.p.expect(pexpect.EOF)
        t.p.close()
        return t.p.exitstatus == 0
    except pexpect.ExceptionPexpect as e:
        print(e)
        return False
