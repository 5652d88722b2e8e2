#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A replayed packet costs no cryptography (RFC 4303 3.4.3: the window is asked
# first): probes of the kernel count the calls of the functions that verify.
#
#	forge.py in w --- left/wan --- a (our module)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=probes.bash
. "$(dirname "$0")/probes.bash"

probes "esp ipsec_crypto_decrypt" "ah ipsec_crypto_hash"

plan 11

need topo2
peer E4 2001 esp tunnel 10.8.1.1 10.9.1.1/32 aes-gcm-16:20 - replay-window 32
peer C6 2002 esp transport 2001:db8:9:2::1 2001:db8:9:2::1/128 aes-cbc:32 hmac-sha2-256-128:32 replay-window 32
peer A4 2003 ah transport 10.9.3.1 10.9.3.1/32 - hmac-sha2-256-128:32 replay-window 32
peer X4 2004 esp transport 10.9.4.1 10.9.4.1/32 aes-gcm-16:20 - esn replay-window 32
peers
need inject "packets = lambda n: [E4.tunnel(ping('10.9.1.1', '$G1'), n), C6.transport(0, n), A4.transport(0, n), X4.transport(0, n)]"
need inject "forged = lambda packet: next(flips(packet, len(packet) - 1, len(packet)))"
need state_mark a

calls() { # of ESP and of AH, since the last time
	local esp ah

	esp=$(probes_profile | awk '$1 == "esp" { print $2 }')
	ah=$(probes_profile | awk '$1 == "ah" { print $2 }')
	CALLS="$((esp - ESP_BEFORE)) $((ah - AH_BEFORE))"
	ESP_BEFORE=$esp AH_BEFORE=$ah
}
ESP_BEFORE=0 AH_BEFORE=0
calls

sent() { # what expected "calls for ESP, for AH" packets
	need inject "put('left', $4)"
	expect_moved "$1" a "$2"
	calls
	try "$1: verified" [ "$CALLS" = "$3" ]
}

each() { # reason n
	echo "$1=$((4 * $2)) $(printf "%s:$1=$2 " 2001 2002 2003 2004)"
}

sent "new ones" "delivered=20 $(printf '%s:packets=5 %s:seq=104 ' \
	2001 2001 2002 2002 2003 2003 2004 2004)
	2001:bytes=140 2002:bytes=240 2003:bytes=140 2004:bytes=140" "15 5" \
	"old := [p for n in range(100, 105) for p in packets(n)]"
sent "the same again" "$(each replay 10)" "0 0" "old, old"
sent "seen, and forged as well" "$(each replay 5)" "0 0" \
	"[forged(p) for p in old]"
# With extended numbers these are 2^32 ahead, and have to be verified
sent "left of the window" "replay-old=9 $(printf '%s:replay-old=3 ' \
	2001 2002 2003)" "0 0" "[p for n in (1, 50, 72) for p in packets(n)[:3]]"
sent "new, and forged" "$(each icv 1)" "3 1" \
	"[forged(p) for p in packets(105)]"
try "the probes have missed nothing" [ -z "$(probes_profile | awk '$3')" ]
