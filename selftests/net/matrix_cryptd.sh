#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Completions that are asynchronous: every protocol, mode and pair of IP
# versions through cryptd, which does all work in a thread of its own. The
# kernel's own IPsec is at the other end. matrix.bash says what a cell must do,
# and each SA must be done by cryptd.
#
#	h1 ---- g1 (ours) ==== w ==== g2 (xfrm) ---- h2
#
# limit: 200
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=matrix.bash
. "$LIB/matrix.bash"

module_needed
modprobe cryptd 2>/dev/null || skip_all "the kernel has no cryptd"

# The crypto API's own test of cryptd around an AEAD fails on Linux 6.1, with a
# warning, because cryptd changes fields of a request that its caller does not
# look at again.
NOTESTS=/sys/module/cryptomgr/parameters/notests
notests=
[ ! -w $NOTESTS ] || notests=$(<$NOTESTS)

as_found() {
	local status=$?

	module_unload && module_load || status=1
	[ -z "$notests" ] || echo "$notests" >$NOTESTS
	(exit $status)
	finish
}
trap as_found EXIT
[ -z "$notests" ] || echo Y >$NOTESTS
need module_unload
need module_load crypto_wrap=cryptd

matrix_run xfrm 'aes-gcm-16 128|aes-cbc 256 with .*sha2-512|^ah .*sha2-256' cryptd
