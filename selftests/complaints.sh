# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For what boots a kernel: a run in which that kernel logged one of these has
# failed, whatever the tests say.

COMPLAINTS='WARNING:|BUG:|BUG |Oops|suspicious RCU usage|refcount_t:'
COMPLAINTS+='|KASAN|UBSAN|kmemleak: [0-9]|unreferenced object|list_(add|del) corruption'
COMPLAINTS+='|ODEBUG|unregister_netdevice: waiting|rcu:.*(stall|starved)'
COMPLAINTS+='|blocked for more than|soft lockup|hard LOCKUP'
COMPLAINTS+='|general protection|scheduling while atomic|[Ll]eak(ed)? '
COMPLAINTS+='|Objects remaining|still has .* users|Kernel panic'

# The first complaint, without its time stamp; COMPLAINTS_ALLOWED, if not empty,
# is a pattern of lines that are none, COMPLAINTS_KNOWN one of places in the
# kernel's own code whose use of RCU lockdep finds suspicious.
complaint() { # file
	awk -v known="${COMPLAINTS_KNOWN:-^\$}" '
		/suspicious RCU usage/ { report = $0; lines = 3; next }
		lines && !--lines && $0 !~ known { print report }
		{ print }
		END { if (lines) print report }' "$1" 2>/dev/null |
		grep -aE "$COMPLAINTS" | grep -avE "${COMPLAINTS_ALLOWED:-^\$}" |
		sed -n '1s/^\[ *[0-9.]*\] *//p'
}
