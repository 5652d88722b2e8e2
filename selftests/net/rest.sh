#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A namespace in which nothing is left to decide loses the hooks that would decide,
# a while later, and has them again with the next configuration: right then, under
# traffic, nothing leaves in clear that a policy protects. Probes of the kernel
# count the calls of the hooks.
#
#	h1 --- g1 (ours) === w (captures) === g2 --- h2
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=probes.bash
. "$(dirname "$0")/probes.bash"

PROBES=()
for hook in hook_defrag hook_local_in hook_forward hook_local_out hook_post_routing; do
	PROBES+=("$hook $hook")
done
probes "${PROBES[@]}"

plan 16

need topo4
need ip_in w route add 10.1.0.0/24 via "$G1"
agent_start h1 h2
sa_pair "$TMP/sas" 0x1001 $G1 $G2 tunnel 1
policy_pair "$TMP/policies" $NET1 $NET2 $G1 $G2 tunnel 1

calls() {
	probes_profile | awk '{ sum += $2 } END { print sum + 0 }'
}
# The probes count what all namespaces do, so there are many of these, through g1,
# from it and to it.
N=50
pings() {
	on h1 ping -q -c $N -i 0.01 -W 5 192.0.2.254 >/dev/null &&
		on g1 ping -q -c $N -i 0.01 -W 5 $H1 >/dev/null
}
called() {
	local before

	before=$(calls)
	need pings
	[ $(($(calls) - before)) -ge $N ]
}
silent() {
	! called
}
called_all() {
	local before

	before=$(probes_profile)
	need pings
	awk 'NR == FNR { before[$1] = $2; next } $2 <= before[$1] { exit 1 }' \
		<(echo "$before") <(probes_profile)
}

# ---- come and go

try "nothing is configured: no hook is called" silent
need ctl g1 default in bypass
try "a setting brings them" called_all
try "nothing but the defaults: they go" wait_for 30 silent
need ctl g1 load "$TMP/sas-left"
try "an SA brings them" called_all
need ctl g2 load "$TMP/sas-right"
need ctl g1 load "$TMP/policies-left"
need ctl g2 load "$TMP/policies-right"
need stats_mark g1
try "and the tunnel works" on h1 ping -q -c 2 -i 0.05 -W 5 $H2
expect_stats "without a drop" g1 ""
need ctl g1 sa flush
sleep 8
on h1 ping -q -c 1 -W 0.5 $H2 >/dev/null
try "with a policy alone they stay" [ "$(stat_of g1 out-no-sa)" -gt 0 ]
need ctl g1 flush
need ctl g2 flush
try "emptied they go" wait_for 30 silent
for words in "default out discard" "default in discard" \
	"settings icmp-clear none"; do
	# shellcheck disable=SC2086 # words
	need ctl g1 $words
	sleep 8
	before=$(calls)
	on h1 ping -q -c $N -i 0.01 -W 0.2 $H2 >/dev/null
	try "$words: they stay" [ $(($(calls) - before)) -ge $N ]
	need ctl g1 default both bypass
	need ctl g1 settings icmp-clear all
done
try "as it was before: they go" wait_for 30 silent

# What is refused leaves nothing behind
on g1 "$IPSECCTL" sa del esp spi 77 dst $G2 2>/dev/null
need ctl g1 limits max-policies 1
need ctl g1 limits max-policies 0
try "limits alone are nothing to decide" wait_for 30 silent

# ---- at the very moment

# While nothing is configured the way is open, so one sender sends all the time, and
# another one when the policy is there.
capture_start
on_background h1 python3 -c "import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    s.sendto(b'anything', ('$H2', 9))
    time.sleep(0.002)"
need agent h1 "s = udp('$H2')"
rounds=0 before=$(stat_of g1 out-no-sa)
for late in 4.6 4.8 4.9 4.95 5 5.05 5.1 5.15 5.2 5.3; do
	need ctl g1 flush
	sleep $late
	need ctl g1 load "$TMP/policies-left"
	need agent h1 "[s.send(b'secret %d' % i) for i in range(50)]"
	rounds=$((rounds + 1))
done
capture_stop
try "without it the way is open" \
	[ "$(wire_count "udp port 9 and src $H1 and dst $H2")" -gt 100 ]
try "what was sent behind the policy is not on the wire" wire_has_no secret
try "but was dropped" \
	[ $(($(stat_of g1 out-no-sa) - before)) -ge $((50 * rounds)) ]

# ---- the end of a namespace at that moment

for i in 1 2 3; do
	need ip netns add "rest$i$SUFFIX"
	need ip netns exec "rest$i$SUFFIX" "$IPSECCTL" default out discard
	need ip netns exec "rest$i$SUFFIX" "$IPSECCTL" default out bypass
done
sleep 4.8
for i in 1 2 3; do
	need ip netns del "rest$i$SUFFIX"
	sleep 0.1
done
sleep 2
