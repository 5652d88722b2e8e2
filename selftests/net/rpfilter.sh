#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. Strict rp_filter on g1 lets decrypted packets in, although no route
# back leads to ipsec0, and does its work on all others.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 10

N=3
need topo4
agent_start h1 g1 h2 g2
need agent h2 "serve_udp('0.0.0.0')"
need agent g2 "serve_udp('0.0.0.0')"
site_tunnels "$TMP/sites"
sa_pair "$TMP/sites" 0x2001 $G1 $G2 transport 3
policy_pair "$TMP/sites" "$G1" "$G2 proto udp" $G1 $G2 transport 3
need set_sysctl g1 net/ipv4/conf/all/rp_filter=1 \
	net/ipv4/conf/default/rp_filter=1
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
need stats_mark g1
need inject_start

filtered() {
	on g1 nstat -asz TcpExtIPReversePathFilter |
		awk '/ReversePath/ { print $2 }'
}

try "rp_filter=1 holds for ipsec0" \
	on g1 grep -qx 1 /proc/sys/net/ipv4/conf/all/rp_filter
try "tunnel: answers are forwarded" agent h1 \
	"expect(exchange(udp('$H2'), $N), $N)"
try "tunnel: answers arrive" agent g1 \
	"expect(exchange(udp('$H2', local='10.1.0.1'), $N), $N)"
try "transport mode: answers arrive" agent g1 \
	"expect(exchange(udp('$G2'), $N), $N)"
try "rp_filter has found nothing" [ "$(filtered)" = 0 ]

# It is on: a source that lives behind lan comes in by wan, no policy knows it.
need agent h1 "s = udp(local='$H1', lport=4001)"
need inject "send('left', IP(src='10.1.0.77', dst='$H1')/UDP(dport=4001)/Raw(b'forged'), $N)"
try "a forged source does not arrive" agent h1 \
	"expect(answer(s, 0.5), 'nothing')"
try "rp_filter has found it" [ "$(filtered)" = $N ]
need set_sysctl g1 net/ipv4/conf/all/rp_filter=0 \
	net/ipv4/conf/wan/rp_filter=0
need inject "send('left', IP(src='10.1.0.77', dst='$H1')/UDP(dport=4001)/Raw(b'forged'), $N)"
try "without rp_filter it does" agent h1 "expect(answer(s), 'forged')"
need set_sysctl g1 net/ipv4/conf/all/rp_filter=1
need agent h1 "[answer(s, 0.2) for _ in range($N)]"

# A source that a policy covers is one for the SPD when rp_filter is content:
# its route leads to wan.
need inject "send('left', IP(src='$H2', dst='$H1')/UDP(dport=4001)/Raw(b'forged'), $N)"
try "a clear packet with a protected source does not arrive" agent h1 \
	"expect(answer(s, 0.5), 'nothing')"
expect_stats "it is dropped by its policy" g1 "in-clear=$N"
