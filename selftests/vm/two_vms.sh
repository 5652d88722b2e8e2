#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# two_vms.sh MODULE: a tunnel between two machines, one with MODULE, the other
# with the kernel's own IPsec alone, each with a site behind it. What they do is
# in two_vms_guest.sh; what went over the link between them is looked at here,
# by neither of them. Prints KTAP: the results of the first, then those from
# here.
#
#	          virtual machine 1                  virtual machine 2
#	10.1.0.2  10.1.0.1     192.0.2.1         192.0.2.2     10.2.0.1  10.2.0.2
#	h1 lan ------ lan g1 eth0 ===== link ===== eth0 g2 lan ------ lan h2
set -u

here=$(cd "$(dirname "$0")" && pwd)
module=$(readlink -f "$1")
dir=$(mktemp -d)
machines=()
# shellcheck disable=SC2317,SC2329 # called by trap
cleanup() {
	[ ${#machines[@]} = 0 ] || kill "${machines[@]}" 2>/dev/null
	wait
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
umask 077

GUEST_RESULTS=17
number=0 failed=0
echo "KTAP version 1"
echo "1..$((GUEST_RESULTS + 9))"

result() { # what command [argument...]
	local what=$1 output
	shift

	number=$((number + 1))
	if output=$("$@" 2>&1); then
		echo "ok $number $what"
	else
		printf '%s\n' "$* : ${output:-no output}" | sed 's/^/# /'
		echo "not ok $number $what"
		failed=1
	fi
}

# ---- what both machines are told

# Secrets of the two SAs of each family; a file with a mark in every line.
mkdir "$dir/shared"
for key in 4-out 4-in 6-out 6-in; do
	od -An -v -tx1 -N 20 /dev/urandom | tr -d ' \n' >"$dir/shared/key-$key"
done
mark='sixteen letters!' control='seen if in clear'
echo "mark='$mark' control='$control'" >"$dir/shared/marks"
seq -f "$mark %.0f" 150000 | head -c 3M >"$dir/shared/bulk"

for side in 1 2; do
	"$here/vm.sh" -c 1 -m 512 -t 300 -n "$dir/link:$side" \
		-w "$dir/shared" -o "$dir/out$side" \
		-q "-object filter-dump,id=dump,netdev=net0,file=$dir/$side.pcap" \
		-- bash "$here/two_vms_guest.sh" $side "$dir/shared" "$module" \
		>"$dir/$side.tap" 2>"$dir/$side.err" &
	machines+=($!)
done
for side in 1 2; do
	wait "${machines[side - 1]}"
	echo $? >"$dir/$side.status"
done
machines=()

grep -E '^(ok|not ok|#|Bail)' "$dir/1.tap"
! grep -qE '^(not ok|Bail)' "$dir/1.tap" || failed=1
number=$(grep -cE '^(ok|not ok) ' "$dir/1.tap")

# shellcheck disable=SC2317,SC2329 # called by result
ended() { # side
	[ "$(cat "$dir/$1.status")" = 0 ] && return
	cat "$dir/$1.err"
	[ "$1" = 1 ] || cat "$dir/$1.tap"
	return 1
}
result "machine 1 came to its end, its kernel did not complain" ended 1
result "machine 2 came to its end, its kernel did not complain" ended 2

# ---- the link

# shellcheck disable=SC2317,SC2329 # called by result
packets() { # filter: how many on the link
	local lines

	lines=$(tcpdump -n -r "$dir/1.pcap" "$1" 2>&1) ||
		{ echo "$lines"; return 1; }
	grep -vc '^reading from' <<<"$lines"
	return 0
}

# shellcheck disable=SC2317,SC2329 # called by result
are() { # number filter
	local count

	count=$(packets "$2")
	[ "$count" = "$1" ] || { echo "$count, not $1"; false; }
}

counted() { # name: what machine 1 says of its SAs
	cat "$dir/shared/counted-$1" || echo none
}

result "the clear pings before the tunnel are on the link" \
	are 2 icmp
result "their mark can be read" grep -qaF "$control" "$dir/1.pcap"
result "the mark of the protected ones cannot" \
	bash -c "[ -s '$dir/1.pcap' ] && ! grep -qaF '$mark' '$dir/1.pcap'"
result "besides them there is nothing but ESP, IPv4" \
	are 0 'ip and not icmp and not ip proto 50'
# Neighbour discovery and reports of multicast groups belong to the link; pings
# of 8 bytes have tried, before the tunnel, whether IPv6 is up.
result "nothing but ESP, IPv6" are 0 'ip6 and not ip6 proto 50 and
	not (icmp6 and ip6[40] >= 133 and ip6[40] <= 136) and not ip6[6] = 0 and
	not (icmp6 and ip6[4:2] = 16)'
result "as many ESP packets as counted, IPv4" are "$(counted 4)" \
	'ip proto 50 and ip[6:2] & 0x1fff = 0'
result "as many ESP packets as counted, IPv6" are "$(counted 6)" 'ip6 proto 50'
exit $failed
