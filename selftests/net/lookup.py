#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The SPD against a plain ordered search: lookup.py LOOKUPS SEED

Random policies, some of them replaced again and again, and random packets,
about which the module is asked ("explain", the lookup of the data path). What
decides must be what the first match of a list in Python is. Most of the policies
are crowded: they share few pairs of networks and differ in ports or types.
"""

import random
import socket
import struct
import sys

import nl
from nl import attr, result, u8, u16

POLICIES = 96
PER_SPD = 250
BATCH = 50
DEVICES = ('wan', 'lan', 'd0')
BASE = {4: 10 << 24, 6: 0x20010db8 << 96}
HOSTS = 1024
# Prefixes of ports begin and end here
BORDERS = (0, 8, 16, 256, 4096, 32768, 65535)
UDP, ICMP, MH = 17, 1, 135


def near_border(rng):
    """A port."""
    return min(max(rng.choice(BORDERS) + rng.randint(-4, 4), 0), 65535)


def crowded_ports(rng):
    """Ranges of them: one port, a short range, a long one, a few."""
    kind = rng.randrange(4)
    if kind == 3:
        ports = sorted(rng.sample(range(0, 65536, 16), 6) + [near_border(rng)])
        return [(a, b - 1) for a, b in zip(ports[::2], ports[1::2]) if a < b]
    first = near_border(rng)
    last = (first, first + rng.randrange(12), near_border(rng))[kind]
    return [(min(first, last), min(max(first, last), 65535))]


def address(number, family, value):
    """An attribute."""
    return attr(number, value.to_bytes(4 if family == 4 else 16, 'big'))


def random_ranges(rng, most, limit):
    """Ascending ranges that do not overlap."""
    at, found = 0, []
    for _ in range(rng.randint(1, most)):
        first = at + rng.randrange(limit // most)
        last = first + rng.choice((0, 0, 1, rng.randrange(1, limit // 8)))
        if last >= limit:
            break
        found.append((first, last))
        at = last + 1
    return found or [(0, limit - 1)]


class Policy:
    """What it matches, and its attributes."""

    # pylint: disable=too-many-instance-attributes
    def __init__(self, rng):
        self.crowded = rng.random() < 0.7
        self.dir = rng.choice((1, 2))
        self.priority = rng.randrange(16)
        if not self.crowded and rng.random() < 0.6:
            self.priority = 1000
        self.action = rng.choice((2, 3))
        self.index = 0
        self.family = rng.choice((4, 4, 6, 6, None))
        self.sides = [self.random_side(rng) for _ in range(2)]
        # The family of a selector is that of its addresses
        if self.sides == [None, None]:
            self.family = None
        self.proto = rng.choice((UDP, UDP, UDP, UDP, ICMP, MH) if self.crowded
                                else (None, None, UDP, UDP, ICMP, MH))
        if self.proto == MH and self.family == 4:
            self.proto = None
        if self.proto == ICMP and self.family == 6:
            self.proto = UDP
        self.upper = self.random_upper(rng)
        self.proto_opaque = (self.proto is None and self.family != 4 and
                             rng.random() < 0.1)
        self.mark = self.mask = 0
        if rng.random() < 0.1:
            self.mask = rng.choice((1, 3, 0xffffffff))
            self.mark = rng.randrange(4) & self.mask
        self.dev = rng.choice(DEVICES) if rng.random() < 0.1 else None

    def random_side(self, rng):
        """Ranges; None is any."""
        if self.family is None or rng.random() < 0.2:
            return None
        base = BASE[self.family]
        if self.crowded:
            return [(base, base + HOSTS // rng.choice((1, 1, 1, 2)) - 1)]
        if rng.random() < 0.4:
            size = 1 << rng.randrange(11)
            first = base + rng.randrange(HOSTS) // size * size
            return [(first, first + size - 1)]
        return [(base + first, base + last)
                for first, last in random_ranges(rng, 4, HOSTS)]

    def random_upper(self, rng):
        """Kind and value of what is behind the protocol."""
        if self.proto is None or rng.random() < (0.05 if self.crowded else 0.3):
            return None
        if rng.random() < 0.2:
            return ('opaque', None)
        if self.proto == UDP:
            ports = [None if rng.random() < 0.3 else
                     crowded_ports(rng) if self.crowded else
                     random_ranges(rng, 3, 16) for _ in range(2)]
            return None if ports == [None, None] else ('ports', ports)
        if self.proto == ICMP:
            pair = sorted((rng.randrange(4) * 256 + rng.randrange(4),
                           rng.randrange(4) * 256 + rng.randrange(4)))
            return ('icmp', pair)
        return ('mh', sorted((rng.randrange(8), rng.randrange(8))))

    def side_attributes(self, side, number):
        """local-addr is 1, remote-addr 3."""
        ranges = self.sides[side]
        kind = (nl.A_SELECTOR_LOCAL_RANGE, nl.A_SELECTOR_REMOTE_RANGE)[side]
        if ranges is None:
            return []
        bits = 32 if self.family == 4 else 128
        first, last = ranges[0]
        size = last - first + 1
        if len(ranges) == 1 and not size & (size - 1) and not first % size:
            return [address(number, self.family, first),
                    u8(number + 1, bits - size.bit_length() + 1)]
        return [attr(kind, [address(nl.A_ADDR_RANGE_FIRST, self.family, a),
                            address(nl.A_ADDR_RANGE_LAST, self.family, b)])
                for a, b in ranges]

    def upper_attributes(self):
        """Of the protocol and what is behind it."""
        found = [u8(nl.A_SELECTOR_PROTO, self.proto)] if self.proto else []
        if self.proto_opaque:
            found += [attr(nl.A_SELECTOR_PROTO_OPAQUE)]
        if self.upper is None:
            return found
        kind, value = self.upper
        if kind == 'opaque':
            return found + [attr(nl.A_SELECTOR_OPAQUE)]
        if kind == 'icmp':
            first, last = value
            return found + [u8(nl.A_SELECTOR_ICMP_TYPE, first >> 8),
                            u8(nl.A_SELECTOR_ICMP_CODE, first & 255),
                            u8(nl.A_SELECTOR_ICMP_TYPE_MAX, last >> 8),
                            u8(nl.A_SELECTOR_ICMP_CODE_MAX, last & 255)]
        if kind == 'mh':
            return found + [u8(nl.A_SELECTOR_MH_TYPE, value[0]),
                            u8(nl.A_SELECTOR_MH_TYPE_MAX, value[1])]
        for number, ranges in zip((nl.A_SELECTOR_LOCAL_PORTS,
                                   nl.A_SELECTOR_REMOTE_PORTS), value):
            found += [attr(number, [u16(nl.A_PORT_RANGE_FIRST, a),
                                    u16(nl.A_PORT_RANGE_LAST, b)])
                      for a, b in ranges or ()]
        return found

    def attributes(self):
        """The request that adds it."""
        sel = self.side_attributes(0, nl.A_SELECTOR_LOCAL_ADDR) + \
            self.side_attributes(1, nl.A_SELECTOR_REMOTE_ADDR) + \
            self.upper_attributes()
        if self.mask:
            sel += [attr(nl.A_SELECTOR_MARK, self.mark),
                    attr(nl.A_SELECTOR_MARK_MASK, self.mask)]
        if self.dev:
            sel += [attr(nl.A_SELECTOR_DEV, self.dev)]
        return [u8(nl.A_POLICY_DIR, self.dir),
                attr(nl.A_POLICY_PRIORITY, self.priority),
                u8(nl.A_POLICY_ACTION, self.action),
                attr(nl.A_POLICY_SELECTOR, sel)]

    def matches_upper(self, packet):
        """RFC 4301 4.4.1.1, field by field."""
        if self.proto_opaque and not packet.proto_opaque:
            return False
        if self.proto and self.proto != packet.proto:
            return False
        if self.upper is None:
            return True
        kind, value = self.upper
        if kind == 'opaque':
            return packet.upper is None
        if packet.upper is None:
            return False
        if kind == 'ports':
            return all(ranges is None or
                       any(a <= port <= b for a, b in ranges)
                       for ranges, port in zip(value, packet.upper))
        return value[0] <= packet.upper <= value[1]

    def matches(self, packet):
        """Does this policy decide about the packet if none before it does?"""
        if self.dir != packet.dir or self.family not in (None, packet.family):
            return False
        for ranges, host in zip(self.sides, packet.sides):
            if ranges and not any(a <= host <= b for a, b in ranges):
                return False
        if (packet.mark ^ self.mark) & self.mask:
            return False
        if self.dev and self.dev != packet.dev:
            return False
        return self.matches_upper(packet)


class Packet:
    """Selector values."""

    def __init__(self, rng):
        self.dir = rng.choice((1, 2))
        self.family = rng.choice((4, 6))
        self.sides = [BASE[self.family] + rng.randrange(HOSTS)
                      for _ in range(2)]
        self.proto = rng.choice((UDP, UDP, 6, ICMP if self.family == 4 else
                                 MH))
        self.proto_opaque = self.family == 6 and rng.random() < 0.1
        self.upper = None
        if self.proto_opaque:
            self.proto = None
        elif rng.random() < 0.7:
            self.upper = {
                UDP: tuple(rng.choice((rng.randrange(16), near_border(rng)))
                           for _ in range(2)),
                ICMP: rng.randrange(4) * 256 + rng.randrange(4),
                MH: rng.randrange(8),
            }.get(self.proto)
        self.mark = rng.randrange(4)
        self.dev = rng.choice(DEVICES)

    def attributes(self):
        """The request that asks about it."""
        sel = [address(nl.A_SELECTOR_LOCAL_ADDR, self.family, self.sides[0]),
               address(nl.A_SELECTOR_REMOTE_ADDR, self.family, self.sides[1]),
               attr(nl.A_SELECTOR_MARK, self.mark),
               attr(nl.A_SELECTOR_DEV, self.dev)]
        if self.proto_opaque:
            sel += [attr(nl.A_SELECTOR_PROTO_OPAQUE)]
        else:
            sel += [u8(nl.A_SELECTOR_PROTO, self.proto)]
        if self.upper is not None and self.proto == UDP:
            sel += [u16(nl.A_SELECTOR_LOCAL_PORT_MIN, self.upper[0]),
                    u16(nl.A_SELECTOR_REMOTE_PORT_MIN, self.upper[1])]
        elif self.upper is not None and self.proto == ICMP:
            sel += [u8(nl.A_SELECTOR_ICMP_TYPE, self.upper >> 8),
                    u8(nl.A_SELECTOR_ICMP_CODE, self.upper & 255)]
        elif self.upper is not None:
            sel += [u8(nl.A_SELECTOR_MH_TYPE, self.upper)]
        return u8(nl.A_POLICY_DIR, self.dir) + \
            attr(nl.A_POLICY_SELECTOR, sel)


def add(sock, policies, rng):
    """One more policy that the module takes; one that exists is no addition."""
    policy = Policy(rng)
    answer = sock.request(nl.CMD_POLICY_NEW, policy.attributes())
    if answer.error:
        assert 'exists' in answer.sentence, answer
        return
    found = dict(nl.parse(answer.messages[0][1]))
    policy.index = struct.unpack('=I', found[nl.A_POLICY_INDEX])[0]
    policies.append(policy)
    policies.sort(key=lambda p: (p.priority, p.index))


def ask(sock, packets):
    """What decides about each: index or 0. One write, one answer each."""
    data, first = b'', sock.seq + 1
    for packet in packets:
        sock.seq += 1
        body = struct.pack('=BBH', nl.CMD_EXPLAIN, 1, 0) + packet.attributes()
        data += struct.pack('=IHHII', 16 + len(body), sock.family, nl.REQUEST,
                            sock.seq, 0) + body
    sock.sock.send(data)
    found = {}
    while len(found) < len(packets):
        for kind, _, seq, payload in sock.read():
            assert kind == sock.family, struct.unpack_from('=i', payload)
            index = dict(nl.parse(payload[4:])).get(nl.A_POLICY_INDEX)
            found[seq - first] = struct.unpack('=I', index)[0] if index else 0
    return [found[n] for n in range(len(packets))]


def plain(policies, packet):
    """The first match in order."""
    return next((p.index for p in policies if p.matches(packet)), 0)


def main():
    lookups, rng = int(sys.argv[1]), random.Random(int(sys.argv[2]))
    sock = nl.Sock()
    sock.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    policies, wrong, done, decided = [], [], 0, 0
    while done < lookups:
        for policy in rng.sample(policies, len(policies) // 3):
            answer = sock.request(nl.CMD_POLICY_DEL,
                                  attr(nl.A_POLICY_INDEX, policy.index))
            assert not answer.error, answer
            policies.remove(policy)
        while len(policies) < POLICIES:
            add(sock, policies, rng)
        for _ in range(0, PER_SPD, BATCH):
            packets = [Packet(rng) for _ in range(BATCH)]
            for packet, index in zip(packets, ask(sock, packets)):
                want = plain(policies, packet)
                done += 1
                decided += bool(want)
                if index != want and len(wrong) < 5:
                    wrong.append(f'{vars(packet)}: {index}, not {want}')
    result(not wrong, 'every lookup finds what a plain search in order does',
           '; '.join(wrong))
    result(done / 5 < decided < done, 'most of them find a policy',
           f'{decided} of {done}')
    print(f'# {done} lookups, {decided} found a policy')


if __name__ == '__main__':
    main()
