#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Generate the netlink interface of ipsec.ko from its specification.

gen-netlink.py          writes the generated files
gen-netlink.py --check  writes nothing, names the files that differ and exits 1

The specification is in the kernel's YNL schema (genetlink). What the module
does not use of the schema is refused rather than ignored.
"""

import argparse
import pathlib
import sys
import textwrap

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPEC = 'Documentation/netlink/specs/ipsec.yaml'
UAPI = 'include/uapi/linux/ipsec.h'
KERNEL_H = 'net/ipsec/netlink_gen.h'
KERNEL_C = 'net/ipsec/netlink_gen.c'

# Requests that hold keys are parsed by the module and not by the core, which
# would send a request that it refuses back with the keys in it.
PARSED_BY_MODULE = ('sa-new',)
INT_TYPES = ('u8', 'u16', 'u32', 'u64')
KNOWN_KEYS = {
    'spec': {'name', 'protocol', 'doc', 'definitions', 'attribute-sets',
             'operations', 'mcast-groups'},
    'definition': {'name', 'type', 'doc', 'value', 'value-start', 'entries',
                   'render-max'},
    'entry': {'name', 'doc'},
    'attribute-set': {'name', 'doc', 'attributes'},
    'attribute': {'name', 'type', 'doc', 'enum', 'checks', 'byte-order',
                  'nested-attributes', 'multi-attr'},
    'checks': {'min', 'max', 'min-len', 'max-len'},
    'operation': {'name', 'doc', 'attribute-set', 'flags', 'do', 'dump',
                  'notify', 'event', 'mcgrp'},
    'call': {'request', 'reply'},
}


class SpecError(Exception):
    """The specification says something that cannot be generated."""


def is_told(operation):
    """Whether the kernel sends it unasked."""
    return 'notify' in operation or 'event' in operation


def check_keys(kind, thing):
    """Refuse keys that this generator would silently ignore."""
    unknown = set(thing) - KNOWN_KEYS[kind]
    if unknown:
        raise SpecError(f'{kind} {thing.get("name", "")}: unknown key '
                        f'{", ".join(sorted(unknown))}')


def c_upper(*words):
    """IPSEC_A_SA from 'ipsec', 'a', 'sa'."""
    return '_'.join(words).replace('-', '_').upper()


def c_lower(*words):
    """ipsec_sa_new from 'ipsec', 'sa-new'."""
    return '_'.join(words).replace('-', '_').lower()


def sentence(text):
    """The text of a doc key on one line."""
    return ' '.join(text.split())


def wrap(text, first, rest):
    """Lines of at most 80 columns, a tab counted as eight."""
    width = 80 - max(len(first.expandtabs()), len(rest.expandtabs()))
    lines = textwrap.wrap(sentence(text), width, break_on_hyphens=False)
    return [(rest if i else first) + line for i, line in enumerate(lines)]


def comment(text, indent=''):
    """A C comment, on one line if it fits."""
    line = f'{indent}/* {sentence(text)} */'
    if len(line.expandtabs()) <= 80:
        return [line]
    return [f'{indent}/*', *wrap(text, f'{indent} * ', f'{indent} * '),
            f'{indent} */']


class Spec:
    """The specification, checked, with its names resolved."""

    def __init__(self, path):
        with open(path, encoding='utf-8') as spec_file:
            spec = yaml.safe_load(spec_file)
        check_keys('spec', spec)
        if spec['protocol'] != 'genetlink':
            raise SpecError(f'protocol {spec["protocol"]}: not genetlink')
        self.name = spec['name']
        self.definitions = spec['definitions']
        self.sets = {s['name']: s for s in spec['attribute-sets']}
        self.operations = spec['operations']['list']
        self.groups = [g['name'] for g in spec['mcast-groups']['list']]
        self.check_definitions()
        self.check_sets()
        self.check_operations(spec['operations'])

    def check_definitions(self):
        """Every definition is an enum or a constant."""
        for definition in self.definitions:
            check_keys('definition', definition)
            if definition['type'] not in ('enum', 'const'):
                raise SpecError(f'definition {definition["name"]}: type '
                                f'{definition["type"]} is not generated')
            if definition['type'] == 'enum':
                definition['entries'] = [
                    {'name': e} if isinstance(e, str) else e
                    for e in definition['entries']]
                for entry in definition['entries']:
                    check_keys('entry', entry)

    def check_sets(self):
        """Every attribute has a type this generator can render."""
        for name, attribute_set in self.sets.items():
            check_keys('attribute-set', attribute_set)
            for attribute in attribute_set['attributes']:
                check_keys('attribute', attribute)
                check_keys('checks', attribute.get('checks', {}))
                self.check_attribute(name, attribute)

    def check_attribute(self, set_name, attribute):
        """Enum and nested set exist; the type is known."""
        where = f'attribute {set_name} {attribute["name"]}'
        enums = [d['name'] for d in self.definitions if d['type'] == 'enum']
        if attribute['type'] not in INT_TYPES + ('binary', 'string', 'nest',
                                                 'flag', 'pad'):
            raise SpecError(f'{where}: type {attribute["type"]} is not '
                            'generated')
        if attribute.get('enum', enums[0]) not in enums:
            raise SpecError(f'{where}: no enum {attribute["enum"]}')
        if attribute['type'] == 'nest' and \
           attribute.get('nested-attributes') not in self.sets:
            raise SpecError(f'{where}: no attribute set '
                            f'{attribute.get("nested-attributes")}')

    def check_operations(self, operations):
        """Names that operations use exist; flags are those we can render."""
        if operations.get('enum-model') != 'unified':
            raise SpecError('operations: enum-model is not unified')
        names = [op['name'] for op in self.operations]
        for operation in self.operations:
            check_keys('operation', operation)
            where = f'operation {operation["name"]}'
            if is_told(operation):
                if operation.get('notify', names[0]) not in names:
                    raise SpecError(f'{where}: no {operation["notify"]}')
                if operation['mcgrp'] not in self.groups:
                    raise SpecError(f'{where}: no group {operation["mcgrp"]}')
                self.check_event(where, operation)
                continue
            if operation['flags'] != ['uns-admin-perm']:
                raise SpecError(f'{where}: flags are not [uns-admin-perm]')
            for call in ('do', 'dump'):
                check_keys('call', operation.get(call, {}))
                self.check_call(where, operation, call)

    def check_event(self, where, operation):
        """An event of its own names attributes of its set."""
        if 'event' in operation:
            known = {a['name'] for a in
                     self.sets[operation['attribute-set']]['attributes']}
            unknown = set(operation['event']['attributes']) - known
            if unknown:
                raise SpecError(f'{where}: no attribute '
                                f'{", ".join(sorted(unknown))}')

    def check_call(self, where, operation, call):
        """A request and its reply name attributes of the set."""
        attributes = {a['name'] for a in
                      self.sets[operation['attribute-set']]['attributes']}
        for half in ('request', 'reply'):
            named = operation.get(call, {}).get(half, {}).get('attributes', [])
            unknown = set(named) - attributes
            if unknown:
                raise SpecError(f'{where}: no attribute '
                                f'{", ".join(sorted(unknown))}')

    def requested(self, operation):
        """Attributes of the request, in the order of their set.

        Up to Linux 6.1 a command has one policy for do and dump: both.
        """
        names = set()
        for call in ('do', 'dump'):
            names |= set(operation.get(call, {}).get('request', {})
                         .get('attributes', []))
        return [a for a in self.sets[operation['attribute-set']]['attributes']
                if a['name'] in names]

    def nested(self):
        """Names of the sets that a request may nest, however deep."""
        found = set()
        rest = [a for op in self.operations if not is_told(op)
                for a in self.requested(op)]
        while rest:
            attribute = rest.pop()
            name = attribute.get('nested-attributes')
            if name and name not in found:
                found.add(name)
                rest += self.sets[name]['attributes']
        return sorted(found)

    def enum(self, name):
        """A definition by its name."""
        return next(d for d in self.definitions if d['name'] == name)


def banner(open_comment, close_comment, what):
    """The first lines of a generated file, behind the licence."""
    return [f'{open_comment} Do not edit directly, auto-generated from:'
            f'{close_comment}',
            f'{open_comment}\t{SPEC}{close_comment}',
            f'{open_comment} {what}, by scripts/gen-netlink.py{close_comment}']


def uapi_enum(spec, definition):
    """An enum; kernel-doc if its entries are documented."""
    name = definition['name']
    entries = definition['entries']
    lines = []
    if any('doc' in e for e in entries):
        text = sentence(definition['doc'])
        brief, _, more = text.partition('. ')
        lines += ['/**']
        lines += wrap(f'enum {c_lower(spec.name, name)} - '
                      f'{brief.rstrip(".")}', ' * ', ' *\t')
        for entry in entries:
            lines += wrap(f'@{c_upper(spec.name, name, entry["name"])}: '
                          f'{entry["doc"]}', ' * ', ' *\t')
        if definition.get('render-max'):
            top = c_upper(spec.name, name, 'max')
            lines += [f' * @__{top}: one more than the highest',
                      f' * @{top}: the highest']
        if more:
            lines += [' *', *wrap(more, ' * ', ' * ')]
        lines += [' */']
    else:
        lines += comment(definition['doc'])
    lines += [f'enum {c_lower(spec.name, name)} {{']
    for i, entry in enumerate(entries):
        start = definition.get('value-start', 0)
        value = f' = {start}' if i == 0 and start else ''
        lines += [f'\t{c_upper(spec.name, name, entry["name"])}{value},']
    if definition.get('render-max'):
        top = c_upper(spec.name, name, 'max')
        lines += ['', f'\t__{top},', f'\t{top} = (__{top} - 1)']
    return lines + ['};', '']


def uapi_attributes(spec, attribute_set):
    """The numbers of the attributes of one set."""
    lines = comment(attribute_set['doc']) + ['enum {']
    prefix = (spec.name, 'a', attribute_set['name'])
    for i, attribute in enumerate(attribute_set['attributes']):
        if 'doc' in attribute:
            lines += comment(attribute['doc'], '\t')
        lines += [f'\t{c_upper(*prefix, attribute["name"])}'
                  f'{" = 1" if i == 0 else ""},']
    top = c_upper(*prefix, 'max')
    return lines + ['', f'\t__{top},', f'\t{top} = (__{top} - 1)', '};', '']


def uapi_commands(spec):
    """The numbers of the commands, notifications included."""
    lines = ['enum {']
    for i, operation in enumerate(spec.operations):
        lines += comment(operation['doc'], '\t')
        lines += [f'\t{c_upper(spec.name, "cmd", operation["name"])}'
                  f'{" = 1" if i == 0 else ""},']
    top = c_upper(spec.name, 'cmd', 'max')
    return lines + ['', f'\t__{top},', f'\t{top} = (__{top} - 1)', '};', '']


def uapi_header(spec):
    """include/uapi/linux/ipsec.h"""
    guard = c_upper('_uapi_linux', spec.name, 'h')
    lines = ['/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */',
             *banner('/*', ' */', 'uAPI header'), '',
             f'#ifndef {guard}', f'#define {guard}', '']
    defines = [(c_upper(spec.name, 'family-name'), f'"{spec.name}"'),
               (c_upper(spec.name, 'family-version'), '1')]
    defines += [(c_upper(spec.name, 'mcgrp', group), f'"{group}"')
                for group in spec.groups]
    constants = [(c_upper(spec.name, d['name']), str(d['value']))
                 for d in spec.definitions if d['type'] == 'const']
    for group in (defines, constants):
        width = (max(len(name) for name, _ in group) + 8) // 8 * 8
        for name, value in group:
            tabs = '\t' * ((width - len(name) + 7) // 8)
            lines += [f'#define {name}{tabs}{value}']
        lines += ['']
    for definition in spec.definitions:
        if definition['type'] == 'enum':
            lines += uapi_enum(spec, definition)
    for attribute_set in spec.sets.values():
        lines += uapi_attributes(spec, attribute_set)
    lines += uapi_commands(spec)
    return lines + [f'#endif /* {guard} */']


def policy_of(spec, attribute):
    """The initialiser of one struct nla_policy."""
    kind = attribute['type']
    checks = attribute.get('checks', {})
    if kind in INT_TYPES:
        nla = f'NLA_{kind.upper()}'
        if 'min' in checks and 'max' in checks:
            return f'NLA_POLICY_RANGE({nla}, {checks["min"]}, {checks["max"]})'
        if 'max' in checks:
            return f'NLA_POLICY_MAX({nla}, {checks["max"]})'
        if 'min' in checks:
            return f'NLA_POLICY_MIN({nla}, {checks["min"]})'
        return f'{{ .type = {nla} }}'
    if kind == 'flag':
        return '{ .type = NLA_FLAG }'
    if kind == 'binary':
        if 'min-len' in checks and 'max-len' in checks:
            return (f'NLA_POLICY_RANGE(NLA_BINARY, {checks["min-len"]}, '
                    f'{checks["max-len"]})')
        if 'max-len' in checks:
            return f'{{ .type = NLA_BINARY, .len = {checks["max-len"]} }}'
    if kind == 'string' and 'max-len' in checks:
        return f'{{ .type = NLA_NUL_STRING, .len = {checks["max-len"]} }}'
    if kind == 'nest':
        nested = c_lower(spec.name, attribute['nested-attributes'],
                         'nl_policy')
        return f'NLA_POLICY_NESTED({nested})'
    raise SpecError(f'attribute {attribute["name"]}: a request may not hold '
                    'it without a limit of its length')


def policy_array(spec, head, set_name, attributes):
    """All of one set has a slot: what is not listed is refused as NLA_UNSPEC,
    and code that indexes the parsed attributes never leaves the array."""
    prefix = (spec.name, 'a', set_name)
    lines = [f'{head}[{c_upper(*prefix, "max")} + 1] = {{']
    lines += [f'\t[{c_upper(*prefix, a["name"])}] = {policy_of(spec, a)},'
              for a in attributes if a['type'] != 'pad']
    return lines + ['};', '']


def callbacks(spec, operation):
    """Member of struct genl_ops, function, arguments."""
    result = []
    base = c_lower(spec.name, 'nl', operation['name'])
    if 'do' in operation:
        result += [('doit', f'{base}_doit',
                    'struct sk_buff *skb, struct genl_info *info')]
    if 'dump' in operation:
        result += [('dumpit', f'{base}_dumpit',
                    'struct sk_buff *skb, struct netlink_callback *cb')]
    return result


def kernel_header(spec):
    """net/ipsec/netlink_gen.h"""
    guard = '_NET_IPSEC_NETLINK_GEN_H'
    calls = [op for op in spec.operations if not is_told(op)]
    reasons = c_upper(spec.name, 'reason', 'max')
    lines = ['/* SPDX-License-Identifier: GPL-2.0 */',
             *banner('/*', ' */', 'kernel header'), '',
             f'#ifndef {guard}', f'#define {guard}', '',
             '#include <net/genetlink.h>', '#include <net/netlink.h>', '',
             f'#include <uapi/linux/{spec.name}.h>', '', 'enum {']
    lines += [f'\t{c_upper(spec.name, "nlgrp", g)},' for g in spec.groups]
    lines += ['};', '',
              f'extern const char *const ipsec_reason_names[{reasons} + 1];',
              '']
    for name in spec.nested():
        top = c_upper(spec.name, 'a', name, 'max')
        lines += ['extern const struct nla_policy',
                  f'{c_lower(spec.name, name, "nl_policy")}[{top} + 1];', '']
    for operation in calls:
        if operation['name'] in PARSED_BY_MODULE:
            top = c_upper(spec.name, 'a', operation['attribute-set'], 'max')
            lines += ['extern const struct nla_policy',
                      f'{request_policy(spec, operation)}[{top} + 1];', '']
    for operation in calls:
        for _, function, arguments in callbacks(spec, operation):
            line = f'int {function}({arguments});'
            if len(line) > 80:
                first, _, second = arguments.partition(', ')
                pad = len(f'int {function}(')
                indent = '\t' * (pad // 8) + ' ' * (pad % 8)
                line = f'int {function}({first},\n{indent}{second});'
            lines += [line]
    lines += ['', f'extern const struct genl_ops ipsec_nl_ops[{len(calls)}];',
              'extern const struct genl_multicast_group '
              f'ipsec_nl_mcgrps[{len(spec.groups)}];', '']
    return lines + [f'#endif /* {guard} */']


def request_policy(spec, operation):
    """Name of the attribute policy of a request."""
    if operation['name'] in PARSED_BY_MODULE:
        return c_lower(spec.name, operation['name'], 'nl_policy')
    return c_lower(operation['name'], 'nl_policy')


def kernel_source(spec):
    """net/ipsec/netlink_gen.c"""
    calls = [op for op in spec.operations if not is_told(op)]
    lines = ['// SPDX-License-Identifier: GPL-2.0',
             *banner('//', '', 'kernel source'), '',
             '#include <net/genetlink.h>', '#include <net/netlink.h>', '',
             '#include "netlink_gen.h"', '']
    top = c_upper(spec.name, 'reason', 'max')
    lines += [f'const char *const ipsec_reason_names[{top} + 1] = {{']
    lines += [f'\t[{c_upper(spec.name, "reason", e["name"])}] = '
              f'"{e["name"]}",' for e in spec.enum('reason')['entries']]
    lines += ['};', '']
    for name in spec.nested():
        lines += policy_array(spec, 'const struct nla_policy\n'
                              f'{c_lower(spec.name, name, "nl_policy")}',
                              name, spec.sets[name]['attributes'])
    for operation in calls:
        static = '' if operation['name'] in PARSED_BY_MODULE else 'static '
        head = (f'{static}const struct nla_policy\n'
                f'{request_policy(spec, operation)}')
        lines += policy_array(spec, head, operation['attribute-set'],
                              spec.requested(operation))
    lines += [f'const struct genl_ops ipsec_nl_ops[{len(calls)}] = {{']
    for operation in calls:
        top = c_upper(spec.name, 'a', operation['attribute-set'], 'max')
        lines += ['\t{',
                  f'\t\t.cmd\t\t= '
                  f'{c_upper(spec.name, "cmd", operation["name"])},']
        lines += [f'\t\t.{member}\t\t= {function},' if len(member) < 7 else
                  f'\t\t.{member}\t= {function},'
                  for member, function, _ in callbacks(spec, operation)]
        lines += [f'\t\t.policy\t\t= {request_policy(spec, operation)},']
        # The core parses nothing where there is a policy but no maximum.
        if operation['name'] not in PARSED_BY_MODULE:
            lines += [f'\t\t.maxattr\t= {top},']
        lines += ['\t\t.flags\t\t= GENL_UNS_ADMIN_PERM,', '\t},']
    lines += ['};', '', 'const struct genl_multicast_group '
              f'ipsec_nl_mcgrps[{len(spec.groups)}] = {{']
    # Events tell what the requests tell, so they need the same right.
    for group in spec.groups:
        lines += [f'\t[{c_upper(spec.name, "nlgrp", group)}] = {{',
                  f'\t\t.name\t= {c_upper(spec.name, "mcgrp", group)},',
                  '\t\t.flags\t= GENL_MCAST_CAP_NET_ADMIN,', '\t},']
    return lines + ['};']


def main():
    """Write or check the generated files."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('--check', action='store_true',
                        help='write nothing, exit 1 if a file differs')
    args = parser.parse_args()
    try:
        spec = Spec(ROOT / SPEC)
        files = {UAPI: uapi_header(spec), KERNEL_H: kernel_header(spec),
                 KERNEL_C: kernel_source(spec)}
    except SpecError as err:
        sys.exit(f'gen-netlink.py: {SPEC}: {err}')

    differ = []
    for name, lines in files.items():
        text = '\n'.join(lines) + '\n'
        path = ROOT / name
        if path.exists() and path.read_text(encoding='utf-8') == text:
            continue
        differ.append(name)
        if not args.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
    if args.check and differ:
        for name in differ:
            print(f'gen-netlink.py: {name} differs from {SPEC}; '
                  'run scripts/gen-netlink.py', file=sys.stderr)
        sys.exit(1)


if __name__ == '__main__':
    main()
