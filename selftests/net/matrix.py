#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Cells of a matrix: algorithm x protocol x mode x families.

All cells exist at the same time, each with addresses, SAs, policies and a
marker of its own; matrix.bash says in which order these are called:

  matrix.py config DIR PEER FILTER   write the cells that match the regular
                                     expression FILTER, and their configuration
  matrix.py ping DIR SUFFIX          echo requests from both ends
  matrix.py tcp DIR SUFFIX           a connection with data both ways
  matrix.py judge DIR PCAP           compare the counters with the wire

PEER is "ours" or "xfrm". What is wrong with a cell goes to DIR/problems, one
line each that begins with the number of the cell.
"""
import ctypes
import hashlib
import json
import os
import re
import secrets
import socket
import struct
import sys
import threading
import time

HMACS = {
    "hmac-sha1-96": (20, "hmac(sha1)", 96),
    "hmac-sha2-256-128": (32, "hmac(sha256)", 128),
    "hmac-sha2-384-192": (48, "hmac(sha384)", 192),
    "hmac-sha2-512-256": (64, "hmac(sha512)", 256),
}
AEADS = {
    "aes-gcm-16": ((16, 24, 32), "rfc4106(gcm(aes))"),
    "chacha20-poly1305": ((32,), "rfc7539esp(chacha20,poly1305)"),
}
CIPHERS = {
    "aes-cbc": ((16, 24, 32), "cbc(aes)"),
    "null": ((0,), "ecb(cipher_null)"),
}
SALT_LEN = 4

# (mode, inner family, outer family)
SHAPES = [("transport", 4, 4), ("transport", 6, 6), ("tunnel", 4, 4),
          ("tunnel", 6, 6), ("tunnel", 4, 6), ("tunnel", 6, 4)]
GATEWAYS = {4: ("192.0.2.1", "198.51.100.1"),
            6: ("2001:db8:a::1", "2001:db8:b::1")}
# IPv6 behind a tunnel fits into each SA, so that the number of its fragments
# can be said beforehand; IPv4 comes without DF, and is cut behind IPsec.
MTU = {4: 1500, 6: 1360}
# Seconds, which only what fails waits for, and how many cells may do so.
TIMEOUT = 20
MAX_FAILURES = 4
TCP_BYTES = 60000
PORT = 5000


class Cell:
    """One cell; its numbers follow from its index."""

    def __init__(self, index, proto, shape, enc, enc_len, auth):
        self.index, self.proto, self.enc_len = index, proto, enc_len
        self.enc, self.auth = enc, auth
        self.mode, self.inner, self.outer = shape
        self.spi_out = 0x10000 + 2 * index
        self.spi_in = self.spi_out + 1
        self.marker = b"CELL%04d" % index
        self.left, self.right = self.addresses()
        gateways = GATEWAYS[self.outer]
        self.tunnel = self.mode == "tunnel"
        self.outer_left, self.outer_right = \
            gateways if self.tunnel else (self.left, self.right)

    def addresses(self):
        host = self.index + 10
        if self.mode == "tunnel" and self.inner == 4:
            return f"10.1.0.{host}", f"10.2.0.{host}"
        if self.mode == "tunnel":
            return f"2001:db8:1::{host:x}", f"2001:db8:2::{host:x}"
        if self.inner == 4:
            return f"192.0.2.{host}", f"198.51.100.{host}"
        return f"2001:db8:a::1:{host:x}", f"2001:db8:b::1:{host:x}"

    def namespaces(self):
        return ("h1", "h2") if self.tunnel else ("g1", "g2")

    def is_secret(self):
        return self.proto == "esp" and self.enc != "null"

    def name(self):
        algs = []
        if self.enc:
            bits = f" {8 * self.enc_len}" if self.enc_len else ""
            algs.append(self.enc + bits)
        if self.auth:
            algs.append(self.auth)
        inside = "" if self.inner == self.outer else f"{self.inner} in "
        return f"{self.proto} {self.mode} IPv{inside}{self.outer} " + \
            " with ".join(algs)

    def packets_of(self, size):
        """Packets behind which one echo message arrives at the gateway."""
        room = MTU[self.inner] - (20 if self.inner == 4 else 40)
        if not self.tunnel or size + 8 <= room:
            return 1
        if self.inner == 6:
            room = (room - 8) & ~7
        return -(-(size + 8) // room)

    def sizes(self):
        """All alignments, the step of the MTU, fragments."""
        some = list(range(18)) + [31, 32, 33, 63, 64, 65]
        some += range(1300 + self.index % 16, 1480, 16)
        some += [1472, 1473, 2000 + self.index, 2952, 2953, 8972, 9000]
        return some


def all_cells():
    algs = [("esp", enc, length, None)
            for enc, (lengths, _) in AEADS.items() for length in lengths]
    algs += [("esp", enc, length, auth)
             for enc, (lengths, _) in CIPHERS.items() for length in lengths
             for auth in HMACS]
    algs += [("ah", None, 0, auth) for auth in HMACS]
    cells = [(proto, shape, enc, length, auth)
             for proto, enc, length, auth in algs for shape in SHAPES]
    return [Cell(index, *cell) for index, cell in enumerate(cells)]


def cells_of(directory):
    with open(f"{directory}/cells", encoding="ascii") as file:
        indices = {int(line.split()[0]) for line in file}
    return [cell for cell in all_cells() if cell.index in indices]


def problem(directory, cell, what):
    with open(f"{directory}/problems", "a", encoding="utf-8") as file:
        file.write(f"{cell.index} {what}\n")
    print(f"# cell {cell.index}: {what}", flush=True)


# ---- configuration

def write(path, lines):
    with open(path, "w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in lines))


def new_keys(cell):
    """Two directions of (encryption key with salt, integrity key)."""
    enc_len = cell.enc_len + (SALT_LEN if cell.enc in AEADS else 0)
    auth_len = HMACS[cell.auth][0] if cell.auth else 0
    return [(secrets.token_hex(enc_len), secrets.token_hex(auth_len))
            for _ in range(2)]


def our_sa(cell, direction, spi, src, dst, keys):
    line = f"sa add {direction} {cell.proto} spi {spi} src {src} dst {dst}"
    line += f" mode {cell.mode} reqid {cell.index + 1}"
    if cell.enc:
        line += f" enc {cell.enc}"
    if keys[0]:
        line += f" enc-key {keys[0]}"
    if cell.auth:
        line += f" auth {cell.auth} auth-key {keys[1]}"
    return line


def our_config(cell, keys, left, right, outer_left, outer_right, spis):
    yield our_sa(cell, "out", spis[0], outer_left, outer_right, keys[0])
    yield our_sa(cell, "in", spis[1], outer_right, outer_left, keys[1])
    line = f"policy add both local {left} remote {right} protect {cell.proto}"
    line += f" {cell.mode}"
    if cell.tunnel:
        line += f" src {outer_left} dst {outer_right}"
    yield f"{line} reqid {cell.index + 1}"


def xfrm_algs(cell, keys):
    if cell.enc in AEADS:
        return f"aead {AEADS[cell.enc][1]} 0x{keys[0]} 128"
    _, crypto, bits = HMACS[cell.auth]
    algs = f"auth-trunc {crypto} 0x{keys[1]} {bits}"
    if cell.enc:
        key = f"0x{keys[0]}" if keys[0] else '""'
        algs += f" enc {CIPHERS[cell.enc][1]} {key}"
    return algs


def xfrm_state(cell, spi, src, dst, keys, selector, is_out):
    line = f"xfrm state add src {src} dst {dst} proto {cell.proto} spi {spi}"
    line += f" reqid {cell.index + 1} mode {cell.mode}"
    # RFC 4302 pads AH to 4 bytes in IPv4 and so do we; that we take packets
    # padded to 8 as well is tried in tunnels.
    if cell.proto == "ah" and cell.outer == 4 and \
            not (is_out and cell.tunnel):
        line += " flag align4"
    if cell.inner != cell.outer:
        line += " flag af-unspec"
    line += f" {xfrm_algs(cell, keys)}"
    if cell.inner != cell.outer:
        line += f" sel src {selector[0]} dst {selector[1]}"
    return line


def xfrm_config(cell, keys):
    there, back = (cell.right, cell.left), (cell.left, cell.right)
    yield xfrm_state(cell, cell.spi_out, cell.outer_left, cell.outer_right,
                     keys[0], back, False)
    yield xfrm_state(cell, cell.spi_in, cell.outer_right, cell.outer_left,
                     keys[1], there, True)
    tmpl = f"proto {cell.proto} reqid {cell.index + 1} mode {cell.mode}"
    for direction, (src, dst) in (("out", there), ("in", back),
                                  ("fwd", back)):
        ends = (cell.outer_right, cell.outer_left) if direction == "out" \
            else (cell.outer_left, cell.outer_right)
        ends = f"src {ends[0]} dst {ends[1]} " if cell.tunnel else ""
        yield f"xfrm policy add src {src} dst {dst} dir {direction} " \
            f"tmpl {ends}{tmpl}"


def address_lines(cells, side):
    for cell in cells:
        dev = "lan" if cell.tunnel else "wan"
        address = cell.right if side else cell.left
        plen, flag = ("24", "") if cell.inner == 4 else ("64", " nodad")
        yield cell.namespaces()[side], \
            f"addr add {address}/{plen} dev {dev}{flag}"


def config(directory, peer, pattern):
    cells = [c for c in all_cells() if re.search(pattern, c.name())]
    lines = {name: [] for name in ("g1.conf", "g2.conf", "g2.xfrm", "h1.ip",
                                   "h2.ip", "g1.ip", "g2.ip")}
    os.umask(0o077)
    for cell in cells:
        keys = new_keys(cell)
        lines["g1.conf"] += our_config(
            cell, keys, cell.left, cell.right, cell.outer_left,
            cell.outer_right, (cell.spi_out, cell.spi_in))
        if peer == "ours":
            lines["g2.conf"] += our_config(
                cell, keys[::-1], cell.right, cell.left, cell.outer_right,
                cell.outer_left, (cell.spi_in, cell.spi_out))
        else:
            lines["g2.xfrm"] += xfrm_config(cell, keys)
    for side in (0, 1):
        for namespace, line in address_lines(cells, side):
            lines[f"{namespace}.ip"].append(line)
    for name, text in lines.items():
        write(f"{directory}/{name}", text)
    write(f"{directory}/cells", [f"{c.index} {c.name()}" for c in cells])
    write(f"{directory}/problems", [])


# ---- traffic

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


def enter(namespace):
    with open(f"/run/netns/{namespace}", "rb") as file:
        if LIBC.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")


def payload(cell, size):
    return (cell.marker * (size // len(cell.marker) + 1))[:size]


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Pinger:
    """One end of a cell, which sends echo requests to the other."""

    def __init__(self, cell, src, dst):
        self.cell, self.dst = cell, dst
        if cell.inner == 4:
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_RAW,
                                      socket.IPPROTO_ICMP)
            # ICMP_FILTER: echo replies alone
            self.sock.setsockopt(255, 1, struct.pack("I", ~1 & 0xffffffff))
            # IP_MTU_DISCOVER: without DF
            self.sock.setsockopt(socket.IPPROTO_IP, 10, 0)
        else:
            self.sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW,
                                      socket.IPPROTO_ICMPV6)
            # ICMPV6_FILTER: type 129 alone
            block = [0xffffffff] * 8
            block[129 >> 5] &= ~(1 << (129 & 31))
            self.sock.setsockopt(socket.IPPROTO_ICMPV6, 1,
                                 struct.pack("8I", *block))
        self.sock.bind((src, 0))
        self.sock.settimeout(TIMEOUT)

    def ping(self, seq, size):
        """None, or what went wrong."""
        data = payload(self.cell, size)
        is_v4 = self.cell.inner == 4
        head = struct.pack("!BBHHH", 8 if is_v4 else 128, 0, 0,
                           self.cell.index, seq)
        if is_v4:
            head = head[:2] + struct.pack("!H", checksum(head + data)) + \
                head[4:]
        try:
            self.sock.sendto(head + data, (self.dst, 0))
            while True:
                reply = self.sock.recv(65536)
                if is_v4:
                    reply = reply[(reply[0] & 15) * 4:]
                if reply[4:8] == head[4:8]:
                    break
        except OSError as error:
            return str(error) or "no answer"
        return None if reply[8:] == data else "another payload came back"


def for_each_cell(directory, function):
    """Call a function that returns what is wrong with a cell, or None."""
    failures = 0
    for cell in cells_of(directory):
        if failures == MAX_FAILURES:
            what = "not tried, too many others have failed"
        else:
            what = function(cell)
            failures += what is not None
        if what:
            problem(directory, cell, what)


def ping_cell(cell, suffix):
    ends = []
    for namespace, src, dst in zip(cell.namespaces(), (cell.left, cell.right),
                                   (cell.right, cell.left)):
        enter(namespace + suffix)
        ends.append(Pinger(cell, src, dst))
    what = None
    for seq, size in enumerate(cell.sizes()):
        what = ends[seq % 2].ping(seq, size)
        if what:
            side = ("left", "right")[seq % 2]
            what = f"ping of {size} bytes from the {side}: {what}"
            break
    for end in ends:
        end.sock.close()
    return what


def ping(directory, suffix):
    for_each_cell(directory, lambda cell: ping_cell(cell, suffix))


def receive(sock, digest, left):
    while left:
        data = sock.recv(min(left, 65536))
        if not data:
            raise OSError("the connection ended")
        digest.update(data)
        left -= len(data)


def transfer(src, dst, data):
    sender = threading.Thread(target=src.sendall, args=(data,), daemon=True)
    digest = hashlib.sha256()
    sender.start()
    receive(dst, digest, len(data))
    sender.join()
    if digest.digest() != hashlib.sha256(data).digest():
        raise OSError("the hash is another one")


def connection(cell, suffix):
    family = socket.AF_INET if cell.inner == 4 else socket.AF_INET6
    sides = list(zip(cell.namespaces(), (cell.left, cell.right)))
    if cell.index % 2:
        sides.reverse()
    enter(sides[1][0] + suffix)
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.settimeout(TIMEOUT)
        listener.bind((sides[1][1], PORT))
        listener.listen(1)
        enter(sides[0][0] + suffix)
        with socket.socket(family, socket.SOCK_STREAM) as client:
            client.settimeout(TIMEOUT)
            client.bind((sides[0][1], 0))
            client.connect((sides[1][1], PORT))
            server, _ = listener.accept()
            with server:
                server.settimeout(TIMEOUT)
                data = payload(cell, TCP_BYTES)
                transfer(client, server, data)
                transfer(server, client, data[::-1])
                finish(client, server)


def finish(client, server):
    """Until all is acknowledged: nothing is on its way any more."""
    client.shutdown(socket.SHUT_WR)
    if server.recv(1):
        raise OSError("more data than was sent")
    server.shutdown(socket.SHUT_WR)
    if client.recv(1):
        raise OSError("more data than was sent")


def tcp_cell(cell, suffix):
    try:
        connection(cell, suffix)
    except OSError as error:
        return f"TCP: {error}"
    return None


def tcp(directory, suffix):
    for_each_cell(directory, lambda cell: tcp_cell(cell, suffix))


# ---- judgement

MARKER = re.compile(rb"CELL(\d{4})")


def frames(path):
    with open(path, "rb") as file:
        file.read(24)
        while True:
            head = file.read(16)
            if len(head) < 16:
                return
            length, = struct.unpack("8xI4x", head)
            yield file.read(length)


def upper(frame):
    """Protocol behind the IP header and its bytes; None for other frames and
    for fragments but the first."""
    ethertype, = struct.unpack_from("!H", frame, 12)
    if ethertype == 0x0800:
        if struct.unpack_from("!H", frame, 20)[0] & 0x1fff:
            return None, b""
        return frame[23], frame[14 + (frame[14] & 15) * 4:]
    if ethertype != 0x86dd:
        return None, b""
    if frame[20] != 44:
        return frame[20], frame[54:]
    if struct.unpack_from("!H", frame, 56)[0] & ~7:
        return None, b""
    return frame[54], frame[62:]


def read_wire(path):
    """Packets by (protocol, SPI), and cells whose marker can be read."""
    packets, visible = {}, set()
    for frame in frames(path):
        for index in MARKER.findall(frame):
            visible.add(int(index))
        proto, rest = upper(frame)
        if proto == 50:
            key = "esp", struct.unpack_from("!I", rest)[0]
        elif proto == 51:
            key = "ah", struct.unpack_from("!I", rest, 4)[0]
        else:
            continue
        packets[key] = packets.get(key, 0) + 1
    return packets, visible


def read_counters(path):
    """Packets by SPI, from ipsecctl or from ip."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".json"):
        return {sa["spi"]: (sa["packets"], sa["drops"], sa["driver"])
                for sa in json.loads(text)["sas"]}
    states = re.findall(r"spi 0x[0-9a-f]+\((\d+)\).*?lifetime current:"
                        r"\s+\d+\(bytes\), (\d+)\(packets\)", text, re.S)
    return {int(spi): (int(packets), {}, "") for spi, packets in states}


def judge_counters(directory, cell, name, counters, want):
    for spi, number in zip((cell.spi_out, cell.spi_in), want):
        packets, drops, _ = counters.get(spi, (None, {}, ""))
        if packets != number:
            problem(directory, cell, f"{name}: SA {spi:#x} has counted "
                    f"{packets} packets, not {number}")
        if drops:
            problem(directory, cell, f"{name}: SA {spi:#x}: drops {drops}")


def judge_driver(directory, cell, name, counters, driver):
    for spi in (cell.spi_out, cell.spi_in):
        _, _, have = counters.get(spi, (None, {}, ""))
        if driver not in have:
            problem(directory, cell,
                    f"{name}: SA {spi:#x} is done by '{have}'")


def judge_wire(directory, cell, visible):
    if cell.is_secret() and cell.index in visible:
        problem(directory, cell, "its marker is on the wire")
    if not cell.is_secret() and cell.index not in visible:
        problem(directory, cell, "its marker is not on the wire")


def judge(directory, pcap, driver=""):
    packets, visible = read_wire(pcap)
    counters = {name: read_counters(f"{directory}/{name}")
                for name in sorted(os.listdir(directory))
                if name.startswith(("ping.", "tcp."))}
    for cell in cells_of(directory):
        pings = sum(cell.packets_of(size) for size in cell.sizes())
        wire = [packets.pop((cell.proto, spi), 0)
                for spi in (cell.spi_out, cell.spi_in)]
        for name, counter in counters.items():
            want = (pings, pings) if name.startswith("ping.") else wire
            judge_counters(directory, cell, name, counter, want)
            if driver and name.endswith(".json"):
                judge_driver(directory, cell, name, counter, driver)
        if min(wire) <= pings:
            problem(directory, cell, f"{wire} packets on the wire, of which "
                    f"{pings} each way are pings")
        judge_wire(directory, cell, visible)
    for proto, spi in packets:
        raise SystemExit(f"unknown on the wire: {proto} with SPI {spi:#x}")


def main():
    started = time.monotonic()
    command = {"config": config, "ping": ping, "tcp": tcp, "judge": judge}
    command[sys.argv[1]](*sys.argv[2:])
    print(f"# {sys.argv[1]}: {time.monotonic() - started:.1f} s")


main()
