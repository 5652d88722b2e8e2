#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# limit: 900
#
# Packets with a right ICV and nonsense inside, and packets with a known SPI
# behind nonsense: every authentic one is counted once, whatever is in it, and
# true ones pass afterwards. FUZZ_SECONDS says for how long, FUZZ_SEED repeats a
# run, as far as time allows.
#
#	fuzz_packet.py in w --- left/wan --- a (our module)
# shellcheck source=../net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

plan 8

need topo2
need log_mark
GCM=aes-gcm-16:20 HMAC=hmac-sha2-256-128:32
peer E4 2001 esp tunnel 10.8.1.1 10.9.1.1/32 $GCM -
peer C4 2002 esp transport 10.9.2.1 10.9.2.1/32 aes-cbc:32 $HMAC
peer A4 2003 ah transport 10.9.3.1 10.9.3.1/32 - $HMAC
peer P6 2004 esp transport 2001:db8:9:4::1 2001:db8:9:4::1/128 chacha20-poly1305:36 -
peer A6 2005 ah tunnel 2001:db8:8:5::1 2001:db8:9:5::1/128 - hmac-sha1-96:20
peer X6 2006 esp tunnel 10.8.1.2 2001:db8:9:6::1/128 $GCM -
peer X4 2007 esp tunnel 2001:db8:8:7::1 10.9.7.1/32 null $HMAC
peer T6 2008 ah transport 2001:db8:9:8::1 2001:db8:9:8::1/128 - $HMAC
# What forge.py and lib.sh have in common
inject_start() {
	mkfifo "$TMP/inject" "$TMP/injected"
	ip netns exec "w$SUFFIX" "$(dirname "$0")/fuzz_packet.py" \
		<"$TMP/inject" >"$TMP/injected" 2>"$TMP/inject.err" &
	JOBS+=($!)
	exec {INJECT}>"$TMP/inject" {INJECTED}<"$TMP/injected"
	need inject pass
}
peers
seed=${FUZZ_SEED:-$RANDOM}
seconds=${FUZZ_SECONDS:-60}
echo "# seed $seed"
need inject "random.seed($seed)"
need inject "SAS = {E4: ('10.9.1.1', '$G1'), C4: None, A4: None, P6: None, A6: ('2001:db8:9:5::1', '$G1_6'), X6: ('2001:db8:9:6::1', '$G1_6'), X4: ('10.9.7.1', '$G1'), T6: None}"
need inject "true = {sa: sa.tunnel(ping(*inside, 40), seq=1) if inside else sa.transport(40, seq=1) for sa, inside in SAS.items()}"

# Dropped by policy after it was counted as verified: not twice here
counted() {
	ctl a sa show -j | jq '[.sas[] | .packets, (.drops[] | select(.reason |
		IN("in-policy", "in-no-policy", "sa-selector") | not).count)] | add'
}
counted_is() { # number
	[ "$(counted)" = "$1" ]
}
drops() {
	ctl a sa show -j | jq -rc '[.sas[].drops[]] | group_by(.reason) |
		map("\(.[0].reason)=\(map(.count) | add)") | join(" ")'
}

total=0 rounds=0
end=$((EPOCHSECONDS + seconds / 2))
while [ $EPOCHSECONDS -lt $end ]; do
	need inject "batch = [p for sa, inside in SAS.items() for p in authentic(sa, inside, 200)]"
	need inject "put('left', batch)"
	total=$((total + 1600)) rounds=$((rounds + 1))
	wait_for 30 counted_is $total || break
done
echo "# $total packets: $(drops)"
if counted_is $total; then
	pass "$total authentic packets with nonsense inside, each counted once"
else
	fail "$total authentic packets with nonsense inside, each counted once" \
		"$(counted) counted, seed $seed, round $rounds: $(drops)"
fi
passed() {
	ctl a sa show -j | jq '[.sas[].packets] | add'
}
verified=$(passed)
try "some of them were good enough to pass" [ "$verified" -gt $rounds ]
for reason in padding inner-header dummy in-no-policy; do
	try "some were dropped: $reason" \
		[ "$(ctl a sa show -j | jq "[.sas[].drops[] |
			select(.reason == \"$reason\").count] | add // 0")" -gt 0 ]
done

sent=0
end=$((EPOCHSECONDS + seconds / 2))
while [ $EPOCHSECONDS -lt $end ]; do
	need inject "put('left', [p for sa in SAS for p in outer(sa, 200)])"
	sent=$((sent + 1600))
done
echo "# $sent packets of nobody: $(drops)"
true_ones() {
	[ "$(ctl a sa show -j | jq '[.sas[] | select(.seq == 4294967280)] | length')" = 8 ]
}
need inject "put('left', [sa.tunnel(ping(*inside, 40), seq=4294967280) if inside else sa.transport(40, seq=4294967280) for sa, inside in SAS.items()])"
try "after $sent packets of nobody true ones pass" wait_for 20 true_ones
try_not "the kernel did not complain" log_complaints
