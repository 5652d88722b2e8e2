#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the scripts of selftests/net, as root, on a machine that may be real or
# virtual. In the debug kernel also those of selftests/debug.
#
#   run.sh [-m MODULE] [-q DIR] [NAME...]
#
#   -m MODULE  loads this file first and unloads it in the end; otherwise the
#              module must be loaded
#   -q DIR     leaves NAME.tap and NAME.rc there, to be summed up by somebody
#              else, and skips what another machine with the same DIR has begun
#   NAME       names of scripts without .sh; all of them if none is given
#
# A script has 600 seconds, or what its line "# limit: SECONDS" says, or what
# TEST_LIMIT in the environment says. Exit
# status: without -q, whether all passed; with it, whether all could be run.
set -u

here=$(cd "$(dirname "$0")" && pwd)

module='' queue='' names=()
while getopts m:q: opt; do
	case $opt in
	m) module=$(readlink -f "$OPTARG") ;;
	q) queue=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
if [ $# = 0 ]; then
	for script in "$here"/net/*.sh; do
		set -- "$@" "$(basename "$script" .sh)"
	done
fi

results=$queue
[ -z "$queue" ] || export IPSEC_RESULTS=$queue
if [ -z "$queue" ]; then
	results=$(mktemp -d)
	trap 'rm -rf "$results"' EXIT
fi

fail() {
	echo "run.sh: $1" >&2
	exit 1
}

[ "$(id -u)" = 0 ] || fail "this needs root"
if [ -n "$module" ]; then
	# insmod does not load what a module depends on
	IFS=, read -ra depends <<<"$(modinfo -F depends "$module")"
	[ ${#depends[@]} = 0 ] || modprobe -a "${depends[@]}" ||
		fail "cannot load ${depends[*]}"
	insmod "$module" || fail "cannot load $module"
	export IPSEC_MODULE=$module
fi
[ -d /sys/module/ipsec ] || fail "the module ipsec is not loaded"

# What scripts must not leave behind: others count what xfrm does without it.
offload() {
	ls -d /sys/module/esp[46]_offload 2>/dev/null
}

run() { # name
	local script=$here/net/$1.sh limit status start=$SECONDS before

	before=$(offload)
	[ -e "$script" ] || script=$here/debug/$1.sh
	limit=${TEST_LIMIT:-$(sed -n 's/^# limit: *\([0-9]\+\)$/\1/p' "$script")}
	echo "ipsec selftest: $1" >/dev/kmsg
	timeout -k 10 "${limit:-600}" bash "$script" </dev/null \
		>"$results/$1.tap" 2>&1
	status=$?
	[ $status != 124 ] ||
		echo "Bail out! no end after ${limit:-600} seconds" \
			>>"$results/$1.tap"
	[ "$(offload)" = "$before" ] ||
		echo "Bail out! left the offload of the kernel's IPsec loaded" \
			>>"$results/$1.tap"
	echo $status >"$results/$1.rc"
	"$here/summary.sh" -v "$results" "$1" |
		sed "1s/\$/ ($((SECONDS - start)) s)/"
}

for name; do
	[ "$name" != lib ] || continue
	[ -z "$queue" ] || mkdir "$queue/$name.begun" 2>/dev/null || continue
	run "$name"
	names+=("$name")
done

if [ -n "$module" ]; then
	rmmod ipsec || fail "cannot unload the module"
fi
[ -n "$queue" ] || "$here/summary.sh" "$results" "${names[@]}"
