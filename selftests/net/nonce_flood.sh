#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Counts the IVs of counter modes, with all processors sending at the same time
# on SAs that have one key: none comes twice. pktgen puts packets into the input
# path of a gateway, on each processor by a device of its own.
#
#	in0, in1... --- a (ours) --- out
#
# NONCES says how many; `make check-long` counts 10^7.
# limit: 7000
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 6

NONCES=${NONCES:-30000}
[ -d /proc/net/pktgen ] || modprobe pktgen 2>/dev/null ||
	skip_all "the kernel has no pktgen"
cpus=$(nproc)

# shellcheck disable=SC2086 # words of SETTINGS
{
	new_namespaces a
	need set_sysctl a $SETTINGS net/ipv4/ip_forward=1
}
{
	echo "link add out type dummy"
	echo "link set out up"
	echo "addr add 192.0.2.1/24 dev out"
	echo "neigh add 192.0.2.2 dev out lladdr 02:00:00:00:00:02 nud permanent"
	echo "route add 10.2.0.0/16 via 192.0.2.2"
	for ((cpu = 0; cpu < cpus; cpu++)); do
		echo "link add in$cpu type dummy"
		echo "link set in$cpu up"
		echo "addr add 10.1.$cpu.1/24 dev in$cpu"
	done
} >"$TMP/batch"
need ip_batch a <"$TMP/batch"
# Two SAs with the same key, and each processor on both
new_key "$TMP/key" 20
for n in 1 2; do
	echo "sa add out esp spi 0x100$n src 192.0.2.1 dst 192.0.2.2 mode tunnel reqid $n esn enc aes-gcm-16 enc-key-file key"
	echo "policy add out remote 10.2.$n.0/24 protect esp tunnel src 192.0.2.1 dst 192.0.2.2 reqid $n"
done >"$TMP/conf"
need ctl a load "$TMP/conf"
need stats_mark a

# 14 + 20 + 16 + 46 + 2 and no padding + 16
on a /usr/bin/python3 "$LIB/nonce_flood.py" out 114 "$NONCES" \
	>"$TMP/counted" 2>&1 &
counter=$!
JOBS+=("$counter")
need wait_for 20 grep -q listening "$TMP/counted"

# shellcheck disable=SC2016 # for the inner shell
need on a bash -c '
	set -e
	for ((cpu = 0; cpu < $1; cpu++)); do
		dir=/proc/net/pktgen
		echo rem_device_all >$dir/kpktgend_$cpu
		echo "add_device in$cpu" >$dir/kpktgend_$cpu
		mac=$(</sys/class/net/in$cpu/address)
		for word in "xmit_mode netif_receive" "pkt_size 60" "count 0" \
			"delay 0" "clone_skb 0" "burst 1" "dst_mac $mac" \
			"src_min 10.1.$cpu.2" "src_max 10.1.$cpu.2" \
			"dst_min 10.2.1.0" "dst_max 10.2.2.255" \
			"flag IPDST_RND"; do
			echo "$word" >$dir/in$cpu
		done
	done' - "$cpus"
on_background a bash -c 'echo start >/proc/net/pktgen/pgctrl'
generator=${JOBS[-1]}
wait "$counter"
on a bash -c 'echo stop >/proc/net/pktgen/pgctrl'
wait "$generator"
sed -n 's/^# .*/&/p' "$TMP/counted"
results_of grep -P '\t' "$TMP/counted"

# Each processor has sent on both SAs
on_each() {
	local cpu

	for ((cpu = 0; cpu < cpus; cpu++)); do
		on a cat /proc/net/pktgen/in$cpu | grep -q 'pkts-sofar: [1-9]' ||
			return 1
	done
}
try "every processor has sent" on_each
both() {
	[ "$(ctl a sa show -j | jq '[.sas[].packets | select(. > 1000)] | length')" = 2 ]
}
try "on both SAs" both
expect_stats "and nothing was dropped" a ""
