#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# deb.sh [DIR]
# Builds the Debian packages into DIR (build/deb) and shows them to lintian. Of
# the working tree; what git ignores is left out, or, where there is no git, what
# is called build.
set -eu
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-build/deb}")
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' packaging/debian/changelog)
tree=$out/vrflow-$version

sources() {
	if [ -e .git ]; then
		git ls-files -z --cached --others --exclude-standard |
			while IFS= read -r -d '' f; do
				[ ! -e "$f" ] || printf '%s\0' "$f"
			done
	else
		find . -path './build*' -prune -o -type f -print0
	fi
}

rm -rf "$tree"
mkdir -p "$tree"
sources | tar -c --null -T - | tar -x -C "$tree"
mv "$tree/packaging/debian" "$tree/debian"
cd "$tree"
if [ "$(id -u)" -eq 0 ]; then
	export DEBIAN_FRONTEND=noninteractive
	dpkg-checkbuilddeps 2>/dev/null || apt-get build-dep -y -qq \
		--no-install-recommends "$tree" >/dev/null
	command -v lintian >/dev/null || apt-get install -y -qq \
		--no-install-recommends lintian >/dev/null
fi
# shellcheck disable=SC2086
dpkg-buildpackage -b -us -uc ${DEB_BUILD_FLAGS:-}
cd "$out"
lintian --fail-on error,warning vrflow_"$version"_*.changes
rm -rf "$tree"
ls -l "$out"/*.deb
