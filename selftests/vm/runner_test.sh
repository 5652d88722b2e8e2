#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whether vm.sh tells what became of its guest: a runner that overlooks a crash
# makes every test that it runs worthless. Prints KTAP.
set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../runner.bash
. "$here/../runner.bash"
MACHINE=("$here/vm.sh" -c 1 -m 512 -t 60)

echo "KTAP version 1"
echo "1..7"

mkdir "$dir/shared"
# shellcheck disable=SC2016 # for the guest's shell
boot status -w "$dir/shared" -- \
	bash -c 'echo seen; id -u >"$1/id"; touch /etc/lost; exit 7' - "$dir/shared" &
boot complaint -- bash -c 'echo "<4>BUG: as a test" >/dev/kmsg' &
wait
result "the status of the command is passed on" status 7
number=$((number + 1))
if [ "$(cat "$dir/status/stdout" "$dir/shared/id")" = $'seen\n0' ] &&
   [ ! -e /etc/lost ]; then
	echo "ok $number its output, and what it writes to a shared directory"
else
	echo "not ok $number its output, and what it writes to a shared directory"
	failed=1
fi
result "a complaint of the kernel fails a command that succeeds" complaint 126 \
	'vm.sh: the kernel complained: BUG: as a test .*'

boot panic -- bash -c 'echo c >/proc/sysrq-trigger; sleep 60' &
boot stuck -t 10 -- sleep 60 &
wait
result "a guest that panics is told" panic 125 \
	'vm.sh: the guest died: .*sysrq triggered crash.*'
result "a guest that does not end is ended" stuck 124 \
	'vm.sh: no result within 10 seconds .*'

# shellcheck disable=SC2016 # for the guest's shell
peer='ip addr add 192.0.2.$1/24 dev eth0 && ip link set eth0 up || exit 1
	for i in {1..100}; do
		ping -c 1 -W 1 192.0.2.$((3 - $1)) >/dev/null && break
	done || exit 1
	# until the other one has had its answer, too
	touch "$2/$1"
	until [ -e "$2/$((3 - $1))" ]; do sleep 0.1; done'
for side in 1 2; do
	boot peer$side -n "$dir/link:$side" -w "$dir/shared" -- \
		bash -c "$peer" - $side "$dir/shared" &
done
wait
result "two guests share a network: the first reaches the second" peer1 0
result "two guests share a network: the second reaches the first" peer2 0
exit $failed
