#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Rights and limits: an unprivileged user in namespaces of his own
# (unshare -Urn) gets 1024 SAs and 1024 policies and cannot raise that, root
# can; without rights in the namespace nothing can be done or seen.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 25

USERNS=/proc/sys/kernel/unprivileged_userns_clone
nobody() { # command...
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps -all --bounding-set -all "$@"
}

new_namespaces a
before=1
[ ! -e $USERNS ] || { before=$(<$USERNS) && echo 1 >$USERNS; }
results_of nobody unshare -Urn "$LIB/limits.py" owner
results_of on a "$LIB/limits.py" root

# In the namespace of somebody else, without and with a user namespace
results_of on a setpriv --reuid 65534 --regid 65534 --clear-groups \
	--inh-caps -all --bounding-set -all "$LIB/limits.py" stranger
results_of on a setpriv --reuid 65534 --regid 65534 --clear-groups \
	--inh-caps -all --bounding-set -all unshare -Ur "$LIB/limits.py" stranger
[ ! -e $USERNS ] || echo "$before" >$USERNS
count=$(ctl a sa show -j | jq '.sas | length')
try "the strangers have changed nothing" [ "$count" = 1026 ]
