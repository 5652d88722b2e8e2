#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Algorithms whose kernel module cannot be loaded: the refusal names it. modprobe
# is told so in a directory that covers /etc/modprobe.d meanwhile.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 12

new_namespaces a
new_key "$TMP/key" 36
new_key "$TMP/key16" 16
new_key "$TMP/key32" 32

# Nothing uses it when the SAs of other tests are gone
unused() { # module
	! grep -q "^$1 " /proc/modules || rmmod "$1" 2>/dev/null
}

refused() { # module words-of-sa-add pattern-of-the-sentence
	local output status count what="without $1"
	local why="it is built in, or something else uses it"

	if ! wait_for 5 unused "$1"; then
		skip "$what: its algorithm is refused" "$why"
		skip "$what: the sentence names the module" "$why"
		skip "$what: there is no SA" "$why"
		skip "$what: with it there is one" "$why"
		return
	fi
	need mount -t tmpfs none /etc/modprobe.d
	echo "install $1 /bin/false" >/etc/modprobe.d/test.conf
	echo "sa add in $2 spi 0x1000 src 192.0.2.1 dst 192.0.2.2 mode tunnel" \
		>"$TMP/conf"
	output=$(ctl a load "$TMP/conf" 2>&1)
	status=$?
	umount /etc/modprobe.d
	try "$what: its algorithm is refused" [ $status != 0 ]
	try "$what: the sentence names the module" grep -q "$3" <<<"$output"
	count=$(ctl a sa show -j | jq '.sas | length')
	try "$what: there is no SA" [ "$count" = 0 ]
	try "$what: with it there is one" ctl a load "$TMP/conf"
	need ctl a sa flush
}

refused chacha20poly1305 "esp enc chacha20-poly1305 enc-key-file key" \
	'load the module.* chacha20poly1305'
refused authenc \
	"esp enc aes-cbc enc-key-file key16 auth hmac-sha2-256-128 auth-key-file key32" \
	'load the modules authenc, .* and '
refused xcbc "ah auth aes-xcbc-96 auth-key-file key16" \
	'load the module.* xcbc'
