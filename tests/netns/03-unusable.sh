#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A lab that cannot be used ends with 2 and a sentence that says why.

lab="$VRFLOW_BUILD/vrflow lab"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

expect() { # status pattern command...
	status=$1 pattern=$2
	shift 2
	out=$("$@" 2>&1)
	got=$?
	if [ $got -ne "$status" ] || ! echo "$out" | grep -q -- "$pattern"; then
		echo "not as expected: $*"
		echo "  status $got, $out"
		failed=1
	fi
}
topology() {
	printf 'name: t\ntopology:\n  nodes:\n    a: {kind: linux%s}\n' "$1" \
		>"$dir/topology.clab.yml"
}
readme() {
	printf '```console host=a\n%s\n```\n' "$1" >"$dir/README.md"
}

expect 2 'usage' $lab
expect 2 'usage' $lab dance
expect 2 'usage' $lab run
expect 2 'usage' $lab run a b
expect 2 'usage' $lab run --loud "$dir"
expect 0 'usage' $lab --help
expect 2 'No such file' $lab run "$dir/none"
expect 2 'topology.clab.yml: No such file' $lab run "$dir"
topology ', colour: red'
expect 2 "topology.clab.yml:4: .*unknown key 'colour'" $lab run "$dir"
topology ''
expect 2 'README.md: No such file' $lab run "$dir"
readme 'no command'
expect 2 'README.md:2: ' $lab run "$dir"
readme '$ no-such-tool-here -x'
expect 2 "README.md:2: the tool 'no-such-tool-here' is missing" $lab run "$dir"
readme 'user@box> show route'
expect 2 'README.md:2: a is not a vrflow node' $lab run "$dir"
printf '```console host=z\n$ true\n```\n' >"$dir/README.md"
expect 2 'README.md:2: the topology has no node z' $lab run "$dir"
readme '$ true'
expect 0 '1 steps, 1 held, 0 did not' $lab run "$dir"
expect 0 '"result": "held"' $lab run "$dir" --json
topology ', exec: ["false"]'
expect 2 "node a: exec 'false'" $lab run "$dir"
topology ''
readme '$ exit 4'
expect 1 'DID NOT HOLD: expected exit status 0, got 4' $lab run "$dir"
expect 1 '"result": "failed"' $lab run "$dir" --json
readme '$ echo one
two'
expect 1 "DID NOT HOLD: expected 'two', got 'one'" $lab run "$dir"
printf 'name: t\ntopology:\n  nodes:\n    a: {kind: vrflow, startup-config: c}\n' \
	>"$dir/topology.clab.yml"
expect 2 'startup-config of a' $lab run "$dir"
expect 2 'is not up' $lab down "$dir"
expect 2 'is not up' $lab exec "$dir" a true
expect 2 'needs root' setpriv --reuid=65534 --clear-groups $lab run "$dir"
exit $failed
