#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [-b BUILD] [-k] [CLIENT]...
#
# Real NETCONF clients, as Debian packages them, against a vrflowd in a network
# namespace of its own, through a real sshd on loopback:
#
#   ncclient, PyEZ, Ansible --ssh--> sshd --subsystem--> vrflow-netconf
#                                                             | socket
#        kernel 192.0.2.2 --veth-- ge-0/0/0 vrflowd <---------+
#
# Prints one line for each check and last "N passed, N failed". Needs root, for
# the namespace. -k keeps the scratch directory. BUILD is the directory of the
# programs (default: build, at the top of the tree).
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
top=$(cd "$here/../.." && pwd) || exit 2
build=$top/build keep=
while getopts b:k o; do
	case $o in
	b) build=$(cd "$OPTARG" && pwd) || exit 2 ;;
	k) keep=yes ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
if [ -z "${VRFLOW_CLIENTS_NS:-}" ]; then
	[ "$(id -u)" -eq 0 ] || {
		echo "the real clients need root"
		echo "0 passed, 1 failed"
		exit 1
	}
	export VRFLOW_CLIENTS_NS=1
	exec unshare -n -m -- "$0" -b "$build" ${keep:+-k} "$@"
fi
[ -x "$build/vrflow-netconf" ] || {
	echo "$0: $build/vrflow-netconf is not there; build it first" >&2
	exit 2
}

# The interpreter of the Debian packages, whatever else PATH has.
python=/usr/bin/python3
D=$(mktemp -d) || exit 2
export D PORT=10830 CLI_PORT=10822 TOP="$top" LOGIN=${USER:-$(id -un)}
export BUILD=$build SOCKET=$D/box.sock
pids=

cleanup() {
	[ -f "$D/sshd.pid" ] && kill "$(cat "$D/sshd.pid")" 2>/dev/null
	for pid in $pids; do
		kill "$pid" 2>/dev/null
	done
	# Ansible leaves a process for each connection.
	for pid in $(cat "$D"/pc/*_pid 2>/dev/null); do
		kill "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	umount "$D/store" 2>/dev/null
	if [ -n "$keep" ]; then
		echo "kept: $D"
	else
		rm -rf "$D"
	fi
}
trap cleanup EXIT

wait_for() { # command...: up to 10 seconds
	for _ in $(seq 100); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	echo "gave up waiting: $*"
	return 1
}

start_box() {
	ip link set lo up
	ip link add ge-0-0-0 type veth peer name host0
	ip link add ge-0-0-1 type veth peer name host1
	ip addr add 192.0.2.2/24 dev host0
	for l in ge-0-0-0 ge-0-0-1 host0 host1; do
		ip link set "$l" up
	done
	# A small disk of its own, to be filled.
	mkdir "$D/store"
	mount -t tmpfs -o size=8m vrflow-clients "$D/store" || return 1
	cp "$here/box.conf" "$D/store/box.conf"
	mkdir "$D/log"
	"$build/vrflowd" -c "$D/store/box.conf" -s "$D/box.sock" -l "$D/log" -w 1 -m 10000 -f \
		>"$D/vrflowd.log" 2>&1 &
	pids="$pids $!"
	wait_for grep -q '^ready' "$D/vrflowd.log" || return 1
	# A neighbour for the tables to show.
	wait_for ping -c 1 -W 1 192.0.2.1
}

start_sshd() {
	# What a login shell does: one command, or a session.
	cat >"$D/cli" <<-END
		#!/bin/sh
		if [ -n "\$SSH_ORIGINAL_COMMAND" ]; then
			exec $build/vrflow -s $D/box.sock -c "\$SSH_ORIGINAL_COMMAND"
		fi
		exec $build/vrflow -s $D/box.sock
	END
	chmod +x "$D/cli"
	ssh-keygen -q -t ed25519 -N '' -f "$D/host"
	ssh-keygen -q -t ed25519 -N '' -f "$D/id"
	cp "$D/id.pub" "$D/authorized"
	mkdir -p /run/sshd
	cat >"$D/sshd_config" <<-END
		ListenAddress 127.0.0.1
		Port $PORT
		Port $CLI_PORT
		HostKey $D/host
		AuthorizedKeysFile $D/authorized
		PidFile $D/sshd.pid
		StrictModes no
		UsePAM no
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		PermitRootLogin prohibit-password
		MaxStartups 100
		Subsystem netconf $build/vrflow-netconf -s $D/box.sock
		Match LocalPort $CLI_PORT
		ForceCommand $D/cli
	END
	/usr/sbin/sshd -t -f "$D/sshd_config" &&
		/usr/sbin/sshd -f "$D/sshd_config" -E "$D/sshd.log" || return 1
	wait_for test -s "$D/sshd.pid"
}

run_client() {
	case $1 in
	ansible) "$python" "$here/ansible_checks.py" ;;
	cli) "$python" "$here/test_cli.py" "$build" ;;
	*) "$python" -W ignore "$here/$1_checks.py" ;;
	esac
}

start_box && start_sshd || {
	cat "$D"/*.log
	echo "0 passed, 1 failed"
	exit 1
}
[ $# -gt 0 ] || set -- ncclient pyez terraform scrape hostile ansible cli
# What docs/clients.md says of versions.
versions() {
	dpkg-query -W -f '${Package} ${Version}\n' openssh-server ansible \
		python3-junos-eznc python3-ncclient python3-paramiko \
		python3-pexpect 2>/dev/null
	sed -n 's/.*"version": "\(.*\)".*/junipernetworks.junos \1/p' \
		/usr/lib/python3/dist-packages/ansible_collections/junipernetworks/junos/MANIFEST.json 2>/dev/null
	"$build/vrflow-netconf" -V
}
versions | sed 's/^/version /'

passed=0 failed=0
for client in "$@"; do
	run_client "$client" >"$D/out" 2>&1
	cat "$D/out"
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$D/out" | tail -n 1)
	if [ -n "$line" ]; then
		passed=$((passed + $(echo "$line" | cut -d' ' -f1)))
		failed=$((failed + $(echo "$line" | cut -d' ' -f3)))
	else
		echo "$client ended without a count"
		failed=$((failed + 1))
	fi
done
if ! kill -0 ${pids} 2>/dev/null; then
	echo "vrflowd is gone:"
	cat "$D/vrflowd.log"
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
