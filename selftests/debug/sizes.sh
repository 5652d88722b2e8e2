#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets of every length up to two pages, so that each place where a buffer, a
# slab or a page can end is one where header, padding, trailer and ICV come to
# lie, under KASAN. sizes.py does it.
#
#	w left --- lan a wan --- wan b		links for 16000 bytes
#
# limit: 900
# shellcheck source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

plan 27

new_namespaces w a b
for ns in a b; do
	# shellcheck disable=SC2086 # words
	need set_sysctl $ns $SETTINGS $ROUTER
done
cat >"$TMP/links" <<X
link add left netns w$SUFFIX mtu 16000 type veth peer name lan netns a$SUFFIX mtu 16000 address 02:00:00:00:0a:01
link add wan netns a$SUFFIX mtu 16000 type veth peer name wan netns b$SUFFIX mtu 16000
X
need ip -batch "$TMP/links"
configure w left 203.0.113.2/24 2001:db8:f::2/64
configure a lan 203.0.113.1/24 2001:db8:f::1/64
configure a wan 192.0.2.1/24 2001:db8:a::1/64 192.0.2.2 2001:db8:a::2
configure b wan 192.0.2.2/24 2001:db8:a::2/64 192.0.2.1 2001:db8:a::1
v6_ready a 2001:db8:a::2
results_of "${BASH_SOURCE[0]%.sh}.py" "$TMP" "$SUFFIX" "$IPSECCTL"
