#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A protected packet of 100 bytes is cut at every length, and made longer.
#
#	forge.py in w --- left/wan --- a (our module)
#
# The length in the IP header is right, as from a sender who does that; where
# it is not, IP drops what is too short and cuts what is too long. What is too
# short for an SPI and a sequence number belongs to no SA.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 30

need topo2
T4=10.9.1.1
T6=10.9.4.1
peer E4 2001 esp tunnel 10.9.11.1 $T4/32 aes-gcm-16:20 -
peer E6 2002 esp transport 2001:db8:9::1 2001:db8:9::1/128 chacha20-poly1305:36 -
peer A4 2003 ah transport 10.9.3.1 10.9.3.1/32 - hmac-sha2-256-128:32
peer A6 2004 ah tunnel 2001:db8:9:4::1 $T6/32 - hmac-sha2-256-128:32
peer C4 2005 esp tunnel 10.9.15.1 10.9.5.1/32 aes-cbc:16 hmac-sha2-256-128:32
peers
need inject "pe4 = E4.tunnel(ping('$T4', '$G1', 18), 3)"
need inject "pe6 = E6.transport(18, 3)"
need inject "pa4 = A4.transport(44, 3)"
need inject "pa6 = A6.tunnel(ping('$T6', '$G1', 0), 3)"
# 20 + 8 + 16 + 48 + 16
need inject "pc4 = C4.tunnel(ping('10.9.5.1', '$G1', 18), 3)"
need inject "assert [len(p) for p in (pe4, pe6, pa4, pa6, pc4)] == [100] * 4 + [108]"
need state_mark a

dropped() { # spi reason n
	echo "$2=$3 $1:$2=$3"
}

lengths() { # first last [step]
	seq -s , "$1" "${3-1}" "$2"
}

resized() { # what list expected
	need inject "put('left', [resize(p$MAKE, n) for n in [$2]])"
	expect_moved "$MAKE: $1" a "$3"
}

# Where ciphertext and trailer could have this length the ICV is wrong; the rest
# does not get that far.
esp() { # spi offset fixed-length align total
	local least=$(($2 + $3 + $4)) n icv=0

	resized "no room for SPI and sequence number" \
		"$(lengths "$2" $(($2 + 7)))" malformed=8
	for ((n = least; n < $5; n += $4)); do
		icv=$((icv + 1))
	done
	resized "cut at every length behind that" \
		"$(lengths $(($2 + 8)) $(($5 - 1)))" \
		"$(dropped "$1" icv $icv)
		 $(dropped "$1" malformed $(($5 - $2 - 8 - icv)))"
	resized "longer by 1 to 32" "$(lengths $(($5 + 1)) $(($5 + 32)))" \
		"$(dropped "$1" icv $((32 / $4)))
		 $(dropped "$1" malformed $((32 - 32 / $4)))"
	resized "as long as fits" $((least + (1500 - least) / $4 * $4)) \
		"$(dropped "$1" icv 1)"
}

ah() { # spi offset header
	resized "no room for SPI and sequence number" \
		"$(lengths "$2" $(($2 + 11)))" malformed=12
	resized "no room for the ICV" \
		"$(lengths $(($2 + 12)) $(($2 + $3 - 1)))" \
		"$(dropped "$1" malformed $(($3 - 12)))"
	resized "cut at every length behind that" \
		"$(lengths $(($2 + $3)) 99)" \
		"$(dropped "$1" icv $((100 - $2 - $3)))"
	resized "longer by 1 to 32" "$(lengths 101 132)" "$(dropped "$1" icv 32)"
}

# Where the frame ends before the packet does, and behind it
frame() { # spi version bytes
	need inject "put('left', (p${MAKE}[:n] for n in range(1, len(p$MAKE))), version=$2)"
	expect_moved "$MAKE: the frame is cut: IP drops it" a ''
	need inject "put('left', p$MAKE + bytes(32))"
	expect_moved "$MAKE: a trailer of the link does no harm" a \
		"delivered=1 $1:packets=1 $1:bytes=$3 $1:seq=3"
}

MAKE=e4
esp 2001 20 32 4 100
frame 2001 4 46
MAKE=e6
esp 2002 40 32 4 100
frame 2002 6 66
MAKE=a4
ah 2003 20 28
frame 2003 4 72
MAKE=a6
ah 2004 40 32
frame 2004 6 28
MAKE=c4
esp 2005 20 40 16 108
frame 2005 4 46
