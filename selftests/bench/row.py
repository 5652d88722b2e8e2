# SPDX-License-Identifier: GPL-2.0
"""What all rows of the benchmark have in common."""
import json
import os
import sys

import gateways
import pktgen
from gateways import V4

ROUNDS = int(os.environ.get("BENCH_ROUNDS", 5))
PACKETS = int(os.environ.get("BENCH_PACKETS", 1000))
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "64 512 1400").split()]
WARM_UP = 300


class Wrong(Exception):
    """Something other came out than went in: the row means nothing."""


def emit(row, column, values, unit="instructions/packet", digits=1, **more):
    """One measurement of each round, for report.py.

    The column is a frame's size, or what else is different in the same row.
    """
    print(json.dumps({"row": row, "column": column, "unit": unit,
                      "values": [round(value, digits) for value in values], **more}),
          flush=True)


class Row:
    """One row: packets of pktgen in, as many out of a device, and their cost.

    needs are names of rows that it is compared with; minus is the one that is
    subtracted from it, which is what generates its packets.
    """

    needs = ()
    minus = None
    sizes = SIZES
    is_long = False

    def __init__(self, name, out=("g1", "out0"), family=V4, needs=()):
        self.name = name
        self.out = out
        self.family = family
        if needs:
            self.needs = needs

    def set_up(self):
        """What has to be there for this row alone."""

    def prepare(self, column):
        """What one column needs more."""

    def tear_down(self):
        """The opposite."""

    def send(self, size, count):
        """Instructions per packet."""
        return pktgen.generate(size, count, self.family)

    def checked(self, size, count):
        """The same; every packet must come out."""
        before = gateways.sent_by(*self.out)
        cost = self.send(size, count)
        came = gateways.sent_by(*self.out) - before
        if came != count:
            raise Wrong(f"{self.name} {size}: {came} of {count} packets came out")
        return cost

    def measure(self):
        """All sizes, all rounds."""
        for size in self.sizes:
            self.send(size, WARM_UP)
            emit(self.name, size,
                 [self.checked(size, PACKETS) for _ in range(ROUNDS)],
                 minus=self.minus)

    def run(self):
        """The whole row. One that goes wrong does not keep others from running."""
        try:
            self.set_up()
            try:
                self.measure()
            finally:
                self.tear_down()
        except (Wrong, OSError, LookupError, gateways.subprocess.CalledProcessError) \
                as error:
            print(f"bench: {self.name}: {error}", file=sys.stderr, flush=True)
            return False
        return True
