#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP errors that come in (RFC 4301 6): through an SA, where the header of the
# packet that they are about counts as well; in clear, by their kind; and about
# ESP and AH packets, which must name an SA that has sent them.
#
#	forge.py in w --- left/wan --- a (our module)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 60

need topo2
# T4, T6: any packet; U4: UDP to port 500 of the peer; S4: an SA with a selector;
# H4: transport mode; E4: echo replies only.
peer T4 2001 esp tunnel 10.8.1.1 10.9.1.0/24 aes-gcm-16:20 -
peer T6 2002 esp tunnel 2001:db8:8:2::1 2001:db8:9:2::/64 aes-gcm-16:20 -
peer U4 2003 esp tunnel 10.8.3.1 "10.9.3.0/24 proto udp remote-port 500" \
	aes-gcm-16:20 -
peer S4 2004 esp tunnel 10.8.4.1 10.9.4.0/24 aes-gcm-16:20 - remote 10.9.4.128/25
peer H4 2005 ah transport 10.9.5.1 10.9.5.1 - hmac-sha2-256-128:32
peer E4 2006 esp tunnel 10.8.6.1 \
	"10.9.6.0/24 proto icmp icmp-type echo-reply" aes-gcm-16:20 -
peers
# The packets that errors are about, from a to somewhere: 28 or 48 bytes
need inject "to = lambda dst, port=500: ip('$G1', dst, UDP, udp('$G1', dst, 700, port))"
need inject "to6 = lambda dst: ip('$G1_6', dst, UDP, udp('$G1_6', dst, 700, 500))"
# Errors from a router of nobody's
need inject "lost = lambda about, dst='$G1', **more: error('10.77.0.1', dst, about, **more)"
need inject "lost6 = lambda about, dst='$G1_6', **more: error('2001:db8:77::1', dst, about, **more)"
need state_mark a

# One packet through an SA: it is verified, and then let in or dropped.
through() { # what SA spi bytes reason packet
	local moved="$3:packets=1 $3:bytes=$4 $3:seq=1"

	[ "$5" = - ] || moved+=" $5=1 $3:$5=1"
	need inject "put('left', $2.tunnel($6))"
	expect_moved "$1" a "$moved"
}

settings() { # name value...
	need ctl a settings "$@"
}

# ---- either, as it is when nothing is set

through "from inside the selectors" \
	T4 2001 56 - "error('10.9.1.7', '$G1', to('10.9.1.1'))"
through "from inside, about a packet of another SA: not looked into" \
	T4 2001 56 - "error('10.9.1.7', '$G1', to('10.44.0.1'))"
through "from outside, about a packet of this SA" \
	T4 2001 56 - "lost(to('10.9.1.1'))"
through "from outside, about a packet of no SA" \
	T4 2001 56 icmp-payload "lost(to('10.44.0.1'))"
through "from outside, about a packet of another SA" \
	T4 2001 56 icmp-payload "lost(to('10.9.3.1'))"
through "from outside, about a packet the other way" \
	T4 2001 56 icmp-payload \
	"lost(ip('10.9.1.1', '$G1', UDP, udp('10.9.1.1', '$G1', 700, 500)))"
through "from outside, not to who has sent that packet" \
	T4 2001 56 icmp-payload "lost(to('10.9.1.1'), dst='192.0.2.254')"
through "from outside, not an error" \
	T4 2001 56 in-no-policy \
	"ip('10.77.0.1', '$G1', ICMP, echo('10.77.0.1', '$G1', to('10.9.1.1')))"
through "IPv6: from inside the selectors" \
	T6 2002 96 - "error('2001:db8:9:2::7', '$G1_6', to6('2001:db8:9:2::1'))"
through "IPv6: from outside, about a packet of this SA" \
	T6 2002 96 - "lost6(to6('2001:db8:9:2::1'))"
through "IPv6: from outside, about a packet of no SA" \
	T6 2002 96 icmp-payload "lost6(to6('2001:db8:44::1'))"
through "IPv6: from outside, not an error" \
	T6 2002 96 in-no-policy \
	"ip('2001:db8:77::1', '$G1_6', ICMP6, echo('2001:db8:77::1', '$G1_6', to6('2001:db8:9:2::1')))"

# ---- payloads that are none, or less than a header

through "nothing in the error" T4 2001 28 icmp-payload "lost(b'')"
through "half an IP header" T4 2001 38 icmp-payload "lost(to('10.9.1.1')[:10])"
through "19 bytes of an IP header" \
	T4 2001 47 icmp-payload "lost(to('10.9.1.1')[:19])"
through "an IP header and no more" \
	T4 2001 48 - "lost(to('10.9.1.1')[:20])"
through "an IP header of another version" \
	T4 2001 56 icmp-payload "lost(b'\\x65' + to('10.9.1.1')[1:])"
through "an IP header of 16 bytes" \
	T4 2001 56 icmp-payload "lost(b'\\x44' + to('10.9.1.1')[1:])"
through "an IP header that is longer than the error" \
	T4 2001 56 - "lost(b'\\x4f' + to('10.9.1.1')[1:])"
through "IPv6: 39 bytes of an IP header" \
	T6 2002 87 icmp-payload "lost6(to6('2001:db8:9:2::1')[:39])"
through "IPv6: extension headers cut short" \
	T6 2002 89 - "lost6(ip('$G1_6', '2001:db8:9:2::1', 0, b'\\x11'))"
through "IPv6: extension headers that lead out of the packet" \
	T6 2002 96 - "lost6(ip('$G1_6', '2001:db8:9:2::1', 0, b'\\x3c\\xff' + bytes(6)))"

# ---- what the policy of the return traffic names

through "ports: the return traffic of this port" \
	U4 2003 56 - "lost(to('10.9.3.1', 500))"
through "ports: of another port" \
	U4 2003 56 icmp-payload "lost(to('10.9.3.1', 501))"
through "ports: of the other end's port" \
	U4 2003 56 icmp-payload \
	"lost(ip('$G1', '10.9.3.1', UDP, udp('$G1', '10.9.3.1', 500, 700)))"
through "ports: cut off" \
	U4 2003 48 icmp-payload "lost(to('10.9.3.1')[:20])"
through "ports: a later fragment has none" \
	U4 2003 56 icmp-payload \
	"lost(ip('$G1', '10.9.3.1', UDP, udp('$G1', '10.9.3.1', 700, 500), frag=100))"
through "ports: of another protocol" \
	U4 2003 68 icmp-payload \
	"lost(ip('$G1', '10.9.3.1', TCP, tcp('$G1', '10.9.3.1', 700, 500)))"
through "type: an echo request is answered by an echo reply" \
	E4 2006 56 - "lost(ip('$G1', '10.9.6.1', ICMP, echo('$G1', '10.9.6.1', kind=8)))"
through "type: nothing of this type comes back" \
	E4 2006 56 icmp-payload \
	"lost(ip('$G1', '10.9.6.1', ICMP, echo('$G1', '10.9.6.1', kind=13)))"
through "selector of the SA: about a packet inside of it" \
	S4 2004 56 - "lost(to('10.9.4.129'))"
through "selector of the SA: about a packet outside of it" \
	S4 2004 56 icmp-payload "lost(to('10.9.4.1'))"

# ---- payload alone

settings icmp-check payload
through "payload: from inside, about a packet of this SA" \
	T4 2001 56 - "error('10.9.1.7', '$G1', to('10.9.1.1'))"
through "payload: from inside, about a packet of another SA" \
	T4 2001 56 icmp-payload "error('10.9.1.7', '$G1', to('10.9.3.1'))"
through "payload: from outside, about a packet of this SA" \
	T4 2001 56 - "lost(to('10.9.1.1'))"
through "payload, IPv6: from inside, about a packet of no SA" \
	T6 2002 96 icmp-payload \
	"error('2001:db8:9:2::7', '$G1_6', to6('2001:db8:44::1'))"
need inject "put('left', T4.tunnel(ping('10.9.1.7', '$G1')))"
expect_moved "payload: what is not an error has none" a \
	"2001:packets=1 2001:bytes=28 2001:seq=1 delivered=1"
need inject "put('left', H4.ah(error(H4.src, H4.dst, to(H4.src))[20:], ICMP))"
expect_moved "payload, transport mode: about a packet to the peer" a \
	"2005:packets=1 2005:bytes=56 2005:seq=1"
need inject "put('left', H4.ah(error(H4.src, H4.dst, to('10.9.1.1'))[20:], ICMP))"
expect_moved "payload, transport mode: about a packet to somebody else" a \
	"2005:packets=1 2005:bytes=56 2005:seq=1 icmp-payload=1 2005:icmp-payload=1"

# ---- header alone

settings icmp-check header
through "header: from inside, about a packet of another SA" \
	T4 2001 56 - "error('10.9.1.7', '$G1', to('10.9.3.1'))"
through "header: from outside, about a packet of this SA" \
	T4 2001 56 in-no-policy "lost(to('10.9.1.1'))"
through "header: outside of the selector of the SA" \
	S4 2004 56 sa-selector "lost(to('10.9.4.129'))"
settings icmp-check either

# ---- kinds of errors, to this host

KINDS='(3, 0), (3, 1), (3, 4), (4, 0), (5, 1), (11, 0), (12, 0)'
KINDS6='(1, 0), (1, 4), (2, 0), (3, 0), (4, 0), (100, 0), (127, 0)'
need inject "kinds = lambda *only: [error('192.0.2.254', '$G1', to('10.66.0.1'), *kind) for kind in only]"
need inject "kinds6 = lambda *only: [error('2001:db8:a::ff', '$G1_6', to6('2001:db8:66::1'), *kind) for kind in only]"
sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" a "$2"
}

sent "in clear: all are accepted until something is set" '' \
	"kinds($KINDS), kinds6($KINDS6)"
settings icmp-clear none
sent "in clear: none" icmp-refused=14 "kinds($KINDS), kinds6($KINDS6)"
sent "in clear: none, what is not an error comes in" delivered=2 \
	"ping('192.0.2.254', '$G1'), ping('2001:db8:a::ff', '$G1_6')"
through "in clear: none, through an SA they come in" \
	T4 2001 56 - "error('10.9.1.7', '$G1', to('10.9.1.1'))"
settings icmp-clear unreachable
sent "in clear: unreachable alone" icmp-refused=10 \
	"kinds($KINDS), kinds6($KINDS6)"
settings icmp-clear too-big,other
sent "in clear: too big and others alone" icmp-refused=10 \
	"kinds($KINDS), kinds6($KINDS6)"
settings icmp-clear source-quench,redirect
sent "in clear: source quench and redirect alone" icmp-refused=12 \
	"kinds($KINDS), kinds6($KINDS6)"
sent "in clear: an IPv6 redirect is one" '' \
	"ip('fe80::ff', '$G1_6', ICMP6, echo('fe80::ff', '$G1_6', to6('2001:db8:66::1'), kind=137), ttl=255)"
settings icmp-clear time-exceeded,parameter-problem
sent "in clear: time exceeded and parameter problem alone" icmp-refused=10 \
	"kinds($KINDS), kinds6($KINDS6)"
sent "in clear: an IPv6 redirect is not accepted then" icmp-refused=1 \
	"ip('fe80::ff', '$G1_6', ICMP6, echo('fe80::ff', '$G1_6', to6('2001:db8:66::1'), kind=137), ttl=255)"
settings icmp-clear all icmp-sa none
through "through an SA: none" \
	T4 2001 56 icmp-refused "error('10.9.1.7', '$G1', to('10.9.1.1'))"
settings icmp-sa time-exceeded
through "through an SA: time exceeded alone" \
	T4 2001 56 - "error('10.9.1.7', '$G1', to('10.9.1.1'), 11)"
through "through an SA: unreachable is not accepted then" \
	T6 2002 96 icmp-refused "lost6(to6('2001:db8:9:2::1'))"
settings icmp-sa all

# Policies say from where, and by type and code: here from a side that is not
# trusted.
need ctl a policy add in priority 5 remote 192.0.2.254 proto icmp \
	icmp-type redirect discard
need ctl a policy add in priority 5 remote 192.0.2.254 proto icmp \
	icmp-type destination-unreachable icmp-code 1 discard
sent "a policy refuses a type, or a type and code, from somewhere" in-discard=2 \
	"kinds($KINDS), kinds6($KINDS6)"

# ---- about packets that we are to have sent

need ctl a sa add out esp spi 0x3001 src $G1 dst 10.9.1.1 mode tunnel reqid 9 \
	enc aes-gcm-16 enc-key-file "$TMP/T4.enc"
need ctl a sa add out esp spi 0x3002 src $G1_6 dst 2001:db8:9:2::1 mode tunnel \
	reqid 9 enc aes-gcm-16 enc-key-file "$TMP/T6.enc"
need state_mark a
need inject "sent = lambda src, dst, spi, proto=ESP: ip(src, dst, proto, struct.pack('!II', spi, 1), frag=0x4000)"
need inject "sent_ah = lambda src, dst, spi: ip(src, dst, AH, struct.pack('!III', 0x04040000, spi, 1))"
need inject "big = lambda about, mtu: error('192.0.2.254', '$G1', about, 3, 4, mtu)"
need inject "big6 = lambda about, mtu: error('2001:db8:a::ff', '$G1_6', about, 2, 0, mtu)"

pmtu_is() { # what spi mtu
	expect_sa "$1" a "$2" pmtu "$3"
}

sent "about ESP with an SPI of nobody" icmp-unknown=2 \
	"big(sent('$G1', '10.9.1.1', 0x3003), 1000), big6(sent('$G1_6', '2001:db8:9:2::1', 0x3003), 1300)"
sent "about ESP of an inbound SA, of another source, of the other protocol" \
	icmp-unknown=4 \
	"big(sent('10.8.1.1', '$G1', 2001), 1000), big(sent('$G2', '10.9.1.1', 0x3001), 1000), big6(sent('$G2_6', '2001:db8:9:2::1', 0x3002), 1300), big(sent_ah('$G1', '10.9.1.1', 0x3001), 1000)"
pmtu_is "nothing of that has changed the path MTU" 0x3001 1500
pmtu_is "nor that of IPv6" 0x3002 1500
