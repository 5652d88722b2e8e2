#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every byte that the module says over netlink, in a network namespace of its
own: netlink_bytes.py

Requests and packets bring about each message with each of its attributes; what
is said is compared with the specification by spec.py, to the last byte of
padding. The largest messages there can be fit where they are put.
"""

import errno
import itertools
import os
import pathlib
import socket
import struct
import subprocess
import sys
import time

import forge
import nl
import spec
from nl import attr, ip, result, sa, sa_name, selector, u8, u16

HERE, PEER = '192.0.2.1', '192.0.2.2'
HERE6, PEER6 = '2001:db8::1', '2001:db8::2'
KEY = os.urandom(20)
LAST = 0xffffffff
# What the kernel fills free memory with, if it was told to (slub_debug=P)
POISON = b'\x6b' * 8, b'\x5a' * 8


class Watch:
    """Listens to all groups, and looks at all that is said."""

    def __init__(self):
        self.sock = nl.Sock()
        self.listeners = [nl.Sock(group=group) for group in self.sock.groups]
        self.told = {name: set() for name in spec.OPERATIONS}
        self.count, self.wrong = 0, []

    def look(self, payload):
        """One message, from the generic netlink header on."""
        self.count += 1
        try:
            name, names = spec.check_message(payload)
            self.told[name] |= names
        except ValueError as error:
            self.wrong.append(str(error))
        if any(poison in payload for poison in POISON):
            self.wrong.append(f'memory of others in {payload.hex()}')

    def events(self, seconds=0.0):
        """What was told."""
        for listener in self.listeners:
            listener.sock.settimeout(seconds or 0.001)
            try:
                while True:
                    for kind, _, _, payload in listener.read():
                        if kind == listener.family:
                            self.look(payload)
            except (TimeoutError, socket.timeout):
                pass

    def hear(self, name, attribute=None):
        """Wait until this operation was told, or an attribute of it."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            self.events()
            if attribute in self.told[name] or (not attribute and
                                                self.told[name]):
                return
            time.sleep(0.01)

    def ask(self, command, attributes=(), flags=nl.REQUEST | nl.ACK):
        """A request that is granted; every answer is looked at."""
        if isinstance(attributes, dict):
            attributes = attributes.values()
        answer = self.sock.request(command, b''.join(attributes), flags)
        if answer.error:
            raise SystemExit(f'{command}: {answer}')
        for number, data in answer.messages:
            self.look(struct.pack('=BBH', number, 1, 0) + data)
        self.events()
        return answer

    def dumps(self):
        """All there is."""
        for op in spec.OPERATIONS.values():
            if 'dump' in op:
                self.ask(spec.command(op['name']), (), nl.REQUEST | nl.DUMP)


def devices():
    """A pair of which v0 is here and v1 as good as outside."""
    commands = f'''link set lo up
        link add v0 address 02:00:00:00:0a:01 type veth peer name v1 address 02:00:00:00:00:fe
        link set v0 up
        link set v1 up
        addr add {HERE}/24 dev v0
        addr add {HERE6}/64 dev v0 nodad
        neigh add {PEER} lladdr 02:00:00:00:00:fe dev v0
        neigh add {PEER6} lladdr 02:00:00:00:00:fe dev v0'''
    subprocess.run(['ip', '-batch', '-'], input=commands.encode(), check=True)
    for name in ('all', 'default', 'v0', 'v1'):
        path = pathlib.Path(f'/proc/sys/net/ipv4/conf/{name}')
        (path / 'rp_filter').write_text('0', encoding='ascii')
        (path / 'arp_ignore').write_text('8', encoding='ascii')


def lists(six):
    """Four lists of 16 ranges, the longest there are."""
    pattern = '2001:db8:{0:x}:{1:x}::{2}' if six else '10.{0}.{1}.{2}'
    found = [u8(nl.A_SELECTOR_PROTO, 17)]
    for side in (nl.A_SELECTOR_LOCAL_RANGE, nl.A_SELECTOR_REMOTE_RANGE):
        for i in range(16):
            found.append(attr(side, [
                ip(nl.A_ADDR_RANGE_FIRST, pattern.format(side, i, 2)),
                ip(nl.A_ADDR_RANGE_LAST, pattern.format(side, i, 3))]))
    for side in (nl.A_SELECTOR_LOCAL_PORTS, nl.A_SELECTOR_REMOTE_PORTS):
        for i in range(16):
            found.append(attr(side, [u16(nl.A_PORT_RANGE_FIRST, 10 * i + 1),
                                     u16(nl.A_PORT_RANGE_LAST, 10 * i + 5)]))
    return found


def selectors(six, alone):
    """Selectors that show each attribute; alone: as a policy may have them."""
    local, remote = ('2001:db8:1::/48', '2001:db8:2::/48') if six else \
        ('10.1.0.0/16', '10.2.0.0/16')

    def one(proto, *more):
        return selector(local, remote, u8(nl.A_SELECTOR_PROTO, proto), *more)

    yield lists(six)
    for local_port, remote_port in itertools.product((0, 1), (0, 1)):
        yield one(6, *[u16(nl.A_SELECTOR_LOCAL_PORT_MIN, 5)][:local_port],
                  *[u16(nl.A_SELECTOR_REMOTE_PORT_MIN, 5),
                    u16(nl.A_SELECTOR_REMOTE_PORT_MAX, 9)][:2 * remote_port])
    yield one(58 if six else 1, u8(nl.A_SELECTOR_ICMP_TYPE, 3),
              u8(nl.A_SELECTOR_ICMP_TYPE_MAX, 5),
              u8(nl.A_SELECTOR_ICMP_CODE, 1))
    yield one(17, attr(nl.A_SELECTOR_OPAQUE))
    if six:
        yield one(135, u8(nl.A_SELECTOR_MH_TYPE, 3),
                  u8(nl.A_SELECTOR_MH_TYPE_MAX, 5))
        yield selector(local, remote, attr(nl.A_SELECTOR_PROTO_OPAQUE))
    if alone:
        yield one(0, attr(nl.A_SELECTOR_MARK, 0x10),
                  attr(nl.A_SELECTOR_MARK_MASK, 0xf0),
                  attr(nl.A_SELECTOR_DEV, 'abcdefghijklmno'))


def life(number, **limits):
    """Lifetimes by name."""
    return attr(number, [
        attr(getattr(nl, f'A_LIFE_{name.upper()}'),
             struct.pack('=Q' if name in ('bytes', 'packets') else '=I', value))
        for name, value in limits.items()])


def more(*attributes):
    """As sa() of nl.py wants them."""
    return {struct.unpack_from('=HH', a)[1] & 0x3fff: a for a in attributes}


def sas():
    """SAs that show each setting."""
    plain = {'src': HERE, 'dst': PEER, 'key': KEY}
    ports = u16(nl.A_SA_ENCAP_SPORT, 4500), u16(nl.A_SA_ENCAP_DPORT, 4501)
    all_lives = [life(number, time=1000 - number, use=1000, bytes=1 << 62,
                      packets=1 << 61) for number in (nl.A_SA_LIFE_SOFT,)]
    all_lives.append(life(nl.A_SA_LIFE_HARD, time=2000, use=2000, idle=3000,
                          bytes=(1 << 63) - 1, packets=1 << 62))
    # The longest names, and all that an SA can have beside lists of ranges
    yield sa(enc='aes-cbc', auth='hmac-sha2-256-128', src=HERE6, dst=PEER6,
             key=bytes(32), akey=bytes(32), reqid=LAST, more=more(
                 attr(nl.A_SA_SELECTOR, lists(True)), *all_lives, *ports,
                 u8(nl.A_SA_TTL, 9), attr(nl.A_SA_DSCP_MAP, bytes(64)),
                 u8(nl.A_SA_ECN, 2), attr(nl.A_SA_FLOW_LABEL, 0xfffff),
                 u16(nl.A_SA_TFC, 65535), u8(nl.A_SA_PAD_MIN, 100),
                 u16(nl.A_SA_KEEPALIVE, 60000), attr(nl.A_SA_ESN)))
    yield sa(**plain, more=more(
        u8(nl.A_SA_DSCP, 46), u8(nl.A_SA_DF, 2), attr(nl.A_SA_SEQ_ROLLOVER)))
    yield sa(src=HERE6, dst=PEER6, more=more(u8(nl.A_SA_LABEL, 2)))
    yield sa(src=PEER6, dst=HERE6, direction=1, mode=1, reqid=1, more=more(
        *ports, attr(nl.A_SA_ESN), attr(nl.A_SA_RESYNC, 5),
        attr(nl.A_SA_REPLAY_WINDOW, 64), attr(nl.A_SA_FOLLOW),
        ip(nl.A_SA_ORIGINAL_SRC, PEER6), ip(nl.A_SA_ORIGINAL_DST, HERE6)))
    yield sa(src=PEER, dst=HERE, direction=1, more=more(
        u8(nl.A_SA_DECAP_DSCP, 1)))
    yield sa(src=PEER, dst=HERE, direction=1, proto=51, enc=None,
             auth='aes-gmac', akey=bytes(20))
    for six in False, True:
        for sel in selectors(six, False):
            yield sa(src=PEER, dst=HERE, direction=1,
                     more=more(attr(nl.A_SA_SELECTOR, sel)))


def policies():
    """Policies that show each attribute."""
    for six in False, True:
        for sel in selectors(six, True):
            yield nl.policy(action=2, sel=sel)
    yield nl.policy(direction=1, action=3)
    nested = nl.policy(sel=lists(True), priority=5, reqid=LAST)
    nested[nl.A_POLICY_MSS] = u16(nl.A_POLICY_MSS, 1200)
    nested[nl.A_POLICY_OUTER] = attr(nl.A_POLICY_OUTER, [
        u8(nl.A_PROTECT_PROTO, 51), u8(nl.A_PROTECT_MODE, 2),
        ip(nl.A_PROTECT_SRC, HERE6), ip(nl.A_PROTECT_DST, PEER6),
        nl.be32(nl.A_PROTECT_SPI, 0x1234)]) * 3
    yield nested
    yield nl.policy(mode=1, spi=0x1234)


def settings(watch):
    """Every SA, policy and setting; what is large fits."""
    for i, one in enumerate(sas()):
        proto, dst = one[nl.A_SA_PROTO], one[nl.A_SA_DST]
        one[nl.A_SA_SPI] = nl.be32(nl.A_SA_SPI, 0x1000 + i)
        watch.ask(nl.CMD_SA_NEW, one)
        watch.ask(nl.CMD_SA_GET, [proto, dst, one[nl.A_SA_SPI]])
    for one in policies():
        index = nl.parse(watch.ask(nl.CMD_POLICY_NEW, one).messages[0][1])[0][1]
        watch.ask(nl.CMD_POLICY_GET, [attr(nl.A_POLICY_INDEX, index)])
    watch.ask(nl.CMD_CONFIG_SET, [u8(nl.A_CONFIG_ICMP_CHECK, 2)])
    watch.ask(nl.CMD_CONFIG_GET)
    watch.dumps()
    first_dump(watch, nl.CMD_SA_GET)
    first_dump(watch, nl.CMD_POLICY_GET)
    for command in nl.CMD_POLICY_FLUSH, nl.CMD_SA_FLUSH:
        watch.ask(command)


def first_dump(watch, command):
    """To a socket that nothing was read from, so that the kernel has only a
    small buffer for the first message; and it fits."""
    before = len(watch.wrong)
    sock = nl.Sock.__new__(nl.Sock)
    sock.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
    sock.sock.bind((0, 0))
    sock.sock.settimeout(20)
    sock.seq, sock.family = 0, watch.sock.family
    answer = sock.dump(command)
    for number, data in answer.messages:
        watch.look(struct.pack('=BBH', number, 1, 0) + data)
    count = len(watch.sock.dump(command).messages)
    result(not answer.error and len(answer.messages) == count and
           len(watch.wrong) == before,
           f'a dump of {count} fits in small buffers',
           f'{answer} {watch.wrong[before:]}')
    sock.sock.close()


def outbound(watch):
    """An SA that comes to its end, and one that is asked for."""
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(peer=PEER):
        try:
            out.sendto(b'', (peer, 9))
        except PermissionError:
            pass

    plain = {'src': HERE, 'dst': PEER, 'mode': 1, 'key': KEY, 'reqid': 1}
    watch.ask(nl.CMD_POLICY_NEW, nl.policy(mode=1, sel=selector(HERE, PEER)))
    watch.ask(nl.CMD_POLICY_NEW, nl.policy(
        spi=0x7777, mode=1, sel=selector(HERE, '192.0.2.9')))
    send()
    out.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 5)
    send('192.0.2.9')
    watch.hear('acquire-ntf', 'spi')
    watch.dumps()
    name = sa_name(dst=PEER)
    watch.ask(nl.CMD_SA_NEW, sa(**plain, more=more(
        life(nl.A_SA_LIFE_SOFT, packets=1), life(nl.A_SA_LIFE_HARD, packets=3),
        attr(nl.A_SA_SEQ, struct.pack('=Q', 7)))))
    watch.ask(nl.CMD_SA_DUMMY, name + [u16(nl.A_SA_DUMMY_COUNT, 2)])
    watch.hear('sa-soft-ntf', 'soft-expired')
    watch.ask(nl.CMD_SA_GET, name)
    watch.ask(nl.CMD_EXPLAIN, [u8(nl.A_POLICY_DIR, 2), attr(
        nl.A_POLICY_SELECTOR, selector(HERE, PEER))])
    watch.sock.request(nl.CMD_SA_DUMMY, b''.join(
        name + [u16(nl.A_SA_DUMMY_COUNT, 9)]))
    watch.hear('sa-del-ntf', 'hard-expired')
    watch.ask(nl.CMD_EXPLAIN, [u8(nl.A_POLICY_DIR, 2), attr(
        nl.A_POLICY_SELECTOR, selector(HERE, PEER))])
    watch.ask(nl.CMD_SA_NEW, sa(**plain, more=more(
        attr(nl.A_SA_SEQ, struct.pack('=Q', LAST - 1)))))
    for _ in range(3):
        send()
    watch.hear('sa-exhausted-ntf')
    watch.ask(nl.CMD_SA_GET, name)
    out.close()


def path_mtu(watch):
    """What ICMP has told about the way to a peer."""
    watch.ask(nl.CMD_SA_NEW, sa(spi=0x3000, src=HERE, dst=PEER, key=KEY))
    out = forge.SA(0x3000, HERE, PEER, enc='aes-gcm-16', enc_key=KEY)
    watch.ask(nl.CMD_SA_DUMMY, sa_name(0x3000, PEER))
    forge.put('v1', forge.error(PEER, HERE, out.esp(bytes(40), 59)[:60],
                                code=4, info=1000))
    end = time.monotonic() + 10
    while 'pmtu-expires' not in watch.told['sa-get'] and \
            time.monotonic() < end:
        watch.ask(nl.CMD_SA_GET, sa_name(0x3000, PEER))


def inbound(watch):
    """Packets of a peer that are right, wrong, and from somewhere else."""
    ports = u16(nl.A_SA_ENCAP_SPORT, 4500), u16(nl.A_SA_ENCAP_DPORT, 4500)
    for six, proto in itertools.product((False, True), (50, 51)):
        here, peer = (HERE6, PEER6) if six else (HERE, PEER)
        kind = {'enc': 'aes-gcm-16', 'key': KEY} if proto == 50 else \
            {'enc': None, 'auth': 'hmac-sha2-256-128', 'akey': KEY + KEY[:12]}
        sel = selector(here, peer, u8(nl.A_SELECTOR_PROTO, 17))
        spi = 0x2000 + proto + 2 * six
        watch.ask(nl.CMD_SA_NEW, sa(
            spi=spi, src=peer, dst=here, mode=1, direction=1, proto=proto,
            reqid=5, **kind, more=more(*[attr(nl.A_SA_SELECTOR, sel)][:six])))
        names = {'enc': 'aes-gcm-16', 'enc_key': KEY} if proto == 50 else \
            {'auth': 'hmac-sha2-256-128', 'auth_key': KEY + KEY[:12]}
        far = forge.SA(spi, peer, here, **names)
        # Good and again, with a wrong ICV, for nobody, and what it may not
        # carry
        good = far.transport(20, seq=5)
        forge.put('v1', good, good, good[:-1] + bytes([good[-1] ^ 1]),
                  far.but(spi=0x9999).transport(20),
                  far.send(forge.tcp(peer, here, 5, 6), 6))
        watch.events()
    for event in ('label', 'event'):
        watch.hear('audit-ntf', event)
    watch.hear('audit-ntf', 'selector')
    watch.ask(nl.CMD_SA_NEW, sa(
        spi=0x2100, src=PEER, dst=HERE, mode=1, direction=1, reqid=6, key=KEY,
        more=more(*ports, attr(nl.A_SA_FOLLOW))))
    watch.ask(nl.CMD_SA_NEW, sa(
        spi=0x2101, src=HERE, dst=PEER, mode=1, reqid=6, key=KEY,
        more=more(*ports)))
    far = forge.SA(0x2100, PEER, HERE, enc='aes-gcm-16', enc_key=KEY)
    for seq, src, port in (1, None, 4500), (2, '192.0.2.77', 5500):
        forge.put('v1', forge.encap(far.transport(20, seq=seq), sport=port,
                                    src=src))
    watch.hear('sa-mapping-ntf', 'old-peer')
    watch.ask(nl.CMD_SA_GET, sa_name(0x2101, PEER))
    watch.dumps()


def no_protection(watch):
    """An SA that must not be, which is audited."""
    bad = sa(enc='null')
    answer = watch.sock.request(nl.CMD_SA_NEW, b''.join(bad.values()))
    if answer.error != errno.EINVAL:
        raise SystemExit(f'an SA without protection: {answer}')
    watch.events()


def missing(watch):
    """Attributes that the specification has and nobody was told. What tells of
    something in the format of a get is one with it."""
    for name in {spec.like(name)['name'] for name in spec.OPERATIONS}:
        told = set().union(*(names for other, names in watch.told.items()
                             if spec.like(other)['name'] == name))
        table = spec.SETS[spec.like(name)['attribute-set']].values()
        pads = {a['name'] for a in table if a['type'] == 'pad'}
        for attribute in sorted(spec.TOLD[name] - told - pads):
            yield f'{name}.{attribute}'


def main():
    """Results as results_of wants them."""
    forge.GATEWAY['v1'] = forge.GATEWAY['left']
    devices()
    watch = Watch()
    for step in (settings, outbound, path_mtu, inbound, no_protection):
        step(watch)
    watch.ask(nl.CMD_SA_FLUSH)
    watch.events(1)
    told = sum(len(names) for names in watch.told.values())
    result(not watch.wrong, f'each byte of {watch.count} messages with {told} '
           'attributes is as specified', ' | '.join(watch.wrong[:3]))
    silent = [name for name, names in watch.told.items()
              if spec.TOLD[name] and not names]
    result(not silent, 'every message was seen', silent)
    result(not list(missing(watch)), 'with every attribute it can have',
           list(missing(watch)))
    result(KEY not in nl.received and KEY[:8] not in nl.received,
           'no key was in them')


if __name__ == '__main__':
    sys.exit(main())
