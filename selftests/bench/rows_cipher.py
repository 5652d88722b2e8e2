# SPDX-License-Identifier: GPL-2.0
"""Rows of the algorithms alone, as cipher/bench_cipher.c measures them."""
import os

import gateways
import row
from algs import ALGS

ETHERNET = 14
_MEASURE = "/sys/module/bench_cipher/parameters/measure"
# Behind the outer header of IPv4: what ESP and AH have in front of the packet
ESP, AH, TRAILER = 8, 28, 2
OUTER = 20


class Cipher(row.Row):
    """Encryption and decryption of what a packet of IPv4 in a tunnel is."""

    def __init__(self, name, alg):
        super().__init__(f"cipher-{name}")
        self.alg = ALGS[alg]

    def lengths(self, size):
        """Bytes that are authenticated alone, and that are encrypted, too."""
        packet = size - ETHERNET
        if self.alg.proto == "ah":
            return OUTER + AH, packet
        padded = -(-(packet + TRAILER) // self.alg.align) * self.alg.align
        return ESP + self.alg.iv, padded

    def loop(self, size, count):
        """Instructions of one encryption, and of one decryption."""
        assoc, text = self.lengths(size)
        with open(_MEASURE, "w", encoding="ascii") as file:
            file.write(f"{self.alg.cipher} {self.alg.key} {assoc} {text} {count}")
        with open(_MEASURE, encoding="ascii") as file:
            one, both = map(int, file.read().split())
        return one / count, (both - one) / count

    def measure(self):
        for size in self.sizes:
            self.loop(size, row.WARM_UP)
            costs = [self.loop(size, row.PACKETS) for _ in range(row.ROUNDS)]
            row.emit(self.name, size, [cost[0] for cost in costs])
            row.emit(self.name.replace("cipher", "decipher"), size,
                     [cost[1] for cost in costs])

    def set_up(self):
        if not os.path.exists(_MEASURE):
            gateways.run("insmod", os.environ["BENCH_CIPHER"])


def rows():
    """All algorithms that have one name in the crypto API."""
    for name, alg in ALGS.items():
        if alg.cipher:
            yield Cipher(name, name)
