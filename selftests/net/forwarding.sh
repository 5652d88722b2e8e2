#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. What ipsec0 is to its administrator: it forwards when the real
# devices do, nobody deletes or moves it, tcpdump on it shows the inner packets
# of both directions, and a bridge with br_netfilter is not disturbed.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 28

N=3
need topo4
agent_start h1 g1 h2 g2
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::')"
site_tunnels "$TMP/sites"

forwarding() { # device value...
	while [ $# != 0 ]; do
		need set_sysctl g1 "net/ipv4/conf/$1/forwarding=$2"
		shift 2
	done
}

exchange() { # what number [arguments-of-udp]
	local patience=20

	[ "$2" != 0 ] || patience=0.5
	try "$1" agent h1 \
		"expect(exchange(udp(${3-"'$H2'"}), $N, patience=$patience), $2)"
}

# ---- forwarding on the real devices only

need set_sysctl g1 net/ipv4/ip_forward=0
forwarding lan 1 wan 1
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
need stats_mark g1
v6_ready h1 $H2_6
exchange "forwarding on lan and wan alone" $N
# After the fact: this turns it off everywhere, on ipsec0 too.
need set_sysctl g1 net/ipv4/ip_forward=0
forwarding lan 1 wan 1
exchange "forwarding turned off everywhere, then on for lan and wan" $N
expect_stats "forwarding: nothing dropped" g1 ""

forwarding lan 0
exchange "forwarding off on lan: no answer" 0
forwarding lan 1 wan 0
exchange "forwarding off on wan only: answered" $N
need set_sysctl g1 net/ipv4/ip_forward=1
exchange "forwarding on everywhere" $N

# ---- the device

try "ipsec0 is up" bash -c "ip -n 'g1$SUFFIX' link show ipsec0 | grep -q '[<,]UP[,>]'"
try "ipsec0 has no addresses" [ -z "$(ip_in g1 addr show ipsec0 | grep inet)" ]
try_not "ipsec0 cannot be deleted" ip_in g1 link del ipsec0
try_not "ipsec0 cannot be moved to another namespace" \
	ip_in g1 link set ipsec0 netns "w$SUFFIX"
try_not "no other one can be made" ip_in g1 link add ipsec1 type ipsec
try_not "IPv6 stays on it: its MTU cannot go below 1280" \
	ip_in g1 link set ipsec0 mtu 1279
exchange "it has survived" $N

# ---- tcpdump on it

capture_start g1 ipsec0
exchange "tcpdump on ipsec0: IPv4" $N "'$H2'"
exchange "tcpdump on ipsec0: IPv6" $N "'$H2_6'"
try "tcpdump on ipsec0: local" agent g1 \
	"expect(exchange(udp('$H2', local='10.1.0.1'), $N), $N)"
capture_stop
expect_wire "it shows what goes out, once" \
	"src $H1 and dst $H2 and udp dst port 5000" $N
expect_wire "it shows what comes in, once" \
	"src $H2 and dst $H1 and udp src port 5000" $N
expect_wire "it shows what goes out, IPv6" \
	"src $H1_6 and dst $H2_6 and udp dst port 5000" $N
expect_wire "it shows what comes in, IPv6" \
	"src $H2_6 and dst $H1_6 and udp src port 5000" $N
expect_wire "it shows local packets in both directions" \
	"host 10.1.0.1 and host $H2 and udp port 5000" $((2 * N))
expect_wire "it shows nothing else" 'not udp port 5000' 0
expect_wire "it shows no ESP" esp 0

# ---- a bridge on g1, between x1 and x2, under policies for all addresses

new_namespaces x1 x2
need modprobe br_netfilter
need ip -batch - <<X
link add p1 netns g1$SUFFIX type veth peer name eth netns x1$SUFFIX
link add p2 netns g1$SUFFIX type veth peer name eth netns x2$SUFFIX
X
need ip_batch g1 <<X
link add name sw0 type bridge
link set sw0 up
link set p1 master sw0 up
link set p2 master sw0 up
X
configure x1 eth 10.9.0.1/24 2001:db8:9::1/64
configure x2 eth 10.9.0.2/24 2001:db8:9::2/64
need set_sysctl g1 net/bridge/bridge-nf-call-iptables=1 \
	net/bridge/bridge-nf-call-ip6tables=1
need nft_load g1 <<X
table inet t {
	counter bridged {}
	chain forward { type filter hook forward priority 0
		ip saddr 10.9.0.0/24 counter name bridged
	}
}
X
need ctl g1 policy add both priority 1 local 10.9.0.0/24 remote 10.9.0.0/24 \
	protect esp tunnel src $G1 dst $G2 reqid 1
need ctl g1 policy add both priority 1 local 2001:db8:9::/64 \
	remote 2001:db8:9::/64 discard
need stats_mark g1
sent=$(sa_field g1 0x1001 packets)
try "bridged IPv4 is not disturbed" \
	on x1 ping -q -c $N -i 0.01 -W 5 10.9.0.2
try "bridged IPv6 is not disturbed" \
	on x1 ping -q -c $N -i 0.01 -W 5 2001:db8:9::2
expect_nft "br_netfilter has shown the packets to the rules of IP" g1 \
	"bridged=$((2 * N))"
expect_stats "and nothing was dropped" g1 ""
expect_sa "the SA has sent none of them" g1 0x1001 packets "$sent"
