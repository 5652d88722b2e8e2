#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What comes in by a port of UDP encapsulation (RFC 3948): ESP, IKE, keepalives
# and what is none of them, and who has the port: we, a daemon that expects ESP
# (UDP_ENCAP), one that does not, or nobody any more.
#
#	a (ours) ==== w (forges what a peer would send)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 63

IN=10.1.0.1 IN_6=2001:db8:1::1
need topo2
{
	echo "addr add $IN/32 dev lo"
	echo "addr add $IN_6/128 dev lo nodad"
} >"$TMP/batch"
need ip_batch a <"$TMP/batch"
v6_ready a "$G2_6"
agent_start a

# A daemon has 4600 and expects ESP there.
need agent a "ike = encap('0.0.0.0', 4600)"

echo 'default in discard' >"$TMP/peers"
peer T4 0x1001 esp tunnel $G2 10.2.0.0/24 aes-gcm-16:20 - encap any 4500
peer T6 0x1002 esp tunnel $G2_6 2001:db8:2::/64 aes-gcm-16:20 - encap any 4500
peer X4 0x1003 esp transport 192.0.2.254 192.0.2.254/32 aes-cbc:16 hmac-sha2-256-128:32 encap any 4500 esn
peer X6 0x1004 esp transport 2001:db8:a::ff 2001:db8:a::ff/128 chacha20-poly1305:36 - encap any 4500
peer P4 0x1005 esp tunnel $G2 10.5.0.0/24 aes-gcm-16:20 -
peer O4 0x1006 esp tunnel $G2 10.6.0.0/24 aes-gcm-16:20 - encap any 4501
peer D4 0x1007 esp tunnel $G2 10.7.0.0/24 aes-gcm-16:20 - encap any 4600
# Behind the same NAT as T4
peer S4 0x1008 esp tunnel $G2 10.8.0.0/24 aes-gcm-16:20 - encap any 4500
peer N4 0x1009 esp transport 192.0.2.253 192.0.2.253/32 aes-gcm-16:20 - encap any 4500
# Whose addresses from before the NAT are known
peer C4 0x100a esp transport 192.0.2.250 192.0.2.250/32 aes-gcm-16:20 - encap any 4500 original-src 10.9.9.9
peer C6 0x100b esp transport 2001:db8:a::fa 2001:db8:a::fa/128 aes-gcm-16:20 - encap any 4500 original-src 2001:db8:9::9
need peers
need state_mark a

accepted() { # what spi bytes seq
	expect_moved "$1" a \
		"$2:packets=1 $2:bytes=$3 $2:seq=${4:-1} delivered=1"
}

refused() { # what reason [spi]
	expect_moved "$1" a "$2=1 ${3:+$3:$2=1}"
}

# ---- ours: ESP

T4=$((0x1001)) T6=$((0x1002)) X4=$((0x1003)) X6=$((0x1004)) P4=$((0x1005))
O4=$((0x1006)) D4=$((0x1007)) S4=$((0x1008))

need inject "last = encap(T4.tunnel(ping('10.2.0.1', '$IN')))"
need inject "put('left', last)"
accepted "tunnel mode over IPv4, checksum 0" $T4 28
need inject "put('left', encap(T6.tunnel(ping('2001:db8:2::1', '$IN_6'))))"
accepted "tunnel mode over IPv6" $T6 48
need inject "put('left', encap(X4.transport()))"
accepted "transport mode over IPv4" $X4 28
need inject "put('left', encap(X6.transport()))"
accepted "transport mode over IPv6" $X6 48
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN')), check=True))"
accepted "a UDP checksum over IPv4" $T4 28
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN')), check=0x1234))"
expect_moved "a wrong UDP checksum is UDP's affair" a ""
need inject "put('left', encap(T6.tunnel(ping('2001:db8:2::1', '$IN_6')), check=0))"
accepted "no UDP checksum over IPv6" $T6 48
need inject "put('left', fragments(encap(T4.tunnel(ping('10.2.0.1', '$IN', 200))), 80))"
accepted "fragments of the datagram" $T4 228 2
need inject "put('left', fragments(encap(T6.tunnel(ping('2001:db8:2::1', '$IN_6', 200))), 80))"
accepted "fragments of the datagram over IPv6" $T6 248
need inject "put('left', fragments(encap(X6.transport(200)), 80))"
accepted "fragments of transport mode over IPv6" $X6 248
need inject "put('left', fragments(ip('2001:db8:a::ff', '$G1_6', UDP, udp('2001:db8:a::ff', '$G1_6', 4500, 4500, bytes(200))), 80))"
refused "fragments of what is not ESP need a policy" in-clear
need inject "put('left', list(fragments(encap(X6.transport(200, 1)), 80))[1])"
expect_moved "a later fragment alone goes nowhere" a ""
need inject "put('left', last)"
refused "a copy of a datagram" replay $T4
need inject "put('left', encap(T4.but(enc_key=bytes(20)).tunnel(ping('10.2.0.1', '$IN'), 90)))"
refused "a wrong ICV in UDP" icv $T4
need inject "put('left', encap(T4.but(spi=0x9999).tunnel(ping('10.2.0.1', '$IN'), 90)))"
refused "an unknown SPI in UDP" no-sa

# ---- checksums inside, from addresses that a NAT has changed

C4=$((0x100a)) C6=$((0x100b))
BEFORE=10.9.9.9 BEFORE_6=2001:db8:9::9
need agent a "u = udp(local='0.0.0.0', lport=5000)"
inside() { # what spi heard|not statement
	need inject "put('left', encap($4))"
	need state_is a "$2:packets=1 $2:bytes=31 $2:seq=1"
	if [ "$3" = heard ]; then
		try "$1" agent a "expect(heard(u), b'NAT')"
	else
		try "$1" agent a "expect(heard(u, 0.2), None)"
	fi
}
datagram="udp('$BEFORE', '$G1', 5000, 5000, b'NAT')"
no_checksum="struct.pack('!HHHH', 5000, 5000, 11, 0) + b'NAT'"
inside "transport mode: a UDP checksum is computed anew" $X4 heard \
	"X4.send($datagram, UDP)"
inside "transport mode: no UDP checksum stays none" $X4 heard \
	"X4.send($no_checksum, UDP)"
inside "transport mode: a UDP checksum is corrected" $C4 heard \
	"C4.send($datagram, UDP)"
inside "transport mode: no UDP checksum is not corrected" $C4 heard \
	"C4.send($no_checksum, UDP)"
inside "transport mode: a wrong UDP checksum is not made a right one" $C4 not \
	"C4.send(udp('10.9.9.8', '$G1', 5000, 5000, b'NAT'), UDP)"
need inject "put('left', encap(T4.tunnel(ip('10.2.0.1', '$IN', UDP, udp('$BEFORE', '$IN', 5000, 5000, b'NAT')))))"
need state_is a "$T4:packets=1 $T4:bytes=31 $T4:seq=1"
try "tunnel mode: a wrong UDP checksum is refused as ever" \
	agent a "expect(heard(u, 0.2), None)"
need inject "put('left', encap(X6.send(echo('$BEFORE_6', '$G1_6'), ICMP6)))"
accepted "transport mode: an ICMPv6 checksum is computed anew" $X6 48
need inject "put('left', encap(C6.send(echo('$BEFORE_6', '$G1_6'), ICMP6)))"
accepted "transport mode: an ICMPv6 checksum is corrected" $C6 48
need inject "put('left', encap(C6.send(echo('2001:db8:9::8', '$G1_6'), ICMP6)))"
expect_moved "transport mode: a wrong ICMPv6 checksum is not made a right one" \
	a "$C6:packets=1 $C6:bytes=48 $C6:seq=1"

# ---- with UDP or without, and by the right port

need inject "put('left', T4.tunnel(ping('10.2.0.1', '$IN'), 90))"
refused "ESP without UDP for an SA with it" encap $T4
need inject "put('left', P4.tunnel(ping('10.5.0.1', '$IN')))"
accepted "ESP without UDP for an SA without it" $P4 28
need inject "put('left', encap(P4.tunnel(ping('10.5.0.1', '$IN'))))"
refused "ESP in UDP for an SA without it" encap $P4
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN'), 91), dport=4501))"
refused "ESP in UDP to the port of another SA" encap $T4
need inject "put('left', encap(O4.tunnel(ping('10.6.0.1', '$IN')), dport=4501))"
accepted "ESP in UDP to its own port" $O4 28
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN'), 92), dport=4502))"
refused "ESP in UDP to a port that nobody has asked for" in-default

# ---- the inner source, and peers behind one NAT

need inject "put('left', encap(T4.tunnel(ping('10.3.0.1', '$IN'), 93)))"
expect_moved "an inner source that no policy names" a \
	"in-no-policy=1 $T4:in-no-policy=1 $T4:packets=1 $T4:bytes=28 $T4:seq=88"
need inject "put('left', encap(S4.tunnel(ping('10.8.0.1', '$IN'))))"
accepted "another peer behind the same NAT" $S4 28
need inject "put('left', encap(S4.tunnel(ping('10.2.0.1', '$IN'))))"
expect_moved "the inner source of the other peer behind the NAT" a \
	"in-policy=1 $S4:in-policy=1 $S4:packets=1 $S4:bytes=28 $S4:seq=1"
refuses() { # sentence word...
	local said

	said=$(ctl a "${@:2}" 2>&1) && return 1
	grep -F "$1" <<<"$said" >/dev/null || { echo "$said"; return 1; }
}
try "the same inner addresses for two peers are refused" refuses \
	"exists" policy add in remote 10.2.0.0/24 protect esp tunnel src $G2 dst $G1 reqid $S4
out="sa add out esp src $G1 dst $G2 reqid 77 enc aes-gcm-16 enc-key-file $TMP/T4.enc"
# shellcheck disable=SC2086 # words
{
	need ctl a $out spi 0x2001 encap 4500 1024
	try "two transport mode peers behind one NAT under one reqid are refused" \
		refuses "two peers behind one NAT" $out spi 0x2002 encap 4500 1025
	try "a successor for the same peer is not" ctl a $out spi 0x2003 encap 4500 1024
}
need state_mark a

# ---- ours: what is not ESP

need inject "put('left', datagram('$G2', '$G1', 4500, 4500, b'\xff'))"
refused "a keepalive is consumed" keepalive
need inject "put('left', datagram('192.0.2.77', '$G1', 4500, 4500, b'\xff'))"
refused "a keepalive from elsewhere" keepalive
try "says nothing about the peer" [ "$(sa_field a $T4 peer)" = $G2 ]
need inject "put('left', datagram('$G2', '$G1', 4500, 4500, bytes(40)))"
refused "IKE needs a policy" in-default
need inject "put('left', datagram('$G2', '$G1', 4500, 4500, b'\x01' * 8))"
refused "so does what is too short for ESP" in-default
need inject "put('left', ip('$G2', '$G1', UDP, struct.pack('!HHHH', 4500, 4500, 12, 0) + b'\x01' * 40))"
refused "so does what UDP cuts to less than ESP" in-default
need ctl a policy add in proto udp local-port 4500 bypass
need ctl a policy add in proto udp local-port 4600 bypass
need state_mark a
need inject "put('left', datagram('$G2', '$G1', 4500, 4500, bytes(40)))"
refused "IKE to our port, where no daemon is" encap-ike
need inject "put('left', datagram('$G2_6', '$G1_6', 4500, 4500, bytes(40)))"
refused "IKE over IPv6" encap-ike
need inject "put('left', datagram('$G2', '$G1', 4500, 4500, b'\x01' * 8))"
refused "too short for ESP" malformed
need inject "put('left', datagram('$G2', '$G1', 4500, 4500, b'\xff\xff'))"
refused "two octets are no keepalive" malformed
need inject "put('left', datagram('$G2', '$G1', 4500, 4500, b''))"
refused "an empty datagram" malformed

# ---- a daemon that expects ESP

need inject "put('left', encap(D4.tunnel(ping('10.7.0.1', '$IN')), dport=4600))"
accepted "ESP by the port of a daemon" $D4 28
need inject "put('left', datagram('$G2', '$G1', 4500, 4600, b'\xff'))"
need inject "put('left', datagram('$G2', '$G1', 500, 4600, bytes(4) + b'IKE' * 9))"
try "IKE reaches the daemon as it is, and nothing else does" \
	agent a "expect(heard(ike), bytes(4) + b'IKE' * 9); expect(heard(ike, 0), None)"
expect_moved "IKE and a keepalive for the daemon are not counted" a ""
need inject "put('left', encap(D4.tunnel(ping('10.7.0.1', '$IN'), 50), dport=4500))"
refused "ESP of the daemon's SA by our port" encap $D4

# ---- who has the port

busy() { # address port True|False
	agent a "expect(is_busy('$1', $2), $3)"
}
try "our port cannot be bound" busy 0.0.0.0 4500 True
try "not for one address either" busy $G1 4500 True
try "nor over IPv6" busy :: 4500 True
need agent a "other = udp(local='0.0.0.0', lport=4700)"
try "an SA for the port of a socket that does not expect ESP is refused" \
	refuses "not told to expect ESP" sa add in esp spi 0x3001 src $G2 dst $G1 \
	enc aes-gcm-16 enc-key-file "$TMP/T4.enc" encap any 4700
try "and is not there" [ -z "$(sa_field a 0x3001 spi)" ]
need agent a "other.close()"

# The daemon gives the option up: what is in the datagram is for nobody's eyes,
# as long as policy says so.
need ctl a policy del in proto udp local-port 4600
need agent a "ike.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, 0)"
need state_mark a
need inject "put('left', encap(D4.tunnel(ping('10.7.0.1', '$IN'), 60), dport=4600))"
refused "ESP for a daemon that does not expect it any more" in-default
need agent a "ike.close()"
need inject "put('left', encap(D4.tunnel(ping('10.7.0.1', '$IN'), 61), dport=4600))"
refused "ESP for a daemon that has ended" in-default
need ctl a sa add in esp spi 0x3002 src 192.0.2.252 dst $G1 enc aes-gcm-16 \
	enc-key-file "$TMP/T4.enc" encap any 4600
need state_mark a
need inject "put('left', encap(D4.tunnel(ping('10.7.0.1', '$IN'), 62), dport=4600))"
expect_moved "the next SA for its port opens it again" a \
	"$D4:packets=1 $D4:bytes=28 $D4:seq=61 delivered=1"

for spi in $T4 $X4 $S4; do
	need ctl a sa del esp spi "$spi" dst $G1
done
try "the port stays open for the last SA" busy 0.0.0.0 4500 True
for spi in 0x1009 0x100a; do
	need ctl a sa del esp spi "$spi" dst $G1
done
try "the port is closed with the last SA" busy 0.0.0.0 4500 False
try "that over IPv6 is not" busy :: 4500 True
need ctl a sa flush
try "it is when its last SA goes" busy :: 4500 False
