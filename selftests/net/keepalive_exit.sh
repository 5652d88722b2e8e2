#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Keepalives (RFC 3948 4) of SAs that go: by a deletion, with the module, with
# their namespace, while they send, and while ESP in UDP comes and goes. A timer
# that armed itself again behind the one who stops it would send once more, or
# fire in memory that is freed (the debug kernel tells).
#
#	a (ours) --- left w
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

module_needed

plan 9

COUNT=40 INNER=10.1.0.1 PEER=192.0.2.254
need topo2
need ip_in a addr add $INNER/32 dev lo
new_key "$TMP/key" 20
# Half of them have something else to send, the last one all the time
for ((i = 0; i < COUNT; i++)); do
	port=$((20000 + i))
	ends="tunnel src $G1 dst $PEER reqid $((i + 1))"
	echo "sa add out esp spi $((0x4000 + i)) src $G1 dst $PEER mode tunnel reqid $((i + 1)) enc aes-gcm-16 enc-key-file key encap 4500 $port keepalive 1"
	echo "sa add in esp spi $((0x5000 + i)) src $PEER dst $G1 mode tunnel reqid $((i + 1)) enc aes-gcm-16 enc-key-file key encap $port 4500"
	[ $((i % 2)) = 0 ] ||
		echo "policy add out local $INNER remote 10.2.0.$i protect esp $ends"
done >"$TMP/conf"
need log_mark

# What has arrived in w, from the rules there
need nft_load w <<X
table ip t {
	counter alive {}
	counter sealed {}
	chain pre { type filter hook prerouting priority -300
		udp sport 4500 udp length 9 counter name alive drop
		udp sport 4500 udp length > 9 counter name sealed drop
	}
}
X
counted() { # counter
	on w nft -j list counter ip t "$1" |
		jq '.nftables[] | select(.counter) | .counter.packets'
}
more_than() { # counter number
	[ "$(counted "$1")" -gt "$2" ]
}
storm() {
	cat >"$TMP/storm.py" <<-P
	import itertools
	import socket
	import time

	inner = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	inner.bind(('$INNER', 0))
	for number in itertools.count():
	    try:
	        inner.sendto(b'storm', ('10.2.0.%d' % (number // 50 % 20 * 2 + 1),
	                                9))
	    except OSError:
	        pass
	    time.sleep(0.002)
	P
	ip netns exec "a$SUFFIX" python3 "$TMP/storm.py" 2>/dev/null &
	STORM=$!
	JOBS+=("$STORM")
}
# All SAs have said that they are alive, and ESP passes
begin() {
	local alive esp

	need ctl a load "$TMP/conf"
	alive=$(counted alive) esp=$(counted sealed)
	need wait_for 30 more_than alive $((alive + COUNT))
	need wait_for 30 more_than sealed $((esp + 20))
}
# Longer than two of their periods
silent() {
	local before

	before=$(counted alive)
	on w sleep 2.5
	[ "$(counted alive)" = "$before" ] ||
		{ echo "$(($(counted alive) - before)) more"; return 1; }
}

storm
begin
try "deleted while they send" ctl a flush
try "then none is sent" silent
begin
try "the module goes while they send" module_unload
try "then none is sent: the module" silent
need module_load
begin
try "again, after it came back" module_unload
need module_load
begin
kill "$STORM"
wait "$STORM" 2>/dev/null
before=$(counted alive)
# The namespace has its end of the link with it
need ip_in a link add keep type veth peer name kept netns "w$SUFFIX"
need ip netns del "a$SUFFIX"
gone() {
	! ip_in w link show kept >/dev/null 2>&1
}
try "the namespace goes while they send" wait_for 30 gone
try "then none is sent: the namespace" silent
try "the module goes after it" module_unload
need module_load
try_not "the kernel did not complain" log_complaints
