# SPDX-License-Identifier: Apache-2.0
"""Checks that go on after a failure, and count."""
import os
import sys
import traceback

PORT = int(os.environ["PORT"])
LOGIN = os.environ["LOGIN"]
KEY = os.environ["D"] + "/id"
SCRATCH = os.environ["D"]

_checks = []


def check(f):
    """Decorator: a function that is one check."""
    _checks.append(f)
    return f


def run(name, *args):
    passed = failed = 0
    for f in _checks:
        try:
            f(*args)
            passed += 1
            print("ok      %s/%s" % (name, f.__name__))
        except Exception:  # whatever a client raises
            failed += 1
            print("not ok  %s/%s" % (name, f.__name__))
            for line in traceback.format_exc().splitlines():
                print("        " + line)
    print("%d passed, %d failed" % (passed, failed))
    sys.stdout.flush()
    sys.exit(failed > 0)


def same(got, expected):
    assert got == expected, "got %r, expected %r" % (got, expected)


def contains(text, part):
    assert part in text, "%r is not in %r" % (part, text)
