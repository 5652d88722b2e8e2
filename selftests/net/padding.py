#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The results of padding.sh: padding of ESP (RFC 4303 2.4, 2.7) and the place
of ESP and AH in transport mode (3.1.1)."""

import itertools

# pylint: disable=wildcard-import,unused-wildcard-import
from wire import *

HERE = {4: '192.0.2.1', 6: '2001:db8:a::1'}
# enc, auth, length of the IV, alignment, length of the ICV
ALGS = {
    'aes-gcm-16': (None, 8, 4, 16), 'chacha20-poly1305': (None, 8, 4, 16),
    'aes-cbc': ('hmac-sha2-256-128', 16, 16, 16),
    'null': ('hmac-sha1-96', 0, 4, 12),
}
FAMILIES = [(inner, outer) for outer in (4, 6) for inner in (4, 6)]
numbers = iter(range(1, 1000))


class Flow:
    """An SA in each direction, the peer and, in tunnel mode, who is behind."""
    every = []

    def __init__(self, mode, inner, outer, alg, words='', route=''):
        self.mode, self.inner, self.outer = mode, inner, outer
        self.alg, self.words = alg, words
        number = next(numbers)
        self.peer = f'10.8.{number >> 8}.{number & 255}' if outer == 4 else \
            f'2001:db8:8::{number:x}'
        self.remote = self.peer
        if mode == 'tunnel':
            self.remote = f'10.30.{number >> 8}.{number & 255}' \
                if inner == 4 else f'2001:db8:30::{number:x}'
        algs = (alg, ALGS[alg][0]) if alg in ALGS else (None, alg)
        self.out = new_sa(0x1000 + number, HERE[outer], self.peer, *algs)
        self.back = new_sa(0x2000 + number, self.peer, HERE[outer], *algs)
        self.route = route
        Flow.every.append(self)

    def lines(self):
        """The configuration."""
        proto = 'esp' if self.out.enc else 'ah'
        ends, back = '', ''
        if self.mode == 'tunnel':
            ends = f'src {HERE[self.outer]} dst {self.peer}'
            back = f'src {self.peer} dst {HERE[self.outer]}'
        yield (f'sa add out {self.out.words} mode {self.mode} reqid '
               f'{self.out.spi} {self.words}')
        yield (f'sa add in {self.back.words} mode {self.mode} reqid '
               f'{self.out.spi}')
        yield (f'policy add out remote {self.remote} protect {proto} '
               f'{self.mode} {ends} reqid {self.out.spi}')
        yield (f'policy add in remote {self.remote} protect {proto} '
               f'{self.mode} {back} reqid {self.out.spi}')

    def packet(self, length, **field):
        """A clear one of the host, of that length."""
        src = HERE[self.inner]
        head = 20 if self.inner == 4 else 40
        return ip(src, self.remote, UDP, udp(src, self.remote, 1000, 2000,
                                             bytes(length - head - 8)), **field)

    def shortest(self):
        """Length of an empty datagram."""
        return 28 if self.inner == 4 else 48

    def sent(self, packets):
        """What leaves for them."""
        local.send(*packets)
        found = wire.take(len(packets))
        return found, [opened(self.out, packet) for packet in found]

    def longest(self, mtu):
        """Longest packet that fits in tunnel mode."""
        _, iv, align, icv = ALGS[self.alg]
        room = mtu - (20 if self.outer == 4 else 40) - 8 - iv - icv
        return room // align * align - 2


def lengths(flow, pad_min):
    """The shortest padding that is aligned and not shorter than pad_min, and
    where RFC 4303 2.3 and 2.4 want things to be."""
    _, iv, align, icv = ALGS[flow.alg]
    sizes = range(flow.shortest(), flow.shortest() + 33)
    packets = [flow.packet(size) for size in sizes]
    wires, insides = flow.sent(packets)
    head = 20 if flow.inner == 4 else 40
    for packet, wired, inside in zip(packets, wires, insides):
        # The part of it that is encrypted
        clear = packet if flow.mode == 'tunnel' else packet[head:]
        expect(inside.payload, clear, 'inside:')
        want = pad_min
        while (len(clear) + want + 2) % align:
            want += 1
        expect(inside.pad, want, 'pad length')
        start = layer(wired)
        expect(len(wired), start + 8 + iv + len(inside.text) + icv)
        # B11: trailer right-aligned, ICV on 4 bytes; B12, B13, B26
        expect((8 + iv + len(inside.text)) % 4, 0)
        expect(len(inside.text) % align, 0)
        expect((8 + iv) % 8, 0, 'what is protected begins on 8 bytes:')
        expect(start % (8 if flow.outer == 6 else 4), 0)


def all_generated(flows):
    """Four lengths through SAs with pad-min 0, 4, ...: every pad length."""
    seen = set()
    for flow in flows:
        _, insides = flow.sent([flow.packet(28 + i) for i in range(4)])
        seen |= {inside.pad for inside in insides}
    expect(seen, set(range(256)))


def all_accepted(flow):
    """Every pad length from 0 to 255, with what makes the packet aligned."""
    align = ALGS[flow.alg][2]
    counters = Counters('a')
    clear = [ping(flow.remote, HERE[flow.inner],
                  -(flow.shortest() + pad + 2) % align) for pad in range(256)]
    put('left', [flow.back.tunnel(packet, pad=bytes(range(1, pad + 1)))
                 for pad, packet in enumerate(clear)])
    expect(clear_side.take(256), clear, 'inside:')
    spi = flow.back.spi
    counters.expect(**{f'_{spi}_packets': 256, f'_{spi}_seq': 256,
                       f'_{spi}_bytes': sum(map(len, clear))})
    wrong = []
    for pad, packet in enumerate(clear[1:], 1):
        content = bytearray(range(1, pad + 1))
        content[pad * 7919 % pad] ^= 1 << pad % 8
        wrong.append(flow.back.tunnel(packet, pad=bytes(content)))
    put('left', wrong)
    counters.expect(**{'padding': 255, f'_{spi}_padding': 255,
                       f'_{spi}_seq': 255})


def constant(flow, want, mtu=1500):
    """Every packet is as long as `want`, if not longer by itself, and the path
    MTU never makes two of it; the inner packet is what it was."""
    sizes = [flow.shortest() + size for size in
             (0, 1, 2, 3, 5, 100, 333, 551)] + [flow.longest(mtu),
                                                flow.longest(mtu) - 1]
    packets = [flow.packet(size, frag=0x4000) if flow.inner == 4 else
               flow.packet(size) for size in sizes]
    wires, insides = flow.sent(packets)
    for packet, wired, inside in zip(packets, wires, insides):
        assert len(wired) <= mtu, f'{len(wired)} bytes on the wire'
        expect(inside.payload[:len(packet)], packet, 'inside:')
        expect(len(inside.payload), max(len(packet), want), 'with padding')
    short = {len(wired) for packet, wired in zip(packets, wires)
             if len(packet) <= want}
    expect(len(short), 1, f'lengths on the wire {short}:')
    counted = Counters('a')
    flow.sent(packets[:1])
    spi = flow.out.spi
    counted.expect(**{f'_{spi}_packets': 1, f'_{spi}_seq': 1,
                      f'_{spi}_bytes': len(packets[0])})


def too_long(flow):
    """What has to be fragmented anyway is not padded on top."""
    local.send(flow.packet(1480))
    first, second = wire.take(2)
    head = 20 if flow.outer == 4 else 48
    _, iv, align, icv = ALGS[flow.alg]
    expect(len(first) + len(second) - 2 * head,
           8 + iv + -(-1482 // align) * align + icv)


def segments(flow):
    """Each segment of a super-packet."""
    with inside('a'):
        kind = socket.AF_INET if flow.inner == 4 else socket.AF_INET6
        sock = socket.socket(kind, socket.SOCK_DGRAM)
    sock.setsockopt(17, 103, 100)
    sock.sendto(os.urandom(1000), (flow.remote, 2000))
    found = [opened(flow.out, packet) for packet in wire.take(10)]
    expect({len(one.payload) for one in found}, {600})
    numbers_seen = [one.seq for one in found]
    expect(numbers_seen, list(range(numbers_seen[0], numbers_seen[0] + 10)))


def cut(flow):
    """Bytes behind the inner packet do not come out."""
    clear = ping(flow.remote, HERE[flow.inner], 10)
    put('left', [flow.back.tunnel(clear + os.urandom(size))
                 for size in (1, 2, 3, 4, 200, 1200)])
    expect(clear_side.take(6), [clear] * 6)


def cut_by_udp(flow):
    """RFC 4303 2.7: in transport mode UDP knows its length."""
    with inside('a'):
        sock = socket.socket(socket.AF_INET if flow.inner == 4 else
                             socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind((HERE[flow.inner], 5000))
    sock.settimeout(PATIENCE)
    body = udp(flow.peer, HERE[flow.inner], 1000, 5000, b'as long as this')
    for size in (0, 1, 50, 900):
        put('left', flow.back.send(body + os.urandom(size), UDP))
        expect(sock.recv(2000), b'as long as this')
    sock.close()


# ---- extension headers

def option(following, kind=0x1e, more=0):
    """Options of 8 bytes and more that a host which does not know them skips."""
    return bytes([following, more, kind, 4 + 8 * more]) + bytes(4 + 8 * more)


def routing(following):
    """A routing header that has come to its end."""
    return bytes([following, 2, 0, 0]) + bytes(4) + packed('2001:db8:1::77')


HOP, ROUTE, FRAGMENT, OPTS = 0, 43, 44, 60
BUILD = {HOP: lambda n: option(n, more=1), ROUTE: routing, OPTS: option,
         FRAGMENT: lambda n: bytes([n, 0, 0, 0, 0, 0, 0, 9])}
# headers in front of ESP and AH, and behind them
CHAINS = {
    'hop-by-hop': ([HOP], []),
    'routing': ([ROUTE], []),
    'destination options': ([], [OPTS]),
    'hop-by-hop, destination options': ([HOP], [OPTS]),
    'destination options, routing': ([OPTS, ROUTE], []),
    'all of them': ([HOP, OPTS, ROUTE], [OPTS]),
}


def chain(headers, last, body):
    """Number of the first header, and all of them in front of a body."""
    for kind in reversed(headers):
        body = BUILD[kind](last) + body
        last = kind
    return last, body


def placed(flow, before, behind):
    """RFC 4303 3.1.1: which headers stay in front."""
    src = HERE[6]
    body = udp(src, flow.peer, 1000, 2000, b'in front or behind')
    first, payload = chain(before + behind, UDP, body)
    local.send(ip(src, flow.peer, first, payload))
    packet, = wire.take(1)
    proto = ESP if flow.out.enc else AH
    first, front = chain(before, proto, b'')
    expect(packet[6], first, 'first header')
    expect(packet[40:40 + len(front)], front, 'in front:')
    expect(struct.unpack_from('!H', packet, 4)[0], len(packet) - 40, 'length')
    first, payload = chain(behind, UDP, body)
    if flow.out.enc:
        inner = opened(flow.out, packet)
        expect((inner.proto, inner.payload), (first, payload), 'inside:')
    else:
        expect(packet[40 + len(front)], first, 'next header of AH')
        expect(packet[-len(payload):], payload, 'inside:')


def accepted(flow, before, behind):
    """The same on the way in, up to the upper layer."""
    counters = Counters('a')
    body = echo(flow.peer, HERE[6], b'in front or behind')
    last, payload = chain(behind, ICMP6, body)
    if flow.back.enc:
        protected = flow.back.esp(payload, last)[40:]
        first, payload_out = chain(before, ESP, protected)
        packet = ip(flow.peer, HERE[6], first, payload_out)
    else:
        packet = with_ah(flow.back, before, payload, last)
    seen = delivered()
    put('left', packet)
    spi = flow.back.spi
    front = len(chain(before, 0, b'')[1])
    counters.expect(**{f'_{spi}_packets': 1, f'_{spi}_seq': 1,
                       f'_{spi}_bytes': 40 + front + len(payload)})
    deadline = time.monotonic() + PATIENCE
    while delivered() == seen and time.monotonic() < deadline:
        time.sleep(0.01)
    expect(delivered(), seen + 1, 'delivered')


def orders():
    """Every order of what may stand in front of ESP: hop-by-hop options at the
    beginning alone, destination options once and twice, a routing header, and a
    fragment header that says that the packet is whole (RFC 6946)."""
    others = {one for count in range(5) for one in itertools.permutations(
        (OPTS, OPTS, ROUTE, FRAGMENT), count)}
    return [first + one for first in ((), (HOP,)) for one in sorted(others)]


def every_order(flow):
    """All of them are walked: ESP is found, and what is inside delivered."""
    counters, seen = Counters('a'), delivered()
    packets, size = [], 0
    for headers in orders():
        body = echo(flow.peer, HERE[6], b'behind headers')
        first, front = chain(headers, ESP, flow.back.esp(body, ICMP6)[40:])
        packets.append(ip(flow.peer, HERE[6], first, front))
        size += 40 + len(chain(headers, 0, body)[1])
    put('left', packets)
    spi = flow.back.spi
    counters.expect(**{f'_{spi}_packets': len(packets),
                       f'_{spi}_seq': len(packets), f'_{spi}_bytes': size})
    deadline = time.monotonic() + PATIENCE
    while delivered() < seen + len(packets) and time.monotonic() < deadline:
        time.sleep(0.01)
    expect(delivered(), seen + len(packets), 'delivered')


def with_ah(sa, before, payload, last):
    """AH behind extension headers none of which a host on the way changes."""
    length = 12 + HASHES[sa.auth][1]
    length += -length % 8
    head = struct.pack('!BBHII', last, length // 4 - 2, 0, sa.spi,
                       sa.number(None))
    first, front = chain(before, AH, b'')
    packet = ip(sa.src, sa.dst, first, front + head + bytes(length - 12) +
                payload)
    covered = b'\x60\0\0\0' + packet[4:7] + b'\0' + packet[8:]
    place = 40 + len(front) + 12
    icv = sa.icv(covered)
    return packet[:place] + icv + packet[place + len(icv):]


def delivered():
    """ICMPv6 messages that have come as far as ICMP."""
    with inside('a'), open('/proc/thread-self/net/snmp6',
                           encoding='ascii') as file:
        return sum(int(line.split()[1]) for line in file
                   if line.startswith('Icmp6InEchoReplies'))


def placed4(flow):
    """Behind the options of IPv4, which are not protected."""
    src = HERE[4]
    for options in (b'\x94\x04\0\0', b'\x01' * 8, b'\x82\x0b' + bytes(9) +
                    b'\0'):
        body = udp(src, flow.peer, 1000, 2000, b'behind options')
        local.send(ip(src, flow.peer, UDP, body, options=options))
        packet, = wire.take(1)
        expect(packet[0], 0x45 + len(options) // 4, 'header length')
        expect(packet[20:20 + len(options)], options, 'options')
        expect(checksum(packet[:20 + len(options)]), 0, 'checksum')
        inner = opened(flow.out, packet)
        expect((inner.proto, inner.payload), (UDP, body), 'inside:')
        counters = Counters('a')
        answer = echo(flow.peer, src, b'behind options')
        put('left', ip(flow.peer, src, ESP,
                       flow.back.esp(answer, ICMP)[20:], options=options))
        spi = flow.back.spi
        counters.expect(**{f'_{spi}_packets': 1, f'_{spi}_seq': 1,
                           f'_{spi}_bytes': 20 + len(options) + len(answer)})


aligned = [(Flow(mode, inner, outer, alg, f'pad-min {pad}' if pad else ''), pad)
           for alg in ALGS for pad in (0, 1, 30, 240)
           for mode, inner, outer in (('tunnel', 4, 4), ('transport', 6, 6))]
whole = [Flow('tunnel', 4, 4, 'null', f'pad-min {pad}')
         for pad in range(0, 256, 4)]
taking = [Flow('tunnel', 4, 4, alg) for alg in ALGS]
padded = [Flow('tunnel', inner, outer, 'aes-gcm-16', 'tfc 600')
          for inner, outer in FAMILIES]
full = [Flow('tunnel', inner, outer, alg, 'tfc mtu') for (inner, outer), alg
        in zip(FAMILIES, ALGS)]
narrow = [Flow('tunnel', inner, outer, 'aes-gcm-16', 'tfc mtu', 'mtu 1400')
          for inner, outer in FAMILIES]
plain = [Flow('transport', family, family, 'aes-gcm-16') for family in (4, 6)]
covered_by_ah = Flow('transport', 6, 6, 'hmac-sha1-96')
load('a', f'limits max-sas {2 * len(Flow.every)}',
     *[line for one in Flow.every for line in one.lines()])
for one in Flow.every:
    if one.route:
        via = '192.0.2.254' if one.outer == 4 else '2001:db8:a::ff'
        subprocess.run(['ip', '-n', f'a{SUFFIX}', 'route', 'add', one.peer,
                        'via', via, *one.route.split()], check=True)
wire, clear_side, local = Tap('w', 'left'), Tap('a', 'ipsec0'), Local('a')

for one, least in aligned:
    result(f'{one.mode} {one.alg}: pad-min {least}', lengths, one, least)
result('every pad length from 0 to 255 is generated', all_generated, whole)
for one in taking:
    result(f'{one.alg}: every pad length from 0 to 255 is accepted, '
           'a wrong byte is not', all_accepted, one)
for one in padded:
    name = f'IPv{one.inner} in IPv{one.outer}'
    result(f'{name}: tfc 600', constant, one, 600)
    result(f'{name}: TFC padding is cut off', cut, one)
for one in full:
    result(f'IPv{one.inner} in IPv{one.outer} {one.alg}: tfc mtu', constant,
           one, one.longest(1500))
for one in narrow:
    result(f'IPv{one.inner} in IPv{one.outer}: tfc mtu on a narrower path',
           constant, one, one.longest(1400), 1400)
result('what is fragmented is not padded', too_long, full[0])
result('tfc in each segment of a super-packet', segments, padded[0])
for one in plain:
    result(f'TFC padding behind UDP over IPv{one.inner}', cut_by_udp, one)
for one in (plain[1], covered_by_ah):
    for name, (front_headers, back_headers) in CHAINS.items():
        proto_name = 'ESP' if one.out.enc else 'AH'
        result(f'{proto_name} and {name}: place in what is sent', placed, one,
               front_headers, back_headers)
        # A routing header would have to be rearranged for AH
        if one.out.enc or ROUTE not in front_headers:
            result(f'{proto_name} and {name}: received', accepted, one,
                   front_headers, back_headers)
result('ESP behind every order of extension headers', every_order, plain[1])
result('ESP behind options of IPv4', placed4, plain[0])
