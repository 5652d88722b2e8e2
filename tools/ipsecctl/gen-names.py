#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Write names_gen.c from the netlink specification.

names_gen.c holds what the uAPI header cannot: the names of the attributes,
for error messages, and the names and descriptions of the drop reasons. It is
committed, so that building ipsecctl needs no python.
"""

import sys

import yaml

HEAD = """\
// SPDX-License-Identifier: GPL-2.0
// Do not edit directly, auto-generated from:
//	Documentation/netlink/specs/ipsec.yaml
// names for ipsecctl, by tools/ipsecctl/gen-names.py

#include "names_gen.h"
"""


def macro(text):
    """The spelling of a name in the uAPI header."""
    return text.upper().replace("-", "_")


def string(text):
    """A C string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def table(set_name, kind):
    """The C name of a table."""
    return f"{set_name.replace('-', '_')}_{kind}"


def attribute_set(attr_set):
    """One table of attribute names; the sets it nests come before it."""
    name = attr_set["name"]
    lines = [f"static const struct attr_name {table(name, 'attrs')}[] = {{"]
    for attr in attr_set["attributes"]:
        index = f"IPSEC_A_{macro(name)}_{macro(attr['name'])}"
        nested = attr.get("nested-attributes")
        nest = f"&{table(nested, 'set')}" if nested else "NULL"
        lines.append(f"\t[{index}] = {{ {string(attr['name'])}, {nest} }},")
    lines += [
        "};",
        "",
        f"static const struct attr_set {table(name, 'set')} = {{",
        f"\t{table(name, 'attrs')}, IPSEC_A_{macro(name)}_MAX",
        "};",
    ]
    return lines


def commands(operations):
    """The attribute set of each command."""
    lines = ["const struct attr_set *const",
             "names_gen_commands[IPSEC_CMD_MAX + 1] = {"]
    for operation in operations:
        if "attribute-set" in operation:
            index = f"IPSEC_CMD_{macro(operation['name'])}"
            attrs = table(operation["attribute-set"], "set")
            lines.append(f"\t[{index}] = &{attrs},")
    return lines + ["};"]


def reasons(definitions):
    """Names and descriptions of the drop reasons."""
    lines = ["const struct reason names_gen_reasons[IPSEC_REASON_MAX + 1] = {"]
    for definition in definitions:
        if definition["name"] != "reason":
            continue
        for entry in definition["entries"]:
            doc = " ".join(entry["doc"].split())
            lines += [
                f"\t[IPSEC_REASON_{macro(entry['name'])}] = {{",
                f"\t\t{string(entry['name'])},",
                f"\t\t{string(doc)}",
                "\t},",
            ]
    return lines + ["};"]


def main():
    """Read the specification named on the command line, write to stdout."""
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    parts = [attribute_set(s) for s in spec["attribute-sets"]]
    parts.append(commands(spec["operations"]["list"]))
    parts.append(reasons(spec["definitions"]))
    print(HEAD)
    print("\n\n".join("\n".join(lines) for lines in parts))


main()
