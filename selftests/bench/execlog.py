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


def packets_of(log, symbols):
    """Addresses in the order of execution, one list for each packet."""
    # Called once for each packet
    first = symbols.address("pktgen_xmit")
    seen, packet = False, []
    with open(log, encoding="ascii", errors="replace") as file:
        for line in file:
            match = _TRACED.match(line)
            if not match:
                continue
            address = int(match[1], 16)
            if address == first:
                if seen:
                    yield packet
                seen, packet = True, []
            packet.append(address)


def read(log, symbols):
    """How often each address was executed, and in how many packets."""
    total, packets = collections.Counter(), 0
    for packet in packets_of(log, symbols):
        total.update(packet)
        packets += 1
    if not packets:
        sys.exit(f"bench: no packet was seen in {log}")
    return total, packets


class Call:
    """A function, called from one place in the tree of calls."""

    def __init__(self, function):
        self.function = function
        self.count = self.own = 0
        self.callees = {}

    @property
    def cost(self):
        """Instructions, those of what it calls included."""
        return self.own + sum(callee.cost for callee in self.callees.values())


def tree(log, symbols):
    """Who calls whom, and in how many packets. A function begins at its first
    address and has returned when one of its callers goes on; what is jumped to
    counts as called.
    """
    root, packets = Call(None), 0
    for packet in packets_of(log, symbols):
        stack = [root]
        for address in packet:
            function = symbols.function(address)
            if address == function[0] or \
                    all(call.function != function for call in stack):
                call = stack[-1].callees.setdefault(function, Call(function))
                call.count += 1
                stack.append(call)
            else:
                while stack[-1].function != function:
                    stack.pop()
            stack[-1].own += 1
        packets += 1
    return root, packets
