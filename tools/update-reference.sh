#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# update-reference.sh [--check]
# Writes docs/reference/ anew from schema/; with --check says what is stale.
set -eu
cd "$(dirname "$0")/.."
how=pages
[ "${1:-}" = --check ] && how=check
exec python3 -B tools/schemadoc.py "$how" docs/reference schema/*.schema
