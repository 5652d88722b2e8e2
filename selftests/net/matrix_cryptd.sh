#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Completions that are asynchronous: every protocol, mode and pair of IP
# versions, with and without extended sequence numbers and UDP encapsulation,
# through cryptd, which does all work in a thread of its own. The kernel's own
# IPsec is at the other end. matrix.bash says what a cell must do, and each SA
# must be done by cryptd.
#
#	h1 ---- g1 (ours) ==== w ==== g2 (xfrm) ---- h2
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=matrix.bash
. "$LIB/matrix.bash"
# shellcheck source=cryptd.bash
. "$LIB/cryptd.bash"

cryptd_start

matrix_run xfrm 'with ESN|aes-gcm-16|aes-ccm-8|aes-gmac|aes-(ctr|cbc) .*(sha2-512|xcbc)|^ah .*sha2-256' cryptd
