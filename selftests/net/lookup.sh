#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The index of the SPD against a plain ordered search, in one namespace without
# devices. LOOKUPS and SEED are read from the environment.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 2

new_namespaces a
results_of on a "$LIB/lookup.py" "${LOOKUPS:-20000}" "${SEED:-$RANDOM}"
