#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line as a person uses it: on a real terminal (pexpect), with a
real daemon in a network namespace of its own.

test_cli.py BUILD [NAME]...

NAME selects tests by a part of their names. Prints a line for each test and
last "N passed, N failed".
"""
import os
import subprocess
import sys
import tempfile

import test_cli_box
import test_cli_config
import test_cli_keys
import test_cli_load
import test_cli_net
import test_cli_output
import test_cli_session


def main():
    build = os.path.abspath(sys.argv[1])
    if "VRFLOW_CLI_NS" not in os.environ:
        os.environ["VRFLOW_CLI_NS"] = "1"
        os.execvp("unshare", ["unshare", "-n", "--", sys.executable]
                  + [os.path.abspath(sys.argv[0]), build] + sys.argv[2:])
    for i in "01":
        subprocess.check_call(["ip", "link", "add", "ge-0-0-" + i, "type",
                               "veth", "peer", "name", "host" + i])
        for name in ("ge-0-0-" + i, "host" + i):
            subprocess.check_call(["ip", "link", "set", name, "up"])
    with tempfile.TemporaryDirectory() as where:
        box = test_cli_box.Box(build, where)
        box.start()
        idle = test_cli_session.begin_idle(box) if len(sys.argv) == 2 else None
        passed, failed = test_cli_box.run_tests(
            box, [test_cli_keys, test_cli_output, test_cli_config,
                  test_cli_load, test_cli_session, test_cli_net], sys.argv[2:])
        if idle is not None:
            ok = test_cli_session.end_idle(idle)
            print("ok      cli/idle_timeout" if ok else
                  "not ok  cli/idle_timeout")
            passed, failed = passed + ok, failed + (not ok)
        if box.stop() != 0:
            print("not ok  cli/daemon ended with an error")
            print(open(box.path("vrflowd.log")).read())
            failed += 1
    print("%d passed, %d failed" % (passed, failed))
    return failed > 0


sys.exit(main())
