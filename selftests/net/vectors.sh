#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Byte for byte: the ESP packets of RFC 3602 4 and RFC 7634 A, received, and sent
# with the IVs that the RFCs have used (module parameter test_iv); and each
# algorithm compared with forge.py, which has no line of the module.
#
#	a (ours) --- wan/left --- w --- right/wan --- b (ours)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

module_needed
plan $((4 + 6 + 2 + 5 + 42))

RFC=5
results_of "$LIB/vectors.py" primitives

# ---- received

topo2
need ip_batch a <<X
addr add 203.0.113.5/32 dev wan
addr add 192.0.2.5/32 dev wan
addr add 192.168.123.100/32 dev wan
addr add 192.168.123.200/32 dev wan
X
need ip_batch b <<X
addr add 203.0.113.153/32 dev wan
addr add 198.51.100.5/32 dev wan
addr add 192.168.123.3/32 dev wan
X
need nft_load a <<'X'
table inet t {
	chain input {
		type filter hook input priority 0
		meta ipsec exists log group 7 drop
	}
}
X
need "$LIB/vectors.py" receive "$TMP"
need ctl a load "$TMP/a.conf"
inject_start forge.py
# Before the recorder's pipe is there, which would stay open in its child
need state_mark a
exec {till}> >(on a /usr/bin/python3 "$LIB/../oracle/record.py" 7 \
	"$TMP/received" >"$TMP/recorder" 2>&1; echo end >>"$TMP/recorder")
need wait_for 20 grep -q listening "$TMP/recorder"
need inject "rfc = [bytes.fromhex(line) for line in open('$TMP/wire')]"
# In the ICV, in the ciphertext, in the IV, in the sequence number
need inject "put('left', [next(flips(packet, at % len(packet), at % len(packet) + 1)) for packet in rfc for at in (-1, -20, 30, 26)])"
expect_moved "with a bit changed none is received" a "icv=20 17185:icv=8 34661:icv=8 16909060:icv=4"
need inject "put('left', rfc)"
# Of the clear packets: 84 + 48, 84 + 68, 84; the rule that logs them drops them
state_is a "17185:packets=2 17185:bytes=132 17185:seq=8 34661:packets=2 34661:bytes=152 34661:seq=5 16909060:packets=1 16909060:bytes=84 16909060:seq=5"
moved=$MOVED
exec {till}>&-
need wait_for 60 grep -q end "$TMP/recorder"
try "each is verified once" [ "$moved" = ok ]
results_of "$LIB/vectors.py" received "$TMP"

# ---- sent

as_found() {
	local status=$?

	module_unload && module_load || status=1
	(exit $status)
	finish
}
trap as_found EXIT
for ((n = 0; n < RFC; n++)); do
	need ctl a flush
	need ctl b flush
	need module_unload
	iv=$("$LIB/vectors.py" send "$TMP" $n)
	need module_load "test_iv=$iv"
	need ctl b load "$TMP/b.conf"
	capture_start w right
	need on b "$LIB/vectors.py" clear $n
	capture_stop
	results_of "$LIB/vectors.py" sent "$PCAP" $n
done

# ---- as the model makes them

need module_unload
need module_load
need "$LIB/vectors.py" all "$TMP"
need ctl b load "$TMP/b.conf"
agent_start b
v6_ready b $G1_6
capture_start w right
awk '/^policy/ { print $5, $9 }' "$TMP/b.conf" >"$TMP/ports"
while read -r address port; do
	need agent b "s = udp('$address', $port, lport=6999)"
	need agent b "[s.send(bytes(range(10 + n))) for n in (0, 1)]; s.close()"
done <"$TMP/ports"
capture_stop
results_of "$LIB/vectors.py" model "$PCAP"
