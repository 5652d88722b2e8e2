# SPDX-License-Identifier: GPL-2.0
"""The kernel's own IPsec, with the policies that an IKE daemon installs."""
from gateways import INSIDE, batch, modprobe, run

MODULES = ("xfrm_user", "esp4", "esp6", "ah4", "ah6")
OFFLOAD = ("esp4_offload", "esp6_offload")


def state(alg, ends, spi=0x1001, reqid=1, mode="tunnel", more=""):
    """One SA, from the local end to the remote one."""
    return (f"xfrm state add src {ends[0]} dst {ends[1]} proto {alg.proto} "
            f"spi {spi:#x} reqid {reqid} mode {mode} replay-window 32 "
            f"{alg.xfrm} {more}")


def policy(alg, direction, inside, ends, reqid=1, mode="tunnel", more=""):
    """One policy; inside is source and destination, or selectors of ip(8)."""
    return (f"xfrm policy add src {inside[0]} dst {inside[1]} {more} "
            f"dir {direction} tmpl src {ends[0]} dst {ends[1]} "
            f"proto {alg.proto} reqid {reqid} mode {mode}")


def on(alg, inner, ends, both=False):
    """A tunnel for IPv`inner` between two ends; from g1 to g2, or both ways."""
    there, back = INSIDE[inner], INSIDE[inner][::-1]
    # Without it an SA takes what has the same family as its ends
    sas = [state(alg, ends, more=f"sel src {there[0]} dst {there[1]}")]
    if both:
        sas += [state(alg, ends[::-1], more=f"sel src {back[0]} dst {back[1]}")]
    batch("g1", sas + [policy(alg, "out", there, ends)] +
          [policy(alg, d, back, ends[::-1]) for d in ("in", "fwd")])
    batch("g2", sas + [policy(alg, d, there, ends) for d in ("in", "fwd")] +
          [policy(alg, "out", back, ends[::-1])] * both)


def off():
    """Nothing is left."""
    for namespace in ("g1", "g2"):
        batch(namespace, ["xfrm state flush", "xfrm policy flush"])


def offload(is_on):
    """Segmentation and checksums late, as for a device that could encrypt."""
    if is_on:
        modprobe(*OFFLOAD)
    else:
        run("modprobe", "-r", *OFFLOAD)
