# SPDX-License-Identifier: GPL-2.0
"""WireGuard between the two gateways."""
import tempfile

import gateways
from gateways import INSIDE, PAIR, V4, V6, batch, modprobe, run


def _keys():
    private = run("wg", "genkey").strip()
    return private, run("wg", "pubkey", input=private).strip()


def on(inner, outer):
    """wg0 at both ends, for IPv`inner` over IPv`outer`."""
    modprobe("wireguard")
    keys = {"g1": _keys(), "g2": _keys()}
    for name, other, behind in (("g1", "g2", 1), ("g2", "g1", 0)):
        end = PAIR[outer][1 if name == "g1" else 0]
        end = f"[{end}]" if outer == V6 else end
        batch(name, ["link add wg0 type wireguard"])
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(f"[Interface]\nPrivateKey = {keys[name][0]}\n"
                       f"ListenPort = 51820\n[Peer]\n"
                       f"PublicKey = {keys[other][1]}\n"
                       f"AllowedIPs = {INSIDE[V4][behind]}, {INSIDE[V6][behind]}\n"
                       f"Endpoint = {end}:51820\n")
            file.flush()
            gateways.on(name, "wg", "setconf", "wg0", file.name)
        batch(name, ["link set wg0 mtu 1420 up"])
    batch("g1", [f"route replace {INSIDE[inner][1]} dev wg0"])


def off():
    """Its routes go with the device."""
    for name in ("g1", "g2"):
        batch(name, ["link del wg0"])
