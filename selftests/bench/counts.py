#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""counts.py DIRECTORY MODULE SIZE GENERATOR ROW...: what costs more than its instructions.

Per packet, without those of the generator. Instructions are looked up in the code as it
was built: at boot the kernel takes out lock prefixes where there is one processor,
and the thunks of retpolines where there are no mitigations.
"""
import json
import pathlib
import re
import subprocess
import sys

import execlog

CALLS = {
    "slab allocations": r"kmem_cache_alloc(_node|_lru)?|__kmalloc(_node"
                        r"(_track_caller)?)?|kmalloc(_node)?_trace",
    "slab frees": r"kfree|kmem_cache_free",
    "rcu_read_lock": r"__rcu_read_lock",
    "call_rcu": r"call_rcu",
    "spin locks": r"_raw_(spin|read|write)_lock(_bh|_irq|_irqsave)?",
    "context switches": r"__schedule",
}
COPIES = re.compile(r"(__)?(memcpy|memset|memmove)(_orig|_erms)?$")
THUNK = re.compile(r"__x86_indirect_thunk_\w+")
_INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t(.*)")
_ATOMIC = re.compile(r"^lock |^xchg .*\(")
_TOP = pathlib.Path(__file__).resolve().parents[2]


def _disassemble(path, thunks=()):
    """(section's symbol, offset or address, what) of the instructions looked for."""
    symbol, last = None, None
    text = subprocess.Popen(["objdump", "-dr", "--no-show-raw-insn", path],
                            stdout=subprocess.PIPE, text=True)
    for line in text.stdout:
        match = _INSTRUCTION.match(line)
        if match and not match[2].startswith("R_"):
            address, words = int(match[1], 16), match[2]
            last = (symbol, address)
            if _ATOMIC.match(words):
                yield *last, "locked instructions"
            elif words.startswith(("call", "jmp")) and \
                    any(thunk in words for thunk in thunks) or "*" in words and \
                    words.startswith("call"):
                yield *last, "indirect calls"
        elif line.endswith(">:\n"):
            address, name = line.split()
            symbol = (name[1:-2], int(address, 16))
        elif last and THUNK.search(line):
            yield *last, "indirect calls"
    text.wait()


def kernel_of(symbols, release):
    """Address to what it is, of the kernel; kept, because it takes a while."""
    image = _TOP / f"build/vm/vmlinux-{release}"
    kept = _TOP / f"build/vm/counted-{release}.json"
    if not kept.exists() or kept.stat().st_mtime < image.stat().st_mtime:
        thunks = {f"{start:x}" for start, name, _ in symbols.symbols
                  if THUNK.fullmatch(name)}
        found = [(address, what) for _, address, what in _disassemble(image, thunks)]
        kept.write_text(json.dumps(found), encoding="ascii")
    return dict(json.loads(kept.read_text(encoding="ascii")))


def module_of(symbols, name, path):
    """The same of a module: its functions are where kallsyms says."""
    where = {each: start for start, each, module in symbols.symbols if module == name}
    return {where[symbol[0]] + address - symbol[1]: what
            for symbol, address, what in _disassemble(path) if symbol[0] in where}


class Code:
    """All that was executed."""

    def __init__(self, symbols, module):
        self.symbols = symbols
        self.release = subprocess.run([_TOP / "scripts/kernel", "release"], check=True,
                                      stdout=subprocess.PIPE, text=True).stdout.strip()
        self.module = module
        self.what = kernel_of(symbols, self.release)
        self.modules = {""}

    def add(self, name):
        """The instructions of one module, which is below /lib/modules or ours."""
        if name in self.modules:
            return
        self.modules.add(name)
        root = subprocess.run([_TOP / "scripts/kernel", "root"], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()
        files = [pathlib.Path(self.module)] if name == "ipsec" else \
            list(pathlib.Path(root, "lib/modules", self.release).rglob(
                f"{name.replace('_', '[-_]')}.ko"))
        for file in files[:1]:
            self.what.update(module_of(self.symbols, name, file))

    def count(self, executed, packets):
        """Name of what is counted to how often per packet."""
        totals = dict.fromkeys(["instructions", *CALLS, "locked instructions",
                                "indirect calls", "memcpy, memset: instructions"], 0)
        for address in executed:
            self.add(self.symbols.function(address)[2])
        for address, count in executed.items():
            start, name, _ = self.symbols.function(address)
            totals["instructions"] += count
            if COPIES.match(name):
                totals["memcpy, memset: instructions"] += count
            if address in self.what:
                totals[self.what[address]] += count
            for what, names in CALLS.items():
                if address == start and re.fullmatch(names, name):
                    totals[what] += count
        return {what: count / packets for what, count in totals.items()}


def main():
    directory, module, size, *rows = sys.argv[1:]
    symbols = execlog.Symbols(f"{directory}/kallsyms")
    code = Code(symbols, module)
    counted = {}
    for row in rows:
        counted[row] = code.count(*execlog.read(f"{directory}/{row}.log", symbols))
    generator = counted.pop(rows[0])
    for each in counted.values():
        for what in each:
            each[what] = round(each[what] - generator[what], 2)
    print(f"Per packet of {size} bytes, without the generator")
    names = list(counted)
    for i, row in enumerate(names):
        print(f"  [{i + 1}] {row}")
    print(f"{'':<30}" + "".join(f"{f'[{i + 1}]':>9}" for i in range(len(names))))
    for what in generator:
        print(f"{what:<30}" + "".join(f"{counted[row][what]:9.1f}" for row in names))
    with open(f"{directory}/counts-{size}.json", "w", encoding="ascii") as file:
        json.dump({"size": int(size), "rows": counted}, file, indent=1)
        file.write("\n")


main()
