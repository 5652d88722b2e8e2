#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Counts the IVs of what a device sends: nonce_flood.py DEVICE LENGTH COUNT

Until so many ESP packets over IPv4, all of LENGTH bytes with their Ethernet
header, were seen. A ring that is shared with the kernel, and no Python per byte:
what it cannot follow is lost, and counted. Prints "listening", then results.
"""
import mmap
import socket
import struct
import sys

SOL_PACKET, RX_RING, STATISTICS, VERSION = 263, 5, 6, 10
TPACKET_V3, BLOCK, BLOCKS, FRAME = 2, 1 << 20, 16, 2048
IV_AT = 14 + 20 + 8
HALF = 1 << 63


def ring_of(sock):
    """The shared memory, blocks of packets."""
    sock.setsockopt(SOL_PACKET, VERSION, struct.pack('=I', TPACKET_V3))
    sock.setsockopt(SOL_PACKET, RX_RING, struct.pack(
        '=7I', BLOCK, BLOCKS, FRAME, BLOCK // FRAME * BLOCKS, 10, 0, 0))
    return mmap.mmap(sock.fileno(), BLOCK * BLOCKS)


def ivs_of(block, length):
    """IVs in one block, whose packets are equally long."""
    count, first = struct.unpack_from('=II', block, 12)
    at, found = first, []
    for _ in range(count):
        step, _, _, snap_len, full_len, _, mac = struct.unpack_from(
            '=IIIIIIH', block, at)
        if full_len == length and snap_len >= IV_AT + 8 and \
                block[at + mac + 14 + 9] == socket.IPPROTO_ESP:
            found.append(struct.unpack_from('!Q', block, at + mac + IV_AT)[0])
        at += step
    return found


def main():
    """As in the text above."""
    device, length, want = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    seen, total, twice, other_half = {}, 0, 0, 0
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                       socket.htons(3)) as sock:
        ring = ring_of(sock)
        sock.bind((device, 0))
        sock.settimeout(60)
        print('listening', flush=True)
        number = 0
        while total < want:
            block = memoryview(ring)[number * BLOCK:(number + 1) * BLOCK]
            if not struct.unpack_from('=I', block, 8)[0] & 1:
                if not wait(sock):
                    break
                continue
            for iv in ivs_of(block, length):
                total += 1
                other_half += not iv & HALF
                # A byte for each IV of a chunk of 65536
                chunk = seen.get(iv >> 16)
                if chunk is None:
                    chunk = seen[iv >> 16] = bytearray(1 << 16)
                twice += chunk[iv & 0xffff]
                chunk[iv & 0xffff] = 1
            struct.pack_into('=I', block, 8, 0)
            block.release()
            number = (number + 1) % BLOCKS
        _, lost, _ = struct.unpack('=III', sock.getsockopt(
            SOL_PACKET, STATISTICS, 12))
    print(f'# {total} IVs seen in {len(seen)} runs, {lost} packets not seen')
    print('ok' if total >= want else 'not ok', 'enough packets are seen',
          f'{total} of {want}', sep='\t')
    print('ok' if not twice else 'not ok', 'no IV twice', f'{twice} times',
          sep='\t')
    print('ok' if not other_half else 'not ok', 'all from the pool',
          f'{other_half} are not', sep='\t')


def wait(sock):
    """Until there is a block."""
    import select  # pylint: disable=import-outside-toplevel
    return bool(select.select([sock], [], [], 60)[0])


if __name__ == '__main__':
    main()
