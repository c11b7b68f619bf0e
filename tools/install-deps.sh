#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what building and testing need and what is missing, from Debian 12.
set -eu

PACKAGES="gcc libc6-dev make meson ninja-build pkg-config python3 clang
clang-format libclang-rt-14-dev libdpdk-dev libcmocka-dev libjansson-dev
libxml2-dev libedit-dev libyaml-dev libpcap-dev libmicrohttpd-dev iproute2
iputils-ping tcpdump iperf3 curl ethtool procps netcat-openbsd traceroute
python3-pexpect openssh-client openssh-server python3-ncclient
python3-junos-eznc ansible python3-xmltodict python3-scapy coturn nfdump"

missing=
for p in $PACKAGES; do
	dpkg-query -W -f='${Status}' "$p" 2>/dev/null |
		grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
	echo "missing Debian packages:$missing" >&2
	echo "run this as root once, or: sudo apt-get install$missing" >&2
	exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
