#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Outbound policies that name their SA by its SPI: that SA is taken and no other
# one, when it is what the policy asks for; packets wait for that one.
#
#	a (ours) --- w --- b
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 29

need topo2
agent_start a
v6_ready a $G2_6
new_key "$TMP/gcm" 20
new_key "$TMP/hmac" 32
gcm="enc aes-gcm-16 enc-key-file gcm"
need ctl a load - <<X
policy add out remote $G2 proto udp protect esp transport spi 0x1001
policy add out remote $G2_6 proto udp protect ah transport spi 0x1001
policy add out remote 10.2.0.0/16 protect esp tunnel src $G1 dst $G2 spi 0x1002
X
need agent a "s = {'esp': udp('$G2', local='$G1'), 'ah': udp('$G2_6', local='$G1_6'), 'tunnel': udp('10.2.0.9', local='$G1')}"

# One SA, as the policy wants it but for some words, which come last and count
add() { # statement...
	printf '%s\n' "$@" >"$TMP/sa"
	need ctl a sa flush
	need ctl a load "$TMP/sa"
	need stats_mark a
}
not_taken() { # what socket
	need agent a "push(s['$2'], 1)"
	expect_stats "$2: $1: the packet is dropped" a out-no-sa=1
}
taken() { # what socket spi
	need agent a "push(s['$2'], 1)"
	expect_sa "$2: $1: it is taken" a "$3" packets 1
	expect_stats "$2: $1: nothing is dropped" a ""
}

all() { # socket protocol spi src dst mode other-mode other-src words...
	local words="${*:9}" what=$1

	need ctl a sa flush
	need stats_mark a
	not_taken "no SA" "$what"
	add "sa add out $2 spi $(($3 + 1)) src $4 dst $5 mode $6 reqid 1 $words"
	not_taken "another SPI" "$what"
	add "sa add in $2 spi $3 src $4 dst $5 mode $6 $words"
	not_taken "an inbound SA" "$what"
	add "sa add out $2 spi $3 src $4 dst $5 mode $7 $words"
	not_taken "another mode" "$what"
	add "sa add out $2 spi $3 src $8 dst $5 mode $6 $words"
	not_taken "another source" "$what"
	add "sa add out $2 spi $3 src $4 dst $5 mode $6 proto tcp $words"
	not_taken "a selector that is for others" "$what"
	add "sa add out $2 spi $(($3 + 1)) src $4 dst $5 mode $6 $words" \
		"sa add out $2 spi $3 src $4 dst $5 mode $6 reqid 7 $words" \
		"sa add out $2 spi $(($3 + 2)) src $4 dst $5 mode $6 $words"
	taken "it is there, among others" "$what" "$3"
}

need stats_mark a
all esp esp 0x1001 $G1 $G2 transport tunnel 192.0.2.99 "$gcm"
all ah ah 0x1001 $G1_6 $G2_6 transport tunnel 2001:db8:a::99 \
	"auth hmac-sha2-256-128 auth-key-file hmac"
all tunnel esp 0x1002 $G1 $G2 tunnel transport 192.0.2.99 "$gcm"

# ---- packets that wait

need ctl a limits hold-time 120
need ctl a sa flush
on_background a "$IPSECCTL" monitor acquire -j >"$TMP/events"
held_are() { # number
	[ "$(ctl a acquire show -j | jq '[.acquires[].held] | add // 0')" = "$1" ]
}
one_waits() {
	agent a "push(s['esp'], 1)" && held_are 1
}
need wait_for 20 one_waits
try "waiting: the SA is asked for by its SPI" \
	[ "$(ctl a acquire show -j | jq '.acquires[0].spi')" = $((0x1001)) ]
echo "sa add out esp spi 0x1005 src $G1 dst $G2 mode transport $gcm" >"$TMP/sa"
need ctl a load "$TMP/sa"
try "waiting: another SA does not end it" held_are 1
echo "sa add out esp spi 0x1001 src $G1 dst $G2 mode transport reqid 9 $gcm" \
	>"$TMP/sa"
need ctl a load "$TMP/sa"
try "waiting: the SA ends it" wait_for 20 held_are 0
sent_by() { # spi number
	[ "$(sa_field a "$1" packets)" = "$2" ]
}
try "waiting: the packet has gone through it" wait_for 20 sent_by 0x1001 1
expect_sa "waiting: and not through another" a 0x1005 packets 0
