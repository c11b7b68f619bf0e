#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check-man.sh [PAGE...]
# Formats the manual pages, and those named, and fails on any warning.
man=$(cd "$(dirname "$0")/../docs/man" && pwd) || exit 1
command -v groff >/dev/null || exit 77 # skipped
rc=0
for page in "$man"/*.[1-9] "$@"; do
	said=$(groff -mandoc -Tutf8 -ww "$page" 2>&1 >/dev/null)
	[ -z "$said" ] || { printf '%s\n' "$said"; rc=1; }
	command -v mandoc >/dev/null || continue
	mandoc -Tlint -Wwarning "$page" || rc=1
done
exit $rc
