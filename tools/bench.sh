#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every row of tests/bench/rows.py: a table on the terminal, the figures in
# build-bench/bench.json, the table and the plots of docs/perf.md. For the
# arguments see tests/bench/run.py.
cd "$(dirname "$0")/.." || exit 1
exec python3 tests/bench/run.py "$@"
