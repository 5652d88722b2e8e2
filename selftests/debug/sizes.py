#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The results of sizes.sh: every length up to two pages and a bit, in buffers of
several layouts, through SAs that add little and much."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../net'))
# pylint: disable=wildcard-import,unused-wildcard-import,wrong-import-position
from wire import *

PAGE = 4096
MOST = 2 * PAGE + 64
A, B = {4: '192.0.2.1', 6: '2001:db8:a::1'}, {4: '192.0.2.2', 6: '2001:db8:a::2'}
PORT = 5000
DATA = os.urandom(MOST)
BATCH = 16
# What an allocation is rounded up to, and a page
EDGES = [64 << n for n in range(8)] + [96, 192, PAGE, 2 * PAGE]
numbers = iter(range(1, 100))
KEY_LENS['hmac-sha2-512-256'] = 64


class Flow:
    """Addresses, the SAs between a and b, the innermost first, each as "mode
    outer-family algorithm more..."."""

    def __init__(self, name, inner, *layers):
        self.name, self.inner = name, inner
        number = next(numbers)
        self.src, self.dst = (f'10.1.0.{number}', f'10.2.0.{number}') \
            if inner == 4 else (f'2001:db8:1::{number:x}',
                                f'2001:db8:2::{number:x}')
        self.out, self.back, words = [], [], []
        ends = self.src, self.dst
        for layer_words in layers:
            mode, outer, alg, *more = layer_words.split()
            auth = {'aes-cbc': 'hmac-sha2-256-128', 'null': 'hmac-sha1-96'}
            algs = (None, alg) if alg.startswith('hmac') else \
                (alg, auth.get(alg))
            if mode == 'tunnel':
                ends = A[int(outer)], B[int(outer)]
            number = next(numbers)
            sa = new_sa(0x1000 + number, *ends, *algs)
            proto = 'esp' if sa.enc else 'ah'
            common = f'{sa.words} mode {mode} reqid {number}'
            self.out.append(f'sa add out {common} {" ".join(more)}')
            self.back.append(f'sa add in {common}')
            words.append(f'{proto} {mode} ' + (
                f'src {ends[0]} dst {ends[1]} ' if mode == 'tunnel' else '') +
                f'reqid {number}')
        nested = ' inside '.join(words)
        self.out.append(f'policy add out remote {self.dst} protect {nested}')
        self.back.append(f'policy add in local {self.dst} protect {nested}')


FLOWS = [
    Flow('ESP tunnel', 4, 'tunnel 4 aes-gcm-16'),
    Flow('ESP tunnel, 6 in 4, all padding', 6,
         'tunnel 4 aes-cbc pad-min 240'),
    Flow('ESP tunnel, tfc', 4, 'tunnel 6 chacha20-poly1305 tfc mtu'),
    Flow('ESP transport', 6, 'transport 6 aes-cbc'),
    Flow('AH tunnel', 6, 'tunnel 6 hmac-sha2-512-256'),
    Flow('AH transport', 4, 'transport 4 hmac-sha1-96'),
    Flow('four of them', 4, 'transport 4 null pad-min 200',
         'transport 4 hmac-sha2-256-128', 'tunnel 4 aes-cbc',
         'tunnel 6 aes-gcm-16'),
]


def udp_of(flow):
    """A connected socket in a."""
    with inside('a'):
        sock = socket.socket(socket.AF_INET if flow.inner == 4 else
                             socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind((flow.src, 0))
    sock.connect((flow.dst, PORT))
    return sock


def send_udp(flow):
    """One piece."""
    sock = udp_of(flow)
    return lambda data: sock.send(data)  # pylint: disable=unnecessary-lambda


def send_corked(flow):
    """In two, the second of which comes in pages of its own."""
    sock = udp_of(flow)

    def send(data):
        sock.send(data[:len(data) // 3], socket.MSG_MORE)
        sock.send(data[len(data) // 3:])
    return send


def datagram(flow, src, data):
    """The packet."""
    return ip(src, flow.dst, UDP, udp(src, flow.dst, 1000, PORT, data))


def send_raw(flow):
    """With the IP header, by a raw socket."""
    local = Local('a')
    return lambda data: local.send(datagram(flow, flow.src, data))


def send_forwarded(flow):
    """By a host behind a."""
    src = '10.3.0.1' if flow.inner == 4 else '2001:db8:3::1'
    return lambda data: put('left', datagram(flow, src, data))


def through(flow, maker, sizes):
    """Everything arrives as it was."""
    with inside('b'):
        sock = socket.socket(socket.AF_INET if flow.inner == 4 else
                             socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)
    sock.bind((flow.dst, PORT))
    sock.settimeout(PATIENCE)
    send = maker(flow)
    sizes = list(sizes)
    for first in range(0, len(sizes), BATCH):
        batch = sizes[first:first + BATCH]
        for size in batch:
            send(DATA[:size])
        for size in batch:
            got = sock.recv(MOST + 1)
            assert got == DATA[:size], f'{size} bytes: {len(got)} arrived'
    sock.close()


def near_edges():
    """64 bytes around each, less what headers take from it or not."""
    found = set()
    for edge in EDGES:
        found |= set(range(max(0, edge - 64), min(MOST, edge + 64) + 1))
    return sorted(found)


load('a', *[line for flow in FLOWS for line in flow.out])
load('b', *[line for flow in FLOWS for line in flow.back])
for one in FLOWS:
    for namespace, address, device in (('a', one.src, 'lo'),
                                       ('b', one.dst, 'lo')):
        subprocess.run(['ip', '-n', namespace + SUFFIX, 'addr', 'add', address,
                        'dev', device] + (['nodad'] if is6(address) else []),
                       check=True)
counters = {name: Counters(name) for name in ('a', 'b')}
for one in FLOWS:
    result(f'{one.name}: datagrams of 0 to {MOST} bytes', through, one,
           send_udp, range(MOST + 1))
    result(f'{one.name}: in several pieces', through, one, send_corked,
           near_edges())
    result(f'{one.name}: raw', through, one, send_raw, near_edges())
    if 'transport' not in one.out[0]:
        result(f'{one.name}: forwarded', through, one, send_forwarded,
               near_edges())


def nothing_dropped(namespace):
    """No reason has moved."""
    now = state(namespace)
    expect({name: count for name, count in now.items() if ':' not in name and
            count != counters[namespace].before.get(name, 0)}, {})


result('the sender dropped nothing', nothing_dropped, 'a')
result('the receiver dropped nothing', nothing_dropped, 'b')
