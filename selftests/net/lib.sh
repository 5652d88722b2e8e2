# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the scripts of this directory, which need root and a loaded module. A
# script sources this file, calls `plan N`, then prints N results with pass,
# fail, skip, try or expect_*; it cleans up and sets its exit status by itself.
#
# topo4:	10.1.0.0/24, 2001:db8:1::/64    10.2.0.0/24, 2001:db8:2::/64
#
#	h1 lan --- lan g1 wan --- left w right --- wan g2 lan --- lan h2
#	   .0.2   .0.1    .1      .254   .254      .1    .0.1   .0.2
#	   ::2    ::1     ::1     ::ff   ::ff      ::1   ::1    ::2
#
#	       192.0.2.0/24, 2001:db8:a::/64    198.51.100.0/24, 2001:db8:b::/64
#
# topo2 is its middle, with hosts a and b in place of g1 and g2. The names are
# those of network namespaces; w knows a route to everywhere, so that what
# leaves g1 in clear arrives, and is seen.

# shellcheck disable=SC2034 # for the scripts
{
	H1=10.1.0.2 H2=10.2.0.2 NET1=10.1.0.0/24 NET2=10.2.0.0/24
	G1=192.0.2.1 G2=198.51.100.1
	H1_6=2001:db8:1::2 H2_6=2001:db8:2::2
	NET1_6=2001:db8:1::/64 NET2_6=2001:db8:2::/64
	G1_6=2001:db8:a::1 G2_6=2001:db8:b::1
}

LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
IPSECCTL=${IPSECCTL:-$(cd "$LIB/../.." && pwd)/tools/ipsecctl/ipsecctl}
TMP=$(mktemp -d)
SUFFIX=-$(printf '%04x' $RANDOM)
NAMESPACES=()
JOBS=()
umask 077

# ---- results (KTAP)

PLANNED=0 DONE=0 FAILED=0
exec {RESULTS}>&1

plan() { # number of results
	PLANNED=$1
	echo "KTAP version 1"
	echo "1..$1"
}

# For a script none of which can run here.
skip_all() { # reason
	PLANNED=0
	echo "KTAP version 1"
	echo "1..0 # SKIP $1"
	exit 0
}

pass() { # what
	DONE=$((DONE + 1))
	echo "ok $DONE $1"
}

fail() { # what [detail]
	DONE=$((DONE + 1))
	FAILED=$((FAILED + 1))
	[ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
	echo "not ok $DONE $1"
}

skip() { # what reason
	DONE=$((DONE + 1))
	echo "ok $DONE $1 # SKIP $2"
}

# One result: whether the command succeeds. A failure shows its output.
try() { # what command [argument...]
	local what=$1 output
	shift

	if output=$("$@" 2>&1); then
		pass "$what"
	else
		fail "$what" "$* : ${output:-no output}"
	fi
}

# One result: whether the command fails.
try_not() { # what command [argument...]
	local what=$1 output
	shift

	if output=$("$@" 2>&1); then
		fail "$what" "succeeded: $* : $output"
	else
		pass "$what"
	fi
}

# The results that a program prints, one per line: "ok" or "not ok", what, and
# details of a failure, with tabs in between. One more failure if it fails.
results_of() { # command [argument...]
	local verdict what detail

	while IFS=$'\t' read -r verdict what detail; do
		case $verdict in
		ok) pass "$what" ;;
		"not ok") fail "$what" "$detail" ;;
		*) echo "# $verdict $what $detail" ;;
		esac
	done < <("$@" 2>&1 || printf 'not ok\t%s\tstatus %s\n' "$1" $?)
}

# The results of a program that uses wire.py.
wire_test() { # program [argument...]
	results_of "$LIB/$1" "$TMP" "$SUFFIX" "$IPSECCTL" "${@:2}"
}

# For preparations: no result, but nothing after it means anything. Not in a
# pipeline, whose other end the exit would not reach.
need() { # command [argument...]
	"$@" && return
	echo "Bail out! failed: $*" >&"$RESULTS"
	exit 1
}

finish() {
	local status=$? pid ns

	trap - EXIT
	[ "$PLANNED" = "$DONE" ] && [ "$FAILED" = 0 ] && [ "$status" = 0 ] ||
		status=1
	for pid in "${JOBS[@]}"; do
		kill "$pid" 2>/dev/null
	done
	for ns in "${NAMESPACES[@]}"; do
		echo "netns del $ns$SUFFIX"
	done | ip -force -batch - 2>/dev/null
	rm -rf "$TMP"
	exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# A command that has died is an error where it is written to, not our end
trap : PIPE

# ---- waiting

exec {NAP}<> <(:)

# 20 ms, without starting a process.
nap() {
	read -rt 0.02 -u "$NAP" _
}

wait_for() { # seconds command [argument...]
	local deadline=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift

	until "$@"; do
		[ "${EPOCHREALTIME/./}" -lt "$deadline" ] || return 1
		nap
	done
	return 0
}

# ---- the module

# For scripts that unload it; they leave it loaded, as they found it. run.sh
# says where the file is, else an installed one is taken.
MODULE=${IPSEC_MODULE:-}

module_needed() {
	[ -n "$MODULE" ] || MODULE=$(modinfo -n ipsec 2>/dev/null) ||
		skip_all "no file of the loaded module: set IPSEC_MODULE"
}

module_load() { # [parameter=value...]
	insmod "$MODULE" "$@"
}

module_unload() {
	rmmod ipsec
}

# What the kernel has for its own IPsec in GRO and GSO. With it xfrm counts a
# super-packet as one. Scripts that load it do not leave it behind: run.sh looks.
offload_load() {
	local module

	for module in esp4_offload esp6_offload; do
		modprobe $module 2>/dev/null
	done
}

# An SA of xfrm holds it until it is freed, some time after its namespace.
offload_unload() {
	local module

	for module in esp4_offload esp6_offload; do
		[ ! -d /sys/module/$module ] ||
			wait_for 60 modprobe -r $module 2>/dev/null || return
	done
}

# What has come to the kernel log since log_mark and is a complaint.
log_mark() {
	dmesg | wc -l >"$TMP/log"
}

log_complaints() {
	dmesg | tail -n +"$(($(<"$TMP/log") + 1))" | grep -E \
		'WARNING|BUG|Oops|refcount_t|unregister_netdevice|[Ll]eak|stall|blocked for|ipsec: waiting|general protection'
}

# Kilobytes of memory of the kernel that is not a cache of files.
kernel_memory() {
	awk '$1 ~ /^(SUnreclaim|Percpu|VmallocUsed):/ { sum += $2 }
		END { print sum }' /proc/meminfo
}

# ---- namespaces

# Not with & behind: that is a process of the shell, whose end the command survives.
on() { # namespace command [argument...]
	ip netns exec "$1$SUFFIX" "${@:2}"
}

ip_in() { # namespace argument of ip...
	ip -n "$1$SUFFIX" "${@:2}"
}

# Commands of ip, one per line on standard input.
ip_batch() { # namespace
	ip -n "$1$SUFFIX" -batch -
}

# In the background, until the script ends.
on_background() { # namespace command [argument...]
	ip netns exec "$1$SUFFIX" "${@:2}" &
	JOBS+=($!)
}

ctl() { # namespace argument of ipsecctl...
	ip netns exec "$1$SUFFIX" "$IPSECCTL" "${@:2}"
}

# No duplicate address detection, or IPv6 addresses are unusable for seconds;
# no limit on ICMP errors, or tests depend on how fast they run; rp_filter is
# off until a test wants it, whatever the machine's default.
SETTINGS='
net/ipv4/conf/all/rp_filter=0 net/ipv4/conf/default/rp_filter=0
net/ipv4/icmp_ratelimit=0 net/ipv6/icmp/ratelimit=0
net/ipv6/conf/all/accept_dad=0 net/ipv6/conf/default/accept_dad=0
net/ipv6/conf/default/router_solicitations=0'
ROUTER='net/ipv4/ip_forward=1 net/ipv6/conf/all/forwarding=1'

set_sysctl() { # namespace name=value...
	# shellcheck disable=SC2016 # for the inner shell
	on "$1" bash -c 'for s; do echo "${s#*=}" >"/proc/sys/${s%%=*}"; done' \
		- "${@:2}"
}

new_namespaces() { # name...
	local ns

	for ns; do
		echo "netns add $ns$SUFFIX"
		NAMESPACES+=("$ns")
	done >"$TMP/batch"
	need ip -batch "$TMP/batch"
}

# Fixed addresses, so that forged frames need not ask for them.
mac() { # namespace device
	case $1.$2 in
	a.wan | g1.wan) echo 02:00:00:00:0a:01 ;;
	w.left) echo 02:00:00:00:0a:ff ;;
	w.right) echo 02:00:00:00:0b:ff ;;
	b.wan | g2.wan) echo 02:00:00:00:0b:01 ;;
	g1.lan) echo 02:00:00:00:01:01 ;;
	h1.lan) echo 02:00:00:00:01:02 ;;
	g2.lan) echo 02:00:00:00:02:01 ;;
	h2.lan) echo 02:00:00:00:02:02 ;;
	esac
}

veth() { # namespace device namespace device
	echo "link add $2 netns $1$SUFFIX address $(mac "$1" "$2") type veth" \
		"peer name $4 netns $3$SUFFIX address $(mac "$3" "$4")"
}

# Addresses and default routes.
configure() { # namespace device v4 v6 [gateway4 gateway6]
	addresses "${@:2}" >"$TMP/batch"
	need ip_batch "$1" <"$TMP/batch"
}

addresses() { # device v4 v6 [gateway4 gateway6]
	echo "link set lo up"
	echo "link set $1 up"
	echo "addr add $2 dev $1"
	echo "addr add $3 dev $1 nodad"
	[ $# = 3 ] || echo "route add default via $4"
	[ $# = 3 ] || echo "route add default via $5"
}

# shellcheck disable=SC2086 # words of SETTINGS and ROUTER
wan() { # left right
	need set_sysctl w $SETTINGS $ROUTER
	{ veth "$1" wan w left; veth "$2" wan w right; } >"$TMP/batch"
	need ip -batch "$TMP/batch"
	{
		addresses left 192.0.2.254/24 2001:db8:a::ff/64
		addresses right 198.51.100.254/24 2001:db8:b::ff/64
		echo "route add 10.1.0.0/16 via $G1"
		echo "route add 10.2.0.0/16 via $G2"
		echo "route add $NET1_6 via $G1_6"
		echo "route add $NET2_6 via $G2_6"
	} >"$TMP/batch"
	need ip_batch w <"$TMP/batch"
	configure "$1" wan $G1/24 $G1_6/64 192.0.2.254 2001:db8:a::ff
	configure "$2" wan $G2/24 $G2_6/64 198.51.100.254 2001:db8:b::ff
}

# shellcheck disable=SC2086
topo2() {
	new_namespaces a w b
	need set_sysctl a $SETTINGS
	need set_sysctl b $SETTINGS
	wan a b
}

# shellcheck disable=SC2086
topo4() {
	local ns

	new_namespaces h1 g1 w g2 h2
	for ns in h1 h2; do
		need set_sysctl $ns $SETTINGS
	done
	for ns in g1 g2; do
		need set_sysctl $ns $SETTINGS $ROUTER
	done
	wan g1 g2
	{ veth h1 lan g1 lan; veth h2 lan g2 lan; } >"$TMP/batch"
	need ip -batch "$TMP/batch"
	configure g1 lan 10.1.0.1/24 2001:db8:1::1/64
	configure g2 lan 10.2.0.1/24 2001:db8:2::1/64
	configure h1 lan $H1/24 $H1_6/64 10.1.0.1 2001:db8:1::1
	configure h2 lan $H2/24 $H2_6/64 10.2.0.1 2001:db8:2::1
}

# For wire_test: the left half of topo2, where nothing but the packets of the
# test is on the wire. a is a router, w is not.
# shellcheck disable=SC2086 # words of SETTINGS and ROUTER
one_link() {
	local neighbour

	new_namespaces a w
	need set_sysctl a $SETTINGS $ROUTER \
		net/ipv4/conf/all/send_redirects=0 \
		net/ipv4/conf/default/send_redirects=0
	need set_sysctl w $SETTINGS
	veth a wan w left >"$TMP/batch"
	need ip -batch "$TMP/batch"
	addresses left 192.0.2.254/24 2001:db8:a::ff/64 >"$TMP/batch"
	need ip_batch w <"$TMP/batch"
	configure a wan $G1/24 $G1_6/64
	neighbour=$(mac w left)
	need ip_batch a <<X
neigh add 192.0.2.254 lladdr $neighbour dev wan
neigh add 2001:db8:a::ff lladdr $neighbour dev wan
route add default via 192.0.2.254
route add default via 2001:db8:a::ff
X
	v6_ready a 2001:db8:a::ff
}

# A link that has come up takes up to a second until IPv6 uses it. For scripts
# that count single IPv6 packets, before there are policies.
v6_ready() { # namespace address
	need wait_for 10 on "$1" ping -q -c 1 -W 1 "$2" >/dev/null
}

# ---- the wire

PCAP='' TCPDUMP=''

# What passes device left of w, both ways, until capture_stop.
capture_start() { # [namespace device]
	PCAP=$TMP/wire.pcap
	: >"$TMP/tcpdump"
	# The buffer has slots for the longest packet: the default is 32 of
	# them. Who captures thousands sets SNAPLEN for more and shorter ones.
	ip netns exec "${1:-w}$SUFFIX" tcpdump -i "${2:-left}" -n -U -B 32768 \
		-s "${SNAPLEN:-262144}" --immediate-mode -w "$PCAP" 2>"$TMP/tcpdump" &
	TCPDUMP=$!
	JOBS+=("$TCPDUMP")
	need wait_for 20 grep -q 'listening on' "$TMP/tcpdump"
}

# tcpdump answers USR1 with its counts; it is done when it has written every
# packet that the kernel has given it.
captured_all() {
	local lines answer

	lines=$(wc -l <"$TMP/tcpdump")
	kill -USR1 "$TCPDUMP" || return 1
	wait_for 5 captured_answer "$lines" || return 1
	captured_none_lost || return 0
	answer=$(tail -n 1 "$TMP/tcpdump")
	[[ $answer =~ ([0-9]+)\ packets?\ captured,\ ([0-9]+)\ packets?\ received ]] &&
		[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
}

captured_answer() { # lines before
	[ "$(wc -l <"$TMP/tcpdump")" -gt "$1" ]
}

captured_none_lost() {
	tail -n 1 "$TMP/tcpdump" | grep -q ' 0 packets dropped by kernel'
}

capture_stop() {
	need wait_for 20 captured_all
	need captured_none_lost
	kill -INT "$TCPDUMP"
	wait "$TCPDUMP"
	TCPDUMP=
}

# Looks at the bytes of the capture. A string that spans two packets is not
# found, so use short ones.
wire_has() { # string, or 0x and hex digits
	local digits=${1#0x} bytes

	if [ "$digits" = "$1" ]; then
		LC_ALL=C grep -qaF -e "$1" "$PCAP"
	else
		bytes=$(fold -w 2 <<<"$digits" | sed 's/^/\\x/' | tr -d '\n')
		LC_ALL=C grep -qaP -e "$bytes" "$PCAP"
	fi
}

wire_has_no() { # string, or 0x and hex digits
	[ -s "$PCAP" ] && ! wire_has "$1"
}

wire_count() { # filter of tcpdump
	local lines

	lines=$(tcpdump -n -r "$PCAP" "$1" 2>&1) || { echo "$lines"; return 1; }
	grep -vc '^reading from' <<<"$lines"
	return 0
}

# For filters: not what hosts of IPv6 say of themselves, MLD behind hop-by-hop
# options included.
# shellcheck disable=SC2034 # for the scripts
NO_ND='not (icmp6 and ip6[40] > 132) and not (ip6[6] = 0 and ip6[40] = 58)'

# One result: whether the capture has that many packets. If not, some are shown.
expect_wire() { # what filter number
	local count

	count=$(wire_count "$2")
	if [ "$count" = "$3" ]; then
		pass "$1"
	else
		tcpdump -n -v -r "$PCAP" -c 5 "$2" 2>&1 | sed 's/^/# /'
		fail "$1" "'$2': $count, not $3"
	fi
}

# ---- counters

stats_of() { # namespace: "reason count" per line
	local json

	json=$(ctl "$1" stats -j) &&
		jq -er '.drops[] | "\(.reason) \(.count)"' <<<"$json"
}

stat_of() { # namespace reason
	stats_of "$1" | awk -v reason="$2" '$1 == reason { print $2 }'
}

stats_mark() { # namespace
	need stats_of "$1" >"$TMP/stats-$1"
}

stats_delta() { # namespace: "reason=increase" of those that moved, sorted
	stats_of "$1" >"$TMP/stats" || return
	awk 'NR == FNR { before[$1] = $2; next }
		$2 != before[$1] { print $1 "=" $2 - before[$1] }' \
		"$TMP/stats-$1" "$TMP/stats" | sort | paste -sd ' '
}

# One result: whether exactly these drop counters moved since stats_mark or
# the last expect_stats. "" for none.
expect_stats() { # what namespace "reason=number ..."
	local delta want

	want=$(tr -s ' ' '\n' <<<"$3" | grep . | sort | paste -sd ' ')
	delta=$(stats_delta "$2" 2>&1) || delta="unreadable: $delta"
	if [ "$delta" = "$want" ]; then
		pass "$1"
	else
		fail "$1" "drops in $2: ${delta:-none}, not ${want:-none}"
	fi
	stats_mark "$2"
}

sa_field() { # namespace spi field
	ctl "$1" sa show -j |
		jq -r --argjson spi "$(($2))" --arg field "$3" \
			'.sas[] | select(.spi == $spi) | .[$field]'
}

# One result: whether a field of an SA has this value.
expect_sa() { # what namespace spi field value
	local value

	value=$(sa_field "$2" "$3" "$4")
	if [ "$value" = "$5" ]; then
		pass "$1"
	else
		fail "$1" "SA $3 in $2: $4 is ${value:-missing}, not $5"
	fi
}

# Everything of a namespace that a packet can move is watched by a watch.py in
# it, which also says what the names are: "icv=1 2001:icv=1 answered=1".
declare -A WATCH WATCHED

state_mark() { # namespace
	local to from

	if [ -z "${WATCH[$1]-}" ]; then
		mkfifo "$TMP/watch-$1" "$TMP/watched-$1"
		ip netns exec "$1$SUFFIX" "$LIB/watch.py" "$IPSECCTL" \
			<"$TMP/watch-$1" >"$TMP/watched-$1" \
			2>"$TMP/watch.err" &
		JOBS+=($!)
		exec {to}>"$TMP/watch-$1" {from}<"$TMP/watched-$1"
		WATCH[$1]=$to WATCHED[$1]=$from
	fi
	need state_is "$1" mark
}

state_is() { # namespace "name=increase ..."
	local line

	read -rd '' -a line <<<"$2"
	MOVED="no answer"
	echo "${line[*]}" >&"${WATCH[$1]}"
	read -rt 60 -u "${WATCHED[$1]}" MOVED || cat "$TMP/watch.err" >&2
	[ "$MOVED" = ok ]
}

# One result: whether exactly this moved since state_mark or the last
# expect_moved, however long it takes to arrive. "" for nothing.
expect_moved() { # what namespace "name=increase ..."
	if state_is "$2" "$3"; then
		pass "$1"
	else
		fail "$1" "moved in $2: $MOVED, not ${3:-nothing}"
	fi
}

# ---- keys

# Hexadecimal, from /dev/urandom, in a file that only root can read.
new_key() { # file bytes
	od -An -v -tx1 -N "$2" /dev/urandom | tr -d ' \n' >"$1"
}

# ---- forged packets

# Starts one python in namespace w, which then runs the statements given to
# inject; inject.py, with scapy, or forge.py, which starts ten times faster,
# says what they can use.
inject_start() { # [program]
	mkfifo "$TMP/inject" "$TMP/injected"
	ip netns exec "w$SUFFIX" \
		"$LIB/${1-inject.py}" "$TMP/wire.pcap" \
		<"$TMP/inject" >"$TMP/injected" 2>"$TMP/inject.err" &
	JOBS+=($!)
	exec {INJECT}>"$TMP/inject" {INJECTED}<"$TMP/injected"
	need inject pass
}

inject() { # python statement
	local answer

	printf '%s\n' "$1" >&"$INJECT"
	read -rt 60 -u "$INJECTED" answer || answer="no answer"
	[ "$answer" = ok ] && return
	echo "inject: $1: $answer $(tail -n 3 "$TMP/inject.err")"
	return 1
}

# ---- what hosts send

# Starts one python in a namespace, which then runs the statements given to
# agent; agent.py says what they can use.
declare -A AGENT AGENT_SAYS
agent_start() { # namespace...
	local ns to from

	for ns; do
		mkfifo "$TMP/agent-$ns" "$TMP/said-$ns"
		ip netns exec "$ns$SUFFIX" "$LIB/agent.py" <"$TMP/agent-$ns" \
			>"$TMP/said-$ns" 2>"$TMP/agent-$ns.err" &
		JOBS+=($!)
		exec {to}>"$TMP/agent-$ns" {from}<"$TMP/said-$ns"
		AGENT[$ns]=$to AGENT_SAYS[$ns]=$from
	done
	for ns; do
		need agent "$ns" pass
	done
}

agent() { # namespace python statement
	local answer

	printf '%s\n' "$2" >&"${AGENT[$1]}"
	read -rt 90 -u "${AGENT_SAYS[$1]}" answer || answer="no answer"
	[ "$answer" = ok ] && return
	echo "agent $1: $2: $answer $(tail -n 3 "$TMP/agent-$1.err")"
	return 1
}

# ---- firewalls

# Rules of nft on standard input. Those of an earlier call with the same table
# are replaced.
nft_load() { # namespace
	local rules

	rules=$(cat)
	on "$1" nft -f - <<<"$rules"
}

# One result: whether the named counters of table inet t have counted exactly
# these packets, all others none; they begin again at 0.
expect_nft() { # what namespace "name=packets ..."
	local got want json

	want=$(tr -s ' \t' '\n' <<<"$3" | grep . | sort | paste -sd ' ')
	json=$(on "$2" nft -j reset counters table inet t 2>&1)
	got=$(jq -r '.nftables[] | .counter // empty | select(.packets > 0) |
		"\(.name)=\(.packets)"' <<<"$json" 2>&1 | sort | paste -sd ' ')
	if [ "$got" = "$want" ]; then
		pass "$1"
	else
		fail "$1" "counters in $2: ${got:-none}, not ${want:-none}"
	fi
}

# ---- tunnels of ours at both ends

# Configuration of a pair of SAs, for g1 (or a) in FILE-left and for g2 (or b)
# in FILE-right. Without keywords of algorithms: AES-GCM.
sa_pair() { # file spi left right mode reqid [ah|esp] [keyword...]
	local file=$1 spi=$(($2)) left=$3 right=$4 words
	local proto=${7:-esp} algs=("${@:8}")

	words="mode $5 reqid $6"
	if [ ${#algs[@]} = 0 ]; then
		[ -e "$TMP/key-gcm" ] || new_key "$TMP/key-gcm" 20
		algs=(enc aes-gcm-16 enc-key-file key-gcm)
	fi
	words+=" ${algs[*]}"
	{
		echo "sa add out $proto spi $spi src $left dst $right $words"
		echo "sa add in $proto spi $((spi + 1)) src $right dst $left $words"
	} >>"$file-left"
	{
		echo "sa add in $proto spi $spi src $left dst $right $words"
		echo "sa add out $proto spi $((spi + 1)) src $right dst $left $words"
	} >>"$file-right"
}

# The same for a pair of policies; the selector as the left end says it.
policy_pair() { # file local remote left right mode reqid [proto]
	local ends=$6 back=$6

	if [ "$6" = tunnel ]; then
		ends="tunnel src $4 dst $5"
		back="tunnel src $5 dst $4"
	fi
	echo "policy add both local $2 remote $3 protect ${8:-esp} $ends reqid $7" \
		>>"$1-left"
	echo "policy add both local $3 remote $2 protect ${8:-esp} $back reqid $7" \
		>>"$1-right"
}

# The usual one: both families of both sites through one tunnel each.
site_tunnels() { # file
	sa_pair "$1" 0x1001 "$G1" "$G2" tunnel 1
	policy_pair "$1" "$NET1" "$NET2" "$G1" "$G2" tunnel 1
	sa_pair "$1" 0x1011 "$G1_6" "$G2_6" tunnel 2
	policy_pair "$1" "$NET1_6" "$NET2_6" "$G1_6" "$G2_6" tunnel 2
}

# ---- forged SAs

# forge.py is the sending end of an inbound SA of namespace a, under a name in
# inject: "put('left', NAME.transport())". peer says which; peers makes all of
# them, each with a policy for what comes from its prefix.
PEERS=()

peer() { # name spi esp|ah tunnel|transport src prefix enc|- auth|- [word of sa add...]
	local enc='' auth='' ends='' dst=$G1 python

	[[ $5 != *:* ]] || dst=$G1_6
	python="$1 = SA($2, '$5', '$dst'"
	if [ "$7" != - ]; then
		enc="enc ${7%:*}"
		python+=", enc='${7%:*}'"
	fi
	if [ "${7#*:}" != "$7" ]; then
		new_key "$TMP/$1.enc" "${7#*:}"
		enc+=" enc-key-file $1.enc"
		python+=", enc_key=key('$TMP/$1.enc')"
	fi
	if [ "$8" != - ]; then
		new_key "$TMP/$1.auth" "${8#*:}"
		auth="auth ${8%:*} auth-key-file $1.auth"
		python+=", auth='${8%:*}', auth_key=key('$TMP/$1.auth')"
	fi
	[[ " ${*:9} " != *' esn '* ]] || python+=', esn=True'
	[ "$4" = transport ] || ends="src $5 dst $dst"
	{
		echo "sa add in $3 spi $2 src $5 dst $dst mode $4 reqid $2 $enc $auth ${*:9}"
		echo "policy add in remote $6 protect $3 $4 $ends reqid $2"
	} >>"$TMP/peers"
	PEERS+=("$python)")
}

peers() {
	local line

	need ctl a load "$TMP/peers"
	inject_start forge.py
	for line in "${PEERS[@]}"; do
		need inject "$line"
	done
}
