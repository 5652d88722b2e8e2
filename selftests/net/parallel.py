#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""SAs of every algorithm from many processes at once: parallel.py NAMESPACE...

In each of these network namespaces two processes add SAs with all algorithms,
each in an order of its own, as soon as all are ready. Before each round what
the kernel has of ciphers in modules is unloaded, so that they are asked for,
found and put together in parallel.
"""

import ctypes
import os
import random
import re
import subprocess
import sys
import time
import traceback

import nl

ROUNDS = 3
# (encryption, length of the key, integrity, length of its key)
KINDS = [
    ('aes-gcm-16', 20, None, 0), ('aes-ccm-16', 19, None, 0),
    ('chacha20-poly1305', 36, None, 0), ('aes-gmac', 20, None, 0),
    ('aes-ctr', 20, 'hmac-sha2-512-256', 64),
    ('aes-cbc', 16, 'aes-xcbc-96', 16), ('aes-cbc', 32, 'aes-cmac-96', 16),
    ('null', 0, 'hmac-sha2-384-192', 48),
    (None, 0, 'aes-cmac-96', 16), (None, 0, 'aes-gmac', 20),
]
MODULES = re.compile(
    'gcm|ccm|ctr|cmac|xcbc|rfc7539|chacha|poly1305|ghash|sha512|authenc|'
    'crypto_null|^null$|seqiv|aesni|cryptd')


def enter(name):
    """This network namespace."""
    with open(f'/run/netns/{name}', encoding='ascii') as where:
        if ctypes.CDLL(None).setns(where.fileno(), 0x40000000):
            raise SystemExit(f'no namespace {name}')


def loaded():
    """Modules with ciphers, and how often each is used."""
    with open('/proc/modules', encoding='ascii') as file:
        lines = [line.split() for line in file]
    return {words[0]: int(words[2]) for words in lines
            if MODULES.search(words[0])}


def unload():
    """Those that nobody uses; how many were."""
    count, end = 0, time.monotonic() + 10
    while time.monotonic() < end:
        idle = [name for name, users in loaded().items() if not users]
        if not idle:
            break
        gone = subprocess.run(['rmmod', *idle], check=False,
                              stderr=subprocess.DEVNULL)
        count += len(idle) - len([n for n in idle if n in loaded()])
        if gone.returncode and not count:
            break
    return count


def add_all(sock, first):
    """SAs of all kinds, in any order; what went wrong."""
    kinds = list(enumerate(KINDS))
    random.shuffle(kinds)
    wrong = []
    for i, (enc, key, auth, akey) in kinds:
        answer = nl.new_sa(sock, spi=first + i, proto=50 if enc else 51,
                           enc=enc, key=os.urandom(key), auth=auth,
                           akey=os.urandom(akey))
        if answer.error:
            wrong.append(f'{enc} {auth}: {answer}')
    return wrong


def child(name, first, start, report):
    """One of the processes."""
    try:
        enter(name)
        sock = nl.Sock()
        os.write(report, b'ready\n')
        os.read(start, 1)
        os.write(report, f'done {add_all(sock, first)}\n'.encode())
    except BaseException:  # pylint: disable=broad-except
        os.write(report, traceback.format_exc().encode())
    os._exit(0)


def one_round(names):
    """What the processes said that is not as it should be."""
    start, report = os.pipe(), os.pipe()
    children = []
    for i, name in enumerate(names * 2):
        pid = os.fork()
        if not pid:
            os.close(start[1])
            child(name, 0x1000 + 0x100 * i, start[0], report[1])
        children.append(pid)
    os.close(report[1])
    said = b''
    with os.fdopen(report[0], 'rb') as file:
        for _ in children:
            said += file.readline()
        # All of them read the end of the file now
        os.close(start[0])
        os.close(start[1])
        said += file.read()
    for pid in children:
        os.waitpid(pid, 0)
    return [line for line in said.decode().splitlines()
            if line not in ('ready', 'done []')]


def counted(names):
    """SAs of all namespaces, which are gone then."""
    count, here = 0, os.open('/proc/self/ns/net', os.O_RDONLY)
    for name in names:
        enter(name)
        sock = nl.Sock()
        count += len(sock.dump(nl.CMD_SA_GET).messages)
        sock.request(nl.CMD_SA_FLUSH)
        sock.sock.close()
    ctypes.CDLL(None).setns(here, 0x40000000)
    os.close(here)
    return count


def main():
    """Results as results_of wants them."""
    names = sys.argv[1:]
    wrong, counts, unloaded = [], [], []
    for _ in range(ROUNDS):
        unloaded.append(unload())
        wrong += one_round(names)
        counts.append(counted(names))
    print(f'# modules unloaded before each round: {unloaded}')
    nl.result(not wrong, f'{2 * len(names)} processes add {len(KINDS)} SAs at '
              f'the same time, {ROUNDS} times', ' | '.join(wrong[:3]))
    nl.result(counts == [2 * len(names) * len(KINDS)] * ROUNDS,
              'each SA is there', counts)
    nl.result(all(unloaded[1:]), 'ciphers had to be loaded for them', unloaded)


if __name__ == '__main__':
    main()
