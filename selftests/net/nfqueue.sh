#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. Packets wait in NFQUEUE of g1, in FORWARD, OUTPUT and POSTROUTING,
# while a policy arrives that wants them protected; then they are let go.
# Nothing leaves in clear: they are protected, or dropped when there is no SA.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 75

N=4
need topo4
need modprobe -a nfnetlink_queue nft_queue
agent_start h1 g1 h2 w
need agent h2 "u = udp(local='0.0.0.0', lport=5000)"
need agent h2 "v = udp(local='::', lport=5000)"
v6_ready h1 $H2_6
need agent g1 "q = Queue(0)"
site_tunnels "$TMP/sites"
grep -v '^sa' "$TMP/sites-left" >"$TMP/sites-nosa"

# Each hook, early and late in it.
need nft_load h2 <<X
table inet t {
	counter got {}
	chain input { type filter hook input priority 0; udp dport 5000 counter name got; }
}
X

park() { # hook priority
	need on g1 nft -f - <<X
table inet q
delete table inet q
table inet q {
	chain c { type filter hook $1 priority $2
		udp dport 5000 queue num 0
	}
}
X
}

arrived() { # number
	on h2 nft list counter inet t got | grep -q "packets $1 "
}

clean() {
	need ctl g1 policy flush
	need ctl g1 sa flush
	need ctl g2 policy flush
	need ctl g2 sa flush
}

dropped() {
	[ "$(stats_delta g1)" = "out-no-sa=$N" ]
}

# Sends, waits until all are parked, changes the configuration, lets go.
story() { # what sender arguments-of-udp configuration
	need agent "$2" "s = udp($3)"
	need agent "$2" "[s.send(b'x' * 100) for _ in range($N)]"
	try "$1: parked" agent g1 "expect(q.park($N), $N)"
	need ctl g1 load "$4"
	need stats_mark g1
	capture_start
	need agent g1 "q.accept()"
}

# The first policy of a namespace: our own hooks are not there yet when the
# packets are parked, and the kernel may show some to the queue again.
park forward 0
need ctl g2 load "$TMP/sites-right"
story "first policy of all" h1 "'$H2'" "$TMP/sites-left"
need agent g1 "q.park($N, 0.5) and q.accept()"
try "first policy of all: arrive" wait_for 20 arrived $N
capture_stop
expect_wire "first policy of all: nothing in clear" 'ip and not esp' 0
expect_wire "first policy of all: all in ESP" "esp" $N
expect_nft "first policy of all: once each" h2 "got=$N"

for where in 'forward h1 0' 'forward h1 -2147483647' 'output g1 0' \
	     'postrouting h1 0' 'postrouting h1 300' 'postrouting g1 0'; do
	read -r hook from priority <<<"$where"
	what="$hook of ${from/g1/local} packets at $priority"
	what=${what/h1/forwarded}
	for remote in $H2 $H2_6; do
		name="$what, IPv4" local="local='10.1.0.1'"
		if [ "$remote" != $H2 ]; then
			name="$what, IPv6" local="local='2001:db8:1::1'"
		fi
		[ "$from" = g1 ] || local=dev=None
		clean
		park "$hook" "$priority"
		need ctl g2 load "$TMP/sites-right"
		story "$name" "$from" "'$remote', $local" "$TMP/sites-left"
		try "$name: arrive" wait_for 20 arrived $N
		capture_stop
		expect_wire "$name: nothing in clear" \
			"(ip or ip6) and not esp and not icmp6 and not ip6 proto 0" 0
		expect_wire "$name: all in ESP" "esp" $N
		expect_nft "$name: once each" h2 "got=$N"
	done
done

# Policies without SAs.
for where in 'forward h1' 'output g1' 'postrouting h1'; do
	read -r hook from <<<"$where"
	local="local='10.1.0.1'"
	[ "$from" = g1 ] || local=dev=None
	clean
	park "$hook" 0
	story "$hook, no SA" "$from" "'$H2', $local" "$TMP/sites-nosa"
	need wait_for 20 dropped
	capture_stop
	expect_wire "$hook, no SA: nothing leaves" 'ip and not icmp' 0
	expect_stats "$hook, no SA: dropped" g1 "out-no-sa=$N"
done
expect_nft "what is dropped does not arrive" h2 ""
