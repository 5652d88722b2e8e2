#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What AH covers in front of itself (RFC 4302 3.3.3.1, appendix A): IPv4 options
# and IPv6 extension headers, in and out. A change of what does not change on the
# way is found, bit by bit; a change of what does is not. And what comes behind
# AH, which is covered as it is, AH and ESP included.
#
#	forge.py in w --- left/wan --- a (our module)
#
# In the lists below the headers are written down twice, as they are on the wire
# and as the ICV sees them. What a sends is compared with that byte by byte.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 26

need topo2
v6_ready a 2001:db8:a::ff
need set_sysctl a net/ipv4/conf/all/accept_source_route=1
peer A4 2003 ah transport 10.9.3.1 10.9.3.1/32 - hmac-sha2-256-128:32
peer A6 2004 ah transport 2001:db8:9:4::1 2001:db8:9:4::1/128 - hmac-sha2-256-128:32
# AH around AH, AH around ESP, ESP around AH
peer B4 2013 ah transport 10.9.13.1 10.9.13.1/32 - hmac-sha1-96:20
peer M4 2014 ah transport 10.9.14.1 10.9.14.1/32 - hmac-sha2-384-192:48
peer N4 2015 esp transport 10.9.14.1 10.9.14.1/32 null hmac-sha1-96:20
peer P4 2016 ah transport 10.9.15.1 10.9.15.1/32 - hmac-sha1-96:20
peer Q4 2017 esp transport 10.9.15.1 10.9.15.1/32 aes-gcm-16:20 -
# Out of a, whose other end forge.py plays as well
key=$(cat "$TMP/A4.auth")
{
	echo "policy add in priority 1 remote 10.9.14.1/32 proto esp protect ah transport reqid 2014"
	echo "policy add in priority 1 remote 10.9.15.1/32 proto ah protect esp transport reqid 2017"
	echo "sa add out ah spi 3003 src $G1 dst 192.0.2.254 mode transport reqid 3 auth hmac-sha2-256-128 auth-key $key"
	echo "sa add out ah spi 3004 src $G1_6 dst 2001:db8:a::ff mode transport reqid 4 auth hmac-sha2-256-128 auth-key $key"
	echo "policy add out remote 192.0.2.254/32 protect ah transport reqid 3"
	echo "policy add out remote 2001:db8:a::ff/128 protect ah transport reqid 4"
} >>"$TMP/peers"
# Of two policies for one prefix the one for what is inside is meant
sed -i -e '/^policy add in remote 10.9.14.1.* ah /d' \
	-e '/^policy add in remote 10.9.15.1.* esp /d' "$TMP/peers"
peers
agent_start a
cat >"$TMP/attempt.py" <<'P'
def attempt(sock, packet, to):
    try:
        sock.sendto(packet, to)
    except OSError:
        pass
P
need agent a "exec(open('$TMP/attempt.py').read(), globals())"
need inject "O3 = SA(3003, '$G1', '192.0.2.254', auth='hmac-sha2-256-128', auth_key=A4.auth_key)"
need inject "O4 = SA(3004, '$G1_6', '2001:db8:a::ff', auth='hmac-sha2-256-128', auth_key=A4.auth_key)"
cat >"$TMP/headers.py" <<'P'
hx = bytes.fromhex
# IPv4: options on the wire, as covered, bytes that are covered, bytes that are
# not. None of them are what this machine's own parser would have to accept.
V4 = {
    'no operation': ('01010101', '01010101', [], []),
    'security': ('820b123456789abcdef01101', '820b123456789abcdef01101',
                 [0, *range(2, 11)], []),
    'extended security': ('85085501020304ff', '85085501020304ff',
                          [0, *range(2, 8)], []),
    'router alert': ('94040001', '94040001', [0, 2, 3], []),
    'multi-destination delivery': ('9506c63364010101', '9506c63364010101',
                                   [0, 2, 3, 4, 5], []),
    # IP puts zeros behind it before we see it
    'end of options': ('01000000', '01000000', [], [2, 3]),
    'record route, full': ('01070708c0000263', '01' + '00' * 7, [],
                           [4, 5, 6, 7]),
    'record route with room, which we fill': ('01070704' + '00' * 4,
                                              '01' + '00' * 7, [], []),
    'time stamp, full': ('44080900' + '0badcafe', '00' * 8, [], [4, 5, 6, 7]),
    'time stamp with room, which we fill': ('44080500' + '00' * 4, '00' * 8,
                                            [], []),
    'loose source route, at its end': ('01830708c0000263', '01' + '00' * 7,
                                       [], [4, 5, 6, 7]),
    'strict source route, at its end': ('01890708c0000263', '01' + '00' * 7,
                                        [], [4, 5, 6, 7]),
    'stream identifier': ('8804abcd', '00000000', [], [2, 3]),
    'MTU probe': ('0b0405dc', '00000000', [], [2, 3]),
    'traceroute': ('520c' + '00' * 10, '00' * 12, [], range(2, 12)),
    'unknown ones': ('fe04abcd1e0401ff', '00' * 8, [], [2, 3, 6, 7]),
    'kept and zeroed ones': ('940400008804abcd850455aa01010101',
                             '9404000000000000850455aa01010101',
                             [2, 3, 10, 11], [6, 7]),
}
D1, D2 = '20010db800000000000000000000d001', '20010db800000000000000000000d002'
AHH, HBH, RT, FH, DO = '33', '00', '2b', '2c', '3c'
# IPv6: kind of the first header, headers on the wire, first and others as
# covered, bytes that are covered, bytes that are not
V6 = {
    'hop-by-hop: one that stays':
        (HBH, '33001e0401020304', HBH, '33001e0401020304',
         [2, 4, 5, 6, 7], []),
    'hop-by-hop: one that may change':
        (HBH, '33003e0401020304', HBH, '33003e0400000000', [],
         [4, 5, 6, 7]),
    'hop-by-hop: router alert and padding':
        (HBH, '3300050200000100', HBH, '3300050200000100', [4, 5], []),
    'destination options: one that stays':
        (DO, '33001e0401020304', DO, '33001e0401020304', [2, 4, 5, 6, 7], []),
    'destination options: one that may change':
        (DO, '33003e0401020304', DO, '33003e0400000000', [], [4, 5, 6, 7]),
    'destination options: several':
        (DO, '33013e0301020300' '1e030405063e0000',
         DO, '33013e0300000000' '1e030405063e0000', [10, 11, 12], [4, 5, 6]),
    'routing header, at its end':
        (RT, '33040000' '00000000' + D1 + D2, RT,
         '33040000' '00000000' + D1 + D2, [*range(4, 40)], []),
    'fragment header of a whole packet':
        (FH, '33000000' '01020304', AHH, '', [], [4, 5, 6, 7]),
    'all of them':
        (HBH, '3c003e0401020304' '2b003e0405060708'
         '2c020000' '00000000' + D1 + '3c000000' '01020304'
         '33001e0401020304',
         HBH, '3c003e0400000000' '2b003e0400000000'
         '3c020000' '00000000' + D1 + '33001e0401020304',
         [*range(20, 40), 53, 54, 55], [4, 5, 12, 13, 44, 45]),
}


def some_bits(packet, offsets, make=None):
    """The packet with one bit inverted of each of these bytes."""
    for at in offsets:
        data = bytearray(make() if make else packet)
        data[at] ^= 8
        yield fix(bytes(data))


def kind4(name):
    wire, seen, same, free = V4[name]
    make = lambda: A4.transport(8, front=hx(wire), seen=hx(seen))
    return make, [20 + at for at in same], [20 + at for at in free]


def kind6(name):
    first, wire, seen_first, seen, same, free = V6[name]
    make = lambda: A6.transport(8, first=int(first, 16), front=hx(wire),
                                seen_first=int(seen_first, 16), seen=hx(seen))
    return make, [40 + at for at in same], [40 + at for at in free]


def compare(path, expected):
    """The AH packets of a capture are these, but for what routers change, in
    whatever order the processors hand them on: each has its own number."""
    got = sorted(p for p in captured(path)
                 if p[12:16] == packed(O3.src) and p[9] == AH
                 or p[8:24] == packed(O4.src) and p[6] != ICMP6)
    expected = sorted(expected)
    assert got == expected, (f'{len(got)} packets, not {len(expected)}; ' +
        '; '.join(f'{a.hex()} not {b.hex()}' for a, b in zip(got, expected)
                  if a != b))
P
need inject "exec(open('$TMP/headers.py').read(), globals())"
need state_mark a

sent() { # what expected packets
	need inject "put('left', $3)"
	expect_moved "$1" a "$2"
}

passed() { # spi length n
	[ "$3" = 0 ] ||
		echo "delivered=$3 $1:packets=$3 $1:bytes=$(($2 * $3)) $1:seq=$3"
}

dropped() { # spi reason n
	[ "$3" = 0 ] || echo "$2=$3 $1:$2=$3"
}

number() { # python expression
	need inject "open('$TMP/number', 'w').write(str($1))"
	cat "$TMP/number"
}

# ---- in

cat >"$TMP/group.py" <<'P'
def group(kind, spi, plain, pattern):
    """Puts all of these, and says what must move."""
    table = V4 if kind == 4 else V6
    same = packets = size = 0
    for name in table:
        if not re.search(pattern, name):
            continue
        make, kept, free = (kind4 if kind == 4 else kind6)(name)
        wire = hx(table[name][0 if kind == 4 else 1])
        p = make()
        put('left', some_bits(p, kept), p, some_bits(None, free, make))
        same += len(kept)
        packets += 1 + len(free)
        size += (plain + len(wire)) * (1 + len(free))
    moves = [f'delivered={packets}', f'{spi}:packets={packets}',
             f'{spi}:bytes={size}', f'{spi}:seq={packets}']
    if same:
        moves += [f'icv={same}', f'{spi}:icv={same}']
    return ' '.join(moves)
P
need inject "import re; exec(open('$TMP/group.py').read(), globals())"

headers() { # what 4|6 spi plain-length pattern
	need inject "open('$TMP/moves', 'w').write(group($2, $3, $4, '$5'))"
	expect_moved "$1" a "$(<"$TMP/moves")"
}

headers "IPv4: options that count as they are" 4 2003 36 \
	'^(no op|sec|ext|router|multi|end)'
headers "IPv4: options that count as zero, and unknown ones" 4 2003 36 \
	'^(record|time|stream|MTU|trace|unknown|kept)'
headers "IPv4: source routes at their end" 4 2003 36 'source'
headers "IPv6: hop-by-hop options" 6 2004 56 '^hop'
headers "IPv6: destination options" 6 2004 56 '^dest'
headers "IPv6: routing header" 6 2004 56 '^routing'
headers "IPv6: fragment header of a whole packet" 6 2004 56 '^fragment'
headers "IPv6: all of them" 6 2004 56 '^all'

# ---- AH itself

sent "the reserved field, whatever it says" "$(passed 2003 36 3)" \
	"[A4.transport(8, reserved=n) for n in (1, 0x8000, 0xffff)]"
# 28 bytes, or padded to 32
sent "every other length of AH than its own" "$(dropped 2003 malformed 254)" \
	"[A4.but().ah(echo(A4.src, A4.dst), ICMP, words=n) for n in range(256) if n not in (5, 6)]"
sent "every other length of AH over IPv6" "$(dropped 2004 malformed 255)" \
	"[A6.but().ah(echo(A6.src, A6.dst), ICMP6, words=n) for n in range(256) if n != 6]"
sent "a length for more than there is" "$(dropped 2003 malformed 1)" \
	"A4.but().ah(b'', ICMP, words=6)"

# ---- behind AH

need inject "tail = lambda: hx('3a003e0401020304') + echo(A6.src, A6.dst)"
sent "destination options behind AH, which AH covers as they are" \
	"$(dropped 2004 icv 8) $(passed 2004 56 1)" \
	"[list(some_bits(p, range(72, 80))) + [p] for p in [A6.ah(tail(), 60)]][0]"
sent "AH in AH: each bit of the inner one counts" \
	"$(dropped 2013 icv 192) 2013:packets=2 2013:bytes=$((28 + 52)) 2013:seq=2 delivered=1" \
	"[list(flips(p, 44, 68)) + [p] for p in [B4.send(B4.transport()[20:], AH)]][0]"
sent "AH around ESP: each bit of ESP counts" \
	"$(dropped 2014 icv 256) 2014:packets=1 2014:bytes=52 2014:seq=1 $(passed 2015 28 1)" \
	"[list(flips(p, 56, 88)) + [p] for p in [M4.send(N4.transport()[20:], ESP)]][0]"
sent "ESP around AH: each bit of AH counts" \
	"$(dropped 2017 icv 192) 2017:packets=1 2017:bytes=52 2017:seq=1 $(passed 2016 28 1)" \
	"[list(flips(p, 36, 60)) + [p] for p in [Q4.send(P4.transport()[20:], AH)]][0]"
sent "a wrong ICV of the inner AH is found under a right one" \
	"$(dropped 2013 icv 1) 2013:packets=1 2013:bytes=52 2013:seq=1" \
	"B4.send(B4.but(auth_key=bytes(20), seq=B4.seq + 1).transport()[20:], AH)"

# ---- out: from a raw socket, which writes its own headers

need agent a "raw = {4: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW), 6: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)}"
need agent a "to = {4: ('192.0.2.254', 0), 6: ('2001:db8:a::ff', 0)}"

from_a() { # 4|6 what expected-moves packets
	need inject "open('$TMP/out', 'w').write(repr([bytes(p) for p in $4]))"
	need agent a "for packet in eval(open('$TMP/out').read()): attempt(raw[$1], packet, to[$1])"
	expect_moved "$2" a "$3"
}

moved_out() { # spi bytes n
	echo "$1:packets=$3 $1:bytes=$2 $1:seq=$3"
}

cat >"$TMP/out.py" <<'P'
# Of a route, the wire has it as the sender writes it, and the ICV as it ends
OUT4 = [V4[name][:2] + (None,) for name in V4 if 'which we fill' not in name]
OUT4 += [('0107070400000000', '0100000000000000', None),
         ('018307' '04' 'c0000242', '01' + '00' * 7, '192.0.2.66'),
         ('0189' '0b04' 'c0000242c0000243', '01' + '00' * 11, '192.0.2.67')]
OUT6 = [V6[name][:4] + (None,) for name in V6]
DST = '20010db8000a000000000000000000ff'
OUT6 += [(RT, '33040002' '00000000' + D1 + D2, RT,
          '33040000' '00000000' + DST + D1, '2001:db8::d002'),
         (RT, '33040001' '00000000' + D1 + D2, RT,
          '33040000' '00000000' + D1 + DST, '2001:db8::d002'),
         (HBH, '3c003e0401020304' '2b003e0405060708'
          '2c020001' '00000000' + D1 + '33000000' '01020304',
          HBH, '3c003e0400000000' '2b003e0400000000'
          '33020000' '00000000' + DST, '2001:db8::d001'),
         (RT, '33020201' '00000000' + D1, RT, '33020200' '00000000' + DST,
          '2001:db8::d001')]
body4 = lambda: b'whatever'
body6 = lambda: echo(O4.src, O4.dst, b'out', kind=128)


def clear4(wire):
    return ip(O3.src, O3.dst, 253, body4(), options=hx(wire))


def clear6(first, wire):
    """The same headers in front of ICMPv6 instead of AH."""
    data, kind, at = bytearray(hx(wire)), int(first, 16), 0
    if not data:
        return ip(O4.src, O4.dst, ICMP6, body6())
    while data[at] != AH:
        kind, at = data[at], at + (8 if kind == 44 else 8 * (data[at + 1] + 1))
    data[at] = ICMP6
    return ip(O4.src, O4.dst, int(first, 16), bytes(data) + body6())


def ah4(wire, seen, dst):
    return O3.ah(body4(), 253, front=hx(wire), seen=hx(seen),
                 seen_dst=dst or O3.dst)


def ah6(first, wire, seen_first, seen, dst):
    return O4.ah(body6(), ICMP6, first=int(first, 16), front=hx(wire),
                 seen_first=int(seen_first, 16), seen=hx(seen),
                 seen_dst=dst or O4.dst)


# Destination options stay behind AH unless a routing header follows
OUT6 = [row for row in OUT6
        if row[0] != DO and not hx(row[1]).endswith(hx('33001e0401020304'))
        or row[0] == HBH and len(row[1]) == 16]
clear_4 = [clear4(row[0]) for row in OUT4]
clear_6 = [clear6(*row[:2]) for row in OUT6]
BROKEN4 = ('07000400', '07010400', '07050400', '07ff0400', '01010107',
           '8306040102030000', '8307050102030400', '830700c000024201',
           '8902040101010101', '8307040102030401' '8907040102030401')
BROKEN6 = [(RT, '33040003' '00000000' + D1 + D2),
           (RT, '330400ff' '00000000' + D1 + D2),
           (RT, '33030001' '00000000' + D1 + D2[:16]),
           (RT, '33020401' '00000000' + D1),
           (HBH, '33003e0501020304'), (HBH, '3300010501020304'),
           (HBH, '33001e0301020309')]
P
need inject "exec(open('$TMP/out.py').read(), globals())"
capture_start
read -r n4 b4 n6 b6 <<<"$(number "f'{len(clear_4)} {sum(map(len, clear_4))} {len(clear_6)} {sum(map(len, clear_6))}'")"
from_a 4 "out, IPv4: each kind of option" "$(moved_out 3003 "$b4" "$n4")" clear_4
from_a 6 "out, IPv6: each kind of header" "$(moved_out 3004 "$b6" "$n6")" clear_6
capture_stop
mv "$PCAP" "$TMP/out.pcap"
try "they are what the RFC says, byte by byte" inject "compare('$TMP/out.pcap', [ah4(*row) for row in OUT4] + [ah6(*row) for row in OUT6])"
capture_start
from_a 4 "out, IPv4: options that contradict their lengths" \
	"inner-header=10 3003:inner-header=10" "[clear4(wire) for wire in BROKEN4]"
from_a 6 "out, IPv6: routes longer than their header, options than theirs" \
	"inner-header=7 3004:inner-header=7" "[clear6(*row) for row in BROKEN6]"
from_a 4 "out: they have taken no sequence number" "$(moved_out 3003 28 1)" \
	"[clear4('')]"
capture_stop
try "out: nor has one of them left" inject "compare('$PCAP', [ah4('', '', None)])"

# ---- out: fragments are not for transport mode (RFC 4302 3.3.4)

from_a 4 "out, IPv4: fragments" "fragment=2 3003:fragment=2" \
	"list(fragments(ip(O3.src, O3.dst, 253, bytes(64)), 32))"
from_a 6 "out, IPv6: fragments" "fragment=2 3004:fragment=2" \
	"list(fragments(ip(O4.src, O4.dst, ICMP6, bytes(64)), 32))"
