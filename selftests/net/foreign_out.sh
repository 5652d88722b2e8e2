#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Pages that belong to others, the page cache above all, are never written when
# what is in them is encrypted or authenticated (CVE-2026-43284 and its
# followers): files sent by sendfile and splice, mappings sent with MSG_ZEROCOPY
# and by io_uring, packets that were coalesced or made for XDP, and those that a
# tap holds as well. foreign_in.sh is about what is decrypted.
#
#	h1 --- lan/g1/wan --- w --- wan/g2/lan --- h2
#
# Each SA is for UDP and TCP to a port, which is its SPI and its reqid: from g1 to
# g2 in transport mode, 7100 and up over IPv4, 7300 and up over IPv6, and from h1
# to h2 through a tunnel, 7200 and up, 7400 and up. What comes back goes in clear,
# so everything that g1 sends to the wire is protected. What h1 sends to port 7500
# comes out of a tunnel at g2 and goes to h2 through the next one.
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 54

# On one processor, or veth does not keep packets in order, and GRO finds nothing
need taskset -cp 0 $$ >/dev/null

need topo4
new_key "$TMP/gcm" 20
new_key "$TMP/cbc" 32
new_key "$TMP/hmac" 32
HMAC='auth hmac-sha2-256-128 auth-key-file hmac'
KINDS=(
	"esp enc aes-gcm-16 enc-key-file gcm"
	"esp enc aes-cbc enc-key-file cbc $HMAC"
	"esp enc null $HMAC"
	"ah $HMAC"
)

# An SA and the policies for its port, on both gateways.
protect() { # port kind mode src dst remote
	local proto algs ends=$3 words upper

	read -r proto algs <<<"${KINDS[$2]}"
	[ "$3" = transport ] || ends="tunnel src $4 dst $5"
	words="$proto spi $1 src $4 dst $5 mode $3 reqid $1 $algs"
	echo "sa add out $words" >>"$TMP/g1.conf"
	echo "sa add in $words" >>"$TMP/g2.conf"
	for upper in udp tcp; do
		echo "policy add out remote $6 proto $upper remote-port $1 protect $proto $ends reqid $1" \
			>>"$TMP/g1.conf"
		echo "policy add in local $6 proto $upper local-port $1 protect $proto $ends reqid $1" \
			>>"$TMP/g2.conf"
	done
}
for i in "${!KINDS[@]}"; do
	protect $((7100 + i)) "$i" transport $G1 $G2 $G2
	protect $((7200 + i)) "$i" tunnel $G1 $G2 $H2
	protect $((7300 + i)) "$i" transport $G1_6 $G2_6 $G2_6
	protect $((7400 + i)) "$i" tunnel $G1_6 $G2_6 $H2_6
done
protect 7500 0 tunnel $G1 $G2 $H2
next="esp spi 7600 src 10.2.0.1 dst $H2 mode tunnel reqid 7600 ${KINDS[1]#esp }"
ends="protect esp tunnel src 10.2.0.1 dst $H2 reqid 7600"
echo "sa add out $next" >>"$TMP/g2.conf"
echo "sa add in $next" >>"$TMP/h2.conf"
echo "policy add out remote $H2 proto tcp remote-port 7500 $ends" >>"$TMP/g2.conf"
echo "policy add in local $H2 proto tcp local-port 7500 $ends" >>"$TMP/h2.conf"
v6_ready h1 $H2_6
v6_ready g1 $G2_6
for ns in g1 g2 h2; do
	need ctl $ns load "$TMP/$ns.conf"
done
agent_start g1 g2 h1 h2
for ns in g1 g2 h1 h2; do
	need agent "$ns" "from foreign import *"
done
serve() { # namespace address first last
	need agent "$1" "answer_udp('$2', range($3, $4 + 1)); [serve_tcp('$2', port) for port in range($3, $4 + 1)]"
}
serve g2 $G2 7100 7103
serve h2 $H2 7200 7203
serve g2 $G2_6 7300 7303
serve h2 $H2_6 7400 7403
need agent h2 "serve_tcp('$H2', 7500)"
need stats_mark g1
need stats_mark g2
need stats_mark h2

for i in "${!KINDS[@]}"; do
	read -r proto _ name _ <<<"${KINDS[$i]}"
	what="$proto $name"
	try "$what, of this host: datagrams from pages of others" \
		agent g1 "udp_pages('$G2', $((7100 + i)), 4000)"
	try "$what, of this host: streams" \
		agent g1 "tcp_pages('$G2', $((7100 + i)))"
	# DF is set: nothing is cut in front of the tunnel
	try "$what, forwarded: datagrams" \
		agent h1 "udp_pages('$H2', $((7200 + i)), 1300)"
	try "$what, forwarded: streams" \
		agent h1 "tcp_pages('$H2', $((7200 + i)))"
	try "$what, IPv6, of this host: datagrams" \
		agent g1 "udp_pages('$G2_6', $((7300 + i)), 4000, 64)"
	try "$what, IPv6, of this host: streams" \
		agent g1 "tcp_pages('$G2_6', $((7300 + i)))"
	try "$what, IPv6, forwarded: datagrams" \
		agent h1 "udp_pages('$H2_6', $((7400 + i)), 1280, 64)"
	try "$what, IPv6, forwarded: streams" \
		agent h1 "tcp_pages('$H2_6', $((7400 + i)))"
done

# io_uring, from memory that it has registered
for ns in g1 h1; do
	what="io_uring, of this host" port=7100 to=$G2 most=4000
	[ $ns = g1 ] || what="io_uring, forwarded" port=7200 to=$H2 most=1300
	if agent $ns "expect(has_uring(), True)" >/dev/null; then
		try "$what: datagrams" agent $ns \
			"udp_pages('$to', $port, $most, ways=[by_uring])"
		try "$what: streams" agent $ns \
			"tcp_pages('$to', $((port + 1)), [by_uring])"
	else
		skip "$what: datagrams" "this kernel has no io_uring"
		skip "$what: streams" "this kernel has no io_uring"
	fi
done

# A tap holds a clone of what is encrypted, and of what is decrypted
MARK='foreign pages!'
exercise() {
	need agent g1 "s = udp('$G2', 7100); [(s.send(b'$MARK' * 20), answer_bytes(s)) for _ in range(5)]"
	need agent h1 "s = udp('$H2', 7200); [(s.send(b'$MARK' * 20), answer_bytes(s)) for _ in range(5)]"
}
for ns in g1 h1; do
	need agent "$ns" "answer_bytes = lambda s: expect(len(s.recv(99)), 32)"
done
# A capture in a ring would be a copy; the queue of a socket holds the clone
need agent g1 "tap = Tap('ipsec0')"
need agent g2 "tap = Tap('wan')"
exercise
try "a tap in front of encryption holds the packets as they were" \
	agent g1 "expect([b'$MARK' in p for p in tap.packets(UDP)], [True] * 10)"
try "a tap in front of decryption holds ESP" \
	agent g2 "expect([b'$MARK' in p for p in tap.packets(ESP)], [False] * 10)"

# Coalesced by GRO: where they arrive, and where they have come out of a tunnel
coalesced() { # namespace protocol
	agent "$1" "expect(max(len(p) for p in tap.packets($2)) > 2000, True)"
}
need on h1 ethtool -K lan tso off gso off
need on g1 ethtool -K lan gro on
need agent g1 "tap = Tap('lan')"
for i in "${!KINDS[@]}"; do
	read -r proto _ name _ <<<"${KINDS[$i]}"
	try "$proto $name, coalesced: streams" \
		agent h1 "tcp_pages('$H2', $((7200 + i)))"
done
try "they were" coalesced g1 TCP
need agent g2 "tap = Tap('ipsec0')"
try "through a tunnel and the next one: streams" \
	agent h1 "tcp_pages('$H2', 7500)"
try "they were coalesced in between" coalesced g2 TCP
# A list of datagrams forgets that a checksum is still to be completed, so all are
# complete; the queue lets them go at once.
need on h1 ethtool -K lan tx off
need on g1 ethtool -K lan rx-gro-list on
need on h1 tc qdisc add dev lan root plug
need agent g1 "tap = Tap('lan')"
need agent h1 "train = Train('$H2', 7200)"
need on h1 tc qdisc change dev lan root plug release_indefinite
try "coalesced as a list: datagrams" agent h1 "train.arrive()"
try "they were, too" coalesced g1 UDP
need on h1 tc qdisc del dev lan root

# Pages that the driver has made for XDP
need on h1 ethtool -K lan tx on tso on gso on
need on g1 ethtool -K lan rx-gro-list off
need agent g1 "tap = None; xdp = Xdp('lan')"
for i in 0 3; do
	read -r proto _ name _ <<<"${KINDS[$i]}"
	try "$proto $name, XDP: datagrams" \
		agent h1 "udp_pages('$H2', $((7200 + i)), 1300, 64)"
	try "$proto $name, XDP: streams" \
		agent h1 "tcp_pages('$H2', $((7200 + i)))"
done
expect_stats "nothing was dropped" g1 ""
expect_stats "at the next one" g2 ""
expect_stats "at the last one" h2 ""
