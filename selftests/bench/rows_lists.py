# SPDX-License-Identifier: GPL-2.0
"""Rows of many SAs and many policies. The column is how many there are.

WHOSE-sas: one tunnel between other SAs, each with a key of its own; "pair" is
the pair's cost. WHOSE-tunnels: so many tunnels to hosts, each with a policy and
an SA of its own, and every packet to a host by chance.

WHOSE-policies-KIND: policies of one direction, all of one tunnel; "hit" is
a flow that the policy in the middle matches, "miss" packets of many flows.
hosts: one pair of addresses each. prefixes: disjoint networks. nested: chains of
twelve networks in each other, the smallest of which counts. ports: one pair of networks
and a port each.

All of them: "insert" is what the kernel does to add one, "memory" the bytes that
one takes.
"""
import ipaddress
import os

import gateways
import kernel_time
import ours
import pktgen
import row
import xfrm
from algs import ALGS, gcm_of
from gateways import ALONE, INSIDE, PAIR, V4, batch

FRAME = 64
COUNTS = [int(n) for n in os.environ.get("BENCH_COUNTS", "1 100 1000 10000").split()]
LONG = [100000]
# Hosts behind g2 that no other row uses
REMOTE = int(ipaddress.ip_address("10.128.0.0"))
NETWORK = "10.128.0.0/9"
CHAIN, CHAIN_SIZE = 12, 2048
LAST_PORT = 60000
# What fewer cost is not told apart from what the tool asks before
INSERT_FROM, MEMORY_FROM = 100, 10000
# Packets that cost more than so many instructions are fewer
DEAR, FEW = 50000, 50


def _address(number):
    return str(ipaddress.ip_address(REMOTE + number))


class List(row.Row):
    """What all of them have in common."""

    columns = COUNTS

    def __init__(self, whose, what, ends, out):
        super().__init__(f"{whose}-{what}", out, V4, ("generator-v4", "plain-v4"))
        self.is_ours = whose == "ours"
        self.minus = "generator-v4"
        self.ends = ends[V4]
        self.way = ends
        self.extra = ()

    def set_up(self):
        gateways.way(self.way)
        batch("g1", [f"route replace {NETWORK} via {self.ends[1]}"])
        batch("g2", [f"route replace {NETWORK} via 203.0.113.2"])

    def tear_down(self):
        for name in ("g1", "g2"):
            batch(name, [f"route del {NETWORK}"])

    def tell(self, namespace, lines):
        """A list of statements of the tool."""
        if self.is_ours:
            ours.load(namespace, ["limits max-sas 2000000 max-policies 2000000",
                                  *lines])
        else:
            batch(namespace, lines)

    def off(self):
        """Nothing is left."""
        (ours if self.is_ours else xfrm).off()

    def send(self, size, count):
        return pktgen.generate(FRAME, count, extra=self.extra)

    def insert(self, namespace, lines, number):
        """Tells what so many cost, in instructions and in bytes."""
        used = gateways.used_memory()
        with kernel_time.Requests() as requests:
            self.tell(namespace, lines)
        if number >= INSERT_FROM:
            row.emit(f"{self.name}-insert", number, [requests.cost / number],
                     "instructions each")
        if number >= MEMORY_FROM:
            row.emit(f"{self.name}-memory", number,
                     [(gateways.used_memory() - used) / number], "bytes each")

    def rounds(self, what, number):
        """One line of the table."""
        packets = FEW if self.send(number, FEW) > DEAR else row.PACKETS
        self.send(number, min(row.WARM_UP, packets))
        row.emit(f"{self.name}-{what}", number,
                 [self.checked(number, packets) for _ in range(row.ROUNDS)],
                 minus=self.minus, minus_column=FRAME)

    def measure(self):
        for number in self.columns:
            try:
                self.prepare(number)
                self.measure_one(number)
            finally:
                self.off()

    def prepare(self, number):
        """What has to be there for one column."""

    def measure_one(self, number):
        """One column."""


class Sas(List):
    """One tunnel, and SAs that have nothing to do with it."""

    def __init__(self, whose):
        super().__init__(whose, "sas", PAIR, ("g2", "out0"))

    def others(self, direction, number):
        """SAs of the same two hosts."""
        make = ours.sa if self.is_ours else xfrm.state
        ways = (direction,) if self.is_ours else ()
        # The window of both, and little memory
        more = {"more": "replay-window 32"} if ways == ("in",) else {}
        return [make(gcm_of(i), *ways, self.ends, spi=0x10000 + i, reqid=1000 + i,
                     **more)
                for i in range(1, number)]

    def prepare(self, number):
        if self.is_ours:
            self.tell("g1", [])
        # The order of their SPIs says nothing about that of the lists
        if number > 1:
            self.insert("g1", self.others("out", number), number)
            self.tell("g2", self.others("in", number))
        (ours if self.is_ours else xfrm).on(ALGS["gcm"], V4, self.ends)

    def measure_one(self, number):
        self.rounds("pair", number)


class Tunnels(List):
    """So many tunnels, and packets through all of them."""

    columns = COUNTS

    def __init__(self, whose):
        super().__init__(whose, "tunnels", PAIR, ("g2", "out0"))

    def lines(self, direction, number):
        """One SA and one policy each."""
        here, lines = INSIDE[V4][0], []
        for i in range(number):
            alg, ids = gcm_of(i), {"reqid": 1 + i}
            there = f"{_address(i)}/32"
            if self.is_ours:
                sides = (here, there) if direction == "out" else (there, here)
                lines += [ours.sa(alg, direction, self.ends, spi=0x10000 + i, **ids),
                          ours.policy(alg, f"local {sides[0]} remote {sides[1]}",
                                      self.ends, more=direction, **ids)]
            else:
                ways = ("out",) if direction == "out" else ("in", "fwd")
                lines += [xfrm.state(alg, self.ends, spi=0x10000 + i, **ids)]
                lines += [xfrm.policy(alg, way, (here, there), self.ends, **ids)
                          for way in ways]
        return lines

    def prepare(self, number):
        self.tell("g1", self.lines("out", number))
        self.tell("g2", self.lines("in", number))
        self.extra = (f"dst_min {_address(0)}", f"dst_max {_address(number)}",
                      "flag IPDST_RND")

    def measure_one(self, number):
        self.rounds("pair", number)


class Policies(List):
    """Policies of one kind, of which packets match one."""

    def __init__(self, whose, kind):
        super().__init__(whose, f"policies-{kind}", ALONE, ("g1", "out0"))
        self.kind = kind
        # On ports xfrm looks at all others when one is added: it would take an hour
        if kind == "ports" and not self.is_ours:
            few = [number for number in self.columns if number < 10000]
            self.columns = [10000] if self.is_long else few

    def choose(self, what, number):
        """Packets that hit the policy in the middle, or any."""
        middle = number // 2
        step = {"hosts": 1, "prefixes": 64, "nested": CHAIN_SIZE, "ports": 0}[self.kind]
        if self.kind == "nested":
            middle, number = middle // CHAIN, -(-number // CHAIN)
        ports = (1 + middle % LAST_PORT,) * 2
        if self.kind == "ports" and what == "miss":
            ports = (1, 1 + min(number, LAST_PORT))
        first, last = (middle * step,) * 2 if what == "hit" else (0, number * step)
        flags = {"hit": (), "miss": ("flag IPDST_RND", "flag UDPDST_RND")}[what]
        self.extra = (f"dst_min {_address(first)}", f"dst_max {_address(last)}",
                      f"udp_dst_min {ports[0]}", f"udp_dst_max {ports[1]}", *flags)

    def selector(self, i):
        """Source, destination, port or None, and priority of one policy."""
        if self.kind == "hosts":
            return "10.1.0.2/32", f"{_address(i)}/32", None, 1
        if self.kind == "prefixes":
            return "10.1.0.0/24", f"{_address(64 * i)}/26", None, 1
        if self.kind == "nested":
            chain, depth = divmod(i, CHAIN)
            # From the largest on: one alone is one for all of them
            return ("10.1.0.0/24", f"{_address(CHAIN_SIZE * chain)}/{21 + depth}",
                    None, CHAIN - depth)
        return "10.1.0.0/24", "10.128.0.0/16", 1 + i % LAST_PORT, 1 + i // LAST_PORT

    def line(self, i):
        """One policy."""
        here, there, port, priority = self.selector(i)
        if self.is_ours:
            ports = f" proto udp remote-port {port}" if port else ""
            return ours.policy(ALGS["gcm"], f"priority {priority} local {here} "
                               f"remote {there}{ports}", self.ends, more="out")
        ports = f"proto udp dport {port} " if port else ""
        return xfrm.policy(ALGS["gcm"], "out", (here, there), self.ends,
                           more=f"{ports}priority {priority}")

    def prepare(self, number):
        alg = ALGS["gcm"]
        self.tell("g1", [ours.sa(alg, "out", self.ends) if self.is_ours else
                         xfrm.state(alg, self.ends)])
        self.insert("g1", [self.line(i) for i in range(number)], number)
        self.choose("hit", number)

    def measure_one(self, number):
        for what in ("hit", "miss"):
            self.choose(what, number)
            self.rounds(what, number)


class LongSas(Sas):
    """More of them."""

    columns, is_long = LONG, True


class LongPolicies(Policies):
    """More of them."""

    columns, is_long = LONG, True


def rows(whose):
    """All lists of one implementation."""
    yield Sas(whose)
    yield LongSas(whose)
    yield Tunnels(whose)
    for kind in ("hosts", "prefixes", "nested", "ports"):
        yield Policies(whose, kind)
        if kind != "nested":
            yield LongPolicies(whose, kind)
