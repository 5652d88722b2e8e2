#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Policies and SAs come and go by the thousand, so that all tables grow and
# shrink, while each processor sends packets that meet them: each packet is
# protected, or dropped by a policy that was there, and none is missed.
#
#	a (ours) --- left w right --- b (ours)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 13

need topo2
new_key "$TMP/key" 20
sa="esp spi 0x1001 src $G1 dst $G2 mode transport reqid 1 enc aes-gcm-16 enc-key-file key"
cat >"$TMP/a" <<X
sa add out $sa
policy add out priority 9999 local $G1 remote $G2 protect esp transport reqid 1
X
cat >"$TMP/b" <<X
sa add in $sa replay-window 8192
policy add in priority 9999 local $G2 remote $G1 protect esp transport reqid 1
X
need ctl a load "$TMP/a"
need ctl b load "$TMP/b"
# Nobody answers, and nobody needs to read them
need nft_load b <<X
table inet t { chain c { type filter hook input priority 500; udp dport 5000-5063 drop; }; }
X
need nft_load w <<X
table inet t {
	counter clear { }
	chain c { type filter hook prerouting priority 0; ip saddr $G1 meta l4proto != esp counter name clear; }
}
X
need on a ping -q -c 1 -W 5 192.0.2.254 >"$TMP/ping"
expect_nft "what is in clear is counted" w "clear=1"

need stats_mark a
need stats_mark b
for ((cpu = 0; cpu < $(nproc); cpu++)); do
	on a taskset -c $cpu "$LIB/rehash.py" send $G2 "$TMP/stop" \
		>"$TMP/sent-$cpu" &
	JOBS+=($!)
	senders+=($!)
done
ip netns exec "b$SUFFIX" "$LIB/rehash.py" storm in 10 $G2 $G1 >"$TMP/storm-b" 2>&1 &
other=$!
JOBS+=("$other")
results_of on a "$LIB/rehash.py" storm out 10 $G1 $G2
wait "$other"
results_of cat "$TMP/storm-b"
: >"$TMP/stop"
wait "${senders[@]}"

read -r sent refused < <(awk '{ s += $1; r += $2 } END { print s, r }' \
	"$TMP"/sent-*)
echo "# $sent sent, $refused refused"
protected=$(sa_field a 0x1001 packets)
discarded=$(stat_of a out-discard)
try "each of $sent packets was protected or met a policy that discards" \
	[ "$sent" -gt 0 -a $((protected + discarded)) = "$sent" ]
try "both happened" [ "$protected" -gt 500 -a "$discarded" -gt 50 ]
try "who was discarded was told so" [ "$refused" = "$discarded" ]
expect_stats "nothing else was dropped going out" a "out-discard=$discarded"
expect_nft "nothing was in clear" w ""
expect_stats "nothing was dropped coming in" b ""
received=$(sa_field b 0x1001 packets)
try "packets came in all the time" [ "$received" -gt 500 ]
expect_sa "the numbers are those of the packets" a 0x1001 seq "$protected"
