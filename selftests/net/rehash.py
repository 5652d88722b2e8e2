#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Policies and SAs by the thousand that come and go, and what meets them.

rehash.py storm out|in SECONDS LOCAL REMOTE
    all tables of the namespace grow and shrink, again and again. Every policy
    that matches what is sent between the two addresses protects it as the one
    does that is there anyway; of those for OUT some discard it.
rehash.py send REMOTE STOP
    datagrams to 64 ports, until the file STOP appears; prints how many
"""

import os
import random
import socket
import sys
import time

import nl
from nl import attr

COUNT = 300
LENGTHS = (8, 16, 20, 24, 28, 32)
PORT = 5000
KEY = os.urandom(20)


def host(number):
    """An address of nobody."""
    return f'10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}'


def prefix(address, length):
    """The prefix of an IPv4 address, as text."""
    number = int.from_bytes(socket.inet_aton(address), 'big')
    number = number >> 32 - length << 32 - length
    return f'{socket.inet_ntoa(number.to_bytes(4, "big"))}/{length}'


def new_policy(sock, number, direction, local, remote):
    """One of four kinds, of which the second is all that is sent."""
    kind, more, what = number % 4, [], {'mode': 1, 'reqid': 1}
    # What discards is looked at first
    priority = number if kind == 2 else 1000 + number
    if kind == 0:
        # For others, in tables of other prefix lengths
        local = host(random.randrange(1 << 24))
        what = {'mode': 2, 'reqid': 2}
    if kind == 2 and direction == 2:
        # One port of it goes nowhere
        what = {'action': 3}
        more = [nl.u8(nl.A_SELECTOR_PROTO, 17), nl.u16(
            nl.A_SELECTOR_REMOTE_PORT_MIN, PORT + random.randrange(64))]
    if kind == 3:
        # Of two lists
        more = [nl.u8(nl.A_SELECTOR_PROTO, 17)] + [
            attr(nl.A_SELECTOR_LOCAL_RANGE, [
                nl.ip(nl.A_ADDR_RANGE_FIRST, first),
                nl.ip(nl.A_ADDR_RANGE_LAST, last)])
            for first, last in (('10.0.0.3', '10.0.1.7'), (local, local))]
        local = None
    selector = nl.selector(
        local and prefix(local, random.choice(LENGTHS)), prefix(
            remote, random.choice(LENGTHS)), *more)
    return nl.new_policy(sock, direction=direction, priority=priority,
                         sel=selector, src=host(1), dst=host(2), **what)


def new_sa(sock, number, direction):
    """For others, half of them in the way of the same lookups."""
    return nl.new_sa(sock, spi=0x10000 + number, direction=direction,
                     src=host(number), dst=host(number // 2), mode=2,
                     reqid=2 + number % 7, key=KEY)


def storm(way, seconds, local, remote):
    """Results as results_of wants them."""
    sock = nl.Sock()
    direction = 2 if way == 'out' else 1
    before = sock.state()
    sock.request(nl.CMD_CONFIG_SET, attr(nl.A_CONFIG_MAX_SAS, 0) +
                 attr(nl.A_CONFIG_MAX_POLICIES, 0))
    wrong, rounds = [], 0
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end or rounds < 2:
        rounds += 1
        indexes = []
        for i in range(COUNT):
            answers = (new_policy(sock, i, direction, local, remote),
                       new_sa(sock, i, direction))
            wrong += [str(a) for a in answers if a.error]
            indexes += [nl.parse(data)[0][1] for _, data in
                        answers[0].messages]
        random.shuffle(indexes)
        numbers = list(range(COUNT))
        random.shuffle(numbers)
        for index, i in zip(indexes, numbers):
            answers = (
                sock.request(nl.CMD_POLICY_DEL,
                             attr(nl.A_POLICY_INDEX, index)),
                sock.request(nl.CMD_SA_DEL,
                             nl.sa_name(0x10000 + i, host(i // 2))))
            wrong += [str(a) for a in answers if a.error]
    nl.result(not wrong, f'{way}: policies and SAs came and went {rounds} times',
              f'{len(wrong)}: {wrong[:3]}')
    left = [len(sock.dump(c).messages) for c in (nl.CMD_SA_GET,
                                                 nl.CMD_POLICY_GET)]
    nl.result(len(before) == sum(left) + 1, f'{way}: none of them is left', left)


def send(remote, stop):
    """So fast that others get on, too."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sent = refused = 0
    while sent % 64 or not os.path.exists(stop):
        try:
            sock.sendto(b'in clear, in clear', (remote, PORT + sent % 64))
        except PermissionError:
            refused += 1
        sent += 1
        if not sent % 4:
            time.sleep(.001)
    print(sent, refused)


if __name__ == '__main__':
    globals()[sys.argv[1]](*sys.argv[2:])
