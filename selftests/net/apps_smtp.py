#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A mail server: apps_smtp.py MAILDIR

Takes letters on port 25 (RFC 5321, what is needed of it) and puts them into
MAILDIR/new, as the owner of MAILDIR.
"""

import os
import pathlib
import socket
import socketserver
import sys

MAILDIR = pathlib.Path(sys.argv[1])


class Session(socketserver.StreamRequestHandler):
    """One client."""

    letters = 0

    def say(self, line):
        self.wfile.write(line.encode() + b'\r\n')

    def letter(self):
        """The lines up to a dot, without the dots that double others."""
        for line in self.rfile:
            if line == b'.\r\n':
                return
            yield line[1:] if line.startswith(b'.') else line

    def data(self):
        self.say('354 go on')
        Session.letters += 1
        name = f'{Session.letters}.{os.getpid()}.mail'
        with open(MAILDIR / 'tmp' / name, 'wb') as file:
            file.writelines(self.letter())
        os.rename(MAILDIR / 'tmp' / name, MAILDIR / 'new' / name)
        self.say('250 delivered')

    def handle(self):
        self.say('220 mail.example')
        for line in self.rfile:
            verb = line.split()[0].upper() if line.split() else b''
            if verb == b'DATA':
                self.data()
            elif verb == b'QUIT':
                self.say('221 bye')
                return
            elif verb in (b'HELO', b'EHLO', b'MAIL', b'RCPT', b'RSET'):
                self.say('250 mail.example')
            else:
                self.say('502 not here')


class Server(socketserver.ThreadingTCPServer):
    """Both families."""

    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


with Server(('::', 25), Session) as server:
    owner = MAILDIR.stat()
    os.setgroups([])
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)
    server.serve_forever()
