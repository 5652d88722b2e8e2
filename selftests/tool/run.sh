#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of ipsecctl that need no kernel module. KTAP.
#
#   NN_name.in    configurations. Each goes through `ipsecctl load -n`; what it
#                 prints, and its exit status, must be NN_name.ok. From 20 up
#                 each line holds one mistake, and NN_name.ok the sentence that
#                 names it. What is accepted must be accepted again in the form
#                 in which it was printed, and stay the same.
#   *.session     command lines after '$ ', each followed by what it prints and
#                 by '[N]' when its exit status N is not 0. One result each.
#   here          permissions of files, JSON, help, completion, manual pages.
#
# Not covered here, because it needs the module: everything that is sent to
# the kernel and comes back (selftests/net/ipsecctl.sh).
#
# run.sh -u writes what is printed now to the .ok and .session files, to be
# looked at with git diff.
#
# shellcheck disable=SC2317,SC2329 # claim calls the functions by name
set -u

here=$(cd "$(dirname "$0")" && pwd)
source=$here/../../tools/ipsecctl
tool=${IPSECCTL:-$source/ipsecctl}
update=''
[ "${1-}" != -u ] || update=1
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT

umask 077
export LC_ALL=C
export PATH=$TMP/bin:$PATH
mkdir "$TMP/bin" "$TMP/dir"
ln -s "$(readlink -f "$tool")" "$TMP/bin/ipsecctl"
cp "$here"/*.in "$TMP"
chmod 600 "$TMP"/*.in
cd "$TMP" || exit

# ---- key files

key() { # bytes
	printf '%0*d\n' $((2 * $1)) 0
}

for bytes in 16 19 20 24 27 28 32 35 36 37 48 64 129; do
	key $bytes >k$bytes
done
key 20 >'key with # and = and $'
key 20 >'back\slash'
key 20 >dir/key
: >empty
printf ' \n\t\n' >blank
echo 0x >only-0x
echo 000 >odd
echo 00:01:02 >colons
printf '0001\n0203\n' >two-lines
echo 'correct horse battery staple' >passphrase
key 600 >huge
printf '\n  0x%s \r\n\n' 000102030405060708090a0b0c0d0e0f10111213 >spaces
key 20 >exposed
chmod 644 exposed

# ---- results

number=0
failed=0

result() { # status what
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number $2"
	else
		echo "not ok $number $2"
		failed=1
	fi
}

same() { # what expected-file got-file
	if diff -u --label expected --label got "$2" "$3" >"$TMP/diff"; then
		result 0 "$1"
	else
		sed 's/^/# /' "$TMP/diff"
		result 1 "$1"
	fi
}

skip() { # what why
	number=$((number + 1))
	echo "ok $number $1 # SKIP $2"
}

# ---- configurations

check_configuration() { # name
	local status

	ipsecctl load -n "$1.in" >out 2>err </dev/null
	status=$?
	{
		cat err out
		[ $status = 0 ] || echo "[$status]"
	} >got
	[ -z "$update" ] || cp got "$here/$1.ok"
	same "$1" "$here/$1.ok" got
	[ $status = 0 ] || return
	sed '/ hidden$/d' out >again
	ipsecctl load -n - <again >got 2>&1
	same "$1, as it was printed" again got
}

# ---- command lines

check_session() { # file
	local line command=''

	: >expected
	: >session
	while IFS= read -r line; do
		case $line in
		'$ '* | '')
			[ -z "$command" ] || check_command "$command"
			command=${line#'$ '}
			: >expected
			;;
		'#'*) [ -n "$command" ] || echo "$line" >>session ;;
		*) printf '%s\n' "$line" >>expected ;;
		esac
	done < <(cat "$1" && echo)
	[ -z "$update" ] || cp session "$1"
}

check_command() { # command
	local status

	bash -c "$1" >got 2>&1 </dev/null
	status=$?
	[ $status = 0 ] || echo "[$status]" >>got
	{
		printf '$ %s\n' "$1"
		cat got
		echo
	} >>session
	[ -n "$update" ] || same "$1" expected got
}

# ---- the rest

claim() { # what command...
	"${@:2}" >got 2>&1 </dev/null
	local status=$?
	[ $status = 0 ] || sed 's/^/# /' got
	result $status "$1"
}

says() { # pattern command...
	"${@:2}" 2>&1 </dev/null | grep -q -e "$1"
}

is_refused() { # status sentence command...
	"${@:3}" >out 2>err </dev/null
	if [ $? != "$1" ] || [ -s out ] || ! grep -q -x -F -e "$2" err; then
		cat out err
		return 1
	fi
}

json_of() { # file: its statements, as a list of types
	ipsecctl load -nj "$1" | jq -r '.schema_version, .statements[].type' |
		paste -sd ' '
}

is() { # expected got
	[ "$1" = "$2" ] || { echo "$2, not $1"; return 1; }
}

# The key bytes of 07_keys.in are not printed, as text or JSON.
hides_keys() {
	{
		ipsecctl load -n 07_keys.in
		ipsecctl load -nj 07_keys.in
	} >out
	[ -s out ] && ! grep -q -i 0001020304 out
}

commands() {
	ipsecctl --help | sed -n '/^Usage/,/--json/s/^  \([a-z]*\) .*/\1/p'
}

# Each command has a help of its own, which shows how it is called.
check_help() {
	local command

	for command in $(commands); do
		claim "$command --help shows its use" \
			says "^Usage: ipsecctl $command" \
			ipsecctl "$command" --help
	done
	claim "the help is the same wherever --help stands" \
		is "$(ipsecctl sa --help)" "$(ipsecctl --help sa add in)"
}

check_exposed() {
	cp 07_keys.in exposed.in
	chmod 640 exposed.in
	claim "keys in a file that others can read are refused" is_refused 1 \
		"exposed.in:2: enc-key: this file can be read by others than its owner, so it must not hold keys; chmod 600 it or use 'enc-key-file FILE'" \
		ipsecctl load -n exposed.in
	claim "the same from standard input" \
		says "^stdin:2: enc-key: this file can be read by others" \
		bash -c 'ipsecctl load -n - <exposed.in'
	cp 03_both.in exposed.in
	chmod 644 exposed.in
	claim "a file without keys may be read by others" \
		ipsecctl load -n exposed.in
}

check_json() {
	if ! command -v jq >/dev/null; then
		skip "JSON" "jq is not installed"
		return
	fi
	claim "JSON of SAs" \
		is "1 $(for _ in {1..14}; do echo sa; done | paste -sd ' ')" \
		"$(json_of 01_sa.in)"
	claim "JSON of policies, both of 'both'" \
		is "1 policy policy policy policy policy policy config" \
		"$(json_of 03_both.in)"
	claim "JSON of nothing" is 1 "$(json_of 08_nothing.in)"
	claim "JSON of a path with a backslash" is 'back\slash' \
		"$(ipsecctl load -nj 01_sa.in | jq -r '.statements[] |
			.auth_key_file | select(. and startswith("back"))')"
	claim "JSON of algorithms" is "aes-gcm-16 128 32" \
		"$(ipsecctl -j algorithms | jq -r '.algorithms[0] |
			"\(.name) \(.key_bits[0]) \(.salt_bits)"')"
	claim "JSON of the version" says '^{"schema_version":1,"version":"' \
		ipsecctl --version -j
}

check_man() { # page
	if ! command -v mandoc >/dev/null; then
		skip "$1" "mandoc is not installed"
		return
	fi
	claim "$1: mandoc has no complaint" is "" \
		"$(mandoc -T lint -W warning "$source/$1" 2>&1)"
}

# Every command and keyword is in the manual and in the completion.
check_words() {
	local word

	for word in $(commands); do
		claim "$word is in the manual" \
			grep -q -e "^\.\(It \)\?\(Ic\|Cm\) $word" "$source/ipsecctl.8"
		claim "$word is completed" grep -q -w "$word" "$source/ipsecctl.bash"
	done
	for word in $(ipsecctl -j algorithms | grep -o '"name":"[^"]*' | cut -d'"' -f4); do
		claim "$word is in the manual" \
			grep -q -w -F -e "$word" "$source/ipsecctl.8"
	done
}

completes() { # expected words...
	# shellcheck disable=SC2016 # for the inner shell
	is "$1" "$(bash -c '
		. "$1/ipsecctl.bash"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_ipsecctl
		printf "%s\n" "${COMPREPLY[@]}" | sort | paste -sd " "' - \
		"$source" "${@:2}")"
}

check_completion() {
	claim "completion of a command" completes "policy" ipsecctl pol
	claim "completion of a verb" completes "add del dummy flush show" \
		ipsecctl sa ""
	claim "completion of a keyword" completes "enc enc-key-file encap" \
		ipsecctl sa add in esp spi 256 en
	claim "completion of an algorithm" completes "$(echo aes-cbc aes-ccm-{8,12,16} \
		aes-ctr aes-gcm-{8,12,16} aes-gmac | tr ' ' '\n' | sort | paste -sd ' ')" \
		ipsecctl sa add in esp enc aes
	claim "completion of an integrity algorithm" \
		completes "aes-cmac-96 aes-gmac aes-xcbc-96" \
		ipsecctl sa add in ah auth aes
	claim "completion of an action" completes "protect" \
		ipsecctl policy add both proto tcp prote
}

# The blocks of a manual page that are configurations, as files name.1, name.2...
manual_blocks() { # page name
	awk -v name="$2" '
		/^\.Bd/ { text = ""; inside = 1; next }
		/^\.Ed/ && text ~ /(^|\n)(sa|policy) add/ &&
			text !~ /protect esp tunnel src address/ {
			printf "%s", text >(name "." ++count)
		}
		/^\.Ed/ { inside = 0 }
		inside { gsub(/\\e/, "\\"); text = text $0 "\n" }' "$source/$1"
}

# The examples that readers copy must be accepted.
check_examples() {
	local file

	key 36 >a-to-b.key
	key 36 >b-to-a.key
	for file in 10-to-20.enc 20-to-10.enc 10-to-20.auth 20-to-10.auth; do
		key 32 >$file
	done
	cp "$source/ipsec.conf" example.conf
	claim "the example configuration is accepted" \
		ipsecctl load -n example.conf
	manual_blocks ipsecctl.8 example8
	manual_blocks ipsec.conf.5 example5
	claim "the manuals hold 5 and 2 configurations" is "5 2" \
		"$(printf '%s\n' example8.* | wc -l) $(printf '%s\n' example5.* | wc -l)"
	for file in example[58].*; do
		claim "$file of the manual is accepted" \
			ipsecctl load -n "$file"
	done
}

# The table of the manual is that of the tool.
check_table() {
	ipsecctl -j algorithms | jq -r '.algorithms[] | [.name, .use,
		(.key_bits | join(" ") | if . == "" then "none" else . end),
		.salt_bits, .icv_bits, .rfc] |
		map(if . == 0 then "-" else . end) | join(" Ta ")' >want
	sed -n 's/^\.It \(.* Ta RFC [0-9]*\) Ta .*/\1/p' "$source/ipsecctl.8" >got
	[ -s want ] && same "the manual's table of algorithms" want got
}

check_generated() {
	if /usr/bin/python3 -c 'import yaml' 2>/dev/null; then
		claim "names_gen.c is that of the specification" \
			make -s -C "$source" check-names
	else
		skip "names_gen.c" "python3-yaml is not installed"
	fi
}

check_module_absent() {
	if [ -d /sys/module/ipsec ]; then
		skip "commands without the module" "the module is loaded"
		return
	fi
	for command in show flush stats monitor default limits 'sa show' \
		'policy flush' 'policy add out bypass' 'load 03_both.in'; do
		# shellcheck disable=SC2086 # words
		claim "$command: the module is not loaded" is_refused 1 \
			'ipsecctl: the ipsec module is not loaded (modprobe ipsec or insmod ipsec.ko)' \
			ipsecctl $command
	done
}

all() {
	local file

	for file in "$here"/*.in; do
		check_configuration "$(basename "$file" .in)"
	done
	for file in "$here"/*.session; do
		check_session "$file"
	done
	check_exposed
	claim "no key is ever printed" hides_keys
	check_json
	check_help
	check_man ipsecctl.8
	check_man ipsec.conf.5
	check_words
	check_completion
	check_table
	check_generated
	check_examples
	check_module_absent
}

echo "KTAP version 1"
all >"$TMP/results"
echo "1..$(grep -c -e '^\(not \)\?ok ' "$TMP/results")"
cat "$TMP/results"
exit $failed
