#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An algorithm whose kernel module cannot be loaded: the refusal names it.
# modprobe is told so in a directory that covers /etc/modprobe.d meanwhile.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 4

new_namespaces a
# Nothing uses it when the SAs of other tests are gone
unused() {
	! grep -q '^chacha20poly1305 ' /proc/modules ||
		rmmod chacha20poly1305 2>/dev/null
}
wait_for 5 unused ||
	skip_all "chacha20poly1305 is built in, or something else uses it"
need mount -t tmpfs none /etc/modprobe.d
echo "install chacha20poly1305 /bin/false" >/etc/modprobe.d/test.conf
new_key "$TMP/key" 36
echo "sa add in esp spi 0x1000 src 192.0.2.1 dst 192.0.2.2 mode tunnel enc chacha20-poly1305 enc-key-file key" >"$TMP/conf"
output=$(ctl a load "$TMP/conf" 2>&1)
status=$?
umount /etc/modprobe.d
try "an algorithm without its module is refused" [ $status != 0 ]
try "the sentence names the module" grep -q 'load the module.* chacha20poly1305' <<<"$output"
count=$(ctl a sa show -j | jq '.sas | length')
try "there is no SA" [ "$count" = 0 ]
try "with the module there is one" ctl a load "$TMP/conf"
