#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Authentic packets with something wrong inside, which only a peer with the key
# can send: padding, next header, inner IP header. And what looks odd and is
# right: dummies, traffic flow confidentiality padding, nesting, fragments.
#
#	forge.py in w --- left/wan --- a (our module)
#
# Each of them was verified, so each moves the anti-replay window.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 43

need topo2
# 10.8.0.0/15 holds outer and inner addresses: a tunnel fits into itself
peer E4 2001 esp tunnel 10.8.1.1 10.8.0.0/15 aes-gcm-16:20 -
peer C4 2002 esp transport 10.7.2.1 10.7.2.1/32 aes-cbc:32 hmac-sha2-256-128:32
peer A4 2003 ah transport 10.7.3.1 10.7.3.1/32 - hmac-sha2-256-128:32
peer P6 2004 esp transport 2001:db8:7:4::1 2001:db8:7:4::1/128 chacha20-poly1305:36 -
peer E6 2005 esp tunnel 2001:db8:8:5::1 2001:db8:9:5::1/128 aes-gcm-16:36 -
peer N4 2006 esp transport 10.7.6.1 10.7.6.1/32 null hmac-sha1-96:20
peer A6 2007 ah tunnel 2001:db8:8:7::1 2001:db8:9:7::1/128 - hmac-sha1-96:20
peers
need inject "in4 = ping('10.9.1.1', '$G1')"
need inject "in6 = ping('2001:db8:9:5::1', '$G1_6')"
need inject "in7 = ping('2001:db8:9:7::1', '$G1_6')"
need inject "reply = echo(N4.src, N4.dst)"
need inject "def edit(packet, offset, *values): return packet[:offset] + bytes(values) + packet[offset + len(values):]"
need state_mark a

sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" a "$2"
}

# Verified, then refused
wrong() { # reason spi n
	echo "$1=$3 $2:$1=$3 $2:seq=$3"
}

right() { # spi bytes n
	echo "$1:packets=$3 $1:bytes=$(($2 * $3)) $1:seq=$3"
}

# ---- padding (RFC 4303 2.4)

sent "every wrong byte of padding" "$(wrong padding 2001 12)" \
	"[E4.tunnel(in4, pad=bytes(range(1, i)) + bytes([wrong]) + bytes(range(i + 1, 7))) \
	for i in range(1, 7) for wrong in (0, i ^ 128)]"
sent "padding of zeros" "$(wrong padding 2006 1)" \
	"N4.send(reply, ICMP, pad=bytes(2))"
sent "padding that begins at 0" "$(wrong padding 2006 1)" \
	"N4.send(reply, ICMP, pad=bytes(range(6)))"
sent "longer than the packet" "$(wrong padding 2006 5)" \
	"[N4.esp(b'', 0, text=bytes(range(1, 11)) + bytes([n, ICMP])) for n in (11, 12, 13, 128, 255)]"
sent "longer than a block that is nothing else" "$(wrong padding 2002 4)" \
	"[C4.esp(b'', 0, text=bytes(range(1, 15)) + bytes([n, ICMP])) for n in (15, 16, 32, 255)]"
sent "the longest there is passes" "2006:packets=1 2006:bytes=28 2006:seq=1 delivered=1" \
	"N4.send(reply[:8], ICMP, pad=bytes(range(1, 255)))"
sent "more than needed passes" "$(right 2002 28 3) delivered=3" \
	"[C4.send(echo(C4.src, C4.dst), ICMP, pad=bytes(range(1, n + 1))) for n in (22, 102, 246)]"
sent "nothing but padding is a packet without a body" \
	"2006:packets=1 2006:bytes=20 2006:seq=1" \
	"N4.esp(b'', 0, text=b'\1\2\2\1')"

# Else a forger could ask us about padding, and so about what is encrypted
need inject "forged = lambda packet: next(flips(packet, len(packet) - 1, len(packet)))"
sent "wrong padding under a wrong ICV: nobody has looked at the padding" \
	"icv=3 2001:icv=1 2002:icv=1 2006:icv=1" \
	"[forged(p) for p in (E4.but().tunnel(in4, pad=bytes(6)), \
	C4.but().esp(b'', 0, text=bytes(14) + b'\xff\1'), N4.but().send(reply, ICMP, pad=bytes(2)))]"
sent "the same with right padding" "icv=3 2001:icv=1 2002:icv=1 2006:icv=1" \
	"[forged(p) for p in (E4.but().tunnel(in4), C4.but().transport(), N4.but().send(reply, ICMP))]"

# ---- dummies (RFC 4303 2.6)

dummies() { # spi n
	wrong dummy "$1" "$2"
}
sent "dummies: empty, short, long, of random bytes" \
	"$(dummies 2001 4) $(dummies 2002 4) $(dummies 2004 4)" \
	"[sa.esp(os.urandom(n), NONE) for sa in (E4, C4, P6) for n in (0, 1, 20, 1300)]"
sent "AH of nothing" "$(dummies 2003 1)" "A4.ah(b'', NONE)"
need inject "once = E4.esp(b'', NONE)"
sent "a dummy" "$(dummies 2001 1)" "once"
sent "is not accepted twice" "replay=1 2001:replay=1" "once"
sent "a dummy with wrong padding" "$(wrong padding 2006 1)" \
	"N4.esp(b'', NONE, pad=b'\1\3')"

# ---- the inner header

sent "inner: next header names no IP" "$(wrong inner-header 2001 5)" \
	"[E4.esp(in4, n) for n in (0, ICMP, UDP, 58, 255)]"
sent "inner: IPv4 called IPv6 and the other way round" \
	"$(wrong inner-header 2001 2) $(wrong inner-header 2005 2)" \
	"[sa.esp(*inner) for sa in (E4, E6) for inner in ((in4, 41), (in6, 4))]"
sent "inner: version 0, 5, 15" "$(wrong inner-header 2001 3)" \
	"[E4.esp(edit(in4, 0, n << 4 | 5), 4) for n in (0, 5, 15)]"
sent "inner: cut at every length of IPv4" "$(wrong inner-header 2001 28)" \
	"[E4.esp(in4[:n], 4) for n in range(28)]"
sent "inner: cut at every length of IPv6" "$(wrong inner-header 2005 48)" \
	"[E6.esp(in6[:n], 41) for n in range(48)]"
sent "inner: cut at every length under AH" "$(wrong inner-header 2007 48)" \
	"[A6.ah(in7[:n], 41) for n in range(48)]"
sent "inner: header shorter than 5 words" "$(wrong inner-header 2001 5)" \
	"[E4.esp(edit(in4, 0, 0x40 | n), 4) for n in range(5)]"
sent "inner: header longer than the packet" "$(wrong inner-header 2001 8)" \
	"[E4.esp(edit(in4, 0, 0x40 | n), 4) for n in range(8, 16)]"
sent "inner: total length shorter than the header, longer than what is there" \
	"$(wrong inner-header 2001 5)" \
	"[E4.esp(edit(in4, 2, n >> 8, n & 255), 4) for n in (0, 19, 29, 256, 65535)]"
sent "inner: payload length longer than what is there" \
	"$(wrong inner-header 2005 3)" \
	"[E6.esp(edit(in6, 4, n >> 8, n & 255), 41) for n in (9, 256, 65535)]"
sent "inner: the rest is the business of IP" \
	"2001:packets=3 2001:bytes=$((28 + 28 + 20)) 2001:seq=3" \
	"E4.tunnel(edit(in4, 10, 0, 0)), E4.tunnel(fix(edit(in4, 0, 0x47))), \
	E4.tunnel(fix(edit(in4, 2, 0, 20)))"

# ---- traffic flow confidentiality (RFC 4303 2.7)

sent "bytes behind the inner packet are none of it" \
	"$(right 2001 28 7) $(right 2005 48 7) $(right 2007 48 7) delivered=21" \
	"[sa.tunnel(inner + os.urandom(n)) for sa, inner in ((E4, in4), (E6, in6), (A6, in7)) \
	for n in (1, 2, 3, 4, 64, 255, 1200)]"

# ---- congestion (RFC 6040 4.2)

sent "congestion that the inner packet cannot tell of" "$(wrong ecn 2001 1)" \
	"E4.tunnel(in4, tos=3)"
sent "congestion that it can" "$(right 2001 28 1) delivered=1" \
	"E4.tunnel(ping('10.9.1.1', '$G1', tos=2), tos=3)"

# ---- AH

sent "AH: its length is not that of the algorithm" \
	"malformed=6 2003:malformed=6" \
	"[A4.but().ah(reply, ICMP, words=n) for n in (0, 1, 4, 7, 9, 255)]"
sent "AH: padded to 8 bytes over IPv4, as some do" \
	"$(right 2003 28 1) delivered=1" \
	"A4.ah(echo(A4.src, A4.dst), ICMP, align=8)"

# ---- nesting, 4 deep at most: each level adds 56 bytes, then 24

sent "4 tunnels in each other" "delivered=1 2001:packets=4 2001:seq=4
	2001:bytes=$((28 * 4 * 4))" \
	"functools.reduce(lambda inner, _: E4.tunnel(inner), range(4), in4)"
sent "5, and 6, are too many" "nest-depth=2 2001:nest-depth=2 2001:packets=8
	2001:seq=11 2001:bytes=$((4 * 28 * 2 + 56 * (1 + 2 + 3 + 4 + 2 + 3 + 4 + 5)))" \
	"[functools.reduce(lambda inner, _: E4.tunnel(inner), range(n), in4) for n in (5, 6)]"
sent "4 transport modes in each other" "delivered=1 2006:packets=4
	2006:seq=4 2006:bytes=$((28 * 4 + 24 * 6))" \
	"functools.reduce(lambda p, _: N4.send(p[20:], p[9]), range(4), ip(N4.src, N4.dst, ICMP, reply))"
sent "5, and 30, are too many" "nest-depth=2 2006:nest-depth=2 2006:packets=8
	2006:seq=35 2006:bytes=$((28 * 8 + 24 * (1 + 2 + 3 + 4 + 26 + 27 + 28 + 29)))" \
	"[functools.reduce(lambda p, _: N4.send(p[20:], p[9]), range(n), ip(N4.src, N4.dst, ICMP, reply)) for n in (5, 30)]"
sent "the innermost of 4 is forged" "icv=1 2006:icv=1 2006:packets=3
	2006:seq=3 2006:bytes=$((28 * 3 + 24 * 6))" \
	"functools.reduce(lambda p, _: N4.send(p[20:], p[9]), range(3), N4.but(auth_key=bytes(20), seq=N4.seq + 50).transport())"

# ---- fragments (RFC 4303 3.4.1)

sent "fragments of IPv4 are reassembled" \
	"$(right 2001 228 1) $(right 2003 228 1) delivered=2" \
	"[list(fragments(p, 64, 128))[i] for p in (E4.tunnel(ping('10.9.1.1', '$G1', 200)), A4.transport(200)) for i in (2, 0, 1)]"
sent "fragments of IPv6 are reassembled" \
	"$(right 2004 248 1) $(right 2007 248 1) delivered=2" \
	"[list(fragments(p, 64, 128))[i] for p in (P6.transport(200), A6.tunnel(ping('2001:db8:9:7::1', '$G1_6', 200))) for i in (1, 2, 0)]"
sent "a fragment of another packet makes the ICV wrong" \
	"icv=2 2001:icv=1 2004:icv=1" \
	"[list(fragments(p, 64))[i] for sa, inner in ((E4, in4 + bytes(200)), (P6, in6[40:] + bytes(200))) \
	for i in (0, 1) for p in [sa.but().send(inner, 4 if sa is E4 else ICMP6)]]"
sent "fragments that overlap, and ends without a beginning" '' \
	"list(fragments(C4.but().transport(200), 64))[1:], \
	list(fragments(P6.but().transport(200), 64))[1:], \
	list(fragments(A4.but().transport(200, ident=1), 64))[0], \
	list(fragments(A4.but().transport(200, ident=1), 56))[1]"
sent "fragments inside of a tunnel are the business of the receiver" \
	"delivered=1 2001:packets=2 2001:bytes=248 2001:seq=2" \
	"[E4.tunnel(p) for p in fragments(ping('10.9.1.1', '$G1', 200), 64)]"
sent "a fragment header in front of a whole packet" \
	"$(right 2004 56 1) delivered=1" "fragments(P6.transport())"

sent "after all of these the next ones pass" \
	"$(right 2001 28 1) $(right 2002 28 1) $(right 2003 28 1) $(right 2004 48 1)
	$(right 2005 48 1) $(right 2006 28 1) $(right 2007 48 1) delivered=7" \
	"E4.tunnel(in4), C4.transport(), A4.transport(), P6.transport(), E6.tunnel(in6), N4.transport(), A6.tunnel(in7)"
