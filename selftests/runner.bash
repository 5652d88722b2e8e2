# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of vm.sh and uml.sh have in common: MACHINE, an array, is the
# command that runs a guest. Prints KTAP. $failed is the status to exit with.
#
# shellcheck disable=SC2034 # failed is for who reads this

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
number=0
failed=0

boot() { # name option... -- command...
	local name=$1
	shift

	mkdir "$dir/$name"
	"${MACHINE[@]}" "$@" >"$dir/$name/stdout" 2>"$dir/$name/stderr"
	echo $? >"$dir/$name/status"
}

result() { # what name status [pattern of standard error]
	local status error

	number=$((number + 1))
	status=$(cat "$dir/$2/status")
	error=$(cat "$dir/$2/stderr")
	if [ "$status" = "$3" ] && [[ $error =~ ^${4-}$ ]]; then
		echo "ok $number $1"
	else
		echo "# status $status, not $3; standard error: $error"
		echo "not ok $number $1"
		failed=1
	fi
}
