#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What a user may do: limits.py owner|root|stranger

owner     root of a user namespace of his own, in a network namespace of it
root      root of the host, in a network namespace that is not the first
stranger  without rights in the user namespace of this network namespace
"""

import errno
import sys

import nl
from nl import attr, result

LIMIT = 1024


def objects(sock):
    """The limits hold, and what goes makes room."""
    for what, new, name, gone in (
            ('SAs', lambda i: nl.new_sa(sock, spi=0x1000 + i), 'max-sas',
             lambda: sock.request(nl.CMD_SA_DEL, nl.sa_name(0x1000))),
            ('policies', lambda i: nl.new_policy(sock, action=2, priority=i),
             'max-policies',
             lambda: sock.request(nl.CMD_POLICY_DEL,
                                  attr(nl.A_POLICY_INDEX, 1)))):
        answers = [new(i) for i in range(LIMIT)]
        bad = [str(a) for a in answers if a.error]
        result(not bad, f'{LIMIT} {what}', bad[:3])
        more = new(LIMIT)
        result(more.error == errno.ENOSPC and name in more.sentence,
               f'and not one more of the {what}', more)
        result(not gone().error and not new(LIMIT).error and
               new(LIMIT + 1).error == errno.ENOSPC,
               f'one of the {what} less makes room for one')


def limit(sock, number, value):
    """Set a limit."""
    return sock.request(nl.CMD_CONFIG_SET, attr(number, value))


def owner():
    sock = nl.Sock()
    before = sock.state()
    for number in (nl.A_CONFIG_MAX_SAS, nl.A_CONFIG_MAX_POLICIES):
        for value in (LIMIT + 1, 0, 0xffffffff):
            answer = limit(sock, number, value)
            result(answer.error == errno.EPERM and answer.sentence and
                   answer.offset == 20,
                   f'raising limit {number} to {value} is refused', answer)
    result(sock.state() == before, 'and changes nothing')
    objects(sock)
    lower = limit(sock, nl.A_CONFIG_MAX_SAS, 10)
    back = limit(sock, nl.A_CONFIG_MAX_SAS, LIMIT)
    result(not lower.error and back.error == errno.EPERM,
           'a limit that was lowered stays', f'{lower}, {back}')
    result(nl.new_sa(sock, spi=0x9999).error == errno.ENOSPC,
           'and holds although there are more')


def root():
    sock = nl.Sock()
    answer = limit(sock, nl.A_CONFIG_MAX_SAS, LIMIT + 1)
    result(not answer.error, 'root may raise the limit', answer)
    bad = [a.error for a in (nl.new_sa(sock, spi=0x1000 + i)
                             for i in range(LIMIT + 1)) if a.error]
    more = nl.new_sa(sock, spi=0x9999)
    result(not bad and more.error == errno.ENOSPC, 'and the new one holds',
           f'{bad[:3]} {more}')
    answer = limit(sock, nl.A_CONFIG_MAX_SAS, 0)
    result(not answer.error and not nl.new_sa(sock, spi=0x9999).error,
           'and take it away', answer)


def stranger():
    """EPERM for every command, with or without attributes, do and dump."""
    sock = nl.Sock()
    wrong = []
    for command in range(1, nl.CMD_MAX + 1):
        for flags in (nl.REQUEST | nl.ACK, nl.REQUEST | nl.DUMP):
            answer = sock.request(command, nl.sa_name(), flags)
            # What has no form of this kind says so before it asks for rights
            if answer.error not in (errno.EPERM, errno.EOPNOTSUPP) or \
               answer.messages:
                wrong += [f'{command} {flags}: {answer}']
    result(not wrong, 'every command is refused', wrong)
    wrong = [str(answer) for answer in (
        nl.new_sa(sock), nl.new_policy(sock),
        sock.request(nl.CMD_SA_FLUSH), sock.request(nl.CMD_POLICY_FLUSH),
        sock.dump(nl.CMD_SA_GET), sock.dump(nl.CMD_POLICY_GET),
        sock.dump(nl.CMD_STATS_GET), sock.request(nl.CMD_CONFIG_GET),
        sock.request(nl.CMD_SA_GET, nl.sa_name()),
        sock.request(nl.CMD_SA_DEL, nl.sa_name()),
        sock.request(nl.CMD_POLICY_GET, attr(nl.A_POLICY_INDEX, 1)),
        sock.request(nl.CMD_POLICY_DEL, attr(nl.A_POLICY_INDEX, 1)),
        limit(sock, nl.A_CONFIG_MAX_SAS, 1)) if answer.error != errno.EPERM]
    result(not wrong, 'with EPERM, gets and dumps too', wrong)
    try:
        nl.Sock(group='events')
        result(False, 'no notifications for a stranger', 'joined the group')
    except PermissionError:
        result(True, 'no notifications for a stranger')


globals()[sys.argv[1]]()
