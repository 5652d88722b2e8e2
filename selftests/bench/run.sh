#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh MODULE: what a packet costs, in instructions, plain, with the kernel's
# own IPsec, with WireGuard and with ours, from one boot. guest.py tells the
# rows, Documentation/performance/ what the figures can and cannot say.
#
# Environment: ROWS has patterns of rows ("ours-*-gcm-v4 xfrm-*-gcm-v4"),
# BENCH_LONG=1 adds those that take long, BENCH_SIZES, BENCH_ROUNDS and
# BENCH_PACKETS and BENCH_COUNTS say how much of each.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
module=$(readlink -f "$1")
out=$(cd "$here/../.." && pwd)/build/bench
mkdir -p "$out"

cipher=$("$here/cipher/build.sh")
settings=("BENCH_CIPHER=$cipher")
for name in ROWS BENCH_LONG BENCH_SIZES BENCH_ROUNDS BENCH_PACKETS \
	BENCH_COUNTS; do
	[ -z "${!name-}" ] || settings+=("$name=${!name}")
done

echo "Measuring in a virtual machine that counts instructions; some minutes."
status=0
"$here/../vm/vm.sh" -i -m "${BENCH_MEMORY:-2048}" -t "${BENCH_LIMIT:-3600}" -o "$out" -- \
	env "${settings[@]}" python3 "$here/guest.py" "$module" \
	>"$out/measurements" || status=$?
grep -v '^{' "$out/measurements" >&2 || :
python3 "$here/report.py" "$out/measurements" "$out/bench.json"
echo "All rounds are in build/bench/bench.json."
if [ -z "${ROWS-}" ]; then
	"$here/plot.sh" "$out/bench.json" "$out/bench.svg"
	echo "Some rows are drawn in build/bench/bench.svg."
fi
exit "$status"
