#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# deb.sh [DIR]
# Builds the Debian packages of the files as they are in git's index and the
# working tree, into DIR (build/deb), and shows them to lintian.
set -eu
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-build/deb}")
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' packaging/debian/changelog)
tree=$out/vrflow-$version

if [ "$(id -u)" -eq 0 ]; then
	missing=
	for p in debhelper fakeroot lintian; do
		dpkg-query -W -f='${Status}' $p 2>/dev/null |
			grep -q 'ok installed' || missing="$missing $p"
	done
	# shellcheck disable=SC2086
	[ -z "$missing" ] || DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
rm -rf "$tree"
mkdir -p "$tree"
git ls-files -z --cached --others --exclude-standard |
	while IFS= read -r -d '' f; do [ -e "$f" ] && printf '%s\0' "$f"; done |
	tar -c --null -T - | tar -x -C "$tree"
mv "$tree/packaging/debian" "$tree/debian"
cd "$tree"
dpkg-buildpackage -b -us -uc ${DEB_BUILD_FLAGS:-}
cd "$out"
lintian --fail-on error,warning vrflow_"$version"_*.changes
rm -rf "$tree"
ls -l "$out"/*.deb
