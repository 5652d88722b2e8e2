#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Pages that belong to others, the page cache above all, are never written when
# what is in them is decrypted or verified (CVE-2026-43284 and its followers), and
# each way in which a packet may lie in memory is taken: linear, in pages, as a
# list of fragments, from XDP and its page pool, shared with a tap or a mirror.
# foreign_in.py does it; foreign_out.sh is about what is encrypted.
#
#	foreign_in.py in w --- left/wan --- a (our module)	links for 9000 bytes
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 24

need one_link
need ip_in w link set left mtu 9000
need ip_in a link set wan mtu 9000
# What tc mirrors
need ip_in a link add copies type dummy
need ip_in a link set copies up
wire_test foreign_in.py
