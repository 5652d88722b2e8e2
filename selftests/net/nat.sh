#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. Rules of NAT on g1 and policies: what a rule for the real device does
# not touch, what it moves out of a policy (nothing leaves in clear), what it
# moves into one (protected), and that DNAT moves nothing past the check of
# what comes in clear, which looks at the addresses on the wire.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 44

N=3
W=192.0.2.254
need topo4
agent_start h1 g1 w h2
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::')"
need agent w "serve_udp('0.0.0.0')"
# One of h2's neighbours and of h1's, for virtual addresses and policies.
need ip_in h2 addr add 10.2.0.3/24 dev lan
need inject_start
v6_ready h1 $H2_6

policies() { # prefix-of-left prefix-of-right...
	local spi=$((0x1001)) reqid=1 side

	rm -f "$TMP/nat-left" "$TMP/nat-right"
	while [ $# != 0 ]; do
		sa_pair "$TMP/nat" $spi $G1 $G2 tunnel $reqid
		policy_pair "$TMP/nat" "$1" "$2" $G1 $G2 tunnel $reqid
		spi=$((spi + 16)) reqid=$((reqid + 1))
		shift 2
	done
	for side in g1:left g2:right; do
		need ctl ${side%:*} policy flush
		need ctl ${side%:*} sa flush
		need ctl ${side%:*} load "$TMP/nat-${side#*:}"
	done
}

nat_rules() { # rule of prerouting, of output, of postrouting
	need on g1 nft -f - <<X
table ip n
delete table ip n
table ip n {
	chain p { type nat hook prerouting priority -100; $1; }
	chain o { type nat hook output priority -100; $2; }
	chain q { type nat hook postrouting priority 100; $3; }
}
table ip6 n
delete table ip6 n
X
	on g1 conntrack -F >/dev/null 2>&1
}

# What reaches h2, seen by its own rules.
need nft_load h2 <<X
table inet t {
	counter from_h1 {}
	counter from_g1 {}
	counter to_virtual {}
	chain pre { type filter hook prerouting priority 0
		ip saddr $H1 udp dport 5000 counter name from_h1
		ip saddr { 10.1.0.1, $G1 } udp dport 5000 counter name from_g1
		ip daddr 10.2.0.3 udp dport 5000 counter name to_virtual
		ip6 saddr $H1_6 udp dport 5000 counter name from_h1
		ip6 saddr 2001:db8:1::1 udp dport 5000 counter name from_g1
	}
}
X
CLEAR='udp port 5000'
mark() {
	need stats_mark g1
	need stats_mark g2
	capture_start
}

# ---- masquerade for the real device

policies $NET1 $NET2
nat_rules accept accept 'oifname "wan" masquerade'
mark
try "masquerade on wan: protected packets pass" agent h1 \
	"expect(exchange(udp('$H2'), $N), $N)"
expect_nft "masquerade on wan: with the address they had" h2 "from_h1=$N"
try "masquerade on wan: the others pass as well" agent h1 \
	"expect(exchange(udp('$W'), $N), $N)"
capture_stop
expect_wire "masquerade on wan: the others have the address of g1" \
	"$CLEAR and host $G1 and host $W" $((2 * N))
expect_wire "masquerade on wan: nothing else is in clear" "$CLEAR" $((2 * N))
expect_wire "masquerade on wan: ESP in both directions" esp $((2 * N))
expect_stats "masquerade on wan: g1 dropped nothing" g1 ""

# The same rule by iptables-nft.
need on g1 nft flush ruleset
need on g1 iptables-nft -t nat -A POSTROUTING -o wan -j MASQUERADE
mark
try "iptables-nft MASQUERADE on wan: protected packets pass" agent h1 \
	"expect(exchange(udp('$H2', lport=4001), $N), $N)"
expect_nft "iptables-nft MASQUERADE on wan: with the address they had" h2 \
	"from_h1=$N"
capture_stop
expect_wire "iptables-nft MASQUERADE on wan: only ESP" \
	"(ip or ip6) and not esp and not icmp6 and not ip6 proto 0" 0
need on g1 iptables-nft -t nat -F

# ---- masquerade for any device

# No address of ipsec0: the kernel takes the first one of the host, wan's.
nat_rules accept accept "ip saddr $NET1 masquerade"
mark
try "masquerade everywhere moves packets out of the policy: no answer" \
	agent h1 "expect(exchange(udp('$H2', lport=4002), $N, patience=0.5), 0)"
capture_stop
expect_wire "masquerade everywhere: nothing leaves" 'ip and not icmp' 0
expect_stats "masquerade everywhere: dropped as out-changed" g1 \
	"out-changed=$N"
expect_nft "masquerade everywhere: nothing arrives" h2 ""

policies $NET1 $NET2 $G1 $NET2
mark
try "masquerade everywhere into another policy: answered" \
	agent h1 "expect(exchange(udp('$H2', lport=4003), $N), $N)"
capture_stop
expect_nft "masquerade everywhere into another policy: address of g1" h2 \
	"from_g1=$N"
expect_wire "masquerade everywhere into another policy: only ESP" \
	'ip and not esp' 0
expect_sa "masquerade everywhere: sent by the SA of that policy" \
	g1 0x1011 packets $N
expect_stats "masquerade everywhere into another policy: nothing dropped" \
	g1 ""

# ---- SNAT into a policy: h1 itself is not covered

policies 10.1.0.1 $NET2
nat_rules accept accept "ip saddr $H1 ip daddr $NET2 snat to 10.1.0.1"
mark
try "SNAT into a policy: answered" \
	agent h1 "expect(exchange(udp('$H2', lport=4004), $N), $N)"
capture_stop
expect_nft "SNAT into a policy: with the new address" h2 "from_g1=$N"
expect_wire "SNAT into a policy: only ESP" 'ip and not esp' 0
expect_wire "SNAT into a policy: as many as were sent" esp $((2 * N))
expect_stats "SNAT into a policy: nothing dropped" g1 ""
try "SNAT into a policy: conntrack has seen the answers" \
	on g1 bash -c 'conntrack -L 2>/dev/null | grep "sport=4004 " |
		grep -v UNREPLIED | grep -q "dst=10.1.0.1"'

# A clear answer from the wire to that flow: on the wire it is for 10.1.0.1,
# which the policy protects, conntrack makes it one for h1.
mark
try "a forged clear answer to the flow is sent" inject \
	"send('left', IP(src='$H2', dst='10.1.0.1')/UDP(sport=5000, dport=4004)/Raw(b'forged'), $N)"
need agent h1 "s = udp('$H2', lport=4004); expect(answer(s, 0.5), 'nothing')"
capture_stop
expect_stats "the forged clear answer is dropped" g1 "in-clear=$N"

# IPv6.
rm -f "$TMP"/six-*
sa_pair "$TMP/six" 0x1101 $G1_6 $G2_6 tunnel 9
policy_pair "$TMP/six" 2001:db8:1::1 $NET2_6 $G1_6 $G2_6 tunnel 9
need ctl g1 load "$TMP/six-left"
need ctl g2 load "$TMP/six-right"
need on g1 nft -f - <<X
table ip6 n {
	chain q { type nat hook postrouting priority 100
		ip6 saddr $H1_6 ip6 daddr $NET2_6 snat to 2001:db8:1::1
	}
}
X
mark
try "SNAT into a policy, IPv6: answered" \
	agent h1 "expect(exchange(udp('$H2_6', lport=4005), $N), $N)"
capture_stop
expect_nft "SNAT into a policy, IPv6: with the new address" h2 "from_g1=$N"
expect_wire "SNAT into a policy, IPv6: only ESP" \
	'ip6 and not esp and not icmp6 and not ip6 proto 0' 0
expect_stats "SNAT into a policy, IPv6: nothing dropped" g1 ""

# ---- DNAT

# Local output: the address after DNAT is the one that counts.
policies $NET1 $H2
nat_rules accept 'ip daddr 10.2.0.99 dnat to 10.2.0.2' accept
mark
try "DNAT of local packets into a policy: answered" agent g1 \
	"expect(exchange(udp('10.2.0.99', local='10.1.0.1'), $N), $N)"
capture_stop
expect_wire "DNAT of local packets into a policy: only ESP" 'ip and not esp' 0

# Protected for a virtual address, which only exists on g1.
policies 10.1.0.80 $NET2
nat_rules "ip daddr 10.1.0.80 dnat to $H1" accept accept
need agent h1 "serve_udp('$H1', 5001)"
mark
try "DNAT of decrypted packets: answered, the answers are protected" \
	agent h2 "expect(exchange(udp('10.1.0.80', 5001), $N), $N)"
capture_stop
expect_wire "DNAT of decrypted packets: only ESP" 'ip and not esp' 0
expect_wire "DNAT of decrypted packets: as many as were sent" \
	esp $((2 * N))
expect_stats "DNAT of decrypted packets: nothing dropped" g1 ""

# In clear the same packets are forged. After DNAT they are for h1, about
# which no policy says anything.
on g1 conntrack -F >/dev/null 2>&1
mark
# The second kind, from an address without policy, shows that the rules do let
# pass.
need nft_load h1 <<X
table inet t {
	counter forged {}
	counter clear {}
	chain pre { type filter hook prerouting priority 0
		udp sport 4444 counter name forged
		udp sport 4445 counter name clear
	}
}
X
need inject "send('left', IP(src='$H2', dst='10.1.0.80')/UDP(sport=4444, dport=5001)/Raw(b'forged'), $N)"
need inject "send('left', IP(src='$W', dst='10.1.0.80')/UDP(sport=4445, dport=5001)/Raw(b'clear'), $N)"
need wait_for 10 on h1 bash -c \
	"nft list counter inet t clear | grep -q 'packets $N '"
capture_stop
expect_nft "DNAT moves no clear packet past its policy" h1 "clear=$N"
expect_stats "the clear packets are dropped by their address on the wire" g1 \
	"in-clear=$N"

# The answer to a DNATed clear flow leaves under the address the peer knows,
# and that one is free.
policies $H1 $NET2
nat_rules "ip daddr 10.1.0.80 dnat to $H1" accept accept
mark
try "an answer that DNAT moves out of a policy does not leave in clear" \
	agent h2 "expect(exchange(udp('10.1.0.80', 5001, lport=4446), $N, patience=0.5), 0)"
capture_stop
expect_wire "of that flow only the questions are seen" "udp port 5001" $N
expect_stats "the answers are dropped as out-changed" g1 "out-changed=$N"

# ---- and without rules of NAT the same addresses are in no policy

nat_rules accept accept accept
policies 10.1.0.1 $NET2
mark
try "without SNAT there is no policy: answered" \
	agent h1 "expect(exchange(udp('$H2', lport=4007), $N), $N)"
capture_stop
expect_wire "without SNAT there is no policy: in clear" "$CLEAR" $((2 * N))
