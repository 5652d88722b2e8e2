#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Nested SAs all of which answer later: what nest.sh does for some of its bundles,
# through cryptd.
#
#	nest.py in w --- left/wan --- a (our module, also a router)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=cryptd.bash
. "$LIB/cryptd.bash"

plan 37

cryptd_start
need one_link
wire_test nest.py some
expect_cryptd a
