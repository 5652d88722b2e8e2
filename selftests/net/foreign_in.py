#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The results of foreign_in.sh: what is decrypted or verified lies in pages of
others, in buffers of several layouts, is shared."""

# pylint: disable=wildcard-import,unused-wildcard-import
from wire import *
import foreign

HERE = {4: '192.0.2.1', 6: '2001:db8:a::1'}
AUTH = 'hmac-sha2-256-128'
KINDS = [('aes-gcm-16', None), ('aes-cbc', AUTH), ('null', AUTH), (None, AUTH)]
PORT = 5000
# Lengths of packets around which a buffer, a slab or a page may end
EDGES = [192, 256, 512, 1024, 2048, 4096, 8192]
DATA = os.urandom(9000)
MOST_IN_POOL = 3300
# Ports of a stream: an SPI
STREAM = 7000 << 16 | 7001
sockets = {}


class Flow:
    """An SA in transport mode."""
    every = []

    def __init__(self, family, enc, auth, encap=''):
        number = len(Flow.every) + 1
        self.peer = f'10.8.0.{number}' if family == 4 else \
            f'2001:db8:8::{number:x}'
        if encap:
            # The other end is a socket of w
            self.peer = '192.0.2.254'
        self.sa = new_sa(0x2000 + number, self.peer, HERE[family], enc, auth)
        self.family = family
        reqid = 100 if encap else number
        load('a', f'sa add in {self.sa.words} mode transport reqid {reqid} '
             f'{encap}')
        if self.peer not in {flow.peer for flow in Flow.every}:
            load('a', f'policy add in remote {self.peer} proto udp local-port '
                 f'{PORT} protect {"esp" if enc else "ah"} transport reqid '
                 f'{reqid}')
        Flow.every.append(self)

    def packet(self, size):
        """With a datagram of so many bytes."""
        return self.sa.send(udp(self.peer, HERE[self.family], 1000, PORT,
                                DATA[:size]), UDP)

    def arrived(self, sizes):
        """These datagrams, as they were, and in this order."""
        sock = sockets[self.family]
        for size in sizes:
            assert select.select([sock], [], [], PATIENCE)[0], \
                f'{self.sa.words.split(" src")[0]}: {size} bytes have not arrived'
            data, source = sock.recvfrom(10000)
            expect(source[0], self.peer)
            assert data == DATA[:size], \
                f'{len(data)} wrong bytes arrived, not {size}'


def sizes_of(step, most=10000):
    """What a datagram may have, so that packets are around each edge."""
    return [size for edge in EDGES
            for size in range(edge - 140, edge + 1, step) if size <= most]


def frame(packet):
    """With an Ethernet header."""
    return GATEWAY['left'] + b'\x02\0\0\0\0\xfe' + \
        (b'\x86\xdd' if packet[0] >> 4 == 6 else b'\x08\0') + packet


def sweep(send, step=35, most=10000):
    """Every size through every SA, sent in this way; nothing is dropped."""
    drain()
    before = state('a')
    sizes = sizes_of(step, most)
    for flow in flows_of_ip:
        send([flow.packet(size) for size in sizes])
        flow.arrived(sizes)
    now = state('a')
    for flow in flows_of_ip:
        name = f'{flow.sa.spi}:packets'
        expect(now[name] - before[name], len(sizes), name)
    expect({name: count for name, count in now.items() if ':' not in name and
            count != before.get(name, 0)}, {}, 'dropped:')


def drain():
    """What a test before this one has left."""
    for sock in sockets.values():
        while select.select([sock], [], [], 0)[0]:
            sock.recv(10000)


def linear(packets):
    """As a packet socket sends them."""
    put('left', packets)


def in_pages(packets):
    """All but the Ethernet header in pages of a mapping."""
    frames = [frame(packet) for packet in packets]
    for first in range(0, len(frames), ring.COUNT):
        ring.send(frames[first:first + ring.COUNT])
        # Until they have arrived
        put('left')
        ring.check(frames[first:first + ring.COUNT])


def pieces(packets):
    """In fragments, which IP makes one packet of, with a list of buffers."""
    for packet in packets:
        start = 40 if packet[0] >> 4 == 6 else 20
        parts = (len(packet) - start) // 8
        # All headers are in the first one (RFC 7112)
        yield from fragments(packet, *sorted({max(6, parts // 3) * 8,
                                              max(7, parts - 1) * 8}))


def as_list(packets):
    """A list of linear buffers."""
    put('left', pieces(packets))


def as_list_of_pages(packets):
    """A list of buffers that are in pages of a mapping."""
    in_pages(list(pieces(packets)))


def from_pool(packets):
    """XDP takes them out of a page pool."""
    with inside('a'):
        for packet in packets:
            xdp.receive(frame(packet))


def tapped(send):
    """A packet socket holds a clone of each until it is decrypted."""
    def sender(packets):
        tap = Tap('a', 'wan')
        send(packets)
        tapped_packets = [tap.next(PATIENCE) for _ in packets]
        for packet, got in zip(packets, tapped_packets):
            assert got == packet, 'a clone has changed'
        tap.sock.close()
    return sender


def mirrored(send):
    """tc has sent a clone of each to another device, where a socket holds it.
    """
    def sender(packets):
        tap = Tap('a', 'copies', OUTGOING)
        send(packets)
        for packet in packets:
            got = tap.next(PATIENCE)
            assert got == packet, 'what was mirrored has changed'
        tap.sock.close()
    return sender


def tc(namespace, *words):
    """A command of tc."""
    subprocess.run(['tc', '-n', namespace + SUFFIX, *words], check=True)


def file_in_udp(way, flow):
    """ESP in UDP whose bytes are in the page cache, or in a mapping."""
    drain()
    sizes = sizes_of(35)
    start = 20
    bodies = [flow.packet(size)[start:] for size in sizes]
    pages = foreign.Pages(b''.join(bodies))
    at = 0
    for body, size in zip(bodies, sizes):
        # splice sends a page at a time; with a cork nothing is zerocopy
        cork = int(way is not foreign.by_zerocopy)
        encap_sock.setsockopt(UDP, 1, cork)
        way(encap_sock, pages, at, len(body))
        encap_sock.setsockopt(UDP, 1, 0)
        at += len(body)
        flow.arrived([size])
        pages.check()


def file_as_esp(way):
    """Segments of TCP, whose pages are those of a file, which tc turns into ESP
    on their way: the ports are the SPI. The cipher runs before the ICV is found
    to be wrong; the page cache must not show it."""
    with inside('a'):
        server = socket.create_server((HERE[4], STREAM & 0xffff))
    sock = socket.create_connection((HERE[4], STREAM & 0xffff), PATIENCE,
                                    ('192.0.2.254', STREAM >> 16))
    sock.settimeout(None)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pages = foreign.Pages(os.urandom(4 * foreign.PAGE))
    before = state('a').get(f'{STREAM}:icv', 0)
    tc('w', 'qdisc', 'add', 'dev', 'left', 'clsact')
    try:
        tc('w', *'filter add dev left egress protocol ip flower ip_proto tcp '
           'action pedit ex munge ip protocol set 50 pipe action csum ip'
           .split())
        for start in range(0, 4 * foreign.PAGE, foreign.PAGE):
            way(sock, pages, start + 10, 4000)
        deadline = time.monotonic() + PATIENCE
        while state('a')[f'{STREAM}:icv'] - before < 4:
            assert time.monotonic() < deadline, 'ESP has not arrived'
            time.sleep(0.02)
        pages.check()
    finally:
        # No end of the connection, which a later one would have to wait for
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack('=ii', 1, 0))
        sock.close()
        tc('w', 'qdisc', 'del', 'dev', 'left', 'clsact')
        server.close()


flows_of_ip = [Flow(family, *kind) for family in (4, 6) for kind in KINDS]
in_udp = [Flow(4, *kind, encap='encap 4500 4500') for kind in KINDS[:3]]
for family_, kind_ in ((4, socket.AF_INET), (6, socket.AF_INET6)):
    with inside('a'):
        sockets[family_] = socket.socket(kind_, socket.SOCK_DGRAM)
    sockets[family_].setsockopt(socket.SOL_SOCKET, 33, 1 << 24)
    sockets[family_].bind((HERE[family_], PORT))
encap_sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
encap_sock.bind(('192.0.2.254', 4500))
encap_sock.connect((HERE[4], 4500))
ring = foreign.Ring('left')

result('linear', sweep, linear)
result('in pages of a mapping, which stay what they were', sweep, in_pages)
result('a list of fragments', sweep, as_list)
result('a list of fragments in pages of a mapping', sweep, as_list_of_pages)
result('a tap holds a clone', sweep, tapped(linear))
result('a tap holds a clone in pages of a mapping', sweep, tapped(in_pages))
tc('a', 'qdisc', 'add', 'dev', 'wan', 'clsact')
tc('a', *'filter add dev wan ingress matchall action mirred egress mirror dev '
   'copies'.split())
result('mirrored to another device', sweep, mirrored(linear))
result('mirrored, in pages of a mapping', sweep, mirrored(in_pages))
tc('a', 'qdisc', 'del', 'dev', 'wan', 'clsact')
stream = new_sa(STREAM, '192.0.2.254', HERE[4])
load('a', f'sa add in {stream.words} mode transport reqid 200')
for way_ in foreign.WAYS:
    result(f'turned into ESP, a stream by {way_.__doc__}: pages unchanged',
           file_as_esp, way_)
    for flow_ in in_udp:
        result(f'in UDP by {way_.__doc__}, {flow_.sa.enc}: pages unchanged',
               file_in_udp, way_, flow_)
with inside('a'):
    xdp = foreign.Xdp('wan')
result('in pages that were made for XDP', sweep, linear)
result('in pages that were made for XDP, shared with a tap', sweep,
       tapped(linear))
result('in pages of a page pool', sweep, from_pool, 35, MOST_IN_POOL)
result('in pages of a page pool, shared with a tap', sweep, tapped(from_pool),
       35, MOST_IN_POOL)
xdp.close()
