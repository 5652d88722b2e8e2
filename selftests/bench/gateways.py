# SPDX-License-Identifier: GPL-2.0
"""Two gateways, and what tells of them how much time passed and what came out.

  pktgen -> in0 [g1] out0 -> nowhere          encrypt gateway, plain forwarding
  pktgen -> in0 [g1] w0 --- w0 [g2] out0 ->   the pair, two plain hops

out0 is a dummy that frees what it is given. The benchmark itself runs in g1.
"""
import os
import subprocess
import time

V4, V6 = 4, 6
INSIDE = {V4: ("10.1.0.0/16", "10.2.0.0/16"),
          V6: ("2001:db8:1::/64", "2001:db8:2::/64")}
# Local and remote end of the tunnel: the peer is g2, or behind the dummy.
PAIR = {V4: ("192.0.2.1", "192.0.2.2"),
        V6: ("2001:db8:a::1", "2001:db8:a::2")}
ALONE = {V4: ("198.51.100.1", "198.51.100.2"),
         V6: ("2001:db8:b::1", "2001:db8:b::2")}
MAC = {"in0": "02:00:00:00:01:01", "w0": "02:00:00:00:01:02",
       "peer": "02:00:00:00:02:02", "nobody": "02:00:00:00:00:02"}

_SYSCTL = ["net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0",
           "net.ipv4.conf.default.rp_filter=0", "net.ipv6.conf.all.forwarding=1",
           "net.ipv6.conf.default.accept_dad=0",
           "net.ipv6.conf.default.addr_gen_mode=1",
           "net.ipv6.route.max_size=2147483647"]

_in_g2 = []


def run(*argv, **options):
    """A command that has to succeed; what it printed."""
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True,
                          **options).stdout


def on(namespace, *argv, **options):
    """The same in a namespace."""
    return run("ip", "netns", "exec", namespace, *argv, **options)


def batch(namespace, lines):
    """Lines of ip(8)."""
    run("ip", "-n", namespace, "-batch", "-", input="\n".join(lines) + "\n")


def make_namespaces():
    """Before the benchmark enters g1."""
    for name in ("g1", "g2"):
        run("ip", "netns", "add", name)
        on(name, "sysctl", "-qw", *_SYSCTL)


def make_topology():
    """Neighbours are permanent: idle time would make the clock leap."""
    batch("g1", [
        "link set lo up",
        f"link add in0 address {MAC['in0']} type dummy",
        "link add out0 type dummy",
        f"link add w0 address {MAC['w0']} type veth peer name w0"
        f" address {MAC['peer']} netns g2",
        "addr add 10.1.0.1/16 dev in0",
        "addr add 192.0.2.1/24 dev w0",
        "addr add 198.51.100.1/24 dev out0",
        "addr add 2001:db8:1::1/64 dev in0 nodad",
        "addr add 2001:db8:a::1/64 dev w0 nodad",
        "addr add 2001:db8:b::1/64 dev out0 nodad",
        "link set in0 up", "link set out0 up", "link set w0 up",
        f"neigh add 192.0.2.2 dev w0 lladdr {MAC['peer']} nud permanent",
        f"neigh add 2001:db8:a::2 dev w0 lladdr {MAC['peer']} nud permanent",
        f"neigh add 198.51.100.2 dev out0 lladdr {MAC['nobody']} nud permanent",
        f"neigh add 2001:db8:b::2 dev out0 lladdr {MAC['nobody']} nud permanent",
    ])
    # The network behind g2 begins behind one more router, for one neighbour
    batch("g2", [
        "link set lo up", "link add out0 type dummy",
        "addr add 192.0.2.2/24 dev w0", "addr add 203.0.113.1/24 dev out0",
        "addr add 2001:db8:a::2/64 dev w0 nodad",
        "addr add 2001:db8:c::1/64 dev out0 nodad",
        "link set out0 up", "link set w0 up",
        f"neigh add 192.0.2.1 dev w0 lladdr {MAC['w0']} nud permanent",
        f"neigh add 2001:db8:a::1 dev w0 lladdr {MAC['w0']} nud permanent",
        f"neigh add 203.0.113.2 dev out0 lladdr {MAC['nobody']} nud permanent",
        f"neigh add 2001:db8:c::2 dev out0 lladdr {MAC['nobody']} nud permanent",
        "route add 10.2.0.0/16 via 203.0.113.2",
        "route add 2001:db8:2::/64 via 2001:db8:c::2",
        "route add 10.1.0.0/16 via 192.0.2.1",
        "route add 2001:db8:1::/64 via 2001:db8:a::1",
    ])
    # /proc of one process there tells what g2 counts, without starting others
    _in_g2.append(subprocess.Popen(["ip", "netns", "exec", "g2", "sleep", "inf"]))
    # What IPv6 says when a device comes up is over then; sleep costs nothing
    time.sleep(20)


def way(ends):
    """Where g1 sends the network behind g2: PAIR or ALONE."""
    batch("g1", [f"route replace {INSIDE[v][1]} via {ends[v][1]}"
                 for v in (V4, V6)])


def sent_by(namespace, device):
    """Packets that left a device of g1 or g2."""
    pid = "self" if namespace == "g1" else _in_g2[0].pid
    with open(f"/proc/{pid}/net/dev", encoding="ascii") as file:
        for line in file:
            name, _, numbers = line.partition(":")
            if name.strip() == device:
                return int(numbers.split()[9])
    raise LookupError(f"{namespace} has no {device}")


def _idle():
    with open("/proc/timer_list", encoding="ascii") as file:
        for line in file:
            if ".idle_sleeptime" in line:
                return int(line.split()[2])
    raise LookupError("idle_sleeptime")


class Busy:
    """with Busy() as busy: ... - instructions in between, without idle time."""

    def __enter__(self):
        self._idle, self._start = _idle(), time.monotonic_ns()
        return self

    def __exit__(self, *_):
        end = time.monotonic_ns()
        self.idle = _idle() - self._idle
        self.cost = end - self._start - self.idle


def modprobe(*modules):
    """Loads modules of the kernel."""
    for module in modules:
        run("modprobe", module)


def used_memory():
    """Bytes in slabs, per processor and in vmalloc, when RCU has freed its own."""
    time.sleep(1)
    with open("/proc/slabinfo", encoding="ascii") as file:
        words = [line.split() for line in file]
    slabs = sum(int(word[1]) * int(word[3]) for word in words if word[1].isdigit())
    with open("/proc/meminfo", encoding="ascii") as file:
        rest = sum(int(line.split()[1]) * 1024 for line in file
                   if line.startswith(("Percpu:", "VmallocUsed:")))
    return slabs + rest


def end():
    """What was started."""
    for process in _in_g2:
        process.kill()
        process.wait()
    os.sync()
