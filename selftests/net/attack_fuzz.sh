#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 20000 packets of mutated, random and nested bytes, as fast as one raw socket
# sends them: every one that reaches AH or ESP is counted once, nothing is left
# behind, and afterwards everything works.
#
#	forge.py in w --- left/wan --- a (our module)
#
# vm.sh fails the whole run when the kernel warns of anything.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 8

need topo2
peer E4 2001 esp tunnel 10.8.1.1 10.9.1.1/32 aes-gcm-16:20 -
peer C4 2002 esp transport 10.9.2.1 10.9.2.1/32 aes-cbc:32 hmac-sha2-256-128:32
peer A4 2003 ah transport 10.9.3.1 10.9.3.1/32 - hmac-sha2-256-128:32
peer P6 2004 esp transport 2001:db8:9:4::1 2001:db8:9:4::1/128 chacha20-poly1305:36 -
peer A6 2005 ah tunnel 2001:db8:8:5::1 2001:db8:9:5::1/128 - hmac-sha1-96:20
peers
seed=$RANDOM
echo "# seed $seed"
need inject "random.seed($seed)"
need inject "SAS = (E4, C4, A4, P6, A6)"
need inject "inner = {E4: ping('10.9.1.1', '$G1', 40), A6: ping('2001:db8:9:5::1', '$G1_6', 40)}"
need inject "make = lambda sa: sa.tunnel(inner[sa]) if sa in inner else sa.transport(40)"
need inject "start = lambda packet: 40 if packet[0] >> 4 == 6 else 20"
need inject "some = lambda last: random.randbytes(random.randrange(last))"

# Bytes changed behind the IP header: up to eight of them, never to the same
need inject "mutated = lambda packet: functools.reduce(lambda p, i: p[:i] + bytes([p[i] ^ random.randrange(1, 256)]) + p[i + 1:], random.sample(range(start(packet), len(packet)), random.randrange(1, 9)), packet)"
need inject "proto = lambda sa: ESP if sa.enc else AH"
# A known SPI in front of nonsense
need inject "nonsense = lambda sa: ip(sa.src, sa.dst, proto(sa), (b'' if sa.enc else random.randbytes(4)) + struct.pack('!I', sa.spi) + some(1400))"
need inject "unknown = lambda sa: ip(sa.src, sa.dst, proto(sa), some(1400))"
# What a peer with the key and no sense sends
# (but for AH or ESP inside, which would be counted again)
need inject "inside = [n for n in range(256) if n not in (ESP, AH)]"
need inject "text = lambda: random.randbytes(16 * random.randrange(1, 80) - 1) + bytes([random.choice(inside)])"
need inject "insane = lambda sa: sa.esp(b'', 0, text=text()) if sa.enc else sa.ah(some(1300), random.choice(inside))"
# IP that is nonsense itself: few of these arrive at IPsec
need inject "broken = lambda sa: ip(sa.src, sa.dst, proto(sa), some(1300), tos=random.randrange(256), ttl=random.randrange(256), frag=random.randrange(65536), ident=random.randrange(4), options=b'' if is6(sa.src) else random.randbytes(4 * random.randrange(11)))"

counted() {
	{ ctl a stats -j && ctl a sa show -j; } |
		jq -s '[(.[0].drops[] | .count), (.[1].sas[] | .packets)] | add'
}
counted_is() { # number
	[ "$(counted)" = "$1" ]
}
objects() {
	awk '$1 == "skbuff_head_cache" || $1 ~ /^kmalloc-(512|1k|2k)$/ {
		sum += $2 } END { print sum }' /proc/slabinfo
}

need inject "put('left', [make(sa) for sa in SAS])"
need wait_for 20 counted_is 5
TOTAL=5
before=$(objects)

# Passed to IP or dropped, and never both: policies here do not depend on what is
# inside, so none fails behind the counter of packets.
burst() { # what packet-of-an-SA number
	need inject "batch = [($2)(SAS[i % 5]) for i in range($3)]"
	need inject "put('left', batch)"
	TOTAL=$((TOTAL + $3))
	if wait_for 30 counted_is $TOTAL; then
		pass "$1"
	else
		fail "$1" "$(counted) counted, not $TOTAL, seed $seed: $(ctl a stats)"
		TOTAL=$(counted)
	fi
}
passed() {
	ctl a sa show -j | jq '[.sas[].packets] | add'
}

burst "mutated: every packet is counted once" "lambda sa: mutated(make(sa))" 5000
try "and dropped" [ "$(passed)" = 5 ]
burst "a known SPI in front of nonsense" "nonsense" 5000
try "all dropped" [ "$(passed)" = 5 ]
burst "nonsense" "unknown" 3000
burst "authentic nonsense" "insane" 4000
need inject "put('left', [broken(SAS[i % 5]) for i in range(3000)])"
need inject "put('left', [make(sa.but(seq=2**31)) for sa in SAS])"

true_ones() {
	[ "$(ctl a sa show -j | jq '[.sas[] | select(.seq == 2147483649)] | length')" = 5 ]
}
try "after all of these the true ones pass" wait_for 20 true_ones

# A leak of one packet in ten would be seen
few_objects() {
	[ "$(objects)" -lt $((before + 1000)) ]
}
try "and nothing is left in memory ($before objects before)" \
	wait_for 20 few_objects
echo "# $(objects) objects"
