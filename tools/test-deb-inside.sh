#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What test-deb.sh does inside of its container.
set -u
cd /srv || exit 1
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
passed=0 failed=0
key=/srv/id_ed25519

ok() { # what, command...
	local what=$1 said
	shift
	if said=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok      $what"
	else
		failed=$((failed + 1))
		echo "not ok  $what"
		printf '%s\n' "$said" | tail -25 | sed 's/^/        /'
	fi
}

has() { # text, command...
	local text=$1 said
	shift
	said=$("$@" 2>&1)
	printf '%s\n' "$said"
	printf '%s\n' "$said" | grep -qF -- "$text"
}

running() {
	systemctl is-active vrflow && return
	journalctl -u vrflow -n 15 --no-pager
	return 1
}

same() { diff "$1" "$2"; }

box() { # command of the command line...
	ssh -i $key -o StrictHostKeyChecking=no -o LogLevel=ERROR \
		-o UserKnownHostsFile=/dev/null admin@127.0.0.1 "$@"
}

netconf() { # port, RPC
	printf '%s]]>]]>\n<rpc message-id="1"><%s/></rpc>]]>]]>\n' \
		'<hello><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>' \
		"$2" | timeout 20 ssh -i $key -p "$1" -o LogLevel=ERROR \
		-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-s admin@127.0.0.1 netconf
}

files() {
	find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp \
		-o -path /srv -o -path /root -o -path /var/cache -o -path /var/lib/apt \
		-o -path /var/lib/dpkg -o -path /var/log/apt -o -path /var/log/dpkg.log \
		-o -path /var/log/journal -o -path /var/lib/systemd \
		-o -path /var/log/wtmp -o -path /var/log/btmp \) -prune \
		-o -print | sort
}

# The indented commands that follow a line with this text in install.md.
documented() {
	awk -v text="$1" 'index($0, text) { on = 1; next }
		on && /^    / { print substr($0, 5); seen = 1; next }
		on && seen { exit }' /srv/install.md
}

commit() { # set command
	printf 'configure\n%s\ncommit and-quit\nexit\n' "$1" | box
}

state() { # of configuration and rollbacks
	(cd /etc/vrflow && stat -c '%n %U %G %a' -- * &&
		md5sum -- *) | grep -v commit.log
	box 'show system rollback compare 1 0'
}

echo "== apt install ./vrflow_*.deb on $(cat /etc/debian_version)"
ip link set lo up 2>/dev/null || true
install_new() { apt-get install -y ./new/vrflow_*.deb; }
ok "apt install" install_new
ip link set lo up
ok "the service runs" running
ok "and will after a reboot" systemctl is-enabled vrflow
level=$(systemd-analyze security --no-pager vrflow.service | tail -1)
echo "        $level"
ok "exposure is at most 3.0" awk -v l="$level" \
	'BEGIN { match(l, /[0-9]+\.[0-9]/); exit substr(l, RSTART, RLENGTH) > 3.0 }'
ok "nothing to say about the unit" systemd-analyze verify vrflow.service
ok "ssh runs" systemctl start ssh

echo "== the documented commands"
ssh-keygen -q -t ed25519 -N '' -f $key
documented 'Three commands give a user' >commands
sed 's/^/        /' commands
touch /etc/skel/.hushlogin
ok "there are three" test "$(wc -l <commands)" -eq 3
while IFS= read -r line; do
	ok "${line%% *}" bash -c "$line"
done <commands
sleep 1
ok "ssh admin@gw 'show version'" has vrflow box 'show version'
talk() { printf 'show version\nexit\n' | timeout 20 ssh -tt -i $key \
	-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
	admin@127.0.0.1; }
ok "ssh admin@gw, interactively" has 'admin@' talk
ok "NETCONF on 830" has '<configuration' netconf 830 get-configuration
ok "NETCONF on 22" has '<software-information' netconf 22 get-software-information

echo "== configuration, a packet"
ip link add ge-0-0-0 type veth peer name host0
ip link set ge-0-0-0 up
ip addr add 192.0.2.2/24 dev host0
ip link set host0 up
ok "commit" has 'commit complete' commit \
	'set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24
set security zones security-zone lan interfaces ge-0/0/0.0 host-inbound-traffic system-services ping'
ok "another commit" has 'commit complete' commit 'set system host-name gw'
ok "a ping from the box" has '0% packet loss' box 'ping 192.0.2.2 count 2'
if command -v man >/dev/null; then
	ok "manual pages" bash -c \
		'man -w vrflow vrflowd vrflow-netconf vrflow-replay vrflow.conf'
fi

echo "== a lab of vrflow-doc, as the tutorial has it"
ok "apt install vrflow-doc and tools" apt-get install -y \
	./new/vrflow-doc_*.deb iputils-ping tcpdump python3 curl
for lab in reverse-route nat64; do
	ok "vrflow lab run $lab" vrflow lab run /usr/share/doc/vrflow/labs/$lab
done

echo "== upgrade"
apt-get remove -y vrflow >/dev/null 2>&1
rm -f /etc/vrflow/*
ok "the package before" apt-get install -y --allow-downgrades ./old/vrflow.deb
ok "it runs" running
for i in 1 2 3; do
	ok "commit $i" has 'commit complete' commit \
		"set interfaces ge-0/0/0 unit 0 description before-$i"
done
state >before
ok "apt install of the new one" install_new
ok "the service runs again" running
state >after
ok "configuration and rollbacks are as they were" same before after
ok "the last commit is in force" has before-3 box 'show configuration interfaces'
ok "commit after the upgrade" has 'commit complete' commit \
	'rollback 2'
ok "a rollback of before is in force" has before-1 \
	box 'show configuration interfaces'

echo "== remove, install, purge"
apt-get install -y ./new/*.deb >/dev/null 2>&1
apt-get purge -y vrflow vrflow-doc >/dev/null 2>&1
documented 'The three commands are undone by' >commands
loginctl terminate-user admin 2>/dev/null
sleep 1
while IFS= read -r line; do
	ok "${line%% *}" bash -c "$line"
done <commands
rm -f /etc/skel/.hushlogin
files >before
apt-get install -y ./new/*.deb >/dev/null 2>&1
ok "installed again" running
vrflow -c 'show version' >/dev/null
printf 'configure\nset system host-name kept\ncommit\n' | vrflow >/dev/null
ok "apt remove" apt-get remove -y vrflow vrflow-doc
ok "keeps the configuration" grep -q kept /etc/vrflow/vrflow.conf
ok "and nothing runs" bash -c '! pgrep -x vrflowd'
install_new >/dev/null 2>&1
ok "which the next installation takes" has kept vrflow -c 'show configuration system'
ok "apt purge" apt-get purge -y vrflow vrflow-doc
files >after
ok "leaves nothing behind" same before after
ok "no user" bash -c '! getent passwd vrflow && ! getent group vrflow'
ok "no shell" bash -c '! grep vrflow /etc/shells'
ok "no unit" bash -c '! systemctl cat vrflow.service'

echo "$passed passed, $failed failed"
