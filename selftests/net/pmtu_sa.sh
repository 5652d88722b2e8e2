#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. The path MTU of an SA: what ICMP may make of it, for how long it holds;
# links so small that little or nothing fits; DF of the tunnel header; where IPv6
# is cut.
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 56

need topo4
agent_start h1 g1 h2 g2
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::')"
need agent g2 "serve_udp('2001:db8:2::1')"
v6_ready h1 $H2_6
site_tunnels "$TMP/sites"
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
need inject_start forge.py
PROBE="pmtu=PMTUDISC_PROBE"
need agent h1 "f4 = udp('$H2', $PROBE); f6 = udp('$H2_6', $PROBE); nodf = udp('$H2', pmtu=PMTUDISC_DONT)"
need stats_mark g1

probe() { # what socket length result
	try "$1" agent h1 "expect(probe($2, $3), '$4')"
}

pmtu_is() { # what spi mtu
	expect_sa "$1" g1 "$2" pmtu "$3"
}

# From w, about the SAs of g1
need inject "about = lambda mtu: put('left', error('192.0.2.254', '$G1', ip('$G1', '$G2', ESP, struct.pack('!II', 0x1001, 1)), 3, 4, mtu))"
need inject "about6 = lambda mtu: put('left', error('2001:db8:a::ff', '$G1_6', ip('$G1_6', '$G2_6', ESP, struct.pack('!II', 0x1011, 1)), 2, 0, mtu))"

forget() {
	printf 'route flush cache\n' | ip_batch g1
	ip -6 -n "g1$SUFFIX" route flush cache
	printf 'route flush cache\n' | ip_batch h1
	ip -6 -n "h1$SUFFIX" route flush cache
}

# ---- what it is, and how long

pmtu_is "the path MTU of an SA is that of the device" 0x1001 1500
expect_sa "nothing was told about it" g1 0x1001 pmtu_expires null
need inject "about(1300)"
pmtu_is "told by ICMP" 0x1001 1300
lasts() { # spi
	local secs

	secs=$(sa_field g1 "$1" pmtu_expires)
	[ "$secs" -gt 300 ] && [ "$secs" -le 600 ]
}
try "for ten minutes at most" lasts 0x1001
pmtu_is "another destination is not meant" 0x1011 1500
probe "what does not fit is answered" f4 1247 "icmp 3 4 1246"
need inject "about6(1400)"
pmtu_is "IPv6: told by ICMP" 0x1011 1400
try "IPv6: for ten minutes at most" lasts 0x1011
probe "IPv6: what does not fit is answered" f6 1327 "icmp 2 0 1326"
need inject "about(1400); about6(1450)"
pmtu_is "ICMP does not make it longer" 0x1001 1300
pmtu_is "IPv6: ICMP does not make it longer" 0x1011 1400

need set_sysctl g1 net/ipv4/route/mtu_expires=1 net/ipv6/route/mtu_expires=1
need inject "about(1200); about6(1350)"
is_reset() { # spi
	[ "$(sa_field g1 "$1" pmtu)" = 1500 ]
}
try "when its time is over it is that of the device again" \
	wait_for 20 is_reset 0x1001
try "IPv6: when its time is over" wait_for 20 is_reset 0x1011
probe "the longest packets fit again" f4 1446 arrived
probe "IPv6: the longest packets fit again" f6 1426 arrived
need set_sysctl g1 net/ipv4/route/mtu_expires=600 net/ipv6/route/mtu_expires=600

# ---- what nobody may make of it

for mtu in 0 1 67 68 551; do
	need inject "about($mtu)"
	pmtu_is "an MTU of $mtu makes it 552" 0x1001 552
	forget
done
need inject "about(68)"
capture_start
probe "then packets with DF that fit arrive" f4 498 arrived
probe "and longer ones are told what fits" f4 499 "icmp 3 4 498"
capture_stop
expect_wire "they are protected without DF: the path is to cut them" \
	"src $G1 and proto 50 and ip[6] & 0x40 = 0" 1
forget
for mtu in 0 68 1279; do
	need inject "about6($mtu)"
	pmtu_is "IPv6: an MTU of $mtu is ignored" 0x1011 1500
done
need inject "about6(1280)"
pmtu_is "IPv6: an MTU of 1280 is the least" 0x1011 1280
probe "IPv6: then 1280 arrive still" f6 1280 arrived
forget
need ctl g1 settings icmp-clear unreachable
need inject "about(1000); about6(1300)"
pmtu_is "not accepted: it stays" 0x1001 1500
pmtu_is "IPv6, not accepted: it stays" 0x1011 1500
expect_stats "not accepted: counted" g1 "too-big=3 icmp-refused=2"
need ctl g1 settings icmp-clear all

# ---- DF of the tunnel header

# The newest SA with the reqid is used.
capture_start
spi=$((0x3000))
for df in copy set clear; do
	: >"$TMP/df-left"
	: >"$TMP/df-right"
	spi=$((spi + 16))
	sa_pair "$TMP/df" $spi $G1 $G2 tunnel 1 esp \
		enc aes-gcm-16 enc-key-file key-gcm df $df
	grep -h ^sa "$TMP/df-left" >"$TMP/df"
	need ctl g1 load "$TMP/df"
	grep -h ^sa "$TMP/df-right" >"$TMP/df"
	need ctl g2 load "$TMP/df"
	probe "df $df: without DF" nodf 100 arrived
	probe "df $df: with DF" f4 100 arrived
	probe "df $df: too long without DF" nodf 1500 arrived
done
capture_stop
ESP_G1="src $G1 and proto 50"
with_df() { # what spi with without
	expect_wire "$1: with DF" \
		"$ESP_G1 and ip[20:4] = $2 and ip[6:2] & 0x7fff = 0x4000" "$3"
	expect_wire "$1: without DF, whole" \
		"$ESP_G1 and ip[20:4] = $2 and ip[6:2] & 0x7fff = 0" "$4"
	expect_wire "$1: what is too long is cut, so without DF" \
		"$ESP_G1 and ip[20:4] = $2 and ip[6:2] & 0x7fff = 0x2000" 1
}
with_df "df copy" 0x3010 1 1
with_df "df set" 0x3020 2 0
with_df "df clear" 0x3030 0 2
expect_stats "DF: nothing dropped" g1 ""

# ---- where IPv6 is cut

forget

# To the far gateway itself: what comes to it whole fits no link behind it.
need agent g1 "l6 = udp('2001:db8:2::1', local='2001:db8:1::1', pmtu=PMTUDISC_DONT)"
cut() { # what esp fragments
	capture_start
	try "$1: arrives whole" agent g1 "expect(probe(l6, 3000), 'arrived')"
	capture_stop
	expect_wire "$1: ESP packets" "src $G1_6 and ip6[6] == 50" "$2"
	expect_wire "$1: fragments of ESP packets" \
		"src $G1_6 and ip6[6] == 44" "$3"
}
cut "fragment before" 3 0
need ctl g1 settings fragment after
cut "fragment after" 0 3
need ctl g1 settings fragment before
