#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install.sh BUILD PREFIX [--no-rebuild]
# Installs what was built in BUILD below $DESTDIR and PREFIX, and writes down in
# share/vrflow/installed there which files and directories were made, for
# uninstall.sh. What an older installation had and this one has not is removed.
set -eu
build=$1
prefix=$2
root=${DESTDIR:-}
list=$root$prefix/share/vrflow/installed
here=$(cd "$(dirname "$0")" && pwd)

configured=$(meson introspect --buildoptions "$build" | python3 -c '
import json, sys
print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
if [ "$configured" != "$prefix" ]; then
	meson configure "$build" --prefix="$prefix"
fi
[ "${3:-}" = --no-rebuild ] || ninja -C "$build" installed
new=$(mktemp)
trap 'rm -f "$new"' EXIT
# Directories stay those of the first time: now they exist.
[ ! -e "$list" ] || grep '/$' "$list" >"$new" || true
[ ! -e "$list" ] || "$here/uninstall.sh" "$prefix" >/dev/null
meson install -C "$build" --no-rebuild --quiet
sed "/^#/d; s,^$root,," "$build/meson-logs/install-log.txt" |
	while IFS= read -r f; do
		if [ -d "$root$f" ]; then echo "$f/"; else echo "$f"; fi
	done >>"$new"
echo "$prefix/share/vrflow/installed" >>"$new"
sort -u "$new" >"$list"
chmod 644 "$list"
echo "installed $(grep -vc '/$' "$list") files below $root$prefix"
