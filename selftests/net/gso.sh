#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. The beginning of bulk TCP transfers, forwarded and from g1 itself,
# IPv4 and IPv6, with ICMP errors and without: the first super-packet, made for
# the larger MTU of the route, is cut and not lost, nobody waits for a timeout.
# Super-packets pass ipsec0 whole, ESP packets fit the link, and what comes out
# of ESP is aggregated again.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 51

# All on one processor: veth delivers where the sender happens to run, so two of
# them would carry one flow, and TCP sends again what comes out of order.
need taskset -cp 0 $$ >/dev/null

SIZE=400000
need topo4
agent_start h1 g1 h2
need agent h2 "serve_tcp('0.0.0.0'); serve_tcp('::', 6001)"
v6_ready h1 $H2_6
site_tunnels "$TMP/sites"
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
# Without tail loss probes and ICMP every retransmission is one for a lost segment.
for ns in h1 g1 h2; do
	need set_sysctl $ns net/ipv4/tcp_early_retrans=0 \
		net/ipv4/tcp_no_metrics_save=1
done
need nft_load g1 <<X
table inet t {
	counter super {}
	counter errors {}
	chain post { type filter hook postrouting priority 0
		oifname "ipsec0" meta l4proto tcp meta length > 1500 counter name super
		icmp type destination-unreachable counter name errors
		icmpv6 type packet-too-big counter name errors
	}
}
X
need nft_load g2 <<X
table inet t {
	counter merged {}
	chain pre { type filter hook prerouting priority 0
		iifname "ipsec0" meta l4proto tcp meta length > 1500 counter name merged
	}
}
X

# ICMP errors make TCP send again what they are about, although it has not been
# lost (RFC 1191 6.4): only without them does the second counter say anything.
tcp_counts() { # namespace: timeouts, without ICMP also segments sent again
	local counters=TcpExtTCPTimeouts

	[ "$errors" = 'with ICMP errors' ] || counters+=' TcpRetransSegs'
	# shellcheck disable=SC2086 # words
	on "$1" nstat -asz $counters |
		awk '/^Tcp/ { print $1, $2 }' | sort
}

counted() { # namespace counter
	on "$1" nft -j list counter inet t "$2" |
		jq -r '.nftables[] | .counter // empty | .packets'
}

forget() {
	local ns

	for ns in h1 g1 h2 g2; do
		echo "ip -n $ns$SUFFIX route flush cache"
		echo "ip -n $ns$SUFFIX -6 route flush cache"
		echo "ip -n $ns$SUFFIX tcp_metrics flush"
	done | bash >/dev/null 2>&1
}

transfer() { # what namespace statement
	local before super icmp

	forget
	need stats_mark g1
	before=$(tcp_counts "$2")
	need on g1 nft reset counters >/dev/null
	capture_start
	try "$1: all bytes arrive" agent "$2" "$3"
	capture_stop
	if [ "$(tcp_counts "$2")" = "$before" ]; then
		pass "$1: no timeout, no segment lost"
	else
		fail "$1: no timeout, no segment lost" \
			"before: $before after: $(tcp_counts "$2")"
	fi
	expect_stats "$1: nothing dropped" g1 ""
	expect_wire "$1: nothing in clear, nothing longer than the link" \
		'(ip or ip6) and not icmp6 and not ip6 proto 0 and (not esp or greater 1515)' 0
	super=$(counted g1 super) icmp=$(counted g1 errors)
	try "$1: super-packets pass ipsec0" [ "$super" -ge 1 ]
	echo "# $super super-packets, $icmp ICMP errors"
}

merged=0
for errors in 'with ICMP errors' 'without ICMP errors'; do
	if [ "$errors" = 'without ICMP errors' ]; then
		for ns in h1 g1; do
			need nft_load $ns <<X
table inet filtered {
	chain input { type filter hook input priority 0
		icmp type destination-unreachable drop
		icmpv6 type packet-too-big drop
	}
}
X
		done
	fi
	transfer "forwarded, IPv4, $errors" h1 "bulk('$H2', $SIZE)"
	transfer "forwarded, IPv6, $errors" h1 "bulk('$H2_6', $SIZE, 6001)"
	transfer "local, IPv4, $errors" g1 \
		"bulk('$H2', $SIZE, local='10.1.0.1')"
	transfer "local, IPv6, $errors" g1 \
		"bulk('$H2_6', $SIZE, 6001, local='2001:db8:1::1')"
done
merged=$(counted g2 merged)
try "what came out of ESP was aggregated" [ "$merged" -ge 1 ]

# Transport mode, where the path MTU of the destination is that of ESP itself.
sa_pair "$TMP/hosts" 0x2001 $G1 $G2 transport 3
policy_pair "$TMP/hosts" "$G1" "$G2 proto tcp" $G1 $G2 transport 3
sa_pair "$TMP/hosts" 0x2011 $G1_6 $G2_6 transport 4
policy_pair "$TMP/hosts" "$G1_6" "$G2_6 proto tcp" $G1_6 $G2_6 transport 4
need ctl g1 load "$TMP/hosts-left"
need ctl g2 load "$TMP/hosts-right"
agent_start g2
need agent g2 "serve_tcp('0.0.0.0'); serve_tcp('::', 6001)"
transfer "transport mode, IPv4" g1 "bulk('$G2', $SIZE)"
transfer "transport mode, IPv6" g1 "bulk('$G2_6', $SIZE, 6001)"
