# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the scripts that try every algorithm in every shape, which source lib.sh
# first. The cells are written by matrix.py. All of them are configured at the
# same time in topo4, with addresses of their own: those of tunnels on h1 and
# h2, those of transport mode on g1 and g2. g1 is ours; at g2 is either we or
# the kernel's own IPsec. A cell passes when
#
# - all its echo requests, from both ends, of 0 to 9000 bytes, are answered
# - a TCP connection moves data both ways and their hashes are right
# - its SAs have then counted, at both ends, exactly the packets that have to be
#   (pings, fragments of inner packets) or were on the wire (TCP)
# - its SAs have counted no drop
# - no byte of its marker can be read on the wire, or, with null encryption and
#   AH, its marker can be read there: what looks for it finds it

MATRIX=$LIB/matrix.py
# shellcheck disable=SC2034 # for capture_start
SNAPLEN=4096

# Results of matrix_run besides those of the cells.
MATRIX_EXTRA=3

matrix_cells() { # peer filter: how many there are
	need "$MATRIX" config "$TMP/m" "$1" "$2"
	wc -l <"$TMP/m/cells"
}

matrix_counters() { # ping|tcp peer
	need ctl g1 sa show -j >"$TMP/m/$1.g1.json"
	if [ "$2" = ours ]; then
		need ctl g2 sa show -j >"$TMP/m/$1.g2.json"
	else
		need ip_in g2 -s xfrm state >"$TMP/m/$1.g2.xfrm"
	fi
}

# What the kernel's own IPsec has counted as errors.
# shellcheck disable=SC2016 # for awk
xfrm_errors() { # namespace
	on "$1" awk '$2 != 0 { print $1 "=" $2 }' /proc/net/xfrm_stat
}

expect_no_xfrm_errors() { # what namespace
	local errors

	errors=$(xfrm_errors "$2" 2>&1)
	if [ -z "$errors" ]; then
		pass "$1"
	else
		fail "$1" "$errors"
	fi
}

matrix_setup() { # peer
	local ns

	topo4
	for ns in h1 h2 g1 g2; do
		need ip_batch $ns <"$TMP/m/$ns.ip"
	done
	for ns in h1 h2; do
		need set_sysctl $ns net/ipv6/conf/lan/mtu=1360
	done
	v6_ready h1 "$H2_6"
	v6_ready g1 "$G2_6"
	need ctl g1 load "$TMP/m/g1.conf"
	need stats_mark g1
	if [ "$1" = ours ]; then
		need ctl g2 load "$TMP/m/g2.conf"
		need stats_mark g2
	else
		need ip_batch g2 <"$TMP/m/g2.xfrm"
	fi
}

# One result per cell, and MATRIX_EXTRA more.
matrix_run() { # ours|xfrm filter [driver]
	local cells module

	# With these xfrm counts a super-packet as one.
	for module in esp4_offload esp6_offload; do
		[ ! -d /sys/module/$module ] || need modprobe -r $module
	done

	mkdir "$TMP/m"
	cells=$(matrix_cells "$1" "$2" | tail -n 1)
	plan $((cells + MATRIX_EXTRA))
	matrix_setup "$1"

	capture_start
	need "$MATRIX" ping "$TMP/m" "$SUFFIX"
	matrix_counters ping "$1"
	need "$MATRIX" tcp "$TMP/m" "$SUFFIX"
	matrix_counters tcp "$1"
	capture_stop
	need "$MATRIX" judge "$TMP/m" "$PCAP" "${3-}"
	matrix_results

	expect_wire "nothing but ESP and AH was on the wire" "not arp and
		not proto 50 and not proto 51 and not icmp6 and
		not (ip[6:2] & 0x1fff != 0) and not ip6 proto 44 and
		not ip6 proto 50 and not ip6 proto 51 and not ip6 proto 0" 0
	expect_stats "g1 dropped nothing" g1 ""
	if [ "$1" = ours ]; then
		expect_stats "g2 dropped nothing" g2 ""
	else
		expect_no_xfrm_errors "g2's kernel dropped nothing" g2
	fi
}

matrix_results() {
	local index name problems

	while read -r index name; do
		problems=$(sed -n "s/^$index //p" "$TMP/m/problems")
		if [ -z "$problems" ]; then
			pass "$name"
		else
			fail "$name" "$problems"
		fi
	done <"$TMP/m/cells"
}
