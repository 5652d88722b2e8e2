# SPDX-License-Identifier: GPL-2.0
"""pktgen in g1: gives UDP packets to in0, as if they had been received there."""
import re

from gateways import MAC, V4

_PROC = "/proc/net/pktgen/"
_ADDRESSES = {
    4: ("src_min 10.1.0.2", "src_max 10.1.0.2", "dst_min 10.2.0.2",
        "dst_max 10.2.0.2"),
    6: ("src6 2001:db8:1::2", "dst6 2001:db8:2::2"),
}


def _tell(name, *commands):
    for command in commands:
        with open(_PROC + name, "w", encoding="ascii") as file:
            file.write(command + "\n")


def generate(size, count, family=V4, mode="netif_receive", extra=()):
    """Instructions per packet of `count` frames of `size` bytes.

    extra are more commands of pktgen, which come last.
    """
    _tell("kpktgend_0", "rem_device_all", "add_device in0")
    _tell("in0", f"xmit_mode {mode}", f"pkt_size {size}", f"count {count}",
          "delay 0", "clone_skb 0", "burst 1", *_ADDRESSES[family],
          f"dst_mac {MAC['in0']}", "udp_src_min 9", "udp_src_max 9",
          "udp_dst_min 9", "udp_dst_max 9", *extra)
    _tell("pgctrl", "start")
    with open(_PROC + "in0", encoding="ascii") as file:
        result = re.search(r"OK: (\d+)\(", file.read())
    return int(result[1]) * 1000 / count
