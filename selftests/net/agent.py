#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Traffic of a host: agent.py

Runs every line of standard input as a Python statement and answers each with
"ok" or what went wrong, as inject.py does, but without scapy: what a
program of the host would send, from sockets that stay open between statements.
"""

import errno
import hashlib
import os
import select
import socket
import struct
import sys
import threading
import time

IP_MTU_DISCOVER, IP_RECVERR, IP_MTU = 10, 11, 14
IPV6_MTU_DISCOVER, IPV6_MTU, IPV6_RECVERR = 23, 24, 25
PMTUDISC_DONT, PMTUDISC_DO, PMTUDISC_PROBE = 0, 2, 3
UDP_SEGMENT = 103
UDP_ENCAP, UDP_ENCAP_ESPINUDP = 100, 2
IP_XFRM_POLICY, IPV6_XFRM_POLICY = 17, 35
NETLINK_NETFILTER = 12
# Long enough for a busy emulated machine; only what fails waits for it.
PATIENCE = 15


def udp(remote=None, port=5000, local=None, lport=0, dev=None, pmtu=None):
    """A UDP socket, connected if there is a remote address."""
    is_v6 = ':' in (remote or local or '')
    sock = socket.socket(socket.AF_INET6 if is_v6 else socket.AF_INET,
                         socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    if dev:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                        dev.encode())
    if pmtu is not None:
        if is_v6:
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, pmtu)
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
        else:
            sock.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, pmtu)
            sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    if local or lport:
        sock.bind((local or ('::' if is_v6 else '0.0.0.0'), lport))
    if remote:
        sock.connect((remote, port))
    return sock


def serve_udp(local, port=5000, dev=None):
    """Answers each datagram with its length, whatever that is."""
    def run(sock):
        while True:
            data, peer = sock.recvfrom(65536)
            sock.sendto(b'%d' % len(data), peer)

    threading.Thread(target=run, args=(udp(local=local, lport=port, dev=dev),),
                     daemon=True).start()


def encap(local, port=4500, option=True):
    """What an IKE daemon has: a socket that the kernel takes ESP out of."""
    sock = udp(local=local, lport=port)
    if option:
        sock.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP)
    return sock


def exempt(sock):
    """The same socket, past the policies of the kernel's own IPsec: struct
    xfrm_userpolicy_info, ALLOW in both directions."""
    for direction in 0, 1:
        policy = bytearray(168)
        struct.pack_into('=H', policy, 40, sock.family)
        policy[160] = direction
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_XFRM_POLICY, policy)
        else:
            sock.setsockopt(socket.IPPROTO_IP, IP_XFRM_POLICY, policy)
    return sock


def is_busy(local, port):
    """Whether somebody else has bound the port."""
    try:
        udp(local=local, lport=port).close()
    except OSError as error:
        return error.errno == errno.EADDRINUSE
    return False


def heard(sock, patience=PATIENCE):
    """The next datagram as it is, None if there is none."""
    if not select.select([sock], [], [], patience)[0]:
        return None
    return sock.recv(65536)


def answer(sock, patience=PATIENCE):
    """The next answer, or the ICMP error as "icmp TYPE CODE INFO"."""
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        for _, event in poller.poll(1000 * max(0, deadline -
                                               time.monotonic())):
            if event & select.POLLERR:
                _, anc, _, _ = sock.recvmsg(1, 512, socket.MSG_ERRQUEUE)
                error = struct.unpack_from('=IBBBBI', anc[0][2])
                return f'icmp {error[2]} {error[3]} {error[5]}'
            try:
                return sock.recv(65536).decode()
            except OSError:
                continue
    return 'nothing'


def exchange(sock, count, size=100, patience=PATIENCE):
    """How many of these datagrams, one after the other, were answered."""
    answered = 0
    for _ in range(count):
        try:
            sock.send(bytes(size))
        except PermissionError:
            continue
        if answer(sock, patience) == str(size):
            answered += 1
        else:
            patience = min(patience, 0.5)
    return answered


def push(sock, count, size=10):
    """Sends so many datagrams, whether policy lets them pass or not, and
    whatever ICMP says of those before."""
    while count:
        try:
            sock.send(bytes(size))
        except ConnectionRefusedError:
            continue
        except PermissionError:
            pass
        count -= 1


def header_len(sock):
    """Length of the IP and the UDP header."""
    return 48 if sock.family == socket.AF_INET6 else 28


def probe(sock, length, patience=PATIENCE):
    """What becomes of a packet of this length, IP header included."""
    while select.select([sock], [], [], 0)[0]:
        answer(sock)
    data = bytes(length - header_len(sock))
    try:
        sock.send(data)
    except OSError as error:
        return f'error {error.errno} mtu {path_mtu(sock)}'
    got = answer(sock, patience)
    return 'arrived' if got == str(len(data)) else got


def path_mtu(sock):
    """What the kernel knows about the path of a connected socket now."""
    sock.connect(sock.getpeername()[:2])
    if sock.family == socket.AF_INET6:
        return sock.getsockopt(socket.IPPROTO_IPV6, IPV6_MTU)
    return sock.getsockopt(socket.IPPROTO_IP, IP_MTU)


def tcp(remote, port, local=None, dev=None):
    """A connected TCP socket."""
    family = socket.AF_INET6 if ':' in remote else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    if dev:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                        dev.encode())
    if local:
        sock.bind((local, 0))
    sock.settimeout(PATIENCE)
    sock.connect((remote, port))
    return sock


def serve_tcp(local, port=6000, dev=None):
    """Answers the end of each connection with the SHA-256 of what came."""
    def serve(conn):
        digest = hashlib.sha256()
        while True:
            data = conn.recv(1 << 16)
            if not data:
                break
            digest.update(data)
        conn.sendall(digest.hexdigest().encode())
        conn.close()

    def run(sock):
        while True:
            conn, _ = sock.accept()
            threading.Thread(target=serve, args=(conn,), daemon=True).start()

    family = socket.AF_INET6 if ':' in local else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if dev:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                        dev.encode())
    sock.bind((local, port))
    sock.listen(8)
    threading.Thread(target=run, args=(sock,), daemon=True).start()


def bulk(remote, size, port=6000, local=None, dev=None):
    """Send that many bytes by TCP; fails unless all arrive as they were."""
    data = hashlib.shake_128(b'%d' % time.monotonic_ns()).digest(size)
    sock = tcp(remote, port, local, dev)
    sock.sendall(data)
    sock.shutdown(socket.SHUT_WR)
    got = b''
    while len(got) < 64:
        part = sock.recv(64)
        if not part:
            break
        got += part
    sock.close()
    assert got.decode() == hashlib.sha256(data).hexdigest(), 'wrong hash'


class Queue:
    """NFQUEUE without a library: parks packets until accept()."""

    def __init__(self, number):
        self.number = number
        self.ids = []
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  NETLINK_NETFILTER)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        self.sock.bind((0, 0))
        # NFQA_CFG_CMD: bind; NFQA_CFG_PARAMS: copy the packet's start
        self.send(2, 1, struct.pack('!BBH', 1, 0, 0), ack=True)
        self.send(2, 2, struct.pack('!IB', 128, 2), ack=True)
        self.send(2, 3, struct.pack('!I', 4096), ack=True)

    def send(self, msg, attr, payload, ack=False):
        """One message of nfnetlink_queue with one attribute."""
        body = struct.pack('!BBH', 0, 0, self.number)
        body += struct.pack('=HH', 4 + len(payload), attr) + payload
        body += bytes(-len(body) % 4)
        self.sock.send(struct.pack('=IHHII', 16 + len(body), 3 << 8 | msg,
                                   1 | (4 if ack else 0), 1, 0) + body)
        if ack:
            error, = struct.unpack_from('=i', self.sock.recv(65536), 16)
            assert not error, f'nfqueue: error {error}'

    def park(self, count, patience=PATIENCE):
        """Wait until so many are parked; how many there are."""
        deadline = time.monotonic() + patience
        while len(self.ids) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.sock], [], [], left)[0]:
                break
            data = self.sock.recv(65536)
            while len(data) >= 16:
                length, kind = struct.unpack_from('=IH', data)
                if kind == 3 << 8:
                    # NFQA_PACKET_HDR is the first attribute
                    self.ids.append(struct.unpack_from('!I', data, 24)[0])
                data = data[(length + 3) & ~3:]
        return len(self.ids)

    def accept(self):
        """Let all that is parked go on."""
        for number in self.ids:
            self.send(1, 2, struct.pack('!II', 1, number))
        self.ids = []

    def close(self):
        """The kernel drops what is still parked."""
        self.sock.close()


def hold(cpu, sends=()):
    """Send (socket, count, data), then keep the threads of the kernel from
    running on this processor, until the next line comes. Answers twice."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    for sock, count, data in sends:
        for _ in range(count):
            sock.send(data)
    print('ok', flush=True)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([sys.stdin], [], [], 0)[0]:
            break
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    os.sched_setaffinity(0, every)


def expect(got, want):
    """Fails, and says what was there, unless the two are equal."""
    assert got == want, f'{got!r}, not {want!r}'


def main():
    names = globals()
    for line in sys.stdin:
        try:
            exec(line, names)  # pylint: disable=exec-used
            print('ok', flush=True)
        except Exception as error:  # pylint: disable=broad-except
            print(f'{type(error).__name__}: {error}', flush=True)


if __name__ == '__main__':
    main()
