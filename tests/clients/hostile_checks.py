# SPDX-License-Identifier: Apache-2.0
"""Clients that mean harm, are broken, or are too many."""
import os
import subprocess
import threading

from checks import SCRATCH, check, contains, run, same
from raw import (BUILD, HELLO, HELLO_1_1, SOCKET, Raw, cli, committed, store,
                 until)

LIMIT = 75  # NETCONF sessions
VERSION = '<command format="text">show version</command>'
HOST = "<get-configuration database=\"committed\"><configuration><system>" \
    "<host-name/></system></configuration></get-configuration>"


def load_set(lines):
    return ('<load-configuration action="set" format="text">'
            "<configuration-set>%s</configuration-set></load-configuration>"
            % lines)


def is_alive(raw):
    contains(raw.ask(VERSION), "Junos: ")


def refuses(raw, message, tag, text=""):
    """A message that is no request: an error, and the session goes on."""
    raw.put(message)
    reply = raw.message().decode()
    contains(reply, "<error-tag>%s</error-tag>" % tag)
    contains(reply, text)
    is_alive(raw)


def configure(lines):
    """Committed for good."""
    with Raw() as raw:
        contains(raw.ask(load_set(lines)), "<ok/>")
        contains(raw.ask("<commit-configuration/>"), "<ok/>")


def in_configuration(lines, undo):
    """Decorator: the check runs with these lines committed."""
    def around(f):
        def with_lines(*args):
            configure(lines)
            try:
                f(*args)
            finally:
                configure(undo)
        with_lines.__name__ = f.__name__
        return with_lines
    return around


# ---- XML ----

@check
def entities_are_refused():
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        '<!ENTITY %s "%s">' % (chr(98 + i), ("&%s;" % chr(97 + i)) * 10)
        for i in range(9)) + ']>'
    with Raw() as raw:
        refuses(raw, laughs + '<rpc message-id="1">&j;</rpc>',
                "malformed-message", "document type")
        refuses(raw, '<rpc message-id="1">&nobody;</rpc>',
                "malformed-message")
        assert raw.memory() < 300, raw.memory()


@check
def external_entities_are_refused():
    with Raw() as raw:
        refuses(raw, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
                '<rpc message-id="1"><command>&e;</command></rpc>',
                "malformed-message", "document type")
        refuses(raw, '<!DOCTYPE x SYSTEM "http://192.0.2.2/x.dtd">'
                '<rpc message-id="1"/>', "malformed-message", "document type")


@check
def deep_nesting_is_refused():
    with Raw() as raw:
        refuses(raw, '<rpc message-id="1">' + "<a>" * 200000,
                "malformed-message", "too deep")
        refuses(raw, "<rpc>" + "<a>" * 61 + "</a>" * 61 + "</rpc>",
                "malformed-message", "too deep")


@check
def many_elements_and_attributes_are_refused():
    with Raw() as raw:
        refuses(raw, "<rpc>" + "<a/>" * 2000001 + "</rpc>",
                "malformed-message", "too many elements")
        refuses(raw, "<rpc %s/>" % " ".join(
            'a%d="x"' % i for i in range(100)), "malformed-message",
            "too many")
        refuses(raw, "<rpc><%s/></rpc>" % ("n" * 300), "malformed-message",
                "too long")


@check
def bytes_that_are_no_text_are_refused():
    with Raw() as raw:
        for bad in (b"\xc3\x28", b"\xff", b"\xe2\x82", b"\xed\xa0\x80",
                    b"\xf8\x88\x80\x80\x80", b"\x00", b"\x01", b"&#0;",
                    b"&#xD800;"):
            refuses(raw, b'<rpc message-id="1"><command>' + bad +
                    b"</command></rpc>", "malformed-message")
        for bad in (b"", b"x", b"<rpc>", b"</rpc>", b"<rpc></rpx>",
                    b"\x1f\x8b\x08\x00", b"GET / HTTP/1.1\r\n\r\n",
                    b"<?xml version='1.0' encoding='utf-99'?><rpc/>"):
            refuses(raw, bad, "malformed-message")


@check
def what_is_no_request_is_refused():
    with Raw() as raw:
        refuses(raw, "<rpc/>", "missing-element")
        refuses(raw, "<rcp/>", "unknown-element")
        contains(raw.ask("<get-nonsense/>"), "syntax error")
        contains(raw.ask("<kill-session><session-id>x</session-id>"
                         "</kill-session>"), "no such session")
        contains(raw.ask("<vrflow-session/><x/>"), "session-id")
        is_alive(raw)


# ---- framing and sizes ----

def flood(raw, piece, limit):
    """Send without an end until nobody reads any more."""
    sent = 0
    try:
        while sent < limit:
            raw.send(piece)
            sent += len(piece)
    except BrokenPipeError:
        pass
    return sent


@check
def op_135_a_message_of_a_gigabyte():
    with Raw() as raw:
        raw.send(b'<rpc message-id="1"><command>')
        memory, stop = [0], threading.Event()

        def watch():
            while not stop.wait(0.02):
                try:
                    memory[0] = max(memory[0], raw.memory())
                except (OSError, AttributeError):
                    return
        watcher = threading.Thread(target=watch)
        watcher.start()
        sent = flood(raw, b"x" * (1 << 20), 1 << 30)
        stop.set()
        watcher.join()
        assert sent < 80 << 20, sent
        # Seen while it grew: what it was at its end may be missed.
        assert 0 < memory[0] < 400, memory[0]
        reply = raw.message().decode()
        contains(reply, "<error-tag>too-big</error-tag>")
        same(raw.message(), b"")
    is_alive_again()


@check
def op_135_a_gigabyte_of_blanks_is_nothing():
    with Raw() as raw:
        for _ in range(64):
            raw.send(b" \n" * (1 << 19))
        is_alive(raw)
        assert raw.memory() < 200, raw.memory()


def is_alive_again():
    with Raw() as raw:
        is_alive(raw)


RFC = ("set system services netconf rfc-compliant\n"
       "set system services netconf version-1.1")
NO_RFC = ("delete system services netconf rfc-compliant\n"
          "delete system services netconf version-1.1")


@check
@in_configuration(RFC, NO_RFC)
def op_134_chunks_when_both_offer_them():
    with Raw(HELLO) as raw:  # a client of 1.0
        contains(raw.greeting, "netconf:base:1.1<")
        is_alive(raw)
    with Raw(HELLO_1_1) as raw:
        assert raw.chunks
        is_alive(raw)
        data = b'<rpc message-id="7">' + VERSION.encode() + b"</rpc>"
        raw.send(b"".join(b"\n#1\n%c" % c for c in data) + b"\n##\n")
        contains(raw.message().decode(), 'message-id="7"')
        is_alive(raw)
        contains(raw.ask("<close-session/>"), "<ok/>")
        same(raw.message(), b"")
    with Raw(HELLO) as raw:
        contains(raw.ask(load_set("delete system location")), "<ok/>")
        assert "rpc-error" not in raw.ask(load_set("delete system location"))
        reply = raw.ask("<commit-configuration/>")
        contains(reply, "<ok/>")
        assert "commit-results" not in reply, reply


@check
def op_134_no_chunks_unless_configured():
    with Raw(HELLO_1_1) as raw:
        assert "base:1.1" not in raw.greeting
        is_alive(raw)


@check
@in_configuration(RFC, NO_RFC)
def op_135_wrong_chunks_end_the_session():
    for bad, tag in ((b"\n#4294967295\nx", "too-big"),
                     (b"\n#99999999999\nx", "malformed-message"),
                     (b"\n#-5\n<rpc>", "malformed-message"),
                     (b"\n#0\n\n##\n", "malformed-message"),
                     (b"\n#5 \n<rpc>\n##\n", "malformed-message"),
                     (b"\n#5\n<rpc/>\n##\n", "malformed-message"),
                     (b"<rpc/>]]>]]>", "malformed-message"),
                     (b"\n##\n", "malformed-message")):
        with Raw(HELLO_1_1) as raw:
            raw.send(bad)
            contains(raw.message().decode(),
                     "<error-tag>%s</error-tag>" % tag)
            same(raw.message(), b"")
            same(raw.process.wait(60), 0)


# ---- sessions ----

@check
def half_closed_sessions_get_their_answers():
    with Raw() as raw:
        for i in range(3):
            raw.put('<rpc message-id="%d">%s</rpc>' % (i, VERSION))
        raw.process.stdin.close()
        for i in range(3):
            contains(raw.message().decode(), 'message-id="%d"' % i)
        same(raw.message(), b"")
        same(raw.process.wait(60), 0)
    with Raw() as raw:
        raw.send(b'<rpc message-id="1"><comm')  # and no more
        same(raw.ended(), 0)


@check
def a_client_that_reads_nothing_holds_up_nobody():
    with Raw() as raw, Raw() as other:
        for i in range(200):
            raw.put('<rpc message-id="%d"><get-configuration/></rpc>' % i)
        is_alive(other)
        contains(cli("show version"), "Junos: ")
        raw.process.stdout.close()
        same(raw.process.wait(60) is not None, True)


@check
def a_lock_is_freed_when_its_holder_vanishes():
    with Raw() as other:
        holder = Raw()
        contains(holder.ask("<lock-configuration/>"), "<ok/>")
        contains(holder.ask(load_set("set system host-name gone")), "<ok/>")
        contains(other.ask("<lock-configuration/>"), "lock-denied")
        holder.vanish()
        until(lambda: "<ok/>" in other.ask("<lock-configuration/>"))
        contains(other.ask('<get-configuration format="set"/>'),
                 "host-name fw1")
        holder.end()


@check
def op_137_a_confirmed_commit_of_a_client_that_vanishes():
    raw = Raw()
    contains(raw.ask(load_set("set system host-name trial")), "<ok/>")
    contains(raw.ask("<commit><confirmed/><confirm-timeout>2"
                     "</confirm-timeout></commit>"), "<ok/>")
    contains(committed("system"), "host-name trial")
    raw.vanish()
    raw.end()
    until(lambda: "host-name fw1" in committed("system"))
    contains(cli("show system commit"), "not confirmed in time")


@check
def op_137_persist_ids():
    with Raw() as raw, Raw() as other:
        contains(raw.ask(load_set("set system host-name trial")), "<ok/>")
        contains(raw.ask("<commit><confirmed/><confirm-timeout>600"
                         "</confirm-timeout><persist>Q1</persist></commit>"),
                 "<ok/>")
        contains(raw.ask("<close-session/>"), "<ok/>")
        for id_ in ("", "<persist-id>Q2</persist-id>"):
            contains(other.ask("<commit>%s</commit>" % id_),
                     "waits for its persist-id")
            contains(other.ask("<cancel-commit>%s</cancel-commit>" % id_),
                     "waits for its persist-id")
        contains(other.ask("<commit><persist-id>Q1</persist-id></commit>"),
                 "<ok/>")
        contains(other.ask("<cancel-commit/>"), "no confirmed commit")
        contains(other.ask("<commit><persist-id>Q1</persist-id></commit>"),
                 "no confirmed commit has")
        contains(other.ask(load_set("set system host-name again")), "<ok/>")
        contains(other.ask("<commit><confirmed/><persist>Q3</persist>"
                           "</commit>"), "<ok/>")
        contains(committed("system"), "host-name again")
        contains(other.ask("<cancel-commit><persist-id>Q3</persist-id>"
                           "</cancel-commit>"), "<ok/>")
        contains(committed("system"), "host-name trial")
    configure("set system host-name fw1")


@check
def op_138_error_options():
    edit = ("<edit-config><target><candidate/></target>%s<config>"
            "<configuration><system><host-name>fw8</host-name><nonsense/>"
            "</system></configuration></config></edit-config>")
    option = "<error-option>%s</error-option>"
    with Raw() as raw:
        for o in ("", option % "stop-on-error", option % "rollback-on-error"):
            contains(raw.ask(edit % o), "syntax error")
            contains(raw.ask('<get-configuration format="set"/>'),
                     "host-name fw1")
        contains(raw.ask(edit % (option % "continue-on-error")),
                 "syntax error")
        contains(raw.ask('<get-configuration format="set"/>'),
                 "host-name fw8")
        contains(raw.ask("<discard-changes/>"), "<ok/>")
        contains(raw.ask(
            "<edit-config><target><candidate/></target><config-set>"
            "<configuration-set>set system host-name fw8\nset nonsense"
            "</configuration-set></config-set></edit-config>"),
            "syntax error")
        contains(raw.ask('<get-configuration format="set"/>'),
                 "host-name fw1")


# ---- many ----

@check
def op_136_two_hundred_clients():
    sessions = [Raw(None) for _ in range(200)]
    try:
        for s in sessions:
            s.send(HELLO)
            s.put('<rpc message-id="1">%s</rpc>' % VERSION)
        replies = [s.message().decode() for s in sessions]
        served = [r for r in replies if "Junos: " in r]
        refused = [r for r in replies if "resource-denied" in r]
        same(len(served), LIMIT)
        same(len(refused), 200 - LIMIT)
        contains(refused[0], "the limit is %d" % LIMIT)
        # People get in, and whoever was served is served on.
        text = cli("show netconf sessions | display xml")
        contains(text, "<active-sessions>%d<" % LIMIT)
        contains(text, "<refused-sessions>%d<" % (200 - LIMIT))
        for s, reply in zip(sessions, replies):
            if reply in served:
                is_alive(s)
    finally:
        for s in sessions:
            s.end()
    until(lambda: "<active-sessions>0<" in
          cli("show netconf sessions | display xml"))


@check
@in_configuration("set system services netconf ssh connection-limit 3",
                  "delete system services netconf ssh")
def op_136_the_limit_is_configured():
    with Raw() as a, Raw() as b, Raw() as c, Raw() as d:
        for raw in (a, b, c):
            is_alive(raw)
        contains(d.ask(VERSION), "the limit is 3")
        same(d.message(), b"")
        contains(a.ask("<close-session/>"), "<ok/>")
        same(a.message(), b"")
        until(lambda: "<active-sessions>2<" in
              cli("show netconf sessions | display xml"))
        with Raw() as e:
            is_alive(e)


@check
def two_writers_at_once():
    failures = []

    def write(name):
        try:
            with Raw() as raw:
                contains(raw.ask("<open-configuration><private/>"
                                 "</open-configuration>"), "discarded")
                for i in range(10):
                    contains(raw.ask(load_set(
                        "set security address-book global address %s%d "
                        "192.0.2.%d/32" % (name, i, i))), "<ok/>")
                    contains(raw.ask("<commit-configuration/>"),
                             "<commit-success/>")
        except AssertionError as e:
            failures.append(e)
    threads = [threading.Thread(target=write, args=(n,)) for n in "PQ"]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(failures, [])
    lines = committed("security address-book")
    for n in "PQ":
        for i in range(10):
            contains(lines, "address %s%d 192.0.2.%d/32" % (n, i, i))
    configure("\n".join("delete security address-book global address %s%d"
                        % (n, i) for n in "PQ" for i in range(10)))


@check
@in_configuration("set system syslog file events interactive-commands any",
                  "delete system syslog")
def op_139_events_of_netconf():
    with Raw() as raw:
        contains(raw.ask(load_set("set system host-name event")), "<ok/>")
        contains(raw.ask("<commit-configuration><log>why</log>"
                         "</commit-configuration>"), "<commit-success/>")
        contains(raw.ask(load_set("set system host-name fw1")), "<ok/>")
        contains(raw.ask("<commit><confirmed/><confirm-timeout>60"
                         "</confirm-timeout></commit>"), "<ok/>")
        contains(raw.ask("<commit/>"), "<ok/>")
        contains(raw.ask("<close-session/>"), "<ok/>")

    def seen():
        with open(os.path.join(SCRATCH, "log", "events")) as f:
            text = f.read()
        return all(part in text for part in (
            "UI_LOGIN_EVENT: User '", "client-mode 'netconf'",
            "UI_NETCONF_CMD: User '", "run command 'load-configuration'",
            "UI_LOAD_EVENT: User '", "performing a 'set' operation",
            "UI_COMMIT: User '", "(comment: why)",
            "UI_COMMIT_CONFIRMED: User '", "UI_LOGOUT_EVENT: User '"))
    until(seen)


@check
def a_full_disk_keeps_the_old_configuration():
    big = "\n".join(
        'set security address-book global address D%d description "%s"\n'
        "set security address-book global address D%d 192.0.2.0/24"
        % (i, "x" * 200, i) for i in range(500))
    files = sorted(os.listdir(store("")))
    with open(store("box.conf")) as f:
        before = f.read()
    fill = store("fill")
    fd = os.open(fill, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(fd, b"x" * 4096)
    except OSError:
        pass
    finally:
        os.close(fd)
    with Raw() as raw:
        contains(raw.ask(load_set(big)), "<ok/>")
        reply = raw.ask("<commit-configuration/>")
        contains(reply, "No space left on device")
        assert "commit-success" not in reply and "<ok/>" not in reply, reply
        contains(raw.ask(HOST), "<host-name>fw1<")
        assert "D499" not in committed("security address-book")
        with open(store("box.conf")) as f:
            same(f.read(), before)
        os.unlink(fill)
        same(sorted(os.listdir(store(""))), files)
        # The candidate has it still; with room it works.
        contains(raw.ask("<commit-configuration/>"), "<commit-success/>")
        contains(committed("security address-book"), "D499")
    configure("\n".join("delete security address-book global address D%d" % i
                        for i in range(500)))


@check
def a_daemon_that_is_not_there():
    done = subprocess.run([BUILD + "/vrflow-netconf", "-s", SOCKET + ".no"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60)
    same(done.returncode, 2)
    contains(done.stderr, "No such file")


if __name__ == "__main__":
    run("hostile")
