#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The results of header.sh: the tunnel header (RFC 4301 5.1.2, RFC 6040).

What is wanted of each packet is written down here once more, from the RFCs and
not from the module: outer_of() for what is sent, after_tunnel() for what is
received.
"""

# pylint: disable=wildcard-import,unused-wildcard-import
from wire import *

HERE = {4: '192.0.2.1', 6: '2001:db8:a::1'}
# Behind the host on the clear side, and what is local to it
INSIDE = {4: '10.1.0.2', 6: '2001:db8:1::2'}
NOT_ECT, ECT1, ECT0, CE = range(4)
DF, MF = 0x4000, 0x2000

# Words of the SA, and for which outer family they are
SETTINGS = {
    'defaults': '',
    'ttl': 'ttl 1',
    'highest ttl': 'ttl 255',
    'dscp': 'dscp 46',
    'dscp 0': 'dscp 0',
    'map': 'dscp-map 0:63,10:12,46:0,63:1',
    'compatibility': 'ecn compatibility',
    'df set': 'df set',
    'df clear': 'df clear',
    'label': 'flow-label 0xfffff',
    'label copied': 'flow-label copy',
    'label hashed': 'flow-label hash',
    'everything': 'ttl 7 dscp 33 ecn compatibility',
}
MAP = {0: 63, 10: 12, 46: 0, 63: 1}


def for_family(what, outer):
    """Does the setting exist for that family?"""
    return not what.startswith('label' if outer == 4 else 'df')


class Tunnel:
    """One outbound and one inbound SA, and the addresses behind them."""
    every = []

    def __init__(self, inner, outer, what, proto='esp'):
        self.inner, self.outer, self.what = inner, outer, what
        number = len(Tunnel.every) + 1
        self.peer = f'10.8.0.{number}' if outer == 4 else \
            f'2001:db8:8::{number:x}'
        self.remote = f'10.30.{number}.9' if inner == 4 else \
            f'2001:db8:30:{number:x}::9'
        algs = ('aes-gcm-16', None) if proto == 'esp' else \
            (None, 'hmac-sha1-96')
        self.out = new_sa(0x1000 + number, HERE[outer], self.peer, *algs)
        self.back = new_sa(0x2000 + number, self.peer, HERE[outer], *algs)
        self.proto = proto
        self.words_in = ''
        Tunnel.every.append(self)

    def sas(self, reqid):
        """The configuration of its SAs."""
        yield (f'sa add out {self.out.words} mode tunnel reqid {reqid} '
               f'{SETTINGS[self.what]}')
        yield (f'sa add in {self.back.words} mode tunnel reqid {reqid} '
               f'{self.words_in}')

    def lines(self):
        """The configuration, with policies."""
        ends = f'src {HERE[self.outer]} dst {self.peer}'
        back = f'src {self.peer} dst {HERE[self.outer]}'
        yield from self.sas(self.out.spi)
        yield (f'policy add out remote {self.remote} protect {self.proto} '
               f'tunnel {ends} reqid {self.out.spi}')
        yield (f'policy add in remote {self.remote} protect {self.proto} '
               f'tunnel {back} reqid {self.out.spi}')

    def packet(self, src, **field):
        """A clear packet that will go through it."""
        payload = udp(src, self.remote, 1000, 2000, field.pop('data', b''))
        label = field.pop('label', 0)
        packet = ip(src, self.remote, UDP, payload, **field)
        if self.inner == 6:
            head, = struct.unpack_from('!I', packet)
            packet = struct.pack('!I', head | label) + packet[4:]
        return packet


def tos_of(packet):
    """Traffic class."""
    if packet[0] >> 4 == 4:
        return packet[1]
    return struct.unpack_from('!H', packet)[0] >> 4 & 255


def label_of(packet):
    """IPv6 flow label."""
    return struct.unpack_from('!I', packet)[0] & 0xfffff


def hops(packet, less):
    """The packet with its TTL or hop limit lower by so many."""
    data = bytearray(packet)
    data[8 if packet[0] >> 4 == 4 else 7] -= less
    return fix(bytes(data))


def outer_of(tunnel, inner, ttl=64):
    """Traffic class, flags, TTL and flow label of the header around it; None
    for a label is any but 0."""
    what, tos = tunnel.what, tos_of(inner)
    dscp, ecn = tos >> 2, tos & 3
    df = struct.unpack_from('!H', inner, 6)[0] & DF if tunnel.inner == 4 \
        else DF
    label = 0
    if what == 'ttl':
        ttl = 1
    elif what == 'highest ttl':
        ttl = 255
    elif what == 'dscp':
        dscp = 46
    elif what == 'dscp 0':
        dscp = 0
    elif what == 'map':
        dscp = MAP.get(dscp, dscp)
    elif what == 'compatibility':
        ecn = NOT_ECT
    elif what == 'df set':
        df = DF
    elif what == 'df clear':
        df = 0
    elif what == 'label':
        label = 0xfffff
    elif what == 'label copied':
        label = label_of(inner) if tunnel.inner == 6 else 0
    elif what == 'label hashed':
        label = None
    elif what == 'everything':
        ttl, dscp, ecn = 7, 33, NOT_ECT
    return dscp << 2 | ecn, df, ttl, label


def check_outer(tunnel, packet, want):
    """Every field of the header on the wire."""
    tos, df, ttl, label = want
    number = 50 if tunnel.proto == 'esp' else 51
    ends = packed(HERE[tunnel.outer]) + packed(tunnel.peer)
    expect(tos_of(packet), tos, 'traffic class')
    if tunnel.outer == 4:
        expect(packet[0], 0x45, 'version and header length')
        expect(struct.unpack_from('!H', packet, 2)[0], len(packet), 'length')
        expect(struct.unpack_from('!H', packet, 6)[0], df, 'flags, offset')
        expect(packet[8], ttl, 'TTL')
        expect(packet[9], number, 'protocol')
        expect(checksum(packet[:20]), 0, 'checksum')
        expect(packet[12:20], ends, 'addresses')
        return
    expect(packet[0] >> 4, 6, 'version')
    if label is None:
        assert label_of(packet), 'no flow label'
    else:
        expect(label_of(packet), label, 'flow label')
    expect(struct.unpack_from('!H', packet, 4)[0], len(packet) - 40, 'length')
    expect(packet[6], number, 'next header')
    expect(packet[7], ttl, 'hop limit')
    expect(packet[8:40], ends, 'addresses')


def sent(tunnel, packets, ttl=64, forwarded=True):
    """What becomes of packets on the wire, compared; forwarded: by the host,
    or else they are its own."""
    if forwarded:
        put('left', *packets)
    else:
        local.send(*packets)
    found = wire.take(len(packets))
    for clear, packet in zip(packets, found):
        check_outer(tunnel, packet, outer_of(tunnel, clear, ttl))
        inner = opened(tunnel.out, packet)
        expect(inner.proto, 4 if tunnel.inner == 4 else 41, 'next header')
        expect(inner.payload, hops(clear, 1 if forwarded else 0), 'inside:')
    return found


def every_setting(tunnel):
    """Both kinds of senders, every DSCP and ECN, some lengths and labels."""
    rng = random.Random(tunnel.out.spi)
    all_tos = tunnel.what in ('defaults', 'map') and tunnel.proto == 'esp'
    classes = [dscp << 2 | ecn for dscp in
               (range(64) if all_tos else (0, 10, 46, 63)) for ecn in
               ((rng.randrange(4),) if all_tos else range(4))]
    for forwarded, src in ((True, INSIDE), (False, HERE)):
        sent(tunnel, [
            tunnel.packet(src[tunnel.inner], tos=tos, ttl=rng.randrange(2, 256),
                          frag=rng.choice((0, DF)), ident=rng.randrange(1, 65536),
                          label=rng.randrange(1 << 20),
                          data=bytes(rng.randrange(64))) for tos in classes],
             forwarded=forwarded)


def of_route(tunnel):
    """RFC 4301 5.1.2.1: TTL is that of the host, here of its route."""
    sent(tunnel, [tunnel.packet(INSIDE[tunnel.inner], ttl=5)], ttl=99)


def lowest_ttl(tunnel):
    """TTL 1 is not forwarded, not even into a tunnel; its own go anywhere."""
    answers = Counters('a')
    put('left', tunnel.packet(INSIDE[tunnel.inner], ttl=1))
    packet, = wire.take(1)
    kind = packet[20] if tunnel.inner == 4 else packet[40]
    expect((packet[9 if tunnel.inner == 4 else 6], kind),
           (ICMP, 11) if tunnel.inner == 4 else (ICMP6, 3), 'answer')
    answers.expect()
    sent(tunnel, [tunnel.packet(HERE[tunnel.inner], ttl=1)], 99, False)


def options(tunnel):
    """Options and extension headers stay where they are."""
    if tunnel.inner == 4:
        packets = [tunnel.packet(INSIDE[4], options=one) for one in (
            b'\x94\x04\0\0', b'\x01' * 40, b'\x88\x04\x12\x34\x82\x0b' +
            bytes(9) + b'\0')]
    else:
        src = INSIDE[6]
        body = udp(src, tunnel.remote, 1000, 2000)
        packets = [ip(src, tunnel.remote, number, bytes([UDP, 0, 1, 4, 0, 0, 0,
                                                         0]) + body)
                   for number in (60, 0)]
    sent(tunnel, packets, 99)


def identifications(tunnel):
    """RFC 4301 5.1.2.1: the ID is constructed. Those of packets that may be
    fragmented must not come again soon (RFC 791), whatever the inner one."""
    found = sent(tunnel, [tunnel.packet(INSIDE[tunnel.inner], ident=77)
                          for _ in range(400)])
    expect(len({packet[4:6] for packet in found}), 400, 'different ones:')
    expect(struct.unpack_from('!H', found[0], 6)[0] & DF, 0, 'DF')


def labels(tunnel):
    """One label per flow, and not one for all."""
    seen = {}
    for sport in range(20):
        packets = [ip(INSIDE[tunnel.inner], tunnel.remote, UDP,
                      udp(INSIDE[tunnel.inner], tunnel.remote, 1000 + sport,
                          2000, bytes(size))) for size in (1, 2, 3)]
        seen[sport] = {label_of(packet) for packet in sent(tunnel, packets)}
        expect(len(seen[sport]), 1, 'labels of a flow')
    assert len(set.union(*seen.values())) > 15, 'flows have the same label'


def with_tos(packet, tos):
    """The packet with another traffic class."""
    if packet[0] >> 4 == 4:
        return fix(packet[:1] + bytes([tos]) + packet[2:])
    head, = struct.unpack_from('!I', packet)
    return struct.pack('!I', head & ~0xff00000 | tos << 20) + packet[4:]


def after_tunnel(inner, outer_tos, copies_dscp):
    """What is left when the header has come off (RFC 6040 4.2, figure 4);
    None: nothing."""
    tos, outer = tos_of(inner), outer_tos & 3
    ecn = tos & 3
    if outer == CE:
        if ecn == NOT_ECT:
            return None
        ecn = CE
    elif outer == ECT1 and ecn == ECT0:
        ecn = ECT1
    dscp = outer_tos >> 2 if copies_dscp else tos >> 2
    return with_tos(inner, dscp << 2 | ecn)


def received(tunnel):
    """Each of the 16 combinations of ECN, with several DSCPs, once to the host
    and once through it."""
    copies = bool(tunnel.words_in)
    for dst, less in ((HERE, 0), (INSIDE, 1)):
        counters = Counters('a')
        want, wrong, size = [], 0, 0
        for number, (outer, inner) in enumerate((o, i) for o in range(4)
                                                for i in range(4)):
            clear = ping(tunnel.remote, dst[tunnel.inner], tos=inner |
                         (number * 4 % 64) << 2, ttl=33)
            tos = outer | (63 - number) << 2
            put('left', tunnel.back.tunnel(clear, tos=tos))
            left = after_tunnel(clear, tos, copies)
            if left:
                want.append(left)
                size += len(left)
            else:
                wrong += 1
        expect(wrong, 1, 'dropped')
        expect(clear_side.take(15), want, 'inside:')
        if less:
            expect(wire.take(15), [hops(packet, 1) for packet in want],
                   'forwarded:')
        spi = tunnel.back.spi
        counters.expect(**{'ecn': 1, f'_{spi}_ecn': 1, f'_{spi}_seq': 16,
                           f'_{spi}_packets': 15, f'_{spi}_bytes': size})


def bad_checksum(tunnel):
    """RFC 6040 changes a checksum by what it has changed: a wrong one stays
    wrong, and IP drops the packet."""
    clear = bytearray(ping(tunnel.remote, HERE[4], tos=ECT0))
    clear[10] ^= 1
    put('left', tunnel.back.tunnel(bytes(clear), tos=CE))
    packet, = clear_side.take(1)
    expect(checksum(packet[:20]) != 0, True, 'still wrong')
    expect(tos_of(packet), CE)


def same_selectors(one, other):
    """RFC 4301 4.1: there may be several SAs for the same packets, and the
    receiver takes what comes by any of them, whatever its DSCP."""
    counters = Counters('a')
    want = []
    for number in range(64):
        clear = ping(one.remote, HERE[one.inner], tos=number << 2)
        put('left', (one, other)[number % 2].back.tunnel(
            clear, tos=(number * 5 & 63) << 2))
        want.append(clear)
    expect(clear_side.take(64), want, 'inside:')
    moved = {}
    for spi in (one.back.spi, other.back.spi):
        moved.update({f'_{spi}_packets': 32, f'_{spi}_seq': 32,
                      f'_{spi}_bytes': 32 * len(want[0])})
    counters.expect(**moved)
    # Of those that send, the newest is taken
    local.send(one.packet(HERE[one.inner]))
    packet, = wire.take(1)
    opened(other.out, packet)


def other_mode(tunnel):
    """An SA in tunnel mode is none for a policy that wants transport mode."""
    counters = Counters('a')
    for proto in ('esp', 'ah'):
        load('a', f'policy add out priority 5 remote {tunnel.peer} protect '
             f'{proto} transport reqid {tunnel.out.spi}')
        try:
            local.send(ip(HERE[4], tunnel.peer, UDP, udp(HERE[4], tunnel.peer,
                                                         1000, 2000)))
        except PermissionError:
            pass
        counters.expect(out_no_sa=1)
        expect(wire.next(0), None, 'on the wire')
        expect(ctl('a', 'policy', 'del', 'out', 'priority', '5', 'remote',
                   tunnel.peer)[0], 0)


FAMILIES = [(inner, outer) for outer in (4, 6) for inner in (4, 6)]
tunnels = [Tunnel(inner, outer, what) for inner, outer in FAMILIES
           for what in SETTINGS if for_family(what, outer)]
tunnels += [Tunnel(inner, outer, what, 'ah') for inner, outer in FAMILIES
            for what in ('defaults', 'everything')]
copying = [Tunnel(inner, outer, 'defaults') for inner, outer in FAMILIES]
for one in copying:
    one.words_in = 'decap-dscp copy'
routed = [Tunnel(inner, outer, 'defaults') for inner, outer in FAMILIES]
# The second is for the same packets as the first
pair = [Tunnel(4, 4, 'defaults'), Tunnel(4, 4, 'defaults')]
for one, name in ((pair[1].out, 'dst'), (pair[1].back, 'src')):
    one.words = one.words.replace(f'{name} {pair[1].peer}',
                                  f'{name} {pair[0].peer}')
pair[1].out.dst = pair[1].back.src = pair[1].peer = pair[0].peer
load('a', 'limits max-sas 500',
     *[line for one in Tunnel.every[:-1] for line in one.lines()],
     *pair[1].sas(pair[0].out.spi))
for one in routed:
    via = '192.0.2.254' if one.outer == 4 else '2001:db8:a::ff'
    subprocess.run(['ip', '-n', f'a{SUFFIX}', 'route', 'add', one.peer, 'via',
                    via, 'hoplimit', '99'], check=True)
wire, clear_side, local = Tap('w', 'left'), Tap('a', 'ipsec0'), Local('a')

for one in tunnels:
    result(f'{one.proto} IPv{one.inner} in IPv{one.outer}: '
           f'{SETTINGS[one.what] or "defaults"}', every_setting, one)
for one in routed:
    name = f'IPv{one.inner} in IPv{one.outer}'
    result(f'{name}: the TTL is that of the route', of_route, one)
    result(f'{name}: a TTL that has come to its end', lowest_ttl, one)
    result(f'{name}: options of the inner packet are not copied', options, one)
for one in tunnels:
    if one.what == 'df clear' and one.inner == 4 and one.proto == 'esp' and \
            one.outer == 4:
        result('identifications of packets without DF are different',
               identifications, one)
    if one.what == 'label hashed':
        result(f'IPv{one.inner} in IPv{one.outer}: a label for each flow',
               labels, one)
for one in tunnels:
    if one.what == 'defaults':
        result(f'{one.proto} IPv{one.inner} out of IPv{one.outer}: '
               'congestion is taken over, DSCP is not', received, one)
for one in copying:
    result(f'IPv{one.inner} out of IPv{one.outer}: DSCP, too, when told so',
           received, one)
result('several SAs for the same packets', same_selectors, *pair)
result('an SA in another mode is not taken', other_mode, tunnels[0])
result('a wrong checksum stays wrong', bad_checksum, tunnels[0])
