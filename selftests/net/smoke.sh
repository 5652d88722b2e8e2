#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One tunnel with the kernel's own IPsec at the other end: what it sends can be
# read there and not on the wire, and is counted.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 14

MARK='sixteen letters!'
PINGS=5
need topo4

new_key "$TMP/key-out" 20
new_key "$TMP/key-in" 20

cat >"$TMP/conf" <<X
default in bypass
default out bypass
sa add out esp spi 0x1001 src $G1 dst $G2 mode tunnel reqid 7 enc aes-gcm-16 enc-key-file key-out
sa add in esp spi 0x1002 src $G2 dst $G1 mode tunnel reqid 7 enc aes-gcm-16 enc-key-file key-in
policy add both local $NET1 remote $NET2 protect esp tunnel src $G1 dst $G2 reqid 7
X
try "the configuration is loaded" ctl g1 load "$TMP/conf"

xfrm() { # source destination spi key direction...
	local aead

	aead="proto esp spi $3 reqid 7 mode tunnel aead rfc4106(gcm(aes))"
	echo "xfrm state add src $1 dst $2 $aead 0x$(cat "$4") 128"
}
{
	xfrm "$G1" "$G2" 0x1001 "$TMP/key-out"
	xfrm "$G2" "$G1" 0x1002 "$TMP/key-in"
	tmpl="proto esp reqid 7 mode tunnel"
	echo "xfrm policy add src $NET2 dst $NET1 dir out tmpl src $G2 dst $G1 $tmpl"
	echo "xfrm policy add src $NET1 dst $NET2 dir in tmpl src $G1 dst $G2 $tmpl"
	echo "xfrm policy add src $NET1 dst $NET2 dir fwd tmpl src $G1 dst $G2 $tmpl"
} >"$TMP/xfrm"
need ip_batch g2 <"$TMP/xfrm"
need stats_mark g1

capture_start
pattern=$(printf %s "$MARK" | od -An -v -tx1 | tr -d ' \n')
try "ping h1 to h2" on h1 ping -q -c $PINGS -i 0.01 -W 5 -p "$pattern" "$H2"
try "ping h2 to h1" on h2 ping -q -c $PINGS -i 0.01 -W 5 -p "$pattern" "$H1"
capture_stop

try "the mark is not on the wire" wire_has_no "$MARK"
expect_wire "nothing but ESP between the sites" \
	'ip and not ip proto 50' 0
expect_wire "ESP from g1" "ip proto 50 and src $G1 and dst $G2" $((2 * PINGS))
expect_wire "ESP from g2" "ip proto 50 and src $G2 and dst $G1" $((2 * PINGS))
expect_sa "packets sent are counted" g1 0x1001 packets $((2 * PINGS))
expect_sa "bytes sent are counted" g1 0x1001 bytes $((2 * PINGS * 84))
expect_sa "packets received are counted" g1 0x1002 packets $((2 * PINGS))
expect_sa "bytes received are counted" g1 0x1002 bytes $((2 * PINGS * 84))
expect_sa "the sequence number is that of the last packet" \
	g1 0x1001 seq $((2 * PINGS))
expect_stats "nothing was dropped" g1 ""

# The mark is found by what looks for it: without protection it is there.
need ctl g1 policy flush
need ip_in g2 xfrm policy flush
capture_start
on h1 ping -q -c 1 -W 5 -p "$pattern" "$H2" >/dev/null
capture_stop
try "without a policy the mark is on the wire" wire_has "$MARK"
