# SPDX-License-Identifier: Apache-2.0
#
# What scripts of tests/netns share; sourced, with one argument for each
# namespace that is wanted. The box of box_start lives in that called v.
# Sets dir, removed at the end with all namespaces and all of $pids.

ns=$(basename "$0" .sh)-$$
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 1
pids=
namespaces="$*"

cleanup() {
	for p in $pids; do kill "$p" 2>/dev/null && wait "$p" 2>/dev/null; done
	for n in $namespaces; do ip netns del "$ns-$n" 2>/dev/null; done
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# on NAMESPACE COMMAND... Not in the background: $! would be this shell.
on() {
	n=$1
	shift
	ip netns exec "$ns-$n" "$@"
}

fail() {
	echo "$*"
	cat "$dir"/*err 2>/dev/null
	exit 1
}

# wait_for WHAT COMMAND...: until it succeeds
wait_for() {
	what=$1
	shift
	for _ in $(seq 300); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.05
	done
	fail "waited in vain for $what"
}

# box_start OPTION...: configured by $dir/gw.conf
box_start() {
	ip netns exec "$ns-v" "$VRFLOW_BUILD/vrflowd" -f -c "$dir/gw.conf" \
		-s "$dir/sock" -l "$dir/log" "$@" >"$dir/out" 2>"$dir/err" &
	pids="$pids $!"
	wait_for "the daemon" grep -q ready "$dir/out"
}

cli() {
	on v "$VRFLOW_BUILD/vrflow" -s "$dir/sock" -c "$1"
}

for n in $namespaces; do
	ip netns add "$ns-$n" || exit 1
	on "$n" ip link set lo up
done
