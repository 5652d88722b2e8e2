#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Configuration that is wrong in any attribute: one sentence, the attribute,
# nothing changed. In one namespace without devices.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 55

new_namespaces a
results_of on a "$LIB/netlink_bad.py"
