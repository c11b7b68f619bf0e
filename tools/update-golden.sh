#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Write the results of tests/golden/*.conf anew: update-golden.sh [BUILDDIR]
set -e
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}
ninja -C "$build" tests/unit/compile/golden
"$build/tests/unit/compile/golden" "$top/tests/golden" --update
git -C "$top" --no-pager diff --stat -- tests/golden
