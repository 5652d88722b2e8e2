#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. Path MTU: mixed tunnels, packets without DF, IPv6 at its minimum, and
# what the path says by ICMP about our own ESP packets, if it names an SA.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 31

need topo4
agent_start h1 g1 h2 g2
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::')"
v6_ready h1 $H2_6
need inject_start
PROBE="pmtu=PMTUDISC_PROBE"
need agent h1 "f4 = udp('$H2', $PROBE); f6 = udp('$H2_6', $PROBE)"

probe() { # what socket length result
	local patience=15

	[ "$4" != nothing ] || patience=1
	try "$1" agent h1 "expect(probe($2, $3, $patience), '$4')"
}

forget() {
	local ns

	for ns in h1 g1 h2 g2; do
		echo "ip -n $ns$SUFFIX route flush cache"
		echo "ip -n $ns$SUFFIX -6 route flush cache"
	done | bash 2>/dev/null
}

load() {
	local side

	for side in g1:left g2:right; do
		need ctl ${side%:*} policy flush
		need ctl ${side%:*} sa flush
		need ctl ${side%:*} load "$1-${side#*:}"
	done
	forget
}

# AES-GCM: 20 or 40, SPI and sequence number 8, IV 8, ICV 16, trailer 2, aligned
# to 4: of 1500, 1446 and 1426 are left.

# ---- mixed tunnels

sa_pair "$TMP/mixed" 0x1001 $G1_6 $G2_6 tunnel 1
policy_pair "$TMP/mixed" $NET1 $NET2 $G1_6 $G2_6 tunnel 1
sa_pair "$TMP/mixed" 0x1011 $G1 $G2 tunnel 2
policy_pair "$TMP/mixed" $NET1_6 $NET2_6 $G1 $G2 tunnel 2
load "$TMP/mixed"
probe "IPv4 in IPv6: fits" f4 1426 arrived
probe "IPv4 in IPv6: does not" f4 1427 "icmp 3 4 1426"
probe "IPv6 in IPv4: fits" f6 1446 arrived
probe "IPv6 in IPv4: does not" f6 1447 "icmp 2 0 1446"

# ---- without DF

site_tunnels "$TMP/sites"
load "$TMP/sites"
need stats_mark g1
need stats_mark g2
need agent h1 "nodf = udp('$H2', pmtu=PMTUDISC_DONT)"
capture_start
probe "without DF, one byte too long: arrives whole" nodf 1447 arrived
probe "without DF, as long as the link: arrives whole" nodf 1500 arrived
capture_stop
expect_wire "fragmented behind IPsec: ESP in fragments" \
	"src $G1 and proto 50 and ip[6:2] & 0x3fff != 0" 4
expect_wire "fragmented behind IPsec: nothing else" \
	"ip and not proto 50" 0
need agent g1 "l = udp('$H2', local='10.1.0.1', pmtu=PMTUDISC_DONT)"
try "without DF, local: arrives whole" agent g1 \
	"expect(probe(l, 1500), 'arrived')"
need agent g1 "l6 = udp('$H2_6', local='2001:db8:1::1', pmtu=PMTUDISC_DONT)"
try "IPv6, local, longer than the link: arrives whole" agent g1 \
	"expect(probe(l6, 3000), 'arrived')"
expect_stats "without DF: nothing dropped" g1 ""
expect_stats "without DF: nothing dropped at the other end" g2 ""

# ---- the IPv6 minimum: 1300 leave 1226 inside

need ip_in g1 link set wan mtu 1300
need ip_in w link set left mtu 1300
forget
capture_start
probe "IPv6: 1280 always arrive" f6 1280 arrived
capture_stop
expect_wire "IPv6: 1280 do not fit, the ESP packet is fragmented" \
	"ip6 src $G1_6 and ip6[6] == 44" 2
probe "IPv6: longer ones are told 1280, never less" f6 1281 "icmp 2 0 1280"
# 1300 - 20 - 32 = 1248, aligned, less 2
probe "IPv4: fits" f4 1246 arrived
probe "IPv4: does not" f4 1247 "icmp 3 4 1246"
need ip_in g1 link set wan mtu 1500
need ip_in w link set left mtu 1500
forget

# ---- a smaller link behind w, which answers our ESP packets

need ip_in w link set right mtu 1400
need ip_in g2 link set wan mtu 1400
forget
probe "smaller link: nobody knows yet" f4 1446 nothing
probe "smaller link: the path's ICMP has told us: does not fit" \
	f4 1446 "icmp 3 4 1346"
probe "smaller link: the longest that fits arrives" f4 1346 arrived
probe "smaller link, IPv6: nobody knows yet" f6 1426 nothing
probe "smaller link, IPv6: told" f6 1426 "icmp 2 0 1326"
probe "smaller link, IPv6: the longest that fits arrives" f6 1326 arrived
need ip_in w link set right mtu 1500
need ip_in g2 link set wan mtu 1500
forget
probe "the larger link is back" f4 1446 arrived

# ---- forged ICMP about ESP: only an SPI of ours counts

about() { # spi mtu
	need inject "send('left', IP(src='192.0.2.254', dst='$G1')/ICMP(type=3, code=4, nexthopmtu=$2)/IP(src='$G1', dst='$G2', proto=50, len=1500)/Raw(bytes.fromhex('$1') + bytes(16)))"
}

about6() { # spi mtu
	need inject "send('left', IPv6(src='2001:db8:a::ff', dst='$G1_6')/ICMPv6PacketTooBig(mtu=$2)/IPv6(src='$G1_6', dst='$G2_6', nh=50, plen=1400)/Raw(bytes.fromhex('$1') + bytes(16)))"
}

about 0000dead 1000
probe "ICMP about an unknown SPI changes nothing" f4 1446 arrived
about 00001002 1000
probe "ICMP about an inbound SPI changes nothing" f4 1446 arrived
about 00001001 1000
probe "ICMP about an outbound SPI does" f4 1446 "icmp 3 4 946"
forget
about6 0000dead 1300
probe "ICMPv6 about an unknown SPI changes nothing" f6 1426 arrived
about6 00001011 1380
probe "ICMPv6 about an outbound SPI does" f6 1426 "icmp 2 0 1306"
probe "ICMPv6 about an outbound SPI: 1280 arrive still" f6 1280 arrived
expect_stats "g2 has found all in order" g2 ""
