#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Sequence numbers on the wire: seqs.py CAPTURE [SPI]

One line with the numbers of all AH and ESP packets (of this SPI), in their order;
a second one with the eight bytes behind them, which are the IV of counter modes.
"""
import struct
import sys


def ipsec(path):
    """SPI, sequence number and what follows, of each AH and ESP packet."""
    with open(path, 'rb') as file:
        file.read(24)
        while len(head := file.read(16)) == 16:
            frame = file.read(struct.unpack('8xI4x', head)[0])
            kind, = struct.unpack_from('!H', frame, 12)
            if kind == 0x0800:
                proto, rest = frame[23], frame[14 + (frame[14] & 15) * 4:]
            elif kind == 0x86dd:
                proto, rest = frame[20], frame[54:]
            else:
                continue
            if proto in (50, 51):
                rest = rest[4:] if proto == 51 else rest
                yield *struct.unpack_from('!II', rest), rest[8:16]


found = [(seq, iv) for spi, seq, iv in ipsec(sys.argv[1])
         if len(sys.argv) == 2 or spi == int(sys.argv[2], 0)]
print(*[seq for seq, _ in found])
print(*[iv.hex() for _, iv in found])
