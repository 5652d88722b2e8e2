#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# limit: 900
#
# Random configuration by a user with rights in his own namespaces alone, while
# packets meet it. FUZZ_SECONDS says for how long, FUZZ_SEED repeats a run, as
# far as time allows.
# shellcheck source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

plan 8

seed=${FUZZ_SEED:-$RANDOM}
echo "# seed $seed"
need log_mark
results_of "$(dirname "$0")/fuzz_netlink.py" "${FUZZ_SECONDS:-60}" "$seed"
try_not "the kernel did not complain" log_complaints
