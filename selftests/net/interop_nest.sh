#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Nested SAs with the kernel's own IPsec at the other end, which has them as a
# policy with several templates: datagrams of all sizes, and TCP in both
# directions, which also shows that super-packets and the path MTU are right. AH
# around ESP is in the matrix (interop_both.sh).
#
#	a (ours) --- wan/left --- w --- right/wan --- b (xfrm)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

NAMES=("ESP in ESP" "transport mode inside of a tunnel"
	"IPv4 in a tunnel in a tunnel over IPv6" "three of them")
plan $((${#NAMES[@]} * 4 * 2 + 1))

need topo2
need set_sysctl a net/ipv4/tcp_timestamps=1
new_key "$TMP/gcm" 20
new_key "$TMP/cbc" 16
new_key "$TMP/hmac" 32
gcm=$(<"$TMP/gcm") cbc=$(<"$TMP/cbc") hmac=$(<"$TMP/hmac")
: >"$TMP/ours"
: >"$TMP/xfrm"
n=0 remotes=()

# One SA each way: ours, its mirror, and what policies say of it
WORDS='' OUT='' IN=''
layer() { # esp|cbc|ah transport|tunnel local remote
	local proto=$1 algs xalgs ends='' both

	n=$((n + 1))
	case $1 in
	esp)
		algs="enc aes-gcm-16 enc-key-file gcm"
		xalgs="aead rfc4106(gcm(aes)) 0x$gcm 128"
		;;
	cbc)
		proto=esp
		algs="enc aes-cbc enc-key-file cbc auth hmac-sha2-256-128 auth-key-file hmac"
		xalgs="enc cbc(aes) 0x$cbc auth-trunc hmac(sha256) 0x$hmac 128"
		;;
	ah)
		algs="auth hmac-sha2-256-128 auth-key-file hmac"
		xalgs="auth-trunc hmac(sha256) 0x$hmac 128"
		;;
	esac
	echo "sa add out $proto spi $((0x1000 + n)) src $3 dst $4 mode $2 reqid $n $algs" >>"$TMP/ours"
	echo "sa add in $proto spi $((0x2000 + n)) src $4 dst $3 mode $2 reqid $n $algs" >>"$TMP/ours"
	both="proto $proto reqid $n mode $2 flag align4 af-unspec $xalgs"
	echo "xfrm state add src $3 dst $4 spi $((0x1000 + n)) $both" >>"$TMP/xfrm"
	echo "xfrm state add src $4 dst $3 spi $((0x2000 + n)) $both" >>"$TMP/xfrm"
	[ "$2" = transport ] || ends="src $3 dst $4"
	WORDS+="${WORDS:+ inside }$proto $2 $ends reqid $n"
	[ "$2" = transport ] || ends="src $4 dst $3"
	OUT+=" tmpl $ends proto $proto reqid $n mode $2"
	[ "$2" = transport ] || ends="src $3 dst $4"
	IN+=" tmpl $ends proto $proto reqid $n mode $2"
}

# What the layers so far protect
bundle() { # local remote
	echo "policy add both local $1 remote $2 protect $WORDS" >>"$TMP/ours"
	echo "xfrm policy add src $2 dst $1 dir out$OUT" >>"$TMP/xfrm"
	echo "xfrm policy add src $1 dst $2 dir in$IN" >>"$TMP/xfrm"
	WORDS='' OUT='' IN=''
	remotes+=("$1 $2")
}

for ((i = 1; i <= 9; i++)); do
	need ip_in a addr add 10.1.0.$i/32 dev lo
	need ip_in b addr add 10.2.0.$i/32 dev lo
	need ip_in a addr add 2001:db8:1::$i/128 dev lo nodad
	need ip_in b addr add 2001:db8:2::$i/128 dev lo nodad
done
v6_ready a $G2_6

layer cbc transport 10.1.0.2 10.2.0.2
layer esp transport 10.1.0.2 10.2.0.2
bundle 10.1.0.2 10.2.0.2

layer esp transport 10.1.0.4 10.2.0.4
layer cbc tunnel $G1 $G2
bundle 10.1.0.4 10.2.0.4

layer cbc tunnel 10.1.0.5 10.2.0.5
layer esp tunnel $G1_6 $G2_6
bundle 10.1.0.6 10.2.0.6

layer esp transport 2001:db8:1::7 2001:db8:2::7
layer ah transport 2001:db8:1::7 2001:db8:2::7
layer esp tunnel $G1 $G2
bundle 2001:db8:1::7 2001:db8:2::7

try "the configuration is loaded" ctl a load "$TMP/ours"
need ip_batch b <"$TMP/xfrm"
need stats_mark a
agent_start a b

# Datagrams of these sizes are answered
datagrams() { # local remote
	need agent a "s = udp('$2', local='$1')"
	agent a "expect(exchange(s, 1, 100), 1)" &&
		agent a "expect([size for size in (*range(0, 40), 500, 1000, 1200) if exchange(s, 1, size) != 1], [])"
}

# shellcheck disable=SC2016 # for awk
xfrm_errors() {
	on b awk '$2 > 0' /proc/net/xfrm_stat
}

for ((i = 0; i < ${#NAMES[@]}; i++)); do
	read -r here there <<<"${remotes[i]}"
	need agent b "serve_udp('$there'); serve_tcp('$there')"
	need agent a "serve_tcp('$here')"
done

nests() { # prefix
	local here there what i

	for ((i = 0; i < ${#NAMES[@]}; i++)); do
		read -r here there <<<"${remotes[i]}"
		what=$1${NAMES[i]}
		try "$what: datagrams of all sizes" datagrams "$here" "$there"
		try "$what: TCP to xfrm" \
			agent a "bulk('$there', 300000, local='$here')"
		try "$what: TCP from xfrm" \
			agent b "bulk('$here', 300000, local='$there')"
		expect_stats "$what: we have dropped nothing" a ""
		xfrm_errors | sed 's/^/# xfrm: /'
	done
}

need offload_unload
nests ""
# Its GRO looks at what comes out of our tunnels, too.
need offload_load
nests "with esp4_offload: "
need offload_unload
