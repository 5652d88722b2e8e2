#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every cell of a matrix: cells.py says what there is and configures it.

The cells of a batch exist at the same time, each with addresses, SAs, policies
and a marker of its own; matrix.bash says in which order these are called:

  matrix.py choose DIR PEER HOW FILTER...
                                     the cells that match these regular
                                     expressions, in batches below DIR, with
                                     their configuration
  matrix.py ping BATCH SUFFIX        echo requests from both ends
  matrix.py tcp BATCH SUFFIX         a connection with data both ways
  matrix.py judge BATCH PCAP         compare the counters with the wire
  matrix.py again BATCH PCAP SUFFIX PEER
                                     send some packets of each SA once more
  matrix.py refused BATCH            compare the counters with that

PEER is "ours" or "xfrm", HOW is "all" or, for a sample, "some"; "plain" is all
cells of one protocol without extended sequence numbers and UDP. What is wrong
with a cell goes to BATCH/problems, one line each that begins with the number of
the cell.
"""
import ctypes
import hashlib
import json
import os
import pickle
import re
import socket
import struct
import sys
import threading
import time

import cells

# Seconds, which only what fails waits for, and how many cells may do so.
TIMEOUT = 20
MAX_FAILURES = 4
PORT = 5000


def write(path, lines):
    with open(path, "w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in lines))


def cells_of(batch):
    with open(f"{batch}/cells.pickle", "rb") as file:
        return pickle.load(file)


def problem(batch, cell, what):
    with open(f"{batch}/problems", "a", encoding="utf-8") as file:
        file.write(f"{cell.index} {what}\n")
    print(f"# cell {cell.index}: {what}", flush=True)


# ---- what there is to do

def is_chosen(cell, peer, how_many):
    if how_many == "some":
        return cells.is_its_turn(cell, peer)
    return how_many == "all" or cell.is_plain


def write_batch(batch, peer, chosen):
    lines = {"g1.conf": [], "g2.conf": [], "g2.xfrm": []}
    for index, cell in enumerate(chosen):
        cell.place(index)
        keys = [(layer.new_keys(), layer.new_keys()) for layer in cell.layers]
        lines["g1.conf"] += cells.our_config(cell, keys, 0)
        if peer == "ours":
            lines["g2.conf"] += cells.our_config(cell, keys, 1)
        else:
            lines["g2.xfrm"] += cells.xfrm_config(cell, keys)
    os.mkdir(batch)
    for name, text in lines.items():
        write(f"{batch}/{name}", text)
    write(f"{batch}/cells", [f"{c.index} {c.name()}" for c in chosen])
    write(f"{batch}/problems", [])
    with open(f"{batch}/cells.pickle", "wb") as file:
        pickle.dump(chosen, file)


def choose(directory, peer, how_many, *patterns):
    os.umask(0o077)
    wanted = [cell for cell in cells.all_cells()
              if is_chosen(cell, peer, how_many) and
              all(re.search(one, cell.name()) for one in patterns)]
    reasons = {cell.name(): cell.impossible(peer) for cell in wanted}
    possible = [cell for cell in wanted if not reasons[cell.name()]]
    for start in range(0, len(possible), cells.BATCH):
        write_batch(f"{directory}/batch{start:05}", peer,
                    possible[start:start + cells.BATCH])
    write(f"{directory}/impossible", [f"{name}: {reason}" for name, reason in
                                      reasons.items() if reason])
    lines = {name: [] for name in ("h1", "h2", "g1", "g2")}
    for namespace, line in cells.address_lines(min(len(possible), cells.BATCH)):
        lines[namespace].append(line)
    for name, text in lines.items():
        write(f"{directory}/{name}.ip", text)


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


def for_each_cell(batch, function):
    """Call a function that returns what is wrong with a cell, or None."""
    failures = 0
    for cell in cells_of(batch):
        if failures == MAX_FAILURES:
            what = "not tried, too many others have failed"
        else:
            what = function(cell)
            failures += what is not None
        if what:
            problem(batch, cell, what)


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


def ping(batch, suffix):
    for_each_cell(batch, lambda cell: ping_cell(cell, suffix))


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
                data = payload(cell, cell.tcp_bytes())
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


def tcp(batch, suffix):
    for_each_cell(batch, lambda cell: tcp_cell(cell, suffix))


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
    """Protocol behind the IP header and its bytes, without the UDP header of
    ESP; None for other frames and for fragments but the first."""
    ethertype, = struct.unpack_from("!H", frame, 12)
    if ethertype == 0x0800:
        if struct.unpack_from("!H", frame, 20)[0] & 0x1fff:
            return None, b""
        proto, rest = frame[23], frame[14 + (frame[14] & 15) * 4:]
    elif ethertype != 0x86dd:
        return None, b""
    elif frame[20] != 44:
        proto, rest = frame[20], frame[54:]
    elif struct.unpack_from("!H", frame, 56)[0] & ~7:
        return None, b""
    else:
        proto, rest = frame[54], frame[62:]
    if proto == 17 and set(struct.unpack_from("!HH", rest)) == set(cells.PORTS):
        return 50, rest[8:]
    return proto, rest


def headers(frame):
    """(protocol, SPI) of AH and ESP from the outside to the inside."""
    proto, rest = upper(frame)
    if proto == 51:
        yield "ah", struct.unpack_from("!I", rest, 4)[0]
        proto, rest = rest[0], rest[4 * (rest[1] + 2):]
    if proto == 50:
        yield "esp", struct.unpack_from("!I", rest)[0]


def read_wire(path):
    """Packets by (protocol, SPI), and cells whose marker can be read."""
    packets, visible = {}, set()
    for frame in frames(path):
        for index in MARKER.findall(frame):
            visible.add(int(index))
        for key in headers(frame):
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


def judge_sa(batch, cell, name, spi, counter, want):
    """want: packets and, if not empty, a part of the driver's name."""
    packets, drops, driver = counter.get(spi, (None, {}, ""))
    if packets != want[0]:
        problem(batch, cell, f"{name}: SA {spi:#x} has counted {packets} "
                f"packets, not {want[0]}")
    if drops:
        problem(batch, cell, f"{name}: SA {spi:#x}: drops {drops}")
    if want[1] not in driver and name.endswith(".json"):
        problem(batch, cell, f"{name}: SA {spi:#x} is done by '{driver}'")


def judge_esn(batch, cell, path):
    """The upper half of every number is 1 now."""
    with open(path, encoding="utf-8") as file:
        high = {sa["spi"]: sa["seq"] >> 32 for sa in json.load(file)["sas"]}
    for spi in (spi for layer in cell.layers for spi in cell.spis(layer)):
        if high.get(spi) != 1:
            problem(batch, cell, f"{path}: SA {spi:#x}: the upper half is "
                    f"{high.get(spi)}")


def judge_wire(batch, cell, visible):
    if cell.is_secret() and cell.index in visible:
        problem(batch, cell, "its marker is on the wire")
    if not cell.is_secret() and cell.index not in visible:
        problem(batch, cell, "its marker is not on the wire")


def judge_cell(batch, cell, counters, packets, driver):
    pings = sum(cell.packets_of(size) for size in cell.sizes())
    for layer in cell.layers:
        spis = cell.spis(layer)
        wire = [packets.pop((layer.proto, spi), 0) for spi in spis]
        if min(wire) <= pings:
            problem(batch, cell, f"{layer.proto}: {wire} packets on the wire, "
                    f"of which {pings} each way are pings")
        for name, counter in counters.items():
            want = (pings, pings) if name.startswith("ping.") else wire
            for spi, number in zip(spis, want):
                judge_sa(batch, cell, name, spi, counter, (number, driver))


def judge(batch, pcap, driver=""):
    packets, visible = read_wire(pcap)
    counters = {name: read_counters(f"{batch}/{name}")
                for name in sorted(os.listdir(batch))
                if name.startswith(("ping.", "tcp."))}
    ours = [name for name in counters
            if name.startswith("tcp.") and name.endswith(".json")]
    for cell in cells_of(batch):
        judge_cell(batch, cell, counters, packets, driver)
        judge_wire(batch, cell, visible)
        for name in ours if cell.is_esn else []:
            judge_esn(batch, cell, f"{batch}/{name}")
    for proto, spi in packets:
        raise SystemExit(f"unknown on the wire: {proto} with SPI {spi:#x}")


# ---- the same packets once more

# Of each SA
AGAIN = 8
GATEWAY_MAC = {"g1": b"\x02\0\0\0\x0a\x01", "g2": b"\x02\0\0\0\x0b\x01"}


def is_whole(frame):
    if frame[12:14] == b"\x08\0":
        return not struct.unpack_from("!H", frame, 20)[0] & 0x3fff
    return frame[20] != 44


def again(batch, pcap, suffix, peer):
    enter("w" + suffix)
    sockets = {}
    for gateway, device in (("g1", "left"), ("g2", "right")):
        sockets[gateway] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        sockets[gateway].bind((device, 0))
    sent = {}
    for frame in frames(pcap):
        gateway = "g1" if frame[:6] == GATEWAY_MAC["g1"] else "g2"
        _, spi = next(headers(frame), (None, None))
        if spi is None or not is_whole(frame) or \
                (gateway == "g2" and peer == "xfrm"):
            continue
        if sent.get((gateway, spi), 0) < AGAIN:
            sockets[gateway].send(GATEWAY_MAC[gateway] + frame[6:])
            sent[gateway, spi] = sent.get((gateway, spi), 0) + 1
    write(f"{batch}/again",
          [f"{gateway} {spi} {n}" for (gateway, spi), n in sent.items()])
    print(f"# {sum(sent.values())} packets of {len(sent)} SAs again")


def refused(batch):
    """Every packet that came again was too late for the window."""
    sent, wrong = {}, []
    with open(f"{batch}/again", encoding="ascii") as file:
        for line in file:
            gateway, spi, number = line.split()
            sent[gateway, int(spi)] = int(number)
    gateways = {gateway for gateway, _ in sent}
    for gateway in sorted(gateways):
        before = read_counters(f"{batch}/before.{gateway}.json")
        after = read_counters(f"{batch}/again.{gateway}.json")
        for spi, (packets, drops, _) in after.items():
            number = sum(drop["count"] for drop in drops
                         if drop["reason"] in ("replay", "replay-old"))
            others = [drop for drop in drops
                      if drop["reason"] not in ("replay", "replay-old")]
            if number != sent.get((gateway, spi), 0) or others or \
                    packets != before[spi][0]:
                wrong.append(f"{gateway}: SA {spi:#x}: {sent.get((gateway, spi))}"
                             f" again, drops {drops}")
    if wrong or not sent:
        sys.exit("\n".join(wrong[:20]) or "none was sent again")


def main():
    started = time.monotonic()
    command = {"choose": choose, "ping": ping, "tcp": tcp, "judge": judge,
               "again": again, "refused": refused}
    command[sys.argv[1]](*sys.argv[2:])
    print(f"# {sys.argv[1]}: {time.monotonic() - started:.1f} s")


main()
