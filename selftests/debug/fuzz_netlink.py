#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Random configuration, in a user and network namespace of its own, for so
many seconds: fuzz_netlink.py SECONDS SEED

Messages are made from the specification: a command, most of its attributes, of
the right type and mostly with values that fit each other, so that many are
accepted; then, often, something about them is spoiled. The numbers of the
command, its attributes and the types come from the YAML file, so what is new
there is tried without a change here. Packets go in and out all the time by a
pair of devices, and meet whatever the configuration happens to be.
"""

import collections
import ctypes
import errno
import os
import pathlib
import random
import re
import select
import socket
import struct
import subprocess
import sys
import time

import yaml

NET = pathlib.Path(__file__).resolve().parents[1] / 'net'
sys.path.insert(0, str(NET))
import nl  # noqa: E402 pylint: disable=wrong-import-position

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SPEC = yaml.safe_load((NET.parents[1] / 'Documentation/netlink/specs/ipsec.yaml')
                      .read_text())
SETS = {s['name']: {a['name']: (number, a) for number, a in
                    enumerate(s['attributes'], 1)}
        for s in SPEC['attribute-sets']}
ENUMS = {d['name']: len(d['entries']) for d in SPEC['definitions']
         if d['type'] == 'enum'}
FORMS = [(op, form) for op in SPEC['operations']['list']
         for form in ('do', 'dump') if form in op]
# What the module knows, and some that it refuses with a sentence of their own
NAMES = re.findall(r'\.name = "([^"]+)"',
                   (NET.parents[1] / 'net/ipsec/alg.c').read_text()) + \
    ['des-cbc', 'hmac-md5', 'none', '', 'x' * 31, 'aes-gcm-16\0x']
ADDRESSES = [socket.inet_pton(f, a) for f, a in (
    (socket.AF_INET, '10.0.0.1'), (socket.AF_INET, '10.0.0.2'),
    (socket.AF_INET, '10.9.9.9'), (socket.AF_INET, '0.0.0.0'),
    (socket.AF_INET, '224.0.0.5'), (socket.AF_INET, '255.255.255.255'),
    (socket.AF_INET6, '2001:db8::1'), (socket.AF_INET6, '2001:db8::2'),
    (socket.AF_INET6, '2001:db8:9::9'), (socket.AF_INET6, '::'),
    (socket.AF_INET6, 'ff02::1'), (socket.AF_INET6, 'fe80::1'))]
MARK = b'fuzzed key 0xf00d'
libc = ctypes.CDLL(None, use_errno=True)


def choose(*weighted):
    """One of the values, by weight: (weight, value)..."""
    return random.choices([v for _, v in weighted],
                          [w for w, _ in weighted])[0]


def number(bits):
    """Small, or at a border, or anything."""
    return choose((6, random.randrange(0, 4)), (4, random.randrange(0, 300)),
                  (1, 2 ** bits - 1), (1, 2 ** (bits - 1)),
                  (2, random.randrange(2 ** bits))) % 2 ** bits


class Message:
    """Attributes of one request that fit each other more often than not."""

    def __init__(self):
        # One family for all addresses of a message, mostly
        self.family = random.choice((4, 16))

    def address(self):
        """Of the family of the message, or not."""
        fitting = [a for a in ADDRESSES if len(a) == self.family]
        return choose((40, random.choice(fitting[:3])),
                      (4, random.choice(fitting)),
                      (1, random.choice(ADDRESSES)))

    def value(self, spec):
        """Data of an attribute of this description."""
        name, kind = spec['name'], spec['type']
        if name.endswith('key'):
            length = choose((6, 20), (6, 32), (3, 36), (3, 16), (2, 64),
                            (1, random.randrange(140)))
            return (MARK * 9)[:length]
        if kind == 'binary' and spec.get('checks', {}).get('max-len') == 16:
            return self.address()
        if kind == 'binary':
            return os.urandom(random.randrange(40))
        if kind == 'string':
            return random.choice(NAMES[:-6] * 4 + NAMES).encode() + b'\0'
        if kind in ('nest', 'nest-type-value', 'indexed-array'):
            return self.attributes(SETS[spec['nested-attributes']],
                                   SETS[spec['nested-attributes']])
        if kind in ('flag', 'pad'):
            return b''
        size = int(kind[1:]) if kind[1:].isdigit() else 32
        value = number(size)
        if name == 'spi':
            value = choose((20, random.randrange(256, 264)), (1, value))
        elif name == 'proto' and size == 8:
            value = choose((9, random.choice((50, 51))), (3, 17), (2, 6),
                           (1, value))
        elif name.endswith('plen'):
            value = choose((4, 8 * self.family), (2, random.randrange(
                8 * self.family + 1)), (1, value))
        elif 'enum' in spec and spec['enum'] in ENUMS:
            value = choose((9, random.randrange(1, ENUMS[spec['enum']] + 1)),
                           (1, value))
        elif name == 'replay-window':
            value = choose((4, random.randrange(32, 8193)), (1, value))
        order = '>' if spec.get('byte-order') == 'big-endian' else '='
        return struct.pack(order + {8: 'B', 16: 'H', 32: 'I', 64: 'Q'}[size],
                           value % 2 ** size)

    def attributes(self, names, table):
        """Of these names most, in any order."""
        names = list(names)
        rate = choose((8, .97), (3, .6), (1, .2))
        random.shuffle(names)
        return b''.join(
            nl.attr(table[name][0], self.value(table[name][1]),
                    nested=table[name][1]['type'] == 'nest')
            for name in names if random.random() < rate)


def spoil(data):
    """Something about a message is wrong now."""
    data = bytearray(data)
    for _ in range(choose((5, 1), (2, 3), (1, 20))):
        if not data:
            return bytes(random.randbytes(random.randrange(40)))
        where = random.randrange(len(data))
        kind = random.randrange(6)
        if kind == 0:
            data[where] ^= 1 << random.randrange(8)
        elif kind == 1:
            data[where] = random.randrange(256)
        elif kind == 2:
            del data[where:]
        elif kind == 3:
            data[where:where] = random.randbytes(random.randrange(9))
        elif kind == 4:
            # A length field, if attributes begin where we guess
            where &= ~3
            data[where:where + 2] = struct.pack('=H', number(16))
        else:
            data += nl.attr(number(14), random.randbytes(random.randrange(300)))
    return bytes(data[:60000])


def enter():
    """A user who is root only here."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), 'unshare')
    for name, text in (('setgroups', 'deny'), ('uid_map', f'0 {uid} 1'),
                       ('gid_map', f'0 {gid} 1')):
        with open(f'/proc/self/{name}', 'w', encoding='ascii') as file:
            file.write(text)


def devices():
    """A pair of which v0 is here and v1 as good as outside."""
    commands = '''link set lo up
        link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
        link set v0 up
        link set v1 up
        addr add 10.0.0.1/24 dev v0
        addr add 2001:db8::1/64 dev v0 nodad
        neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0
        neigh add 2001:db8::2 lladdr 02:00:00:00:00:02 dev v0
        route add default via 10.0.0.2
        route add default via 2001:db8::2'''
    subprocess.run(['ip', '-batch', '-'], input=commands.encode(), check=True)
    # v1 would answer for the addresses of v0
    for name in ('all', 'default', 'v0', 'v1'):
        for path in (f'ipv4/conf/{name}/rp_filter',
                     f'ipv4/conf/{name}/arp_ignore'):
            with open(f'/proc/sys/net/{path}', 'w', encoding='ascii') as file:
                file.write('0' if 'rp_filter' in path else '8')


class Traffic:
    """Packets out by sockets, and in by the far end of the pair."""

    def __init__(self):
        self.out = {}
        for family in (socket.AF_INET, socket.AF_INET6):
            self.out[family] = socket.socket(family, socket.SOCK_DGRAM)
            self.out[family].setblocking(False)
        self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.wire.bind(('v1', 0))
        self.sent = 0

    def go(self):
        """A few packets."""
        for family, address in ((socket.AF_INET, '10.0.0.2'),
                                (socket.AF_INET, '10.9.9.9'),
                                (socket.AF_INET6, '2001:db8::2'),
                                (socket.AF_INET6, '2001:db8:9::9')):
            try:
                self.out[family].sendto(bytes(random.randrange(1600)),
                                        (address, random.randrange(1, 9)))
            except OSError as error:
                if error.errno == errno.ENOMEM:
                    raise
            self.inbound(family)
            self.sent += 2

    def inbound(self, family):
        """Something with a known SPI, or in clear."""
        proto = random.choice((50, 51, 17, 4, 41))
        body = struct.pack('!II', random.randrange(256, 264), random.randrange(
            1, 99)) + random.randbytes(random.randrange(200))
        if family == socket.AF_INET:
            head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(body), 1, 0, 64,
                               proto, 0) + ADDRESSES[1] + ADDRESSES[0]
            total = sum(struct.unpack('!10H', head))
            total = (total & 0xffff) + (total >> 16)
            head = head[:10] + struct.pack('!H', ~(total + (total >> 16)) &
                                           0xffff) + head[12:]
        else:
            head = struct.pack('!IHBB', 6 << 28, len(body), proto, 64) + \
                ADDRESSES[7] + ADDRESSES[6]
        self.wire.send(b'\2\0\0\0\0\1\2\0\0\0\0\2' +
                       (b'\x08\0' if family == socket.AF_INET else
                        b'\x86\xdd') + head + body)


def drain(sock, counts, names):
    """Whatever has come back."""
    while select.select([sock.sock], [], [], 0)[0]:
        try:
            messages = sock.read()
        except OSError:
            counts['overruns'] += 1
            continue
        for kind, _, seq, payload in messages:
            if kind == nl.NLMSG_ERROR and seq in names:
                error = -struct.unpack_from('=i', payload)[0]
                counts[names.pop(seq), error] += 1
    # Answers to a dump that was sent while another went on never come
    if len(names) > 10000:
        names.clear()
    del nl.received[:-1 << 20]


def fuzz(seconds):
    """(messages, counts by (command, errno), packets)."""
    sock, other = nl.Sock(), nl.Sock(group='events')
    traffic = Traffic()
    counts, names, sent = collections.Counter(), {}, 0
    leaked = False
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(64):
            op, form = random.choice(FORMS)
            if op['name'].endswith('flush') and random.random() < .9:
                continue
            data = Message().attributes(
                op[form]['request']['attributes'] if random.random() < .95
                else SETS[op['attribute-set']], SETS[op['attribute-set']])
            flags = nl.REQUEST | (nl.DUMP if form == 'dump' else nl.ACK)
            command = getattr(nl, 'CMD_' +
                              op['name'].upper().replace('-', '_'))
            good = random.random() < .6
            if not good:
                data = spoil(data)
                flags ^= choose((5, 0), (1, 1 << random.randrange(12)))
                command = choose((9, command), (1, number(8)))
            try:
                sock.send(command, data, flags | nl.REQUEST)
            except OSError as error:
                counts['send', error.errno] += 1
                continue
            sent += 1
            if good:
                names[sock.seq] = f'{op["name"]} {form}'
        drain(sock, counts, names)
        drain(other, counts, {})
        leaked |= MARK in nl.received
        traffic.go()
    return sent, counts, traffic.sent, leaked


def main():
    """Results as results_of wants them."""
    seconds, seed = float(sys.argv[1]), int(sys.argv[2])
    random.seed(seed)
    enter()
    devices()
    sent, counts, packets, leaked = fuzz(seconds)
    accepted = {name: counts[name, 0] for name in
                (f'{op["name"]} {form}' for op, form in FORMS)
                if name.endswith(' do')}
    print(f'# {sent} messages, {packets} packets, accepted: {accepted}')
    nl.result(sent > 0, f'{sent} messages were sent')
    nl.result(all(accepted.values()), 'each command was accepted sometimes',
              accepted)
    nl.result(not leaked, 'no key was ever in an answer')
    sock = nl.Sock()
    for command in (nl.CMD_POLICY_FLUSH, nl.CMD_SA_FLUSH):
        answer = sock.request(command)
        nl.result(answer.error == 0, f'command {command} empties it', answer)
    left = sock.dump(nl.CMD_SA_GET).messages + \
        sock.dump(nl.CMD_POLICY_GET).messages
    nl.result(not left, 'nothing is left', left)
    added = nl.new_sa(sock), nl.new_policy(sock)
    nl.result(not any(a.error for a in added), 'it still works',
              ' '.join(map(str, added)))


if __name__ == '__main__':
    main()
