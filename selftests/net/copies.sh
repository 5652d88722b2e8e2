#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same packet arrives on several processors at once, and is accepted once, for
# every algorithm in both modes, over IPv4 and IPv6 (RFC 4303 3.4.3, RFC 4302
# 3.4.3: the window moves behind the ICV, and says so then): first as the ciphers
# are, where that is a matter of timing, then through cryptd, where all copies are
# looked at before the first one is verified.
#
#	forge.py in w --- left/wan --- a (our module)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=esn.bash
. "$LIB/esn.bash"

# shellcheck source=cryptd.bash
. "$LIB/cryptd.bash"

plan 5

HASHES='hmac-sha1-96:20 hmac-sha2-256-128:32 hmac-sha2-384-192:48
	hmac-sha2-512-256:64 aes-xcbc-96:16 aes-cmac-96:16'
KINDS='esp,aes-gcm-16:20,- esp,aes-gcm-12:28,- esp,aes-gcm-8:36,-'
KINDS+=' esp,aes-ccm-16:19,- esp,aes-ccm-12:27,- esp,aes-ccm-8:35,-'
KINDS+=' esp,chacha20-poly1305:36,- esp,aes-gmac:20,- ah,-,aes-gmac:36'
for hash in $HASHES; do
	KINDS+=" ah,-,$hash esp,null,$hash esp,aes-cbc:32,$hash esp,aes-ctr:28,$hash"
done
# shellcheck disable=SC2034 # for esn_peers
KIND_WORDS='replay-window 64'

need topo2
esn_peers
peers
esn_ready
N=6
if [ "$(nproc)" -gt 1 ]; then
	need state_mark a
	need inject "flood('left', [packet for n in range(1, $N + 1) for packet in every(n)], 2, 1)"
	expect_moved "on two processors at once: once each" a \
		"$(esn_accepted $N $N) $(esn_refused replay $N)"
	need inject "flood('left', [packet for n in range($N + 1, 2 * $N + 1) for packet in every(n)])"
	expect_moved "four times: once each" a \
		"$(esn_accepted $N $N) $(esn_refused replay $((3 * N)))"
else
	skip "on two processors at once: once each" "one processor"
	skip "four times: once each" "one processor"
fi

cryptd_start
need ctl a load "$TMP/peers"
expect_cryptd a
need state_mark a
# cryptd takes 1000 requests at a time
for n in 101 102; do
	need inject "flood('left', every($n))"
	step=1
	[ $n != 101 ] || step=101
	expect_moved "in flight at once, number $n: once each" a \
		"$(esn_accepted 1 $step) $(esn_refused replay 3)"
done
