#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# profile.sh MODULE ROW SIZE: instructions per packet and function, of one row of
# the benchmark and one frame size.
# profile.sh -c MODULE SIZE ROW...: allocations, locked instructions and the like
# of some rows, with the generator taken off.
#
# The emulator executes one instruction at a time meanwhile and writes down where;
# execlog.py reads it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
counts=
if [ "$1" = -c ]; then
	counts=1
	shift
fi
module=$(readlink -f "$1")
if [ -n "$counts" ]; then
	size=$2
	rows=(generator-v4 "${@:3}")
else
	rows=("$2") size=$3
fi
out=$top/build/profile
packets=${PROFILE_PACKETS:-100}

rm -rf "$out"
mkdir -p "$out"
cipher=$("$here/cipher/build.sh")
mon=$out/monitor

tell() { # command of the emulator's monitor
	printf '%s\n' "$1" | nc.openbsd -N -U -w 2 "$mon" >/dev/null
}

await() { # file
	until [ -e "$1" ]; do
		kill -0 "$vm" 2>/dev/null || return
		sleep 0.2
	done
}

"$here/../vm/vm.sh" -i -t 1800 -o "$out" \
	-q "-monitor unix:$mon,server=on,wait=off -D $out/exec.log" -- \
	env "BENCH_PACKETS=$packets" "BENCH_CIPHER=$cipher" \
	python3 "$here/guest.py" "$module" "$size" "${rows[@]}" \
	>"$out/measurements" &
vm=$!
trap 'kill $vm 2>/dev/null || :' EXIT
# In the guest's order: rows with our module come last
mapfile -t ordered < <(printf '%s\n' "${rows[@]}" | grep -vE '^(ours|shortcut|loaded)' || :
	printf '%s\n' "${rows[@]}" | grep -E '^(ours|shortcut|loaded)' || :)
for row in "${ordered[@]}"; do
	await "$out/$row.ready"
	tell "logfile $out/$row.log"
	tell 'singlestep on'
	tell 'log exec,nochain'
	touch "$out/$row.go"
	await "$out/$row.done"
	tell 'log none'
	tell 'singlestep off'
done
wait "$vm"
trap - EXIT
if [ -n "$counts" ]; then
	python3 "$here/counts.py" "$out" "$module" "$size" "${rows[@]}"
else
	python3 "$here/profile.py" "$out/$row.log" "$out/kallsyms" "$row"
	python3 "$here/profile.py" -t "$out/$row.log" "$out/kallsyms" "$row" \
		>"$out/$row.tree"
	echo "The tree of calls is in $out/$row.tree"
fi
rm -f "$out"/*.log
