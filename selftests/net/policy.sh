#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which policy decides: the order, the defaults, and what policies for everything
# do not cut.
#
#	forge.py in w --- left/wan --- a (our module, also a router)
#
# Clear packets tell which policy has decided: BYPASS lets them pass, DISCARD and
# PROTECT drop them under different reasons.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 36

need topo2
# shellcheck disable=SC2086 # words
need set_sysctl a $ROUTER
need ip_in w route add blackhole default
need ip_in w -6 route add blackhole default
new_key "$TMP/key" 20
protect="protect esp tunnel src $G2 dst $G1 reqid 1"
cat >"$TMP/conf" <<C
policy add in priority 100 remote 10.9.0.0/16 discard
policy add in priority 50 remote 10.9.1.0/24 bypass
policy add in priority 10 remote 10.9.1.1/32 $protect
policy add in priority 200 remote 10.8.0.0/16 discard
policy add in priority 200 remote 10.8.1.0/24 bypass
policy add in priority 200 remote 10.7.1.0/24 bypass
policy add in priority 200 remote 10.7.0.0/16 discard
policy add in priority 7 remote 10.6.0.0/16 discard
policy add in priority 8 remote 10.6.0.0/16 proto icmp bypass
policy add in priority 9 remote 10.5.0.0/16 proto icmp bypass
policy add in priority 9 remote 10.5.0.0/16 discard
policy add in priority 0 remote 10.4.0.0/16 discard
policy add in priority 4294967295 remote 10.4.0.0/15 bypass
C
need ctl a load "$TMP/conf"
inject_start forge.py
need inject "pings = lambda *sources: [ping(src, '$G1') for src in sources]"
need inject "through = lambda dst='10.20.0.1', src='10.30.0.1': ping(src, dst)"
need state_mark a

sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" a "$2"
}

policy() { # add|del argument...
	need ctl a policy "$@"
}

packets_of() { # priority prefix
	ctl a policy show -j |
		jq --argjson priority "$1" --arg remote "$2" \
			'.policies[] | select(.priority == $priority and .selector.remote == $remote) | .packets'
}

# ---- order

sent "the lowest priority decides" "in-clear=1 delivered=1 in-discard=1" \
	"pings('10.9.1.1', '10.9.1.2', '10.9.2.1')"
try "the policy counts it" [ "$(packets_of 10 10.9.1.1/32)" = 1 ]
try "and no other does" [ "$(packets_of 50 10.9.1.0/24)$(packets_of 100 10.9.0.0/16)" = 11 ]
policy add in priority 5 remote 10.9.0.0/16 bypass
sent "not the longest prefix" delivered=3 \
	"pings('10.9.1.1', '10.9.1.2', '10.9.2.1')"
policy del in priority 5 remote 10.9.0.0/16
sent "deleted: the next one decides" "in-clear=1 delivered=1 in-discard=1" \
	"pings('10.9.1.1', '10.9.1.2', '10.9.2.1')"

sent "equal priority: what was added first, here the larger" in-discard=2 \
	"pings('10.8.1.1', '10.8.2.1')"
sent "equal priority: what was added first, here the smaller" \
	"delivered=1 in-discard=1" "pings('10.7.1.1', '10.7.2.1')"
policy del in priority 200 remote 10.8.0.0/16
sent "the first is deleted" delivered=2 "pings('10.8.1.1', '10.8.2.1')"
policy add in priority 200 remote 10.8.0.0/16 discard
sent "and added again: it is the last now" "delivered=1 in-discard=1" \
	"pings('10.8.1.1', '10.8.2.1')"
sent "one prefix, two protocols: priority" in-discard=1 "pings('10.6.0.1')"
sent "one prefix, two protocols: order" "delivered=1 in-discard=1" \
	"pings('10.5.0.1'), ip('10.5.0.1', '$G1', 99, bytes(8))"
sent "the lowest and the highest number there are" "in-discard=1" \
	"pings('10.4.0.1')"
try_not "the same policy twice is refused" \
	ctl a policy add in priority 0 remote 10.4.0.0/16 bypass
sent "and has changed nothing" in-discard=1 "pings('10.4.0.1')"

# Many: the one that decides is found among them, wherever it is
for i in {0..255}; do
	echo "policy add in priority $((1000 + i)) remote 10.3.$i.0/24 discard"
done >"$TMP/many"
echo "policy add in priority 1256 remote 10.2.0.0/15 bypass" >>"$TMP/many"
echo "policy add in priority 999 remote 10.3.77.7/32 $protect" >>"$TMP/many"
need ctl a load "$TMP/many"
sent "among many" "in-discard=3 in-clear=1 delivered=1" \
	"pings('10.3.0.1', '10.3.255.255', '10.3.77.8', '10.3.77.7', '10.2.0.1')"

# ---- each direction is asked, each for itself

need ctl a policy flush
need state_mark a
policy add in priority 1 remote 10.30.0.0/16 bypass
policy add out priority 1 remote 10.20.0.0/16 discard
sent "forwarded: OUT is asked when IN has let it pass" out-discard=1 "through()"
policy add in priority 0 remote 10.30.0.0/16 discard
sent "forwarded: OUT is not asked when IN has not" in-discard=1 "through()"
sent "OUT is not asked about what comes in" delivered=1 \
	"pings('10.20.0.1')"
need ctl a policy flush

# ---- defaults

sent "before anything is set: bypass" delivered=1 "pings('10.9.9.9'), through()"
need ctl a default in discard
sent "in discard" in-default=2 "pings('10.9.9.9'), through()"
policy add in remote 10.9.0.0/16 bypass
sent "in discard: a policy comes first" "delivered=1 in-default=1" \
	"pings('10.9.9.9', '10.8.8.8')"
need inject "def ike(port, dst='$G1'): return ip('10.9.7.7' if dst != '$G1_6' else '2001:db8:9::7', dst, UDP, udp('10.9.7.7' if dst != '$G1_6' else '2001:db8:9::7', dst, port, port))"
policy del in remote 10.9.0.0/16
sent "in discard: IKE needs a policy like everything else" in-default=3 \
	"ike(500), ike(4500), ike(500, '$G1_6')"
policy add in proto udp local-port 500,4500 bypass
sent "in discard: IKE with one" answered=3 \
	"ike(500), ike(4500), ike(500, '$G1_6')"
sent "in discard: that is for IKE alone" in-default=2 "ike(499), ike(4501)"
need ctl a default in bypass
need ctl a default out discard
sent "out discard" "out-default=1 delivered=1" "through(), pings('10.8.8.8')"
policy add out local 10.30.0.0/16 bypass
sent "out discard: a policy comes first" out-default=1 \
	"through(), through(src='10.31.0.1')"
sent "out discard: answers of the kernel too" "out-default=1 answered=1" \
	"ip('10.9.9.9', '$G1', 99, bytes(8))"
need ctl a default out bypass
sent "and back" answered=1 "ip('10.9.9.9', '$G1', 99, bytes(8))"
need ctl a policy flush

# ---- policies for everything

{
	echo "sa add out esp spi 6001 src $G1 dst $G2 mode tunnel reqid 1 enc aes-gcm-16 enc-key-file key"
	echo "sa add out esp spi 6002 src $G1_6 dst $G2_6 mode tunnel reqid 2 enc aes-gcm-16 enc-key-file key"
	echo "policy add out remote 0.0.0.0/0 protect esp tunnel src $G1 dst $G2 reqid 1"
	echo "policy add out remote ::/0 protect esp tunnel src $G1_6 dst $G2_6 reqid 2"
} >"$TMP/conf"
need ctl a load "$TMP/conf"
need state_mark a
sent "0.0.0.0/0 PROTECT does not catch its own ESP packets" \
	"6001:packets=1 6001:bytes=28 6001:seq=1" "through()"
need ctl a policy del out remote ::/0
need ctl a policy flush

W6=2001:db8:a::ff
works() { # from namespace to address
	need ip_in a neigh flush all
	need ip_in w neigh flush all
	on "$1" ping -q -c 1 -W 5 "$2"
}
# Nothing but pings between w and a; no rule is about neighbour discovery
echos() {
	policy add both priority 1 local $G1_6/128 remote $W6/128 \
		proto icmpv6 icmp-type 128 bypass
	policy add both priority 1 local $G1_6/128 remote $W6/128 \
		proto icmpv6 icmp-type 129 bypass
}
discovery() { # what
	try "neighbour discovery works under $1, asked by w" works w $G1_6
	try "neighbour discovery works under $1, asked by a" works a $W6
}
echos
policy add both priority 9 remote ::/0 discard
discovery "::/0 DISCARD"
try_not "and everything else is cut" on a ping -q -c 1 -W 1 $G2_6
policy del both priority 9 remote ::/0
policy add both priority 9 remote ::/0 protect esp transport reqid 77
discovery "::/0 PROTECT"
policy del both priority 9 remote ::/0
need ctl a default both discard
discovery "DISCARD by default"
