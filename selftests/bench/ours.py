# SPDX-License-Identifier: GPL-2.0
"""ipsec.ko, configured by ipsecctl."""
import os
import pathlib
import tempfile

import gateways
from gateways import INSIDE

CTL = str(pathlib.Path(__file__).resolve().parents[2] / "tools/ipsecctl/ipsecctl")


def sa(alg, direction, ends, spi=0x1001, reqid=1, mode="tunnel", more=""):
    """One SA, from the local end to the remote one."""
    return (f"sa add {direction} {alg.proto} spi {spi:#x} src {ends[0]} "
            f"dst {ends[1]} mode {mode} reqid {reqid} {alg.ours} {more}")


def policy(alg, selectors, ends, reqid=1, more="both"):
    """One policy for each direction; ends are the local and the remote one."""
    return (f"policy add {more} {selectors} protect {alg.proto} tunnel "
            f"src {ends[0]} dst {ends[1]} reqid {reqid}")


def load(namespace, lines):
    """Statements of ipsec.conf(5), with keys in them."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        gateways.on(namespace, CTL, "load", file.name)


def on(alg, inner, ends, both=False):
    """A tunnel for IPv`inner` between two ends; from g1 to g2, or both ways."""
    here, there = INSIDE[inner]
    load("g1", [sa(alg, "out", ends)] + [sa(alg, "in", ends[::-1])] * both +
         [policy(alg, f"local {here} remote {there}", ends)])
    load("g2", [sa(alg, "in", ends)] + [sa(alg, "out", ends[::-1])] * both +
         [policy(alg, f"local {there} remote {here}", ends[::-1])])


def off():
    """Nothing is left."""
    for namespace in ("g1", "g2"):
        gateways.on(namespace, CTL, "flush")


def shortcut(switch):
    """Whether packets pass around the chains: on or off."""
    for namespace in ("g1", "g2"):
        gateways.on(namespace, CTL, "settings", "shortcut", switch)


def insert(module):
    """Loads the module under test, which does not load what it depends on."""
    depends = gateways.run("modinfo", "-F", "depends", module).strip()
    gateways.modprobe(*filter(None, depends.split(",")))
    gateways.run("insmod", module)


def is_loaded():
    """Whether the module is there."""
    return os.path.exists("/sys/module/ipsec")
