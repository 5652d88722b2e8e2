#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Notifications, dumps of 5000 objects, undisturbed and disturbed, and 20000
# random messages with a fixed seed. In one namespace without devices.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 17

new_namespaces a
need log_mark
results_of on a "$LIB/netlink_events.py"
try_not "the kernel did not complain" log_complaints
