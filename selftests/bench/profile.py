#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""profile.py [-t] LOG KALLSYMS ROW: instructions per packet and function, of one
row; -t: as a tree of calls, those that a function calls included.
"""
import collections
import sys

import execlog


def named(function):
    """Its name, and that of its module."""
    _, name, module = function
    return f"{name} [{module}]" if module else name


def show_tree(call, packets, depth=0):
    """What costs at least 20 instructions."""
    for callee in sorted(call.callees.values(), key=lambda each: -each.cost):
        if callee.cost / packets < 20:
            break
        print(f"{callee.cost / packets:8.1f} {callee.own / packets:8.1f} "
              f"{callee.count / packets:6.2f}  {'  ' * depth}"
              f"{named(callee.function)}")
        show_tree(callee, packets, depth + 1)


def main():
    is_tree = sys.argv[1] == "-t"
    log, kallsyms, row = sys.argv[1 + is_tree:]
    symbols = execlog.Symbols(kallsyms)
    if is_tree:
        print(f"{'all':>8} {'own':>8} {'calls':>6}  function")
        show_tree(*execlog.tree(log, symbols))
        return
    executed, packets = execlog.read(log, symbols)
    costs, calls = collections.Counter(), collections.Counter()
    for address, count in executed.items():
        function = symbols.function(address)
        costs[function] += count
        if address == function[0]:
            calls[function] += count
    print(f"{row}: {sum(costs.values()) / packets:.0f} instructions per packet, "
          f"{packets} packets")
    print(f"{'insns':>8} {'calls':>6}  function")
    for function, count in costs.most_common():
        if count / packets < 1:
            break
        print(f"{count / packets:8.1f} {calls[function] / packets:6.2f}  "
              f"{named(function)}")


main()
