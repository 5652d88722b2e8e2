#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# limit: 900
#
#	hub --- n0, n1, ... n19		10.80.i.0/24: the hub is .1
#
# Namespaces with SAs, and the module, come and go while packets are on their way
# through ciphers that answer later (cryptd): forged ESP, and pings that are
# answered in ESP. Each second time the module goes before the namespaces.
# shellcheck source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source=../net/star.bash
. "$LIB/star.bash"

module_needed
modprobe cryptd 2>/dev/null || skip_all "the kernel has no cryptd"

plan 5

COUNT=20 ROUNDS=${CHURN_ROUNDS:-20}
as_found() {
	local status=$?

	kill "${JOBS[@]}" 2>/dev/null
	module_unload && module_load || status=1
	(exit $status)
	finish
}
trap as_found EXIT
need log_mark
need module_unload
need module_load crypto_wrap=cryptd
names=()
for ((i = 0; i < COUNT; i++)); do
	names+=("n$i")
done

delete() { # name...
	printf "netns del %s$SUFFIX\n" "$@" | ip -batch -
}
answered() { # namespace
	[ "$(sa_field "$1" 0x4000 packets | sort -n | tail -n 1)" -gt 5 ] &&
		[ "$(stat_of "$1" icv)" -gt 5 ]
}

answered=0 unloaded=0 deleted=0
for ((round = 1; round <= ROUNDS; round++)); do
	NAMESPACES=()
	need star "${names[@]}"
	need "$LIB/life.py" configure "${names[@]/%/$SUFFIX}"
	: >"$TMP/storm"
	ip netns exec "hub$SUFFIX" "$LIB/life.py" storm $COUNT >"$TMP/storm" &
	storm=$!
	JOBS=("$storm")
	need wait_for 60 grep -q begun "$TMP/storm"
	! wait_for 30 answered n$((round % COUNT)) || answered=$((answered + 1))
	if [ $((round % 2)) = 0 ]; then
		! module_unload || unloaded=$((unloaded + 1))
		! delete "${names[@]}" || deleted=$((deleted + 1))
		need module_load crypto_wrap=cryptd
	else
		! delete "${names[@]}" || deleted=$((deleted + 1))
	fi
	kill $storm
	wait $storm 2>/dev/null
	JOBS=()
	delete hub
done
NAMESPACES=()
try "$ROUNDS times $COUNT namespaces answered in ESP and counted forged packets" \
	[ $answered = "$ROUNDS" ]
try "the module went $((ROUNDS / 2)) times meanwhile" \
	[ $unloaded = $((ROUNDS / 2)) ]
try "the namespaces went $ROUNDS times" [ $deleted = "$ROUNDS" ]
all_gone() {
	! ip netns list | grep -q -e "$SUFFIX"
}
try "none of them is left" all_gone
try_not "the kernel did not complain" log_complaints
