#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4, lan and wan of g1 in the VRF blue, which has its own routes. Packets
# forwarded inside the VRF and those of sockets bound to it are protected and
# answered; forged clear ones are dropped, whatever takes them.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 23

N=3
need topo4
need modprobe vrf
agent_start h1 g1 h2 g2
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::')"
need agent g2 "serve_udp('0.0.0.0'); serve_udp('::')"
need inject_start

need ip_batch g1 <<X
link add blue type vrf table 10
link set blue up
link set lan master blue
link set wan master blue
X
# Enslaving takes the IPv6 addresses away.
need ip_batch g1 <<X
addr replace $G1_6/64 dev wan nodad
addr replace 2001:db8:1::1/64 dev lan nodad
route replace default via 192.0.2.254 table 10
route replace default via 2001:db8:a::ff table 10
X
v6_ready h1 $H2_6

site_tunnels "$TMP/vrf"
sa_pair "$TMP/vrf" 0x2001 $G1 $G2 transport 3
policy_pair "$TMP/vrf" "$G1" "$G2 proto udp" $G1 $G2 transport 3
sa_pair "$TMP/vrf" 0x2011 $G1_6 $G2_6 transport 4
policy_pair "$TMP/vrf" "$G1_6" "$G2_6 proto udp" $G1_6 $G2_6 transport 4

exchange() { # what namespace arguments-of-udp
	try "$1: answered" agent "$2" "expect(exchange(udp($3), $N), $N)"
}

all() { # prefix
	exchange "$1: forwarded, IPv4" h1 "'$H2'"
	exchange "$1: forwarded, IPv6" h1 "'$H2_6'"
	exchange "$1: bound to the VRF, IPv4" g1 \
		"'$H2', local='10.1.0.1', dev='blue'"
	exchange "$1: bound to the VRF, IPv6" g1 \
		"'$H2_6', local='2001:db8:1::1', dev='blue'"
	exchange "$1: transport mode, IPv4" g1 "'$G2', local='$G1', dev='blue'"
	exchange "$1: transport mode, IPv6" g1 \
		"'$G2_6', local='$G1_6', dev='blue'"
}

# Without policies, so that what fails below fails because of them.
capture_start
all "in clear"
capture_stop
expect_wire "in clear: seen" 'udp port 5000' $((12 * N))

need ctl g1 load "$TMP/vrf-left"
need ctl g2 load "$TMP/vrf-right"
need stats_mark g1
need stats_mark g2
capture_start
all "protected"
capture_stop
expect_wire "protected: nothing in clear" \
	'(ip or ip6) and not esp and not icmp6 and not ip6 proto 0' 0
expect_wire "protected: ESP in both directions" esp $((12 * N))
expect_stats "protected: g1 dropped nothing" g1 ""
expect_stats "protected: g2 dropped nothing" g2 ""

# The inner packets of tunnels come in by the VRF.
need nft_load g1 <<X
table inet t {
	counter blue {}
	counter verified {}
	chain forward { type filter hook forward priority 0
		udp sport 5000 iifname { "blue", "ipsec0" } counter name blue
		udp sport 5000 meta ipsec exists counter name verified
	}
}
X
exchange "rules see the answers come in verified" h1 "'$H2', lport=4009"
expect_nft "rules see the answers come in verified: counted" g1 \
	"blue=$N verified=$N"

need agent g1 "a = udp(local='10.1.0.1', lport=4010, dev='blue')"
need agent g1 "b = udp(local='$G1', lport=4010, dev='blue')"
need agent g1 "c = udp(local='$G1_6', lport=4010, dev='blue')"
need agent h1 "a = udp(local='$H1', lport=4010)"
forge() { # layer source destination
	need inject "send('left', $1(src='$2', dst='$3')/UDP(sport=5000, dport=4010)/Raw(b'forged'), $N)"
}
forge IP $H2 10.1.0.1
forge IP $G2 $G1
forge IPv6 $G2_6 $G1_6
forge IP $H2 $H1
try "forged clear packets do not arrive: h1" agent h1 \
	"expect(answer(a, 0.5), 'nothing')"
try "forged clear packets do not arrive: g1" agent g1 \
	"expect([answer(s, 0.1) for s in (a, b, c)], 3 * ['nothing'])"
expect_stats "forged clear packets are dropped" g1 "in-clear=$((4 * N))"

# The same from a source without policy does arrive.
forge IP 198.51.100.254 $G1
try "clear packets of others arrive" agent g1 \
	"expect(answer(b), 'forged')"
