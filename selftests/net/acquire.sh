#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PROTECT without an SA, while somebody listens who can make one (RFC 4301 5.1):
# the SA is asked for once, packets wait for it and are sent in their order, or
# dropped in time; they never leave in clear, whatever happens meanwhile.
#
#	h1 --- lan/g1/wan --- w --- wan/g2/lan --- h2
#
# g2 has all SAs and policies; those of g1 come and go. Every packet carries
# MARK, and w watches.
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 67

MARK=waiting
need topo4
agent_start h1 h2 g1 g2
v6_ready h1 $H2_6
v6_ready g1 $G2_6

sa_pair "$TMP/tunnel" 0x1001 $G1 $G2 tunnel 1
policy_pair "$TMP/tunnel-policy" $NET1 $NET2 $G1 $G2 tunnel 1
sa_pair "$TMP/tunnel6" 0x1011 $G1_6 $G2_6 tunnel 2
policy_pair "$TMP/tunnel6-policy" $NET1_6 $NET2_6 $G1_6 $G2_6 tunnel 2
sa_pair "$TMP/host" 0x1021 $G1 $G2 transport 3
policy_pair "$TMP/host-policy" $G1 $G2 $G1 $G2 transport 3
new_key "$TMP/auth" 32
sa_pair "$TMP/host6" 0x1031 $G1_6 $G2_6 transport 4 ah \
	auth hmac-sha2-256-128 auth-key-file auth
policy_pair "$TMP/host6-policy" $G1_6 $G2_6 $G1_6 $G2_6 transport 4 ah
# SAs of g1 begin again at 1 each time
replay_off() { # file
	sed -i 's/^sa add in .*/& replay-window 0/' "$1"
}
cat "$TMP"/*-right >"$TMP/right"
replay_off "$TMP/right"
need ctl g2 load "$TMP/right"
need ctl g1 load - <<<"policy add both priority 1 proto icmpv6 bypass"
for each in tunnel tunnel6 host host6; do
	need ctl g1 load "$TMP/$each-policy-left"
done
need agent h2 "sinks = {4: udp(local='$H2', lport=5000), 6: udp(local='$H2_6', lport=5000)}"
need agent g2 "sinks = {4: udp(local='$G2', lport=5000), 6: udp(local='$G2_6', lport=5000)}"

events() {
	grep -c '"event":"acquire"' "$TMP/events"
	return 0
}
events_are() { # number
	[ "$(events)" = "$1" ]
}
# One result: whether so many events have come since the last time.
EVENTS=0
expect_events() { # what number
	EVENTS=$((EVENTS + $2))
	if wait_for 10 events_are $EVENTS; then
		pass "$1"
	else
		fail "$1" "$(($(events) - EVENTS + $2)) events, not $2"
	fi
}
event() { # filter of jq, for the last one
	tail -n 1 "$TMP/events" | jq -r ".objects[0] | $1"
}

held() {
	ctl g1 acquire show -j | jq '[.acquires[].held] | add // 0'
}
some_wait() {
	[ "$(held)" -gt 0 ]
}
held_are() { # number
	[ "$(held)" = "$1" ]
}
expect_held() { # what number
	if wait_for 10 held_are "$2"; then
		pass "$1"
	else
		fail "$1" "$(held) packets wait, not $2"
	fi
}

send() { # namespace address count [first]
	agent "$1" "s = udp('$2'); [s.send(b'$MARK %d' % i) for i in range(${4-0}, ${4-0} + $3)]"
}
receive() { # namespace family count: in order, and no more
	agent "$1" "expect([answer(sinks[$2]) for _ in range($3)], ['$MARK %d' % i for i in range($3)])" &&
		agent "$1" "expect(select.select([sinks[$2]], [], [], 0)[0], [])"
}

# No SAs, and no acquisitions either: they live for a second if an SA was added
nothing_is_sought() {
	[ "$(ctl g1 acquire show -j | jq '.acquires | length')" = 0 ]
}
fresh() {
	need ctl g1 sa flush
	need wait_for 20 nothing_is_sought
}

listening() { # number of sockets
	# shellcheck disable=SC2016 # for awk
	[ "$(on g1 awk '$2 == 16 && $4 != "00000000"' /proc/net/netlink | wc -l)" = "$1" ]
}
LISTENER=
listen() { # [acquire]
	if [ -n "$LISTENER" ]; then
		kill "$LISTENER"
		wait "$LISTENER" 2>/dev/null
		need wait_for 10 listening 0
	fi
	: >"$TMP/events"
	EVENTS=0
	ip netns exec "g1$SUFFIX" "$IPSECCTL" monitor "$@" -j >"$TMP/events" &
	LISTENER=$!
	JOBS+=("$LISTENER")
	need wait_for 10 listening 1
}

# Long enough for a slow machine, but where time is the matter
need ctl g1 limits acquire-interval 1 hold-time 120
need stats_mark g1
SNAPLEN=256 capture_start

# ---- who listens

need send h1 $H2 3
nothing_waits() {
	[ "$(stat_of g1 out-no-sa)" = "$1" ]
}
need wait_for 10 nothing_waits 3
expect_stats "without a listener nothing waits" g1 out-no-sa=3
try "and nothing is asked for" nothing_is_sought
listen
need ctl g1 limits acquire-interval 60
need send h1 $H2 1000
need wait_for 20 nothing_waits 1003
expect_stats "who watches makes nothing wait" g1 out-no-sa=1000
expect_events "a burst of 1000 packets is one question" 1
need ctl g1 limits acquire-interval 1
fresh
listen acquire

# ---- forwarded, tunnel

for family in 4 6; do
	[ $family = 4 ] && to=$H2 what='' sas=tunnel || to=$H2_6 what=', IPv6' sas=tunnel6
	need ctl g1 limits acquire-interval 60
	need send h1 "$to" 5
	expect_held "five packets wait$what" 5
	expect_events "the SA is asked for once$what" 1
	if [ $family = 4 ]; then
		want="esp $G1 $G2 tunnel 1 0 $H1/32 $H2/32 udp 5000"
	else
		want="esp $G1_6 $G2_6 tunnel 2 0 $H1_6/128 $H2_6/128 udp 5000"
	fi
	got=$(event '"\(.proto) \(.src) \(.dst) \(.mode) \(.reqid) \(.inside) \(.flow.local) \(.flow.remote) \(.flow.proto) \(.flow.remote_port[0])"')
	try "the event says which and for what$what" [ "$got" = "$want" ]
	reqid=$([ $family = 4 ] && echo 1 || echo 2)
	index=$(ctl g1 policy show -j | jq ".policies[] | select(.dir == \"out\" and .reqid == $reqid).index")
	try "and for which policy$what" [ "$(event .policy)" = "$index" ]
	need ctl g1 load "$TMP/$sas-left"
	try "they arrive in their order$what" receive h2 $family 5
	expect_stats "none is dropped$what" g1 ""
	need ctl g1 limits acquire-interval 1
	fresh
done

# ---- what is told of the packet

# A Binding Update of RFC 6275, which is a Mobility Header of type 5
need ctl g1 limits acquire-interval 60 hold-packets 0
need agent h1 "socket.socket(socket.AF_INET6, socket.SOCK_RAW, 135).sendto(bytes([59, 0, 5, 0, 0, 0, 0, 0]), ('$H2_6', 0))"
expect_events "a Mobility Header asks for the SA" 1
try "its type is told" [ "$(event '.flow | "\(.proto) \(.mh_type[])"')" = "mh 5
mh 5" ]
try "and shown to who asks" [ "$(ctl g1 acquire show | grep -c 'proto mh mh-type 5,')" = 1 ]
expect_stats "nobody has let it wait" g1 out-no-sa=1
need ctl g1 limits acquire-interval 1 hold-packets 64
fresh

# ---- bounds

need ctl g1 limits hold-packets 8
need send h1 $H2 9
expect_held "as many wait as may" 8
expect_stats "one more does not" g1 acquire-full=1
need ctl g1 limits hold-packets 64 hold-total 12
need send h1 $H2_6 5
expect_held "nor more in total" 12
expect_stats "whatever they wait for" g1 acquire-full=1
need ctl g1 load "$TMP/tunnel-left"
try "those that waited arrive" receive h2 4 8
need ctl g1 load "$TMP/tunnel6-left"
try "all of them" receive h2 6 4
need ctl g1 limits hold-total 1024
fresh

need ctl g1 limits hold-time 1
need send h1 $H2 3
timed_out() { # number
	[ "$(stat_of g1 acquire-timeout)" = "$1" ]
}
need wait_for 10 timed_out 3
expect_stats "time is over" g1 acquire-timeout=3
need ctl g1 load "$TMP/tunnel-left"
need send h1 $H2 1
try "what was dropped does not come later" receive h2 4 1
fresh
need ctl g1 limits hold-time 0
need send h1 $H2 2
need wait_for 10 nothing_waits 1006
expect_stats "hold-time 0: nothing waits" g1 out-no-sa=2
need ctl g1 limits hold-time 120
fresh

# ---- of this host, transport; TCP

repeats_more_than() { # number
	[ "$(not_repeated)" -gt "$1" ]
}
not_repeated() {
	# shellcheck disable=SC2016 # for awk
	on g1 awk '$1 == "TcpExt:" && !column {
			for (i = 1; i <= NF; i++)
				if ($i == "TCPSpuriousRtxHostQueues")
					column = i
			next
		}
		$1 == "TcpExt:" { print $column }' /proc/net/netstat
}
for family in 4 6; do
	[ $family = 4 ] && to=$G2 what='' sas=host || to=$G2_6 what=', IPv6, AH' sas=host6
	need send g1 "$to" 4
	expect_held "packets of this host wait$what" 4
	need ctl g1 load "$TMP/$sas-left"
	try "and arrive in their order$what" receive g2 $family 4
	fresh
	need agent g2 "serve_tcp('$to')"
	need agent g1 "done = []; t = threading.Thread(target=lambda: done.append(tcp('$to', 6000))); t.start()"
	expect_held "the first packet of a connection waits$what" 1
	repeats=$(not_repeated)
	need wait_for 20 repeats_more_than "$repeats"
	try "TCP does not send it again meanwhile$what" held_are 1
	need ctl g1 load "$TMP/$sas-left"
	need agent g1 "t.join()"
	try "connect() succeeds$what" agent g1 "expect(len(done), 1)"
	# What is under way has a moment without an SA
	need agent g1 "data = b'$MARK' * 60000; done[0].send(b'$MARK')"
	need ctl g1 sa flush
	need agent g1 "t = threading.Thread(target=lambda: done[0].sendall(data)); t.start()"
	need wait_for 10 some_wait
	need ctl g1 load "$TMP/$sas-left"
	need agent g1 "t.join(); done[0].shutdown(socket.SHUT_WR)"
	try "a connection whose SA is replaced goes on$what" agent g1 \
		"expect(done[0].recv(64), hashlib.sha256(b'$MARK' + data).hexdigest().encode())"
	need agent g1 "done[0].close()"
	fresh
	need stats_mark g1
done

# ---- the size is looked at when there is an SA

need agent h1 "s = udp('$H2', pmtu=PMTUDISC_DO); s.send(bytes(1472))"
expect_held "a packet that will be too big waits" 1
need ctl g1 load "$TMP/tunnel-left"
try "its sender hears of it" agent h1 "expect(answer(s)[:9], 'icmp 3 4 ')"
expect_stats "it is dropped" g1 too-big=1
fresh

# ---- what happens meanwhile

policy_of() { # reqid
	ctl g1 policy show -j | jq ".policies[] | select(.dir == \"out\" and .reqid == $1).index"
}
counted() { # reason number
	[ "$(stat_of g1 "$1")" = "$2" ]
}
need send h1 $H2 2
expect_held "two wait" 2
need ctl g1 policy del index "$(policy_of 1)"
need ctl g1 load "$TMP/tunnel-left"
need wait_for 10 counted out-changed 2
expect_stats "their policy is deleted: they are dropped" g1 out-changed=2
need ctl g1 policy add out local $NET1 remote $NET2 protect esp tunnel src $G1 dst $G2 reqid 1
fresh
need send h1 $H2 2
expect_held "two wait again" 2
need ctl g1 policy add out priority 5 remote $NET2 bypass
need ctl g1 load "$TMP/tunnel-left"
need wait_for 10 counted out-changed 4
expect_stats "one in front says BYPASS: they are dropped" g1 out-changed=2
need ctl g1 policy del out priority 5 remote $NET2
fresh
need send h1 $H2 2
need wait_for 10 held_are 2
need ctl g1 policy add out priority 5 remote $NET2 discard
need ctl g1 load "$TMP/tunnel-left"
need wait_for 10 counted out-discard 2
expect_stats "one in front says DISCARD: they are dropped" g1 out-discard=2
need ctl g1 policy del out priority 5 remote $NET2
fresh

need ip_in g1 link add dummy0 type dummy
need ip_in g1 link set dummy0 up
need ip_in g1 route add $NET2 dev dummy0
need send h1 $H2 2
need wait_for 10 held_are 2
start=${EPOCHREALTIME/./}
need ip_in g1 link del dummy0
try "the device of the route goes at once" [ $((${EPOCHREALTIME/./} - start)) -lt 5000000 ]
need ctl g1 load "$TMP/tunnel-left"
try "what waited is sent to the peer" receive h2 4 2
fresh
need send h1 $H2 2
need wait_for 10 held_are 2
kill "$LISTENER"
wait "$LISTENER" 2>/dev/null
LISTENER=
need wait_for 10 listening 0
need ctl g1 load "$TMP/tunnel-left"
try "the listener goes, the SA comes" receive h2 4 2
expect_stats "nothing is lost" g1 ""
fresh
listen acquire

# ---- nested

sa_pair "$TMP/inner" 0x1041 $G1 $G2 transport 5
new_key "$TMP/ah" 32
sa_pair "$TMP/outer" 0x1051 $G1 $G2 tunnel 6 ah auth hmac-sha2-256-128 auth-key-file ah
need ctl g1 policy add out priority 5 proto udp remote-port 5000 local $G1 remote $G2 protect esp transport reqid 5 inside ah tunnel src $G1 dst $G2 reqid 6
need send g1 $G2 3
expect_events "two SAs are missing: the inner one is asked for" 1
need ctl g1 load "$TMP/inner-left"
expect_events "it comes: the outer one is asked for" 1
try "it is the second of the policy" [ "$(event '"\(.inside) \(.proto) \(.mode) \(.reqid)"')" = "1 ah tunnel 6" ]
expect_held "the packets wait on" 3
need ctl g1 load "$TMP/outer-left"
sent_are() { # spi number
	[ "$(sa_field g1 "$1" packets)" = "$2" ]
}
need wait_for 10 sent_are 0x1051 3
try "and go through both" sent_are 0x1041 3
expect_stats "none was dropped" g1 ""
fresh

# ---- SAs that come while packets do

all=$((3 * 30))
for ((i = 0; i < 30; i++)); do
	need send h1 $H2 3 $((3 * i))
	need ctl g1 load "$TMP/tunnel-left"
	need ctl g1 sa flush
done
need ctl g1 load "$TMP/tunnel-left"
try "none of $all packets is lost while SAs come and go" agent h2 \
	"expect(sorted(int(answer(sinks[4]).split()[1]) for _ in range($all)), list(range($all)))"
expect_stats "nor counted" g1 ""
fresh

# ---- a flood

listen acquire
need ctl g1 limits acquire-interval 60 hold-total 100
need ctl g1 policy add out remote 10.2.128.0/17 protect esp transport reqid 9
before=$(kernel_memory)
need agent h1 "s = udp(); [s.sendto(b'$MARK', ('10.2.%d.%d' % (128 + i // 250, 1 + i % 250), 5000)) for i in range(5000)]"
flooded() {
	[ "$(stat_of g1 acquire-full)" = 4902 ]
}
need wait_for 30 flooded
expect_stats "5000 flows: 100 packets wait" g1 acquire-full=4900
expect_events "256 SAs are asked for" 256
used=$(($(kernel_memory) - before))
try "it takes no more than 4 MB of memory" [ $used -lt 4000 ]
try "they can be shown" [ "$(ctl g1 acquire show -j | jq '.acquires | length')" = 256 ]

capture_stop
expect_wire "nothing of all that was on the wire in clear" \
	'(ip and not ip proto 50 and not ip proto 51) or
	(ip6 and not ip6 proto 50 and not ip6 proto 51 and not icmp6 and not ip6 proto 0)' 0
try "but ESP and AH" [ "$(wire_count 'ip proto 50 or ip6 proto 51')" -gt 0 ]
