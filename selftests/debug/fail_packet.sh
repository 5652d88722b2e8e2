#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
#
# topo4, tunnels between the sites, ESP and AH in transport mode between the
# gateways, with ciphers that answer at once and later (cryptd). While datagrams
# of all sizes and TCP go through, every tenth, then every second allocation that
# the module asks for, or what it calls, fails: packets may be lost, and nothing
# else may happen.
# shellcheck source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source=fail.bash
. "$(dirname "$0")/fail.bash"

module_needed
fail_needed
modprobe cryptd 2>/dev/null || skip_all "the kernel has no cryptd"

plan 19

MARK='in clear by failure'

as_found() {
	local status=$?

	fail_end
	module_unload && module_load || status=1
	(exit $status)
	finish
}
trap as_found EXIT

need log_mark
need topo4
agent_start h1 h2 g1 g2
v6_ready h1 $H2_6
v6_ready g1 $G2_6
site_tunnels "$TMP/sites"
sa_pair "$TMP/sites" 0x1021 $G1 $G2 transport 3
policy_pair "$TMP/sites" $G1 $G2 $G1 $G2 transport 3
new_key "$TMP/key-hmac" 32
sa_pair "$TMP/sites" 0x1031 $G1_6 $G2_6 transport 4 ah \
	auth hmac-sha2-256-128 auth-key-file key-hmac
policy_pair "$TMP/sites" $G1_6 $G2_6 $G1_6 $G2_6 transport 4 ah
# They answer, so packets go both ways
for ns in h2 g2; do
	need agent $ns "serve_udp('::'); serve_tcp('::')"
done

# The answer to a datagram comes back through the other SA of the pair.
works() {
	ctl g1 sa flush && ctl g1 policy flush && ctl g2 sa flush &&
		ctl g2 policy flush && ctl g1 load "$TMP/sites-left" &&
		ctl g2 load "$TMP/sites-right" || return
	agent h1 "expect([exchange(udp(a), 5) for a in ('$H2', '$H2_6')], [5, 5])" &&
		agent g1 "expect([exchange(udp(a, local=l), 5) for a, l in (('$G2', '$G1'), ('$G2_6', '$G1_6'))], [5, 5])"
}
no_memory() { # namespace
	[ "$(stat_of "$1" no-memory)" -gt 0 ]
}

for wrap in none cryptd; do
	need module_unload
	if [ $wrap = none ]; then
		need module_load
	else
		need module_load crypto_wrap=$wrap
	fi
	try "cipher wrapped in $wrap: everything works" works
	for percent in 10 50; do
		what="$wrap, $percent of 100 fail"
		capture_start
		need fail_module $percent
		on h1 "$(dirname "$0")/traffic.py" 400 "$MARK" "$H2" "$H2_6" \
			>"$TMP/traffic-h1"
		on g1 "$(dirname "$0")/traffic.py" 400 "$MARK" "$G2" "$G2_6" \
			>"$TMP/traffic-g1"
		need fail_end
		echo "# $what: sent, refused: $(cat "$TMP"/traffic-?1 | paste -sd ' '), dropped in g1: $(stat_of g1 no-memory), in g2: $(stat_of g2 no-memory)"
		try "$what: some were dropped going out" no_memory g1
		try "$what: some were dropped coming in" no_memory g2
		capture_stop
		try "$what: nothing left in clear" wire_has_no "$MARK"
		try "$what: everything works afterwards" works
	done
done
try_not "the kernel did not complain" log_complaints
