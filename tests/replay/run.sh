#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# vrflow replay on stored captures [LG-50]: the output and the exit status of
# each command stand in *.expected. `run.sh PROGRAM update` writes them anew.
set -u
program=$(realpath "$1")
cd "$(dirname "$0")" || exit 2
failures=0

check() { # NAME ARGUMENT...
	local name=$1 out
	shift

	out=$("$program" "$@" 2>&1; echo "exit status $?")
	# the ports that source NAT picks differ from run to run
	out=$(printf '%s\n' "$out" |
		sed -E 's,translated 192.0.2.2/[0-9]+,translated 192.0.2.2/PORT,')
	if [ "${update:-no}" = update ]; then
		printf '%s\n' "$out" >"$name.expected"
	elif ! diff -u "$name.expected" <(printf '%s\n' "$out"); then
		echo "not ok $name"
		failures=$((failures + 1))
	else
		echo "ok $name"
	fi
}

update=${2:-no}
check talk --config a.conf talk.pcapng
check events --config a.conf --events talk.pcapng
check json --config a.conf --json talk.pcapng
check same --config a.conf --against a.conf talk.pcapng
check differs --config a.conf --against b.conf talk.pcapng
check differs-json --config a.conf --against b.conf --json talk.pcapng
check nat --config a.conf --against nat.conf talk.pcapng
check plain --config a.conf --interface ge-0/0/0 plain.pcap
check mapped --config a.conf --map ge-0/0/0=ge-0/0/1.0 --quiet talk.pcapng
check two-files --config a.conf --interface ge-0/0/0 --quiet \
	plain.pcap talk.pcapng
check unmet --config unmet.conf --quiet talk.pcapng
check no-interface --config a.conf plain.pcap
check no-file --config a.conf missing.pcap
check no-capture --config a.conf a.conf
check bad-config --config bad.conf talk.pcapng
check usage --config a.conf
[ "$failures" -eq 0 ]
