#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the kernel's own tunnels send, GRE, VXLAN and the like, over IPv4 and over
# IPv6, to a host that policy protects: never in clear (CVE-2020-1749), with an SA
# in ESP, without one not at all.
#
#	a (ours) --- w --- b (ours)	a tunnel of each kind between a and b
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

KINDS=(
	"ip6gre type ip6gre"
	"ip6gretap type ip6gretap"
	"ip6tnl type ip6tnl mode any"
	"vxlan6 type vxlan id 6 dstport 4789"
	"geneve6 type geneve id 6"
	"gre type gre"
	"gretap type gretap"
	"ipip type ipip"
	"vxlan type vxlan id 4 dstport 4790"
)
plan $((2 * ${#KINDS[@]} + 5))

need topo2
policy_pair "$TMP/policies" $G1 $G2 $G1 $G2 transport 1
policy_pair "$TMP/policies" $G1_6 $G2_6 $G1_6 $G2_6 transport 2
sa_pair "$TMP/sas" 0x1001 $G1 $G2 transport 1
sa_pair "$TMP/sas" 0x1011 $G1_6 $G2_6 transport 2

tunnels() { # namespace local local6 remote remote6 last-octet
	local i name words ends

	for i in "${!KINDS[@]}"; do
		read -r name words <<<"${KINDS[$i]}"
		ends="local $2 remote $4"
		[[ $name != *6* ]] || ends="local $3 remote $5"
		# geneve has no local end
		[[ $name != geneve* ]] || ends="remote $5"
		echo "link add t$name $words $ends"
		echo "link set t$name addrgenmode none mtu 1280 up"
		echo "addr add 10.70.$i.$6/24 dev t$name"
	done >"$TMP/batch"
	need ip_batch "$1" <"$TMP/batch"
}
tunnels a $G1 $G1_6 $G2 $G2_6 1
tunnels b $G2 $G2_6 $G1 $G1_6 2
v6_ready a $G2_6

pings() { # number
	on a ping -q -c 3 -i 0.05 -W 5 "10.70.$1.2" >/dev/null
}
CLEAR='(ip or ip6) and not proto 50 and not ip6 proto 50 and not (icmp6 and ip6[40] >= 130 and ip6[40] <= 137) and not ip6 proto 0'

# Each of them works, in clear: the filter would see it
capture_start
for i in "${!KINDS[@]}"; do
	need wait_for 20 pings "$i"
done
capture_stop
seen=$(wire_count "$CLEAR")
try "without policies all of them are in clear" \
	[ "$seen" -ge $((6 * ${#KINDS[@]})) ]

need ctl a load "$TMP/policies-left"
need ctl b load "$TMP/policies-right"
capture_start
before=0
for i in "${!KINDS[@]}"; do
	read -r name _ <<<"${KINDS[$i]}"
	on a ping -q -c 1 -W 0.2 "10.70.$i.2" >/dev/null 2>&1
	now=$(stat_of a out-no-sa)
	try "$name: nothing is sent without an SA" [ "${now:-0}" -gt "$before" ]
	before=${now:-0}
done
capture_stop
expect_wire "nothing is in clear without an SA" "$CLEAR" 0

need ctl a load "$TMP/sas-left"
need ctl b load "$TMP/sas-right"
need stats_mark a
capture_start
for i in "${!KINDS[@]}"; do
	read -r name _ <<<"${KINDS[$i]}"
	try "$name: in ESP" wait_for 20 pings "$i"
done
capture_stop
expect_wire "nothing is in clear" "$CLEAR" 0
seen=$(wire_count "proto 50 or ip6 proto 50")
try "all of them are in ESP" [ "$seen" -ge $((6 * ${#KINDS[@]})) ]
expect_stats "nothing was dropped" a ""
