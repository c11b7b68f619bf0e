# SPDX-License-Identifier: Apache-2.0
"""ncclient with its handler for Junos."""
import threading

from ncclient import manager
from ncclient.operations.rpc import RPCError
from ncclient.xml_ import new_ele, sub_ele

from checks import LOGIN, KEY, PORT, check, contains, run, same


def connect():
    return manager.connect(
        host="127.0.0.1", port=PORT, username=LOGIN, key_filename=KEY,
        hostkey_verify=False, allow_agent=False, look_for_keys=False,
        device_params={"name": "junos"}, timeout=20)


def raises(f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except RPCError as e:
        return e
    raise AssertionError("no error")


@check
def capabilities(m):
    assert ":candidate" in m.server_capabilities
    assert ":validate" in m.server_capabilities
    assert ":confirmed-commit" in m.server_capabilities
    assert int(m.session_id) > 0


@check
def command_text(m):
    reply = m.command("show version", format="text")
    contains(reply.xpath("//output")[0].text, "Junos: 23.4")


@check
def command_xml(m):
    reply = m.command("show version", format="xml")
    same(reply.xpath("//software-information/host-name")[0].text, "fw1")


@check
def command_json(m):
    contains(str(m.command("show version", format="json")),
             '"software-information"')


@check
def command_pipes(m):
    reply = m.command("show configuration system | display set",
                      format="text")
    contains(reply.xpath("//configuration-output")[0].text,
             "set system host-name fw1")
    reply = m.command("show route | match 203.0.113", format="text")
    contains(reply.xpath("//output")[0].text, "203.0.113.0/24")
    same(len(reply.xpath("//output")[0].text.strip().splitlines()), 1)


@check
def command_unknown(m):
    contains(raises(m.command, "show nonsense", format="text").message,
             "syntax error")


@check
def command_refused(m):
    contains(raises(m.command, "configure", format="text").message,
             "not valid")


@check
def get_configuration_forms(m):
    for form, tag in (("text", "configuration-text"),
                      ("set", "configuration-set"), ("xml", "configuration")):
        reply = m.get_configuration(format=form)
        assert reply.xpath("//%s" % tag), form
    contains(str(m.get_configuration(format="json")), '"host-name"')


@check
def get_configuration_filter(m):
    f = new_ele("configuration")
    zone = sub_ele(sub_ele(sub_ele(f, "security"), "zones"), "security-zone")
    sub_ele(zone, "name").text = "LAN"
    reply = m.get_configuration(format="xml", filter=f)
    same([n.text for n in reply.xpath("//security-zone/name")], ["LAN"])
    assert reply.xpath("//security-zone/interfaces/name")
    assert not reply.xpath("//system")


@check
def get_config(m):
    reply = m.get_config("running")
    same(reply.xpath("//data/configuration/system/host-name")[0].text, "fw1")
    reply = m.get_config("candidate", filter=(
        "subtree", "<configuration><system><host-name/></system>"
        "</configuration>"))
    same(reply.xpath("//host-name")[0].text, "fw1")
    assert not reply.xpath("//domain-name")


@check
def get(m):
    reply = m.get(filter=("subtree", "<configuration><interfaces/>"
                          "</configuration>"))
    assert reply.xpath("//data/configuration/interfaces/interface")


@check
def load_set_and_compare(m):
    with m.locked("candidate"):
        m.load_configuration(action="set", config=[
            "set system host-name fw2", "set security zones "
            "security-zone DMZ"])
        diff = m.compare_configuration().xpath(
            "//configuration-output")[0].text
        contains(diff, "-  host-name fw1;")
        contains(diff, "+  host-name fw2;")
        m.validate()
        m.discard_changes()
        same(m.compare_configuration().xpath(
            "//configuration-output")[0].text.strip(), "")


@check
def lock_is_exclusive(m):
    other = connect()
    with m.locked("candidate"):
        contains(raises(other.lock, "candidate").message,
                 "configuration database locked by")
        contains(raises(other.load_configuration, action="set",
                        config=["set system host-name x"]).message,
                 "locked by")
        contains(raises(other.commit).message, "locked by")
    other.lock("candidate")
    other.close_session()
    with m.locked("candidate"):
        pass


@check
def unlock_discards(m):
    m.lock("candidate")
    m.load_configuration(action="set", config=["set system host-name gone"])
    m.unlock("candidate")
    contains(str(m.get_configuration(format="text")), "host-name fw1")


@check
def end_of_session_discards(m):
    other = connect()
    other.lock("candidate")
    other.load_configuration(action="set",
                             config=["set system host-name gone"])
    other.close_session()
    contains(str(m.get_configuration(format="text")), "host-name fw1")
    with m.locked("candidate"):
        pass


@check
def kill_session(m):
    other = connect()
    other.lock("candidate")
    m.kill_session(other.session_id)
    with m.locked("candidate"):
        pass
    contains(raises(m.kill_session, "4000000").message, "no such session")


@check
def load_xml(m):
    system = new_ele("system")  # ncclient puts <configuration> around it
    sub_ele(system, "host-name").text = "fw3"
    with m.locked("candidate"):
        m.load_configuration(config=system)
        m.commit(comment="from ncclient")
    same(m.get_config("running").xpath("//host-name")[0].text, "fw3")
    with m.locked("candidate"):
        m.rollback(1)
        m.commit()
    same(m.get_config("running").xpath("//host-name")[0].text, "fw1")


@check
def load_errors(m):
    e = raises(m.load_configuration, action="set",
               config=["set system host-name fw9", "set nonsense 1"])
    contains(e.message, "syntax error")
    e = raises(m.load_configuration, format="text",
               config="interfaces { ge-0/0/0 { mtu 99999999; } }")
    contains(str(e), "9999")
    m.discard_changes()


@check
def commit_error_shape(m):
    m.load_configuration(action="set", config=[
        "set security policies from-zone LAN to-zone NOWHERE policy p match "
        "source-address any destination-address any application any",
        "set security policies from-zone LAN to-zone NOWHERE policy p then "
        "permit"])
    e = raises(m.commit)
    messages = " ".join(x.message or "" for x in e.errors)
    contains(messages, "configuration check-out failed")
    paths = " ".join(x.path or "" for x in e.errors)
    contains(paths, "[edit security policies")
    m.discard_changes()


@check
def edit_config(m):
    m.edit_config(target="candidate", config=(
        '<config><configuration><system><host-name>fw4</host-name>'
        '<domain-name operation="delete"/></system></configuration>'
        '</config>'))
    diff = m.compare_configuration().xpath("//configuration-output")[0].text
    contains(diff, "+  host-name fw4;")
    contains(diff, "-  domain-name example.net;")
    m.discard_changes()
    e = raises(m.edit_config, target="candidate", config=(
        '<config><configuration><systemx/></configuration></config>'))
    contains(e.message, "syntax error")


@check
def commit_confirmed(m):
    with m.locked("candidate"):
        m.load_configuration(action="set",
                             config=["set system host-name fw5"])
        m.commit(confirmed=True, timeout="120", comment="on trial")
    reply = m.rpc(new_ele("get-commit-revision-information"))
    contains(reply.xpath("//comment")[0].text, "rollback in 2mins")
    m.validate()  # confirms
    reply = m.rpc(new_ele("get-commit-revision-information"))
    assert not reply.xpath("//comment")
    with m.locked("candidate"):
        m.rollback(1)
        m.commit()


@check
def operational_rpcs(m):
    for name, root in (
            ("get-interface-information", "interface-information"),
            ("get-route-information", "route-information"),
            ("get-arp-table-information", "arp-table-information"),
            ("get-zones-information", "zones-information"),
            ("get-firewall-policies", "security-policies"),
            ("get-flow-session-information", "flow-session-information"),
            ("get-system-information", "system-information"),
            ("get-route-engine-information", "route-engine-information"),
            ("get-system-uptime-information", "system-uptime-information"),
            ("get-commit-information", "commit-information")):
        reply = m.rpc(new_ele(name))
        assert reply.xpath("//%s" % root), name


# Each with the element that its answer has.
COMMANDS = """
show arp: arp-table-information
show bfd session: bfd-session-information
show chassis alarms: alarm-information
show chassis environment: environment-information
show chassis fpc: fpc-information
show chassis hardware: chassis-inventory
show chassis routing-engine: route-engine-information
show firewall: firewall-information
show firewall log: firewall-log-information
show interfaces terse: interface-information
show interfaces ge-0/0/0 extensive: interface-information
show ipv6 neighbors: ipv6-nd-information
show lldp neighbors: lldp-neighbors-information
show netconf sessions: netconf-session-information
show route: route-information
show route 203.0.113.1 detail: route-information
show route forwarding-table: forwarding-table-information
show route instance: instance-information
show route summary: route-summary-information
show schedulers: scheduler-information
show security flow drops: flow-drop-information
show security flow session: flow-session-information
show security flow statistics: flow-statistics-all
show security flow status: flow-status-all
show security log: security-log-information
show security match-policies from-zone LAN to-zone WAN source-ip 192.0.2.2 \
source-port 1024 destination-ip 203.0.113.1 destination-port 80 protocol tcp:\
 security-policy-match
show security nat destination pool all: destination-nat-pool-information
show security nat destination rule all: destination-nat-rule-information
show security nat destination summary: destination-nat-summary-information
show security nat interface-nat-ports: interface-nat-ports-information
show security nat source pool all: source-nat-pool-detail-information
show security nat source rule all: source-nat-rule-detail-information
show security nat source summary: source-nat-summary-information
show security nat static rule all: static-nat-rule-information
show security policies: security-policies
show security policies detail: security-policies
show security policies hit-count: policy-hit-count
show security screen statistics zone LAN: ids-statistics-information
show security zones: zones-information
show security zones LAN: zones-information
show system alarms: alarm-information
show system commit: commit-information
show system information: system-information
show system memory: system-memory-information
show system storage: system-storage-information
show system uptime: system-uptime-information
show system users: system-users-information
show version: software-information
show vlans: vlan-information
""".replace("\\\n", "")


@check
def every_command_is_an_rpc(m):
    for line in COMMANDS.strip().splitlines():
        command, _, root = line.rpartition(": ")
        rpc = m.command(command + " | display xml rpc", format="xml")
        operation = rpc.xpath("//rpc-reply/rpc/*")[0]
        reply = m.rpc(operation)
        assert reply.xpath("//rpc-reply/" + root), (line, str(reply)[:400])
        reply = m.command(command, format="xml")
        assert reply.xpath("//rpc-reply/" + root), (line, str(reply)[:400])


@check
def names_of_rpcs(m):
    # As Junos has them; the answers' elements may be named otherwise.
    for name, argument in (
            ("get-source-nat-rule-sets-information", "all"),
            ("get-destination-nat-rule-sets-information", "all"),
            ("get-static-nat-rule-information", "all"),
            ("retrieve-source-nat-pool-information", "all"),
            ("get-destination-nat-pool-information", "all"),
            ("retrieve-source-nat-summary", None),
            ("get-persist-nat-all", None),
            ("get-interface-nat-ports-information", None),
            ("get-global-firewall-policies", None),
            ("get-flow-status-all", None),
            ("get-bgp-summary-information", None),
            ("get-ike-security-associations-information", None),
            ("get-flow-gate-information", None),
            ("clear-security-flow-statistics", None),
            ("clear-persist-nat-all", None)):
        op = new_ele(name)
        if argument is not None:
            sub_ele(op, argument)
        m.rpc(op)


@check
def unknown_arguments_are_refused(m):
    op = new_ele("get-zones-information")
    sub_ele(op, "nonsense")
    e = raises(m.rpc, op)
    contains(e.message, "syntax error")
    contains(e.info, "nonsense")


@check
def edit_config_operations(m):
    def edit(text, **kwargs):
        m.edit_config(target="candidate", config=(
            "<config><configuration>%s</configuration></config>" % text),
            **kwargs)

    def candidate():
        return str(m.get_configuration(format="set"))
    zone = ("<security><zones><security-zone operation='%s'><name>%s</name>"
            "<tcp-rst/></security-zone></zones></security>")
    with m.locked("candidate"):
        edit(zone % ("create", "DMZ"))
        contains(candidate(), "security-zone DMZ tcp-rst")
        contains(raises(edit, zone % ("create", "DMZ")).message,
                 "already exists")
        edit(zone % ("replace", "LAN"))
        assert "security-zone LAN interfaces" not in candidate()
        edit(zone % ("delete", "DMZ"))
        assert "DMZ" not in candidate()
        edit(zone % ("remove", "DMZ"))
        edit("<system><host-name>x</host-name></system>",
             default_operation="none")
        contains(candidate(), "host-name fw1")
        edit("<system><host-name>only</host-name></system>",
             default_operation="replace")
        assert "security" not in candidate()
        m.discard_changes()
        m.copy_config(source="running", target="candidate")
        m.delete_config(target="candidate")
        assert "set " not in candidate()
        m.discard_changes()
    m.validate("running")


@check
def get_configuration_attributes(m):
    def ask(**attributes):
        op = new_ele("get-configuration", attributes)
        return m.rpc(op)
    for database in ("candidate", "committed"):
        assert ask(database=database).xpath("//configuration/system")
    assert ask(inherit="inherit", groups="groups").xpath("//system")
    assert ask(inherit="defaults").xpath("//system")
    assert ask(rollback="0", format="set").xpath("//configuration-set")
    assert ask(compare="rollback", rollback="0", format="text").xpath(
        "//configuration-information/configuration-output")
    contains(str(ask(format="json-minified")), '"host-name":"fw1"')
    contains(str(ask(format="xml-minified")), "<host-name>fw1</host-name>")
    for bad in ({"database": "ephemeral"}, {"format": "odl"},
                {"rollback": "50"}, {"compare": "nonsense"}):
        raises(ask, **bad)


@check
def commit_later(m):
    m.load_configuration(action="set", config=["set system host-name later"])
    m.commit(at_time="23:59:59")
    contains(raises(m.load_configuration, action="set",
                    config=["set system host-name x"]).message, "commit at")
    m.rpc(new_ele("clear-system-commit"))
    m.discard_changes()


@check
def databases_that_are_not_there(m):
    for name in ("ephemeral", "ephemeral-instance", "dynamic"):
        op = new_ele("open-configuration")
        sub_ele(op, name)
        contains(raises(m.rpc, op).message, "no such configuration database")


@check
def twenty_sessions_at_once(m):
    def work(n):
        with connect() as other:
            for _ in range(3):
                other.command("show version", format="text")
            got.append(n)
    got = []
    threads = [threading.Thread(target=work, args=(i,)) for i in range(20)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(sorted(got), list(range(20)))


@check
def ping_ends_by_itself(m):
    op = new_ele("ping")
    sub_ele(op, "host").text = "192.0.2.2"
    sub_ele(op, "count").text = "1"
    reply = m.rpc(op)
    same(reply.xpath("//probes-sent")[0].text, "1")
    same(reply.xpath("//responses-received")[0].text, "1")


@check
def non_ascii_on_every_boundary(m):
    # ncclient decodes buffers of 4096 bytes on their own.
    with m.locked("candidate"):
        m.load_configuration(action="set", config=[
            'set interfaces ge-0/0/1 description "%s"' % ("ü" * 120)] + [
            'set security address-book global address X%d 192.0.2.%d/32' %
            (i, i % 250) for i in range(200)] + [
            'set interfaces ge-0/0/0 description "%s"' % ("äß" * 60)])
        reply = m.get_configuration(format="text")
        contains(reply.xpath("//configuration-text")[0].text, "ü" * 120)
        m.discard_changes()


@check
def malformed_request_keeps_the_session(m):
    e = raises(m.rpc, new_ele("get-nonsense"))
    contains(e.message, "syntax error")
    m.command("show version")


if __name__ == "__main__":
    with connect() as session:
        run("ncclient", session)
