#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Can the IVs of AES-CBC be told beforehand (RFC 3602 3): cbc_ivs.py CAPTURE SPI

Of all ESP packets of this SPI. A bit of 200 random IVs is 1 in less than 50 or
more than 150 of them once in 10^12 cases.
"""
import struct
import sys


def packets(path, spi):
    """IV of 16 bytes and what follows it, of each ESP packet over IPv4."""
    with open(path, 'rb') as file:
        file.read(24)
        while len(head := file.read(16)) == 16:
            frame = file.read(struct.unpack('8xI4x', head)[0])
            esp = frame[14 + (frame[14] & 15) * 4:]
            if frame[12:14] == b'\x08\0' and frame[23] == 50 and \
                    struct.unpack_from('!I', esp)[0] == spi:
                yield esp[8:24], esp[24:]


def result(is_good, what, detail=''):
    """One line for results_of."""
    print('ok' if is_good else 'not ok', what, detail, sep='\t')


def ones(numbers):
    """The least and the most frequent bit."""
    counts = [sum(number >> bit & 1 for number in numbers)
              for bit in range(128)]
    return min(counts), max(counts)


found = list(packets(sys.argv[1], int(sys.argv[2])))
ivs = [int.from_bytes(iv, 'big') for iv, _ in found]
result(len(found) == 200 and len(set(ivs)) == 200, 'CBC: no IV twice',
       f'{len(found)} packets, {len(set(ivs))} IVs')
least, most = ones(ivs)
differ_least, differ_most = ones([a ^ b for a, b in zip(ivs, ivs[1:])])
result(50 <= min(least, differ_least) and max(most, differ_most) <= 150,
       'CBC: no bit of an IV can be told, alone or from the one before',
       f'{least} {most} {differ_least} {differ_most}')
blocks = {text[at:at + 16] for _, text in found
          for at in range(0, len(text), 16)}
result(not blocks & {iv for iv, _ in found},
       'CBC: no IV is a block that was sent')
