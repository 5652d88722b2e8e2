#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""guest.py MODULE [SIZE ROW...]: what packets cost, in instructions.

Runs in a virtual machine with one processor whose clock counts instructions
(vm.sh -i). Each measurement is a line of JSON on standard output. ROWS in the
environment has patterns of rows, BENCH_LONG=1 adds those that take long. With a
size and rows these alone run, once, while the host records what is executed
(profile.sh).
"""
import fnmatch
import os
import sys
import time

import gateways
import ours
import row
import rows_churn
import rows_cipher
import rows_frames
import rows_lists
import rows_path
import rows_tcp
import xfrm

ENTERED = "BENCH_ENTERED"
MODULES = ("pktgen", "dummy", "veth", "aesni_intel", "ghash_clmulni_intel",
           "chacha_x86_64", "poly1305_x86_64", "sha256_ssse3", *xfrm.MODULES)


def enter():
    """Goes on in g1, with its /proc and /sys."""
    gateways.modprobe(*MODULES)
    gateways.make_namespaces()
    os.environ[ENTERED] = "1"
    os.execvp("ip", ["ip", "netns", "exec", "g1", sys.executable, *sys.argv])


def chosen(rows):
    """The rows that were asked for, and those that they need."""
    patterns = os.environ.get("ROWS", "*").split()
    # Of two with one name the second is the long one
    by_name = {each.name: each for each in reversed(rows)}
    names = set()

    def add(name):
        if name not in names:
            names.add(name)
            for need in by_name[name].needs:
                add(need)

    for name in by_name:
        if any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            add(name)
    return [each for each in rows if each.name in names and
            (not each.is_long or os.environ.get("BENCH_LONG") == "1")]


def measure(module, before, after):
    """All rows in their order; the module comes when it is needed."""
    rows = chosen(before + after)
    if not rows:
        sys.exit("bench: no row has such a name; see selftests/bench/rows_*.py")
    is_good = True
    for each in rows:
        if each in after and not ours.is_loaded():
            ours.insert(module)
        is_good &= each.run()
    return is_good


def find(rows, name):
    """The row of that name, or the one that has a kind of packets of that name."""
    for each in rows:
        if name == each.name or \
                name.startswith(each.name + "-") and hasattr(each, "choose"):
            return each
    sys.exit(f"bench: there is no row {name}")


def is_after(name):
    """Whether a row is one with our module."""
    return name.startswith(("ours", "shortcut", "loaded"))


def record(module, rows, name, size):
    """The host sees /out: it answers "ready" with "go" when it is recording."""
    each = find(rows, name)
    if is_after(name) and not ours.is_loaded():
        ours.insert(module)
    each.set_up()
    each.prepare(size)
    if name != each.name:
        each.choose(name[len(each.name) + 1:], size)
    each.send(size, row.WARM_UP)
    with open("/proc/kallsyms", "rb") as symbols, open("/out/kallsyms", "wb") as out:
        out.write(symbols.read())
    open(f"/out/{name}.ready", "w", encoding="ascii").close()
    while not os.path.exists(f"/out/{name}.go"):
        time.sleep(1)
    each.checked(size, row.PACKETS)
    open(f"/out/{name}.done", "w", encoding="ascii").close()
    each.tear_down()


def main():
    if ENTERED not in os.environ:
        enter()
    before = [*rows_cipher.rows(), *rows_path.before(), *rows_lists.rows("xfrm"),
              *rows_churn.rows("xfrm"), *rows_frames.rows("xfrm"),
              *rows_tcp.rows("plain", "xfrm", "offload")]
    after = [*rows_path.after(), *rows_lists.rows("ours"), *rows_churn.rows("ours"),
             *rows_frames.rows("ours"), *rows_tcp.rows("ours")]
    # ip netns exec has put another /sys there
    gateways.run("mount", "-t", "tracefs", "none", "/sys/kernel/tracing")
    gateways.make_topology()
    try:
        if len(sys.argv) > 2:
            # What ours has registered stays until it is unloaded
            for name in sorted(sys.argv[3:], key=is_after):
                record(sys.argv[1], before + after, name, int(sys.argv[2]))
        elif not measure(sys.argv[1], before, after):
            sys.exit(1)
    finally:
        gateways.end()


main()
