#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""textgen.py OUT.c IN NAME: a text file as a C array NAME_text, NAME_len."""
import sys


def main(out, source, name):
    with open(source, "rb") as f:
        data = f.read()
    with open(out, "w", encoding="ascii") as f:
        f.write(f"/* Made from {name}: do not edit. */\n"
                f"extern const char {name}_text[];\n"
                f"extern const unsigned int {name}_len;\n"
                f"const unsigned int {name}_len = {len(data)};\n"
                f"const char {name}_text[] = {{\n")
        for i in range(0, len(data), 16):
            f.write("\t" + ", ".join(str(b) for b in data[i:i + 16]) + ",\n")
        f.write("\t0};\n")


main(*sys.argv[1:])
