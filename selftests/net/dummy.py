#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The results of dummy.sh."""

# pylint: disable=wildcard-import,unused-wildcard-import
from wire import *

G1, G2 = '192.0.2.1', '198.51.100.1'
G1_6, G2_6 = '2001:db8:a::1', '2001:db8:b::1'
LAST = 2**32 - 1

# name: SA, mode, more words of the sender
SAS = {
    'tunnel over IPv4': (new_sa(3001, G1, G2), 'tunnel', 'ttl 77 dscp 46'),
    'transport over IPv4': (new_sa(3002, G1, G2, 'aes-cbc',
                                   'hmac-sha2-256-128'), 'transport', ''),
    'tunnel over IPv6': (new_sa(3003, G1_6, G2_6, 'chacha20-poly1305'),
                         'tunnel', 'flow-label 0x12345 pad-min 9'),
    'transport over IPv6': (new_sa(3004, G1_6, G2_6, 'null', 'hmac-sha1-96'),
                            'transport', ''),
}
CONSTANT = new_sa(3011, G1, G2)
ENDING = new_sa(3012, G1, G2)
AH_OUT = new_sa(3013, G1, G2, None, 'hmac-sha1-96')
ESP_IN = new_sa(3014, G2, G1)

load('a', *[f'sa add out {sa.words} mode {mode} {more}'
            for sa, mode, more in SAS.values()],
     f'sa add out {CONSTANT.words} mode tunnel tfc 700',
     f'sa add out {ENDING.words} mode transport seq {LAST - 2}',
     f'sa add out {AH_OUT.words} mode tunnel',
     f'sa add in {ESP_IN.words} mode tunnel')
load('b', *[f'sa add in {sa.words} mode {mode}'
            for sa, mode, _ in SAS.values()],
     f'sa add in {CONSTANT.words} mode tunnel',
     f'sa add in {ENDING.words} mode transport')
wire = Tap('w', 'left')
a, b = Counters('a'), Counters('b')


def name(sa):
    """The words that name an SA."""
    return ('esp' if sa.enc else 'ah', 'spi', str(sa.spi), 'dst', sa.dst)


def dummy(sa, *words):
    """Send some."""
    return ctl('a', 'sa', 'dummy', *name(sa), *words)


def sent(sa, count, *words):
    """Send some, and see what arrives on the wire."""
    expect(dummy(sa, *words), (0, '', ''), 'sa dummy:')
    packets = wire.take(count)
    found = [opened(sa, packet) for packet in packets]
    expect([one.proto for one in found], [NONE] * count, 'next headers')
    expect([one.seq for one in found], list(range(sa.seq + 1,
                                                  sa.seq + 1 + count)))
    sa.seq += count
    return packets, [one.payload for one in found]


def counted(sa, payloads):
    """What the sender counts."""
    a.expect(**{f'_{sa.spi}_packets': len(payloads),
                f'_{sa.spi}_bytes': sum(map(len, payloads)),
                f'_{sa.spi}_seq': len(payloads)})


def received(sa, count):
    """What the receiver counts."""
    b.expect(**{'dummy': count, f'_{sa.spi}_dummy': count,
                f'_{sa.spi}_seq': count})


def basic(sa):
    """Some of a known length."""
    _, payloads = sent(sa, 3, 'count', '3', 'len', '100')
    expect([len(one) for one in payloads], [100] * 3)
    expect(len(set(payloads)), 3, 'different contents:')
    # 300 random bytes have about 177 values
    assert len(set(b''.join(payloads))) > 120, 'content is not random'
    counted(sa, payloads)
    received(sa, 3)


def one_empty(sa):
    """Nothing to encrypt but the trailer."""
    _, payloads = sent(sa, 1, 'len', '0')
    expect(payloads, [b''])
    counted(sa, payloads)
    received(sa, 1)


def random_lengths(sa):
    """Of any length that fits the path."""
    packets, payloads = sent(sa, 150, 'count', '150')
    longest = max(map(len, packets))
    assert longest <= 1500, f'{longest} bytes'
    assert longest > 1300, f'never more than {longest} bytes'
    assert min(map(len, payloads)) < 200, 'none is short'
    assert len(set(map(len, payloads))) > 100, 'few lengths'
    counted(sa, payloads)
    received(sa, 150)


def header(sa, words):
    """The IP header is what the SA says."""
    packets, payloads = sent(sa, 1, 'len', '64')
    packet = packets[0]
    dscp = 46 if 'dscp' in words else 0
    ttl = 77 if 'ttl' in words else 64
    label = 0x12345 if 'flow-label' in words else 0
    if packet[0] >> 4 == 4:
        expect(packet[:1], b'\x45')
        expect(packet[1], dscp << 2, 'DSCP')
        expect(struct.unpack_from('!H', packet, 2)[0], len(packet), 'length')
        expect(packet[6:8], b'\x40\0', 'DF')
        expect(packet[8:10], bytes([ttl, ESP]), 'TTL, protocol')
        expect(checksum(packet[:20]), 0, 'checksum')
        expect(packet[12:20], packed(G1) + packed(G2))
    else:
        expect(struct.unpack_from('!I', packet)[0],
               6 << 28 | dscp << 22 | label, 'class and label')
        expect(struct.unpack_from('!H', packet, 4)[0], len(packet) - 40)
        expect(packet[6:8], bytes([ESP, ttl]), 'next header, hop limit')
        expect(packet[8:40], packed(G1_6) + packed(G2_6))
    counted(sa, payloads)
    received(sa, 1)


def longest_there_is(sa, mode):
    """The length field of IP has 16 bits: the longest that it can say is
    sent, in fragments, and put together at the other end; not one byte more."""
    cipher = {'aes-gcm-16': (8, 4, 16), 'chacha20-poly1305': (8, 4, 16),
              'aes-cbc': (16, 16, 16), 'null': (0, 4, 12)}[sa.enc]
    room = 65535 - 8 - cipher[0] - cipher[2] - (0 if is6(sa.dst) else 20)
    most = room // cipher[1] * cipher[1] - 2
    if is6(sa.dst) and mode == 'tunnel':
        most -= 9  # pad-min, and 9 + 2 + most is aligned
        most -= (most + 11) % 4
    status, _, complaint = dummy(sa, 'len', str(most + 1))
    expect(status != 0 and 'too-big' in complaint, True, complaint)
    a.expect(**{'too_big': 1, f'_{sa.spi}_too-big': 1})
    expect(dummy(sa, 'len', str(most)), (0, '', ''), 'sa dummy:')
    sa.seq += 1
    a.expect(**{f'_{sa.spi}_packets': 1, f'_{sa.spi}_bytes': most,
                f'_{sa.spi}_seq': 1})
    received(sa, 1)
    while wire.next(0):
        pass


def constant():
    """With tfc none is shorter than what the SA makes of a packet."""
    packets, payloads = sent(CONSTANT, 100, 'count', '100')
    expect(min(map(len, payloads)), 700)
    expect(max(map(len, packets)) <= 1500, True)
    some = sum(len(one) == 700 for one in payloads)
    assert 10 < some < 90, f'{some} of 100 are as short as can be'
    counted(CONSTANT, payloads)
    received(CONSTANT, 100)


def overflow():
    """RFC 4303 3.3.3: the numbers end."""
    ENDING.seq = LAST - 2
    status, _, complaint = dummy(ENDING, 'count', '5', 'len', '10')
    expect(status != 0, True, 'status')
    expect(complaint, '2 were sent, the next one was dropped: seq-overflow')
    found = [opened(ENDING, packet) for packet in wire.take(2)]
    expect([one.seq for one in found], [LAST - 1, LAST])
    a.expect(**{'seq_overflow': 1, '_3012_seq-overflow': 1,
                '_3012_packets': 2, '_3012_bytes': 20, '_3012_seq': 2})
    b.expect(**{'dummy': 2, '_3012_dummy': 2, '_3012_seq': LAST})
    for _ in range(2):
        status, _, complaint = dummy(ENDING)
        expect(complaint,
               '0 were sent, the next one was dropped: seq-overflow')
    a.expect(**{'seq_overflow': 2, '_3012_seq-overflow': 2})


def refused(sentence, *words):
    """A command that sends nothing."""
    status, _, complaint = ctl('a', 'sa', 'dummy', *words)
    expect(status != 0 and sentence in complaint, True, complaint)
    a.expect()
    expect(wire.next(0), None)


for what, (one, how, extra) in SAS.items():
    result(f'{what}: numbers, next header 59, content, counters', basic, one)
    result(f'{what}: an empty one', one_empty, one)
    result(f'{what}: the IP header', header, one, extra)
    result(f'{what}: random lengths up to the path MTU', random_lengths, one)
    result(f'{what}: the longest that IP can carry', longest_there_is, one,
           how)
result('with tfc they are as long as what else the SA sends', constant)
result('none is sent when the sequence numbers are used up', overflow)
result('AH has no dummies', refused, 'esp', *name(AH_OUT))
result('an inbound SA sends nothing', refused,
       'dummies are sent through ESP SAs with dir OUT only', *name(ESP_IN))
result('an SA that does not exist', refused,
       'no SA has this spi, dst and proto', 'esp', 'spi', '4001', 'dst', G2)
