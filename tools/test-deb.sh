#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# test-deb.sh [-o OLD.deb] [DIR]
# Takes the packages of DIR (build/deb, see deb.sh) to a fresh Debian 12, which
# runs with its own systemd in a container: installs them, runs the commands
# that docs/install.md has, upgrades from OLD.deb (without it, from the same
# package under an older version), removes and purges. What happens within is
# test-deb-inside.sh. Last line: "N passed, N failed".
# NSPAWN_ARGS: more arguments of systemd-nspawn. Needs root, debootstrap and
# systemd-container; by hand, not in `make check`.
set -eu
cd "$(dirname "$0")/.."
old=
if [ "${1:-}" = -o ]; then
	old=$(realpath "$2")
	shift 2
fi
debs=$(realpath "${1:-build/deb}")
new=$(ls "$debs"/vrflow_*_"$(dpkg --print-architecture)".deb)
doc=$(ls "$debs"/vrflow-doc_*_all.deb)
fresh=${FRESH:-build/deb-root} # kept for the next time
root=$(realpath -m "$fresh").$$

if [ "$(id -u)" -ne 0 ]; then
	echo "test-deb.sh: a container needs root" >&2
	exit 1
fi
for p in debootstrap systemd-container; do
	dpkg-query -W -f='${Status}' $p 2>/dev/null | grep -q 'ok installed' ||
		apt-get install -y -qq --no-install-recommends $p >/dev/null
done

if [ ! -e "$fresh/.ready" ]; then
	rm -rf --one-file-system "$fresh"
	debootstrap --variant=minbase \
		--include=systemd-sysv,dbus,ca-certificates,man-db \
		bookworm "$fresh"
	touch "$fresh/.ready"
fi
trap 'rm -rf --one-file-system "$root"' EXIT
cp -a "$fresh" "$root"
mkdir -p "$root/srv/new" "$root/srv/old"
cp "$new" "$doc" "$root/srv/new"
cp docs/install.md tools/test-deb-inside.sh "$root/srv"

# The package before: its files, an older version.
dpkg-deb -R "${old:-$new}" "$root/srv/old/tree"
sed -i 's/^Version: .*/Version: 0~before/' "$root/srv/old/tree/DEBIAN/control"
dpkg-deb -b "$root/srv/old/tree" "$root/srv/old/vrflow.deb" >/dev/null
rm -r "$root/srv/old/tree"

# The container has no network: what apt will want comes along.
cp /etc/resolv.conf "$root/etc/resolv.conf"
chroot "$root" sh -c 'apt-get update -qq && apt-get install -y -qq \
	--download-only /srv/new/*.deb iputils-ping tcpdump python3 curl' \
	>/dev/null

cat >"$root/etc/systemd/system/test-deb.service" <<-'UNIT'
	[Unit]
	After=multi-user.target dbus.service
	[Service]
	Type=oneshot
	WorkingDirectory=/srv
	Environment=HOME=/srv
	ExecStart=/bin/bash -c '/srv/test-deb-inside.sh >/srv/log 2>&1'
	ExecStopPost=/usr/bin/systemctl poweroff
	TimeoutStartSec=600
	[Install]
	WantedBy=multi-user.target
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -s ../test-deb.service "$root/etc/systemd/system/multi-user.target.wants/"
# shellcheck disable=SC2086
systemd-nspawn --quiet --register=no \
	--keep-unit --boot --private-network --console=pipe ${NSPAWN_ARGS:-} \
	--machine="vrflow-deb-$$" -D "$root" >"$root/srv/console" 2>&1 || true
if [ ! -s "$root/srv/log" ]; then
	tail -40 "$root/srv/console"
	echo "the container did not run the test"
	exit 1
fi
cat "$root/srv/log"
tail -1 "$root/srv/log" | grep -q ' 0 failed$'
