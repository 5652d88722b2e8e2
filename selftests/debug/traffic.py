#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Traffic that does not care what becomes of it.

traffic.py ROUNDS MARK ADDRESS...   datagrams of all lengths up to 3 packets to
port 5000 and the beginnings of TCP connections to port 6000 of each; lengths
go round, and each datagram is full of MARK
"""

import socket
import sys
import threading


def connect(address):
    """A connection that brings up to 60000 bytes, and may fail."""
    try:
        with socket.create_connection((address, 6000), 2) as sock:
            sock.sendall(bytes(60000))
    except OSError:
        pass


def main():
    """Prints how many datagrams were sent, and how many were refused."""
    rounds, mark, addresses = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    data = mark.encode() * (4000 // len(mark))
    socks = []
    for address in addresses:
        sock = socket.socket(socket.AF_INET6 if ':' in address else
                             socket.AF_INET, socket.SOCK_DGRAM)
        sock.connect((address, 5000))
        sock.setblocking(False)
        socks.append(sock)
    threads = [threading.Thread(target=connect, args=(a,)) for a in addresses]
    for thread in threads:
        thread.start()
    refused = 0
    for i in range(rounds):
        for sock in socks:
            try:
                sock.send(data[:len(mark) + i * 37 % 3800])
            except OSError:
                refused += 1
    for thread in threads:
        thread.join()
    print(rounds * len(socks), refused)


if __name__ == '__main__':
    main()
