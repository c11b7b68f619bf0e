#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test-install.sh BUILD PREFIX
# Installing and uninstalling leave a tree as it was: an empty one, one with
# files and empty directories of others, and after installing twice.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
export DESTDIR="$root/tree"

listing() { (cd "$DESTDIR" && find . | sort); }

round() { # what, times
	listing >"$root/before"
	for _ in $(seq "$2"); do
		"$here/install.sh" "$build" "$prefix" --no-rebuild >"$root/log" 2>&1 || {
			cat "$root/log"
			exit 1
		}
	done
	for f in bin/vrflow sbin/vrflowd sbin/vrflow-netconf \
		share/man/man5/vrflow.conf.5 share/vrflow/sshd.conf; do
		[ -s "$DESTDIR$prefix/$f" ] || {
			echo "not ok  $1: $f was not installed"
			exit 1
		}
	done
	"$here/uninstall.sh" "$prefix" >"$root/log"
	listing >"$root/after"
	diff "$root/before" "$root/after" || {
		echo "not ok  $1: the tree has changed"
		exit 1
	}
	echo "ok      $1"
}

build=$1
prefix=$2
mkdir "$DESTDIR"
round "an empty tree" 1
round "installed twice" 2
mkdir -p "$DESTDIR$prefix/sbin" "$DESTDIR$prefix/share/man/man1" \
	"$DESTDIR/etc/vrflow"
touch "$DESTDIR$prefix/share/man/man1/other.1" "$DESTDIR/etc/vrflow/vrflow.conf"
round "files and empty directories of others" 2
if "$here/uninstall.sh" "$prefix" 2>/dev/null; then
	echo "not ok  uninstalling nothing is an error"
	exit 1
fi
echo "ok      uninstalling nothing is an error"
