#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every command of the configuration, once for each allocation in it, which
fails: /proc/thread-self/fail-nth makes the nth one of this task fail.

A request that fails changes nothing. A request that succeeds has done what it
says, even if the answer or the event got lost, of which the sockets tell with
ENOBUFS. The last round of each is the one in which no allocation was left to
fail.
"""

import ctypes
import errno
import os
import pathlib
import sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'net'))
import nl  # noqa: E402 pylint: disable=wrong-import-position

ROUNDS = 5000
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
fail_nth = os.open('/proc/thread-self/fail-nth', os.O_RDWR)


class Failing:
    """While it lasts, the nth allocation of this task fails; fired says
    afterwards whether there was one."""

    def __init__(self, nth):
        self.nth, self.fired = nth, False

    def __enter__(self):
        os.pwrite(fail_nth, b'%d\n' % self.nth, 0)
        return self

    def __exit__(self, *_):
        self.fired = int(os.pread(fail_nth, 20, 0)) == 0
        os.pwrite(fail_nth, b'0\n', 0)


def unshare():
    """A new network namespace for this task."""
    if libc.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), 'unshare')


class Case:
    """One request: what must be there before, and what undoes it."""

    def __init__(self, what, command, attributes=(), dump=False, before=(),
                 after=(), fresh=False):
        self.what, self.command, self.dump = what, command, dump
        self.attributes = b''.join(attributes)
        self.before, self.after, self.fresh = before, after, fresh


def sure(sock, requests):
    """Requests that must succeed."""
    for command, attributes in requests:
        answer = sock.request(command, b''.join(attributes))
        if answer.error not in (0, errno.ENOENT):
            raise SystemExit(f'command {command}: {answer}')


def attempt(case, nth):
    """One round: (whether something failed, complaint or '')."""
    if case.fresh:
        unshare()
    sock, watch = nl.Sock(timeout=5), nl.Sock()
    # Somebody has to listen, or no event is made
    listener = nl.Sock(group='events')
    sure(watch, case.before)
    state = watch.state()
    flags = nl.REQUEST | (nl.DUMP if case.dump else nl.ACK)
    error = None
    try:
        with Failing(nth) as failing:
            sock.send(case.command, case.attributes, flags)
        answer = sock.collect()
        error = answer.error
    except OSError as lost:
        if lost.errno not in (errno.ENOBUFS, errno.ENOMEM):
            raise
    now = watch.state()
    complaint = ''
    if not failing.fired and error != 0:
        complaint = f'nothing failed, and yet: error {error}'
    elif not failing.fired and not case.dump and \
            case.after and now == state:
        complaint = 'success without an effect'
    elif error and now != state:
        complaint = f'{os.strerror(error)}, and something changed'
    if now != state:
        sure(watch, case.after)
        if not case.fresh and watch.state() != state:
            complaint += ' not undone'
    for one in (sock, watch, listener):
        one.sock.close()
    return failing.fired, complaint and f'{nth}: {complaint}'


def run(case):
    """All rounds of one request."""
    wrong = []
    for nth in range(1, ROUNDS):
        fired, complaint = attempt(case, nth)
        if complaint:
            wrong.append(complaint)
        if not fired:
            break
    else:
        wrong.append(f'still failing after {ROUNDS} rounds')
    nl.result(not wrong, f'{case.what}: {nth - 1} allocations fail',
              ' | '.join(wrong[:5]))


def cases():
    """Commands in the order in which they are tried."""
    flush = [(nl.CMD_POLICY_FLUSH, []), (nl.CMD_SA_FLUSH, [])]
    hmac = {'auth': 'hmac-sha2-256-128'}
    kinds = {
        'combined mode, output': nl.sa(spi=0x1000),
        'cipher and integrity, input, selector, window': nl.sa(
            spi=0x1000, direction=1, enc='aes-cbc', key=os.urandom(32), **hmac,
            more={nl.A_SA_SELECTOR: nl.attr(nl.A_SA_SELECTOR, nl.selector(
                '10.0.0.0/8', '10.1.0.0/16')),
                  nl.A_SA_REPLAY_WINDOW: nl.attr(nl.A_SA_REPLAY_WINDOW,
                                                 8192)}),
        'AH over IPv6': nl.sa(spi=0x1000, proto=51, enc=None, src='2001:db8::1',
                              dst='2001:db8::2', **hmac),
    }
    for what, sa in kinds.items():
        name = [sa[n] for n in (nl.A_SA_PROTO, nl.A_SA_SPI, nl.A_SA_DST)]
        add = [(nl.CMD_SA_NEW, sa.values())]
        remove = [(nl.CMD_SA_DEL, name)]
        yield Case(f'sa-new, {what}', nl.CMD_SA_NEW, sa.values(),
                   after=remove)
        yield Case(f'sa-get, {what}', nl.CMD_SA_GET, name,
                   before=remove + add)
        yield Case(f'sa-get dump, {what}', nl.CMD_SA_GET, dump=True)
        # The state of each round is that with the SA in it
        yield Case(f'sa-del, {what}', nl.CMD_SA_DEL, name,
                   before=remove + add, after=add)
    yield Case('sa-flush', nl.CMD_SA_FLUSH, before=flush + add, after=add)
    protect = nl.policy(sel=nl.selector('10.0.0.0/8', '10.1.0.0/16',
                                        nl.u8(nl.A_SELECTOR_PROTO, 17)))
    add = [(nl.CMD_POLICY_NEW, protect.values())]
    yield Case('policy-new', nl.CMD_POLICY_NEW, protect.values(),
               before=flush, after=[(nl.CMD_POLICY_FLUSH, [])])
    yield Case('policy-get dump', nl.CMD_POLICY_GET, dump=True,
               before=flush + add)
    for command, what, attributes in (
            (nl.CMD_POLICY_DEL, 'policy-del',
             [protect[nl.A_POLICY_DIR], protect[nl.A_POLICY_SELECTOR]]),
            (nl.CMD_POLICY_FLUSH, 'policy-flush', [])):
        yield Case(what, command, attributes, before=flush + add,
                   after=add)
    config = [nl.u8(nl.A_CONFIG_DEFAULT_OUT, 3), nl.attr(nl.A_CONFIG_MAX_SAS, 9)]
    back = [nl.u8(nl.A_CONFIG_DEFAULT_OUT, 2), nl.attr(nl.A_CONFIG_MAX_SAS, 0)]
    yield Case('config-set', nl.CMD_CONFIG_SET, config,
               before=[(nl.CMD_CONFIG_SET, back)],
               after=[(nl.CMD_CONFIG_SET, back)])
    yield Case('config-get', nl.CMD_CONFIG_GET)
    yield Case('stats-get dump', nl.CMD_STATS_GET, dump=True)
    yield Case('policy-get', nl.CMD_POLICY_GET, [nl.attr(nl.A_POLICY_INDEX, 1)],
               before=add, fresh=True)
    yield Case('the first setting of a namespace', nl.CMD_CONFIG_SET,
               config[:1], fresh=True)
    yield Case('the first SA of a namespace', nl.CMD_SA_NEW,
               nl.sa().values(), fresh=True)


def namespaces():
    """A new namespace, of which ours is a part."""
    for nth in range(1, ROUNDS):
        try:
            with Failing(nth) as failing:
                unshare()
        except OSError as error:
            if error.errno not in (errno.ENOMEM, errno.ENOSPC):
                raise
        if not failing.fired:
            break
    nl.result(not failing.fired, f'a new namespace: {nth - 1} allocations fail')


def main():
    """One result per case."""
    spec = yaml.safe_load((pathlib.Path(nl.__file__).parents[2] /
                           'Documentation/netlink/specs/ipsec.yaml')
                          .read_text())
    unshare()
    tried = set()
    for case in cases():
        run(case)
        tried.add((case.command, case.dump))
    wanted = {(getattr(nl, 'CMD_' + op['name'].upper().replace('-', '_')),
               form == 'dump'): f'{op["name"]} {form}'
              for op in spec['operations']['list']
              for form in ('do', 'dump') if form in op}
    left = [name for key, name in wanted.items() if key not in tried]
    nl.result(not left, f'all {len(wanted)} commands were tried',
              ', '.join(left))
    namespaces()


if __name__ == '__main__':
    main()
