#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Padding of ESP: for alignment, more than that, and against traffic analysis
# (RFC 4303 2.4, 2.7), sent and received; and the place of ESP and AH among other
# headers in transport mode (3.1.1). padding.py does it.
#
#	padding.py in w --- left/wan --- a (our module)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 80

need one_link
wire_test padding.py
