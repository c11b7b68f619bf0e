# SPDX-License-Identifier: Apache-2.0
"""The command line as programs scrape it: ssh, a terminal, regular
expressions. The expressions are those of netmiko and of Ansible."""
import os
import re
import subprocess

import pexpect

from checks import KEY, LOGIN, SCRATCH, check, contains, run

PORT = os.environ["CLI_PORT"]
OPERATIONAL = r"[\w@+\-.:/\[\]]+> $"
CONFIGURATION = r"\[edit[^\]]*\]\r\n[\w@+\-.:/\[\]]+# $"
SSH = ["-p", PORT, "-i", KEY, "-l", LOGIN, "-o", "StrictHostKeyChecking=no",
       "-o", "UserKnownHostsFile=" + SCRATCH + "/known", "-o",
       "LogLevel=ERROR", "127.0.0.1"]


class Screen:
    def __init__(self, newline="\r"):
        self.newline = newline
        self.child = pexpect.spawn(
            "ssh", ["-tt"] + SSH, encoding="utf-8", timeout=30,
            dimensions=(24, 80), env=dict(os.environ, TERM="vt100"))
        self.child.expect(OPERATIONAL)

    def ask(self, line, prompt=OPERATIONAL):
        """What is printed between the line and the prompt."""
        self.child.send(line + self.newline)
        self.child.expect(prompt)
        text = self.child.before.replace("\r\n", "\n")
        return text.partition("\n")[2]

    def quit(self):
        self.child.send("exit" + self.newline)
        self.child.expect(pexpect.EOF)
        self.child.close()


@check
def netmiko_prepares_its_session():
    for newline in ("\r", "\n"):
        s = Screen(newline)
        s.ask("")
        s.ask("cli")
        contains(s.ask("set cli complete-on-space off"),
                 "Disabling complete-on-space")
        contains(s.ask("set cli screen-width 511"), "Screen width set to")
        contains(s.ask("set cli screen-length 0"), "Screen length set to")
        s.quit()


@check
def ansible_prepares_its_session():
    s = Screen()
    s.ask("set cli timestamp disable")
    s.ask("set cli screen-length 0")
    s.ask("set cli screen-width 1024")
    text = s.ask("show version")
    for pattern in (r"Hostname: (\S+)", r"Model: (\S+)", r"Junos: (\S+)"):
        assert re.search(pattern, text), text
    s.quit()


@check
def no_page_and_no_escape_sequences():
    s = Screen()
    s.ask("set cli screen-length 0")
    text = s.ask("show configuration | display set")
    contains(text, "set system host-name fw1")
    assert "more" not in text and "\x1b" not in text, text
    s.quit()


@check
def a_page_is_left_with_q():
    s = Screen()
    s.ask("set cli screen-length 5")
    s.child.send("show configuration\r")
    s.child.expect(r"---\(more( \d+%)?\)---")
    s.child.send(" ")
    s.child.expect(r"---\(more( \d+%)?\)---")
    s.child.send("q")
    s.child.expect(OPERATIONAL)
    s.quit()


@check
def configuration_by_netmiko():
    s = Screen()
    s.ask("set cli screen-length 0")
    contains(s.ask("configure", CONFIGURATION), "Entering configuration mode")
    s.ask("set system host-name scraped", CONFIGURATION)
    diff = s.ask("show | compare", CONFIGURATION)
    contains(diff, "+  host-name scraped;")
    contains(s.ask("commit check", CONFIGURATION),
             "configuration check succeeds")
    contains(s.ask("commit confirmed 5 comment scraped", CONFIGURATION),
             "commit confirmed will be automatically rolled back in")
    contains(s.ask("commit", CONFIGURATION), "commit complete")
    contains(s.ask("rollback 1", CONFIGURATION), "load complete")
    text = s.ask("commit and-quit")
    contains(text, "commit complete")
    contains(text, "Exiting configuration mode")
    s.quit()


@check
def uncommitted_changes_are_asked_for():
    s = Screen()
    for mode, question in (
            ("configure", "Exit with uncommitted changes"),
            ("configure exclusive", "Discard uncommitted changes")):
        s.ask(mode, CONFIGURATION)
        s.ask("set system host-name gone", CONFIGURATION)
        s.child.send("exit configuration-mode\r")
        s.child.expect(question + r"\? \[yes,no\] \(yes\) ")
        s.child.send("yes\r")
        s.child.expect(OPERATIONAL)
        s.ask("configure", CONFIGURATION)
        s.ask("rollback 0", CONFIGURATION)
        s.ask("exit")
    contains(s.ask("show configuration system"), "host-name fw1")
    s.quit()


@check
def errors_are_found_by_their_words():
    s = Screen()
    assert re.search(r"unknown command|syntax error|^error:",
                     s.ask("show nonsense"), re.M)
    s.ask("configure", CONFIGURATION)
    assert re.search(r"unknown command|syntax error|^error:",
                     s.ask("set nonsense", CONFIGURATION), re.M)
    s.ask("set security zones security-zone LAN interfaces ge-0/0/7.0",
          CONFIGURATION)
    contains(s.ask("commit", CONFIGURATION),
             "error: configuration check-out failed")
    s.ask("rollback 0", CONFIGURATION)
    s.ask("exit")
    s.quit()


@check
def long_lines_come_back_whole():
    s = Screen()
    s.ask("set cli screen-width 1024")
    s.ask("configure", CONFIGURATION)
    text = "x" * 600
    s.child.send("set interfaces ge-0/0/1 description %s\r" % text)
    s.child.expect(CONFIGURATION)
    contains(s.child.before, "description " + text)
    s.ask("rollback 0", CONFIGURATION)
    s.ask("exit")
    s.quit()


@check
def load_from_a_terminal():
    s = Screen()
    s.ask("configure", CONFIGURATION)
    s.child.send("load merge terminal\r")
    s.child.expect(r"\[Type \^D at a new line to end input\]")
    s.child.send("system {\r    host-name typed;\r}\r\x04")
    s.child.expect(CONFIGURATION)
    contains(s.child.before, "load complete")
    contains(s.ask("show | compare", CONFIGURATION), "+  host-name typed;")
    s.ask("rollback 0", CONFIGURATION)
    s.ask("exit")
    s.quit()


def ssh(line):
    return subprocess.run(["ssh"] + SSH + [line], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60)


@check
def one_command_without_a_terminal():
    text = ssh("show version | no-more").stdout
    contains(text, "Junos: ")
    assert "> " not in text and "more" not in text, text
    contains(ssh("show configuration | display xml").stdout,
             "<host-name>fw1</host-name>")
    contains(ssh("show nonsense").stdout, "syntax error")


if __name__ == "__main__":
    run("scrape")
