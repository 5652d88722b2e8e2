#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What the tests of beginnings and ends need, in one process each.

life.py fill NUMBER          SAs and policies in this namespace
life.py vanish NUMBER        the same SAs go again
life.py echo                 a TCP server that sends everything back
life.py trickle ADDRESS...   small writes to such servers, until killed; ends
                             if a connection breaks or brings back other bytes
life.py configure NAME...    an SA and policies in each of these namespaces
life.py storm NUMBER         from the hub: pings and forged ESP to all of them
"""

import ctypes
import itertools
import os
import select
import socket
import struct
import sys
import time

import nl

PORT = 5001
SPI = 0x4000


def filled(number):
    """Address of one of many."""
    return f'10.{64 + number // 65536}.{number // 256 % 256}.{number % 256}'


def vanish(count):
    """What fill() has added, but for the policies."""
    sock = nl.Sock()
    for i in range(int(count)):
        answer = sock.request(nl.CMD_SA_DEL, nl.sa_name(
            0x10000 + i, filled(i), (50, 50, 51)[i % 3]))
        if answer.error:
            raise SystemExit(f'{i}: {answer}')


def fill(count):
    """SAs of several algorithms and policies, half of them outbound."""
    sock = nl.Sock()
    kinds = ({}, {'enc': 'null', 'auth': 'hmac-sha2-256-128'},
             {'proto': 51, 'enc': None, 'auth': 'hmac-sha2-256-128'})
    for i in range(int(count)):
        octets = filled(i)
        for answer in (
                nl.new_sa(sock, spi=0x10000 + i, dst=octets, reqid=7,
                          direction=1 + i % 2, **kinds[i % 3]),
                nl.new_policy(sock, direction=1 + i % 2, reqid=7,
                              sel=nl.selector(octets, '172.16.0.0/12'))):
            if answer.error:
                raise SystemExit(f'{i}: {answer}')


def echo():
    """Serves IPv4 and IPv6."""
    server = socket.create_server(('::', PORT), family=socket.AF_INET6,
                                  dualstack_ipv6=True)
    open_socks = [server]
    while True:
        for sock in select.select(open_socks, [], [])[0]:
            if sock is server:
                open_socks.append(server.accept()[0])
                continue
            data = sock.recv(65536)
            if data:
                sock.sendall(data)
            else:
                open_socks.remove(sock)


def trickle(*addresses):
    """1000 bytes per connection every 50 ms, as TCP can."""
    socks = [socket.create_connection((a, PORT), 30) for a in addresses]
    sent = dict.fromkeys(socks, 0)
    seen = dict.fromkeys(socks, 0)
    pattern = bytes(range(251)) * 1000
    print('connected', flush=True)
    while True:
        time.sleep(0.05)
        for sock in socks:
            if sent[sock] - seen[sock] < 20000:
                start = sent[sock] % 251
                sock.sendall(pattern[start:start + 1000])
                sent[sock] += 1000
        for sock in select.select(socks, [], [], 0)[0]:
            data = sock.recv(65536)
            start = seen[sock] % 251
            if not data or data != pattern[start:start + len(data)]:
                raise SystemExit('broken')
            seen[sock] += len(data)


def configure(*names):
    """Pings that arrive are answered in ESP, which in every second namespace is
    inside of AH, and forged ESP finds an SA."""
    libc = ctypes.CDLL(None, use_errno=True)
    for i, name in enumerate(names):
        with open(f'/run/netns/{name}', encoding='ascii') as where:
            if libc.setns(where.fileno(), 0x40000000):
                raise OSError(ctypes.get_errno(), name)
        sock = nl.Sock()
        here, hub = address(i, 2), address(i, 1)
        for answer in (
                nl.new_sa(sock, spi=SPI, direction=1, src=hub, dst=here,
                          mode=1, reqid=1),
                nl.new_sa(sock, spi=SPI, direction=2, src=here, dst=hub,
                          mode=1, reqid=1),
                nl.new_sa(sock, spi=SPI, direction=2, src=here, dst=hub,
                          mode=1, reqid=2, proto=51, enc=None,
                          auth='hmac-sha2-256-128'),
                nl.new_policy(sock, mode=1, sel=nl.selector(remote=hub),
                              inside=[(51, 1, 2)] if i % 2 else [])):
            if answer.error:
                raise SystemExit(f'{name}: {answer}')
        sock.sock.close()


def address(number, host):
    """Of namespace number (2) or of the hub's end (1)."""
    return f'10.{80 + number // 256}.{number % 256}.{host}'


def storm(count):
    """Until killed; one line when it has begun."""
    def checksum(data):
        total = sum(struct.unpack(f'!{len(data) // 2}H', data))
        total = (total & 0xffff) + (total >> 16)
        return ~(total + (total >> 16)) & 0xffff

    icmp = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
    icmp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    esp = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
    esp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ping = struct.pack('!BBHHH', 8, 0, 0, 1, 1) + b'marker of clear text'
    ping = ping[:2] + struct.pack('!H', checksum(ping)) + ping[4:]
    for turn in itertools.count(1):
        forged = struct.pack('!II', SPI, turn) + os.urandom(64)
        for i in range(int(count)):
            for sock, data in ((icmp, ping), (esp, forged)):
                try:
                    sock.sendto(data, (address(i, 2), 0))
                except OSError:
                    pass
        if turn == 1:
            print('begun', flush=True)


if __name__ == '__main__':
    globals()[sys.argv[1]](*sys.argv[2:])
