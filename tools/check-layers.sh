#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Holds the tree to the rules that a compiler does not see, and prints each
# violation as FILE:LINE: what is wrong. Exit status 1 if there is one.
#   1 layers   who may include whom: the tables below
#   2 headers  each one compiles alone; x.c includes x.h (or x_impl.h) first
#   3 rules    [XX-n] in docs/behaviour <-> the code and tests that name it
#   4 map      docs/map.md names files and functions that exist
#   5 links    between the documents lead somewhere
#   6 litter   TODO and its like, paths of somebody's machine, no licence line
set -u
cd "$(dirname "$0")/.." || exit 1

# Who may include what of src/: a folder, or single headers of it. A layer is a
# folder; io has two: its ports, and the workers, which stand above flow.
# A folder that stands here with a header or two means: only those.
LAYERS='
base    base
pkt     base pkt
route   base route
image   base pkt image
nat     base image nat
flow    base pkt route image nat flow
record  base pkt image flow record
ports   base pkt io
workers base pkt route image nat flow io
export  base pkt image flow record nat/nat_read.h route/route_rib.h
export  io/worker.h io/port.h host/host.h export
host    base pkt route image io/worker.h host
config  base config
compile base config/cnode.h config/cvalue.h route/route_spec.h
compile image/image_spec.h image/apps_predefined.h compile
render  base render
explain base pkt route image nat flow config compile explain
ops     base render config/candidate.h config/cnode.h route/nexthop.h
ops     route/route_rib.h
ops     route/route_view.h route/neigh.h image/image.h image/image_spec.h
ops     image/policy_shadow.h image/nat_match.h
ops     flow/flow_read.h io/port.h io/worker.h host/host.h pkt/packet_text.h pkt/reason.h
ops     export/alarms.h export/exporter.h export/metrics_http.h
ops     nat/nat_read.h explain/explain.h record/logger.h record/pcapng.h record/capture.h ops
mgmt    base config render ops/ops.h mgmt
netconf base render mgmt cli/filter.h netconf
lab     base lab
check   base config check
cli     base render mgmt/client.h mgmt/proto.h lab/lab.h
cli     check/check.h netconf/json_in.h netconf/xml_in.h cli
daemon  base pkt route image nat flow io host config compile explain ops mgmt record
daemon  export
daemon  daemon
replay  base pkt route image flow io config compile explain record replay
'

# x_impl.h is for the files of its own folder, except:
# host/ is the one writer of the adjacency table (docs/adr/0004); explain/ has
# one of its own for its dry runs.
IMPL_EXCEPTIONS='host:route/neigh_impl.h explain:route/neigh_impl.h
	replay:route/neigh_impl.h'

# Headers of other projects that only these layers may include. What does not
# stand here and is not of DPDK (rte_*) may be included by all.
ALONE='
rte_ethdev.h      ports
rte_dev.h         ports
rte_eal.h         ports
rte_acl.h         image
rte_rcu_qsbr.h    workers
rte_ring.h        workers
rte_lcore.h       workers ports
rte_ip_frag.h     flow workers host
linux/if_packet.h ports
pcap/             ports ops
histedit.h        cli
libxml/           check netconf
yaml.h            lab
jansson.h         check lab netconf
microhttpd.h      export
'
# Layers that may include DPDK at all.
DPDK='pkt image nat flow ports workers host explain daemon replay'

failures=0
fail() {
	echo "$*"
	failures=$((failures + 1))
}

# Counts the lines of a list of violations on standard input.
fail_lines() {
	local line

	while IFS= read -r line; do
		fail "$line"
	done
}

check_layers() {
	local found

	found=$(grep -nE '^[[:space:]]*#[[:space:]]*include' -r src \
		--include='*.[ch]' --include='*.def' |
		LAYERS=$LAYERS ALONE=$ALONE DPDK=$DPDK EXC=$IMPL_EXCEPTIONS awk '
	function layer_of(path,   part) {
		split(path, part, "/")
		if (part[2] != "io")
			return part[2]
		return part[3] ~ /^(worker|tx\.)/ ? "workers" : "ports"
	}
	function project(where, layer, inc,   part) {
		split(inc, part, "/")
		if (!((layer, part[1]) in may) && !((layer, inc) in may))
			print where ": " layer " may not include " inc
		split(where, own, "/")
		if (inc ~ /_impl\.h$/ && own[2] != part[1] &&
			index(ENVIRON["EXC"], layer ":" inc) == 0)
			print where ": " inc " is for " part[1] "/ only"
		if (layer == "ports" && inc ~ /^io\/(worker|tx)/)
			print where ": ports may not include " inc
	}
	function foreign(where, layer, inc,   h, ok) {
		if (inc ~ /^rte_/ && !(layer in dpdk))
			print where ": " layer " may not include DPDK: " inc
		for (h in alone) {
			if (index(inc, h) != 1)
				continue
			ok = index(" " alone[h] " ", " " layer " ") > 0
			if (!ok)
				print where ": only " alone[h] " may include " inc
		}
	}
	BEGIN {
		n = split(ENVIRON["LAYERS"], line, "\n")
		for (i = 1; i <= n; i++) {
			k = split(line[i], word, " ")
			for (j = 2; j <= k; j++)
				may[word[1], word[j]] = 1
			if (k > 0)
				known[word[1]] = 1
		}
		n = split(ENVIRON["ALONE"], line, "\n")
		for (i = 1; i <= n; i++) {
			k = split(line[i], word, " ")
			if (k < 2)
				continue
			alone[word[1]] = word[2]
			for (j = 3; j <= k; j++)
				alone[word[1]] = alone[word[1]] " " word[j]
		}
		n = split(ENVIRON["DPDK"], word, " ")
		for (i = 1; i <= n; i++)
			dpdk[word[i]] = 1
	}
	{
		split($0, at, ":")
		where = at[1] ":" at[2]
		layer = layer_of(at[1])
		if (!(layer in known)) {
			print where ": folder " layer " is in no table"
			next
		}
		if (match($0, /"[^"]+"/))
			project(where, layer,
				substr($0, RSTART + 1, RLENGTH - 2))
		else if (match($0, /<[^>]+>/))
			foreign(where, layer,
				substr($0, RSTART + 1, RLENGTH - 2))
	}')
	fail_lines < <(printf '%s' "${found:+$found$'\n'}")
	echo "layers: $(grep -rhE '^[[:space:]]*#[[:space:]]*include' src |
		wc -l) includes"
}

check_own_header_first() {
	local c h first

	for c in src/*/*.c; do
		h=${c%.c}.h own=${c#src/} own=${own%.c}
		[ -f "$h" ] || continue
		first=$(grep -nE -m1 '^#include' "$c")
		[ "${first#*:}" = "#include \"${h#src/}\"" ] ||
			[ "${first#*:}" = "#include \"${own}_impl.h\"" ] ||
			fail "$c:${first%%:*}: the first include is not ${h#src/}"
	done
}

check_headers_alone() {
	local flags more out status

	flags=(-std=gnu11 -Isrc -D_GNU_SOURCE -DALLOW_EXPERIMENTAL_API
		'-DVRFLOW_VERSION="0"' -Wall -Wno-unused-function)
	[ "$(uname -m)" != x86_64 ] || flags+=(-march=x86-64-v2)
	read -ra more < <(pkg-config --cflags libdpdk libxml-2.0)
	out=$(printf '%s\n' src/*/*.h | xargs -P 2 -n 12 \
		"${CC_CHECK:-gcc}" -x c -fsyntax-only "${flags[@]}" "${more[@]}" 2>&1)
	status=$?
	out=$(printf '%s\n' "$out" | grep -E '(error|warning):')
	[ "$status" -eq 0 ] || [ -n "$out" ] || fail "the compiler does not run"
	fail_lines < <(printf '%s' "${out:+$out$'\n'}")
	echo "headers: $(printf '%s\n' src/*/*.h | wc -l) compiled alone"
}

# The ids that stand in a table of docs/behaviour, with file and line.
rule_rows() {
	grep -nE '^\| [A-Z]{2,3}-[0-9]+ \|' docs/behaviour/*.md
}

# Ids in code, tests and labs, as FILE:LINE:ID. "[CF-20] to [CF-26]" and
# "OP-72..74" name those between as well.
rule_mentions() {
	grep -rnE '\b(RR|FL|RT|FF|CF|OP|NA|EX|LG|SC|OB)-[0-9]+\b' src tests labs schema \
		--include='*.[ch]' --include='*.def' --include='*.schema' \
		--include='*.md' --include='*.sh' --include='*.py' |
		awk '{
			split($0, at, ":")
			rest = $0
			last = ""
			while (match(rest, /[A-Z]+-[0-9]+|\.\.[0-9]+/)) {
				id = substr(rest, RSTART, RLENGTH)
				gap = substr(rest, 1, RSTART - 1)
				rest = substr(rest, RSTART + RLENGTH)
				n = id
				sub(/.*[-.]/, "", n)
				if (id ~ /^\./)
					id = kind "-" n
				else if (id !~ /^(RR|FL|RT|FF|CF|OP|NA|EX|LG|SC|OB)-/)
					continue
				kind = id
				sub(/-.*/, "", kind)
				range = gap ~ /^(\]? to \[?|\.\.)?$/
				if (last != "" && range && kind == last_kind)
					for (i = last + 1; i < n; i++)
						print at[1] ":" at[2] ":" kind "-" i
				print at[1] ":" at[2] ":" id
				last = n
				last_kind = kind
			}
		}'
}

check_rules() {
	local rows mentions

	rows=$(rule_rows)
	mentions=$(rule_mentions)
	fail_lines < <(printf '%s\n' "$rows" | awk -F'|' '
		{ gsub(/ /, "", $2); if (seen[$2]++) print $1 $2 ": twice" }')
	fail_lines < <(awk -F: 'NR == FNR {
			split($3, cell, "|"); gsub(/ /, "", cell[2])
			row[cell[2]] = 1; next }
		!($3 in row) { print $1 ":" $2 ": " $3 " has no row in " \
			"docs/behaviour" }' \
		<(printf '%s\n' "$rows") <(printf '%s\n' "$mentions"))
	# A rule about what a display looks like is shown by the golden texts
	# of tests/unit/ops; its row is marked "displays".
	fail_lines < <(awk -F: 'NR == FNR { said[$3] = 1; next }
		{ n = split($0, cell, "|"); id = cell[2]; gsub(/ /, "", id)
		  if (!(id in said) && cell[n - 1] !~ /displays/)
			print $1 ":" $2 ": " id " is named by no code or test" }' \
		<(printf '%s\n' "$mentions") <(printf '%s\n' "$rows"))
	echo "rules: $(printf '%s\n' "$rows" | wc -l) rows," \
		"$(printf '%s\n' "$mentions" | wc -l) mentions," \
		"$(printf '%s\n' "$mentions" | grep -E '^(tests|labs)/' |
			cut -d: -f3 | sort -u | wc -l) rules named in tests"
}

# shellcheck disable=SC2016 # the backquotes are those of the text
# `DIR/FILE.c` or `DIR/FILE.c: FUNCTION`, perhaps over the end of a line.
check_map() {
	local file name n=0

	while read -r file name; do
		n=$((n + 1))
		if ! compgen -G "src/$file" >/dev/null; then
			fail "docs/map.md: there is no src/$file"
		elif [ -n "$name" ] && ! grep -qE "^$name\\(" "src/$file"; then
			fail "docs/map.md: there is no $name() in src/$file"
		fi
	done < <(tr '\n' ' ' <docs/map.md |
		grep -oE '`[a-z]+/[a-z0-9_*]+\.(c|h|def)(: +[a-z0-9_]+)?`' |
		tr -d '`:' | sort -u)
	echo "map: $n places"
}

check_links() {
	local file line target n=0

	while IFS=: read -r file line target; do
		n=$((n + 1))
		target=${target#](}
		target=${target%%[)#]*}
		[ -z "$target" ] || [ -e "$(dirname "$file")/$target" ] ||
			fail "$file:$line: there is no $target"
	done < <(grep -rnoE '\]\([^):]*\)' --include='*.md' -- *.md docs labs \
		tests)
	echo "links: $n"
}

check_litter() {
	local f

	fail_lines < <(grep -rnwE 'TODO|FIXME|XXX|HACK' src tools meson.build \
		--include='*.[ch]' --include='*.py' --include='*.build' |
		sed 's/$/   <- finish it, or say what is decided/')
	fail_lines < <(grep -rnE \
		'(^|[^A-Za-z0-9_.>}/])/(work|home|root|mnt|Users)/' \
		src tests tools schema docs labs README.md CONTRIBUTING.md \
		meson.build Makefile \
		--include='*.[ch]' --include='*.sh' --include='*.py' \
		--include='*.md' --include='*.build' --include='*.schema' \
		--include='*.conf' --include='*.yml' --include=Makefile |
		grep -v '^tools/check-layers.sh' |
		sed 's/$/   <- a path of one machine/')
	for f in $(find src tests -name '*.[ch]') tools/*.sh tools/*.py; do
		head -n 2 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
			fail "$f:1: no SPDX line"
	done
	echo "litter: $(find src tests -name '*.[ch]' | wc -l) C files"
}

check_layers
check_own_header_first
check_headers_alone
check_rules
check_map
check_links
check_litter
if [ "$failures" -gt 0 ]; then
	echo "$failures violations"
	exit 1
fi
echo "no violations"
