#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# uninstall.sh PREFIX
# Removes what install.sh made below $DESTDIR and PREFIX: files, and directories
# that nobody else uses now.
set -eu
prefix=$1
root=${DESTDIR:-}
list=$root$prefix/share/vrflow/installed
if [ ! -e "$list" ]; then
	echo "uninstall: there is no $list: nothing was installed there" >&2
	exit 1
fi
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT
sort -r "$list" >"$copy" # what is within a directory before it
n=0
while IFS= read -r f; do
	case $f in
	*/) rmdir "$root$f" 2>/dev/null || true ;;
	*) rm -f "$root$f" && n=$((n + 1)) ;;
	esac
done <"$copy"
echo "removed $n files below $root$prefix"
