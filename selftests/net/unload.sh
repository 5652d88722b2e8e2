#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4, tunnels between the sites and transport mode between the gateways,
# IPv4 and IPv6, both gateways ours. The module is unloaded and loaded while
# pings and TCP in both directions go on.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 10

CYCLES=20
module_needed
need topo4
site_tunnels "$TMP/sites"
sa_pair "$TMP/sites" 0x1021 $G1 $G2 transport 3
policy_pair "$TMP/sites" $G1 $G2 $G1 $G2 transport 3
sa_pair "$TMP/sites" 0x1031 $G1_6 $G2_6 transport 4
policy_pair "$TMP/sites" $G1_6 $G2_6 $G1_6 $G2_6 transport 4
v6_ready h1 $H2_6
v6_ready g1 $G2_6
need log_mark

# ---- twice in a row, without and with configuration

twice() {
	module_unload && module_load && module_unload && module_load
}
try "unloaded and loaded twice, nothing configured" twice
need ctl g1 load "$TMP/sites-left"
try "unloaded and loaded twice, configured" twice

# ---- memory

fill() {
	on g1 "$LIB/life.py" fill 300
}
cycle() {
	fill && module_unload && module_load
}
need cycle
before=$(kernel_memory)
for _ in {1..4}; do
	need cycle
done
# 4 times 300 SAs and policies are more than 4 MB
returned() {
	[ $(($(kernel_memory) - before)) -lt 2048 ]
}
try "unloading gives the memory back" wait_for 10 returned

# ---- under traffic

TRAFFIC=()
traffic() { # namespace command...
	ip netns exec "$1$SUFFIX" "${@:2}" >"$TMP/traffic-${#TRAFFIC[@]}" 2>&1 &
	TRAFFIC+=($!)
	JOBS+=($!)
}
traffic h2 "$LIB/life.py" echo
traffic g2 "$LIB/life.py" echo
listening() {
	on h2 ss -Hltn | grep -q :5001 && on g2 ss -Hltn | grep -q :5001
}
need wait_for 30 listening
traffic h1 "$LIB/life.py" trickle $H2 $H2_6
traffic g1 "$LIB/life.py" trickle $G2 $G2_6
for from_to in "h1 $H2" "h2 $H1_6" "g1 $G2_6" "g2 $G1"; do
	read -r from to <<<"$from_to"
	traffic "$from" ping -q -i 0.05 "$to"
done
need wait_for 30 grep -q connected "$TMP/traffic-2"
need wait_for 30 grep -q connected "$TMP/traffic-3"

# All eight SAs of each gateway carry packets.
flowing() {
	local ns

	for ns in g1 g2; do
		ctl $ns sa show -j | jq -e '.sas | length == 8 and
			all(.packets >= 3)' >/dev/null || return
	done
}
failures=''
slowest=0
for ((i = 1; i <= CYCLES; i++)); do
	need ctl g1 load "$TMP/sites-left"
	need ctl g2 load "$TMP/sites-right"
	wait_for 40 flowing || failures+=" $i:flow"
	start=${EPOCHREALTIME/./}
	module_unload || failures+=" $i:unload"
	took=$((${EPOCHREALTIME/./} - start))
	[ $took -le $slowest ] || slowest=$took
	need module_load
done
try "$CYCLES times unloaded under traffic" [ "${failures:-none}" = none ]
echo "# the slowest unload took $((slowest / 1000)) ms"
try "none took longer than 10 seconds" [ $slowest -lt 10000000 ]

alive() {
	kill -0 "${TRAFFIC[@]}"
}
try "no connection broke" alive
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
capture_start
try "it still works" wait_for 40 flowing
capture_stop
expect_wire "and nothing goes in clear" '(tcp or icmp or ip6 proto 58) and
	not (icmp6 and ip6[40] >= 133) and not ip6 proto 0' 0
esp=$(wire_count esp)
try "ESP does" [ "$esp" -gt 0 ]
try_not "the kernel did not complain" log_complaints
