#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SAs nested in each other around one packet, as one policy asks for them: what is
# sent, layer by layer, and what of it may come in. nest.py does it.
#
#	nest.py in w --- left/wan --- a (our module, also a router)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 79

need one_link
wire_test nest.py
