# SPDX-License-Identifier: GPL-2.0
"""Rows of one stream of TCP, whose segments are cut late: instructions per byte.

WHOSE-tcp-ends: the gateways themselves talk, from an address behind one to an
address behind the other. WHOSE-tcp-hosts: two hosts behind them.

  [h1] lan0 --- lan0 [g1] w0 --- w0 [g2] lan0 --- lan0 [h2]
"""
import os
import pathlib
import subprocess
import sys

import gateways
import ours
import row
import xfrm
from algs import ALGS
from gateways import PAIR, V4, batch

BYTES = int(os.environ.get("BENCH_TCP_BYTES", 8 << 20))
_TCP = str(pathlib.Path(__file__).resolve().parent / "tcp.py")
_HOSTS = {"h1": ("g1", "10.1.200"), "h2": ("g2", "10.2.200")}


def make_hosts():
    """h1 and h2, once."""
    for host, (gateway, net) in _HOSTS.items():
        gateways.run("ip", "netns", "add", host)
        batch(gateway, [
            f"link add lan0 type veth peer name lan0 netns {host}",
            f"addr add {net}.1/24 dev lan0", "link set lan0 up"])
        batch(host, [
            "link set lo up", f"addr add {net}.2/24 dev lan0",
            "link set lan0 up", f"route add default via {net}.1"])


class Tcp(row.Row):
    """From the side of g1 to the side of g2."""

    columns = [BYTES]

    def __init__(self, whose, are_hosts):
        super().__init__(f"{whose}-tcp-{'hosts' if are_hosts else 'ends'}")
        self.whose = whose
        self.places = ("h1", "h2") if are_hosts else ("g1", "g2")
        self.ends = ("10.1.200.2", "10.2.200.2") if are_hosts else \
            ("10.1.200.1", "10.2.200.1")
        self.taker = None

    def set_up(self):
        gateways.way(PAIR)
        if not os.path.exists("/sys/class/net/lan0"):
            make_hosts()
        batch("g1", ["route replace 10.2.0.0/16 via 192.0.2.2 src 10.1.200.1"])
        batch("g2", ["route replace 10.1.0.0/16 via 192.0.2.1 src 10.2.200.1"])
        if self.whose == "offload":
            xfrm.offload(True)
        if self.whose in ("xfrm", "offload"):
            xfrm.on(ALGS["gcm"], V4, PAIR[V4], both=True)
        elif self.whose == "ours":
            ours.on(ALGS["gcm"], V4, PAIR[V4], both=True)
        self.taker = subprocess.Popen(
            ["ip", "netns", "exec", self.places[1], sys.executable, _TCP, "take",
             self.ends[1]], stdout=subprocess.PIPE, text=True)
        self.taker.stdout.readline()

    def tear_down(self):
        self.taker.kill()
        self.taker.wait()
        if self.whose in ("xfrm", "offload"):
            xfrm.off()
        elif self.whose == "ours":
            ours.off()
        if self.whose == "offload":
            xfrm.offload(False)

    def measure(self):
        def give():
            return gateways.on(self.places[0], sys.executable, _TCP, "give",
                               *self.ends, str(BYTES))
        give()
        costs, idle = [], 0
        for _ in range(row.ROUNDS):
            cost, waited = map(int, give().split())
            costs.append(cost / BYTES)
            idle += waited
        row.emit(self.name, BYTES, costs, "instructions/byte", digits=3,
                 idle=idle / row.ROUNDS)


def rows(*whose):
    """Ends and hosts."""
    for name in whose:
        yield Tcp(name, False)
        yield Tcp(name, True)
