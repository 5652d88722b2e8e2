#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# We and the kernel's own IPsec in one kernel, whose modules (esp4, ah4, esp6,
# ah6, esp4_offload, esp6_offload) come and go before us, after us and under us.
#
#	a (ours) ==== w ==== b (ours)		c (xfrm) ==== d (xfrm)
#
# Between a and b, and between c and d, in transport mode: ESP with IPv4 and AH
# with IPv6 to the first addresses, the other way round to the second ones. In
# the end xfrm gets SAs in a and b as well.
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 31

PINGS=5
# In the order in which they can be unloaded
XFRM="esp4_offload esp6_offload esp4 ah4 esp6 ah6"
A=("$G1" 192.0.2.2 "$G1_6" 2001:db8:a::2)
B=("$G2" 198.51.100.2 "$G2_6" 2001:db8:b::2)
C=(203.0.113.1 203.0.113.3 2001:db8:c::1 2001:db8:c::3)
D=(203.0.113.2 203.0.113.4 2001:db8:c::2 2001:db8:c::4)
PROTOS=(esp ah ah esp)

module_needed
need topo2
need new_namespaces c d
for ns in c d; do
	# shellcheck disable=SC2086 # words of SETTINGS
	need set_sysctl $ns $SETTINGS
done
need ip -n "c$SUFFIX" link add lan address 02:00:00:00:0c:01 type veth \
	peer name lan netns "d$SUFFIX" address 02:00:00:00:0c:02

give() { # device address...
	local address

	echo "link set lo up"
	echo "link set $1 up"
	for address in "${@:2}"; do
		case $address in
		*:*) echo "addr replace $address/64 dev $1 nodad" ;;
		*) echo "addr replace $address/24 dev $1" ;;
		esac
	done
}
give wan "${A[@]}" >"$TMP/batch"; need ip_batch a <"$TMP/batch"
give wan "${B[@]}" >"$TMP/batch"; need ip_batch b <"$TMP/batch"
give lan "${C[@]}" >"$TMP/batch"; need ip_batch c <"$TMP/batch"
give lan "${D[@]}" >"$TMP/batch"; need ip_batch d <"$TMP/batch"
# xfrm would protect, and count, neighbour discovery as well
for i in 2 3; do
	need ip_in c neigh replace "${D[i]}" lladdr 02:00:00:00:0c:02 dev lan \
		nud permanent
	need ip_in d neigh replace "${C[i]}" lladdr 02:00:00:00:0c:01 dev lan \
		nud permanent
done
v6_ready a "$G2_6"
v6_ready c "${D[2]}"

# ---- configurations

new_key "$TMP/key-hmac" 32
for i in 0 1 2 3; do
	algs=()
	[ "${PROTOS[i]}" = esp ] ||
		algs=(auth hmac-sha2-256-128 auth-key-file key-hmac)
	sa_pair "$TMP/ours" $((0x1000 + 16 * i)) "${A[i]}" "${B[i]}" transport \
		$((i + 1)) "${PROTOS[i]}" "${algs[@]}"
	policy_pair "$TMP/ours" "${A[i]}" "${B[i]}" "${A[i]}" "${B[i]}" \
		transport $((i + 1)) "${PROTOS[i]}"
done

ours() {
	ctl a load "$TMP/ours-left" && ctl b load "$TMP/ours-right"
}

state() { # source destination protocol spi
	local algs

	algs="aead rfc4106(gcm(aes)) 0x$(<"$TMP/key-gcm") 128"
	[ "$3" = esp ] ||
		algs="auth-trunc hmac(sha256) 0x$(<"$TMP/key-hmac") 128"
	echo "xfrm state add src $1 dst $2 proto $3 spi $4 mode transport $algs"
}

policies() { # out|in source destination protocol
	echo "xfrm policy add dir $1 src $2 dst $3 tmpl proto $4 mode transport"
}

for i in 0 1 2 3; do
	for ns in c d; do
		{
			state "${C[i]}" "${D[i]}" "${PROTOS[i]}" $((0x2000 + i))
			state "${D[i]}" "${C[i]}" "${PROTOS[i]}" $((0x3000 + i))
			[ $ns = c ] && out=out in=in || out=in in=out
			policies "$out" "${C[i]}" "${D[i]}" "${PROTOS[i]}"
			policies "$in" "${D[i]}" "${C[i]}" "${PROTOS[i]}"
		} >>"$TMP/xfrm-$ns"
	done
done

xfrm() {
	ip_batch c <"$TMP/xfrm-c" && ip_batch d <"$TMP/xfrm-d"
}

xfrm_off() {
	local ns

	for ns in c d; do
		ip_in $ns xfrm policy flush && ip_in $ns xfrm state flush ||
			return
	done
}

# An SA holds its module until it is freed, after a grace period.
# shellcheck disable=SC2086 # words
xfrm_unload() {
	local module

	for module in $XFRM; do
		[ ! -d /sys/module/$module ] ||
			wait_for 10 rmmod $module 2>/dev/null || return
	done
	for module in $XFRM; do
		[ ! -d /sys/module/$module ] || return
	done
}

# ---- traffic

# Between two lists of addresses, pair by pair, from the first to the second.
pings() { # namespace source... destination...
	local ns=$1 all=("${@:2}") half=$((($# - 1) / 2)) pids=() i

	for ((i = 0; i < half; i++)); do
		on "$ns" ping -q -c $PINGS -i 0.01 -W 5 -I "${all[i]}" \
			"${all[i + half]}" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || return
	done
}

our_packets() { # namespace: of all SAs
	ctl "$1" sa show -j | jq '[.sas[].packets] | add'
}

xfrm_packets() { # namespace
	ip_in "$1" -s xfrm state |
		sed -n '/current/{n;s/.*, \([0-9]*\)(packets).*/\1/p}' |
		awk '{ n += $1 } END { print n + 0 }'
}

# Every packet answered, and each of them by AH or ESP: the counters say so.
# 4 pairs of addresses, requests and replies.
ours_work() {
	local before after

	before=$(our_packets a)
	pings a "${A[@]}" "${B[@]}" || return
	after=$(our_packets a)
	[ $((after - before)) = $((8 * PINGS)) ] ||
		{ echo "$before packets, then $after"; return 1; }
}

xfrm_works() {
	local before after

	before=$(xfrm_packets c)
	pings c "${C[@]}" "${D[@]}" || return
	after=$(xfrm_packets c)
	[ $((after - before)) = $((8 * PINGS)) ] ||
		{ echo "$before packets, then $after"; return 1; }
}

# ---- not at all, after us, unloaded under us

need xfrm_unload
need ours
need stats_mark a
need stats_mark b
try "ours, without the kernel's modules" ours_work
# shellcheck disable=SC2086 # words
try "the kernel's modules are loaded after us" modprobe -a $XFRM
need xfrm
try "xfrm works, its modules loaded after us" xfrm_works
try "ours work beside it" ours_work
need xfrm_off
try "the kernel's modules are unloaded under us" xfrm_unload
try "ours still work" ours_work
# shellcheck disable=SC2086 # words
try "the kernel's modules are loaded again" modprobe -a $XFRM
need xfrm
try "xfrm works again" xfrm_works
try "ours work beside it again" ours_work
expect_stats "nothing was dropped in a" a ""
expect_stats "nothing was dropped in b" b ""

# ---- xfrm's GRO sees our packets first

for ns in a b; do
	need on $ns ethtool -K wan gro on
done
try "ours work where esp4_offload looks at them first" ours_work
for ns in c d; do
	need on $ns ethtool -K lan gro on
done
try "xfrm works with GRO" xfrm_works

# ---- before us

try "we are unloaded" module_unload
try "xfrm works without us" xfrm_works
try "we are loaded after the kernel's modules" module_load
try "xfrm works with us, not configured" xfrm_works
need ours
need stats_mark a
need stats_mark b
try "ours work" ours_work
try "xfrm works beside us" xfrm_works

# ---- we come and go under its traffic

PIDS=()
for i in 0 1 2 3; do
	ip netns exec "c$SUFFIX" ping -i 0.05 -W 5 -I "${C[i]}" "${D[i]}" \
		>"$TMP/long-$i" &
	PIDS+=($!)
	JOBS+=($!)
done
come_and_go() {
	local _

	for _ in {1..5}; do
		module_unload && module_load && ours || return
	done
}
try "we are unloaded, loaded and configured 5 times" come_and_go
kill -INT "${PIDS[@]}"
wait "${PIDS[@]}" 2>/dev/null
# No number is missing in front of the last one; what was sent behind that had no
# time to be answered.
none_lost() {
	local i

	for i in 0 1 2 3; do
		sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' "$TMP/long-$i" | sort -nu |
			awk '$1 != NR { print NR, "is missing"; exit 1 }
				END { if (NR < 20) exit 1 }' || return
	done
}
try "xfrm lost no packet meanwhile" none_lost
need stats_mark a
need stats_mark b
try "ours work afterwards" ours_work

# ---- both in one namespace: SAs of xfrm for addresses of its own

give wan 192.0.2.3 2001:db8:a::3 >"$TMP/batch"; need ip_batch a <"$TMP/batch"
give wan 198.51.100.3 2001:db8:b::3 >"$TMP/batch"; need ip_batch b <"$TMP/batch"
for ns in a b; do
	[ $ns = a ] && out=out in=in || out=in in=out
	{
		state 192.0.2.3 198.51.100.3 esp 0x4001
		state 198.51.100.3 192.0.2.3 esp 0x4002
		state 2001:db8:a::3 2001:db8:b::3 ah 0x4003
		state 2001:db8:b::3 2001:db8:a::3 ah 0x4004
		policies "$out" 192.0.2.3 198.51.100.3 esp
		policies "$in" 198.51.100.3 192.0.2.3 esp
		policies "$out" 2001:db8:a::3 2001:db8:b::3 ah
		policies "$in" 2001:db8:b::3 2001:db8:a::3 ah
	} >"$TMP/batch"
	need ip_batch $ns <"$TMP/batch"
done
both() {
	local packets

	pings a 192.0.2.3 2001:db8:a::3 198.51.100.3 2001:db8:b::3 || return
	packets=$(xfrm_packets a)
	[ "$packets" = $((4 * PINGS)) ] || { echo "$packets packets"; return 1; }
}
try "xfrm works in a namespace of ours" both
try "ours work in it, too" ours_work
expect_stats "a has left xfrm's packets to it" a "not-ours=$((2 * PINGS))"
expect_stats "b has left xfrm's packets to it" b "not-ours=$((2 * PINGS))"

# ---- all unloaded, we first, then the kernel's; and its modules come back

need xfrm_off
for ns in a b; do
	need ip_in $ns xfrm policy flush
	need ip_in $ns xfrm state flush
done
all_unload() {
	module_unload && xfrm_unload
}
try "we are unloaded, then the kernel's modules" all_unload
# shellcheck disable=SC2086 # words
try "the kernel's modules are loaded where we were" modprobe -a $XFRM
need xfrm
try "xfrm works where we were" xfrm_works
need module_load
need ours
need stats_mark a
try "ours work once more" ours_work
expect_stats "nothing was dropped in a then" a ""

# As it was found
need xfrm_off
need ip_in c xfrm state flush
need offload_unload
