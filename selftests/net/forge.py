#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""AH and ESP byte by byte: what an honest peer would send, and what nobody
should.

Runs every line of standard input as a Python statement, which sees the names
below and what earlier statements have assigned, and answers each with "ok" or
what went wrong.

Not one line is shared with the module or with scapy's IPsec layer, and every
field can be given a wrong value. Packets are bytes that begin with an IP
header.
"""

import functools
import hmac
import os
import random
import socket
import struct
import sys
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

ESP, AH, ICMP, ICMP6, UDP, TCP, NONE = 50, 51, 1, 58, 17, 6, 59
GATEWAY = {'left': b'\x02\0\0\0\x0a\x01', 'right': b'\x02\0\0\0\x0b\x01'}
HASHES = {
    'hmac-sha1-96': ('sha1', 12),
    'hmac-sha2-256-128': ('sha256', 16),
    'hmac-sha2-384-192': ('sha384', 24),
    'hmac-sha2-512-256': ('sha512', 32),
}
raw_sockets = {}


def checksum(data):
    """The Internet checksum."""
    total = sum(struct.unpack(f'!{len(data) // 2}H', data[:len(data) & ~1]))
    if len(data) % 2:
        total += data[-1] << 8
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def is6(address):
    """Whether an address in text is IPv6."""
    return ':' in address


def packed(address):
    """An address in text as bytes."""
    return socket.inet_pton(socket.AF_INET6 if is6(address) else
                            socket.AF_INET, address)


def ip(src, dst, proto, payload, **field):
    """An IP packet; fields: tos, ident, frag, ttl, options, length."""
    tos, ttl = field.get('tos', 0), field.get('ttl', 64)
    if is6(src):
        return struct.pack('!IHBB', 6 << 28 | tos << 20,
                           field.get('length', len(payload)), proto,
                           ttl) + packed(src) + packed(dst) + payload
    options = field.get('options', b'')
    head = struct.pack('!BBHHHBBH', 0x45 + len(options) // 4, tos,
                       field.get('length', 20 + len(options) + len(payload)),
                       field.get('ident', 0x1234), field.get('frag', 0), ttl,
                       proto, 0) + packed(src) + packed(dst) + options
    return fix(head + payload)


def fix(packet):
    """The packet with a right IPv4 header checksum."""
    if packet[0] >> 4 != 4:
        return bytes(packet)
    end = max(20, (packet[0] & 15) * 4)
    data = bytearray(packet)
    data[10:12] = b'\0\0'
    data[10:12] = struct.pack('!H', checksum(bytes(data[:end])))
    return bytes(data)


def resize(packet, length):
    """Cut or filled to so many bytes, lengths and checksum of IP right."""
    data = bytearray(packet[:length])
    data += os.urandom(length - len(data))
    if data[0] >> 4 == 4:
        data[2:4] = struct.pack('!H', length)
    else:
        data[4:6] = struct.pack('!H', length - 40)
    return fix(data)


def flips(packet, first, last, fixed=False):
    """Every packet that differs in one bit from byte first to byte last, which
    may be fractions; with fixed, the IPv4 header checksum is made right again.
    A function as packet is called for each: what passes, passes once only."""
    for bit in range(int(first * 8), int(last * 8)):
        data = bytearray(packet() if callable(packet) else packet)
        data[bit // 8] ^= 0x80 >> bit % 8
        yield fix(data) if fixed else bytes(data)


def echo(src, dst, payload=b'', ident=7, kind=None, code=0):
    """ICMP or ICMPv6, an answer to a ping nobody sent if not told otherwise:
    it is counted where it arrives and not answered."""
    if kind is None:
        kind = 129 if is6(src) else 0
    body = struct.pack('!BBHHH', kind, code, 0, ident, 1) + payload
    pseudo = b''
    if is6(src):
        pseudo = packed(src) + packed(dst) + struct.pack('!II', len(body),
                                                         ICMP6)
    return (body[:2] + struct.pack('!H', checksum(pseudo + body)) + body[4:])


def udp(src, dst, sport, dport, payload=b''):
    """A UDP datagram, complete with its checksum."""
    body = struct.pack('!HHHH', sport, dport, 8 + len(payload), 0) + payload
    pseudo = packed(src) + packed(dst)
    pseudo += struct.pack('!II' if is6(src) else '!HH',
                          *((len(body), UDP) if is6(src) else
                            (UDP, len(body))))
    return body[:6] + struct.pack('!H', checksum(pseudo + body) or
                                  0xffff) + body[8:]


def tcp(src, dst, sport, dport, flags=2):
    """A TCP segment, SYN if not told otherwise."""
    body = struct.pack('!HHIIBBHHH', sport, dport, 1000, 0, 0x50, flags, 1024,
                       0, 0)
    pseudo = packed(src) + packed(dst)
    pseudo += struct.pack('!II' if is6(src) else '!HH',
                          *((20, TCP) if is6(src) else (TCP, 20)))
    return body[:16] + struct.pack('!H', checksum(pseudo + body)) + body[18:]


def ping(src, dst, size=0, **field):
    """A whole packet that echo() describes."""
    return ip(src, dst, ICMP6 if is6(src) else ICMP,
              echo(src, dst, bytes(range(size))), **field)


def fragments(packet, *cuts):
    """The packet in pieces that begin at 0 and at these multiples of 8 bytes
    behind the IP header."""
    start = 40 if packet[0] >> 4 == 6 else (packet[0] & 15) * 4
    body = packet[start:]
    ends = list(cuts) + [len(body)]
    for first, end in zip([0] + list(cuts), ends):
        more = end < len(body)
        if packet[0] >> 4 == 6:
            yield (packet[:4] + struct.pack('!HBB', 8 + end - first, 44,
                                            packet[7]) + packet[8:40] +
                   struct.pack('!BBHI', packet[6], 0, first | more, 77) +
                   body[first:end])
        else:
            head = bytearray(packet[:start])
            head[2:4] = struct.pack('!H', start + end - first)
            head[6:8] = struct.pack('!H', first // 8 | more << 13)
            yield fix(bytes(head) + body[first:end])


def key(path):
    """The key in a file that lib.sh made."""
    with open(path, encoding='ascii') as file:
        return bytes.fromhex(file.read())


class SA:
    """The sending end of one SA. The names are those of ipsecctl."""

    def __init__(self, spi, src, dst, enc=None, enc_key=b'', auth=None,
                 auth_key=b''):
        self.spi, self.src, self.dst = spi, src, dst
        self.enc, self.enc_key = enc, enc_key
        self.auth, self.auth_key = auth, auth_key
        self.seq = 0

    def but(self, **change):
        """The same SA with some attributes changed."""
        other = SA.__new__(SA)
        other.__dict__.update(self.__dict__)
        other.__dict__.update(change)
        return other

    def number(self, seq):
        """Takes the next sequence number if none is given."""
        if seq is None:
            self.seq += 1
            seq = self.seq
        return seq

    def icv(self, data):
        """The ICV of the integrity algorithm."""
        name, length = HASHES[self.auth]
        return hmac.new(self.auth_key, data, name).digest()[:length]

    def seal(self, head, text):
        """IV, ciphertext and ICV for a header of 8 bytes and a plaintext."""
        iv = os.urandom(8)
        if self.enc in ('aes-gcm-16', 'chacha20-poly1305'):
            kind = AESGCM if self.enc == 'aes-gcm-16' else ChaCha20Poly1305
            return iv + kind(self.enc_key[:-4]).encrypt(
                self.enc_key[-4:] + iv, text, head)
        if self.enc == 'aes-cbc':
            iv = os.urandom(16)
            cipher = Cipher(algorithms.AES(self.enc_key),
                            modes.CBC(iv)).encryptor()
            text = iv + cipher.update(text) + cipher.finalize()
        return text + self.icv(head + text)

    def esp(self, payload, proto, seq=None, text=None, pad=None, **field):
        """An ESP packet. pad: the padding, right and as short as possible if
        not given. text: everything that is encrypted, trailer included."""
        block = 16 if self.enc == 'aes-cbc' else 4
        if text is None:
            if pad is None:
                pad = bytes(range(1, 1 + -(len(payload) + 2) % block))
            text = payload + pad + bytes([len(pad), proto])
        head = struct.pack('!II', self.spi, self.number(seq))
        return ip(self.src, self.dst, ESP, head + self.seal(head, text),
                  **field)

    def ah(self, payload, proto, seq=None, words=None, align=None, **field):
        """An AH packet. words: a wrong header length."""
        length = 12 + HASHES[self.auth][1]
        length += -length % (align or (8 if is6(self.src) else 4))
        head = struct.pack('!BBHII', proto,
                           length // 4 - 2 if words is None else words, 0,
                           self.spi, self.number(seq))
        packet = ip(self.src, self.dst, AH, head + bytes(length - 12) +
                    payload, **field)
        covered = bytearray(packet)
        offset = 40
        if is6(self.src):
            covered[0:4] = b'\x60\0\0\0'
            covered[7] = 0
        else:
            offset = (packet[0] & 15) * 4
            covered[1] = 0
            covered[6:9] = b'\0\0\0'
            covered[10:12] = b'\0\0'
        place = offset + 12
        icv = self.icv(bytes(covered))
        return packet[:place] + icv + packet[place + len(icv):]

    def send(self, payload, proto, seq=None, **field):
        """ESP or AH, whichever the SA is for."""
        return (self.esp if self.enc else self.ah)(payload, proto, seq,
                                                   **field)

    def tunnel(self, inner, seq=None, **field):
        """Tunnel mode around a whole packet."""
        return self.send(inner, 41 if inner[0] >> 4 == 6 else 4, seq, **field)

    def transport(self, size=0, seq=None, **field):
        """Transport mode around an answer to a ping."""
        return self.send(echo(self.src, self.dst, bytes(range(size))),
                         ICMP6 if is6(self.src) else ICMP, seq, **field)


def backlog():
    """Packets that wait in the queues between devices."""
    with open('/proc/net/softnet_stat', encoding='ascii') as file:
        return sum(int(line.split()[11], 16) for line in file)


def put(dev, *packets, version=None):
    """Send to the gateway on a side of w. Takes packets and things that yield
    packets; comes back when they have arrived. version: what Ethernet says,
    if not the same as the packet."""
    if dev not in raw_sockets:
        raw_sockets[dev] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        raw_sockets[dev].bind((dev, 0))
    for packet in packets:
        for one in [packet] if isinstance(packet, bytes) else packet:
            number = version or (one[0] >> 4 if one else 4)
            kind = b'\x86\xdd' if number == 6 else b'\x08\0'
            raw_sockets[dev].send(GATEWAY[dev] + b'\x02\0\0\0\0\xfe' + kind +
                                  one)
    deadline = time.monotonic() + 20
    while backlog() and time.monotonic() < deadline:
        time.sleep(0.001)


def main():
    """Statements in, answers out."""
    for line in sys.stdin:
        try:
            exec(line, globals())  # pylint: disable=exec-used
            print('ok', flush=True)
        except Exception as error:  # pylint: disable=broad-except
            print(f'{type(error).__name__}: {error}', flush=True)


if __name__ == '__main__':
    main()
