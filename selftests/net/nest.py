#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The results of nest.sh and nest_cryptd.sh: SAs that are nested in each other
around one packet (RFC 4301 5.1, 5.2, appendix E)."""

import collections

# pylint: disable=wildcard-import,unused-wildcard-import
from wire import *

HERE = {4: '192.0.2.1', 6: '2001:db8:a::1'}
INSIDE = {4: '10.1.0.2', 6: '2001:db8:1::2'}
# What an SA adds to what it protects: header, alignment, trailer
ADDS = {'aes-gcm-16': (16, 4, 18), 'aes-cbc': (24, 16, 18),
        'null': (8, 4, 14)}


class Layer:
    """An SA of a bundle in each direction."""

    def __init__(self, number, local_end, peer, mode, enc, auth):
        self.mode = mode
        self.out = new_sa(0x1000 + number, local_end, peer, enc, auth)
        self.back = new_sa(0x2000 + number, peer, local_end, enc, auth)
        self.proto = 'esp' if enc else 'ah'
        self.reqid = number

    def template(self, sa):
        """What the policy says of it."""
        ends = f'src {sa.src} dst {sa.dst}' if self.mode == 'tunnel' else ''
        return f'{self.proto} {self.mode} {ends} reqid {self.reqid}'

    def around(self, length, family):
        """Length that a packet of a length and family has when it is
        protected."""
        head = 20 if family == 4 else 40
        is_tunnel = self.mode == 'tunnel'
        outer = (20 if not is6(self.out.src) else 40) if is_tunnel else head
        body = length if is_tunnel else length - head
        if self.out.enc:
            first, align, last = ADDS[self.out.enc]
            body = first + -(-(body + 2) // align) * align + last - 2
        else:
            ah = 12 + HASHES[self.out.auth][1]
            body += ah + -ah % (8 if outer == 40 else 4)
        return outer + body


class Bundle:
    """A policy in each direction and its SAs, the innermost first."""
    every = []
    numbers = iter(range(1, 1000))

    def __init__(self, what, inner, *layers):
        """Each layer: "esp transport", "ah tunnel 6", ..."""
        self.what, self.inner = what, inner
        number = len(Bundle.every) + 1
        self.remote = f'10.30.{number}.9' if inner == 4 else \
            f'2001:db8:30:{number:x}::9'
        self.layers = []
        local_end, peer = HERE[inner], self.remote
        for depth, words in enumerate(layers):
            proto, mode, *family = words.split()
            if mode == 'tunnel':
                outer = int(family[0])
                local_end = HERE[outer]
                peer = f'10.8.{number}.{depth + 1}' if outer == 4 else \
                    f'2001:db8:8:{number:x}::{depth + 1:x}'
            enc, auth = {'esp': ('aes-gcm-16', None),
                         'cbc': ('aes-cbc', 'hmac-sha2-256-128'),
                         'null': ('null', 'hmac-sha1-96'),
                         'ah': (None, 'hmac-sha2-256-128')}[proto]
            self.layers.append(Layer(next(Bundle.numbers), local_end, peer,
                                     mode, enc, auth))
        self.is_tunnel = self.layers[0].mode == 'tunnel'
        Bundle.every.append(self)

    def lines(self):
        """The configuration."""
        for one in self.layers:
            yield f'sa add out {one.out.words} mode {one.mode} reqid {one.reqid}'
            yield f'sa add in {one.back.words} mode {one.mode} reqid {one.reqid}'
        for way, name in (('out', 'out'), ('in', 'back')):
            yield (f'policy add {way} remote {self.remote} protect ' +
                   ' inside '.join(one.template(getattr(one, name))
                                   for one in self.layers))

    def packet(self, src, length=60, **field):
        """A clear one that it is for."""
        head = 28 if self.inner == 4 else 48
        return ip(src, self.remote, UDP, udp(src, self.remote, 1000, 2000,
                                             bytes(length - head)), **field)

    def length(self, clear):
        """Length on the wire of a packet of that length."""
        family = self.inner
        for one in self.layers:
            clear = one.around(clear, family)
            if one.mode == 'tunnel':
                family = 6 if is6(one.out.src) else 4
        return clear

    def unwrapped(self, packet, seqs=None):
        """The clear packet; checks every layer on the way to it."""
        for depth, one in reversed(list(enumerate(self.layers))):
            expect(packet_ends(packet), (one.out.src, one.out.dst))
            found = opened(one.out, packet)
            if seqs is not None:
                seqs.append(found.seq)
            if one.mode == 'tunnel':
                expect(found.proto in (4, 41), True, 'next header')
                packet = found.payload
                if packet[0] >> 4 == 4:
                    expect(checksum(packet[:20]), 0, f'checksum at {depth}')
            else:
                packet = without(packet, found)
        return packet

    def wrap(self, clear, layers=None):
        """A packet of the peer: its layers, or others."""
        for one in layers if layers is not None else self.layers:
            sa = one.back
            if one.mode == 'tunnel':
                clear = sa.tunnel(clear)
            else:
                head = 20 if clear[0] >> 4 == 4 else 40
                clear = sa.send(clear[head:], clear[9 if head == 20 else 6])
        return clear

    def reply(self, size=24):
        """A clear packet of the peer, an answer to a ping."""
        return ping(self.remote, HERE[self.inner], size)


def packet_ends(packet):
    """Source and destination."""
    if packet[0] >> 4 == 4:
        return (socket.inet_ntop(socket.AF_INET, packet[12:16]),
                socket.inet_ntop(socket.AF_INET, packet[16:20]))
    return (socket.inet_ntop(socket.AF_INET6, packet[8:24]),
            socket.inet_ntop(socket.AF_INET6, packet[24:40]))


def without(packet, found):
    """The packet before transport mode."""
    if packet[0] >> 4 == 4:
        head = bytearray(packet[:20])
        head[9] = found.proto
        return resize(bytes(head) + found.payload, 20 + len(found.payload))
    return packet[:4] + struct.pack('!HB', len(found.payload), found.proto) + \
        packet[7:40] + found.payload


def hops(packet, less):
    """The packet with its TTL or hop limit lower by so many."""
    data = bytearray(packet)
    data[8 if packet[0] >> 4 == 4 else 7] -= less
    return fix(bytes(data))


def sent(bundle):
    """What the host sends, and forwards if there is a tunnel, layer by layer
    and with all counters."""
    rounds = [(HERE, 0)] + ([(INSIDE, 1)] if bundle.is_tunnel else [])
    for src, less in rounds:
        counters = Counters('a')
        packets = [bundle.packet(src[bundle.inner], length)
                   for length in (60, 61, 500, 1000)]
        if less:
            put('left', *packets)
        else:
            local.send(*packets)
        found = wire.take(4)
        for clear, packet in zip(packets, found):
            expect(len(packet), bundle.length(len(clear)), 'length')
            expect(bundle.unwrapped(packet), hops(clear, less), 'inside:')
        moved = {}
        inner = [len(one) for one in packets]
        family = bundle.inner
        for one in bundle.layers:
            moved.update({f'_{one.out.spi}_packets': 4,
                          f'_{one.out.spi}_seq': 4,
                          f'_{one.out.spi}_bytes': sum(inner)})
            inner = [one.around(length, family) for length in inner]
            if one.mode == 'tunnel':
                family = 6 if is6(one.out.src) else 4
        counters.expect(**moved)


def exact(bundle):
    """The longest packet that fits goes out whole, one byte more is told to
    its sender with just that length (RFC 4301 8.2.1)."""
    longest = max(length for length in range(800, 1500)
                  if bundle.length(length) <= 1500)
    src = INSIDE[bundle.inner]
    field = {'frag': 0x4000} if bundle.inner == 4 else {}
    put('left', bundle.packet(src, longest, **field))
    packet, = wire.take(1)
    expect(len(packet) <= 1500, True)
    expect(bundle.unwrapped(packet),
           hops(bundle.packet(src, longest, **field), 1), 'inside:')
    put('left', bundle.packet(src, longest + 1, **field))
    answer, = wire.take(1)
    if bundle.inner == 4:
        expect((answer[9], answer[20], answer[21]), (ICMP, 3, 4), 'answer')
        expect(struct.unpack_from('!H', answer, 26)[0], longest, 'MTU')
    else:
        expect((answer[6], answer[40]), (ICMP6, 2), 'answer')
        expect(struct.unpack_from('!I', answer, 44)[0], max(longest, 1280),
               'MTU')


def segments(bundle):
    """A super-packet: each segment goes through all of them, without a gap in
    the numbers of any."""
    with inside('a'):
        sock = socket.socket(socket.AF_INET if bundle.inner == 4 else
                             socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(17, 103, 100)
    sock.sendto(bytes(2000), (bundle.remote, 2000))
    rows = []
    for packet in wire.take(20):
        seqs = []
        clear = bundle.unwrapped(packet, seqs)
        rows.append(seqs)
        expect(len(clear), 100 + (28 if bundle.inner == 4 else 48))
    for column in zip(*rows):
        expect(list(column), list(range(column[0], column[0] + 20)),
               'sequence numbers')


def passed(layers, clear, count=1):
    """Counters of SAs whose packets were verified, the outermost last."""
    moved = collections.Counter()
    length, family = len(clear), clear[0] >> 4
    for one in layers:
        spi = one.back.spi
        moved.update({f'_{spi}_packets': count, f'_{spi}_seq': count,
                      f'_{spi}_bytes': count * length})
        length = one.around(length, family)
        if one.mode == 'tunnel':
            family = 6 if is6(one.out.src) else 4
    return moved


def received(bundle):
    """In the right nesting it is delivered, and every SA counts it."""
    counters, before = Counters('a'), delivered()
    clear = bundle.reply()
    put('left', *[bundle.wrap(clear) for _ in range(3)])
    counters.expect(**passed(bundle.layers, clear, 3))
    wait_delivered(before + 3)


def delivered():
    """Answers to pings that have come as far as ICMP."""
    total = 0
    with inside('a'):
        with open('/proc/thread-self/net/snmp', encoding='ascii') as file:
            rows = [line.split() for line in file if line[:5] == 'Icmp:']
        total += int(rows[1][rows[0].index('InEchoReps')])
        with open('/proc/thread-self/net/snmp6', encoding='ascii') as file:
            total += sum(int(line.split()[1]) for line in file
                         if line.startswith('Icmp6InEchoReplies'))
    return total


def wait_delivered(want):
    """Until so many have."""
    deadline = time.monotonic() + PATIENCE
    while delivered() < want and time.monotonic() < deadline:
        time.sleep(0.01)
    expect(delivered(), want, 'delivered')


def refused(counters, bundle, layers):
    """Verified by these SAs, and refused on the innermost of them."""
    before = delivered()
    clear = bundle.reply()
    put('left', bundle.wrap(clear, layers))
    moved = passed(layers, clear)
    moved.update({'in_nest': 1, f'_{layers[0].back.spi}_in-nest': 1})
    counters.expect(**moved)
    expect(delivered(), before, 'delivered')


def every_wrong_nesting(bundle):
    """Each layer missing, two of them exchanged, one of them twice."""
    layers = bundle.layers
    counters = Counters('a')
    count = 0
    for at in range(len(layers)):
        fewer = layers[:at] + layers[at + 1:]
        if valid(fewer, bundle):
            refused(counters, bundle, fewer)
            count += 1
    if all(one.mode == 'transport' for one in layers):
        refused(counters, bundle, layers[::-1])
        count += 1
    if count and len(layers) < 4 and layers[0].mode == 'transport' and \
            layers[-1].mode == 'transport':
        refused(counters, bundle, layers[:1] + layers)
        refused(counters, bundle, layers + layers[-1:])
    assert count, 'nothing tried'


def valid(layers, bundle):
    """Can packets be nested in this way: transport mode needs the addresses
    of its SA in front."""
    ends = (bundle.remote, HERE[bundle.inner])
    for one in layers:
        if one.mode == 'transport' and (one.back.src, one.back.dst) != ends:
            return False
        ends = (one.back.src, one.back.dst)
    return bool(layers)


def clear_is_refused(bundle):
    """RFC 4301 5.2: what is to be protected does not come in clear."""
    counters = Counters('a')
    put('left', bundle.reply())
    counters.expect(in_clear=1)


def another(bundle, other):
    """All of it right but for one SA, which is that of another policy."""
    refused(Counters('a'), bundle, bundle.layers[:-1] + other.layers[-1:])


def replayed(bundle):
    """A packet that comes again, and an inner one that somebody has wrapped
    again: on the SA whose number it is."""
    counters, before = Counters('a'), delivered()
    clear = bundle.reply()
    inner = bundle.wrap(clear, bundle.layers[:1])
    first = bundle.wrap(inner, bundle.layers[1:])
    put('left', first)
    counters.expect(**passed(bundle.layers, clear))
    wait_delivered(before + 1)
    put('left', first)
    outermost = bundle.layers[-1].back.spi
    counters.expect(**{'replay': 1, f'_{outermost}_replay': 1})
    put('left', bundle.wrap(inner, bundle.layers[1:]))
    moved = passed(bundle.layers[1:], inner)
    moved.update({'replay': 1, f'_{bundle.layers[0].back.spi}_replay': 1})
    counters.expect(**moved)
    expect(delivered(), before + 1, 'delivered')


def forged(bundle):
    """The ICV of each layer counts."""
    clear = bundle.reply()
    counters = Counters('a')
    for depth, one in enumerate(bundle.layers):
        inner = bytearray(bundle.wrap(clear, bundle.layers[:depth + 1]))
        inner[-1] ^= 1
        put('left', bundle.wrap(bytes(inner), bundle.layers[depth + 1:]))
        moved = passed(bundle.layers[depth + 1:], bytes(inner))
        moved.update({'icv': 1, f'_{one.back.spi}_icv': 1})
        counters.expect(**moved)
        # Those numbers were not taken
        for inside_of in bundle.layers[:depth + 1]:
            inside_of.back.seq -= 1


def other_source():
    """In transport mode the addresses of an SA are its selectors: who has one
    cannot send in the name of a host that has another under the same policy."""
    counters, before = Counters('a'), delivered()
    for one, other in (SHARING, SHARING[::-1]):
        put('left', one.but(src=other.src).transport())
        expect(one.src != other.src, True)
        counters.expect(**{'sa_selector': 1, f'_{one.spi}_sa-selector': 1,
                           f'_{one.spi}_packets': 1, f'_{one.spi}_seq': 1,
                           f'_{one.spi}_bytes': 28})
        one.seq += 1
    put('left', SHARING[0].transport(), SHARING[1].transport())
    wait_delivered(before + 2)


def depth_of(bundle):
    """One layer more than there can be is not even looked at."""
    counters = Counters('a')
    clear = bundle.reply()
    more = bundle.layers[:1] + bundle.layers
    put('left', bundle.wrap(clear, more))
    spi = bundle.layers[0].back.spi
    # What it looks like when the four outer ones are off
    moved = passed(more[1:], bundle.wrap(clear, more[:1]))
    # That SA is in it twice, and its second number was seen
    moved.update({'nest_depth': 1, f'_{spi}_nest-depth': 1, f'_{spi}_seq': 1})
    counters.expect(**moved)


def too_deep(words):
    """A policy of five is refused, and changes nothing."""
    status, _, complaint = ctl('a', 'policy', 'add', *words.split())
    expect(status != 0, True)
    expect('more than 4 SAs cannot be nested in each other' in complaint, True,
           complaint)


def missing_sa(bundle):
    """Without one of the SAs nothing is sent (F16)."""
    one = bundle.layers[-1]
    expect(ctl('a', 'sa', 'del', one.proto, 'spi', str(one.out.spi), 'dst',
               one.out.dst)[0], 0)
    counters = Counters('a')
    try:
        local.send(bundle.packet(HERE[bundle.inner]))
    except PermissionError:
        pass
    counters.expect(out_no_sa=1)
    expect(wire.next(0), None, 'on the wire')


BUNDLES = [
    Bundle('AH over ESP', 4, 'esp transport', 'ah transport'),
    Bundle('AH over ESP, IPv6', 6, 'cbc transport', 'ah transport'),
    Bundle('ESP in ESP', 4, 'null transport', 'esp transport'),
    Bundle('ESP over AH, IPv6', 6, 'ah transport', 'esp transport'),
    Bundle('ESP transport inside of a tunnel', 4, 'cbc transport',
           'esp tunnel 4'),
    Bundle('AH inside of a tunnel over IPv4', 6, 'ah transport',
           'esp tunnel 4'),
    Bundle('tunnel with AH', 4, 'esp tunnel 4', 'ah transport'),
    Bundle('tunnel over IPv6 with AH', 4, 'esp tunnel 6', 'ah transport'),
    Bundle('tunnels of two peers', 4, 'esp tunnel 4', 'cbc tunnel 4'),
    Bundle('tunnels of two peers, 6 in 4 in 6', 6, 'cbc tunnel 4',
           'esp tunnel 6'),
    Bundle('four tunnels', 4, 'esp tunnel 4', 'null tunnel 6', 'ah tunnel 4',
           'esp tunnel 4'),
    Bundle('four of each kind', 6, 'esp transport', 'ah transport',
           'cbc tunnel 4', 'null tunnel 6'),
    Bundle('four in transport mode', 4, 'esp transport', 'null transport',
           'cbc transport', 'ah transport'),
]
SHARING = [new_sa(0x3001, '10.40.0.1', HERE[4]),
           new_sa(0x3002, '10.40.0.2', HERE[4])]
load('a', *[line for one in Bundle.every for line in one.lines()],
     *[f'sa add in {one.words} mode transport reqid 9000' for one in SHARING],
     'policy add in remote 10.40.0.0/24 protect esp transport reqid 9000')
wire, local = Tap('w', 'left'), Local('a')

# With an argument only some, to be run in another way
for one_bundle in BUNDLES[::3] if sys.argv[4:] else BUNDLES:
    name_of = one_bundle.what
    result(f'{name_of}: sent', sent, one_bundle)
    result(f'{name_of}: received', received, one_bundle)
    result(f'{name_of}: a layer missing or in the wrong place',
           every_wrong_nesting, one_bundle)
    result(f'{name_of}: a replay in each of them', replayed, one_bundle)
    result(f'{name_of}: a wrong ICV in each of them', forged, one_bundle)
    if one_bundle.is_tunnel:
        result(f'{name_of}: the longest packet that fits', exact, one_bundle)
for one_bundle in (BUNDLES[0], BUNDLES[9], BUNDLES[11]):
    result(f'{one_bundle.what}: a super-packet', segments, one_bundle)
result('a source address that is not that of the SA', other_source)
result('not in clear', clear_is_refused, BUNDLES[0])
result('the outer SA of another policy', another, BUNDLES[8], BUNDLES[4])
result('one layer more than there can be', depth_of, BUNDLES[12])
result('a policy with one more is refused', too_deep,
       'out remote 10.77.0.1 protect esp transport reqid 1' +
       ' inside ah transport reqid 2' * 4)
result('one of the SAs is missing: nothing is sent', missing_sa, BUNDLES[4])
