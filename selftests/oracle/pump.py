#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Send a file of packets, as oracle.py writes them.

pump.py FILE               from this host, through its own output path
pump.py FILE DEVICE MAC    on a link, to a neighbour; after each 800 packets it
                           prints how many it has sent, and waits for a line on
                           standard input
"""

import socket
import sys
import time


def packets(path):
    """The packets of a file."""
    with open(path, 'rb') as file:
        data = memoryview(file.read())
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at:at + 2], 'big')
        yield data[at + 2:at + 2 + length]
        at += 2 + length


def from_host(packet, sockets={}):  # pylint: disable=dangerous-default-value
    """Send with the IP header as it is."""
    version = packet[0] >> 4
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    if version not in sockets:
        sockets[version] = socket.socket(family, socket.SOCK_RAW,
                                         socket.IPPROTO_RAW)
    dst = packet[16:20] if version == 4 else packet[24:40]
    sockets[version].sendto(packet, (socket.inet_ntop(family, dst), 0))


def main():
    """Arguments as in the text above."""
    link = None
    if len(sys.argv) > 2:
        link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        link.bind((sys.argv[2], 0))
        macs = bytes.fromhex(sys.argv[3].replace(':', '')) + bytes.fromhex(
            '0200000000fe')
    for number, packet in enumerate(packets(sys.argv[1]), 1):
        if link:
            kind = b'\x08\0' if packet[0] >> 4 == 4 else b'\x86\xdd'
            link.send(b''.join((macs, kind, packet)))
            # cryptd takes 1000 packets, and all of them go through it when
            # the FPU is in use, as the ciphers of x86 need it.
            if number % 800 == 0:
                print(number, flush=True)
                sys.stdin.readline()
        else:
            from_host(packet)
        # Who captures has to keep up.
        if number % 200 == 0:
            time.sleep(0.01)


if __name__ == '__main__':
    main()
