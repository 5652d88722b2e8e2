# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the scripts of the matrix, which source lib.sh first: every protocol with
# every algorithm, in every mode and pair of IP versions, with and without
# extended sequence numbers and UDP encapsulation, as cells.py has them. All
# cells of a batch are configured at the same time in topo4, with addresses of
# their own: those of tunnels on h1 and h2, those of transport mode on g1 and
# g2. g1 is ours; at g2 is either we or the kernel's own IPsec. A cell passes
# when
#
# - all its echo requests, from both ends, of up to 9000 bytes, are answered
# - a TCP connection moves data both ways and their hashes are right; with
#   extended sequence numbers it goes over 2^32
# - its SAs have then counted, at both ends, exactly the packets that have to be
#   (pings, fragments of inner packets) or were on the wire (TCP)
# - its SAs have counted no drop
# - no byte of its marker can be read on the wire, or, with null encryption and
#   AH, its marker can be read there: what looks for it finds it
#
# In the end some packets of every SA of ours come once more, and none is
# accepted.
#
# MATRIX_CELLS says which cells: some (a sample), plain (every one of one
# protocol without extended sequence numbers and UDP), all.

MATRIX=$LIB/matrix.py
# shellcheck disable=SC2034 # for capture_start
SNAPLEN=4096

# Results of a batch besides those of its cells.
MATRIX_EXTRA=4

matrix_counters() { # ping|tcp|before|again peer
	need ctl g1 sa show -j >"$BATCH/$1.g1.json"
	if [ "$2" = ours ]; then
		need ctl g2 sa show -j >"$BATCH/$1.g2.json"
	else
		need ip_in g2 -s xfrm state >"$BATCH/$1.g2.xfrm"
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

matrix_topology() { # peer
	local ns

	topo4
	for ns in h1 h2 g1 g2; do
		need ip_batch $ns <"$TMP/m/$ns.ip"
	done
	for ns in h1 h2; do
		need set_sysctl $ns net/ipv6/conf/lan/mtu=1300
	done
	v6_ready h1 "$H2_6"
	v6_ready g1 "$G2_6"
	[ "$1" = xfrm ] || return 0
	# What a daemon does for xfrm, on the port of the right gateway; the
	# first command loads what knows policies of sockets
	need ip_in g2 xfrm state flush
	agent_start g2
	need agent g2 "ike = [exempt(encap(a, 4501)) for a in ('0.0.0.0', '::')]"
}

matrix_setup() { # peer
	need ctl g1 load "$BATCH/g1.conf"
	need stats_mark g1
	if [ "$1" = ours ]; then
		need ctl g2 load "$BATCH/g2.conf"
		need stats_mark g2
	else
		need ip_batch g2 <"$BATCH/g2.xfrm"
	fi
}

# Also the path MTUs that hosts have learned, whose addresses come again
matrix_flush() { # peer
	local ns

	for ns in h1 h2 g1 g2; do
		need ip_in $ns route flush cache
		need ip_in $ns -6 route flush cache
	done
	need ctl g1 flush
	if [ "$1" = ours ]; then
		need ctl g2 flush
	else
		printf 'xfrm %s flush\n' policy state >"$TMP/batch"
		need ip_batch g2 <"$TMP/batch"
	fi
}

# One result per cell, and some more per batch.
matrix_run() { # ours|xfrm filter [driver]
	local batches

	need offload_unload

	mkdir "$TMP/m"
	need "$MATRIX" choose "$TMP/m" "$1" "${MATRIX_CELLS:-some}" "$2" \
		"${MATRIX_FILTER-}"
	batches=("$TMP"/m/batch*)
	plan $(($(cat "$TMP"/m/batch*/cells | wc -l) +
		${#batches[@]} * MATRIX_EXTRA))
	sed 's/^/# not with this peer: /' "$TMP/m/impossible"

	matrix_topology "$1"
	for BATCH in "${batches[@]}"; do
		matrix_batch "$1" "${3-}"
		matrix_flush "$1"
		rm -rf "$BATCH" "$PCAP"
	done
}

matrix_batch() { # peer driver
	matrix_setup "$1"
	capture_start
	need "$MATRIX" ping "$BATCH" "$SUFFIX"
	matrix_counters ping "$1"
	need "$MATRIX" tcp "$BATCH" "$SUFFIX"
	matrix_counters tcp "$1"
	capture_stop
	need "$MATRIX" judge "$BATCH" "$PCAP" "$2"
	matrix_results

	expect_wire "nothing but ESP and AH was on the wire" "not arp and
		not proto 50 and not proto 51 and not icmp6 and
		not (udp port 4500 and udp port 4501) and
		not (ip[6:2] & 0x1fff != 0) and not ip6 proto 44 and
		not ip6 proto 50 and not ip6 proto 51 and not ip6 proto 0" 0
	expect_stats "g1 dropped nothing" g1 ""
	if [ "$1" = ours ]; then
		expect_stats "g2 dropped nothing" g2 ""
	else
		expect_no_xfrm_errors "g2's kernel dropped nothing" g2
	fi
	matrix_again "$1"
}

# They are refused where they arrive, in front of all cryptography.
matrix_again() { # peer
	matrix_counters before "$1"
	need "$MATRIX" again "$BATCH" "$PCAP" "$SUFFIX" "$1"
	wait_for 20 matrix_refused "$1"
	try "no SA takes a packet again" "$MATRIX" refused "$BATCH"
}

matrix_refused() { # peer
	matrix_counters again "$1"
	"$MATRIX" refused "$BATCH" >/dev/null 2>&1
}

matrix_results() {
	local index name problem
	local -A problems=()

	while read -r index problem; do
		problems[$index]+="$problem"$'\n'
	done <"$BATCH/problems"
	while read -r index name; do
		if [ -z "${problems[$index]-}" ]; then
			pass "$name"
		else
			fail "$name" "${problems[$index]}"
		fi
	done <"$BATCH/cells"
}
