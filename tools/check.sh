#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every test: with sanitizers what runs without a network of its own, then the
# release build in network namespaces. Last line: "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0
failed=0

note() { printf '\n== %s\n' "$*"; }

# Adds the figures of meson's own summary.
meson_suite() { # build-dir args...
	local dir=$1 log
	shift
	log=$(mktemp)
	meson test -C "$dir" --no-rebuild --print-errorlogs \
		--timeout-multiplier 4 "$@" 2>&1 |
		tee "$log" | grep -vE '^ *[0-9]+/[0-9]+ .* OK '
	local ok bad
	ok=$(awk '/^Ok:/{print $2}' "$log")
	bad=$(awk '/^(Fail|Timeout|Unexpected Pass):/{n+=$NF} END{print n+0}' "$log")
	passed=$((passed + ${ok:-0}))
	failed=$((failed + bad))
	[ -n "$ok" ] || failed=$((failed + 1))
	rm -f "$log"
}

# A runner whose last line is "N passed, N failed".
counted() { # name command...
	local name=$1 log line
	shift
	note "$name"
	log=$(mktemp)
	"$@" 2>&1 | tee "$log"
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
	if [ -z "$line" ]; then
		echo "$name ended without a count"
		failed=$((failed + 1))
	else
		passed=$((passed + $(echo "$line" | cut -d' ' -f1)))
		failed=$((failed + $(echo "$line" | cut -d' ' -f3)))
	fi
	rm -f "$log"
}

build() { # dir options...
	local dir=$1
	shift
	[ -f "$dir/build.ninja" ] || meson setup "$dir" "$@" || return 1
	ninja -C "$dir"
}

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}

note "build with address and undefined behaviour sanitizers"
if build build-asan --buildtype=debug -Doptimization=1 \
	-Db_sanitize=address,undefined >build-asan.log 2>&1; then
	meson_suite build-asan
else
	tail -40 build-asan.log
	failed=$((failed + 1))
fi
rm -f build-asan.log

note "build for release"
if make all >build-release.log 2>&1; then
	if [ "$(id -u)" -eq 0 ]; then
		counted "labs and network tests" tests/netns/run.sh
		counted "NAT from outside" tests/nat/run.sh
		counted "scale and soak" tests/scale/run.sh
		counted "real clients" tests/clients/run.sh
	else
		echo "labs and network tests need root"
		failed=$((failed + 1))
	fi
else
	tail -40 build-release.log
	failed=$((failed + 1))
fi
rm -f build-release.log

for rules in layers style; do
	note "$rules"
	if "tools/check-$rules.sh"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
