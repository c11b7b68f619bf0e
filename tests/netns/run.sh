#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [-b BUILD] [LAB|SCRIPT]...
#
# Runs labs (directories) and scripts, one after the other; without arguments
# all of tests/netns and labs. Prints one line for each, the output of those
# that fail, and last "N passed, N failed". Needs root. BUILD is the directory
# of vrflow and vrflowd (default: build, at the top of the tree).

here=$(cd "$(dirname "$0")" && pwd) || exit 2
top=$(cd "$here/../.." && pwd) || exit 2
build=$top/build
if [ "$1" = -b ]; then
	build=$(cd "$2" && pwd) || exit 2
	shift 2
fi
[ -x "$build/vrflow" ] || {
	echo "$0: $build/vrflow is not there; build it first" >&2
	exit 2
}
export VRFLOW_BUILD="$build" VRFLOW_TOP="$top"

[ $# -gt 0 ] || set -- "$here"/[0-9]* "$top"/labs/*/

out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT
passed=0 failed=0
for lab in "$@"; do
	lab=${lab%/}
	name=${lab#"$top"/}
	if [ -d "$lab" ]; then
		"$build/vrflow" lab run "$lab" >"$out" 2>&1
	else
		sh "$lab" >"$out" 2>&1
	fi
	status=$?
	if [ $status -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok      $name"
		grep '^box .* ratio' "$out" | sed 's/^/        /'
	else
		failed=$((failed + 1))
		echo "not ok  $name (exit status $status)"
		sed 's/^/        /' "$out"
	fi
	[ $status -lt 128 ] || break # interrupted
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
