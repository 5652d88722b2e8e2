# SPDX-License-Identifier: GPL-2.0
"""Rows of a gateway that encrypts while its configuration changes.

WHOSE-churn: "still" is without changes, "changes" with a new SA in place of the old one
after every 1000 packets, and a policy that comes and goes after every 10000.
The time of the tool is not counted.
"""
import gateways
import ours
import pktgen
import row
import xfrm
from algs import ALGS, gcm_of
from gateways import ALONE, V4, batch

FRAME = 64
BETWEEN, REKEYS = 1000, 10
OTHER = ("10.1.0.0/16", "10.9.0.0/16")


class Churn(row.Row):
    """Ten runs of a thousand packets each."""

    columns = [FRAME]

    def __init__(self, whose):
        super().__init__(f"{whose}-churn", needs=("generator-v4", "plain-v4"))
        self.is_ours = whose == "ours"
        self.spi = 0x1001

    def set_up(self):
        gateways.way(ALONE)
        (ours if self.is_ours else xfrm).on(ALGS["gcm"], V4, ALONE[V4])

    def tear_down(self):
        (ours if self.is_ours else xfrm).off()

    def rekey(self):
        """First the new SA, then the old one goes."""
        old, self.spi = self.spi, self.spi + 1
        alg, ends = gcm_of(self.spi), ALONE[V4]
        if self.is_ours:
            ours.load("g1", [ours.sa(alg, "out", ends, spi=self.spi)])
            gateways.run(ours.CTL, "sa", "del", "esp", "spi", str(old), "dst", ends[1])
        else:
            batch("g1", [xfrm.state(alg, ends, spi=self.spi),
                         f"xfrm state delete src {ends[0]} dst {ends[1]} proto esp "
                         f"spi {old:#x}"])

    def change_policy(self):
        """One about another network, there and away."""
        alg, ends = ALGS["gcm"], ALONE[V4]
        if self.is_ours:
            selector = ("local", OTHER[0], "remote", OTHER[1])
            ours.load("g1", [ours.policy(alg, " ".join(selector), ends, more="out")])
            gateways.run(ours.CTL, "policy", "del", "out", *selector)
        else:
            batch("g1", [xfrm.policy(alg, "out", OTHER, ends),
                         f"xfrm policy delete src {OTHER[0]} dst {OTHER[1]} dir out"])

    def ten(self, change):
        """The mean of ten runs, and what may happen in between."""
        before = gateways.sent_by(*self.out)
        cost = 0
        for i in range(REKEYS):
            if change:
                self.rekey()
            if change and i == REKEYS // 2:
                self.change_policy()
            cost += pktgen.generate(FRAME, BETWEEN)
        came = gateways.sent_by(*self.out) - before
        if came != REKEYS * BETWEEN:
            raise row.Wrong(f"{self.name}: {came} of {REKEYS * BETWEEN} came out")
        return cost / REKEYS

    def measure(self):
        pktgen.generate(FRAME, row.WARM_UP)
        for what, change in (("still", False), ("changes", True)):
            row.emit(f"{self.name}-{what}", FRAME,
                     [self.ten(change) for _ in range(min(row.ROUNDS, 3))],
                     minus="generator-v4")


def rows(whose):
    """There is one."""
    yield Churn(whose)
