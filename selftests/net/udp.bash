# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the scripts about UDP encapsulation: topo2 with a (ours) and b (the
# kernel's own IPsec), each with a loopback address inside a tunnel.

T1=10.1.0.1 T2=10.2.0.1 T1_6=2001:db8:1::1 T2_6=2001:db8:2::1

# Addresses inside, and a python in b that owns the ports there.
udp_topo() {
	need topo2
	{
		echo "addr add $T1/32 dev lo"
		echo "addr add $T1_6/128 dev lo nodad"
	} >"$TMP/batch"
	need ip_batch a <"$TMP/batch"
	{
		echo "addr add $T2/32 dev lo"
		echo "addr add $T2_6/128 dev lo nodad"
	} >"$TMP/batch"
	need ip_batch b <"$TMP/batch"
	v6_ready a "$G2_6"
	new_key "$TMP/key-gcm" 20
}

# The two SAs and the policies between a and b, for us in FILE and for xfrm in
# FILE-xfrm. Ports are those of a and of b.
udp_pair() { # file spi tunnel|transport left right inner-left inner-right port-a port-b [word...]
	local file=$1 spi=$(($2)) mode=$3 left=$4 right=$5 in1=$6 in2=$7
	local ends=$3 tmpl algs encap

	algs="enc aes-gcm-16 enc-key-file key-gcm"
	[ "$mode" = transport ] || ends="tunnel src $left dst $right"
	{
		echo "sa add out esp spi $spi src $left dst $right mode $mode reqid $spi $algs encap $8 $9"
		echo "sa add in esp spi $((spi + 1)) src $right dst $left mode $mode reqid $spi $algs encap $9 $8 ${*:10}"
		echo "policy add both local $in1 remote $in2 protect esp $ends reqid $spi"
	} >>"$file"
	algs="aead rfc4106(gcm(aes)) 0x$(<"$TMP/key-gcm") 128"
	encap="mode $mode reqid $spi $algs encap espinudp"
	tmpl="proto esp reqid $spi mode $mode"
	{
		echo "xfrm state add src $left dst $right proto esp spi $spi $encap $8 $9 0.0.0.0"
		echo "xfrm state add src $right dst $left proto esp spi $((spi + 1)) $encap $9 $8 0.0.0.0"
		echo "xfrm policy add src $in2 dst $in1 dir out tmpl src $right dst $left $tmpl"
		echo "xfrm policy add src $in1 dst $in2 dir in tmpl src $left dst $right $tmpl"
	} >>"$file-xfrm"
}
