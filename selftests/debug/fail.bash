# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the scripts of this directory that make allocations fail. They source
# ../net/lib.sh first.

FAIL=/sys/kernel/debug/failslab
FAIL_PAGE=/sys/kernel/debug/fail_page_alloc

fail_needed() {
	if [ ! -d $FAIL ] || [ ! -e /proc/self/fail-nth ]; then
		skip_all "the kernel has no fault injection"
	fi
	# A stack trace for each of thousands would fill the log
	fail_attribute verbose 0
}

fail_attribute() { # name value
	echo "$2" >"$FAIL/$1"
	[ ! -e "$FAIL_PAGE/$1" ] || echo "$2" >"$FAIL_PAGE/$1"
}

# Whatever is allocated by our code, or by what it calls, fails in so many of
# 100 cases, no matter which task or softirq it is. Calls that can wait never
# fail, unless ignore-gfp-wait says so.
fail_module() { # percent
	local size address _

	read -r _ size _ _ _ address _ < <(grep '^ipsec ' /proc/modules)
	fail_attribute interval 1
	fail_attribute times -1
	fail_attribute stacktrace-depth 32
	fail_attribute require-start "$address"
	fail_attribute require-end "$(printf '0x%x' $((address + size)))"
	fail_attribute probability "$1"
}

fail_end() {
	fail_attribute probability 0
	fail_attribute require-start 0
	fail_attribute require-end 0xffffffffffffffff
}
