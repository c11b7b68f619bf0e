#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check-style.sh [--fix]
# Prints the C files that clang-format would change; exit status 1 if there is
# one. With --fix it changes them: in a commit of its own, and never while
# somebody else works on them.
cd "$(dirname "$0")/.." || exit 1
if ! command -v clang-format >/dev/null; then
	echo "clang-format is not installed (tools/install-deps.sh)"
	exit 1
fi
list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT
find src tests -name '*.[ch]' | sort |
	xargs clang-format --dry-run -Werror 2>&1 |
	sed -n 's/^\([^: ]*\):[0-9]*:[0-9]*: error: .*/\1/p' | sort |
	uniq -c | awk '{ print $2 ": " $1 " deviations" }' >"$list"
if [ "${1:-}" = --fix ]; then
	cut -d: -f1 "$list" | xargs -r clang-format -i
	sed 's/: .*/: formatted/' "$list"
	exit 0
fi
cat "$list"
echo "style: $(find src tests -name '*.[ch]' | wc -l) files," \
	"$(wc -l <"$list") deviate"
[ ! -s "$list" ]
