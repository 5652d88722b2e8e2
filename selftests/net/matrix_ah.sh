#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# AH with every algorithm, in every mode and pair of IP versions, ours at
# both ends. matrix.bash says what a cell must do.
#
#	h1 ---- g1 (ours) ==== w ==== g2 (ours) ---- h2
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=matrix.bash
. "$LIB/matrix.bash"

matrix_run ours '^ah '
