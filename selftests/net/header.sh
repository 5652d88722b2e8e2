#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The header that a tunnel adds and takes off (RFC 4301 5.1.2, RFC 6040), in all
# four combinations of families, for packets of the host and forwarded ones:
# every field of it, and that nothing else of the inner packet changes. header.py
# does it.
#
#	header.py in w --- left/wan --- a (our module, also a router)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 80

need one_link
wire_test header.py
