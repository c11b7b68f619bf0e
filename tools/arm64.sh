#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# arm64.sh [ROOT]
# Cross-builds for arm64 with Debian's toolchain and runs the tests of units and
# of the packet path under qemu, all in a chroot of its own (ROOT,
# build/arm64-root), which stays for the next time. Needs root and debootstrap.
# JOBS: compilers at once.
set -eu
cd "$(dirname "$0")/.."
root=$(realpath -m "${1:-build/arm64-root}")

if [ "$(id -u)" -ne 0 ]; then
	echo "arm64.sh: a chroot needs root" >&2
	exit 1
fi
command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap
if [ ! -e "$root/.ready" ]; then
	rm -rf --one-file-system "$root"
	debootstrap --variant=minbase bookworm "$root"
	touch "$root/.ready"
fi
rm -rf "$root/src"
mkdir -p "$root/src"
git ls-files -z --cached --others --exclude-standard |
	while IFS= read -r -d '' f; do [ -e "$f" ] && printf '%s\0' "$f"; done |
	tar -c --null -T - | tar -x -C "$root/src"
cp /etc/resolv.conf "$root/etc/resolv.conf"
echo '127.0.0.1 localhost' >"$root/etc/hosts" # as every machine has it

cat >"$root/cross.ini" <<-INI
	[binaries]
	c = 'aarch64-linux-gnu-gcc'
	ar = 'aarch64-linux-gnu-ar'
	strip = 'aarch64-linux-gnu-strip'
	pkgconfig = 'aarch64-linux-gnu-pkg-config'
	exe_wrapper = 'qemu-aarch64-static'
	[host_machine]
	system = 'linux'
	cpu_family = 'aarch64'
	cpu = 'armv8-a'
	endian = 'little'
INI

cat >"$root/build.sh" <<-'SH'
	set -eu
	export DEBIAN_FRONTEND=noninteractive
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys # DPDK counts processors there
	mount --rbind /host-dev /dev
	packages="gcc-aarch64-linux-gnu libc6-dev-arm64-cross meson ninja-build
		pkg-config:arm64 python3 qemu-user-static libdpdk-dev:arm64
		libcmocka-dev:arm64 libjansson-dev:arm64 libxml2-dev:arm64
		libedit-dev:arm64 libyaml-dev:arm64 libpcap-dev:arm64
		libmicrohttpd-dev:arm64"
	if [ "$(cat /.packages 2>/dev/null)" != "$packages" ]; then
		dpkg --add-architecture arm64
		apt-get update -qq
		# shellcheck disable=SC2086
		apt-get install -y -qq --no-install-recommends $packages >/apt.log
		printf '%s\n' "$packages" >/.packages
	fi
	[ -e /build/build.ninja ] ||
		meson setup /build /src --cross-file /cross.ini
	ninja ${JOBS:+-j "$JOBS"} -C /build
	export QEMU_LD_PREFIX=/
	# Two start programs of arm64 themselves, which needs binfmt_misc; one
	# looks at resident memory, and would see that of qemu; one builds worlds
	# by the thousand, and qemu keeps memory for each: 23 GB.
	# shellcheck disable=SC2046
	meson test -C /build --no-rebuild --timeout-multiplier 20 \
		${JOBS:+--num-processes "$JOBS"} \
		--print-errorlogs --suite unit --suite flow $(meson test \
			-C /build --list --suite unit --suite flow 2>/dev/null |
			sed -n 's,.* / ,,p' |
			grep -vxE 'cli/transcripts|netconf/replay|io/pool|flow/explain')
SH
mkdir -p "$root/host-dev"
unshare -m --propagation private sh -c "
	mount --rbind /dev '$root/host-dev' && exec chroot '$root' bash /build.sh"
