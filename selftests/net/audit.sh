#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Auditable events (RFC 4303 4, RFC 4302 4, RFC 4301 5.2): each kind, brought
# about from the wire, with every field the RFCs name; floods of all of them are
# told so many times per second, and how many were not; on and off; the audit log
# of the kernel.
#
#	forge.py in w --- left/wan --- a (our module)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 36

need topo2
new_key "$TMP/gcm" 20
new_key "$TMP/hmac" 32
peer E4 2001 esp transport 10.7.1.1 10.7.1.1/32 aes-gcm-16:20 -
peer A6 2002 ah transport 2001:db8:7:2::1 2001:db8:7:2::1/128 - hmac-sha2-256-128:32
peer U4 2003 esp tunnel 10.8.3.1 10.9.3.0/24 aes-gcm-16:20 - \
	remote 10.9.3.0/25 local $G1 proto udp local-port 53-54 remote-port 1000
peer E6 2004 esp tunnel 2001:db8:8:4::1 2001:db8:9:4::/64 aes-gcm-16:20 -
peer A4 2005 ah transport 10.7.5.1 10.7.5.1/32 - hmac-sha2-256-128:32
LAST=4294967295
{
	echo "sa add out esp spi 7001 src $G1 dst $G2 reqid 7001 enc aes-gcm-16 enc-key-file gcm seq $((LAST - 1))"
	echo "policy add out remote $G2 proto udp remote-port 7001 protect esp transport reqid 7001"
	echo "sa add out ah spi 7002 src $G1_6 dst $G2_6 reqid 7002 auth hmac-sha2-256-128 auth-key-file hmac seq $((LAST - 1))"
	echo "policy add out remote $G2_6 proto udp remote-port 7002 protect ah transport reqid 7002"
} >>"$TMP/peers"
peers
agent_start a
need agent a "s4 = udp('$G2', 7001); s6 = udp('$G2_6', 7002)"
# IPV6_FLOWINFO_SEND
need agent a "s6.setsockopt(41, 33, 1); s6.connect(('$G2_6', 7002, 0x54321, 0))"
need inject "def label(packet, number): return packet[:1] + ((packet[1] & 0xf0) << 16 | number).to_bytes(3, 'big') + packet[4:]"
need inject "def spoil(packet): return packet[:-1] + bytes([packet[-1] ^ 1])"
need inject "def dgram(src, dst, sport, dport): return ip(src, dst, UDP, udp(src, dst, sport, dport))"

on_background a "$IPSECCTL" monitor -j >"$TMP/events"
listening() {
	# shellcheck disable=SC2016 # for awk
	on a awk '$2 == 16 && $4 != "00000000" { found = 1 }
		END { exit !found }' /proc/net/netlink
}
need wait_for 20 listening

# All events: "event proto spi src dst seq label reason suppressed"
events() {
	jq -r '.objects[] | select(.type == "audit") |
		[.audit, .proto, .spi, .src, .dst, .seq // "-",
		.flow_label // "-", .reason // "-", .suppressed] | join(" ")' \
		"$TMP/events"
}
MARKED=0
there_are() { # number
	[ "$(grep -c '"type":"audit"' "$TMP/events")" -ge "$1" ]
}
# One result: exactly these new events, one per line.
expect_audit() { # what events
	local want got

	want=$(sed '/^$/d; s/^[ \t]*//' <<<"$2")
	MARKED=$((MARKED + $(grep -c . <<<"$want")))
	wait_for 15 there_are $MARKED
	got=$(events | tail -n +"$((MARKED - $(grep -c . <<<"$want") + 1))")
	if [ "$got" = "$want" ]; then
		pass "$1"
	else
		fail "$1" "told: $got, not $want"
		MARKED=$(events | wc -l)
	fi
}

# ---- each kind

start=$(date +%s)
need inject "put('left', E4.but(spi=39321).transport(seq=77), label(A6.but(spi=39322).transport(seq=78), 0xabcde))"
expect_audit "no SA" "
	no-sa esp 39321 10.7.1.1 $G1 77 - no-sa 0
	no-sa ah 39322 2001:db8:7:2::1 $G1_6 78 703710 no-sa 0"
time=$(jq -r '.objects[] | select(.type == "audit").time' "$TMP/events" | tail -n 1)
try "the time is now" [ $((time / 1000000000 - start)) -le 60 ] &&
	[ $((time / 1000000000)) -ge "$start" ]
need inject "E4.seq = A6.seq = 4"
need inject "once = [E4.transport(), label(A6.transport(), 0x12345)]; put('left', once)"
need inject "put('left', once)"
expect_audit "replay" "
	replay esp 2001 10.7.1.1 $G1 5 - replay 0
	replay ah 2002 2001:db8:7:2::1 $G1_6 5 74565 replay 0"
need inject "put('left', E4.transport(seq=8300)); put('left', E4.transport(seq=6))"
expect_audit "left of the window" "
	replay esp 2001 10.7.1.1 $G1 6 - replay-old 0"
need inject "put('left', spoil(E4.transport(seq=6000)), label(spoil(A6.transport(seq=6001)), 0xfffff))"
expect_audit "wrong ICV" "
	icv esp 2001 10.7.1.1 $G1 6000 - icv 0
	icv ah 2002 2001:db8:7:2::1 $G1_6 6001 1048575 icv 0"
# IP reassembles in front of LOCAL_IN, so only behind it can there be a fragment
need nft_load a <<'Y'
table ip parts {
	chain c { type filter hook input priority -1
		ip protocol esp ip frag-off set 0x2000
		ip protocol ah ip frag-off set 0x2000
	}
}
Y
stats_mark a
need inject "put('left', E4.transport(seq=7000), A4.transport(seq=7001), E4.but(spi=39321).transport(seq=7002))"
expect_audit "fragments" "
	fragment esp 2001 10.7.1.1 $G1 7000 - fragment 0
	fragment ah 2005 10.7.5.1 $G1 7001 - fragment 0
	fragment esp 39321 10.7.1.1 $G1 7002 - fragment 0"
expect_stats "are dropped for that" a "fragment=3"
need on a nft delete table ip parts
need inject "put('left', E4.transport(seq=7000), A4.transport(seq=7001))"
expect_stats "and have moved no window" a ""
need agent a "push(s4, 2); push(s6, 2)"
expect_audit "no sequence number left" "
	seq-overflow esp 7001 $G1 $G2 $LAST - seq-overflow 0
	seq-overflow ah 7002 $G1_6 $G2_6 $LAST 344865 seq-overflow 0"

# ---- with selectors

mismatch() { # field
	jq -c ".objects[] | select(.audit == \"selector\").$1" "$TMP/events" |
		tail -n 1
}
need inject "put('left', U4.tunnel(dgram('10.9.3.1', '$G1', 1000, 55), seq=9))"
expect_audit "outside of the selector of the SA" "
	selector esp 2003 10.9.3.1 $G1 9 - sa-selector 0"
is() { # got want
	[ "$1" = "$2" ] || { echo "$1, not $2"; return 1; }
}
try "what the packet was" is "$(mismatch packet)" \
	"{\"local\":\"$G1/32\",\"remote\":\"10.9.3.1/32\",\"proto\":\"udp\",\"local_port\":[55,55],\"remote_port\":[1000,1000]}"
try "what the SA may carry" is "$(mismatch selector)" \
	"{\"local\":\"$G1/32\",\"remote\":\"10.9.3.0/25\",\"proto\":\"udp\",\"local_port\":[53,54],\"remote_port\":[1000,1000]}"
try "which SA that is" is "$(mismatch sa_dst)" "\"$G1\""
need inject "put('left', E6.tunnel(label(ping('2001:db8:66::1', '$G1_6'), 0x22222), seq=10))"
expect_audit "an SA without one, no policy" "
	selector esp 2004 2001:db8:66::1 $G1_6 10 139810 in-no-policy 0"
try "it was an answer to a ping" is "$(mismatch 'packet | [.proto, .icmp_type]')" \
	'["icmpv6","echo-reply"]'
try "the SA has no selector" is "$(mismatch selector)" null
need inject "put('left', E6.tunnel(ping('10.7.1.1', '$G1'), seq=11))"
expect_audit "the policy wants another SA" "
	selector esp 2004 10.7.1.1 $G1 11 - in-policy 0"
need inject "put('left', E6.tunnel(ip('2001:db8:66::1', '$G1_6', 135, bytes([59, 0, 6, 0, 0, 0, 0, 0])), seq=12))"
expect_audit "a Mobility Header without a policy" "
	selector esp 2004 2001:db8:66::1 $G1_6 12 0 in-no-policy 0"
try "of what type it was" is "$(mismatch packet)" \
	"{\"local\":\"$G1_6/128\",\"remote\":\"2001:db8:66::1/128\",\"proto\":\"mh\",\"mh_type\":[6,6]}"

# ---- configuration

null_sa() {
	PYTHONPATH=$LIB on a python3 -c 'import nl
answer = nl.new_sa(nl.Sock(), spi=0x9999, enc="null", src="192.0.2.1", dst="192.0.2.9")
assert answer.error == 22, answer'
}
try "an SA that protects nothing is refused" null_sa
expect_audit "and told" "
	no-protection esp 39321 192.0.2.1 192.0.2.9 - - - 0"

# ---- floods

N=300
flood() {
	inject "put('left', [p for _ in range($N) for p in (E4.but(spi=39321).transport(seq=1), once[0], spoil(E4.transport(seq=9000)))])" &&
		inject "put('left', [U4.tunnel(dgram('10.9.3.1', '$G1', 1000, 55)) for _ in range($N)])" &&
		agent a "push(s4, $N)"
}
need inject "U4.seq = 100"
need flood
before=$(kernel_memory)
for _ in 1 2 3; do
	need flood
done
grown=$(($(kernel_memory) - before))
try "floods leave nothing in memory" [ $grown -lt 2048 ]
# The next one of each tells how many there were; a second is enough for it
told=$(events | wc -l)
sleep 1
need inject "put('left', E4.but(spi=39321).transport(seq=1), once[0], spoil(E4.transport(seq=9000)), U4.tunnel(dgram('10.9.3.1', '$G1', 1000, 55)))"
need agent a "push(s4, 1)"
need wait_for 15 there_are $((told + 5))
events | tail -n +$((MARKED + 1)) >"$TMP/flood"
for kind in no-sa replay icv selector seq-overflow; do
	read -r count suppressed < <(awk -v kind=$kind '$1 == kind {
		count++; sum += $9 } END { print count + 0, sum + 0 }' "$TMP/flood")
	try "$kind: told or counted, each of $((4 * N + 1))" \
		is $((count + suppressed)) $((4 * N + 1))
	# What took a minute could be told 16 + 60 * 8 times
	try "$kind: few were told" [ "$count" -le $((4 * N / 2)) ]
done

# ---- on and off

MARKED=$(events | wc -l)
sleep 1
need ctl a settings audit-events off audit-log off
need inject "put('left', E4.but(spi=39323).transport(seq=1))"
try "it is shown that it is off" \
	is "$(ctl a settings -j | jq -r '.audit_events + .audit_log')" offoff
need ctl a settings audit-events on
need inject "put('left', E4.but(spi=39324).transport(seq=2))"
expect_audit "off is off, and on again is on" "
	no-sa esp 39324 10.7.1.1 $G1 2 - no-sa 0"

# ---- the audit log of the kernel

try "others than root have no say in the log of the machine" \
	grep -q 'only namespaces of the initial user namespace' < \
	<(on a unshare -rn "$IPSECCTL" settings audit-log on 2>&1)
set_audit() { # 0 or 1
	python3 -c '
import socket, struct, sys
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
s.settimeout(5)
status = struct.pack("=10I", 1, int(sys.argv[1]), *[0] * 8)
s.send(struct.pack("=IHHII", 16 + len(status), 1001, 5, 1, 0) + status)
assert struct.unpack_from("=i", s.recv(4096), 16)[0] == 0' "$1" 2>"$TMP/set_audit"
}
logged() {
	dmesg | grep -qF "op=ipsec-icv netns=$NETNS proto=esp spi=0x000007d1 src=10.7.1.1 dst=$G1 seqno=9999 reason=icv suppressed=0"
}
NETNS=$(on a readlink /proc/self/ns/net)
NETNS=${NETNS//[^0-9]/}
if set_audit 1; then
	need ctl a settings audit-log on
	need inject "put('left', spoil(E4.transport(seq=9999)))"
	try "a record in the audit log" wait_for 10 logged
	need set_audit 0
else
	skip "a record in the audit log" "the kernel has no audit: $(tail -n 1 "$TMP/set_audit")"
fi
