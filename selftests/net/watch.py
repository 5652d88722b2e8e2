#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tell what packets have moved in this namespace: watch.py IPSECCTL

Each line of standard input is a set of "name=increase", in any order, the same
name more than once means the sum: it is answered with "ok" as soon as exactly these have moved since the line before,
or, when ten seconds did not bring that about, with what has moved instead.
"mark" forgets what has moved so far.

Names: a drop counter is called by its reason; packets, bytes, seq and the drop
counters of an SA have its SPI and a colon in front; "delivered" to ICMP were
answers to pings; "answered" were packets by which ICMP or, with a reset, TCP
replied.
"""

import collections
import json
import subprocess
import sys
import time

ANSWERS = ('Icmp6OutDestUnreachs', 'Icmp6OutPktTooBigs', 'Icmp6OutTimeExcds',
           'Icmp6OutParmProblems', 'Icmp6OutEchoReplies')


def ask(*words):
    """A command of ipsecctl, as JSON."""
    output = subprocess.run([sys.argv[1], *words, '-j'], check=True,
                            stdout=subprocess.PIPE).stdout
    return json.loads(output)


def proc_counters():
    """The counters of IP that matter here."""
    found = {}
    with open('/proc/net/snmp', encoding='ascii') as file:
        lines = [line.split() for line in file]
    for names, values in zip(lines[::2], lines[1::2]):
        for name, value in zip(names[1:], values[1:]):
            found[names[0][:-1] + name] = int(value)
    with open('/proc/net/snmp6', encoding='ascii') as file:
        for line in file:
            name, value = line.split()
            found[name] = int(value)
    return {
        'delivered': found['IcmpInEchoReps'] + found['Icmp6InEchoReplies'],
        'answered': found['IcmpOutMsgs'] + found['TcpOutRsts'] +
                    sum(found[name] for name in ANSWERS),
    }


def state():
    """Everything, by name."""
    found = proc_counters()
    for drop in ask('stats')['drops']:
        found[drop['reason']] = drop['count']
    for sa in ask('sa', 'show')['sas']:
        for name in ('packets', 'bytes', 'seq'):
            found[f'{sa["spi"]}:{name}'] = sa[name]
        for drop in sa['drops']:
            found[f'{sa["spi"]}:{drop["reason"]}'] = drop['count']
    return found


def moved(before, after):
    """The differences; counters that are zero need not be there."""
    return {name: count - before.get(name, 0) for name, count in after.items()
            if count != before.get(name, 0)}


def is_past(found, want):
    """Has something moved too far? Nothing moves back but sequence numbers,
    those that roll over."""
    return any(count > want.get(name, 0) for name, count in found.items()
               if not name.endswith(':seq'))


def main():
    before = state()
    for line in sys.stdin:
        if line == 'mark\n':
            before = state()
            print('ok', flush=True)
            continue
        want = collections.Counter()
        for word in line.split():
            name, count = word.split('=')
            want[name] += int(count)
        deadline = time.monotonic() + 10
        while True:
            after = state()
            found = moved(before, after)
            if found == want or is_past(found, want) or \
                    time.monotonic() > deadline:
                break
            time.sleep(0.02)
        print('ok' if found == want else
              ' '.join(sorted(f'{name}={count}' for name, count in
                              found.items())) or 'nothing', flush=True)
        before = after


if __name__ == '__main__':
    main()
