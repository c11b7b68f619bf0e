#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every scenario of vrflow-bench, one table with the targets beside; the figures
# as JSON in build-bench/bench.json. Arguments go to every run: --force prints
# the figures of void runs too, marked; --quick takes seconds and says nothing.
set -u
cd "$(dirname "$0")/.." || exit 1
bench=build-bench/vrflow-bench
out=build-bench/bench.json
[ -x "$bench" ] || { echo "make bench-build first" >&2; exit 1; }

# name | target, what is compared | scenario and its arguments
runs='established, 10k|85 ticks|forward --sessions 10000
established, 100k||forward --sessions 100000
established, 1M|155 ticks|forward --sessions 1000000
IPv6, 10k|+25 ticks|forward --sessions 10000 --ipv6
bursts of 8, 10k|160 ticks|forward --sessions 10000 --burst 8
source NAT, 10k|100 ticks|nat --sessions 10000
packet mode|45 ticks|packet-mode --sessions 10000
new sessions, 10k|3.0 M/s|first-path --sessions 10000
new sessions, 1M|3.0 M/s|first-path --sessions 1000000
full life, 1M|2.1 M/s|life-cycle --sessions 1000000
1,000 policies|150 ticks|policies --policies 1000 --sessions 1000000
10,000 policies|250 ticks|policies --policies 10000 --sessions 1000000
1M routes, bursts|45 ticks|lpm --sessions 1000000
two workers, 1M|1.95 x one|forward --sessions 1000000 --workers 2'

head_line() {
	grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //' |
		tr '\n' ','
	printf ' %s CPUs, %s, %s\n' "$(nproc)" "$(uname -r)" "$(date -u +%F)"
}

# One JSON object per line in, the table's row out.
row() { # name target
	python3 -c '
import json, sys
name, target = sys.argv[1:]
j = json.loads(sys.stdin.read())
void = "void: " + j["void_reason"] if j["void"] else ""
if "cycles_per_packet" not in j:
    print("%-20s %-11s %s" % (name, target, void))
    sys.exit()
if target.endswith("M/s"):
    value = "%.2f M/s" % (j["new_sessions_per_second"] / 1e6)
elif j["scenario"] == "lpm":
    value = "%.1f" % j["burst_cycles_per_lookup"]
else:
    value = "%.1f" % j["cycles_per_packet"]
if j["scenario"] == "nat":
    void = "NAT is not in this release " + void
print("%-20s %-11s %10s  [%.1f - %.1f] x%.2f x%.2f %s" % (name, target, value,
    j["min"], j["max"], j["ratio_10k"], j["ratio_1m"], void))
' "$1" "$2"
}

head_line
printf '%-20s %-11s %10s  %s\n' scenario target measured \
	'[windows] and ratios to the calibrators (10k, 1M)'
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
status=0
while IFS='|' read -r name target args; do
	# shellcheck disable=SC2086
	json=$("$bench" $args --json "$@" </dev/null)
	case $? in
	0 | 3) ;;
	*)
		echo "$name: failed"
		status=1
		continue
		;;
	esac
	printf '%s\n' "$json" >>"$lines"
	row "$name" "$target" <<<"$json"
done <<<"$runs"
{
	echo '['
	sed '$!s/$/,/' "$lines"
	echo ']'
} >"$out"
echo "figures: $out"
exit $status
