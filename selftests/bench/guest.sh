#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# guest.sh MODULE: cost of a packet in instructions, printed one measurement per
# line: WHAT SIZE INSTRUCTIONS. Runs in a virtual machine with one CPU whose
# clock counts instructions (vm.sh -i).
#
#   pktgen -> in0 [g1] out0 -> nowhere          encrypt gateway, plain forwarding
#   pktgen -> in0 [g1] w0 --- w0 [g2] out0 ->   the pair, two plain hops
#
# pktgen calls netif_receive_skb() for in0; out0 is a dummy that frees what it
# is given. "generator" is pktgen giving its packets to in0 for transmission,
# which frees them.
set -eu

module=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
ctl=$top/tools/ipsecctl/ipsecctl
packets=${BENCH_PACKETS:-4000}
rounds=${BENCH_ROUNDS:-3}
sizes=${BENCH_SIZES:-64 512 1400}
dir=$(mktemp -d)
umask 077

# insmod does not load what a module depends on
for mod in pktgen dummy veth xfrm_user esp4 aesni_intel ghash_clmulni_intel \
	$(modinfo -F depends "$module" | tr , ' '); do
	modprobe "$mod"
done

on() {
	local ns=$1

	shift
	ip netns exec "$ns" "$@"
}

mac_of() { # namespace device
	on "$1" cat "/sys/class/net/$2/address"
}

new_gateway() { # namespace
	ip netns add "$1"
	on "$1" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 \
		net.ipv6.conf.all.disable_ipv6=1 net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0
	ip -n "$1" link set lo up
}

# Neighbours are permanent: idle time would make the clock leap.
topology() {
	new_gateway g1
	new_gateway g2
	ip -n g1 link add in0 type dummy
	ip -n g1 link add out0 type dummy
	ip -n g2 link add out0 type dummy
	ip link add w0 netns g1 type veth peer name w0 netns g2
	ip -n g1 addr add 10.1.0.1/24 dev in0
	ip -n g1 addr add 192.0.2.1/24 dev w0
	ip -n g1 addr add 198.51.100.1/24 dev out0
	ip -n g2 addr add 192.0.2.2/24 dev w0
	ip -n g2 addr add 10.2.0.1/24 dev out0
	for dev in in0 out0 w0; do
		ip -n g1 link set "$dev" up
	done
	for dev in out0 w0; do
		ip -n g2 link set "$dev" up
	done
	ip -n g1 neigh add 192.0.2.2 dev w0 lladdr "$(mac_of g2 w0)" nud permanent
	ip -n g1 neigh add 198.51.100.2 dev out0 lladdr 02:00:00:00:00:02 \
		nud permanent
	ip -n g2 neigh add 10.2.0.2 dev out0 lladdr 02:00:00:00:00:02 \
		nud permanent
}

# The peer is behind the dummy (encryption alone) or is g2 (the pair).
way() { # alone|pair
	if [ "$1" = alone ]; then
		peer=198.51.100.2 local=198.51.100.1
	else
		peer=192.0.2.2 local=192.0.2.1
	fi
	ip -n g1 route replace 10.2.0.0/24 via "$peer"
}

# Prints nanoseconds, which are instructions, per packet.
generate() { # size mode count
	# shellcheck disable=SC2016 # expanded in the namespace
	on g1 bash -c '
	set -eu
	p=/proc/net/pktgen
	echo rem_device_all >$p/kpktgend_0
	echo add_device in0 >$p/kpktgend_0
	for c in "xmit_mode $2" "pkt_size $1" "count $3" "delay 0" \
		"clone_skb 0" "burst 1" "src_min 10.1.0.2" "src_max 10.1.0.2" \
		"dst_min 10.2.0.2" "dst_max 10.2.0.2" "dst_mac $4" \
		"udp_src_min 9" "udp_src_max 9" "udp_dst_min 9" "udp_dst_max 9"; do
		echo "$c" >$p/in0
	done
	echo start >$p/pgctrl
	awk "/OK:/ { split(\$3, a, \"(\"); print a[1] * 1000 / $3 }" $p/in0
	' - "$1" "$2" "$3" "$(mac_of g1 in0)"
}

sent_by() { # namespace device
	on "$1" cat "/sys/class/net/$2/statistics/tx_packets"
}

measure() { # what namespace device: where every packet must come out
	local mode=netif_receive size i before after cost

	if [ "$1" = generator ]; then
		mode=start_xmit
	fi
	for size in $sizes; do
		generate "$size" $mode 500 >/dev/null
		for ((i = 0; i < rounds; i++)); do
			before=$(sent_by "$2" "$3")
			cost=$(generate "$size" $mode "$packets")
			after=$(sent_by "$2" "$3")
			if [ $((after - before)) -ne "$packets" ]; then
				echo "$1 $size: $((after - before)) of $packets" \
					"packets came out" >&2
				exit 1
			fi
			echo "$1 $size $cost"
		done
	done
}

key=$(head -c 20 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
echo "$key" >"$dir/key"

xfrm_on() {
	local sa=(proto esp spi 0x1001 reqid 1 mode tunnel)

	for ns in g1 g2; do
		ip -n $ns xfrm state add src "$local" dst "$peer" "${sa[@]}" \
			replay-window 32 aead 'rfc4106(gcm(aes))' "0x$key" 128
	done
	ip -n g1 xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 dir out \
		tmpl src "$local" dst "$peer" proto esp reqid 1 mode tunnel
	for d in in fwd; do
		ip -n g1 xfrm policy add src 10.2.0.0/24 dst 10.1.0.0/24 dir $d \
			tmpl src "$peer" dst "$local" proto esp reqid 1 mode tunnel
		ip -n g2 xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 dir $d \
			tmpl src "$local" dst "$peer" proto esp reqid 1 mode tunnel
	done
}

xfrm_off() {
	for ns in g1 g2; do
		ip -n $ns xfrm state flush
		ip -n $ns xfrm policy flush
	done
}

ours_on() {
	local rest=(mode tunnel reqid 1 enc aes-gcm-16 enc-key-file "$dir/key")

	on g1 "$ctl" sa add out esp spi 0x1001 src "$local" dst "$peer" "${rest[@]}"
	on g1 "$ctl" policy add both local 10.1.0.0/24 remote 10.2.0.0/24 \
		protect esp tunnel src "$local" dst "$peer" reqid 1
	on g2 "$ctl" sa add in esp spi 0x1001 src "$local" dst "$peer" "${rest[@]}"
	on g2 "$ctl" policy add both local 10.2.0.0/24 remote 10.1.0.0/24 \
		protect esp tunnel src "$peer" dst "$local" reqid 1
}

ours_off() {
	for ns in g1 g2; do
		on $ns "$ctl" sa flush
		on $ns "$ctl" policy flush
	done
}

topology
way alone
measure generator g1 in0
measure plain g1 out0
xfrm_on
measure xfrm-encrypt g1 out0
xfrm_off
way pair
measure plain-pair g2 out0
xfrm_on
measure xfrm-pair g2 out0
xfrm_off

insmod "$module"
way alone
ours_on
measure ours-encrypt g1 out0
ours_off
way pair
ours_on
measure ours-pair g2 out0
