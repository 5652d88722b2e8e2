# SPDX-License-Identifier: GPL-2.0
"""The netlink interface as Documentation/netlink/specs/ipsec.yaml has it: its
tables, and whether what the module says keeps to them, byte for byte.
"""

import pathlib
import struct

import yaml

import nl

SPEC = yaml.safe_load((pathlib.Path(__file__).resolve().parents[2] /
                       'Documentation/netlink/specs/ipsec.yaml').read_text())
# By name of the set and number: attribute 1 is the first
SETS = {s['name']: dict(enumerate(s['attributes'], 1))
        for s in SPEC['attribute-sets']}
ENUMS = {d['name']: range(d['value-start'],
                          d['value-start'] + len(d['entries']))
         for d in SPEC['definitions'] if d['type'] == 'enum'}
OPERATIONS = {op['name']: op for op in SPEC['operations']['list']}
SIZES = {'u8': 1, 'u16': 2, 'u32': 4, 'u64': 8}


def command(name):
    """Number of an operation."""
    return getattr(nl, 'CMD_' + name.upper().replace('-', '_'))


NAMES = {command(name): name for name in OPERATIONS}


def like(name):
    """The operation in whose format this one tells."""
    return OPERATIONS[OPERATIONS[name].get('notify', name)]


def told_by(name):
    """Names of the attributes that a message of this operation may have."""
    found = set()
    for form in ('do', 'dump', 'event'):
        call = like(name).get(form, {})
        found.update(call.get('reply', {}).get('attributes', []))
        found.update(call.get('attributes', []))
    if like(name)['name'] != name:
        found.update(a['name'] for a in
                     SETS[like(name)['attribute-set']].values()
                     if f'({name} only)' in a.get('doc', ''))
    return found


TOLD = {name: told_by(name) for name in OPERATIONS}


def check_number(spec, data):
    """An integer of exactly its size, in its range."""
    if len(data) != SIZES[spec['type']]:
        raise ValueError(f'{spec["name"]} has {len(data)} bytes')
    value = int.from_bytes(data, 'big' if spec.get('byte-order') else 'little')
    checks = spec.get('checks', {})
    if value < checks.get('min', 0) or value > checks.get('max', value):
        raise ValueError(f'{spec["name"]} is {value}')
    if 'enum' in spec and value not in ENUMS[spec['enum']]:
        raise ValueError(f'{spec["name"]} is {value}, which has no name')


def check_data(spec, data):
    """What is in an attribute of this description, nests included. Returns
    the names in it."""
    name, kind, checks = spec['name'], spec['type'], spec.get('checks', {})
    if kind == 'nest':
        return check(data, spec['nested-attributes'], name + '.')
    if kind in SIZES:
        check_number(spec, data)
    elif kind == 'string':
        if not data.endswith(b'\0') or data.count(0) != 1 or \
           len(data) - 1 > checks.get('max-len', len(data)):
            raise ValueError(f'{name} is {data}')
    elif kind in ('flag', 'pad'):
        if data:
            raise ValueError(f'{name} has {len(data)} bytes')
    elif checks.get('max-len', 16) == 16:
        if len(data) not in (4, 16):
            raise ValueError(f'{name} is an address of {len(data)} bytes')
    elif not checks['min-len'] <= len(data) <= checks['max-len']:
        raise ValueError(f'{name} has {len(data)} bytes')
    return set()


def check(data, attribute_set, prefix='', only=None):
    """Attributes of a set, of which each byte has to be what it can only be.
    Returns their names, those of nests with dots in between."""
    names, at = set(), 0
    while at < len(data):
        if len(data) - at < 4:
            raise ValueError(f'{prefix} {len(data) - at} bytes are left over')
        length, kind = struct.unpack_from('=HH', data, at)
        spec = SETS[attribute_set].get(kind & 0x3fff)
        if not spec:
            raise ValueError(f'{prefix}{kind & 0x3fff} does not exist')
        name, end = spec['name'], at + length
        if length < 4 or end > len(data):
            raise ValueError(f'{prefix}{name} has length {length}')
        if kind & 0xc000 != (nl.NESTED if spec['type'] == 'nest' else 0):
            raise ValueError(f'{prefix}{name} has flags {kind & 0xc000:#x}')
        if only is not None and name not in only and spec['type'] != 'pad':
            raise ValueError(f'{name} is not told')
        if prefix + name in names and not spec.get('multi-attr') and \
           spec['type'] != 'pad':
            raise ValueError(f'{prefix}{name} comes twice')
        names.add(prefix + name)
        names |= {prefix + inner for inner in check_data(spec,
                                                         data[at + 4:end])}
        at = (end + 3) & ~3
        if at > len(data) or any(data[end:at]):
            raise ValueError(f'{prefix}{name}: padding {data[end:at].hex()}')
    return names


def check_message(payload):
    """A message of the family, from its generic netlink header on. Returns
    (name of the operation, names of the attributes); raises what is wrong."""
    number, version, reserved = struct.unpack_from('=BBH', payload)
    if number not in NAMES or version != 1 or reserved:
        raise ValueError(f'header {payload[:4].hex()}')
    name = NAMES[number]
    try:
        return name, check(payload[4:], like(name)['attribute-set'],
                           only=TOLD[name])
    except ValueError as error:
        raise ValueError(f'{name}: {error} in {payload.hex()}') from error
