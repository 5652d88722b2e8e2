#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. How long a packet may be: the longest one that fits is carried, one byte
# more is answered with the type, code and MTU that RFC 792, 1191 and 4443 say,
# for every class of algorithms, both modes, all mixes of IP versions, forwarded
# packets and local ones. Without DF packets are fragmented behind IPsec.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 60

need topo4
agent_start h1 g1 h2 g2
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::')"
need agent g2 "serve_udp('0.0.0.0'); serve_udp('::')"
v6_ready h1 $H2_6
v6_ready g1 $G2_6

new_key "$TMP/k20" 20
new_key "$TMP/k32" 32
new_key "$TMP/k36" 36
new_key "$TMP/k64" 64

PROBE="pmtu=PMTUDISC_PROBE"
need agent h1 "f4 = udp('$H2', $PROBE); f6 = udp('$H2_6', $PROBE)"
need agent g1 "l4 = udp('$H2', local='10.1.0.1', $PROBE)"
need agent g1 "l6 = udp('$H2_6', local='2001:db8:1::1', $PROBE)"
need agent g1 "t4 = udp('$G2', $PROBE); t6 = udp('$G2_6', $PROBE)"

# Longest packet inside, found by trying, so that no formula is used twice.
longest() { # link-mtu header-outside payload-offset fixed align trailer
	local len

	for ((len = $1; len > 0; len--)); do
		[ $(($2 + $4 + (len - $3 + $6 + $5 - 1) / $5 * $5)) -gt "$1" ] ||
			break
	done
	echo "$len"
}

# The same packet, as long as it may be and one byte longer; to the sender of
# a forwarded packet comes ICMP, a local one is told by its socket.
forwarded() { # what socket longest type code
	try "$1: fits" agent h1 "expect(probe($2, $3), 'arrived')"
	try "$1: does not" agent h1 \
		"expect(probe($2, $3 + 1), 'icmp $4 $5 $3')"
}

# What the socket learns is kept with the destination; when that is the peer of
# the SA itself, its path MTU stays that of the ESP packets.
local_() { # what socket longest [path-mtu]
	try "$1: fits" agent g1 "expect(probe($2, $3), 'arrived')"
	try "$1: does not" agent g1 \
		"expect(probe($2, $3 + 1), 'error 90 mtu ${4:-$3}')"
}

forget() { # path MTUs that were learned, by anybody
	local ns

	for ns in h1 g1 h2 g2; do
		echo "ip -n $ns$SUFFIX route flush cache"
		echo "ip -n $ns$SUFFIX -6 route flush cache"
	done | bash 2>/dev/null
}

load() { # ours: loads FILE-left and FILE-right
	local side

	for side in g1:left g2:right; do
		need ctl ${side%:*} policy flush
		need ctl ${side%:*} sa flush
		need ctl ${side%:*} load "$1-${side#*:}"
	done
	forget
}

# class: fixed bytes of the header, IV and ICV; alignment; bytes of the trailer
# that is aligned. AH on IPv6 is padded to 8 bytes.
while read -r name proto fixed fixed6 align trailer algs; do
	file=$TMP/$name
	read -ra algs <<<"$algs"
	sa_pair "$file" 0x1001 $G1 $G2 tunnel 1 "$proto" "${algs[@]}"
	policy_pair "$file" $NET1 $NET2 $G1 $G2 tunnel 1 "$proto"
	sa_pair "$file" 0x1011 $G1_6 $G2_6 tunnel 2 "$proto" "${algs[@]}"
	policy_pair "$file" $NET1_6 $NET2_6 $G1_6 $G2_6 tunnel 2 "$proto"
	sa_pair "$file" 0x2001 $G1 $G2 transport 3 "$proto" "${algs[@]}"
	policy_pair "$file" "$G1" "$G2 proto udp" $G1 $G2 transport 3 "$proto"
	sa_pair "$file" 0x2011 $G1_6 $G2_6 transport 4 "$proto" "${algs[@]}"
	policy_pair "$file" $G1_6 "$G2_6 proto udp" $G1_6 $G2_6 transport 4 \
		"$proto"
	load "$file"
	tunnel4=$(longest 1500 20 0 "$fixed" "$align" "$trailer")
	tunnel6=$(longest 1500 40 0 "$fixed6" "$align" "$trailer")
	forwarded "$name, forwarded, IPv4 tunnel" f4 "$tunnel4" 3 4
	forwarded "$name, forwarded, IPv6 tunnel" f6 "$tunnel6" 2 0
	local_ "$name, local, IPv4 tunnel" l4 "$tunnel4"
	local_ "$name, local, IPv6 tunnel" l6 "$tunnel6"
	local_ "$name, IPv4 transport" t4 \
		"$(longest 1500 20 20 "$fixed" "$align" "$trailer")" 1500
	local_ "$name, IPv6 transport" t6 \
		"$(longest 1500 40 40 "$fixed6" "$align" "$trailer")" 1500
done <<X
aes-gcm esp 32 32 4 2 enc aes-gcm-16 enc-key-file k20
chacha20 esp 32 32 4 2 enc chacha20-poly1305 enc-key-file k36
aes-cbc-sha256 esp 40 40 16 2 enc aes-cbc enc-key-file k32 auth hmac-sha2-256-128 auth-key-file k32
null-sha512 esp 40 40 4 2 enc null auth hmac-sha2-512-256 auth-key-file k64
ah-sha256 ah 28 32 1 0 auth hmac-sha2-256-128 auth-key-file k32
X
