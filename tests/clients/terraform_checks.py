# SPDX-License-Identifier: Apache-2.0
"""
What the Terraform provider for Junos does, after its library: waits for the
server's hello, sends the base namespace with every request, and reads answers
line by line.
"""
import html
import re
import subprocess

from checks import LOGIN, KEY, PORT, check, contains, run, same

END = b"]]>]]>"
BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"


class Client:
    def __init__(self):
        self.p = subprocess.Popen(
            ["ssh", "-p", str(PORT), "-i", KEY, "-l", LOGIN,
             "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
             "-o", "UserKnownHostsFile=/dev/null", "-s", "127.0.0.1",
             "netconf"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.n = 0
        self.hello = self.receive()  # before anything is sent
        self.send('<hello xmlns="%s"><capabilities><capability>%s'
                  '</capability></capabilities></hello>' % (BASE, BASE))

    def receive(self):
        data = b""
        while END not in data:
            more = self.p.stdout.read1(65536)
            assert more, "the server closed the session: %r" % data
            data += more
        # What arrives behind the end is lost.
        return data[:data.index(END)].decode("ascii")

    def send(self, text):
        self.p.stdin.write(b'<?xml version="1.0" encoding="UTF-8"?>\n' +
                           text.encode() + END + b"\n")
        self.p.stdin.flush()

    def rpc(self, body):
        self.n += 1
        self.send('<rpc message-id="%d" xmlns="%s">%s</rpc>' %
                  (self.n, BASE, body))
        reply = self.receive()
        contains(reply, 'message-id="%d"' % self.n)
        return reply

    def content(self, body):
        return re.search(r"<rpc-reply[^>]*>(.*)</rpc-reply>",
                         self.rpc(body), re.S).group(1)

    def lines(self, command):
        """None: it does not exist; else the lines of the answer."""
        content = self.content('<command format="text">%s</command>' % command)
        if len(content) <= 1:
            return None
        found = []
        for line in content.split("\n"):
            if "<configuration-output>" in line or line == "":
                continue
            if "</configuration-output>" in line:
                break
            found.append(html.unescape(line))
        return found

    def close(self):
        contains(self.rpc("<close-session/>"), "<ok/>")
        same(self.p.wait(10), 0)


@check
def hello(c):
    contains(c.hello, "<session-id>")
    contains(c.hello, ">urn:ietf:params:netconf:base:1.0<")
    assert "base:1.1" not in c.hello


@check
def model(c):
    reply = c.rpc("<get-system-information/>")
    value = re.search("<hardware-model>(.*)</hardware-model>", reply).group(1)
    assert re.match("(?i)v?srx|j", value), value
    contains(reply, "<os-version>23.4R1")


@check
def absent(c):
    same(c.lines("show configuration security zones security-zone X | "
                 "display set"), None)
    same(c.lines("show configuration security zones security-zone X | "
                 "display set relative"), None)


@check
def create_read_delete(c):
    contains(c.rpc("<lock><target><candidate/></target></lock>"), "<ok/>")
    reply = c.rpc(
        '<load-configuration action="set" format="text"><configuration-set>'
        "set security zones security-zone TF \n"
        "set security zones security-zone TF tcp-rst\n"
        'set security zones security-zone TF description "a b &lt; c"'
        "</configuration-set></load-configuration>")
    contains(reply, "<ok/>")
    reply = c.rpc("<commit-configuration><log>create</log>"
                  "</commit-configuration>")
    contains(reply, "<commit-success/>")
    contains(c.rpc("<unlock><target><candidate/></target></unlock>"), "<ok/>")
    same(sorted(c.lines("show configuration security zones security-zone TF "
                        "| display set relative")),
         ['set description "a b < c"', "set tcp-rst"])
    c.rpc('<load-configuration action="set" format="text">'
          "<configuration-set>delete security zones security-zone TF"
          "</configuration-set></load-configuration>")
    contains(c.rpc("<commit-configuration><log>delete</log>"
                   "</commit-configuration>"), "<commit-success/>")
    same(c.lines("show configuration security zones security-zone TF | "
                 "display set"), None)


@check
def values_of_lists(c):
    same(c.lines("show configuration security policies from-zone LAN to-zone "
                 "WAN policy out match | display set relative"),
         ["set source-address HOSTS", "set destination-address any",
          "set application any"])


@check
def empty_entry_exists(c):
    c.rpc('<load-configuration action="set" format="text">'
          "<configuration-set>set security zones security-zone EMPTY"
          "</configuration-set></load-configuration>")
    contains(c.rpc("<commit-configuration/>"), "<commit-success/>")
    assert c.lines("show configuration security zones security-zone EMPTY | "
                   "display set")
    assert c.lines("show configuration security zones security-zone EMPTY | "
                   "display set relative")
    c.rpc('<load-configuration rollback="1"/>')
    contains(c.rpc("<commit-configuration/>"), "<commit-success/>")


@check
def bare_interface_name(c):
    reply = c.rpc("<get-interface-information>ge-0/0/0.0<terse/>"
                  "</get-interface-information>")
    contains(reply, "<name>ge-0/0/0.0</name>")


@check
def confirmed_by_check(c):
    c.rpc('<load-configuration action="set" format="text">'
          "<configuration-set>set system host-name tf1</configuration-set>"
          "</load-configuration>")
    contains(c.rpc("<commit-configuration><log>t</log><confirmed/>"
                   "<confirm-timeout>3</confirm-timeout>"
                   "</commit-configuration>"), "<commit-success/>")
    contains(c.rpc("<get-commit-revision-information/>"), "rollback in 3mins")
    contains(c.rpc("<commit-configuration><check/></commit-configuration>"),
             "<commit-check-success/>")
    assert "rollback in" not in c.rpc("<get-commit-revision-information/>")
    c.rpc('<load-configuration rollback="1"/>')
    contains(c.rpc("<commit-configuration/>"), "<commit-success/>")


@check
def malformed_keeps_the_session(c):
    contains(c.rpc("<load-configuration><a & b></load-configuration>"),
             "<rpc-error>")
    contains(c.rpc("<get-software-information/>"), "<host-name>")


@check
def database_formats(c):
    for form in ("set", "text", "xml", "json", "xml-minified",
                 "json-minified"):
        reply = c.content('<get-configuration database="committed" '
                          'format="%s"/>' % form)
        contains(reply, "host-name")


@check
def closes(c):
    c.close()


if __name__ == "__main__":
    run("terraform", Client())
