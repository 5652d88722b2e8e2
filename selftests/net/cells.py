#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The cells of the matrix, and the configuration of each for both kinds of ends.

A cell is a protocol (ESP, AH, or ESP and AH around it) with its algorithms, a
mode with its IP versions, with or without extended sequence numbers, with or
without UDP encapsulation: all_cells() has every combination, and impossible()
says which of them cannot be, and why.

  cells.py FILE.tap...    what became of every cell with the kernel's own IPsec,
                          from what the scripts of the matrix have printed;
                          exit status 1 if one failed or was not tried
"""
import collections
import itertools
import re
import secrets
import sys

# Bytes of key, name in the kernel, bits of ICV
HASHES = {
    "hmac-sha1-96": (20, "hmac(sha1)", 96),
    "hmac-sha2-256-128": (32, "hmac(sha256)", 128),
    "hmac-sha2-384-192": (48, "hmac(sha384)", 192),
    "hmac-sha2-512-256": (64, "hmac(sha512)", 256),
    "aes-xcbc-96": (16, "xcbc(aes)", 96),
    "aes-cmac-96": (16, "cmac(aes)", 96),
}
# Bytes of key and of salt, name in the kernel, bits of ICV
AEADS = {
    "aes-gcm-16": ((16, 24, 32), 4, "rfc4106(gcm(aes))", 128),
    "aes-gcm-12": ((16, 24, 32), 4, "rfc4106(gcm(aes))", 96),
    "aes-gcm-8": ((16, 24, 32), 4, "rfc4106(gcm(aes))", 64),
    "chacha20-poly1305": ((32,), 4, "rfc7539esp(chacha20,poly1305)", 128),
    "aes-ccm-16": ((16, 24, 32), 3, "rfc4309(ccm(aes))", 128),
    "aes-ccm-12": ((16, 24, 32), 3, "rfc4309(ccm(aes))", 96),
    "aes-ccm-8": ((16, 24, 32), 3, "rfc4309(ccm(aes))", 64),
    "aes-gmac": ((16, 24, 32), 4, "rfc4543(gcm(aes))", 128),
}
# Bytes of key and of salt, name in the kernel
CIPHERS = {
    "aes-cbc": ((16, 24, 32), 0, "cbc(aes)"),
    "aes-ctr": ((16, 24, 32), 4, "rfc3686(ctr(aes))"),
    "null": ((0,), 0, "ecb(cipher_null)"),
}
GMAC = "aes-gmac"
CLEAR = (None, "null", GMAC)

# (mode, inner family, outer family)
SHAPES = [("transport", 4, 4), ("transport", 6, 6), ("tunnel", 4, 4),
          ("tunnel", 6, 6), ("tunnel", 4, 6), ("tunnel", 6, 4)]
GATEWAYS = {4: ("192.0.2.1", "198.51.100.1"),
            6: ("2001:db8:a::1", "2001:db8:b::1")}
# UDP ports of the left and of the right gateway
PORTS = (4500, 4501)
# IPv6 behind a tunnel fits into each SA, so that the number of its fragments
# can be said beforehand; IPv4 comes without DF, and is cut behind IPsec.
MTU = {4: 1500, 6: 1300}
# Last number before, with extended ones: behind the pings, and in the middle of
# a super-packet
ESN_START = 2**32 - 30


class Layer:
    """ESP or AH with its algorithms."""

    def __init__(self, proto, enc, enc_len, auth, auth_len):
        self.proto, self.enc, self.enc_len = proto, enc, enc_len
        self.auth, self.auth_len = auth, auth_len

    def algorithms(self):
        algs = []
        if self.enc:
            bits = f" {8 * self.enc_len}" if self.enc_len else ""
            algs.append(self.enc + bits)
        if self.auth == GMAC:
            algs.append(f"{self.auth} {8 * self.auth_len}")
        elif self.auth:
            algs.append(self.auth)
        return " with ".join(algs)

    def new_keys(self):
        """Encryption key with salt, integrity key with salt."""
        enc_len, auth_len = self.enc_len, self.auth_len
        if self.enc:
            enc_len += (AEADS | CIPHERS)[self.enc][1]
        if self.auth == GMAC:
            auth_len += AEADS[GMAC][1]
        return secrets.token_hex(enc_len), secrets.token_hex(auth_len)

    def xfrm_algs(self, keys):
        if self.enc in AEADS:
            _, _, crypto, bits = AEADS[self.enc]
            return f"aead {crypto} 0x{keys[0]} {bits}"
        _, crypto, bits = HASHES[self.auth]
        algs = f"auth-trunc {crypto} 0x{keys[1]} {bits}"
        if self.enc:
            key = f"0x{keys[0]}" if keys[0] else '""'
            algs += f" enc {CIPHERS[self.enc][2]} {key}"
        return algs


ESPS = [Layer("esp", enc, length, None, 0)
        for enc, (lengths, *_) in AEADS.items() for length in lengths] + \
       [Layer("esp", enc, length, auth, hashed[0])
        for enc, (lengths, *_) in CIPHERS.items()
        for auth, hashed in HASHES.items() for length in lengths]
AHS = [Layer("ah", None, 0, auth, hashed[0])
       for auth, hashed in HASHES.items()] + \
      [Layer("ah", None, 0, GMAC, length) for length in AEADS[GMAC][0]]
# Layers from the inside to the outside
STACKS = [(layer,) for layer in ESPS + AHS] + \
         list(itertools.product(ESPS, AHS))


class Cell:
    """One cell. Its addresses and numbers follow from its index, which is given
    to it when it is known what it is configured together with."""

    def __init__(self, layers, shape, is_esn, is_udp):
        self.layers, self.shape = layers, shape
        self.is_esn, self.is_udp = is_esn, is_udp
        self.kind = "+".join(layer.proto for layer in reversed(layers))
        self.mode, self.inner, self.outer = shape
        self.tunnel = self.mode == "tunnel"
        self.is_plain = len(layers) == 1 and not is_esn and not is_udp
        self.index = None

    def name(self):
        inside = "" if self.inner == self.outer else f"{self.inner} in "
        esn = " with ESN" if self.is_esn else ""
        udp = " in UDP" if self.is_udp else ""
        algs = ", ".join(layer.algorithms() for layer in self.layers)
        return f"{self.kind} {self.mode} IPv{inside}{self.outer}{esn}{udp}: " \
            f"{algs}"

    def impossible(self, peer):
        """Why it cannot be, or None."""
        if self.is_udp and self.layers[-1].proto == "ah":
            return "AH authenticates what a NAT changes: it is not " \
                "encapsulated in UDP (RFC 3948 1)"
        if peer == "xfrm" and any(layer.proto == "ah" and layer.auth == GMAC
                                  for layer in self.layers):
            return "xfrm has no AES-GMAC for AH"
        return None

    def is_secret(self):
        return self.layers[0].enc not in CLEAR

    def place(self, index):
        self.index = index
        self.marker = b"CELL%04d" % index
        self.left, self.right = addresses(index, self.mode, self.inner)
        self.outer_left, self.outer_right = \
            GATEWAYS[self.outer] if self.tunnel else (self.left, self.right)

    def spis(self, layer):
        """From the left to the right, and back."""
        first = 0x10000 + 4 * self.index + 2 * self.layers.index(layer)
        return first, first + 1

    def reqid(self, layer):
        return 2 * self.index + self.layers.index(layer) + 1

    def mode_of(self, layer):
        """AH around ESP protects what is there already."""
        return self.mode if layer is self.layers[0] else "transport"

    def namespaces(self):
        return ("h1", "h2") if self.tunnel else ("g1", "g2")

    def packets_of(self, size):
        """Packets behind which one echo message arrives at the gateway."""
        room = MTU[self.inner] - (20 if self.inner == 4 else 40)
        if not self.tunnel or size + 8 <= room:
            return 1
        if self.inner == 6:
            room = (room - 8) & ~7
        return -(-(size + 8) // room)

    def sizes(self):
        """All alignments, the step of the MTU, fragments; for the many that
        differ in something else, some of them."""
        if not self.is_plain:
            # xfrm drops datagrams over IPv6 with less than 48 bytes, as those
            # with short echo requests are if IV and ICV are short as well
            # (xfrm6_udp_encap_rcv() takes the IP header for a part of them)
            least = 8 if self.is_udp and self.outer == 6 else 0
            return [*range(least, least + 4), 15, 16, 1200 + self.index,
                    2000 + self.index]
        some = list(range(18)) + [31, 32, 33, 63, 64, 65]
        some += range(1300 + self.index % 16, 1480, 16)
        some += [1472, 1473, 2000 + self.index, 2952, 2953, 8972, 9000]
        return some

    def tcp_bytes(self):
        """Each way."""
        return 60000 if self.is_plain else 30000


def addresses(index, mode, family):
    """Of a cell of this shape: left, right."""
    host = index + 10
    if mode == "tunnel" and family == 4:
        return f"10.1.0.{host}", f"10.2.0.{host}"
    if mode == "tunnel":
        return f"2001:db8:1::{host:x}", f"2001:db8:2::{host:x}"
    if family == 4:
        return f"192.0.2.{host}", f"198.51.100.{host}"
    return f"2001:db8:a::1:{host:x}", f"2001:db8:b::1:{host:x}"


# As many cells exist at a time as there are addresses in a network
BATCH = 240


def all_cells():
    return [Cell(layers, shape, is_esn, is_udp) for layers in STACKS
            for shape in SHAPES for is_esn in (False, True)
            for is_udp in (False, True)]


def is_its_turn(cell, peer):
    """A sample in which each algorithm meets every value of each other axis.

    Plain cells: the lengths of keys of an algorithm take turns in the six
    shapes, and of a cipher with an integrity algorithm half of the shapes are
    tried with each kind of peer. The others, with the kernel's own IPsec alone:
    one shape for each algorithm, AH and ESP paired in turn.
    """
    inner, outer = cell.layers[0], cell.layers[-1]
    number = (ESPS + AHS).index(inner)
    shape = SHAPES.index(cell.shape)
    if cell.is_plain:
        lengths = (AEADS | CIPHERS).get(inner.enc or inner.auth, [(0,)])[0]
        share, first = 6 // len(lengths), 0
        if inner.enc and inner.auth:
            share //= 2
            first = 3 if peer == "xfrm" else 0
        return (shape - number * share - first) % 6 < share
    if peer == "ours":
        return False
    if len(cell.layers) > 1:
        return AHS.index(outer) == number % len(HASHES) and \
            shape == (number // len(HASHES) + number) % 6 and \
            cell.is_esn == bool(number % 2) and not cell.is_udp
    if cell.is_esn and cell.is_udp:
        return shape == number % 6 and number % 4 == 0
    if cell.kind == "ah":
        return (shape - number) % 3 == 0
    return shape == (number + cell.is_udp) % 6


# ---- configuration of ours

def our_sa(cell, layer, direction, ends, keys, ports):
    spi, src, dst = ends
    line = f"sa add {direction} {layer.proto} spi {spi} src {src} dst {dst}"
    line += f" mode {cell.mode_of(layer)} reqid {cell.reqid(layer)}"
    if layer.enc:
        line += f" enc {layer.enc}"
    if keys[0]:
        line += f" enc-key {keys[0]}"
    if layer.auth:
        line += f" auth {layer.auth} auth-key {keys[1]}"
    if cell.is_esn:
        line += f" esn seq {ESN_START}"
    if cell.is_udp and layer.proto == "esp":
        line += f" encap {ports[0]} {ports[1]}"
    return line


def our_config(cell, keys, side):
    """Lines for one side, 0 the left one; keys: of each layer those from the
    left to the right, and those back."""
    turn = slice(None, None, -1 if side else 1)
    local, remote = (cell.left, cell.right)[turn]
    here, there = (cell.outer_left, cell.outer_right)[turn]
    ports = PORTS[turn]
    inside = []
    for layer, (keys_out, keys_in) in \
            zip(cell.layers, [pair[turn] for pair in keys]):
        spi_out, spi_in = cell.spis(layer)[turn]
        yield our_sa(cell, layer, "out", (spi_out, here, there), keys_out,
                     ports)
        yield our_sa(cell, layer, "in", (spi_in, there, here), keys_in,
                     ports[::-1])
        mode = cell.mode_of(layer)
        if mode == "tunnel":
            mode += f" src {here} dst {there}"
        inside.append(f"{layer.proto} {mode} reqid {cell.reqid(layer)}")
    yield f"policy add both local {local} remote {remote} protect " + \
        " inside ".join(inside)


# ---- configuration of the kernel's own IPsec, which is on the right

def xfrm_state(cell, layer, spi, is_out, keys):
    src, dst = cell.outer_left, cell.outer_right
    selector, ports = (cell.left, cell.right), PORTS
    if is_out:
        src, dst, selector, ports = dst, src, selector[::-1], ports[::-1]
    line = f"xfrm state add src {src} dst {dst} proto {layer.proto} spi {spi}"
    line += f" reqid {cell.reqid(layer)} mode {cell.mode_of(layer)}"
    # RFC 4302 pads AH to 4 bytes in IPv4 and so do we; that we take packets
    # padded to 8 as well is tried in tunnels.
    flags = []
    if layer.proto == "ah" and cell.outer == 4 and \
            not (is_out and cell.tunnel):
        flags.append("align4")
    if cell.inner != cell.outer:
        flags.append("af-unspec")
    if cell.is_esn:
        flags.append("esn")
        line += f" replay-window 1024 replay-seq {ESN_START}" \
            f" replay-oseq {ESN_START}"
    if flags:
        line += f" flag {' '.join(flags)}"
    line += f" {layer.xfrm_algs(keys)}"
    if cell.is_udp and layer.proto == "esp":
        line += f" encap espinudp {ports[0]} {ports[1]} 0.0.0.0"
    if cell.inner != cell.outer and cell.mode_of(layer) == "tunnel":
        line += f" sel src {selector[0]} dst {selector[1]}"
    return line


def xfrm_config(cell, keys):
    for layer, (keys_in, keys_out) in zip(cell.layers, keys):
        spi_in, spi_out = cell.spis(layer)
        yield xfrm_state(cell, layer, spi_in, False, keys_in)
        yield xfrm_state(cell, layer, spi_out, True, keys_out)
    there, back = (cell.right, cell.left), (cell.left, cell.right)
    for direction, (src, dst) in (("out", there), ("in", back),
                                  ("fwd", back)):
        ends = (cell.outer_right, cell.outer_left) if direction == "out" \
            else (cell.outer_left, cell.outer_right)
        ends = f"src {ends[0]} dst {ends[1]} " if cell.tunnel else ""
        yield f"xfrm policy add src {src} dst {dst} dir {direction}" + \
            "".join(f" tmpl {ends}proto {layer.proto} reqid "
                    f"{cell.reqid(layer)} mode {cell.mode_of(layer)}"
                    for layer in cell.layers)


# ---- addresses

def address_lines(count):
    """(namespace, command) for every shape that a cell can have."""
    for index, side in itertools.product(range(count), (0, 1)):
        for mode, family, names in (("tunnel", 4, ("h1", "h2")),
                                    ("tunnel", 6, ("h1", "h2")),
                                    ("transport", 4, ("g1", "g2")),
                                    ("transport", 6, ("g1", "g2"))):
            dev = "lan" if mode == "tunnel" else "wan"
            plen, flag = ("24", "") if family == 4 else ("64", " nodad")
            yield names[side], "addr add " \
                f"{addresses(index, mode, family)[side]}/{plen} dev {dev}{flag}"


# ---- what became of them

IMPOSSIBLE = "not with this peer"


def read_results(paths):
    """By name: passed, FAILED, or why it cannot be."""
    found = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in file:
                verdict, name = re.fullmatch(
                    rf"((?:not )?ok) \d+ (.*)\n|.*\n?", line).groups()
                if verdict:
                    found[name] = "passed" if verdict == "ok" else "FAILED"
                elif line.startswith(f"# {IMPOSSIBLE}: "):
                    *name, why = line.rstrip().split(": ", 3)[1:]
                    found[": ".join(name)] = why
    return found


def listing(paths):
    """Every cell, then how many of each combination; whether all is well."""
    found = read_results(paths)
    table = collections.defaultdict(collections.Counter)
    for cell in all_cells():
        became = found.get(cell.name(), "NOT TRIED")
        print(f"{cell.name()}: {became}")
        table[cell.kind, cell.is_esn, cell.is_udp][became] += 1
    print()
    for (kind, is_esn, is_udp), counts in table.items():
        row = f"{kind}{' with ESN' * is_esn}{' in UDP' * is_udp}"
        for became, number in sorted(counts.items()):
            print(f"{row:24} {number:5}  {became}")
    total = sum(table.values(), collections.Counter())
    for became, number in sorted(total.items()):
        print(f"{'all':24} {number:5}  {became}")
    return not total["FAILED"] and not total["NOT TRIED"]


if __name__ == "__main__":
    sys.exit(not listing(sys.argv[1:]))
