#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [-b BUILD] [SCRIPT]...
#
# Runs the scripts of tests/scale, one after the other, and ten seconds of the
# soak test; prints one line for each with the figures below it, and last
# "N passed, N failed". Figures are printed, not judged. Needs root.

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

[ $# -gt 0 ] || set -- "$here"/[0-9]*.py "$top"/tests/soak/soak.py

out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT
passed=0 failed=0
for script in "$@"; do
	name=${script#"$top"/}
	args=
	[ "${script##*/}" != soak.py ] || args=10
	timeout 300 python3 "$script" $args >"$out" 2>&1
	status=$?
	if [ $status -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok      $name"
	else
		failed=$((failed + 1))
		echo "not ok  $name (exit status $status)"
	fi
	sed 's/^/        /' "$out"
	[ $status -ne 130 ] || break # interrupted
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
