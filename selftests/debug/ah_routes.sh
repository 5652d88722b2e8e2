#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# limit: 900
#
# Routing headers in front of AH, each length with each number of segments left,
# 0 to 255: on input, from a raw socket, and forwarded. More segments than there
# are addresses would make the ICV be computed on foreign memory.
#
#	forge.py in w --- left/wan --- a (our module, also a router)
# shellcheck source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

plan 6

need topo2
for where in a:wan w:left; do
	need ip_in ${where%:*} link set "${where#*:}" mtu 9000
done
v6_ready a 2001:db8:a::ff
# shellcheck disable=SC2086 # words
need set_sysctl a $ROUTER
need ip_in w -6 route add blackhole 2001:db8:77::/64
peer A6 2004 ah transport 2001:db8:9:4::1 2001:db8:9:4::1/128 - hmac-sha2-256-128:32
{
	words="mode transport auth hmac-sha2-256-128 auth-key-file A6.auth"
	echo "sa add out ah spi 3004 src $G1_6 dst 2001:db8:a::ff reqid 4 $words"
	echo "policy add out remote 2001:db8:a::ff/128 protect ah transport reqid 4"
	echo "sa add out ah spi 3005 src 2001:db8:66::1 dst 2001:db8:77::1 reqid 5 $words"
	echo "policy add out remote 2001:db8:77::/64 protect ah transport reqid 5"
} >>"$TMP/peers"
peers
agent_start a
cat >"$TMP/routes.py" <<'P'
import socket, struct

UDP_HEADER = struct.pack('!HHHH', 9, 9, 8, 0)
FORGED = struct.pack('!BBHII', 17, 6, 0, 2004, 1) + bytes(20) + UDP_HEADER


def routes(src, dst, behind, kind=0, proto=17, lengths=range(256)):
    """A packet of each length with each number of segments left."""
    addresses = b''.join(socket.inet_pton(socket.AF_INET6, address)
                         for address in (src, dst))
    for length in lengths:
        for left in range(256):
            body = struct.pack('!BBBBI', proto, length, kind, left, 0)
            body += bytes(length * 8) + behind
            yield struct.pack('!IHBB', 6 << 28, len(body), 43, 64) + \
                addresses + body
P
need inject "exec(open('$TMP/routes.py').read(), globals())"
need agent a "exec(open('$TMP/routes.py').read(), globals())"
need agent a "raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)"
log_mark

# IP hands us what has arrived: no segments left. An odd length holds half an
# address. How many of the others are answered is IP's business.
need stats_mark a
need inject "put('left', routes('2001:db8:9:4::1', '$G1_6', FORGED, proto=51))"
expect_stats "input: each length with each number of segments" a \
	"icv=128 malformed=128"
# Which has no addresses that we know of
need inject "put('left', routes('2001:db8:9:4::1', '$G1_6', FORGED, kind=253, proto=51))"
expect_stats "input: of an unknown type" a icv=256

# Sent is what has as many addresses as segments left, or more
good=$((128 * 129 / 2)) bytes=0
for ((n = 0; n < 128; n++)); do
	bytes=$((bytes + (n + 1) * (40 + 8 + 16 * n + 8)))
done
bad=$((65536 - good))
raw() { # type first end: of the lengths
	need agent a "for packet in routes('$G1_6', '2001:db8:a::ff', UDP_HEADER, $1, lengths=range($2, $3)): raw.sendto(packet, ('2001:db8:a::ff', 0))"
}
need state_mark a
for ((n = 0; n < 256; n += 16)); do
	raw 0 $n $((n + 16))
done
expect_moved "raw socket: each length with each number of segments" a \
	"3004:packets=$good 3004:seq=$good 3004:bytes=$bytes
	inner-header=$bad 3004:inner-header=$bad"
raw 2 0 6
expect_moved "raw socket: of type 2" a \
	"3004:packets=6 3004:seq=6 3004:bytes=$((56 + 2 * 72 + 3 * 88))
	inner-header=1530 3004:inner-header=1530"
for ((n = 0; n < 256; n += 16)); do
	need inject "put('left', routes('2001:db8:66::1', '2001:db8:77::1', UDP_HEADER, lengths=range($n, $((n + 16)))))"
done
expect_moved "forwarded: each length with each number of segments" a \
	"3005:packets=$good 3005:seq=$good 3005:bytes=$bytes
	inner-header=$bad 3005:inner-header=$bad"
try_not "the kernel did not complain" log_complaints
