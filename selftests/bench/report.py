#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""report.py MEASUREMENTS JSON: medians, what is derived from them, and tables.

MEASUREMENTS is what guest.py printed. JSON is written: every row with all its
rounds, its median without the generator, and the derived figures.
"""
import json
import statistics
import subprocess
import sys

NAMES = {
    "gcm": "AES-GCM-128", "chacha": "ChaCha20-Poly1305",
    "cbc": "AES-CBC-128 with HMAC-SHA-256-128",
    "nullauth": "no encryption, HMAC-SHA-256-128",
    "ah": "AH, HMAC-SHA-256-128", "null": "neither encryption nor ICV",
}
FAMILIES = {"v4": "IPv4", "v6": "IPv6", "4in6": "IPv4 in IPv6",
            "6in4": "IPv6 in IPv4"}
WHOSE = {"xfrm": "kernel (xfrm)", "offload": "kernel with esp_offload",
         "ours": "ipsec.ko", "shortcut": "ipsec.ko, shortcut"}


class Results:
    """All rows: row name and column to what was measured."""

    def __init__(self, lines):
        self.rows = {}
        for line in lines:
            if line.startswith("{"):
                each = json.loads(line)
                each["median"] = statistics.median(each["values"])
                low, high = min(each["values"]), max(each["values"])
                each["spread"] = (high - low) / each["median"] if each["median"] else 0
                self.rows[each["row"], each["column"]] = each
        for each in self.rows.values():
            less = self.rows.get((each.get("minus"),
                                  each.get("minus_column", each["column"])))
            each["net"] = each["median"] - (less["median"] if less else 0)

    def net(self, row, column):
        """Median without the generator, or None."""
        each = self.rows.get((row, column))
        return each and each["net"]

    def columns(self, *rows):
        """All columns that one of these rows has."""
        return sorted({column for name, column in self.rows if name in rows})

    def decrypt(self, whose, what, column):
        """The pair without the gateway that encrypts, and without the hop.

        A hop is what two plain gateways cost more than twice one.
        """
        inner = what.split("-")[-1].split("in")[0].lstrip("v")
        nets = [self.net(row, column) for row in (
            f"{whose}-pair-{what}", f"{whose}-encrypt-{what}",
            f"plain-pair-v{inner}", f"plain-v{inner}")]
        if None in nets:
            return None
        pair, encrypt, two, one = nets
        return pair - encrypt - (two - 2 * one)


def derive(results):
    """Decrypting gateways, as rows of their own."""
    for name, column in list(results.rows):
        whose, _, what = name.partition("-pair-")
        if whose in WHOSE and what:
            cost = results.decrypt(whose, what, column)
            if cost is not None:
                results.rows[f"{whose}-decrypt-{what}", column] = {
                    "row": f"{whose}-decrypt-{what}", "column": column,
                    "unit": "instructions/packet", "derived": True,
                    "net": cost, "values": []}


class Table:
    """Lines under one heading."""

    def __init__(self, title, columns, unit=""):
        self.lines = [title]
        self.lines.append(f"  {unit:<36}" + "".join(f"{c:>10}" for c in columns))

    def add(self, name, figures, form="{:10.0f}"):
        """One line, unless there is nothing in it."""
        if any(figure is not None for figure in figures):
            self.lines.append(f"  {name:<36}" + "".join(
                " " * 9 + "-" if figure is None else form.format(figure)
                for figure in figures))

    def show(self):
        """If it has lines."""
        if len(self.lines) > 2:
            print("\n".join(self.lines) + "\n")
        return len(self.lines) > 2


def ratio(over, under):
    """None where one of the two is not there."""
    return over / under if over is not None and under else None


def table_of(results, alg, family):
    """One algorithm between two families of addresses."""
    what = f"{alg}-{family}"
    inner = family.split("in")[0].lstrip("v")
    plain = f"plain-v{inner}"
    rows = [f"{whose}-{act}-{what}" for whose in WHOSE for act in ("encrypt", "pair")]
    columns = results.columns(*rows)
    table = Table(f"{NAMES[alg]}, {FAMILIES[family]}, instructions per packet",
                  columns, "bytes of the frame")

    def nets(row):
        return [results.net(row, column) for column in columns]

    table.add("plain forwarding", nets(plain))
    table.add("the algorithm alone: encrypt", nets(f"cipher-{alg}"))
    table.add("the algorithm alone: decrypt", nets(f"decipher-{alg}"))
    for act in ("encrypt", "decrypt"):
        for whose, name in WHOSE.items():
            table.add(f"{act}: {name}", nets(f"{whose}-{act}-{what}"))
        for whose in ("xfrm", "offload"):
            table.add(f"{act}: {whose} to ipsec.ko",
                      [ratio(a, b) for a, b in zip(nets(f"{whose}-{act}-{what}"),
                                                   nets(f"ours-{act}-{what}"))],
                      "{:10.2f}")
    table.add("encrypt: ipsec.ko to plain",
              [ratio(a, b) for a, b in zip(nets(f"ours-encrypt-{what}"), nets(plain))],
              "{:10.2f}")
    return table.show()


def tables_of_paths(results):
    """All algorithms and families that were measured; what is left."""
    told = set()
    for alg in NAMES:
        for family in FAMILIES:
            if not table_of(results, alg, family):
                continue
            told.update(f"{whose}-{act}-{alg}-{family}" for whose in WHOSE
                        for act in ("encrypt", "pair", "decrypt"))
            told.update((f"cipher-{alg}", f"decipher-{alg}"))
    return told


def tables_of_others(results, told):
    """Rows that are in no other table, by unit and columns."""
    groups = {}
    for name, _ in results.rows:
        if name in told:
            continue
        columns = tuple(results.columns(name))
        unit = results.rows[name, columns[0]]["unit"]
        groups.setdefault((unit, columns), {})[name] = None
    for (unit, columns), names in groups.items():
        table = Table(unit, columns)
        for name in names:
            table.add(name, [results.net(name, column) for column in columns],
                      "{:10.2f}" if unit == "instructions/byte" else "{:10.0f}")
        table.show()


def git(*words):
    """What git says about the sources, or nothing."""
    done = subprocess.run(["git", *words], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip()


def main():
    """Tables to standard output, the rest to a file."""
    with open(sys.argv[1], encoding="ascii", errors="replace") as file:
        results = Results(file)
    if not results.rows:
        sys.exit("bench: nothing was measured")
    derive(results)
    tables_of_others(results, tables_of_paths(results))
    wide = sorted((each for each in results.rows.values() if "spread" in each),
                  key=lambda each: -each["spread"])
    if wide:
        inside = sum(each["spread"] <= 0.005 for each in wide)
        print(f"{len(wide)} measurements, {inside} of them with rounds that differ by "
              "at most 0.5 %. Widest:")
        for each in wide[:5]:
            print(f"  {100 * each['spread']:5.2f} %  {each['row']} {each['column']}")
    with open(sys.argv[2], "w", encoding="ascii") as file:
        json.dump({"commit": git("rev-parse", "--short=12", "HEAD"),
                   "changed": bool(git("status", "--porcelain", "-uno")),
                   "date": git("log", "-1", "--format=%cs"),
                   "rows": list(results.rows.values())}, file, indent=1)
        file.write("\n")


main()
