#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Extended sequence numbers (RFC 4303 2.2.1, 3.4.3, appendix A): the upper half
# is inferred, authenticated, and moves with what was verified, for every kind of
# algorithm; the window is exact over 2^32 and up to 2^64; copies that arrive on
# several processors at once are accepted once; numbers out of step are found
# again.
#
#	forge.py in w --- left/wan --- a (our module)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=esn.bash
. "$LIB/esn.bash"

plan $((ESN_RESULTS + 3 * 11 + 8 + 4 + 9))

need topo2
esn_peers

# ---- windows: W32 is next to 2^32, E64 and E8192 next to 2^64

gcm() { # name spi address [word of sa add...]
	peer "$1" "$2" esp transport "$3" "$3/32" aes-gcm-16:20 - esn "${@:4}"
}
gcm W32 4032 10.7.1.1 replay-window 32 seq $((0xffff0000))
gcm W64 4064 10.7.2.1 replay-window 64 seq $((0xffff0000))
gcm W8192 4192 10.7.3.1 replay-window 8192 seq $((0xffff0000))
gcm E64 4164 10.7.4.1 replay-window 64 seq 0xffffffffffffff00
gcm Z64 4264 10.7.5.1 replay-window 64
gcm R1 4301 10.7.6.1 resync 20
gcm R2 4302 10.7.7.1 resync 20
gcm R3 4303 10.7.8.1 resync 0
gcm C1 4401 10.7.9.1 seq $((0xffffff00))
peer C2 4402 ah transport 10.7.10.1 10.7.10.1/32 - hmac-sha2-256-128:32 esn \
	seq $((0xffffff00))
peer C3 4403 esp transport 10.7.11.1 10.7.11.1/32 aes-cbc:16 \
	hmac-sha2-256-128:32 esn seq $((0xffffff00))
peer C4 4404 esp transport 10.7.12.1 10.7.12.1/32 chacha20-poly1305:36 - esn \
	seq $((0xffffff00))
peers
esn_ready

esn_every_kind

SENDER='' SPI=0
send() { # what expected python-expression-of-a-number...
	local numbers

	numbers=$(printf '%s, ' "${@:3}")
	need inject "put('left', [$SENDER.transport(0, n) for n in [$numbers]])"
	expect_moved "$SENDER: $1" a "$2"
}

accepted() { # number-of-packets increase-of-highest-number
	echo "delivered=$1 $SPI:packets=$1 $SPI:bytes=$((28 * $1))"
	[ "$2" = 0 ] || echo "$SPI:seq=$2"
}

refused() { # reason [number-of-packets]
	echo "$1=${2-1} $SPI:$1=${2-1}"
}

# T is 2^32 - 1 + d: with d below W the window lies on both sides of 2^32 (case B
# of A2.1), with d = W - 1 it has just left the lower side (case A).
over_2_32() { # W
	local w=$1 t='2**32 - 1'

	send "up to the last number of the half" \
		"$(accepted 1 $((0xffffffff - 0xffff0000)))" "$t"
	send "case A, its left edge" "$(accepted 1 0)" "$t - $w + 1"
	# To the left of the window is, 2^32 on, to the right of it
	send "case A, what is left of that" "$(refused icv)" "$t - $w"
	send "the first number of the next half" "$(accepted 1 1)" "$t + 1"
	send "case B, its left edge" "$(accepted 1 0)" "$t - $w + 2"
	send "case B, what is left of that" \
		"$(refused icv) $(refused replay)" "$t - $w + 1" "$t - $w + 2"
	send "case B, W - 2 on" "$(accepted 1 $((w - 2)))" "$t + $w - 1"
	send "case B, the last number of the half before" \
		"$(refused replay)" "$t"
	send "case A again, W - 1 on" "$(accepted 1 1)" "$t + $w"
	send "case A again, its left edge and left of it" \
		"$(refused icv) $(refused replay)" "$t" "$t + 1"
	send "a jump of 2^31, and what is right of that" \
		"$(accepted 2 $(((1 << 31) + 1)))" "$t + $w + 2**31" \
		"$t + $w + 2**31 + 1"
}

for w in 32 64 8192; do
	SENDER=W$w SPI=$((w == 8192 ? 4192 : 4000 + w))
	over_2_32 "$w"
done

# ---- the ends of 64 bits

SENDER=E64 SPI=4164
send "up to the last number there is" "$(accepted 1 255)" '2**64 - 1'
send "which comes once, as what is in its window" \
	"$(accepted 1 0) $(refused replay 2)" '2**64 - 64' '2**64 - 1' '2**64 - 64'
# There is no upper half for these
send "nothing is behind it" "$(refused replay-old 4)" 0 1 1000 '2**64 - 65'
need inject "put('left', [forged(E64.transport(0, n)) for n in (0, 5, 2**64 - 65)])"
expect_moved "E64: not even for a wrong ICV" a "$(refused replay-old 3)"

SENDER=Z64 SPI=4264
# Th is 0 and there is no Th - 1: RFC 4303 A2.2 case B with nothing before
send "before the first packet nothing is left of 0" \
	"$(refused replay-old 3)" '2**32 - 1' '2**64 - 1' '2**32 - 63'
send "the first one is 1" "$(accepted 1 1) $(refused replay-old)" 1 0
send "still nothing left of 0" "$(refused replay-old 2)" '2**32 - 1' '2**32 - 62'
send "the farthest there is" "$(accepted 1 $(((1 << 32) - 64)))" '2**32 - 63'

# ---- copies on several processors at once

N=300
for n in 1 2 3 4; do
	need inject "flood('left', [C$n.transport(0, 2**32 - 255 + n) for n in range($N)])"
	expect_moved "C$n: $N packets four times at once, once each" a \
		"delivered=$N replay=$((3 * N)) 440$n:packets=$N 440$n:bytes=$((28 * N)) 440$n:replay=$((3 * N)) 440$n:seq=$((N))"
done

# ---- out of step (A3)

SENDER=R1 SPI=4301
send "20 packets with a higher upper half" "$(refused icv 20)" \
	'*range(2**32 + 5, 2**32 + 25)'
send "it is found with the next one" "$(accepted 3 $(((1 << 32) + 27)))" \
	'*range(2**32 + 25, 2**32 + 28)'
need inject "put('left', [forged(R1.transport(0, 2**32 + 100 + n)) for n in range(20)])"
expect_moved "R1: 20 forged ones" a "$(refused icv 20)"
need inject "time.sleep(0.2)"
send "cost one good one" "$(accepted 1 2) $(refused icv)" \
	'2**32 + 28' '2**32 + 29'
need inject "put('left', [forged(R1.transport(0, 2**32 + 100 + n)) for n in range(400)])"
expect_moved "R1: forged ones do not move it" a "$(refused icv 400)"

SENDER=R2 SPI=4302
send "20 packets, three upper halves ahead" "$(refused icv 20)" \
	'*range(3 * 2**32 + 5, 3 * 2**32 + 25)'
# 1 fails, 2 fails, with 3 it fits; one attempt in an eighth of a second
for n in 25 26 27; do
	need inject "put('left', R2.transport(0, 3 * 2**32 + $n))"
	need inject "time.sleep(0.3)"
done
expect_moved "R2: the third attempt finds it" a \
	"$(refused icv 2) $(accepted 1 $(((3 << 32) + 27)))"

SENDER=R3 SPI=4303
send "resync 0: never" "$(refused icv 60)" '*range(2**32 + 5, 2**32 + 65)'
send "the right upper half still fits" "$(accepted 1 70)" 70
