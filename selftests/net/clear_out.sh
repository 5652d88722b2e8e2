#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PROTECT without an SA: nothing leaves in clear, whoever has made the packet.
#
#	forge.py in w --- left/wan --- g1 --- lan --- h1
#
# 10.9.0.0/16, 2001:db8:9::/48 and the groups 239.0.0.0/8 and ff05::/16 must be
# protected and have no SA. The capture is taken in w.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 28

need topo4
{
	echo "policy add out remote 10.9.0.0/16 protect esp tunnel src $G1 dst $G2 reqid 1"
	echo "policy add out remote 2001:db8:9::/48 protect esp transport reqid 1"
	echo "policy add out remote 239.0.0.0/8 protect esp transport reqid 1"
	echo "policy add out remote ff05::/16 protect ah transport spi 4000"
	# SAs that look as if they would do, but for one thing
	echo "sa add out esp spi 4001 src $G1 dst $G2 mode tunnel reqid 2 enc aes-gcm-16 enc-key-file key"
	echo "sa add out esp spi 4002 src $G2 dst $G1 mode tunnel reqid 1 enc aes-gcm-16 enc-key-file key"
	echo "sa add out esp spi 4003 src $G1 dst $G2 mode transport reqid 1 enc aes-gcm-16 enc-key-file key"
	echo "sa add out ah spi 4004 src $G1 dst $G2 mode tunnel reqid 1 auth hmac-sha2-256-128 auth-key-file auth"
	echo "sa add out esp spi 4005 src $G1 dst $G2 mode tunnel reqid 1 enc aes-gcm-16 enc-key-file key remote 10.99.0.0/16"
	echo "sa add in esp spi 4006 src $G1 dst $G2 mode tunnel reqid 1 enc aes-gcm-16 enc-key-file key"
} >"$TMP/conf"
new_key "$TMP/key" 20
new_key "$TMP/auth" 32
need ctl g1 load "$TMP/conf"
need ip_in g1 route add 239.0.0.0/8 dev wan
need ip_in w route add blackhole default
need ip_in w -6 route add blackhole default
inject_start forge.py
need state_mark g1
capture_start

# In g1, as a program would do it. What it is refused is no concern here.
cat >"$TMP/send.py" <<'P'
import socket
import struct
import sys
from socket import AF_INET, AF_INET6, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM


def attempt(family, kind, proto, data, dst, header=False):
    try:
        with socket.socket(family, kind, proto) as sock:
            if header:
                sock.setsockopt(41 if family == AF_INET6 else 0,
                                36 if family == AF_INET6 else 3, 1)
            if kind == SOCK_STREAM:
                sock.setblocking(False)
                sock.connect((dst, 9))
            else:
                sock.sendto(data, (dst, 0 if kind == SOCK_RAW else 9))
    except OSError:
        pass


def header(dst, family):
    if family == AF_INET:
        return struct.pack('!BBHHHBBH', 0x45, 0, 28, 1, 0, 64, 99, 0) + \
            socket.inet_aton('192.0.2.1') + socket.inet_aton(dst) + bytes(8)
    return struct.pack('!IHBB', 6 << 28, 8, 99, 64) + \
        socket.inet_pton(family, '2001:db8:a::1') + \
        socket.inet_pton(family, dst) + bytes(8)


def main(what, dst):
    family = AF_INET6 if ':' in dst else AF_INET
    if what == 'udp':
        attempt(family, SOCK_DGRAM, 0, b'clear', dst)
    elif what == 'large':
        attempt(family, SOCK_DGRAM, 0, bytes(6000), dst)
    elif what == 'tcp':
        attempt(family, SOCK_STREAM, 0, b'', dst)
    elif what == 'raw':
        attempt(family, SOCK_RAW, 99, b'clear', dst)
    elif what == 'header':
        attempt(family, SOCK_RAW, 255, header(dst, family), dst, True)


for what in sys.argv[2:]:
    main(what, sys.argv[1])
P

out() { # what expected destination way...
	on g1 /usr/bin/python3 "$TMP/send.py" "${@:3}"
	expect_moved "$1" g1 "$2"
}

sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" g1 "$2"
}

# ---- from programs

on g1 ping -q -c 2 -i 0.01 -W 1 10.9.0.1 >/dev/null
expect_moved "ping" g1 "out-no-sa=2 answered=2"
on g1 ping -q -c 2 -i 0.01 -W 1 2001:db8:9::1 >/dev/null
expect_moved "ping, IPv6" g1 "out-no-sa=2"
out "UDP" out-no-sa=1 10.9.0.1 udp
out "UDP, IPv6" out-no-sa=1 2001:db8:9::1 udp
out "UDP larger than the MTU" out-no-sa=1 10.9.0.1 large
out "TCP" out-no-sa=1 10.9.0.1 tcp
out "TCP, IPv6" out-no-sa=1 2001:db8:9::1 tcp
out "raw socket" out-no-sa=1 10.9.0.1 raw
out "raw socket, IPv6" out-no-sa=1 2001:db8:9::1 raw
out "raw socket with a header of its own" out-no-sa=1 10.9.0.1 header
out "raw socket with a header of its own, IPv6" out-no-sa=1 2001:db8:9::1 header
out "multicast" out-no-sa=1 239.1.1.1 udp

# ---- from the kernel

sent "answer to a ping" "out-no-sa=1 answered=1" \
	"ip('10.9.0.1', '$G1', ICMP, echo('10.9.0.1', '$G1', kind=8))"
sent "answer to a ping, IPv6" "out-no-sa=1 answered=1" \
	"ip('2001:db8:9::1', '$G1_6', ICMP6, echo('2001:db8:9::1', '$G1_6', kind=128))"
sent "reset" "out-no-sa=1 answered=1" \
	"ip('10.9.0.1', '$G1', TCP, tcp('10.9.0.1', '$G1', 9, 9))"
sent "reset, IPv6" "out-no-sa=1 answered=1" \
	"ip('2001:db8:9::1', '$G1_6', TCP, tcp('2001:db8:9::1', '$G1_6', 9, 9))"
sent "port unreachable" "out-no-sa=1 answered=1" \
	"ip('10.9.0.1', '$G1', UDP, udp('10.9.0.1', '$G1', 9, 9))"
sent "port unreachable, IPv6" "out-no-sa=1 answered=1" \
	"ip('2001:db8:9::1', '$G1_6', UDP, udp('2001:db8:9::1', '$G1_6', 9, 9))"
sent "time exceeded" "out-no-sa=1 answered=1" \
	"ping('10.9.0.1', '$H1', ttl=1)"

# ---- from tunnels of the kernel: what is around their packets is for the SPD

need ip_batch g1 <<'B'
link add gre9 type gre local 192.0.2.1 remote 10.9.0.7
link add ipip9 type ipip local 192.0.2.1 remote 10.9.0.8
link add vx9 type vxlan id 9 local 192.0.2.1 remote 10.9.0.9 dstport 4789
link add sit9 type sit local 192.0.2.1 remote 10.9.0.10
B
# Or their devices send packets of their own, for multicast listeners
need set_sysctl g1 net/ipv6/conf/{gre9,ipip9,vx9}/disable_ipv6=1
need ip_batch g1 <<'B'
link set gre9 up
link set ipip9 up
link set vx9 up
link set sit9 up
route add 10.50.0.0/16 dev gre9
route add 10.51.0.0/16 dev ipip9
route add 10.52.0.0/16 dev vx9 src 192.0.2.1
neigh add 10.52.0.1 lladdr 02:00:00:00:52:01 dev vx9
route add 2001:db8:50::/64 dev sit9 src 2001:db8:a::1
B
through() { # what expected destination
	on g1 ping -q -c 1 -W 1 "$3" >/dev/null
	expect_moved "$1" g1 "$2"
}
through "GRE" "out-no-sa=1 answered=1" 10.50.0.1
through "IP in IP" "out-no-sa=1 answered=1" 10.51.0.1
through "VXLAN" "out-no-sa=1 answered=1" 10.52.0.1
through "IPv6 in IPv4" out-no-sa=1 2001:db8:50::1

# ---- from others

sent "forwarded" out-no-sa=1 "ping('10.10.0.1', '10.9.0.1')"
sent "forwarded, IPv6" out-no-sa=1 "ping('2001:db8:a:9::1', '2001:db8:9::1')"
sent "forwarded fragments" out-no-sa=2 \
	"fragments(ping('10.10.0.1', '10.9.0.1', 200), 64)"

out "what needs no protection leaves" "" 198.51.100.99 udp
capture_stop
from='ether src 02:00:00:00:0a:01'
expect_wire "that packet and no other was on the wire" \
	"$from and (ip or (ip6 and not icmp6 and not ip6 proto 0))" 1
