#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4, g1 with a flowtable of lan and wan. A flow that is offloaded when a
# PROTECT policy arrives does not go on in clear, nor do forged clear answers
# to it come in; a flow that is protected from its first packet passes a rule
# that offloads it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 28

N=5
need topo4
need modprobe -a nf_flow_table nft_flow_offload nf_conntrack
agent_start h1 h2
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::'); serve_tcp('0.0.0.0')"
need inject_start
v6_ready h1 $H2_6

need nft_load g1 <<X
table inet f {
	flowtable ft {
		hook ingress priority 0
		devices = { lan, wan }
	}
	chain forward { type filter hook forward priority 0
		meta l4proto { tcp, udp } flow add @ft
	}
}
table inet t {
	counter slow {}
	chain forward { type filter hook forward priority -200
		meta l4proto { tcp, udp } counter name slow
	}
}
X

# The namespaces are active, so what follows is about policies only.
need ctl g1 default out bypass
need ctl g2 default out bypass
site_tunnels "$TMP/sites"

offloaded() { # port
	on g1 conntrack -L -f "$2" 2>/dev/null | grep "sport=$1 " |
		grep -q OFFLOAD
}

for family in ipv4 ipv6; do
	remote=$H2 local=$H1 port=4001
	[ $family = ipv4 ] || remote=$H2_6 local=$H1_6 port=4002
	need ctl g1 policy flush
	need ctl g1 sa flush
	need ctl g2 policy flush
	need ctl g2 sa flush

	need agent h1 "flow = udp('$remote', lport=$port)"
	try "$family: a flow without policy: answered" agent h1 \
		"expect(exchange(flow, 3), 3)"
	try "$family: it is offloaded" wait_for 10 offloaded $port $family
	need on g1 nft reset counters >/dev/null
	try "$family: offloaded: answered" agent h1 \
		"expect(exchange(flow, $N), $N)"
	expect_nft "$family: offloaded: no rule sees it" g1 ""

	# g2 first, which takes nothing in clear then
	need ctl g2 load "$TMP/sites-right"
	need ctl g1 load "$TMP/sites-left"
	need stats_mark g1
	# Forged answers, which a flow that is still offloaded would take
	ip=IP
	[ $family = ipv4 ] || ip=IPv6
	forge="send('left', $ip(src='$remote', dst='$local')/UDP(sport=5000, dport=$port)/Raw(b'forged'), $N)"
	need inject "$forge"
	try "$family: a policy arrives: forged clear answers do not" agent h1 \
		"expect(answer(flow, 0.5), 'nothing')"
	expect_stats "$family: a policy arrives: they are dropped" g1 \
		"in-clear=$N"
	capture_start
	try "$family: a policy arrives: the flow is answered" agent h1 \
		"expect(exchange(flow, $N), $N)"
	capture_stop
	expect_wire "$family: a policy arrives: nothing in clear" \
		"(ip or ip6) and not esp and not icmp6 and not ip6 proto 0" 0
	expect_wire "$family: a policy arrives: all in ESP" esp $((2 * N))
	expect_stats "$family: a policy arrives: g1 dropped nothing" g1 ""

	# Its next packets have gone by the rule that offloads.
	need inject "$forge"
	try "$family: forged clear answers to the protected flow do not arrive" \
		agent h1 "expect(answer(flow, 0.5), 'nothing')"
	expect_stats "$family: they are dropped" g1 "in-clear=$N"
done

# TCP, protected from its first packet, under a rule that offloads.
need stats_mark g1
capture_start
try "protected TCP under a flowtable rule" agent h1 "bulk('$H2', 300000)"
capture_stop
expect_wire "protected TCP under a flowtable rule: nothing in clear" \
	'ip and not esp' 0
try "protected TCP under a flowtable rule: ESP" \
	[ "$(wire_count "esp and src $G1")" -ge 200 ]
expect_stats "protected TCP under a flowtable rule: nothing dropped" g1 ""
