# SPDX-License-Identifier: GPL-2.0
"""Rows of the packet path: the generator, forwarding, encryption, the pair.

Names are WHOSE-WHAT[-ALGORITHM][-FAMILY]. "encrypt" is the gateway that
encrypts, "pair" that and the one that decrypts, with a veth in between; what
decryption costs is the pair without encryption and without the hop. A family
is v4, v6, 4in6 or 6in4: IPv4 in IPv6 is 4in6.
"""
import time

import gateways
import ours
import pktgen
import row
import wireguard
import xfrm
from algs import ALGS
from gateways import ALONE, INSIDE, PAIR, V4, V6

# Name of the family: IP version inside and outside
FAMILIES = {"v4": (V4, V4), "v6": (V6, V6), "4in6": (V4, V6), "6in4": (V6, V4)}
# Packets that nobody else waits for: longer than any of them takes
APART = 400000


class Generator(row.Row):
    """pktgen alone: it gives to a dummy for transmission, which frees."""

    def __init__(self, name, family, extra=()):
        super().__init__(name, ("g1", "in0"), family)
        self.extra = extra

    def send(self, size, count):
        return pktgen.generate(size, count, self.family, "start_xmit", self.extra)


class Path(row.Row):
    """Without IPsec, and what all others have in common."""

    def __init__(self, name, inner, is_pair, needs):
        super().__init__(name, ("g2" if is_pair else "g1", "out0"), inner,
                         (f"generator-v{inner}",) + needs)
        self.minus = f"generator-v{inner}"
        self.ends = PAIR if is_pair else ALONE

    def set_up(self):
        gateways.way(self.ends)


class Protected(Path):
    """With IPsec, by one of its two implementations: a module with on, off."""

    def __init__(self, whose, what, alg, family):
        inner, outer = FAMILIES[family]
        plain = (f"plain-v{inner}",)
        if ALGS[alg].cipher:
            plain += (f"cipher-{alg}",)
        if what == "pair":
            plain += (f"plain-pair-v{inner}", f"{whose}-encrypt-{alg}-{family}")
        super().__init__(f"{whose}-{what}-{alg}-{family}", inner, what == "pair",
                         plain)
        self.how = ours if whose in ("ours", "shortcut") else xfrm
        self.is_offload = whose == "offload"
        self.is_shortcut = whose == "shortcut"
        self.alg = ALGS[alg]
        self.outer = outer

    def set_up(self):
        super().set_up()
        if self.is_offload:
            xfrm.offload(True)
        self.how.on(self.alg, self.family, self.ends[self.outer])
        if self.is_shortcut:
            ours.shortcut("on")

    def tear_down(self):
        self.how.off()
        if self.is_shortcut:
            ours.shortcut("off")
        if self.is_offload:
            xfrm.offload(False)


class Beside(Path):
    """Packets that are not protected, of a gateway that has a tunnel for others."""

    def __init__(self, whose):
        super().__init__(f"{whose}-beside-v4", V4, False, ("plain-v4",))
        self.is_ours = whose == "ours"

    def set_up(self):
        super().set_up()
        alg, ends = ALGS["gcm"], self.ends[V4]
        here, there = INSIDE[V4][0], "10.9.0.0/16"
        if self.is_ours:
            ours.load("g1", [ours.sa(alg, "out", ends), ours.policy(
                alg, f"local {here} remote {there}", ends)])
            return
        gateways.batch("g1", [
            xfrm.state(alg, ends), xfrm.policy(alg, "out", (here, there), ends),
            *[xfrm.policy(alg, way, (there, here), ends[::-1])
              for way in ("in", "fwd")]])

    def tear_down(self):
        (ours if self.is_ours else xfrm).off()


class Deferred(row.Row):
    """For what does its work later: counted is all that is not idle.

    Packets may be lost when they come faster than they are dealt with, so the
    cost is that of a packet that came out.
    """

    delay = 0

    def send(self, size, count):
        before = gateways.sent_by(*self.out)
        with gateways.Busy() as busy:
            self.generate(size, count)
            came = gateways.sent_by(*self.out)
            while True:
                time.sleep(0.05)
                now = gateways.sent_by(*self.out)
                if now == came:
                    break
                came = now
        self.came = came - before
        if not self.came:
            raise row.Wrong(f"{self.name} {size}: no packet came out")
        return busy.cost / self.came

    def generate(self, size, count):
        """delay is the time between packets in nanoseconds."""
        pktgen.generate(size, count, self.family, extra=(f"delay {self.delay}",))

    def measure(self):
        for size in self.sizes:
            self.send(size, row.WARM_UP)
            costs, came = [], 0
            for _ in range(row.ROUNDS):
                costs.append(self.send(size, row.PACKETS))
                came += self.came
            row.emit(self.name, size, costs, minus=self.minus,
                     lost=1 - came / row.ROUNDS / row.PACKETS)


class GeneratorApart(Deferred):
    """pktgen that sleeps between packets."""

    delay = APART

    def generate(self, size, count):
        pktgen.generate(size, count, self.family, "start_xmit",
                        (f"delay {self.delay}",))


class WireGuard(Deferred):
    """The pair, with packets one by one, or as many as pktgen can make."""

    def __init__(self, inner, is_apart):
        kind = "apart" if is_apart else "full"
        self.minus = f"generator{'-apart' if is_apart else ''}-v{inner}"
        super().__init__(f"wireguard-{kind}-v{inner}", ("g2", "out0"), inner,
                         (self.minus, f"plain-pair-v{inner}"))
        self.delay = APART if is_apart else 0

    def set_up(self):
        gateways.way(PAIR)
        wireguard.on(self.family, self.family)

    def tear_down(self):
        wireguard.off()


class Loaded(Path):
    """Plain forwarding while the module is there and has nothing to do."""

    def __init__(self, inner):
        super().__init__(f"loaded-v{inner}", inner, False, (f"plain-v{inner}",))


class Emptied(Path):
    """The same after it had something to do, and has nothing any more."""

    def __init__(self):
        super().__init__("loaded-emptied-v4", V4, False, ("plain-v4",))

    def set_up(self):
        super().set_up()
        ours.on(ALGS["gcm"], V4, self.ends[V4])
        ours.off()
        # The hooks that decide go five seconds later
        time.sleep(8)


def protected(whose):
    """All that one implementation does."""
    for alg, words in ALGS.items():
        if whose == "offload" and words.proto == "ah" or \
                whose in ("ours", "shortcut") and not words.ours:
            continue
        for family in FAMILIES:
            if family not in ("v4", "v6") and alg != "gcm":
                continue
            for what in ("encrypt", "pair"):
                yield Protected(whose, what, alg, family)


def before():
    """Rows without our module."""
    for version in (V4, V6):
        yield Generator(f"generator-v{version}", version)
        yield GeneratorApart(f"generator-apart-v{version}", ("g1", "in0"), version)
        yield Path(f"plain-v{version}", version, False, ())
        yield Path(f"plain-pair-v{version}", version, True, (f"plain-v{version}",))
    yield Beside("xfrm")
    yield from protected("xfrm")
    yield from protected("offload")
    for version in (V4, V6):
        yield WireGuard(version, True)
        yield WireGuard(version, False)


def after():
    """Rows with it."""
    for version in (V4, V6):
        yield Loaded(version)
    yield Beside("ours")
    yield Emptied()
    yield from protected("ours")
    yield from protected("shortcut")
