# SPDX-License-Identifier: Apache-2.0
"""Ansible's junipernetworks.junos over netconf and over the command line: each
task is a check."""
import json
import os
import subprocess
import sys

from checks import KEY, LOGIN, PORT, SCRATCH
from raw import Raw

HERE = os.path.dirname(os.path.abspath(__file__))
PLAYBOOKS = ("site.yml", "resources.yml", "network.yml")
# The next task looks at what a refused one said.
REFUSED = ("junos_config with an error",
           "network_cli cli_command with an error",
           "network_cli cli_config with an error")


def configuration():
    with Raw() as raw:
        reply = raw.ask('<get-configuration database="committed" '
                        'format="text"/>')
    return reply[reply.index("<configuration-text>"):reply.index(
        "</rpc-reply>")]


def restore(text):
    with Raw() as raw:
        raw.ask('<load-configuration action="override" format="text">' +
                text + "</load-configuration>")
        raw.ask("<commit-configuration/>")


def play(playbook):
    port = os.environ["CLI_PORT"] if playbook == "network.yml" else PORT
    env = dict(
        os.environ, ANSIBLE_PERSISTENT_CONTROL_PATH_DIR=SCRATCH + "/pc",
        ANSIBLE_HOST_KEY_CHECKING="False", ANSIBLE_HOME=SCRATCH + "/ah",
        ANSIBLE_STDOUT_CALLBACK="json", ANSIBLE_NOCOWS="1",
        ANSIBLE_DEPRECATION_WARNINGS="False")
    return subprocess.run(
        ["/usr/bin/ansible-playbook", "-i", "127.0.0.1,", "-u", LOGIN,
         "--private-key", KEY, "-e", "ansible_port=%s" % port,
         "-e", "ansible_network_os=junipernetworks.junos.junos",
         "-e", "ansible_python_interpreter=/usr/bin/python3",
         "-e", "scratch=%s" % SCRATCH, HERE + "/" + playbook],
        env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def count(task, result):
    """1 passed, 0 failed, None neither."""
    name = task["task"]["name"]
    if result.get("skipped") or name in REFUSED:
        return None
    if not (result.get("failed") or result.get("unreachable")):
        print("ok      ansible/%s" % name)
        return 1
    print("not ok  ansible/%s" % name)
    print("        %s" % json.dumps(
        {k: result[k] for k in result if k in
         ("msg", "exception", "assertion", "module_stderr")}))
    return 0


def run(playbook):
    """How many passed, how many failed."""
    done = play(playbook)
    try:
        report = json.loads(done.stdout[done.stdout.index("{"):])
    except ValueError:
        print(done.stdout + done.stderr)
        return 0, 1
    results = [count(task, result)
               for task in report["plays"][0]["tasks"]
               for result in task["hosts"].values()]
    passed, failed = results.count(1), results.count(0)
    return passed, failed + (not passed)


def main():
    before = configuration()
    passed = failed = 0
    for playbook in sys.argv[1:] or PLAYBOOKS:
        p, f = run(playbook)
        passed, failed = passed + p, failed + f
        restore(before)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
