#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What selectors can say beyond one prefix and one port (RFC 4301 4.4.1.1): lists
# of ranges, ICMP and Mobility Header types, OPAQUE, mark and device; and what
# becomes of fragments, which do not show what selectors ask for (RFC 4301 7).
#
#	forge.py in w --- left/wan --- a (our module, also a router)
#
# DISCARD tells what matches.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 41

need topo2
# shellcheck disable=SC2086 # words
need set_sysctl a $ROUTER
need ip_in w route add blackhole default
need ip_in w -6 route add blackhole default
need ip_in a addr add 192.0.2.3/24 dev wan
need ip_in a addr add 192.0.2.4/24 dev wan

peer L4 2001 esp tunnel 10.8.1.1 10.9.1.0/24 aes-gcm-16:20 - \
	remote 10.9.1.1-10.9.1.5,10.9.1.9 proto udp remote-port 7,1000-1002
peer O4 2002 esp tunnel 10.8.2.1 10.9.2.0/24 aes-gcm-16:20 - proto udp opaque
peer P4 2003 esp tunnel 10.8.3.1 10.9.3.0/24 aes-gcm-16:20 -
peer D4 2004 esp tunnel 10.8.4.1 10.9.4.0/24 aes-gcm-16:20 -
new_key "$TMP/key" 20
echo "sa add out esp spi 6001 src $G1 dst 10.8.3.1 mode tunnel reqid 6 enc aes-gcm-16 enc-key-file key" \
	>>"$TMP/peers"
peers
need inject "def dgram(src, dst, sport, dport, n=0): return ip(src, dst, UDP, udp(src, dst, sport, dport, bytes(n)))"
need inject "pings = lambda *sources: [ping(src, '$G1_6' if is6(src) else '$G1') for src in sources]"
need inject "cut = lambda packet, *cuts: list(fragments(packet, *cuts))"
need state_mark a

sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" a "$2"
}

policy() { # add|del argument...
	need ctl a policy "$@"
}

# Verified and counted by the SA, then refused
wrong() { # reason spi n bytes
	echo "$1=$3 $2:$1=$3 $2:packets=$3 $2:bytes=$(($3 * $4)) $2:seq=$3"
}

right() { # spi n bytes
	echo "$1:packets=$2 $1:bytes=$(($2 * $3)) $1:seq=$2"
}

# ---- selectors of SAs

sent "an SA with lists: each range of them, at both ends" \
	"$(right 2001 5 28) answered=5" \
	"[L4.tunnel(dgram(src, '$G1', port, 5)) for src, port in (('10.9.1.1', 7), ('10.9.1.5', 1000), \
	('10.9.1.9', 1001), ('10.9.1.3', 1002), ('10.9.1.9', 7))]"
sent "an SA with lists: what is beside the ranges" \
	"$(wrong sa-selector 2001 8 28)" \
	"[L4.tunnel(dgram(src, '$G1', port, 5)) for src, port in (('10.9.1.0', 7), ('10.9.1.6', 7), ('10.9.1.8', 7), \
	('10.9.1.10', 7), ('10.9.1.1', 6), ('10.9.1.1', 8), ('10.9.1.1', 999), ('10.9.1.1', 1003))]"
sent "an SA with ports: a later fragment does not show them" \
	"$(wrong sa-selector 2001 1 84)" \
	"L4.tunnel(cut(dgram('10.9.1.1', '$G1', 7, 5, 120), 64)[1])"
sent "an SA for what is opaque: later fragments" "$(right 2002 1 84)" \
	"O4.tunnel(cut(dgram('10.9.2.1', '$G1', 7, 5, 120), 64)[1])"
sent "an SA for what is opaque: neither first fragments nor whole packets" \
	"$(wrong sa-selector 2002 1 84) $(wrong sa-selector 2002 1 28)" \
	"O4.tunnel(cut(dgram('10.9.2.1', '$G1', 7, 5, 120), 64)[0]), O4.tunnel(dgram('10.9.2.1', '$G1', 7, 5))"
sent "an SA for what is opaque: not what shows no ports of another protocol" \
	"$(wrong sa-selector 2002 1 36)" \
	"O4.tunnel(cut(ip('10.9.2.1', '$G1', TCP, bytes(40)), 24)[1])"
sent "a tunnel without ports carries all fragments of a packet" \
	"$(right 2003 1 84) $(right 2003 1 64) delivered=1" \
	"[P4.tunnel(f) for f in cut(ping('10.9.3.1', '$G1', 100), 64)]"

# ---- RFC 4301 7.2: minimum offset of later fragments

need inject "segment = ip('10.9.3.1', '$G1', TCP, tcp('10.9.3.1', '$G1', 5, 6) + bytes(44))"
sent "a fragment that begins inside of the TCP header" \
	"$(wrong fragment-offset 2003 1 76) $(wrong fragment-offset 2003 1 68)" \
	"[P4.tunnel(cut(segment, at)[1]) for at in (8, 16)]"
sent "a fragment that begins behind it" "$(right 2003 1 60)" \
	"P4.tunnel(cut(segment, 24)[1])"

# ---- lists of addresses and ports

cat >"$TMP/conf" <<C
policy add in remote 10.1.0.5-10.1.1.4,10.1.200.0/24,127.255.255.255-128.0.0.1 local $G1-192.0.2.3 discard
policy add in remote 2001:db8:1::ffff-2001:db8:1::1:0,2001:db8:1:1::/64 discard
policy add in priority 9000 remote 0.0.0.0-255.255.255.255 proto 99 discard
policy add in remote 10.4.0.0/16 proto udp local-port 1000-1999,53,7 remote-port 5,9 discard
policy add in remote 10.6.0.0/16 proto icmp icmp-type 3-5 icmp-code 4-2 discard
policy add in remote 2001:db8:2::/48 proto mh mh-type 1-7 discard
policy add in remote 2001:db8:3::/48 proto mh opaque discard
policy add in remote 2001:db8:4::/48 proto opaque discard
policy add out local 10.21.0.0/16 proto udp opaque discard
C
need ctl a load "$TMP/conf"
need state_mark a

sent "list of ranges: inside, both ends included" in-discard=8 \
	"pings('10.1.0.5', '10.1.0.255', '10.1.1.0', '10.1.1.4', '10.1.200.0', '10.1.200.255', '128.0.0.0', '128.0.0.1')"
sent "list of ranges: outside" delivered=6 \
	"pings('10.1.0.4', '10.1.1.5', '10.1.199.255', '10.1.201.0', '128.0.0.2', '9.1.0.5')"
sent "range of the other side" in-discard=1 "ping('10.1.0.5', '192.0.2.3')"
sent "range of the other side: outside" delivered=1 "ping('10.1.0.5', '192.0.2.4')"
sent "range of IPv6: inside and outside" "in-discard=4 delivered=4" \
	"pings('2001:db8:1::ffff', '2001:db8:1::1:0', '2001:db8:1:1::', '2001:db8:1:1:ffff:ffff:ffff:ffff', \
	'2001:db8:1::fffe', '2001:db8:1::1:1', '2001:db8:1:0:ffff:ffff:ffff:ffff', '2001:db8:1:2::')"
sent "the range of all addresses: this family, no other" "in-discard=2 answered=1" \
	"ip('223.255.255.254', '$G1', 99, bytes(8)), ip('1.0.0.1', '$G1', 99, bytes(8)), ip('2001:db8:9::1', '$G1_6', 99, bytes(8))"
sent "list of ports: inside" in-discard=5 \
	"[dgram('10.4.0.1', '$G1', s, d) for s, d in ((5, 1000), (9, 1999), (5, 1500), (9, 53), (5, 7))]"
sent "list of ports: outside" answered=6 \
	"[dgram('10.4.0.1', '$G1', s, d) for s, d in ((5, 999), (5, 2000), (5, 52), (5, 8), (6, 53), (53, 5))]"
sent "ICMP: type times 256 plus code" in-discard=5 \
	"[ip('10.6.0.1', '$G1', ICMP, echo('10.6.0.1', '$G1', kind=t, code=c)) for t, c in ((3, 4), (3, 255), (4, 0), (4, 255), (5, 2), (3, 3), (5, 3))]"
mh="lambda net, *types: [ip(f'2001:db8:{net}::1', '$G1_6', 135, bytes([59, 0, t, 0, 0, 0, 0, 0])) for t in types]"
need inject "mh = $mh"
sent "Mobility Header types" "in-discard=3 answered=2" "mh(2, 1, 3, 7, 0, 8)"
sent "opaque: a Mobility Header that is cut short, not one that is whole" \
	"in-discard=1 answered=1" \
	"ip('2001:db8:3::1', '$G1_6', 135, bytes([59, 0])), mh(3, 5)"

# ---- OPAQUE

need inject "f = cut(dgram('10.21.0.1', '10.30.0.1', 7, 9, 192), 64)"
sent "opaque: the first fragment shows its ports" '' "f[0]"
sent "opaque: a later one does not" out-discard=1 "f[1]"
sent "opaque: nor does a header that is cut short" out-discard=1 \
	"ip('10.21.0.1', '10.30.0.1', UDP, bytes(3))"
frag6="lambda nxt, at, body: ip('2001:db8:4::1', '$G1_6', 44, struct.pack('!BBHI', nxt, 0, at | 1, 78) + body)"
need inject "import struct; frag6 = $frag6"
sent "protocol opaque: a later IPv6 fragment of a header chain" in-discard=2 \
	"frag6(60, 64, bytes(64)), frag6(43, 8, bytes(64))"
sent "protocol opaque: a chain that is cut short" in-discard=1 \
	"ip('2001:db8:4::1', '$G1_6', 60, b'\\x11')"
sent "protocol opaque: not a later fragment that shows its protocol" '' \
	"frag6(17, 128, bytes(64))"

# ---- mark and device

need ip_batch a <<'B'
link add d0 type dummy
link set d0 up
route add 10.29.0.0/16 dev d0
B
nft_load a <<'R'
table inet t {
	chain pre {
		type filter hook prerouting priority mangle
		ip saddr 10.24.0.0/16 meta mark set 0x1112
		ip saddr 10.25.0.0/16 meta mark set 0x1113
	}
}
R
cat >"$TMP/conf" <<C
policy add in mark 0x12/0xff remote 10.24.0.0/15 discard
policy add in dev wan remote 10.27.0.0/16 discard
policy add in dev d0 remote 10.28.0.0/16 discard
policy add in priority 1 dev ipsec0 remote 10.9.4.0/24 discard
policy add in priority 2 dev wan remote 10.9.4.0/24 protect esp tunnel src 10.8.4.1 dst $G1 reqid 2004
policy add out dev d0 discard
policy add out dev wan local 10.31.0.0/16 protect esp tunnel src $G1 dst 10.8.3.1 reqid 6
policy add out mark 0x1113 local 10.25.0.0/16 discard
C
need ctl a load "$TMP/conf"
need state_mark a
sent "mark: the bits that are asked for" "in-discard=1 delivered=2" \
	"pings('10.24.0.1', '10.25.0.1', '10.26.0.1')"
sent "mark: all of it" out-discard=1 \
	"ping('10.25.0.1', '10.30.0.1'), ping('10.26.0.1', '10.30.0.1')"
sent "device that it came in by" "in-discard=1 delivered=1" \
	"pings('10.27.0.1', '10.28.0.1')"
sent "what was protected came in by the device of the protected packet" \
	"$(right 2004 1 28) delivered=1" "D4.tunnel(ping('10.9.4.1', '$G1'))"
sent "device that it would leave by" out-discard=1 \
	"ping('10.30.0.1', '10.29.0.1'), ping('10.30.0.1', '10.32.0.1')"
sent "device that it would leave by, protected" \
	"6001:packets=1 6001:bytes=28 6001:seq=1" "ping('10.31.0.1', '10.32.0.1')"
need ip_batch a <<'B'
link set d0 down
link set d0 name d1
link set d1 up
route add 10.29.0.0/16 dev d1
B
sent "device that has another name now" '' "ping('10.30.0.1', '10.29.0.1')"
need ip_batch a <<'B'
link del d1
link add d0 type dummy
link set d0 up
route add 10.29.0.0/16 dev d0
B
sent "another device that has its name" out-discard=1 "ping('10.30.0.1', '10.29.0.1')"

# ---- RFC 4301 7.4: BYPASS with ports

packets_of() { # remote
	ctl a policy show in -j | jq -r --arg remote "$1" \
		'[.policies[] | select(.selector.remote == $remote) | .packets] | join(" ")'
}

has_packets() { # remote "number..."
	[ "$(packets_of "$1")" = "$2" ]
}

expect_packets() { # what remote "number..."
	try "$1" wait_for 10 has_packets "${@:2}"
}

policy add in priority 10 remote 10.22.0.0/16 proto udp local-port 119 discard
policy add in priority 20 remote 10.22.0.0/16 bypass
need state_mark a
need inject "to = lambda port: cut(dgram('10.22.0.1', '10.23.0.1', 5, port, 192), 64)"
sent "DISCARD with ports: fragments one by one" in-discard=1 "to(119)"
policy del in priority 10 remote 10.22.0.0/16 proto udp local-port 119
policy del in priority 20 remote 10.22.0.0/16
policy add in priority 10 remote 10.22.0.0/16 proto udp local-port 119 bypass
policy add in priority 20 remote 10.22.0.0/16 discard
need state_mark a
sent "BYPASS with ports: a later fragment alone goes nowhere" '' "to(119)[1]"
# With another identification, or it would belong to that one
need inject "to = lambda port: cut(ip('10.22.0.1', '10.23.0.1', UDP, udp('10.22.0.1', '10.23.0.1', 5, port, bytes(192)), ident=port), 64)"
sent "BYPASS with ports: the whole packet passes" '' "to(119)"
expect_packets "and is one for the policy" 10.22.0.0/16 "1 0"
sent "BYPASS with ports: of another port, the whole packet is dropped" \
	in-discard=1 "to(23)"
policy add in priority 10 remote 2001:db8:6::/48 proto udp local-port 119 bypass
policy add in priority 20 remote 2001:db8:6::/48 discard
need inject "to6 = lambda port: cut(dgram('2001:db8:6::1', '2001:db8:7::1', 5, port, 192), 64)"
sent "BYPASS with ports, IPv6: the whole packet passes" '' "to6(119)"
expect_packets "and is one for the policy" 2001:db8:6::/48 "1 0"
