# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Many namespaces, each with a link to one in the middle, for scripts that have read
# lib.sh: device e of nI to device vI of hub.

star() { # namespace...
	local i

	new_namespaces hub "$@"
	for ((i = 0; i < $#; i++)); do
		echo "link add v$i netns hub$SUFFIX type veth peer name e netns n$i$SUFFIX"
	done >"$TMP/batch"
	need ip -batch "$TMP/batch"
	for ((i = 0; i < $#; i++)); do
		echo "addr add 10.80.$i.1/24 dev v$i"
		echo "link set v$i up"
	done >"$TMP/batch"
	need ip_batch hub <"$TMP/batch"
	for ((i = 0; i < $#; i++)); do
		printf '%s\n' "link set e up" "addr add 10.80.$i.2/24 dev e" |
			need ip_batch "n$i"
	done
}
