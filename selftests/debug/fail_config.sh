#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# limit: 900
#
# Each allocation fails once, in every command of the configuration: the command
# fails and changes nothing, or succeeds. fail_config.py does it.
# shellcheck source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source=fail.bash
. "$(dirname "$0")/fail.bash"

fail_needed
plan 27

# All of them, also those that could wait for memory
fail_attribute ignore-gfp-wait N
# Ciphers are made ready by the first who asks for them
need log_mark
results_of "$(dirname "$0")/fail_config.py"
try_not "the kernel did not complain" log_complaints
