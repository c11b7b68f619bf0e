#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The same lab twice at the same time: both must hold.

out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
"$VRFLOW_BUILD/vrflow" lab run "$VRFLOW_TOP/labs/reverse-route" \
	>"$out/1" 2>&1 &
first=$!
"$VRFLOW_BUILD/vrflow" lab run "$VRFLOW_TOP/labs/reverse-route" \
	>"$out/2" 2>&1 &
second=$!
status=0
wait $first || { status=1 && cat "$out/1"; }
wait $second || { status=1 && cat "$out/2"; }
exit $status
