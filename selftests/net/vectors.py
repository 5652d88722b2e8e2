#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Packets whose bytes are known beforehand.

  vectors.py receive DIR       DIR/a.conf for who receives the packets of the
                               RFCs, DIR/wire: what forge.py sends it
  vectors.py received DIR      judges DIR/received, which record.py has written
  vectors.py send DIR N        DIR/b.conf for who sends packet N; prints the
                               random numbers that the RFC has used
  vectors.py clear N           sends what packet N is made from
  vectors.py sent CAPTURE N    judges what has come of it
  vectors.py all DIR           DIR/b.conf with each algorithm once
  vectors.py model CAPTURE     judges what these SAs have sent: forge.py makes
                               each packet again, from the IV that it has, and
                               bytes that differ are a failure
  vectors.py primitives        judges forge.py by the vectors of the RFCs

What judges prints for results_of.
"""
import hashlib
import hmac
import socket
import struct
import sys

import forge

# ---- the packets: the numbers of RFC 3602 4, cases 5 to 8, and RFC 7634 A


def pattern(first, last):
    """Bytes that count."""
    return bytes(range(first, last))


class Packet:  # pylint: disable=too-few-public-methods
    """What is in an RFC about one packet. esp: from the SPI on, for AES-CBC
    without the ICV, as those examples have none; there we add ours."""

    def __init__(self, what, alg, key, ends, number, iv, clear, text):
        self.what, self.alg, self.key = what, alg, bytes.fromhex(key)
        self.src, self.dst, self.mode = ends
        self.spi, self.seq = number
        self.iv, self.clear = bytes.fromhex(iv), clear
        self.esp = struct.pack('!II', self.spi, self.seq) + self.iv + \
            bytes.fromhex(text)
        if alg == 'aes-cbc':
            self.esp += hmac.new(AUTH_KEY, self.esp, 'sha256').digest()[:16]

    def on_wire(self):
        """The whole ESP packet."""
        if self.mode == 'tunnel':
            return forge.ip(self.src, self.dst, forge.ESP, self.esp)
        head = bytearray(self.clear[:20])
        head[2:4] = struct.pack('!H', 20 + len(self.esp))
        head[9] = forge.ESP
        return forge.fix(bytes(head) + self.esp)

    def sa(self, direction, seq=None):
        """Its line of the configuration."""
        line = f'sa add {direction} esp spi {self.spi} src {self.src} ' \
            f'dst {self.dst} mode {self.mode} reqid {self.spi} ' \
            f'enc {self.alg} enc-key {self.key.hex()}'
        if self.alg == 'aes-cbc':
            line += f' auth hmac-sha2-256-128 auth-key {AUTH_KEY.hex()}'
        return line + (f' seq {seq}' if seq else '')

    def policy(self, direction):
        """Its policy."""
        ends = f'src {self.src} dst {self.dst} ' \
            if self.mode == 'tunnel' else ''
        local, remote = (socket.inet_ntoa(self.clear[at:at + 4])
                         for at in ((12, 16) if direction == 'out' else
                                    (16, 12)))
        return f'policy add {direction} local {local} remote {remote} ' \
            f'proto icmp protect esp {self.mode} {ends}reqid {self.spi}'


AUTH_KEY = hashlib.sha256(b'the examples of RFC 3602 have no ICV').digest()
HOSTS = '192.168.123.3', '192.168.123.100', 'transport'
TUNNEL = '192.168.123.3', '192.168.123.200', 'tunnel'
KEY56, KEY78 = '90d382b410eeba7ad938c46cec1a82bf', '0123456789abcdef' * 2
PACKETS = [
    Packet('RFC 3602 case 5', 'aes-cbc', KEY56, HOSTS, (0x4321, 1),
           'e96e8c08ab465763fd098d45dd3ff893',
           bytes.fromhex('4500005408f200004001f9fec0a87b03c0a87b64'
                         '08000ebda70a00008e9c083db95b0700') + pattern(8, 56),
           'f663c25d325c18c6a9453e194e120849a4870b66cc6b9965330013b4898dc856'
           'a4699e523a55db080b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874a'
           'a269add047ad2d5913ac19b7cfbad4a6'),
    Packet('RFC 3602 case 6', 'aes-cbc', KEY56, HOSTS, (0x4321, 8),
           '69d08df7d203329db093fc4924e5bd80',
           bytes.fromhex('4500003008fe00004001fa16c0a87b03c0a87b64'
                         '0800b5e8a80a0500a69c083d0b660e00') + b'\x77' * 12,
           'f51995881ec4e0c4488987ce742e8109689bb379d2d750c0d915dca346a89f75'),
    Packet('RFC 3602 case 7', 'aes-cbc', KEY78, TUNNEL, (0x8765, 2),
           'f4e765244f6407adf13dc1380f673f37',
           bytes.fromhex('45000054090400004001f988c0a87b03c0a87bc8'
                         '08009f76a90a0100b49c083d02a20400') + pattern(8, 56),
           '773b5241a4c449225e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8'
           'e4ecaec78ac53aad7a0f022b859243c647752e94a859352b8a4d4d2decd136e5'
           'c177f132ad3fbfb2201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d'),
    Packet('RFC 3602 case 8', 'aes-cbc', KEY78, TUNNEL, (0x8765, 5),
           '85d47224b5f3dd5d2101d4ea8dffab22',
           bytes.fromhex('45000044090c00004001f990c0a87b03c0a87bc8'
                         '0800d63caa0a0200c69c083da3de0300') + b'\xff' * 32,
           '15b92683819596a8047232cc00f7048fe45318e11f8a0f62ede3c3fc61203bb5'
           '0f980a08c9843fd3a1b06d5c07ff9639b7eb7dfb3512e5de435e7207ed971ef3'
           'd2726d9b5ef6affc6d17a0decbb13892'),
    Packet('RFC 7634 appendix A', 'chacha20-poly1305',
           pattern(0x80, 0xa4).hex(),
           ('203.0.113.153', '203.0.113.5', 'tunnel'), (0x01020304, 5),
           '1011121314151617',
           bytes.fromhex('45000054a6f200004001e778c6336405c0000205'
                         '08005b7a3a080000553bec1000073627') + pattern(8, 56),
           '24039428b97f417e3c13753a4f05087b67c352e6a7fab1b982d466ef407ae5c6'
           '14ee8099d52844eb61aa95dfab4c02f72aa71e7c4c4f64c9befe2facc638e8f3'
           'cbec163fac469b502773f6fb94e664da9165b82829f641e0'
           '76aaa8266b7fb0f7b11b369907e1ad43'),
]

# ---- each algorithm, as the model has it

HERE = {4: '198.51.100.1', 6: '2001:db8:b::1'}
PORT = 7000


def model_sas():
    """A port, and the SA that protects what is sent to it."""
    esp = [(enc, None) for enc in (*forge.AEADS, 'aes-gmac')]
    autn = [auth for auth in forge.HASHES if auth != 'aes-gmac']
    esp += [(enc, auth) for enc, auth in zip(('aes-ctr', 'null', 'aes-cbc') * 2,
                                             autn)]
    kinds = esp + [(None, auth) for auth in forge.HASHES]
    for number, (enc, auth) in enumerate(kinds * 2):
        family = 6 if number % 3 == 2 else 4
        dst = f'192.0.2.{number + 10}' if family == 4 else \
            f'2001:db8:a::{number + 16:x}'
        keys = [hashlib.sha512(b'%s %d' % (kind, number)).digest()[:length]
                for kind, length in ((b'enc', key_len(enc, number)),
                                     (b'auth', key_len(auth, number)))]
        yield PORT + number, forge.SA(
            PORT + number, HERE[family], dst, enc, keys[0], auth, keys[1],
            esn=number >= len(kinds))


def key_len(alg, number):
    """Of key and salt."""
    if alg in (None, 'null'):
        return 0
    if alg.startswith('hmac'):
        return {12: 20, 16: 32, 24: 48, 32: 64}[forge.HASHES[alg][1]]
    if alg.endswith('-96'):
        return 16
    salt_len = forge.AEADS.get(alg, (0 if alg == 'aes-cbc' else 4,))[0]
    return salt_len + (32 if alg[0] == 'c' else (16, 24, 32)[number % 3])


def model_lines():
    """The configuration of these SAs."""
    for port, sa in model_sas():
        proto = 'esp' if sa.enc else 'ah'
        line = f'sa add out {proto} spi {sa.spi} src {sa.src} dst {sa.dst} ' \
            f'reqid {port}'
        line += f' enc {sa.enc}' if sa.enc else ''
        line += f' enc-key {sa.enc_key.hex()}' if sa.enc_key else ''
        line += f' auth {sa.auth} auth-key {sa.auth_key.hex()}' \
            if sa.auth else ''
        # The second packet crosses 2^32
        yield line + (f' esn seq {2**32 - 2}' if sa.esn else '')
        yield f'policy add out remote {sa.dst} proto udp ' \
            f'remote-port {port} protect {proto} transport reqid {port}'


def esp_again(sa, packet, start, seq, text):
    """The packet as forge.py makes it from its own IV."""
    iv_len = {'aes-cbc': 16, 'null': 0}.get(sa.enc, 8)
    esp = packet[start:]
    return packet[:start] + esp[:8] + sa.seal(esp[:8], text, sa.upper(seq),
                                              esp[8:8 + iv_len])


def ah_again(sa, packet, start, seq, _text):
    """The same for AH: its headers are taken as they are, its ICV is not."""
    iv = packet[start + 12:start + 20] if sa.auth == 'aes-gmac' else b''
    size = len(iv) + forge.HASHES[sa.auth][1]
    covered = bytearray(packet)
    if start == 40:
        covered[0:4], covered[7] = b'\x60\0\0\0', 0
    else:
        covered[1], covered[6:9], covered[10:12] = 0, bytes(3), bytes(2)
    covered[start + 12:start + 12 + size] = bytes(size)
    icv = iv + sa.icv(bytes(covered) + sa.upper(seq), iv)
    # The length of the header (RFC 4302 2.2), 0, SPI and sequence number
    length = 12 + size + -(12 + size) % (8 if start == 40 else 4)
    head = bytes([17, length // 4 - 2, 0, 0]) + struct.pack(
        '!II', sa.spi, seq & 0xffffffff)
    padding = bytes(length - 12 - size)
    return packet[:start] + head + icv + padding + packet[start + length:]


# ---- judgement

def result(is_good, what, detail=''):
    """One line for results_of."""
    print('ok' if is_good else 'not ok', what, detail, sep='\t')


def ipsec_of(path, src):
    """IP packets with AH or ESP of this host, and where that begins."""
    for packet in forge.captured(path):
        start = 40 if packet[0] >> 4 == 6 else (packet[0] & 15) * 4
        proto = packet[6] if start == 40 else packet[9]
        at = 8 if packet[0] >> 4 == 6 else 12
        address = packet[at:at + (16 if packet[0] >> 4 == 6 else 4)]
        if proto in (forge.ESP, forge.AH) and address == forge.packed(src):
            yield packet, start


def judge_received(directory):
    """Exactly the clear packets of the RFCs."""
    with open(f'{directory}/received', 'rb') as file:
        data = file.read()
    got = []
    while data:
        length = int.from_bytes(data[:2], 'big')
        got.append(data[2:2 + length])
        data = data[2 + length:]
    for packet in PACKETS:
        result(got.count(packet.clear) == 1, f'{packet.what}: is received',
               f'{len(got)} packets')
    result(len(got) == len(PACKETS), 'and nothing else', f'{len(got)} packets')


def judge_sent(path, packet):
    """The last packet on the wire is that of the RFC."""
    sent = [(one, start) for one, start in ipsec_of(path, packet.src)]
    if not sent:
        result(False, f'{packet.what}: is sent', 'nothing')
        return
    one, start = sent[-1]
    is_good = one[start:] == packet.esp
    if packet.mode == 'transport':
        is_good = is_good and one == packet.on_wire()
    result(is_good, f'{packet.what}: is sent', one.hex())


def judge_model(path):
    """Every SA has sent two packets, and all are as forge.py makes them."""
    sent = {}
    for address in HERE.values():
        for packet, start in ipsec_of(path, address):
            at = start + (4 if packet[6 if start == 40 else 9] == forge.AH
                          else 0)
            spi, = struct.unpack_from('!I', packet, at)
            sent.setdefault(spi, []).append((packet, start))
    for port, sa in model_sas():
        first = 2**32 - 1 if sa.esn else 1
        wrong = [] if len(sent.get(sa.spi, [])) == 2 else ['two packets']
        for number, (packet, start) in enumerate(sent.get(sa.spi, [])):
            body = forge.udp(sa.src, sa.dst, 6999, port,
                             bytes(range(10 + number)))
            block = 16 if sa.enc == 'aes-cbc' else 4
            pad = bytes(range(1, 1 + -(len(body) + 2) % block))
            again = (esp_again if sa.enc else ah_again)(
                sa, packet, start, first + number,
                body + pad + bytes([len(pad), 17]))
            number_of = packet[start + (4 if sa.enc else 8):][:4]
            if packet != again or (not sa.enc and
                                   packet[-len(body):] != body) or \
                    number_of != struct.pack('!I', first + number & 0xffffffff):
                wrong.append(f'{packet.hex()} is not {again.hex()}')
        name = ' with '.join(alg for alg in (sa.enc, sa.auth) if alg)
        result(not wrong, f'{"ESP" if sa.enc else "AH"} {name}'
               f'{", esn" if sa.esn else ""}: as the model makes it',
               ' '.join(wrong))


def judge_primitives():
    """What forge.py is made of."""
    text = {16: b'Single block msg', 32: pattern(0, 32), 36: pattern(0, 36)}
    good = 0
    for line in CTR.split('\n'):
        secret, nonce, iv, want = map(bytes.fromhex, line.split())
        block = nonce + iv + b'\0\0\0\1'
        good += forge.aes(forge.modes.CTR(block), secret,
                          text[len(want)]) == want
    result(good == 9, 'the model agrees with RFC 3686 6', f'{good} of 9')
    good = sum(forge.xcbc(pattern(0, 16), pattern(0, length)).hex() == want
               for length, want in XCBC.items())
    result(good == len(XCBC), 'and with RFC 3566 4.6', f'{good}')
    good = sum(forge.cmac(bytes.fromhex('2b7e151628aed2a6abf7158809cf4f3c'),
                          bytes.fromhex(CMAC_TEXT)[:length])[:12].hex() == want
               for length, want in CMAC.items())
    result(good == len(CMAC), 'and with RFC 4494 5', f'{good}')
    packet = PACKETS[-1]
    sa = forge.SA(packet.spi, packet.src, packet.dst, packet.alg, packet.key)
    result(sa.esp(packet.clear, 4, 5, iv=packet.iv)[20:] == packet.esp,
           'and with RFC 7634 A')


CTR = '''\
ae6852f8121067cc4bf7a5765577f39e 00000030 0000000000000000 \
e4095d4fb7a7b3792d6175a3261311b8
7e24067817fae0d743d6ce1f32539163 006cb6db c0543b59da48d90b \
5104a106168a72d9790d41ee8edad388eb2e1efc46da57c8fce630df9141be28
7691be035e5020a8ac6e618529f9a0dc 00e0017b 27777f3f4a1786f0 \
c1cf48a89f2ffdd9cf4652e9efdb72d74540a42bde6d7836d59a5ceaaef3105325b2072f
16af5b145fc9f579c175f93e3bfb0eed863d06ccfdb78515 00000048 36733c147d6d93cb \
4b55384fe259c9c84e7935a003cbe928
7c5cb2401b3dc33c19e7340819e0f69c678c3db8e6f6a91a 0096b03b 020c6eadc2cb500d \
453243fc609b23327edfaafa7131cd9f8490701c5ad4a79cfc1fe0ff42f4fb00
02bf391ee8ecb159b959617b0965279bf59b60a786d3e0fe 0007bdfd 5cbd60278dcc0912 \
96893fc55e5c722f540b7dd1ddf7e758d288bc95c69165884536c811662f2188abee0935
776beff2851db06f4c8a0542c8696f6c6a81af1eec96b4d37fc1d689e6c1c104 00000060 \
db5672c97aa8f0b2 145ad01dbf824ec7560863dc71e3e0c0
f6d66d6bd52d59bb0796365879eff886c66dd51a5b6a99744b50590c87a23884 00faac24 \
c1585ef15a43d875 \
f05e231b3894612c49ee000b804eb2a9b8306b508f839d6a5530831d9344af1c
ff7a617ce69148e4f1726e2f43581de2aa62d9f805532edff1eed687fb54153d 001cc5b7 \
51a51d70a1c11148 \
eb6c52821d0bbbf7ce7594462aca4faab407df866569fd07f48cc0b583d6071f1ec0e6b8'''
XCBC = {
    0: '75f0251d528ac01c4573dfd584d79f29',
    3: '5b376580ae2f19afe7219ceef172756f',
    16: 'd2a246fa349b68a79998a4394ff7a263',
    20: '47f51b4564966215b8985c63055ed308',
    32: 'f54f0ec8d2b9f3d36807734bd5283fd4',
    34: 'becbb3bccdb518a30677d5481fb6b4d8',
}
CMAC_TEXT = '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' \
    '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710'
CMAC = {
    0: 'bb1d6929e95937287fa37d12', 16: '070a16b46b4d4144f79bdd9d',
    40: 'dfa66747de9ae63030ca3261', 64: '51f0bebf7e3b9d92fc497417',
}


# ---- commands

def write(path, lines):
    """A file that only its owner can read, for there are keys in it."""
    with open(path, 'w', encoding='ascii') as file:
        file.write(''.join(f'{line}\n' for line in lines))


def write_receiver(directory):
    """One SA and policy per SPI, and the packets."""
    by_spi = {packet.spi: packet for packet in PACKETS}
    write(f'{directory}/a.conf',
          [packet.sa('in') for packet in by_spi.values()] +
          [packet.policy('in') for packet in by_spi.values()])
    write(f'{directory}/wire', [packet.on_wire().hex() for packet in PACKETS])


def write_sender(directory, packet):
    """CBC takes the random number as it is; the counter begins with it."""
    iv = packet.iv
    if packet.alg != 'aes-cbc':
        start = int.from_bytes(iv, 'big') - (packet.seq - 1)
        iv = start.to_bytes(8, 'big') + bytes(8)
    is_cbc = packet.alg == 'aes-cbc'
    write(f'{directory}/b.conf',
          [packet.sa('out', packet.seq - 1 if is_cbc else None),
           packet.policy('out')])
    print(iv.hex())


def send_clear(packet):
    """A raw socket, with the header of the RFC; as often as the sequence number
    needs it when that cannot be set without changing the IVs."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW,
                       socket.IPPROTO_RAW) as sock:
        for _ in range(1 if packet.alg == 'aes-cbc' else packet.seq):
            sock.sendto(packet.clear, (socket.inet_ntoa(packet.clear[16:20]),
                                       0))


def main():
    """Commands as in the text above."""
    command, *args = sys.argv[1:]
    if command == 'receive':
        write_receiver(args[0])
    elif command == 'received':
        judge_received(args[0])
    elif command == 'send':
        write_sender(args[0], PACKETS[int(args[1])])
    elif command == 'clear':
        send_clear(PACKETS[int(args[0])])
    elif command == 'sent':
        judge_sent(args[0], PACKETS[int(args[1])])
    elif command == 'all':
        write(f'{args[0]}/b.conf', model_lines())
    elif command == 'model':
        judge_model(args[0])
    elif command == 'primitives':
        judge_primitives()


if __name__ == '__main__':
    main()
