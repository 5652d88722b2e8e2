#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A peer whose address or port changes (udp_nat.sh has it with a real NAT): what
# makes the replies follow, and what does not. Then keepalives.
#
#	a (ours) ==== w (forges what a peer would send)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 27

IN=10.1.0.1
need topo2
need ip_in a addr add $IN/32 dev lo
# Where nobody is: w does not say so, which would be an ICMP error in clear
need ip_in w route add blackhole 198.51.100.77/32
v6_ready a "$G2_6"

peer T4 0x1001 esp tunnel $G2 10.2.0.0/24 aes-gcm-16:20 - encap 4500 4500 follow
peer M4 0x1002 esp tunnel $G2 10.3.0.0/24 aes-gcm-16:20 - encap 4500 4500
peer X4 0x1003 esp transport 192.0.2.254 192.0.2.254/32 aes-gcm-16:20 - encap any 4500 follow
T=$((0x1001)) M=$((0x1002)) X=$((0x1003))

back() { # spi reqid dst mode word...
	echo "sa add out esp spi $1 src $G1 dst $3 mode $4 reqid $2 enc aes-gcm-16 enc-key-file T4.enc encap 4500 4500 ${*:5}"
}
{
	back 0x2001 $T $G2 tunnel
	back 0x2002 $M $G2 tunnel
	back 0x2003 $X 192.0.2.254 transport
	echo "policy add out remote 10.2.0.0/24 protect esp tunnel src $G1 dst $G2 reqid $T"
} >>"$TMP/peers"
need peers
: >"$TMP/events"
on_background a "$IPSECCTL" -j monitor >"$TMP/events"
listens() {
	ctl a limits max-sas 1000 && [ -s "$TMP/events" ]
}
need wait_for 20 listens
need state_mark a

events() { # spi
	jq -c --argjson spi "$1" 'select(.event == "mapping") | .objects[0] |
		select(.spi == $spi) |
		[.old_peer, .old_peer_port, .peer, .peer_port]' "$TMP/events" |
		paste -sd ' '
}
told() { # spi events
	[ "$(events "$1")" = "$2" ] || { events "$1"; return 1; }
}
accepted() { # spi seq
	state_is a "$1:packets=1 $1:bytes=28 $1:seq=$2 delivered=1" ||
		{ echo "$MOVED"; return 1; }
}
at() { # spi peer port
	local got

	got="$(sa_field a "$1" peer) $(sa_field a "$1" peer_port)"
	[ "$got" = "$2 $3" ] || { echo "$got"; return 1; }
}
# A change is taken once per second.
second() {
	sleep 1.1
}

# ---- authentic packets

need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN'))))"
need accepted $T 1
try "from where it was configured: nothing changes" at $T null null
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN')), sport=1024))"
need accepted $T 1
try "from another port: the peer is there" at $T $G2 1024
try "the replies follow" at 0x2001 $G2 1024
first="[\"$G2\",4500,\"$G2\",1024]"
try "it is told" wait_for 10 told $T "$first"
second
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN')), sport=1025, src='198.51.100.77'))"
need accepted $T 1
try "from another address: the replies follow" at 0x2001 198.51.100.77 1025
then="[\"$G2\",1024,\"198.51.100.77\",1025]"
try "that is told as well" wait_for 10 told $T "$first $then"
capture_start
on a ping -q -c 1 -W 0.1 -I $IN 10.2.0.1 >/dev/null
capture_stop
expect_wire "a packet goes there" \
	"src $G1 and dst 198.51.100.77 and udp src port 4500 and udp dst port 1025" 1
expect_wire "and nowhere else" "src $G1 and udp and not dst 198.51.100.77" 0
need state_mark a

# ---- what is no reason to follow

second
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN'), 2), sport=6))"
expect_moved "a copy from elsewhere is refused" a "replay=1 $T:replay=1"
try "a copy is not followed" at 0x2001 198.51.100.77 1025
need inject "put('left', encap(T4.but(enc_key=bytes(20)).tunnel(ping('10.2.0.1', '$IN'), 20), sport=6))"
expect_moved "a forged packet from elsewhere is refused" a "icv=1 $T:icv=1"
try "a forged packet is not followed" at 0x2001 198.51.100.77 1025
need inject "put('left', datagram('$G2', '$G1', 6, 4500, b'\xff'))"
expect_moved "a keepalive from elsewhere is consumed" a "keepalive=1"
try "a keepalive is not followed" at 0x2001 198.51.100.77 1025
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN'), 30), sport=1025, src='198.51.100.77'))"
need accepted $T 27
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN'), 29), sport=6))"
expect_moved "a packet that was overtaken is received" a \
	"$T:packets=1 $T:bytes=28 delivered=1"
try "a packet that was overtaken is not followed" at 0x2001 198.51.100.77 1025
try "none of them is told" told $T "$first $then"
need inject "put('left', [encap(T4.tunnel(ping('10.2.0.1', '$IN'), 40 + i), sport=7 + i % 2) for i in range(40)])"
few() {
	[ "$(events $T | wc -w)" -lt 12 ] || { events $T; return 1; }
}
need state_is a "$T:packets=40 $T:bytes=1120 $T:seq=49 delivered=40"
try "of 40 changes in a moment few are taken" few

# ---- an SA that comes later, and SAs that do not follow

second
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN'), 100), sport=1030))"
need ctl a sa add out esp spi 0x2004 src $G1 dst $G2 mode tunnel reqid $T \
	enc aes-gcm-16 enc-key-file "$TMP/T4.enc" encap 4500 4500
need inject "put('left', encap(T4.tunnel(ping('10.2.0.1', '$IN'), 101), sport=1030))"
try "a new SA is told where the peer is" wait_for 5 at 0x2004 $G2 1030
need inject "put('left', encap(M4.tunnel(ping('10.3.0.1', '$IN')), sport=1024))"
try "without follow it is told" wait_for 10 told $M "[\"$G2\",4500,\"$G2\",1024]"
try "without follow nothing follows" at 0x2002 null null
need inject "put('left', encap(X4.transport(), sport=1024, src='198.51.100.99'))"
try "transport mode: the port follows, the address stays" \
	wait_for 5 at 0x2003 192.0.2.254 1024

# ---- keepalives

need ctl a flush
{
	back 0x3001 1 $G2 tunnel keepalive 2
	echo "sa add out esp spi 0x3002 src $G1_6 dst $G2_6 reqid 2 enc aes-gcm-16 enc-key-file T4.enc encap 4500 1024 keepalive 1"
	echo "policy add out remote 10.2.0.0/24 protect esp tunnel src $G1 dst $G2 reqid 1"
	echo "policy add out protect esp transport reqid 9"
} >"$TMP/keepalive"
V4="ip src $G1 and udp src port 4500 and udp dst port 4500 and udp[4:2] = 9 and udp[8] = 255 and udp[6:2] = 0"
V6="ip6 src $G1_6 and udp src port 4500 and udp dst port 1024 and ip6[44:2] = 9 and ip6[48] = 255"
sent() { # filter at least
	[ "$(wire_count "$1")" -ge "$2" ]
}
right_checksum() {
	tcpdump -nvv -r "$PCAP" "$V6" 2>/dev/null | grep -q 'udp sum ok'
}
capture_start
need ctl a load "$TMP/keepalive"
try "keepalives are sent, whatever policy says" wait_for 20 sent "$V4" 2
try "over IPv6 as well" wait_for 20 sent "$V6" 3
try "with a right checksum" wait_for 10 right_checksum
capture_stop
need ctl a sa del esp spi 0x3002 dst $G2_6
# A busy machine may stop for two seconds, twenty packets' time.
between() {
	tcpdump -n -r "$PCAP" "src $G1 and udp" 2>/dev/null |
		grep -n 'UDP-encap: ESP' | sed -n '1s/:.*//p;$s/:.*//p' |
		paste -sd ' '
}
few_between() {
	local first last lines

	read -r first last < <(between)
	lines=$(tcpdump -n -r "$PCAP" "src $G1 and udp" 2>/dev/null |
		sed -n "${first},${last}p" | grep -vc 'UDP-encap: ESP')
	if [ "$((last - first))" -lt 39 ] || [ "$lines" -gt 1 ]; then
		echo "$first to $last, $lines"
		return 1
	fi
}
capture_start
on a ping -q -c 40 -i 0.1 -W 0.1 -I $IN 10.2.0.1 >/dev/null
capture_stop
try "next to none while there is traffic" few_between
expect_wire "none for an SA that is gone" "ip6 and udp" 0
