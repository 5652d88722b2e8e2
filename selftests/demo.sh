#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# demo.sh MODULE: two sites, two gateways and the network between them, as
# namespaces of this machine, before and after both gateways load a
# configuration. Needs root. Exit status 0 only if all that it says was seen to
# be true.
#
# The namespaces and addresses are those of topo4 in net/lib.sh.
# shellcheck source=net/lib.sh
. "$(dirname "$0")/net/lib.sh"

module=$1
TEXT='The quick brown fox pays 1000 euros to Bob.'
checks=0

say() {
	printf '\n==> %s\n' "$*"
}

# What was claimed and is true, or the end.
must() { # claim command [argument...]
	local claim=$1 output
	shift

	if ! output=$("$@" 2>&1); then
		echo "    FAILED: $claim"
		echo "    ($*: ${output:-no output})"
		exit 1
	fi
	checks=$((checks + 1))
	echo "    ok: $claim"
}

indent() {
	sed 's/^/    /'
}

run() { # namespace command...: shows both, and what it prints
	echo "    $1# ${*:2}"
	on "$@" 2>&1 | indent
}

show() { # namespace argument of ipsecctl...
	echo "    $1# ipsecctl ${*:2}"
	ctl "$@" 2>&1 | indent
}

# ---- a server in site B, a file for it in site A

serve() {
	on_background h2 nc.openbsd -l -k -N -p 8000 >>"$TMP/received"
	must "a server listens in site B" wait_for 20 listening
}

listening() {
	on h2 ss -Htln 'sport = 8000' | grep -q .
}

send_file() {
	: >"$TMP/received"
	on h1 nc.openbsd -N -w 10 $H2 8000 <"$TMP/file"
	wait_for 20 cmp -s "$TMP/file" "$TMP/received"
}

traffic() {
	run h1 ping -c 3 -i 0.1 -W 5 $H2
	must "site A reaches site B" on h1 ping -q -c 1 -W 5 $H2
	must "a file of $(stat -c %s "$TMP/file") bytes arrives over TCP as it was sent" \
		send_file
}

# A few lines of tcpdump's view of the longest of the first packets.
excerpt() { # filter
	tcpdump -r "$PCAP" -n -X -c 1 "$1" 2>/dev/null | head -n 9 | indent
}

# ---- counters of one drop reason, before and after

injected() { # what statement reason
	local count

	stats_mark g2
	must "$1 was put on the wire" inject "$2"
	if ! wait_for 10 moved "$3"; then
		echo "    FAILED: gateway B did not count it under '$3'"
		exit 1
	fi
	must "gateway B dropped it, reason '$3', and counted nothing else" \
		test "$(stats_delta g2)" = "$3=1"
}

moved() { # reason
	[ "$(stats_delta g2)" = "$1=1" ]
}

loaded=
# shellcheck disable=SC2317,SC2329 # called by trap
leave() {
	local status=$?

	[ -z "$loaded" ] || rmmod ipsec
	(exit $status)
	finish
}
trap leave EXIT

say "Loading $module"
if [ ! -d /sys/module/ipsec ]; then
	IFS=, read -ra depends <<<"$(modinfo -F depends "$module")"
	[ ${#depends[@]} = 0 ] || modprobe -a "${depends[@]}"
	must "the module is loaded" insmod "$module"
	loaded=1
fi

say "Building the network"
cat <<X
      site A           gateway A                gateway B           site B
        h1 ---------------- g1 ------ wire ------ g2 ---------------- h2
    $H1        $G1        $G2      $H2
X
topo4
yes "$TEXT" | head -n 1000 >"$TMP/file"
serve

say "Before: no configuration. What crosses the wire can be read"
capture_start
traffic
capture_stop
excerpt "tcp port 8000 and greater 200"
must "the text of the file is on the wire" wire_has "$TEXT"

say "One configuration file for each gateway"
new_key "$TMP/a-to-b.key" 20
new_key "$TMP/b-to-a.key" 20
gateway() { # here there net-here net-there key-out spi-out key-in spi-in
	cat <<-X
	sa add out esp spi $6 src $1 dst $2 mode tunnel reqid 1 enc aes-gcm-16 enc-key-file $5
	sa add in esp spi $8 src $2 dst $1 mode tunnel reqid 1 enc aes-gcm-16 enc-key-file $7
	policy add both local $3 remote $4 protect esp tunnel src $1 dst $2 reqid 1
	X
}
gateway $G1 $G2 $NET1 $NET2 a-to-b.key 0x1001 b-to-a.key 0x1002 >"$TMP/gateway-a.conf"
gateway $G2 $G1 $NET2 $NET1 b-to-a.key 0x1002 a-to-b.key 0x1001 >"$TMP/gateway-b.conf"
echo "    gateway-a.conf:"
indent <"$TMP/gateway-a.conf"
echo "    g1# ipsecctl load gateway-a.conf"
must "gateway A has accepted its file" ctl g1 load "$TMP/gateway-a.conf"
echo "    g2# ipsecctl load gateway-b.conf"
must "gateway B has accepted its file" ctl g2 load "$TMP/gateway-b.conf"

say "After: the same traffic. Only ESP crosses the wire"
capture_start
traffic
capture_stop
excerpt "ip proto 50 and greater 200"
must "the wire carried ESP" test "$(wire_count 'ip proto 50')" -gt 0
must "of IPv4, it carried nothing but ESP" \
	test "$(wire_count 'ip and not ip proto 50')" = 0
must "the text of the file is not on the wire" wire_has_no "$TEXT"
sent=$(wire_count "ip proto 50 and src $G1")

say "What gateway A counts"
show g1 sa show
must "gateway A counted each of the $sent packets it sent" \
	test "$(sa_field g1 0x1001 packets)" = "$sent"
must "gateway B verified each of them" \
	test "$(sa_field g2 0x1001 packets)" = "$sent"

say "An attacker on the wire (starting scapy takes a few seconds)"
inject_start
injected "a forged packet (one bit of a captured one flipped, sequence number unused)" \
	'p = wire(50, "'$G1'")[-1]; b = bytearray(bytes(p.payload)); b[4:8] = (int.from_bytes(b[4:8], "big") + 1).to_bytes(4, "big"); send("right", p.__class__(bytes(p)[:20] + bytes(b)))' icv
injected "a replayed packet (a captured one, sent again)" \
	'send("right", wire(50, "'$G1'")[-1])' replay
injected "a clear packet from site A's addresses" \
	'send("right", IP(src="'$H1'", dst="'$H2'") / UDP(dport=7) / b"hello")' \
	in-clear
echo
show g2 stats

say "And it still works"
must "site A reaches site B" on h1 ping -q -c 1 -W 5 $H2

if [ -n "$loaded" ]; then
	must "the module is unloaded" rmmod ipsec
	loaded=
fi
say "All of it was verified: $checks checks passed in $SECONDS seconds"
