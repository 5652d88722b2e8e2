#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# summary.sh [-v] DIR NAME...: sums up the KTAP documents DIR/NAME.tap, written
# by programs that ended with the status in DIR/NAME.rc, in one line
# "N passed, N failed, N skipped". Exit status 1 if any failed. -v: one line for
# each NAME instead, and the whole document of one that failed.
set -u

here=$(cd "$(dirname "$0")" && pwd)
verbose=''
if [ "$1" = -v ]; then
	verbose=1
	shift
fi
dir=$1
shift

sums=(0 0 0)
for name; do
	if [ -e "$dir/$name.rc" ]; then
		text=$(awk -v status="$(cat "$dir/$name.rc")" \
			-f "$here/ktap.awk" "$dir/$name.tap")
	elif [ -e "$dir/$name.tap" ]; then
		text=$'0 1 0\nbegun, and not ended'
	else
		text=$'0 1 0\nnot run'
	fi
	read -ra counts <<<"${text%%$'\n'*}"
	for i in 0 1 2; do
		sums[i]=$((sums[i] + counts[i]))
	done
	flaws=$(tail -n +2 <<<"$text")
	if [ -n "$verbose" ]; then
		echo "$name: ${counts[0]} passed, ${counts[1]} failed," \
			"${counts[2]} skipped"
		[ -z "$flaws" ] || sed 's/^/    | /' "$dir/$name.tap"
	elif [ -n "$flaws" ]; then
		echo "FAILED $name: ${flaws//$'\n'/$'\n'FAILED $name: }"
	fi
done
[ -n "$verbose" ] ||
	echo "${sums[0]} passed, ${sums[1]} failed, ${sums[2]} skipped"
[ "${sums[1]}" = 0 ]
