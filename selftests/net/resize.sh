#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SAs and policies come by the thousand, and go, while packets are looked up on
# each processor: the hash tables grow and shrink under lookups (CVE-2024-57982),
# and no packet misses its policy or its SA.
#
#	a (ours) --- w --- b (ours)	transport mode, a sender on each processor
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 6

COUNT=${RESIZE_SAS:-1000}
CPUS=$(nproc)
need topo2
for ((i = 0; i < CPUS; i++)); do
	new_key "$TMP/key$i" 20
	for ns in a b; do
		dir=out end=remote
		[ $ns = a ] || dir=in end=local
		echo "sa add $dir esp spi $((0x1001 + i)) src $G1 dst $G2 mode transport reqid $((i + 1)) enc aes-gcm-16 enc-key-file key$i"
		echo "policy add $dir $end $G2 proto udp $end-port $((7000 + i)) protect esp transport reqid $((i + 1))"
	done >"$TMP/both"
	grep ' out ' "$TMP/both" >>"$TMP/a.conf"
	grep ' in ' "$TMP/both" >>"$TMP/b.conf"
done
for ns in a b; do
	need ctl $ns limits max-sas 20000 max-policies 20000
	need ctl $ns load "$TMP/$ns.conf"
done
cat >"$TMP/send.py" <<'P'
"""Sends until a file is there; prints how often."""
import os
import socket
import sys

cpu, dst, stop = int(sys.argv[1]), sys.argv[2], sys.argv[3]
os.sched_setaffinity(0, {cpu})
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect((dst, 7000 + cpu))
sent = 0
while sent % 100 or not os.path.exists(stop):
    try:
        sent += 1
        sock.send(b'lookup')
    except PermissionError:
        print('refused', sent)
        sys.exit(1)
print(sent)
P
# Sockets that nobody reads: no ICMP errors
agent_start b
need agent b "socks = [udp(local='$G2', lport=7000 + n) for n in range($CPUS)]"
need stats_mark a
need stats_mark b
senders=()
for ((i = 0; i < CPUS; i++)); do
	ip netns exec "a$SUFFIX" python3 "$TMP/send.py" $i $G2 "$TMP/stop" \
		>"$TMP/sent$i" 2>&1 &
	senders+=($!)
	JOBS+=($!)
done
under_way() {
	local i

	for ((i = 0; i < CPUS; i++)); do
		[ "$(sa_field b $((0x1001 + i)) packets)" -gt 100 ] || return
	done
}
need wait_for 30 under_way

try "$COUNT SAs and policies are added where packets leave" \
	on a "$LIB/life.py" fill "$COUNT"
try "and where they arrive" on b "$LIB/life.py" fill "$COUNT"
try "they go where packets leave" on a "$LIB/life.py" vanish "$COUNT"
: >"$TMP/stop"
lost=''
for ((i = 0; i < CPUS; i++)); do
	wait "${senders[i]}" || lost+="sender $i: $(<"$TMP/sent$i"); "
	sent=$(<"$TMP/sent$i")
	arrived() {
		[ "$(sa_field b $((0x1001 + i)) packets)" = "$sent" ]
	}
	wait_for 10 arrived ||
		lost+="sender $i: $sent sent, $(sa_field b $((0x1001 + i)) packets) arrived; "
	echo "# sender $i: $sent packets"
done
if [ -z "$lost" ]; then
	pass "no packet is lost meanwhile"
else
	fail "no packet is lost meanwhile" "$lost"
fi
expect_stats "nothing was dropped" a ""
expect_stats "at the other end" b ""
