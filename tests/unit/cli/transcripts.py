#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden transcripts: commands in, text out.

transcripts.py VRFLOW TESTD CONF DIR [--update]

Each DIR/*.txt holds runs: a line "== ARGS" or "== stdin", the commands, a line
"--", and what must be printed: standard output, "! " before lines of standard
error, "= N" the exit status. Times of commits read <time>. A
line "^D" of the commands is the end-of-text character.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile


def runs_of(text):
    for block in re.split(r"(?m)^== ", text)[1:]:
        head, _, rest = block.partition("\n")
        script, _, want = rest.partition("--\n")
        yield head, script, want


def run(vrflow, sock, cwd, head, script):
    if head == "stdin":
        args, data = [], script
    else:
        args, data = shlex.split(head), script
    data = data.replace("^D\n", "\x04\n")
    p = subprocess.run([vrflow, "-s", sock] + args, input=data.encode(),
                       cwd=cwd, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, timeout=60)
    out = p.stdout.decode()
    if out and not out.endswith("\n"):
        out += "\n"
    err = "".join("! " + l + "\n" for l in p.stderr.decode().splitlines())
    text = out + err + "= %d\n" % p.returncode
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "<time>", text)
    text = re.sub(r'seconds("?[ :=]+)"\d+"', r'seconds\1"<n>"', text)
    text = re.sub(r"\bby \w+ via cli", "by <user> via cli", text)
    text = text.replace(os.path.realpath(cwd), "<directory>")
    text = re.sub(r"idle \d\d:\d\d:\d\d", "idle <time>", text)
    return re.sub(r"\(pid \d+\)", "(pid <n>)", text)


def one_file(vrflow, testd, conf, path, update):
    work = tempfile.TemporaryDirectory()
    sock = os.path.join(work.name, "sock")
    daemon = subprocess.Popen([testd, sock, conf], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    ok, result = True, ""
    try:
        assert daemon.stdout.readline() == b"ready\n"
        text = open(path).read()
        result = text.partition("== ")[0]
        for head, script, want in runs_of(text):
            got = run(vrflow, sock, work.name, head, script)
            result += "== %s\n%s--\n%s\n" % (head, script, got)
            if got.strip() != want.strip() and not update:
                ok = False
                print("%s: %s\n%s" % (path, head, script))
                print("-- want\n%s\n-- got\n%s" % (want.strip(), got.strip()))
    finally:
        daemon.stdin.close()
        ok = daemon.wait(timeout=20) == 0 and ok
        work.cleanup()
    if update:
        open(path, "w").write(result.rstrip("\n") + "\n")
    return ok


def main():
    vrflow, testd, conf, folder = sys.argv[1:5]
    update = "--update" in sys.argv
    ok = True
    for name in sorted(os.listdir(folder)):
        if name.endswith(".txt"):
            ok = one_file(os.path.abspath(vrflow), testd, conf,
                          os.path.join(folder, name), update) and ok
    return 0 if ok else 1


sys.exit(main())
