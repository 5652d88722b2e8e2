#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4, tunnels between the sites, transport mode between the gateways. The
# module is unloaded while packets that it has steered wait in NFQUEUE, behind
# netem or belong to a flow in a flowtable: not one of them leaves in clear, not
# even afterwards.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 41

MARK='parked in clear'
N=5
module_needed
need topo4
need modprobe -a nfnetlink_queue nft_queue nf_flow_table nft_flow_offload \
	sch_netem
agent_start h1 g1 g2
v6_ready h1 $H2_6
site_tunnels "$TMP/sites"
sa_pair "$TMP/sites" 0x1021 $G1 $G2 transport 3
policy_pair "$TMP/sites" $G1 $G2 $G1 $G2 transport 3
sa_pair "$TMP/sites" 0x1031 $G1_6 $G2_6 transport 4
policy_pair "$TMP/sites" $G1_6 $G2_6 $G1_6 $G2_6 transport 4
need log_mark

begin() {
	need ctl g1 load "$TMP/sites-left"
	need ctl g2 load "$TMP/sites-right"
	capture_start
}

send() { # namespace address
	agent "$1" "s = udp('$2'); [s.send(b'$MARK') for _ in range($N)]"
}

# Unloads and checks; the commands say what lets the packets go on afterwards.
end() { # what [command...]
	local start=${EPOCHREALTIME/./}

	try "$1: unloaded" module_unload
	try "$1: within 10 seconds" \
		[ $((${EPOCHREALTIME/./} - start)) -lt 10000000 ]
	[ $# = 1 ] || "${@:2}"
	# What was let go is out before this
	on g1 ping -q -c 1 -W 5 $G2 >/dev/null
	capture_stop
	try "$1: nothing left in clear" wire_has_no "$MARK"
	need module_load
}

queue() { # namespace hook priority
	need nft_load "$1" <<Y
table inet q {
	chain c { type filter hook $2 priority $3
		udp dport 5000 queue num 0
	}
}
Y
	need agent "$1" "q = Queue(0)"
}
unqueue() { # namespace
	agent "$1" "q.accept()"
	agent "$1" "q.close()"
	on "$1" nft delete table inet q
}

for case in "h1 $H2 g1 postrouting 0" "h1 $H2_6 g1 postrouting 0" \
	    "g1 $G2 g1 postrouting 300" "h1 $H2 g1 forward 0" \
	    "h1 $H2_6 g1 forward 0" "g1 $G2 g2 prerouting 0" \
	    "g1 $G2_6 g2 prerouting 0" "g1 $G2 g2 input 0"; do
	read -r from to where hook priority <<<"$case"
	what="NFQUEUE $hook $to"
	begin
	queue "$where" "$hook" "$priority"
	need send "$from" "$to"
	try "$what: parked" agent "$where" "expect(q.park($N), $N)"
	end "$what" unqueue "$where"
done

what="netem on the outer device"
begin
need on g1 tc qdisc add dev wan root netem delay 2s
need send h1 $H2
queued() { # namespace device number
	on "$1" tc -s qdisc show dev "$2" |
		grep -Eq "backlog [0-9]+b ([$3-9]|[1-9][0-9]+)p"
}
try "$what: parked" wait_for 5 queued g1 wan $N
end "$what" on g1 tc qdisc del dev wan root

what="netem on ipsec0"
begin
need on g1 ip route add $NET2 dev ipsec0
need on g1 tc qdisc add dev ipsec0 root netem delay 2s
need send h1 $H2
try "$what: parked" wait_for 5 queued g1 ipsec0 $N
end "$what"

try_not "the kernel did not complain" log_complaints
