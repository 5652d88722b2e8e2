#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
#	hub --- n0, n1, ... n199	10.80.i.0/24: the hub is .1
#
# Namespaces with SAs and policies are deleted while they answer pings in ESP
# and get forged ESP, all at once and one by one.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=star.bash
. "$(dirname "$0")/star.bash"

plan 8

COUNT=200
need log_mark
names=()
for ((i = 0; i < COUNT; i++)); do
	names+=("n$i")
done

need star "${names[@]}"
before=$(kernel_memory)
try "$COUNT namespaces are configured" "$LIB/life.py" configure \
	"${names[@]/%/$SUFFIX}"
ip netns exec "hub$SUFFIX" "$LIB/life.py" storm $COUNT >"$TMP/storm" &
storm=$!
JOBS+=("$storm")
need wait_for 60 grep -q begun "$TMP/storm"

answered() {
	[ "$(sa_field n0 0x4000 packets | sort -n | tail -n 1)" -gt 0 ] &&
		[ "$(stat_of n0 icv)" -gt 0 ]
}
try "they answer in ESP and count forged packets" wait_for 30 answered

left() {
	ip_in hub -o link show type veth | wc -l
}
gone() { # how many may be left
	[ "$(left)" -le "$1" ]
}

# One, ten, then all of them in one batch
need ip netns del "n0$SUFFIX"
try "one goes" wait_for 30 gone $((COUNT - 1))
for ((i = 1; i < 11; i++)); do
	echo "netns del n$i$SUFFIX"
done | need ip -batch -
try "ten go" wait_for 60 gone $((COUNT - 11))
start=$EPOCHSECONDS
for ((i = 11; i < COUNT; i++)); do
	echo "netns del n$i$SUFFIX"
done | need ip -batch -
try "all go" wait_for 150 gone 0
echo "# that took $((EPOCHSECONDS - start)) s"
kill $storm
wait $storm 2>/dev/null
NAMESPACES=(hub)
try "the module works afterwards" "$LIB/life.py" configure "hub$SUFFIX"
returned() {
	[ $(($(kernel_memory) - before)) -lt 0 ]
}
try "the memory is given back" wait_for 30 returned
try_not "the kernel did not complain" log_complaints
