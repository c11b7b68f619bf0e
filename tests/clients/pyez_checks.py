# SPDX-License-Identifier: Apache-2.0
"""PyEZ: facts, configuration, RPCs and tables."""
import glob
import os
import time

import yaml

# Debian's PyEZ calls yaml.load() as PyYAML 6 no longer takes it.
_load = yaml.load
yaml.load = lambda s, Loader=None: _load(s, Loader=yaml.SafeLoader)

from lxml.builder import E  # noqa: E402

import jnpr.junos  # noqa: E402
from jnpr.junos import Device  # noqa: E402
from jnpr.junos.factory.factory_loader import FactoryLoader  # noqa: E402
from jnpr.junos.exception import (CommitError, ConfigLoadError, LockError,  # noqa: E402
                                  RpcError)
from jnpr.junos.op.arp import ArpTable  # noqa: E402
from jnpr.junos.op.ethport import EthPortTable  # noqa: E402
from jnpr.junos.op.phyport import PhyPortTable  # noqa: E402
from jnpr.junos.op.routes import RouteTable  # noqa: E402
from jnpr.junos.utils.config import Config  # noqa: E402

from checks import (LOGIN, KEY, PORT, SCRATCH, check, contains, run,  # noqa: E402
                    same)


def device(**kwargs):
    dev = Device("127.0.0.1", port=PORT, user=LOGIN, ssh_private_key_file=KEY,
                 gather_facts=False, **kwargs)
    dev.open()
    dev.timeout = 20
    return dev


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        return e
    raise AssertionError("no %s" % kind.__name__)


def host_name(dev):
    return dev.rpc.get_config(
        options={"database": "committed"}).findtext(".//host-name")


@check
def facts(dev):
    f = dev.facts
    same(f["hostname"], "fw1")
    same(f["version"], "23.4R1.1")
    assert f["model"].lower().startswith("srx"), f["model"]
    assert f["serialnumber"], f
    same(f["domain"], "example.net")
    same(f["fqdn"], "fw1.example.net")
    same(f["vc_capable"], False)
    same(f["srx_cluster"], False)
    assert f["RE0"]["status"] == "OK", f["RE0"]
    assert f["HOME"], f
    for name in f.keys():
        f[name]


@check
def uptime(dev):
    assert int(dev.uptime) >= 0


@check
def cli(dev):
    contains(dev.cli("show version", warning=False), "Hostname: fw1")
    contains(dev.cli("show configuration system", warning=False),
             "host-name fw1")
    contains(dev.display_xml_rpc("show interfaces terse", format="text"),
             "<get-interface-information><terse/>")


@check
def lock(dev):
    other = device()
    cu, cu2 = Config(dev), Config(other)
    cu.lock()
    contains(str(raises(LockError, cu2.lock)), "locked by")
    cu.unlock()
    cu2.lock()
    cu2.unlock()
    other.close()


@check
def set_diff_commit_rollback(dev):
    with Config(dev, mode="exclusive") as cu:
        cu.load("set system host-name lab1", format="set")
        contains(cu.diff(), "+  host-name lab1;")
        assert cu.commit_check()
        assert cu.commit(comment="ci", timeout=60)
        same(cu.diff(), None)
    same(host_name(dev), "lab1")
    with Config(dev, mode="exclusive") as cu:
        cu.rollback(1)
        contains(cu.diff(), "+  host-name fw1;")
        assert cu.commit()
    same(host_name(dev), "fw1")


@check
def load_text(dev):
    with Config(dev, mode="exclusive") as cu:
        cu.load("system { host-name lab2; }", format="text", merge=True)
        contains(cu.diff(), "+  host-name lab2;")
        cu.rollback()
        same(cu.diff(), None)
        cu.load("security { zones { replace: security-zone LAN { "
                "description new; } } }", format="text")
        contains(cu.diff(), "-  host-inbound-traffic")
        cu.rollback()


@check
def load_xml(dev):
    with Config(dev, mode="exclusive") as cu:
        cu.load("<configuration><system><host-name>lab3</host-name>"
                "<domain-name delete='delete'/></system></configuration>",
                format="xml")
        contains(cu.diff(), "+  host-name lab3;")
        contains(cu.diff(), "-  domain-name example.net;")
        cu.rollback()
        cu.load("""<configuration><security><policies>
            <policy><from-zone-name>LAN</from-zone-name>
            <to-zone-name>WAN</to-zone-name>
            <policy insert="before" name="out"><name>rest</name></policy>
            </policy></policies></security></configuration>""", format="xml")
        contains(cu.diff(), "!  policy")
        cu.rollback()


@check
def load_json(dev):
    with Config(dev, mode="exclusive") as cu:
        cu.load('{"configuration": {"system": {"host-name": "lab4", '
                '"services": {"ssh": [null]}}, "security": {"zones": '
                '{"security-zone": [{"name": "DMZ"}]}}}}', format="json",
                merge=True)
        diff = cu.diff()
        contains(diff, "+  host-name lab4;")
        contains(diff, "security-zone DMZ")
        cu.rollback()


@check
def json_round_trip(dev):
    text = dev.rpc.get_config(options={"format": "json"})
    import json
    with Config(dev, mode="exclusive") as cu:
        cu.load(json.dumps(text), format="json", overwrite=True)
        same(cu.diff(), None)


@check
def xml_round_trip(dev):
    from lxml import etree
    config = dev.rpc.get_config()
    with Config(dev, mode="exclusive") as cu:
        cu.load(etree.tostring(config).decode(), format="xml",
                overwrite=True)
        same(cu.diff(), None)


@check
def load_overwrite_and_url(dev):
    text = dev.rpc.get_config(options={"format": "text"}).text
    path = SCRATCH + "/new.conf"
    with open(path, "w") as f:
        f.write(text.replace("fw1", "lab5"))
    with Config(dev, mode="exclusive") as cu:
        cu.load(url=path, format="text", overwrite=True)
        contains(cu.diff(), "+  host-name lab5;")
        cu.rollback()


@check
def load_patch(dev):
    with Config(dev, mode="exclusive") as cu:
        # 2.1.7 has no argument for it yet.
        op = E("load-configuration", E(
            "configuration-patch",
            "[edit system]\n-  host-name fw1;\n+  host-name lab6;\n"
            "[edit security zones]\n+    security-zone DMZ {\n"
            "+        description x;\n+    }\n"), action="patch",
            format="text")
        dev.execute(op)
        diff = cu.diff()
        contains(diff, "+  host-name lab6;")
        contains(diff, "security-zone DMZ")
        cu.rollback()


@check
def load_error(dev):
    with Config(dev, mode="exclusive") as cu:
        e = raises(ConfigLoadError, cu.load, "set nonsense here",
                   format="set")
        same(e.errs[0]["bad_element"], "nonsense")
        contains(e.errs[0]["message"], "syntax error")
        e = raises(ConfigLoadError, cu.load,
                   "<configuration><system><nonsense/></system>"
                   "</configuration>", format="xml")
        same(e.errs[0]["bad_element"], "nonsense")
        same(e.errs[0]["edit_path"], "[edit system]")
        cu.rollback()


@check
def load_warning(dev):
    with Config(dev, mode="exclusive") as cu:
        e = raises(ConfigLoadError, cu.load,
                   "delete security zones security-zone GONE", format="set")
        same(e.errs[0]["severity"], "warning")
        contains(e.errs[0]["message"], "statement not found")
        cu.load("delete security zones security-zone GONE", format="set",
                ignore_warning=True)


@check
def commit_error(dev):
    with Config(dev, mode="exclusive") as cu:
        cu.load("set security zones security-zone LAN interfaces ge-0/0/7.0",
                format="set")
        e = raises(CommitError, cu.commit)
        contains(" ".join(str(x["edit_path"]) for x in e.errs),
                 "[edit security zones security-zone LAN")
        cu.rollback()


@check
def commit_confirmed(dev):
    with Config(dev, mode="exclusive") as cu:
        cu.load("set system host-name lab7", format="set")
        assert cu.commit(confirm=5, comment="trial")
    same(host_name(dev), "lab7")
    info = dev.rpc.get_commit_revision_information(detail=True)
    contains(info.findtext("comment"), "rollback in 5mins")
    with Config(dev, mode="exclusive") as cu:
        assert cu.commit_check()  # confirms
        cu.rollback(1)
        assert cu.commit()
    same(host_name(dev), "fw1")


@check
def private(dev):
    other = device()
    with Config(dev, mode="private") as cu:
        with Config(other, mode="private") as cu2:
            cu.load("set system host-name lab8", format="set")
            contains(cu.diff(), "+  host-name lab8;")
            same(cu2.diff(), None)  # nobody sees the other's changes
            cu2.load("set system domain-name other.example", format="set")
            assert cu2.commit()
        assert cu.commit()
    config = dev.rpc.get_config(options={"database": "committed"})
    same(config.findtext(".//host-name"), "lab8")
    same(config.findtext(".//domain-name"), "other.example")
    with Config(dev, mode="exclusive") as cu:
        cu.load("set system host-name fw1\n"
                "set system domain-name example.net", format="set")
        assert cu.commit()
    other.close()


@check
def rpc_errors(dev):
    e = raises(RpcError, dev.rpc.get_nonsense)
    contains(str(e), "syntax error")
    raises(RpcError, dev.rpc.get_interface_information, nonsense=True)


@check
def rpc_forms(dev):
    contains(dev.rpc.get_route_information({"format": "text"}).text,
             "203.0.113.0/24")
    assert "route-information" in dev.rpc.get_route_information(
        {"format": "json"})
    zones = dev.rpc.get_zones_information()
    assert "LAN" in [n.text.strip() for n in zones.findall(
        ".//zones-security-zonename")]


@check
def interfaces_terse(dev):
    rsp = dev.rpc.get_interface_information(interface_name="ge-0/0/0.0",
                                            terse=True)
    contains(rsp.findtext(".//ifa-local"), "192.0.2.1")


@check
def files(dev):
    contains(dev.rpc.file_show(filename="/etc/hosts").text, "127.0.0.1")
    raises(RpcError, dev.rpc.file_show, filename="/etc/shadow")
    assert dev.rpc.file_list(path="~").findtext(".//directory-name")


@check
def arp_table(dev):
    rows = ArpTable(dev).get()
    row = [r for r in rows if r.ip_address == "192.0.2.2"][0]
    same(row.interface_name, "ge-0/0/0.0")


@check
def route_table(dev):
    rows = RouteTable(dev).get()
    same(rows["203.0.113.0/24"].protocol, "Static")
    same(rows["203.0.113.0/24"].nexthop, "198.51.100.9")
    rows = RouteTable(dev).get(protocol="static")
    same(rows.keys(), ["203.0.113.0/24"])


@check
def port_tables(dev):
    rows = EthPortTable(dev).get("ge-0/0/0")
    same(rows["ge-0/0/0"].oper, "up")
    assert "ge-0/0/1" in EthPortTable(dev).get().keys()
    assert "ge-0/0/0" in PhyPortTable(dev).get().keys()


# Whole files of tables; those of configuration need their keys.
KEYS = {"ZoneIfsTable": {"security_zone": "LAN"},
        "ABitemTable": {"security_zone": "LAN"},
        "PolicyRuleTable": {"policy": [("LAN", "WAN")]}}
NOT_HERE = ("CCCTable", "L2CircuitConnectionTable", "TedTable",
            "TedSummaryTable")


@check
def every_table(dev):
    found = {}
    for path in sorted(glob.glob(os.path.dirname(jnpr.junos.__file__) +
                                 "/op/*.yml")):
        with open(path) as f:
            tables = FactoryLoader().load(yaml.load(f))
        for name, table in tables.items():
            if not name.endswith("Table") or name.startswith("_"):
                continue
            if name in NOT_HERE:
                raises(RpcError, table(dev).get)
                continue
            found[name] = table(dev).get().keys()
    assert len(found) > 25, found
    for name in ("LLDPNeighborTable", "bgpTable", "OspfNeighborTable",
                 "VlanTable", "LacpPortTable", "NdTable", "XcvrTable"):
        same(list(found[name]), [])
    same(list(found["FpcInfoTable"]), ["0"])
    assert "inet.0" in found["RouteSummaryTable"]


@check
def configuration_tables(dev):
    with open(os.path.dirname(jnpr.junos.__file__) + "/cfgro/srx.yml") as f:
        tables = FactoryLoader().load(yaml.load(f))
    zones = tables["ZoneTable"](dev).get()
    same(sorted(zones.keys()), ["LAN", "WAN"])
    same(tables["ZoneIfsTable"](dev).get(security_zone="LAN").keys(),
         ["ge-0/0/0.0"])
    same(tables["PolicyContextTable"](dev).get().keys(), [("LAN", "WAN")])
    rules = tables["PolicyRuleTable"](dev).get(policy=("LAN", "WAN"))
    same(rules.keys(), ["out", "rest"])
    same(rules["out"].match_src, "HOSTS")
    same(rules["out"].action, "permit")


@check
def rescue(dev):
    with Config(dev, mode="exclusive") as cu:
        same(cu.rescue("get"), None)
        assert cu.rescue("save")
        contains(cu.rescue("get", format="text"), "host-name fw1")
        assert cu.rescue("get", format="xml").findtext(".//host-name") == "fw1"
        cu.load("set system host-name away", format="set")
        cu.rescue("reload")
        same(cu.diff(), None)
        assert cu.rescue("delete")


@check
def modes(dev):
    with Config(dev, mode="exclusive") as cu:
        cu.load("set system host-name lab9", format="set")
        assert cu.pdiff() is None
        result = cu.commit(detail=True, comment="in detail")
        assert result is not None
    with Config(dev, mode="exclusive") as cu:
        assert cu.commit(sync=True, full=True)
        cu.rollback(1)
        assert cu.commit()
    for mode in ("ephemeral", "dynamic"):
        try:
            with Config(dev, mode=mode):
                raise AssertionError(mode)
        except RpcError as e:
            contains(str(e), "no such configuration database")


@check
def rpcs_by_name(dev):
    rsp = dev.rpc.get_source_nat_rule_sets_information(all=True)
    same(rsp.tag, "source-nat-rule-detail-information")
    rsp = dev.rpc.match_firewall_policies(
        from_zone="LAN", to_zone="WAN", source_ip="192.0.2.2",
        destination_ip="203.0.113.1", source_port="1024",
        destination_port="80", protocol="tcp")
    contains(rsp.findtext(".//policy-name"), "out")
    rsp = dev.rpc.ping(host="192.0.2.2", count="2")
    same(rsp.findtext(".//responses-received").strip(), "2")
    same(dev.rpc.get_lldp_neighbors_information().tag,
         "lldp-neighbors-information")
    assert dev.rpc.clear_arp_table() is not None


@check
def open_and_close_again(dev):
    for _ in range(3):
        other = device()
        assert other.connected
        contains(other.cli("show version", warning=False), "Junos: ")
        other.close()
        assert not other.connected


@check
def a_killed_connection_frees_the_lock(dev):
    other = device()
    Config(other).lock()
    other._conn._session.transport.sock.close()
    for _ in range(100):
        try:
            Config(dev).lock()
            break
        except LockError:
            time.sleep(0.1)
    Config(dev).unlock()


if __name__ == "__main__":
    the_device = device()
    run("pyez", the_device)
