#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The shortcut (settings shortcut on) at g1: what it takes, what it leaves alone,
# and that SPD, routes and conntrack say the same with it. Everything is sent
# from one processor, because each has a flow cache of its own.
#
#	h1 --- g1 (shortcut) === w === g2 --- h2
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 71

N=5
need topo4
site_tunnels "$TMP/sites"
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
v6_ready h1 $H2_6
v6_ready g1 $G2_6
agent_start h1 h2 g1
for ns in h1 h2 g1; do
	need agent $ns "import os; os.sched_setaffinity(0, {0})"
done
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::'); serve_tcp('0.0.0.0'); serve_tcp('::', 6001)"
need agent h1 "flow = udp('$H2', lport=5555); flow6 = udp('$H2_6')"

# What the chains of g1 see: of the clear packets and of ESP
chains() { # more rules of forward
	nft_load g1 <<X
table inet t
delete table inet t
table inet t {
	counter pre {}
	counter pre_esp {}
	counter input {}
	counter forward {}
	counter output {}
	counter post {}
	counter post_esp {}
	chain pre { type filter hook prerouting priority 0
		meta l4proto { tcp, udp } counter name pre
		meta l4proto esp counter name pre_esp
	}
	chain input { type filter hook input priority 0
		meta l4proto esp counter name input
	}
	chain forward { type filter hook forward priority 0
		meta l4proto { tcp, udp } counter name forward
		$1
	}
	chain output { type filter hook output priority 0
		meta l4proto esp counter name output
	}
	chain post { type filter hook postrouting priority 0
		meta l4proto { tcp, udp } counter name post
		meta l4proto esp counter name post_esp
	}
}
X
}
LONG="pre=$((2 * N)) pre_esp=$N input=$N forward=$((2 * N)) output=$N post=$((2 * N)) post_esp=$N"
SHORT="pre=$((2 * N)) pre_esp=$N"

asked() { # what [flow]
	try "$1" agent h1 "expect(exchange(${2-flow}, $N), $N)"
}

unheard() { # what [flow]
	try "$1" agent h1 "expect(exchange(${2-flow}, $N, patience=0.5), 0)"
}

# What moves when datagrams of 100 bytes have been answered by their length
both_ways() { # first SPI, that of g2
	local header=28 out=$(($1)) in=$(($1 + 1))

	[ "$1" = 0x1001 ] || header=48
	echo "$out:packets=$N $out:bytes=$((N * (header + 100))) $out:seq=$N \
		$in:packets=$N $in:bytes=$((N * (header + 3))) $in:seq=$N"
}

need chains ""
asked "off: answered"
asked "off: answered over IPv6" flow6
expect_nft "off: all chains see it" g1 "$(
	tr ' ' '\n' <<<"$LONG" | awk -F= '{ print $1 "=" $2 * 2 }')"

# ---- on

need ctl g1 settings shortcut on
try "it is said to be on" bash -c \
	"ip netns exec 'g1$SUFFIX' '$IPSECCTL' settings | grep -q 'shortcut on'"
asked "on: answered"
asked "on: answered over IPv6" flow6
on g1 nft reset counters table inet t >"$TMP/counters"
need state_mark g1
asked "the flow has been decided on: answered"
expect_moved "on: by the two SAs" g1 "$(both_ways 0x1001)"
expect_nft "on: only PRE_ROUTING sees it" g1 "$SHORT"
asked "and over IPv6" flow6
expect_moved "on: by the two SAs of IPv6" g1 "$(both_ways 0x1011)"
expect_nft "on: only PRE_ROUTING sees IPv6" g1 "$SHORT"

# A flow that has not been decided on
need agent h1 "first = udp('$H2', lport=7777)"
try "the first packet of a flow: answered" \
	agent h1 "expect(exchange(first, 1), 1)"
expect_nft "it went the long way, and its answer did not" g1 \
	"pre=2 pre_esp=1 forward=1 post=1"
need ctl g1 settings audit-events on
asked "a setting has changed, and the flow is decided on again"
expect_nft "by its first packet" g1 "$SHORT forward=1 post=1"

# ---- the header

need nft_load h2 <<X
table inet t {
	counter less {}
	counter other {}
	chain input { type filter hook input priority 0
		ip saddr $H1 udp dport 5000 ip ttl 62 counter name less
		ip saddr $H1 udp dport 5000 ip ttl != 62 counter name other
		ip6 saddr $H1_6 udp dport 5000 ip6 hoplimit 62 counter name less
		ip6 saddr $H1_6 udp dport 5000 ip6 hoplimit != 62 counter name other
	}
}
X
asked "TTL: answered"
asked "hop limit: answered" flow6
expect_nft "one less for each router" h2 "less=$((2 * N))"
need nft_load h1 <<X
table inet t {
	counter exceeded {}
	counter less {}
	chain input { type filter hook input priority 0
		ip saddr 10.1.0.1 icmp type time-exceeded counter name exceeded
		ip6 saddr 2001:db8:1::1 icmpv6 type time-exceeded counter name exceeded
		ip saddr $H2 ip ttl 62 counter name less
	}
}
X
asked "TTL of the answers"
expect_nft "one less for each router, too" h1 "less=$N"
need agent h1 "flow.setsockopt(0, 2, 1)"
need agent h1 "flow6.setsockopt(41, 16, 1)"
unheard "a TTL of 1 ends here"
unheard "a hop limit of 1 does" flow6
expect_nft "and is answered by ICMP" h1 "exceeded=$((2 * N))"
need agent h1 "flow.setsockopt(0, 2, 64)"
need agent h1 "flow6.setsockopt(41, 16, 64)"
need ctl g1 settings audit-events on
need state_mark g1
try "what does not fit is told" \
	agent h1 "expect(probe(udp('$H2', pmtu=3), 1500).split()[:3], ['icmp', '3', '4'])"
expect_moved "and counted" g1 "too-big=1 $((0x1001)):too-big=1 answered=1"
try "a datagram in fragments" \
	agent h1 "expect(exchange(udp('$H2', pmtu=0), $N, 3000), $N)"

# ---- policies

asked "before the policies"
need state_mark g1
need ctl g1 policy add out priority 1 local "$H1/32" remote "$H2/32" proto udp discard
unheard "DISCARD, outbound"
expect_moved "it is counted as that" g1 "out-discard=$N"
need ctl g1 policy del out priority 1 local "$H1/32" remote "$H2/32" proto udp
need ctl g1 policy add in priority 1 local "$H2/32" remote "$H1/32" proto udp discard
# g1 sends as h1, so that it is in the flow cache where the flow leaves to
need agent g1 "import struct; raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)"
need agent g1 "raw.sendto(struct.pack('>BBHHHBBH4s4sHHHH', 0x45, 0, 28, 0, 0, 64, 17, 0, socket.inet_aton('$H1'), socket.inet_aton('$H2'), 5555, 5000, 8, 0), ('$H2', 0))"
expect_moved "the same flow, from g1 itself" g1 "$((0x1001)):packets=1
	$((0x1001)):bytes=28 $((0x1001)):seq=1 $((0x1002)):packets=1
	$((0x1002)):bytes=29 $((0x1002)):seq=1"
unheard "DISCARD for what comes in clear"
expect_moved "it is counted as what came in clear" g1 "in-discard=$N"
need ctl g1 policy del in priority 1 local "$H2/32" remote "$H1/32" proto udp
need ctl g1 policy add in priority 1 local "$H1/32" remote "$H2/32" proto udp discard
unheard "DISCARD for what comes from the tunnel"
expect_moved "it is counted, with the SA" g1 "in-policy=$N $((0x1002)):in-policy=$N
	$(both_ways 0x1001)"
need ctl g1 policy del in priority 1 local "$H1/32" remote "$H2/32" proto udp
need ctl g1 policy add out priority 1 local "$H2/32" remote "$H1/32" proto udp discard
unheard "DISCARD for what leaves in clear"
expect_moved "it is counted behind the tunnel" g1 "out-discard=$N
	$(both_ways 0x1001)"
need ctl g1 policy del out priority 1 local "$H2/32" remote "$H1/32" proto udp
asked "without them again"
need state_mark g1
need inject_start
need inject "send('left', IP(src='$H2', dst='$H1') / UDP(sport=5000, dport=7777) / b'x', $N)"
expect_moved "in clear, what should come by the tunnel" g1 "in-clear=$N"
need inject "send('left', IP(src='$G2', dst='$G1') / ESP(spi=0x9999, seq=1, data=bytes(40)), $N)"
expect_moved "an SPI that nobody has" g1 "no-sa=$N"
need inject "send('left', IP(src='$G2', dst='$G1') / ESP(spi=0x1002, seq=0x10001, data=bytes(48)), $N)"
expect_moved "a wrong ICV" g1 "icv=$N $((0x1002)):icv=$N"

need ctl g1 sa add in esp spi 0x3001 src "$G2" dst "$H1" mode tunnel \
	enc aes-gcm-16 enc-key-file "$TMP/key-gcm"
need state_mark g1
need inject "send('left', IP(src='$G2', dst='$H1') / ESP(spi=0x3001, seq=1, data=bytes(48)), $N)"
expect_moved "ESP on its way to another host" g1 ""

# ---- routers

need set_sysctl g1 net/ipv4/ip_forward=0
unheard "forwarding is off"
need set_sysctl g1 net/ipv4/ip_forward=1 net/ipv4/conf/lan/forwarding=0
unheard "off for the device where the answers leave"
need set_sysctl g1 net/ipv4/conf/lan/forwarding=1
need set_sysctl g1 net/ipv6/conf/all/forwarding=0
unheard "forwarding of IPv6 is off" flow6
need set_sysctl g1 net/ipv6/conf/all/forwarding=1
v6_ready h1 $H2_6
asked "forwarding of IPv6 is on" flow6
need ip_in g1 -6 rule add ipproto udp dport 5000 blackhole
unheard "a rule about a port, IPv6" flow6
need ip_in g1 -6 rule del ipproto udp dport 5000 blackhole
need ip_in g1 rule add ipproto udp dport 5000 blackhole
unheard "a rule about a port"
need ip_in g1 rule del ipproto udp dport 5000 blackhole
need set_sysctl g1 net/ipv4/conf/all/rp_filter=1 net/ipv4/conf/ipsec0/rp_filter=1 \
	net/ipv4/conf/lan/rp_filter=1
asked "rp_filter is on"
need set_sysctl g1 net/ipv4/conf/all/rp_filter=0 net/ipv4/conf/ipsec0/rp_filter=0 \
	net/ipv4/conf/lan/rp_filter=0
need ip_in g1 neigh flush dev lan
need ip_in g1 neigh flush dev wan
asked "neighbours have been forgotten"
need ip_in g1 route add blackhole "$H1"
unheard "no route for the answers"
need ip_in g1 route del blackhole "$H1"
try "g1 itself is answered" \
	agent g1 "expect(exchange(udp('$H2', local='10.1.0.1'), $N), $N)"
asked "IPv6 as before" flow6

# ---- who looks at ipsec0

asked "once more, for the flow cache"
capture_start g1 ipsec0
asked "tcpdump on ipsec0"
capture_stop
expect_wire "it shows what goes out" "src $H1 and dst $H2 and udp dst port 5000" $N
expect_wire "it shows what comes in" "src $H2 and dst $H1 and udp src port 5000" $N
need ip_in g1 xfrm policy add dir fwd src "$NET1" dst "$NET2" action block
unheard "a policy of the kernel's own IPsec forbids to forward"
need ip_in g1 xfrm policy flush
asked "it is gone"

# ---- conntrack and NAT

need chains "ct state new drop"
need agent h1 "first = udp('$H2', lport=7778)"
unheard "a firewall that lets no connection begin" first
need chains "ct state invalid drop"
asked "one that does"
on g1 nft reset counters table inet t >"$TMP/counters"
asked "and once it has begun"
expect_nft "it passes by the chains" g1 "$SHORT"
# An acknowledgement of nothing, twice: the flow is in the flow cache, and there
# is no connection
need nft_load g1 <<'X'
table inet u {
	chain forward { type filter hook forward priority 10
		tcp dport 7781 ct state invalid reject with tcp reset
	}
}
X
need agent h1 "import struct; raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)"
need on g1 sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0
need state_mark g1
need agent h1 "for i in range($N): raw.sendto(struct.pack('>HHIIBBHHH', 7781, 7781, 1, 1, 0x50, 0x10, 1000, 0, 0), ('$H2', 0))"
expect_moved "packets that belong to no connection are for the firewall" g1 ""
need on g1 nft delete table inet u
try "TCP" agent h1 "bulk('$H2', 2000000)"
try "TCP over IPv6" agent h1 "bulk('$H2_6', 2000000, 6001)"
need nft_load g1 <<X
table ip n {
	chain post { type nat hook postrouting priority srcnat
		ip saddr $H1 ip daddr $H2 udp dport 5000 snat to 10.1.0.200
	}
}
X
need ip_in g1 addr add 10.1.0.200/24 dev lan
need agent h1 "flow = udp('$H2', lport=7779)"
asked "a source that NAT rewrites"
on g1 nft reset counters table inet t >"$TMP/counters"
asked "and again"
expect_nft "it passes the chains, and ESP around it does not" g1 \
	"$SHORT forward=$((2 * N)) post=$((2 * N))"

# ---- off

need on g1 nft delete table ip n
need chains ""
need ctl g1 settings shortcut off
need agent h1 "flow = udp('$H2', lport=7780)"
asked "off again: answered"
expect_nft "all chains see it again" g1 "$LONG"
