#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Notifications, dumps that are long or disturbed, and random messages."""

import errno
import os
import random
import threading

import nl
from nl import attr, policy, result, sa, sa_name, selector, u8, u16

COUNT = 5000
FUZZ = 20000
KEY = os.urandom(20)
sock = nl.Sock()


def events():
    """Each change is told in the format of the get."""
    listener = nl.Sock(group='events')
    nl.new_sa(sock, key=KEY, more={nl.A_SA_SELECTOR: attr(
        nl.A_SA_SELECTOR, selector('10.0.0.0/8'))})
    nl.new_policy(sock, sel=selector('10.0.0.0/8'))
    sock.request(nl.CMD_CONFIG_SET, attr(nl.A_CONFIG_MAX_SAS, 9))
    got = [sock.request(nl.CMD_SA_GET, sa_name()),
           sock.request(nl.CMD_POLICY_GET, attr(nl.A_POLICY_INDEX, 1)),
           sock.request(nl.CMD_CONFIG_GET)]
    told = listener.events(3)
    for (command, what), answer, (number, data) in zip(
            ((nl.CMD_SA_NEW_NTF, 'a new SA'),
             (nl.CMD_POLICY_NEW_NTF, 'a new policy'),
             (nl.CMD_CONFIG_NTF, 'settings')), got,
            told + [(0, b'')] * 3):
        result(number == command and answer.messages and
               data == answer.messages[0][1], f'{what} is told',
               f'{number}: {data.hex()} {answer}')
    for request, command, what, answer in (
            ((nl.CMD_SA_DEL, sa_name()), nl.CMD_SA_DEL_NTF, 'SA', got[0]),
            ((nl.CMD_POLICY_DEL, attr(nl.A_POLICY_INDEX, 1)),
             nl.CMD_POLICY_DEL_NTF, 'policy', got[1])):
        sock.request(*request)
        told = listener.events(1)
        result(told == [(command, answer.messages[0][1])],
               f'a deleted {what} is told', told)
    nl.new_sa(sock, spi=0x2000, key=KEY)
    nl.new_sa(sock, spi=0x2001, key=KEY)
    nl.new_policy(sock, priority=1)
    nl.new_policy(sock, direction=1)
    sock.request(nl.CMD_SA_FLUSH)
    sock.request(nl.CMD_POLICY_FLUSH)
    told = [number for number, _ in listener.events(8)]
    result(told == [nl.CMD_SA_NEW_NTF] * 2 + [nl.CMD_POLICY_NEW_NTF] * 2 +
           [nl.CMD_SA_DEL_NTF] * 2 + [nl.CMD_POLICY_DEL_NTF] * 2,
           'a flush tells of each', told)
    sock.request(nl.CMD_SA_DEL, sa_name())
    sock.request(nl.CMD_POLICY_DEL, attr(nl.A_POLICY_INDEX, 1))
    sock.request(nl.CMD_SA_FLUSH)
    told = listener.events(1, 0.5)
    result(not told, 'what changes nothing is not told', told)
    listener.sock.close()


def names(answer):
    """SPIs in a dump; parse() looks at lengths and padding."""
    return [dict(nl.parse(data))[nl.A_SA_SPI] for _, data in answer.messages]


def dumps():
    """Many objects, each once, in order; what is disturbed says so."""
    sock.request(nl.CMD_CONFIG_SET, attr(nl.A_CONFIG_MAX_SAS, 0) +
                 attr(nl.A_CONFIG_MAX_POLICIES, 0))
    bad = [a for a in (nl.new_sa(sock, spi=0x10000 + i, reqid=i % 3 + 1,
                                 key=KEY)
                       for i in range(COUNT)) if a.error]
    answer = sock.dump(nl.CMD_SA_GET)
    want = [(0x10000 + i).to_bytes(4, 'big') for i in range(COUNT)]
    result(not bad and names(answer) == want and not answer.interrupted,
           f'{COUNT} SAs are dumped, each once', answer)
    some = sock.dump(nl.CMD_SA_GET, attr(nl.A_SA_REQID, 2))
    result(names(some) == want[1::3], 'those of one reqid too', some)
    bad = [a for a in (nl.new_policy(sock, priority=COUNT - i, action=2)
                       for i in range(COUNT)) if a.error]
    answer = sock.dump(nl.CMD_POLICY_GET)
    got = [dict(nl.parse(d))[nl.A_POLICY_PRIORITY] for _, d in answer.messages]
    result(not bad and not answer.interrupted and
           got == [i.to_bytes(4, 'little') for i in range(1, COUNT + 1)],
           f'{COUNT} policies are dumped, each once, in order', answer)
    disturbed(want)
    sock.request(nl.CMD_POLICY_FLUSH)
    sock.request(nl.CMD_SA_FLUSH)
    empty = sock.dump(nl.CMD_SA_GET).messages + \
        sock.dump(nl.CMD_POLICY_GET).messages
    result(not empty, 'after a flush there are none', len(empty))


def disturbed(want):
    """Other SAs come and go meanwhile; those that stay are all there."""
    stop = threading.Event()

    def change():
        other = nl.Sock()
        while not stop.is_set():
            nl.new_sa(other, spi=0x900, key=KEY)
            other.request(nl.CMD_SA_DEL, sa_name(0x900))

    thread = threading.Thread(target=change)
    thread.start()
    marked, wrong = 0, []
    for _ in range(5):
        answer = sock.dump(nl.CMD_SA_GET)
        marked += answer.interrupted
        got = [n for n in names(answer) if n != (0x900).to_bytes(4, 'big')]
        if got != want:
            wrong += [len(got)]
    stop.set()
    thread.join()
    result(not wrong, 'a dump while others come and go misses none', wrong)
    result(marked, 'and is marked as interrupted')


def fuzz():
    """Messages that are nearly right."""
    rand = random.Random(4301)
    listener = nl.Sock(capped=True)

    def data(size=None):
        return rand.randbytes(rand.choice((0, 1, 2, 3, 4, 8, 16, 17, 40, 200))
                              if size is None else size)

    def mutate(good):
        attributes = list(good)
        for _ in range(rand.choice((0, 1, 1, 2, 4))):
            way = rand.randrange(7)
            at = rand.randrange(len(attributes)) if attributes else 0
            if way == 0 and attributes:
                del attributes[at]
            elif way == 1:
                attributes.insert(at, attr(rand.randrange(30), data()))
            elif way == 2 and attributes:
                attributes.append(rand.choice(attributes))
            elif way == 3 and attributes:
                broken = bytearray(attributes[at])
                if broken:
                    broken[rand.randrange(len(broken))] = rand.randrange(256)
                attributes[at] = bytes(broken)
            elif way == 4:
                attributes.append(attr(rand.randrange(20), [
                    attr(rand.randrange(14), data(rand.choice((1, 2, 4, 16))))
                    for _ in range(rand.randrange(6))]))
            elif way == 5:
                attributes.append(data(rand.randrange(16)))
            elif attributes:
                one = attributes[at]
                attributes[at] = one[:4] + data(max(0, len(one) - 4))
        return b''.join(attributes)

    def nest():
        return selector(rand.choice((None, '10.0.0.0/8', '2001:db8::/32')),
                        rand.choice((None, '10.1.0.0/16', '2001:db8::/48')),
                        u8(nl.A_SELECTOR_PROTO, rand.choice((6, 1, 58))),
                        u16(rand.randrange(6, 10), rand.randrange(65536)))

    spi = 0
    answers = {}
    for turn in range(FUZZ):
        spi = 0x100 + turn % 500
        command = rand.choice((nl.CMD_SA_NEW, nl.CMD_SA_NEW,
                               nl.CMD_POLICY_NEW, nl.CMD_POLICY_NEW,
                               *range(nl.CMD_MAX + 3)))
        good = rand.choice((
            list(sa(spi=spi, mode=rand.choice((1, 2)), key=KEY,
                    direction=rand.choice((1, 2))).values()) +
            [attr(nl.A_SA_SELECTOR, nest())],
            policy(priority=turn % 300, sel=nest()).values(),
            policy(priority=turn % 300, action=2).values(),
            sa_name(spi), [attr(nl.A_POLICY_INDEX, turn % 300)], []))
        flags = rand.choice((nl.REQUEST | nl.ACK,) * 9 +
                            (nl.REQUEST | nl.DUMP,))
        answer = listener.request(command, mutate(good), flags)
        answers[answer.error] = answers.get(answer.error, 0) + 1
        if turn % 2000 == 1999:
            sock.request(nl.CMD_SA_FLUSH)
            sock.request(nl.CMD_POLICY_FLUSH)
    print(f'# answers by errno: {answers}')
    known = {0, errno.EINVAL, errno.ERANGE, errno.ENOENT, errno.EEXIST,
             errno.ENOSPC, errno.EOPNOTSUPP, errno.EPERM}
    result(set(answers) <= known and answers.get(0, 0) > FUZZ // 100,
           f'{FUZZ} random messages are answered', answers)
    nl.new_sa(sock, spi=0x9999)
    good = sock.request(nl.CMD_SA_GET, sa_name(0x9999))
    result(not good.error, 'and it works as before', good)


def main():
    events()
    dumps()
    result(KEY[:8] not in nl.received,
           f'no key in the {len(nl.received)} bytes that were received')
    nl.received.clear()
    fuzz()


main()
