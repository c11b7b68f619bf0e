#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A run that is killed leaves nothing behind: neither when its watcher is alive
# nor, after the next run, when that was killed as well.

lab="$VRFLOW_BUILD/vrflow lab"
dir=$(mktemp -d) || exit 1
trap 'kill -9 $pid 2>/dev/null; rm -rf "$dir"' EXIT
pid=

cat >"$dir/topology.clab.yml" <<'END'
name: nothing-left
topology:
  nodes:
    a:
      kind: linux
      exec: ["ip addr add 192.0.2.1/24 dev eth1"]
    b: {kind: linux}
  links:
    - endpoints: ["a:eth1", "b:eth1"]
END
cat >"$dir/README.md" <<'END'
```console host=a background=sleeper
$ sleep 1000 & echo begun; sleep 1000
begun
```
```console host=a limit=100s
$ echo waiting >>"$MARK"; setsid sleep 1000
```
END
export MARK="$dir/mark"

ours() {
	ip netns | grep -c "^nothing-left-$1-"
}
wait_for() { # at most 5 s
	for i in $(seq 100); do
		eval "$1" && return 0
		sleep 0.05
	done
	echo "never true: $1"
	return 1
}
begin() {
	rm -f "$MARK"
	$lab run "$dir" >/dev/null 2>&1 &
	pid=$!
	wait_for '[ -e "$MARK" ]' && [ "$(ours $pid)" -eq 2 ]
}
gone() {
	[ "$(ours "$1")" -eq 0 ] && [ ! -e "/run/vrflow-lab/nothing-left-$1" ]
}

echo "killed"
begin || exit 1
a=$(stat -Lc %i "/run/netns/nothing-left-$pid-a")
kill -9 $pid
wait_for "gone $pid" || exit 1
for p in /proc/[0-9]*; do
	[ "$(stat -Lc %i "$p/ns/net" 2>/dev/null)" != "$a" ] || {
		echo "a process of the lab is left: $p"
		exit 1
	}
done

echo "terminated"
begin || exit 1
kill -TERM $pid
wait $pid
[ $? -eq 143 ] && gone $pid || exit 1

echo "killed, and its watcher too"
begin || exit 1
watcher=$(ps -o pid=,comm= --ppid $pid | awk '/vrflow-lab-end/ {print $1}')
[ -n "$watcher" ] || exit 1
kill -9 $watcher $pid
wait_for "! kill -0 $pid 2>/dev/null" || exit 1
[ "$(ours $pid)" -eq 2 ] || exit 1
$lab list >/dev/null || exit 1
gone $pid || exit 1

echo "taken down"
$lab up "$dir" >/dev/null || exit 1
[ "$(ip netns | grep -c '^nothing-left-')" -ge 2 ] || exit 1
$lab exec "$dir" a ip -br addr show dev eth1 | grep -q 192.0.2.1/24 || exit 1
$lab up "$dir" 2>/dev/null && exit 1
$lab down "$dir" || exit 1
$lab down "$dir" 2>/dev/null && exit 1
echo "held"
