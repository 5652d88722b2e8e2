#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4, both gateways ours, tunnels in UDP (RFC 3948): what fits, to the byte;
# what the path says by ICMP about our UDP packets, if it names an SA; bulk TCP
# in super-packets; AH inside of ESP in UDP; what policy has to do with it.
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 32

need topo4
agent_start h1 h2 g1
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::'); serve_tcp('0.0.0.0'); serve_tcp('::', 6001)"
need agent h1 "serve_tcp('0.0.0.0'); serve_tcp('::', 6001)"
v6_ready h1 $H2_6
need inject_start forge.py
need agent h1 "f4 = udp('$H2', pmtu=PMTUDISC_PROBE); f6 = udp('$H2_6', pmtu=PMTUDISC_PROBE)"

new_key "$TMP/key-cbc" 16
new_key "$TMP/key-hmac" 32
new_key "$TMP/key-chacha" 36
sa_pair "$TMP/sites" 0x1001 $G1 $G2 tunnel 1 esp enc aes-cbc enc-key-file key-cbc \
	auth hmac-sha2-256-128 auth-key-file key-hmac esn encap 4500 4500
policy_pair "$TMP/sites" $NET1 $NET2 $G1 $G2 tunnel 1
sa_pair "$TMP/sites" 0x1011 $G1_6 $G2_6 tunnel 2 esp enc chacha20-poly1305 \
	enc-key-file key-chacha encap 4500 4500
policy_pair "$TMP/sites" $NET1_6 $NET2_6 $G1_6 $G2_6 tunnel 2
sa_pair "$TMP/sites" 0x1021 $G1 $G2 transport 3 ah auth hmac-sha2-256-128 \
	auth-key-file key-hmac
sa_pair "$TMP/sites" 0x1031 $G1 $G2 transport 4 esp enc chacha20-poly1305 \
	enc-key-file key-chacha encap 4500 4500
nested="protect ah transport reqid 3 inside esp transport reqid 4"
echo "policy add both local $G1 remote $G2 $nested" >>"$TMP/sites-left"
echo "policy add both local $G2 remote $G1 $nested" >>"$TMP/sites-right"
# Everything else between the gateways, the UDP packets too if they had to ask
for policy in "left $G2" "left $G2_6" "right $G1" "right $G1_6"; do
	echo "policy add both priority 2000 remote ${policy#* } discard" \
		>>"$TMP/sites-${policy% *}"
done
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
need stats_mark g1
need stats_mark g2

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

# ---- exact lengths: 20 and UDP 8, ESP 8, IV 16, ICV 16; of 1500, 1432 are left,
# in blocks of 16 1424, less the trailer of 2. Over IPv6 40 and 8, 8, 8, 16, of
# which 1420 are left.

capture_start
probe "IPv4: fits" f4 1422 arrived
probe "IPv4: does not" f4 1423 "icmp 3 4 1422"
probe "IPv6: fits" f6 1418 arrived
probe "IPv6: does not" f6 1419 "icmp 2 0 1418"
capture_stop
expect_wire "the longest over IPv4 fills the link but for 8 bytes" \
	"udp port 4500 and ip[2:2] = 1492" 1
expect_wire "the longest over IPv6 fills the link" \
	"ip6 and udp port 4500 and ip6[4:2] = 1460" 1
expect_stats "the two that did not fit are counted" g1 "too-big=2"

# ---- TCP

try "TCP over IPv4" agent h1 "bulk('$H2', 4000000)"
try "TCP over IPv4, the other way" agent h2 "bulk('$H1', 4000000)"
try "TCP over IPv6" agent h1 "bulk('$H2_6', 4000000, 6001)"
try "TCP over IPv6, the other way" agent h2 "bulk('$H1_6', 4000000, 6001)"
offload_load
for ns in g1 g2; do
	need on $ns ethtool -K wan gro on
done
try "TCP where xfrm's GRO looks first" agent h1 "bulk('$H2', 1000000)"
try "TCP where UDP packets may be aggregated" eval \
	"on g2 ethtool -K wan rx-udp-gro-forwarding on && agent h1 \"bulk('$H2', 1000000)\""
expect_stats "nothing was dropped on the way out" g1 ""
expect_stats "nor on the way in" g2 ""
need offload_unload

# ---- nested

try "AH inside of ESP in UDP" on g1 ping -q -c 3 -i 0.01 -W 5 $G2
expect_sa "AH was verified" g2 0x1021 packets 3
expect_sa "ESP was verified" g2 0x1031 packets 3

# ---- a smaller link behind w, which answers our UDP packets: 1326 and 1318

need ip_in w link set right mtu 1400
need ip_in g2 link set wan mtu 1400
forget
probe "smaller link: nobody knows yet" f4 1422 nothing
probe "smaller link: the path has told us" f4 1422 "icmp 3 4 1326"
probe "smaller link: the longest that fits arrives" f4 1326 arrived
probe "smaller link, IPv6: nobody knows yet" f6 1418 nothing
probe "smaller link, IPv6: the path has told us" f6 1418 "icmp 2 0 1318"
probe "smaller link, IPv6: the longest that fits arrives" f6 1318 arrived
need ip_in w link set right mtu 1500
need ip_in g2 link set wan mtu 1500
forget
probe "the larger link is back" f4 1422 arrived

# ---- forged ICMP: only an SPI of ours is ours

about() { # spi source-port
	need inject "put('left', ip('192.0.2.254', '$G1', ICMP, (lambda b: b[:2] + struct.pack('!H', checksum(b)) + b[4:])(struct.pack('!BBHHH', 3, 4, 0, 0, 1000) + ip('$G1', '$G2', UDP, struct.pack('!HHHHII', $2, 4500, 1472, 0, $1, 1) + bytes(16), length=1492))))"
}
need stats_mark g1
about 0xdead 4500
expect_stats "ICMP about an unknown SPI is counted" g1 "icmp-unknown=1"
about 0x1002 4500
expect_stats "ICMP about an inbound SPI is counted" g1 "icmp-unknown=1"
forget
about 0x1001 4500
probe "ICMP about an outbound SPI is taken" f4 1422 "icmp 3 4 926"
forget

# ---- policy

capture_start
need agent g1 "u = udp('$G2', 4500, local='$G1', lport=4501)"
need agent g1 "u.send(b'sixteen letters!')"
on h1 ping -q -c 1 -W 5 "$H2" >/dev/null
capture_stop
try "UDP of somebody else to that port is protected like anything" \
	wire_has_no 'sixteen letters!'

# ---- gone under traffic

on_background h1 ping -q -i 0.02 "$H2" >/dev/null
module_needed
log_mark
come_and_go() {
	local _

	for _ in {1..3}; do
		module_unload && module_load &&
			ctl g1 load "$TMP/sites-left" &&
			ctl g2 load "$TMP/sites-right" || return
	done
}
try "unloaded and loaded 3 times" come_and_go
try "the ports are there again" on h1 ping -q -c 2 -W 5 "$H2"
try_not "the kernel did not complain" log_complaints
