#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# two_vms_guest.sh SIDE SHARED MODULE: what either machine of two_vms.sh does.
# The first runs MODULE and prints the results; the second has the kernel's own
# IPsec and answers. Each waits for the other with files in SHARED.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../net/lib.sh
. "$here/../net/lib.sh"

side=$1 shared=$2 module=$3
mark='' control=''
# shellcheck source=/dev/null # two_vms.sh has written it
. "$shared/marks"

# They share a link here.
G2=192.0.2.2 G2_6=2001:db8:a::2

# Sizes of pings, and how many packets they are: an IPv4 host sends fragments
# of 1500 bytes, of which the gateways make two after they have protected them;
# an IPv6 host knows that its path has an MTU of 1400.
SIZES=(0 100 1000 1352 4000 8000) PACKETS=13

tell() { # what
	: >"$shared/$1"
}

await() { # what
	need wait_for 120 test -e "$shared/$1"
}

# Gateway g and host h of this side.
# shellcheck disable=SC2086 # words of SETTINGS and ROUTER
site() { # g h gateway-v4 gateway-v6 peer-v4 peer-v6 host-v4 host-v6
	new_namespaces "$1" "$2"
	need set_sysctl "$1" $SETTINGS $ROUTER
	need set_sysctl "$2" $SETTINGS
	veth "$2" lan "$1" lan >"$TMP/batch"
	echo "link set eth0 netns $1$SUFFIX" >>"$TMP/batch"
	need ip -batch "$TMP/batch"
	configure "$1" eth0 "$3/24" "$4/64" "$5" "$6"
	configure "$1" lan "${7%.*}.1/24" "${8%::*}::1/64"
	configure "$2" lan "$7/24" "$8/64" "${7%.*}.1" "${8%::*}::1"
	need ip_in "$2" -6 route change default via "${8%::*}::1" mtu 1400
}

# ---- the machine with the kernel's own IPsec

xfrm_pair() { # family g1 g2 net1 net2 spi
	local aead="proto esp reqid $1 mode tunnel aead rfc4106(gcm(aes))"
	local tmpl="proto esp reqid $1 mode tunnel"

	echo "xfrm state add src $2 dst $3 spi $6 $aead 0x$(cat "$shared/key-$1-out") 128"
	echo "xfrm state add src $3 dst $2 spi $(($6 + 1)) $aead 0x$(cat "$shared/key-$1-in") 128"
	echo "xfrm policy add src $5 dst $4 dir out tmpl src $3 dst $2 $tmpl"
	echo "xfrm policy add src $4 dst $5 dir in tmpl src $2 dst $3 $tmpl"
	echo "xfrm policy add src $4 dst $5 dir fwd tmpl src $2 dst $3 $tmpl"
}

# "spi packets" of each SA, and what has been counted as an error
xfrm_counters() {
	ip_in g2 -s xfrm state | awk '$1 == "proto" { spi = $4 }
		/lifetime current/ { current = 1 }
		current && /packets/ {
			split($2, packets, "(")
			print substr(spi, 1, 10), packets[1] + 0
			current = 0
		}'
	# shellcheck disable=SC2016 # for awk
	on g2 awk '$2 != 0' /proc/net/xfrm_stat
}

# One connection that brings the file, and one that takes it away.
serve() { # 4|6
	on h2 nc "-$1" -l "500$1" </dev/null >"$TMP/got-$1" &
	JOBS+=($!)
	on h2 nc "-$1" -N -l "501$1" <"$shared/bulk" >/dev/null &
	JOBS+=($!)
}

# Under its name only when it is complete.
reports() { # name command...
	"${@:2}" >"$shared/$1.new"
	mv "$shared/$1.new" "$shared/$1"
}

second() {
	local family

	need modprobe -a esp4 esp6
	site g2 h2 $G2 $G2_6 $G1 $G1_6 "$H2" "$H2_6"
	tell up-2
	await clear-done
	{
		xfrm_pair 4 "$G1" "$G2" "$NET1" "$NET2" 0x1001
		xfrm_pair 6 "$G1_6" "$G2_6" "$NET1_6" "$NET2_6" 0x1011
	} >"$TMP/xfrm"
	need ip_batch g2 <"$TMP/xfrm"
	serve 4
	serve 6
	need wait_for 20 listening
	tell ready-2
	await pings-done
	reports after-pings xfrm_counters
	await tcp-done
	for family in 4 6; do
		need wait_for 20 cmp "$TMP/got-$family" "$shared/bulk"
	done
	await counters-wanted
	reports after-tcp xfrm_counters
	await end
}

listening() {
	[ "$(on h2 ss -Hltn | grep -cE ':50[01][46] ')" = 4 ]
}

# ---- the machine with the module

pings() { # family address
	local size pattern

	pattern=$(printf %s "$mark" | od -An -v -tx1 | tr -d ' \n')
	for size in "${SIZES[@]}"; do
		on h1 ping -q -c 1 -W 20 -s "$size" -p "$pattern" "$1" ||
			return
	done
}

exchange() { # family address
	on h1 nc "-$1" -N "$2" "500$1" <"$shared/bulk" &&
		on h1 nc "-$1" -d "$2" "501$1" >"$TMP/got-$1" &&
		cmp "$TMP/got-$1" "$shared/bulk"
}

packets_ours() { # spi
	sa_field g1 "$1" packets
}

packets_theirs() { # report spi
	awk -v spi="$(printf '0x%08x' "$2")" '$1 == spi { print $2 }' \
		"$shared/$1"
}

# Each SA at both machines. TCP may still have something to say when its
# programs are done.
# shellcheck disable=SC2317,SC2329 # called by wait_for
quiet() {
	local before=$TMP/quiet

	cp "$TMP/counters" "$before" 2>/dev/null || : >"$before"
	ctl g1 sa show -j | jq -c '[.sas[].packets]' >"$TMP/counters"
	on h1 ss -Htn state connected exclude time-wait | grep -q . && return 1
	cmp -s "$before" "$TMP/counters"
}

first() {
	local family spi what ours theirs

	# insmod does not load what a module depends on
	for what in $(modinfo -F depends "$module" | tr , ' '); do
		need modprobe "$what"
	done
	need insmod "$module"
	plan 17
	site g1 h1 $G1 $G1_6 $G2 $G2_6 "$H1" "$H1_6"
	await up-2
	need wait_for 20 on h1 ping -q -c 1 -W 2 -s 8 "$H2_6" >/dev/null
	try "without a policy a ping goes through in clear" \
		on h1 ping -q -c 1 -W 20 \
		-p "$(printf %s "$control" | od -An -v -tx1 | tr -d ' \n')" "$H2"
	tell clear-done
	await ready-2

	cat >"$TMP/conf" <<-X
	sa add out esp spi 0x1001 src $G1 dst $G2 mode tunnel reqid 4 enc aes-gcm-16 enc-key-file $shared/key-4-out
	sa add in esp spi 0x1002 src $G2 dst $G1 mode tunnel reqid 4 enc aes-gcm-16 enc-key-file $shared/key-4-in
	sa add out esp spi 0x1011 src $G1_6 dst $G2_6 mode tunnel reqid 6 enc aes-gcm-16 enc-key-file $shared/key-6-out
	sa add in esp spi 0x1012 src $G2_6 dst $G1_6 mode tunnel reqid 6 enc aes-gcm-16 enc-key-file $shared/key-6-in
	policy add both local $NET1 remote $NET2 protect esp tunnel src $G1 dst $G2 reqid 4
	policy add both local $NET1_6 remote $NET2_6 protect esp tunnel src $G1_6 dst $G2_6 reqid 6
	X
	try "the configuration is loaded" ctl g1 load "$TMP/conf"
	need stats_mark g1

	try "pings of 0 to 8000 bytes, IPv4" pings "$H2"
	try "pings of 0 to 8000 bytes, IPv6" pings "$H2_6"
	tell pings-done
	await after-pings
	for spi in 0x1001 0x1002 0x1011 0x1012; do
		ours=$(packets_ours $spi)
		theirs=$(packets_theirs after-pings $spi)
		try "SA $spi: both machines count its packets" \
			test "$ours $theirs" = "$PACKETS $PACKETS"
	done

	try "TCP, both ways, IPv4" exchange 4 "$H2"
	try "TCP, both ways, IPv6" exchange 6 "$H2_6"
	tell tcp-done
	need wait_for 60 quiet
	tell counters-wanted
	await after-tcp
	for spi in 0x1001 0x1002 0x1011 0x1012; do
		ours=$(packets_ours $spi)
		theirs=$(packets_theirs after-tcp $spi)
		try "SA $spi: both machines count the same" \
			test "$ours" = "$theirs"
	done
	try "the other machine counted no errors" \
		test -z "$(grep -v ^0x "$shared/after-tcp")"
	expect_stats "nothing was dropped" g1 ""
	try "no SA counted a failure" test 0 = \
		"$(ctl g1 sa show -j | jq '[.sas[].drops[]] | add // 0')"
	for family in 4 6; do
		spi=$((0x1001 + (family == 6) * 16))
		echo $(($(packets_ours $spi) + $(packets_ours $((spi + 1))))) \
			>"$shared/counted-$family"
	done
	tell end
	need rmmod ipsec
}

case $side in
1) first ;;
2) second ;;
esac
