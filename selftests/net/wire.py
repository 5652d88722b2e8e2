# SPDX-License-Identifier: GPL-2.0
"""A host under test and the wire at its door, in one program.

For programs that a script starts with wire_test of lib.sh. They stay in
namespace w, where forge.py's put() sends to the host, and have sockets in other
namespaces as well. `opened` is the receiving half of forge.py's SA. A test is
a call of result(), which runs a function and prints one line for results_of.
"""

import contextlib
import ctypes
import json
import select
import subprocess
import types

# pylint: disable=wildcard-import,unused-wildcard-import
from forge import *

# Long enough for a busy emulated machine; only what fails waits for it.
PATIENCE = 20
TMP, SUFFIX, TOOL = sys.argv[1:4]
KEY_LENS = {
    'aes-gcm-16': 20, 'chacha20-poly1305': 36, 'aes-cbc': 32, 'null': 0,
    'hmac-sha1-96': 20, 'hmac-sha2-256-128': 32,
}
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
HOST, OUTGOING = 0, 4  # sll_pkttype of what came in, and goes out


def enter(namespace):
    """Be in a namespace of the script from here on."""
    with open(f'/run/netns/{namespace}{SUFFIX}', 'rb') as file:
        if LIBC.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f'setns {namespace}')


@contextlib.contextmanager
def inside(namespace):
    """To make sockets of another namespace."""
    enter(namespace)
    try:
        yield
    finally:
        enter('w')


def result(what, test, *args):
    """One result: whether a function comes to its end."""
    try:
        test(*args)
        print('ok', what, '', sep='\t', flush=True)
    except Exception as error:  # pylint: disable=broad-except
        detail = f'{type(error).__name__}: {error}'.replace('\n', ' ')
        print('not ok', what, detail.replace('\t', ' ')[:900], sep='\t',
              flush=True)


def expect(got, want, what=''):
    """Fails, and says what was there, unless the two are equal."""
    assert got == want, f'{what} {got!r}, not {want!r}'


def is_noise(data):
    """Neighbour discovery and multicast listener discovery."""
    if data[0] >> 4 != 6:
        return False
    return (data[6] == ICMP6 and 130 <= data[40] <= 143) or \
        (data[6] == 0 and data[40] == ICMP6)


class Tap:
    """What comes in by a device of a namespace, or goes out, from the IP header
    on."""

    def __init__(self, namespace, device, kind=HOST):
        self.kind = kind
        with inside(namespace):
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                      socket.htons(3))
            self.sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 25)
            self.sock.bind((device, 3))

    def next(self, patience):
        """The next packet, or None."""
        deadline = time.monotonic() + patience
        while select.select([self.sock], [], [],
                            max(0, deadline - time.monotonic()))[0]:
            data, address = self.sock.recvfrom(1 << 17)
            if address[2] == self.kind and address[1] in (0x800, 0x86dd) and \
                    not is_noise(data):
                return data
        return None

    def take(self, count):
        """So many packets and not one more."""
        found = []
        while len(found) < count:
            data = self.next(PATIENCE)
            assert data, f'{len(found)} packets, not {count}'
            found.append(data)
        more = self.next(0)
        assert not more, f'one more than {count}: {more.hex()}'
        return found


class Local:
    """What a program of the host sends, with the IP header as it is; IPv4
    completes the checksum."""

    def __init__(self, namespace):
        with inside(namespace):
            self.socks = {
                4: socket.socket(socket.AF_INET, socket.SOCK_RAW, 255),
                6: socket.socket(socket.AF_INET6, socket.SOCK_RAW, 255)}

    def send(self, *packets):
        """All of them."""
        for packet in packets:
            if packet[0] >> 4 == 4:
                dst = socket.inet_ntop(socket.AF_INET, packet[16:20])
            else:
                dst = socket.inet_ntop(socket.AF_INET6, packet[24:40])
            self.socks[packet[0] >> 4].sendto(packet, (dst, 0))


def ctl(namespace, *words):
    """A command of ipsecctl: exit status, what it printed and complained."""
    with inside(namespace):
        done = subprocess.run([TOOL, *words], capture_output=True, text=True,
                              check=False)
    return (done.returncode, done.stdout,
            done.stderr.strip().removeprefix('ipsecctl: '))


def load(namespace, *lines):
    """Add to the configuration."""
    path = f'{TMP}/wire.conf'
    with open(path, 'w', encoding='ascii') as file:
        file.write('\n'.join(lines) + '\n')
    os.chmod(path, 0o600)
    status, _, complaint = ctl(namespace, 'load', path)
    if status:
        sys.exit(f'load: {complaint}')


def state(namespace):
    """Every counter by name, as watch.py has them."""
    found = {}
    for drop in json.loads(ctl(namespace, 'stats', '-j')[1])['drops']:
        found[drop['reason']] = drop['count']
    for sa in json.loads(ctl(namespace, 'sa', 'show', '-j')[1])['sas']:
        for name in ('packets', 'bytes', 'seq'):
            found[f'{sa["spi"]}:{name}'] = sa[name]
        for drop in sa['drops']:
            found[f'{sa["spi"]}:{drop["reason"]}'] = drop['count']
    return found


class Counters:
    """Those of a namespace; each look is since the one before."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.before = state(namespace)

    def expect(self, **want):
        """Exactly these moved. A name may be that of a drop counter, or, for
        an SA, "_SPI_packets"."""
        want = {name.strip('_').replace('_', ':') if name[0] == '_' else
                name.replace('_', '-'): count
                for name, count in want.items() if count}
        deadline = time.monotonic() + PATIENCE
        while True:
            after = state(self.namespace)
            found = {name: count - self.before.get(name, 0)
                     for name, count in after.items()
                     if count != self.before.get(name, 0)}
            # Nothing moves back
            is_past = any(count > want.get(name, 0)
                          for name, count in found.items())
            if found == want or is_past or time.monotonic() > deadline:
                break
            time.sleep(0.02)
        self.before = after
        expect(found, want, f'moved in {self.namespace}:')


def new_sa(spi, src, dst, enc='aes-gcm-16', auth=None):
    """An SA with new keys; `words` is how the configuration calls it."""
    sa = SA(spi, src, dst, enc, os.urandom(KEY_LENS[enc]) if enc else b'',
            auth, os.urandom(KEY_LENS[auth]) if auth else b'')
    sa.words = f'{"esp" if enc else "ah"} spi {spi} src {src} dst {dst}'
    if enc:
        sa.words += f' enc {enc}'
    if sa.enc_key:
        sa.words += f' enc-key {sa.enc_key.hex()}'
    if auth:
        sa.words += f' auth {auth} auth-key {sa.auth_key.hex()}'
    return sa


def layer(packet):
    """Where ESP or AH begins."""
    if packet[0] >> 4 == 4:
        expect(packet[9] in (ESP, AH), True, 'protocol')
        return (packet[0] & 15) * 4
    at, proto = 40, packet[6]
    while proto in (0, 43, 60):
        proto, at = packet[at], at + 8 + packet[at + 1] * 8
    expect(proto in (ESP, AH), True, 'protocol')
    return at


def opened_esp(sa, packet):
    """seq, proto, payload and pad of an ESP packet."""
    start = layer(packet)
    head, body = packet[start:start + 8], packet[start + 8:]
    spi, seq = struct.unpack('!II', head)
    expect(spi, sa.spi, 'SPI')
    if sa.auth:
        length = HASHES[sa.auth][1]
        expect(body[-length:], sa.icv(head + body[:-length]), 'ICV')
        body = body[:-length]
    if sa.enc in ('aes-gcm-16', 'chacha20-poly1305'):
        kind = AESGCM if sa.enc == 'aes-gcm-16' else ChaCha20Poly1305
        text = kind(sa.enc_key[:-4]).decrypt(sa.enc_key[-4:] + body[:8],
                                             body[8:], head)
    elif sa.enc == 'aes-cbc':
        cipher = Cipher(algorithms.AES(sa.enc_key),
                        modes.CBC(body[:16])).decryptor()
        text = cipher.update(body[16:]) + cipher.finalize()
    else:
        text = body
    length = text[-2]
    expect(text[-2 - length:-2], bytes(range(1, length + 1)), 'padding')
    return types.SimpleNamespace(seq=seq, proto=text[-1], pad=length,
                                 text=text, payload=text[:-2 - length])


def opened_ah(sa, packet):
    """The same of an AH packet behind a header without options."""
    start = layer(packet)
    proto, words, _, spi, seq = struct.unpack_from('!BBHII', packet, start)
    end = start + (words + 2) * 4
    expect(spi, sa.spi, 'SPI')
    covered = bytearray(packet)
    if packet[0] >> 4 == 4:
        covered[1] = 0
        covered[6:9] = b'\0\0\0'
        covered[10:12] = b'\0\0'
    else:
        covered[0:4] = b'\x60\0\0\0'
        covered[7] = 0
    length = HASHES[sa.auth][1]
    icv = packet[start + 12:start + 12 + length]
    covered[start + 12:start + 12 + length] = bytes(length)
    expect(icv, sa.icv(bytes(covered)), 'ICV')
    return types.SimpleNamespace(seq=seq, proto=proto, pad=0, text=b'',
                                 payload=packet[end:])


def opened(sa, packet):
    """What is inside a packet of this SA; fails when it is not what RFC 4303
    or 4302 says."""
    return (opened_esp if sa.enc else opened_ah)(sa, packet)


# A packet is received on the processor that has sent it. Several of them would
# not come in the order in which they were sent.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
enter('w')
