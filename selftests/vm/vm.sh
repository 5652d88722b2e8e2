#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs a command as root in a virtual machine that boots Debian's own kernel.
# The guest sees the host's files; what it writes is lost, but for /out.
#
#   vm.sh [option...] -- command [argument...]
#
#   -c N       virtual processors (2)
#   -m MIB     memory (1024)
#   -t SECS    time limit, boot included (300)
#   -o DIR     directory of the host that the guest sees as /out; also gets
#              dmesg and console.log (a temporary one)
#   -w DIR     directory that the guest may write at its own path; repeatable
#   -n PATH:N  network device eth0, joined to that of the other virtual machine
#              with the same PATH; N is 1 or 2 and tells the two apart
#   -i         one processor that runs one instruction per nanosecond, so that
#              time in the guest counts instructions
#   -a ARGS    more kernel arguments
#   -q ARGS    more qemu arguments
#
# Exit status: the command's; 124 time limit; 125 the guest did not come up or
# died; 126 the command succeeded but the kernel complained (../complaints.sh).
# Each of these comes with one line on standard error.
#
# Environment: VM_ACCEL=tcg|kvm overrides the choice of accelerator.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=$top/build/vm

# shellcheck source=../complaints.sh
. "$here/../complaints.sh"

fail() { # status sentence
	echo "vm.sh: $2" >&2
	exit "$1"
}

usage() {
	sed -n '4,/^set -u/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

cpus=2 mem=1024 limit=300 out='' link='' icount='' kargs='' shares=()
qargs=()
while getopts c:m:t:o:w:n:ia:q: opt; do
	case $opt in
	c) cpus=$OPTARG ;;
	m) mem=$OPTARG ;;
	t) limit=$OPTARG ;;
	o) out=$OPTARG ;;
	w) shares+=("$(readlink -f "$OPTARG")") ;;
	n) link=$OPTARG ;;
	i) icount=1 ;;
	a) kargs=$OPTARG ;;
	q) read -ra qargs <<<"$OPTARG" ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage

# ---- which kernel

rel=$("$top/scripts/kernel" release) ||
	fail 125 "no headers of a Debian kernel are installed; run 'make deps'"
root=$("$top/scripts/kernel" root) ||
	fail 125 "no image of kernel $rel is installed; run 'make deps'"
root=${root%/}

mkdir -p "$cache"
tmp=$(mktemp -d)
qemu=
# shellcheck disable=SC2317,SC2329 # called by trap
cleanup() {
	[ -z "$qemu" ] || kill "$qemu" 2>/dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The image is a decompressor around vmlinux. qemu starts a bare vmlinux at its
# PVH entry, which saves seconds of decompression where each instruction is
# emulated.
make_vmlinux() { # target
	local image=$root/boot/vmlinuz-$rel offset

	offset=$(LC_ALL=C grep -abom1 -P '\xfd7zXZ\x00' "$image" |
		head -n 1 | cut -d : -f 1)
	[ -n "$offset" ] || return
	tail -c +$((offset + 1)) "$image" |
		xz -dc --single-stream >"$tmp/vmlinux" 2>/dev/null
	[ -s "$tmp/vmlinux" ] && mv "$tmp/vmlinux" "$1"
}

make_initrd() { # target
	local dir=$tmp/initrd module file name

	mkdir -p "$dir"/{bin,dev,lower,modules,new,upper}
	cp "$(command -v busybox)" "$dir/bin/busybox" &&
		cp "$here/init" "$dir/init" && chmod 755 "$dir/init" || return
	for module in virtio_pci 9pnet_virtio 9p overlay virtio_console; do
		/sbin/modprobe -d "$root/" -S "$rel" --show-depends $module
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
		while read -r file; do
			name=${file##*/}
			case $name in
			*.xz) xz -dc "$file" ;;
			*.zst) zstd -dcq "$file" ;;
			*) cat "$file" ;;
			esac >"$dir/modules/${name%%.ko*}.ko"
			echo "${name%%.ko*}.ko"
		done >"$dir/modules/order"
	(cd "$dir" && find . | cpio -o -H newc --quiet) >"$tmp/initrd.img" &&
		mv "$tmp/initrd.img" "$1"
}

kernel=$cache/vmlinux-$rel
[ "$kernel" -nt "$root/boot/vmlinuz-$rel" ] || make_vmlinux "$kernel" ||
	kernel=$root/boot/vmlinuz-$rel

stamp=$(cat "$here/vm.sh" "$here/init" "$root/lib/modules/$rel/modules.dep" |
	sha256sum | cut -c 1-12)
initrd=$cache/initrd-$stamp
[ -s "$initrd" ] || make_initrd "$initrd" ||
	fail 125 "cannot make an initramfs of the modules of $rel"

# ---- what the guest finds in /out

kept=$out
out=${out:-$tmp/out}
mkdir -p "$out"
out=$(readlink -f "$out")
rm -f "$out"/{rc,started,dmesg,console.log,qemu.log}
cp "$here/guest" "$out/guest"
printf '%q ' "$@" >"$out/command"
{
	printf '%s=%q\n' dir "$PWD" top "$top" rel "$rel" \
		modules "$root/lib/modules/$rel" link "$link"
	printf 'shares=('
	printf '%q ' "${shares[@]}"
	printf ')\n'
} >"$out/job"

# ---- qemu

# A /dev/kvm on a processor without virtualisation emulates each instruction of
# the guest's kernel, and never gets to the end of its boot.
accel=${VM_ACCEL-}
if [ -z "$accel" ]; then
	accel=tcg
	if grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo &&
	   [ -w /dev/kvm ]; then
		accel=kvm
	fi
fi
if [ -n "$icount" ]; then
	cpus=1
	machine=(-accel 'tcg,thread=single' -icount 'shift=0,sleep=off')
	machine+=(-cpu 'max,-erms')
elif [ "$accel" = kvm ]; then
	machine=(-accel kvm -cpu host)
else
	# "rep movsb", which erms recommends, is slow where it is emulated
	machine=(-accel 'tcg,thread=multi' -cpu 'max,-erms')
fi

share() { # tag path [option]
	qargs+=(-fsdev "local,id=$1,path=$2,security_model=none,multidevs=remap${3-}")
	qargs+=(-device "virtio-9p-pci,fsdev=$1,mount_tag=$1")
}
share root / ,readonly=on
share top "$top" ,readonly=on
share out "$out"
for i in "${!shares[@]}"; do
	share "share$i" "${shares[i]}"
done

if [ -n "$link" ]; then
	side=${link##*:} path=$(readlink -f "${link%:*}")
	case $side in
	1 | 2) ;;
	*) fail 2 "-n needs PATH:1 or PATH:2, not '$link'" ;;
	esac
	rm -f "$path.$side"
	# Datagrams, so that neither has to be there first
	qargs+=(-netdev "dgram,id=net0,local.type=unix,local.path=$path.$side,remote.type=unix,remote.path=$path.$((3 - side))")
	qargs+=(-device "virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0$side")
fi

# norandmaps: moving programs about defeats reuse of translated code.
# tsc=reliable: no clock watchdog, which a busy host makes bark.
append="console=ttyS0 quiet loglevel=5 log_buf_len=4M panic=-1 oops=panic"
append+=" panic_on_warn=1 nokaslr norandmaps mitigations=off audit=0"
append+=" random.trust_cpu=on tsc=reliable rcupdate.rcu_cpu_stall_timeout=60"
append+=" $kargs"

timeout -k 5 "$limit" qemu-system-x86_64 -M q35 "${machine[@]}" \
	-smp "$cpus" -m "$mem" -nodefaults -no-user-config -no-reboot \
	-display none -kernel "$kernel" -initrd "$initrd" -append "$append" \
	-serial "file:$out/console.log" -device virtio-serial-pci \
	-chardev stdio,id=console,signal=off \
	-device virtconsole,chardev=console -device virtio-rng-pci \
	"${qargs[@]}" </dev/null 2>"$out/qemu.log" &
qemu=$!
wait "$qemu"
status=$?
qemu=

# ---- what became of it

log=$out/console.log
see="see $log"
[ -n "$kept" ] || see="-o DIR keeps its console"
if [ -s "$out/rc" ]; then
	rc=$(cat "$out/rc")
	line=$(complaint "$out/dmesg")
	if [ -n "$line" ]; then
		echo "vm.sh: the kernel complained: $line" \
			"(${see/console.log/dmesg})" >&2
		[ "$rc" != 0 ] || rc=126
	fi
	exit "$rc"
fi
[ "$status" != 124 ] || fail 124 "no result within $limit seconds ($see)"
line=$(complaint "$log")
[ -n "$line" ] || line=$(grep -m 1 -a INITRD: "$log" 2>/dev/null)
[ -n "$line" ] || line=$(head -n 1 "$out/qemu.log")
fail 125 "the guest died: ${line:-qemu left with status $status} ($see)"
