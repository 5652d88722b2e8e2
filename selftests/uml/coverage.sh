#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# coverage.sh OBJECTS DIR...: how many lines of the module were run, per file and
# in all. OBJECTS is where it was built; each DIR has the counts of one guest.
# The lines that were not run are left in build/coverage/missed.
set -u

cd "$(dirname "$0")/../.." || exit
objects=$(readlink -f "$1")/net/ipsec
shift
out=build/coverage
rm -rf "$out"
mkdir -p "$out/text"

fail() {
	echo "coverage.sh: $1" >&2
	exit 1
}

for dir; do
	[ -n "$(find "$dir" -name '*.gcda' 2>/dev/null)" ] || continue
	if [ ! -e "$out/sum" ]; then
		cp -r "$dir" "$out/sum"
		continue
	fi
	gcov-tool merge -o "$out/new" "$out/sum" "$dir" 2>"$out/merge.log" ||
		fail "gcov-tool cannot merge $dir"
	rm -rf "$out/sum"
	mv "$out/new" "$out/sum"
done
[ -e "$out/sum" ] || fail "no counts of any guest"

cp "$objects"/*.gcno "$out/sum"
(cd "$out/text" && gcov -o ../sum ../sum/*.gcda) >"$out/gcov.log" 2>&1 ||
	fail "gcov fails: $(tail -n 1 "$out/gcov.log")"

# Lines of gcov: how often, number, text. "-" is no code, "#####" never.
for file in net/ipsec/*.c; do
	text=$out/text/${file##*/}.gcov
	[ -e "$text" ] || { echo "$file 0 0"; continue; }
	awk -F : -v file="$file" -v missed="$out/missed" '
		$1 !~ /-$/ && $2 > 0 { lines++ }
		$1 ~ /#####|=====/ {
			sub(/^ */, "", $2)
			print file ":" $2 ":" substr($0, index($0, $3)) >>missed
			not_run++
		}
		END { print file, lines - not_run, lines + 0 }' "$text"
done | awk '
	{ run += $2; lines += $3
	  printf "%-32s %4d of %4d lines run  %5.1f %%\n", $1, $2, $3,
		$3 ? 100 * $2 / $3 : 0 }
	END { printf "%-32s %4d of %4d lines run  %5.1f %%\n", "all", run,
		lines, lines ? 100 * run / lines : 0 }'
