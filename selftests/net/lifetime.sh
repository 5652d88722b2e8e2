#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lifetimes of SAs (RFC 4301 4.4.2.1): packets and bytes exact to the last one,
# padding included, in super-packets and on two processors; seconds since an SA
# was added, was first used, was last used. The soft one is told once, the hard
# one ends the SA, and nothing leaves in clear then.
#
#	a (ours) --- wan/left --- w --- right/wan --- b (ours)
#
# Each SA is for UDP to a port of b, which is its SPI and its reqid.
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 43

module_needed
need topo2
new_key "$TMP/gcm" 20
new_key "$TMP/cbc" 32
new_key "$TMP/hmac" 32
v6_ready a $G2_6
need log_mark

GCM='enc aes-gcm-16 enc-key-file gcm'
CBC='enc aes-cbc enc-key-file cbc auth hmac-sha2-256-128 auth-key-file hmac'
HMAC='auth hmac-sha2-256-128 auth-key-file hmac'
# An SA out of a and into b
flow() { # port esp|ah family "words" "words out" "words in"
	local left=$G1 right=$G2

	[ "$3" = 4 ] || { left=$G1_6 right=$G2_6; }
	{
		echo "sa add out $2 spi $1 src $left dst $right reqid $1 $4 $5"
		echo "policy add out remote $right proto udp remote-port $1 protect $2 transport reqid $1"
	} >>"$TMP/a.conf"
	{
		echo "sa add in $2 spi $1 src $left dst $right reqid $1 $4 $6"
		echo "policy add in remote $left proto udp local-port $1 protect $2 transport reqid $1"
	} >>"$TMP/b.conf"
}

# 10 bytes are 18 with the header of UDP. ESP encrypts 2 more, filled up to 4 or
# to 16 bytes; AH authenticates IP header, 28 or 32 bytes of its own, and all.
flow 7001 esp 4 "$GCM" 'life-packets 5/10' ''
flow 7002 esp 6 "$GCM" 'life-bytes 60/100' ''
flow 7003 esp 4 "$GCM" 'life-bytes 119' ''
flow 7004 esp 4 "$CBC" 'life-bytes 100' ''
flow 7005 ah 4 "$HMAC" 'life-bytes 200' ''
flow 7006 ah 6 "$HMAC" 'life-bytes 200' ''
flow 7007 esp 4 "$GCM" 'life-packets 3/none' ''
flow 7008 esp 4 "$GCM" 'life-packets 9 life-bytes 80 life-time 1000' ''
flow 7011 esp 4 "$GCM" '' 'life-packets 2/4'
flow 7012 ah 6 "$HMAC" '' 'life-bytes 200'
flow 7021 esp 4 "$GCM" 'life-packets 4' ''
flow 7022 esp 6 "$GCM" 'life-bytes 139' ''
flow 7031 esp 4 "$GCM" 'life-packets 300' 'replay-window 8192'
flow 7051 esp 4 "$GCM" 'life-packets 50/500' ''

# Events of a namespace: "event spi which" per line
for ns in a b; do
	on_background $ns "$IPSECCTL" monitor -j >"$TMP/events-$ns"
done
listening() { # namespace
	# shellcheck disable=SC2016 # for awk
	on "$1" awk '$2 == 16 && $4 != "00000000" { found = 1 }
		END { exit !found }' /proc/net/netlink
}
need wait_for 10 listening a
need wait_for 10 listening b
events_of() { # namespace spi
	jq -r --argjson spi "$2" '.event as $event | .objects[] |
		select(.type == "sa" and .spi == $spi and $event != "new") |
		if $event == "soft" then "soft \(.soft_expired)" else
			"del \(.hard_expired) \(.life_used.packets) \(.life_used.bytes)" end' \
		"$TMP/events-$1" | paste -sd ','
}
events_are() { # namespace spi events
	[ "$(events_of "$1" "$2")" = "$3" ]
}
# One result: these and no other events, "soft which,del which packets bytes"
expect_events() { # what namespace spi events
	if wait_for 15 events_are "$2" "$3" "$4"; then
		pass "$1"
	else
		fail "$1" "events: $(events_of "$2" "$3"), not $4"
	fi
}

capture_start
need ctl a load "$TMP/a.conf"
need ctl b load "$TMP/b.conf"
agent_start a b
need agent b "sinks = {port: udp(local='::', lport=port) for port in (*range(7001, 7009), 7011, 7012, 7021, 7022, 7031, *range(7041, 7045), 7051)}"
need agent a "socks = {}"
stats_mark a
stats_mark b

address() { # family
	[ "$1" = 4 ] && echo $G2 || echo $G2_6
}

# So many datagrams of 10 bytes, one after the other
send() { # port family count
	need agent a "s = socks.setdefault($1, udp('$(address "$2")', $1))"
	need agent a "push(s, $3)"
}

# ---- packets and bytes, outbound

send 7001 4 15
expect_stats "ten of fifteen packets: one too many, then no SA" a \
	"expired=1 out-no-sa=4"
expect_events "told at five, gone at ten" a 7001 \
	"soft packets,del packets 10 200"
send 7002 6 8
expect_stats "five packets of 20 bytes in 100" a "expired=1 out-no-sa=2"
expect_events "told at 60 bytes, gone at 100" a 7002 \
	"soft bytes,del bytes 6 100"
send 7003 4 7
expect_stats "five of them in 119" a "expired=1 out-no-sa=1"
send 7004 4 5
expect_stats "padding counts: three packets of 32 bytes in 100" a \
	"expired=1 out-no-sa=1"
expect_events "96 bytes are used" a 7004 "del bytes 4 96"
send 7005 4 5
expect_stats "AH: three packets of 66 bytes in 200" a "expired=1 out-no-sa=1"
expect_events "198 bytes are used" a 7005 "del bytes 4 198"
send 7006 6 4
expect_stats "AH with IPv6: two packets of 90 bytes in 200" a \
	"expired=1 out-no-sa=1"
send 7007 4 9
expect_stats "without a hard lifetime it goes on" a ""
expect_events "and was told once" a 7007 "soft packets"
expect_sa "that is shown" a 7007 soft_expired packets
need ctl a sa dummy esp spi 7007 dst $G2 count 3 len 10
expect_stats "dummy packets are sent" b "dummy=3"
expect_events "and count" a 7007 "soft packets"
need nft_load w <<'Y'
table inet lost {
	chain c { type filter hook forward priority 0
		ip protocol esp @th,0,32 7007 drop
	}
}
Y
send 7007 4 4
need on w nft delete table inet lost
send 7007 4 1
used() { # namespace spi
	ctl "$1" sa show -j | jq --argjson spi "$2" \
		'.sas[] | select(.spi == $spi).packets'
}
try "lost packets count for the sender alone, and the SA goes on" \
	[ "$(used a 7007) $(used b 7007)" = "17 10" ]
send 7008 4 6
expect_stats "of several the first that is over" a "expired=1 out-no-sa=1"
expect_events "is named" a 7008 "del bytes 5 80"

# ---- inbound: behind the ICV, replayed packets do not count

inject_start forge.py
send 7011 4 3
capture_stop
need inject "put('right', [p for p in captured('$PCAP') if p[9] == ESP and p[20:24] == (7011).to_bytes(4, 'big')])"
expect_stats "packets of before do not count" b "replay=3"
capture_start
send 7011 4 2
expect_stats "inbound: the fifth is one too many" b "expired=1"
expect_events "told at two, gone at four" b 7011 \
	"soft packets,del packets 4 80"
send 7011 4 1
expect_stats "then there is no SA" b "no-sa=1"
send 7012 6 3
expect_stats "inbound AH: two packets of 90 bytes in 200" b "expired=1"
expect_events "180 bytes are used" b 7012 "del bytes 3 180"

# ---- super-packets: ten datagrams of 10 bytes each

burst() { # port family
	need agent a "s = udp('$(address "$2")', $1)"
	need agent a "s.setsockopt(17, UDP_SEGMENT, 10)"
	need agent a "push(s, 1, 100)"
}
burst 7021 4
burst 7022 6
expect_stats "of ten segments four, and six in 139 bytes" a "expired=10"
burst 7021 4
burst 7022 6
expect_stats "then there are no SAs" a "out-no-sa=2"

# ---- two processors

need agent a "s = udp('$G2', 7031); cpus = sorted(os.sched_getaffinity(0))[:2]"
need agent a "threads = [threading.Thread(target=lambda cpu=cpu: (os.sched_setaffinity(0, {cpu}), push(s, 100))) for cpu in (cpus * 4)[:4]]"
need agent a "[t.start() for t in threads]; [t.join() for t in threads]"
refused() {
	stats_delta a | awk -v RS='[ \n]' -F= '$1 == "expired" ||
		$1 == "out-no-sa" { sum += $2 } END { print sum + 0 }'
}
try "four threads on two processors: 100 of 400 are refused" \
	[ "$(refused)" = 100 ]
expect_events "300 packets passed" a 7031 "del packets 300 6000"
stats_mark a

# ---- seconds

rm "$TMP/a.conf" "$TMP/b.conf"
flow 7041 esp 4 "$GCM" 'life-time 2/5 life-packets 100000000' ''
flow 7042 esp 6 "$GCM" 'life-idle 1' ''
flow 7043 esp 4 "$GCM" 'life-use 1' ''
flow 7044 esp 4 "$GCM" '' 'life-time 5'
loaded=${EPOCHREALTIME/./}
need ctl b load "$TMP/b.conf"
need ctl a load "$TMP/a.conf"
send 7041 4 3
send 7044 4 3
expect_events "told two seconds, gone five seconds after it was added" a 7041 \
	"soft time,del time 3 60"
took=$(((${EPOCHREALTIME/./} - loaded) / 1000))
try "not before" [ "$took" -ge 5000 ]
send 7041 4 1
expect_stats "and nothing is sent" a "out-no-sa=1"
expect_events "gone one second after the last packet, if there is none" a 7042 \
	"del idle 0 0"
expect_events "gone at the receiver" b 7044 "del time 3 60"
try "life-use begins with the first packet" \
	[ "$(sa_field a 7043 life_used | jq 'has("use")')" = false ]
send 7043 4 2
expect_events "and ends" a 7043 "del use 2 40"

# ---- a new SA in time

rekey() {
	local words="esp spi 7052 src $G1 dst $G2 reqid 7051 $GCM"

	echo "sa add in $words" >"$TMP/new-b"
	echo "sa add out $words" >"$TMP/new-a"
	wait_for 15 events_are a 7051 "soft packets" &&
		ctl b load "$TMP/new-b" && ctl a load "$TMP/new-a"
}
need agent a "s = udp('$G2', 7051)"
need agent a "more = threading.Event(); sent = []"
need agent a "t = threading.Thread(target=lambda: [(s.send(bytes(10)), sent.append(1), time.sleep(0.004)) for _ in range(450) if not more.is_set()]); t.start()"
need rekey
new_in_use() {
	[ "$(sa_field a 7052 packets)" -gt 20 ]
}
try "the new SA takes over" wait_for 15 new_in_use
need agent a "more.set(); t.join()"
expect_stats "nothing was dropped" a ""
expect_stats "at the other end neither" b ""
both=$(($(sa_field a 7051 packets) + $(sa_field a 7052 packets)))
received() { # packets
	[ $(($(sa_field b 7051 packets) + $(sa_field b 7052 packets))) = "$1" ]
}
try "and all was received" wait_for 5 received "$both"

# ---- the wire

capture_stop
expect_wire "nothing has left in clear" "udp portrange 7000-7100" 0
expect_wire "300 packets of four threads" "ip proto 50 and ip[20:4] == 7031" 300
expect_wire "four and six segments" \
	"(ip proto 50 and ip[20:4] == 7021) or (ip6 proto 50 and ip6[40:4] == 7022)" 10

# ---- SAs that end while their namespace or the module does

for i in {1..8}; do
	ip netns add "life$i$SUFFIX"
	NAMESPACES+=("life$i")
	for spi in {7001..7010}; do
		echo "sa add out esp spi $spi src $G1 dst $G2 $GCM life-time 1 life-idle 1"
	done >"$TMP/short"
	need ctl "life$i" load "$TMP/short"
	ip netns del "life$i$SUFFIX"
	need module_unload
	need module_load
	need ctl a load "$TMP/short"
done
try_not "the kernel did not complain" log_complaints
