#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Several processes, in the same and in different network namespaces, add SAs at
# the same time, with algorithms whose modules are not loaded yet.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 4

new_namespaces n1 n2 n3
need log_mark
results_of "$LIB/parallel.py" "n1$SUFFIX" "n2$SUFFIX" "n3$SUFFIX"
try_not "the kernel did not complain" log_complaints
