#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""forge.py, and packets that only a peer with the keys, or nobody with a mind,
would send. Each function yields packets for SAs of forge.py.
"""

import pathlib
import random
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'net'))
import forge  # noqa: E402 pylint: disable=wrong-import-position

ADDRESSES = {
    4: ['10.9.1.1', '10.9.9.9', '192.0.2.1', '127.0.0.1', '0.0.0.0',
        '255.255.255.255', '224.0.0.1', '192.0.2.255', '198.51.100.1'],
    6: ['2001:db8:9:5::1', '2001:db8:9:6::1', '2001:db8:a::1', '::1', '::',
        'ff02::1', 'fe80::1', '::ffff:192.0.2.1', '2001:db8:b::1'],
}
UPPER = [1, 2, 6, 17, 33, 46, 47, 58, 103, 132, 136]
CHAIN = [0, 43, 44, 60, 135]


def rarely(one_in, wrong, right):
    """A wrong value once in so many times."""
    return wrong() if random.random() * one_in < 1 else right


def word(bits):
    """A number of so many bits, often at the ends of the range."""
    return random.choice((0, 1, 2 ** bits - 1, random.randrange(2 ** bits),
                          random.randrange(2 ** bits)))


def upper():
    """(protocol, payload) behind all IP headers; often cut short."""
    data = random.randbytes(random.choice((0, 1, 3, 4, 7, 8, 12, 19, 20, 40,
                                           random.randrange(200),
                                           random.randrange(1400))))
    return rarely(6, lambda: random.randrange(256),
                  random.choice(UPPER)), data


def inner4(src, dst):
    """An IPv4 packet of which a field or two may be wrong."""
    proto, data = upper()
    ihl = rarely(6, lambda: random.randrange(16), 5)
    options = random.randbytes(max(0, ihl - 5) * 4)
    data = options + data
    head = bytearray(struct.pack(
        '!BBHHHBBH4s4s',
        rarely(20, lambda: random.randrange(16), 4) << 4 | ihl,
        random.randrange(256),
        rarely(6, lambda: word(16), 20 + len(data)) & 0xffff, word(16),
        rarely(4, lambda: word(16), 0), rarely(4, lambda: word(8), 64), proto,
        0, forge.packed(rarely(3, lambda: random.choice(ADDRESSES[4]), src)),
        forge.packed(rarely(3, lambda: random.choice(ADDRESSES[4]), dst))))
    total = forge.checksum(bytes(head) + options)
    head[10:12] = struct.pack('!H', rarely(8, lambda: word(16), total))
    return bytes(head) + data


def chain6():
    """(first next header, headers and payload): extension headers in any
    order, with lengths that may lead anywhere."""
    proto, data = upper()
    for _ in range(random.choice((0, 0, 0, 1, 1, 2, 3, 9))):
        kind = random.choice(CHAIN)
        if kind == 44:
            head = struct.pack('!BBHI', proto, word(8),
                               rarely(2, lambda: word(16), 0), word(32))
        else:
            size = rarely(4, lambda: word(8), random.randrange(3))
            body = rarely(3, lambda: random.randbytes(6 + 8 * min(size, 4)),
                          bytes([1, 4 + 8 * min(size, 4)]) +
                          bytes(4 + 8 * min(size, 4)))
            head = bytes([proto, size]) + body
        proto, data = kind, head + data
    return proto, data


def inner6(src, dst):
    """An IPv6 packet of which a field or two may be wrong."""
    proto, data = chain6()
    return struct.pack(
        '!IHBB', rarely(20, lambda: random.randrange(16), 6) << 28 |
        random.randrange(1 << 28),
        rarely(6, lambda: word(16), len(data)) & 0xffff, proto,
        rarely(4, lambda: word(8), 64)) + \
        forge.packed(rarely(3, lambda: random.choice(ADDRESSES[6]), src)) + \
        forge.packed(rarely(3, lambda: random.choice(ADDRESSES[6]), dst)) + \
        data


def authentic(sa, inside, count):
    """Packets with a right ICV. inside: (source, destination) of the packets
    in a tunnel, None for transport mode."""
    for _ in range(count):
        if inside:
            six = forge.is6(inside[0])
            data = (inner6 if six else inner4)(*inside)
            proto = 41 if six else 4
        elif forge.is6(sa.src):
            proto, data = chain6()
        else:
            proto, data = upper()
        data = rarely(12, lambda d=data: d[:random.randrange(len(d) + 1)],
                      data)[:1300]
        proto = rarely(10, lambda: random.randrange(256), proto)
        more = {'tos': word(8), 'ttl': random.choice((1, 64, 255))}
        if sa.enc:
            block = 16 if sa.enc == 'aes-cbc' else 4
            length = -(len(data) + 2) % block
            length += block * random.randrange((256 - length) // block)
            pad = rarely(20, lambda n=length: random.randbytes(n), None)
            yield sa.esp(data, proto, pad=pad, **more)
        else:
            yield sa.ah(data, proto, **more)


def outer(sa, count):
    """Packets of nobody: AH or ESP with a known SPI behind any headers."""
    for _ in range(count):
        body = random.randbytes(random.choice((0, 4, 8, 12, 16, 40, random.
                                               randrange(1300))))
        proto = forge.ESP if sa.enc else forge.AH
        head = struct.pack('!II', sa.spi, word(32))
        if proto == forge.AH:
            head = bytes([word(8), rarely(2, lambda: word(8), 5)]) + \
                random.randbytes(2) + head
        data = head + body
        if not forge.is6(sa.src):
            yield forge.ip(sa.src, sa.dst, proto, data, tos=word(8),
                           ttl=random.randrange(1, 256),
                           frag=rarely(4, lambda: word(16), 0),
                           ident=random.randrange(4),
                           options=random.randbytes(4 * random.choice(
                               (0, 0, 1, 2, 10))))
            continue
        for _ in range(random.randrange(4)):
            kind = random.choice(CHAIN)
            size = random.randrange(3)
            option = bytes([1, 4 + 8 * size]) + bytes(4 + 8 * size)
            data = bytes([proto, size if kind != 44 else 0]) + (
                rarely(2, lambda s=size: random.randbytes(6 + 8 * s), option)
                if kind != 44 else struct.pack('!HI', word(16), word(32))) + \
                data
            proto = kind
        yield forge.ip(sa.src, sa.dst, proto, data, tos=0,
                       ttl=random.randrange(1, 256))


forge.authentic, forge.outer = authentic, outer
forge.main()
