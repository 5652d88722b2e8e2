#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A peer behind a NAT, with the kernel's own IPsec: w masquerades b, in IPv4 and
# IPv6, tunnel and transport mode. a knows the address of the NAT and no port.
#
#	a (ours) ==== w (NAT) ==== b (xfrm)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=udp.bash
. "$(dirname "$0")/udp.bash"

plan 28

NAT=192.0.2.254 NAT_6=2001:db8:a::ff
need udp_topo
agent_start a b

masquerade() { # ports
	nft_load w <<X
table inet n
delete table inet n
table inet n {
	chain q {
		type nat hook postrouting priority 100;
		oifname left meta l4proto udp masquerade to :$1
	}
}
X
}
need masquerade 20000-20100

# What b sends comes from the NAT, for us; xfrm knows nothing of it.
udp_pair "$TMP/ours" 0x1001 tunnel $G1 $G2 $T1 $T2 4500 4500 follow
udp_pair "$TMP/ours" 0x1011 transport $G1 $G2 $G1 $G2 4500 4500 follow
udp_pair "$TMP/ours" 0x1021 tunnel $G1_6 $G2_6 $T1_6 $T2_6 4500 4500 follow
udp_pair "$TMP/ours" 0x1031 transport $G1_6 $G2_6 $G1_6 $G2_6 4500 4500 follow
sed -i "s/$G2/$NAT/g; s/$G2_6/$NAT_6/g; s/\(sa add in .*\) encap 4500/\1 encap any/" \
	"$TMP/ours"
echo 'default in discard' >>"$TMP/ours"
need ip_batch b <"$TMP/ours-xfrm"
need agent b "ike = [exempt(encap(a)) for a in ('0.0.0.0', '::')]"
need ctl a load "$TMP/ours"
need stats_mark a
: >"$TMP/events"
on_background a "$IPSECCTL" -j monitor >"$TMP/events"
need agent a "serve_tcp('0.0.0.0'); serve_tcp('::', 6001); [serve_udp(x) for x in ('$T1', '$G1', '$T1_6', '$G1_6')]"

CELLS=("tunnel mode over IPv4" "$T1" "$T2" 0x1001
	"transport mode over IPv4" "$G1" "$G2" 0x1011
	"tunnel mode over IPv6" "$T1_6" "$T2_6" 0x1021
	"transport mode over IPv6" "$G1_6" "$G2_6" 0x1031)

capture_start
port=6000
for ((i = 0; i < ${#CELLS[@]}; i += 4)); do
	[ $i != 8 ] || port=6001
	what=${CELLS[i]} here=${CELLS[i + 1]} there=${CELLS[i + 2]}
	try "$what: the first packet is answered" \
		on b ping -q -c 1 -W 5 -I "$there" "$here"
	try "$what: TCP" agent b "bulk('$here', 300000, $port, '$there')"
	try "$what: UDP" agent b \
		"expect(exchange(udp('$here', 5000, '$there'), 5), 5)"
	peer_port=$(sa_field a $((CELLS[i + 3] + 1)) peer_port)
	try "$what: the port is one of the NAT's" \
		[ "$((peer_port >= 20000 && peer_port <= 20100))" = 1 ]
	expect_sa "$what: the replies go there" a "${CELLS[i + 3]}" peer_port \
		"$peer_port"
done
capture_stop
expect_wire "nothing but UDP is on the wire" \
	"(ip or ip6) and not udp and $NO_ND" 0
expect_stats "nothing was dropped" a ""

# ---- another mapping

before=$(sa_field a 0x1002 peer_port)
need masquerade 30000-30100
need on w conntrack -F 2>/dev/null
try "the NAT has forgotten the peer: answered again" \
	on b ping -q -c 1 -W 5 -I $T2 $T1
after=$(sa_field a 0x1002 peer_port)
try "by another port" [ "$((after >= 30000 && after <= 30100))" = 1 ]
expect_sa "the replies follow" a 0x1001 peer_port "$after"
told() {
	jq -e --argjson old "$before" --argjson new "$after" \
		'select(.event == "mapping") | .objects[0] |
		select(.spi == 4098 and .old_peer_port == $old and
			.peer_port == $new and .peer == "192.0.2.254")' \
		"$TMP/events" >/dev/null
}
try "the change is told, with the old port and the new one" wait_for 10 told

# ---- checksums corrected by the original address

need ctl a sa flush
need ip_in b xfrm state flush
need ip_batch b < <(grep '^xfrm state' "$TMP/ours-xfrm")
grep '^sa' "$TMP/ours" | sed "/mode transport/s/\(sa add in.*$NAT .*\)/\1 original-src $G2/
	/mode transport/s/\(sa add in.*$NAT_6 .*\)/\1 original-src $G2_6/" >"$TMP/again"
need ctl a load "$TMP/again"
try "TCP with the original address" agent b "bulk('$G1', 300000, 6000, '$G2')"
try "TCP over IPv6 with the original address" \
	agent b "bulk('$G1_6', 300000, 6001, '$G2_6')"
