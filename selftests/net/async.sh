#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4, ESP tunnels between the sites for IPv4 and IPv6, between the gateways
# ESP (IPv4) and AH (IPv6) in transport mode, all through cryptd. A task of higher
# priority keeps its thread off processor 1, so that hundreds of requests are in
# flight for certain while SAs, devices, namespaces and the module go away; then
# SAs and the module go under traffic that nothing holds.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=cryptd.bash
. "$LIB/cryptd.bash"

[ "$(nproc)" -ge 2 ] || skip_all "this needs a second processor"

plan 41

# cryptd has room for 1000 requests per processor
N=200
MARK='async in clear'

RT=/proc/sys/kernel/sched_rt_runtime_us
rt=$(<$RT)
ksoftirqd=$(pgrep -x ksoftirqd/1)

as_found() {
	local status=$?

	# An agent that holds the processor would let nothing end
	kill "${JOBS[@]}" 2>/dev/null
	echo "$rt" >$RT
	chrt -o -p 0 "$ksoftirqd"
	(exit $status)
	cryptd_end
}

need log_mark
cryptd_start
trap as_found EXIT
echo -1 >$RT
need chrt -f -p 90 "$ksoftirqd"
need taskset -pc 0 $$ >/dev/null

need topo4
# Processor 1 receives what arrives at g2
rps() {
	on g2 bash -c 'echo 2 >/sys/class/net/wan/queues/rx-0/rps_cpus'
}
need rps
v6_ready h1 $H2_6
v6_ready g1 $G2_6
site_tunnels "$TMP/sites"
sa_pair "$TMP/sites" 0x1021 $G1 $G2 transport 3
policy_pair "$TMP/sites" $G1 $G2 $G1 $G2 transport 3
new_key "$TMP/key-hmac" 32
sa_pair "$TMP/sites" 0x1031 $G1_6 $G2_6 transport 4 ah \
	auth hmac-sha2-256-128 auth-key-file key-hmac
policy_pair "$TMP/sites" $G1_6 $G2_6 $G1_6 $G2_6 transport 4 ah

load() {
	ctl g1 load "$TMP/sites-left" && ctl g2 load "$TMP/sites-right"
}
flush() { # namespace
	ctl "$1" sa flush && ctl "$1" policy flush
}
need load
expect_cryptd g1

# ---- holding requests

agent_start h1 h2 w g1
g1_agent=${JOBS[-1]}
# From g1, all four SAs; from h1, which no namespace in between must outlive,
# both tunnels
need agent g1 "data = b'$MARK'; socks = [udp('$G2'), udp('$G2_6'), udp('$H2', local='10.1.0.1'), udp('$H2_6', local='2001:db8:1::1')]"
need agent h1 "data = b'$MARK'; socks = [udp('$H2'), udp('$H2_6')]"
# No ICMP errors
need agent h2 "s = udp(lport=5000, local='::')"
SENDS="(s, $N, data) for s in socks"

release() { # namespace
	local answer

	agent "$1" pass && read -rt 90 -u "${AGENT_SAYS[$1]}" answer &&
		[ "$answer" = ok ]
}

packets() { # namespace in|out
	ctl "$1" sa show -j |
		jq --arg dir "$2" '[.sas[] | select(.dir == $dir).packets] | add'
}

delivered() { # namespace
	on "$1" cat /proc/net/snmp /proc/net/snmp6 |
		awk '$1 == "Ip:" { v4 = $10 }
			$1 == "Ip6InDelivers" { v6 = $2 }
			END { print v4 + v6 }'
}

received() { # namespace number
	[ "$(delivered "$1")" -ge "$2" ] &&
		! awk '{ print $12 }' /proc/net/softnet_stat | grep -qv '^0*$'
}

moved() { # namespace "reason=number"
	local delta

	delta=$(stats_delta "$1")
	[ "$delta" = "$2" ] || { echo "$delta"; return 1; }
}

# One result: so many requests to encrypt are in flight in g1.
hold_out() { # what agent
	local before

	stats_mark g1
	before=$(packets g1 out)
	need agent "$2" "hold(1, [$SENDS])"
	try "$1: in flight" [ "$(packets g1 out)" = "$before" ]
	try "$1: nothing dropped yet" moved g1 ''
}

# The same for requests to decrypt in g2; the agent only sends them.
hold_in() { # what agent number
	local before start

	stats_mark g2
	before=$(packets g2 in)
	start=$(delivered g2)
	need agent w "hold(1)"
	need agent "$2" "[s.send(data) for s in socks for _ in range($N)]"
	try "$1: received" wait_for 30 received g2 $((start + $3))
	try "$1: in flight" [ "$(packets g2 in)" = "$before" ]
}

ended() { # pid
	! kill -0 "$1" 2>/dev/null
}

# Two results: a command that has to wait for what is in flight.
waits() { # what agent command [argument...]
	local pid status _

	"${@:3}" &
	pid=$!
	JOBS+=("$pid")
	for _ in {1..25}; do
		nap
	done
	try_not "$1: waits" ended $pid
	need release "$2"
	wait "$pid"
	status=$?
	try "$1: ends" [ $status = 0 ]
}

# ---- SAs

capture_start
hold_out "SAs go, output" g1
need flush g1
need ctl g1 load "$TMP/sites-left"
need release g1
try "SAs go, output: each packet is dropped" \
	wait_for 30 moved g1 "dead=$((4 * N))"
try "SAs go, output: the new ones counted none" [ "$(packets g1 out)" = 0 ]

hold_in "SAs go, input" g1 $((4 * N))
need flush g2
need ctl g2 load "$TMP/sites-right"
need release w
try "SAs go, input: each packet is dropped" \
	wait_for 30 moved g2 "dead=$((4 * N))"
try "SAs go, input: the new ones counted none" [ "$(packets g2 in)" = 0 ]
capture_stop
expect_wire "only the packets of the second part were sent" 'esp or ah' $((4 * N))
expect_wire "none of them in clear" udp 0

# ---- memory

# To the end, or the next ones would find the queue of cryptd full
lose() {
	stats_mark g1
	agent g1 "hold(1, [$SENDS])" && flush g1 &&
		ctl g1 load "$TMP/sites-left" && release g1 &&
		wait_for 30 moved g1 "dead=$((4 * N))" >/dev/null
}
need lose
before=$(kernel_memory)
wrong=0
for _ in {1..4}; do
	lose || wrong=$((wrong + 1))
done
try "four times $((4 * N)) requests lose their SAs" [ $wrong = 0 ]
# A packet and its request are more than a kilobyte
returned() {
	[ $(($(kernel_memory) - before)) -lt 2048 ]
}
try "and give the memory back" wait_for 10 returned

# ---- the module

capture_start
hold_out "rmmod, output" g1
waits "rmmod, output" g1 module_unload
on g1 ping -q -c 1 -W 5 $G2 >/dev/null
need module_load crypto_wrap=cryptd
need load
hold_in "rmmod, input" g1 $((4 * N))
waits "rmmod, input" w module_unload
on g1 ping -q -c 1 -W 5 $G2 >/dev/null
need module_load crypto_wrap=cryptd
need load
capture_stop
expect_wire "rmmod: nothing left in clear" udp 0
expect_wire "rmmod: the pings did" 'icmp[icmptype] = icmp-echo' 2

# ---- nothing holds

flood() { # namespace address
	on_background "$1" ping -q -i 0.01 "$2" >/dev/null 2>&1
}
flood h1 $H2
flood h2 $H1_6
flood g1 $G2
flood g2 $G1_6
flowing() {
	ctl g1 sa show -j | jq -e '.sas | length == 8 and
		all(.packets >= 5)' >/dev/null
}
wrong=0
for _ in {1..3}; do
	flush g1 && flush g2 && load && wait_for 30 flowing ||
		wrong=$((wrong + 1))
done
try "SAs go three times under traffic" [ $wrong = 0 ]
wrong=0
for _ in {1..2}; do
	module_unload && module_load crypto_wrap=cryptd && load &&
		wait_for 30 flowing || wrong=$((wrong + 1))
done
try "the module goes twice under traffic" [ $wrong = 0 ]
kill "${JOBS[@]: -4}"
wait "${JOBS[@]: -4}" 2>/dev/null

# ---- devices and namespaces

# A device that has gone, made and configured as topo4 does it.
again() { # namespace device of w
	veth "$1" wan w "$2" >"$TMP/batch"
	need ip -batch "$TMP/batch"
	if [ "$1" = g1 ]; then
		addresses left 192.0.2.254/24 2001:db8:a::ff/64 >"$TMP/batch"
		need ip_batch w <"$TMP/batch"
		configure g1 wan $G1/24 $G1_6/64 192.0.2.254 2001:db8:a::ff
	else
		addresses right 198.51.100.254/24 2001:db8:b::ff/64 \
			>"$TMP/batch"
		need ip_batch w <"$TMP/batch"
		configure g2 wan $G2/24 $G2_6/64 198.51.100.254 2001:db8:b::ff
		need rps
	fi
	need wait_for 10 on "$1" ping -q -c 1 -W 1 \
		"$([ "$1" = g1 ] && echo 2001:db8:a::ff || echo 2001:db8:b::ff)" >/dev/null
}
gone() { # device of w
	! ip_in w link show "$1" >/dev/null 2>&1
}

# Results: a device goes under requests in flight.
device_goes() { # what agent namespace device of w
	local pid _

	ip_in "$3" link del wan &
	pid=$!
	for _ in {1..10}; do
		nap
	done
	need release "$2"
	wait $pid
	try "$1: ends" wait_for 30 gone "$4"
}

# A namespace waits for what is in flight before its devices go.
namespace_goes() { # what agent namespace device of w
	local _

	need ip netns del "$3$SUFFIX"
	for _ in {1..25}; do
		nap
	done
	try_not "$1: waits" gone "$4"
	need release "$2"
	try "$1: ends" wait_for 30 gone "$4"
}

need flush g1
need flush g2
need load
hold_in "device, input" h1 $((2 * N))
device_goes "device, input" w g2 right
need again g2 right
hold_in "namespace, input" h1 $((2 * N))
namespace_goes "namespace, input" w g2 right

hold_out "device, output" h1
device_goes "device, output" h1 g1 left
need again g1 left
# A process in the namespace would keep it
kill "$g1_agent"
hold_out "namespace, output" h1
namespace_goes "namespace, output" h1 g1 left

try "the module goes at last" module_unload
need module_load
try_not "the kernel did not complain" log_complaints
