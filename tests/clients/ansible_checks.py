# SPDX-License-Identifier: Apache-2.0
"""Ansible's junipernetworks.junos over netconf: each task is a check."""
import json
import os
import subprocess
import sys

from checks import KEY, LOGIN, PORT, SCRATCH

REFUSED = ("junos_config with an error",)
HERE = os.path.dirname(os.path.abspath(__file__))


def play():
    env = dict(
        os.environ, ANSIBLE_PERSISTENT_CONTROL_PATH_DIR=SCRATCH + "/pc",
        ANSIBLE_HOST_KEY_CHECKING="False", ANSIBLE_HOME=SCRATCH + "/ah",
        ANSIBLE_STDOUT_CALLBACK="json", ANSIBLE_NOCOWS="1",
        ANSIBLE_DEPRECATION_WARNINGS="False")
    return subprocess.run(
        ["/usr/bin/ansible-playbook", "-i", "127.0.0.1,", "-u", LOGIN,
         "--private-key", KEY, "-e", "ansible_port=%d" % PORT,
         "-e", "ansible_network_os=junipernetworks.junos.junos",
         "-e", "ansible_python_interpreter=/usr/bin/python3",
         "-e", "scratch=%s" % SCRATCH, HERE + "/site.yml"],
        env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def main():
    done = play()
    passed = failed = 0
    try:
        report = json.loads(done.stdout[done.stdout.index("{"):])
    except ValueError:
        print(done.stdout + done.stderr)
        print("0 passed, 1 failed")
        return 1
    for task in report["plays"][0]["tasks"]:
        for result in task["hosts"].values():
            # The next task looks at what a refused one said.
            if result.get("skipped") or task["task"]["name"] in REFUSED:
                continue
            if result.get("failed") or result.get("unreachable"):
                failed += 1
                print("not ok  ansible/%s" % task["task"]["name"])
                print("        %s" % json.dumps(
                    {k: result[k] for k in result if k in
                     ("msg", "exception", "assertion", "module_stderr")}))
            else:
                passed += 1
                print("ok      ansible/%s" % task["task"]["name"])
    print("%d passed, %d failed" % (passed, failed + (not passed)))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
