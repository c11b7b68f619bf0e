#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# soak.sh [BUILD]: the soak test for SECONDS (600) with WORKERS (2). Needs root.
cd "$(dirname "$0")/.." || exit 1
VRFLOW_BUILD=$(cd "${1:-build}" && pwd) || exit 1
export VRFLOW_BUILD
exec python3 tests/soak/soak.py "${SECONDS:-600}" "${WORKERS:-2}"
