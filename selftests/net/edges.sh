#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets at the edges of what the stack produces: routed from a bridge port,
# with many extension headers, with lengths that contradict each other, as long
# as IP allows, sent elsewhere by DNAT, in pieces some of which are in clear.
# And what is counted for a policy, and that multicast listener discovery goes
# on.
#
#	             x eth --- port (in br0)
#	                          |
#	forge.py in w --- left/wan --- a        b wan --- right --- w
#
# Sources in 10.9.0.0/16 and 2001:db8:9::/48 must come in protected.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 77

N=3
X=10.5.0.2 A_X=10.5.0.1 W=192.0.2.254
need topo2
new_namespaces x
# shellcheck disable=SC2086 # words
need set_sysctl x $SETTINGS
# shellcheck disable=SC2086 # words
need set_sysctl a $ROUTER
need modprobe br_netfilter
need ip -batch - <<I
link add port netns a$SUFFIX type veth peer name eth netns x$SUFFIX
I
need ip_batch a <<I
link add name br0 type bridge
link set port master br0 up
I
configure a br0 $A_X/24 2001:db8:5::1/64
configure x eth $X/24 2001:db8:5::2/64 $A_X 2001:db8:5::1
need set_sysctl a net/bridge/bridge-nf-call-iptables=1 \
	net/bridge/bridge-nf-call-ip6tables=1
need ip_batch x <<I
addr add 10.9.5.1/32 dev lo
addr add 10.10.5.1/32 dev lo
I
need ip_in w route add blackhole default
need ip_in w -6 route add blackhole default

peer E4 2001 esp tunnel 10.8.1.1 10.9.0.0/16 aes-gcm-16:20 -
peer E6 2002 esp tunnel 2001:db8:8:1::1 2001:db8:9::/64 aes-gcm-16:20 -
cat >>"$TMP/peers" <<C
policy add in priority 1 remote 2001:db8:9:7::/64 proto udp local-port 7000 protect esp transport reqid 9
sa add out esp spi 3001 src $G1 dst $G2 mode tunnel reqid 1 enc aes-gcm-16 enc-key-file E4.enc
policy add out local 10.5.0.0/24 remote 10.77.0.0/16 protect esp tunnel src $G1 dst $G2 reqid 1
sa add out esp spi 3002 src $G1_6 dst $G2_6 mode transport reqid 2 enc aes-gcm-16 enc-key-file E4.enc
policy add out priority 1 local $G1_6 remote $G2_6 proto udp remote-port 7000 protect esp transport reqid 2
sa add out esp spi 3003 src $G1 dst $G2 mode transport reqid 3 enc aes-gcm-16 enc-key-file E4.enc
policy add out local $G1 remote $G2 protect esp transport reqid 3
sa add out esp spi 3004 src $G1 dst $X mode transport reqid 4 enc aes-gcm-16 enc-key-file E4.enc
policy add out local $G1 remote $X protect esp transport reqid 4
policy add out local $G1 remote 10.77.0.0/16 protect esp tunnel src $G1 dst $G2 reqid 1
C
peers
agent_start a x b
need state_mark a

sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" a "$2"
}

# ---- routed from a bridge port, under br_netfilter

capture_start
need agent x "s = udp('10.77.0.1')"
need agent x "for _ in range($N): s.send(bytes(72))"
expect_moved "from a bridge port into a tunnel" a \
	"3001:packets=$N 3001:bytes=$((100 * N)) 3001:seq=$N"
need agent x "udp('$W', 5000, '10.9.5.1').send(b'forged')"
expect_moved "from a bridge port, in clear, forwarded" a "in-clear=1"
need agent x "udp('$A_X', 5000, '10.9.5.1').send(b'forged')"
expect_moved "from a bridge port, in clear, for this host" a "in-clear=1"
need agent x "udp('$W', 5000, '10.10.5.1').send(b'allowed')"
need agent x "udp('$A_X', 5000, '$X').send(b'allowed')"
expect_moved "from a bridge port, what may be in clear" a "answered=1"
capture_stop
expect_wire "as ESP alone on the wire" "esp and src $G1 and dst $G2" $N
expect_wire "and nothing of it in clear" "host 10.77.0.1 or host $X" 0
expect_wire "nothing forged on the wire" "host 10.9.5.1" 0
expect_wire "what may be in clear is on the wire" "host 10.10.5.1" 1

# ---- IPv6 extension headers, more than anybody sends

need inject "behind = lambda count, src, dst, port: ip(src, dst, 60, b''.join(bytes([60 if i else UDP, 0, 1, 4, 0, 0, 0, 0]) for i in reversed(range(count))) + udp(src, dst, 9, port, b'behind'))"
for count in 1 17 40; do
	sent "$count destination options headers in front of UDP, in clear" \
		"in-clear=1" \
		"behind($count, '2001:db8:9:7::1', '$G1_6', 7000)"
	sent "$count of them, to a port that needs no protection" "answered=1" \
		"behind($count, '2001:db8:9:7::1', '$G1_6', 7001)"
done
# The same packets, sent from here by a program that writes its own headers
need inject "open('$TMP/behind', 'w').write(repr([behind(n, '$G1_6', '$G2_6', 7000) for n in (1, 17, 40)] + [behind(40, '$G1_6', '$G2_6', 7001)]))"
capture_start
need agent a "raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)"
need agent a "for packet in eval(open('$TMP/behind').read()): raw.sendto(packet, ('$G2_6', 0))"
expect_moved "destination options headers in front of UDP, sent" a \
	"3002:packets=3 3002:seq=3 3002:bytes=$((3 * 54 + 8 * (1 + 17 + 40)))"
capture_stop
expect_wire "they leave as ESP" "ip6 src $G1_6 and ip6 proto 50" 3
expect_wire "in clear leaves the one to another port" \
	"ip6 src $G1_6 and ip6 dst $G2_6 and ip6 proto 60" 1

# ---- an IPv4 header that is longer than the packet

need agent a "tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)"
need agent a "short = lambda ihl, size: bytes([0x40 | ihl, 0, 0, size, 0, 1, 0, 0, 64, 17, 0, 0]) + socket.inet_aton('$G1') + socket.inet_aton('$G2') + bytes(size - 20)"
need agent a "for ihl in (0, 4, 6, 15): tap.sendto(short(ihl, 20), ('ipsec0', 0x800))"
expect_moved "IPv4 header lengths that contradict the packet" a \
	"inner-header=4 3003:inner-header=4"
need agent a "tap.sendto(short(15, 59), ('ipsec0', 0x800))"
expect_moved "an IPv4 header that lacks one byte" a \
	"inner-header=1 3003:inner-header=1"
need agent a "tap.sendto(short(5, 20), ('ipsec0', 0x800))"
expect_moved "an IPv4 header and nothing else" a \
	"3003:packets=1 3003:bytes=20 3003:seq=1"

# ---- as long as IP allows

cat >"$TMP/attempt.py" <<'P'
def attempt(sock, data):
    try:
        sock.send(data)
    except OSError:
        pass
P
for ns in a b; do
	need agent $ns "exec(open('$TMP/attempt.py').read(), globals())"
done
for mode in "transport 3003 $G2" "tunnel 3001 10.77.0.2"; do
	read -r mode spi dst <<<"$mode"
	need agent a "s = udp('$dst', local='$G1', pmtu=PMTUDISC_DONT)"
	need agent a "attempt(s, bytes(65507))"
	expect_moved "$mode: a datagram of 65507 bytes and ESP have no room" a \
		"too-big=1 $spi:too-big=1"
	need agent a "attempt(s, bytes(72))"
	expect_moved "$mode: it has spent no sequence number" a \
		"$spi:packets=1 $spi:bytes=100 $spi:seq=1"
done

# ---- pieces in clear among those from a tunnel

need agent a "socks = {4: udp(local='$G1', lport=6001), 6: udp(local='$G1_6', lport=6001)}"
# Words change places, so that every mixture has a right checksum
need inject "true, false = b'x' * 28 + b'y' * 28 + b'A' * 32 + b'B' * 32, b'y' * 28 + b'x' * 28 + b'B' * 32 + b'A' * 32"
TRUE="'x' * 28 + 'y' * 28 + 'A' * 32 + 'B' * 32"
cat >"$TMP/pieces.py" <<P
def renamed(packet, ident):
    data = bytearray(packet)
    if data[0] >> 4 == 4:
        data[4:6] = struct.pack('!H', ident)
    else:
        data[44:48] = struct.pack('!I', ident)
    return fix(data)

def pieces(src, dst, data, ident):
    whole = ip(src, dst, UDP, udp(src, dst, 9, 6001, data))
    return [renamed(piece, ident) for piece in fragments(whole, 64)]

def mix(sa, src, dst, ident):
    global TRUE1, TRUE2, FALSE1, FALSE2
    TRUE1, TRUE2 = map(sa.tunnel, pieces(src, dst, true, ident))
    FALSE1, FALSE2 = pieces(src, dst, false, ident)
P
need inject "exec(open('$TMP/pieces.py').read(), globals())"

IDENT=100
mixed() { # what 4|6 in-clear first second third fourth
	local what=$1 sa=E$2 spi=2001 len=84 src=10.9.1.1 dst=$G1

	[ "$2" = 4 ] || spi=2002 len=112 src=2001:db8:9::1 dst=$G1_6
	IDENT=$((IDENT + 1))
	need inject "mix($sa, '$src', '$dst', $IDENT)"
	need inject "put('left', $4, $5)"
	try "$what: two that do not belong together" agent a \
		"expect(answer(socks[$2], 0.3), 'nothing')"
	need inject "put('left', $6, $7)"
	try "$what: the true one is made of its own pieces" agent a \
		"expect(answer(socks[$2]), $TRUE)"
	try "$what: the false one is not delivered" agent a \
		"expect(answer(socks[$2], 0.1), 'nothing')"
	expect_moved "$what: counted" a "in-clear=$3 $spi:packets=2
		$spi:bytes=$((2 * len)) $spi:seq=2"
}

mixed "IPv4, beginning true, end false" 4 1 TRUE1 FALSE2 FALSE1 TRUE2
mixed "IPv4, end false, beginning true" 4 1 FALSE2 TRUE1 TRUE2 FALSE1
mixed "IPv4, beginning false, end true" 4 1 FALSE1 TRUE2 FALSE2 TRUE1
mixed "IPv6" 6 2 TRUE1 FALSE2 FALSE1 TRUE2
# conntrack makes packets whole at another place
need nft_load a <<R
table inet track {
	chain c { type filter hook prerouting priority 0
		ct state invalid counter
	}
}
R
mixed "conntrack, IPv4, beginning true, end false" 4 1 TRUE1 FALSE2 FALSE1 TRUE2
mixed "conntrack, IPv4, beginning false, end true" 4 1 FALSE1 TRUE2 FALSE2 TRUE1
mixed "conntrack, IPv6, beginning true, end false" 6 1 TRUE1 FALSE2 FALSE1 TRUE2
mixed "conntrack, IPv6, beginning false, end true" 6 1 FALSE1 TRUE2 FALSE2 TRUE1

# ---- DNAT of local packets to another device

need nft_load a <<R
table ip n {
	chain o { type nat hook output priority -100
		ip daddr 192.0.2.77 dnat to $X
	}
}
R
capture_start x eth
need agent a "s = udp('192.0.2.77', local='$G1')"
need agent a "for _ in range($N): s.send(bytes(72))"
expect_moved "DNAT to another device: protected" a \
	"3004:packets=$N 3004:bytes=$((100 * N)) 3004:seq=$N"
capture_stop
expect_wire "DNAT to another device: sent there as ESP" \
	"esp and src $G1 and dst $X" $N
expect_wire "DNAT to another device: nothing in clear" "udp" 0
need on a nft flush ruleset

# ---- what policies count

need ctl a policy flush
need ctl a load - <<C
policy add both remote 10.81.0.0/16 bypass
policy add out remote 10.82.0.0/16 protect esp tunnel src $G1 dst $G2 reqid 1
policy add both remote 10.83.0.0/16 discard
policy add in remote 10.9.0.0/16 protect esp tunnel src 10.8.1.1 dst $G1 reqid 2001
C
counted() {
	ctl a policy show -j | jq -r '.policies[] |
		"\(.dir) \(.selector.remote // .remote) \(.packets)"' |
		sort | paste -sd ' '
}
expect_counted() { # what in-10.81 in-10.83 in-10.9 out-10.81 out-10.82 out-10.83
	local want got

	want="in 10.81.0.0/16 $2 in 10.83.0.0/16 $3 in 10.9.0.0/16 $4"
	want+=" out 10.81.0.0/16 $5 out 10.82.0.0/16 $6 out 10.83.0.0/16 $7"
	got=$(counted)
	if [ "$got" = "$want" ]; then
		pass "$1"
	else
		fail "$1" "$got, not $want"
	fi
}
for ns in a x; do
	need agent $ns "socks = [udp(f'10.8{n}.0.1') for n in (1, 2, 3)]"
done
need agent a "for s in socks: [attempt(s, bytes(72)) for _ in range($N)]"
expect_moved "local packets" a "out-discard=$N
	3001:packets=$N 3001:bytes=$((100 * N)) 3001:seq=$N"
expect_counted "each is counted once" 0 0 0 $N $N $N
need agent a "attempt(socks[0], bytes(4000))"
expect_moved "a local packet in three fragments" a ""
expect_counted "it is counted once" 0 0 0 $((N + 1)) $N $N
need agent x "for s in socks: [s.send(bytes(72)) for _ in range($N)]"
expect_moved "forwarded packets" a "out-discard=$N
	3001:packets=$N 3001:bytes=$((100 * N)) 3001:seq=$N"
expect_counted "each is counted once" 0 0 0 $((2 * N + 1)) $((2 * N)) $((2 * N))
sent "packets that come in" "delivered=2 in-discard=2 in-clear=2
	2001:packets=2 2001:bytes=56 2001:seq=2" \
	"[p for dst in ('$G1', '$X') for p in (ping('10.81.0.1', dst), ping('10.83.0.1', dst), ping('10.9.0.1', dst), E4.tunnel(ping('10.9.0.1', dst)))]"
expect_counted "each is counted once" 2 2 4 $((2 * N + 1)) $((2 * N)) $((2 * N))

# ---- multicast listener discovery

need inject "mld = lambda src, ttl, kind=143: [ip(src, 'ff02::1', ICMP6, echo(src, 'ff02::1', b'', kind=kind), ttl=ttl), ip(src, 'ff02::1', 0, bytes([ICMP6, 0, 5, 2, 0, 0, 1, 0]) + echo(src, 'ff02::1', b'', kind=kind), ttl=ttl)]"
cat >"$TMP/mld.py" <<'P'
def reports():
    with open('/proc/net/snmp6') as file:
        return sum(int(line.split()[1]) for line in file
                   if line.startswith('Icmp6InType143'))

def group(option, address):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IPV6, option,
                    socket.inet_pton(socket.AF_INET6, address) +
                    struct.pack('=I', socket.if_nametoindex('wan')))
    return sock
P
need agent b "exec(open('$TMP/mld.py').read(), globals())"
need inject "open('$TMP/mld', 'w').write(repr(mld('$G2_6', 1)))"
reported() {
	[ "$(wire_count 'ip6[6] = 0 and ip6[48] = 143 and ip6 src net fe80::/10')" -gt 0 ]
}
mld() { # what reason group
	need state_mark b
	capture_start w right
	need agent b "before = reports()"
	need agent b "joined = group(20, '$3')"
	try "$1: reports leave" wait_for 10 reported
	need inject "put('right', mld('fe80::77', 1), mld('::', 1))"
	try "$1: reports come in" agent b "expect(reports(), before + 4)"
	need inject "put('right', mld('2001:db8:b::77', 1), mld('fe80::77', 2), mld('fe80::77', 64), mld('fe80::77', 1, 128))"
	try "$1: from elsewhere they do not" agent b \
		"expect(reports(), before + 4)"
	need agent b "raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)"
	need agent b "raw.connect(('ff02::1', 0, 0, socket.if_nametoindex('wan')))"
	need agent b "for packet in eval(open('$TMP/mld').read()): attempt(raw, packet)"
	expect_moved "$1: the others are dropped" b "in-$2=8 out-$2=2"
	capture_stop
	expect_wire "$1: from a global address nothing leaves" \
		"ip6 src $G2_6 and not icmp6[0] = 135 and not icmp6[0] = 136" 0
}
need ctl b policy add both local ::/0 remote ::/0 discard
mld "a policy for ::/0" discard ff05::77
need ctl b policy flush
need ctl b default both discard
mld "DISCARD as the default" default ff05::78
