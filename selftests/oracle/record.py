#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Write down what rules of the firewall log, whole, from the IP header on.

record.py GROUP FILE

Prints a line when it listens, and ends when nothing has come for as long as
standard input has been at its end and half a second more. The file is of the
kind that oracle.py writes. (tcpdump can read these logs, too, but repeats the
tail of one packet in the next when they come fast.)
"""

import select
import socket
import struct
import sys

NETLINK_NETFILTER, SO_RCVBUFFORCE = 12, 33
CONFIG, PACKET = 4 << 8 | 1, 4 << 8
BIND, COPY_PACKET = 1, 2
CMD, MODE, TIMEOUT, THRESHOLD, PAYLOAD = 1, 2, 4, 5, 9


def attribute(kind, data):
    """One netlink attribute."""
    return struct.pack('=HH', len(data) + 4, kind) + data + \
        b'\0' * (-len(data) % 4)


def configure(link, group):
    """Ask for whole packets of the group, several at a time."""
    for attributes in (
            attribute(CMD, struct.pack('=B', BIND)),
            attribute(MODE, struct.pack('!IBB', 0xffff, COPY_PACKET, 0)) +
            attribute(TIMEOUT, struct.pack('!I', 5)) +
            attribute(THRESHOLD, struct.pack('!I', 20))):
        body = struct.pack('!BBH', 0, 0, group) + attributes
        # A request with an acknowledgement
        link.send(struct.pack('=IHHII', 16 + len(body), CONFIG, 5, 1, 0) + body)
        error = struct.unpack_from('=i', link.recv(1 << 16), 16)[0]
        if error:
            raise OSError(-error, 'the group cannot be had')


def payload(message):
    """The packet in a message."""
    at = 4
    while at < len(message):
        length, kind = struct.unpack_from('=HH', message, at)
        if kind & 0x7fff == PAYLOAD:
            return message[at + 4:at + length]
        at += length + 3 & ~3
    raise ValueError('a message without a packet')


def packets(data):
    """The packets of what one read has brought."""
    while data:
        length, kind = struct.unpack_from('=IH', data)
        if kind == PACKET:
            yield payload(data[16:length])
        data = data[length + 3 & ~3:]


def main():
    """Arguments as in the text above."""
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    link.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 27)
    link.bind((0, 0))
    configure(link, int(sys.argv[1]))
    print('listening', flush=True)
    watched = [link, sys.stdin]
    with open(sys.argv[2], 'wb') as file:
        while True:
            ready = select.select(watched, [], [],
                                  None if sys.stdin in watched else 0.5)[0]
            if not ready:
                return
            if sys.stdin in ready and not sys.stdin.readline():
                watched.remove(sys.stdin)
            if link in ready:
                for packet in packets(link.recv(1 << 20)):
                    file.write(struct.pack('!H', len(packet)) + packet)


if __name__ == '__main__':
    main()
