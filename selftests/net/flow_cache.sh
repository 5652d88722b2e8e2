#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What was decided on a flow is remembered, and forgotten with every change that
# could make the decision another one: three datagrams of the same flow before
# and after each of them.
#
#	h1 --- g1 === w (captures) === g2 --- h2
#
# The other way round the flow comes in at g1 from g2, whose decisions stay as
# they are.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 26

need topo4
need ip_in w route add 10.2.0.0/24 via "$G2"
need ip_in w route add 10.1.0.0/24 via "$G1"
new_key "$TMP/key" 20
key=(mode tunnel enc aes-gcm-16 enc-key-file "$TMP/key")
tunnel_out=(protect esp tunnel src "$G1" dst "$G2")
tunnel_in=(protect esp tunnel src "$G2" dst "$G1")

sa() { # namespace out|in spi src dst [word...]
	need ctl "$1" sa add "$2" esp spi "$3" src "$4" dst "$5" "${key[@]}" "${@:6}"
}

policy() { # add|del argument...
	need ctl g1 policy "$@"
}

# Bytes are those of an IP header, a UDP header and 16
through() { # spi: what moves when three datagrams went by the SA
	echo "$(($1)):packets=3 $(($1)):bytes=132 $(($1)):seq=3"
}

sent() { # what expected: three datagrams from h1 to h2
	need agent h1 'for i in range(3): flow.send(bytes(16))'
	expect_moved "$1" g1 "$2"
}

came() { # what expected: three from h2 to h1
	need agent h2 'for i in range(3): flow.send(bytes(16))'
	expect_moved "$1" g1 "$2"
}

need agent_start h1 h2
need agent h1 "flow = udp('$H2', 9, lport=7)"
need agent h1 "sink = udp(local='$H1', lport=9)"
need agent h2 "flow = udp('$H1', 9, lport=7)"
need agent h2 "sink = udp(local='$H2', lport=9)"

# ---- out

sa g1 out 0x1001 "$G1" "$G2" reqid 1
policy add out priority 10 local "$NET1" remote "$NET2" "${tunnel_out[@]}" reqid 1
capture_start
need state_mark g1
sent "PROTECT" "$(through 0x1001)"
sent "and again" "$(through 0x1001)"
policy add out priority 5 local "$H1/32" remote "$H2/32" proto udp discard
sent "a policy in front of it: DISCARD" out-discard=3
policy add out priority 4 local "$H1/32" remote "$H2/32" proto udp remote-port 9 bypass
sent "another one in front of that: BYPASS" ""
policy del out priority 4 local "$H1/32" remote "$H2/32" proto udp remote-port 9
sent "deleted: DISCARD" out-discard=3
policy del out priority 5 local "$H1/32" remote "$H2/32" proto udp
sent "deleted: PROTECT" "$(through 0x1001)"
sa g1 out 0x1002 "$G1" "$G2" reqid 1
need state_mark g1
sent "a newer SA is used at once" "$(through 0x1002)"
need ctl g1 sa del esp spi 0x1002 dst "$G2"
need state_mark g1
sent "deleted: the one before" "$(through 0x1001)"
sa g1 out 0x1003 "$G1" "$G2" reqid 1 life-packets 3
need state_mark g1
sent "an SA for three packets" "$(through 0x1003)"
sent "is over, as the first of the next ones finds: the one before" \
	"expired=1 $((0x1001)):packets=2 $((0x1001)):bytes=88 $((0x1001)):seq=2"
need ctl g1 sa flush
need state_mark g1
sent "all SAs are gone" out-no-sa=3
need ctl g1 policy flush
sent "all policies are gone: the default is BYPASS" ""
need ctl g1 default out discard
sent "the default becomes DISCARD" out-default=3
need ctl g1 default out bypass
sent "and BYPASS again" ""

# ---- what the route of the protected packet is

sa g1 out 0x1004 "$G1" "$G2" reqid 1
policy add out priority 10 local "$NET1" remote "$NET2" "${tunnel_out[@]}" reqid 1
need state_mark g1
sent "PROTECT once more" "$(through 0x1004)"
need ip_in g1 route add "$G2/32" dev lan
need ip_in g1 neigh add "$G2" dev lan lladdr 02:00:00:00:00:99 nud permanent
sent "another route: it is protected" "$(through 0x1004)"
need ip_in g1 route del "$G2/32"
need ip_in g1 route replace unreachable "$G2/32"
sent "no route" "$((0x1004)):no-route=3 no-route=3"
need ip_in g1 route del unreachable "$G2/32"
sent "the route is back" "$(through 0x1004)"

# ---- NAT

printf '%s\n' 'table ip nat {' 'chain post {' \
	'type nat hook postrouting priority srcnat;' \
	"ip daddr $H2 udp dport 9 snat to 10.1.0.200" '}' '}' |
	need nft_load g1
need agent h1 'flow.close()'
need agent h1 "flow = udp('$H2', 9, lport=8)"
policy add out priority 5 local 10.1.0.200/32 remote "$NET2" discard
sent "NAT has made another flow of it: what the policy of that says" \
	out-discard=3
policy del out priority 5 local 10.1.0.200/32 remote "$NET2"
need ctl g1 sa flush
need ctl g1 policy flush
need state_mark g1

# ---- in

sa g2 out 0x2001 "$G2" "$G1" reqid 1
sa g1 in 0x2001 "$G2" "$G1" reqid 1
need ctl g2 policy add out local "$NET2" remote "$NET1" "${tunnel_in[@]}" reqid 1
policy add in priority 10 local "$NET1" remote "$NET2" "${tunnel_in[@]}" reqid 1
need state_mark g1
came "PROTECT, inbound" "$(through 0x2001)"
came "and again, inbound" "$(through 0x2001)"
policy add in priority 5 local "$H1/32" remote "$H2/32" discard
came "a policy in front of it, inbound" \
	"$(through 0x2001) in-policy=3 $((0x2001)):in-policy=3"
policy del in priority 5 local "$H1/32" remote "$H2/32"
came "deleted, inbound" "$(through 0x2001)"
policy del in priority 10 local "$NET1" remote "$NET2"
policy add in priority 10 local "$NET1" remote "$NET2" "${tunnel_in[@]}" reqid 2
came "the policy wants another SA" \
	"$(through 0x2001) in-policy=3 $((0x2001)):in-policy=3"
need ctl g2 policy flush
came "in clear, where the same flow came through an SA" in-clear=3

capture_stop
expect_wire "in clear went what should" "udp dst port 9 and src host $H1" 9
