#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What must come in protected and comes in clear is dropped, on every device and
# on every way through IP input; what need not passes.
#
#	forge.py in w --- left/wan --- g1 --- lan --- h1
#	                    |
#	                    +--- vlan 7 of the same wire
#
# Sources in 10.9.0.0/16 and 2001:db8:9::/48 must be protected, all others may
# come in clear. Every packet is sent twice: in 10.9 and in 10.10, so that
# each drop has its counterpart that passes.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 29

need topo4
need ip_in g1 link add link wan name vlan type vlan id 7
need ip_in g1 link set vlan up
need ip_in g1 addr add 192.0.2.65/28 dev vlan
{
	echo "policy add in remote 10.9.0.0/16 protect esp tunnel src $G2 dst $G1 reqid 1"
	echo "policy add in remote 2001:db8:9::/48 protect ah tunnel src $G2_6 dst $G1_6 reqid 1"
	# For what DNAT is about to change
	echo "policy add in priority 10 local 192.0.2.100/32 remote 10.11.0.0/16 protect esp transport reqid 2"
	echo "policy add in priority 20 remote 10.11.0.0/16 bypass"
	echo "policy add in remote 10.12.0.0/16 discard"
} >"$TMP/conf"
need ctl g1 load "$TMP/conf"
need ip_in w route add blackhole default
need ip_in w -6 route add blackhole default
# What h1 gets to see
need on h1 nft -f - <<'N'
table inet seen {
	counter passed { }
	chain in {
		type filter hook prerouting priority 0
		ip saddr 10.8.0.0/13 counter name passed
		ip6 saddr 2001:db8:8::/45 counter name passed
	}
}
N
need on g1 nft -f - <<'N'
table ip nat {
	chain in {
		type nat hook prerouting priority -100
		ip daddr 192.0.2.100 dnat to 10.1.0.2
		ip daddr 192.0.2.101 dnat to 192.0.2.1
	}
}
N
SEEN=0
seen() { # number
	local answer

	answer=$(on h1 nft list counter inet seen passed)
	[[ $answer =~ packets\ ([0-9]+) ]] && [ "${BASH_REMATCH[1]}" = "$1" ]
}

inject_start forge.py
need inject "tag = lambda packet: raw_sockets['left'].send(GATEWAY['left'] + bytes(6) + b'\\x81\\0\\0\\7\\x08\\0' + packet)"
need inject "both4 = lambda make: [make('10.10.0.1'), make('10.9.0.1')]"
need inject "both6 = lambda make: [make('2001:db8:a:9::1'), make('2001:db8:9::1')]"
need state_mark g1

sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" g1 "$2"
}

forwarded() { # what expected packets number-that-arrives
	sent "$@"
	SEEN=$((SEEN + $4))
	try "$1: h1 sees only what may pass" wait_for 10 seen $SEEN
}

# ---- for this host

sent "ICMP" "delivered=1 in-clear=1" "both4(lambda src: ping(src, '$G1'))"
sent "UDP" "answered=1 in-clear=1" \
	"both4(lambda src: ip(src, '$G1', UDP, udp(src, '$G1', 9, 9)))"
sent "TCP: a SYN" "answered=1 in-clear=1" \
	"both4(lambda src: ip(src, '$G1', TCP, tcp(src, '$G1', 9, 9)))"
sent "a protocol nobody knows" "answered=1 in-clear=1" \
	"both4(lambda src: ip(src, '$G1', 99, b'99999999'))"
sent "another address of this host" "delivered=1 in-clear=1" \
	"both4(lambda src: ping(src, '10.1.0.1'))"
sent "all hosts" "delivered=1 in-clear=1" \
	"both4(lambda src: ping(src, '224.0.0.1'))"
sent "broadcast of the network, of every network" "delivered=2 in-clear=2" \
	"[both4(lambda src: ping(src, dst))[i] for dst in ('192.0.2.255', '255.255.255.255') for i in (0, 1)]"
sent "fragments" "delivered=1 in-clear=1" \
	"[p for whole in both4(lambda src: ping(src, '$G1', 200)) for p in fragments(whole, 64)]"
sent "fragments that never make a packet" "" \
	"[list(fragments(whole, 64))[1] for whole in both4(lambda src: ping(src, '$G1', 200, ident=99))]"
sent "IP options" "delivered=1 in-clear=1" \
	"both4(lambda src: ping(src, '$G1', options=b'\\1\\1\\1\\0'))"
sent "ICMP errors" "in-clear=1" \
	"both4(lambda src: ip(src, '$G1', ICMP, echo(src, '$G1', ping('$G1', '1.2.3.4'), kind=3, code=1)))"
need inject "for p in both4(lambda src: ping(src, '192.0.2.65')): tag(p)"
expect_moved "on another device" g1 "delivered=1 in-clear=1"
sent "IPv6" "delivered=1 in-clear=1" "both6(lambda src: ping(src, '$G1_6'))"
sent "IPv6: all nodes" "delivered=1 in-clear=1" \
	"both6(lambda src: ping(src, 'ff02::1'))"
sent "IPv6: UDP" "answered=1 in-clear=1" \
	"both6(lambda src: ip(src, '$G1_6', UDP, udp(src, '$G1_6', 9, 9)))"
sent "IPv6: behind destination options" "delivered=1 in-clear=1" \
	"both6(lambda src: ip(src, '$G1_6', 60, bytes([58, 0, 1, 4, 0, 0, 0, 0]) + echo(src, '$G1_6')))"
# IPv6 reassembles behind LOCAL_IN
sent "IPv6: fragments" "delivered=1 in-clear=2" \
	"[p for whole in both6(lambda src: ping(src, '$G1_6', 200)) for p in fragments(whole, 64)]"
sent "a policy says DISCARD" "in-discard=2" \
	"ping('10.12.0.1', '$G1'), ping('10.12.0.1', '$H1')"

# ---- for another host

forwarded "forwarded" "in-clear=1" "both4(lambda src: ping(src, '$H1'))" 1
forwarded "forwarded IPv6" "in-clear=1" "both6(lambda src: ping(src, '$H1_6'))" 1
# With NAT in use the fragments are made whole first, and cut again
forwarded "forwarded fragments" "in-clear=1" \
	"[p for whole in both4(lambda src: ping(src, '$H1', 200)) for p in fragments(whole, 64)]" 2

# ---- NAT: the policy is for the addresses on the wire

need inject "dgram = lambda src, dst: ip(src, dst, UDP, udp(src, dst, 9, 9))"
forwarded "DNAT to a host behind us" "in-clear=1" \
	"both4(lambda src: dgram(src, '192.0.2.100'))" 1
forwarded "what only the address before DNAT demands" "in-clear=1" \
	"dgram('10.11.0.1', '192.0.2.100'), dgram('10.11.0.1', '$H1')" 1
sent "DNAT to ourselves" "answered=1 in-clear=1" \
	"both4(lambda src: dgram(src, '192.0.2.101'))"
