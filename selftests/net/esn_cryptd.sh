#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Extended sequence numbers with completions that are asynchronous, which all
# come through cryptd: every kind of algorithm crosses 2^32, and copies that are
# in flight at the same time are accepted once.
#
#	forge.py in w --- left/wan --- a (our module)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=esn.bash
. "$LIB/esn.bash"
# shellcheck source=cryptd.bash
. "$LIB/cryptd.bash"

plan $((ESN_RESULTS + 2))

cryptd_start
need topo2
esn_peers
peers
esn_ready

expect_cryptd a

esn_every_kind

# All copies are looked at before the first one is verified; cryptd takes 1000
# requests at a time
N=$((1000 / 4 / ${#SPIS[@]}))
need inject "flood('left', [packet for n in range($N) for packet in every(2**33 + n)])"
expect_moved "copies in flight at once: once each" a \
	"$(esn_accepted $N $((N + 60))) $(esn_refused replay $((3 * N)))"
