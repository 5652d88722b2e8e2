#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The anti-replay service (RFC 4303 3.4.3): nothing is accepted twice, the edges
# of the window are exact, and only a verified packet moves it.
#
#	forge.py in w --- left/wan --- a (our module)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 84

need topo2

# ---- every kind of algorithm, mode and family

KINDS='esp,aes-gcm-16:20,- esp,chacha20-poly1305:36,- esp,aes-cbc:24,hmac-sha2-384-192:48'
KINDS+=' esp,null,hmac-sha1-96:20 ah,-,hmac-sha2-512-256:64'
KINDS+=' esp,aes-gcm-12:20,- esp,aes-ccm-16:27,- esp,aes-gmac:28,-'
KINDS+=' esp,aes-ctr:20,aes-cmac-96:16 ah,-,aes-xcbc-96:16 ah,-,aes-gmac:20'
ONCE='' MAKERS=''
spi=3000
for kind in $KINDS; do
	IFS=, read -r proto enc auth <<<"$kind"
	for mode in tunnel transport; do
		for family in 4 6; do
			spi=$((spi + 1))
			n=$((spi - 3000))
			src=10.9.$n.1 outer=10.8.$n.1 dst=$G1 bytes=46 plen=32
			[ $family = 4 ] || {
				src=2001:db8:9:$n::1 outer=2001:db8:8:$n::1
				dst=$G1_6 bytes=66 plen=128
			}
			[ $mode = tunnel ] || outer=$src
			peer "S$n" $spi "$proto" $mode $outer $src/$plen "$enc" "$auth"
			make="S$n.tunnel(ping('$src', '$dst', 18))"
			[ $mode = tunnel ] || make="S$n.transport(18)"
			MAKERS+="$make, "
			ONCE+=" $spi:packets=1 $spi:bytes=$bytes $spi:seq=1"
		done
	done
done

# ---- windows

# For the module's own default nothing is said.
for w in 0 32 64 1024 8192; do
	peer "W$w" $((40000 + w)) esp transport 10.7.$((w % 251)).1 \
		10.7.$((w % 251)).1/32 aes-gcm-16:20 - replay-window $w
done
peer D 49999 ah transport 10.6.1.1 10.6.1.1/32 - hmac-sha2-256-128:32
peer L 49998 esp transport 10.6.2.1 10.6.2.1/32 aes-gcm-16:20 -
peer N 49997 esp transport 10.6.3.1 10.6.3.1/32 aes-gcm-16:20 - replay-window 32
peers
need inject "random.seed(4303)"
need inject "forged = lambda packet: next(flips(packet, len(packet) - 1, len(packet)))"
need state_mark a

need inject "first = [$MAKERS]"
need inject "put('left', first)"
expect_moved "every kind: a packet passes" a "delivered=$((spi - 3000)) $ONCE"
need inject "put('left', first)"
expect_moved "every kind: not twice" a \
	"replay=$((spi - 3000)) $(seq -f '%.0f:replay=1' 3001 $spi)"
need inject "put('left', first, first)"
expect_moved "every kind: never again" a \
	"replay=$((2 * (spi - 3000))) $(seq -f '%.0f:replay=2' 3001 $spi)"
# The window is asked first (RFC 4303 3.4.3), so nobody finds out that these are
# forged; replay_first counts the calls of the ciphers.
need inject "put('left', [forged(p) for p in first])"
expect_moved "every kind: seen, and forged as well: nobody has looked" a \
	"replay=$((spi - 3000)) $(seq -f '%.0f:replay=1' 3001 $spi)"

SENDER='' SPI=0
# The packets with these sequence numbers, in this order
send() { # what expected number...
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

T=20000
window() { # W
	local w=$1

	send "the first packet may be any" "$(accepted 1 $T)" $T
	send "$w behind the highest is too old" "$(refused replay-old)" $((T - w))
	send "$((w - 1)) behind it passes" "$(accepted 1 0)" $((T - w + 1))
	send "and that only once" "$(refused replay)" $((T - w + 1))
	send "the highest only once" "$(refused replay)" $T

	# Up to 60 numbers of the window, the ends included, in any order
	need inject "some = list(range($T - $w + 2, $T))"
	need inject "some = some[:20] + random.sample(some[20:-20], max(0, min(20, len(some) - 40))) + some[max(20, len(some) - 20):]"
	need inject "random.shuffle(some)"
	need inject "many = [n for n in some for i in range(3)]"
	need inject "random.shuffle(many)"
	need inject "put('left', [$SENDER.transport(0, n) for n in some])"
	need inject "open('$TMP/some', 'w').write(str(len(some)))"
	n=$(cat "$TMP/some")
	expect_moved "$SENDER: $n in the window in any order" a "$(accepted "$n" 0)"
	need inject "put('left', [$SENDER.transport(0, n) for n in many])"
	expect_moved "$SENDER: each of them only once" a \
		"$(refused replay $((3 * n)))"

	send "nothing left of it, and never 0" "$(refused replay-old 4)" \
		$((T - w)) $((T - w - 1)) 1 0
	send "the next one moves it" "$(accepted 1 1)" $((T + 1))
	send "by one" "$(refused replay-old) $(refused replay)" \
		$((T - w + 1)) $((T - w + 2))
	send "a jump as wide as the window" "$(accepted 1 $((w + 1)))" \
		$((T + w + 2))
	send "leaves all of the old one behind" "$(refused replay-old 3)" \
		$((T - 1)) $((T + 1)) $((T + 2))
	send "and no more" "$(accepted 2 0)" $((T + 3)) $((T + w + 1))

	# What is not authentic changes nothing
	need inject "put('left', [forged($SENDER.transport(0, n)) for n in (2**32 - 1, $T + 4, $T + $w + 3)])"
	expect_moved "$SENDER: forged: far ahead, inside, next" a \
		"$(refused icv 3)"
	send "their true ones and an old one pass" "$(accepted 3 1)" \
		$((T + 4)) $((T + w + 3)) $((T + 5))

	send "the last number there is" \
		"$(accepted 1 $((0xffffffff - T - w - 3)))" $((0xffffffff))
	send "is accepted once, what would follow is old" \
		"$(refused replay) $(refused replay-old 2)" \
		$((0xffffffff)) 1 $((0xffffffff - w))
	send "its window is as wide" "$(accepted 1 0)" $((0xffffffff - w + 1))
}

for w in 32 64 1024 8192; do
	SENDER=W$w SPI=$((40000 + w))
	window $w
done

SENDER=W0 SPI=40000
need inject "put('left', [W0.transport(0, 5)] * 3, W0.transport(0, 1))"
expect_moved "without a window everything passes" a "$(accepted 4 0)"

SENDER=D SPI=49999
need inject "put('left', D.transport(0, 12000))"
expect_moved "if nothing is said" a "$(accepted 1 12000)"
need inject "put('left', D.transport(0, 3808))"
expect_moved "it is 8192 wide: too old" a "$(refused replay-old)"
need inject "put('left', D.transport(0, 3809))"
expect_moved "it is 8192 wide: just in" a "$(accepted 1 0)"

# ---- out of order

# So many packets, each behind less than so many that were sent after it
shuffled() { # packets depth
	need inject "late = {n: n + random.uniform(0, $2) for n in range(1, $1 + 1)}"
	need inject "late = sorted(late, key=late.get)"
	need inject "late = [$SENDER.transport(0, n) for n in late]"
	need inject "[put('left', late[i:i + 500]) for i in range(0, len(late), 500)]"
}

SENDER=L SPI=49998
shuffled 6000 4096
expect_moved "out of order by up to 4096, if nothing is said: none is lost" a \
	"$(accepted 6000 6000)"
need inject "[put('left', late[i:i + 500]) for i in range(0, len(late), 500)]"
expect_moved "each of them only once" a "$(refused replay 6000)"

SENDER=N SPI=49997
shuffled 1000 32
expect_moved "out of order by up to 32, with a window of 32: none is lost" a \
	"$(accepted 1000 1000)"
send "later than that is too late" "$(accepted 1 32) $(refused replay-old)" \
	1032 1000
