#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# topo4. Rules of g1 see each clear packet once on its way through each hook and
# the ESP packet once, by the devices they should; conntrack knows the inner
# flows, "meta ipsec exists" what was decrypted. For forwarded packets and
# those of g1 itself, tunnel and transport mode, IPv4 and IPv6, with conntrack
# there before ipsec and after it, and with iptables-nft.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 35

N=3
need topo4
agent_start h1 g1 h2 g2
need agent h2 "serve_udp('::'); serve_udp('0.0.0.0')"
need agent g2 "serve_udp('::'); serve_udp('0.0.0.0')"
v6_ready h1 $H2_6
v6_ready g1 $G2_6

# Counters of each hook: _out the clear packet leaving and _in the one coming,
# where they must be seen; _odd those seen by other devices; _ipsec what "meta
# ipsec" says; _esp_out and _esp_in. new, est and back: conntrack's opinion.
HOOKS='pre in fwd out post'
rules() {
	local hook kind

	echo "table inet t"
	echo "delete table inet t"
	echo "table inet t {"
	for hook in $HOOKS; do
		for kind in out in odd ipsec esp_out esp_in new est back; do
			echo "counter ${hook}_$kind {}"
		done
	done
	chain pre prerouting 'iifname "lan"' "iifname $IPSEC_DEV"
	chain in input 'iifname "none"' "iifname $IPSEC_DEV"
	chain fwd forward 'iifname "lan" oifname "wan"' \
		"iifname $IPSEC_DEV oifname lan"
	chain out output 'oifname "wan"' 'oifname "none"'
	chain post postrouting 'oifname "ipsec0"' 'oifname "lan"'
	echo "}"
}

IPSEC_DEV=ipsec0
# The sides as nft writes them: for IPv4 and IPv6 alike.
match_out() {
	echo "ip saddr { $NET1, $G1 } ip daddr { $NET2, $G2 } udp dport 5000"
	echo "ip6 saddr { $NET1_6, $G1_6 } ip6 daddr { $NET2_6, $G2_6 } udp dport 5000"
}

match_in() {
	echo "ip daddr { $NET1, $G1 } ip saddr { $NET2, $G2 } udp sport 5000"
	echo "ip6 daddr { $NET1_6, $G1_6 } ip6 saddr { $NET2_6, $G2_6 } udp sport 5000"
}

chain() { # name hook devices-out devices-in
	local name=$1 match ipsec=''

	# What leaves has no mark that could be asked for.
	case $1 in
	pre | in | fwd)	ipsec="meta ipsec exists counter name ${1}_ipsec" ;;
	esac

	echo "chain c_$name { type filter hook $2 priority 0"
	while read -r match; do
		echo "$match ct state new counter name ${name}_new"
		echo "$match ct state established counter name ${name}_est"
		[ -z "$ipsec" ] || echo "$match $ipsec"
		echo "$match $3 counter name ${name}_out accept"
		echo "$match counter name ${name}_odd accept"
	done < <(match_out)
	while read -r match; do
		echo "$match ct state established counter name ${name}_back"
		[ -z "$ipsec" ] || echo "$match $ipsec"
		echo "$match $4 counter name ${name}_in accept"
		echo "$match counter name ${name}_odd accept"
	done < <(match_in)
	echo "meta l4proto esp ip saddr $G1 counter name ${name}_esp_out"
	echo "meta l4proto esp ip daddr $G1 counter name ${name}_esp_in"
	echo "meta l4proto esp ip6 saddr $G1_6 counter name ${name}_esp_out"
	echo "meta l4proto esp ip6 daddr $G1_6 counter name ${name}_esp_in"
	echo "}"
}

load_rules() {
	rules >"$TMP/rules"
	need nft_load g1 <"$TMP/rules"
}

# What is expected of N packets and N answers.
ESP="out_esp_out=$N post_esp_out=$N pre_esp_in=$N in_esp_in=$N"
FORWARDED="pre_out=$N fwd_out=$N post_out=$N pre_in=$N fwd_in=$N post_in=$N
	pre_new=1 fwd_new=1 post_new=1
	pre_est=$((N - 1)) fwd_est=$((N - 1)) post_est=$((N - 1))
	pre_back=$N fwd_back=$N post_back=$N
	pre_ipsec=$N fwd_ipsec=$N $ESP"
LOCAL="out_out=$N post_out=$N pre_in=$N in_in=$N
	out_new=1 post_new=1 out_est=$((N - 1)) post_est=$((N - 1))
	pre_back=$N in_back=$N pre_ipsec=$N in_ipsec=$N $ESP"

exchange() { # what namespace expected arguments-of-udp
	try "$1" agent "$2" "s = udp($4); expect(exchange(s, $N), $N)"
	expect_nft "$1: what the rules saw" g1 "$3"
}

site_tunnels "$TMP/sites"
sa_pair "$TMP/hosts" 0x2001 $G1 $G2 transport 3
policy_pair "$TMP/hosts" "$G1" "$G2 proto udp" $G1 $G2 transport 3
sa_pair "$TMP/hosts" 0x2011 $G1_6 $G2_6 transport 4
policy_pair "$TMP/hosts" "$G1_6" "$G2_6 proto udp" $G1_6 $G2_6 transport 4

all_four() { # prefix
	IPSEC_DEV=ipsec0
	load_rules
	exchange "$1: forwarded, IPv4" h1 "$FORWARDED" "'$H2'"
	exchange "$1: forwarded, IPv6" h1 "$FORWARDED" "'$H2_6'"
	exchange "$1: local, IPv4" g1 "$LOCAL" "'$H2', local='10.1.0.1'"
	exchange "$1: local, IPv6" g1 "$LOCAL" \
		"'$H2_6', local='2001:db8:1::1'"
	IPSEC_DEV=wan
	load_rules
	exchange "$1: transport mode, IPv4" g1 "$LOCAL" "'$G2'"
	exchange "$1: transport mode, IPv6" g1 "$LOCAL" "'$G2_6'"
}

# Rules first: the hooks of conntrack are in place before ours.
load_rules
need ctl g1 load "$TMP/sites-left"
need ctl g2 load "$TMP/sites-right"
need ctl g1 load "$TMP/hosts-left"
need ctl g2 load "$TMP/hosts-right"
need stats_mark g1
need stats_mark g2
capture_start
all_four "conntrack first"
capture_stop
expect_wire "conntrack first: nothing but ESP between g1 and g2" \
	'(ip or ip6) and not esp and not icmp6 and not ip6 proto 0' 0
expect_wire "conntrack first: ESP in both directions" esp $((12 * N))

# A stateful firewall that lets nothing else pass.
need nft_load g1 <<X
table inet strict {
	chain forward { type filter hook forward priority 10; policy drop
		ct state established accept
		iifname "lan" ct state new accept
	}
	chain input { type filter hook input priority 10; policy drop
		ct state established accept
		meta l4proto { esp, icmpv6 } accept
	}
}
X
try "ct state established lets the replies in, forwarded" agent h1 \
	"expect(exchange(udp('$H2', lport=4001), $N), $N)"
try "ct state established lets the replies in, local" agent g1 \
	"expect(exchange(udp('$H2', local='10.1.0.1', lport=4002), $N), $N)"
try "ct state established lets the replies in, transport mode" agent g1 \
	"expect(exchange(udp('$G2', lport=4003), $N), $N)"
need on g1 nft delete table inet strict

expect_stats "conntrack first: g1 dropped nothing" g1 ""
expect_stats "conntrack first: g2 dropped nothing" g2 ""

# iptables-nft: all tables of mangle, counted by their own save format.
{
	echo '*mangle'
	for hook in PREROUTING INPUT FORWARD OUTPUT POSTROUTING; do
		echo "-A $hook -s $NET1 -d $NET2 -p udp"
		echo "-A $hook -s $NET2 -d $NET1 -p udp"
		echo "-A $hook -s $G1 -d $G2 -p esp"
		echo "-A $hook -s $G2 -d $G1 -p esp"
	done
	echo COMMIT
} >"$TMP/iptables"
need on g1 iptables-nft-restore "$TMP/iptables"
need agent h1 "expect(exchange(udp('$H2', lport=4004), $N), $N)"
seen=$(on g1 iptables-nft-save -c -t mangle | sed -n \
	's/^\[\([0-9]*\):.* -A \([A-Z]*\) -s \([0-9.]*\).* -p \([a-z]*\).*/\2 \3 \4 \1/p' |
	awk '$4 > 0' | sort)
want=$(sort <<X
PREROUTING 10.1.0.0 udp $N
FORWARD 10.1.0.0 udp $N
POSTROUTING 10.1.0.0 udp $N
OUTPUT $G1 esp $N
POSTROUTING $G1 esp $N
PREROUTING $G2 esp $N
INPUT $G2 esp $N
PREROUTING 10.2.0.0 udp $N
FORWARD 10.2.0.0 udp $N
POSTROUTING 10.2.0.0 udp $N
X
)
if [ "$seen" = "$want" ]; then
	pass "iptables-nft sees each packet once"
else
	fail "iptables-nft sees each packet once" \
		"$(diff <(echo "$want") <(echo "$seen"))"
fi

# The other order: with its last rule conntrack leaves the namespace, and with
# the next one its hooks come back, behind ours.
need on g1 nft flush ruleset
need stats_mark g1
need stats_mark g2
IPSEC_DEV=ipsec0
load_rules
exchange "conntrack later: forwarded, IPv4" h1 "$FORWARDED" "'$H2', lport=4011"
exchange "conntrack later: forwarded, IPv6" h1 "$FORWARDED" \
	"'$H2_6', lport=4012"
exchange "conntrack later: local, IPv4" g1 "$LOCAL" \
	"'$H2', local='10.1.0.1', lport=4013"
exchange "conntrack later: local, IPv6" g1 "$LOCAL" \
	"'$H2_6', local='2001:db8:1::1', lport=4014"
IPSEC_DEV=wan
load_rules
exchange "conntrack later: transport mode, IPv4" g1 "$LOCAL" \
	"'$G2', lport=4015"
exchange "conntrack later: transport mode, IPv6" g1 "$LOCAL" \
	"'$G2_6', lport=4016"
expect_stats "conntrack later: g1 dropped nothing" g1 ""
expect_stats "conntrack later: g2 dropped nothing" g2 ""

# What the counters above say must be able to be wrong.
IPSEC_DEV=ipsec0
load_rules
need ctl g1 policy flush
need ctl g2 policy flush
need agent h1 "expect(exchange(udp('$H2', lport=4021), $N), $N)"
expect_nft "without policies the rules see clear packets on other devices" g1 \
	"pre_out=$N fwd_out=$N post_odd=$N post_in=$N pre_odd=$N fwd_odd=$N
	pre_new=1 fwd_new=1 post_new=1 pre_est=$((N - 1)) fwd_est=$((N - 1))
	post_est=$((N - 1)) pre_back=$N fwd_back=$N post_back=$N"
