#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# runner_test.sh BUGS: whether uml.sh tells what became of its guest, and whether
# the debug kernel finds errors: those of bugs/bugs.c, built as BUGS. Prints
# KTAP.
set -u

here=$(cd "$(dirname "$0")" && pwd)
bugs=$1
# shellcheck source=../runner.bash
. "$here/../runner.bash"
# One after the other: most are over in a second.
MACHINE=("$here/uml.sh" -m 512 -t 60)

echo "KTAP version 1"
echo "1..14"

mkdir "$dir/shared"
# shellcheck disable=SC2016 # for the guest's shell
boot status -w "$dir/shared" -- \
	bash -c 'echo seen; id -u >"$1/id"; touch /etc/lost; exit 7' - "$dir/shared"
result "the status of the command is passed on" status 7
number=$((number + 1))
if [ "$(cat "$dir/status/stdout" "$dir/shared/id")" = $'seen\n0' ] &&
   [ ! -e /etc/lost ]; then
	echo "ok $number its output, and what it writes to a shared directory"
else
	echo "not ok $number its output, and what it writes to a shared directory"
	failed=1
fi
boot complaint -- bash -c 'echo "<4>BUG: as a test" >/dev/kmsg'
result "a complaint of the kernel fails a command that succeeds" complaint 126 \
	'uml.sh: the kernel complained: BUG: as a test .*'
boot stuck -t 5 -- sleep 60
result "a guest that does not end is ended" stuck 124 \
	'uml.sh: no result within 5 seconds .*'
number=$((number + 1))
if pgrep -f "uml_dir=.*OUT=$dir" >/dev/null; then
	echo "not ok $number and nothing of it is left"
	failed=1
else
	echo "ok $number and nothing of it is left"
fi

# shellcheck disable=SC2016 # for the guest's shell
load='insmod "$1" kind="$2" && rmmod bugs'
bug() { # kind status pattern
	boot "$1" -l -- bash -c "$load" - "$bugs" "$1"
	result "found: $1" "$1" "$2" "$3"
}
boot none -l -- bash -c "$load" - "$bugs" none
result "no complaint when there is no error" none 0
bug use-after-free 125 'uml.sh: the guest died: BUG: KASAN: .*use-after-free in .*'
bug out-of-bounds 125 'uml.sh: the guest died: BUG: KASAN: slab-out-of-bounds in .*'
bug shift 125 'uml.sh: the guest died: UBSAN: shift-out-of-bounds in .*'
bug lock-order 126 'uml.sh: the kernel complained: WARNING: possible circular locking dependency detected .*'
bug sleep-in-atomic 126 'uml.sh: the kernel complained: BUG: sleeping function called from invalid context .*'
bug rcu 126 'uml.sh: the kernel complained: WARNING: suspicious RCU usage .*'
bug leak 126 'uml.sh: the kernel complained: kmemleak: [0-9]+ new suspected memory leaks .*'
# shellcheck disable=SC2016 # for the guest's shell
load='ip netns add n && ip netns exec n insmod "$1" kind="$2" && rmmod bugs && ip netns del n'
bug namespace 126 'uml.sh: the kernel complained: WARNING: 1 network namespaces were never freed .*'
exit $failed
