#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Requests that are wrong in one way each, and what must be right about them.

A refusal has an errno, a sentence, the offset of the attribute at fault or the
number of the missing one, and leaves everything as it was.
"""

import errno
import os
import socket
import struct

import nl
from nl import attr, be32, ip, policy, result, sa, sa_name, selector, u8, u16

KEYS = [os.urandom(n) for n in (20, 32, 20, 20, 32, 20)]
KEY, AKEY = KEYS[0], KEYS[1]

# What an attribute is made of, for wrong lengths
SA_TYPES = {
    nl.A_SA_DIR: 1, nl.A_SA_PROTO: 1, nl.A_SA_SPI: 4, nl.A_SA_SRC: 'ip',
    nl.A_SA_DST: 'ip', nl.A_SA_MODE: 1, nl.A_SA_REQID: 4, nl.A_SA_ENC: 'name',
    nl.A_SA_ENC_KEY: 'key', nl.A_SA_AUTH: 'name', nl.A_SA_AUTH_KEY: 'key',
    nl.A_SA_REPLAY_WINDOW: 4, nl.A_SA_DF: 1, nl.A_SA_SELECTOR: 'nest',
    nl.A_SA_TTL: 1, nl.A_SA_DSCP: 1, nl.A_SA_DSCP_MAP: 64,
    nl.A_SA_DECAP_DSCP: 1, nl.A_SA_ECN: 1, nl.A_SA_FLOW_LABEL: 4,
    nl.A_SA_LABEL: 1, nl.A_SA_TFC: 2, nl.A_SA_PAD_MIN: 1,
    nl.A_SA_SEQ: 8, nl.A_SA_ESN: 'flag', nl.A_SA_SEQ_ROLLOVER: 'flag',
    nl.A_SA_RESYNC: 4, nl.A_SA_LIFE_SOFT: 'nest', nl.A_SA_LIFE_HARD: 'nest',
}
POLICY_TYPES = {
    nl.A_POLICY_DIR: 1, nl.A_POLICY_PRIORITY: 4, nl.A_POLICY_SELECTOR: 'nest',
    nl.A_POLICY_ACTION: 1, nl.A_POLICY_PROTO: 1, nl.A_POLICY_MODE: 1,
    nl.A_POLICY_SRC: 'ip', nl.A_POLICY_DST: 'ip', nl.A_POLICY_REQID: 4,
    nl.A_POLICY_SPI: 4, nl.A_POLICY_OUTER: 'nest', nl.A_POLICY_MSS: 2,
}
SELECTOR_TYPES = {
    nl.A_SELECTOR_LOCAL_ADDR: 'ip', nl.A_SELECTOR_LOCAL_PLEN: 1,
    nl.A_SELECTOR_REMOTE_ADDR: 'ip', nl.A_SELECTOR_REMOTE_PLEN: 1,
    nl.A_SELECTOR_PROTO: 1, nl.A_SELECTOR_LOCAL_PORT_MIN: 2,
    nl.A_SELECTOR_LOCAL_PORT_MAX: 2, nl.A_SELECTOR_REMOTE_PORT_MIN: 2,
    nl.A_SELECTOR_REMOTE_PORT_MAX: 2, nl.A_SELECTOR_ICMP_TYPE: 1,
    nl.A_SELECTOR_ICMP_CODE: 1, nl.A_SELECTOR_ICMP_TYPE_MAX: 1,
    nl.A_SELECTOR_ICMP_CODE_MAX: 1, nl.A_SELECTOR_MH_TYPE: 1,
    nl.A_SELECTOR_MH_TYPE_MAX: 1, nl.A_SELECTOR_OPAQUE: 'flag',
    nl.A_SELECTOR_PROTO_OPAQUE: 'flag', nl.A_SELECTOR_LOCAL_RANGE: 'nest',
    nl.A_SELECTOR_REMOTE_RANGE: 'nest', nl.A_SELECTOR_LOCAL_PORTS: 'nest',
    nl.A_SELECTOR_REMOTE_PORTS: 'nest', nl.A_SELECTOR_MARK: 4,
    nl.A_SELECTOR_MARK_MASK: 4, nl.A_SELECTOR_DEV: 'dev',
}
CONFIG_TYPES = {
    nl.A_CONFIG_DEFAULT_IN: 1, nl.A_CONFIG_DEFAULT_OUT: 1,
    nl.A_CONFIG_MAX_SAS: 4, nl.A_CONFIG_MAX_POLICIES: 4,
    nl.A_CONFIG_ICMP_CHECK: 1, nl.A_CONFIG_ICMP_RETURN_SA: 1,
    nl.A_CONFIG_ICMP_ANSWER: 1, nl.A_CONFIG_ICMP_CLEAR: 4,
    nl.A_CONFIG_ICMP_SA: 4, nl.A_CONFIG_FRAGMENT: 1,
    nl.A_CONFIG_ACQUIRE_INTERVAL: 4, nl.A_CONFIG_HOLD_PACKETS: 4,
    nl.A_CONFIG_HOLD_TOTAL: 4, nl.A_CONFIG_HOLD_TIME: 4,
    nl.A_CONFIG_AUDIT_EVENTS: 1, nl.A_CONFIG_AUDIT_LOG: 1,
}

sock = nl.Sock()


def wrong_lengths(kind):
    """Data that an attribute of this kind cannot have."""
    if kind == 'ip':
        return [b'', bytes(3), b'\1' * 5, b'\1' * 8, b'\1' * 15, b'\1' * 17]
    if kind == 'dev':
        return [b'', b'eth0', b'a' * 16 + b'\0']
    if kind == 'name':
        return [b'', b'aes-gcm-16', b'a' * 40 + b'\0']
    if kind == 'key':
        return [bytes(129)]
    if kind == 'nest':
        return [b'\1', bytes(2), bytes(3)]
    if kind == 'flag':
        return [b'\0', b'\1', bytes(4)]
    return [bytes(kind - 1), bytes(kind + 1), b'\1' * 33]


class Group:
    """Refusals under one result."""

    def __init__(self, what):
        self.what, self.wrong, self.count = what, [], 0
        self.before = sock.state()

    def refuse(self, why, command, attributes, fault=None,
               errors=(errno.EINVAL, errno.ERANGE), flags=None):
        """fault: the attribute (bytes), a missing number, or None."""
        attributes = attributes if isinstance(attributes, bytes) else \
            b''.join(attributes)
        answer = sock.request(command, attributes,
                              flags or nl.REQUEST | nl.ACK)
        self.count += 1
        complaint = []
        if answer.error not in errors:
            complaint += ['errno']
        if not answer.sentence.strip() or '\n' in answer.sentence or \
           '%' in answer.sentence:
            complaint += ['sentence']
        if isinstance(fault, int) and answer.missing != fault:
            complaint += [f'missing is not {fault}']
        if isinstance(fault, bytes):
            offset = 20 + attributes.rfind(fault)
            if offset < 20 or answer.offset != offset:
                complaint += [f'offset is not {offset}']
        if self.before != (after := sock.state()):
            complaint += ['something changed']
            self.before = after
        if complaint:
            self.wrong += [f'{why}: {", ".join(complaint)}: {answer}']

    def __enter__(self):
        return self

    def __exit__(self, *_):
        result(not self.wrong, f'{self.what} ({self.count} requests)',
               ' | '.join(self.wrong))


def replaced(good, number, value):
    """A good message with one attribute in place of another, at its end."""
    return [v for k, v in good.items() if k != number] + [value]


def lengths(name, command, good, types, beyond):
    with Group(f'{name}: attributes of a wrong length are refused') as group:
        for number, kind in types.items():
            for data in wrong_lengths(kind):
                bad = attr(number, data, kind == 'nest')
                group.refuse(f'{number} has {len(data)} bytes', command,
                             replaced(good, number, bad), bad)
    with Group(f'{name}: attributes it does not have are refused') as group:
        for number in (0, beyond, 200, 0x3fff):
            bad = attr(number, 1)
            group.refuse(f'attribute {number}', command,
                         list(good.values()) + [bad])
        group.refuse('trailing bytes', command,
                     b''.join(good.values()) + b'\1\2\3')


def missing(name, command, good, needed):
    with Group(f'{name}: missing attributes are named') as group:
        for number in needed:
            group.refuse(f'without {number}', command,
                         [v for k, v in good.items() if k != number], number)


def sa_new():
    new, good = nl.CMD_SA_NEW, sa(spi=0x9999, key=KEY)
    lengths('sa-new', new, good, SA_TYPES, nl.A_SA_MAX + 1)
    missing('sa-new', new, good,
            (nl.A_SA_DIR, nl.A_SA_PROTO, nl.A_SA_SPI, nl.A_SA_SRC, nl.A_SA_DST,
             nl.A_SA_MODE, nl.A_SA_ENC_KEY))
    with Group('sa-new: values out of range are refused') as group:
        for bad in ([u8(nl.A_SA_DIR, v) for v in (0, 3, 255)] +
                    [u8(nl.A_SA_PROTO, v) for v in (0, 49, 52, 17)] +
                    [u8(nl.A_SA_MODE, v) for v in (0, 3)] +
                    [u8(nl.A_SA_DF, v) for v in (0, 4)] +
                    [be32(nl.A_SA_SPI, v) for v in (0, 1, 255)]):
            group.refuse(bad.hex(), new,
                         replaced(good, bad[2], bad), bad)
        for value in (1, 31, 8193, 0xffffffff):
            bad = attr(nl.A_SA_REPLAY_WINDOW, value)
            group.refuse(f'window {value}', new,
                         list(sa(spi=0x9999, direction=1).values()) + [bad],
                         bad)
        bad = attr(nl.A_SA_REPLAY_WINDOW, 64)
        group.refuse('window of an outbound SA', new,
                     list(good.values()) + [bad], bad)
        for number in (nl.A_SA_PACKETS, nl.A_SA_KEY_BITS, nl.A_SA_DRIVER,
                       nl.A_SA_DROPS):
            bad = attr(number, bytes(8))
            group.refuse(f'reply only {number}', new,
                         list(good.values()) + [bad], bad)
    with Group('sa-new: addresses that cannot be an end are refused') as group:
        for number in (nl.A_SA_SRC, nl.A_SA_DST):
            for text in ('0.0.0.0', '224.0.0.1', '255.255.255.255'):
                bad = ip(number, text)
                group.refuse(text, new, replaced(good, number, bad), bad)
            other = nl.A_SA_SRC + nl.A_SA_DST - number
            for text in ('::', 'ff02::1'):
                bad = ip(number, text)
                message = replaced(good, number, bad)
                message = [m for m in message if m[2] != other] + \
                    [ip(other, '2001:db8::1')]
                group.refuse(text, new, message, bad)
        bad = ip(nl.A_SA_SRC, '2001:db8::1')
        group.refuse('two families', new, replaced(good, nl.A_SA_SRC, bad),
                     bad)
        for more in ({'mode': 1}, {'src': '2001:db8::1',
                                   'dst': '2001:db8::2'}):
            bad = u8(nl.A_SA_DF, 2)
            group.refuse('df without an IPv4 tunnel', new,
                         list(sa(spi=0x9999, **more).values()) + [bad], bad)
        bad = attr(nl.A_SA_SELECTOR, selector('2001:db8::/32'))
        group.refuse('selector of the other family', new,
                     list(sa(spi=0x9999, mode=1).values()) + [bad], bad)
    outer(new)
    sequence_numbers(new)
    lifetimes(new)
    algorithms(new)
    with Group('sa-new: an SA that exists is refused') as group:
        bad = be32(nl.A_SA_SPI, 0x1000)
        group.refuse('same name', new, replaced(good, nl.A_SA_SPI, bad), bad,
                     [errno.EEXIST])
        group.refuse('same name, other direction', new,
                     [u8(nl.A_SA_DIR, 1)] +
                     [v for k, v in sa(spi=0x1000).items() if k != 1], None,
                     [errno.EEXIST])


def outer(new):
    """Tunnel headers and padding."""
    labels = sa(spi=0x9999, src='2001:db8::1', dst='2001:db8::2')
    tunnel_out = [
        u8(nl.A_SA_TTL, 9), u8(nl.A_SA_DSCP, 1),
        attr(nl.A_SA_DSCP_MAP, bytes(64)), u8(nl.A_SA_ECN, 2),
        attr(nl.A_SA_FLOW_LABEL, 1), u8(nl.A_SA_LABEL, 2), u16(nl.A_SA_TFC, 1),
    ]
    with Group('sa-new: tunnel headers where there are none') as group:
        for more in ({'mode': 1}, {'direction': 1}):
            good = list({**labels, **sa(spi=0x9999, src='2001:db8::1',
                                        dst='2001:db8::2', **more)}.values())
            for bad in tunnel_out:
                group.refuse(f'{more} {bad.hex()}', new, good + [bad], bad)
        good = list(sa(spi=0x9999).values())
        for bad in (attr(nl.A_SA_FLOW_LABEL, 1), u8(nl.A_SA_LABEL, 1),
                    u8(nl.A_SA_DECAP_DSCP, 1)):
            group.refuse(bad.hex(), new, good + [bad], bad)
        bad = u8(nl.A_SA_DECAP_DSCP, 1)
        group.refuse('transport', new,
                     list(sa(spi=0x9999, direction=1, mode=1).values()) +
                     [bad], bad)
        ah = list(sa(spi=0x9999, proto=51, enc=None,
                     auth='hmac-sha2-256-128').values())
        for bad in (u16(nl.A_SA_TFC, 1), u8(nl.A_SA_PAD_MIN, 1)):
            group.refuse(f'AH {bad.hex()}', new, ah + [bad], bad)
    with Group('sa-new: tunnel headers out of range') as group:
        good = list(labels.values())
        for bad in (u8(nl.A_SA_TTL, 0), u8(nl.A_SA_DSCP, 64),
                    attr(nl.A_SA_DSCP_MAP, bytes(63) + b'\x40'),
                    u8(nl.A_SA_ECN, 0), u8(nl.A_SA_ECN, 3),
                    attr(nl.A_SA_FLOW_LABEL, 1 << 20), u8(nl.A_SA_LABEL, 0),
                    u8(nl.A_SA_LABEL, 3), u16(nl.A_SA_TFC, 0),
                    u8(nl.A_SA_PAD_MIN, 253), u8(nl.A_SA_PAD_MIN, 255)):
            group.refuse(bad.hex(), new, good + [bad], bad)
        bad = u8(nl.A_SA_DECAP_DSCP, 2)
        group.refuse('decap-dscp 2', new,
                     list(sa(spi=0x9999, direction=1).values()) + [bad], bad)
        for one, bad in ((u8(nl.A_SA_DSCP, 1),
                          attr(nl.A_SA_DSCP_MAP, bytes(64))),
                         (attr(nl.A_SA_FLOW_LABEL, 1), u8(nl.A_SA_LABEL, 1))):
            group.refuse('both', new, good + [one, bad], bad)


def sequence_numbers(new):
    esn, rollover = attr(nl.A_SA_ESN), attr(nl.A_SA_SEQ_ROLLOVER)
    resync = attr(nl.A_SA_RESYNC, 100)
    no_window = attr(nl.A_SA_REPLAY_WINDOW, 0)
    one, last32, high, last64 = (
        attr(nl.A_SA_SEQ, struct.pack('=Q', number))
        for number in (1, 2**32 - 1, 2**32, 2**64 - 1))
    with Group('sa-new: sequence numbers that make no sense') as group:
        for why, direction, words, bad in (
                ('a number of 33 bits', 2, [], high),
                ('all ones', 2, [], last64),
                ('a number of 33 bits, inbound', 1, [], high),
                ('33 bits that roll over', 2, [rollover], high),
                ('the last of 32 bits', 2, [], last32),
                ('the last of 32 bits, inbound', 1, [], last32),
                ('the last of 64 bits', 2, [esn], last64),
                ('the last of 64 bits, inbound', 1, [esn], last64),
                ('esn without a window', 1, [no_window], esn),
                ('a number without a window', 1, [no_window], one),
                ('rollover inbound', 1, [], rollover),
                ('rollover inbound without a window', 1, [no_window],
                 rollover),
                ('rollover of 64 bits', 2, [esn], rollover),
                ('resync outbound', 2, [esn], resync),
                ('resync without esn', 1, [], resync)):
            group.refuse(why, new,
                         list(sa(spi=0x9999, direction=direction).values()) +
                         words + [bad], bad)


def lifetimes(new):
    """Refused ones, and those at the edge that are not."""
    good = list(sa(spi=0x9999).values())

    def seconds(number, value):
        return attr(number, value)

    def volume(number, value):
        return attr(number, struct.pack('=Q', value))

    def soft(one):
        return attr(nl.A_SA_LIFE_SOFT, [one])

    def hard(one):
        return attr(nl.A_SA_LIFE_HARD, [one])

    kinds = ((nl.A_LIFE_TIME, seconds), (nl.A_LIFE_USE, seconds),
             (nl.A_LIFE_BYTES, volume), (nl.A_LIFE_PACKETS, volume))
    with Group('sa-new: lifetimes that make no sense') as group:
        for number, make in kinds + ((nl.A_LIFE_IDLE, seconds),):
            for outer in (soft, hard):
                bad = make(number, 0)
                group.refuse(f'0 of {number}', new, good + [outer(bad)], bad)
        for number, make in kinds:
            for value in (10, 11, 0xffffffff):
                bad = make(number, value)
                group.refuse(f'soft {value} of {number}', new,
                             good + [hard(make(number, 10)), soft(bad)], bad)
        for number in (nl.A_LIFE_BYTES, nl.A_LIFE_PACKETS):
            for value in (1 << 63, (1 << 64) - 1):
                bad = volume(number, value)
                group.refuse(f'{value} of {number}', new, good + [hard(bad)],
                             bad)
        bad = seconds(nl.A_LIFE_IDLE, 5)
        group.refuse('soft idle', new, good + [soft(bad)], bad)
        for number, kind in ((nl.A_LIFE_TIME, 4), (nl.A_LIFE_BYTES, 8)):
            for data in wrong_lengths(kind):
                bad = attr(number, data)
                group.refuse(f'{number} has {len(data)} bytes', new,
                             good + [hard(bad)], bad)
        for number in (nl.A_LIFE_PAD, nl.A_LIFE_MAX + 1):
            bad = attr(number, bytes(8))
            group.refuse(f'no lifetime {number}', new, good + [hard(bad)], bad)
        for number in (nl.A_SA_LIFE_USED, nl.A_SA_SOFT_EXPIRED,
                       nl.A_SA_HARD_EXPIRED):
            bad = attr(number, b'\1')
            group.refuse(f'reply only {number}', new, good + [bad], bad)
    good = list(sa(spi=0x9998, key=KEY).values())
    answers = []
    for edge in (hard(seconds(nl.A_LIFE_TIME, 0xffffffff)),
                 soft(volume(nl.A_LIFE_BYTES, (1 << 63) - 1)), hard(b'')):
        answers += [sock.request(new, good + [edge]).error,
                    sock.request(nl.CMD_SA_DEL, sa_name(0x9998)).error]
    result(answers == [0] * 6, 'sa-new: the longest lifetimes, and none',
           answers)


def algorithms(new):
    with Group('sa-new: unknown and refused algorithms') as group:
        for name in ('', 'aes', 'AES-GCM-16', 'aes-gcm-16 ', '3des-cbc',
                     'des-cbc', 'des-iv64', 'blowfish-cbc', 'none',
                     'aes-gcm-4', 'aes-ccm-10', 'rfc4106(gcm(aes))',
                     'hmac-md5-96', 'kpdk-md5', 'des-mac', '%s%n',
                     'cryptd(aes)'):
            bad = attr(nl.A_SA_ENC, name)
            group.refuse(name, new, replaced(sa(spi=0x9999, key=KEY),
                                             nl.A_SA_ENC, bad), bad)
            bad = attr(nl.A_SA_AUTH, name)
            good = sa(spi=0x9999, proto=51, enc=None, auth='hmac-sha2-256-128',
                      akey=AKEY)
            group.refuse(name, new, replaced(good, nl.A_SA_AUTH, bad), bad)
    with Group('sa-new: combinations that protect nothing') as group:
        null = sa(spi=0x9999, enc='null')
        group.refuse('null with null', new, null.values(), nl.A_SA_AUTH)
        bad = attr(nl.A_SA_AUTH, 'null')
        group.refuse('null as auth', new, list(null.values()) + [bad], bad)
        group.refuse('cipher alone', new,
                     sa(spi=0x9999, enc='aes-cbc', key=bytes(16)).values(),
                     nl.A_SA_AUTH)
        good = sa(spi=0x9999, key=KEY, auth='hmac-sha2-256-128', akey=AKEY)
        group.refuse('combined mode and auth', new, good.values(),
                     good[nl.A_SA_AUTH])
        good = sa(spi=0x9999, enc='hmac-sha2-256-128', key=AKEY)
        group.refuse('auth as enc', new, good.values(), good[nl.A_SA_ENC])
        good = sa(spi=0x9999, proto=51, auth='hmac-sha2-256-128', akey=AKEY)
        group.refuse('AH with enc', new, good.values(), good[nl.A_SA_ENC])
        group.refuse('AH without auth', new,
                     sa(spi=0x9999, proto=51, enc=None).values(),
                     nl.A_SA_AUTH)
        group.refuse('ESP without enc', new,
                     sa(spi=0x9999, enc=None).values(), nl.A_SA_ENC)
        bad = attr(nl.A_SA_AUTH_KEY, AKEY)
        group.refuse('auth-key without auth', new,
                     list(sa(spi=0x9999, key=KEY).values()) + [bad], bad)
        good = sa(spi=0x9999, key=KEY)
        del good[nl.A_SA_ENC]
        group.refuse('enc-key without enc', new, good.values(),
                     good[nl.A_SA_ENC_KEY])
        good = sa(spi=0x9999, enc='null', auth='hmac-sha2-256-128', akey=AKEY)
        bad = attr(nl.A_SA_ENC_KEY, b'x')
        group.refuse('null with a key', new, list(good.values()) + [bad], bad)
        good = sa(spi=0x9999, enc='aes-ctr', key=KEY)
        group.refuse('CTR alone', new, good.values(), nl.A_SA_AUTH)
        good = sa(spi=0x9999, enc='aes-gmac', key=KEY, auth='aes-cmac-96',
                  akey=bytes(16))
        group.refuse('GMAC and auth', new, good.values(), good[nl.A_SA_AUTH])
        good = sa(spi=0x9999, enc='null', auth='aes-gmac', akey=KEY)
        group.refuse('GMAC as auth of ESP', new, good.values(),
                     good[nl.A_SA_AUTH])
        good = sa(spi=0x9999, enc='aes-cbc', key=bytes(16), auth='aes-gmac',
                  akey=KEY)
        group.refuse('GMAC behind a cipher', new, good.values(),
                     good[nl.A_SA_AUTH])
        for name in ('aes-gcm-16', 'aes-ccm-8', 'aes-ctr', 'null'):
            good = sa(spi=0x9999, proto=51, enc=None, auth=name, akey=KEY)
            group.refuse(f'AH with {name}', new, good.values(),
                         good[nl.A_SA_AUTH])
    with Group('sa-new: seq that cannot be an IV') as group:
        for number in (2**63 - 1, 2**63, 2**64 - 2):
            bad = attr(nl.A_SA_SEQ, struct.pack('=Q', number))
            group.refuse(f'{number}', new,
                         list(sa(spi=0x9999, direction=2, key=KEY).values()) +
                         [attr(nl.A_SA_ESN), bad], bad)
    with Group('sa-new: keys of a wrong length') as group:
        for name, right in (('aes-gcm-16', (20, 28, 36)),
                            ('aes-gcm-12', (20, 28, 36)),
                            ('aes-gcm-8', (20, 28, 36)),
                            ('chacha20-poly1305', (36,)),
                            ('aes-ccm-16', (19, 27, 35)),
                            ('aes-ccm-12', (19, 27, 35)),
                            ('aes-ccm-8', (19, 27, 35)),
                            ('aes-gmac', (20, 28, 36)),
                            ('aes-ctr', (20, 28, 36)),
                            ('aes-cbc', (16, 24, 32))):
            alone = name not in ('aes-cbc', 'aes-ctr')
            auth = None if alone else 'hmac-sha2-256-128'
            for size in (set(range(41)) | {64, 127, 128}) - set(right):
                bad = attr(nl.A_SA_ENC_KEY, b'\xa5' * size)
                good = sa(spi=0x9999, enc=name, auth=auth, akey=AKEY)
                group.refuse(f'{name} {size}', new,
                             replaced(good, nl.A_SA_ENC_KEY, bad), bad)
        for name, right in (('hmac-sha1-96', 20), ('hmac-sha2-256-128', 32),
                            ('hmac-sha2-384-192', 48),
                            ('hmac-sha2-512-256', 64), ('aes-xcbc-96', 16),
                            ('aes-cmac-96', 16)):
            for size in {0, 1, right - 1, right + 1, 16, 24, 32, 65,
                         128} - {right}:
                bad = attr(nl.A_SA_AUTH_KEY, b'\xa5' * size)
                good = sa(spi=0x9999, proto=51, enc=None, auth=name)
                group.refuse(f'{name} {size}', new,
                             replaced(good, nl.A_SA_AUTH_KEY, bad), bad)
        for size in set(range(41)) - {20, 28, 36}:
            bad = attr(nl.A_SA_AUTH_KEY, b'\xa5' * size)
            good = sa(spi=0x9999, proto=51, enc=None, auth='aes-gmac')
            group.refuse(f'AH with aes-gmac {size}', new,
                         replaced(good, nl.A_SA_AUTH_KEY, bad), bad)


def sa_others():
    name = dict(zip((nl.A_SA_PROTO, nl.A_SA_SPI, nl.A_SA_DST), sa_name()))
    types = {k: v for k, v in SA_TYPES.items() if k in name}
    for what, command in (('sa-get', nl.CMD_SA_GET), ('sa-del', nl.CMD_SA_DEL)):
        lengths(what, command, name, types, nl.A_SA_MAX + 1)
        missing(what, command, name, name)
        with Group(f'{what}: what does not exist or fit is refused') as group:
            for which in ({'spi': 0x1001}, {'dst': '192.0.2.3'},
                          {'proto': 51}, {'dst': '2001:db8::2'}):
                group.refuse(which, command, sa_name(**which), None,
                             [errno.ENOENT])
            bad = be32(nl.A_SA_SPI, 255)
            group.refuse('reserved', command,
                         replaced(name, nl.A_SA_SPI, bad), bad)
            bad = u8(nl.A_SA_DIR, 2)
            group.refuse('dir', command, list(name.values()) + [bad], bad)
            bad = attr(nl.A_SA_ENC_KEY, bytes(20))
            group.refuse('key', command, list(name.values()) + [bad], bad)
    with Group('sa-flush, config-get and bad dumps are refused') as group:
        bad = u8(nl.A_SA_DIR, 2)
        group.refuse('flush of a direction', nl.CMD_SA_FLUSH, bad, bad)
        bad = attr(nl.A_CONFIG_MAX_SAS, 1)
        group.refuse('config-get', nl.CMD_CONFIG_GET, bad, bad)
        dump = nl.REQUEST | nl.DUMP
        for command, bad in (
                (nl.CMD_SA_GET, be32(nl.A_SA_SPI, 0x1000)),
                (nl.CMD_SA_GET, ip(nl.A_SA_DST, '192.0.2.2')),
                (nl.CMD_SA_GET, u8(nl.A_SA_DIR, 3)),
                (nl.CMD_POLICY_GET, attr(nl.A_POLICY_INDEX, 1)),
                (nl.CMD_STATS_GET, attr(nl.A_DROP_REASON, 1))):
            # The end of a dump has a sentence, but the core adds no offset
            group.refuse(f'dump {command}', command, bad, flags=dump)


def policy_new():
    new, good = nl.CMD_POLICY_NEW, policy(priority=7)
    lengths('policy-new', new, good, POLICY_TYPES, nl.A_POLICY_MAX + 1)
    missing('policy-new', new, good,
            (nl.A_POLICY_DIR, nl.A_POLICY_ACTION, nl.A_POLICY_PROTO,
             nl.A_POLICY_MODE, nl.A_POLICY_SRC, nl.A_POLICY_DST,
             nl.A_POLICY_REQID))
    with Group('policy-new: values out of range are refused') as group:
        for bad in ([u8(nl.A_POLICY_DIR, v) for v in (0, 3)] +
                    [u8(nl.A_POLICY_ACTION, v) for v in (0, 4)] +
                    [u8(nl.A_POLICY_PROTO, v) for v in (0, 6, 52)] +
                    [u8(nl.A_POLICY_MODE, v) for v in (0, 3)] +
                    [attr(nl.A_POLICY_REQID, 0)]):
            group.refuse(bad.hex(), new, replaced(good, bad[2], bad), bad)
        for number in (nl.A_POLICY_INDEX, nl.A_POLICY_PACKETS):
            bad = attr(number, 1)
            group.refuse('reply only', new, list(good.values()) + [bad], bad)
        bad = be32(nl.A_POLICY_SPI, 0x2000)
        group.refuse('reqid and spi', new, list(good.values()) + [bad], bad)
        bad = be32(nl.A_POLICY_SPI, 5)
        group.refuse('reserved spi', new,
                     replaced(good, nl.A_POLICY_REQID, bad), bad)
        for number in (nl.A_POLICY_SRC, nl.A_POLICY_DST):
            for text in ('0.0.0.0', '239.1.1.1', '255.255.255.255'):
                bad = ip(number, text)
                group.refuse(text, new, replaced(good, number, bad), bad)
            bad = ip(number, '2001:db8::1')
            group.refuse('two families', new, replaced(good, number, bad))
        transport = policy(priority=7, mode=1)
        for number in (nl.A_POLICY_SRC, nl.A_POLICY_DST):
            bad = ip(number, '192.0.2.7')
            group.refuse('ends in transport mode', new,
                         list(transport.values()) + [bad], bad)
        for action in (2, 3):
            for number in (nl.A_POLICY_PROTO, nl.A_POLICY_MODE,
                           nl.A_POLICY_SRC, nl.A_POLICY_REQID):
                bad = good[number]
                group.refuse('bypass with parts of protect', new,
                             list(policy(action=action, priority=7).values()) +
                             [bad], bad)
            bad = u16(nl.A_POLICY_MSS, 1300)
            group.refuse('bypass with mss', new,
                         list(policy(action=action, priority=7).values()) +
                         [bad], bad)
        for value in (0, 1, 87):
            bad = u16(nl.A_POLICY_MSS, value)
            group.refuse(f'mss {value}', new, list(good.values()) + [bad],
                         bad)
    with Group('policy-new: a policy that exists is refused') as group:
        group.refuse('same', new, policy(priority=1, action=2).values(), None,
                     [errno.EEXIST])
    nested_sas(new, good)
    selectors(new)


def nested_sas(new, good):
    tunnel = {
        nl.A_PROTECT_PROTO: u8(nl.A_PROTECT_PROTO, 51),
        nl.A_PROTECT_MODE: u8(nl.A_PROTECT_MODE, 2),
        nl.A_PROTECT_SRC: ip(nl.A_PROTECT_SRC, '192.0.2.3'),
        nl.A_PROTECT_DST: ip(nl.A_PROTECT_DST, '192.0.2.4'),
        nl.A_PROTECT_REQID: attr(nl.A_PROTECT_REQID, 5),
    }

    def case(group, why, values, fault):
        group.refuse(why, new, list(good.values()) +
                     [attr(nl.A_POLICY_OUTER, list(values))], fault)

    with Group('policy-new: what is wrong with an SA around it') as group:
        for number in tunnel:
            case(group, f'without {number}',
                 [v for k, v in tunnel.items() if k != number], number)
        for bad in (u8(nl.A_PROTECT_PROTO, 6), u8(nl.A_PROTECT_MODE, 3),
                    ip(nl.A_PROTECT_SRC, '0.0.0.0'),
                    ip(nl.A_PROTECT_DST, '239.1.1.1'),
                    ip(nl.A_PROTECT_SRC, '2001:db8::1'),
                    attr(nl.A_PROTECT_REQID, 0)):
            case(group, bad.hex(), replaced(tunnel, bad[2], bad), bad)
        bad = be32(nl.A_PROTECT_SPI, 0x2000)
        case(group, 'reqid and spi', list(tunnel.values()) + [bad], bad)
        bad = be32(nl.A_PROTECT_SPI, 255)
        case(group, 'reserved spi',
             replaced(tunnel, nl.A_PROTECT_REQID, bad), bad)
        bad = u8(nl.A_PROTECT_MODE, 1)
        case(group, 'ends in transport mode',
             replaced(tunnel, nl.A_PROTECT_MODE, bad),
             tunnel[nl.A_PROTECT_SRC])
    with Group('policy-new: how many SAs are around it') as group:
        one = attr(nl.A_POLICY_OUTER, list(tunnel.values()))
        last = attr(nl.A_POLICY_OUTER, [attr(nl.A_PROTECT_REQID, 9)])
        group.refuse('4', new, list(good.values()) + 3 * [one] + [last], last)
        for action in (2, 3):
            group.refuse('around bypass or discard', new,
                         list(policy(action=action, priority=7).values()) +
                         [one], one)


def selectors(new):
    def case(group, why, attributes, bad, number=nl.A_POLICY_SELECTOR):
        group.refuse(why, new, list(policy(priority=7).values()) +
                     [attr(number, attributes)], bad)

    local, lplen = nl.A_SELECTOR_LOCAL_ADDR, nl.A_SELECTOR_LOCAL_PLEN
    remote, rplen = nl.A_SELECTOR_REMOTE_ADDR, nl.A_SELECTOR_REMOTE_PLEN
    with Group('selector: attributes of a wrong length are refused') as group:
        for number, kind in SELECTOR_TYPES.items():
            for data in wrong_lengths(kind):
                bad = attr(number, data, kind == 'nest')
                case(group, f'{number} {len(data)}', [bad], bad)
        bad = attr(nl.A_SELECTOR_MAX + 1, 1)
        case(group, 'unknown', [bad], None)
        plain = attr(nl.A_POLICY_SELECTOR, selector('10.0.0.0/8'))
        plain = plain[:2] + bytes([nl.A_POLICY_SELECTOR, 0]) + plain[4:]
        group.refuse('nest without its flag', new,
                     list(policy(priority=7).values()) + [plain], plain)
    with Group('selector: prefixes that are wrong are refused') as group:
        for address, plen in ((local, lplen), (remote, rplen)):
            for text, bits in (('10.0.0.1', 24), ('10.1.2.3', 0),
                               ('2001:db8::1', 64), ('::1', 0),
                               ('128.0.0.0', 0), ('10.0.0.1', 31)):
                bad = ip(address, text)
                case(group, f'host bits {text}/{bits}',
                     [bad, u8(plen, bits)], bad)
            for text, bits in (('10.0.0.0', 33), ('10.0.0.0', 128),
                               ('2001:db8::', 129), ('2001:db8::', 255)):
                bad = u8(plen, bits)
                case(group, f'long {text}/{bits}', [ip(address, text), bad],
                     bad)
            bad = u8(plen, 8)
            case(group, 'length without address', [bad], bad)
        bad = ip(remote, '2001:db8::')
        case(group, 'two families', [ip(local, '10.0.0.0'), u8(lplen, 8), bad,
                                     u8(rplen, 32)], bad)
    ports(case)
    lists(case)
    types(case)


def span(number, first, last):
    """A range of addresses."""
    return attr(number, [ip(nl.A_ADDR_RANGE_FIRST, first),
                         ip(nl.A_ADDR_RANGE_LAST, last)])


def port_span(number, first, last):
    """A range of ports."""
    return attr(number, [u16(nl.A_PORT_RANGE_FIRST, first),
                         u16(nl.A_PORT_RANGE_LAST, last)])


def lists(case):
    local, remote = nl.A_SELECTOR_LOCAL_RANGE, nl.A_SELECTOR_REMOTE_RANGE
    ports_of = nl.A_SELECTOR_LOCAL_PORTS
    udp = u8(nl.A_SELECTOR_PROTO, 17)
    with Group('selector: lists that are wrong are refused') as group:
        for first, last in (('10.0.0.2', '10.0.0.1'), ('::2', '::1'),
                            ('10.0.0.1', '::1'), ('::', '10.0.0.1')):
            bad = span(remote, first, last)
            case(group, f'{first}-{last}', [bad], bad)
        one = span(local, '10.0.0.5', '10.0.0.9')
        for first, last in (('10.0.0.5', '10.0.0.9'), ('10.0.0.9', '10.1.0.0'),
                            ('10.0.0.1', '10.0.0.5'), ('10.0.0.6', '10.0.0.7'),
                            ('0.0.0.0', '255.255.255.255'), ('::', '::1')):
            bad = span(local, first, last)
            case(group, f'beside 10.0.0.5-9: {first}-{last}', [one, bad],
                 None if bad == one else bad)
        bad = span(remote, '::', '::1')
        case(group, 'two families', [one, bad], bad)
        for number in (nl.A_ADDR_RANGE_FIRST, nl.A_ADDR_RANGE_LAST):
            bad = attr(local, [ip(number, '10.0.0.1')])
            case(group, f'only {number}', [bad], bad)
        case(group, 'list and prefix', [one] + selector('10.0.0.0/8'), one)
        many = [span(local, f'10.0.{n}.1', f'10.0.{n}.2') for n in range(17)]
        case(group, 'more than 16', many, many[16])
        pairs = many[:16] + [span(remote, f'10.1.{n}.1', f'10.1.{n}.2')
                             for n in range(5)]
        case(group, 'more than 256 pairs', pairs,
             attr(nl.A_POLICY_SELECTOR, pairs))
    with Group('selector: lists of ports that are wrong') as group:
        for first, last in ((2, 1), (65535, 0)):
            bad = port_span(ports_of, first, last)
            case(group, f'{first}-{last}', [udp, bad], bad)
        one = port_span(ports_of, 5, 9)
        for first, last in ((9, 10), (1, 5), (6, 7), (0, 65535)):
            bad = port_span(ports_of, first, last)
            case(group, f'beside 5-9: {first}-{last}', [udp, one, bad], bad)
        bad = attr(ports_of, [u16(nl.A_PORT_RANGE_LAST, 7)])
        case(group, 'without the first', [udp, bad], bad)
        case(group, 'without a protocol', [one], one)
        case(group, 'list and range',
             [udp, one, u16(nl.A_SELECTOR_LOCAL_PORT_MIN, 80)], one)
        many = [port_span(ports_of, 2 * n, 2 * n) for n in range(17)]
        case(group, 'more than 16', [udp] + many, many[16])


def types(case):
    def proto(number):
        return u8(nl.A_SELECTOR_PROTO, number)

    kind, code = nl.A_SELECTOR_ICMP_TYPE, nl.A_SELECTOR_ICMP_CODE
    kind_max, code_max = kind + 2, code + 2
    mh, opaque = nl.A_SELECTOR_MH_TYPE, attr(nl.A_SELECTOR_OPAQUE)
    proto_opaque = attr(nl.A_SELECTOR_PROTO_OPAQUE)
    with Group('selector: types and OPAQUE that are wrong') as group:
        assert kind_max == nl.A_SELECTOR_ICMP_TYPE_MAX
        bad = u8(kind, 5)
        case(group, 'last ICMP type below', [proto(1), bad, u8(kind_max, 4)],
             bad)
        case(group, 'last ICMP code below',
             [proto(1), bad, u8(code, 3), u8(code_max, 2)], bad)
        for number in (kind_max, nl.A_SELECTOR_ICMP_CODE_MAX):
            bad = u8(number, 5)
            case(group, f'{number} alone', [proto(1), bad], bad)
        bad = u8(mh, 5)
        case(group, 'mh-type of UDP', [proto(17), bad], bad)
        case(group, 'mh-type of IPv4',
             selector('10.0.0.0/8') + [proto(135), bad], bad)
        bad = u8(nl.A_SELECTOR_MH_TYPE_MAX, 4)
        case(group, 'last mh-type below', [proto(135), u8(mh, 5), bad], bad)
        case(group, 'last mh-type alone', [proto(135), bad], bad)
        for number in (0, 47, 50):
            case(group, f'opaque of {number}', [proto(number), opaque], opaque)
        case(group, 'opaque and ports',
             [proto(17), opaque, u16(nl.A_SELECTOR_LOCAL_PORT_MIN, 5)], opaque)
        case(group, 'opaque and type', [proto(1), opaque, u8(kind, 8)], opaque)
        case(group, 'protocol and opaque', [proto(17), proto_opaque],
             proto_opaque)
        case(group, 'protocol opaque in IPv4',
             selector('10.0.0.0/8') + [proto_opaque], proto_opaque)
    mark, mask = nl.A_SELECTOR_MARK, nl.A_SELECTOR_MARK_MASK
    with Group('selector: marks and devices that are wrong') as group:
        bad = attr(mask, 1)
        case(group, 'mask alone', [bad], bad)
        bad = attr(mask, 0)
        case(group, 'no bit of it', [attr(mark, 0), bad], bad)
        bad = attr(mark, 3)
        case(group, 'bits beside the mask', [bad, attr(mask, 1)], bad)
        for name in ('', 'a/b', 'a b', '..', 'a:b'):
            bad = attr(nl.A_SELECTOR_DEV, name)
            case(group, f'device {name!r}', [bad], bad)
        for one in (attr(mark, 1), attr(nl.A_SELECTOR_DEV, 'wan')):
            bad = attr(nl.A_SA_SELECTOR, [one])
            group.refuse('of an SA', nl.CMD_SA_NEW,
                         list(sa(spi=0x9998, key=KEY).values()) + [bad], bad)


def explain():
    packet = selector('10.0.0.1', '10.0.0.2')
    direction, udp = u8(nl.A_POLICY_DIR, 2), u8(nl.A_SELECTOR_PROTO, 17)
    port = u16(nl.A_SELECTOR_LOCAL_PORT_MIN, 5)
    with Group('explain: what is not one packet is refused') as group:
        group.refuse('no selector', nl.CMD_EXPLAIN, direction,
                     nl.A_POLICY_SELECTOR)
        group.refuse('no direction', nl.CMD_EXPLAIN,
                     attr(nl.A_POLICY_SELECTOR, packet), nl.A_POLICY_DIR)
        for why, sel in (
                ('no addresses', [udp]), ('one address', packet[:1]),
                ('a prefix', selector('10.0.0.0/8', '10.0.0.2')),
                ('a list', [span(nl.A_SELECTOR_LOCAL_RANGE, '10.0.0.1',
                                 '10.0.0.2')] + selector(None, '10.0.0.2')),
                ('one port', packet + [udp, port]),
                ('a range of ports', packet + [
                    udp, port, u16(nl.A_SELECTOR_REMOTE_PORT_MIN, 5),
                    u16(nl.A_SELECTOR_REMOTE_PORT_MAX, 6)]),
                ('type without code', packet + [u8(nl.A_SELECTOR_PROTO, 1),
                                                u8(nl.A_SELECTOR_ICMP_TYPE,
                                                   8)]),
                ('part of a mark', packet + [attr(nl.A_SELECTOR_MARK, 1),
                                             attr(nl.A_SELECTOR_MARK_MASK,
                                                  1)])):
            bad = attr(nl.A_POLICY_SELECTOR, sel)
            group.refuse(why, nl.CMD_EXPLAIN, [direction, bad], bad)


def ports(case):
    minimum = (nl.A_SELECTOR_LOCAL_PORT_MIN, nl.A_SELECTOR_REMOTE_PORT_MIN)
    tcp = u8(nl.A_SELECTOR_PROTO, 6)
    with Group('selector: ports and ICMP types that are wrong') as group:
        for low in minimum:
            for proto in (None, 0, 1, 47, 50, 58, 255):
                bad = u16(low, 80)
                more = [] if proto is None else \
                    [u8(nl.A_SELECTOR_PROTO, proto)]
                case(group, f'port of proto {proto}', more + [bad], bad)
            bad = u16(low + 1, 79)
            case(group, 'range upside down', [tcp, u16(low, 80), bad], bad)
            case(group, 'last without first', [tcp, bad], bad)
        kind, code = nl.A_SELECTOR_ICMP_TYPE, nl.A_SELECTOR_ICMP_CODE
        for proto in (None, 6, 17):
            bad = u8(kind, 8)
            case(group, f'ICMP type of {proto}',
                 ([u8(nl.A_SELECTOR_PROTO, proto)] if proto else []) + [bad],
                 bad)
        bad = u8(code, 0)
        case(group, 'code without type', [u8(nl.A_SELECTOR_PROTO, 1), bad],
             bad)
        for proto, net in ((58, '10.0.0.0/8'), (1, '2001:db8::/32')):
            bad = u8(nl.A_SELECTOR_PROTO, proto)
            case(group, 'ICMP of the other family',
                 selector(net) + [bad, u8(kind, 8)], bad)


def policy_others():
    get, delete = nl.CMD_POLICY_GET, nl.CMD_POLICY_DEL
    index = {nl.A_POLICY_INDEX: attr(nl.A_POLICY_INDEX, 999)}
    for what, command in (('policy-get', get), ('policy-del', delete)):
        lengths(what, command, index, {nl.A_POLICY_INDEX: 4},
                nl.A_POLICY_MAX + 1)
        with Group(f'{what}: what does not exist or fit is refused') as group:
            for number in (0, 999, 0xffffffff):
                group.refuse(f'index {number}', command,
                             attr(nl.A_POLICY_INDEX, number), None,
                             [errno.ENOENT])
            bad = u8(nl.A_POLICY_DIR, 1)
            group.refuse('index and dir', command,
                         attr(nl.A_POLICY_INDEX, 1) + bad, bad)
            group.refuse('nothing', command, b'',
                         nl.A_POLICY_INDEX if command == get else
                         nl.A_POLICY_DIR)
            if command == get:
                continue
            group.refuse('dir without the right priority', command,
                         [bad, attr(nl.A_POLICY_PRIORITY, 3)], None,
                         [errno.ENOENT])
            bad = attr(nl.A_POLICY_PRIORITY, 1)
            group.refuse('index and priority', command,
                         attr(nl.A_POLICY_INDEX, 1) + bad, bad)
            bad = ip(nl.A_SELECTOR_LOCAL_ADDR, '10.0.0.1')
            group.refuse('selector with host bits', command,
                         [u8(nl.A_POLICY_DIR, 1),
                          attr(nl.A_POLICY_SELECTOR,
                               [bad, u8(nl.A_SELECTOR_LOCAL_PLEN, 8)])], bad)
    with Group('policy-flush: a wrong direction is refused') as group:
        for value in (0, 3):
            bad = u8(nl.A_POLICY_DIR, value)
            group.refuse(f'dir {value}', nl.CMD_POLICY_FLUSH, bad, bad)


def config():
    command = nl.CMD_CONFIG_SET
    lengths('config-set', command, {}, CONFIG_TYPES, nl.A_CONFIG_MAX + 1)
    with Group('config-set: values out of range are refused') as group:
        for number in (nl.A_CONFIG_DEFAULT_IN, nl.A_CONFIG_DEFAULT_OUT):
            for value in (0, 1, 4, 255):
                bad = u8(number, value)
                group.refuse(f'default {value}', command, bad, bad)
        for number, values in ((nl.A_CONFIG_ACQUIRE_INTERVAL, (0, 3601)),
                               (nl.A_CONFIG_HOLD_PACKETS, (1025,)),
                               (nl.A_CONFIG_HOLD_TOTAL, (16385,)),
                               (nl.A_CONFIG_HOLD_TIME, (301, 0xffffffff))):
            for value in values:
                bad = attr(number, value)
                group.refuse(f'{number} is {value}', command, bad, bad)
        for number, values in ((nl.A_CONFIG_ICMP_CHECK, (0, 4, 255)),
                               (nl.A_CONFIG_ICMP_RETURN_SA, (2, 255)),
                               (nl.A_CONFIG_ICMP_ANSWER, (2, 255)),
                               (nl.A_CONFIG_FRAGMENT, (0, 3, 255))):
            for value in values:
                bad = u8(number, value)
                group.refuse(f'{number} is {value}', command, bad, bad)
        for number in (nl.A_CONFIG_ICMP_CLEAR, nl.A_CONFIG_ICMP_SA):
            for value in (128, 0xffffffff):
                bad = attr(number, value)
                group.refuse(f'{number} is {value}', command, bad, bad)
        for number in (nl.A_CONFIG_SAS, nl.A_CONFIG_POLICIES):
            bad = attr(number, 1)
            group.refuse('reply only', command, bad, bad)


def good_requests():
    """The base of every refusal is itself accepted, so that what was wrong
    in it was what was said to be; of two attributes the last one counts."""
    wrong = []
    for what in ({'key': KEYS[2]}, {'proto': 51, 'enc': None,
                 'auth': 'hmac-sha2-256-128', 'akey': AKEY},
                 {'enc': 'null', 'auth': 'hmac-sha2-256-128', 'akey': AKEY},
                 {'direction': 1, 'spi': 0x9998}, {'mode': 1, 'spi': 0x9997}):
        what = {'spi': 0x9999, **what}
        answer = nl.new_sa(sock, **what)
        gone = sock.request(nl.CMD_SA_DEL, sa_name(
            what['spi'], proto=what.get('proto', 50)))
        if answer.error or gone.error:
            wrong += [f'{what["spi"]}: {answer}, {gone}']
    for what in ({}, {'mode': 1}, {'action': 2}, {'action': 3},
                 {'sel': selector('10.0.0.0/8', '10.1.0.0/16',
                                  u8(nl.A_SELECTOR_PROTO, 6),
                                  u16(nl.A_SELECTOR_LOCAL_PORT_MIN, 80))}):
        answer = nl.new_policy(sock, priority=7, **what)
        index = nl.parse(answer.messages[0][1])[0][1] if answer.messages \
            else bytes(4)
        gone = sock.request(nl.CMD_POLICY_DEL, attr(nl.A_POLICY_INDEX, index))
        if answer.error or gone.error:
            wrong += [f'{answer}, {gone}']
    result(not wrong, 'the requests without the mistake are accepted', wrong)
    twice = [be32(nl.A_SA_SPI, 0x5001), attr(nl.A_SA_ENC_KEY, KEYS[3])]
    answer = sock.request(nl.CMD_SA_NEW,
                          twice + list(sa(spi=0x5002, key=KEYS[4][:20])
                                       .values()))
    first = sock.request(nl.CMD_SA_GET, sa_name(0x5001))
    second = sock.request(nl.CMD_SA_DEL, sa_name(0x5002))
    result((answer.error, first.error, second.error) == (0, errno.ENOENT, 0),
           'of an attribute given twice the last one counts',
           f'{answer}, {first}, {second}')


def torn():
    """The core sends what is refused back to who has sent it; a key must be
    gone from it wherever it stands."""
    good = sa(spi=0x5003, key=KEYS[5])
    key = good.pop(nl.A_SA_ENC_KEY)
    rest = b''.join(good.values())
    with Group('sa-new: keys in messages that are torn') as group:
        for why, bad in (
                ('cut in the middle of the key', rest + key[:-5]),
                ('the key alone, without its end', key[:-4]),
                ('an attribute of length 0 in front of it',
                 rest + bytes(4) + key),
                ('an attribute that reaches over it', rest + struct.pack(
                    '=HH', 1000, nl.A_SA_REQID) + key),
                ('under another number', rest + attr(nl.A_SA_DRIVER, KEYS[5])),
                ('inside of another one', rest + attr(nl.A_SA_SELECTOR, [key])),
                ('behind the attributes', rest + key + KEYS[5][:3])):
            group.refuse(why, nl.CMD_SA_NEW, bad)
    result(KEYS[5][:8] not in nl.received, 'none of them comes back')


def main():
    for what in (nl.new_sa(sock, key=KEY), nl.new_sa(sock, spi=0x1001,
                 direction=1, dst='192.0.2.9'),
                 nl.new_policy(sock, priority=1, action=2),
                 nl.new_policy(sock, direction=1, sel=selector('10.0.0.0/8'))):
        if what.error:
            raise SystemExit(f'preparation: {what}')
    good_requests()
    sa_new()
    torn()
    sa_others()
    policy_new()
    policy_others()
    explain()
    config()
    result(not [k for k in KEYS if k[:8] in nl.received],
           f'no key in the {len(nl.received)} bytes that were received')
    result(b'\xa5' * 8 not in nl.received, 'nor one of a wrong length')


main()
