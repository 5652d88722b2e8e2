#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sequence numbers of the sender (RFC 4303 3.3.3, RFC 4302 3.3.2): the first is
# 1, each is taken once and none is left out, whichever processor sends; they end
# and the SA stays blocked, or with esn the upper half goes on, in a super-packet
# as well; an SA goes on where it was.
#
#	a (ours) --- wan/left --- w --- right/wan --- b (ours)
#
# Each SA is for UDP to a port of b, which is its SPI and its reqid.
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 48

M32=4294967295
need topo2
new_key "$TMP/cbc" 32
new_key "$TMP/hmac" 32
v6_ready a $G2_6

# With seq a key can be used once only
GCM='enc aes-gcm-16 enc-key-file gcm'
CBC='enc aes-cbc enc-key-file cbc auth hmac-sha2-256-128 auth-key-file hmac'
NULL='enc null auth hmac-sha2-256-128 auth-key-file hmac'
HMAC='auth hmac-sha2-256-128 auth-key-file hmac'
# An SA out of a and into b
flow() { # port esp|ah family "words" "words out" "words in"
	local left=$G1 right=$G2

	[ "$3" = 4 ] || { left=$G1_6 right=$G2_6; }
	[ -e "$TMP/gcm-$1" ] || [[ $4 != *gcm* ]] || new_key "$TMP/gcm-$1" 20
	set -- "$1" "$2" "$3" "${4/-file gcm/-file gcm-$1}" "$5" "$6"
	{
		echo "sa add out $2 spi $1 src $left dst $right reqid $1 $4 $5"
		echo "policy add out remote $right proto udp remote-port $1 protect $2 transport reqid $1"
	} >>"$TMP/a.conf"
	{
		echo "sa add in $2 spi $1 src $left dst $right reqid $1 $4 $6"
		echo "policy add in remote $left proto udp local-port $1 protect $2 transport reqid $1"
	} >>"$TMP/b.conf"
}

NEAR32="seq $((M32 - 2))" NEAR64='seq 0xfffffffffffffffd'
# IVs of counter modes that are sequence numbers have 63 bits
NEAR63='seq 0x7ffffffffffffffd'
flow 7001 esp 4 "$GCM" '' ''
flow 7002 ah 6 "$HMAC" '' ''
flow 7011 esp 4 "$GCM" "$NEAR32" ''
flow 7012 esp 6 "$CBC" "$NEAR32" ''
flow 7013 ah 4 "$HMAC" "$NEAR32" ''
flow 7014 esp 4 "$CBC" "seq $((M32 - 1))" ''
n=7020
declare -A FAMILY
for words in "esp 4 $GCM" "esp 6 $CBC" "esp 4 $NULL" "ah 4 $HMAC" "ah 6 $HMAC"; do
	n=$((n + 1))
	read -r proto family algs <<<"$words"
	FAMILY[$n]=$family
	flow $n "$proto" "$family" "$algs esn $NEAR32" '' ''
	near=$NEAR64
	[[ $algs != *gcm* ]] || near=$NEAR63
	flow $((n + 10)) "$proto" "$family" "$algs esn $near" '' ''
done
flow 7041 esp 4 "$GCM" "$NEAR32 seq-rollover" 'replay-window 0'
flow 7042 ah 6 "$HMAC" "$NEAR32 seq-rollover" 'replay-window 0'
flow 7051 esp 4 "$GCM" "seq $((M32 - 4))" ''
flow 7052 ah 4 "$HMAC" "seq $((M32 - 4))" ''
flow 7053 esp 4 "$GCM esn seq $((M32 - 4))" '' ''
flow 7054 ah 6 "$HMAC esn seq $((M32 - 4))" '' ''
flow 7061 esp 4 "$GCM esn" '' 'replay-window 8192'
need ctl a load "$TMP/a.conf"
need ctl b load "$TMP/b.conf"
agent_start a b
need agent b "sinks = [udp(local='::', lport=port) for port in (7001, 7002, 7011, 7012, 7013, 7014, *range(7021, 7026), *range(7031, 7036), 7041, 7042, *range(7051, 7055), 7061)]"
need state_mark a
need state_mark b

address() { # family
	[ "$1" = 4 ] && echo $G2 || echo $G2_6
}

# So many datagrams of 10 bytes, one after the other
send() { # port family count
	need agent a "s = udp('$(address "$2")', $1)"
	need agent a "[s.send(bytes(10)) for _ in range($3)]"
}

bytes_of() { # family packets
	echo $((($1 == 4 ? 38 : 58) * $2))
}

# What a has sent and counted; b has received the same packets.
sent() { # port family packets increase [overflows]
	echo "$1:packets=$3 $1:bytes=$(bytes_of "$2" "$3") $1:seq=$4"
	[ "${5-0}" = 0 ] || echo "seq-overflow=$5 $1:seq-overflow=$5"
}

expect_seqs() { # what port number...
	local seqs

	seqs=$("$LIB/seqs.py" "$PCAP" "$2" | head -n 1)
	if [ "$seqs" = "${*:3}" ]; then
		pass "$1"
	else
		fail "$1" "on the wire: $seqs, not ${*:3}"
	fi
}

on_background a "$IPSECCTL" monitor -j >"$TMP/events"
listening() {
	# RTNL groups are not ours; GENERIC is protocol 16
	# shellcheck disable=SC2016 # for awk
	on a awk '$2 == 16 && $4 != "00000000" { found = 1 } END { exit !found }' \
		/proc/net/netlink
}
need wait_for 10 listening

# ---- from 1 on, and to the end

capture_start
send 7001 4 5
send 7002 6 5
expect_moved "five packets" a "$(sent 7001 4 5 5) $(sent 7002 6 5 5)"
expect_moved "arrive" b "$(sent 7001 4 5 5) $(sent 7002 6 5 5)"
send 7011 4 5
send 7012 6 5
send 7013 4 5
send 7014 4 5
expect_moved "two of five packets have a number left, or one" a \
	"$(sent 7011 4 2 2 3) $(sent 7012 6 2 2 3) $(sent 7013 4 2 2 3)
	$(sent 7014 4 1 1 4)"
expect_moved "they arrive" b \
	"$(sent 7011 4 2 $M32) $(sent 7012 6 2 $M32) $(sent 7013 4 2 $M32)
	$(sent 7014 4 1 $M32)"
send 7011 4 3
send 7012 6 3
send 7013 4 3
expect_moved "and no other one ever" a \
	"seq-overflow=9 $(printf '%s:seq-overflow=3 ' 7011 7012 7013)"

# ---- 64 bits

on_a='' on_b=''
for ((port = 7021; port <= 7025; port++)); do
	family=${FAMILY[$port]}
	send $port "$family" 5
	send $((port + 10)) "$family" 5
	on_a+=" $(sent $port "$family" 5 5)"
	on_a+=" $(sent $((port + 10)) "$family" 2 2 3)"
	on_b+=" $(sent $port "$family" 5 5) $(sent $((port + 10)) "$family" 2 2)"
done
expect_moved "esn goes on behind 2^32, and ends at 2^64" a "$on_a"
expect_moved "both are received" b "$on_b"
expect_sa "the dump has the upper half" a 7021 seq_hi 1
expect_sa "and the lower one" a 7021 seq_lo 2
expect_sa "the last one of 64 bits, upper half" a 7032 seq_hi $M32
expect_sa "and lower" a 7032 seq_lo $M32

# ---- without a window at the other end

send 7041 4 5
send 7042 6 5
# 2^32 - 3 becomes 2: what is shown is what was sent
expect_moved "rollover" a \
	"$(sent 7041 4 5 $((2 - M32 + 2))) $(sent 7042 6 5 $((2 - M32 + 2)))"
expect_moved "nothing is checked at the other end" b \
	"7041:packets=5 7041:bytes=190 7042:packets=5 7042:bytes=290"
capture_stop

expect_seqs "the first is 1" 7001 1 2 3 4 5
expect_seqs "AH, too" 7002 1 2 3 4 5
for port in 7011 7012 7013; do
	expect_seqs "$port: nothing behind the last" $port $((M32 - 1)) $M32
done
expect_seqs "one number left" 7014 $M32
for ((port = 7021; port <= 7025; port++)); do
	expect_seqs "$port: the lower half is sent" $port $((M32 - 1)) $M32 0 1 2
	expect_seqs "$((port + 10)): nothing behind the last of $((port == 7021 ? 63 : 64)) bits" \
		$((port + 10)) $((M32 - 1)) $M32
done
for port in 7041 7042; do
	expect_seqs "$port: 0 follows" $port $((M32 - 1)) $M32 0 1 2
done
ivs=$("$LIB/seqs.py" "$PCAP" 7041 | tail -n 1 | tr ' ' '\n' | sort -u | wc -l)
try "no IV comes again when the numbers do" [ "$ivs" = 5 ]

# ---- super-packets

# Ten datagrams of 10 bytes in one of UDP segmentation
burst() { # port family
	need agent a "s = udp('$(address "$2")', $1)"
	need agent a "s.setsockopt(17, UDP_SEGMENT, 10)"
	need agent a "s.send(bytes(100))"
}
policy_packets() { # port
	ctl a policy show -j | jq --argjson port "$1" '.policies[] |
		select(.reqid == $port and .dir == "out").packets'
}
capture_start
burst 7051 4
burst 7052 4
expect_moved "a super-packet: four of ten segments have a number left" a \
	"$(sent 7051 4 4 4 6) $(sent 7052 4 4 4 6)"
expect_moved "they arrive" b "$(sent 7051 4 4 $M32) $(sent 7052 4 4 $M32)"
burst 7053 4
burst 7054 6
expect_moved "a super-packet over 2^32" a \
	"$(sent 7053 4 10 10) $(sent 7054 6 10 10)"
expect_moved "arrives" b "$(sent 7053 4 10 10) $(sent 7054 6 10 10)"
capture_stop
try "they were super-packets" [ "$(for port in 7051 7052 7053 7054; do
	policy_packets $port; done | paste -sd ' ')" = "1 1 1 1" ]
for port in 7051 7052; do
	expect_seqs "$port: no number twice, none left out" $port \
		$((M32 - 3)) $((M32 - 2)) $((M32 - 1)) $M32
done
for port in 7053 7054; do
	expect_seqs "$port: over 2^32 without a gap" $port \
		$((M32 - 3)) $((M32 - 2)) $((M32 - 1)) $M32 0 1 2 3 4 5
done

exhausted() {
	jq -r 'select(.event == "exhausted").objects[].spi' "$TMP/events" |
		sort | paste -sd ' '
}
all_exhausted() {
	[ "$(exhausted)" = "7011 7012 7013 7014 7031 7032 7033 7034 7035 7051 7052" ]
}
if wait_for 10 all_exhausted; then
	pass "each SA that came to its end was told once"
else
	fail "each SA that came to its end was told once" "$(exhausted)"
fi

# ---- two processors

SNAPLEN=128 capture_start
need agent a "s = udp('$G2', 7061); both = sorted(os.sched_getaffinity(0))[:2]"
need agent a "threads = [threading.Thread(target=lambda cpu=cpu: (os.sched_setaffinity(0, {cpu}), [s.send(bytes(10)) for _ in range(400)])) for cpu in both * 2]"
need agent a "[t.start() for t in threads]; [t.join() for t in threads]"
cpus=$(nproc)
sum=$((400 * 2 * (cpus < 2 ? cpus : 2)))
expect_moved "four threads on two processors" a "$(sent 7061 4 $sum $sum)"
expect_moved "all is received" b "$(sent 7061 4 $sum $sum)"
capture_stop
seqs=$("$LIB/seqs.py" "$PCAP" 7061 | head -n 1 | tr ' ' '\n' | sort -n | paste -sd ' ')
try "each number once" [ "$seqs" = "$(seq -s ' ' $sum)" ]

# ---- an SA that was there before

last=$(sa_field b 7061 seq_lo)
for ns in a b; do
	need ctl $ns flush
	rm "$TMP/$ns.conf"
done
flow 7061 esp 4 "$GCM esn seq $last" '' 'replay-window 1024'
need ctl a load "$TMP/a.conf"
need ctl b load "$TMP/b.conf"
inject_start forge.py
need state_mark a
need state_mark b
# What is left of the window is taken for 2^32 right of it
in=$((sum > 1024 ? 1024 : sum)) left=
[ $in = $sum ] || left=$((sum - in))
need inject "put('right', [packet for packet in captured('$PCAP') if packet[9] == ESP])"
expect_moved "after a restart nothing of before is accepted" b \
	"replay=$in 7061:replay=$in ${left:+icv=$left 7061:icv=$left}"
send 7061 4 3
expect_moved "and it goes on" a "$(sent 7061 4 3 3)"
expect_moved "at both ends" b "$(sent 7061 4 3 3)"
