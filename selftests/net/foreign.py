# SPDX-License-Identifier: GPL-2.0
"""Packets whose payload is in pages that belong to somebody else: to the page
cache (sendfile, splice), to a mapping of the sender (MSG_ZEROCOPY, the ring of a
packet socket), to a page pool (XDP); and what shares a packet.

For agent.py and wire.py: from foreign import *. What arrives is compared with
what was sent; the pages are compared with what they were, whatever the result.
"""

import ctypes
import hashlib
import mmap
import os
import select
import socket
import struct
import threading

SO_ZEROCOPY, MSG_ZEROCOPY = 60, 0x4000000
SOL_PACKET = 263
PAGE = 4096
TCP, UDP, ESP = 6, 17, 50
PATIENCE = 20


class Pages:
    """A file in memory, and a mapping of its pages."""

    def __init__(self, data):
        self.data = data
        self.file = os.memfd_create('foreign')
        os.write(self.file, self.data)
        self.map = mmap.mmap(self.file, len(data))
        self.uring = None

    def check(self):
        """Not one byte of the page cache has changed."""
        assert os.pread(self.file, len(self.data), 0) == self.data, \
            'the page cache has changed'
        assert self.map[:] == self.data, 'the mapping has changed'


class Ring:
    """A ring that a packet socket sends from: of each packet no more than the
    Ethernet header is copied, the rest of the packet is the page in the ring.
    """
    FRAME, COUNT = 4 * PAGE, 64
    PACKET_TX_RING, SEND_REQUEST, DATA = 13, 1, 32

    def __init__(self, dev):
        size = self.FRAME * self.COUNT
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.sock.setsockopt(SOL_PACKET, 10, 1)  # PACKET_VERSION: 2
        self.sock.setsockopt(SOL_PACKET, self.PACKET_TX_RING,
                             struct.pack('=4I', size, 1, self.FRAME,
                                         self.COUNT))
        self.map = mmap.mmap(self.sock.fileno(), size)
        self.sock.bind((dev, 0))
        self.first = 0

    def places(self, frames):
        """Where in the ring they are."""
        for number in range(len(frames)):
            yield (self.first + number) % self.COUNT * self.FRAME

    def send(self, frames):
        """COUNT of them at most."""
        for at, frame in zip(self.places(frames), frames):
            self.map[at + self.DATA:at + self.DATA + len(frame)] = frame
            struct.pack_into('=II', self.map, at, self.SEND_REQUEST,
                             len(frame))
        self.sock.send(b'')

    def check(self, frames):
        """That they have been sent, and are still what they were."""
        for at, frame in zip(self.places(frames), frames):
            status, = struct.unpack_from('=I', self.map, at)
            assert not status, f'a frame of the ring has status {status}'
            at += self.DATA
            assert self.map[at:at + len(frame)] == frame, \
                f'a page of the ring has changed, {len(frame)} bytes'
        self.first += len(frames)


class Xdp:
    """A program on a device of this namespace that passes everything: the
    packets are then in pages that the driver has made for it. As long as this
    object lives."""
    SYSCALL, XDP = 321, 6
    LOAD, RUN, ATTACH, XDP_LINK = 5, 10, 28, 37
    FRAGS, LIVE = 1 << 5, 1 << 1

    def __init__(self, dev):
        self.index = socket.if_nametoindex(dev)
        # r0 = XDP_PASS; exit
        code = ctypes.create_string_buffer(struct.pack(
            '=BBhiBBhi', 0xb7, 0, 0, 2, 0x95, 0, 0, 0))
        licence = ctypes.create_string_buffer(b'GPL')
        attr = struct.pack('=IIQQIIQII', self.XDP, 2, ctypes.addressof(code),
                           ctypes.addressof(licence), 0, 0, 0, 0, self.FRAGS)
        self.program = self.bpf(self.LOAD, attr)
        self.link = self.bpf(self.ATTACH, struct.pack(
            '=IIII', self.program, self.index, self.XDP_LINK, 0))

    def bpf(self, command, attr):
        """bpf(2)"""
        memory = ctypes.create_string_buffer(attr.ljust(128, b'\0'))
        done = ctypes.CDLL(None, use_errno=True).syscall(
            self.SYSCALL, command, memory, 128)
        if done < 0:
            raise OSError(ctypes.get_errno(), f'bpf, command {command}')
        return done

    def receive(self, frame, times=1):
        """A frame comes in by the device, in a page of a page pool."""
        data = ctypes.create_string_buffer(frame, len(frame))
        context = ctypes.create_string_buffer(struct.pack(
            '=6I', 0, len(frame), 0, self.index, 0, 0))
        self.bpf(self.RUN, struct.pack(
            '=IIIIQQIIIIQQIII', self.program, 0, len(frame), 0,
            ctypes.addressof(data), 0, times, 0, 24, 0,
            ctypes.addressof(context), 0, self.LIVE, 0, 0))

    def close(self):
        """The device is what it was."""
        os.close(self.link)
        os.close(self.program)


class Tap:
    """A packet socket; what it holds is not read before it is asked for."""

    def __init__(self, dev):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.sock.bind((dev, 3))

    def packets(self, proto):
        """The IPv4 packets with this protocol."""
        found = []
        while select.select([self.sock], [], [], 0)[0]:
            packet = self.sock.recv(65536)
            if packet[0] >> 4 == 4 and packet[9] == proto:
                found.append(packet)
        return found


def by_sendfile(sock, pages, start, size):
    """sendfile(2)"""
    while size:
        done = os.sendfile(sock.fileno(), pages.file, start, size)
        start, size = start + done, size - done


def by_splice(sock, pages, start, size):
    """splice(2)"""
    source, sink = os.pipe()
    while size:
        got = os.splice(pages.file, sink, size, offset_src=start)
        start, size = start + got, size - got
        while got:
            got -= os.splice(source, sock.fileno(), got)
    os.close(source)
    os.close(sink)


def by_zerocopy(sock, pages, start, size):
    """send(2) with MSG_ZEROCOPY"""
    sock.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
    view = memoryview(pages.map)[start:start + size]
    while view:
        view = view[sock.send(view, MSG_ZEROCOPY):]


class Uring:
    """io_uring by its system calls: one request at a time, IORING_OP_SEND_ZC
    from registered memory."""
    SETUP, ENTER, REGISTER = 425, 426, 427
    SEND_ZC, FIXED, NOTIF = 47, 1 << 2, 1 << 3

    def __init__(self, memory):
        self.libc = ctypes.CDLL(None, use_errno=True)
        params = ctypes.create_string_buffer(120)
        self.ring = self.call(self.SETUP, 4, params)
        words = struct.unpack('=30I', params.raw)
        self.queue = mmap.mmap(self.ring, words[16] + 4 * words[0])
        self.done = mmap.mmap(self.ring, words[25] + 16 * words[1],
                              offset=0x8000000)
        self.requests = mmap.mmap(self.ring, 64 * words[0], offset=0x10000000)
        self.tail, self.array = words[11], words[16]
        self.done_head, self.cqes = words[20], words[25]
        self.done_count = words[1]
        self.start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        area = struct.pack('=QQ', self.start, len(memory))
        self.call(self.REGISTER, self.ring, 0,
                  ctypes.create_string_buffer(area), 1)

    def call(self, number, *args):
        """A system call."""
        got = self.libc.syscall(number, *args)
        if got < 0:
            raise OSError(ctypes.get_errno(), f'system call {number}')
        return got

    def event(self):
        """The next result: number, flags."""
        self.call(self.ENTER, self.ring, 0, 1, 1, None, 0)
        head, = struct.unpack_from('=I', self.done, self.done_head)
        at = self.cqes + 16 * (head % self.done_count)
        struct.pack_into('=I', self.done, self.done_head, head + 1)
        return struct.unpack_from('=8xiI', self.done, at)

    def send(self, sock, start, size):
        """From this place in the memory; comes back when the pages are free
        again. How many bytes were sent."""
        struct.pack_into('=BBHiQQII', self.requests, 0, self.SEND_ZC, 0,
                         self.FIXED, sock.fileno(), 0, self.start + start, size,
                         0)
        tail, = struct.unpack_from('=I', self.queue, self.tail)
        struct.pack_into('=I', self.queue, self.array + 4 * (tail % 4), 0)
        struct.pack_into('=I', self.queue, self.tail, tail + 1)
        self.call(self.ENTER, self.ring, 1, 0, 0, None, 0)
        sent, _ = self.event()
        assert sent > 0, f'io_uring: error {-sent}'
        while not self.event()[1] & self.NOTIF:
            pass
        return sent


def by_uring(sock, pages, start, size):
    """io_uring"""
    if not pages.uring:
        pages.uring = Uring(pages.map)
    while size:
        done = pages.uring.send(sock, start, size)
        start, size = start + done, size - done


def has_uring():
    """Whether this kernel has it."""
    try:
        Uring(mmap.mmap(-1, PAGE))
    except OSError:
        return False
    return True


WAYS = (by_sendfile, by_splice, by_zerocopy)


def answer_udp(local, ports):
    """Answers each datagram with its hash."""
    socks = []
    for port in ports:
        sock = socket.socket(socket.AF_INET6 if ':' in local else
                             socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((local, port))
        socks.append(sock)

    def run():
        while True:
            for sock in select.select(socks, [], [])[0]:
                data, peer = sock.recvfrom(65536)
                sock.sendto(hashlib.sha256(data).digest(), peer)

    threading.Thread(target=run, daemon=True).start()


def edges(most, step):
    """Ranges that begin and end on both sides of where pages do."""
    for end in (PAGE, 2 * PAGE, 3 * PAGE):
        for more in range(-64, 65, step):
            for size in (16, 1000, most):
                yield max(0, end + more - size), min(size, end + more)


def udp_pages(remote, port, most, step=32, ways=WAYS):
    """Every way, every range: arrives as it was, and leaves the page alone."""
    pages = Pages(os.urandom(4 * PAGE))
    for way in ways:
        sock = socket.socket(socket.AF_INET6 if ':' in remote else
                             socket.AF_INET, socket.SOCK_DGRAM)
        sock.connect((remote, port))
        for start, size in edges(most, step):
            # One call is one datagram, but splice sends a page at a time
            if way in (by_sendfile, by_splice):
                size = min(size, PAGE - start % PAGE)
            way(sock, pages, start, size)
            assert select.select([sock], [], [], PATIENCE)[0], \
                f'{way.__doc__}: {start} {size}: no answer'
            want = hashlib.sha256(pages.data[start:start + size]).digest()
            assert sock.recv(99) == want, f'{way.__doc__}: {start} {size}'
            pages.check()
        sock.close()


class Train:
    """Datagrams of one length, from pages, by each way from a socket."""

    def __init__(self, remote, port, size=1000):
        self.pages = Pages(os.urandom(PAGE))
        self.sent = []
        for way in WAYS:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.settimeout(PATIENCE)
            sock.connect((remote, port))
            starts = range(0, PAGE - size, size)
            for start in starts:
                way(sock, self.pages, start, size)
            self.sent.append((sock, [
                hashlib.sha256(self.pages.data[start:start + size]).digest()
                for start in starts]))

    def arrive(self):
        """They are answered, and the pages are what they were."""
        for (sock, want), way in zip(self.sent, WAYS):
            got = [sock.recv(99) for _ in want]
            assert got == want, f'{way.__doc__}: wrong hash'
        self.pages.check()


def tcp_pages(remote, port, ways=WAYS):
    """1 to 64 KiB by every way, in segments as TCP likes to make them."""
    for way in ways:
        for size in (1, PAGE - 1, PAGE, PAGE + 1, 20000, 65536):
            pages = Pages(os.urandom(size + 100))
            sock = socket.create_connection((remote, port), PATIENCE)
            # With a time limit the descriptor would not block in splice
            sock.settimeout(None)
            way(sock, pages, 100, size)
            sock.shutdown(socket.SHUT_WR)
            got = b''
            while len(got) < 64:
                part = sock.recv(64)
                assert part, f'{way.__doc__}: {size}: no answer'
                got += part
            sock.close()
            want = hashlib.sha256(pages.data[100:]).hexdigest()
            assert got.decode() == want, f'{way.__doc__}: {size}: wrong hash'
            pages.check()
