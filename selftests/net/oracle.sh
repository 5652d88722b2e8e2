#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Random packets on random SAs, both ways, with scapy at the other end. Here is
# what a kernel has to do for it: planning before and comparing afterwards is
# pure Python and ten times faster outside of an emulated machine. Who plans
# puts the plan where the results go and compares when all scripts are through
# (scripts/check does); if nobody did, all of it is done here.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

oracle=$LIB/../oracle
where=${IPSEC_RESULTS:-}/oracle
here=
if [ ! -e "$where/plan" ]; then
	here=1 where=$TMP/oracle
	: "${ORACLE_SEED:=$RANDOM}"
	echo "# ORACLE_SEED=$ORACLE_SEED"
	need /usr/bin/python3 "$oracle/oracle.py" plan "$where" \
		"$ORACLE_SEED" "${ORACLE_SAS:-100}" "${ORACLE_EACH:-20}"
fi
read -r sent received dropped <"$where/counts"

plan $((5 + ${here:-0} * 2))

# Packets that all SAs of a direction have counted.
counted() { # in|out
	ctl a sa show -j | jq --arg dir "$1" \
		'[.sas[] | select(.dir == $dir) | .packets] | add'
}

handled() { # in|out packets
	[ "$(counted "$1")" -ge "$2" ]
}

came_to_an_end() { # packets
	[ $(($(counted in) + $(ctl a stats -j | jq '[.drops[].count] | add // 0'))) -ge "$1" ]
}

# Tells the pump to go on when what it has sent was handled, or nothing more is:
# then the results below say how much is missing.
paced() {
	local number before after

	while read -r number; do
		before=
		until wait_for 5 came_to_an_end "$number"; do
			after=$(counted in)
			[ "$after" != "$before" ] || break
			before=$after
		done
		echo
	done
}

# What scapy thinks, as results_of wants it.
compare() {
	/usr/bin/python3 "$oracle/oracle.py" check "$where" |
		sed -nE 's/^((not )?ok) [0-9]+ /\1\t/p; /^#/p'
}

log_is_clean() {
	! log_complaints
}

need one_link
need ip_batch a <<'X'
route add local 10.1.0.0/16 dev lo
route add local fd00:1::/32 dev lo
X

# What was decapsulated is written down where it enters the host, and goes no
# further: nobody is there to take it.
need nft_load a <<'X'
table inet t {
	chain input {
		type filter hook input priority 0
		meta ipsec exists log group 7 drop
	}
}
X
try "the configuration of $(grep -c '^sa' "$where/conf") SAs is loaded" \
	ctl a load "$where/conf"
need stats_mark a
log_mark

SNAPLEN=2048 capture_start
need on a /usr/bin/python3 "$oracle/pump.py" "$where/send"
wait_for 120 handled out "$sent"
capture_stop
mv "$PCAP" "$where/sent.pcap"
expect_stats "nothing was dropped on the way out" a ""
need stats_mark a

exec {till}> >(on a /usr/bin/python3 "$oracle/record.py" 7 "$where/received" \
	>"$TMP/recorder" 2>&1; echo end >>"$TMP/recorder")
need wait_for 20 grep -q listening "$TMP/recorder"
mkfifo "$TMP/go"
# shellcheck disable=SC2094 # a FIFO
on w /usr/bin/python3 "$oracle/pump.py" "$where/wire" left "$(mac a wan)" \
	<"$TMP/go" | paced >"$TMP/go"
wait_for 120 handled in "$received"
exec {till}>&-
need wait_for 60 grep -q end "$TMP/recorder"

try "every packet of the peer is counted" handled in "$received"
expect_stats "dropped on the way in: congestion without ECN in the inner packet" \
	a "ecn=$dropped"
try "the kernel did not complain" log_is_clean
[ -z "$here" ] ||
	results_of compare
