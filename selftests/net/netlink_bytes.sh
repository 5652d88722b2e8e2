#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every byte of every message that the module sends over netlink: all attributes
# have the length that the specification says, padding is zero, and nothing else
# is in them. Where the kernel poisons free memory (slub_debug=P), none of that
# either.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 7

new_namespaces a
need log_mark
results_of on a "$LIB/netlink_bytes.py"
try_not "the kernel did not complain" log_complaints
