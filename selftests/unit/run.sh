#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run test programs that speak KTAP, as subtests of one KTAP document. A
# program counts as failed when it says so, and when it dies.
#
# usage: run.sh PROGRAM...

failed=0
number=0

echo "KTAP version 1"
echo "1..$#"
for program in "$@"; do
	number=$((number + 1))
	"$program" 2>&1 | sed 's/^/  /'
	if [ "${PIPESTATUS[0]}" -eq 0 ]; then
		echo "ok $number $(basename "$program")"
	else
		echo "not ok $number $(basename "$program")"
		failed=1
	fi
done
exit "$failed"
