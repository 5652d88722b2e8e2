#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Random SAs and packets, compared with scapy's IPsec layer both ways.

oracle.py plan DIR SEED SAS PACKETS
    makes DIR: conf, what ipsecctl loads; send, packets that the host under
    test is to send; wire, packets that scapy has protected and that it is to
    receive; plan, what comparing needs.
oracle.py check DIR
    compares sent.pcap, what the host sent for them, and received, what it
    made of the others, with the plan. Prints KTAP.

The two files of packets hold, per packet, its length in 16 bits, big endian,
and the packet from its IP header on. What scapy's layer is known to get wrong
is left out: source routes and routing headers under AH, its report of the
padding, ESN with an integrity algorithm of its own in ESP, GCM with a shorter
ICV, and nothing at all behind an IPv6 extension header in transport mode, where
it puts a header of its own invention. It has no GMAC and no XCBC.
"""

import collections
import multiprocessing
import os
import pickle
import random
import struct
import sys

from scapy.config import conf
conf.ipv6_enabled = True
# pylint: disable=wrong-import-position
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption
from scapy.layers.inet6 import (HBHOptUnknown, IPv6, IPv6ExtHdrDestOpt,
                                IPv6ExtHdrHopByHop, PadN)
from scapy.layers.ipsec import AH, ESP, SecurityAssociation
from scapy.packet import Raw
from scapy.utils import RawPcapReader

HERE = {4: '192.0.2.1', 6: '2001:db8:a::1'}
NOT_ECT, ECT1, ECT0, CE = range(4)

# name in the configuration: scapy's name, bytes of key and salt, of the IV,
# what the ciphertext's length is a multiple of, bytes of the ICV
Cipher = collections.namedtuple('Cipher', 'scapy keys salt iv block icv')
CIPHERS = {
    'aes-gcm-16': Cipher('AES-GCM', (16, 24, 32), 4, 8, 4, 16),
    'chacha20-poly1305': Cipher('CHACHA20-POLY1305', (32,), 4, 8, 4, 16),
    'aes-ccm-16': Cipher('AES-CCM', (16, 24, 32), 3, 8, 4, 16),
    'aes-ccm-12': Cipher('AES-CCM', (16, 24, 32), 3, 8, 4, 12),
    'aes-ccm-8': Cipher('AES-CCM', (16, 24, 32), 3, 8, 4, 8),
    'aes-ctr': Cipher('AES-CTR', (16, 24, 32), 4, 8, 4, 0),
    'aes-cbc': Cipher('AES-CBC', (16, 24, 32), 0, 16, 16, 0),
    'null': Cipher('NULL', (), 0, 0, 4, 0),
}
Hash = collections.namedtuple('Hash', 'scapy key icv')
HASHES = {
    'hmac-sha1-96': Hash('HMAC-SHA1-96', 20, 12),
    'hmac-sha2-256-128': Hash('SHA2-256-128', 32, 16),
    'hmac-sha2-384-192': Hash('SHA2-384-192', 48, 24),
    'hmac-sha2-512-256': Hash('SHA2-512-256', 64, 32),
    'aes-cmac-96': Hash('AES-CMAC-96', 16, 12),
}


class Sa:
    """A pair of SAs, one per direction, with the same algorithms."""

    def __init__(self, rng, number):
        self.number = number
        self.proto = rng.choice(('esp', 'esp', 'ah'))
        self.mode = rng.choice(('transport', 'tunnel'))
        self.outer = rng.choice((4, 6))
        self.inner = self.outer
        if self.mode == 'tunnel':
            self.inner = rng.choice((4, 6))
        self.enc = self.auth = None
        if self.proto == 'esp':
            self.enc = rng.choice(tuple(CIPHERS))
        if self.proto == 'ah' or not CIPHERS[self.enc].icv:
            self.auth = rng.choice(tuple(HASHES))
        self.keys = {'out': self.random_keys(rng), 'in': self.random_keys(rng)}
        self.tag = f'{number >> 8}.{number & 255}'
        self.peer = {4: f'10.100.{self.tag}', 6: f'fd00:100::{number:x}'}
        self.remote = {4: f'10.2.{self.tag}', 6: f'fd00:2::{number:x}'}
        self.header = self.random_header(rng)

    def random_header(self, rng):
        """What the sender's SA says of header and padding, by its words."""
        choices = {}
        if self.mode == 'tunnel':
            choices = {'ttl': rng.randrange(1, 256), 'dscp': rng.randrange(64),
                       'ecn': 'compatibility'}
        if self.mode == 'tunnel' and self.outer == 6:
            choices['flow-label'] = rng.getrandbits(20)
        if self.mode == 'tunnel' and self.proto == 'esp':
            choices['tfc'] = rng.randrange(1, 1300)
        if self.proto == 'esp':
            choices['pad-min'] = rng.randrange(
                257 - max(CIPHERS[self.enc].block, 4))
        return {word: value for word, value in choices.items()
                if rng.random() < 0.2}

    def random_keys(self, rng):
        """Keys of encryption (and salt) and integrity."""
        enc = auth = b''
        if self.enc and CIPHERS[self.enc].keys:
            cipher = CIPHERS[self.enc]
            enc = rng.randbytes(rng.choice(cipher.keys) + cipher.salt)
        if self.auth:
            auth = rng.randbytes(HASHES[self.auth].key)
        return enc, auth

    def spi(self, way):
        """The SPI of one direction."""
        return (0x10000 if way == 'out' else 0x20000) + self.number

    def statements(self):
        """The lines of the configuration."""
        ends = {'out': (HERE[self.outer], self.peer[self.outer]),
                'in': (self.peer[self.outer], HERE[self.outer])}
        for way, (src, dst) in ends.items():
            enc, auth = self.keys[way]
            words = (f'sa add {way} {self.proto} spi {self.spi(way)} '
                     f'src {src} dst {dst} mode {self.mode} '
                     f'reqid {self.number}')
            words += f' enc {self.enc}' if self.enc else ''
            words += f' enc-key {enc.hex()}' if enc else ''
            words += f' auth {self.auth} auth-key {auth.hex()}' if auth else ''
            if way == 'out':
                words += ''.join(f' {word} {value}' for word, value in
                                 self.header.items())
            yield words
        if self.mode == 'transport':
            yield (f'policy add both local {HERE[self.outer]} '
                   f'remote {self.peer[self.outer]} '
                   f'protect {self.proto} transport reqid {self.number}')
        else:
            local = '10.1.0.0/16' if self.inner == 4 else 'fd00:1::/32'
            yield (f'policy add both local {local} '
                   f'remote {self.remote[self.inner]} '
                   f'protect {self.proto} tunnel src {HERE[self.outer]} '
                   f'dst {self.peer[self.outer]} reqid {self.number}')

    def ends(self, rng, way):
        """Source and destination of a packet to protect."""
        if self.mode == 'transport':
            ends = HERE[self.outer], self.peer[self.outer]
        elif self.inner == 4:
            ends = (f'10.1.{rng.randrange(256)}.{rng.randrange(1, 255)}',
                    self.remote[4])
        else:
            ends = f'fd00:1::{rng.randrange(1, 1 << 16):x}', self.remote[6]
        return ends if way == 'out' else ends[::-1]

    def scapy(self, way, tunnel=None):
        """The same SA in scapy."""
        enc, auth = self.keys[way]
        return SecurityAssociation(
            ESP if self.proto == 'esp' else AH, self.spi(way),
            crypt_algo=CIPHERS[self.enc].scapy if self.enc else None,
            crypt_key=enc or None,
            crypt_icv_size=CIPHERS[self.enc].icv or None if self.enc else None,
            auth_algo=HASHES[self.auth].scapy if self.auth else None,
            auth_key=auth or None, tunnel_header=tunnel)

    def length(self, payload):
        """Bytes of the ESP or AH header and all that it adds to a payload."""
        if self.proto == 'ah':
            icv = HASHES[self.auth].icv
            align = 4 if self.outer == 4 else 8
            return payload + -(-(12 + icv) // align) * align
        cipher = CIPHERS[self.enc]
        icv = cipher.icv or HASHES[self.auth].icv
        least = payload + 2 + self.header.get('pad-min', 0)
        return 8 + cipher.iv + -(-least // cipher.block) * cipher.block + icv


def upper(rng, less):
    """What follows the IP headers: protocol number and a layer."""
    size = rng.choice((rng.randrange(40), rng.randrange(1300 - less)))
    data = Raw(rng.randbytes(size)) if size else Raw()
    kind = rng.choice(('udp', 'tcp', 'icmp', 'other'))
    if kind == 'udp':
        return 17, UDP(sport=rng.randrange(1, 65536),
                       dport=rng.randrange(1, 65536)) / data
    if kind == 'tcp':
        return 6, TCP(sport=rng.randrange(1, 65536),
                      dport=rng.randrange(1, 65536), seq=rng.getrandbits(32),
                      ack=rng.getrandbits(32), flags=rng.getrandbits(8),
                      window=rng.getrandbits(16)) / data
    if kind == 'icmp':
        return None, ICMP(type=0, id=rng.getrandbits(16),
                          seq=rng.getrandbits(16)) / data
    return rng.choice((89, 103, 253, 254)), data


def options4(rng):
    """No options, or some that no host on the way changes."""
    if rng.random() < 0.8:
        return []
    found = []
    for kind in rng.sample(('nop', 'security', 'alert', 'unknown'), 2):
        if kind == 'nop':
            found += [IPOption(b'\x01')] * 4
        elif kind == 'security':
            found.append(IPOption(b'\x82\x0b' + rng.randbytes(9)))
            found.append(IPOption(b'\x01'))
        elif kind == 'alert':
            found.append(IPOption(b'\x94\x04\0\0'))
        else:
            found.append(IPOption(b'\x99\x08' + rng.randbytes(6)))
    return found


def options6(rng):
    """Options that a host which does not know them skips."""
    found = [HBHOptUnknown(otype=rng.choice((0x1e, 0x3e)),
                           optdata=rng.randbytes(rng.randrange(1, 12)))]
    used = sum(2 + len(one.optdata) for one in found) + 2
    pad = -used % 8
    if pad == 1:
        found[0].optdata += b'x'
        pad = 0
    if pad:
        found.append(PadN(optdata=b'\0' * (pad - 2)))
    return found


def clear_packet(rng, version, src, dst, less=0):
    """A random packet, its lengths and checksums right; less: bytes that it has
    to leave for padding."""
    proto, layer = upper(rng, less)
    tos, ttl = rng.getrandbits(8), rng.randrange(2, 256)
    if version == 4:
        packet = IP(src=src, dst=dst, tos=tos, ttl=ttl,
                    id=rng.randrange(1, 65536), flags=rng.choice((0, 2)),
                    proto=1 if proto is None else proto,
                    options=options4(rng)) / layer
        return bytes(packet)
    if proto is None:
        proto, layer = 253, Raw(bytes(layer))
    packet = IPv6(src=src, dst=dst, tc=tos, hlim=ttl, fl=rng.getrandbits(20))
    last = packet
    for header, number in ((IPv6ExtHdrHopByHop, 0), (IPv6ExtHdrDestOpt, 60)):
        if rng.random() < 0.1:
            last.nh = number
            packet /= header(options=options6(rng), autopad=0)
            last = packet.lastlayer()
    last.nh = proto
    if last is not packet and not bytes(layer):
        layer = Raw(b'\0')
    return bytes(packet / layer)


def parsed(data):
    """Bytes of a packet as scapy sees it."""
    return (IP if data[0] >> 4 == 4 else IPv6)(data)


def with_ecn(data, ecn):
    """The packet with other ECN bits."""
    packet = parsed(data)
    if packet.version == 4:
        packet.tos = packet.tos & ~3 | ecn
        del packet.chksum
    else:
        packet.tc = packet.tc & ~3 | ecn
    return bytes(packet)


def ecn_of(data):
    """The ECN bits of a packet."""
    packet = parsed(data)
    return (packet.tos if packet.version == 4 else packet.tc) & 3


def after_tunnel(data, outer):
    """What RFC 6040 4.2 makes of a packet whose outer header had those ECN
    bits; None: it is dropped."""
    inner = ecn_of(data)
    if outer == CE:
        return None if inner == NOT_ECT else with_ecn(data, CE)
    if outer == ECT1 and inner == ECT0:
        return with_ecn(data, ECT1)
    return data


def from_peer(job):
    """Packets of one SA as scapy sends them: of each what is on the wire and
    what is to come out of it."""
    sa, seed, count = job
    rng = random.Random(seed)
    random.seed(seed)
    found = []
    for seq in range(1, count + 1):
        clear = clear_packet(rng, sa.inner, *sa.ends(rng, 'in'))
        tunnel, want = None, clear
        if sa.mode == 'tunnel':
            tos = rng.getrandbits(8)
            src, dst = sa.peer[sa.outer], HERE[sa.outer]
            tunnel = IP(src=src, dst=dst, tos=tos, id=seq) \
                if sa.outer == 4 else IPv6(src=src, dst=dst, tc=tos)
            want = after_tunnel(clear, tos & 3)
        found.append((bytes(sa.scapy('in', tunnel).encrypt(parsed(clear),
                                                           seq_num=seq)),
                      want))
    return found


def put(path, packets):
    """Write a file of packets."""
    with open(path, 'wb') as file:
        for packet in packets:
            file.write(struct.pack('!H', len(packet)) + packet)


def plan(where, seed, count, each):
    """The first command."""
    rng = random.Random(seed)
    os.makedirs(where, exist_ok=True)
    sas = [Sa(rng, number) for number in range(1, count + 1)]
    with open(os.open(f'{where}/conf', os.O_CREAT | os.O_WRONLY | os.O_TRUNC,
                      0o600), 'w', encoding='ascii') as file:
        print('default both bypass', file=file)
        print(f'limits max-sas {2 * count} max-policies {2 * count}', file=file)
        for sa in sas:
            print('\n'.join(sa.statements()), file=file)
    send = {sa.number: [clear_packet(rng, sa.inner, *sa.ends(rng, 'out'),
                                     sa.header.get('pad-min', 0))
                        for _ in range(each)] for sa in sas}
    with multiprocessing.Pool() as pool:
        receive = pool.map(from_peer, [(sa, rng.getrandbits(64), each)
                                       for sa in sas])
    # One packet of each SA after the other, so that SAs alternate.
    put(f'{where}/send', (send[sa.number][i] for i in range(each)
                          for sa in sas))
    put(f'{where}/wire', (one[i][0] for i in range(each) for one in receive))
    want = collections.Counter(packet[1] for one in receive for packet in one)
    dropped = want.pop(None, 0)
    with open(f'{where}/plan', 'wb') as file:
        pickle.dump((sas, send, want), file)
    with open(f'{where}/counts', 'w', encoding='ascii') as file:
        print(count * each, sum(want.values()), dropped, file=file)


def frames(path):
    """The packets of a capture on Ethernet, from the IP header on."""
    for data, _ in RawPcapReader(path):
        yield data[14:]


def written(path):
    """The packets of a file as put() writes it."""
    with open(path, 'rb') as file:
        data = file.read()
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at:at + 2], 'big')
        yield data[at + 2:at + 2 + length]
        at += 2 + length


def spi_and_seq(packet):
    """Of the first ESP or AH header."""
    layer = packet.getlayer(ESP) or packet.getlayer(AH)
    return (layer.spi, layer.seq) if layer else (None, None)


def outer_is_wrong(sa, outer, clear):
    """What is wrong with the outer IP header of a packet, or None."""
    if sa.mode != 'tunnel':
        return None
    tos = outer.tos if outer.version == 4 else outer.tc
    want = clear.tos if clear.version == 4 else clear.tc
    if 'dscp' in sa.header:
        want = sa.header['dscp'] << 2 | want & 3
    if 'ecn' in sa.header:
        want &= ~3
    if tos != want:
        return f'traffic class is {tos:#x}, not {want:#x}'
    if (outer.ttl if outer.version == 4 else outer.hlim) != \
            sa.header.get('ttl', 64):
        return 'TTL is not that of the SA or the default'
    if outer.version == 6 and outer.fl != sa.header.get('flow-label', 0):
        return 'flow label is not that of the SA or 0'
    if outer.version == clear.version == 4 and \
            outer.flags.DF != clear.flags.DF:
        return 'DF is not the inner one'
    return None


def compare_sent(job):
    """What one SA sent: mismatches as text."""
    sa, clear, wire = job
    wrong = []
    for number, data in enumerate(clear, 1):
        if number not in wire:
            wrong.append(f'SA {sa.number} {vars(sa)}: no packet {number}')
            continue
        packet = parsed(wire.pop(number))
        outer = parsed(bytes(packet))
        tunnel = None
        if sa.mode == 'tunnel':
            tunnel = IP() if sa.outer == 4 else IPv6()
        try:
            got = bytes(sa.scapy('out', tunnel).decrypt(packet))
        except Exception as error:  # pylint: disable=broad-except
            wrong.append(f'SA {sa.number} {sa.enc} {sa.auth} {sa.mode} '
                         f'packet {number}: {type(error).__name__} {error}')
            continue
        # Inside of the tunnel what tfc has added follows
        want = data.ljust(sa.header.get('tfc', 0), b'\0')
        bad = None if got == want else f'{got.hex()} not {want.hex()}'
        bad = bad or outer_is_wrong(sa, outer, parsed(data))
        layer = outer.getlayer(ESP) or outer.getlayer(AH)
        length = len(want) if sa.mode == 'tunnel' else None
        if not bad and length and len(layer) != sa.length(length):
            bad = f'{len(layer)} bytes for {length}, not {sa.length(length)}'
        if bad:
            wrong.append(f'SA {sa.number} {sa.proto} {sa.mode} {sa.inner}in'
                         f'{sa.outer} {sa.enc} {sa.auth} packet {number}: '
                         f'{bad}')
    if wire:
        wrong.append(f'SA {sa.number}: {len(wire)} packets too many')
    return wrong


def result(number, what, wrong):
    """Print one result."""
    for line in wrong[:5]:
        print(f'# {line[:1000]}')
    if wrong:
        print(f'# {len(wrong)} mismatches')
    print(f'{"not ok" if wrong else "ok"} {number} {what}')


def check(where):
    """The second command."""
    with open(f'{where}/plan', 'rb') as file:
        sas, send, want = pickle.load(file)
    wire = collections.defaultdict(dict)
    twice = []
    for data in frames(f'{where}/sent.pcap'):
        packet = parsed(data)
        spi, seq = spi_and_seq(packet)
        if spi is None or packet.src not in HERE.values():
            continue
        if seq in wire[spi]:
            twice.append(f'{spi:#x} sequence number {seq} twice')
        wire[spi][seq] = data
    with multiprocessing.Pool() as pool:
        wrong = sum(pool.map(compare_sent,
                             [(sa, send[sa.number], wire[sa.spi('out')])
                              for sa in sas]), twice)
    sent = sum(len(one) for one in send.values())
    print('KTAP version 1\n1..2')
    result(1, f'scapy reads what was sent: {sent} packets on {len(sas)} SAs', wrong)
    got = collections.Counter(written(f'{where}/received'))
    wrong = [f'missing: {data.hex()}' for data in want - got]
    wrong += [f'not expected: {data.hex()}' for data in got - want]
    result(2, 'what scapy sent was received: '
           f'{sum(want.values())} packets on {len(sas)} SAs', wrong)


def main():
    """Arguments as in the text above."""
    if sys.argv[1] == 'plan':
        plan(sys.argv[2], *map(int, sys.argv[3:]))
    else:
        check(sys.argv[2])


if __name__ == '__main__':
    main()
