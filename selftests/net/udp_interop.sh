#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ESP in UDP (RFC 3948) with the kernel's own IPsec at the other end, which has
# its daemon's sockets there: tunnel and transport mode, IPv4 and IPv6, first by
# ports of ours, then by ports that a daemon owns. Its source ports differ from
# ours, so that none can be taken for the other.
#
#	a (ours) ==== w ==== b (xfrm)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=udp.bash
. "$(dirname "$0")/udp.bash"

plan 32

PINGS=3
need udp_topo
agent_start a b

udp_pair "$TMP/ours" 0x1001 tunnel $G1 $G2 $T1 $T2 4500 4501
udp_pair "$TMP/ours" 0x1011 transport $G1 $G2 $G1 $G2 4500 4502
udp_pair "$TMP/ours" 0x1021 tunnel $G1_6 $G2_6 $T1_6 $T2_6 4500 4501
udp_pair "$TMP/ours" 0x1031 transport $G1_6 $G2_6 $G1_6 $G2_6 4500 4502
need ip_batch b <"$TMP/ours-xfrm"
need agent b "ike = [exempt(encap(a, p)) for a in ('0.0.0.0', '::') for p in (4501, 4502)]"

CELLS=("tunnel mode over IPv4" "$T1" "$T2" 0x1001
	"transport mode over IPv4" "$G1" "$G2" 0x1011
	"tunnel mode over IPv6" "$T1_6" "$T2_6" 0x1021
	"transport mode over IPv6" "$G1_6" "$G2_6" 0x1031)

# Requests from both ends, and for each end the answers.
all_ways() { # suffix of the results
	local i

	need stats_mark a
	for ((i = 0; i < ${#CELLS[@]}; i += 4)); do
		try "${CELLS[i]}, to xfrm$1" on a ping -q -c $PINGS -i 0.01 \
			-W 5 -I "${CELLS[i + 1]}" "${CELLS[i + 2]}"
		try "${CELLS[i]}, from xfrm$1" on b ping -q -c $PINGS -i 0.01 \
			-W 5 -I "${CELLS[i + 2]}" "${CELLS[i + 1]}"
	done
	expect_stats "nothing was dropped$1" a ""
}

try "the configuration is loaded" ctl a load "$TMP/ours"
capture_start
all_ways ""
capture_stop
for ((i = 0; i < ${#CELLS[@]}; i += 4)); do
	expect_sa "${CELLS[i]}: packets sent" a "${CELLS[i + 3]}" packets \
		$((2 * PINGS))
	expect_sa "${CELLS[i]}: packets received" a $((CELLS[i + 3] + 1)) \
		packets $((2 * PINGS))
done
expect_wire "each of them is on the wire, in UDP, by the right ports" \
	'(udp src port 4500 and (udp dst port 4501 or 4502)) or
	 (udp dst port 4500 and (udp src port 4501 or 4502))' $((16 * PINGS))
expect_wire "nothing else of them is" \
	"(ip or ip6) and not udp and $NO_ND" 0
expect_wire "the checksum over IPv4 is 0" \
	"ip and udp src port 4500 and udp[6:2] = 0" $((4 * PINGS))
good_checksums() {
	[ "$(tcpdump -nvv -r "$PCAP" 'ip6 and udp src port 4500' 2>/dev/null |
		grep -c 'udp sum ok')" = $((4 * PINGS)) ]
}
try "the checksum over IPv6 is right" good_checksums

# ---- the same by ports of a daemon

need ctl a flush
need agent a "ike = [encap(a) for a in ('0.0.0.0', '::')]"

try "the configuration is loaded beside a daemon" ctl a load "$TMP/ours"
need ip_in b xfrm state flush
need ip_in b xfrm policy flush
need ip_batch b <"$TMP/ours-xfrm"
all_ways ", beside a daemon"
