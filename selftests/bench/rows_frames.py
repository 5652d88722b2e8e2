# SPDX-License-Identifier: GPL-2.0
"""Rows of ESP packets that an attacker or a network sends, to g2.

They are made by the tunnel itself, kept, and sent on w0 of g1 by a packet
socket, changed or in another order. What sending them costs is told by frames of
a protocol that g2 does not know.

WHOSE-frames-CASE: "good" is forwarded. Refused are "replay", "icv": the last byte
is another one, "spi": there is no such SA, and "policy": authentic, but of a
network that no policy lets through. WHOSE-reorder: packets of 8192 that were
lost when each may be late by as many packets as the column says.
"""
import random
import socket
import struct

import gateways
import ours
import pktgen
import row
import xfrm
from algs import ALGS
from gateways import INSIDE, PAIR, V4, batch

FRAME = 64
ETHERNET, IPV4, PROTOCOL = 14, 20, 23
ETH_P_ALL, ETH_P_EXPERIMENT = 3, 0x88b5
SO_RCVBUFFORCE = 33
ESP = 50
MANY = 8192
FIRST = 100
DEPTHS = [32, 256, 1000, 4096]


class Frames(row.Row):
    """What all of them have in common."""

    columns = [FRAME]

    def __init__(self, whose, what):
        super().__init__(f"{whose}-{what}", ("g2", "out0"))
        self.is_ours = whose == "ours"
        self.how = ours if self.is_ours else xfrm
        self.frames = []
        self.socket = None

    def on(self):
        """The tunnel, from the beginning of its sequence numbers."""
        self.how.off()
        self.how.on(ALGS["gcm"], V4, PAIR[V4])

    def set_up(self):
        gateways.way(PAIR)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                    socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
        self.socket.bind(("w0", ETH_P_ALL))
        self.socket.settimeout(5)
        self.on()
        pktgen.generate(FRAME, MANY)
        while len(self.frames) < MANY:
            frame = self.socket.recv(2048)
            if frame[PROTOCOL] == ESP:
                self.frames.append(frame)
        self.socket.close()
        # One that sends alone, and is given nothing
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.bind(("w0", 0))

    def tear_down(self):
        self.socket.close()
        self.how.off()

    def give(self, frames):
        """Instructions per frame, and how many were forwarded."""
        send = self.socket.send
        before = gateways.sent_by(*self.out)
        with gateways.Busy() as busy:
            for frame in frames:
                send(frame)
        return busy.cost / len(frames), gateways.sent_by(*self.out) - before


class Attack(Frames):
    """Packets that must not come through, and those that must."""

    def __init__(self, whose):
        super().__init__(whose, "frames")

    def other_network(self):
        """g2 has the SA, and policies about something else."""
        alg, ends, inside = ALGS["gcm"], PAIR[V4], ("10.9.0.0/16", INSIDE[V4][1])
        self.how.off()
        if self.is_ours:
            ours.load("g2", [ours.sa(alg, "in", ends), ours.policy(
                alg, f"local {inside[1]} remote {inside[0]}", ends[::-1])])
        else:
            batch("g2", [xfrm.state(alg, ends)] + [
                xfrm.policy(alg, way, inside, ends) for way in ("in", "fwd")])

    def case(self, what, frames, expected, prepare):
        """One kind of packets, in all rounds."""
        costs = []
        for _ in range(row.ROUNDS):
            prepare()
            _, first = self.give(frames[:FIRST])
            cost, came = self.give(frames[FIRST:])
            if first + came != expected:
                raise row.Wrong(f"{self.name}-{what}: {first + came} of "
                                f"{len(frames)} came through, not {expected}")
            costs.append(cost)
        row.emit(f"{self.name}-{what}", FRAME, costs,
                 minus=f"{self.name}-send" if what != "send" else None)

    def measure(self):
        frames = self.frames[:FIRST + row.PACKETS]
        number = len(frames)
        at = ETHERNET + IPV4
        # Nobody takes it: the cost of sending
        self.case("send", [frame[:12] + struct.pack("!H", ETH_P_EXPERIMENT) +
                           frame[14:] for frame in frames], 0, lambda: None)
        self.case("good", frames, number, self.on)
        self.on()
        self.give(frames)
        self.case("replay", frames, 0, lambda: None)
        self.on()
        self.case("icv", [frame[:-1] + bytes([frame[-1] ^ 1]) for frame in frames], 0,
                  lambda: None)
        self.case("spi", [frame[:at] + b"\0\0\x77\x77" + frame[at + 4:]
                          for frame in frames], 0, lambda: None)
        self.case("policy", frames, 0, self.other_network)


class Reorder(Frames):
    """Packets late by chance; the window is that of the default, 8192, which loses
    none; xfrm's is 32.
    """

    columns = DEPTHS

    def __init__(self, whose):
        super().__init__(whose, "reorder")

    def measure(self):
        chance = random.Random(1)
        for depth in DEPTHS:
            self.on()
            order = sorted(range(MANY), key=lambda i: i + chance.uniform(0, depth))
            _, came = self.give([self.frames[i] for i in order])
            row.emit(self.name, depth, [MANY - came], f"lost of {MANY}")


def rows(whose):
    """Both."""
    yield Attack(whose)
    yield Reorder(whose)
