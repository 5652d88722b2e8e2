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
import mmap
import os
import random
import socket
import struct
import sys
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import (AESCCM, AESGCM,
                                                         ChaCha20Poly1305)
from cryptography.hazmat.primitives.cmac import CMAC

ESP, AH, ICMP, ICMP6, UDP, TCP, NONE = 50, 51, 1, 58, 17, 6, 59
GATEWAY = {'left': b'\x02\0\0\0\x0a\x01', 'right': b'\x02\0\0\0\x0b\x01'}
HASHES = {
    'hmac-sha1-96': ('sha1', 12),
    'hmac-sha2-256-128': ('sha256', 16),
    'hmac-sha2-384-192': ('sha384', 24),
    'hmac-sha2-512-256': ('sha512', 32),
    'aes-xcbc-96': (None, 12),
    'aes-cmac-96': (None, 12),
    'aes-gmac': (None, 16),
}
# Bytes of salt, of ICV
AEADS = {
    'aes-gcm-16': (4, 16), 'aes-gcm-12': (4, 12), 'aes-gcm-8': (4, 8),
    'aes-ccm-16': (3, 16), 'aes-ccm-12': (3, 12), 'aes-ccm-8': (3, 8),
    'chacha20-poly1305': (4, 16),
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


def echo(src, dst, payload=b'', ident=7, kind=None, code=0, number=1):
    """ICMP or ICMPv6, an answer to a ping nobody sent if not told otherwise:
    it is counted where it arrives and not answered."""
    if kind is None:
        kind = 129 if is6(src) else 0
    body = struct.pack('!BBHHH', kind, code, 0, ident, number) + payload
    pseudo = b''
    if is6(src):
        pseudo = packed(src) + packed(dst) + struct.pack('!II', len(body),
                                                         ICMP6)
    return (body[:2] + struct.pack('!H', checksum(pseudo + body)) + body[4:])


def error(src, dst, about, kind=None, code=0, info=0):
    """A whole packet with an ICMP or ICMPv6 error about the start of another
    packet; destination unreachable if not told otherwise."""
    if kind is None:
        kind = 1 if is6(src) else 3
    body = echo(src, dst, about, info >> 16, kind, code, info & 0xffff)
    return ip(src, dst, ICMP6 if is6(src) else ICMP, body)


def udp(src, dst, sport, dport, payload=b''):
    """A UDP datagram, complete with its checksum."""
    body = struct.pack('!HHHH', sport, dport, 8 + len(payload), 0) + payload
    pseudo = packed(src) + packed(dst)
    pseudo += struct.pack('!II' if is6(src) else '!HH',
                          *((len(body), UDP) if is6(src) else
                            (UDP, len(body))))
    return body[:6] + struct.pack('!H', checksum(pseudo + body) or
                                  0xffff) + body[8:]


def datagram(src, dst, sport, dport, payload=b''):
    """A whole packet that udp() describes."""
    return ip(src, dst, UDP, udp(src, dst, sport, dport, payload))


def encap(packet, sport=4500, dport=4500, src=None, check=None):
    """An ESP packet in UDP (RFC 3948), from another address if src is given;
    check: the checksum, True for a right one; if not given, 0 over IPv4 and
    right over IPv6."""
    family, start = ((socket.AF_INET6, 40) if packet[0] >> 4 == 6 else
                     (socket.AF_INET, 20))
    size = 16 if start == 40 else 4
    place = 8 if start == 40 else 12
    src = src or socket.inet_ntop(family, packet[place:place + size])
    dst = socket.inet_ntop(family, packet[place + size:place + 2 * size])
    body = udp(src, dst, sport, dport, packet[start:])
    if check is None and start == 20:
        check = 0
    if check is not None and check is not True:
        body = body[:6] + struct.pack('!H', check) + body[8:]
    return ip(src, dst, UDP, body)


def tcp(src, dst, sport, dport, flags=2, options=b'', words=None):
    """A TCP segment, SYN if not told otherwise; words is what it says about
    the length of its header, if not the truth. What is left over of options
    is payload."""
    if words is None:
        words = 5 + len(options) // 4
    body = struct.pack('!HHIIBBHHH', sport, dport, 1000, 0, words << 4, flags,
                       1024, 0, 0) + options
    pseudo = packed(src) + packed(dst)
    pseudo += struct.pack('!II' if is6(src) else '!HH',
                          *((len(body), TCP) if is6(src) else
                            (TCP, len(body))))
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


def aes(mode, secret, data):
    """AES in a mode of cryptography's."""
    cipher = Cipher(algorithms.AES(secret), mode).encryptor()
    return cipher.update(data) + cipher.finalize()


def cmac(secret, data):
    """AES-CMAC (RFC 4493)."""
    mac = CMAC(algorithms.AES(secret))
    mac.update(data)
    return mac.finalize()


def xcbc(secret, data):
    """AES-XCBC-MAC (RFC 3566)."""
    keys = [aes(modes.ECB(), secret, bytes([n]) * 16) for n in (1, 2, 3)]
    at = (len(data) - 1) // 16 * 16 if data else 0
    last = data[at:]
    mask = keys[1] if len(last) == 16 else keys[2]
    if len(last) < 16:
        last = (last + b'\x80').ljust(16, b'\0')
    last = bytes(a ^ b for a, b in zip(last, mask))
    return aes(modes.CBC(bytes(16)), keys[0], data[:at] + last)[-16:]


def gmac(secret, iv, data):
    """AES-GMAC, the salt behind the key (RFC 4543)."""
    return AESGCM(secret[:-4]).encrypt(secret[-4:] + iv, b'', data)


def aead(enc, secret, iv, text, data):
    """Ciphertext and ICV of a combined mode, the salt behind the key."""
    salt_len, icv_len = AEADS[enc]
    secret, nonce = secret[:-salt_len], secret[-salt_len:] + iv
    if enc.startswith('aes-ccm'):
        return AESCCM(secret, tag_length=icv_len).encrypt(nonce, text, data)
    kind = ChaCha20Poly1305 if enc == 'chacha20-poly1305' else AESGCM
    sealed = kind(secret).encrypt(nonce, text, data)
    return sealed[:len(text) + icv_len]


def key(path):
    """The key in a file that lib.sh made."""
    with open(path, encoding='ascii') as file:
        return bytes.fromhex(file.read())


def captured(path):
    """The packets of a capture by tcpdump."""
    with open(path, 'rb') as file:
        file.read(24)
        while len(head := file.read(16)) == 16:
            yield file.read(struct.unpack('8xI4x', head)[0])[14:]


class SA:
    """The sending end of one SA. The names are those of ipsecctl."""

    def __init__(self, spi, src, dst, enc=None, enc_key=b'', auth=None,
                 auth_key=b'', esn=False):
        self.spi, self.src, self.dst = spi, src, dst
        self.enc, self.enc_key = enc, enc_key
        self.auth, self.auth_key = auth, auth_key
        self.esn = esn
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

    def upper(self, seq):
        """The half of the number that is authenticated and not sent."""
        return struct.pack('!I', seq >> 32) if self.esn else b''

    def icv(self, data, iv=b''):
        """The ICV of the integrity algorithm."""
        name, length = HASHES[self.auth]
        if self.auth == 'aes-gmac':
            return gmac(self.auth_key, iv, data)
        if not name:
            mac = xcbc if self.auth == 'aes-xcbc-96' else cmac
            return mac(self.auth_key, data)[:length]
        return hmac.new(self.auth_key, data, name).digest()[:length]

    def seal(self, head, text, upper=b'', iv=None):
        """IV, ciphertext and ICV for a header of 8 bytes and a plaintext."""
        if iv is None:
            iv = os.urandom(16 if self.enc == 'aes-cbc' else 8)
        if self.enc in AEADS:
            return iv + aead(self.enc, self.enc_key, iv, text,
                             head[:4] + upper + head[4:])
        if self.enc == 'aes-gmac':
            return iv + text + gmac(self.enc_key, iv, head[:4] + upper +
                                    head[4:] + iv + text)
        if self.enc == 'aes-cbc':
            text = iv + aes(modes.CBC(iv), self.enc_key, text)
        elif self.enc == 'aes-ctr':
            block = self.enc_key[-4:] + iv + b'\0\0\0\1'
            text = iv + aes(modes.CTR(block), self.enc_key[:-4], text)
        return text + self.icv(head + text + upper)

    def esp(self, payload, proto, seq=None, text=None, pad=None, iv=None,
            **field):
        """An ESP packet. pad: the padding, right and as short as possible if
        not given. text: everything that is encrypted, trailer included."""
        block = 16 if self.enc == 'aes-cbc' else 4
        if text is None:
            if pad is None:
                pad = bytes(range(1, 1 + -(len(payload) + 2) % block))
            text = payload + pad + bytes([len(pad), proto])
        seq = self.number(seq)
        head = struct.pack('!II', self.spi, seq & 0xffffffff)
        return ip(self.src, self.dst, ESP,
                  head + self.seal(head, text, self.upper(seq), iv), **field)

    def ah(self, payload, proto, seq=None, words=None, align=None, **field):
        """An AH packet. words: a wrong header length. reserved: what that
        field says. front: options or extension headers in front of AH; seen:
        the same as the ICV covers them, if it makes a difference; first, and
        seen_first: what the IPv6 header calls the first of them; seen_dst: the
        destination at the end of a route."""
        iv = os.urandom(8) if self.auth == 'aes-gmac' else b''
        length = 12 + len(iv) + HASHES[self.auth][1]
        length += -length % (align or (8 if is6(self.src) else 4))
        seq = self.number(seq)
        reserved, front = field.pop('reserved', 0), field.pop('front', b'')
        seen = field.pop('seen', front)
        first = field.pop('first', AH)
        seen_first = field.pop('seen_first', first)
        seen_dst = field.pop('seen_dst', self.dst)
        head = struct.pack('!BBHII', proto,
                           length // 4 - 2 if words is None else words,
                           reserved, self.spi, seq & 0xffffffff)
        body = head + bytes(length - 12) + payload
        if is6(self.src):
            packet = ip(self.src, self.dst, first, front + body, **field)
            covered = bytearray(ip(self.src, seen_dst, seen_first,
                                   seen + body, **field))
            covered[0:4] = b'\x60\0\0\0'
            covered[7] = 0
        else:
            packet = ip(self.src, self.dst, AH, body, options=front, **field)
            covered = bytearray(ip(self.src, seen_dst, AH, body, options=seen,
                                   **field))
            covered[1] = 0
            covered[6:9] = b'\0\0\0'
            covered[10:12] = b'\0\0'
        place = len(packet) - len(payload) - length + 12
        icv = iv + self.icv(bytes(covered) + self.upper(seq), iv)
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


def flood(dev, packets, senders=4, step=None):
    """All packets from so many processes at the same time, each on another
    processor if there are enough: a packet is received where it was sent. Each
    process begins each tenth of them, or each `step`, together with the others.
    """
    put(dev)
    step = step or max(1, len(packets) // 10)
    cpus = sorted(os.sched_getaffinity(0))
    gate = mmap.mmap(-1, 8 * senders)
    children = []
    for number in range(senders):
        pid = os.fork()
        if not pid:
            os.sched_setaffinity(0, {cpus[number % len(cpus)]})
            for first in range(0, len(packets), step):
                struct.pack_into('=Q', gate, 8 * number, first + 1)
                while min(struct.unpack(f'={senders}Q', gate)) <= first:
                    os.sched_yield()
                for packet in packets[first:first + step]:
                    kind = b'\x86\xdd' if packet[0] >> 4 == 6 else b'\x08\0'
                    raw_sockets[dev].send(GATEWAY[dev] + b'\x02\0\0\0\0\xfe' +
                                          kind + packet)
            os._exit(0)  # pylint: disable=protected-access
        children.append(pid)
    for pid in children:
        assert not os.waitpid(pid, 0)[1], 'a sender failed'
    put(dev)


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
