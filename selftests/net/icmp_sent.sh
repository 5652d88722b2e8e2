#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP errors that gateways send: about a packet out of a tunnel they go back
# through it, although their source is not in its selectors (RFC 4301 6.2); about
# a packet that is discarded they are sent when that is asked for (5.1.1), and
# never about one that came in.
#
# topo4
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 38

need topo4
agent_start h1 g1
need ip_in h1 addr add 10.1.0.3/24 dev lan
v6_ready h1 $H2_6
site_tunnels "$TMP/sites"
sa_pair "$TMP/sites" 0x1021 $G1 $G2 transport 3
policy_pair "$TMP/sites" $G1 "$G2 proto udp" $G1 $G2 transport 3
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
need inject_start forge.py
need stats_mark g1
need stats_mark g2

# Without it IPv6 takes the address of g2 that is most like the one of h1.
need ip_in g2 route replace default via 2001:db8:b::ff src $G2_6

# Two hops lead to g2: there they are used up.
need agent h1 "t4 = udp('$H2', pmtu=PMTUDISC_DONT); t4.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 2)"
need agent h1 "t6 = udp('$H2_6', pmtu=PMTUDISC_DONT); t6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 2)"

hears() { # what namespace socket answer
	local patience=15

	[ "$4" != nothing ] || patience=1
	try "$1" agent "$2" \
		"$3.send(bytes(20)); expect(answer($3, $patience), '$4')"
}

# An error about an earlier packet may still be in the socket.
silent() { # what namespace socket
	hears "$1" "$2" "$3" nothing
}

CLEAR="icmp or (icmp6 and ip6[40] < 128)"

# ---- by the SA of the return traffic

capture_start
hears "time exceeded at the far gateway" h1 t4 "icmp 11 0 0"
hears "IPv6: time exceeded at the far gateway" h1 t6 "icmp 3 0 0"
need agent g1 "c4 = udp('$G2', port=7777, pmtu=PMTUDISC_DONT)"
hears "transport mode: no such port, by an SA for UDP" g1 c4 "icmp 3 3 0"
capture_stop
expect_wire "no error was in clear" "$CLEAR" 0
expect_wire "each packet and each error was one ESP packet" "proto 50 or ip6 proto 50" 6
expect_stats "nothing dropped" g1 ""
expect_stats "nothing dropped at the other end" g2 ""

need ctl g1 settings icmp-check header
silent "the near gateway looks at headers alone: refused" h1 t4
silent "IPv6: refused" h1 t6
expect_stats "as packets that no policy admits" g1 in-no-policy=2
need ctl g1 settings icmp-check either

need ctl g2 settings icmp-return-sa off
capture_start
hears "off: the error goes where the default sends it" h1 t4 "icmp 11 0 0"
hears "off, IPv6: the same" h1 t6 "icmp 3 0 0"
capture_stop
expect_wire "off: in clear" "$CLEAR" 2
need ctl g2 default out discard
silent "off: the default discards it" h1 t4
expect_stats "off: counted as such" g2 out-default=1
need ctl g2 settings icmp-return-sa on
hears "on: the default is not asked" h1 t4 "icmp 11 0 0"
need ctl g2 default out bypass
need ctl g2 policy add out priority 5 proto icmp icmp-type time-exceeded discard
silent "a policy of its own comes first" h1 t4
expect_stats "and is counted" g2 out-discard=1
need ctl g2 policy del out priority 5 proto icmp icmp-type time-exceeded
need ctl g2 sa del esp spi 0x1002 dst $G1
capture_start
silent "without an SA nothing is sent" h1 t4
capture_stop
expect_wire "least of all in clear" "$CLEAR" 0
expect_stats "without an SA: counted under its own reason" g2 out-icmp-no-sa=1
expect_stats "the near gateway has seen none of these" g1 ""

# ---- about what is discarded

need ctl g1 policy add out priority 5 remote 203.0.113.0/25 discard
need ctl g1 policy add out priority 5 remote 2001:db8:d::/64 discard
need ctl g1 policy add out priority 5 remote 203.0.113.128/26 \
	protect esp tunnel src $G1 dst 198.51.100.9 reqid 9
need ctl g1 policy add out priority 5 remote 2001:db8:e::/64 \
	protect esp tunnel src $G1_6 dst 2001:db8:b::9 reqid 9
need ctl g1 policy add out priority 5 remote 203.0.113.192/26 \
	protect esp tunnel src $G1 dst 198.51.100.99 reqid 10
need ctl g1 policy add out priority 5 remote 2001:db8:f::/64 \
	protect esp tunnel src $G1_6 dst 2001:db8:b::99 reqid 10
need ctl g1 sa add out esp spi 0x2001 src $G1 dst 198.51.100.99 mode tunnel \
	reqid 10 enc aes-gcm-16 enc-key-file "$TMP/key-gcm"
need ctl g1 sa add out esp spi 0x2002 src $G1_6 dst 2001:db8:b::99 mode tunnel \
	reqid 10 enc aes-gcm-16 enc-key-file "$TMP/key-gcm"
need ip_in g1 route add unreachable 198.51.100.99
need ip_in g1 route add unreachable 2001:db8:b::99
need agent h1 "d4 = udp('203.0.113.1', pmtu=PMTUDISC_DONT); d6 = udp('2001:db8:d::1', pmtu=PMTUDISC_DONT)"
need agent h1 "s4 = udp('203.0.113.129', pmtu=PMTUDISC_DONT); s6 = udp('2001:db8:e::1', pmtu=PMTUDISC_DONT)"
need agent h1 "r4 = udp('203.0.113.193', pmtu=PMTUDISC_DONT); r6 = udp('2001:db8:f::1', pmtu=PMTUDISC_DONT)"
need state_mark g1

sends() { # what expected socket [count]
	need agent h1 "[$3.send(bytes(20)) for _ in range(${4:-1})]"
	expect_moved "$1" g1 "$2"
}

sends "until it is asked for, nobody is told" out-discard=1 d4
sends "nor about a missing SA" out-no-sa=1 s4
need ctl g1 settings icmp-answer on
hears "a policy discards: prohibited" h1 d4 "icmp 3 13 0"
hears "IPv6: a policy discards: prohibited" h1 d6 "icmp 1 1 0"
hears "no SA: unreachable" h1 s4 "icmp 3 1 0"
hears "IPv6: no SA: unreachable" h1 s6 "icmp 1 3 0"
hears "no route to the peer: unreachable" h1 r4 "icmp 3 1 0"
hears "IPv6: no route to the peer: unreachable" h1 r6 "icmp 1 3 0"
expect_moved "each is counted once, and answered once" g1 \
	"out-discard=2 out-no-sa=2 no-route=2 8193:no-route=1 8194:no-route=1 answered=6"
need ctl g1 policy add out priority 5 local 10.1.0.1 remote 10.1.0.0/24 bypass
need ctl g1 default out discard
need agent h1 "n4 = udp('198.18.0.1', pmtu=PMTUDISC_DONT)"
hears "the default discards: prohibited" h1 n4 "icmp 3 13 0"
need ctl g1 default out bypass
need state_mark g1

need agent h1 "raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)"
need agent h1 "raw.sendto(bytes([3, 1, 0xfc, 0xfe]) + bytes(32), ('203.0.113.1', 0))"
expect_moved "an error is not answered" g1 "out-discard=1"

# A socket of the gateway itself
need agent g1 "l4 = udp('203.0.113.1'); n4 = udp('203.0.113.193')"
try "a sender on the gateway: permission denied" agent g1 \
	"expect(probe(l4, 50), 'error 1 mtu 1500')"
try "a sender on the gateway: no route to the peer" agent g1 \
	"expect(probe(n4, 50), 'error 113 mtu 1500')"
expect_moved "and no ICMP" g1 "out-discard=1 no-route=1 8193:no-route=1"

# The kernel's limit: from a source that it knows nothing of yet, one for each
# 20 of the last 60 seconds.
need set_sysctl g1 net/ipv4/icmp_ratelimit=20000
need agent h1 "many = udp(local='10.1.0.3')"
need agent h1 "[many.sendto(b'x', ('203.0.113.1', 5000)) for _ in range(30)]"
expect_moved "the rate is limited" g1 "out-discard=30 answered=3"
need set_sysctl g1 net/ipv4/icmp_ratelimit=0

# ---- never about what comes in

need ctl g1 policy add in priority 5 remote 198.18.0.0/15 discard
need inject "put('left', ping('$H2', '$H1'), ping('$H2_6', '$H1_6'), ping('198.18.0.1', '$H1'), ping('198.18.0.1', '$G1'))"
need inject "put('left', SA(0x999, '$G2', '$G1', 'aes-gcm-16', bytes(20)).transport(), SA(0x1002, '$G2', '$G1', 'aes-gcm-16', bytes(20)).transport(seq=1000))"
expect_moved "what is dropped on the way in is not answered" g1 \
	"in-clear=2 in-discard=2 no-sa=1 icv=1 4098:icv=1"
