# SPDX-License-Identifier: GPL-2.0
"""Generic netlink by hand, for messages that ipsecctl would not send.

Numbers come from the uAPI header. A test is a call of result(), which prints
one line for results_of of lib.sh. Everything that was ever received is kept in
`received`, to be searched for keys.
"""

import os
import pathlib
import re
import socket
import struct

GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 3
NLMSG_ERROR, NLMSG_DONE = 2, 3
REQUEST, MULTI, ACK, ROOT, DUMP = 1, 2, 4, 0x100, 0x300
DUMP_INTR, CAPPED, ACK_TLVS = 0x10, 0x100, 0x200
SOL_NETLINK, ADD_MEMBERSHIP, CAP_ACK, EXT_ACK, STRICT = 270, 1, 10, 11, 12
NESTED = 0x8000
SO_RCVBUFFORCE = 33

received = bytearray()


def _constants():
    """IPSEC_* of the uAPI header, without the prefix."""
    header = pathlib.Path(__file__).resolve().parents[2] / \
        'include/uapi/linux/ipsec.h'
    text = re.sub(r'/\*.*?\*/', '', header.read_text(), flags=re.S)
    numbers = {}
    for body in re.findall(r'enum\s*\w*\s*\{(.*?)\}', text, flags=re.S):
        value = -1
        for entry in body.split(','):
            match = re.match(r'\s*(\w+)(?:\s*=\s*(\d+))?', entry)
            if match and ('(' in entry or match[1].startswith('__')):
                # __X is one more than the last, X = (__X - 1) the last
                numbers[match[1].lstrip('_').replace('IPSEC_', '', 1)] = value
            elif match:
                value = int(match[2]) if match[2] else value + 1
                numbers[match[1].replace('IPSEC_', '', 1)] = value
    return numbers


globals().update(_constants())


def result(good, what, detail=''):
    """One result, for results_of."""
    detail = str(detail).replace('\n', ' ').replace('\t', ' ')
    print('ok' if good else 'not ok', what, '' if good else detail[:900],
          sep='\t', flush=True)


def attr(number, data=b'', nested=False):
    """One attribute. An int is a u32, a str gets its NUL."""
    if isinstance(data, int):
        data = struct.pack('=I', data)
    elif isinstance(data, str):
        data = data.encode() + b'\0'
    elif isinstance(data, (list, tuple)):
        data, nested = b''.join(data), True
    head = struct.pack('=HH', 4 + len(data),
                       number | (NESTED if nested else 0))
    return head + data + bytes(-len(data) % 4)


def u8(number, value):
    return attr(number, bytes([value]))


def u16(number, value):
    return attr(number, struct.pack('=H', value))


def be32(number, value):
    return attr(number, struct.pack('>I', value))


def ip(number, text):
    return attr(number, socket.inet_pton(
        socket.AF_INET6 if ':' in text else socket.AF_INET, text))


def parse(data):
    """Attributes as a list of (number, bytes); what is not one raises."""
    found = []
    while data:
        length, number = struct.unpack_from('=HH', data)
        if length < 4 or length > len(data):
            raise ValueError(f'attribute of length {length} in {data.hex()}')
        padded = (length + 3) & ~3
        if any(data[length:padded]):
            raise ValueError(f'padding is not zero in {data.hex()}')
        found.append((number & 0x3fff, data[4:length]))
        data = data[padded:]
    return found


class Answer:
    """What came back: errno, sentence, offset of the bad attribute, number
    of the missing one, payloads behind the generic netlink header."""

    def __init__(self):
        self.error, self.sentence = None, ''
        self.offset = self.missing = None
        self.messages, self.interrupted = [], False

    def __str__(self):
        name = os.strerror(self.error) if self.error else 'success'
        return (f'{name}: "{self.sentence}" offset {self.offset} missing '
                f'{self.missing} messages {len(self.messages)}')


class Sock:
    """A socket of the family."""

    def __init__(self, group=None, timeout=60, capped=False):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.sock.settimeout(timeout)
        self.sock.bind((0, 0))
        self.sock.setsockopt(SOL_NETLINK, EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, STRICT, 1)
        if capped:
            self.sock.setsockopt(SOL_NETLINK, CAP_ACK, 1)
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
        except PermissionError:
            pass
        self.seq = 0
        self.family, self.groups = self._resolve()
        if group:
            self.sock.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP,
                                 self.groups[group])

    def _resolve(self):
        answer = self.request(CTRL_CMD_GETFAMILY, attr(2, 'ipsec'),
                              family=GENL_ID_CTRL)
        if answer.error:
            raise OSError(answer.error, 'no family ipsec')
        found = dict(parse(answer.messages[0][1]))
        groups = {}
        for _, group in parse(found.get(7, b'')):
            entry = dict(parse(group))
            groups[entry[1].rstrip(b'\0').decode()] = \
                struct.unpack('=I', entry[2])[0]
        return struct.unpack('=H', found[1])[0], groups

    def send(self, command, attributes=b'', flags=REQUEST | ACK, family=None,
             header=None):
        """Send; attributes are bytes or a list of them."""
        if not isinstance(attributes, (bytes, bytearray)):
            attributes = b''.join(attributes)
        self.seq += 1
        if header is None:
            header = struct.pack('=BBH', command, 1, 0)
        payload = header + attributes
        self.sock.send(struct.pack('=IHHII', 16 + len(payload),
                                   self.family if family is None else family,
                                   flags, self.seq, 0) + payload)

    def read(self):
        """Messages of one datagram: (type, flags, seq, payload)."""
        data = self.sock.recv(1 << 18)
        received.extend(data)
        found = []
        while len(data) >= 16:
            length, kind, flags, seq, _ = struct.unpack_from('=IHHII', data)
            if length < 16 or length > len(data):
                raise ValueError(f'message of length {length}')
            found.append((kind, flags, seq, data[16:length]))
            data = data[(length + 3) & ~3:]
        return found

    @staticmethod
    def _error(answer, flags, payload, done=False):
        answer.error = -struct.unpack_from('=i', payload)[0]
        if not flags & ACK_TLVS:
            return
        skip = 4
        if not done:
            request = struct.unpack_from('=I', payload, 4)[0]
            skip = 20 if flags & CAPPED or not answer.error else 4 + request
            skip = (skip + 3) & ~3
        for number, data in parse(payload[skip:]):
            if number == 1:
                answer.sentence = data.rstrip(b'\0').decode()
            elif number == 2:
                answer.offset = struct.unpack('=I', data)[0]
            elif number == 5:
                answer.missing = struct.unpack('=I', data)[0]

    def collect(self):
        """Everything up to the end of the current request."""
        answer = Answer()
        while True:
            for kind, flags, seq, payload in self.read():
                if seq != self.seq:
                    continue
                answer.interrupted |= bool(flags & DUMP_INTR)
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    self._error(answer, flags, payload, kind == NLMSG_DONE)
                else:
                    answer.messages.append((payload[0], payload[4:]))
            if answer.error is not None:
                return answer

    def request(self, command, attributes=b'', flags=REQUEST | ACK, **more):
        self.send(command, attributes, flags, **more)
        return self.collect()

    def dump(self, command, attributes=b''):
        return self.request(command, attributes, REQUEST | DUMP)

    def state(self):
        """All that can be configured, for before and after. Counters, and
        the numbers that the next objects will get, are not part of it."""
        found = [m for c in (CMD_SA_GET, CMD_POLICY_GET)
                 for m in self.dump(c).messages]
        return found + self.request(CMD_CONFIG_GET).messages

    def events(self, count, seconds=20):
        """That many notifications: (command, payload)."""
        found = []
        self.sock.settimeout(seconds)
        try:
            while len(found) < count:
                found += [(p[0], p[4:]) for k, _, _, p in self.read()
                          if k == self.family]
        except (TimeoutError, socket.timeout):
            pass
        return found


def sa(spi=0x1000, src='192.0.2.1', dst='192.0.2.2', direction=2, proto=50,
       mode=2, reqid=None, enc='aes-gcm-16', key=None, auth=None, akey=None,
       more=()):
    """Attributes of a good SA, as a dictionary by number."""
    found = {
        A_SA_DIR: u8(A_SA_DIR, direction),
        A_SA_PROTO: u8(A_SA_PROTO, proto),
        A_SA_SPI: be32(A_SA_SPI, spi),
        A_SA_SRC: ip(A_SA_SRC, src),
        A_SA_DST: ip(A_SA_DST, dst),
        A_SA_MODE: u8(A_SA_MODE, mode),
    }
    if reqid:
        found[A_SA_REQID] = attr(A_SA_REQID, reqid)
    if enc:
        found[A_SA_ENC] = attr(A_SA_ENC, enc)
    if enc and enc != 'null':
        found[A_SA_ENC_KEY] = attr(A_SA_ENC_KEY, key or os.urandom(20))
    if auth:
        found[A_SA_AUTH] = attr(A_SA_AUTH, auth)
        found[A_SA_AUTH_KEY] = attr(A_SA_AUTH_KEY, akey or os.urandom(32))
    found.update(more)
    return found


def sa_name(spi=0x1000, dst='192.0.2.2', proto=50):
    """Attributes that name an SA."""
    return [u8(A_SA_PROTO, proto), be32(A_SA_SPI, spi), ip(A_SA_DST, dst)]


def selector(local=None, remote=None, *more):
    """A nest; prefixes as text."""
    found = []
    for text, address, plen in (
            (local, A_SELECTOR_LOCAL_ADDR, A_SELECTOR_LOCAL_PLEN),
            (remote, A_SELECTOR_REMOTE_ADDR, A_SELECTOR_REMOTE_PLEN)):
        if text:
            host, _, bits = text.partition('/')
            found += [ip(address, host)]
            found += [u8(plen, int(bits))] if bits else []
    return found + list(more)


def policy(direction=2, action=1, priority=None, sel=None, proto=50, mode=2,
           src='192.0.2.1', dst='192.0.2.2', reqid=1, spi=None, inside=()):
    """Attributes of a good policy, as a dictionary by number; inside: (protocol,
    mode, reqid) of SAs around the first one."""
    found = {
        A_POLICY_DIR: u8(A_POLICY_DIR, direction),
        A_POLICY_ACTION: u8(A_POLICY_ACTION, action),
    }
    if priority is not None:
        found[A_POLICY_PRIORITY] = attr(A_POLICY_PRIORITY, priority)
    if sel is not None:
        found[A_POLICY_SELECTOR] = attr(A_POLICY_SELECTOR, sel)
    if action != 1:
        return found
    found[A_POLICY_PROTO] = u8(A_POLICY_PROTO, proto)
    found[A_POLICY_MODE] = u8(A_POLICY_MODE, mode)
    if mode == 2:
        found[A_POLICY_SRC] = ip(A_POLICY_SRC, src)
        found[A_POLICY_DST] = ip(A_POLICY_DST, dst)
    if spi:
        found[A_POLICY_SPI] = be32(A_POLICY_SPI, spi)
    else:
        found[A_POLICY_REQID] = attr(A_POLICY_REQID, reqid)
    if inside:
        found[A_POLICY_OUTER] = b''.join(attr(A_POLICY_OUTER, [
            u8(A_PROTECT_PROTO, proto), u8(A_PROTECT_MODE, mode),
            attr(A_PROTECT_REQID, name)]) for proto, mode, name in inside)
    return found


def new_sa(sock, **what):
    """Add a good SA."""
    return sock.request(CMD_SA_NEW, sa(**what).values())


def new_policy(sock, **what):
    """Add a good policy."""
    return sock.request(CMD_POLICY_NEW, policy(**what).values())
