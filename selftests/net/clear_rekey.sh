#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Rekeying and deletion of SAs under traffic: no packet leaves in clear, and each
# one that was sent was protected or is counted.
#
#	h1 --- g1 === w (captures) === g2 --- h2
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 6

need topo4
for i in 1 2 3 4 5 6; do
	new_key "$TMP/key-$i" 20
done
echo "policy add out local $NET1 remote $NET2 protect esp tunnel src $G1 dst $G2 reqid 1" \
	>"$TMP/conf"
need ctl g1 load "$TMP/conf"
need ip_in w route add blackhole default

sa() { # number
	ctl g1 sa add out esp spi $((5000 + $1)) src $G1 dst $G2 mode tunnel \
		reqid 1 enc aes-gcm-16 enc-key-file "$TMP/key-$1"
}
gone() { # number
	ctl g1 sa del esp spi $((5000 + $1)) dst $G2
}

# Datagrams without a pause until the file appears; then says how many
cat >"$TMP/send.py" <<'P'
import os
import socket
import sys
import time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect((sys.argv[1], 9))
sent = 0
while not os.path.exists(sys.argv[2]):
    try:
        sock.send(b'in clear, in clear')
        sent += 1
    except ConnectionError:
        pass
    if sent % 8 == 0:
        time.sleep(0.001)
with open(sys.argv[3], 'w', encoding='ascii') as file:
    print(sent, file=file)
P
drops() {
	stat_of g1 out-no-sa
}
packets() { # number
	sa_field g1 $((5000 + $1)) packets
}
more_than() { # number command...
	[ "$("${@:2}")" -gt "$1" ]
}

need sa 1
need stats_mark g1
capture_start
on_background h1 /usr/bin/python3 "$TMP/send.py" $H2 "$TMP/end" "$TMP/sent"
sender=$!
need wait_for 20 more_than 50 packets 1

# Make before break: nothing is lost
for i in 2 3 4; do
	need sa $i
	need wait_for 20 more_than 20 packets $i
	need gone $((i - 1))
done
expect_stats "a new SA before the old one goes: nothing is dropped" g1 ""

# Break before make: the packets in between are
need gone 4
need wait_for 20 more_than 50 drops
need sa 5
need wait_for 20 more_than 50 packets 5
# All at once, under traffic
need ctl g1 sa flush
before=$(drops)
need wait_for 20 more_than $((before + 50)) drops
need sa 6
need wait_for 20 more_than 50 packets 6

: >"$TMP/end"
wait $sender
try "the sender ran until the end" [ -s "$TMP/sent" ]
capture_stop
sent=$(cat "$TMP/sent")
dropped=$(($(drops) + $(stat_of g1 dead)))
expect_wire "no packet between the sites was in clear" \
	"net 10.1.0.0/16 or net 10.2.0.0/16" 0
try "the bytes are not on the wire" wire_has_no 'in clear'
expect_wire "each of $sent packets was protected or is counted ($dropped)" \
	"ip proto 50 and src $G1" $((sent - dropped))
try "both happened" [ "$dropped" -gt 100 -a $((sent - dropped)) -gt 100 ]
