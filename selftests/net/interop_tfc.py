#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The results of interop_tfc.sh. ip(8) has no word for xfrm's padding, so its
SAs are made by hand."""

# pylint: disable=wildcard-import,unused-wildcard-import
from wire import *

G1, G2 = '192.0.2.1', '198.51.100.1'
G1_6, G2_6 = '2001:db8:a::1', '2001:db8:b::1'
NEWSA, AEAD, TFCPAD = 16, 18, 22
TUNNEL, AF_UNSPEC = 1, 32
SIZES = (0, 1, 2, 3, 50, 300, 555, 700, 1300)


def padded(address):
    """An address as xfrm has it."""
    return packed(address).ljust(16, b'\0')


def attribute(kind, data):
    """One netlink attribute."""
    return struct.pack('=HH', len(data) + 4, kind) + data + bytes(-len(data) % 4)


def xfrm_state(sa, reqid, tfc):
    """Make an SA of the kernel's own in b; its packets are padded to tfc."""
    family = socket.AF_INET6 if is6(sa.src) else socket.AF_INET
    body = bytes(56) + padded(sa.dst) + struct.pack('!IB3x', sa.spi, ESP) + \
        padded(sa.src) + b'\xff' * 32 + bytes(32 + 32 + 12) + \
        struct.pack('=IIHBBB7x', 0, reqid, family, TUNNEL, 32, AF_UNSPEC)
    body += attribute(AEAD, b'rfc4106(gcm(aes))'.ljust(64, b'\0') +
                      struct.pack('=II', 8 * len(sa.enc_key), 128) +
                      sa.enc_key)
    if tfc:
        body += attribute(TFCPAD, struct.pack('=I', tfc))
    with inside('b'):
        link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 6)
    link.send(struct.pack('=IHHII', 16 + len(body), NEWSA, 0x605, 1, 0) + body)
    error, = struct.unpack_from('=i', link.recv(4096), 16)
    if error:
        raise OSError(-error, f'xfrm state {sa.spi:#x}')


class Pair:
    """A tunnel between a, ours, and b, the kernel's own."""
    every = []

    def __init__(self, inner, outer):
        self.inner = inner
        number = len(Pair.every) + 1
        ends = (G1, G2) if outer == 4 else (G1_6, G2_6)
        self.out = new_sa(0x1000 + number, *ends)
        self.back = new_sa(0x2000 + number, *ends[::-1])
        self.reqid = number
        self.here, self.there = (f'10.1.0.{number}', f'10.2.0.{number}') \
            if inner == 4 else (f'2001:db8:1::{number}', f'2001:db8:2::{number}')
        self.name = f'IPv{inner} in IPv{outer}'
        Pair.every.append(self)

    def lines(self):
        """The configuration of a."""
        yield (f'sa add out {self.out.words} mode tunnel reqid {self.reqid} '
               'tfc 600')
        yield f'sa add in {self.back.words} mode tunnel reqid {self.reqid}'
        yield (f'policy add both local {self.here} remote {self.there} protect '
               f'esp tunnel src {self.out.src} dst {self.out.dst} '
               f'reqid {self.reqid}')

    def make(self):
        """Addresses, and all of b."""
        for namespace, address in (('a', self.here), ('b', self.there)):
            ip_of(namespace, f'addr add {address} dev lo' +
                  (' nodad' if is6(address) else ''))
        xfrm_state(self.out, self.reqid, 0)
        xfrm_state(self.back, self.reqid, 700)
        for way, sa, src, dst in (('out', self.back, self.there, self.here),
                                  ('in', self.out, self.here, self.there)):
            ip_of('b', f'xfrm policy add src {src} dst {dst} dir {way} tmpl '
                  f'src {sa.src} dst {sa.dst} proto esp reqid {self.reqid} '
                  'mode tunnel')


def ip_of(namespace, words):
    """A command of ip(8)."""
    subprocess.run(['ip', '-n', namespace + SUFFIX, *words.split()],
                   check=True)


def lengths(taps, sa):
    """Lengths of what was encrypted and of the packets inside."""
    wires = taps.take(len(SIZES))
    found = [opened(sa, packet).payload for packet in wires]
    inner = [int.from_bytes(one[2:4], 'big') if one[0] >> 4 == 4 else
             40 + int.from_bytes(one[4:6], 'big') for one in found]
    return [len(one) for one in found], inner


def both_ways(pair):
    """Echo requests of all sizes, padded by us, and their answers, padded by
    xfrm: what is inside comes out, whatever is behind it."""
    counters = Counters('a')
    for size in SIZES:
        done = subprocess.run(
            ['ip', 'netns', 'exec', f'a{SUFFIX}', 'ping', '-q', '-n', '-c',
             '1', '-W', str(PATIENCE), '-s', str(size), '-I', pair.here,
             pair.there], capture_output=True, text=True, check=False)
        expect(done.returncode, 0, f'ping of {size} bytes: {done.stdout}')
    head = 28 if pair.inner == 4 else 48
    inner = [head + size for size in SIZES]
    expect(lengths(left, pair.out),
           ([max(600, one) for one in inner], inner), 'sent')
    # xfrm pads so that the trailer is within the 700, where it counts as well
    sizes, answers = lengths(right, pair.back)
    expect(answers, inner, 'answered')
    expect(min(sizes) > 650, True, sizes)
    moved = {}
    for sa in (pair.out, pair.back):
        moved.update({f'_{sa.spi}_packets': len(SIZES),
                      f'_{sa.spi}_seq': len(SIZES),
                      f'_{sa.spi}_bytes': sum(inner)})
    counters.expect(**moved)


def xfrm_stat(name):
    """One of its counters in b."""
    with inside('b'), open('/proc/thread-self/net/xfrm_stat',
                           encoding='ascii') as file:
        return dict(line.split() for line in file)[name]


def dummies(pair):
    """xfrm drops them, and takes the next packet."""
    before = int(xfrm_stat('XfrmInStateProtoError'))
    expect(ctl('a', 'sa', 'dummy', 'esp', 'spi', str(pair.out.spi), 'dst',
               pair.out.dst, 'count', '20'), (0, '', ''))
    left.take(20)
    deadline = time.monotonic() + PATIENCE
    while int(xfrm_stat('XfrmInStateProtoError')) < before + 20 and \
            time.monotonic() < deadline:
        time.sleep(0.02)
    expect(int(xfrm_stat('XfrmInStateProtoError')), before + 20)
    both_ways(pair)


for kind in ((4, 4), (6, 6), (6, 4), (4, 6)):
    Pair(*kind)
load('a', *[line for one in Pair.every for line in one.lines()])
for one_pair in Pair.every:
    one_pair.make()
left, right = Tap('w', 'left'), Tap('w', 'right')
for one_pair in Pair.every:
    result(f'{one_pair.name}: padded by us, padded by xfrm', both_ways,
           one_pair)
    result(f'{one_pair.name}: dummies', dummies, one_pair)
