# SPDX-License-Identifier: GPL-2.0
"""What qemu wrote with "log exec,nochain" while it executed one instruction at a
time: addresses, of the packets between the first and the last that the
generator gave away, interrupts included.
"""
import bisect
import collections
import re
import sys

# Trace 0: 0x7f... [cs base/program counter/flags/cflags]
_TRACED = re.compile(r"^Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")


class Symbols:
    """/proc/kallsyms of the guest."""

    def __init__(self, path):
        self.symbols = []
        with open(path, encoding="ascii") as file:
            for line in file:
                address, kind, name, *module = line.split()
                if kind in "tTwW":
                    self.symbols.append((int(address, 16), name,
                                         module[0].strip("[]") if module else ""))
        self.symbols.sort()
        self._starts = [symbol[0] for symbol in self.symbols]
        self._known = {}

    def function(self, address):
        """Address, name and module of the function that an address is in."""
        if address not in self._known:
            i = bisect.bisect_right(self._starts, address) - 1
            self._known[address] = self.symbols[i] if i >= 0 else (0, "?", "")
        return self._known[address]

    def address(self, name):
        """Where a function of that name is."""
        return next(start for start, each, _ in self.symbols if each == name)


def read(log, symbols):
    """How often each address was executed, and in how many packets."""
    # Called once for each packet
    first = symbols.address("pktgen_xmit")
    counts, total, packets = collections.Counter(), collections.Counter(), 0
    with open(log, encoding="ascii", errors="replace") as file:
        for line in file:
            match = _TRACED.match(line)
            if not match:
                continue
            address = int(match[1], 16)
            if address == first:
                if packets:
                    total.update(counts)
                packets += 1
                counts.clear()
            counts[address] += 1
    if packets < 2:
        sys.exit(f"bench: no packet of {row} was seen")
    return total, packets - 1
