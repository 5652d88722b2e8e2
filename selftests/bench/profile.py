#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""profile.py LOG KALLSYMS ROW: instructions per packet and function, of one row."""
import collections
import sys

import execlog


def main():
    log, kallsyms, row = sys.argv[1:4]
    symbols = execlog.Symbols(kallsyms)
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
        _, name, module = function
        print(f"{count / packets:8.1f} {calls[function] / packets:6.2f}  "
              f"{name}{' [' + module + ']' if module else ''}")


main()
