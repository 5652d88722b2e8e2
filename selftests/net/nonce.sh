#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# That no IV of a counter mode comes twice under a key (RFC 3686 7, RFC 4106 10,
# RFC 4309 9, RFC 4543 7, RFC 7634 5), with a random source that repeats itself:
# the module is loaded with test_iv, so its random numbers are always the same.
# What is on the wire is looked at, and all SAs have the same key.
#
#	a (ours) --- wan/left --- w --- right/wan --- b (ours)
#
# Each SA is for UDP to a port of the other host, which is its reqid.
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

module_needed
plan 29

as_found() {
	local status=$?

	module_unload && module_load || status=1
	(exit $status)
	finish
}
trap as_found EXIT

START=8000000000001000
need module_unload
need module_load test_iv=${START}ffffffffffffffff

need topo2
new_key "$TMP/key" 20
new_key "$TMP/other" 20
new_key "$TMP/hmac" 16
agent_start a b
cd "$TMP" || exit

KEY=(enc-key-file key)
declare -A END=([a]=$G1 [b]=$G2)

add() { # namespace port spi esp|ah word...
	local to=b

	[ "$1" = a ] || to=a
	ctl "$1" sa add out "$4" spi "$3" src "${END[$1]}" dst "${END[$to]}" \
		reqid "$2" "${@:5}"
}

del() { # namespace spi esp|ah
	local to=b

	[ "$1" = a ] || to=a
	ctl "$1" sa del "$3" spi "$2" dst "${END[$to]}"
}

protect() { # namespace port esp|ah
	local to=b

	[ "$1" = a ] || to=a
	need ctl "$1" policy add out remote "${END[$to]}" proto udp \
		remote-port "$2" protect "$3" transport reqid "$2"
}

# So many datagrams, which nobody has a socket for
send() { # namespace port count
	local to=b

	[ "$1" = a ] || to=a
	need agent "$1" "s = udp('${END[$to]}', $2)"
	need agent "$1" "[s.send(bytes(10)) for _ in range($3)]"
}

ivs() { # [spi]: on the wire, one per line
	"$LIB/seqs.py" "$PCAP" "$@" | tail -n 1 | tr ' ' '\n' | grep .
}

# One result: whether an SA is refused with these words.
refused() { # what words command [argument...]
	local what=$1 words=$2 output
	shift 2

	if output=$("$@" 2>&1); then
		fail "$what" "succeeded: $*"
	elif [[ $output = *"$words"* ]]; then
		pass "$what"
	else
		fail "$what" "$output"
	fi
}

for port in 7001 7002 7003 7004 7005; do
	protect a $port esp
done
protect a 7006 ah
protect b 7001 esp

# ---- from the pool

capture_start
need add a 7001 1001 esp enc aes-gcm-16 "${KEY[@]}"
send a 7001 3
need del a 1001 esp
need add a 7001 1001 esp enc aes-gcm-16 "${KEY[@]}"
send a 7001 3
need ctl a sa flush
for kind in '7001 1001 esp enc aes-gcm-16' '7002 1002 esp enc aes-gcm-8' \
	'7003 1003 esp enc aes-gmac' '7006 1006 ah auth aes-gmac' \
	'7004 1004 esp enc aes-gcm-12 esn' \
	'7005 1005 esp auth aes-xcbc-96 auth-key-file hmac enc aes-ctr'; do
	# shellcheck disable=SC2086 # words
	if [[ $kind = *ah* ]]; then
		need add a $kind auth-key-file key
	else
		need add a $kind "${KEY[@]}"
	fi
	send a "${kind%% *}" 2
done
need add b 7001 2001 esp enc aes-gcm-16 "${KEY[@]}"
send b 7001 3
need add a 7004 1014 esp enc aes-gcm-16 "${KEY[@]}" seq $((0xfffffffe)) seq-rollover
send a 7004 4
capture_stop
ivs >"$TMP/ivs"
try "25 packets of one key are on the wire" [ "$(wc -l <"$TMP/ivs")" = 25 ]
try "added again, six algorithms at once, AH, another namespace, rollover: no IV twice" \
	[ "$(sort -u "$TMP/ivs" | wc -l)" = 25 ]
try "the random source was the one that repeats itself" \
	[ "$(sort "$TMP/ivs" | head -n 1)" = $START ]
try "all are in the half that sequence numbers are not in" \
	[ "$(grep -c '^[89a-f]' "$TMP/ivs")" = 25 ]

# ---- sequence numbers as IVs

iv() { # number
	printf '%016x\n' "$1"
}
expect_ivs() { # what spi number...
	local got want

	got=$(ivs "$2" | paste -sd ' ')
	want=$(for number in "${@:3}"; do iv "$number"; done | paste -sd ' ')
	if [ "$got" = "$want" ]; then
		pass "$1"
	else
		fail "$1" "IVs $got, not $want"
	fi
}
GCM=(enc aes-gcm-16 "${KEY[@]}")
BUSY='another SA sends with this key and with seq'
LOW='this key has sent numbers up to 102 as IVs, which must not repeat: give seq 102, or another key'
need ctl a sa flush
need ctl b sa flush
capture_start
need add a 7001 3001 esp "${GCM[@]}" seq 100
send a 7001 2
refused "a second SA with the key and seq" "$BUSY" \
	add a 7002 3002 esp "${GCM[@]}" seq 5000
refused "nor in another namespace" "$BUSY" \
	add b 7001 3003 esp "${GCM[@]}" seq 5000
refused "nor for another algorithm" "$BUSY" \
	add a 7003 3004 esp enc aes-gmac "${KEY[@]}" seq 5000
refused "nor for AH" "$BUSY" \
	add a 7006 3005 ah auth aes-gmac auth-key-file key seq 5000
try "another key has its own numbers" add a 7002 3006 esp \
	enc aes-gcm-16 enc-key-file other seq 100
try "without seq the key can be used" add a 7003 3007 esp "${GCM[@]}"
try "inbound nothing is sent" ctl a sa add in esp spi 3008 src $G2 \
	dst $G1 "${GCM[@]}" seq 100
send a 7001 1
send a 7003 1
need del a 3001 esp
LOW=${LOW//102/103}
refused "added again one too low" "$LOW" add a 7001 3001 esp "${GCM[@]}" seq 102
refused "added again from the beginning" "$LOW" \
	add a 7001 3001 esp "${GCM[@]}" seq 0
refused "in another namespace" "$LOW" add b 7001 3011 esp "${GCM[@]}" seq 102
try "added again where it was" add a 7001 3001 esp "${GCM[@]}" seq 103
send a 7001 2
need ctl a sa flush
LOW=${LOW//103/105}
refused "after a flush one too low" "$LOW" \
	add a 7001 3001 esp "${GCM[@]}" seq 104
try "after a flush where it was" add b 7001 3011 esp "${GCM[@]}" esn seq 105
send b 7001 1
need ctl b sa flush
try "further on" add a 7001 3021 esp "${GCM[@]}" esn seq $((1 << 40))
send a 7001 2
# Refused for its SPI, it gives the key back
need add a 7002 3022 esp enc aes-gcm-16 enc-key-file other seq 100
need del a 3021 esp
try_not "an SPI that exists" add a 7001 3022 esp "${GCM[@]}" seq $((1 << 41))
try "has not taken the key" add a 7001 3023 esp "${GCM[@]}" seq $(((1 << 40) + 2)) esn
send a 7001 1
need ctl a sa flush
try "what has sent nothing leaves no mark" add a 7001 3024 esp \
	enc aes-gcm-16 enc-key-file other seq 3
capture_stop
expect_ivs "the IVs are the sequence numbers" 3001 101 102 103 104 105
expect_ivs "in another namespace as well" 3011 106
expect_ivs "with 64 bits" 3021 $(((1 << 40) + 1)) $(((1 << 40) + 2))
ivs >"$TMP/ivs"
try "none twice, and none of the pool's" \
	[ "$(sort "$TMP/ivs" | uniq -d | wc -l) $(ivs 3007 | cut -c 1) $(grep -c '^0' "$TMP/ivs")" = \
	"0 8 9" ]

# ---- as it is used: the random source is the kernel's

need ctl a flush
need module_unload
need module_load
firsts=()
for load in 1 2; do
	protect a 7001 esp
	protect a 7002 esp
	need add a 7001 4001 esp enc aes-gcm-16 "${KEY[@]}"
	need add a 7002 4002 esp enc aes-cbc enc-key-file hmac \
		auth aes-cmac-96 auth-key-file hmac
	capture_start
	send a 7001 1
	[ $load = 1 ] || send a 7002 200
	capture_stop
	firsts+=("$(ivs 4001)")
	[ $load = 2 ] || { need module_unload; need module_load; }
done
begin_differently() {
	[[ ${firsts[0]} = [89a-f]* && ${firsts[1]} = [89a-f]* &&
		${firsts[0]:0:8} != "${firsts[1]:0:8}" ]]
}
try "two loads begin at different IVs, of the same half" begin_differently
# RFC 3602 3: no counter, no function of the number, not the block before
results_of "$LIB/cbc_ivs.py" "$PCAP" 4002
