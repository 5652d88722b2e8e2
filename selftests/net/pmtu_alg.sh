#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. Every algorithm that the module has, over paths of several sizes: the
# longest packet that fits a tunnel is carried whole, one byte more is answered
# with exactly that length. Where less than the least MTU of IP is left, 68 or
# 1280, that is what is said, and the protected packet is fragmented.
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

MTUS='1500 1280'
SMALL='576 68'

# name use key-bytes icv-bytes of each algorithm
"$IPSECCTL" -j algorithms | jq -r '.algorithms[] |
	"\(.name) \(.use) \(((.key_bits | max // 0) + .salt_bits) / 8) \(.icv_bits / 8)"' >"$TMP/table"

# What each SA adds: "name keywords; fixed4 fixed6 align trailer", counted as RFC
# 4303 2 and RFC 4302 2 draw it, the tunnel header not included. The first of
# those that only encrypt goes with every one that only authenticates, the others
# with one; layout_test has all pairs.
esp() { # name keywords iv icv block
	echo "$1 esp $2; $((8 + $3 + $4)) $((8 + $3 + $4)) $5 2"
}

ah() { # name icv
	echo "$1 ah auth $1 auth-key-file $1;" \
		"$(((12 + $2 + 3) / 4 * 4)) $(((12 + $2 + 7) / 8 * 8)) 1 0"
}

pairs() { # name keywords iv block how-many
	local auth use icv

	while read -r auth use _ icv; do
		[ "$use" = auth ] || continue
		esp "$1+$auth" "$2 auth $auth auth-key-file $auth" "$3" "$icv" "$4"
	done <"$TMP/table" | head -n "$5"
}

combinations() {
	local name use key icv iv block words many=100

	while read -r name use key icv; do
		words="enc $name"
		[ "$key" = 0 ] || words+=" enc-key-file $name"
		[ "$key" = 0 ] || new_key "$TMP/$name" "$key"
		iv=8 block=4
		case $name in
		*cbc) iv=16 block=16 ;;
		null) iv=0 ;;
		esac
		case $use in
		enc+auth) esp "$name" "$words" $iv "$icv" $block ;;
		enc/auth)
			esp "$name" "$words" $iv "$icv" $block
			# RFC 4543 4: the IV stands in front of the tag.
			ah "$name" $((iv + icv))
			;;
		enc)
			pairs "$name" "$words" $iv $block $many
			many=1
			;;
		auth) ah "$name" "$icv" ;;
		esac
	done <"$TMP/table"
}
combinations >"$TMP/combinations"

plan $((2 * $(wc -l <"$TMP/combinations") + 2))

need topo4
agent_start h1 h2
need agent h2 "serve_udp('0.0.0.0'); serve_udp('::')"
v6_ready h1 $H2_6
need stats_mark g2
PROBE="pmtu=PMTUDISC_PROBE"
need agent h1 "f4 = udp('$H2', $PROBE); f6 = udp('$H2_6', $PROBE)"

load() { # words of the SA
	local words side

	read -ra words <<<"$1"
	: >"$TMP/conf-left"
	: >"$TMP/conf-right"
	sa_pair "$TMP/conf" 0x1001 $G1 $G2 tunnel 1 "${words[@]}"
	policy_pair "$TMP/conf" $NET1 $NET2 $G1 $G2 tunnel 1 "${words[0]}"
	sa_pair "$TMP/conf" 0x1011 $G1_6 $G2_6 tunnel 2 "${words[@]}"
	policy_pair "$TMP/conf" $NET1_6 $NET2_6 $G1_6 $G2_6 tunnel 2 "${words[0]}"
	for side in g1:left g2:right; do
		need ctl ${side%:*} flush
		need ctl ${side%:*} load "$TMP/conf-${side#*:}"
	done
}

# Found by trying, so that no formula is used twice; not less than the least.
longest() { # link-mtu header least fixed align trailer
	local len

	for ((len = $1; len > $3; len--)); do
		[ $(($2 + $4 + (len + $6 + $5 - 1) / $5 * $5)) -gt "$1" ] || break
	done
	[ "$len" -gt "$3" ] || len=$3
	echo "$len"
}

# All sizes of the path for one SA. A failure says at which.
exact() { # socket header least type code fixed align trailer mtu...
	local mtu len

	for mtu in "${@:9}"; do
		path "$mtu" || return
		len=$(longest "$mtu" "$2" "$3" "$6" "$7" "$8")
		if ! agent h1 "expect(probe($1, $len), 'arrived'); expect(probe($1, $len + 1), 'icmp $4 $5 $len')"; then
			echo "with a path of $mtu"
			return 1
		fi
	done
}

# By the route, because veth takes nothing longer than its MTU, answers either.
path() { # mtu
	[ "$1" -lt 1280 ] ||
		ip -6 -n "g1$SUFFIX" route replace default via 2001:db8:a::ff \
			mtu "$1" || return
	ip_in g1 route replace default via 192.0.2.254 mtu "$1"
}

while IFS=';' read -r words lens; do
	read -r fixed4 fixed6 align trailer <<<"$lens"
	load "${words#* }"
	# shellcheck disable=SC2086 # words of MTUS and SMALL
	{
		try "IPv6 tunnel: ${words%% *}" exact f6 40 1280 2 0 \
			"$fixed6" "$align" "$trailer" $MTUS
		try "IPv4 tunnel: ${words%% *}" exact f4 20 68 3 4 \
			"$fixed4" "$align" "$trailer" $MTUS $SMALL
	}
done <"$TMP/combinations"
need agent h1 "nodf = udp('$H2', pmtu=PMTUDISC_DONT)"
try "a packet without DF over the smallest path arrives whole" agent h1 \
	"expect(probe(nodf, 1000), 'arrived')"
expect_stats "no packet was dropped at the other end" g2 ""
