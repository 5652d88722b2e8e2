#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""tcp.py take ADDRESS | give FROM TO BYTES: one stream of TCP.

"give" prints how many instructions it took, on a machine where nothing else
runs, until the other end had everything, idle time not counted, and how much
of the time was idle.
"""
import socket
import sys

from gateways import Busy

PORT, PIECE = 5001, 1 << 16


def take(address):
    """Reads until the end of each connection, and says so with one byte."""
    with socket.create_server((address, PORT),
                              family=socket.AF_INET6 if ":" in address
                              else socket.AF_INET) as server:
        print("ready", flush=True)
        buffer = bytearray(PIECE)
        while True:
            peer, _ = server.accept()
            while peer.recv_into(buffer):
                pass
            peer.send(b"!")
            peer.close()


def give(source, target, size):
    """Instructions, and nanoseconds in which there was nothing to do."""
    peer = socket.create_connection((target, PORT), source_address=(source, 0))
    piece = bytes(PIECE)
    with Busy() as busy:
        for _ in range(size // PIECE):
            peer.sendall(piece)
        peer.shutdown(socket.SHUT_WR)
        peer.recv(1)
    peer.close()
    return busy.cost, busy.idle


if __name__ == "__main__":
    if sys.argv[1] == "take":
        take(sys.argv[2])
    print(*give(sys.argv[2], sys.argv[3], int(sys.argv[4])))
