#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs a command as root in User Mode Linux: the debug kernel that
# scripts/uml-kernel builds. It boots in less than a second and runs at the
# speed of this machine. The guest sees the host's files; what it writes is
# lost, but for /out. Several may run side by side.
#
#   uml.sh [option...] -- command [argument...]
#
#   -m MIB     memory (1024)
#   -t SECS    time limit, boot included (300)
#   -o DIR     directory of the host that the guest sees as /out; also gets
#              dmesg and console.log (a temporary one)
#   -w DIR     directory that the guest may write at its own path; repeatable
#   -l         look for memory leaks in the end, which takes seconds; what was
#              found is in /out/kmemleak
#   -a ARGS    more kernel arguments
#
# Exit status: the command's; 124 time limit; 125 the guest did not come up or
# died; 126 the command succeeded but the kernel complained (see
# ../complaints.sh). Each of these comes with one line on standard error.
#
# Environment: UMLDIR is where scripts/uml-kernel has put that kernel, if that
# is not below build/ here.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=../complaints.sh
. "$here/../complaints.sh"
# shellcheck disable=SC2034 # for complaint()
COMPLAINTS_ALLOWED='kmemleak: Kernel memory leak detector initialized'
# Lists of sets and their elements, which nf_tables walks under its own mutex
# shellcheck disable=SC2034
COMPLAINTS_KNOWN='net/netfilter/(nf_tables_api|nft_set_bitmap)[.]c:'

fail() { # status sentence
	echo "uml.sh: $2" >&2
	exit "$1"
}

usage() {
	sed -n '4,/^set -u/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

mem=1024 limit=300 out='' leaks='' kargs=() shares=()
while getopts m:t:o:w:la: opt; do
	case $opt in
	m) mem=$OPTARG ;;
	t) limit=$OPTARG ;;
	o) out=$OPTARG ;;
	w) shares+=("$(readlink -f "$OPTARG")") ;;
	l) leaks=1 ;;
	a) read -ra kargs <<<"$OPTARG" ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage

dir=$("$top/scripts/uml-kernel" dir)
[ -x "$dir/linux" ] ||
	fail 125 "no kernel in $dir; scripts/uml-kernel build makes one"
read -r rel <"$dir/include/config/kernel.release"

tmp=$(mktemp -d)
uml='' watchdog=''
kill_group() {
	kill -KILL -- "-$1" 2>/dev/null
}
# shellcheck disable=SC2317,SC2329 # called by trap
cleanup() {
	[ -z "$uml" ] || kill_group "$uml"
	[ -z "$watchdog" ] || kill "$watchdog" 2>/dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- what the guest finds in /out

kept=$out
out=${out:-$tmp/out}
mkdir -p "$out"
out=$(readlink -f "$out")
rm -f "$out"/{rc,started,dmesg,kmemleak,console.log}
printf '%q ' "$@" >"$out/command"
cp "$here/guest" "$out/guest"
{
	printf '%s=%q\n' dir "$PWD" top "$top" rel "$rel" leaks "$leaks" \
		modules "$dir/modules/lib/modules/$rel"
	echo "shares=(${shares[*]@Q})"
} >"$out/job"

# ---- the kernel

# It makes itself a process group, which kill_group counts on: the guest's
# processes are processes here, too, and outlive a kernel that is killed.
# The console takes what the guest prints, standard error the kernel's log.
# Words that the kernel does not know become process 1's environment.
# cryptomgr.notests: what is tested here is not the ciphers.
"$dir/linux" "mem=${mem}M" "uml_dir=$tmp/" \
	root=/dev/root rootfstype=hostfs rootflags=/ ro "init=$here/init" \
	con=null con0=null,fd:1 stderr=1 console=stderr0 loglevel=7 \
	panic=-1 oops=panic panic_on_warn=1 kasan.fault=panic \
	cryptomgr.notests=1 random.trust_cpu=on \
	rcupdate.rcu_cpu_stall_timeout=120 \
	"OUT=$out" "${kargs[@]}" </dev/null 2>"$out/console.log" &
uml=$!
(
	sleep "$limit" &
	trap 'kill $!; exit' TERM
	wait $!
	: >"$tmp/late"
	kill_group "$uml"
) &
watchdog=$!
wait "$uml"
status=$?
kill_group "$uml"
uml=
kill "$watchdog" 2>/dev/null

# ---- what became of it

log=$out/console.log
see="see $log"
[ -n "$kept" ] || see="-o DIR keeps its console"
if [ -s "$out/rc" ]; then
	rc=$(cat "$out/rc")
	line=$(complaint "$out/dmesg")
	if [ -n "$line" ]; then
		echo "uml.sh: the kernel complained: $line" \
			"(${see/console.log/dmesg})" >&2
		[ "$rc" != 0 ] || rc=126
	fi
	exit "$rc"
fi
[ ! -e "$tmp/late" ] || fail 124 "no result within $limit seconds ($see)"
line=$(complaint "$log")
[ -n "$line" ] || line=$(grep -m 1 -a INIT: "$log")
fail 125 "the guest died: ${line:-its kernel left with status $status} ($see)"
