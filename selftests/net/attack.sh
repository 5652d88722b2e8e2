#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets under a wrong key or a wrong name {SPI, destination, protocol}: counted,
# dropped, and not answered, so that nobody learns what exists here.
#
#	forge.py in w --- left/wan --- a (our module)
#
# An SPI that we do not know is left to the kernel's own IPsec where that is in
# use in the namespace, and only there.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 29

need topo2
OTHER=192.0.2.77
need ip_in a addr add $OTHER/24 dev wan
peer E4 2001 esp tunnel 10.8.1.1 10.9.1.1/32 aes-gcm-16:20 -
peer C4 2002 esp transport 10.9.2.1 10.9.2.1/32 aes-cbc:32 hmac-sha2-256-128:32
peer A4 2003 ah transport 10.9.3.1 10.9.3.1/32 - hmac-sha2-256-128:32
peer P6 2004 esp transport 2001:db8:9:4::1 2001:db8:9:4::1/128 chacha20-poly1305:36 -
peer A6 2005 ah tunnel 2001:db8:8:5::1 2001:db8:9:5::1/128 - hmac-sha1-96:20
peer N4 2006 esp transport 10.9.6.1 10.9.6.1/32 null hmac-sha2-512-256:64
# Not of the module: a key for the kernel's own IPsec, later
new_key "$TMP/X4.enc" 20
peers
need inject "e4 = lambda sa: sa.tunnel(ping('10.9.1.1', '$G1'))"
need inject "a6 = lambda sa: sa.tunnel(ping('2001:db8:9:5::1', '$G1_6'))"
need inject "first = lambda key: bytes([key[0] ^ 1]) + key[1:]"
need inject "last = lambda key: key[:-1] + bytes([key[-1] ^ 1])"
need inject "X4 = SA(7001, '10.9.7.1', '$G1', 'aes-gcm-16', key('$TMP/X4.enc'))"
need state_mark a
capture_start

sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" a "$2"
}

dropped() { # reason spi...
	echo "$1=$(($# - 1))"
	printf "%s:$1=1\n" "${@:2}"
}

# ---- keys

sent "a bit of the key is wrong" \
	"$(dropped icv 2001 2002 2003 2004 2005 2006)" \
	"e4(E4.but(enc_key=first(E4.enc_key))), \
	C4.but(auth_key=last(C4.auth_key)).transport(), \
	A4.but(auth_key=first(A4.auth_key)).transport(), \
	P6.but(enc_key=first(P6.enc_key)).transport(), \
	a6(A6.but(auth_key=last(A6.auth_key))), \
	N4.but(auth_key=first(N4.auth_key)).transport()"
sent "a bit of the salt is wrong" "$(dropped icv 2001 2004)" \
	"e4(E4.but(enc_key=last(E4.enc_key))), \
	P6.but(enc_key=last(P6.enc_key)).transport()"
sent "the key of another SA" "$(dropped icv 2002 2003)" \
	"C4.but(auth_key=A4.auth_key).transport(), \
	A4.but(auth_key=C4.auth_key).transport()"
sent "an ICV of zeros" "$(dropped icv 2001 2002 2003)" \
	"e4(E4)[:-16] + bytes(16), C4.transport()[:-16] + bytes(16), \
	A4.transport()[:32] + bytes(16) + A4.transport()[48:]"
sent "no ICV" "$(dropped icv 2001 2006)" \
	"resize(e4(E4), 68), resize(N4.transport(34), 72)"
sent "an ICV without a packet" "$(dropped malformed 2001 2006)" \
	"ip(E4.src, E4.dst, ESP, E4.transport()[20:36] + bytes(16)), \
	ip(N4.src, N4.dst, ESP, N4.transport()[20:28] + bytes(32))"
sent "the ICV of another packet" "$(dropped icv 2001 2006)" \
	"e4(E4)[:-16] + e4(E4)[-16:], N4.transport()[:-32] + N4.transport()[-32:]"

# ---- names

sent "SPIs that nobody has" no-sa=6 \
	"[sa.but(spi=n).transport() for sa in (C4, A4) for n in (1999, 2**31, 2**32 - 1)]"
sent "SPI 0" no-sa=4 "[sa.but(spi=0).transport() for sa in (C4, A4, P6)], \
	a6(A6.but(spi=0))"
sent "SPIs 1 to 255, which are reserved" no-sa=510 \
	"[sa.but(spi=n).transport() for sa in (C4, A4) for n in range(1, 256)]"
sent "the SPI in the byte order of this machine" no-sa=2 \
	"[sa.but(spi=0xd2070000 + 0x01000000 * (sa.spi - 2002)).transport() for sa in (C4, A4)]"
sent "another destination of this host" no-sa=3 \
	"[sa.but(dst='$OTHER').transport() for sa in (C4, A4, N4)]"
sent "AH with the SPI of ESP, with its key" no-sa=1 \
	"A4.but(spi=2006, auth_key=N4.auth_key, auth=N4.auth).transport()"
sent "ESP with the SPI of AH, with its key" no-sa=1 \
	"N4.but(spi=2003, auth_key=A4.auth_key, auth=A4.auth).transport()"
sent "IPv6 with the SPI of IPv4" no-sa=1 \
	"P6.but(spi=2002).transport()"
sent "to a neighbour and to a group without us" '' \
	"C4.but(dst='192.0.2.254').transport(), C4.but(dst='224.0.0.251').transport()"
sent "to all hosts: arrives, names no SA" no-sa=2 \
	"C4.but(dst='224.0.0.1').transport(), C4.but(dst='192.0.2.255').transport()"

# ---- nothing of this has changed anything

sent "after all of these the true ones pass" \
	"delivered=6 $(printf '%s:packets=1 %s:seq=1 ' 2001 2001 2002 2002 2003 2003 \
		2004 2004 2005 2005 2006 2006)
	$(printf '%s:bytes=28 ' 2001 2002 2003 2006) 2004:bytes=48 2005:bytes=48" \
	"[e4(E4.but(seq=0)), a6(A6.but(seq=0))], \
	[sa.but(seq=0).transport() for sa in (C4, A4, P6, N4)]"

capture_stop
expect_wire "a has not answered one of them" \
	"src net 192.0.2.0/24 and ip or (ip6 and src net 2001:db8:a::/64 and icmp6 and ip6[40] < 128)" 0

# ---- with the kernel's own IPsec in the same namespace

# shellcheck disable=SC2016 # for awk
xfrm_stat() { # name
	on a awk -v name="$1" '$1 == name { print $2 }' /proc/net/xfrm_stat
}
unknown() {
	xfrm_stat XfrmInNoStates
}

xfrm="src 10.9.7.1 dst $G1 proto esp spi 7001"
# shellcheck disable=SC2086 # words
need ip_in a xfrm state add $xfrm mode transport \
	aead 'rfc4106(gcm(aes))' "0x$(cat "$TMP/X4.enc")" 128
before=$(unknown)
capture_start
sent "xfrm is in use: unknown SPIs are its business" not-ours=3 \
	"C4.but(spi=1999).transport(), C4.but(spi=0).transport(), \
	C4.but(spi=7002).transport()"
try "and xfrm counts them" [ "$(unknown)" = $((before + 3)) ]
sent "a packet of its SA passes" "not-ours=1 delivered=1" "X4.transport()"
sent "ours as well" "delivered=1 2002:packets=1 2002:bytes=28 2002:seq=1" \
	"C4.but(seq=1).transport()"
sent "a forged one of ours is not given to xfrm" "$(dropped icv 2002)" \
	"C4.but(seq=2, auth_key=bytes(32)).transport()"
capture_stop
expect_wire "nobody has answered" "src net 192.0.2.0/24 and ip" 0

# shellcheck disable=SC2086
need ip_in a xfrm state delete $xfrm
before=$(unknown)
sent "xfrm is in use no more" no-sa=1 "C4.but(spi=1999).transport()"
try "and is not asked" [ "$(unknown)" = "$before" ]

# ---- without SAs and policies of ours the module is not there

need ctl a policy flush
need ctl a sa flush
need state_mark a
before=$(unknown)
sent "nothing of ours is configured: nothing is counted" '' \
	"C4.but(spi=1999).transport()"
try "xfrm is asked as if we were not there" \
	[ "$(unknown)" = $((before + 1)) ]
