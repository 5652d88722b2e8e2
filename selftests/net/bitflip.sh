#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every single bit of a protected packet of 100 bytes, the IP header included,
# is inverted in turn: ESP and AH, IPv4 and IPv6, tunnel and transport mode.
#
#	forge.py in w --- left/wan --- a (our module)
#
# Every flip has one outcome that the RFCs demand: another SPI names another SA,
# what the ICV covers makes the ICV wrong, the mutable fields in front of AH and
# the whole header in front of ESP may change. The IPv4 header checksum is made
# right again, as an attacker would; one round per packet does without, and IP
# drops those. Fragments are refused by a at once (no memory for them), so that
# none waits for its rest and is answered half a minute later.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 65

need topo2
need set_sysctl a net/ipv4/ipfrag_low_thresh=0 net/ipv4/ipfrag_high_thresh=0 \
	net/ipv6/ip6frag_low_thresh=0 net/ipv6/ip6frag_high_thresh=0
# Each SA has a prefix of its own. In tunnel mode it is that of the inner source.
T4=10.9.1.1
T6=10.9.4.1
peer E4 2001 esp tunnel 10.9.11.1 $T4/32 aes-gcm-16:20 -
peer E6 2002 esp transport 2001:db8:9::1 2001:db8:9::1/128 chacha20-poly1305:36 -
peer A4 2003 ah transport 10.9.3.1 10.9.3.1/32 - hmac-sha2-256-128:32
peer A6 2004 ah tunnel 2001:db8:9:4::1 $T6/32 - hmac-sha2-256-128:32
peer M4 2005 ah transport 10.9.5.1 10.9.5.1/32 - aes-gmac:20
peers
need inject "e4 = lambda **field: E4.tunnel(ping('$T4', '$G1', 18), **field)"
need inject "e6 = lambda **field: E6.transport(18, **field)"
need inject "a4 = lambda **field: A4.transport(44, **field)"
need inject "a6 = lambda **field: A6.tunnel(ping('$T6', '$G1', 0), **field)"
need inject "m4 = lambda **field: M4.transport(36, **field)"
for make in e4 e6 a4 a6 m4; do
	# Number 3 has two bits set: no flip makes it 0, which is never valid
	need inject "p$make = $make(seq=3)"
	need inject "assert len(p$make) == 100"
done
need state_mark a

# What a moves when n packets pass: SPI, length of the restored packet
passed() { # spi length n
	echo "delivered=$3 $1:packets=$3 $1:bytes=$(($2 * $3)) $1:seq=$3"
}

dropped() { # spi reason n
	echo "$2=$3 $1:$2=$3"
}

# Bits of one packet, which is refused however often it comes
flips() { # first last expected what [fixed]
	need inject "put('left', flips(p$MAKE, $1, $2, ${5-True}), version=$VERSION)"
	expect_moved "$MAKE: $4" a "$3"
}

# Bits that may change: a new packet for each
passes() { # first last expected what
	need inject "put('left', flips($MAKE, $1, $2, True))"
	expect_moved "$MAKE: $4" a "$3"
}

the_true_one() { # spi length
	need inject "put('left', p$MAKE)"
	expect_moved "$MAKE: after all of these the true one passes" a \
		"delivered=1 $1:packets=1 $1:bytes=$2 $1:seq=3"
	need inject "${MAKE^^}.seq = 3"
	need inject "put('left', p$MAKE)"
	expect_moved "$MAKE: once" a "$(dropped "$1" replay 1)"
}

header4() { # spi ihl-expected protocol-expected what
	flips 0 20 '' "the header checksum is wrong: IP drops it" False
	flips 0 0.5 '' "version"
	flips 0.5 1 "$2" "header length: $4"
	flips 6.25 8 '' "more fragments and fragment offset: not given to IPsec"
	flips 9 10 "$3" "protocol"
	flips 16 20 '' "destination: not for this host"
	# 68 and 96 of 100 bytes are as long as a packet may be, 36 is too short
	flips 2 4 "$(dropped "$1" malformed 1) $(dropped "$1" icv 2)" \
		"total length"
}

header6() { # spi protocol-expected
	flips 0 0.5 '' "version"
	flips 4 6 "$(dropped "$1" malformed 1) $(dropped "$1" icv 3)" \
		"payload length"
	flips 6 7 "$2" "next header"
	flips 24 40 '' "destination: not for this host"
}

esp_body() { # spi offset
	flips "$2" $(($2 + 4)) no-sa=32 "SPI"
	flips $(($2 + 4)) $(($2 + 8)) "$(dropped "$1" icv 32)" "sequence number"
	flips $(($2 + 8)) 100 "$(dropped "$1" icv $((8 * (92 - $2))))" \
		"IV, ciphertext and ICV"
}

ah_body() { # spi offset
	flips "$2" $(($2 + 1)) "$(dropped "$1" icv 8)" "next header of AH"
	flips $(($2 + 1)) $(($2 + 2)) "$(dropped "$1" malformed 8)" \
		"length of AH"
	flips $(($2 + 2)) $(($2 + 4)) "$(dropped "$1" icv 16)" "reserved"
	flips $(($2 + 4)) $(($2 + 8)) no-sa=32 "SPI"
	flips $(($2 + 8)) 100 "$(dropped "$1" icv $((8 * (92 - $2))))" \
		"sequence number, ICV, its padding, payload"
}

MAKE=e4 VERSION=4
esp_body 2001 20
# 7 protocols that a does not know, and AH
header4 2001 no-sa=2 "answered=7 no-sa=1" "ESP is found elsewhere"
the_true_one 2001 46
passes 1 2 "$(passed 2001 46 8)" "DSCP and ECN may change"
passes 4 6 "$(passed 2001 46 16)" "identification may change"
passes 6 6.25 "$(passed 2001 46 2)" "reserved flag and DF may change"
passes 8 9 "$(passed 2001 46 8)" "TTL may change"
passes 12 16 "$(passed 2001 46 32)" "source may change in tunnel mode"

MAKE=e6 VERSION=6
esp_body 2002 40
header6 2002 "in-clear=7 no-sa=1"
the_true_one 2002 66
passes 0.5 4 "$(passed 2002 66 28)" "traffic class and flow label may change"
passes 7 8 "$(passed 2002 66 8)" "hop limit may change"
need inject "put('left', flips(e6, 8, 24))"
expect_moved "e6: the source is what the policy is for" a \
	"$(dropped 2002 sa-selector 128) 2002:packets=128
	 2002:bytes=$((128 * 66)) 2002:seq=128"

MAKE=a4 VERSION=4
ah_body 2003 20
header4 2003 answered=2 "in-clear=7 no-sa=1" "AH makes no sense as IP options"
flips 4 6 "$(dropped 2003 icv 16)" "identification"
flips 12 16 "$(dropped 2003 icv 32)" "source"
the_true_one 2003 72
passes 1 2 "$(passed 2003 72 8)" "DSCP and ECN may change"
passes 6 6.25 "$(passed 2003 72 2)" "reserved flag and DF may change"
passes 8 9 "$(passed 2003 72 8)" "TTL may change"

MAKE=a6 VERSION=6
ah_body 2004 40
# 59, "no next header", is discarded by IP without a word
header6 2004 "answered=6 no-sa=1"
flips 8 24 "$(dropped 2004 icv 128)" "source"
the_true_one 2004 28
passes 0.5 4 "$(passed 2004 28 28)" "traffic class and flow label may change"
passes 7 8 "$(passed 2004 28 8)" "hop limit may change"

# The IV is no part of what is authenticated, but without the right one the ICV
# is wrong
MAKE=m4 VERSION=4
flips 32 56 "$(dropped 2005 icv $((8 * 24)))" "AES-GMAC: IV and ICV"
the_true_one 2005 64
