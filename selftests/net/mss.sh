#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A policy lowers the MSS option of TCP in what it protects, in both directions,
# with a right checksum, and touches nothing else.
#
# topo4; the policies of g1 do it, those of g2 do not.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 39

need topo4
agent_start h1 g1 h2 g2
v6_ready h1 $H2_6
site_tunnels "$TMP/sites"
sa_pair "$TMP/sites" 0x1021 $G1 $G2 transport 3
policy_pair "$TMP/sites" $G1 "$G2 proto tcp" $G1 $G2 transport 3
sed -i '/^policy/s/$/ mss auto/' "$TMP/sites-left"
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
for host in h1 h2; do
	need agent $host "sys.path.insert(0, '$LIB'); from syn import *; watch = Watch('lan')"
done
need stats_mark g1
need stats_mark g2

# In a tunnel with AES-GCM, 1446 of 1500 are left for IPv4 and 1426 for IPv6: less
# 40 and 60.
PORT=2000
passes() { # what from to source destination "options sent" "options expected" [more...]
	local more=${8:+, $8} before=0

	PORT=$((PORT + 1))
	[[ $more != *before=* ]] || before=8
	need agent "$2" "send(syn('$4', '$5', $PORT, $6$more))"
	try "$1" agent "$3" "watch.expect($PORT, syn('$4', '$5', $PORT, $7$more), $before)"
}

out() { # what sent expected [more]
	passes "$1" h1 h2 $H1 $H2 "${@:2}"
}

out "out: lowered to what fits" "mss(1460)" "mss(1406)"
passes "in: lowered as well" h2 h1 $H2 $H1 "mss(1460)" "mss(1406)"
passes "IPv6, out" h1 h2 $H1_6 $H2_6 "mss(1440)" "mss(1366)"
passes "IPv6, in" h2 h1 $H2_6 $H1_6 "mss(1440)" "mss(1366)"
out "the largest value" "mss(65535)" "mss(1406)"
out "one more than fits" "mss(1407)" "mss(1406)"
out "what fits stays" "mss(1406)" "mss(1406)"
out "less stays" "mss(536)" "mss(536)"
out "SYN-ACK" "mss(1460)" "mss(1406)" "flags=0x12"
passes "SYN-ACK, in" h2 h1 $H2 $H1 "mss(1460)" "mss(1406)" "flags=0x12"
out "not a SYN: stays" "mss(1460)" "mss(1460)" "flags=0x10"
out "no options: none is added" "b''" "b''"
out "another option alone" "b'\\3\\3\\7\\0'" "b'\\3\\3\\7\\0'"
out "behind one byte: the checksum is right" \
	"b'\\1' + mss(1460) + bytes(3)" "b'\\1' + mss(1406) + bytes(3)"
out "behind three bytes: the checksum is right" \
	"b'\\3\\3\\7' + mss(1460) + b'\\1'" "b'\\3\\3\\7' + mss(1406) + b'\\1'"
out "the last of 40 bytes" \
	"b'\\1' * 36 + mss(1460)" "b'\\1' * 36 + mss(1406)"
out "with data behind it" \
	"mss(1460) + b'data'" "mss(1406) + b'data'" "words=6"
out "options of IPv4" "mss(1460)" "mss(1406)" "options=b'\\1\\1\\1\\0'"
passes "extension header of IPv6" h1 h2 $H1_6 $H2_6 "mss(1440)" "mss(1366)" \
	"before=bytes([0, 0, 1, 4, 0, 0, 0, 0])"
out "MD5 signature: lowered" \
	"b'\\x13\\x12' + bytes(16) + mss(1460) + b'\\1\\1'" \
	"b'\\x13\\x12' + bytes(16) + mss(1406) + b'\\1\\1'"
out "authentication option, in front: stays" \
	"b'\\x1d\\4\\0\\0' + mss(1460)" "b'\\x1d\\4\\0\\0' + mss(1460)"
out "authentication option, behind: stays" \
	"mss(1460) + b'\\x1d\\4\\0\\0'" "mss(1460) + b'\\x1d\\4\\0\\0'"

# ---- nonsense passes as it is

for bad in "length 0:b'\\3\\0\\1\\1' + mss(1460)" \
	"length 1:b'\\3\\1\\1\\1' + mss(1460)" \
	"longer than the options:b'\\3\\x0a\\1\\1' + mss(1460)" \
	"cut off:b'\\1\\1\\2\\4'" \
	"no length:b'\\1\\1\\1\\2'" \
	"MSS of 3 bytes:b'\\2\\3\\xff\\0'" \
	"behind the end of the list:b'\\0\\0\\0\\0' + mss(1460)"; do
	out "${bad%%:*}" "${bad#*:}" "${bad#*:}"
done
out "a header of 16 bytes" "mss(1460)" "mss(1460)" "words=4"
out "a header longer than the packet" "mss(1460)" "mss(1460)" "words=15"

# ---- what TCP makes of it

MAXSEG='getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)'
listen() { # namespace address
	need agent "$1" "l = socket.create_server(('$2', 7000))"
}

# 12 bytes are for the timestamp.
listen h2 $H2
need agent g1 "c = tcp('$H2', 7000, local='10.1.0.1'); expect(c.$MAXSEG, 1394)"
try "a connection of the gateway itself, through the tunnel" \
	agent h2 "s = l.accept()[0]; expect(s.$MAXSEG, 1394)"
# 1500 - 20 - 32 is aligned, less 2, less 20 for TCP
listen g2 $G2
need agent g1 "c = tcp('$G2', 7000); expect(c.$MAXSEG, 1414)"
try "transport mode" agent g2 "s = l.accept()[0]; expect(s.$MAXSEG, 1414)"

# ---- other values

need ip_in g1 link set wan mtu 1400
out "a smaller path" "mss(1460)" "mss(1306)"
need ip_in g1 link set wan mtu 1500
need ctl g1 policy del out local $NET1 remote $NET2
need ctl g1 policy add out local $NET1 remote $NET2 \
	protect esp tunnel src $G1 dst $G2 reqid 1 mss 1000
out "a number: lowered to it" "mss(1460)" "mss(1000)"
out "a number: less stays" "mss(999)" "mss(999)"
need ctl g1 policy del out local $NET1 remote $NET2
need ctl g1 policy add out local $NET1 remote $NET2 \
	protect esp tunnel src $G1 dst $G2 reqid 1
out "off: stays" "mss(1460)" "mss(1460)"
expect_stats "nothing was dropped" g1 ""
expect_stats "nothing was dropped at the other end" g2 ""
