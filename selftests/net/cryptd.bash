# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the scripts in which every request of crypto completes later, in a thread of
# cryptd, which source lib.sh first. When a script ends the module is loaded
# again without it.

module_needed
modprobe cryptd 2>/dev/null || skip_all "the kernel has no cryptd"

# The crypto API's own test of cryptd around an AEAD fails on Linux 6.1, with a
# warning, because cryptd changes fields of a request that its caller does not
# look at again.
CRYPTO_NOTESTS=/sys/module/cryptomgr/parameters/notests
crypto_notests=

cryptd_start() {
	[ ! -w $CRYPTO_NOTESTS ] || crypto_notests=$(<$CRYPTO_NOTESTS)
	trap cryptd_end EXIT
	[ -z "$crypto_notests" ] || echo Y >$CRYPTO_NOTESTS
	need module_unload
	need module_load crypto_wrap=cryptd
}

# Scripts that have more to put back call it last in a trap of their own.
cryptd_end() {
	local status=$?

	module_unload && module_load || status=1
	[ -z "$crypto_notests" ] || echo "$crypto_notests" >$CRYPTO_NOTESTS
	(exit $status)
	finish
}

# One result: whether all SAs of a namespace are done by cryptd.
expect_cryptd() { # namespace
	local drivers

	drivers=$(ctl "$1" sa show -j |
		jq -r '.sas[].driver | split("(")[0]' | sort -u)
	try "every cipher is asynchronous" [ "$drivers" = cryptd ]
}
