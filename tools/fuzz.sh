#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh [SECONDS] [TARGET]...
#
# Builds the libFuzzer targets with clang and both sanitizers, and lets each
# (or those named, without "fuzz-") run for SECONDS (30). It starts from
# tests/fuzz/corpus/TARGET; what it finds on the way is kept in
# build-fuzz/corpus/TARGET for the next time. An input that crashes, leaks or
# hangs is left as build-fuzz/TARGET-crash-* and makes the exit status 1: fix
# it, and put the input into the corpus, where every build replays it.
set -u
cd "$(dirname "$0")/.." || exit 1
seconds=30
case ${1:-} in
'') ;;
*[!0-9]*) ;;
*)
	seconds=$1
	shift
	;;
esac
dir=build-fuzz
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_OPTIONS=detect_leaks=1

if [ ! -f $dir/build.ninja ]; then
	CC=clang meson setup $dir --buildtype=debugoptimized -Dfuzz=true \
		-Db_sanitize=address,undefined -Db_lundef=false || exit 1
fi
# meson makes its files anew first, so that new targets are in the list
if ! made=$(ninja -C $dir build.ninja 2>&1); then
	printf '%s\n' "$made" | tail -n 20
	exit 1
fi
if [ $# -gt 0 ]; then
	targets=("$@")
else
	mapfile -t targets < <(ninja -C $dir -t targets all |
		sed -n 's/^tests\/fuzz\/fuzz-\([a-z0-9_]*\): .*/\1/p' | sort -u)
fi
if [ ${#targets[@]} -eq 0 ]; then
	echo "fuzz: no targets in $dir"
	exit 1
fi
ninja -j 2 -C $dir "${targets[@]/#/tests/fuzz/fuzz-}" || exit 1

passed=0 failed=0
for t in "${targets[@]}"; do
	mkdir -p "$dir/corpus/$t"
	dirs=("$dir/corpus/$t")
	[ ! -d "tests/fuzz/corpus/$t" ] || dirs+=("tests/fuzz/corpus/$t")
	log=$dir/$t.log
	"$dir/tests/fuzz/fuzz-$t" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=4096 -artifact_prefix="$dir/$t-" \
		-print_final_stats=1 "${dirs[@]}" >"$log" 2>&1
	status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	if [ $status -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok      $t (${runs:-0} runs," \
			"$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1))"
	else
		failed=$((failed + 1))
		echo "not ok  $t (exit status $status), $log ends:"
		tail -n 40 "$log" | sed 's/^/        /'
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
