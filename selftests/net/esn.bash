# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the scripts about extended sequence numbers (RFC 4303 2.2.1, 3.4.3 and
# appendix A), which source lib.sh first, and about all algorithms at once. Every
# kind of algorithm, mode and family of the list KINDS is an inbound SA of a with
# the words KIND_WORDS, if a script does not say otherwise one that stands at
# 2^32 - 3, one packet before the upper half changes; forge.py in w is the peer.

KIND_WORDS="esn seq $((0xfffffffd)) replay-window 64"
KINDS='esp,aes-gcm-16:20,- esp,chacha20-poly1305:36,- esp,aes-cbc:24,hmac-sha2-384-192:48'
KINDS+=' esp,null,hmac-sha1-96:20 ah,-,hmac-sha1-96:20 ah,-,hmac-sha2-512-256:64'
KINDS+=' esp,aes-gcm-8:28,- esp,aes-ccm-8:19,- esp,aes-ccm-12:35,- esp,aes-gmac:20,-'
KINDS+=' esp,aes-ctr:36,aes-xcbc-96:16 ah,-,aes-cmac-96:16 ah,-,aes-gmac:36'

# Results of esn_every_kind.
# shellcheck disable=SC2034 # for the scripts
ESN_RESULTS=10

SPIS=() NAMES=''
# shellcheck disable=SC2086 # words
esn_peers() { # [word of sa add...]
	local kind proto enc auth mode family n=0 src outer plen

	for kind in $KINDS; do
		IFS=, read -r proto enc auth <<<"$kind"
		for mode in tunnel transport; do
			for family in 4 6; do
				n=$((n + 1))
				src=10.9.$n.1 outer=10.8.$n.1 plen=32
				[ $family = 4 ] || {
					src=2001:db8:9:$n::1
					outer=2001:db8:8:$n::1 plen=128
				}
				[ $mode = tunnel ] || outer=$src
				peer "S$n" $((3000 + n)) "$proto" $mode $outer \
					$src/$plen "$enc" "$auth" $KIND_WORDS "$@"
				SPIS+=($((3000 + n)))
				# A packet of this SA with number n
				if [ $mode = tunnel ]; then
					NAMES+="lambda n: S$n.tunnel(echo_of('$src'), n), "
				else
					NAMES+="lambda n: S$n.transport(18, n), "
				fi
			done
		done
	done
}

# Behind peers. A packet of each SA: every(NUMBER)
esn_ready() {
	need inject "random.seed(64)"
	need inject "echo_of = lambda src: ip(src, '$G1_6' if is6(src) else '$G1', ICMP6 if is6(src) else ICMP, echo(src, '$G1_6' if is6(src) else '$G1', bytes(18)))"
	need inject "makers = [$NAMES]"
	need inject "every = lambda n: [maker(n) for maker in makers]"
	need inject "forged = lambda packet: next(flips(packet, len(packet) - 1, len(packet)))"
}

each() { # word...: with the SPI of each SA in front
	local spi word

	for spi in "${SPIS[@]}"; do
		for word; do
			echo "$spi:$word"
		done
	done
}

# Each SA has accepted so many packets, and its highest number has grown.
esn_accepted() { # packets increase
	local bytes

	echo "delivered=$(($1 * ${#SPIS[@]}))"
	# 20 or 40 of IP, 8 of ICMP, 18
	for spi in "${SPIS[@]}"; do
		bytes=46
		[ $((spi % 2)) = 1 ] || bytes=66
		echo "$spi:packets=$1 $spi:bytes=$(($1 * bytes))"
		[ "$2" = 0 ] || echo "$spi:seq=$2"
	done
}

esn_refused() { # reason [packets]
	echo "$1=$((${2-1} * ${#SPIS[@]}))"
	each "$1=${2-1}"
}

esn_every_kind() {
	local two32=$((1 << 32))

	need state_mark a
	need inject "put('left', every(2**32 - 1))"
	expect_moved "the last one of the lower half passes" a \
		"$(esn_accepted 1 2)"
	need inject "put('left', every(2**32))"
	expect_moved "the first one of the next upper half passes" a \
		"$(esn_accepted 1 1)"
	need inject "put('left', every(2**32 - 2), every(2**32 + 2), every(2**32 + 1))"
	expect_moved "late ones on both sides of 2^32 pass" a \
		"$(esn_accepted 3 2)"
	need inject "put('left', *[every(2**32 + n) for n in (2, 1, 0, -1, -2)])"
	expect_moved "none of them twice" a "$(esn_refused replay 5)"
	need inject "put('left', every(2**32 - 3))"
	expect_moved "nor what was before the SA was loaded" a \
		"$(esn_refused replay)"

	# The same bits on the wire, authenticated with another upper half
	need inject "put('left', every(3), every(2**33 + 3))"
	expect_moved "a lower or higher upper half has a wrong ICV" a \
		"$(esn_refused icv 2)"
	need inject "put('left', [forged(packet) for n in (2**32 + 3, 2**32 + 9999, 2**33 - 5000) for packet in every(n)])"
	expect_moved "forged: next, ahead, almost 2^32 ahead" a \
		"$(esn_refused icv 3)"
	need inject "put('left', every(2**32 + 3), every(2**32 - 20))"
	expect_moved "the window has not moved: the next passes, an old one not" \
		a "$(esn_accepted 1 1) $(esn_refused replay)"

	need inject "put('left', every(2**33 + 7))"
	expect_moved "2^32 numbers ahead is too far" a "$(esn_refused icv)"
	need inject "put('left', every(2**33 - 61))"
	expect_moved "2^32 - 64 is not" a "$(esn_accepted 1 $((two32 - 64)))"
}
