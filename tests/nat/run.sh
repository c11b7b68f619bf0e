#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [-b BUILD] [SCRIPT]...
#
# NAT from outside: runs the scripts of tests/nat, each in a network namespace
# of its own; prints one line for each with what it says below it, and last
# "N passed, N failed". Needs root. BUILD is the directory of vrflow and
# vrflowd (default: build, at the top of the tree).

here=$(cd "$(dirname "$0")" && pwd) || exit 2
top=$(cd "$here/../.." && pwd) || exit 2
build=$top/build
if [ "$1" = -b ]; then
	build=$(cd "$2" && pwd) || exit 2
	shift 2
fi
[ -x "$build/vrflowd" ] || {
	echo "$0: $build/vrflowd is not there; build it first" >&2
	exit 2
}
export VRFLOW_BUILD="$build" PYTHONPATH="$here" PYTHONDONTWRITEBYTECODE=1
# The interpreter of the Debian packages, whatever else PATH has.
python=/usr/bin/python3

[ $# -gt 0 ] || set -- "$here/matrix.py" "$here/rfc.py"

out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT
passed=0 failed=0
for script in "$@"; do
	name=${script#"$top"/}
	timeout 300 unshare -n "$python" "$script" >"$out" 2>&1
	status=$?
	if [ $status -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok      $name"
	else
		failed=$((failed + 1))
		echo "not ok  $name (exit status $status)"
	fi
	# scapy's opinion about the namespace's interfaces
	grep -v '^WARNING: ' "$out" | sed 's/^/        /'
	[ $status -ne 130 ] || break # interrupted
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
