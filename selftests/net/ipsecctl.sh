#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipsecctl and the module: what is configured comes back as it was written,
# refusals are the kernel's sentences, and a load that the kernel refuses leaves
# nothing behind. No packets; selftests/tool has what needs no module.
#
# In namespace a, which holds nothing at the start of each part:
# - `show` prints what `load` was given, counters and keys aside; what it prints
#   of policies is loaded again, and shown again the same
# - no output holds a key
# - `del` deletes the one that is named, `flush` first SAs and then policies
# - the order in which a refused load is undone: a default that was discard, SAs,
#   BYPASS policies, other policies, a default that was bypass, limits
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 36

new_namespaces a
cd "$TMP" || exit

for bytes in 16 20 32; do
	need new_key "$TMP/k$bytes" $bytes
done

# ---- helpers

refused() { # status sentence argument of ipsecctl...
	local status

	ctl a "${@:3}" >out 2>err
	status=$?
	if [ $status != "$1" ] || [ -s out ] || ! grep -qxF -e "$2" err; then
		echo "status $status"
		cat out err
		return 1
	fi
}

same() { # file file
	diff -u "$1" "$2"
}

# What is configured, without comments (keys, counters, index) and blanks.
shown() {
	ctl a show | sed 's/ *#.*//; /^$/d'
}

is() { # expected got
	[ "$1" = "$2" ] || { echo "'$2', not '$1'"; return 1; }
}

json() { # filter of jq, argument of ipsecctl...
	ctl a "${@:2}" -j | jq -r "$1"
}

# Events from now on, one line of JSON each. Two changes of a limit mark where
# they begin, since the monitor takes its time to start.
monitor_start() {
	: >all-events
	ip netns exec "a$SUFFIX" "$IPSECCTL" monitor -j >>all-events &
	monitor=$!
	JOBS+=("$monitor")
	need wait_for 20 listens
	need ctl a limits max-policies 61
	need ctl a limits max-policies 0
}

# shellcheck disable=SC2317,SC2329 # called by wait_for
listens() {
	ctl a limits max-policies 60
	[ -s all-events ]
}

since_start() {
	awk 'seen > 1; /"max_policies":61/ || seen { seen++ }' all-events
}

# shellcheck disable=SC2317,SC2329 # called by wait_for
told() { # events
	[ "$(since_start | wc -l)" -ge "$1" ]
}

# When that many events have come, or it is clear that they will not.
monitor_stop() { # events
	wait_for 20 told "$1"
	kill "$monitor"
	wait "$monitor" 2>/dev/null
	since_start >events
}

empty() {
	need ctl a flush
	need ctl a default both bypass
}

# ---- what goes in comes out

cat >full <<X
default in bypass
default out discard
settings icmp-check payload icmp-return-sa off icmp-answer on icmp-clear unreachable,too-big icmp-sa none fragment after audit-events off audit-log on shortcut on
sa add out esp spi 0x00001001 src $G1 dst $G2 mode tunnel reqid 1 enc aes-gcm-16 df set
sa add in esp spi 0x00001002 src $G2 dst $G1 mode tunnel reqid 1 enc aes-cbc auth hmac-sha2-256-128 replay-window 64 df copy local any
sa add in ah spi 0x00001002 src $G2_6 dst $G1_6 mode transport auth hmac-sha2-256-128 replay-window 0 local $G1_6/128 remote 2001:db8::/32 proto tcp local-port 80 remote-port 1024-65535
sa add out esp spi 0xffffffff src $G1_6 dst $G2_6 mode tunnel reqid 4294967295 enc null auth hmac-sha1-96
policy add in priority 0 local 0.0.0.0/0 discard
policy add in priority 5 proto icmp icmp-type echo-request icmp-code 0 bypass
policy add in priority 1000 local $NET1 remote $NET2 protect esp tunnel src $G2 dst $G1 reqid 1
policy add in priority 1000 local ::/0 proto icmpv6 icmp-type 200 bypass
policy add in priority 4294967295 protect ah transport spi 0x00001002
policy add out priority 7 proto 200 bypass
policy add out priority 8 remote $NET2_6 proto udp local-port 0 bypass
policy add out priority 1000 local $NET1 remote $NET2 protect esp tunnel src $G1 dst $G2 reqid 1
X
sed 's/enc aes-gcm-16/& enc-key-file k20/; s/enc aes-cbc/& enc-key-file k16/
	s/hmac-sha2-256-128/& auth-key-file k32/
	s/hmac-sha1-96/& auth-key-file k20/' full >conf
try "a configuration is loaded" ctl a load conf
shown >got
try "show prints it as it was written" same full got

ctl a show >all 2>&1
ctl a show -j >all.json 2>&1
hides_keys() {
	local key

	for key in k16 k20 k32; do
		! grep -qi -f <(tr -d '\n' <$key) all all.json || return
	done
	[ -s all ] && [ -s all.json ]
}
try "no key comes out" hides_keys
try "what is missing is said" is "1 1 2" "$(for what in ' enc-key and auth-key' \
	' enc-key' ' auth-key'; do grep -c "#$what hidden" all; done | paste -sd ' ')"

try "JSON of an SA" is "in 4098 tunnel 64 copy {} 128 0" \
	"$(jq -r '.sas[1] | "\(.dir) \(.spi) \(.mode) \(.replay_window)" +
		" \(.df) \(.selector) \(.key_bits) \(.packets)"' all.json)"
try "JSON of a policy" is "$NET1 protect esp $G2 1 0" \
	"$(jq -r '.policies[] | select(.dir == "in" and .reqid == 1) |
		"\(.selector.local) \(.action) \(.proto) \(.src) \(.reqid)" +
		" \(.packets)"' all.json)"
try "JSON of the settings" is "bypass discard" \
	"$(jq -r '.config | "\(.default_in) \(.default_out)"' all.json)"

grep ^policy full >policies
need ctl a policy flush
try "policies are loaded in another order" ctl a load - <<<"$(tac policies)"
shown | grep ^policy >got
tac policies | sort -s -k3,3 -k5,5n >want
try "and shown in the order in which they are looked at" same want got

# ---- one, some

try "one SA" is "$G2_6" "$(json '.sas | map(.src) | join(" ")' \
	sa show ah spi 0x1002 dst $G1_6)"
try "SAs of a direction" is "4098 4098" \
	"$(json '.sas | map(.spi) | join(" ")' sa show in)"
try "SAs of a protocol and reqid" is "4097 4098" \
	"$(json '.sas | map(.spi) | sort | join(" ")' sa show esp reqid 1)"
try "policies of a direction" is "out" \
	"$(json '.policies | map(.dir) | unique | join(" ")' policy show out)"
try "one SA is deleted" ctl a sa del ah spi 4098 dst $G1_6
try "and no other one" is "4097 4098 4294967295" \
	"$(json '.sas | map(.spi) | sort | join(" ")' sa show)"
index=$(json '.policies[] | select(.priority == 7) | .index' policy show)
try "a policy is deleted by its index" ctl a policy del index "$index"
try "a policy is deleted by its selector" ctl a policy del in priority 5 \
	proto icmp icmp-code 0 icmp-type 8
try "and no other one" is "0 8 1000 1000 1000 4294967295" \
	"$(json '.policies | map(.priority) | sort | join(" ")' policy show)"

# ---- refusals

try "an SA that is not there" refused 1 \
	"ipsecctl: no SA has this spi, dst and proto" \
	sa del ah spi 4098 dst $G1_6
try "a policy that is not there" refused 1 "ipsecctl: no such policy" \
	policy del in priority 5
try_not "an SA twice" ctl a sa add out esp spi 0x1001 src $G1 dst $G2 \
	enc aes-gcm-16 enc-key-file k20
unprivileged() {
	unshare -Urn "$IPSECCTL" limits max-sas 4294967295 2>err
	is 1 $? && is "$(cat err)" "ipsecctl: raising a limit needs CAP_NET_ADMIN \
in the initial user namespace (attribute max-sas)"
}
try "a refusal names the attribute" unprivileged
nobody() {
	setpriv --reuid 65534 --clear-groups "$IPSECCTL" "$@" 2>err
	is 1 $? && is "$(cat err)" "ipsecctl: this needs CAP_NET_ADMIN in this \
network namespace (run it as root)"
}
try "without privilege nothing is shown" nobody show
try "without privilege nothing is changed" nobody policy flush

# ---- both or none

empty
need ctl a policy add in priority 600 discard
try "half of a 'both' exists" refused 1 \
	"ipsecctl: a policy with this dir, priority and selector exists" \
	policy add both priority 600 discard
try "the other half was not added" is "in 600" \
	"$(json '.policies[] | "\(.dir) \(.priority)"' policy show)"
try "default of both" ctl a default both discard
try "is that of each" is "discard discard" \
	"$(json '"\(.default_in) \(.default_out)"' default)"

# ---- a load that the kernel refuses

empty
need ctl a default in discard
need ctl a limits max-sas 3
need ctl a sa add out esp spi 0x1001 src $G1 dst $G2 enc aes-gcm-16 \
	enc-key-file k20
shown >before
cat >refused <<X
default in bypass
default out discard
limits max-policies 50
settings icmp-check header icmp-return-sa on icmp-sa too-big
policy add out priority 10 discard
sa add out esp spi 0x1002 src $G1 dst $G2 enc aes-gcm-16 enc-key-file k20
policy add out priority 5 proto udp bypass
sa add out esp spi 0x1003 src $G1 dst $G2 enc aes-gcm-16 enc-key-file k20

# One more than the limit
sa add out esp spi 0x1004 src $G1 dst $G2 enc aes-gcm-16 enc-key-file k20
policy add out priority 1 bypass
X
monitor_start
try "a load is refused with file, line and the kernel's sentence" refused 1 \
	"refused:11: the namespace has as many SAs as max-sas allows" load refused
shown >after
try "it left nothing behind" same before after
try "limits are what they were" is "3 0" \
	"$(json '"\(.max_sas) \(.max_policies)"' limits)"

monitor_stop 16
jq -r '.event as $event | .objects[0] | if .type == "config" then
	"\(.default_in) \(.default_out) \(.max_policies)" else
	"\($event) \(.spi // .priority)" end' events >got
cat >want <<X
bypass bypass 0
bypass discard 0
bypass discard 50
bypass discard 50
new 10
new 4098
new 5
new 4099
discard discard 50
del 4099
del 4098
del 5
del 10
discard bypass 50
discard bypass 0
discard bypass 0
X
try "it was undone in the order that opens nothing" same want got

# ---- flush

need ctl a limits max-sas 0
need ctl a default both discard
need ctl a policy add both discard
monitor_start
try "flush" ctl a flush
monitor_stop 3
try "SAs go before policies" is "sa policy policy" \
	"$(jq -r '.objects[0].type' events | paste -sd ' ')"
try "the defaults stay" is "discard discard" \
	"$(json '"\(.default_in) \(.default_out)"' default)"
try "nothing else does, but the settings" is "default in discard
default out discard
$(ctl a settings)" "$(shown)"
