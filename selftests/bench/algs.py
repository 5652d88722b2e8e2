# SPDX-License-Identifier: GPL-2.0
"""The algorithms, as the kernel's own IPsec, ours and the crypto API name them.

What ESP adds is for tunnel mode; AH's is in front of the packet as a whole.
"""
import os


def _key(octets):
    return os.urandom(octets).hex()


class Alg:
    """One algorithm of both ends, with keys that last for a run.

    xfrm and ours are the words of `ip xfrm state` and of `ipsecctl sa add`;
    cipher names a transform of the crypto API, keyed with so many bytes
    (behind the header of authenc, if that), with iv bytes of IV in the packet,
    and a text that is padded to align.
    """

    def __init__(self, proto, xfrm, ours, cipher=None, key=0, iv=0, align=4):
        self.proto = proto
        self.xfrm = xfrm
        self.ours = ours
        self.cipher = cipher
        self.key = key
        self.iv = iv
        self.align = align


_gcm, _chacha = _key(20), _key(36)
_cbc, _hmac = _key(16), _key(32)

_AUTH = f"auth-trunc hmac(sha256) 0x{_hmac} 128"
_OURS_AUTH = f"auth hmac-sha2-256-128 auth-key {_hmac}"

ALGS = {
    "gcm": Alg("esp", f"aead rfc4106(gcm(aes)) 0x{_gcm} 128",
               f"enc aes-gcm-16 enc-key {_gcm}",
               "rfc4106(gcm(aes))", key=20, iv=8),
    "chacha": Alg("esp", f"aead rfc7539esp(chacha20,poly1305) 0x{_chacha} 128",
                  f"enc chacha20-poly1305 enc-key {_chacha}",
                  "rfc7539esp(chacha20,poly1305)", key=36, iv=8),
    "cbc": Alg("esp", f"enc cbc(aes) 0x{_cbc} {_AUTH}",
               f"enc aes-cbc enc-key {_cbc} {_OURS_AUTH}",
               "authenc(hmac(sha256),cbc(aes))", key=16, iv=16, align=16),
    "nullauth": Alg("esp", f'enc ecb(cipher_null) "" {_AUTH}',
                    f"enc null {_OURS_AUTH}",
                    "authenc(hmac(sha256),ecb(cipher_null))"),
    "ah": Alg("ah", _AUTH, _OURS_AUTH, "hmac(sha256)", key=32),
    # Neither: what is left is the work around the algorithms. Ours refuses it.
    "null": Alg("esp", 'enc ecb(cipher_null) "" auth digest_null ""', None),
}

# An SA of thousands, all of which have a key of their own
def gcm_of(number):
    """AES-GCM-128 with a key that depends on a number."""
    key = f"{number:08x}" + _gcm[8:]
    return Alg("esp", f"aead rfc4106(gcm(aes)) 0x{key} 128",
               f"enc aes-gcm-16 enc-key {key}")
