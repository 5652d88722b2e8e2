# SPDX-License-Identifier: GPL-2.0
"""For statements of agent.py: TCP segments with any options, and what arrives
of them at the other end."""

import select
import socket
import struct
import time

import forge

PATIENCE = 15


def syn(src, dst, port, opt, flags=2, words=None, before=b'', **field):
    """A whole packet; before: an IPv6 extension header in front of TCP."""
    body = forge.tcp(src, dst, 1000, port, flags, opt, words)
    proto = forge.TCP
    if before:
        proto, body = 60, bytes([forge.TCP]) + before[1:] + body
    return forge.ip(src, dst, proto, body, **field)


def mss(value):
    """The option."""
    return struct.pack('!BBH', 2, 4, value)


def send(*packets):
    """From a raw socket of this host."""
    for packet in packets:
        is_v6 = packet[0] >> 4 == 6
        family = socket.AF_INET6 if is_v6 else socket.AF_INET
        dst = socket.inet_ntop(family, packet[24:40] if is_v6 else
                               packet[16:20])
        with socket.socket(family, socket.SOCK_RAW,
                           socket.IPPROTO_RAW) as sock:
            sock.sendto(packet, (dst, 0))


def upper(packet):
    """Everything behind the IP header."""
    return packet[40:] if packet[0] >> 4 == 6 else \
        packet[(packet[0] & 15) * 4:packet[2] << 8 | packet[3]]


class Watch:
    """What comes in on a device."""

    def __init__(self, dev):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                  socket.htons(3))
        self.sock.bind((dev, 0))

    def to_port(self, port, before=0):
        """What is behind the IP header of the next packet to this port."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not select.select([self.sock], [], [], 0.5)[0]:
                continue
            packet, where = self.sock.recvfrom(65536)
            body = upper(packet)
            if where[2] != socket.PACKET_OUTGOING and \
               len(body) >= before + 20 and \
               body[before + 2:before + 4] == struct.pack('!H', port):
                return body
        return b''

    def expect(self, port, packet, before=0):
        """Fails unless exactly this arrives, but for the IP header."""
        got, want = self.to_port(port, before), upper(packet)
        assert got == want, f'{got.hex()}, not {want.hex()}'
