#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Selectors: an authentic packet must be one that its SA may carry (RFC 4301 5.2
# step 4) and that the SPD wants from this SA; and every kind of selector value
# matches what it says, at its edges, in both directions.
#
#	forge.py in w --- left/wan --- a (our module, also a router)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 35

need topo2
# shellcheck disable=SC2086 # words
need set_sysctl a $ROUTER
need ip_in w route add blackhole default
need ip_in w -6 route add blackhole default

# ---- SAs. U4 may carry DNS of one network, I6 one type of ICMP
peer E4 2001 esp tunnel 10.8.1.1 10.9.1.0/24 aes-gcm-16:20 -
peer F4 2002 esp tunnel 10.8.2.1 10.9.2.0/24 aes-gcm-16:20 -
peer U4 2003 esp tunnel 10.8.3.1 10.9.3.0/24 aes-gcm-16:20 - \
	remote 10.9.3.0/25 local $G1 proto udp local-port 53-54 remote-port 1000
peer I6 2004 esp tunnel 2001:db8:8:4::1 2001:db8:9:4::/64 aes-gcm-16:20 - \
	proto icmpv6 icmp-type 129 icmp-code 0
peer A4 2005 ah transport 10.9.5.1 10.9.5.1/32 - hmac-sha2-256-128:32
peer O4 2006 esp tunnel 10.8.6.1 10.9.6.0/24 aes-gcm-16:20 - remote 10.9.60.0/24
{
	echo "policy add in remote 10.9.7.0/24 bypass"
	echo "policy add in remote 10.9.8.0/24 discard"
	echo "policy add in remote 10.9.9.0/24 protect ah tunnel src 10.8.1.1 dst $G1 reqid 2001"
	echo "policy add in remote 10.9.10.0/24 protect esp transport reqid 2001"
	echo "policy add in remote 10.9.11.0/24 protect esp tunnel src 10.8.1.2 dst $G1 reqid 2001"
	echo "policy add in remote 10.9.12.0/24 protect esp tunnel src 10.8.1.1 dst $G1 spi 2002"
	echo "policy add in remote 10.9.13.0/24 protect esp tunnel src 10.8.1.1 dst $G1 spi 2001"
} >>"$TMP/peers"
peers
need inject "from4 = lambda sa, *sources: [sa.tunnel(ping(src, '$G1')) for src in sources]"
need inject "def dgram(src, dst, sport, dport): return ip(src, dst, UDP, udp(src, dst, sport, dport))"
need state_mark a

sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" a "$2"
}

# Verified and counted by the SA, then refused
wrong() { # reason spi n bytes
	echo "$1=$3 $2:$1=$3 $2:packets=$3 $2:bytes=$(($3 * $4)) $2:seq=$3"
}

right() { # spi n bytes
	echo "$1:packets=$2 $1:bytes=$(($2 * $3)) $1:seq=$2"
}

sent "what the policy names passes" "$(right 2001 3 28) delivered=3" \
	"from4(E4, '10.9.1.0', '10.9.1.1', '10.9.1.255')"
sent "the inner addresses of another tunnel" \
	"$(wrong in-policy 2001 2 28) $(wrong in-policy 2002 1 28)" \
	"from4(E4, '10.9.2.1', '10.9.3.1') + from4(F4, '10.9.1.1')"
sent "inner addresses of transport mode" "$(wrong in-policy 2001 1 28)" \
	"from4(E4, '10.9.5.1')"
sent "inner addresses that no policy names" "$(wrong in-no-policy 2001 4 28)" \
	"from4(E4, '10.9.0.255', '10.9.100.1', '10.8.1.1', '1.2.3.4')"
sent "inner addresses that come in clear or not at all" \
	"$(wrong in-policy 2001 2 28)" "from4(E4, '10.9.7.1', '10.9.8.1')"
sent "the policy asks for AH, transport mode, another peer, another SPI" \
	"$(wrong in-policy 2001 4 28)" \
	"from4(E4, '10.9.9.1', '10.9.10.1', '10.9.11.1', '10.9.12.1')"
sent "the policy asks for this SPI" "$(right 2001 1 28) delivered=1" \
	"from4(E4, '10.9.13.1')"
sent "the other address family" "$(wrong in-no-policy 2001 1 48)" \
	"E4.tunnel(ping('2001:db8:9:5::1', '$G1_6'))"
sent "in front of an inner packet for somebody else as well" \
	"$(wrong in-policy 2001 1 28) $(wrong in-no-policy 2001 1 28)" \
	"E4.tunnel(ping('10.9.2.1', '10.20.0.1')), E4.tunnel(ping('10.9.100.1', '10.20.0.1'))"

sent "an SA with selectors: what they name" \
	"$(right 2003 2 28) answered=2" \
	"[U4.tunnel(dgram('10.9.3.1', '$G1', 1000, port)) for port in (53, 54)]"
sent "another port, network or destination" "$(wrong sa-selector 2003 5 28)" \
	"[U4.tunnel(dgram(*d)) for d in (('10.9.3.1', '$G1', 1000, 52), ('10.9.3.1', '$G1', 1000, 55), \
	('10.9.3.1', '$G1', 1001, 53), ('10.9.3.128', '$G1', 1000, 53), ('10.9.3.1', '192.0.2.7', 1000, 53))]"
sent "another protocol: TCP with these ports, ICMP" \
	"$(wrong sa-selector 2003 1 40) $(wrong sa-selector 2003 1 28)" \
	"U4.tunnel(ip('10.9.3.1', '$G1', TCP, tcp('10.9.3.1', '$G1', 1000, 53))), *from4(U4, '10.9.3.1')"
sent "a later fragment shows no ports" "$(wrong sa-selector 2003 1 156)" \
	"U4.tunnel(list(fragments(ip('10.9.3.1', '$G1', UDP, udp('10.9.3.1', '$G1', 1000, 53, bytes(192))), 64))[1])"
sent "ports that are cut off" "$(wrong sa-selector 2003 1 23)" \
	"U4.tunnel(ip('10.9.3.1', '$G1', UDP, bytes(3)))"
sent "ICMP type and code" "$(right 2004 1 48) delivered=1 $(wrong sa-selector 2004 2 48)" \
	"[I6.tunnel(ip('2001:db8:9:4::1', '$G1_6', ICMP6, echo('2001:db8:9:4::1', '$G1_6', kind=kind, code=code))) \
	for kind, code in ((129, 0), (129, 1), (128, 0))]"
sent "selectors of the SA: the policies need not repeat them" \
	"$(wrong sa-selector 2006 1 28)
	2006:packets=1 2006:bytes=28 2006:seq=1 delivered=1" \
	"from4(O4, '10.9.6.1', '10.9.60.1')"
sent "after all of these" "$(right 2001 1 28) delivered=1" \
	"from4(E4, '10.9.1.1')"

# ---- clear packets and every kind of selector; DISCARD tells what matches

need ctl a policy flush
need ctl a sa flush
cat >"$TMP/conf" <<'C'
policy add in remote 10.1.0.0/16 local 192.0.2.1/32 discard
policy add in remote 10.2.0.0/15 proto 99 discard
policy add in remote 10.4.0.0/16 proto udp local-port 1000-1999 discard
policy add in remote 10.5.0.0/16 proto tcp remote-port 0-1023 discard
policy add in remote 10.6.0.0/16 proto icmp icmp-type 0 icmp-code 1 discard
policy add in remote 10.7.0.0/16 proto icmp icmp-type 0 discard
policy add in remote 2001:db8:1:8000::/49 proto icmpv6 icmp-type 129 discard
policy add out local 10.20.0.0/16 remote 10.30.0.0/16 proto udp local-port 7 remote-port 9 discard
policy add in priority 10 remote 0.0.0.0/1 proto dccp discard
policy add in priority 10 remote any proto sctp local-port 5 discard
C
need ctl a load "$TMP/conf"
need state_mark a

sent "address: inside" in-discard=2 \
	"ping('10.1.0.0', '$G1'), ping('10.1.255.255', '$G1')"
sent "address: outside" delivered=2 \
	"ping('10.0.255.255', '$G1'), ping('10.2.0.0', '$G1')"
sent "protocol by number" "in-discard=2 answered=1 delivered=1" \
	"ip('10.3.0.1', '$G1', 99, bytes(8)), ip('10.2.0.1', '$G1', 99, bytes(8)), \
	ip('10.2.0.1', '$G1', 98, bytes(8)), ping('10.2.0.1', '$G1')"
sent "port range: inside" in-discard=2 \
	"[dgram('10.4.0.1', '$G1', 5, port) for port in (1000, 1999)]"
sent "port range: outside" answered=2 \
	"[dgram('10.4.0.1', '$G1', 1500, port) for port in (999, 2000)]"
sent "the same ports of another protocol" answered=1 \
	"ip('10.4.0.1', '$G1', TCP, tcp('10.4.0.1', '$G1', 5, 1500))"
sent "remote port range" "in-discard=2 answered=1" \
	"[ip('10.5.0.1', '$G1', TCP, tcp('10.5.0.1', '$G1', port, 5)) for port in (0, 1023, 1024)]"
sent "ICMP code" "in-discard=1 delivered=2" \
	"[ip('10.6.0.1', '$G1', ICMP, echo('10.6.0.1', '$G1', code=n)) for n in (0, 1, 2)]"
sent "ICMP type with any code" "in-discard=2" \
	"[ip('10.7.0.1', '$G1', ICMP, echo('10.7.0.1', '$G1', code=n)) for n in (0, 255)]"
sent "IPv6 prefix that ends inside of a byte" "in-discard=2 delivered=2" \
	"[ping(src, '$G1_6') for src in ('2001:db8:1:8000::1', '2001:db8:1:ffff::1', '2001:db8:1:7fff::1', '2001:db8:2:8000::1')]"
sent "IPv6: behind an option header" in-discard=1 \
	"ip('2001:db8:1:8000::1', '$G1_6', 60, bytes([58, 0, 1, 4, 0, 0, 0, 0]) + echo('2001:db8:1:8000::1', '$G1_6'))"
sent "a selector of one bit" "in-discard=1 answered=1" \
	"ip('9.0.0.1', '$G1', 33, bytes(16)), ip('198.51.100.9', '$G1', 33, bytes(16))"
sent "a selector without addresses is for both families" in-discard=2 \
	"ip('10.99.0.1', '$G1', 132, b'\0\1\0\5' + bytes(12)), ip('2001:db8:99::1', '$G1_6', 132, b'\0\1\0\5' + bytes(12))"
sent "out: both ports" out-discard=1 "dgram('10.20.0.1', '10.30.0.1', 7, 9)"
sent "out: one of them, or the other way round" '' \
	"dgram('10.20.0.1', '10.30.0.1', 7, 7), dgram('10.20.0.1', '10.30.0.1', 9, 9), \
	dgram('10.20.0.1', '10.30.0.1', 9, 7), dgram('10.30.0.1', '10.20.0.1', 7, 9)"

# A later fragment has no ports: it matches only who does not ask for them
need inject "f = list(fragments(ip('10.20.0.1', '10.30.0.1', UDP, udp('10.20.0.1', '10.30.0.1', 7, 9, bytes(192))), 64))"
sent "out: the first fragment" out-discard=1 "f[0]"
sent "out: a later one shows no ports" '' "f[1]"
need ctl a policy add out priority 2000 local 10.20.0.0/16 proto udp discard
sent "out: it has its protocol" out-discard=2 "f"
