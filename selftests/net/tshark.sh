#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What somebody else's reading of RFC 4303 makes of what we send: tshark is given
# the keys and a capture from w, in the middle of topo4, where the gateways have
# one tunnel with AES-GCM (IPv4) and one with AES-CBC and HMAC-SHA-256 (IPv6).
# It has to find each ping and its answer inside, with the right sequence
# number, padding, next header and ICV; with wrong keys it must not.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 9

MARK='sixteen letters!' PINGS=5
pattern=$(printf %s "$MARK" | od -An -v -tx1 | tr -d ' \n')
need topo4
need v6_ready h1 "$H2_6"

new_key "$TMP/gcm" 20
new_key "$TMP/cbc" 16
new_key "$TMP/sha" 32
sa_pair "$TMP/conf" 0x1001 "$G1" "$G2" tunnel 1 esp enc aes-gcm-16 enc-key-file gcm
policy_pair "$TMP/conf" "$NET1" "$NET2" "$G1" "$G2" tunnel 1
sa_pair "$TMP/conf" 0x1011 "$G1_6" "$G2_6" tunnel 2 esp enc aes-cbc \
	enc-key-file cbc auth hmac-sha2-256-128 auth-key-file sha
policy_pair "$TMP/conf" "$NET1_6" "$NET2_6" "$G1_6" "$G2_6" tunnel 2
try "the configuration is loaded at g1" ctl g1 load "$TMP/conf-left"
try "the configuration is loaded at g2" ctl g2 load "$TMP/conf-right"

capture_start
try "ping h1 to h2, IPv4" \
	on h1 ping -q -c $PINGS -i 0.2 -W 5 -p "$pattern" "$H2"
try "ping h1 to h2, IPv6" \
	on h1 ping -q -c $PINGS -i 0.2 -W 5 -p "$pattern" "$H2_6"
capture_stop

# The table of SAs as tshark keeps it, in a directory of its own.
keys() { # directory gcm cbc sha
	local gcm cbc spi

	gcm="\"AES-GCM with 16 octet ICV [RFC4106]\",\"0x$2\",\"NULL\",\"\""
	cbc="\"AES-CBC [RFC3602]\",\"0x$3\",\"HMAC-SHA-256-128 [RFC4868]\",\"0x$4\""
	mkdir "$1"
	for spi in 0x00001001 0x00001002; do
		echo "\"IPv4\",\"*\",\"*\",\"$spi\",$gcm"
	done >"$1/esp_sa"
	for spi in 0x00001011 0x00001012; do
		echo "\"IPv6\",\"*\",\"*\",\"$spi\",$cbc"
	done >>"$1/esp_sa"
	printf 'esp.%s: TRUE\n' enable_encryption_decode \
		enable_authentication_check >"$1/preferences"
}

# One line for each ESP packet. The outer addresses come first.
FIELDS=(esp.spi esp.sequence esp.icv_good esp.icv_bad esp.pad esp.protocol
	ip.src ip.dst icmp.type icmp.seq
	ipv6.src ipv6.dst icmpv6.type icmpv6.echo.sequence_number
	esp.sequence-analysis.wrong-sequence-number _ws.malformed data.data)

dissect() { # directory
	WIRESHARK_CONFIG_DIR=$1 tshark -n -r "$PCAP" -Y esp -T fields \
		-E 'separator=|' "${FIELDS[@]/#/-e}" 2>"$TMP/tshark.err"
}

# The same as it has to be. The payload of a ping begins with the time, which
# is left out.
want() {
	local i data

	data=$pattern$pattern${pattern:0:16}
	for ((i = 1; i <= PINGS; i++)); do
		echo "0x00001001|$i|1|0|0102|0x04|$G1,$H1|$G2,$H2|8|$i|||||||$data"
		echo "0x00001002|$i|1|0|0102|0x04|$G2,$H2|$G1,$H1|0|$i|||||||$data"
	done
	for ((i = 1; i <= PINGS; i++)); do
		echo "0x00001011|$i|1|0|010203040506|0x29|||||$G1_6,$H1_6|$G2_6,$H2_6|128|$i|||$data"
		echo "0x00001012|$i|1|0|010203040506|0x29|||||$G2_6,$H2_6|$G1_6,$H1_6|129|$i|||$data"
	done
}

same() { # spi...: of these SAs, both are the same
	diff <(grep -E "^0x0000($1)" "$TMP/want") \
		<(grep -E "^0x0000($1)" "$TMP/got" |
			sed -E "s/\|[0-9a-f]{16,32}($pattern)/|\1/")
}

flip() { # hexadecimal: with its first bit changed
	printf '%x%s\n' $((0x${1:0:1} ^ 8)) "${1:1}"
}

gcm=$(cat "$TMP/gcm") cbc=$(cat "$TMP/cbc") sha=$(cat "$TMP/sha")
want >"$TMP/want"
keys "$TMP/right" "$gcm" "$cbc" "$sha"
need dissect "$TMP/right" >"$TMP/got"
try "tshark reads AES-GCM, each packet and its ICV" same '1001|1002'
try "tshark reads AES-CBC and HMAC-SHA-256, each packet and its ICV" \
	same '1011|1012'
expect_wire "there were no more packets" '(ip or ip6) and not icmp6 and not ip6 proto 0' \
	$((4 * PINGS))

count() { # pattern of a line: how many match in got
	grep -cE "$1" "$TMP/got"
}

keys "$TMP/wrong" "$(flip "$gcm")" "$cbc" "$(flip "$sha")"
need dissect "$TMP/wrong" >"$TMP/got"
# With AES-GCM the wrong key also makes another trailer, and of one in forty
# tshark says nothing at all: its pad length is longer than the packet.
wrong_icvs() {
	local bad="\|[0-9]+\|0\|1\|"

	count '^0x0000[0-9a-f]+\|[0-9]+\|1\|'
	count "^0x0000101[12]$bad"
	(($(count "^0x0000100[12]$bad") > 0)) && count .
}
try "with a wrong bit in the keys no ICV is right" \
	test "$(wrong_icvs | xargs)" = "0 $((2 * PINGS)) $((4 * PINGS))"
mkdir "$TMP/none"
need dissect "$TMP/none" >"$TMP/got"
try "without keys no packet shows what is inside" \
	test "$(count "$H1|$H2|$H1_6|$H2_6|$pattern") $(count .)" = \
	"0 $((4 * PINGS))"
