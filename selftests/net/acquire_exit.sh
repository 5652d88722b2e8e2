#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets that wait for an SA while their namespace is deleted, or the module is
# unloaded: they are dropped, in time, and nothing leaves in clear.
#
#	h1 --- lan/g1/wan --- w --- wan/g2/lan --- h2
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 12

MARK=waiting
module_needed
need topo4
agent_start h1 g1
v6_ready h1 $H2_6
v6_ready g1 $G2_6
policy_pair "$TMP/policies" $NET1 $NET2 $G1 $G2 tunnel 1
policy_pair "$TMP/policies" $NET1_6 $NET2_6 $G1_6 $G2_6 tunnel 2
policy_pair "$TMP/policies" $G1 $G2 $G1 $G2 transport 3
policy_pair "$TMP/policies" $G1_6 $G2_6 $G1_6 $G2_6 transport 4
need log_mark

held_are() { # number
	[ "$(ctl g1 acquire show -j | jq '[.acquires[].held] | add // 0')" = "$1" ]
}
hold() { # namespace address number
	agent "$1" "s = udp('$2'); [s.send(b'$MARK') for _ in range($3)]"
}
begin() { # IPv6 of the link has to be ready before there are policies
	local listener

	ip netns exec "g1$SUFFIX" "$IPSECCTL" monitor acquire >/dev/null &
	listener=$!
	JOBS+=("$listener")
	need ctl g1 load - <<<"policy add both priority 1 proto icmpv6 bypass"
	need ctl g1 load "$TMP/policies-left"
	need ctl g1 limits hold-time 300
	need wait_for 10 heard
	capture_start w right
	need hold h1 $H2 3
	need hold h1 $H2_6 3
	need wait_for 10 held_are 6
}
heard() {
	# shellcheck disable=SC2016 # for awk
	on g1 awk '$2 == 16 && $4 != "00000000" { found = 1 } END { exit !found }' \
		/proc/net/netlink
}

# What a closed socket has sent waits as well
begin
need hold g1 $G2 3
need hold g1 $G2_6 3
need agent g1 "t = threading.Thread(target=lambda: tcp('$G2', 6000)); t.daemon = True; t.start(); del s"
try "packets of others and of this host wait" wait_for 10 held_are 13
start=${EPOCHREALTIME/./}
try "the module is unloaded" module_unload
try "within 10 seconds" [ $((${EPOCHREALTIME/./} - start)) -lt 10000000 ]
on g1 ping -q -c 1 -W 5 192.0.2.254 >/dev/null
capture_stop
try "nothing left in clear" wire_has_no "$MARK"
need module_load
try "and it can be loaded again" ctl g1 stats

begin
before=$(kernel_memory)
for pid in $(ip netns pids "g1$SUFFIX"); do
	kill -9 "$pid"
done
start=${EPOCHREALTIME/./}
need ip netns del "g1$SUFFIX"
# With the namespace its end of the link to h1 goes
gone() {
	! ip_in h1 link show lan >/dev/null 2>&1
}
try "a namespace goes while packets wait" wait_for 20 gone
try "within 10 seconds" [ $((${EPOCHREALTIME/./} - start)) -lt 10000000 ]
NAMESPACES=(h1 w g2 h2)
capture_stop
try "nothing left in clear" wire_has_no "$MARK"
try "the memory is given back" [ $(($(kernel_memory) - before)) -lt 2000 ]

# The module goes with it
new_namespaces g1
need ctl g1 default out bypass
try "the module works afterwards" ctl g1 stats
try "and is unloaded and loaded" eval 'module_unload && module_load'
try_not "the kernel did not complain" log_complaints
