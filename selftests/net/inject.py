#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Send forged packets: inject.py CAPTURE

Runs every line of standard input as a Python statement and answers each with
"ok" or what went wrong, because starting Python once per packet takes half a
second in an emulated machine. Statements see the names below, those of scapy's
IP, IPv6 and IPsec layers, and what earlier statements have assigned.
"""

import socket
import sys

from scapy.config import conf
conf.ipv6_enabled = True
# pylint: disable=wildcard-import,unused-wildcard-import,wrong-import-position
from scapy.layers.inet import *
from scapy.layers.inet6 import *
from scapy.layers.ipsec import *
from scapy.layers.l2 import Ether
from scapy.packet import Raw
from scapy.utils import PcapReader

NEXT_HOP = {
    'left': '02:00:00:00:0a:01',
    'right': '02:00:00:00:0b:01',
}
sockets = {}


def send(dev, packet, count=1):
    """Send an IP packet from device left or right of w to the gateway there."""
    if dev not in sockets:
        sockets[dev] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        sockets[dev].bind((dev, 0))
    frame = bytes(Ether(dst=NEXT_HOP[dev], src='02:00:00:00:00:fe',
                        type=0x86dd if packet.version == 6 else 0x0800) /
                  packet)
    for _ in range(count):
        sockets[dev].send(frame)


def wire(proto=None, src=None):
    """The IP packets of the capture with this protocol and source, in order."""
    found = []
    with PcapReader(sys.argv[1]) as reader:
        for frame in reader:
            packet = frame.payload
            if not isinstance(packet, (IP, IPv6)):
                continue
            number = packet.nh if packet.version == 6 else packet.proto
            if proto in (None, number) and src in (None, packet.src):
                found.append(packet)
    return found


def flip(packet, offset):
    """The packet with one bit inverted; offset as in an index of bytes."""
    data = bytearray(bytes(packet))
    data[offset] ^= 1
    return packet.__class__(bytes(data))


def main():
    names = globals()
    for line in sys.stdin:
        try:
            exec(line, names)  # pylint: disable=exec-used
            print('ok', flush=True)
        except Exception as error:  # pylint: disable=broad-except
            print(f'{type(error).__name__}: {error}', flush=True)


if __name__ == '__main__':
    main()
