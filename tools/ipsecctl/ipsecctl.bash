# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion for ipsecctl. Words follow the grammar: what stands before the
# cursor decides what may stand there.

_ipsecctl_algorithms() { # enc or auth: asks the tool, which asks nobody
	"${COMP_WORDS[0]}" algorithms 2>/dev/null |
		awk -v use="$1" 'NR > 1 && (use == "enc" && $2 ~ /^enc/ ||
			$2 ~ "(^|/)" use "$") { print $1 }'
}

# The values of the word before the cursor, if it is one that takes a value.
_ipsecctl_values() { # word before, command
	case $1 in
	mode) echo transport tunnel ;;
	df) echo copy set clear ;;
	icmp-check) echo header either payload ;;
	icmp-return-sa | icmp-answer | audit-* | shortcut) echo on off ;;
	icmp-clear | icmp-sa)
		echo all none unreachable too-big source-quench redirect \
			time-exceeded parameter-problem other
		;;
	fragment) echo before after ;;
	mss) echo auto ;;
	dscp) echo copy ;;
	decap-dscp) echo keep copy ;;
	ecn) echo normal compatibility ;;
	flow-label) echo copy hash ;;
	tfc) echo mtu ;;
	encap) echo any 4500 ;;
	enc | auth) _ipsecctl_algorithms "$1" ;;
	proto) echo tcp udp icmp icmpv6 sctp dccp udplite gre mh opaque ;;
	icmp-type)
		echo echo-request echo-reply destination-unreachable \
			time-exceeded parameter-problem redirect packet-too-big
		;;
	life-* | spi | src | dst | reqid | priority | index | replay-window | seq | resync | local | \
		keepalive | original-src | original-dst | \
		remote | local-port | remote-port | icmp-code | mh-type | mark | \
		dev | max-sas | \
		max-policies | acquire-interval | hold-packets | hold-total | hold-time | \
		ttl | dscp-map | pad-min | count | len)
		;;
	*) return 1 ;;
	esac
}

_ipsecctl_sa() { # words before the cursor, from the verb on
	local name='spi dst'
	local options="$name src mode reqid enc enc-key-file auth auth-key-file
		replay-window df esn seq seq-rollover resync life-time
		life-use life-bytes life-packets life-idle ttl dscp dscp-map
		decap-dscp ecn flow-label pad-min tfc encap keepalive
		follow original-src original-dst local remote proto local-port remote-port
		icmp-type icmp-code mh-type opaque"

	case $# in
	0) echo add show del flush dummy ;;
	*)
		case $1.$# in
		dummy.1) echo esp ;;
		dummy.*) echo "$name" count len ;;
		add.1) echo in out ;;
		add.2 | del.1) echo esp ah ;;
		add.*) echo "$options" ;;
		del.*) echo "$name" ;;
		show.*) echo in out esp ah reqid "$name" ;;
		esac
		;;
	esac
}

_ipsecctl_policy() { # words before the cursor, from the verb on
	local selector='priority local remote proto local-port remote-port
		icmp-type icmp-code mh-type opaque mark dev'

	case $1.$# in
	.0) echo add show del flush ;;
	add.1) echo in out both ;;
	del.1) echo in out both index ;;
	show.1 | flush.1) echo in out ;;
	del.*) echo "$selector" ;;
	add.*)
		case " $* " in
		*' protect '*)
			case ${*: -1} in
			protect) echo esp ah ;;
			esp | ah) echo transport tunnel ;;
			inside) echo esp ah ;;
			*) echo src dst reqid spi inside mss ;;
			esac
			;;
		*' bypass '* | *' discard '*) ;;
		*) echo "$selector" bypass discard protect ;;
		esac
		;;
	esac
}

_ipsecctl_command() { # command, words behind it
	case $1 in
	sa) _ipsecctl_sa "${@:2}" ;;
	policy) _ipsecctl_policy "${@:2}" ;;
	default)
		case $# in
		1) echo in out both ;;
		2) echo bypass discard ;;
		esac
		;;
	explain)
		case $# in
		1) echo in out ;;
		*)
			echo local remote proto local-port remote-port \
				icmp-type icmp-code mh-type opaque mark dev
			;;
		esac
		;;
	settings)
		echo icmp-check icmp-return-sa icmp-answer icmp-clear icmp-sa \
			fragment audit-events audit-log shortcut
		;;
	limits)
		echo max-sas max-policies acquire-interval hold-packets \
			hold-total hold-time
		;;
	acquire) echo show ;;
	monitor) echo acquire audit ;;
	load) echo -n ;;
	stats) echo -a ;;
	esac
}

_ipsecctl() {
	local current=${COMP_WORDS[COMP_CWORD]} word words=() before

	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[[ $word == -?* ]] || words+=("$word")
	done
	before=${words[*]: -1}
	COMPREPLY=()
	case $before in
	enc-key-file | auth-key-file)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	load)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		;;
	esac
	if [[ $current == -* ]]; then
		word='-j --json -h --help -V --version'
		[[ ${words[0]} != load ]] || word+=' -n --check'
		[[ ${words[0]} != stats ]] || word+=' -a --all'
	elif ((${#words[@]} == 0)); then
		word='load show flush sa policy default explain stats monitor
			acquire algorithms limits settings'
	elif ((${#words[@]} == 1)) ||
		! word=$(_ipsecctl_values "$before"); then
		word=$(_ipsecctl_command "${words[@]}")
	fi
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY \
		< <(compgen -W "$word" -- "$current")
}

complete -F _ipsecctl ipsecctl
